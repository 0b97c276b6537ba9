//! Everything that can be wrong before, around or after a function, but not in it: that is `outcome.rs`. Each message says what to do.

use crate::architecture::Architecture;
use crate::deploy::failure::Failure;
use crate::encoding::Unreadable;
use handlers_build::function;
use handlers_build::nearest::did_you_mean;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};

/// See the variants' messages.
#[derive(Debug)]
pub enum Error {
    /// A file could not be read or written.
    File { path: PathBuf, error: io::Error },
    /// There is no bootstrap where one should be.
    NoBootstrap { path: PathBuf },
    /// The bootstrap exists and is not executable.
    NotExecutable { path: PathBuf },
    /// The system refused to start the bootstrap.
    NotStarted { path: PathBuf, error: io::Error },
    /// The event is not JSON; `place` says where it came from.
    NotJson { place: String, error: serde_json::Error },
    /// The text is in an encoding that is not read; `place` says where it came from.
    Encoding { place: String, reason: Unreadable },
    /// The port of the local endpoint belongs to another program.
    PortTaken { port: u16, command: &'static str },
    /// The file is not what Lambda could start, for `reason`.
    NotDeployable { path: PathBuf, reason: String, wanted: Option<Architecture> },
    /// An archive that Lambda would not take, for `reason`.
    BadArchive { path: PathBuf, reason: String },
    /// The bootstrap in the archive does not take the handler.
    NoHandler { path: PathBuf, handler: String, reason: String },
    /// The AWS CLI failed.
    Aws(Failure),
    /// The reason why a request cannot be carried out, in whole sentences.
    Refused(String),
    /// A failure after some changes, and the resources that exist nevertheless.
    LeftBehind { reason: Box<Error>, left: String },
    /// A file that was stripped of its symbols.
    NoSymbols { path: PathBuf },
    /// A budgets file that is not TOML.
    NotToml { path: PathBuf, error: toml_edit::TomlError },
    /// An entry of a budgets file that is not a whole number.
    BadBudget { path: PathBuf, table: String, key: String },
    /// A program that is measured did not do its work, for `reason`.
    ColdStart { program: String, reason: String },
    /// A file among fixtures that is none, or not what it should be, for `reason`.
    Fixture { path: PathBuf, reason: String },
    /// The problem with the existing functions.
    Functions(handlers_build::Error),
    /// There is no template of this kind.
    NoKind { kind: String, kinds: Vec<String> },
    /// Nothing that a function can be called.
    NotAName { name: String },
    /// A new function would have the name of what is there already.
    NameTaken { name: String, path: PathBuf },
    /// The system does not tell when files are saved.
    NotWatched(notify::Error),
    /// The system refused something that never fails in health: a socket, a pipe, a signal's handler.
    System { what: &'static str, error: io::Error },
}

impl Error {
    /// For `map_err`: `path` could not be read or written.
    #[must_use]
    pub fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// For `map_err`: what was being done when the system refused.
    pub fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::System { what, error }
    }

    /// A program of which something is measured did not do its work.
    pub fn cold_start(program: &str, reason: impl Into<String>) -> Self {
        Self::ColdStart { program: program.to_owned(), reason: reason.into() }
    }

    pub(crate) fn fixture(path: &Path, reason: impl Into<String>) -> Self {
        Self::Fixture { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn not_deployable(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotDeployable { path: path.to_owned(), reason: reason.into(), wanted: None }
    }
}

impl From<handlers_build::Error> for Error {
    fn from(error: handlers_build::Error) -> Self {
        Self::Functions(error)
    }
}

impl std::error::Error for Error {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Aws(failure)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoBootstrap { path } => write!(f, "{}: there is no such file. Build it with `just build`.", path.display()),
            Self::NotExecutable { path } => {
                write!(f, "{}: it is not an executable file. Build one with `just build`, or make it one with `chmod +x`.", path.display())
            }
            Self::NotStarted { path, error } => {
                write!(f, "{}: it cannot be started: {error}. Is it a bootstrap? `just build` makes one.", path.display())
            }
            Self::NotJson { place, error } => write!(
                f,
                "{place} is not JSON: {error}.\n\
                 Any JSON is accepted: an object, an array, a string in double quotes, a number, true, false, null. (In a shell, put it in single \
                 quotes: '{{\"name\":\"Ada\"}}'.)"
            ),
            Self::Encoding { place, reason } => write!(f, "{place}: {reason}."),
            Self::PortTaken { port, command } => {
                write!(
                    f,
                    "port {port} is taken by another program. Choose another: `ruchy-lambda {command} {}`",
                    port.wrapping_add(1).max(1024)
                )
            }
            Self::NotDeployable { path, reason, wanted } => {
                let command = if *wanted == Some(Architecture::Arm64) { "just build --arch arm64" } else { "just build" };
                write!(f, "{}: {reason}. Lambda needs a static executable: `{command}` makes one.", path.display())
            }
            Self::BadArchive { path, reason } => write!(f, "{}: {reason}. `just package` makes one that is right.", path.display()),
            Self::NoHandler { path, handler, reason } => write!(
                f,
                "{}: there is no handler {handler} in it ({reason}). Name one of those, or pack this one: `just package {handler}`",
                path.display()
            ),
            Self::Aws(failure) => write!(f, "{failure}"),
            Self::Refused(sentences) => f.write_str(sentences),
            Self::LeftBehind { reason, left } => write!(f, "{reason}\nLeft behind: {left}"),
            Self::NoSymbols { path } => {
                write!(
                    f,
                    "{}: it has no symbols; they were stripped. RUCHY_LAMBDA_SYMBOLS=1 makes linker/build.sh keep them.",
                    path.display()
                )
            }
            Self::NotToml { path, error } => write!(f, "{}: {error}", path.display()),
            Self::BadBudget { path, table, key } => {
                write!(f, "{}: [{table}] {key}: a budget is a whole number, such as {key} = 4096.", path.display())
            }
            // Some end in a question.
            Self::ColdStart { program, reason } => write!(f, "{program}: {reason}{}", if reason.ends_with('?') { "" } else { "." }),
            Self::Fixture { path, reason } => write!(f, "{}: {reason}.", path.display()),
            Self::Functions(error) => write!(f, "{error}"),
            Self::NoKind { kind, kinds } => {
                write!(f, "no template is called `{kind}`.{} There are: {}.", did_you_mean(kind, kinds), kinds.join(", "))
            }
            Self::NotAName { name } => {
                let rule = "expected at most 64 letters, digits, `_` and `-`, beginning with a letter";
                write!(f, "`{name}` cannot be a function's name: {rule}.")?;
                function::as_name(name).map_or(Ok(()), |name| write!(f, " `{name}` can."))
            }
            Self::NameTaken { name, path } => {
                write!(f, "{} is there already, and was left alone. Choose another name than `{name}`, or delete it.", path.display())
            }
            Self::NotWatched(error) => write!(f, "files cannot be watched: {error}"),
            Self::System { what, error } => write!(f, "{what}: {error}"),
        }
    }
}
