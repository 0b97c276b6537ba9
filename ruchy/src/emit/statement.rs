//! Blocks and statements.

use super::{Emitter, Throws, identifier};
use crate::names::{LocalId, Meaning};
use crate::tree::{Block, Expression, ExpressionKind, ItemKind, Let, PatternKind, Statement, StatementKind};
use crate::types::{Callee, Head, Ty};

impl<'tree> Emitter<'tree> {
    /// A block with its braces. With `value` its last expression is its value.
    pub(super) fn block(&mut self, block: &'tree Block, value: bool) -> String {
        let condition = std::mem::replace(&mut self.condition, false);
        let mut text = self.sync(block.span);
        text.push('{');
        for id in self.ownership.cells_of_blocks.get(&block.id).into_iter().flatten() {
            let name = identifier(&self.names.local(*id).name);
            text += &format!(" let {name} = std::cell::Cell::new({name});");
        }
        text += &self.statements(&block.statements, value);
        let end = self.sync_end(block.span);
        text += if end.is_empty() { " " } else { &end };
        text.push('}');
        self.condition = condition;
        text
    }

    pub(super) fn statements(&mut self, statements: &'tree [Statement], value: bool) -> String {
        let mut text = String::new();
        let last = statements.len().saturating_sub(1);
        for (index, statement) in statements.iter().enumerate() {
            let is_value = value && index == last && (!statement.semicolon || self.types.revived.contains(&statement.id));
            text.push(' ');
            text += &self.statement(statement, is_value);
        }
        text
    }

    pub(super) fn statement(&mut self, statement: &'tree Statement, is_value: bool) -> String {
        let expression = match &statement.kind {
            StatementKind::Let(of) => of.value.as_ref(),
            StatementKind::Expression(expression) => Some(expression),
            _ => None,
        };
        let Some(id) = expression.filter(|_| self.locked.is_none()).and_then(|expression| self.borrowed_global(expression)) else {
            return self.statement_code(statement, is_value);
        };
        // A method lends a part of the global: it is locked for the statement, or as long as what is lent is used.
        let at = self.sync(statement.span);
        let guard = format!("__{}", self.names.item(id).name.to_lowercase());
        let lock = format!("let mut {guard} = {}.lock();", self.global_name(id));
        self.locked = Some((id, guard));
        let code = self.statement_code(statement, is_value);
        self.locked = None;
        if matches!(statement.kind, StatementKind::Let(_)) { format!("{at}{lock} {code}") } else { format!("{at}{{ {lock} {code} }}") }
    }

    /// The global a part of which a method in an expression lends to be changed.
    fn borrowed_global(&self, expression: &Expression) -> Option<crate::names::ItemId> {
        if expression.is_block_like() || matches!(expression.kind, ExpressionKind::Lambda(_)) {
            return None;
        }
        if let ExpressionKind::MethodCall { receiver, .. } = &expression.kind
            && let Some(id) = self.global_of(receiver)
            && let Some(Callee::Table(method)) = self.types.calls.get(&expression.id)
            && method.receiver == Some(crate::types::table::Receiver::Mutable)
            && self.types.ty(expression.id).any(&mut |part| matches!(part, Ty::Ref(..) | Ty::Iter(_) | Ty::Named(Head::Known("Entry"), _)))
        {
            return Some(id);
        }
        let mut found = None;
        crate::tree::expressions_in(expression, &mut |inner| found = found.or_else(|| self.borrowed_global(inner)));
        found
    }

    fn statement_code(&mut self, statement: &'tree Statement, is_value: bool) -> String {
        match &statement.kind {
            StatementKind::Let(of) => self.local_let(of, statement),
            StatementKind::Item(item) => {
                if let ItemKind::Function(function) = &item.kind
                    && self.names.capturing.contains_key(&item.id)
                {
                    let at = self.sync(item.span);
                    return at + &self.function(function, item.id, "", Some(()));
                }
                self.item(item, &statement.attributes)
            }
            StatementKind::Expression(expression) if is_value => self.value(expression).text,
            StatementKind::Expression(expression) => self.dropped(expression),
            StatementKind::Empty | StatementKind::Error => String::new(),
        }
    }

    /// An expression whose value is not used, as a statement.
    pub(super) fn dropped(&mut self, expression: &'tree Expression) -> String {
        if expression.is_block_like() && !matches!(expression.kind, ExpressionKind::TryCatch(_)) {
            return self.value_as_statement(expression);
        }
        if matches!(expression.unparenthesized().kind, ExpressionKind::Path(_) | ExpressionKind::Literal(_)) {
            return String::new();
        }
        // A variant that is dropped: its type need not be known.
        if let (ExpressionKind::Call { arguments, .. }, Some(Callee::Constructor)) =
            (&expression.kind, self.types.calls.get(&expression.id))
        {
            let at = self.sync(expression.span);
            let parts: Vec<String> = arguments.iter().map(|argument| format!("let _ = {};", self.place(argument).text)).collect();
            return at + &parts.join(" ");
        }
        let code = self.place(expression).text;
        let unused = match self.ty(expression) {
            Ty::Named(Head::Known("Result"), _) | Ty::Iter(_) | Ty::Fn(..) | Ty::Ref(..) => true,
            Ty::Unit | Ty::Never => false,
            ty if matches!(expression.kind, ExpressionKind::Assign { .. } | ExpressionKind::AssignOperator { .. }) => {
                let _ = ty;
                false
            }
            Ty::Unknown | Ty::Opaque(_) => false,
            _ => match self.types.calls.get(&expression.id) {
                // What changes its receiver may be called for that alone; of JSON, the value that is taken is expected to be used.
                Some(Callee::Table(method)) => {
                    method.receiver != Some(crate::types::table::Receiver::Mutable) || self.ty(expression).is_known("events::Json")
                }
                Some(Callee::Program(_)) => false,
                Some(Callee::Builtin(_)) => *self.ty(expression) != Ty::Unit,
                _ => !matches!(
                    expression.kind,
                    ExpressionKind::Call { .. } | ExpressionKind::MethodCall { .. } | ExpressionKind::Macro(_) | ExpressionKind::Try(_)
                ),
            },
        };
        if unused {
            let trimmed = code.trim_start();
            let space = &code[..code.len() - trimmed.len()];
            return format!("{space}let _ = {trimmed};");
        }
        code + ";"
    }

    fn value_as_statement(&mut self, expression: &'tree Expression) -> String {
        let text = self.control(expression, false).text;
        match self.ty(expression) {
            Ty::Unit | Ty::Never | Ty::Unknown | Ty::Opaque(_) => text,
            _ => text + ";",
        }
    }

    /// Whether a local is changed after its binding, so that it is `mut`.
    pub(super) fn is_changed(&self, id: LocalId) -> bool {
        let local = self.names.local(id);
        let by_method = self.types.mutated.contains(&id);
        let reference = matches!(self.types.local(id), Ty::Ref(..));
        if reference {
            local.assigned && self.is_reassigned(id)
        } else {
            // What the author has declared is kept: rustc may see a change that is not known here.
            local.declared_mutable || local.assigned || by_method || self.ownership.changed.contains(&id)
        }
    }

    /// A reference that is itself replaced.
    fn is_reassigned(&self, id: LocalId) -> bool {
        self.names.local(id).declared_mutable || matches!(self.types.local(id), Ty::Ref(false, _))
    }

    fn local_let(&mut self, of: &'tree Let, statement: &'tree Statement) -> String {
        let at = self.sync(statement.span);
        if let (Some(value), Meaning::Local(id)) = (&of.value, self.names.meaning(of.pattern.id))
            && self.holds_changing(value)
        {
            self.changing.insert(*id);
        }
        if let (Some(value), Meaning::Local(id)) = (&of.value, self.names.meaning(of.pattern.id))
            && self.ownership.cells.contains(id)
        {
            let name = identifier(&self.names.local(*id).name);
            let ty = self.rust_type(self.types.local(*id)).unwrap_or_else(|| "_".to_owned());
            let value = self.value(value).text;
            return format!("{at}let {name}: std::cell::Cell<{ty}> = std::cell::Cell::new({value});");
        }
        let declared_only = of.value.is_none();
        let mut pattern = self.pattern(&of.pattern, true);
        if declared_only {
            // Assigned once, later: rustc says whether it must be `mut`.
            if let Meaning::Local(id) = self.names.meaning(of.pattern.id) {
                let local = self.names.local(*id);
                if !local.declared_mutable && !self.types.mutated.contains(id) {
                    pattern = pattern.trim_start_matches("mut ").to_owned();
                }
            }
        }
        let ty = match &of.ty {
            Some(ty) => {
                let text = self.written_value(ty, super::type_text::Elided::Allowed);
                format!(": {text}")
            }
            None => self.annotation(of),
        };
        let value = of.value.as_ref().map(|value| self.let_value(of, value)).unwrap_or_default();
        let otherwise = match &of.otherwise {
            Some(block) => format!(" else {}", self.block(block, false)),
            None => String::new(),
        };
        format!("{at}let {pattern}{ty}{value}{otherwise};")
    }

    /// A closure that changes what it captures, or a block that ends in one.
    fn holds_changing(&self, value: &Expression) -> bool {
        match &value.unparenthesized().kind {
            ExpressionKind::Lambda(_) => self.ownership.changing.contains(&value.unparenthesized().id),
            ExpressionKind::Block { block, .. } => block.tail().is_some_and(|tail| self.holds_changing(tail)),
            ExpressionKind::Call { .. } => match self.types.calls.get(&value.unparenthesized().id) {
                Some(Callee::Program(node)) => {
                    self.function_of(*node).is_some_and(|function| self.returns_changing(function) || returns_fn_mut(function))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn let_value(&mut self, of: &'tree Let, value: &'tree Expression) -> String {
        if of.ty.is_none() {
            self.kept.insert(value.unparenthesized().id);
        }
        let code = self.value(value);
        // A closure that changes what it captures is called through its variable, which is `mut`.
        let _ = of;
        format!(" = {}", code.text)
    }

    /// The type that a binding needs in Rust: integers are not `i32`, and empty lists say what they hold.
    fn annotation(&mut self, of: &'tree Let) -> String {
        let (PatternKind::Binding { subpattern: None, .. }, Meaning::Local(id)) = (&of.pattern.kind, self.names.meaning(of.pattern.id))
        else {
            return String::new();
        };
        let ty = self.types.local(*id).clone();
        let Some(value) = &of.value else {
            return match self.rust_type(&ty) {
                Some(text) if !matches!(ty, Ty::Fn(..) | Ty::Iter(_)) => format!(": {text}"),
                _ => String::new(),
            };
        };
        let needs = match &ty {
            Ty::Int(_) => is_number_literal(value),
            Ty::Named(Head::Known("Vec" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque" | "Option" | "BinaryHeap"), _) => {
                is_empty_collection(value)
            }
            _ => false,
        };
        match self.rust_type(&ty) {
            // The type of a closure has no name.
            Some(text) if needs && !text.contains("impl ") => format!(": {text}"),
            _ => String::new(),
        }
    }

    /// Whether a throw in this place leaves by a `Result`.
    pub(super) fn passes_on(&self) -> bool {
        self.throws != Throws::No
    }
}

/// `-> impl FnMut(…)`
fn returns_fn_mut(function: &crate::tree::Function) -> bool {
    let Some(crate::tree::TypeKind::Impl(bounds)) = function.result.as_ref().map(|ty| &ty.kind) else { return false };
    bounds
        .iter()
        .any(|bound| matches!(bound, crate::tree::Bound::Function { path, .. } if path.last().is_some_and(|name| name.text == "FnMut")))
}

/// A literal, or an operation of literals.
pub(super) fn is_number_literal(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(crate::tree::Literal::Integer(integer)) => integer.suffix.is_none(),
        ExpressionKind::Parenthesized(inner) | ExpressionKind::Unary { operand: inner, .. } => is_number_literal(inner),
        ExpressionKind::Binary { left, right, .. } => is_number_literal(left) && is_number_literal(right),
        _ => false,
    }
}

fn is_empty_collection(value: &Expression) -> bool {
    match &value.unparenthesized().kind {
        ExpressionKind::List(all) => all.is_empty(),
        ExpressionKind::Macro(call) => matches!(&call.arguments, crate::tree::MacroArguments::Expressions(all) if all.is_empty()),
        ExpressionKind::Call { arguments, .. } => arguments.is_empty(),
        ExpressionKind::Path(path) => path.as_name().is_some_and(|name| name.text == "None"),
        ExpressionKind::Literal(crate::tree::Literal::Null) => true,
        ExpressionKind::Object(all) => all.is_empty(),
        _ => false,
    }
}
