//! Tokens: the words and signs of a source, with their places.
//!
//! The text between the end of a token and the start of the next is trivia: spaces, newlines, comments. The tokens of a file together with
//! its text therefore hold all of it, and comments need no place in the tree.

use crate::span::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
    /// It is the first token of its line.
    pub newline_before: bool,
    /// Of a bracket: the index of the token that it is matched with, or [`NO_PARTNER`].
    pub partner: u32,
}

/// The partner of a token that is no bracket, or a bracket without a partner.
pub const NO_PARTNER: u32 = u32::MAX;

macro_rules! tokens {
    (words { $($word:ident = $word_text:literal,)* } signs { $($sign:ident = $sign_text:literal,)* }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum TokenKind {
            /// A name that is not reserved, or `r#name`.
            Identifier,
            /// `'name`
            Lifetime,
            Integer,
            Float,
            /// `"…"`, `r#"…"#`, `'…'` of more or fewer than one character
            String,
            Char,
            Byte,
            ByteString,
            /// `f"`
            FStringStart,
            /// Text in an f-string.
            FStringText,
            /// `{` in an f-string.
            HoleStart,
            /// `:` and what follows it in a hole, up to `}`.
            HoleSpec,
            /// `}` in an f-string.
            HoleEnd,
            /// The `"` that ends an f-string.
            FStringEnd,
            /// What no token begins with, or a token that does not end; a diagnostic has been given.
            Error,
            /// The end of the file.
            End,
            $(#[doc = concat!("`", $word_text, "`")] $word,)*
            $(#[doc = concat!("`", $sign_text, "`")] $sign,)*
        }

        impl TokenKind {
            /// The text of a word or sign; `None` for tokens whose text differs.
            #[must_use]
            pub fn text(self) -> Option<&'static str> {
                match self {
                    $(Self::$word => Some($word_text),)*
                    $(Self::$sign => Some($sign_text),)*
                    _ => None,
                }
            }

            /// The reserved word of this text.
            #[must_use]
            pub fn word(text: &str) -> Option<Self> {
                match text {
                    $($word_text => Some(Self::$word),)*
                    _ => None,
                }
            }

            /// The sign of this text.
            #[must_use]
            pub fn sign(text: &[u8]) -> Option<Self> {
                /// The signs of one byte.
                const SINGLE: [Option<TokenKind>; 256] = {
                    let mut single = [None; 256];
                    $(if let [byte] = $sign_text.as_bytes() {
                        single[*byte as usize] = Some(TokenKind::$sign);
                    })*
                    single
                };
                match text {
                    [byte] => SINGLE[usize::from(*byte)],
                    $(_ if text == $sign_text.as_bytes() => Some(Self::$sign),)*
                    _ => None,
                }
            }

            /// It is a reserved word.
            #[must_use]
            pub fn is_word(self) -> bool {
                matches!(self, $(Self::$word)|*)
            }
        }
    };
}

// Other words of Ruchy, such as `catch`, `finally`, `import`, `dyn`, `var` or `actor`, are reserved only where they mean something: the parser knows.
tokens! {
    words {
        As = "as", Break = "break", Const = "const", Continue = "continue", Crate = "crate", Else = "else", Enum = "enum", False = "false",
        Fn = "fn", For = "for", Fun = "fun", If = "if", Impl = "impl", In = "in", Let = "let", Loop = "loop", Match = "match", Mod = "mod",
        Move = "move", Mut = "mut", Null = "null", Pub = "pub", Ref = "ref", Return = "return", SelfValue = "self", SelfType = "Self",
        Static = "static", Struct = "struct", Super = "super", Throw = "throw", Trait = "trait", True = "true", Try = "try", Type = "type",
        Unsafe = "unsafe", Use = "use", Where = "where", While = "while", Underscore = "_",
    }
    signs {
        ParenthesisOpen = "(", ParenthesisClose = ")", BracketOpen = "[", BracketClose = "]", BraceOpen = "{", BraceClose = "}",
        Comma = ",", Semicolon = ";", Colon = ":", PathSeparator = "::", Dot = ".", Range = "..", RangeInclusive = "..=", Ellipsis = "...",
        Arrow = "->", FatArrow = "=>", At = "@", Hash = "#", Dollar = "$", Question = "?", Coalesce = "??", Pipe = "|>",
        Assign = "=", Equal = "==", Not = "!", NotEqual = "!=", Less = "<", LessEqual = "<=", Greater = ">",
        Plus = "+", Minus = "-", Star = "*", Power = "**", Slash = "/", Percent = "%", Tilde = "~",
        Ampersand = "&", AndAnd = "&&", Bar = "|", OrOr = "||", Caret = "^",
        PlusAssign = "+=", MinusAssign = "-=", StarAssign = "*=", PowerAssign = "**=", SlashAssign = "/=", PercentAssign = "%=",
        AmpersandAssign = "&=", BarAssign = "|=", CaretAssign = "^=",
    }
}

// `>` and `<<` are tokens `>` and `<`, so that `Vec<Vec<T>>` and `Vec<<T as Trait>::Item>` need no splitting: the parser joins `>=`, `>>`, `>>=`,
// `<<` and `<<=` where no space is between them.
