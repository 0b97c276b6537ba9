//! `build --optimize` and `pgo`: the files of a function, which differ in their code and not in
//! their answers. They link: `just test-tools`.

#[path = "support/tool.rs"]
mod support;

use ruchy_lambda_cli::functions;
use ruchy_lambda_cli::measure::served::Served;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{assert_documented, json, parts, runs_the_fastest_level, succeeded, tool};

const SUMS: &str = r#"fun fibonacci(n: i64) -> i64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

pub fun lambda_handler(event: &str) -> String {
    let n: i64 = event.trim().parse().unwrap_or(0)
    let squares: Vec<i64> = (0..n).map(|i| i * i).collect()
    let mut total = 0
    for square in squares {
        total = total + square
    }
    f"{fibonacci(n)} {total} {n * 4611686018427387904}"
}
"#;

/// A project with the function `sums` and two events.
fn project() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    succeeded(folder.path(), &["new", "shop", "--kind", "text"]);
    let project = folder.path().join("shop");
    fs::write(project.join("functions/sums.ruchy"), SUMS).unwrap();
    fs::create_dir_all(project.join("fixtures/sums")).unwrap();
    for (name, event) in [("one", "1"), ("zero", "0")] {
        fs::write(project.join(format!("fixtures/sums/{name}.event.json")), event).unwrap();
    }
    (folder, project)
}

/// The answer of a file to an event, or its error.
fn answer(bootstrap: &Path, event: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let function = functions::configured("sums", bootstrap, 128).unwrap();
        let served = Served::start(Command::new(bootstrap), &function).await.unwrap();
        match served.invoke_last(event.as_bytes()).await.unwrap() {
            Ok(body) => String::from_utf8(body.to_vec()).unwrap(),
            Err(error) => error,
        }
    })
}

#[test]
#[ignore = "links five times: just test-tools"]
fn presets_of_functions_differ_in_size_and_agree_in_answers() {
    let (_folder, project) = project();
    succeeded(&project, &["build", "sums", "--out", "default"]);
    let shipped = fs::read(project.join("default")).unwrap();
    let mut sizes = Vec::new();
    for preset in ["none", "balanced", "aggressive", "nasa"] {
        succeeded(&project, &["build", "sums", "--optimize", preset, "--out", preset]);
        let file = project.join(preset);
        let bytes = fs::read(&file).unwrap();
        assert_eq!(bytes == shipped, preset == "aggressive", "{preset}");
        // The debug information of the function is in one file alone.
        let has_lines = bytes.windows(11).any(|window| window == b".debug_line");
        assert_eq!(has_lines, preset == "none", "{preset}");
        sizes.push(bytes.len());
        if preset != "nasa" || runs_the_fastest_level() {
            assert_eq!(answer(&file, "1"), "1 0 4611686018427387904", "{preset}");
            let error = answer(&file, "2");
            assert!(error.contains("attempt to multiply with overflow") && error.contains("sums.ruchy"), "{preset}: {error}");
        }
    }
    assert!(sizes[0] > sizes[1] && sizes[1] > sizes[2], "{sizes:?}");
    let (code, _, error) = parts(&tool(&project, &["build", "sums", "--cpu", "native"]));
    assert!(code == 2 && error.contains("expected a processor that Lambda has"), "{error}");
}

fn sha256(text: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    let output = Command::new("sha256sum").arg(file.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
#[ignore = "needs valgrind and LLVM's tools, and links: just test-tools"]
fn kept_profile_is_used_and_named_until_the_source_changes() {
    let (_folder, project) = project();
    let manifest = || json(&project.join("dist/sums.manifest.json"));
    succeeded(&project, &["package", "sums"]);
    let without = manifest();
    assert_eq!(without["profile_sha256"], Value::Null);
    // Two events that need no time: no profile gains.
    let printed = succeeded(&project, &["pgo", "sums", "--iterations", "2", "--pairs", "40"]);
    let kept = project.join("profiles/sums.proftext");
    assert!(printed.contains("trained with the fixture one; measured with the fixture zero"), "{printed}");
    assert_eq!(kept.exists(), printed.contains("\ngain: "), "{printed}");
    let printed = succeeded(&project, &["pgo", "sums", "--iterations", "2", "--pairs", "2", "--keep", "--output", "pgo.json"]);
    let result = json(&project.join("pgo.json"));
    assert_documented("pgo", &result, &[]);
    assert!(
        result["training"][0] == "the fixture one" && result["held_out"][0] == "the fixture zero" && result["kept"] == true,
        "{result:#}"
    );
    assert!(printed.contains("kept: "), "{printed}");
    let text = fs::read_to_string(&kept).unwrap();
    let (first, profile) = text.split_once('\n').unwrap();
    assert!(first.starts_with("# ruchy-lambda pgo sources ") && first.contains(" rustc 1.") && first.contains(", LLVM "), "{first}");
    succeeded(&project, &["package", "sums"]);
    let with = manifest();
    assert_eq!(with["profile_sha256"].as_str(), Some(sha256(profile).as_str()));
    assert_ne!(with["bootstrap_sha256"], without["bootstrap_sha256"]);
    // An empty profile is reported, and the file is built without it.
    fs::write(&kept, format!("{first}\n:ir\n")).unwrap();
    let printed = succeeded(&project, &["package", "sums"]);
    assert!(
        printed.contains("has no counters and is not used") && manifest()["bootstrap_sha256"] == without["bootstrap_sha256"],
        "{printed}"
    );
    fs::write(&kept, &text).unwrap();
    // The same profile makes the same file.
    fs::remove_dir_all(project.join("target/ruchy-lambda")).unwrap();
    succeeded(&project, &["package", "sums"]);
    assert_eq!(manifest(), with);
    fs::write(project.join("functions/sums.ruchy"), SUMS.replace("i * i", "i * 3")).unwrap();
    let printed = succeeded(&project, &["package", "sums"]);
    assert!(
        printed.contains("the profile was made from other sources or by another compiler") && manifest()["profile_sha256"].is_null(),
        "{printed}"
    );
}
