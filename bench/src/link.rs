//! Links bootstraps by the project's one recipe for that.

use crate::Error;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The recipe, from the project's folder.
const RECIPE: &str = "linker/build.sh";

/// Where the bootstrap with the function called `name` alone is, for `just invoke` as well.
#[must_use]
pub fn local(name: &str) -> PathBuf {
    PathBuf::from(format!("target/local/{name}/bootstrap"))
}

/// Links `out` with the functions called `names`, to be started here. Where the recipe refuses, what it says of that.
///
/// # Errors
/// [`Error::File`] when the recipe is not there.
pub async fn link(out: &Path, names: &[&str]) -> Result<Result<(), String>, Error> {
    let recipe = std::path::absolute(RECIPE).map_err(|error| Error::file(Path::new(RECIPE), error))?;
    let mut command = Command::new(&recipe);
    command.arg(out).args(names).env("RUCHY_LAMBDA_LOCAL", "1").stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.map_err(|error| Error::file(&recipe, error))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Ok(Err(said));
    }
    // Warnings.
    eprint!("{said}");
    Ok(Ok(()))
}
