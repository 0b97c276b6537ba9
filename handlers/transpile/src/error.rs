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
    /// A stale or missing transpiled file, and no compiler to renew it.
    NoCompiler { stale: Option<PathBuf>, version: &'static str },
    /// A compiler of another version than the one pinned.
    WrongVersion { compiler: PathBuf, found: String, version: &'static str },
    /// A variable that holds no number, or one that is too large.
    BadNumber { variable: &'static str, value: String, max: usize },
    /// What the compiler reports of a source.
    Diagnostics { rendered: String },
    /// The compiler refused the source.
    Refused { source: PathBuf, line: Option<usize>, message: String },
}

impl Error {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
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
                "two handlers are named `{name}`: {} and {}. Rename one. (If the .rs was transpiled from the .ruchy, its first line has lost \
                 its mark: delete it and run `just transpile`.)",
                first.display(),
                second.display()
            ),
            Self::BadName { path } => {
                let rule = "is named with lower-case letters, digits and `_`, beginning with a letter: `_HANDLER` has to spell it";
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
            Self::NoCompiler { stale, version } => {
                if let Some(stale) = stale {
                    writeln!(
                        f,
                        "{}: its transpiled Rust is missing or older than the source, and ruchy is not installed to renew it.",
                        stale.display()
                    )?;
                } else {
                    writeln!(f, "ruchy, the compiler of .ruchy files, is not installed.")?;
                }
                write!(
                    f,
                    "Install it with `cargo install ruchy --version {version} --locked`, or name it in RUCHY; then run `just transpile`."
                )
            }
            Self::WrongVersion { compiler, found, version } => write!(
                f,
                "{} is ruchy {found}, and this project is pinned to {version}, since each version transpiles differently.\n\
                 Install it with `cargo install ruchy --version {version} --locked`, or name one in RUCHY.",
                compiler.display()
            ),
            Self::BadNumber { variable, value, max } => {
                write!(f, "{variable}={value}: it is a number from 0 to {max}, and linker/build.sh says of what.")
            }
            Self::Diagnostics { rendered } => f.write_str(rendered),
            Self::Refused { source, line, message } => match line {
                Some(line) => write!(f, "{}:{line}: {message}", source.display()),
                None => write!(f, "{}: {message}", source.display()),
            },
        }
    }
}
