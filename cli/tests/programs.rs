//! `ruchy-lambda compile` and `run`: plain programs, compiled and started.

#[path = "support/tool.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use support::{assert_documented, tool};

/// A program that echoes its arguments and its input, and exits as its first argument says.
const ECHO: &str = r#"//! Echoes.
mod helper;
use std::io::{BufRead, Write};
use std::process::ExitCode;

fn main() -> Result<ExitCode, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("{} arguments: {arguments:?}", helper::count(&arguments));
    let mut first = String::new();
    std::io::stdin().read_line(&mut first).unwrap();
    print!("first {first}");
    eprintln!("between");
    for line in std::io::stdin().lock().lines() {
        println!("line {}", line.unwrap());
    }
    match arguments.first().map(String::as_str) {
        Some("exit") => std::process::exit(7),
        Some("error") => Err("failed".to_owned()),
        Some("panic") => panic!("no {}", arguments.len()),
        Some("overflow") => {
            let n: i32 = arguments[1].parse().unwrap();
            println!("{}", n * 2);
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            std::io::stdout().flush().unwrap();
            Ok(ExitCode::from(3))
        }
    }
}
"#;

const FIBONACCI: &str = "fun fibonacci(n: i32) -> i32 {\n    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }\n}\n\nfun main() {\n    println!(\"{}\", fibonacci(20));\n}\n";

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Returns the output of the program, both streams in one, and its status.
fn run(program: &Path, arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let printed = program.with_file_name("printed.txt");
    let file = fs::File::create(&printed).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(file.try_clone().unwrap()).stderr(file);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let status = child.wait().unwrap();
    (fs::read_to_string(printed).unwrap(), status.code())
}

#[test]
fn program_has_arguments_streams_and_status() {
    let folder = folder(&[("echo.rs", ECHO), ("helper.rs", "pub fn count(list: &[String]) -> usize { list.len() }\n")]);
    let printed = succeeded(&tool(folder.path(), &["compile", "echo.rs"]));
    assert!(printed.starts_with("echo: ") && printed.ends_with(" bytes\n"), "{printed}");
    let echo = folder.path().join("echo");
    let all = |arguments: &[&str], input| run(&echo, arguments, input);
    let expected = "1 arguments: [\"ä b\"]\nfirst one\nbetween\nline two\nline three\n";
    assert_eq!(all(&["ä b"], "one\ntwo\nthree"), (expected.to_owned(), Some(3)));
    let expected = "1 arguments: [\"exit\"]\nfirst between\n";
    assert_eq!(all(&["exit"], ""), (expected.to_owned(), Some(7)));
    let expected = "1 arguments: [\"error\"]\nfirst between\nError: \"failed\"\n";
    assert_eq!(all(&["error"], ""), (expected.to_owned(), Some(1)));
    let expected = "1 arguments: [\"panic\"]\nfirst between\nthread 'main' panicked at echo.rs:19:26:\nno 1\n";
    assert_eq!(all(&["panic"], ""), (expected.to_owned(), Some(101)));
    let (text, status) = all(&["overflow", "2000000000"], "");
    assert!(text.ends_with("panicked at echo.rs:22:28:\nattempt to multiply with overflow\n") && status == Some(101), "{text}");
    // A full disk is an error.
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(&echo).stdin(Stdio::null()).stdout(full).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((errors.contains("failed printing to stdout"), output.status.code()), (true, Some(101)), "{errors}");
}

/// A program that prints its arguments, and exits with their number, or with 9 without arguments.
const COUNT: &str = r"fun main() {
    let names: Vec<String> = std::env::args().skip(1).collect();
    println(names);
    if !names.is_empty() { exit(names.len()) }
    std::process::exit(9)
}
";

#[test]
fn ruchy_program_has_arguments_and_a_status() {
    let folder = folder(&[("count.ruchy", COUNT)]);
    succeeded(&tool(folder.path(), &["compile", "count.ruchy", "-O", "none"]));
    let program = folder.path().join("count");
    assert_eq!(run(&program, &["a", "b"], ""), ("[\"a\", \"b\"]\n".to_owned(), Some(2)));
    assert_eq!(run(&program, &[], ""), ("[]\n".to_owned(), Some(9)));
}

#[test]
fn program_that_is_wrong_is_reported_by_its_lines() {
    let folder = folder(&[
        ("handler.ruchy", "pub fun lambda_handler(event: &str) -> String { event.to_string() }\n"),
        ("unknown.ruchy", "fun main() {\n    println(missing)\n}\n"),
    ]);
    let errors = |name: &str| {
        let output = tool(folder.path(), &["compile", name]);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(errors("handler.ruchy").contains("this file has no `main`. It has a `lambda_handler`"));
    assert!(errors("unknown.ruchy").contains("unknown.ruchy:2:13"));
    assert!(errors("nowhere.ruchy").contains("nowhere.ruchy"));
}

#[test]
#[ignore = "links four times: just test-tools"]
fn presets_differ_in_size_and_agree_in_what_is_printed() {
    let folder = folder(&[("fib.ruchy", FIBONACCI)]);
    let information = succeeded(&tool(folder.path(), &["compile", "fib.ruchy", "-O", "none", "--show-profile-info"]));
    assert_eq!(information.matches("not measured yet: ruchy-lambda compile fib.ruchy --optimize").count(), 4, "{information}");
    let presets = ["none", "balanced", "aggressive", "nasa"];
    let mut sizes = Vec::new();
    for preset in presets {
        let report = folder.path().join("report.json");
        let (program, json) = (folder.path().join(preset), report.to_str().unwrap());
        succeeded(&tool(folder.path(), &["compile", "fib.ruchy", "-O", preset, "-o", preset, "--json", json]));
        assert_eq!(run(&program, &[], ""), ("6765\n".to_owned(), Some(0)), "{preset}");
        let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
        assert_documented("compile", &report, &["sections", "cpu_features"]);
        assert_eq!(report["binary_size"].as_u64().unwrap(), fs::metadata(&program).unwrap().len());
        // The flags are those that rustc was called with.
        let commands = report["rustc_commands"].as_array().unwrap();
        assert_eq!(commands.len(), 2, "{report:#}");
        let level = report["optimization_flags"]["opt_level"].as_str().unwrap();
        if preset != "none" {
            assert!(commands[0].as_str().unwrap().contains(&format!("-C opt-level={level}")), "{report:#}");
        }
        sizes.push(report["binary_size"].as_u64().unwrap());
        let sha = report["sha256"].as_str().unwrap().to_owned();
        // The same sources and flags make the same bytes.
        succeeded(&tool(folder.path(), &["compile", "fib.ruchy", "-O", preset, "-o", "again", "--verbose"]));
        assert_eq!(sha256(&folder.path().join("again")), sha, "{preset}");
    }
    assert!(sizes[0] > sizes[1] && sizes[1] >= sizes[2], "{sizes:?}");
    let information = succeeded(&tool(folder.path(), &["compile", "fib.ruchy", "--show-profile-info"]));
    assert!(!information.contains("not measured yet"), "{information}");
    let printed = succeeded(&tool(folder.path(), &["run", "fib.ruchy"]));
    assert_eq!(printed, "6765\n");
}

/// A program whose loop is packed, and needs the instructions of the level that it is compiled for.
const PACKED: &str = "use std::hint::black_box;\n\nfn main() {\n    let list: Vec<u32> = black_box((0..4096).collect());\n    \
                      println!(\"{}\", black_box(list.iter().fold(0_u32, |sum, value| sum.wrapping_add(*value))));\n}\n";

#[test]
#[ignore = "needs qemu-user-static, and links twice: just test-tools"]
fn program_runs_on_the_processors_that_its_report_names() {
    let folder = folder(&[("packed.rs", PACKED)]);
    for (preset, level) in [("aggressive", "x86-64"), ("nasa", "x86-64-v3")] {
        succeeded(&tool(folder.path(), &["compile", "packed.rs", "-O", preset, "-o", preset, "--json", "report.json"]));
        let report: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("report.json")).unwrap()).unwrap();
        assert_eq!(report["needs"]["level"], level, "{report:#}");
        let run_on = |processor: &str| {
            let mut command = Command::new("qemu-x86_64-static");
            let output = command.current_dir(folder.path()).args(["-cpu", processor, preset]).output();
            output.expect("qemu-x86_64-static is missing: apt-get install qemu-user-static")
        };
        assert_eq!(succeeded(&run_on("Haswell")), "8386560\n", "{preset}");
        let old = run_on("Nehalem");
        let is_illegal = old.status.signal() == Some(4); // SIGILL
        assert_eq!(is_illegal, level == "x86-64-v3", "{preset}: {old:?}");
    }
}

fn sha256(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}
