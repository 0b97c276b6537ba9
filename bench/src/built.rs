//! Builds the programs of a benchmark if its command line names no floor: the floor, and files with
//! our functions. Runs in the repository's folder.

use crate::Error;
use crate::scale::functions;
use crate::scale::linked::Linked;
use ruchy_lambda_cli::engine::recipe::Recipe;
use ruchy_lambda_cli::engine::repository::Job;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The functions that come with the project: those of the file `shipped`.
const SHIPPED: [&str; 4] = ["echo", "fibonacci", "greeting", "minimal"];
/// The functions of the handler bench, and the folders that hold them.
const HANDLERS: [&str; 5] = ["minimal", "router", "field", "whole", "typed"];
const HANDLER_FOLDERS: &str = "handlers/functions:bench/handlers";
/// The numbers of generated functions in the files of the scale bench.
const SCALES: [u32; 4] = [1, 10, 100, 1_000];
const OUT: &str = "target/bench";

/// Builds the floor of the cold-start bench and the other programs: a copy of the floor, whose
/// difference from the floor is the error of the method, our files, and `others`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn for_cold_starts(others: &[String]) -> Result<(PathBuf, Vec<String>), Error> {
    Ok((floor("floor")?, arguments(&[floor("floor-again")?, minimal()?, shipped()?], others)))
}

/// Builds the floor of the warm bench and the other programs: our file, and `others`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn for_invocations(others: &[String]) -> Result<(PathBuf, Vec<String>), Error> {
    let floor = out("warm-floor")?;
    run(Command::new("cc").args(["-O2", "-o"]).arg(&floor).arg("bench/floor/warm.c"))?;
    let ours = format!("{}=ours", shipped()?.display());
    Ok((floor, [&[ours], others].concat()))
}

/// Builds the floor of the scale bench and the other programs: our files, and `others`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn for_sandboxes(others: &[String]) -> Result<(PathBuf, Vec<String>), Error> {
    Ok((floor("floor")?, arguments(&[minimal()?, shipped()?], others)))
}

/// Links a file for each function of the handler bench. Returns them as `HANDLER=PROGRAM`.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn handlers() -> Result<Vec<String>, Error> {
    let linked = |name: &&str| {
        eprintln!("linking {name}");
        let path = bootstrap(out(&format!("handler/{name}"))?, &[name], Some(HANDLER_FOLDERS.as_ref()))?;
        Ok(format!("{name}={}", path.display()))
    };
    HANDLERS.iter().map(linked).collect()
}

/// Links files with increasing numbers of generated functions. The first is linked twice: the
/// difference of two copies of one file is the error of the method.
///
/// # Errors
/// [`Error::NotBuilt`]; as [`functions::write`].
pub fn scales() -> Result<Vec<Linked>, Error> {
    let mut linked = Vec::new();
    for functions in SCALES {
        eprintln!("linking a file of functions: {functions}");
        let sources = Path::new(OUT).join(format!("scale/functions-{functions}"));
        functions::write(functions, &sources)?;
        // All paths have the same length, because a program searches its environment, which
        // contains its path.
        let path = bootstrap(out(&format!("scale/{functions:04}"))?, &[], Some(&sources))?;
        linked.push(Linked { functions, path: path.clone() });
        if functions == 1 {
            let copy = out("scale/copy")?;
            fs::copy(&path, &copy).map_err(|error| Error::file(&copy, error))?;
            linked.push(Linked { functions, path: copy });
        }
    }
    Ok(linked)
}

/// Builds the floor of a start, which is written in assembly.
fn floor(name: &str) -> Result<PathBuf, Error> {
    let out = out(name)?;
    run(Command::new("bench/floor/build.sh").arg(&out))?;
    Ok(out)
}

/// Links the file with `minimal` alone.
fn minimal() -> Result<PathBuf, Error> {
    bootstrap(out("minimal")?, &["minimal"], None)
}

/// Links the file with all functions that come with the project.
fn shipped() -> Result<PathBuf, Error> {
    bootstrap(out("shipped")?, &SHIPPED, None)
}

/// Returns `paths` as arguments of a command line, followed by `others`.
fn arguments(paths: &[PathBuf], others: &[String]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).chain(others.iter().cloned()).collect()
}

/// Returns `target/bench/NAME/bootstrap`, after creating its folder.
fn out(name: &str) -> Result<PathBuf, Error> {
    let folder = Path::new(OUT).join(name);
    fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    Ok(folder.join("bootstrap"))
}

/// Links `out` with the functions `names`, or all, of `folders`.
fn bootstrap(out: PathBuf, names: &[&str], folders: Option<&Path>) -> Result<PathBuf, Error> {
    let mut recipe = Recipe::of_environment()?;
    if let Some(folders) = folders {
        recipe.folders = std::env::split_paths(folders).collect();
    }
    let root = std::env::current_dir().map_err(|error| Error::file(Path::new("."), error))?;
    match (Job { root: &root, names, recipe: &recipe }).write_blocking(&out)? {
        Ok(warnings) => {
            eprint!("{warnings}");
            Ok(out)
        }
        Err(messages) => {
            eprint!("{messages}");
            Err(Error::NotBuilt { program: "the link".to_owned() })
        }
    }
}

/// Runs a recipe, which prints its own messages.
fn run(command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| Error::file(Path::new(&program), error))?;
    if status.success() { Ok(()) } else { Err(Error::NotBuilt { program }) }
}
