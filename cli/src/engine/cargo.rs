//! One call of cargo that links a file, as a process group of its own, with progress.

use super::flags::Flags;
use super::messages::Report;
use super::progress::with_progress;
use crate::process::die_with_parent;
use crate::{Error, shield};
use rustix::process::{Pid, Signal, kill_process_group};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// One call of cargo that links a file.
#[derive(Debug)]
pub struct Call<'a> {
    /// The folder that rustup selects the toolchain by, and that rustc names files from.
    pub folder: &'a Path,
    /// The options that select the manifest, the binary and its features.
    pub selection: Vec<OsString>,
    pub profile: &'a str,
    pub triple: &'a str,
    pub target_folder: &'a Path,
    pub flags: &'a Flags,
    /// Variables for build scripts.
    pub variables: Vec<(&'static str, OsString)>,
    /// The name that progress messages use for the file.
    pub what: String,
}

/// The end of a call.
#[derive(Debug)]
pub struct Outcome {
    pub is_success: bool,
    pub report: Report,
    pub stderr: String,
}

impl Call<'_> {
    /// Runs cargo. A dropped future ends it.
    ///
    /// # Errors
    /// [`Error::Refused`] if cargo cannot be started.
    pub async fn run(&self) -> Result<Outcome, Error> {
        let mut command = Command::new("cargo");
        shield::apply(&mut command);
        command.current_dir(self.folder).args(["rustc", "--quiet", "--color", "never", "--locked", "--message-format", "json"]);
        command.args(["--profile", self.profile, "--target", self.triple]).args(&self.selection);
        command.arg("--target-dir").arg(self.target_folder).arg("--").args(&self.flags.linked);
        command.env("CARGO_BUILD_BUILD_DIR", self.target_folder).env("CARGO_ENCODED_RUSTFLAGS", self.flags.all.join("\u{1f}"));
        // Overrides the linker of a configuration file, for a change of which cargo would build
        // everything again; the flags name the linker.
        command.env(format!("CARGO_TARGET_{}_LINKER", self.triple.to_uppercase().replace('-', "_")), "cc");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that it can be ended together with what it has started.
        command.process_group(0);
        die_with_parent(&mut command);
        let child = command.spawn().map_err(|error| shield::not_started("cargo", &error))?;
        let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
        let output = with_progress(child, &self.what).await.map_err(|error| shield::not_started("cargo", &error))?;
        group.has_ended();
        Ok(Outcome {
            is_success: output.status.success(),
            report: Report::parse(&String::from_utf8_lossy(&output.stdout)),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// The process group of a build, ended when this is dropped.
struct Group(Option<Pid>);

impl Group {
    /// There is nothing to end any more.
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
}
