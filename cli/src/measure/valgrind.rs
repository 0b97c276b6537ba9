//! valgrind, an optional tool: finds it, and builds its command line.

use super::readable::readable;
use crate::engine::toolchain::find_command;
use crate::engine::write_executable;
use crate::{Error, process};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The caches and the branch predictor that are simulated, in addition to the count of
/// instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caches {
    /// First level for instructions and for data, and last level: size in bytes, associativity,
    /// line size in bytes.
    pub instructions: [u32; 3],
    pub data: [u32; 3],
    pub last: [u32; 3],
}

/// The options of a count.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The functions at whose entry counting begins and at whose return it ends, as patterns of
    /// names.
    pub toggles: Vec<String>,
    /// Begin a new dump at each entry of these functions.
    pub dumps: Vec<String>,
    /// Simulate caches and branches.
    pub caches: Option<Caches>,
}

/// The installed valgrind.
#[derive(Clone, Debug)]
pub struct Valgrind {
    path: PathBuf,
    /// Such as `valgrind-3.19.0`.
    pub version: String,
}

impl Valgrind {
    /// The one on the path.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is missing, with the name of the package.
    pub fn find() -> Result<Self, Error> {
        let path = find_command("valgrind", &[]).ok_or_else(|| {
            Error::Refused("valgrind is missing: its callgrind counts instructions. Install it with: apt-get install valgrind".to_owned())
        })?;
        let output = Command::new(&path).arg("--version").output().map_err(|error| Error::file(&path, error))?;
        Ok(Self { path, version: String::from_utf8_lossy(&output.stdout).trim().to_owned() })
    }

    /// The name of its tool that counts, with the version.
    #[must_use]
    pub fn callgrind(&self) -> String {
        format!("callgrind, {}", self.version)
    }

    /// The command that counts `program`, a file of [`prepare`], and writes `out`, or `out.1` and
    /// so on where it begins new dumps.
    #[must_use]
    pub fn command(&self, options: &Options, program: &Path, out: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
        command.args(["--quiet", "--vgdb=no", "--collect-atstart=no", "--dump-instr=yes", "--dump-line=no"]);
        command.args(["--compress-strings=no", "--compress-pos=no"]);
        command.args(options.toggles.iter().map(|name| format!("--toggle-collect={name}")));
        command.args(options.dumps.iter().map(|name| format!("--dump-before={name}")));
        if let Some(Caches { instructions, data, last }) = options.caches {
            command.args(["--cache-sim=yes", "--branch-sim=yes"]);
            for (name, [bytes, ways, line]) in [("I1", instructions), ("D1", data), ("LL", last)] {
                command.arg(format!("--{name}={bytes},{ways},{line}"));
            }
        }
        command.arg("--").arg(program);
        command
    }
}

/// Writes a copy of `linked`, a file with symbols, whose symbols valgrind reads.
///
/// # Errors
/// [`Error::File`], [`Error::NotDeployable`].
pub fn prepare(linked: &Path, copy: &Path) -> Result<PathBuf, Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    let bytes = readable(bytes).map_err(|reason| Error::not_deployable(linked, reason))?;
    write_executable(copy, &bytes)?;
    process::executable(copy)
}
