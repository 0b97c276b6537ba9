//! Links bootstraps by the project's one recipe for that; what it has to say about a function goes to standard error.

use crate::Error;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The recipe, from the project's folder.
const RECIPE: &str = "linker/build.sh";

/// Where the bootstrap with the function called `name` alone is, for `just invoke` as well.
#[must_use]
pub fn local(name: &str) -> PathBuf {
    PathBuf::from(format!("target/local/{name}/bootstrap"))
}

/// Links `out` with the functions called `names`, to be started here; false where the recipe refused, and has said why.
///
/// # Errors
/// [`Error::File`] when the recipe is not there.
pub async fn link(out: &Path, names: &[&str]) -> Result<bool, Error> {
    let recipe = std::path::absolute(RECIPE).map_err(|error| Error::file(Path::new(RECIPE), error))?;
    let mut command = Command::new(&recipe);
    command.arg(out).args(names).env("RUCHY_LAMBDA_LOCAL", "1").kill_on_drop(true);
    Ok(command.status().await.map_err(|error| Error::file(&recipe, error))?.success())
}
