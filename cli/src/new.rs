//! `ruchy-lambda new`: the beginning of a function, with an event and the response to it, copied from a template.
//!
//! Templates are functions themselves, in a folder of the same shape as the project's own: `functions/KIND.ruchy` or `.rs`, and
//! `fixtures/KIND/`. They are linked and tested like any other.

use crate::Error;
use crate::functions::{self, fixtures_beside, fixtures_of};
use clap::Args;
use handlers_build::function::{self, Function as Source};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where templates are.
const TEMPLATES: &str = "handlers/templates/functions";

/// What to begin.
#[derive(Debug, Args)]
#[command(override_usage = "just new NAME [--kind KIND]")]
pub struct Options {
    /// The function's name: lower-case letters, digits and `_`
    name: String,
    /// A kind where none stands, to say where it does
    #[arg(hide = true)]
    misplaced: Option<String>,
    /// What invokes it, as a template in handlers/templates/functions is called: http, sqs, schedule…
    #[arg(long, default_value = "text")]
    kind: String,
    /// The folder of templates
    #[arg(long, value_name = "FOLDER", default_value = TEMPLATES, hide = true)]
    templates: PathBuf,
}

/// Writes the files of a new function, and returns which they are, and what to do with them.
///
/// # Errors
/// As [`write`]; [`Error::Refused`]: a word too many.
pub fn run(options: &Options) -> Result<String, Error> {
    let Options { name, misplaced, kind, templates } = options;
    if let Some(word) = misplaced {
        return Err(misplaced_kind(name, word, templates)?);
    }
    let paths = write(name, kind, templates, &functions::folders())?;
    let mut said = String::new();
    for path in &paths {
        let _ = writeln!(said, "wrote {}", path.display());
    }
    let event = paths.iter().find(|path| path.to_string_lossy().ends_with(".event.json"));
    said.push_str(&next(name, event.map_or(Path::new(""), PathBuf::as_path)));
    Ok(said)
}

/// Writes the function `name` into the first of `folders`, as the one called `kind` in `templates` is, and its fixtures. Returns the files.
///
/// # Errors
/// [`Error::NoKind`], [`Error::NotAName`], [`Error::NameTaken`], before anything is written; [`Error::File`].
pub fn write(name: &str, kind: &str, templates: &Path, folders: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let template = template(templates, kind)?;
    if !function::is_name(name) {
        return Err(Error::NotAName { name: name.to_owned() });
    }
    if let Some(path) = folders.iter().flat_map(|folder| taken(folder, name)).find(|path| path.exists()) {
        return Err(Error::NameTaken { name: name.to_owned(), path });
    }
    let folder = folders.first().map_or(Path::new(""), PathBuf::as_path);
    let mut paths = Vec::new();
    for (path, text) in files(&template, name, folder)? {
        write_new(&path, &text)?;
        paths.push(path);
    }
    Ok(paths)
}

fn template(templates: &Path, kind: &str) -> Result<Source, Error> {
    let mut kinds = function::find(&[templates.to_owned()])?;
    match kinds.iter().position(|function| function.name == kind) {
        Some(place) => Ok(kinds.swap_remove(place)),
        None => Err(Error::NoKind { kind: kind.to_owned(), kinds: kinds.into_iter().map(|function| function.name).collect() }),
    }
}

/// What to type for `word`, which stands behind the name.
fn misplaced_kind(name: &str, word: &str, templates: &Path) -> Result<Error, Error> {
    let kind = template(templates, word)?.name;
    Ok(Error::Refused(format!("`{word}` stands behind `--kind`: just new {name} --kind {kind}")))
}

/// What must not be there.
fn taken(folder: &Path, name: &str) -> [PathBuf; 3] {
    let source = folder.join(name);
    [source.with_extension("ruchy"), source.with_extension("rs"), fixtures_beside(folder).join(name)]
}

/// The files to write: the source and the fixtures.
fn files(template: &Source, name: &str, folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let text = read(&template.source)?;
    let path = folder.join(name).with_extension(template.source.extension().unwrap_or_default());
    let mut files = vec![(path, text)];
    let (from, to) = (fixtures_of(template), fixtures_beside(folder).join(name));
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(&from).map_err(|error| Error::file(&from, error))? {
        let path = entry.map_err(|error| Error::file(&from, error))?.path();
        fixtures.push((to.join(path.file_name().unwrap_or_default()), read(&path)?));
    }
    fixtures.sort();
    files.extend(fixtures);
    Ok(files)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error::file(path, error))
}

/// A file that is there already is left alone.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    write().map_err(|error| Error::file(path, error))
}

fn next(name: &str, event: &Path) -> String {
    let commands = [
        (format!("just invoke {name} @{}", event.display()), "runs it once"),
        (format!("just test-handlers {name}"), "holds it against its fixtures"),
        (format!("just watch {name}"), "does that at every save"),
    ];
    let width = commands.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    commands.iter().fold(String::from("\n"), |said, (command, does)| said + &format!("{command:width$}   # {does}\n"))
}
