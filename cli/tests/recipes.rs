//! The recipes of the justfile, in a project of a test's own: `cargo run` starts the tool that is
//! tested, and links make a shell script.

#[path = "support/gate.rs"]
mod gate;
#[path = "support/toolchain.rs"]
mod toolchain;

use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// `cargo run … -- ARGUMENTS`.
const RUN: &str = concat!("exec '", env!("CARGO_BIN_EXE_ruchy-lambda"), "' \"$@\"");
/// Records what is linked. Waits for a line from the pipe `gate` first, if that exists, but for no
/// longer than [`PATIENCE`].
const LINK: &str = "echo \"$architecture $RUCHY_LAMBDA_HANDLERS\" >> linked\n[ ! -p gate ] || timeout 60 head -n 1 gate > /dev/null";

/// The time limit of every wait in these tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with the justfile, a function `any` and the two stand-ins.
struct Project(tempfile::TempDir, OsString);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = toolchain::install(folder.path(), LINK, RUN);
        let project = Self(folder, path);
        let justfile = include_str!("../../justfile");
        project.write("justfile", justfile);
        for file in justfile.lines().filter_map(|line| line.strip_prefix("import '")?.strip_suffix('\'')) {
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap();
            project.write(file, &text);
        }
        for (file, text) in [("target/debug/ruchy-lambda", ""), ("target/release/ruchy-lambda", "")] {
            project.write(file, text);
            fs::set_permissions(project.path(file), fs::Permissions::from_mode(0o755)).unwrap();
        }
        project.write("handlers/functions/any.rs", "pub fn lambda_handler(event: &str) -> &str { event }");
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    /// Returns what was linked: the processor and the functions, a line each.
    fn linked(&self) -> String {
        fs::read_to_string(self.path("linked")).unwrap_or_default()
    }

    fn just(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("just");
        command.args(arguments).current_dir(&self.0).env("PATH", &self.1);
        for variable in ["RUCHY_LAMBDA_ARCH", "RUCHY_LAMBDA_FUNCTIONS"] {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.just(arguments).output().expect("`just` runs the recipes: `cargo install --locked just` installs it")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn recipe_help_builds_nothing() {
    let project = Project::new();
    let recipes = [
        "invoke",
        "serve",
        "new",
        "watch",
        "test-handlers",
        "build",
        "package",
        "image",
        "deploy",
        "invoke-aws",
        "logs-aws",
        "destroy",
        "bench-aws",
        "test-aws",
        "compile",
        "bigo",
        "profile",
        "compare",
        "memory",
        "pgo",
        "size",
        "start",
        "language",
    ];
    for recipe in recipes {
        let output = project.run(&[recipe, "--help"]);
        let out = text(&output.stdout);
        // Commands that projects have too are shown as the tool's.
        let command = recipe.trim_end_matches("-handlers");
        let has_usage = [format!("Usage: just {recipe}"), format!("Usage: ruchy-lambda {command}")].iter().any(|usage| out.contains(usage));
        assert!(output.status.success() && has_usage, "{recipe}: {out}{}", text(&output.stderr));
    }
    assert_eq!(project.linked(), "");
}

#[test]
fn invoke_passes_its_options_on() {
    let project = Project::new();
    for (arguments, out) in [
        (&["invoke", "any", "\"variables\"", "--memory", "512"][..], "any 512 $LATEST :UTC \n"),
        (&["invoke", "any", "--timeout", "30"], "1 {}\n"),
        (&["invoke", "--timeout=30", "any", "7"], "1 7\n"),
        (&["invoke", "any", "no JSON", "--raw"], "1 no JSON\n"),
        (&["invoke", "any", "{\"a b\": \"$HOME 'x'\"}"], "1 {\"a b\": \"$HOME 'x'\"}\n"),
    ] {
        let output = project.run(arguments);
        assert_eq!(text(&output.stdout), out, "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).ends_with("\tBuild: quick, not the file that ships\n"), "{}", text(&output.stderr));
    }
    let output = project.run(&["invoke", "any", "\"hang\"", "--timeout", "0.1"]);
    assert!(text(&output.stderr).contains("Task timed out after 0.10 seconds"));
    let output = project.run(&["invoke", "ayn"]);
    assert!(text(&output.stderr).contains("Did you mean `any`?"));
}

#[test]
fn arch_option_is_accepted_at_any_position() {
    let project = Project::new();
    for arguments in [["build", "--arch", "arm64", "any"], ["build", "any", "--arch", "arm64"]] {
        assert!(project.run(&arguments).status.success());
    }
    assert!(project.run(&["build", "any", "--arch=arm64"]).status.success());
    assert!(project.run(&["build", "any"]).status.success());
    assert_eq!(project.linked(), "arm64 any\narm64 any\narm64 any\nx86_64 any\n");
    let output = project.run(&["build", "--arch", "mips", "any"]);
    assert!(!output.status.success() && text(&output.stderr).contains("x86_64, arm64"), "{}", text(&output.stderr));
    let output = project.run(&["package", "--arch"]);
    assert!(!output.status.success() && text(&output.stderr).contains("x86_64, arm64"), "{}", text(&output.stderr));
}

#[test]
fn linking_shows_progress() {
    let project = Project::new();
    gate::create(&project.path("gate"));
    let mut child = project.just(&["invoke", "any", "7"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    err.read_line(&mut line).unwrap();
    assert!(line.starts_with("linking any: ") && line.contains(" s so far"), "{line}");
    gate::open(&project.path("gate"), PATIENCE).write_all(b"\n").unwrap();
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!((out.as_str(), child.wait().unwrap().success()), ("1 7\n", true));
}

/// `just serve any 0`, and what it started.
struct Serving {
    just: Child,
    address: String,
}

impl Serving {
    fn start(project: &Project) -> Self {
        let mut just = project.just(&["serve", "any", "0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(just.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect(&line).to_owned();
        Self { just, address }
    }

    /// The folder in `/proc` of the function's process.
    fn function(&self) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = "POST /2015-03-31/functions/any/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 9\r\n\r\n\"process\"";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        format!("/proc/{}", answer.split_once("\r\n\r\n").unwrap().1)
    }
}

#[test]
fn serve_ends_with_all_it_started_when_just_does() {
    let project = Project::new();
    for signal in [Signal::TERM, Signal::INT, Signal::KILL] {
        let mut serving = Serving::start(&project);
        let function = serving.function();
        assert!(Path::new(&function).exists());
        kill_process(Pid::from_raw(serving.just.id().cast_signed()).unwrap(), signal).unwrap();
        if signal == Signal::INT {
            // A terminal sends it to all processes of the group; `just` waits for those that it
            // started.
            let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", serving.just.id())).unwrap();
            let child = children.split_whitespace().next().and_then(|id| id.parse().ok()).and_then(Pid::from_raw);
            kill_process(child.unwrap(), signal).unwrap();
        }
        serving.just.wait().unwrap();
        let start = Instant::now();
        while Path::new(&function).exists() || TcpStream::connect(&serving.address).is_ok() {
            assert!(start.elapsed() < PATIENCE, "after {signal:?} the function or its port remains");
            std::thread::yield_now();
        }
    }
}

#[test]
fn justfile_first_line_states_minimum_version() {
    let justfile = include_str!("../../justfile");
    let first = justfile.lines().find(|line| line.starts_with("[group(")).unwrap();
    assert!(first.ends_with("# needs just 1.27 or newer, which `cargo install --locked just` installs"), "{first}");
    assert!(include_str!("../../README.md").contains("`just` 1.27 or newer"));
}

#[test]
fn clone_with_autocrlf_has_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "safe.directory=*", "-c", "core.autocrlf=true"]).args(arguments);
        command.env_remove("GIT_DIR").output().expect("git is missing")
    };
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let clone = folder.path().to_str().unwrap();
    let cloned = git(&["clone", "--quiet", "--config", "core.autocrlf=true", root, clone]);
    if !cloned.status.success() {
        assert!(!Path::new(root).join(".git").exists(), "{}", text(&cloned.stderr));
        eprintln!("NOT CHECKED: newlines in a clone, because this is not a Git repository");
        return;
    }
    let files = git(&["-C", clone, "ls-files", "--eol"]);
    // `i/…` is what the repository has, `w/…` the working tree.
    let changed: Vec<&str> = text(&files.stdout)
        .lines()
        .filter(|line| {
            let mut columns = line.split_whitespace().map(|column| column.split_once('/').unwrap_or_default().1);
            columns.next() != columns.next()
        })
        .collect();
    assert!(changed.is_empty() && !files.stdout.is_empty(), "{changed:#?}");
    assert!(fs::read(folder.path().join("linker/build.sh")).unwrap().starts_with(b"#!/usr/bin/env bash\n"));
}

/// Appends the names of the ignored tests of the `.rs` files in `folder` and its subfolders.
fn ignored_tests(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "target" {
                ignored_tests(&path, names);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let after = text.split("#[ignore").skip(1).filter_map(|after| after.split_once("fn ")?.1.split_once('('));
            names.extend(after.map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn tests_that_ci_skips_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut names = Vec::new();
    for folder in ["bench", "cli", "handlers", "ruchy", "tests"] {
        ignored_tests(&root.join(folder), &mut names);
    }
    let recipes = fs::read_to_string(root.join("tests/tests.just")).unwrap();
    let recipe = recipes.split_once("\n_test-all:").unwrap().1.split("\n\n").next().unwrap();
    let skipped: Vec<&str> = recipe.split("--skip ").skip(1).filter_map(|after| after.split_whitespace().next()).collect();
    assert!(!skipped.is_empty(), "{recipe}");
    for skip in skipped {
        assert!(names.iter().any(|name| name.contains(skip)), "--skip {skip} in tests/tests.just matches none of {names:?}");
    }
}
