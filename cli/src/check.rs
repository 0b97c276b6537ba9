//! `ruchy-lambda check`: errors and warnings of functions without rustc, in milliseconds.

use crate::home::Home;
use crate::{Error, functions};
use clap::{Args, ValueEnum};
use handlers_build::compile::{self, Compiled};
use handlers_build::function::{self, Function as Source, Origin};
use ruchy::diagnostic::json_line;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The files to check and the output format.
#[derive(Debug, Args)]
pub struct Options {
    /// Functions, by name or by file; all when none is named. A file without a handler is checked
    /// as shared code
    #[arg(value_name = "FILE|NAME")]
    targets: Vec<String>,
    /// The format of diagnostics: for people, on standard error; as lines of JSON with
    /// rustc's fields, on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    message_format: Format,
}

/// The format of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

/// Prints what is wrong with the functions. The exit status is 1 if there is an error.
///
/// # Errors
/// [`Error::Functions`]: a name that no function has; as [`resolve`].
pub fn run(options: &Options) -> Result<ExitCode, Error> {
    let targets = if options.targets.is_empty() {
        Home::here()?.functions(&[])?.into_iter().map(from_here).map(Target::Function).collect()
    } else {
        options.targets.iter().map(|target| resolve(target)).collect::<Result<Vec<_>, _>>()?
    };
    let (mut errors, mut warnings) = (0, 0);
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    for target in &targets {
        let (text, lines) = match target.compile() {
            Ok(compiled) => {
                let diagnostics = compiled.diagnostics.sorted();
                let of_target = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
                errors += of_target;
                warnings += diagnostics.len() - of_target;
                let lines = diagnostics.iter().map(|diagnostic| json_line(diagnostic, &compiled.sources)).collect();
                (compiled.rendered(), lines)
            }
            Err(error) => {
                errors += 1;
                (format!("{error}\n\n"), json_of(&error))
            }
        };
        // Nothing is to be done about a reader that has gone away.
        let _ = match options.message_format {
            Format::Human => err.write_all(text.as_bytes()),
            Format::Json => out.write_all(lines.as_bytes()),
        };
    }
    if options.message_format == Format::Human {
        let _ = writeln!(err, "{}", summary(targets.len(), errors, warnings));
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `function` with its source named from the current folder on, if it is in it: messages name it
/// so.
fn from_here(function: Source) -> Source {
    let current = std::env::current_dir().unwrap_or_default();
    let source = function.source.strip_prefix(current).map_or_else(|_| function.source.clone(), Path::to_owned);
    Source { source, ..function }
}

/// The sources to check.
#[derive(Debug)]
pub enum Target {
    Function(Source),
    /// A file in Ruchy that needs no handler.
    Shared(PathBuf),
}

impl Target {
    /// It, compiled.
    ///
    /// # Errors
    /// As [`compile::compile`].
    pub fn compile(&self) -> Result<Compiled, handlers_build::Error> {
        match self {
            Self::Function(function) => {
                let compiled = compile::compile(function)?;
                let is_async = compiled.rust.as_ref().is_some_and(|rust| rust.handler.is_async);
                let links_std = || Home::here().is_ok_and(|home| home.links_std(function));
                if is_async && !links_std() { compile::check(function, false) } else { Ok(compiled) }
            }
            Self::Shared(path) => Ok(compile::shared(path)),
        }
    }
}

/// The file or the function that `target` names. A file in a folder of functions is the function,
/// unless it is code that functions share.
///
/// # Errors
/// [`Error::Functions`]: no function has this name; [`Error::Refused`]: a file that is neither
/// Ruchy nor a function in Rust.
pub fn resolve(target: &str) -> Result<Target, Error> {
    let folders = functions::folders();
    let path = Path::new(target);
    let extension = path.extension().and_then(|extension| extension.to_str());
    if extension.is_none() && !path.exists() {
        return Ok(Target::Function(from_here(Home::here()?.functions(&[target.to_owned()])?.swap_remove(0))));
    }
    let is_here = |folder: &PathBuf| path.parent().is_some_and(|parent| is_same(parent, folder));
    let found = folders.iter().filter(|folder| is_here(folder)).find_map(|folder| {
        let functions = function::find(std::slice::from_ref(folder)).unwrap_or_default();
        functions.into_iter().find(|function| function.source.file_name() == path.file_name())
    });
    match (found, extension) {
        // By the path that was given.
        (Some(function), _) => Ok(Target::Function(Source { source: path.to_owned(), ..function })),
        (None, Some("ruchy")) => Ok(Target::Shared(path.to_owned())),
        (None, Some("rs")) if path.exists() => {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok(Target::Function(Source { name, source: path.to_owned(), origin: Origin::Rust }))
        }
        _ => Err(Error::Refused(format!("{target}: expected the name of a function, or a .ruchy or .rs file"))),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let full = |path: &Path| if path.as_os_str().is_empty() { Path::new(".").canonicalize() } else { path.canonicalize() };
    full(one).is_ok_and(|one| full(other).is_ok_and(|other| one == other))
}

/// An error without a place in Ruchy as a line of the same form.
fn json_of(error: &handlers_build::Error) -> String {
    let place = error.place().map(|(path, line)| {
        serde_json::json!({
            "file_name": path.to_string_lossy(), "byte_start": 0, "byte_end": 0, "line_start": line, "line_end": line, "column_start": 1,
            "column_end": 1, "is_primary": true, "text": [], "label": null, "suggested_replacement": null, "suggestion_applicability": null,
            "expansion": null,
        })
    });
    let text = error.to_string();
    let value = serde_json::json!({
        "$message_type": "diagnostic", "message": text, "code": null, "level": "error", "spans": place.into_iter().collect::<Vec<_>>(),
        "children": [], "rendered": format!("{text}\n"),
    });
    format!("{value}\n")
}

fn summary(targets: usize, errors: usize, warnings: usize) -> String {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let mut text = format!("{} checked: ", count(targets, "function"));
    let _ = write!(text, "{}, {}", count(errors, "error"), count(warnings, "warning"));
    text
}
