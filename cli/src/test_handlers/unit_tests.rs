//! The unit tests of a project, which cargo runs.

use crate::engine::toolchain::Toolchain;
use crate::project::Project;
use crate::sdk::Sdk;
use crate::{Error, shield};
use std::io::{self, Write as _};
use std::process::Command;

/// Runs the unit tests of the project's library and of its functions in Rust, with cargo and the
/// real `std`, but for those in `unbuilt`: all, or those of the functions in `names`. Returns whether
/// they pass.
///
/// # Errors
/// [`Error::Refused`] if cargo cannot be started; as [`Project::package`].
pub async fn run(project: &Project, names: &[String], unbuilt: &[String]) -> Result<bool, Error> {
    let toolchain = Toolchain::of(&project.root)?;
    let package = project.package(&Sdk::unpacked()?, &toolchain.host)?;
    let mut targets: Vec<String> = Vec::new();
    if package.library.is_some() && names.is_empty() {
        targets.push("--lib".to_owned());
    }
    for (name, _) in package.tests {
        if !unbuilt.contains(&name) && (names.is_empty() || names.contains(&name)) {
            targets.extend(["--test".to_owned(), name]);
        }
    }
    if targets.is_empty() {
        return Ok(true);
    }
    io::stdout().write_all(b"unit tests\n").map_err(Error::system("printing"))?;
    let mut command = Command::new("cargo");
    shield::apply(&mut command);
    // As in a build, configuration files choose neither target nor folder.
    command.args(["test", "--quiet", "--no-fail-fast", "--target", &toolchain.host]);
    command.arg("--target-dir").arg(project.target()?.join("tests")).args(targets).current_dir(&project.root);
    let status = tokio::process::Command::from(command).kill_on_drop(true).status().await;
    status.map(|status| status.success()).map_err(|error| shield::not_started("cargo", &error))
}
