//! A generated program: typed, and small enough to be evaluated directly.

/// A variable of a function; its name may be that of another one that it shadows.
pub type Variable = usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Int,
    Float,
    Bool,
    Text,
    Ints,
    Texts,
    Option,
    Pair,
    Record,
    /// `BTreeMap<String, i64>`: in variables alone.
    Map,
}

impl Type {
    pub const ALL: [Self; 9] =
        [Self::Int, Self::Float, Self::Bool, Self::Text, Self::Ints, Self::Texts, Self::Option, Self::Pair, Self::Record];

    pub fn annotation(self) -> &'static str {
        match self {
            Self::Int => "i64",
            Self::Float => "f64",
            Self::Bool => "bool",
            Self::Text => "String",
            Self::Ints => "Vec<i64>",
            Self::Texts => "Vec<String>",
            Self::Option => "Option<i64>",
            Self::Pair => "(i64, String)",
            Self::Record => "Record",
            Self::Map => "BTreeMap<String, i64>",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
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
    Power,
}

impl Operator {
    /// The operator's text and how tightly it binds, by the table of precedences.
    pub fn text(self) -> (&'static str, u8) {
        match self {
            Self::Or => ("||", 1),
            Self::And => ("&&", 3),
            Self::BitOr => ("|", 4),
            Self::BitXor => ("^", 5),
            Self::BitAnd => ("&", 6),
            Self::Equal => ("==", 7),
            Self::NotEqual => ("!=", 7),
            Self::Less => ("<", 8),
            Self::LessEqual => ("<=", 8),
            Self::Greater => (">", 8),
            Self::GreaterEqual => (">=", 8),
            Self::ShiftLeft => ("<<", 9),
            Self::ShiftRight => (">>", 9),
            Self::Add => ("+", 10),
            Self::Subtract => ("-", 10),
            Self::Multiply => ("*", 11),
            Self::Divide => ("/", 11),
            Self::Remainder => ("%", 11),
            Self::Power => ("**", 12),
        }
    }

    pub fn is_comparison(self) -> bool {
        matches!(self.text().1, 7 | 8)
    }
}

#[derive(Clone, Debug)]
pub enum Expression {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Variable(Variable),
    Negate(Box<Self>),
    Not(Box<Self>),
    Binary(Operator, Box<Self>, Box<Self>),
    ToFloat(Box<Self>),
    If(Box<Self>, Box<Self>, Box<Self>),
    Match(Box<Self>, Vec<(Pattern, Self)>),
    /// A function of the program.
    Call(usize, Vec<Self>),
    /// `match value { Some(variable) => some, None => none }`
    MatchOption {
        value: Box<Self>,
        variable: Variable,
        some: Box<Self>,
        none: Box<Self>,
    },
    /// The arms of text, and the last one for all others.
    MatchText(Box<Self>, Vec<(&'static str, Self)>, Box<Self>),
    /// The number at a key of a map in a variable, or 0.
    MapGet(Variable, &'static str),
    /// A closure in a variable, of one integer.
    CallClosure(Variable, Box<Self>),
    Method(&'static str, Box<Self>, Vec<Self>),
    Index(Box<Self>, Box<Self>),
    Field(Box<Self>, &'static str),
    List(Vec<Self>),
    Comprehension {
        element: Box<Self>,
        variable: Variable,
        over: Box<Self>,
        filter: Option<Box<Self>>,
    },
    Some(Box<Self>),
    /// `list.map(|variable| body)` and the like.
    WithClosure {
        method: &'static str,
        list: Box<Self>,
        variable: Variable,
        body: Box<Self>,
    },
    OrElse(Box<Self>, Box<Self>),
    Pair(Box<Self>, Box<Self>),
    Record(Box<Self>, Box<Self>, Box<Self>),
    /// An f-string: text and holes.
    Format(Vec<(String, Option<Self>)>),
}

/// A pattern of an integer.
#[derive(Clone, Debug)]
pub enum Pattern {
    Literal(i64),
    Range(i64, i64),
    /// A binding with a guard.
    Guarded(Variable, Expression),
    Any,
}

/// A statement and the line it is printed on.
#[derive(Clone, Debug)]
pub struct Statement {
    pub line: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Let {
        variable: Variable,
        annotated: Option<Type>,
        mutable: bool,
        value: Expression,
    },
    Assign(Place, Option<Operator>, Expression),
    Print(Vec<Expression>),
    If {
        condition: Expression,
        then: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    IfSome {
        variable: Variable,
        value: Expression,
        then: Vec<Statement>,
        otherwise: Vec<Statement>,
    },
    /// `for variable in from..to`
    ForRange {
        variable: Variable,
        from: Expression,
        to: Expression,
        body: Vec<Statement>,
    },
    ForList {
        variable: Variable,
        list: Expression,
        body: Vec<Statement>,
    },
    /// A loop of `rounds` at most, which counts in `counter`.
    While {
        counter: Variable,
        rounds: i64,
        body: Vec<Statement>,
    },
    Break(Expression),
    Continue(Expression),
    Push(Place, Expression),
    LetMap(Variable),
    Insert(Variable, &'static str, Expression),
    /// `for (key, value) in map`
    ForMap {
        key: Variable,
        value: Variable,
        map: Variable,
        body: Vec<Statement>,
    },
    /// `let f = |x| body;`
    LetClosure {
        variable: Variable,
        parameter: Variable,
        body: Expression,
    },
    /// `let mut f = |x| { target += x; };`
    LetMutator {
        variable: Variable,
        parameter: Variable,
        target: Variable,
    },
    CallMutator {
        variable: Variable,
        target: Variable,
        argument: Expression,
    },
    /// A procedure that changes its first argument.
    CallProcedure(usize, Place, Expression),
    ReturnIf(Expression, Expression),
}

/// Something that can be assigned to.
#[derive(Clone, Debug)]
pub enum Place {
    Variable(Variable),
    /// What a reference refers to: `*variable`.
    Behind(Variable),
    Element(Variable, Expression),
    Field(Variable, &'static str),
    FieldElement(Variable, &'static str, Expression),
}

#[derive(Clone, Debug, Default)]
pub struct Function {
    /// The parameters and whether their types are written.
    pub parameters: Vec<(Variable, Type, bool)>,
    /// A procedure changes its first parameter through a reference and returns nothing.
    pub is_procedure: bool,
    pub result: Option<(Type, bool)>,
    pub body: Vec<Statement>,
    pub value: Option<Expression>,
    /// Where the value is printed.
    pub value_line: usize,
    /// The name of each variable.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The last one is `main`.
    pub functions: Vec<Function>,
}
