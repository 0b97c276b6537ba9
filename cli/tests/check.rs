//! `check`, `transpile` and `explain`, in a project of a test's own; and links whose functions have
//! errors that are found without rustc.

#[path = "support/toolchain.rs"]
mod toolchain;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String {\n    event.to_string()\n}\n";
const THREE_MISTAKES: &str = "pub fun lambda_handler(event: &str) -> String {\n    let a = evnt\n    let b = 1 + true\n    missing(a)\n}\n";

/// A folder whose functions are in `handlers/functions`.
struct Project(tempfile::TempDir, OsString);

impl Project {
    fn new(functions: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap(), std::env::var_os("PATH").unwrap());
        for (name, text) in functions {
            project.write(&format!("handlers/functions/{name}"), text);
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// A compiler that fails with these messages, and notes that it was called.
    fn refuse(&mut self, messages: &[&str]) {
        let line = |rendered: &&str| {
            let message = serde_json::json!({"level": "error", "message": "refused", "rendered": rendered, "spans": [], "code": null});
            serde_json::json!({"reason": "compiler-message", "target": {"name": "handlers"}, "message": message}).to_string() + "\n"
        };
        self.write("messages", &messages.iter().map(line).collect::<String>());
        self.1 = toolchain::install(self.0.path(), "echo called >> called\ncat messages\nexit 1", "exit 1");
    }

    /// Exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(PROGRAM);
        let output =
            command.args(arguments).current_dir(&self.0).env_remove("RUCHY_LAMBDA_FUNCTIONS").env("PATH", &self.1).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn check_reports_every_mistake_of_every_function_by_its_path() {
    let project = Project::new(&[("a.ruchy", THREE_MISTAKES), ("b.ruchy", HANDLER), ("c.rs", "pub fn lambda_handler() -> String {}")]);
    let (code, out, err) = project.run(&["check"]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    for place in ["a.ruchy:2:13", "a.ruchy:3:", "a.ruchy:4:5", "c.rs:1: `lambda_handler` cannot be called"] {
        assert!(err.contains(&format!("handlers/functions/{place}")), "{place}: {err}");
    }
    assert_eq!(err.matches(" ^").count(), 3, "{err}");
    assert!(err.ends_with("3 functions checked: 4 errors, 0 warnings\n"), "{err}");
    assert_eq!(project.run(&["check", "b"]), (0, String::new(), "1 function checked: 0 errors, 0 warnings\n".to_owned()));
}

#[test]
fn check_takes_files_by_the_path_that_is_typed() {
    let project = Project::new(&[("a.ruchy", "mod shared\nfun other() {}\n"), ("shared.ruchy", "pub fun one() -> i64 { 1 }\n")]);
    project.write("elsewhere/x y.ruchy", "fun main() { println(nme) }\n");
    let (code, _, err) = project.run(&["check", "./elsewhere/x y.ruchy"]);
    assert!(code == 1 && err.contains("--> ./elsewhere/x y.ruchy:1:22\n"), "{err}");
    let (code, _, err) = project.run(&["check", "handlers/functions/../functions/a.ruchy"]);
    assert!(
        code == 1 && err.contains("has no `lambda_handler`") && err.contains("--> handlers/functions/../functions/a.ruchy:1:1\n"),
        "{err}"
    );
    // Code that functions share needs no handler.
    assert_eq!(project.run(&["check", "handlers/functions/shared.ruchy"]).0, 0);
    let (code, _, err) = project.run(&["check", "missing.ruchy"]);
    assert!(code == 1 && err.contains("missing.ruchy") && err.contains("does not exist"), "{err}");
    let (code, _, err) = project.run(&["check", "README.md"]);
    assert_eq!((code, err.as_str()), (1, "README.md: expected the name of a function, or a .ruchy or .rs file\n"));
    assert!(project.run(&["check", "shred"]).2.starts_with("no handler is named `shred`."));
}

#[test]
fn check_prints_lines_of_json_for_editors() {
    let project = Project::new(&[("a.ruchy", THREE_MISTAKES), ("c.rs", "pub fn lambda_handler() -> String {}")]);
    let (code, out, err) = project.run(&["check", "--message-format", "json"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<_> = lines
        .iter()
        .map(|line| (line["spans"][0]["file_name"].as_str().unwrap(), line["spans"][0]["line_start"].as_u64().unwrap()))
        .collect();
    let (a, c) = ("handlers/functions/a.ruchy", "handlers/functions/c.rs");
    assert_eq!(places, [(a, 2), (a, 3), (a, 4), (c, 1)]);
    assert!(lines.iter().all(|line| line["level"] == "error" && line["$message_type"] == "diagnostic"));
}

#[test]
fn transpile_keeps_lines_of_the_source() {
    let project = Project::new(&[("a.ruchy", &format!("// one\n\n{HANDLER}")), ("b.ruchy", THREE_MISTAKES), ("c.rs", "")]);
    let (code, out, err) = project.run(&["transpile", "a"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.lines().nth(2).unwrap().starts_with("pub fn lambda_handler(event: &str) -> String {"), "{out}");
    assert!(!out.contains("#![allow"), "{out}");
    let file = project.path("a.txt");
    assert_eq!(
        project.run(&["transpile", "handlers/functions/a.ruchy", "--out", file.to_str().unwrap()]),
        (0, String::new(), String::new())
    );
    assert_eq!(fs::read_to_string(file).unwrap(), out);
    let (code, out, err) = project.run(&["transpile", "b"]);
    assert!(code == 1 && out.is_empty() && err.contains("handlers/functions/b.ruchy:2:13"), "{err}");
    assert!(project.run(&["transpile", "c"]).2.starts_with("handlers/functions/c.rs: it is written in Rust"));
}

#[test]
fn explain_prints_the_rule_of_a_code() {
    let project = Project::new(&[]);
    let (code, out, _) = project.run(&["explain", "e0110"]);
    assert!(code == 0 && out.starts_with("E0110: something else was expected\n\n"), "{out}");
    let (_, all, _) = project.run(&["explain"]);
    assert!(all.lines().count() > 50 && all.contains("\nE0110  something else was expected\n"), "{all}");
    let (code, _, err) = project.run(&["explain", "E9999"]);
    assert!(code == 1 && err.starts_with("E9999: expected the code of an error"), "{err}");
}

#[test]
fn build_reports_compiler_errors_before_linking() {
    let mut project = Project::new(&[("a.ruchy", THREE_MISTAKES), ("b.ruchy", THREE_MISTAKES)]);
    project.refuse(&[]);
    for arguments in [&["build"][..], &["build", "a", "b"]] {
        let (code, _, err) = project.run(arguments);
        assert_eq!((code, err.matches(" ^").count()), (1, 6), "{err}");
    }
    let (code, _, err) = project.run(&["invoke", "a", "{}"]);
    assert_eq!((code, err.matches(" ^").count()), (1, 3), "{err}");
    assert!(!project.path("called").exists());
}

#[test]
fn rejected_generated_rust_is_reported_as_compiler_fault() {
    let mut project = Project::new(&[("a.ruchy", HANDLER), ("b.rs", "pub fn lambda_handler(event: &str) -> String { x }")]);
    let refused = "error[E0308]: mismatched types\n --> handlers/functions/a.ruchy:2:5\n  |\n2 |     event.to_string()\n  |     ^^^ expected `u8`\n\n";
    let of_author = "error[E0425]: cannot find value `x` in this scope\n --> handlers/functions/b.rs:1:49\n\n";
    project.refuse(&[refused, of_author]);
    let (code, _, err) = project.run(&["build"]);
    assert_eq!(code, 1);
    assert!(err.contains(of_author) && !err.contains("mismatched types"), "{err}");
    assert!(
        err.contains("a fault of the compiler")
            && err.contains("--> handlers/functions/a.ruchy:2\n")
            && err.contains("2 |     event.to_string()\n"),
        "{err}"
    );
    let report = fs::read_to_string(project.path("target/compiler-faults/a.md")).unwrap();
    assert!(err.contains("target/compiler-faults/a.md contains the source"), "{err}");
    for part in ["mismatched types", "pub fun lambda_handler", "pub fn lambda_handler", "rustc 1."] {
        assert!(report.contains(part), "{part}: {report}");
    }
}
