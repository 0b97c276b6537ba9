//! Everything that can be wrong with a function before rustc sees it. Each message says what to do.

use crate::function;
use crate::nearest::did_you_mean;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};

/// See the variants' messages.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read or written.
    File { path: PathBuf, error: io::Error },
    /// There is no function at all in the folders.
    NoFunctions { folders: Vec<PathBuf> },
    /// A function was asked for that no file defines.
    UnknownFunction { name: String, known: Vec<String> },
    /// Two files define functions of one name.
    DuplicateName { name: String, first: PathBuf, second: PathBuf },
    /// A file whose name cannot name a function.
    BadName { path: PathBuf },
    /// A file without `lambda_handler`.
    NoHandler { path: PathBuf },
    /// A `lambda_handler` that cannot be called.
    Signature { path: PathBuf, line: usize, fault: String },
    /// A hook that cannot be called.
    PrivateHook { path: PathBuf, hook: &'static str },
    /// A variable that holds no number, or one that is too large.
    BadNumber { variable: &'static str, value: String, max: usize },
    /// What the compiler reports of a source: all of it, each with an empty line after it.
    Diagnostics { rendered: String },
    /// What is wrong with several functions.
    Several(Vec<Error>),
}

impl Error {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// The file that it is about, and the line.
    #[must_use]
    pub fn place(&self) -> Option<(&Path, usize)> {
        match self {
            Self::File { path, .. } | Self::BadName { path } | Self::NoHandler { path } | Self::PrivateHook { path, .. } => Some((path, 1)),
            Self::Signature { path, line, .. } => Some((path, *line)),
            _ => None,
        }
    }
}

impl std::error::Error for Error {}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoFunctions { folders } => {
                let folders: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
                write!(f, "no handlers: there is no .ruchy or .rs file in {}. Write one with a `lambda_handler`.", folders.join(", "))
            }
            Self::UnknownFunction { name, known } => {
                let meant = did_you_mean(name, known);
                write!(f, "no handler is named `{name}`.{meant} There are: {}. `just new NAME` begins another.", known.join(", "))
            }
            Self::DuplicateName { name, first, second } => write!(
                f,
                "two handlers are named `{name}`: {} and {}. Rename one. (A .rs that an earlier version generated from the .ruchy is no longer \
                 used: delete it.)",
                first.display(),
                second.display()
            ),
            Self::BadName { path } => {
                let rule = "is named with at most 64 letters, digits, `_` and `-`, beginning with a letter";
                write!(f, "{}: a function's file {rule}.", path.display())?;
                let name = function::as_name(&path.file_stem().unwrap_or_default().to_string_lossy());
                name.map_or(Ok(()), |name| write!(f, " Call it `{name}`."))
            }
            Self::PrivateHook { path, hook } => {
                write!(f, "{}: `{hook}` is a hook, and is never called unless it is `pub`.", path.display())
            }
            Self::Signature { path, line, fault } => {
                write!(f, "{}:{line}: `lambda_handler` cannot be called: {fault}.\n{}", path.display(), crate::signature::ACCEPTED)
            }
            Self::NoHandler { path } => {
                let function = if path.extension().is_some_and(|extension| extension == "rs") { "fn" } else { "fun" };
                write!(
                    f,
                    "{}: there is no `lambda_handler` in it. Write `pub {function} lambda_handler(request_id: &str, body: &str) -> String`.",
                    path.display()
                )?;
                if function == "fun" {
                    return Ok(());
                }
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                write!(f, " If it is code that functions share, include it in one: `mod {name};`.")
            }
            Self::BadNumber { variable, value, max } => {
                write!(f, "{variable}={value}: expected a number from 0 to {max}")
            }
            Self::Diagnostics { rendered } => f.write_str(rendered.trim_end()),
            Self::Several(errors) => {
                let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
                f.write_str(&errors.join("\n\n"))
            }
        }
    }
}
