//! Expressions.

use super::{Block, Literal, Name, NodeId, Parameter, Path, Pattern, Type};
use crate::span::Span;

#[derive(Clone, Debug)]
pub struct Expression {
    pub id: NodeId,
    pub span: Span,
    pub kind: ExpressionKind,
}

#[derive(Clone, Debug)]
pub enum ExpressionKind {
    Literal(Literal),
    /// `f"a {x:>5}"`
    FString(Vec<FStringPart>),
    /// A variable, function, constant, unit struct, enum variant: `x`, `a::b`, `Vec::<i32>::new`, `None`, `self`.
    Path(Path),
    /// `(value)`
    Parenthesized(Box<Expression>),
    /// `()`, `(a,)`, `(a, b)`
    Tuple(Vec<Expression>),
    /// `[a, ...b, c]`: elements may be [`ExpressionKind::Spread`].
    List(Vec<Expression>),
    /// `[value; count]`
    Repeat {
        value: Box<Expression>,
        count: Box<Expression>,
    },
    /// `[x * x for x in xs if c]`, `{x for x in xs}`, `{k: v for (k, v) in m}`
    Comprehension(Box<Comprehension>),
    /// `{ a: 1, "b": 2, ...rest, c }`, and `{}` where a value must stand (see [`crate::parser`]).
    Object(Vec<ObjectEntry>),
    /// `Point { x: 1, y, ..base }`
    Struct {
        path: Path,
        fields: Vec<FieldValue>,
        base: Option<Box<Expression>>,
    },
    /// `...xs`, in lists and in arguments of calls.
    Spread(Box<Expression>),

    Unary {
        operator: UnaryOperator,
        operator_span: Span,
        operand: Box<Expression>,
    },
    /// `&x`, `&mut x`
    Reference {
        mutable: bool,
        operand: Box<Expression>,
    },
    Binary {
        operator: BinaryOperator,
        operator_span: Span,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `x |> f`, `x |> f(y)`, which calls `f(x, y)`
    Pipeline {
        value: Box<Expression>,
        function: Box<Expression>,
    },
    /// `a ? b : c`
    Ternary {
        condition: Box<Expression>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
    /// `a..b`, `a..=b`, `a..`, `..b`, `..`
    Range {
        start: Option<Box<Expression>>,
        end: Option<Box<Expression>>,
        inclusive: bool,
    },
    /// `place = value`; the place may be any expression, `(a, b) = (b, a)` among them.
    Assign {
        place: Box<Expression>,
        value: Box<Expression>,
    },
    /// `place += value`
    AssignOperator {
        operator: BinaryOperator,
        operator_span: Span,
        place: Box<Expression>,
        value: Box<Expression>,
    },
    /// `i++`, `i--`, `++i`, `--i`
    Increment {
        place: Box<Expression>,
        decrement: bool,
        prefix: bool,
    },
    /// `value as type`
    Cast {
        value: Box<Expression>,
        ty: Type,
    },
    /// `value?`
    Try(Box<Expression>),
    /// `let pattern = value` in a condition of `if` or `while`, alone or as an operand of `&&`.
    Let {
        pattern: Box<Pattern>,
        value: Box<Expression>,
    },

    /// `let pattern = value in body`: the variables are those of the body only.
    LetIn {
        binding: Box<super::Let>,
        body: Box<Expression>,
    },

    /// `f(a, b)`
    Call {
        function: Box<Expression>,
        arguments: Vec<Expression>,
    },
    /// `receiver.method::<T>(a, b)`
    MethodCall {
        receiver: Box<Expression>,
        method: Name,
        generics: Option<Vec<super::GenericArgument>>,
        arguments: Vec<Expression>,
    },
    /// `value.name`, `value.0`
    Field {
        value: Box<Expression>,
        name: Name,
    },
    /// `value[index]`; the index is a range for a part of a list or of text.
    Index {
        value: Box<Expression>,
        index: Box<Expression>,
    },
    /// `name!(…)`
    Macro(Box<MacroCall>),
    /// `|x| …`, `move |x: i32| -> i32 { … }`, `x => …`, `(a, b) => …`, `fun(a, b) { … }`
    Lambda(Box<Lambda>),

    /// `{ … }`, `'label: { … }`
    Block {
        label: Option<Name>,
        block: Block,
    },
    /// `if condition { … } else …`: what follows `else` is a [`ExpressionKind::Block`] without a label or another `If`.
    If {
        condition: Box<Expression>,
        then: Block,
        otherwise: Option<Box<Expression>>,
    },
    Match {
        value: Box<Expression>,
        arms: Vec<Arm>,
    },
    Loop {
        label: Option<Name>,
        body: Block,
    },
    While {
        label: Option<Name>,
        condition: Box<Expression>,
        body: Block,
    },
    For {
        label: Option<Name>,
        pattern: Box<Pattern>,
        iterable: Box<Expression>,
        body: Block,
    },
    /// `try { … } catch (e) { … } finally { … }`: at least one of `catch` and `finally` is there.
    TryCatch(Box<TryCatch>),

    /// Labels are without the quote.
    Break {
        label: Option<Name>,
        value: Option<Box<Expression>>,
    },
    Continue {
        label: Option<Name>,
    },
    Return(Option<Box<Expression>>),
    Throw(Box<Expression>),

    /// What could not be read; a diagnostic has been given.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
    /// `~`
    BitNot,
    /// `*`
    Dereference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    Or,
    /// `??`
    Coalesce,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// `**`
    Power,
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub enum FStringPart {
    /// Unescaped: `{{` is `{`.
    Text { value: String, span: Span },
    /// `{expression:spec}`; the span is from `{` to `}`.
    Hole { span: Span, expression: Box<Expression>, spec: Option<FormatSpec> },
}

/// What follows the `:` of a hole: `>8`, `.2`, `?`, `width$`.
#[derive(Clone, Debug)]
pub struct FormatSpec {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Map,
}

#[derive(Clone, Debug)]
pub struct Comprehension {
    pub kind: ComprehensionKind,
    /// The element; of a map, its key.
    pub element: Expression,
    /// Of a map only.
    pub value: Option<Expression>,
    /// At least one; the first is the outermost.
    pub clauses: Vec<ComprehensionClause>,
}

/// `for pattern in iterable if condition if condition`
#[derive(Clone, Debug)]
pub struct ComprehensionClause {
    pub pattern: Pattern,
    pub iterable: Expression,
    pub conditions: Vec<Expression>,
}

#[derive(Clone, Debug)]
pub enum ObjectEntry {
    /// `"key": value` or `key: value`
    Pair { key: ObjectKey, value: Expression },
    /// `name`, short for `name: name`; the expression is the variable.
    Short(Expression),
    /// `...value`
    Spread(Expression),
}

#[derive(Clone, Debug)]
pub struct ObjectKey {
    pub text: String,
    /// With its quotes, if it has some.
    pub span: Span,
    pub quoted: bool,
}

/// `name: value` or `name`, of a struct.
#[derive(Clone, Debug)]
pub struct FieldValue {
    /// `0` and so on for a tuple struct.
    pub name: Name,
    /// Of `name` alone it is the variable of that name.
    pub value: Expression,
    pub short: bool,
}

#[derive(Clone, Debug)]
pub struct Arm {
    pub id: NodeId,
    pub span: Span,
    pub pattern: Pattern,
    pub guard: Option<Expression>,
    pub body: Expression,
}

#[derive(Clone, Debug)]
pub struct TryCatch {
    pub body: Block,
    pub catch: Option<Catch>,
    pub finally: Option<Block>,
}

/// `catch e { … }`, `catch (e) { … }`, `catch { … }`
#[derive(Clone, Debug)]
pub struct Catch {
    pub pattern: Option<Pattern>,
    pub body: Block,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LambdaStyle {
    /// `|x| …`
    Bars,
    /// `x => …`
    Arrow,
    /// `fun(x) { … }`
    Fun,
}

#[derive(Clone, Debug)]
pub struct Lambda {
    pub style: LambdaStyle,
    pub is_move: bool,
    pub parameters: Vec<Parameter>,
    pub result: Option<Type>,
    pub body: Expression,
}

/// `path!(…)`, `path![…]` or `path!{…}`.
#[derive(Clone, Debug)]
pub struct MacroCall {
    pub path: Path,
    pub delimiter: Delimiter,
    pub arguments: MacroArguments,
}

/// The macros with a format string, and the number of arguments before it.
const FORMATS: &[(&str, usize)] = &[
    ("println", 0),
    ("print", 0),
    ("eprintln", 0),
    ("eprint", 0),
    ("format", 0),
    ("panic", 0),
    ("todo", 0),
    ("unreachable", 0),
    ("write", 1),
    ("writeln", 1),
    ("assert", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
];

impl MacroCall {
    /// Returns the index of the format string among the arguments of a macro that has one.
    #[must_use]
    pub fn format_index(&self) -> Option<usize> {
        let name = self.path.as_name()?;
        FORMATS.iter().find(|(of, _)| *of == name.text).map(|(_, before)| *before)
    }
}

#[derive(Clone, Debug)]
pub enum MacroArguments {
    /// `vec![a, b]`, `println!("{}", x)`, `format!("{x}", x = 5)`: a named argument is an [`ExpressionKind::Assign`].
    Expressions(Vec<Expression>),
    /// `vec![value; count]`
    Repeat(Expression, Expression),
    /// `matches!(value, pattern if guard)`
    Matches(Expression, Pattern, Option<Expression>),
    /// Of a macro that is not known: what stands between the delimiters.
    Tokens(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Parentheses,
    Brackets,
    Braces,
}

impl Expression {
    /// The expression inside any parentheses.
    #[must_use]
    pub fn unparenthesized(&self) -> &Self {
        let mut inner = self;
        while let ExpressionKind::Parenthesized(expression) = &inner.kind {
            inner = expression;
        }
        inner
    }

    /// Ends with a block, so that it ends a statement without a semicolon or a newline.
    #[must_use]
    pub fn is_block_like(&self) -> bool {
        matches!(
            self.kind,
            ExpressionKind::Block { .. }
                | ExpressionKind::If { .. }
                | ExpressionKind::Match { .. }
                | ExpressionKind::Loop { .. }
                | ExpressionKind::While { .. }
                | ExpressionKind::For { .. }
                | ExpressionKind::TryCatch(_)
        )
    }
}

impl BinaryOperator {
    /// As it is written in Ruchy.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::Coalesce => "??",
            Self::And => "&&",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::BitAnd => "&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::ShiftLeft => "<<",
            Self::ShiftRight => ">>",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "**",
        }
    }

    #[must_use]
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual | Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual)
    }
}

impl UnaryOperator {
    /// As it is written in Ruchy.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "!",
            Self::BitNot => "~",
            Self::Dereference => "*",
        }
    }
}
