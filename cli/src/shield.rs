//! Isolates builds from the user's environment, so that bytes and messages do not depend on it.
//! Variables and configuration files that name the source of crates (registries, sources, proxies,
//! credentials) still apply.

use crate::Error;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Command;

/// Prepares `command`, a cargo or rustc of a build.
pub fn apply(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_removed) {
            command.env_remove(name);
        }
    }
    command.envs(overrides());
    if std::env::var_os("HOME").is_none_or(|home| home.is_empty())
        && let Some(home) = std::env::home_dir()
    {
        command.env("HOME", home); // from the user database
    }
}

/// Variables that override cargo's configuration files: they choose neither flags nor a wrapper of
/// the compiler.
fn overrides() -> [(&'static str, OsString); 6] {
    let rustc = std::env::var_os("RUSTC").filter(|rustc| !rustc.is_empty()).unwrap_or_else(|| "rustc".into());
    [
        ("LC_ALL", "C".into()),
        ("RUSTC", rustc),
        ("RUSTC_WRAPPER", OsString::new()),
        ("RUSTC_WORKSPACE_WRAPPER", OsString::new()),
        // No flags; a build sets its own.
        ("CARGO_ENCODED_RUSTFLAGS", OsString::new()),
        ("CARGO_INCREMENTAL", "0".into()),
    ]
}

/// Returns true if the variable `name` would change a build.
fn is_removed(name: &str) -> bool {
    const KEPT: [&str; 2] = ["CARGO_HOME", "RUSTC"];
    const KEPT_PREFIXES: [&str; 5] = ["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_CREDENTIAL_", "CARGO_SOURCE_"];
    // cargo and rustc; the C compiler and the linker; an outer make.
    const REMOVED: [&str; 12] = [
        "CARGO",
        "RUST",
        "RUSTFLAGS",
        "COMPILER_PATH",
        "LIBRARY_PATH",
        "LD_RUN_PATH",
        "LDEMULATION",
        "GNUTARGET",
        "MAKEFLAGS",
        "MFLAGS",
        "POSIXLY_CORRECT",
        "LANGUAGE",
    ];
    const REMOVED_PREFIXES: [&str; 6] = ["CARGO_", "RUST_", "RUSTC_", "RUSTDOC", "GCC_", "COLLECT_"];
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    !KEPT.contains(&name) && !begins(&KEPT_PREFIXES) && (REMOVED.contains(&name) || begins(&REMOVED_PREFIXES))
}

/// The folder in which cargo unpacks the crates of registries.
#[must_use]
pub fn registry_sources() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    std::path::absolute(&home).unwrap_or(home).join("registry/src")
}

/// The error of a program of the toolchain that cannot be started.
#[must_use]
pub fn not_started(program: &str, error: &io::Error) -> Error {
    let fix = if error.kind() == io::ErrorKind::NotFound {
        " Install Rust with rustup (https://rustup.rs); `ruchy-lambda doctor` checks the rest."
    } else {
        ""
    };
    Error::Refused(format!("{program} cannot be started: {error}.{fix}"))
}

#[cfg(test)]
mod tests {
    use super::is_removed;

    #[test]
    fn shield_removes_build_settings_and_keeps_crate_sources() {
        for name in [
            "RUSTFLAGS",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "RUSTC_WRAPPER",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_PROFILE_RELEASE_LTO",
            "LIBRARY_PATH",
        ] {
            assert!(is_removed(name), "{name}");
        }
        for name in ["CARGO_HOME", "RUSTC", "RUSTUP_TOOLCHAIN", "CARGO_HTTP_PROXY", "CARGO_REGISTRIES_X_TOKEN", "PATH", "HOME", "TZ"] {
            assert!(!is_removed(name), "{name}");
        }
    }
}
