//! `ruchy-lambda package` in the repository of Ruchy Lambda: links the functions into one file, and
//! packs it. `deploy`, `image` and `test-aws` use it too, so that each is one command.

use super::manifest::Origin;
use crate::architecture::Architecture;
use crate::engine::LinkOptions;
use crate::engine::recipe::Recipe;
use crate::{Error, emulation, interrupted, link};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that is linked.
const BOOTSTRAP: &str = "dist/bootstrap";
/// A copy that this machine can start, if the file is for another processor.
const EMULATED: &str = "target/emulated/package/bootstrap";

/// Links the functions called `names`, or all. The file with symbols of a single function is kept,
/// by which `logs-aws` explains addresses.
///
/// # Errors
/// As [`link::shipped`].
pub fn linked(names: &[&str], architecture: Architecture) -> Result<PathBuf, Error> {
    let out = PathBuf::from(BOOTSTRAP);
    if let [name] = names {
        let with_symbols = link::symbols_of(name, architecture, &LinkOptions::shipped(None));
        interrupted::run(link::with_symbols(&out, &with_symbols, names, architecture))?;
    } else {
        interrupted::run(link::shipped(&out, names, architecture))?;
    }
    Ok(out)
}

/// The archive of the functions called `names`, or of all.
#[must_use]
pub fn archive(names: &[&str]) -> PathBuf {
    let name = if names.is_empty() { "bootstrap".to_owned() } else { names.join("-") };
    PathBuf::from(format!("dist/{name}.zip"))
}

/// Links and packs the functions called `names`, or all, into `out` or [`archive`]. Returns the
/// line for the developer.
///
/// # Errors
/// As [`linked`] and [`super::run`].
pub fn run(names: &[&str], out: Option<&Path>, architecture: Architecture) -> Result<String, Error> {
    pack(&linked(names, architecture)?, out.unwrap_or(&archive(names)), architecture)
}

/// Links and packs two functions, each by itself.
///
/// # Errors
/// As [`run`].
pub fn run_each(names: [&str; 2], architecture: Architecture) -> Result<[PathBuf; 2], Error> {
    let bootstraps = names.map(|name| PathBuf::from(format!("target/package/{name}/bootstrap")));
    interrupted::run(async {
        for (name, bootstrap) in names.iter().zip(&bootstraps) {
            link::shipped(bootstrap, &[name], architecture).await?;
        }
        Ok(())
    })?;
    let archives = names.map(|name| archive(&[name]));
    for (bootstrap, archive) in bootstraps.iter().zip(&archives) {
        eprintln!("{}", pack(bootstrap, archive, architecture)?);
    }
    Ok(archives)
}

fn pack(bootstrap: &Path, out: &Path, architecture: Architecture) -> Result<String, Error> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let origin = Origin { rustc: printed(Command::new(rustc).arg("--version")), link: link_mode(architecture), profile: None };
    let emulated = emulated(bootstrap, architecture)?;
    super::run(bootstrap, out, architecture, emulated.as_deref(), &origin)
}

/// Returns the name of the link mode for `architecture`, as in `tests/budgets.toml` and
/// manifests.
#[must_use]
pub fn link_mode(architecture: Architecture) -> Option<String> {
    let mut recipe = Recipe::of_environment().ok()?;
    recipe.options.architecture = Some(architecture);
    link::name(Path::new("."), &recipe).ok()
}

/// The standard output of a program that succeeds.
fn printed(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A copy of `bootstrap` that this machine can start by emulation; none if it starts the file
/// itself, or has no emulator.
fn emulated(bootstrap: &Path, architecture: Architecture) -> Result<Option<PathBuf>, Error> {
    if architecture.is_this_machines() || !emulation::is_available(Path::new("")) {
        return Ok(None);
    }
    let copy = Path::new(EMULATED);
    let failed = |error| Error::file(copy, error);
    fs::create_dir_all(copy.parent().unwrap_or(copy)).map_err(failed)?;
    fs::copy(bootstrap, copy).map_err(failed)?;
    emulation::emulate(Path::new(""), copy)?;
    Ok(Some(copy.to_owned()))
}
