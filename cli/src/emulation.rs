//! Emulation: runs files that were linked for another processor, by `linker/emulated.sh`.

use crate::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The script, in the folder of the runtime's sources.
const SCRIPT: &str = "linker/emulated.sh";

/// Returns true if this machine has the emulator. The sources are in `root`.
#[must_use]
pub fn is_available(root: &Path) -> bool {
    command(root).arg("--emulator").output().is_ok_and(|output| output.status.success())
}

/// Replaces `file`, which was linked for another processor, by one that the emulator runs.
///
/// # Errors
/// [`Error::Refused`] without an emulator, or if the path is too long for it.
pub fn emulate(root: &Path, file: &Path) -> Result<(), Error> {
    let output = command(root).arg(file).output().map_err(|error| Error::file(&script(root), error))?;
    if output.status.success() { Ok(()) } else { Err(Error::Refused(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())) }
}

fn script(root: &Path) -> PathBuf {
    root.join(SCRIPT)
}

/// Called with bash, because the installed tool unpacks its sources without execute permission.
fn command(root: &Path) -> Command {
    let mut command = Command::new("bash");
    command.arg(script(root));
    command
}
