//! Comparisons of values whose types differ by references or options.

use super::{Code, Emitter, level};
use crate::tree::{BinaryOperator, Expression, ExpressionKind};
use crate::types::{Head, Ty};

/// Whether Rust ends in a cast, after which `<` would begin type arguments.
pub(super) fn ends_in_cast(text: &str) -> bool {
    let is_word = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    text.rsplit_once(" as ").is_some_and(|(_, ty)| is_word(ty))
}

impl<'tree> Emitter<'tree> {
    pub(super) fn comparison(&mut self, operator: BinaryOperator, left: &'tree Expression, right: &'tree Expression) -> Code {
        let (a, b) = (self.ty(left).clone(), self.ty(right).clone());
        let (one, other) = self.compared(operator, left, right, &a, &b);
        let mut first = one.at(level::COMPARE + 1);
        // `a as i64 < b` would begin type arguments.
        if operator == BinaryOperator::Less && ends_in_cast(&first) {
            first = format!("({first})").into();
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
        let json = |ty: &Ty| ty.is_known("events::Json");
        if json(&inner_a) != json(&inner_b) {
            return self.compared_json(operator, left, right, json(&inner_a));
        }
        if [left, right].iter().all(|side| self.wanted(side).is_some_and(|wanted| wanted.is_vec() || matches!(wanted, Ty::Tuple(_))))
            || [left, right].iter().all(|side| matches!(side.unparenthesized().kind, ExpressionKind::Tuple(_)))
        {
            return (self.value(left), self.value(right));
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

    /// JSON and a value of another type: the value as JSON, or both as numbers where the order of numbers is asked for.
    fn compared_json(
        &mut self,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
        is_left: bool,
    ) -> (Code, Code) {
        let is_number = self.ty(if is_left { right } else { left }).behind().is_number();
        let ordered = is_number && !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
        let mut side = |operand: &'tree Expression, is_json: bool| {
            let ty = self.ty(operand).clone();
            let code = self.place(operand);
            match (is_json, ordered) {
                (true, true) => code.method(".as_number().unwrap_or(f64::NAN)"),
                (true, false) => {
                    Code::new(code.prefixed(&"*".repeat(ty.depth()), level::UNARY), if ty.depth() > 0 { level::UNARY } else { code.level })
                }
                (false, true) => Code::new(
                    format!("{} as f64", Code::new(code.prefixed(&"*".repeat(ty.depth()), level::UNARY), level::UNARY).at(level::CAST)),
                    level::CAST,
                ),
                (false, false) => self.convert(code, &ty, &Ty::known("events::Json", [])),
            }
        };
        (side(left, is_left), side(right, !is_left))
    }

    /// Text that is compared: `String` with `String` or `&str`, references removed down to that.
    fn compared_text(&mut self, operand: &'tree Expression, own: &Ty, other: &Ty, ordered: bool) -> Code {
        let code = self.place(operand);
        if *own.behind() == Ty::Char {
            return if *other.behind() == Ty::Char {
                Code::new(code.prefixed(&"*".repeat(own.depth()), level::UNARY), if own.depth() > 0 { level::UNARY } else { code.level })
            } else {
                code.method(if ordered { ".to_string().as_str()" } else { ".to_string()" })
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

    /// A list, borrowed as a slice.
    pub(super) fn slice_of(&mut self, list: &'tree Expression) -> String {
        let ty = self.ty(list).clone();
        let code = if matches!(ty, Ty::Iter(_)) {
            let code = self.place(list);
            return format!("&std::ruchy::list({})[..]", code.text);
        } else if self.wanted(list).is_some_and(|wanted| wanted.is_vec() && *wanted != ty) {
            self.value(list)
        } else {
            self.place(list)
        };
        format!("{}[..]", code.prefixed("&", level::POSTFIX))
    }
}
