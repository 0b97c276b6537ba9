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
pub mod modules;
pub mod nearest;
pub mod operator;
pub mod place;
pub mod pure;
pub mod signature;
pub mod source;
mod template;
mod twin;

pub use error::Error;

use compiler::Compiler;
use function::{Function, Origin};
use std::fs;
use std::path::PathBuf;

/// Transpiles every `.ruchy` function in `folders` whose Rust is missing, stale or different, and writes it beside its source.
/// Returns the files written, and what is wrong with the functions that have none: they are in no other's way.
///
/// # Errors
/// As [`function::find`].
pub fn transpile_all(folders: &[PathBuf], compiler: &Compiler) -> Result<Vec<Result<PathBuf, Error>>, Error> {
    let write = |(path, text): (PathBuf, String)| fs::write(&path, text).map(|()| path.clone()).map_err(|error| Error::file(&path, error));
    let renewed = function::find(folders)?.into_iter().filter_map(|function| renewed(&function, compiler).transpose());
    Ok(renewed.map(|renewed| renewed.and_then(write)).collect())
}

/// The transpiled files in `folders` that differ from what `compiler` makes of their sources now, each with what it should hold.
///
/// # Errors
/// [`Error`] when a source cannot be read or transpiled.
pub fn outdated(folders: &[PathBuf], compiler: &Compiler) -> Result<Vec<(PathBuf, String)>, Error> {
    function::find(folders)?.iter().filter_map(|function| renewed(function, compiler).transpose()).collect()
}

/// What the Rust beside `function` should hold, where that is not what it holds.
fn renewed(function: &Function, compiler: &Compiler) -> Result<Option<(PathBuf, String)>, Error> {
    function.check()?;
    if function.origin == Origin::Rust {
        return Ok(None);
    }
    let text = compiler.transpile(&function.source)?;
    let path = function.source.with_extension("rs");
    let is_fresh = source::read(&path).ok().as_deref() == Some(text.as_str());
    Ok((!is_fresh).then_some((path, text)))
}
