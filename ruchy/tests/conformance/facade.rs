//! The `std` of functions and the crate `events`, as libraries of this machine.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where everything that the conformance tests build is written.
pub fn folder() -> PathBuf {
    let folder = root().join("target/conformance");
    std::fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap()
}

/// The folder with `libruchy_std.rlib`, `libevents.rlib` and `deps/`, built at most once per run.
pub fn libraries() -> &'static Path {
    static LIBRARIES: OnceLock<PathBuf> = OnceLock::new();
    LIBRARIES.get_or_init(|| {
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "-p", "ruchy-std", "-p", "events", "--target-dir"])
            .arg(folder())
            .current_dir(root())
            .env("CARGO_PROFILE_DEV_DEBUG", "none")
            .status()
            .expect("cargo runs");
        assert!(status.success(), "cargo does not build handlers/std and handlers/events; its message is above");
        folder().join("debug")
    })
}

/// A call of rustc with the libraries at hand.
pub fn rustc(standard_as: &str) -> Command {
    compiler(&program(), standard_as)
}

/// A call of clippy with the libraries at hand; nothing if it is not installed.
pub fn clippy(standard_as: &str) -> Option<Command> {
    let sysroot = Command::new(program()).args(["--print", "sysroot"]).output().expect("rustc runs").stdout;
    let driver = Path::new(String::from_utf8_lossy(&sysroot).trim()).join("bin/clippy-driver");
    driver.exists().then(|| compiler(driver.as_os_str(), standard_as))
}

fn program() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn compiler(program: &OsStr, standard_as: &str) -> Command {
    let libraries = libraries();
    let mut command = Command::new(program);
    command.args(["--edition=2024", "-Cdebuginfo=0", "-Coverflow-checks=on", "-Cdebug-assertions=on", "--error-format=json"]);
    command.arg("--extern").arg(format!("{standard_as}={}", libraries.join("libruchy_std.rlib").display()));
    command.arg("--extern").arg(format!("events={}", libraries.join("libevents.rlib").display()));
    command.arg("-L").arg(format!("dependency={}", libraries.join("deps").display()));
    command
}
