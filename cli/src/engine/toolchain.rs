//! The Rust toolchain that builds a project, and which musl it links against.

use super::mode::{Link, Mode, musl_triple};
use crate::Error;
use crate::architecture::Architecture;
use crate::shield;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The toolchain that rustup selects in a project's folder.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The triple of this machine.
    pub host: String,
    sysroot: PathBuf,
}

impl Toolchain {
    /// The toolchain of the project in `folder`.
    ///
    /// # Errors
    /// [`Error::Refused`] if rustc is missing or too old.
    pub fn of(folder: &Path) -> Result<Self, Error> {
        let output = Self::rustc(folder, &["--print", "host-tuple", "--print", "sysroot"])?;
        let mut lines = output.lines();
        match (lines.next(), lines.next()) {
            (Some(host), Some(sysroot)) => Ok(Self { host: host.to_owned(), sysroot: PathBuf::from(sysroot) }),
            _ => Err(Error::Refused(format!("rustc --print host-tuple --print sysroot: expected two lines, got {output:?}"))),
        }
    }

    /// Returns rustc's version.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn version(folder: &Path) -> Result<String, Error> {
        Self::rustc(folder, &["--version"]).map(|version| version.trim().to_owned())
    }

    /// Returns the versions of rustc and of its LLVM, on which code depends.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn compiler(folder: &Path) -> Result<String, Error> {
        let text = Self::rustc(folder, &["-vV"])?;
        let llvm = llvm_version(&text).unwrap_or("unknown");
        Ok(format!("{}, LLVM {llvm}", text.lines().next().unwrap_or_default().trim()))
    }

    fn rustc(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
        let rustc = std::env::var_os("RUSTC").filter(|rustc| !rustc.is_empty()).unwrap_or_else(|| "rustc".into());
        let mut command = Command::new(&rustc);
        shield::apply(&mut command);
        let output =
            command.current_dir(folder).args(arguments).output().map_err(|error| shield::not_started(&rustc.to_string_lossy(), &error))?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(Error::Refused(format!(
                "{}\n{}: Rust 1.89 or newer is needed. `ruchy-lambda doctor` checks it.",
                message.trim_end(),
                rustc.display()
            )));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Returns true if the target `triple` is installed.
    #[must_use]
    pub fn has_target(&self, triple: &str) -> bool {
        let libraries = self.sysroot.join("lib/rustlib").join(triple).join("lib").read_dir();
        libraries.is_ok_and(|mut entries| {
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libcore-")))
        })
    }

    /// The folder with the lld that came with rustc, by the name that C compilers look for.
    #[must_use]
    pub fn lld_folder(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(&self.host).join("bin/gcc-ld")
    }

    /// Returns the way to link for `architecture`.
    ///
    /// # Errors
    /// [`Error::Refused`] if no musl for it is installed; the message has the command that installs
    /// it.
    pub fn link(&self, architecture: Architecture, mode: Mode) -> Result<Link, Error> {
        let triple = musl_triple(architecture);
        if self.has_target(triple) {
            return Ok(Link::Target);
        }
        if architecture == Architecture::X86_64
            && self.host == "x86_64-unknown-linux-gnu"
            && mode == Mode::Facade
            && command_exists("musl-gcc")
        {
            return Ok(Link::MuslGcc);
        }
        Err(missing_target(architecture))
    }

    /// [`Self::link`], unless `chosen` says how to link.
    ///
    /// # Errors
    /// As [`Self::link`]; [`Error::Refused`] for a way to link that `architecture` or `mode` does
    /// not have.
    pub fn find_link(&self, chosen: Option<Link>, architecture: Architecture, mode: Mode) -> Result<Link, Error> {
        match chosen {
            None => self.link(architecture, mode),
            Some(Link::Target) if self.has_target(musl_triple(architecture)) => Ok(Link::Target),
            Some(Link::Target) => Err(missing_target(architecture)),
            Some(Link::MuslGcc) if architecture == Architecture::X86_64 && mode == Mode::Facade => Ok(Link::MuslGcc),
            Some(Link::MuslGcc) => Err(Error::Refused(format!(
                "musl-gcc links functions for x86_64 without Rust's std. Install the target for others: rustup target add {}",
                musl_triple(architecture)
            ))),
        }
    }

    /// [`Self::find_link`]. If the target is missing it is added first, for which rustup needs no
    /// root.
    ///
    /// # Errors
    /// As [`Self::find_link`].
    pub fn link_or_install(&self, chosen: Option<Link>, architecture: Architecture, mode: Mode) -> Result<Link, Error> {
        self.find_link(chosen, architecture, mode).or_else(|missing| {
            if chosen == Some(Link::MuslGcc) {
                return Err(missing);
            }
            let triple = musl_triple(architecture);
            eprintln!("musl is missing: adding the rustup target {triple}");
            let added = Command::new("rustup").args(["target", "add", triple]).stdin(Stdio::null()).stdout(Stdio::null()).status();
            let is_added = added.is_ok_and(|status| status.success());
            if is_added { self.find_link(chosen, architecture, mode) } else { Err(missing) }
        })
    }

    /// The hash in the name of the standard library for `triple`, which the metadata of all crates
    /// that need it contains.
    #[must_use]
    pub fn std_hash(&self, triple: &str) -> Option<String> {
        let libraries = self.sysroot.join("lib/rustlib").join(triple).join("lib").read_dir().ok()?;
        libraries.flatten().find_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some(name.strip_prefix("libstd-")?.strip_suffix(".rlib")?.to_owned())
        })
    }
}

/// The version of LLVM in what `rustc -vV` prints.
#[must_use]
pub fn llvm_version(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("LLVM version: ")).map(str::trim)
}

fn missing_target(architecture: Architecture) -> Error {
    let triple = musl_triple(architecture);
    Error::Refused(format!(
        "the Rust target {triple} is missing: functions are linked against musl. Install it with: rustup target add {triple}"
    ))
}

/// Returns true if `name` is an executable file in one of the folders of `PATH`.
#[must_use]
pub fn command_exists(name: &str) -> bool {
    find_command(name, &[]).is_some()
}

/// The file of the command `name`, in `folders` or in those of `PATH`.
#[must_use]
pub fn find_command(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths: Vec<PathBuf> = folders.iter().cloned().chain(std::env::split_paths(&path)).map(|folder| folder.join(name)).collect();
    paths.into_iter().find(|path| crate::process::executable(path).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{Toolchain, llvm_version};
    use crate::architecture::Architecture;
    use crate::engine::mode::{Link, Mode, musl_triple};
    use std::fs;
    use std::path::Path;

    #[test]
    fn compiler_is_named_with_its_llvm() {
        assert_eq!(llvm_version("rustc 1.95.0 (5 2026)\nrelease: 1.95.0\nLLVM version: 22.1.2\n"), Some("22.1.2"));
        assert_eq!(llvm_version("rustc 1.95.0"), None);
        let compiler = Toolchain::compiler(Path::new(".")).unwrap();
        assert!(compiler.starts_with("rustc 1.") && compiler.contains("), LLVM ") && !compiler.contains('\n'), "{compiler}");
    }

    #[test]
    fn toolchain_without_musl_is_refused_with_the_fix() {
        let sysroot = tempfile::tempdir().unwrap();
        let toolchain = Toolchain { host: "x86_64-unknown-linux-gnu".to_owned(), sysroot: sysroot.path().to_owned() };
        // musl-gcc links functions for x86_64 over the facade alone.
        for (architecture, mode) in
            [(Architecture::X86_64, Mode::Std), (Architecture::Arm64, Mode::Facade), (Architecture::Arm64, Mode::Std)]
        {
            let triple = musl_triple(architecture);
            let message = toolchain.link(architecture, mode).unwrap_err().to_string();
            assert!(message.ends_with(&format!("Install it with: rustup target add {triple}")), "{message}");
            assert!(toolchain.find_link(Some(Link::MuslGcc), architecture, mode).is_err());
        }
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            let libraries = sysroot.path().join("lib/rustlib").join(musl_triple(architecture)).join("lib");
            fs::create_dir_all(&libraries).unwrap();
            fs::write(libraries.join("libcore-0.rlib"), "").unwrap();
            assert_eq!(toolchain.link(architecture, Mode::Std).unwrap(), Link::Target);
        }
    }
}
