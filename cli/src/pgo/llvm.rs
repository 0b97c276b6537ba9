//! LLVM's tools, which are optional: those of rustup's component `llvm-tools`, or of a
//! distribution.

use crate::Error;
use crate::engine::toolchain::{find_command, llvm_version};
use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest LLVM whose tools read what rustc writes.
const OLDEST: u32 = 19;
/// The newest LLVM that is looked for where rustc does not name its own.
pub const NEWEST: u32 = 30;

/// The file of the tool `name`, such as `llvm-profdata`.
///
/// # Errors
/// [`Error::Refused`] if it is missing or too old, with the command that installs it.
pub fn find(name: &str) -> Result<PathBuf, Error> {
    let component = sysroot().map(|(sysroot, host)| sysroot.join("lib/rustlib").join(host).join("bin").join(name));
    if let Some(tool) = component.filter(|tool| tool.is_file()) {
        return Ok(tool);
    }
    let versions = usable(of_rustc());
    let plain = || find_command(name, &[]).filter(|tool| version(tool).is_some_and(|version| versions.contains(&version)));
    numbered(name, versions.clone()).or_else(plain).ok_or_else(|| {
        Error::Refused(format!(
            "{name} of LLVM {OLDEST} to {} is missing. Install it with: rustup component add llvm-tools (or apt-get install llvm-{OLDEST})",
            versions.end()
        ))
    })
}

/// The newest of the tools `name` that a distribution installs with their version, such as
/// `llvm-cov-19`.
#[must_use]
pub fn numbered(name: &str, versions: RangeInclusive<u32>) -> Option<PathBuf> {
    versions.rev().find_map(|version| find_command(&format!("{name}-{version}"), &[]))
}

/// The versions whose tools read what rustc writes and write what rustc reads: none is newer than
/// rustc's own LLVM.
fn usable(rustc: Option<u32>) -> RangeInclusive<u32> {
    OLDEST..=rustc.map_or(NEWEST, |rustc| rustc.max(OLDEST))
}

/// The major version of rustc's LLVM.
fn of_rustc() -> Option<u32> {
    let output = Command::new(rustc()).arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    llvm_version(&text)?.split('.').next()?.parse().ok()
}

fn rustc() -> OsString {
    std::env::var_os("RUSTC").filter(|rustc| !rustc.is_empty()).unwrap_or_else(|| "rustc".into())
}

/// rustc's folder, and the triple of this machine.
fn sysroot() -> Option<(PathBuf, String)> {
    let output = Command::new(rustc()).args(["--print", "sysroot", "--print", "host-tuple"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    Some((PathBuf::from(lines.next()?), lines.next()?.to_owned()))
}

/// The major version that a tool names.
fn version(tool: &Path) -> Option<u32> {
    let output = Command::new(tool).arg("--version").output().ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

fn major(text: &str) -> Option<u32> {
    full(text)?.split('.').next()?.parse().ok()
}

/// The version in what a tool prints, such as `22.1.2`.
fn full(text: &str) -> Option<&str> {
    let after = text.split("LLVM version ").nth(1)?;
    after.split(|letter: char| letter != '.' && !letter.is_ascii_digit()).next()
}

/// The name of `tool`, with its version, for reports.
#[must_use]
pub fn named(tool: &Path) -> String {
    let output = Command::new(tool).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let name = tool.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}, LLVM {}", full(&String::from_utf8_lossy(&output)).unwrap_or("of an unknown version"))
}

/// Runs `tool`, and returns what it printed.
///
/// # Errors
/// [`Error::Refused`] with what it printed to standard error, if it fails.
pub fn run<A: AsRef<OsStr>>(tool: &Path, arguments: impl IntoIterator<Item = A>) -> Result<Vec<u8>, Error> {
    let output = Command::new(tool).args(arguments).output().map_err(|error| Error::file(tool, error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Error::Refused(format!("{}: {}", tool.display(), String::from_utf8_lossy(&output.stderr).trim_end())))
}

#[cfg(test)]
mod tests {
    use super::{full, major, usable};

    #[test]
    fn tools_are_not_newer_than_rustc() {
        assert_eq!((usable(Some(22)), usable(Some(18)), usable(None)), (19..=22, 19..=19, 19..=30));
    }

    #[test]
    fn version_is_read_from_what_the_tools_print() {
        assert_eq!(major("Debian LLVM version 14.0.6\n  Optimized build.\n"), Some(14));
        assert_eq!(major("LLVM (http://llvm.org/):\n  LLVM version 22.1.2-rust-1.95.0-stable\n"), Some(22));
        assert_eq!((major("none"), full("  LLVM version 22.1.2-rust-1.95.0-stable\n")), (None, Some("22.1.2")));
    }
}
