//! The facade as a library of this machine, and programs compiled against it as the functions of the handlers crate are: it is their `std`.

use crate::command::{self, Said};
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How long rustc may take over one program.
const COMPILING_SECONDS_MAX: u32 = 60;
/// How long linking them all may take.
const LINKING_SECONDS_MAX: u32 = 300;
/// What provides to programs what the bootstrap does, and calls one of them.
const RUNNER: &str = include_str!("../runner.rs");

/// Where the facade is, and where what is compiled against it goes.
#[derive(Clone, Debug)]
pub struct Facade {
    library: PathBuf,
    dependencies: PathBuf,
    /// Where everything is written.
    pub folder: PathBuf,
}

impl Facade {
    /// The facade, built into `folder`.
    ///
    /// # Errors
    /// That cargo cannot be run, or does not build it.
    pub fn build(folder: &Path) -> io::Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../std/Cargo.toml");
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(manifest)
            .arg("--target-dir")
            .arg(folder)
            .status()?;
        if !status.success() {
            return Err(io::Error::other("cargo does not build the facade, handlers/std; its message stands above"));
        }
        let built = folder.join("debug");
        Ok(Self { library: built.join("libruchy_std.rlib"), dependencies: built.join("deps"), folder: folder.to_owned() })
    }

    /// Compiles `source`, of a program or function called `name`, as a library.
    ///
    /// # Errors
    /// That rustc cannot be run; what it says about the program is in the result.
    pub fn compile(&self, name: &str, source: &Path) -> io::Result<Said> {
        let mut standard = std::ffi::OsString::from("std=");
        standard.push(&self.library);
        self.rustc(
            &["--crate-type=lib", "--crate-name", name, "--cap-lints=allow", "-Awarnings", "--extern"],
            &[standard],
            source,
            COMPILING_SECONDS_MAX,
        )
    }

    /// Links the programs of these names, which have been compiled, into one file that runs the one it is asked to. Returns its path.
    ///
    /// # Errors
    /// That it cannot be linked.
    pub fn link(&self, names: &[&str]) -> io::Result<PathBuf> {
        let source = self.folder.join("programs.rs");
        let arms = names.iter().fold(String::new(), |arms, name| arms + &format!("        {name:?} => {name}::program(),\n"));
        std::fs::write(&source, RUNNER.replace("        // programs\n", &arms))?;
        let mut library = std::ffi::OsString::from("ruchy_std=");
        library.push(&self.library);
        let mut externs = vec![library];
        for name in names {
            externs.push("--extern".into());
            externs.push(format!("{name}={}/lib{name}.rlib", self.folder.display()).into());
        }
        let said = self.rustc(&["--crate-type=bin", "--crate-name=programs", "--extern"], &externs, &source, LINKING_SECONDS_MAX)?;
        if said.succeeded() { Ok(self.folder.join("programs")) } else { Err(io::Error::other(said.errors)) }
    }

    fn rustc(&self, arguments: &[&str], more: &[std::ffi::OsString], source: &Path, seconds: u32) -> io::Result<Said> {
        let mut dependencies = std::ffi::OsString::from("dependency=");
        dependencies.push(&self.dependencies);
        let mut all: Vec<&OsStr> = ["--edition=2024", "-Cdebuginfo=0"].map(OsStr::new).to_vec();
        all.extend(arguments.iter().map(OsStr::new));
        all.extend(more.iter().map(std::ffi::OsString::as_os_str));
        all.extend([OsStr::new("-L"), &dependencies, OsStr::new("--out-dir"), self.folder.as_os_str(), source.as_os_str()]);
        command::run(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()), &all, &self.folder, seconds)
    }
}
