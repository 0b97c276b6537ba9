//! Expressions.

use super::{Code, Emitter, identifier, level, quoted};
use crate::names::{ItemOf, Meaning};
use crate::tree::{BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};
use crate::types::{Head, Int, ObjectKind, Ty};

impl<'tree> Emitter<'tree> {
    /// An expression as a value of the type that its place wants.
    pub(super) fn value(&mut self, expression: &'tree Expression) -> Code {
        if let ExpressionKind::Parenthesized(inner) = &expression.kind {
            return self.value(inner);
        }
        if self.is_distributed(expression) {
            return self.code(expression);
        }
        let from = self.ty(expression).clone();
        let to = self.wanted(expression).cloned().unwrap_or_else(|| from.clone());
        if from == to || to == Ty::Unknown || from == Ty::Unknown {
            return self.owned(expression, &from, &to);
        }
        self.converted(expression, &from, &to)
    }

    /// Whether the branches of an expression are converted, each by itself.
    fn is_distributed(&self, expression: &Expression) -> bool {
        matches!(
            expression.kind,
            ExpressionKind::If { .. }
                | ExpressionKind::Match { .. }
                | ExpressionKind::Block { label: None, .. }
                | ExpressionKind::Ternary { .. }
                | ExpressionKind::TryCatch(_)
                | ExpressionKind::Unsafe(_)
        )
    }

    /// A value of its own: a place is moved or cloned.
    fn owned(&mut self, expression: &'tree Expression, ty: &Ty, to: &Ty) -> Code {
        let code = self.code(expression);
        if !is_place(expression)
            || self.is_copy(ty)
            || matches!(ty, Ty::Ref(..) | Ty::Fn(..) | Ty::Iter(_) | Ty::Opaque(_) | Ty::Trait(_) | Ty::Never)
        {
            return code;
        }
        if matches!(ty, Ty::Unknown) {
            // What is not known is not cloned, but for known wants.
            let _ = to;
            return code;
        }
        if self.can_move(expression) || self.is_fresh(expression) { code } else { code.method(".clone()") }
    }

    /// Whether a path is no variable: a unit variant, a constant.
    fn is_fresh(&self, expression: &Expression) -> bool {
        matches!(&expression.kind, ExpressionKind::Path(_))
            && match self.names.meaning(expression.id) {
                Meaning::Local(_) => false,
                Meaning::Item(id) => !matches!(self.names.item(*id).kind, ItemOf::Constant(of) if of.is_static),
                _ => true,
            }
    }

    /// Whether the value of a place may move out of it.
    pub(super) fn can_move(&self, place: &Expression) -> bool {
        match &place.kind {
            ExpressionKind::Path(_) => match self.names.meaning(place.id) {
                Meaning::Local(id) => {
                    let local = self.names.local(*id);
                    let _ = local;
                    self.ownership.last.contains(&place.id)
                }
                _ => false,
            },
            ExpressionKind::Parenthesized(inner) => self.can_move(inner),
            ExpressionKind::Field { value, .. } => {
                let owner = self.ty(value);
                let plain = match owner {
                    Ty::Named(Head::Item(id), _) => {
                        let key = format!("#{}", id.0);
                        !self.types.implemented.contains(&("Drop".to_owned(), key))
                    }
                    Ty::Tuple(_) => true,
                    _ => false,
                };
                plain && self.can_move(value)
            }
            _ => false,
        }
    }

    /// An expression as it was written: a place stays a place.
    pub(super) fn place(&mut self, expression: &'tree Expression) -> Code {
        match &expression.kind {
            ExpressionKind::Parenthesized(inner) => self.place(inner),
            _ => self.code(expression),
        }
    }

    /// Converts what an expression gives to the type that is wanted.
    fn converted(&mut self, expression: &'tree Expression, from: &Ty, to: &Ty) -> Code {
        // Literals take the type that is wanted.
        if let ExpressionKind::Literal(literal) = &expression.kind {
            match (literal, to) {
                (Literal::Integer(integer), Ty::F64 | Ty::F32) => {
                    let at = self.sync(expression.span);
                    return Code::atom(format!("{at}{}.0", integer.value));
                }
                (Literal::Integer(integer), Ty::Int(int)) if matches!(from, Ty::Int(_)) && !self.types.bare.contains(&expression.id) => {
                    let at = self.sync(expression.span);
                    return Code::atom(format!("{at}{}_{}", integer.digits, int.name()));
                }
                _ => {}
            }
        }
        if let (ExpressionKind::Unary { operator: UnaryOperator::Negate, operand, .. }, Ty::F64) = (&expression.kind, to)
            && let ExpressionKind::Literal(Literal::Integer(integer)) = &operand.kind
        {
            let at = self.sync(expression.span);
            return Code::new(format!("{at}-{}.0", integer.value), level::UNARY);
        }
        if let (ExpressionKind::Lambda(_), Ty::Fn(..)) = (&expression.kind, to) {
            return self.code(expression);
        }
        let by_reference = matches!(to, Ty::Ref(..)) && !matches!(from, Ty::Ref(..));
        let looks = by_reference
            || matches!(from, Ty::Ref(..))
            || to.is_known("events::Json")
            || matches!((from, to), (Ty::Char, Ty::String) | (Ty::Array(_), _));
        let code = if looks || matches!(to, Ty::Unit) { self.place(expression) } else { self.owned(expression, from, to) };
        self.convert(code, from, to)
    }

    /// The Rust of an expression, without a conversion of the whole.
    #[allow(clippy::too_many_lines, reason = "one arm for each kind")]
    pub(super) fn code(&mut self, expression: &'tree Expression) -> Code {
        if expression.is_block_like() {
            let outer = std::mem::replace(&mut self.condition, false);
            let code = self.control(expression, true);
            self.condition = outer;
            return code;
        }
        let at = self.sync(expression.span);
        let code = match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal(expression, literal),
            ExpressionKind::FString(parts) => self.f_string(parts),
            ExpressionKind::Path(path) => self.path(expression, path),
            ExpressionKind::Parenthesized(inner) => self.code(inner),
            ExpressionKind::Tuple(all) => {
                let outer = std::mem::replace(&mut self.condition, false);
                let parts: Vec<String> = all.iter().map(|part| self.value(part).text).collect();
                self.condition = outer;
                Code::atom(if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(", ")) })
            }
            ExpressionKind::List(elements) => self.list(expression, elements),
            ExpressionKind::Repeat { value, count } => self.repeat(expression, value, count),
            ExpressionKind::Comprehension(of) => self.comprehension(of),
            ExpressionKind::Object(entries) => self.object(expression, entries),
            ExpressionKind::Struct { path, fields, base } => self.structure_literal(expression, path, fields, base.as_deref()),
            ExpressionKind::Spread(inner) => self.value(inner),
            ExpressionKind::Unary { operator, operand, .. } => self.unary(expression, *operator, operand),
            ExpressionKind::Reference { mutable, operand } => self.reference(expression, *mutable, operand),
            ExpressionKind::Binary { operator, left, right, .. } => self.binary(expression, *operator, left, right),
            ExpressionKind::Pipeline { value, function } => self.pipeline(expression, value, function),
            ExpressionKind::Ternary { condition, then, otherwise } => {
                let condition = self.condition(condition);
                let then = self.value(then).text;
                let otherwise = self.value(otherwise).text;
                Code::new(format!("if {condition} {{ {then} }} else {{ {otherwise} }}"), level::BLOCK)
            }
            ExpressionKind::Range { start, end, inclusive } => {
                let start = start.as_ref().map(|start| self.range_end(start, end.as_deref())).unwrap_or_default();
                let dots = if *inclusive { "..=" } else { ".." };
                let end = end.as_ref().map(|end| self.value(end).at(level::RANGE + 1)).unwrap_or_default();
                Code::new(format!("{start}{dots}{end}"), level::RANGE)
            }
            ExpressionKind::Assign { place, value } => self.assign(place, value),
            ExpressionKind::AssignOperator { operator, place, value, .. } => self.assign_operator(*operator, place, value),
            ExpressionKind::Increment { place, decrement, .. } => self.increment(place, *decrement),
            ExpressionKind::Cast { value, .. } => self.cast(expression, value),
            ExpressionKind::Try(inner) => self.question_mark(inner),
            ExpressionKind::Let { pattern, value } => Code::new(self.let_condition(pattern, value), level::COMPARE),
            ExpressionKind::LetIn { binding, body } => {
                let pattern = self.pattern(&binding.pattern, true);
                let value = binding.value.as_ref().map(|value| self.value(value).text).unwrap_or_default();
                let body = self.value(body).text;
                Code::new(format!("{{ let {pattern} = {value}; {body} }}"), level::BLOCK)
            }
            ExpressionKind::Call { function, arguments } => {
                let all: Vec<&'tree Expression> = arguments.iter().collect();
                self.call(expression, function, &all)
            }
            ExpressionKind::MethodCall { .. } => self.method_call(expression),
            ExpressionKind::Field { value, name } => self.field(value, name),
            ExpressionKind::Index { value, index } => self.index(expression, value, index),
            ExpressionKind::Macro(call) => self.macro_call(expression, call),
            ExpressionKind::Lambda(lambda) => self.lambda(expression, lambda),
            ExpressionKind::Break { label, value } => self.jump("break", label.as_ref(), value.as_deref()),
            ExpressionKind::Continue { label } => self.jump("continue", label.as_ref(), None),
            ExpressionKind::Return(value) => self.returned(value.as_deref()),
            ExpressionKind::Throw(value) => self.throw(value),
            ExpressionKind::Error => Code::atom("()"),
            _ => Code::atom("()"),
        };
        Code { text: at + &code.text, level: code.level }
    }

    fn range_end(&mut self, start: &'tree Expression, end: Option<&'tree Expression>) -> String {
        // A range of literals only says its type.
        let _ = end;
        self.value(start).at(level::RANGE + 1)
    }

    fn literal(&mut self, expression: &Expression, literal: &Literal) -> Code {
        let ty = self.wanted(expression).filter(|ty| ty.is_number()).unwrap_or_else(|| self.ty(expression)).clone();
        match literal {
            Literal::Integer(integer) => match (&ty, &integer.suffix) {
                (_, Some(suffix)) => Code::atom(format!("{}_{suffix}", integer.digits.trim_end_matches('_'))),
                (Ty::F64 | Ty::F32, None) => Code::atom(format!("{}.0", integer.value)),
                (Ty::Int(_), None) if self.types.bare.contains(&expression.id) => Code::atom(integer.digits.clone()),
                (Ty::Int(int), None) => Code::atom(format!("{}_{}", integer.digits, int.name())),
                _ => Code::atom(integer.digits.clone()),
            },
            Literal::Float(float) => {
                let digits = if float.digits.ends_with('.') { format!("{}0", float.digits) } else { float.digits.clone() };
                match (&float.suffix, &ty) {
                    (Some(suffix), _) => Code::atom(format!("{digits}_{suffix}")),
                    (None, _) if self.types.bare.contains(&expression.id) => Code::atom(digits),
                    (None, Ty::F32) => Code::atom(format!("{digits}_f32")),
                    (None, _) => Code::atom(format!("{digits}_f64")),
                }
            }
            Literal::String(text) => {
                let code = quoted(&text.value);
                if ty == Ty::String && self.wanted(expression).is_none_or(|wanted| *wanted == Ty::String) {
                    Code::atom(format!("{code}.to_string()"))
                } else {
                    Code::atom(code)
                }
            }
            Literal::Char(letter) => Code::atom(format!("{letter:?}")),
            Literal::Byte(byte) => Code::atom(format!("b'{}'", (*byte as char).escape_default())),
            Literal::ByteString(bytes) => Code::atom(format!("b\"{}\"", bytes.escape_ascii())),
            Literal::Bool(value) => Code::atom(value.to_string()),
            Literal::Null if ty.is_known("events::Json") => Code::atom("events::Json::Null"),
            Literal::Null => Code::atom("None"),
        }
    }

    fn path(&mut self, expression: &Expression, path: &'tree crate::tree::Path) -> Code {
        match self.names.meaning(expression.id).clone() {
            Meaning::Local(id) => Code::atom(identifier(&self.names.local(id).name)),
            Meaning::Variant(id, index) if path.segments.len() == 1 => Code::atom(self.variant_path(id, index)),
            Meaning::Item(id) if self.locked.as_ref().is_some_and(|(locked, _)| *locked == id) => {
                Code::atom(self.locked.as_ref().map(|(_, guard)| guard.clone()).unwrap_or_default())
            }
            Meaning::Item(id) if matches!(self.names.item(id).kind, ItemOf::Global(_)) => {
                let name = self.path_text(path);
                let (prefix, _) = name.rsplit_once("::").map_or(("", name.as_str()), |(prefix, last)| (prefix, last));
                let own = self.global_name(id);
                let full = if prefix.is_empty() { own } else { format!("{prefix}::{own}") };
                Code::atom(format!("{full}.get()"))
            }
            _ => Code::atom(self.path_text(path)),
        }
    }

    pub(super) fn path_text(&mut self, path: &'tree crate::tree::Path) -> String {
        let mut text = String::new();
        if path.qualifier.is_some() {
            return self.sources.slice(path.span).to_owned();
        }
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 || path.global {
                text.push_str("::");
            }
            let name = &segment.name.text;
            match (index, path.segments.len(), name.as_str()) {
                (0, 2.., "int") => text.push_str("i64"),
                (0, 2.., "float") => text.push_str("f64"),
                (0, 2.., "string" | "text") => text.push_str("String"),
                (0, 2.., "self" | "Self" | "super" | "crate") => text.push_str(name),
                (0, 2.., other) => match self.prelude_path(other) {
                    Some(full) => text.push_str(full),
                    None => text.push_str(&identifier(other)),
                },
                _ => text.push_str(&if name == "self" || name == "Self" { name.clone() } else { identifier(name) }),
            }
            if let Some(arguments) = &segment.generics {
                let parts: Vec<String> =
                    arguments.iter().map(|argument| self.argument(argument, super::type_text::Elided::Allowed)).collect();
                text += &format!("::<{}>", parts.join(", "));
            }
        }
        text
    }

    fn list(&mut self, expression: &'tree Expression, elements: &'tree [Expression]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let ty = self.wanted(expression).cloned().unwrap_or_else(|| self.ty(expression).clone());
        let is_array = matches!(self.ty(expression), Ty::Array(_));
        let code = if elements.is_empty() && ty.is_known("events::Json") {
            Code::atom("events::Json::array()")
        } else if elements.iter().any(|element| matches!(element.kind, ExpressionKind::Spread(_))) {
            let parts: Vec<String> = elements
                .iter()
                .map(|element| match &element.kind {
                    ExpressionKind::Spread(inner) => {
                        let code = self.value(inner);
                        code.prefixed("list.extend(", level::BLOCK) + ");"
                    }
                    _ => format!("list.push({});", self.value(element).text),
                })
                .collect();
            Code::new(format!("{{ let mut list = Vec::new(); {} list }}", parts.join(" ")), level::BLOCK)
        } else {
            let parts: Vec<String> = elements.iter().map(|element| self.value(element).text).collect();
            let end = self.sync_end(expression.span);
            Code::atom(format!("{}[{}{end}]", if is_array { "" } else { "vec!" }, parts.join(", ")))
        };
        let _ = ty;
        self.condition = outer;
        code
    }

    pub(super) fn repeat(&mut self, expression: &'tree Expression, value: &'tree Expression, count: &'tree Expression) -> Code {
        let is_array = matches!(self.ty(expression), Ty::Array(_));
        let value = self.value(value).text;
        if is_array {
            let count = self.constant(count);
            return Code::atom(format!("[{value}; {count}]"));
        }
        let count = self.size(count);
        Code::atom(format!("vec![{value}; {count}]"))
    }

    /// A count: a literal as it is, an `i64` checked.
    pub(super) fn size(&mut self, count: &'tree Expression) -> String {
        self.value(count).text
    }

    fn comprehension(&mut self, of: &'tree crate::tree::Comprehension) -> Code {
        // Written before the clauses, and evaluated within them.
        let element_first = self.line;
        let element = self.value(&of.element).text;
        let value = of.value.as_ref().map(|value| self.value(value).text);
        let _ = element_first;
        let mut text = String::new();
        let mut close = String::new();
        for clause in &of.clauses {
            let pattern = self.pattern(&clause.pattern, true);
            let iterable = self.iterable(&clause.iterable, None);
            text += &format!("for {pattern} in {iterable} {{ ");
            close.push_str(" }");
            for condition in &clause.conditions {
                let condition = self.condition(condition);
                text += &format!("if {condition} {{ ");
                close.push_str(" }");
            }
        }
        let (make, add) = match of.kind {
            crate::tree::ComprehensionKind::List => ("Vec::new()", format!("items.push({element});")),
            crate::tree::ComprehensionKind::Set => ("std::collections::BTreeSet::new()", format!("items.insert({element});")),
            crate::tree::ComprehensionKind::Map => {
                ("std::collections::BTreeMap::new()", format!("items.insert({element}, {});", value.unwrap_or_default()))
            }
        };
        Code::new(format!("{{ let mut items = {make}; {text}{add}{close} items }}"), level::BLOCK)
    }

    fn object(&mut self, expression: &'tree Expression, entries: &'tree [crate::tree::ObjectEntry]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let kind = self.types.objects.get(&expression.id).copied().unwrap_or(ObjectKind::Json);
        let mut pairs = Vec::new();
        let mut spreads = Vec::new();
        for entry in entries {
            match entry {
                crate::tree::ObjectEntry::Pair { key, value } => {
                    let at = self.sync(key.span);
                    pairs.push((at, quoted(&key.text), self.value(value).text));
                }
                crate::tree::ObjectEntry::Short(value) => {
                    let name = match &value.kind {
                        ExpressionKind::Path(path) => path.last().map_or(String::new(), |name| name.text.clone()),
                        _ => String::new(),
                    };
                    pairs.push((String::new(), quoted(&name), self.value(value).text));
                }
                crate::tree::ObjectEntry::Spread(value) => spreads.push(self.value(value).text),
            }
        }
        let end = self.sync_end(expression.span);
        self.condition = outer;
        let ty = self.ty(expression).clone();
        match kind {
            ObjectKind::Json => {
                let mut text = "events::Json::object()".to_owned();
                if let Some(spread) = spreads.first() {
                    text.clone_from(spread);
                }
                for (at, key, value) in pairs {
                    text += &format!("{at}.put({key}, {value})");
                }
                Code::atom(text + &end)
            }
            ObjectKind::BTreeMap | ObjectKind::HashMap => {
                let name = if kind == ObjectKind::BTreeMap { "std::collections::BTreeMap" } else { "std::collections::HashMap" };
                if !spreads.is_empty() {
                    let extend: Vec<String> = spreads.iter().map(|spread| format!("map.extend({spread});")).collect();
                    let insert: Vec<String> =
                        pairs.into_iter().map(|(at, key, value)| format!("{at}map.insert({key}.to_string(), {value});")).collect();
                    return Code::new(
                        format!("{{ let mut map = {name}::new(); {} {} map{end} }}", extend.join(" "), insert.join(" ")),
                        level::BLOCK,
                    );
                }
                if pairs.is_empty() {
                    let _ = ty;
                    return Code::atom(format!("{name}::new()"));
                }
                let parts: Vec<String> = pairs.into_iter().map(|(at, key, value)| format!("{at}({key}.to_string(), {value})")).collect();
                Code::atom(format!("{name}::from([{}{end}])", parts.join(", ")))
            }
        }
    }

    fn structure_literal(
        &mut self,
        expression: &'tree Expression,
        path: &'tree crate::tree::Path,
        fields: &'tree [crate::tree::FieldValue],
        base: Option<&'tree Expression>,
    ) -> Code {
        let in_condition = std::mem::replace(&mut self.condition, false);
        let name = match self.names.meaning(expression.id) {
            Meaning::Variant(id, index) if path.segments.len() == 1 => self.variant_path(*id, *index),
            _ => self.path_text(path),
        };
        let mut parts = Vec::new();
        for field in fields {
            let at = self.sync(field.name.span);
            let value = self.value(&field.value).text;
            let label = identifier(&field.name.text);
            parts.push(if field.short && value == label { format!("{at}{label}") } else { format!("{at}{label}: {value}") });
        }
        if base.is_none() {
            parts.extend(self.default_fields(expression, fields));
        }
        if let Some(base) = base {
            let code = self.value(base).text;
            parts.push(format!("..{code}"));
        }
        let end = self.sync_end(expression.span);
        self.condition = in_condition;
        let text = format!("{name} {{ {}{} }}", parts.join(", "), end);
        Code::new(if in_condition { format!("({text})") } else { text }, level::POSTFIX)
    }

    /// The fields with default values that a literal leaves out.
    fn default_fields(&mut self, expression: &Expression, fields: &[crate::tree::FieldValue]) -> Vec<String> {
        let Ty::Named(Head::Item(id), _) = self.ty(expression) else { return Vec::new() };
        let ItemOf::Struct(of) = self.names.item(*id).kind else { return Vec::new() };
        let (crate::tree::Fields::Named(all) | crate::tree::Fields::Tuple(all)) = &of.fields else { return Vec::new() };
        let mut parts = Vec::new();
        for field in all {
            if let Some(default) = &field.default
                && !fields.iter().any(|given| given.name.text == field.name.text)
            {
                let value = self.elsewhere(default);
                parts.push(format!("{}: {value}", identifier(&field.name.text)));
            }
        }
        parts
    }

    /// An expression that stands at another place of the source, on the line that is written.
    pub(super) fn elsewhere(&mut self, expression: &'tree Expression) -> String {
        let line = std::mem::replace(&mut self.line, usize::MAX);
        let text = self.value(expression).text;
        self.line = line;
        text
    }

    fn unary(&mut self, expression: &'tree Expression, operator: UnaryOperator, operand: &'tree Expression) -> Code {
        match operator {
            UnaryOperator::Not => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("!", level::UNARY), level::UNARY)
            }
            UnaryOperator::BitNot => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("!", level::UNARY), level::UNARY)
            }
            UnaryOperator::Negate => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("-", level::UNARY), level::UNARY)
            }
            UnaryOperator::Dereference => {
                let ty = self.ty(operand).clone();
                let code = self.place(operand);
                let _ = expression;
                // `*n` of a value that is no reference.
                if ty.is_number() || matches!(ty, Ty::Bool | Ty::Char) {
                    return code;
                }
                Code::new(code.prefixed("*", level::UNARY), level::UNARY)
            }
        }
    }

    /// An operand behind its references.
    fn dereferenced(&mut self, operand: &'tree Expression) -> Code {
        let ty = self.ty(operand).clone();
        if self.wanted(operand).is_some_and(|wanted| !matches!(wanted, Ty::Ref(..))) {
            return self.value(operand);
        }
        let code = self.place(operand);
        let depth = ty.depth();
        if depth == 0 || matches!(ty.behind(), Ty::Str) {
            code
        } else {
            Code::new(code.prefixed(&"*".repeat(depth), level::UNARY), level::UNARY)
        }
    }

    fn reference(&mut self, expression: &'tree Expression, mutable: bool, operand: &'tree Expression) -> Code {
        if matches!(operand.unparenthesized().kind, ExpressionKind::Index { .. }) && is_part(operand) {
            // A part is a reference already.
            let code = self.place(operand);
            if mutable {
                return Code::new(code.text.replacen('&', "&mut ", 1), code.level);
            }
            return code;
        }
        let _ = expression;
        let code = if self.wanted(operand).is_some() {
            self.value(operand)
        } else if mutable {
            self.target(operand)
        } else {
            self.place(operand)
        };
        Code::new(code.prefixed(if mutable { "&mut " } else { "&" }, level::UNARY), level::UNARY)
    }

    fn cast(&mut self, expression: &'tree Expression, value: &'tree Expression) -> Code {
        let to = self.types.casts.get(&expression.id).cloned().unwrap_or(Ty::Unknown);
        let from = self.ty(value).clone();
        let inner = from.behind().clone();
        let code = self.dereferenced(value);
        let written = match &expression.kind {
            ExpressionKind::Cast { ty, .. } => self.written(ty, super::type_text::Elided::Allowed),
            _ => String::new(),
        };
        match (&inner, &to) {
            (Ty::Int(Int::U8), Ty::Char) => Code::new(format!("{} as char", code.at(level::CAST)), level::CAST),
            (Ty::Int(_), Ty::Char) => {
                let number = code.at(level::CAST);
                Code::atom(format!("char::from_u32({number} as u32).expect(\"a character\")"))
            }
            (Ty::Char, Ty::Int(Int::U8 | Int::U32) | Ty::Char) => Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST),
            (Ty::Char, Ty::Int(_)) => Code::new(format!("{} as u32 as {written}", code.at(level::CAST)), level::CAST),
            (Ty::Int(_) | Ty::Char | Ty::Bool | Ty::F64, Ty::String) => code.method(".to_string()"),
            (Ty::Str | Ty::String, Ty::String) => code.method(".to_string()"),
            (Ty::Bool, Ty::F64 | Ty::F32) => Code::new(format!("{} as u8 as {written}", code.at(level::CAST)), level::CAST),
            (one, other) if one == other && one.is_number() => {
                if matches!(value.unparenthesized().kind, ExpressionKind::Literal(_)) {
                    code
                } else {
                    Code { level: code.level, text: code.text }
                }
            }
            (Ty::Named(Head::Item(id), _), Ty::Int(_)) if self.is_own_type(*id) => {
                Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST)
            }
            _ => Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST),
        }
    }

    fn pipeline(&mut self, expression: &'tree Expression, value: &'tree Expression, function: &'tree Expression) -> Code {
        match &function.kind {
            ExpressionKind::Call { function: inner, arguments } => {
                let all: Vec<&'tree Expression> = std::iter::once(value).chain(arguments).collect();
                self.call(expression, inner, &all)
            }
            _ => self.call(expression, function, &[value]),
        }
    }

    pub(super) fn field(&mut self, value: &'tree Expression, name: &'tree crate::tree::Name) -> Code {
        let ty = self.ty(value).behind().clone();
        if ty.is_known("BTreeMap") || ty.is_known("HashMap") {
            let own = self.ty(value).clone();
            let code = self.place(value);
            let map = if matches!(own, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
            return Code::new(format!("*std::ruchy::entry({map}, {})", quoted(&name.text)), level::UNARY);
        }
        if ty.is_known("events::Json") {
            let code = self.place(value);
            return code.method(&format!("[{}]", quoted(&name.text)));
        }
        let code = self.place(value);
        let at = self.sync(name.span);
        let text = if name.text.starts_with(|letter: char| letter.is_ascii_digit()) { name.text.clone() } else { identifier(&name.text) };
        code.method(&format!("{at}.{text}"))
    }

    pub(super) fn index(&mut self, expression: &'tree Expression, value: &'tree Expression, index: &'tree Expression) -> Code {
        let ty = self.wanted(value).filter(|ty| ty.is_vec()).unwrap_or_else(|| self.ty(value)).clone();
        let mut inner = ty.behind().clone();
        while let Ty::Named(Head::Known("Box" | "Rc"), arguments) = &inner {
            inner = arguments[0].clone();
        }
        let code =
            if self.wanted(value).is_some_and(Ty::is_vec) && !self.ty(value).is_vec() { self.value(value) } else { self.place(value) };
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.indexed(expression, code, &ty, &inner, index);
        self.condition = outer;
        code
    }

    fn indexed(&mut self, expression: &'tree Expression, code: Code, ty: &Ty, inner: &Ty, index: &'tree Expression) -> Code {
        let range = match &index.unparenthesized().kind {
            ExpressionKind::Range { start, end, inclusive } => Some((start.as_deref(), end.as_deref(), *inclusive)),
            _ => None,
        };
        match (inner, range) {
            (Ty::String | Ty::Str, Some((start, end, inclusive))) => {
                let text = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let range = self.i64_range(start, end, inclusive);
                Code::atom(format!("std::ruchy::letters({text}, {range})"))
            }
            (Ty::String | Ty::Str, None) => {
                let text = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let index = self.i64_index(index);
                Code::atom(format!("std::ruchy::char_at({text}, {index})"))
            }
            (Ty::Named(Head::Known("Vec"), _) | Ty::Array(_) | Ty::Slice(_), Some((start, end, inclusive))) => {
                let literal = start.is_none_or(is_index_literal) && end.is_none_or(is_index_literal);
                if literal {
                    let end_text = |end: Option<&Expression>| end.map(literal_digits).unwrap_or_default();
                    return Code::new(
                        code.prefixed("&", level::POSTFIX)
                            + &format!("[{}{}{}]", end_text(start), if inclusive { "..=" } else { ".." }, end_text(end)),
                        level::UNARY,
                    );
                }
                let list = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let range = self.i64_range(start, end, inclusive);
                Code::atom(format!("std::ruchy::part({list}, {range})"))
            }
            (Ty::Named(Head::Known("Vec"), _) | Ty::Array(_) | Ty::Slice(_), None) => {
                if is_index_literal(index) {
                    return code.method(&format!("[{}]", literal_digits(index.unparenthesized())));
                }
                let index = self.index_text(index);
                code.method(&format!("[{index}]"))
            }
            (Ty::Named(Head::Known("VecDeque"), _), None) => {
                if is_index_literal(index) {
                    return code.method(&format!("[{}]", literal_digits(index.unparenthesized())));
                }
                let index_ty = self.ty(index).behind().clone();
                let index = self.dereferenced(index).text;
                if index_ty == Ty::Int(Int::Usize) {
                    code.method(&format!("[{index}]"))
                } else {
                    code.method(&format!("[std::ruchy::size({index})]"))
                }
            }
            (Ty::Named(Head::Known("HashMap" | "BTreeMap"), _), None) => {
                let map = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let key = self.value(index).text;
                Code::new(format!("*std::ruchy::entry({map}, {key})"), level::UNARY)
            }
            _ => {
                let _ = expression;
                let index = self.value(index).text;
                code.method(&format!("[{index}]"))
            }
        }
    }

    /// An index as `i64`.
    /// What stands in the brackets of a list.
    pub(super) fn index_text(&mut self, index: &'tree Expression) -> String {
        let ty = self.wanted(index).unwrap_or_else(|| self.ty(index)).behind().clone();
        match ty {
            Ty::Int(Int::Usize) => self.dereferenced(index).text,
            Ty::Unknown | Ty::Opaque(_) => self.value(index).text,
            _ => format!("std::ruchy::At({})", self.i64_index(index)),
        }
    }

    fn i64_index(&mut self, index: &'tree Expression) -> String {
        let ty = self.wanted(index).unwrap_or_else(|| self.ty(index)).behind().clone();
        let code = self.dereferenced(index);
        match ty {
            Ty::Int(Int::I64) | Ty::Unknown => code.text,
            Ty::Int(_) => format!("{} as i64", code.at(level::CAST)),
            _ => code.text,
        }
    }

    fn i64_range(&mut self, start: Option<&'tree Expression>, end: Option<&'tree Expression>, inclusive: bool) -> String {
        let start = start.map(|start| self.i64_end(start)).unwrap_or_default();
        let end = end.map(|end| self.i64_end(end)).unwrap_or_default();
        format!("{start}{}{end}", if inclusive { "..=" } else { ".." })
    }

    fn i64_end(&mut self, end: &'tree Expression) -> String {
        let ty = self.wanted(end).unwrap_or_else(|| self.ty(end)).behind().clone();
        let code = if self.wanted(end).is_some() { self.value(end) } else { self.dereferenced(end) };
        match ty {
            Ty::Int(Int::I64) | Ty::Unknown => code.at(level::RANGE + 1),
            _ => format!("{} as i64", code.at(level::CAST)),
        }
    }

    fn binary(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
    ) -> Code {
        match operator {
            BinaryOperator::Coalesce => return self.coalesce(left, right),
            BinaryOperator::And | BinaryOperator::Or => {
                let level = if operator == BinaryOperator::And { level::AND } else { level::OR };
                let (one, other) = (self.dereferenced(left), self.dereferenced(right));
                return Code::new(format!("{} {} {}", one.at(level), operator.symbol(), other.at(level + 1)), level);
            }
            BinaryOperator::Power => return self.power(expression, left, right),
            _ => {}
        }
        if operator.is_comparison() {
            return self.comparison(operator, left, right);
        }
        let ty = self.ty(expression).clone();
        match (operator, &ty) {
            (BinaryOperator::Add, Ty::String) => return self.concatenation(expression),
            (BinaryOperator::Add, Ty::Named(Head::Known("Vec"), _)) => {
                let (one, other) = (self.slice_of(left), self.slice_of(right));
                return Code::atom(format!("[{one}, {other}].concat()"));
            }
            (BinaryOperator::Multiply, Ty::String) => {
                let text = self.place(left);
                let count = self.count(right);
                return text.method(&format!(".repeat({count})"));
            }
            (BinaryOperator::Multiply, Ty::Named(Head::Known("Vec"), _)) => {
                let list = self.place(left);
                let count = self.count(right);
                return list.method(&format!(".repeat({count})"));
            }
            _ => {}
        }
        let (rust, level) = match operator {
            BinaryOperator::BitOr => ("|", level::BIT_OR),
            BinaryOperator::BitXor => ("^", level::BIT_XOR),
            BinaryOperator::BitAnd => ("&", level::BIT_AND),
            BinaryOperator::ShiftLeft => ("<<", level::SHIFT),
            BinaryOperator::ShiftRight => (">>", level::SHIFT),
            BinaryOperator::Add => ("+", level::SUM),
            BinaryOperator::Subtract => ("-", level::SUM),
            BinaryOperator::Multiply => ("*", level::PRODUCT),
            BinaryOperator::Divide => ("/", level::PRODUCT),
            _ => ("%", level::PRODUCT),
        };
        let one = self.operand(left);
        let other = self.operand(right);
        let mut first = one.at(level);
        if operator == BinaryOperator::ShiftLeft && one.level == level::CAST {
            first = format!("({first})");
        }
        Code::new(format!("{first} {rust} {}", other.at(level + 1)), level)
    }

    /// An operand of arithmetic: numbers behind references are copied, sets are borrowed.
    fn operand(&mut self, operand: &'tree Expression) -> Code {
        let ty = self.ty(operand).clone();
        if let Ty::Named(Head::Known("HashSet" | "BTreeSet"), _) = &ty {
            let code = self.place(operand);
            return Code::new(code.prefixed("&", level::UNARY), level::UNARY);
        }
        if self.wanted(operand).is_some() {
            return self.value(operand);
        }
        match ty.behind() {
            Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool => self.dereferenced(operand),
            _ => self.value(operand),
        }
    }

    /// A count of repetitions, as usize.
    pub(super) fn count(&mut self, count: &'tree Expression) -> String {
        let ty = self.ty(count).behind().clone();
        if is_index_literal(count) {
            return literal_digits(count.unparenthesized());
        }
        let code = self.dereferenced(count).text;
        match ty {
            Ty::Int(Int::Usize) => code,
            Ty::Int(Int::I64) => format!("std::ruchy::size({code})"),
            _ => format!("std::ruchy::number::<_, usize>({code})"),
        }
    }

    /// A list, borrowed as a slice.
    fn slice_of(&mut self, list: &'tree Expression) -> String {
        let ty = self.ty(list).clone();
        let code = if matches!(ty, Ty::Iter(_)) {
            let code = self.place(list);
            return format!("&std::ruchy::list({})[..]", code.text);
        } else {
            self.place(list)
        };
        format!("{}[..]", code.prefixed("&", level::POSTFIX))
    }

    fn power(&mut self, expression: &'tree Expression, left: &'tree Expression, right: &'tree Expression) -> Code {
        let ty = self.ty(expression).clone();
        let base = self.operand(left);
        if ty.is_float() {
            let exponent = self.operand(right).text;
            return base.method(&format!(".powf({exponent})"));
        }
        let exponent = self.dereferenced(right).text;
        Code::atom(format!("std::ruchy::pow({}, {exponent})", base.text))
    }

    fn coalesce(&mut self, left: &'tree Expression, right: &'tree Expression) -> Code {
        let ty = self.ty(left).clone();
        let code = self.value(left);
        let is_literal = matches!(right.unparenthesized().kind, ExpressionKind::Literal(_));
        let copied = match ty.behind() {
            Ty::Named(Head::Known("Option"), arguments)
                if matches!(arguments[0], Ty::Ref(..)) && self.wanted(right).is_some_and(|wanted| *wanted != arguments[0]) =>
            {
                let wanted = self.wanted(right).cloned().unwrap_or(Ty::Unknown);
                self.convert(code, &ty, &Ty::option(wanted))
            }
            _ => code,
        };
        let other = self.value(right).text;
        if is_literal && !other.contains("to_string") {
            copied.method(&format!(".unwrap_or({other})"))
        } else if ty.is_known("Result") {
            copied.method(&format!(".unwrap_or_else(|_| {other})"))
        } else {
            copied.method(&format!(".unwrap_or_else(|| {other})"))
        }
    }

    fn comparison(&mut self, operator: BinaryOperator, left: &'tree Expression, right: &'tree Expression) -> Code {
        let (a, b) = (self.ty(left).clone(), self.ty(right).clone());
        let (one, other) = self.compared(operator, left, right, &a, &b);
        let mut first = one.at(level::COMPARE + 1);
        // `a as i64 < b` would begin type arguments.
        if operator == BinaryOperator::Less && one.level == level::CAST {
            first = format!("({first})");
        }
        Code::new(format!("{first} {} {}", operator.symbol(), other.at(level::COMPARE + 1)), level::COMPARE)
    }

    fn compared(&mut self, operator: BinaryOperator, left: &'tree Expression, right: &'tree Expression, a: &Ty, b: &Ty) -> (Code, Code) {
        let (inner_a, inner_b) = (a.behind().clone(), b.behind().clone());
        if (inner_a.is_number() || inner_b.is_number()) && (self.wanted(left).is_some() || self.wanted(right).is_some()) {
            return (self.operand(left), self.operand(right));
        }
        let text = |ty: &Ty| ty.is_text() || *ty == Ty::Char;
        if text(&inner_a) && text(&inner_b) {
            let ordered = !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
            return (self.compared_text(left, a, b, ordered), self.compared_text(right, b, a, ordered));
        }
        if let (Ty::Named(Head::Known("Option"), one), Ty::Named(Head::Known("Option"), other)) = (&inner_a, &inner_b) {
            return self.compared_options(left, right, a, b, &one[0], &other[0]);
        }
        let (one, other) = (self.place(left), self.place(right));
        let (depth_a, depth_b) = (a.depth(), b.depth());
        let at_depth = |code: Code, depth: usize, least: usize| {
            if depth > least { Code::new(code.prefixed(&"*".repeat(depth - least), level::UNARY), level::UNARY) } else { code }
        };
        if matches!(a, Ty::Unknown) || matches!(b, Ty::Unknown) {
            return (one, other);
        }
        let least = depth_a.min(depth_b);
        (at_depth(one, depth_a, least), at_depth(other, depth_b, least))
    }

    /// Text that is compared: `String` with `String` or `&str`, references removed down to that.
    fn compared_text(&mut self, operand: &'tree Expression, own: &Ty, other: &Ty, ordered: bool) -> Code {
        let code = self.place(operand);
        if *own.behind() == Ty::Char {
            return if *other.behind() == Ty::Char {
                Code::new(code.prefixed(&"*".repeat(own.depth()), level::UNARY), if own.depth() > 0 { level::UNARY } else { code.level })
            } else {
                Code::new(code.method(".to_string()").text.clone(), level::POSTFIX)
            };
        }
        if ordered && (*other.behind() == Ty::Char || own.behind() != other.behind()) {
            return if *own.behind() == Ty::String {
                code.method(".as_str()")
            } else {
                Code::new(
                    code.prefixed(&"*".repeat(own.depth().saturating_sub(1)), level::UNARY),
                    if own.depth() > 1 { level::UNARY } else { code.level },
                )
            };
        }
        let spare = match own.behind() {
            Ty::Str => own.depth().saturating_sub(1),
            _ => own.depth(),
        };
        if spare == 0 { code } else { Code::new(code.prefixed(&"*".repeat(spare), level::UNARY), level::UNARY) }
    }

    fn compared_options(
        &mut self,
        left: &'tree Expression,
        right: &'tree Expression,
        a: &Ty,
        b: &Ty,
        one: &Ty,
        other: &Ty,
    ) -> (Code, Code) {
        let (code_a, code_b) = (self.place(left), self.place(right));
        let is_none = |expression: &Expression| matches!(&expression.unparenthesized().kind, ExpressionKind::Path(path) if path.as_name().is_some_and(|name| name.text == "None"));
        if one == other || is_none(left) || is_none(right) {
            let least = a.depth().min(b.depth());
            let cut = |code: Code, depth: usize| {
                if depth > least { Code::new(code.prefixed(&"*".repeat(depth - least), level::UNARY), level::UNARY) } else { code }
            };
            return (cut(code_a, a.depth()), cut(code_b, b.depth()));
        }
        let bring = |code: Code, own: &Ty, wanted: &Ty| match (own, wanted) {
            (Ty::String, Ty::Ref(_, inner)) if **inner == Ty::Str => code.method(".as_deref()"),
            (Ty::Ref(_, inner), Ty::Ref(_, text)) if **inner == Ty::String && **text == Ty::Str => {
                code.method(".map(|text| text.as_str())")
            }
            (own, Ty::Ref(_, inner)) if own == &**inner => code.method(".as_ref()"),
            _ => code,
        };
        let code_a = bring(code_a, one, other);
        let code_b = bring(code_b, other, one);
        (code_a, code_b)
    }
}

/// Whether an expression is a place in memory.
pub(super) fn is_place(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Path(_) | ExpressionKind::Field { .. } => true,
        ExpressionKind::Index { .. } => !is_part(expression),
        ExpressionKind::Unary { operator: UnaryOperator::Dereference, .. } => true,
        ExpressionKind::Parenthesized(inner) => is_place(inner),
        _ => false,
    }
}

/// `a[1..3]`
pub(super) fn is_part(expression: &Expression) -> bool {
    matches!(&expression.unparenthesized().kind, ExpressionKind::Index { index, .. } if matches!(index.unparenthesized().kind, ExpressionKind::Range { .. }))
}

/// A literal that is an index as it stands.
pub(super) fn is_index_literal(expression: &Expression) -> bool {
    matches!(&expression.unparenthesized().kind, ExpressionKind::Literal(Literal::Integer(_)))
}

pub(super) fn literal_digits(expression: &Expression) -> String {
    match &expression.unparenthesized().kind {
        ExpressionKind::Literal(Literal::Integer(integer)) => integer.digits.clone(),
        _ => String::new(),
    }
}
