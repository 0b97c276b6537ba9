//! From `.ruchy` to Rust: which functions there are (`function`), the mark that says what a transpiled file was made from (`mark`), the
//! ruchy compiler (`compiler`), and the list of modules that `handlers/build.rs` wants (`build`).
//!
//! Only [`transpile_all`], behind `just transpile`, writes into the source tree; a build never does.

pub mod build;
pub mod compiler;
pub mod error;
pub mod function;
pub mod inline;
pub mod layout;
pub mod lower;
pub mod mark;
pub mod mend;
pub mod nearest;
pub mod place;
pub mod pure;
pub mod signature;
mod template;

pub use error::Error;

use compiler::Compiler;
use function::{Function, Origin};
use std::fs;
use std::path::PathBuf;

/// Transpiles every `.ruchy` function in `folders` whose Rust is missing, stale or different, and writes it beside its source.
/// Returns the files written.
///
/// # Errors
/// [`Error`] of the first function that fails; those before it have been written.
pub fn transpile_all(folders: &[PathBuf], compiler: &Compiler) -> Result<Vec<PathBuf>, Error> {
    let mut written = Vec::new();
    for (path, text) in outdated(folders, compiler)? {
        fs::write(&path, text).map_err(|error| Error::file(&path, error))?;
        written.push(path);
    }
    Ok(written)
}

/// The transpiled files in `folders` that differ from what `compiler` makes of their sources now, each with what it should hold.
///
/// # Errors
/// [`Error`] when a source cannot be read or transpiled.
pub fn outdated(folders: &[PathBuf], compiler: &Compiler) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut outdated = Vec::new();
    for function in function::find(folders)? {
        function.check()?;
        let Function { source, origin, .. } = function;
        if origin == Origin::Rust {
            continue;
        }
        let text = compiler.transpile(&source)?;
        let path = source.with_extension("rs");
        if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            outdated.push((path, text));
        }
    }
    Ok(outdated)
}
