//! The build gives the same bytes and messages whatever a user's environment and cargo's configuration files set for other builds.

use crate::support::bootstrap::{MINIMAL, alone, recipe, root};
use crate::support::links::write_program;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Settings that change a build of cargo's, fail it, or change its messages.
const VARIABLES: [(&str, &str); 30] = [
    ("CARGO_BUILD_BUILD_DIR", "/nonexistent"),
    ("CARGO_BUILD_RUSTC", "/nonexistent/rustc"),
    ("CARGO_BUILD_TARGET", "wasm32-unknown-unknown"),
    ("CARGO_ENCODED_RUSTFLAGS", "-Copt-level=0"),
    ("CARGO_INCREMENTAL", "1"),
    ("CARGO_MAKEFLAGS", "--jobserver-auth=98,99"),
    ("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true"),
    ("CARGO_PROFILE_RELEASE_ULTRA_OPT_LEVEL", "0"),
    ("CARGO_TARGET_DIR", "/nonexistent"),
    ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER", "/nonexistent/linker"),
    ("CARGO_TERM_COLOR", "always"),
    ("CARGO_TERM_VERBOSE", "true"),
    ("CDPATH", ".:/nonexistent"),
    ("COMPILER_PATH", "/nonexistent"),
    ("GCC_COLORS", "error=01;31"),
    ("GCC_EXEC_PREFIX", "/nonexistent/"),
    ("LANG", "de_DE.UTF-8"),
    ("LANGUAGE", "de"),
    ("LC_MESSAGES", "de_DE.UTF-8"),
    ("LD_RUN_PATH", "/nonexistent"),
    ("LIBRARY_PATH", "/nonexistent"),
    ("MAKEFLAGS", "--jobserver-auth=98,99"),
    ("POSIXLY_CORRECT", "1"),
    ("RUSTC_BOOTSTRAP", "1"),
    ("RUSTC_LOG", "warn"),
    ("RUSTC_WORKSPACE_WRAPPER", "/nonexistent/wrapper"),
    ("RUSTC_WRAPPER", "/nonexistent/wrapper"),
    ("RUSTFLAGS", "-Copt-level=0"),
    ("RUST_BACKTRACE", "full"),
    ("TZ", "Asia/Tokyo"),
];

/// The same in a configuration file.
const CONFIGURATION: &str = r#"
[build]
build-dir = "/nonexistent"
incremental = true
rustc = "/nonexistent/rustc"
rustc-workspace-wrapper = "/nonexistent/wrapper"
rustc-wrapper = "/nonexistent/wrapper"
rustflags = ["-Copt-level=0"]
target = "wasm32-unknown-unknown"
target-dir = "/nonexistent"

[target.x86_64-unknown-linux-musl]
linker = "/nonexistent/linker"
rustflags = ["-Copt-level=0"]

[target.'cfg(target_os = "linux")']
rustflags = ["-Copt-level=0"]

[profile.release]
codegen-units = 16
debug = "full"
debug-assertions = true
incremental = true
lto = "off"
opt-level = 0
overflow-checks = true
panic = "unwind"
rpath = true
split-debuginfo = "packed"
strip = "symbols"

[profile.release.build-override]
debug = "full"
opt-level = 3

[profile.release.package."*"]
debug-assertions = true
overflow-checks = true

[term]
color = "always"
verbose = true
"#;

/// Links `minimal` with the recipe as `change` changes it.
fn link(file: &str, change: impl FnOnce(&mut Command)) -> (Output, PathBuf) {
    let out = root().join("target/tests").join(file).join("bootstrap");
    let mut command = recipe();
    command.arg(&out).arg("minimal");
    change(&mut command);
    (alone(&mut command), out)
}

fn assert_same(link: (Output, PathBuf), what: &str) {
    let (output, out) = link;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{what}");
    assert!(output.status.success(), "{what}");
    assert!(fs::read(out).unwrap() == fs::read(&*MINIMAL).unwrap(), "{what}: other bytes");
}

/// With no `HOME`, too. `CDPATH` concerns only the relative name of a folder.
fn set_variables(command: &mut Command) {
    command.envs(VARIABLES).env_remove("HOME");
}

#[test]
fn variables_of_other_builds_do_not_change_the_file() {
    let mut relative = Command::new("linker/build.sh");
    relative.current_dir(root()).arg("target/tests/shield-relative/bootstrap").arg("minimal");
    set_variables(&mut relative);
    let out = root().join("target/tests/shield-relative/bootstrap");
    assert_same((alone(&mut relative), out), "with the variables set");
    assert_same(link("shield-after", |_| ()), "after a build with the variables set");
}

#[test]
fn variables_of_other_builds_do_not_change_messages() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("minimal.rs"), "pub fn lambda_handler(event: &str) -> String {\n    event.len()\n}\n").unwrap();
    let stderr = |change: fn(&mut Command)| {
        let (output, _) = link("shield-message", |command| {
            command.env("RUCHY_LAMBDA_FUNCTIONS", folder.path());
            change(command);
        });
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let expected = stderr(|_| ());
    assert!(expected.starts_with("error[E0308]: mismatched types"), "{expected}");
    assert_eq!(stderr(set_variables), expected);
}

/// A folder with a `cargo` that runs the real one where it finds this configuration file, as it would in a parent of the project's folder.
fn with_configuration(configuration: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    // By its path: this folder is the first where `cargo` is looked for.
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| {
        let folders = std::env::var_os("PATH").unwrap();
        let found = std::env::split_paths(&folders).map(|folder| folder.join("cargo")).find(|cargo| cargo.exists());
        found.expect("cargo is missing").display().to_string()
    });
    let (path, manifest) = (folder.path().join("cargo"), root().join("Cargo.toml"));
    let script = format!(
        "#!/bin/sh\ncd '{}'\ncommand=$1\nshift\nexec '{cargo}' \"$command\" --manifest-path '{}' \"$@\"\n",
        folder.path().display(),
        manifest.display()
    );
    write_program(&path, script.as_bytes());
    fs::create_dir(folder.path().join(".cargo")).unwrap();
    fs::write(folder.path().join(".cargo/config.toml"), configuration).unwrap();
    folder
}

/// [`link`] with a configuration file.
pub fn link_with(file: &str, configuration: &str, change: impl FnOnce(&mut Command)) -> (Output, PathBuf) {
    let cargo = with_configuration(configuration);
    let path = std::env::var_os("PATH").unwrap();
    let folders = [cargo.path().to_owned()].into_iter().chain(std::env::split_paths(&path));
    link(file, |command| {
        command.env("PATH", std::env::join_paths(folders).unwrap());
        change(command);
    })
}

#[test]
fn configuration_files_do_not_change_the_file() {
    assert_same(link_with("shield-configuration", CONFIGURATION, |_| ()), "with a configuration file");
}

#[test]
fn configuration_files_still_say_where_crates_come_from() {
    let configuration = "[source.crates-io]\nreplace-with = \"mirror\"\n\n[source.mirror]\ndirectory = \"/nonexistent/mirror\"\n";
    let (output, _) = link_with("shield-source", configuration, |_| ());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("/nonexistent/mirror"), "{stderr}");
}
