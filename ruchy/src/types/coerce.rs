//! Where a value of one type may stand for another: the conversions that the emitter inserts.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Parts, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::Meaning;
use crate::tree::{Block, Expression, ExpressionKind, UnaryOperator};

impl<'tree> Inference<'_, 'tree> {
    /// Infers an expression whose place wants `expected`.
    pub(super) fn check(&mut self, expression: &'tree Expression, expected: &Ty) {
        let actual = self.infer(expression, &Expect::Type(expected.clone()));
        self.coerce(expression, &actual, expected);
    }

    /// Records that the place of an expression of type `actual` wants `expected`, and reports it if that cannot be.
    pub(super) fn coerce(&mut self, expression: &'tree Expression, actual: &Ty, expected: &Ty) {
        if !self.fits(actual, expected, is_literal(expression)) {
            self.wants_array(expression, expected);
            self.mismatch(expression, actual, expected);
        }
        if let (Ty::Ref(true, _), own) = (self.shallow(expected), self.shallow(actual))
            && !matches!(own, Ty::Ref(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Never)
        {
            self.mutate(expression);
        }
        self.want(expression, expected);
    }

    /// Records that the list in a variable must be an array, or that what is collected in it has another type than a list: the next
    /// inference makes it one.
    fn wants_array(&mut self, expression: &'tree Expression, expected: &Ty) {
        let place = match &expression.unparenthesized().kind {
            ExpressionKind::Reference { operand, .. } => operand.unparenthesized(),
            _ => expression.unparenthesized(),
        };
        let array = self.variables.deep(expected.behind());
        let Meaning::Local(id) = self.names.meaning(place.id) else { return };
        let node = self.names.local(*id).node;
        let is_collection = matches!(
            &array,
            Ty::Named(Head::Known("HashSet" | "BTreeSet" | "HashMap" | "BTreeMap" | "VecDeque" | "BinaryHeap" | "LinkedList"), _)
                | Ty::String
        );
        if matches!(array, Ty::Array(_)) || (is_collection && self.collected.contains(&node)) {
            self.types.found.arrays.insert(node, array);
        }
    }

    /// Records what the place of an expression wants, at the ends of its branches.
    pub(super) fn want(&mut self, expression: &'tree Expression, expected: &Ty) {
        match &expression.kind {
            ExpressionKind::Parenthesized(inner) => self.want(inner, expected),
            ExpressionKind::Block { block, label: None } => self.want_block(block, expected),
            ExpressionKind::If { then, otherwise: Some(otherwise), .. } => {
                self.want_block(then, expected);
                self.want(otherwise, expected);
            }
            ExpressionKind::Match { arms, .. } => arms.iter().for_each(|arm| self.want(&arm.body, expected)),
            ExpressionKind::Ternary { then, otherwise, .. } => {
                self.want(then, expected);
                self.want(otherwise, expected);
            }
            ExpressionKind::Tuple(parts) if self.parts_of(expected).is_some_and(|types| types.len() == parts.len()) => {
                let types = self.parts_of(expected).unwrap_or_default();
                parts.iter().zip(&types).for_each(|(part, ty)| self.want(part, ty));
            }
            ExpressionKind::TryCatch(of) => {
                self.want_block(&of.body, expected);
                if let Some(catch) = &of.catch {
                    self.want_block(&catch.body, expected);
                }
            }
            _ => {
                self.types.wanted.insert(expression.id, expected.clone());
                return;
            }
        }
        let own = self.types.of[expression.id.index()].clone();
        if self.shallow(&own) != Ty::Never {
            self.types.of[expression.id.index()] = expected.clone();
        }
    }

    /// The types of a tuple.
    fn parts_of(&self, ty: &Ty) -> Option<Parts> {
        match self.shallow(ty) {
            Ty::Tuple(types) => Some(types),
            _ => None,
        }
    }

    fn want_block(&mut self, block: &'tree Block, expected: &Ty) {
        if let Some(crate::tree::Statement { kind: crate::tree::StatementKind::Expression(tail), id, semicolon, .. }) =
            block.statements.last()
            && (!semicolon || self.types.revived.contains(id))
        {
            self.want(tail, expected);
        }
    }

    fn mismatch(&mut self, expression: &'tree Expression, actual: &Ty, expected: &Ty) {
        let (found, wanted) = (self.shown(actual), self.shown(expected));
        let help = match (self.shallow(actual), self.shallow(expected)) {
            (_, other) if is_null(expression) => {
                let shown = self.shown(&other);
                Some(format!("`null` is `None`: a value that may be missing has the type `Option<{shown}>`"))
            }
            (actual, expected) if actual.is_float() && matches!(expected, Ty::Int(_)) => Some(format!("convert it: `… as {wanted}`")),
            (actual, Ty::Int(_)) if self.variables.kind(&actual) == Some(Kind::Float) => Some(format!("convert it: `… as {wanted}`")),
            (Ty::Named(Head::Known("Option"), arguments), other) if arguments.first().is_some_and(|inner| self.shallow(inner) == other) => {
                Some("take the value out: `….unwrap_or(…)`, `if let Some(value) = …`, or `?`".to_owned())
            }
            (Ty::Named(Head::Known("Result"), _), _) => Some("take the value out: `?`, `….unwrap_or(…)`, or `match`".to_owned()),
            (_, Ty::Named(Head::Known("Option"), _)) => Some("wrap it: `Some(…)`".to_owned()),
            (_, Ty::Named(Head::Known("Result"), _)) => Some("wrap it: `Ok(…)`".to_owned()),
            (found, Ty::Trait(id)) if !matches!(found, Ty::Var(_)) => {
                let found = self.shown(&found);
                Some(format!("write `impl {} for {found} {{ … }}`", self.names.item(id).name))
            }
            (Ty::Fn(parameters, result), other) if self.shallow(&result) == other => {
                Some(format!("call it: `…({})`", vec!["…"; parameters.len()].join(", ")))
            }
            (Ty::Unit, _) => Some("a block's value is its last expression, without `;`".to_owned()),
            (actual, expected) if super::json::is_json(actual.behind()) => super::json::help_to_read(&self.firm(&expected)),
            (_, Ty::String) => Some("make it text: `f\"{…}\"`, or `….to_string()`".to_owned()),
            (actual, Ty::Int(_)) if actual.behind().is_text() || self.variables.kind(&actual) == Some(Kind::Text) => {
                Some("read it as a number: `….parse::<i64>()`, or `parse_int(…)`".to_owned())
            }
            (actual, Ty::F64 | Ty::F32) if actual.behind().is_text() || self.variables.kind(&actual) == Some(Kind::Text) => {
                Some("read it as a number: `….parse::<f64>()`, or `parse_float(…)`".to_owned())
            }
            (actual, Ty::Named(Head::Known("Failure"), _))
                if actual.behind().is_text() || self.variables.kind(&actual) == Some(Kind::Text) =>
            {
                Some("make it a failure with a type: `Failure::new(\"Function.BadRequest\", …)`".to_owned())
            }
            _ => None,
        };
        let error = self.error(Code::TypeMismatch, expression.span, format!("expected `{wanted}`, found `{found}`"));
        error.label = format!("this is `{found}`");
        error.help = help;
    }

    /// Whether a value of type `actual` may stand where `expected` is wanted. Variables are bound where there is only one way.
    pub(super) fn fits(&mut self, actual: &Ty, expected: &Ty, literal: bool) -> bool {
        let (a, x) = (self.shallow(actual), self.shallow(expected));
        if a == x {
            return true;
        }
        let (kind_a, kind_x) = (self.variables.kind(&a), self.variables.kind(&x));
        match (&a, &x) {
            (Ty::Ref(_, inner), Ty::Opaque(name))
                if name.contains("Error") && matches!(self.shallow(inner), Ty::Opaque(own) if own == *name) =>
            {
                false
            }
            (Ty::Never | Ty::Unknown, _) | (_, Ty::Unknown | Ty::Opaque(_)) => true,
            (_, Ty::Unit) if kind_a.is_none() => a == Ty::Unit || matches!(a, Ty::Opaque(_)),
            (Ty::Opaque(_), _) => true,
            (Ty::Var(_), Ty::Ref(_, inner)) if kind_a == Some(Kind::Any) && matches!(self.shallow(inner), Ty::Var(_)) => {
                self.variables.unify(&a, &x)
            }
            (Ty::Var(_), _) if matches!(kind_a, Some(Kind::Any)) => self.variables.unify(&a, &x),
            (_, Ty::Var(_)) if matches!(kind_x, Some(Kind::Any)) => self.variables.unify(&a, &x),
            (Ty::Var(_), Ty::F32 | Ty::F64) if kind_a == Some(Kind::Int) && !literal => true,
            (Ty::Var(_), Ty::Var(_)) if kind_a == Some(Kind::Int) && kind_x == Some(Kind::Float) && !literal => true,
            (Ty::Var(_), Ty::String) if kind_a == Some(Kind::Text) && !literal => true,
            (Ty::Var(_), Ty::Ref(_, inner)) if kind_a == Some(Kind::Text) => {
                matches!(self.shallow(inner), Ty::Str | Ty::Unknown | Ty::String | Ty::Var(_))
                    && (matches!(self.shallow(inner), Ty::Str | Ty::Unknown | Ty::String)
                        || self.variables.unify(inner, &if literal { Ty::Str } else { Ty::String }))
            }
            (Ty::Ref(_, inner), Ty::Var(_)) if kind_x == Some(Kind::Text) => {
                self.shallow(inner).is_text() || (self.is_literal_text(inner, &x) && self.variables.unify(inner, &x))
            }
            (Ty::Char, Ty::Var(_)) if kind_x == Some(Kind::Text) => self.variables.unify(&x, &Ty::String),
            (Ty::Int(_), Ty::Int(_) | Ty::F32 | Ty::F64) | (Ty::F32, Ty::F64) | (Ty::Char, Ty::String) => true,
            (Ty::Int(_), Ty::Var(_)) if kind_x == Some(Kind::Float) => true,
            (_, Ty::Named(Head::Known("events::Json"), _)) => self.becomes_json(&a),
            (Ty::Var(_), Ty::Ref(_, inner)) => self.fits(&a, inner, literal),
            (Ty::Ref(mutable, ai), Ty::Ref(wants_mutable, xi)) => (*mutable || !wants_mutable) && self.fits_behind(ai, xi),
            (_, Ty::Ref(_, xi)) => self.fits_behind(&a, xi),
            (Ty::Ref(_, ai), _) => match (self.shallow(ai), &x) {
                (Ty::Str, Ty::String) => true,
                (Ty::Slice(one), Ty::Named(Head::Known("Vec"), other)) => self.variables.unify(&one, &other[0]),
                (ai, _) => self.fits(&ai, &x, false),
            },
            (Ty::Named(Head::Item(_), _), Ty::Iter(item)) if self.item_of(&a).is_some() => {
                let (own, item) = (self.item_of(&a).unwrap_or(Ty::Unknown), item.clone());
                self.variables.unify(&own, &item)
            }
            (Ty::Array(one), Ty::Named(Head::Known("Vec"), other)) | (Ty::Named(Head::Known("Vec"), other), Ty::Array(one)) => {
                self.variables.unify(one, &other[0])
            }
            (Ty::Iter(one), Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque"), other)) => {
                let owned = self.owned(one);
                let element = other[0].clone();
                self.variables.unify(one, &element) || self.fits(&owned, &element, false)
            }
            (Ty::Range(one, _), Ty::Named(Head::Known("Vec"), other)) => self.variables.unify(one, &other[0]),
            (Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque"), one), Ty::Iter(other)) => {
                self.variables.unify(&one[0], other)
            }
            (Ty::Named(Head::Known("Option"), one), Ty::Named(Head::Known("Option"), other)) => self.fits_inside(&one[0], &other[0]),
            (Ty::Named(Head::Known("Result"), one), Ty::Named(Head::Known("Result"), other)) => {
                self.fits_inside(&one[0], &other[0]) && self.fits_error(&one[1], &other[1])
            }
            (Ty::Named(Head::Known("Vec"), one), Ty::Named(Head::Known("Vec"), other)) => self.fits_inside(&one[0], &other[0]),
            (Ty::Named(Head::Known("Box" | "Rc" | "Arc"), one), Ty::Named(Head::Known("Box" | "Rc" | "Arc"), other)) => {
                self.fits(&one[0], &other[0], false)
            }
            (_, Ty::Named(Head::Known("Box"), other)) if matches!(self.shallow(&other[0]), Ty::Fn(..) | Ty::Trait(_) | Ty::Opaque(_)) => {
                self.fits(&a, &other[0].clone(), false)
            }
            (Ty::Named(Head::Known("Box"), one), _) if matches!(x, Ty::Fn(..)) => self.fits(&one[0], &x, false),
            (Ty::Fn(one, result), Ty::Fn(other, wanted)) => {
                one.len() == other.len() && {
                    for (one, other) in one.iter().zip(other) {
                        let _ = self.fits(other, one, false);
                    }
                    self.shallow(wanted) == Ty::Unit || self.fits(result, wanted, false)
                }
            }
            (Ty::Named(Head::Item(_), _) | Ty::Int(_) | Ty::F64 | Ty::Bool | Ty::String, Ty::Trait(id)) => self.implements(&a, *id),
            (Ty::Trait(_), _) | (_, Ty::Trait(_)) => true,
            (Ty::Param(one), Ty::Param(other)) => one == other,
            (Ty::Tuple(one), Ty::Tuple(other)) => {
                one.len() == other.len() && one.iter().zip(other).fold(true, |all, (one, other)| self.fits_inside(one, other) && all)
            }
            _ => self.variables.unify(&a, &x),
        }
    }

    /// Whether the contents of two types of the same head agree.
    fn fits_inside(&mut self, one: &Ty, other: &Ty) -> bool {
        let (one, other) = (self.shallow(one), self.shallow(other));
        match (&one, &other) {
            (Ty::Ref(..), Ty::Var(_)) if matches!(self.variables.kind(&other), Some(Kind::Int | Kind::Float)) => {
                self.fits(&one, &other, false)
            }
            (Ty::Ref(..), Ty::Ref(..)) | (Ty::Var(_), _) | (_, Ty::Var(_)) => self.variables.unify(&one, &other),
            (Ty::Ref(..), _) | (Ty::Int(_), Ty::Int(_)) | (_, Ty::Named(Head::Known("events::Json"), _)) => self.fits(&one, &other, false),
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                a.iter().zip(b).fold(true, |all, (one, other)| self.fits_inside(one, other) && all)
            }
            (Ty::Named(..), Ty::Named(..)) => self.fits(&one, &other, false),
            _ => self.variables.unify(&one, &other),
        }
    }

    fn fits_error(&mut self, one: &Ty, other: &Ty) -> bool {
        let (one, other) = (self.shallow(one), self.shallow(other));
        match (&one, &other) {
            (Ty::Var(_), Ty::Named(Head::Known("Failure"), _)) if self.variables.kind(&one) == Some(Kind::Text) => true,
            (Ty::Var(_), _) | (_, Ty::Var(_)) => self.variables.unify(&one, &other),
            _ => true,
        }
    }

    fn fits_behind(&mut self, a: &Ty, x: &Ty) -> bool {
        let (a, x) = (self.shallow(a), self.shallow(x));
        match (&a, &x) {
            (Ty::Named(Head::Item(_), _) | Ty::Int(_) | Ty::F64 | Ty::Bool | Ty::String, Ty::Trait(id)) => self.implements(&a, *id),
            (Ty::String, Ty::Str) | (Ty::Str, Ty::String) | (_, Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_)) => true,
            (Ty::Var(_), Ty::Str) if self.variables.kind(&a) == Some(Kind::Text) => true,
            (Ty::Named(Head::Known("Vec"), one), Ty::Slice(other)) => self.variables.unify(&one[0], other),
            (Ty::Array(one), Ty::Slice(other)) => self.variables.unify(one, other),
            (Ty::Iter(one), Ty::Slice(other)) => self.variables.unify(one, other),
            (Ty::Ref(_, inner), Ty::Var(_)) if self.variables.kind(&x) == Some(Kind::Text) && self.shallow(inner) == Ty::Str => {
                self.variables.unify(&x, &a)
            }
            (Ty::Ref(_, inner), x) if !matches!(x, Ty::Ref(..)) && self.variables.kind(x) != Some(Kind::Any) => self.fits_behind(inner, x),
            (Ty::Named(Head::Known("Box" | "Rc" | "Arc"), one), x)
                if !matches!(x, Ty::Named(Head::Known("Box" | "Rc" | "Arc"), _) | Ty::Var(_)) =>
            {
                self.fits_behind(&one[0].clone(), x)
            }
            (Ty::Fn(..), Ty::Fn(..)) | (Ty::Named(Head::Item(_), _), Ty::Iter(_)) => self.fits(&a, &x, false),
            _ => self.variables.unify(&a, &x),
        }
    }

    /// Whether `Json::of` takes a value of this type.
    fn becomes_json(&self, ty: &Ty) -> bool {
        match self.shallow(ty).behind() {
            Ty::Named(Head::Known("events::Json"), _) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Param(_) => true,
            Ty::Named(Head::Known("Option" | "Vec"), arguments) => self.becomes_json(&arguments[0]),
            Ty::Named(Head::Known("events::batch::Answer"), _) => true,
            Ty::Array(element) => self.becomes_json(element),
            Ty::Iter(element) => self.becomes_json(element),
            Ty::Slice(element) => self.becomes_json(element),
            Ty::Named(Head::Known("BTreeMap" | "HashMap"), arguments) => self.becomes_json(&arguments[1]),
            Ty::Int(_) | Ty::F64 | Ty::F32 | Ty::Bool | Ty::String | Ty::Str | Ty::Char => true,
            _ => false,
        }
    }
}

/// Whether an expression is a literal, or ends in literals only: its type is free.
pub(super) fn is_literal(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) => true,
        // The bits of an integer are those of an integer, even where a float is wanted.
        ExpressionKind::Unary { operator: UnaryOperator::BitNot, .. } => false,
        ExpressionKind::Parenthesized(inner) | ExpressionKind::Unary { operand: inner, .. } => is_literal(inner),
        ExpressionKind::List(_) | ExpressionKind::Tuple(_) => true,
        _ => false,
    }
}

fn is_null(expression: &Expression) -> bool {
    matches!(expression.unparenthesized().kind, ExpressionKind::Literal(crate::tree::Literal::Null))
}
