//! LLVM's tools, which are optional: those of rustup's component `llvm-tools`, or of a distribution.

use crate::Error;
use crate::engine::toolchain::find_command;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The versions of LLVM whose tools read what rustc writes.
const VERSIONS: std::ops::RangeInclusive<u32> = 19..=30;

/// The file of the tool `name`, such as `llvm-profdata`.
///
/// # Errors
/// [`Error::Refused`] if it is missing or too old, with the command that installs it.
pub fn find(name: &str) -> Result<PathBuf, Error> {
    let component = sysroot().map(|(sysroot, host)| sysroot.join("lib/rustlib").join(host).join("bin").join(name));
    if let Some(tool) = component.filter(|tool| tool.is_file()) {
        return Ok(tool);
    }
    let numbered = VERSIONS.rev().find_map(|version| find_command(&format!("{name}-{version}"), &[]));
    let plain = || find_command(name, &[]).filter(|tool| version(tool).is_some_and(|version| VERSIONS.contains(&version)));
    numbered.or_else(plain).ok_or_else(|| {
        Error::Refused(format!(
            "{name} of LLVM {} or newer is missing. Install it with: rustup component add llvm-tools (or apt-get install llvm-{0})",
            VERSIONS.start()
        ))
    })
}

/// rustc's folder, and the triple of this machine.
fn sysroot() -> Option<(PathBuf, String)> {
    let rustc = std::env::var_os("RUSTC").filter(|rustc| !rustc.is_empty()).unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot", "--print", "host-tuple"]).output().ok()?;
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
    let after = text.split("LLVM version ").nth(1)?;
    after.split('.').next()?.parse().ok()
}

/// Runs `tool`.
///
/// # Errors
/// [`Error::Refused`] with what it printed, if it fails.
pub fn run(tool: &Path, arguments: &[&std::ffi::OsStr]) -> Result<(), Error> {
    let output = Command::new(tool).args(arguments).output().map_err(|error| Error::file(tool, error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Refused(format!("{}: {}", tool.display(), String::from_utf8_lossy(&output.stderr).trim_end())))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn version_is_read_from_what_the_tools_print() {
        assert_eq!(major("Debian LLVM version 14.0.6\n  Optimized build.\n"), Some(14));
        assert_eq!(major("LLVM (http://llvm.org/):\n  LLVM version 22.1.2-rust-1.95.0-stable\n"), Some(22));
        assert_eq!(major("none"), None);
    }
}
