//! Literals fit their types: `let byte: u8 = 300` and `let count: u32 = -1` are errors, and no integer has more than 64 bits unasked.

use crate::diagnostic::{Code, Diagnostic};
use crate::map::Set;
use crate::tree::{Expression, ExpressionKind, Integer, Literal, Node, NodeId, UnaryOperator};
use crate::types::{Int, Ty, Types};

pub fn check(nodes: &[Node<'_>], types: &Types, errors: &mut Vec<Diagnostic>) {
    let mut negated: Set<NodeId> = Set::default();
    for node in nodes {
        let Node::Expression(expression) = node else { continue };
        if let ExpressionKind::Unary { operator: UnaryOperator::Negate, operand, .. } = &expression.kind
            && let Some(integer) = integer(operand)
        {
            negated.insert(operand.unparenthesized().id);
            errors.extend(fault(expression, operand.unparenthesized(), integer, true, types));
        } else if let Some(integer) = integer(expression).filter(|_| !negated.contains(&expression.id)) {
            errors.extend(fault(expression, expression, integer, false, types));
        }
    }
}

fn integer(expression: &Expression) -> Option<&Integer> {
    match &expression.unparenthesized().kind {
        ExpressionKind::Literal(Literal::Integer(integer)) => Some(integer),
        _ => None,
    }
}

/// What is wrong with a literal, which `whole` may negate.
fn fault(whole: &Expression, literal: &Expression, integer: &Integer, is_negative: bool, types: &Types) -> Option<Diagnostic> {
    let int = kind(literal, integer, types)?;
    let limit = 1_u128.checked_shl(int.bits() - u32::from(int.is_signed())).unwrap_or(u128::MAX);
    let fits = match (is_negative, int.is_signed()) {
        (true, false) => integer.value == 0,
        (true, true) => integer.value <= limit,
        (false, _) => integer.value < limit || (limit == u128::MAX),
    };
    if fits {
        return None;
    }
    let sign = if is_negative { "-" } else { "" };
    let message = format!("`{sign}{}` does not fit `{}`, which has {} bits", integer.digits, int.name(), int.bits());
    let error = Diagnostic::error(Code::LiteralRange, whole.span, message);
    Some(match (is_negative, int.is_signed()) {
        (true, false) => error.help("a type that begins with `u` has no negative values: write `i64`"),
        _ if int.bits() < 64 => error.help("write a wider type, such as `i64`"),
        _ => error.help("write it as a float, such as `1e20`, or with the type `i128`"),
    })
}

/// The type of integer that a literal is.
fn kind(literal: &Expression, integer: &Integer, types: &Types) -> Option<Int> {
    if let Some(suffix) = &integer.suffix {
        return Int::named(suffix);
    }
    let wanted = types.wanted.get(&literal.id).filter(|ty| ty.is_number());
    match wanted.unwrap_or_else(|| types.ty(literal.id)) {
        Ty::Int(int) => Some(*int),
        _ => None,
    }
}
