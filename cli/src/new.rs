//! `ruchy-lambda new`: creates a function, with an event and its expected response, from a
//! template.
//!
//! Templates are functions themselves, in a folder of the same shape as the project's own:
//! `functions/KIND.ruchy` or `.rs`, and `fixtures/KIND/`. They are linked and tested like any
//! other.

pub mod project;

use crate::Error;
use crate::functions::{self, fixtures_folder, fixtures_of};
use crate::home::Home;
use crate::package::write_whole;
use crate::project::{FUNCTIONS, MANIFEST, Project, SDK_LINK, test_targets};
use crate::sdk::Sdk;
use clap::Args;
use handlers_build::function::{self, Function as Source};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder of templates.
const TEMPLATES: &str = "handlers/templates/functions";
/// The templates of functions that call AWS services. Only projects have the settings that
/// these need.
const SERVICES: &str = "handlers/templates/services/functions";
/// The folder, next to the templates, of additions to the manifest by kind of function.
const SETTINGS: &str = "settings";

/// The function to create.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda new NAME [--kind KIND]")]
pub struct Options {
    /// The name: at most 64 letters, digits, `_` and `-`, beginning with a letter
    name: String,
    /// A kind where none stands, to say where it does
    #[arg(hide = true)]
    misplaced: Option<String>,
    /// The source or type of its events: text, json, http, sqs, sns, s3, dynamodb, kinesis,
    /// eventbridge, schedule; rust is JSON in Rust; dynamodb-api is an HTTP API over a DynamoDB
    /// table, in Rust
    #[arg(long, default_value = "text")]
    kind: String,
    /// The folder of templates
    #[arg(long, value_name = "FOLDER", hide = true)]
    templates: Option<PathBuf>,
}

/// Writes the files of a new function, and returns their list and the next commands.
///
/// # Errors
/// As [`write`](fn@write); [`Error::Refused`]: a word too many.
pub fn run(options: &Options) -> Result<String, Error> {
    let Options { name, misplaced, kind, templates } = options;
    let is_repository = Home::is_repository();
    let templates = match templates {
        Some(templates) => vec![templates.clone()],
        None if is_repository => vec![PathBuf::from(TEMPLATES)],
        None => {
            let sdk = Sdk::unpacked()?;
            vec![sdk.path(TEMPLATES), sdk.path(SERVICES)]
        }
    };
    if let Some(word) = misplaced {
        let command = if is_repository { "just" } else { "ruchy-lambda" };
        return Err(misplaced_kind(command, name, word, &templates)?);
    }
    if is_repository {
        let paths = write(name, kind, &templates, &functions::folders())?;
        let event = paths.iter().find(|path| path.to_string_lossy().ends_with(".event.json"));
        return Ok(written(&paths) + &next(name, event.map_or(Path::new(""), PathBuf::as_path)));
    }
    if let Some(project) = Project::here()? {
        let paths = write_into(&project.root, name, kind, &templates)?;
        return Ok(
            written(&paths) + &commands(&[("ruchy-lambda invoke", name, "runs it once"), ("ruchy-lambda test", name, "runs its fixtures")])
        );
    }
    let root = PathBuf::from(name);
    let paths = write_project(&root, name, kind, &templates)?;
    // So that cargo and editors understand the project before the first build.
    if let Some(project) = Project::around(&root)? {
        project.link_sdk(&Sdk::unpacked()?).map_err(|error| Error::file(&root.join(SDK_LINK), error))?;
    }
    Ok(written(&paths)
        + &commands(&[
            ("cd", name, "into the project"),
            ("ruchy-lambda", "invoke", "runs the function once"),
            ("ruchy-lambda", "test", "runs its fixtures, and the unit tests"),
        ]))
}

/// Writes a project called `name` with a function of that name into the folder `root`, and returns
/// the files.
///
/// # Errors
/// As [`write`](fn@write); [`Error::NameTaken`] if something is in the folder.
pub fn write_project(root: &Path, name: &str, kind: &str, templates: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    template(templates, kind)?;
    if !function::is_name(name) {
        return Err(Error::NotAName { name: name.to_owned() });
    }
    let files = project::files(name)?;
    if fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) || root.is_file() {
        return Err(Error::NameTaken { name: name.to_owned(), path: root.to_owned() });
    }
    let mut paths = Vec::new();
    for (path, text) in files {
        let path = root.join(path);
        write_new(&path, &text)?;
        paths.push(path);
    }
    paths.extend(write_into(root, name, kind, templates)?);
    Ok(paths)
}

/// Writes a function into the project in the folder `root`, and returns the files.
///
/// # Errors
/// As [`write`](fn@write).
pub fn write_into(root: &Path, name: &str, kind: &str, templates: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let paths = write(name, kind, templates, &[root.join(FUNCTIONS)])?;
    let settings = settings_of(&template(templates, kind)?);
    if settings.exists() {
        let (manifest, added) = (root.join(MANIFEST), read(&settings)?.replace("NAME", name));
        write_whole(&manifest, project::with_settings(&read(&manifest)?, &manifest, &added, &settings)?.as_bytes())?;
    }
    if let Some(source) = paths.first() {
        let manifest = root.join(MANIFEST);
        // A function of this name that was deleted may have left its target.
        let text = test_targets::without_stale(&read(&manifest)?, name, |path| !root.join(path).exists());
        let path = source.strip_prefix(root).unwrap_or(source).to_string_lossy();
        let is_rust = source.extension().is_some_and(|extension| extension == "rs");
        let text = if is_rust { test_targets::with(&text, &manifest, name, &path)? } else { text };
        write_whole(&manifest, text.as_bytes())?;
    }
    Ok(paths)
}

/// A line for each file, which is named from the current folder on if it is below it.
fn written(paths: &[PathBuf]) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let named = |path: &PathBuf| path.strip_prefix(&current).unwrap_or(path).display().to_string();
    paths.iter().fold(String::new(), |text, path| text + &format!("wrote {}\n", named(path)))
}

/// Writes the function `name` into the first of `folders`, as the one called `kind` in `templates`
/// is, and its fixtures. Returns the files.
///
/// # Errors
/// [`Error::NoKind`], [`Error::NotAName`], [`Error::NameTaken`], before anything is written;
/// [`Error::File`].
pub fn write(name: &str, kind: &str, templates: &[PathBuf], folders: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
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

fn template(templates: &[PathBuf], kind: &str) -> Result<Source, Error> {
    let mut kinds = function::find(templates)?;
    match kinds.iter().position(|function| function.name == kind) {
        Some(place) => Ok(kinds.swap_remove(place)),
        None => Err(Error::NoKind { kind: kind.to_owned(), kinds: kinds.into_iter().map(|function| function.name).collect() }),
    }
}

/// Reports a kind `word` that follows the name, with the right command.
fn misplaced_kind(command: &str, name: &str, word: &str, templates: &[PathBuf]) -> Result<Error, Error> {
    let kind = template(templates, word)?.name;
    Ok(Error::Refused(format!("`{word}` is a value of `--kind`: {command} new {name} --kind {kind}")))
}

/// The file of what a function of the kind `template` adds to the manifest.
fn settings_of(template: &Source) -> PathBuf {
    let folder = template.source.parent().unwrap_or(Path::new(""));
    folder.with_file_name(SETTINGS).join(&template.name).with_extension("toml")
}

/// Returns the paths that must not exist.
fn taken(folder: &Path, name: &str) -> [PathBuf; 3] {
    let source = folder.join(name);
    [source.with_extension("ruchy"), source.with_extension("rs"), fixtures_folder(folder).join(name)]
}

/// The files to write: the source and the fixtures.
fn files(template: &Source, name: &str, folder: &Path) -> Result<Vec<(PathBuf, String)>, Error> {
    let text = read(&template.source)?;
    let path = folder.join(name).with_extension(template.source.extension().unwrap_or_default());
    let mut files = vec![(path, text)];
    let (from, to) = (fixtures_of(template), fixtures_folder(folder).join(name));
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

/// An existing file is not changed.
fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
    };
    write().map_err(|error| Error::file(path, error))
}

fn next(name: &str, event: &Path) -> String {
    let event = format!("{name} @{}", event.display());
    commands(&[
        ("just invoke", &event, "runs it once"),
        ("just test-handlers", name, "compares its answers with its fixtures"),
        ("just test-handlers --watch", name, "does that at every save"),
    ])
}

/// A line for each command, its argument, and what it does.
fn commands(commands: &[(&str, &str, &str)]) -> String {
    let commands: Vec<(String, &str)> = commands.iter().map(|(command, argument, does)| (format!("{command} {argument}"), *does)).collect();
    let width = commands.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    commands.iter().fold(String::from("\n"), |text, (command, does)| text + &format!("{command:width$}   # {does}\n"))
}
