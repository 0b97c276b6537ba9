//! The codes of diagnostics: each has a number that never changes its meaning, and an explanation for `ruchy-lambda explain CODE`.

macro_rules! codes {
    ($($(#[$comment:meta])* $name:ident = $number:literal, $title:literal, $explanation:literal;)*) => {
        /// The kind of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$comment])* $name),* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `E0101` and the like.
            #[must_use]
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number),* }
            }

            /// The rule in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// Why the rule exists, with an example of what breaks it and of what to write instead.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation),* }
            }
        }
    };
}

// E01xx: files, tokens, syntax. E02xx: names. E03xx: types. E04xx: ownership. E05xx: what Ruchy Lambda does not support. E09xx: faults of the compiler.
codes! {
    NotUtf8 = "E0101", "a source file is UTF-8", "\
Source files are text in the encoding UTF-8. A byte order mark at the start is accepted, and so are Windows line endings.
Save the file as UTF-8; most editors offer this under \"Save with encoding\".";
    FileTooLarge = "E0102", "a source file has at most 1 GiB", "\
The compiler counts offsets in 32 bits. Split the program into several files, and use them with `mod name;`.";
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.number())
    }
}
