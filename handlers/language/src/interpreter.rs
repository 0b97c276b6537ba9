//! What ruchy's own interpreter, `ruchy run`, prints for a program.

use crate::command::{self, Said};
use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// How long a program may run.
const RUNNING_SECONDS_MAX: u32 = 10;

/// What `ruchy` prints for the program in `file`, run in `folder`.
///
/// # Errors
/// That it cannot be run.
pub fn run(ruchy: &Path, file: &Path, folder: &Path) -> io::Result<Said> {
    command::run(ruchy, &[OsStr::new("run"), file.as_os_str()], folder, RUNNING_SECONDS_MAX)
}

/// What the linked programs' file prints for the one called `name`.
///
/// # Errors
/// That it cannot be run.
pub fn run_linked(programs: &Path, name: &str, folder: &Path) -> io::Result<Said> {
    command::run(programs, &[OsStr::new(name)], folder, RUNNING_SECONDS_MAX)
}

/// Whether the interpreter's parser refuses a program.
#[must_use]
pub fn refuses(said: &Said) -> bool {
    said.output.is_empty() && said.errors.contains("Syntax error")
}

/// Why the interpreter gave up, in a line.
#[must_use]
pub fn reason(said: &Said) -> String {
    if said.was_stopped() {
        return format!("it did not come to an end within {RUNNING_SECONDS_MAX} seconds");
    }
    let line = said.errors.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim_start_matches("✗ ").trim_start_matches("Error: ").chars().take(120).collect()
}
