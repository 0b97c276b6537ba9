//! Crashes, time-outs and debuggers, in the terms of a function's source: a project and this
//! repository, each built by the real cargo.
//!
//! A build costs seconds to minutes, so each test checks several rules on one function.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
/// 9 is out of bounds, 2 loops, and other events than numbers are refused.
const SOURCE: &str = r#"fun deep(values: &[i64], index: usize) -> i64 {
    let found = values[index];
    loop { if found != 3 { break } }
    found + 1
}

fun middle(index: usize) -> i64 {
    let values = [1, 2, 3];
    deep(&values, index) * 2
}

pub fun lambda_handler(event: &str) -> Result<String, String> {
    let index = event.parse::<usize>().map_err(|_| "Function.NoNumber: not a number".to_string())?;
    Ok(f"answer {middle(index)}")
}
"#;

/// The folder in which the tool runs, and its name for the source of the function `steps`.
struct Home {
    folder: PathBuf,
    functions: Option<PathBuf>,
    source: String,
    _folder: tempfile::TempDir,
}

impl Home {
    fn project() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("steps");
        assert!(
            Command::new(PROGRAM).args(["new", "steps", "--kind", "text"]).current_dir(folder.path()).output().unwrap().status.success()
        );
        fs::write(root.join("functions/steps.ruchy"), SOURCE).unwrap();
        Self { folder: root, functions: None, source: "functions/steps.ruchy".to_owned(), _folder: folder }
    }

    /// This repository, with a folder of functions of its own.
    fn repository() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let functions = folder.path().join("apart");
        fs::create_dir(&functions).unwrap();
        fs::write(functions.join("steps.ruchy"), SOURCE).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
        Self { folder: root, functions: Some(functions), source: "apart/steps.ruchy".to_owned(), _folder: folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(&self.folder).env_remove("RUCHY_LAMBDA_FUNCTIONS").env_remove("RUCHY_LAMBDA_ARCH");
        command.envs(self.functions.iter().map(|functions| ("RUCHY_LAMBDA_FUNCTIONS", functions)));
        command
    }

    /// Exit code, standard output and standard error of `invoke`.
    fn invoke(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(&[&["invoke", "steps"], arguments].concat()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// The frames that `text` has of the function's source, and the first of these stacks alone if
    /// there are several.
    fn stack(&self, text: &str) -> Vec<String> {
        let frames = text.lines().filter_map(|line| line.strip_prefix("    at "));
        let mut stack: Vec<String> = frames.filter(|frame| frame.contains(&self.source)).map(str::to_owned).collect();
        let end = stack.iter().position(|frame| frame.starts_with("lambda_handler ")).map_or(stack.len(), |end| end + 1);
        stack.truncate(end);
        stack
    }

    fn is_explained(&self) {
        let source = &self.source;
        let (code, out, err) = self.invoke(&["9"]);
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        let expected = [format!("deep ({source}:2:17)"), format!("middle ({source}:9:5)"), format!("lambda_handler ({source}:14:18)")];
        assert_eq!(self.stack(&err), expected, "{err}");
        assert_eq!(err.matches("index out of bounds: the len is 3 but the index is 9").count(), 1, "{err}");
        assert!(!err.contains("at serve (") && !err.contains("syscall"), "frames of the runtime: {err}");

        // Before the deadline, and after it.
        let (code, _, err) = self.invoke(&["2", "--timeout", "0.5"]);
        let (running, timed_out) = err.split_once("Task timed out after 0.50 seconds").expect(&err);
        assert!(code == 1 && running.contains("the handler is still running, at 0x"), "{err}");
        for text in [running, timed_out] {
            let stack = self.stack(text);
            assert!(stack[0].starts_with(&format!("deep ({source}:3")) && stack[1..] == expected[1..], "{stack:?}: {err}");
        }

        let (code, out, err) = self.invoke(&["x"]);
        assert_eq!((code, out.as_str(), err.matches("not a number").count()), (1, "", 0), "an event is JSON: {err}");
        let (code, out, err) = self.invoke(&["\"x\""]);
        assert_eq!((code, out.as_str(), err.matches("not a number").count(), self.stack(&err).len()), (1, "", 1, 0), "{err}");
    }
}

#[test]
fn invoke_explains_crashes_and_time_outs_in_a_project() {
    let home = Home::project();
    home.is_explained();
    breakpoint_is_reached_in_gdb(&home);
    logs_of_the_file_that_ships_have_callers(&home);
}

#[test]
fn invoke_explains_crashes_and_time_outs_in_this_repository() {
    Home::repository().is_explained();
}

/// The same function, built to ship with `stack-trace = true`, crashes; its log comes from a
/// stand-in for the AWS CLI.
fn logs_of_the_file_that_ships_have_callers(home: &Home) {
    let manifest = home.folder.join("Cargo.toml");
    fs::write(&manifest, fs::read_to_string(&manifest).unwrap() + "stack-trace = true\n").unwrap();
    let built = home.command(&["build", "steps"]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let programs = home.folder.join("programs");
    fs::create_dir(&programs).unwrap();
    let aws = programs.join("aws");
    fs::write(&aws, "#!/bin/sh\ncat \"$(dirname \"$0\")/log\"\n").unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let source = &home.source;
    for format in ["text", "json"] {
        let (code, _, err) = home.invoke(&["9", "--bootstrap", "dist/steps/bootstrap", "--log-format", format]);
        let report = err.lines().find(|line| line.contains("stack\\\":[") || line.contains("stack\":[")).expect(&err);
        assert!(code == 1 && report.contains("the len is 3 but the index is 9"), "{err}");
        fs::write(programs.join("log"), serde_json::json!({ "events": [{ "message": report }] }).to_string()).unwrap();
        let path = std::env::join_paths(std::iter::once(programs.clone()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())))
            .unwrap();
        let output = home.command(&["logs-aws", "steps", "--region", "eu-central-1"]).env("PATH", path).output().unwrap();
        let log = String::from_utf8(output.stdout).unwrap();
        // The optimised code is in copies of the functions, so there is no column.
        let stack = home.stack(&log);
        let is_frame = |(frame, (name, line)): (&String, (&str, u32))| {
            frame.starts_with(&format!("{name} (")) && frame.contains(&format!("{source}:{line}"))
        };
        let expected = [("deep", 2), ("middle", 9), ("lambda_handler", 14)];
        assert!(stack.len() == 3 && stack.iter().zip(expected).all(is_frame), "{log}{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// On the same function, which is built.
fn breakpoint_is_reached_in_gdb(home: &Home) {
    if Command::new("gdb").arg("--version").output().is_err() {
        eprintln!("NOT TESTED: --debug, for which gdb is missing");
        return;
    }
    let mut command = home.command(&["invoke", "steps", "0", "--debug"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(" waits for a debugger: gdb -p ") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it does not wait for a debugger");
    }
    let id = line.trim().rsplit(' ').next().unwrap();
    let place = format!("break {}:4", home.source);
    let commands = [
        "set debuginfod enabled off",
        "handle SIGSTOP nostop noprint nopass",
        "handle SIGTERM nostop",
        &place,
        "continue",
        "backtrace",
        "continue",
    ];
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-q", "-batch", "-p", id]).args(commands.iter().flat_map(|command| ["-ex", command]));
    let session = gdb.current_dir(&home.folder).output().unwrap();
    let session = String::from_utf8_lossy(&session.stdout).into_owned();
    let (before, backtrace) = session.split_once("#0 ").expect(&session);
    let frames = ["deep", "middle", "lambda_handler", "bootstrap_start"].map(|name| backtrace.find(&format!("{name} ()")));
    assert!(before.contains("4\t    found + 1") && frames.is_sorted() && frames.iter().all(Option::is_some), "{session}");
    assert!(backtrace.contains(&format!("at {}:9", home.source)), "{session}");
    let mut answer = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    assert_eq!((child.wait().unwrap().code(), answer.as_str()), (Some(0), "answer 4\n"), "{session}");
}
