//! The work of `handlers/build.rs`: selects the functions, compiles and rewrites them, and writes
//! their modules.

use crate::compile::{self, Rust};
use crate::function::{self, Function, Origin};
use crate::place::Places;
use crate::rewrite::Passes;
use crate::{Error, inline};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The functions to link, separated by spaces; all if empty or unset.
const HANDLERS: &str = "RUCHY_LAMBDA_HANDLERS";
/// The folders with functions, separated by colons; `functions` of the handlers crate if unset.
pub const FUNCTIONS: &str = "RUCHY_LAMBDA_FUNCTIONS";
/// The number of inlined levels of recursion, up to [`inline::LEVELS_MAX`]; [`inline::LEVELS`] if
/// empty or unset.
const INLINE: &str = "RUCHY_LAMBDA_INLINE";
/// The folder for the functions' files, which the tool removes from messages; `OUT_DIR` if empty or
/// unset.
const LAID_OUT: &str = "RUCHY_LAMBDA_LAID_OUT";
/// 0 or 1: 1, the default, lowers formatting macros.
const LOWER: &str = "RUCHY_LAMBDA_LOWER";
/// All variables that change the result of [`Options::write_modules`].
pub const VARIABLES: [&str; 5] = [HANDLERS, FUNCTIONS, INLINE, LAID_OUT, LOWER];
/// The file for the compiler's warnings, in the folder [`LAID_OUT`].
const WARNINGS: &str = "warnings.txt";

/// The result of writing the modules.
#[derive(Debug)]
pub struct Registered {
    /// The files and folders that the modules depend on.
    pub inputs: Vec<PathBuf>,
    /// The compiler's warnings, for cargo to print; empty if they were written to a file for the
    /// tool.
    pub warnings: String,
}

/// The functions to register, and options.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folders with functions.
    pub folders: Vec<PathBuf>,
    /// The names of the functions; all if empty.
    pub names: Vec<String>,
    pub passes: Passes,
    /// The folder of the project. Messages and panics contain paths relative to it.
    pub project: PathBuf,
    /// The folder for the functions' files and the warnings; that of the modules if `None`.
    pub laid_out: Option<PathBuf>,
}

impl Options {
    /// Reads the options from the environment of a build script.
    ///
    /// # Errors
    /// [`Error::BadNumber`].
    pub fn from_environment() -> Result<Self, Error> {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let manifest = PathBuf::from(path("CARGO_MANIFEST_DIR").unwrap_or_default());
        let folders = path(FUNCTIONS).map_or_else(|| vec![manifest.join("functions")], |folders| env::split_paths(&folders).collect());
        let lower = number(LOWER, 1, 1)? == 1;
        let inline_levels = number(INLINE, inline::LEVELS_MAX, inline::LEVELS)?;
        Ok(Self {
            folders,
            names: env::var(HANDLERS).unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect(),
            passes: Passes::for_level(&env::var("OPT_LEVEL").unwrap_or_default(), lower, inline_levels),
            project: manifest.parent().unwrap_or(&manifest).to_owned(),
            laid_out: path(LAID_OUT).map(PathBuf::from),
        })
    }

    /// Writes `functions.rs` into `out`: a module and a registration for each selected function.
    ///
    /// # Errors
    /// [`Error::Several`] with the errors of all functions, or another [`Error`].
    pub fn write_modules(&self, out: &Path) -> Result<Registered, Error> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let functions = function::select(function::find(&self.folders)?, &names)?;
        let places = Places { project: self.project.clone(), written: self.laid_out.clone().unwrap_or_else(|| out.to_owned()) };
        let (mut inputs, mut modules, mut warnings, mut errors) = (self.folders.clone(), String::new(), String::new(), Vec::new());
        for function in &functions {
            match module(function, self.passes, &places) {
                Ok(Module { text, warnings: of_function }) => {
                    modules += &text;
                    warnings += &of_function;
                }
                Err(error) => errors.push(error),
            }
            inputs.extend(function.files().into_iter().filter(|file| file.exists()));
        }
        if !errors.is_empty() {
            return Err(Error::Several(errors));
        }
        write(&out.join("functions.rs"), &modules)?;
        if let Some(laid_out) = &self.laid_out {
            write(&laid_out.join(WARNINGS), &std::mem::take(&mut warnings))?;
        }
        Ok(Registered { inputs, warnings })
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| Error::file(path, error))
}

/// Returns the number in `variable`; `default` if it is empty or unset.
fn number(variable: &'static str, max: usize, default: usize) -> Result<usize, Error> {
    let value = env::var(variable).unwrap_or_default();
    if value.is_empty() {
        return Ok(default);
    }
    value.parse().ok().filter(|number| *number <= max).ok_or(Error::BadNumber { variable, value, max })
}

/// The module and registration of a function, and the compiler's warnings.
struct Module {
    text: String,
    warnings: String,
}

fn module(function: &Function, passes: Passes, places: &Places) -> Result<Module, Error> {
    let Function { name, source, origin } = function;
    let compiled = compile::check(function, false)?;
    let warnings = compiled.rendered();
    let Some(Rust { text, handler, hooks, other, .. }) = compiled.rust else { return Err(Error::Diagnostics { rendered: warnings }) };
    let is_read_in_place = *origin == Origin::Rust && (places.is_of_project(source) || inline::depends_on_folder(&text));
    let file = match passes.run(&text) {
        Some(changed) => places.write_inlined(source, &changed)?,
        None if is_read_in_place => source.clone(),
        None => places.write(source, &text)?,
    };
    let hooks = hooks.into_iter().fold(String::new(), |hooks, hook| hooks + "    " + hook + ",\n");
    let hooks = other.map_or(hooks.clone(), |other| hooks + "    ; " + other + "\n");
    let lints = if *origin == Origin::Ruchy { "#[allow(warnings, clippy::all, clippy::pedantic)]\n" } else { "" };
    // As string literals, which escape quotes and backslashes.
    let (file, section) = (file.to_string_lossy(), format!(".handlers.{name}"));
    // If no signature matches, rustc shows this line of the handler. The comment contains the
    // position in the source.
    let place = format!("{}:{}", places.name(source).to_string_lossy().escape_debug(), handler.line);
    let module = function::identifier(name);
    let text = format!(
        "{lints}#[path = {file:?}]
mod function_{module};
registry::register!(
    {name:?}, {section:?}, function_{module},
    function_{module}::lambda_handler, // {place}
{hooks});
"
    );
    Ok(Module { text, warnings })
}
