//! Expressions: one arm for each kind, and the kinds that need few lines.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::{ItemId, ItemOf, Meaning};
use crate::tree::{Expression, ExpressionKind, FStringPart, Fields, Literal, Type};

/// The most parts that a type may have: tuples of tuples double with each `let`.
const TYPE_PARTS_MAX: usize = 1_000;

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn set(&mut self, expression: &'tree Expression, ty: Ty) {
        self.types.of[expression.id.index()] = ty;
    }

    /// Infers the type of an expression, and records it.
    pub(super) fn infer(&mut self, expression: &'tree Expression, expect: &Expect) -> Ty {
        let mut ty = self.infer_kind(expression, expect);
        let may_grow = matches!(
            expression.kind,
            ExpressionKind::Tuple(_) | ExpressionKind::Call { .. } | ExpressionKind::MethodCall { .. } | ExpressionKind::Struct { .. }
        );
        if may_grow && !self.variables.is_within(&ty, TYPE_PARTS_MAX) {
            let message = format!("the type of this value has more than {TYPE_PARTS_MAX} parts");
            self.error(Code::TooDeep, expression.span, message).help = Some("use a struct in place of nested tuples".to_owned());
            ty = Ty::Unknown;
        }
        self.set(expression, ty.clone());
        ty
    }

    pub(super) fn expected(&self, expect: &Expect) -> Option<Ty> {
        match expect {
            Expect::Type(ty) => {
                let ty = self.shallow(ty);
                (self.variables.kind(&ty) != Some(Kind::Any)).then_some(ty)
            }
            _ => None,
        }
    }

    fn infer_kind(&mut self, expression: &'tree Expression, expect: &Expect) -> Ty {
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal_at(literal, expect),
            ExpressionKind::FString(parts) => self.f_string(parts),
            ExpressionKind::Path(path) => self.path(expression, path, expect),
            ExpressionKind::Parenthesized(inner) => self.infer(inner, expect),
            ExpressionKind::Tuple(all) => self.tuple(all, expect),
            ExpressionKind::List(elements) => self.list(elements, expect),
            ExpressionKind::Repeat { value, count } => self.repeated(value, count, expect),
            ExpressionKind::Comprehension(of) => self.comprehension(of),
            ExpressionKind::Object(entries) => self.object(expression, entries, expect),
            ExpressionKind::Struct { path, fields, base } => self.structure(expression, path, fields, base.as_deref(), expect),
            ExpressionKind::Spread(inner) => self.infer(inner, &Expect::Nothing),
            ExpressionKind::Unary { operator, operand, .. } => self.unary(expression, *operator, operand, expect),
            ExpressionKind::Reference { mutable, operand } => self.reference(*mutable, operand, expect),
            ExpressionKind::Binary { operator, left, right, .. } => self.binary(expression, *operator, left, right),
            ExpressionKind::Pipeline { value, .. } if self.names.piped.contains(&expression.id) => {
                let ty = self.infer(value, &Expect::Nothing);
                self.method_call(expression, &ty, expect)
            }
            ExpressionKind::Pipeline { value, function } => self.pipeline(expression, value, function, expect),
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.condition(condition, "? :");
                self.branches(&[then, otherwise], expect)
            }
            ExpressionKind::Range { start, end, inclusive } => self.range(start.as_deref(), end.as_deref(), *inclusive),
            ExpressionKind::Assign { place, value } => self.assign(place, value),
            ExpressionKind::AssignOperator { operator, place, value, .. } => self.assign_operator(expression, *operator, place, value),
            ExpressionKind::Increment { place, .. } => {
                self.infer(place, &Expect::Nothing);
                self.place_is_assignable(place);
                Ty::Unit
            }
            ExpressionKind::Cast { value, ty } => self.cast(expression, value, ty),
            ExpressionKind::Try(inner) => self.question_mark(expression, inner, expect),
            ExpressionKind::Let { pattern, value } => {
                self.infer_let(pattern, value);
                Ty::Bool
            }
            ExpressionKind::LetIn { binding, body } => {
                self.local_let(binding);
                self.infer(body, expect)
            }
            ExpressionKind::Call { function, arguments } => self.call(expression, function, arguments, expect),
            ExpressionKind::MethodCall { receiver, generics, .. } => {
                if generics.is_some() || self.expected(expect).is_some() {
                    self.collected_within(expression);
                }
                let ty = self.infer(receiver, &Expect::Nothing);
                self.method_call(expression, &ty, expect)
            }
            ExpressionKind::Field { value, name } if self.is_type(value) => {
                let of = self.names.item(self.item_of_path(value)).name.clone();
                let place = value.span.to(name.span);
                let error = self.error(Code::UnknownField, place, format!("`{of}` is a type: what belongs to it follows `::`"));
                error.suggest(&format!("{of}::{}", name.text));
                Ty::Unknown
            }
            ExpressionKind::Field { value, name } => {
                let ty = self.infer(value, &Expect::Nothing);
                self.field(expression, &ty, name)
            }
            ExpressionKind::Index { value, index } => self.index(expression, value, index),
            ExpressionKind::Macro(call) => self.macro_call(expression, call, expect),
            ExpressionKind::Lambda(lambda) => self.lambda(expression, lambda, expect),
            ExpressionKind::Block { label: Some(label), block } => self.labelled_block(label, block, expect),
            ExpressionKind::Block { label: None, block } => self.block(block, expect),
            ExpressionKind::If { condition, then, otherwise } => self.if_else(expression, condition, then, otherwise.as_deref(), expect),
            ExpressionKind::Match { value, arms } => self.matched(expression, value, arms, expect),
            ExpressionKind::Loop { label, body } => self.infinite_loop(label.as_ref(), body),
            ExpressionKind::While { label, condition, body } => {
                self.condition(condition, "while");
                self.loop_body(label.as_ref(), body)
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                let mut item = self.iterated(iterable);
                if self.must_copy(pattern) {
                    item = self.unborrowed(&item, true);
                    self.want(iterable, &Ty::known("iter", [item.clone()]));
                }
                self.irrefutable_pattern(pattern, &item);
                self.loop_body(label.as_ref(), body)
            }
            ExpressionKind::TryCatch(of) => self.try_catch(of, expect),
            ExpressionKind::Break { label, value } => self.break_loop(label.as_ref(), value.as_deref()),
            ExpressionKind::Continue { .. } => Ty::Never,
            ExpressionKind::Return(value) => self.return_from(expression, value.as_deref()),
            ExpressionKind::Throw(value) => {
                self.infer(value, &Expect::Nothing);
                Ty::Never
            }
            ExpressionKind::Error => Ty::Unknown,
        }
    }

    fn f_string(&mut self, parts: &'tree [FStringPart]) -> Ty {
        for part in parts {
            if let FStringPart::Hole { expression: hole, .. } = part {
                let ty = self.infer(hole, &Expect::Nothing);
                self.shown_value(hole, &ty);
            }
        }
        Ty::String
    }

    fn item_of_path(&self, value: &Expression) -> ItemId {
        if let Meaning::Item(id) = self.names.meaning(value.id) { *id } else { ItemId(0) }
    }

    /// Whether an expression is the name of an enum, or of a struct with fields.
    fn is_type(&self, value: &Expression) -> bool {
        matches!(value.kind, ExpressionKind::Path(_))
            && matches!(self.names.meaning(value.id), Meaning::Item(id) if match self.names.item(*id).kind {
                ItemOf::Enum(_) => true,
                ItemOf::Struct(of) => matches!(of.fields, Fields::Named(_)),
                _ => false,
            })
    }

    fn cast(&mut self, expression: &'tree Expression, value: &'tree Expression, ty: &'tree Type) -> Ty {
        let to = self.lower(ty, self.scope);
        let hint = if matches!(to, Ty::Fn(..)) { Expect::Type(to.clone()) } else { Expect::Nothing };
        let from = self.infer(value, &hint);
        self.types.casts.insert(expression.id, to.clone());
        let inner = self.shallow(self.shallow(&from).behind());
        let is_text = inner.is_text() || self.variables.kind(&inner) == Some(Kind::Text);
        if is_text && matches!(to, Ty::Int(_) | Ty::F64 | Ty::F32) {
            let wanted = self.shown(&to);
            let error = self.error(Code::BadCast, expression.span, format!("`as` cannot read text as `{wanted}`"));
            error.help = Some(format!("write `….parse::<{wanted}>()`, or `parse_int(…)`"));
        }
        let is_compound = matches!(inner, Ty::Unit | Ty::Tuple(_) | Ty::Array(_) | Ty::Slice(_) | Ty::Fn(..) | Ty::Range(..) | Ty::Iter(_))
            || matches!(&inner, Ty::Named(Head::Known(name), _) if !["Box", "Rc", "Arc"].contains(name))
            || matches!(&inner, Ty::Named(Head::Item(id), _) if matches!(self.names.item(*id).kind, ItemOf::Struct(_)));
        if matches!(to, Ty::Ref(..) | Ty::Tuple(_)) && !matches!(inner, Ty::Unknown | Ty::Opaque(_)) {
            let wanted = self.shown(&to);
            let error = self.error(Code::BadCast, expression.span, format!("`as` cannot convert to `{wanted}`"));
            error.help = Some("only numbers, `bool` and characters are the results of `as`".to_owned());
        }
        if is_compound && (to.is_number() || matches!(to, Ty::Bool | Ty::Char)) {
            let (found, wanted) = (self.shown(&from), self.shown(&to));
            let error = self.error(Code::BadCast, expression.span, format!("`as` cannot convert `{found}` to `{wanted}`"));
            error.help = Some("only numbers, `bool`, characters and enums without data are converted by `as`".to_owned());
        }
        to
    }

    fn literal_at(&mut self, literal: &'tree Literal, expect: &Expect) -> Ty {
        let expected = self.expected(expect);
        if let (Literal::Null, Some(Ty::Named(Head::Known("events::Json"), _))) = (literal, &expected) {
            return Ty::known("events::Json", []);
        }
        let ty = self.literal(literal);
        if let Some(expected) = expected {
            match (self.variables.kind(&ty), &expected) {
                (Some(Kind::Int), Ty::Int(_) | Ty::F32 | Ty::F64)
                | (Some(Kind::Float), Ty::F32 | Ty::F64)
                | (Some(Kind::Text), Ty::String) => {
                    self.variables.unify(&ty, &expected);
                }
                _ => {}
            }
        }
        ty
    }

    pub(super) fn reference(&mut self, mutable: bool, operand: &'tree Expression, expect: &Expect) -> Ty {
        let inner_expect = match self.expected(expect) {
            Some(Ty::Ref(_, inner)) => match self.shallow(&inner) {
                Ty::Slice(element) if matches!(operand.unparenthesized().kind, ExpressionKind::List(_)) => Expect::Type(Ty::Array(element)),
                Ty::Str | Ty::Slice(_) => Expect::Nothing,
                other => Expect::Type(other),
            },
            _ => Expect::Nothing,
        };
        let ty = self.infer(operand, &inner_expect);
        if self.is_part(operand) {
            return match self.shallow(&ty) {
                Ty::Ref(_, inner) => Ty::Ref(mutable, inner),
                other => other,
            };
        }
        if mutable && matches!(operand.unparenthesized().kind, ExpressionKind::Field { .. } | ExpressionKind::Index { .. }) {
            self.place_is_assignable(operand);
        }
        let keeps = matches!(self.expected(expect), Some(Ty::Ref(true, inner)) if matches!(self.shallow(&inner), Ty::Iter(_)));
        if let (Ty::Iter(item), false) = (self.shallow(&ty), keeps) {
            let list = Ty::vec(self.owned(&item));
            self.want(operand, &list);
            return Ty::Ref(mutable, Part::new(list));
        }
        Ty::Ref(mutable, Part::new(ty))
    }
}
