//! The errors of this tool. Failures of functions are in `outcome.rs`. Each message names the fix.

use crate::architecture::Architecture;
use crate::deploy::failure::Failure;
use crate::encoding::Unreadable;
use crate::recipe::recipe;
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
    /// The bootstrap does not exist.
    NoBootstrap { path: PathBuf },
    /// The bootstrap exists and is not executable.
    NotExecutable { path: PathBuf },
    /// The system refused to start the bootstrap.
    NotStarted { path: PathBuf, error: io::Error },
    /// The event is not JSON; `place` names its origin.
    NotJson { place: String, error: serde_json::Error },
    /// The text is in an encoding that is not read; `place` names its origin.
    Encoding { place: String, reason: Unreadable },
    /// The port of the local endpoint belongs to another program.
    PortTaken { port: u16, command: &'static str },
    /// Lambda cannot start the file, because of `reason`.
    NotDeployable { path: PathBuf, reason: String, expected: Option<Architecture> },
    /// Lambda would reject the archive, because of `reason`.
    BadArchive { path: PathBuf, reason: String },
    /// The bootstrap in the archive lacks the handler.
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
    /// A measured program failed, because of `reason`.
    ColdStart { program: String, reason: String },
    /// A file in the folder of fixtures that is not a valid fixture, because of `reason`.
    Fixture { path: PathBuf, reason: String },
    /// The problem with the existing functions.
    Functions(handlers_build::Error),
    /// No template has this name.
    NoKind { kind: String, kinds: Vec<String> },
    /// A name that a function cannot have.
    NotAName { name: String },
    /// A file or folder with the name of a new function exists.
    NameTaken { name: String, path: PathBuf },
    /// The system cannot report saved files.
    NotWatched(notify::Error),
    /// A system call failed that fails only if resources are exhausted: a socket, a pipe, a signal
    /// handler.
    System { what: &'static str, error: io::Error },
}

impl Error {
    /// For `map_err`: `path` could not be read or written.
    #[must_use]
    pub fn file(path: &Path, error: io::Error) -> Self {
        Self::File { path: path.to_owned(), error }
    }

    /// For `map_err`: `what` names the operation that failed.
    pub fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::System { what, error }
    }

    /// A measured program failed.
    pub fn cold_start(program: &str, reason: impl Into<String>) -> Self {
        Self::ColdStart { program: program.to_owned(), reason: reason.into() }
    }

    pub(crate) fn fixture(path: &Path, reason: impl Into<String>) -> Self {
        Self::Fixture { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn not_deployable(path: &Path, reason: impl Into<String>) -> Self {
        Self::NotDeployable { path: path.to_owned(), reason: reason.into(), expected: None }
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

/// The fix of common errors of the system, as a sentence after the message.
fn fix(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => ". Check the path.",
        io::ErrorKind::PermissionDenied => ". Check the permissions of the path and of its folder.",
        io::ErrorKind::ReadOnlyFilesystem => ". Choose a folder that can be written.",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ". Free space on the disk.",
        io::ErrorKind::IsADirectory => ". Expected a file.",
        io::ErrorKind::NotADirectory => ". Expected a folder.",
        _ => "",
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}{}", path.display(), fix(error)),
            Self::NoBootstrap { path } => {
                write!(f, "{}: the file does not exist. Build it with `{}`.", path.display(), recipe("build"))
            }
            Self::NotExecutable { path } => {
                write!(f, "{}: the file is not executable. Build it with `{}`, or run `chmod +x` on it.", path.display(), recipe("build"))
            }
            Self::NotStarted { path, error } => {
                write!(f, "{}: cannot start the file: {error}. Expected a bootstrap, which `{}` links.", path.display(), recipe("build"))
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
                    "port {port} is used by another program. Choose another: `ruchy-lambda {command} {}`",
                    port.wrapping_add(1).max(1024)
                )
            }
            Self::NotDeployable { path, reason, expected } => {
                let command = recipe(if *expected == Some(Architecture::Arm64) { "build --arch arm64" } else { "build" });
                write!(f, "{}: {reason}. Lambda needs a static executable: `{command}` links one.", path.display())
            }
            Self::BadArchive { path, reason } => {
                write!(f, "{}: {reason}. `{}` writes a valid one.", path.display(), recipe("package"))
            }
            Self::NoHandler { path, handler, reason } => write!(
                f,
                "{}: no handler `{handler}` in this file ({reason}). Use a handler that it has, or package this one: `{}`",
                path.display(),
                recipe(&format!("package {handler}"))
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
                write!(f, "no template is named `{kind}`.{} Templates: {}.", did_you_mean(kind, kinds), kinds.join(", "))
            }
            Self::NotAName { name } => {
                let rule = "expected at most 64 letters, digits, `_` and `-`, beginning with a letter";
                write!(f, "`{name}` cannot be a function's name: {rule}.")?;
                function::as_name(name).map_or(Ok(()), |name| write!(f, " `{name}` can."))
            }
            Self::NameTaken { name, path } => {
                write!(f, "{} exists already and was not changed. Choose a name other than `{name}`, or delete it.", path.display())
            }
            Self::NotWatched(error) => write!(f, "files cannot be watched: {error}"),
            Self::System { what, error } => write!(f, "{what}: {error}{}", fix(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use std::io::ErrorKind;
    use std::path::Path;

    #[test]
    fn errors_of_files_end_with_the_fix() {
        for (kind, end) in [
            (ErrorKind::NotFound, ". Check the path."),
            (ErrorKind::PermissionDenied, ". Check the permissions of the path and of its folder."),
            (ErrorKind::StorageFull, ". Free space on the disk."),
        ] {
            let message = Error::file(Path::new("a/file"), kind.into()).to_string();
            assert!(message.starts_with("a/file: ") && message.ends_with(end), "{message}");
            assert!(Error::system("making a folder")(kind.into()).to_string().ends_with(end));
        }
    }
}
