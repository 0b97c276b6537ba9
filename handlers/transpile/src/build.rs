//! What `handlers/build.rs` does: choose the functions, see to it that their Rust is fresh, and write the modules that hold them.

use crate::compiler::{self, Compiler};
use crate::function::{self, Function, Origin};
use crate::{Error, inline, mark};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The functions to link, separated by blanks; all when empty or unset.
const HANDLERS: &str = "RUCHY_LAMBDA_HANDLERS";
/// The folders to look for functions in, separated by colons; `functions` of the handlers crate when unset.
pub const FUNCTIONS: &str = "RUCHY_LAMBDA_FUNCTIONS";
/// How many levels of a pure function's recursion are inlined: 0, none, to [`inline::LEVELS_MAX`]; [`inline::LEVELS`] when empty or unset.
const INLINE: &str = "RUCHY_LAMBDA_INLINE";
/// Everything in the environment that changes what [`write_modules`] writes.
pub const VARIABLES: [&str; 4] = [HANDLERS, FUNCTIONS, INLINE, compiler::VARIABLE];

/// Writes `functions.rs` into `out`: a module and a registration for each function chosen. Returns the files and folders it depends on.
///
/// # Errors
/// Any [`Error`]: build.rs shows it and fails the build.
pub fn write_modules(out: &Path) -> Result<Vec<PathBuf>, Error> {
    let folders = folders();
    let names = env::var(HANDLERS).unwrap_or_default();
    let names: Vec<&str> = names.split_ascii_whitespace().collect();
    let functions = function::select(function::find(&folders)?, &names)?;
    let levels = levels()?;
    let mut inputs = folders;
    let mut modules = String::new();
    for function in &functions {
        modules += &module(function, levels, out)?;
        inputs.extend([function.source.clone(), function.source.with_extension("rs")]);
    }
    let path = out.join("functions.rs");
    fs::write(&path, modules).map_err(|error| Error::file(&path, error))?;
    Ok(inputs)
}

fn folders() -> Vec<PathBuf> {
    match env::var_os(FUNCTIONS).filter(|value| !value.is_empty()) {
        Some(folders) => env::split_paths(&folders).collect(),
        None => vec![Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("functions")],
    }
}

/// How many levels to inline. None where the functions are not compiled for speed: whoever checks or debugs them sees them as they are.
fn levels() -> Result<usize, Error> {
    let fast = matches!(env::var("OPT_LEVEL").as_deref(), Ok("2" | "3"));
    let value = env::var(INLINE).unwrap_or_default();
    let levels = if value.is_empty() { Some(inline::LEVELS) } else { value.parse().ok().filter(|levels| *levels <= inline::LEVELS_MAX) };
    levels.map(|levels| if fast { levels } else { 0 }).ok_or(Error::BadLevels { variable: INLINE, value })
}

fn module(function: &Function, levels: usize, out: &Path) -> Result<String, Error> {
    let Function { name, source, origin } = function;
    let (file, lints) = match origin {
        Origin::Rust => (source.clone(), ""),
        Origin::Ruchy => (fresh(source, out)?, "#[allow(warnings, clippy::all, clippy::pedantic)]\n"),
    };
    let text = fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
    if let Some(hook) = HOOKS.into_iter().find(|hook| begins_a_line(&text, "fn ", hook)) {
        return Err(Error::PrivateHook { path: source.clone(), hook });
    }
    let hooks =
        HOOKS.into_iter().filter(|hook| begins_a_line(&text, "pub fn ", hook)).fold(String::new(), |hooks, hook| hooks + ", " + hook);
    let file = inlined(&file, &text, levels, out)?;
    // As a string literal: quotes and backslashes escaped.
    let path = file.to_string_lossy();
    Ok(format!(
        "{lints}#[path = {path:?}]\nmod function_{name};\nrecord::register!({name:?}, \".handlers.{name}\", function_{name}{hooks});\n"
    ))
}

/// What a function may have beside its `lambda_handler`, to be called when the time comes.
const HOOKS: [&str; 3] = ["before_snapshot", "after_restore", "on_terminate"];

/// Whether `keywords` and a function of this name stand at the beginning of a line in `rust`, where rustfmt and ruchy put it.
fn begins_a_line(rust: &str, keywords: &str, name: &str) -> bool {
    rust.lines().any(|line| line.strip_prefix(keywords).and_then(|line| line.strip_prefix(name)).is_some_and(|line| line.starts_with('(')))
}

/// `file`, or where the recursion in its `text` allows it, another of that name in `out` with `levels` of it inlined.
fn inlined(file: &Path, text: &str, levels: usize, out: &Path) -> Result<PathBuf, Error> {
    let Some(text) = inline::inline(text, levels) else { return Ok(file.to_owned()) };
    let folder = out.join("inlined");
    let path = folder.join(file.file_name().unwrap_or_default());
    fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text)).map_err(|error| Error::file(&path, error))?;
    Ok(path)
}

/// The transpiled Rust of `source`: the file beside it when that is fresh, else one made now in `out`.
fn fresh(source: &Path, out: &Path) -> Result<PathBuf, Error> {
    let committed = source.with_extension("rs");
    let text = fs::read_to_string(source).map_err(|error| Error::file(source, error))?;
    if fs::read_to_string(&committed).is_ok_and(|rust| mark::is_fresh(&rust, &text)) {
        return Ok(committed);
    }
    let compiler = Compiler::find().map_err(|error| match error {
        Error::NoCompiler { version, .. } => Error::NoCompiler { stale: Some(source.to_owned()), version },
        other => other,
    })?;
    let path = out.join(source.with_extension("rs").file_name().unwrap_or_default());
    fs::write(&path, compiler.transpile(source)?).map_err(|error| Error::file(&path, error))?;
    Ok(path)
}
