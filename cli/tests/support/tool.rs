//! Runs the built tool in a folder, for the tests of commands that compile and measure.
#![allow(dead_code, reason = "each test program uses a part of it")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the tool. All tests have one cache, so that the runtime of programs is compiled once for
/// each preset.
pub fn tool(folder: &Path, arguments: &[&str]) -> Output {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruchy-lambda"));
    for variable in ["RUCHY_LAMBDA_FUNCTIONS", "RUCHY_LAMBDA_ARCH"] {
        command.env_remove(variable);
    }
    command.current_dir(folder).args(arguments).env("RUCHY_LAMBDA_CACHE", cache).stdin(Stdio::null()).output().unwrap()
}

/// Exit code, standard output, standard error.
pub fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// Runs the tool, which must succeed, and returns both of its outputs.
pub fn succeeded(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = parts(&tool(folder, arguments));
    assert_eq!(code, 0, "{arguments:?}: {out}{err}");
    out + &err
}

/// Fails if valgrind is missing, which counts the instructions: these tests run only where they are
/// asked for.
pub fn require_valgrind() {
    let output = Command::new("valgrind").arg("--version").output();
    assert!(
        output.is_ok_and(|output| output.status.success()),
        "valgrind is missing: install it, for example by `apt-get install valgrind`"
    );
}

/// Reads a result that the tool wrote.
pub fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Fails if `page` of docs/toolchain does not name each member of `result` in backticks. The
/// members of an object called one of `maps` are names of functions or the like.
pub fn assert_documented(page: &str, result: &Value, maps: &[&str]) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let read = |path: &str| fs::read_to_string(docs.join(path)).unwrap();
    let text = read("toolchain.md") + &read(&format!("toolchain/{page}.md"));
    let mut values = vec![result];
    while let Some(value) = values.pop() {
        values.extend(value.as_array().into_iter().flatten());
        for (name, value) in value.as_object().into_iter().flatten() {
            assert!(text.contains(&format!("`{name}`")), "docs/toolchain/{page}.md does not name the member {name}");
            if !maps.contains(&name.as_str()) {
                values.push(value);
            }
        }
    }
}

/// Returns true if this machine runs the files of the preset `nasa`: those for x86-64-v3, or for any
/// arm64.
pub fn runs_the_fastest_level() -> bool {
    ruchy_lambda_cli::processor::here::has("x86-64-v3")
}
