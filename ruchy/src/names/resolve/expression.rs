//! Expressions.

use super::Resolver;
use crate::diagnostic::Code;
use crate::map::Map;
use crate::names::{ItemOf, Meaning};
use crate::tree::{Expression, ExpressionKind, FStringPart, Literal, MacroArguments, MacroCall, NodeId, ObjectEntry};

/// Owners of lambdas are numbered by their nodes, after all functions.
pub(super) const LAMBDAS: usize = 1 << 24;

impl<'tree> Resolver<'tree, '_> {
    pub(super) fn all(&mut self, expressions: &'tree [Expression]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    pub(super) fn expression(&mut self, expression: &'tree Expression) {
        match &expression.kind {
            ExpressionKind::Path(path) => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(expression.id, meaning);
            }
            ExpressionKind::FString(parts) => {
                for part in parts {
                    if let FStringPart::Hole { expression: hole, spec, .. } = part {
                        self.expression(hole);
                        if let Some(spec) = spec {
                            self.format_names(expression.id, &format!("{{:{}}}", spec.text));
                        }
                    }
                }
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Spread(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Try(inner)
            | ExpressionKind::Throw(inner) => self.expression(inner),
            ExpressionKind::Reference { mutable, operand } => {
                self.expression(operand);
                if *mutable {
                    self.assign(operand);
                }
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => self.all(all),
            ExpressionKind::Repeat { value, count } => {
                self.expression(value);
                self.expression(count);
            }
            ExpressionKind::Comprehension(of) => {
                self.blocks.push(Map::default());
                for clause in &of.clauses {
                    self.expression(&clause.iterable);
                    self.pattern(&clause.pattern);
                    self.all(&clause.conditions);
                }
                self.expression(&of.element);
                if let Some(value) = &of.value {
                    self.expression(value);
                }
                self.blocks.pop();
            }
            ExpressionKind::Object(entries) => {
                for entry in entries {
                    match entry {
                        ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => self.expression(value),
                    }
                }
            }
            ExpressionKind::Struct { path, fields, base } => {
                let meaning = self.struct_path(path);
                self.names.meanings.insert(expression.id, meaning);
                for field in fields {
                    self.expression(&field.value);
                }
                if let Some(base) = base {
                    self.expression(base);
                }
            }
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Pipeline { value, function } => {
                self.expression(value);
                match expression.method_call() {
                    Some(call) if self.is_free(&call.method.text) => {
                        self.names.piped.insert(expression.id);
                        call.arguments.iter().for_each(|argument| self.expression(argument));
                    }
                    _ => self.expression(function),
                }
            }
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.expression(condition);
                self.expression(then);
                self.expression(otherwise);
            }
            ExpressionKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.expression(end)),
            ExpressionKind::Assign { place, value } => {
                self.expression(value);
                self.expression(place);
                self.assign(place);
            }
            ExpressionKind::AssignOperator { place, value, .. } => {
                self.expression(place);
                self.expression(value);
                self.assign(place);
            }
            ExpressionKind::Increment { place, .. } => {
                self.expression(place);
                self.assign(place);
            }
            ExpressionKind::Cast { value, ty } => {
                self.expression(value);
                self.ty(ty);
            }
            ExpressionKind::Let { pattern, value } => {
                self.expression(value);
                self.pattern(pattern);
            }
            ExpressionKind::LetIn { binding, body } => {
                self.blocks.push(Map::default());
                self.local_let(binding);
                self.expression(body);
                self.blocks.pop();
            }
            ExpressionKind::Call { function, arguments } => {
                self.expression(function);
                self.all(arguments);
            }
            ExpressionKind::MethodCall { receiver, method, generics, arguments } => {
                self.expression(receiver);
                if let Some(Meaning::Local(id)) = self.names.meanings.get(&receiver.id) {
                    let id = id.0 as usize;
                    self.names.locals[id].methods.insert(method.text.clone());
                }
                generics.iter().flatten().for_each(|argument| self.generic_argument(argument));
                self.all(arguments);
            }
            ExpressionKind::Field { value, .. } => self.expression(value),
            ExpressionKind::Index { value, index } => {
                self.expression(value);
                self.expression(index);
            }
            ExpressionKind::Macro(call) => self.macro_call(expression, call),
            ExpressionKind::Lambda(lambda) => {
                self.owners.push(expression.id.0 as usize + LAMBDAS);
                self.blocks.push(Map::default());
                lambda.parameters.iter().for_each(|parameter| self.parameter(parameter));
                self.ty_option(lambda.result.as_ref());
                self.expression(&lambda.body);
                self.blocks.pop();
                self.owners.pop();
                let key = NodeId(expression.id.0 + u32::try_from(LAMBDAS).unwrap_or(0));
                if let Some(captures) = self.names.captures.remove(&key) {
                    self.names.captures.insert(expression.id, captures);
                }
            }
            ExpressionKind::Block { block, .. } | ExpressionKind::Loop { body: block, .. } => {
                self.block(block);
            }
            ExpressionKind::If { condition, then, otherwise } => {
                self.blocks.push(Map::default());
                self.expression(condition);
                self.block(then);
                self.blocks.pop();
                if let Some(otherwise) = otherwise {
                    self.expression(otherwise);
                }
            }
            ExpressionKind::Match { value, arms } => {
                self.expression(value);
                for arm in arms {
                    self.blocks.push(Map::default());
                    self.pattern(&arm.pattern);
                    if let Some(guard) = &arm.guard {
                        self.expression(guard);
                    }
                    self.expression(&arm.body);
                    self.blocks.pop();
                }
            }
            ExpressionKind::While { condition, body, .. } => {
                self.blocks.push(Map::default());
                self.expression(condition);
                self.block(body);
                self.blocks.pop();
            }
            ExpressionKind::For { pattern, iterable, body, .. } => {
                self.expression(iterable);
                self.blocks.push(Map::default());
                self.pattern(pattern);
                self.block(body);
                self.blocks.pop();
            }
            ExpressionKind::TryCatch(of) => {
                self.block(&of.body);
                if let Some(catch) = &of.catch {
                    self.blocks.push(Map::default());
                    if let Some(pattern) = &catch.pattern {
                        self.pattern(pattern);
                    }
                    self.block(&catch.body);
                    self.blocks.pop();
                }
                if let Some(finally) = &of.finally {
                    self.block(finally);
                }
            }
            ExpressionKind::Break { value, .. } => {
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Return(value) => {
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Literal(_) | ExpressionKind::Continue { .. } | ExpressionKind::Error => {}
        }
    }

    /// Marks the local at the root of a place as changed.
    fn assign(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(path) => {
                let Some(name) = path.as_name() else { return };
                match self.names.meanings.get(&place.id) {
                    Some(Meaning::Local(id)) => self.names.locals[id.0 as usize].assigned = true,
                    Some(Meaning::Item(id)) => {
                        let (kind, declared) = (self.names.item(*id).kind, self.names.item(*id).span);
                        let what = match kind {
                            ItemOf::Constant(constant) if !constant.is_static => "a constant",
                            ItemOf::Function(_) => "a function",
                            _ => return,
                        };
                        let error =
                            self.error(Code::NotAssignable, place.span, format!("`{}` is {what}; it cannot be assigned", name.text));
                        error.notes.push(crate::diagnostic::Note { span: Some(declared), message: "it is declared here".to_owned() });
                        error.help = Some(format!("write `let mut {} = …` in place of it, if it changes", name.text.to_lowercase()));
                    }
                    _ => {}
                }
            }
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.assign(value);
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(|place| self.assign(place)),
            _ => {}
        }
    }

    fn macro_call(&mut self, expression: &'tree Expression, call: &'tree MacroCall) {
        match &call.arguments {
            MacroArguments::Expressions(arguments) => {
                self.format_literal(call, arguments);
                for argument in arguments {
                    // `x = 5` names an argument.
                    if let ExpressionKind::Assign { value, .. } = &argument.kind {
                        self.expression(value);
                    } else {
                        self.expression(argument);
                    }
                    if let ExpressionKind::Literal(Literal::String(text)) = &argument.kind {
                        self.format_names(expression.id, &text.value);
                    }
                }
            }
            MacroArguments::Repeat(value, count) => {
                self.expression(value);
                self.expression(count);
            }
            MacroArguments::Matches(value, pattern, guard) => {
                self.expression(value);
                self.blocks.push(Map::default());
                self.pattern(pattern);
                if let Some(guard) = guard {
                    self.expression(guard);
                }
                self.blocks.pop();
            }
            MacroArguments::Tokens(_) => {}
        }
    }

    /// Reports names in the format string of a macro that nothing declares.
    fn format_literal(&mut self, call: &'tree MacroCall, arguments: &'tree [Expression]) {
        let format = call.format_index().and_then(|index| arguments.get(index));
        let Some(Expression { kind: ExpressionKind::Literal(Literal::String(text)), span, .. }) = format else { return };
        let given: Vec<&str> = arguments
            .iter()
            .filter_map(|argument| match &argument.kind {
                ExpressionKind::Assign { place, .. } => Some(place),
                _ => None,
            })
            .filter_map(|place| if let ExpressionKind::Path(path) = &place.kind { path.as_name() } else { None })
            .map(|name| name.text.as_str())
            .collect();
        for name in holes(&text.value).map(|(name, _)| name) {
            let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
            let is_known = self.find_local(name).is_some()
                || !self.names.look_up(self.scope, name).is_empty()
                || self.generics.iter().any(|all| all.contains(name));
            if is_name && !given.contains(&name) && !is_known {
                self.unknown(name, *span);
            }
        }
    }

    /// Records the locals that the holes of a format name: `{x}`, `{x:>width$}`.
    fn format_names(&mut self, node: NodeId, format: &str) {
        for (name, spec) in holes(format) {
            let widths = spec
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$')
                .filter_map(|word| word.strip_suffix('$'));
            for name in std::iter::once(name).chain(widths) {
                if !name.is_empty()
                    && let Some(local) = self.find_local(name)
                {
                    self.names.formatted.entry(node).or_default().push(local);
                }
            }
        }
    }
}

/// The holes of a format string: what stands before the `:`, and after it.
fn holes(format: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = format;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('{')?;
            rest = &rest[start + 1..];
            if let Some(after) = rest.strip_prefix('{') {
                rest = after;
                continue;
            }
            let end = rest.find('}')?;
            let hole = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
            rest = &rest[end + 1..];
            return Some(hole);
        }
    })
}
