//! Operators bind as the table of the language says: generated expressions have the same value for an evaluator of the parser's tree as for
//! the generator, which writes only the parentheses that its own copy of the table asks for.

use proptest::prelude::*;
use ruchy::modules::parse_text;
use ruchy::print::canonical_expression;
use ruchy::tree::{BinaryOperator, Expression, ExpressionKind, Literal, StatementKind, UnaryOperator};

/// The binary operators with their levels; all are left associative. Comparisons do not chain.
const TABLE: [(&str, u8); 19] = [
    ("||", 1),
    ("&&", 3),
    ("|", 4),
    ("^", 5),
    ("&", 6),
    ("==", 7),
    ("!=", 7),
    ("<", 8),
    ("<=", 8),
    (">", 8),
    (">=", 8),
    ("<<", 9),
    (">>", 9),
    ("+", 10),
    ("-", 10),
    ("*", 11),
    ("/", 11),
    ("%", 11),
    ("**", 12),
];

/// Binds tighter than all binary operators: prefix operators, `as`, and what needs no parentheses at all.
const CAST: u8 = 13;
const UNARY: u8 = 14;
const ATOM: u8 = 15;
/// Binds looser than all binary operators.
const TERNARY: u8 = 0;

/// Values are numbers; 0 is false, and all else true.
#[derive(Clone, Debug)]
enum Generated {
    Number(i64),
    Unary(char, Box<Generated>),
    Binary(usize, Box<Generated>, Box<Generated>),
    Ternary(Box<Generated>, Box<Generated>, Box<Generated>),
    Cast(Box<Generated>),
    /// Parentheses that are not needed.
    Parenthesized(Box<Generated>),
}

fn generated() -> impl Strategy<Value = Generated> {
    (0..100i64).prop_map(Generated::Number).prop_recursive(8, 96, 3, |inner| {
        let boxed = inner.prop_map(Box::new);
        prop_oneof![
            6 => (0..TABLE.len(), boxed.clone(), boxed.clone()).prop_map(|(operator, left, right)| Generated::Binary(operator, left, right)),
            2 => (prop::sample::select(vec!['-', '!', '~']), boxed.clone()).prop_map(|(operator, operand)| Generated::Unary(operator, operand)),
            1 => (boxed.clone(), boxed.clone(), boxed.clone()).prop_map(|(condition, then, otherwise)| Generated::Ternary(condition, then, otherwise)),
            1 => boxed.clone().prop_map(Generated::Cast),
            1 => boxed.prop_map(Generated::Parenthesized),
        ]
    })
}

impl Generated {
    fn level(&self) -> u8 {
        match self {
            Self::Number(_) | Self::Parenthesized(_) => ATOM,
            Self::Unary(..) => UNARY,
            Self::Cast(_) => CAST,
            Self::Binary(operator, ..) => TABLE[*operator].1,
            Self::Ternary(..) => TERNARY,
        }
    }

    fn is_ordering(&self) -> bool {
        self.level() == 8
    }

    /// The text, in parentheses if it binds looser than `minimum`.
    fn text_in(&self, minimum: u8) -> String {
        if self.level() < minimum { format!("({})", self.text()) } else { self.text() }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(value) => value.to_string(),
            // `--x` is refused.
            Self::Unary(operator, operand) => match &**operand {
                Self::Unary('-', _) if *operator == '-' => format!("-({})", operand.text()),
                operand => format!("{operator}{}", operand.text_in(UNARY)),
            },
            Self::Binary(operator, left, right) => {
                let (symbol, level) = TABLE[*operator];
                let left = if level == 8 && left.is_ordering() { left.text_in(level + 1) } else { left.text_in(level) };
                format!("{left} {symbol} {}", right.text_in(level + 1))
            }
            Self::Ternary(condition, then, otherwise) => {
                format!("{} ? {} : {}", condition.text_in(TERNARY + 1), then.text_in(TERNARY), otherwise.text_in(TERNARY))
            }
            Self::Cast(value) => format!("{} as i64", value.text_in(CAST)),
            Self::Parenthesized(inner) => format!("({})", inner.text()),
        }
    }

    fn value(&self) -> i64 {
        match self {
            Self::Number(value) => *value,
            Self::Unary(operator, operand) => match operator {
                '-' => operand.value().wrapping_neg(),
                '!' => i64::from(operand.value() == 0),
                _ => !operand.value(),
            },
            Self::Binary(operator, left, right) => binary(TABLE[*operator].0, left.value(), right.value()),
            Self::Ternary(condition, then, otherwise) => {
                if condition.value() == 0 {
                    otherwise.value()
                } else {
                    then.value()
                }
            }
            Self::Cast(inner) | Self::Parenthesized(inner) => inner.value(),
        }
    }
}

fn binary(symbol: &str, left: i64, right: i64) -> i64 {
    let small = u32::try_from(right.rem_euclid(64)).expect("less than 64");
    match symbol {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<" => i64::from(left < right),
        "<=" => i64::from(left <= right),
        ">" => i64::from(left > right),
        ">=" => i64::from(left >= right),
        "<<" => left.wrapping_shl(small),
        ">>" => left.wrapping_shr(small),
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right).unwrap_or(7),
        "%" => left.checked_rem(right).unwrap_or(9),
        "**" => left.wrapping_pow(small),
        _ => panic!("{symbol}"),
    }
}

fn value(expression: &Expression) -> i64 {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(number)) => i64::try_from(number.value).expect("a small number"),
        ExpressionKind::Parenthesized(inner) | ExpressionKind::Cast { value: inner, .. } => value(inner),
        ExpressionKind::Unary { operator, operand, .. } => match operator {
            UnaryOperator::Negate => value(operand).wrapping_neg(),
            UnaryOperator::Not => i64::from(value(operand) == 0),
            UnaryOperator::BitNot => !value(operand),
            UnaryOperator::Dereference => panic!("no reference was generated"),
        },
        ExpressionKind::Binary { operator, left, right, .. } => binary(operator.symbol(), value(left), value(right)),
        ExpressionKind::Ternary { condition, then, otherwise } => {
            if value(condition) == 0 {
                value(otherwise)
            } else {
                value(then)
            }
        }
        other => panic!("not generated: {other:?}"),
    }
}

/// The tree of an expression.
fn read(text: &str) -> Expression {
    let parsed = parse_text("expression.ruchy", &format!("let x = {text}"));
    assert!(!parsed.diagnostics.has_errors(), "{text}: {:?}", parsed.diagnostics);
    match &parsed.program.body.statements[0].kind {
        StatementKind::Let(binding) => binding.value.clone().expect("the text has a value"),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn expressions_have_the_value_that_the_table_gives(generated in generated()) {
        let text = generated.text();
        let tree = read(&text);
        prop_assert_eq!(value(&tree), generated.value(), "{}", text);
        let printed = canonical_expression(&tree);
        prop_assert_eq!(value(&read(&printed)), generated.value(), "{} printed as {}", text, printed);
    }
}

#[test]
fn operators_associate_as_the_table_says() {
    for (text, expected) in [
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("1 | 2 == 2", 1),
        ("10 - 3 - 2", 5),
        ("100 / 10 / 5", 2),
        ("1 + 2 * 3 ** 2", 19),
        ("1 << 2 + 1", 8),
        ("7 & 3 == 3", 1),
        ("6 ^ 3 & 1", 7),
        ("1 < 2 == 2 > 1", 1),
        ("0 ? 1 : 0 ? 2 : 3", 3),
        ("!0 == 1", 1),
        ("-7 / 2", -3),
        ("2 ** 3 as i64", 8),
        ("- -3", 3),
        ("~5 + 1", -5),
    ] {
        assert_eq!(value(&read(text)), expected, "{text}");
    }
}

#[test]
fn every_operator_has_the_level_of_the_table() {
    use BinaryOperator as B;
    let all = [
        B::Or,
        B::And,
        B::BitOr,
        B::BitXor,
        B::BitAnd,
        B::Equal,
        B::NotEqual,
        B::Less,
        B::LessEqual,
        B::Greater,
        B::GreaterEqual,
        B::ShiftLeft,
        B::ShiftRight,
        B::Add,
        B::Subtract,
        B::Multiply,
        B::Divide,
        B::Remainder,
        B::Power,
    ];
    for (first, (first_symbol, first_level)) in all.iter().zip(TABLE) {
        assert_eq!(first.symbol(), first_symbol);
        for (second, (_, second_level)) in all.iter().zip(TABLE) {
            assert_eq!(first.precedence().cmp(&second.precedence()), first_level.cmp(&second_level), "{first:?} {second:?}");
        }
    }
    assert!(B::Or.precedence() < B::Coalesce.precedence() && B::Coalesce.precedence() < B::And.precedence());
}
