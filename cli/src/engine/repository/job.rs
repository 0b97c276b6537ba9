//! A link of functions of this repository.

use crate::engine::mode::Mode;
use crate::engine::recipe::{RealStd, Recipe};
use crate::{Error, functions};
use handlers_build::function;
use handlers_build::function::Function as Source;
use std::path::{Path, PathBuf};

/// A link of functions.
#[derive(Debug)]
pub struct Job<'a> {
    /// The repository's folder.
    pub root: &'a Path,
    /// The functions; all if there are none.
    pub names: &'a [&'a str],
    pub recipe: &'a Recipe,
}

impl Job<'_> {
    /// The `std` of the functions.
    pub(super) fn mode(&self) -> Mode {
        if self.recipe.std.is_some() { Mode::Std } else { Mode::Facade }
    }

    /// One package is linked in place of folders of functions.
    pub(super) fn is_package(&self) -> bool {
        matches!(self.recipe.std, Some(RealStd::Package(_)))
    }

    /// The folders of functions, by absolute paths.
    pub(super) fn folders(&self) -> Result<Vec<PathBuf>, Error> {
        if self.recipe.folders.is_empty() {
            return Ok(vec![self.root.join(functions::FOLDER)]);
        }
        self.recipe.folders.iter().map(|folder| std::path::absolute(folder).map_err(|error| Error::file(folder, error))).collect()
    }

    /// The functions, by paths from the current folder on where they are below it.
    pub(super) fn functions(&self) -> Result<Vec<Source>, Error> {
        let current = std::env::current_dir().unwrap_or_default();
        let relative = |folder: PathBuf| folder.strip_prefix(&current).map_or_else(|_| folder.clone(), Path::to_owned);
        let folders: Vec<PathBuf> = self.folders()?.into_iter().map(relative).collect();
        Ok(function::select(function::find(&folders)?, self.names)?)
    }
}
