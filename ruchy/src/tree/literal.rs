//! Literals.

/// A literal of an expression or a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Integer(Integer),
    Float(Float),
    String(Text),
    /// `'a'`
    Char(char),
    /// `b'a'`
    Byte(u8),
    /// `b"abc"`, unescaped
    ByteString(Vec<u8>),
    Bool(bool),
    /// `null`
    Null,
}

/// `255`, `0xFF`, `1_000i64`. Never negative: the sign is a unary operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integer {
    pub value: u128,
    /// As it was written, without the suffix: `0xFF`, `1_000`.
    pub digits: String,
    /// `i64` and the like: one of [`INTEGER_SUFFIXES`].
    pub suffix: Option<String>,
}

/// `1.5`, `1e10`, `2.`, `2.5f32`, `2f64`.
#[derive(Clone, Debug, PartialEq)]
pub struct Float {
    pub value: f64,
    /// As it was written, without the suffix.
    pub digits: String,
    /// `f32` or `f64`.
    pub suffix: Option<String>,
}

/// `"…"`, `r"…"`, `r#"…"#`, or `'…'` with more or fewer than one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// With escapes replaced by what they stand for. An unknown escape stays as it is written; `\` at the end of a line skips the newline
    /// and the spaces that follow.
    pub value: String,
    pub raw: bool,
}

pub const INTEGER_SUFFIXES: [&str; 12] = ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
pub const FLOAT_SUFFIXES: [&str; 2] = ["f32", "f64"];
