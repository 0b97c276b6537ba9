//! Errors in functions that are found before rustc runs. Each message contains the remedy.

use crate::function;
use crate::nearest::did_you_mean;
use crate::recipe::recipe;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};

/// An error in a function, or in the environment of the build.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be read or written.
    File { path: PathBuf, error: io::Error },
    /// The folders contain no functions.
    NoFunctions { folders: Vec<PathBuf> },
    /// A requested function does not exist.
    UnknownFunction { name: String, known: Vec<String> },
    /// Two files define functions of the same name.
    DuplicateName { name: String, first: PathBuf, second: PathBuf },
    /// The name of a file is not a valid function name.
    BadName { path: PathBuf },
    /// A file has no `lambda_handler`.
    NoHandler { path: PathBuf },
    /// A `lambda_handler` has a signature that cannot be called.
    Signature { path: PathBuf, line: usize, fault: String },
    /// A hook is private, and therefore never called.
    PrivateHook { path: PathBuf, hook: &'static str },
    /// The value of a variable is not a number, or is too large.
    BadNumber { variable: &'static str, value: String, max: usize },
    /// The diagnostics of the compiler, each with an empty line after it.
    Diagnostics { rendered: String },
    /// Errors of several functions.
    Several(Vec<Error>),
}

impl Error {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// Returns the file and line of the error.
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
                write!(f, "no functions: expected a .ruchy or .rs file with a `lambda_handler` in {}", folders.join(", "))
            }
            Self::UnknownFunction { name, known } => {
                let meant = did_you_mean(name, known);
                let command = recipe("new NAME");
                write!(f, "no handler is named `{name}`.{meant} Handlers: {}. `{command}` creates one.", known.join(", "))
            }
            Self::DuplicateName { name, first, second } => write!(
                f,
                "two handlers are named `{name}`: {} and {}. Rename one. Earlier versions generated a .rs file from each .ruchy file; \
                 delete it.",
                first.display(),
                second.display()
            ),
            Self::BadName { path } => {
                let rule = "name must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter";
                write!(f, "{}: a function's file {rule}.", path.display())?;
                let name = function::as_name(&path.file_stem().unwrap_or_default().to_string_lossy());
                name.map_or(Ok(()), |name| write!(f, " Rename it to `{name}`."))
            }
            Self::PrivateHook { path, hook } => {
                write!(f, "{}: `{hook}` is a hook that is not `pub`, so it is never called.", path.display())
            }
            Self::Signature { path, line, fault } => {
                write!(f, "{}:{line}: `lambda_handler` cannot be called: {fault}.\n{}", path.display(), crate::signature::ACCEPTED)
            }
            Self::NoHandler { path } => {
                let function = if path.extension().is_some_and(|extension| extension == "rs") { "fn" } else { "fun" };
                write!(
                    f,
                    "{}: this file has no `lambda_handler`. Write `pub {function} lambda_handler(request_id: &str, body: &str) -> String`.",
                    path.display()
                )?;
                if function == "fun" {
                    return Ok(());
                }
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                write!(f, " If functions share this code, include it in one of them: `mod {name};`.")
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
