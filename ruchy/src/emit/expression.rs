//! Expressions: one arm for each kind, conversions, moves and clones.

use super::{Code, Emitter, level};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::names::{ItemOf, Meaning};
use crate::tree::{Expression, ExpressionKind, Literal, UnaryOperator};
use crate::types::{Head, Owner, Ty};

impl<'tree> Emitter<'tree> {
    /// An expression as a value of the type that its place wants.
    pub(super) fn value(&mut self, expression: &'tree Expression) -> Code {
        if let ExpressionKind::Parenthesized(inner) = &expression.kind {
            return self.value(inner);
        }
        if is_distributed(expression) {
            return self.code(expression);
        }
        let from = self.ty(expression);
        let to = self.wanted(expression).unwrap_or(from);
        if from == to || *to == Ty::Unknown || *from == Ty::Unknown {
            return self.owned(expression, from, to);
        }
        self.converted(expression, from, to)
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
        if self.can_move(expression) || self.is_fresh(expression) {
            return code;
        }
        if self.holds_boxed_traits(ty) {
            let found = crate::types::type_text(ty, self.names);
            let error =
                Diagnostic::error(ErrorCode::UsedUp, expression.span, format!("`{found}` is used again later, but it cannot be copied"));
            self.errors.push(error.help("borrow it here, `&value`, or use it here for the last time"));
        }
        self.clones(ty);
        code.method(".clone()")
    }

    /// A part of a tuple. Each function has a type of its own in Rust; here all that take and return the same are alike.
    fn part(&mut self, part: &'tree Expression) -> String {
        let code = self.value(part);
        let is_function = matches!(self.names.meaning(part.unparenthesized().id), Meaning::Item(id) if matches!(self.names.item(*id).kind, ItemOf::Function(_)));
        // So has each closure; those that capture nothing are functions.
        let is_free = matches!(part.unparenthesized().kind, ExpressionKind::Lambda(_))
            && self.names.captures.get(&part.unparenthesized().id).is_none_or(Vec::is_empty)
            && !self.wanted(part).is_some_and(|wanted| wanted.is_known("Box"));
        match self.ty(part) {
            Ty::Fn(parameters, _) if is_function => {
                format!("{} as fn({}) -> _", code.at(level::CAST), vec!["_"; parameters.len()].join(", "))
            }
            Ty::Fn(parameters, result) if is_free => {
                let types: Option<Vec<String>> = parameters.iter().chain([&**result]).map(|ty| self.rust_type(ty)).collect();
                match types.as_deref() {
                    Some([parameters @ .., result]) => format!("({}) as fn({}) -> {result}", code.text, parameters.join(", ")),
                    _ => code.text,
                }
            }
            _ => code.text,
        }
    }

    /// Notes that values of a type are shown: its type parameters need the bound.
    pub(super) fn shows(&self, ty: &Ty) {
        let _ = ty.any(&mut |part| {
            if let Ty::Param(name) = part {
                self.shown_parameters.borrow_mut().insert(name.clone());
            }
            false
        });
    }

    /// Notes that values of a type are cloned: its type parameters need the bound.
    pub(super) fn clones(&self, ty: &Ty) {
        let _ = ty.any(&mut |part| {
            if let Ty::Param(name) = part {
                self.cloned.borrow_mut().insert(name.clone());
            }
            false
        });
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
                    Ty::Named(Head::Item(id), _) => !self.types.implemented.has(Owner::Item(*id), "Drop"),
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
            // An integer has no negative zero.
            let sign = if integer.value == 0 { "" } else { "-" };
            return Code::new(format!("{at}{sign}{}.0", integer.value), level::UNARY);
        }
        if let (ExpressionKind::Lambda(_), Ty::Fn(..)) = (&expression.kind, to) {
            return self.code(expression);
        }
        let by_reference = matches!(to, Ty::Ref(..)) && !matches!(from, Ty::Ref(..));
        let looks = by_reference || matches!(from, Ty::Ref(..)) || matches!((from, to), (Ty::Char, Ty::String) | (Ty::Array(_), _));
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
            ExpressionKind::FString(parts) => self.f_string(expression.id, parts),
            ExpressionKind::Path(path) => self.path(expression, path),
            ExpressionKind::Parenthesized(inner) => self.code(inner),
            ExpressionKind::Tuple(all) => {
                let outer = std::mem::replace(&mut self.condition, false);
                let parts: Vec<String> = all.iter().map(|part| self.part(part)).collect();
                self.condition = outer;
                Code::atom(if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(", ")) })
            }
            ExpressionKind::List(elements) => self.list(expression, elements),
            ExpressionKind::Repeat { value, count } => self.repeat(expression, value, count),
            ExpressionKind::Comprehension(of) => self.comprehension(of),
            ExpressionKind::Object(entries) => self.object(expression, entries),
            ExpressionKind::Struct { path, fields, base } => self.structure_literal(expression, path, fields, base.as_deref()),
            ExpressionKind::Spread(inner) => self.value(inner),
            ExpressionKind::Unary { operator, operand, .. } => self.unary(*operator, operand),
            ExpressionKind::Reference { mutable, operand } => self.reference(expression, *mutable, operand),
            ExpressionKind::Binary { operator, left, right, .. } => self.binary(expression, *operator, left, right),
            ExpressionKind::Pipeline { .. } if self.names.piped.contains(&expression.id) => self.method_call(expression),
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
                let end = end.as_ref().map(|end| self.value(end).into_text_at(level::RANGE + 1)).unwrap_or_default();
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
        if at.is_empty() { code } else { Code { text: at + &code.text, level: code.level } }
    }

    fn range_end(&mut self, start: &'tree Expression, end: Option<&'tree Expression>) -> String {
        // A range of literals only says its type.
        let _ = end;
        self.value(start).into_text_at(level::RANGE + 1)
    }
}

/// Whether an expression is a place in memory.
pub(super) fn is_place(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Path(_) | ExpressionKind::Field { .. } => true,
        ExpressionKind::Index { index, .. } => !matches!(index.unparenthesized().kind, ExpressionKind::Range { .. }),
        ExpressionKind::Unary { operator: UnaryOperator::Dereference, .. } => true,
        ExpressionKind::Parenthesized(inner) => is_place(inner),
        _ => false,
    }
}

/// Whether the branches of an expression are converted, each by itself.
fn is_distributed(expression: &Expression) -> bool {
    matches!(
        expression.kind,
        ExpressionKind::If { .. }
            | ExpressionKind::Match { .. }
            | ExpressionKind::Block { label: None, .. }
            | ExpressionKind::Ternary { .. }
            | ExpressionKind::TryCatch(_)
    )
}
