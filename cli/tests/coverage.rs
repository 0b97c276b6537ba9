//! `coverage` and the kept profiles of `pgo`, on functions whose lines are known. They need LLVM's
//! tools, and link: `just test-tools`.

#[path = "support/tool.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::{assert_documented, json, parts, succeeded, tool};

/// A project with a function in Ruchy and one in Rust.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    succeeded(folder.path(), &["new", "shop", "--kind", "text"]);
    folder
}

fn write(project: &Path, name: &str, text: &str) {
    let path = project.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The count of each line with code.
fn counts(project: &Path, function: &str, file: &str) -> Vec<(u64, u64)> {
    succeeded(project, &["coverage", function, "--output", "coverage.json"]);
    let result = json(&project.join("coverage.json"));
    assert_documented("coverage", &result, &[]);
    let files = result["files"].as_array().unwrap();
    let found = files.iter().find(|found| found["file"] == file).unwrap_or_else(|| panic!("{file}: {result:#}"));
    let number = |value: &Value| value.as_u64().unwrap();
    found["lines"].as_array().unwrap().iter().map(|line| (number(&line["line"]), number(&line["count"]))).collect()
}

const SIZES: &str = r#"// A comment.
fun size(n: i64) -> String {
    if n > 100 {
        return "large".to_string()
    }
    let mut total = 0
    for i in 0..n {
        total = total + i
    }
    if total < 0 {
        "negative".to_string()
    } else {
        f"{total}"
    }
}

pub fun lambda_handler(event: &str) -> String {
    size(event.trim().parse().unwrap_or(0))
}
"#;

const CRASHES: &str = "pub fn lambda_handler(event: &str) -> String {\n    if event.contains(\"panic\") {\n        \
                       panic!(\"as asked\");\n    }\n    if event.contains(\"never\") {\n        return String::new();\n    }\n    event.to_string()\n}\n";

#[test]
#[ignore = "needs LLVM's tools, and links: just test-tools"]
fn coverage_counts_the_lines_of_ruchy_and_rust() {
    let folder = project();
    let project = folder.path().join("shop");
    write(&project, "functions/sizes.ruchy", SIZES);
    write(&project, "fixtures/sizes/five.event.json", "5");
    write(&project, "fixtures/sizes/two.event.json", "2");
    let file = "functions/sizes.ruchy";
    let known = counts(&project, "sizes", file);
    let count = |lines: &[(u64, u64)], line: u64| lines.iter().find(|(number, _)| *number == line).map(|(_, count)| *count);
    // Five and two turns of the loop.
    assert_eq!((count(&known, 3), count(&known, 8), count(&known, 18)), (Some(2), Some(7), Some(2)), "{known:?}");
    assert_eq!((count(&known, 4), count(&known, 11), count(&known, 1), count(&known, 16)), (Some(0), Some(0), None, None), "{known:?}");
    assert!(known.iter().all(|(line, _)| *line <= 19), "{known:?}");
    // Another fixture reaches another line.
    write(&project, "fixtures/sizes/many.event.json", "101");
    assert_eq!(count(&counts(&project, "sizes", file), 4), Some(1));
    let (code, out, err) = parts(&tool(&project, &["coverage", "sizes", "5", "--minimum", "99", "--output", "page.html"]));
    assert!(
        code == 1 && out.contains("     4          return \"large\".to_string()\n") && out.contains("below the minimum"),
        "{out}\n{err}"
    );
    let page = fs::read_to_string(project.join("page.html")).unwrap();
    assert!(page.contains("<tr class=\"missed\"><td>4</td><td>0</td><td class=\"code\">        return &quot;large&quot;"), "{page}");

    // The process of a panic writes its counters, too.
    write(&project, "functions/crashes.rs", CRASHES);
    write(&project, "fixtures/crashes/panic.event.json", "\"panic\"");
    write(&project, "fixtures/crashes/works.event.json", "1");
    let known = counts(&project, "crashes", "functions/crashes.rs");
    assert_eq!((count(&known, 2), count(&known, 3), count(&known, 6), count(&known, 8)), (Some(2), Some(1), Some(0), Some(1)), "{known:?}");

    let (code, _, err) = parts(&tool(&project, &["coverage", "shop", "--minimum", "101"]));
    assert!(code == 2 && err.contains("expected 0 to 100"), "{err}");
    fs::remove_dir_all(project.join("fixtures/crashes")).unwrap();
    let (code, _, err) = parts(&tool(&project, &["coverage", "crashes"]));
    assert!(code == 1 && err.contains("crashes: no fixtures found"), "{err}");
}

#[test]
fn tools_of_llvm_that_are_missing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["coverage", "pgo"] {
        let mut missing = Command::new(env!("CARGO_BIN_EXE_ruchy-lambda"));
        let output =
            missing.current_dir(folder.path()).args([command, "a"]).env("PATH", folder.path()).env_remove("RUSTC").output().unwrap();
        let (code, _, err) = parts(&output);
        assert!(
            code == 1 && err.contains("llvm-profdata of LLVM 19") && err.contains("rustup component add llvm-tools"),
            "{command}: {err}"
        );
    }
}
