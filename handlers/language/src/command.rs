//! Another program, run for a limited time, and what it said.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What `timeout` ends with when it had to stop the program.
const STOPPED: i32 = 124;

/// What a program printed, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
    /// Its status; none when a signal ended it.
    pub status: Option<i32>,
}

impl Said {
    /// Whether it ended well.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status == Some(0)
    }

    /// Whether it was stopped because it took too long.
    #[must_use]
    pub fn was_stopped(&self) -> bool {
        self.status == Some(STOPPED)
    }
}

/// Runs `program` in `folder` for `seconds` at most, with nothing to read. (`timeout`, of coreutils, because std waits for ever or not at all.)
///
/// # Errors
/// That `timeout` cannot be started.
pub fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path, seconds: u32) -> io::Result<Said> {
    let said = Command::new("timeout")
        .arg("--kill-after=1")
        .arg(seconds.to_string())
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Said { output: text(said.stdout), errors: text(said.stderr), status: said.status.code() })
}
