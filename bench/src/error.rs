//! The errors of the benchmarks: the tool's, and those of results and generated files. Each message
//! states the fix.

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};

/// See the variants' messages.
#[derive(Debug)]
pub enum Error {
    /// An error of the tool's library.
    Tool(ruchy_lambda_cli::Error),
    /// The results of a benchmark are unusable, for `reason`; `command` creates new ones.
    Results { path: PathBuf, reason: String, command: &'static str },
    /// A file lacks the two lines between which the figures are written.
    NoMarks { path: PathBuf, begin: &'static str, end: &'static str },
    /// The build of a program failed; its output has the reason.
    NotBuilt { program: String },
    /// A folder for generated functions contains a file that was not generated.
    NotGenerated { path: PathBuf },
    /// So many concurrent starts need more open files than this process may have.
    TooManyStarts { starts: u32, files: u64, starts_max: u64, files_max: u64 },
}

impl Error {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        ruchy_lambda_cli::Error::file(path, error).into()
    }

    /// For `map_err`: names the operation that failed.
    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| ruchy_lambda_cli::Error::system(what)(error).into()
    }

    pub(crate) fn cold_start(program: &str, reason: impl Into<String>) -> Self {
        ruchy_lambda_cli::Error::cold_start(program, reason).into()
    }

    pub(crate) fn results(path: &Path, reason: String, command: &'static str) -> Self {
        Self::Results { path: path.to_owned(), reason, command }
    }
}

impl From<ruchy_lambda_cli::Error> for Error {
    fn from(error: ruchy_lambda_cli::Error) -> Self {
        Self::Tool(error)
    }
}

impl std::error::Error for Error {}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(error) => write!(f, "{error}"),
            Self::Results { path, reason, command } => write!(f, "{}: {reason}. Measure with `{command}`.", path.display()),
            Self::NoMarks { path, begin, end } => {
                write!(f, "{}: missing the lines between which the figures are written:\n{begin}\n{end}", path.display())
            }
            Self::NotBuilt { program } => write!(f, "{program} failed, so nothing was measured."),
            Self::NotGenerated { path } => {
                write!(
                    f,
                    "{}: not a generated file, but this folder is only for generated files. Move it, or choose another folder.",
                    path.display()
                )
            }
            Self::TooManyStarts { starts, files, starts_max, files_max } => write!(
                f,
                "{starts} starts at once take {files} open files, and this process may have {files_max}. Raise the limit (`ulimit -Hn`), or have \
                 fewer: `just bench-scale --starts {starts_max}`."
            ),
        }
    }
}
