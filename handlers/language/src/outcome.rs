//! What became of a program.

use std::fmt::{self, Display, Formatter};

/// How far it came, the furthest last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What it is about cannot be a function.
    Excluded(&'static str),
    /// Ruchy does not transpile it: what it says.
    NotTranspiled(String),
    /// Rustc does not compile what became of it: its first error.
    NotCompiled(String),
    /// It prints something else than under the interpreter: the first line that differs, and what the interpreter has there.
    Differs {
        /// The interpreter's line.
        wanted: String,
        /// The program's.
        printed: String,
    },
    /// The interpreter gives up on it; up to there the program printed the same, if the interpreter printed anything.
    InterpreterStops {
        /// Whether the interpreter had printed something.
        printed: bool,
        /// Why it gave up.
        reason: String,
    },
    /// It prints what it prints under the interpreter, all of it.
    Same,
}

impl Outcome {
    /// The word that the list of programs has for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Excluded(_) => "excluded",
            Self::NotTranspiled(_) => "not-transpiled",
            Self::NotCompiled(_) => "not-compiled",
            Self::Differs { .. } => "differs",
            Self::InterpreterStops { printed: true, .. } => "same-until-the-interpreter-stops",
            Self::InterpreterStops { printed: false, .. } => "interpreter-refuses",
            Self::Same => "same",
        }
    }
}

/// The detail, in a line.
impl Display for Outcome {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Excluded(reason) => formatter.write_str(reason),
            Self::NotTranspiled(said) | Self::NotCompiled(said) => formatter.write_str(first_line(said)),
            Self::Differs { wanted, printed } => write!(formatter, "prints {printed:?} where the interpreter prints {wanted:?}"),
            Self::InterpreterStops { reason, .. } => formatter.write_str(first_line(reason)),
            Self::Same => Ok(()),
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}
