//! Links of this repository's functions by the program itself: the same bytes and messages whatever
//! a user's environment and cargo's configuration files set for other builds; and the error of a
//! crate that needs std.

#[path = "../../tests/support/links.rs"]
#[allow(dead_code, reason = "other test programs use the rest")]
mod links;

use links::{Link, linked, write_program};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");

/// `minimal` alone.
static MINIMAL: LazyLock<PathBuf> = LazyLock::new(|| {
    let [bootstrap] = linked(root(), [Link { architecture: "x86_64", names: &["minimal"], variables: &[] }]);
    bootstrap
});

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Settings that change a build of cargo's, fail it, or change its messages.
const VARIABLES: [(&str, &str); 29] = [
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

/// Links `minimal` with the command that `linker/build.sh` is, as `change` changes it.
fn link(file: &str, change: impl FnOnce(&mut Command)) -> (Output, PathBuf) {
    let out = root().join("target/tests").join(file).join("bootstrap");
    let mut command = Command::new(PROGRAM);
    command.arg("link").arg("--root").arg(root()).arg(&out).arg("minimal").env("RUCHY_LAMBDA_ARCH", "x86_64");
    change(&mut command);
    (command.output().unwrap(), out)
}

/// Standard error, without the progress of a slow link.
fn messages(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    text.split_inclusive('\n').filter(|line| !line.contains(" s so far")).collect()
}

fn assert_same(link: (Output, PathBuf), what: &str) {
    let (output, out) = link;
    assert_eq!(messages(&output), "", "{what}");
    assert!(output.status.success(), "{what}");
    assert!(fs::read(out).unwrap() == fs::read(&*MINIMAL).unwrap(), "{what}: other bytes");
}

/// With no `HOME`, too.
fn set_variables(command: &mut Command) {
    command.envs(VARIABLES).env_remove("HOME");
}

#[test]
fn variables_of_other_builds_do_not_change_the_file() {
    assert_same(link("shield-variables", set_variables), "with the variables set");
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
        messages(&output)
    };
    let expected = stderr(|_| ());
    assert!(expected.starts_with("error[E0308]: mismatched types"), "{expected}");
    assert_eq!(stderr(set_variables), expected);
}

/// A folder with a `cargo` that runs the real one where it finds this configuration file, as it
/// would in a parent of the project's folder.
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
fn link_with(file: &str, configuration: &str, change: impl FnOnce(&mut Command)) -> (Output, PathBuf) {
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

/// The folder of the functions' dependency `name`.
fn dependency(name: &str) -> PathBuf {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = Command::new("cargo").args(arguments).current_dir(root()).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == name).unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// serde is one of the functions' own dependencies, and other crates of the build depend on it.
#[test]
fn build_names_the_crate_that_needs_std() {
    let source = dependency("serde");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("serde");
    assert!(Command::new("cp").arg("-r").args([&source, &copy]).status().unwrap().success());
    let library = copy.join("src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text + "\nextern crate std as needed;\n").unwrap();
    let function = "pub fn lambda_handler(event: &str) -> String {\n    serde::de::value::Error::custom(event).to_string()\n}\n";
    fs::write(folder.path().join("minimal.rs"), format!("use serde::de::Error as _;\n{function}")).unwrap();
    let configuration = format!("paths = [\"{}\"]", copy.display());
    let (output, _) = link_with("std-crate", &configuration, |command| {
        command.env("RUCHY_LAMBDA_FUNCTIONS", folder.path());
    });
    let stderr = messages(&output);
    assert!(!output.status.success());
    let start = "error: handlers/Cargo.toml: the crate `serde` needs Rust's std, and functions are linked without it\n";
    assert!(stderr.starts_with(start) && stderr.contains("no_std"), "{stderr}");
    assert_eq!(stderr.matches("error").count(), 1, "{stderr}");
}
