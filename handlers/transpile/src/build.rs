//! What `handlers/build.rs` does: choose the functions, see to it that their Rust is fresh, and write the modules that hold them.

use crate::compiler;
use crate::function::{self, Function, Origin};
use crate::place::Places;
use crate::{Error, inline, lower, modules, signature, source};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The functions to link, separated by blanks; all when empty or unset.
const HANDLERS: &str = "RUCHY_LAMBDA_HANDLERS";
/// The folders to look for functions in, separated by colons; `functions` of the handlers crate when unset.
pub const FUNCTIONS: &str = "RUCHY_LAMBDA_FUNCTIONS";
/// How many levels of a pure function's recursion are inlined: 0, none, to [`inline::LEVELS_MAX`]; [`inline::LEVELS`] when empty or unset.
const INLINE: &str = "RUCHY_LAMBDA_INLINE";
/// The folder to write the functions' files into, which `linker/build.sh` has a name for in messages; `OUT_DIR` when empty or unset.
const LAID_OUT: &str = "RUCHY_LAMBDA_LAID_OUT";
/// Whether macros that format are lowered: 0 or 1, which it is when empty or unset.
const LOWER: &str = "RUCHY_LAMBDA_LOWER";
/// Everything in the environment that changes what [`write_modules`] writes.
pub const VARIABLES: [&str; 6] = [HANDLERS, FUNCTIONS, INLINE, LAID_OUT, LOWER, compiler::VARIABLE];

/// Writes `functions.rs` into `out`: a module and a registration for each function chosen. Returns the files and folders it depends on.
///
/// # Errors
/// Any [`Error`]: build.rs shows it and fails the build.
pub fn write_modules(out: &Path) -> Result<Vec<PathBuf>, Error> {
    let folders = folders();
    let names = env::var(HANDLERS).unwrap_or_default();
    let names: Vec<&str> = names.split_ascii_whitespace().collect();
    let functions = function::select(function::find(&folders)?, &names)?;
    let passes = Passes::chosen()?;
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let written = env::var_os(LAID_OUT).filter(|value| !value.is_empty()).map_or_else(|| out.to_owned(), PathBuf::from);
    let places = Places { project: manifest.parent().unwrap_or(&manifest).to_owned(), written };
    let mut inputs = folders;
    let mut modules = String::new();
    for function in &functions {
        function.check()?;
        modules += &module(function, passes, &places)?;
        inputs.extend([function.source.clone(), function.source.with_extension("rs")]);
        inputs.extend(modules::of(&function.source));
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

/// The passes over a function's Rust: none where the functions are not optimised, so that checks and debuggers see them as written, and no inlining
/// where they are optimised for size.
#[derive(Clone, Copy)]
struct Passes {
    lower: bool,
    inline_levels: usize,
}

impl Passes {
    fn chosen() -> Result<Self, Error> {
        let lower = number(LOWER, 1, 1)? == 1;
        let inline_levels = number(INLINE, inline::LEVELS_MAX, inline::LEVELS)?;
        let level = env::var("OPT_LEVEL").unwrap_or_default();
        Ok(match level.as_str() {
            "2" | "3" => Self { lower, inline_levels },
            "s" | "z" => Self { lower, inline_levels: 0 },
            _ => Self { lower: false, inline_levels: 0 },
        })
    }

    /// What becomes of `rust`, if anything.
    fn run(self, rust: &str) -> Option<String> {
        let lowered = if self.lower { lower::lower(rust) } else { None };
        inline::inline_checked(lowered.as_deref().unwrap_or(rust), self.inline_levels).or(lowered)
    }
}

/// What `variable` says: `default` when it is empty or unset.
fn number(variable: &'static str, max: usize, default: usize) -> Result<usize, Error> {
    let value = env::var(variable).unwrap_or_default();
    if value.is_empty() {
        return Ok(default);
    }
    value.parse().ok().filter(|number| *number <= max).ok_or(Error::BadNumber { variable, value, max })
}

fn module(function: &Function, passes: Passes, places: &Places) -> Result<String, Error> {
    let Function { name, source, origin } = function;
    let written = source::read(source)?;
    let (rust, lints) = match origin {
        Origin::Rust => (written.clone(), ""),
        Origin::Ruchy => (compiled(source, &places.name(source))?, "#[allow(warnings, clippy::all, clippy::pedantic)]\n"),
    };
    if let Some(hook) = HOOKS.into_iter().chain([OTHER]).find(|hook| begins_a_line(&rust, "fn ", hook)) {
        return Err(Error::PrivateHook { path: source.clone(), hook });
    }
    let hooks = HOOKS
        .into_iter()
        .filter(|hook| begins_a_line(&rust, "pub fn ", hook))
        .fold(String::new(), |hooks, hook| hooks + "    " + hook + ",\n");
    let hooks = if begins_a_line(&rust, "pub fn ", OTHER) { hooks + "    ; " + OTHER + "\n" } else { hooks };
    let (named, text) = (source.clone(), rust);
    let line = signature::check(&text, &named, *origin)?;
    let file = match passes.run(&text) {
        Some(changed) => places.write_inlined(&named, &changed)?,
        None if *origin == Origin::Rust && (places.is_of_project(source) || inline::looks_around(&text)) => source.clone(),
        None => places.write(&named, &text)?,
    };
    // As string literals: quotes and backslashes escaped.
    let (file, section) = (file.to_string_lossy(), format!(".handlers.{name}"));
    // Where rustc finds no signature that fits, the line it shows is that of the handler here: it says where that is.
    let place = format!("{}:{line}", places.name(&named).to_string_lossy().escape_debug());
    Ok(format!(
        "{lints}#[path = {file:?}]
mod function_{name};
registry::register!(
    {name:?}, {section:?}, function_{name},
    function_{name}::lambda_handler, // {place}
{hooks});
"
    ))
}

/// What a function may have beside its `lambda_handler`, to be called when the time comes.
const HOOKS: [&str; 3] = ["before_snapshot", "after_restore", "on_terminate"];

/// What is called for an event that `lambda_handler` does not take.
const OTHER: &str = "on_other_event";

/// Whether `keywords` and a function of this name stand at the beginning of a line in `rust`, where rustfmt and ruchy put it.
fn begins_a_line(rust: &str, keywords: &str, name: &str) -> bool {
    rust.lines().any(|line| line.strip_prefix(keywords).and_then(|line| line.strip_prefix(name)).is_some_and(|line| line.starts_with('(')))
}

/// The Rust of `source`, which messages know as `named`. Its lines are those of the source.
fn compiled(source: &Path, named: &Path) -> Result<String, Error> {
    let folder = |path: &Path| path.parent().unwrap_or(Path::new("")).to_owned();
    let compiled = ruchy::compile(named, &mut Renamed { named: folder(named), real: folder(source) });
    let Some(rust) = compiled.rust else {
        let diagnostics = compiled.diagnostics.sorted();
        let rendered: Vec<String> = diagnostics.iter().map(|diagnostic| ruchy::diagnostic::render(diagnostic, &compiled.sources)).collect();
        return Err(Error::Diagnostics { rendered: rendered.join("\n") });
    };
    // The lints that it allows are allowed for the whole module.
    Ok(rust.strip_prefix(ruchy::HEADER).map_or(rust.clone(), str::to_owned))
}

/// Reads files that messages know by other names.
struct Renamed {
    named: PathBuf,
    real: PathBuf,
}

impl ruchy::modules::Loader for Renamed {
    fn load(&mut self, path: &Path) -> std::io::Result<Option<Vec<u8>>> {
        let path = path.strip_prefix(&self.named).map_or_else(|_| path.to_owned(), |rest| self.real.join(rest));
        ruchy::modules::Files.load(&path)
    }
}
