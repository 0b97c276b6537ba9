//! `new`, `test-handlers` and `test --watch`, in a project of a test's own, whose functions are a
//! shell script when they are linked.

#[path = "support/toolchain.rs"]
mod toolchain;

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../handlers/templates/functions");
/// The time limit of every wait in these tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// Links, unless the source of a function named is broken; and notes what it is asked for.
const LINK: &str = concat!(
    "echo \"$RUCHY_LAMBDA_HANDLERS\" >> linked\n",
    "for name in $RUCHY_LAMBDA_HANDLERS; do grep -H broken handlers/functions/$name.rs >&2 && exit 1; done\n",
    "[ ! -e no-compiler ] || { echo 'there is no compiler' >&2; exit 1; }\n",
);

/// A folder with a function `any`, and a stand-in for the toolchain.
struct Project(tempfile::TempDir, OsString);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = toolchain::install(folder.path(), LINK, "exit 1");
        let project = Self(folder, path);
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

    /// A fixture of `any`.
    fn fixture(&self, file: &str, text: &str) {
        self.write(&format!("handlers/fixtures/any/{file}"), text);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(&self.0).env_remove("RUCHY_LAMBDA_FUNCTIONS").env("PATH", &self.1);
        command
    }

    /// Exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        parts(&self.command(arguments).output().unwrap())
    }

    fn new_function(&self, name: &str, kind: &str) -> (i32, String, String) {
        self.run(&["new", name, "--kind", kind, "--templates", TEMPLATES])
    }
}

fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn test_cases_share_a_process_until_it_ends() {
    let project = Project::new();
    for (case, event, response) in [("a", "1", "1 1"), ("b", "2", "2 2"), ("d", "4", "1 4")] {
        project.fixture(&format!("{case}.event.json"), event);
        project.fixture(&format!("{case}.response.txt"), &format!("{response}\n"));
    }
    project.fixture("c.event.json", "\"exit\"");
    project.fixture("c.error.json", "{\"errorType\": \"Runtime.ExitError\", \"errorMessage\": \"<any>\"}");
    project.write("handlers/functions/bare.rs", "pub fn lambda_handler(event: &str) -> &str { event }");
    let (code, out, err) = project.run(&["test-handlers"]);
    let bare = "bare\n  has no fixtures. Write an event, and have the response written to a file (events of HTTP, queues and others: \
                handlers/templates/fixtures):\n    mkdir -p handlers/fixtures/bare && echo '{}' > handlers/fixtures/bare/first.event.json\n    \
                just test-handlers --accept bare\n";
    assert_eq!((code, out.as_str()), (0, &*format!("any\n  ✓ a\n  ✓ b\n  ✓ c\n  ✓ d\n{bare}4 as expected, 0 not\n")), "{err}");
    assert_eq!(project.run(&["test-handlers", "any"]).0, 0);
    assert_eq!(project.run(&["test-handlers", "bare"]).0, 1);
    project.write("handlers/fixtures/gone/a.event.json", "1");
    let (code, out, _) = project.run(&["test-handlers"]);
    assert!(code == 1 && out.contains("handlers/fixtures/gone: fixtures of a function that does not exist."), "{out}");
}

#[test]
fn test_shows_a_difference_with_the_log_of_its_invocation() {
    let project = Project::new();
    project.fixture("a.event.json", "7");
    project.fixture("a.response.txt", "1 7");
    project.fixture("b.event.json", "8");
    project.fixture("b.response.txt", "2 9");
    project.fixture("c.event.json", "\"fail\"");
    let (code, out, err) = project.run(&["test-handlers"]);
    assert_eq!(code, 1, "{err}");
    let expected = "  ✓ a\n  ✗ b\n      - expected, + response:\n      - 2 9\n      + 2 8\n      its log:\n      event 8\n  ✗ c\n      \
                    handlers/fixtures/any/c.error.json is missing. `just test-handlers --accept any` writes this response:";
    assert!(out.contains(expected) && out.ends_with("1 as expected, 2 not\n"), "{out}");
    let (code, out, _) = project.run(&["test-handlers", "--accept", "any"]);
    assert!(code == 0 && out.contains("  ✓ a\n  ✓ b: wrote handlers/fixtures/any/b.response.txt\n"), "{out}");
    assert_eq!(project.read("handlers/fixtures/any/b.response.txt"), "2 8\n");
    assert!(project.read("handlers/fixtures/any/c.error.json").contains("it failed"));
    assert_eq!(project.run(&["test-handlers"]).0, 0);
}

#[test]
fn test_reports_functions_it_cannot_test() {
    let project = Project::new();
    assert_eq!(project.run(&["test-handlers", "none"]).2, "no handler is named `none`. Handlers: any. `just new NAME` creates one.\n");
    assert!(project.run(&["test-handlers", "--accept"]).2.contains("NAME"));
    project.fixture("a.event.json", "{name}");
    assert!(project.run(&["test-handlers"]).2.contains("any/a.event.json is not JSON: "));
    project.fixture("a.event.json", "1");
    project.write("handlers/functions/any.rs", "broken: lambda_handler");
    let out = "any\n  ✗ does not build:\n      handlers/functions/any.rs:broken: lambda_handler\n0 as expected, 1 not\n";
    assert_eq!(project.run(&["test-handlers"]), (1, out.to_owned(), String::new()));
}

/// A project of four functions besides, with a fixture each.
fn project_of_five() -> Project {
    let project = Project::new();
    for name in ["any", "b", "c", "d", "e"] {
        project.write(&format!("handlers/functions/{name}.rs"), "pub fn lambda_handler(event: &str) -> &str { event }");
        project.write(&format!("handlers/fixtures/{name}/x.event.json"), "1");
        project.write(&format!("handlers/fixtures/{name}/x.response.txt"), "1 1");
    }
    project
}

#[test]
fn build_failure_does_not_stop_other_tests() {
    let project = project_of_five();
    assert_eq!(project.run(&["test-handlers"]).0, 0);
    assert_eq!(project.read("linked"), "any b c d e\n");
    project.write("handlers/functions/b.rs", "broken b: lambda_handler");
    project.write("handlers/functions/e.rs", "broken e: lambda_handler");
    let (code, out, err) = project.run(&["test-handlers"]);
    let broken = |name: &str| format!("{name}\n  ✗ does not build:\n      handlers/functions/{name}.rs:broken {name}: lambda_handler\n");
    let expected = format!("any\n  ✓ x\n{}c\n  ✓ x\nd\n  ✓ x\n{}3 as expected, 2 not\n", broken("b"), broken("e"));
    assert_eq!((code, out.as_str()), (1, expected.as_str()));
    assert_eq!(err, "some functions do not build: linking fewer at a time\n");
}

#[test]
fn test_handlers_links_only_functions_without_errors() {
    let project = project_of_five();
    project.write("handlers/functions/b.rs", "pub fn other() {}");
    let (code, out, _) = project.run(&["test-handlers"]);
    let refused = "b\n  ✗ does not build:\n      handlers/functions/b.rs: this file has no `lambda_handler`";
    assert!(code == 1 && out.contains(refused) && out.ends_with("4 as expected, 1 not\n"), "{out}");
    assert_eq!(project.read("linked"), "any c d e\n");
}

#[test]
fn test_reports_a_missing_compiler_once() {
    let project = project_of_five();
    project.write("no-compiler", "");
    let (code, out, _) = project.run(&["test-handlers"]);
    assert_eq!((code, out.matches("there is no compiler").count(), out.matches("does not build").count()), (1, 1, 5), "{out}");
}

#[test]
fn invalid_fixture_does_not_stop_other_tests() {
    let project = project_of_five();
    project.write("handlers/fixtures/c/x.event.json", "{");
    let (code, out, err) = project.run(&["test-handlers"]);
    assert!(
        code == 1 && err.contains("handlers/fixtures/c/x.event.json is not JSON") && out.ends_with("4 as expected, 1 not\n"),
        "{out}{err}"
    );
}

#[test]
fn new_copies_template_under_another_name() {
    let project = Project::new();
    let (code, out, err) = project.new_function("hello", "http");
    assert_eq!(code, 0, "{err}");
    let files = ["functions/hello.ruchy", "fixtures/hello/first.event.json", "fixtures/hello/first.response.json"];
    for file in files.map(|file| format!("handlers/{file}")) {
        assert!(out.contains(&format!("wrote {file}\n")) && project.path(&file).exists(), "{file}: {out}");
    }
    assert!(out.contains("\njust invoke hello @handlers/fixtures/hello/first.event.json "), "{out}");
    let template = fs::read_to_string(Path::new(TEMPLATES).join("http.ruchy")).unwrap();
    assert_eq!(project.read("handlers/functions/hello.ruchy"), template);
    assert!(!project.path("handlers/functions/hello.rs").exists());
    assert!(project.new_function("plain", "rust").1.contains("wrote handlers/functions/plain.rs\n"));
    // In the generated code the name follows another word.
    assert_eq!(project.new_function("type", "text").0, 0);
    // Lambda accepts these names.
    for name in ["my-orders", "Hello"] {
        assert_eq!(project.new_function(name, "text").0, 0, "{name}");
    }
}

#[test]
fn new_does_not_overwrite_existing_files() {
    let project = Project::new();
    let long = "a".repeat(65);
    for name in ["two words", "../up", "1st", "größe", &long, ""] {
        let (code, out, err) = project.new_function(name, "text");
        assert!(code == 1 && out.is_empty() && err.contains("cannot be a function's name: expected at most 64 letters"), "{name}: {err}");
    }
    let (code, _, err) = project.new_function("hello", "telegram");
    assert!(code == 1 && err.starts_with("no template is named `telegram`. Templates: ") && err.contains("http, json, "), "{err}");
    assert_eq!(project.new_function("any", "text").2, taken("handlers/functions/any.rs", "any"));
    project.write("handlers/fixtures/left/first.event.json", "1");
    assert_eq!(project.new_function("left", "text").2, taken("handlers/fixtures/left", "left"));
    assert!(!project.path("handlers/functions/left.ruchy").exists());
}

#[test]
fn new_suggests_the_likely_kind() {
    let project = Project::new();
    let (code, _, err) = project.run(&["new", "hello", "http", "--templates", TEMPLATES]);
    assert_eq!((code, err.as_str()), (1, "`http` is a value of `--kind`: just new hello --kind http\n"));
    let (_, _, err) = project.run(&["new", "hello", "htp", "--templates", TEMPLATES]);
    assert!(err.starts_with("no template is named `htp`. Did you mean `http`? Templates: "), "{err}");
    let (code, _, err) = project.run(&["new", "hello", "--kindd", "http"]);
    assert!(code == 2 && err.contains("'--kind'") && err.contains("Usage: ruchy-lambda new NAME [--kind KIND]"), "{err}");
    assert!(project.new_function("my function", "text").2.ends_with(" `my_function` can.\n"));
    assert!(project.run(&["test", "--watch", "anny"]).2.starts_with("no handler is named `anny`. Did you mean `any`? Handlers: any."));
    assert!(!project.path("handlers/functions/hello.ruchy").exists());
}

fn taken(path: &str, name: &str) -> String {
    format!("{path} exists already and was not changed. Choose a name other than `{name}`, or delete it.\n")
}

#[test]
fn templates_pass_check() {
    let project = Project::new();
    let kinds: Vec<String> =
        fs::read_dir(TEMPLATES).unwrap().map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    for kind in &kinds {
        assert_eq!(project.new_function(&format!("my_{kind}"), kind).0, 0);
    }
    let (code, _, err) = project.run(&["check"]);
    assert_eq!((code, err), (0, format!("{} functions checked: 0 errors, 0 warnings\n", kinds.len() + 1)));
}

#[test]
fn cargo_test_finds_the_tests_in_functions() {
    let mut command = Command::new(env!("CARGO"));
    // `--tests` leaves out libraries with `test = false`, as `cargo test` does. The whole
    // workspace, so that `just test` has built all of it already.
    command.args(["test", "--quiet", "--workspace", "--tests", "--", "--list"]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let (code, out, err) = parts(&command.env_remove("RUCHY_LAMBDA_FUNCTIONS").output().unwrap());
    assert!(code == 0 && out.contains("function_receipt::tests::total_fails_on_overflow: test"), "{out}{err}");
}

/// `test --watch`, line by line; ended when dropped.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command(&["test", "--watch", "any"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Returns the lines that it prints until it waits.
    fn round(&self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it prints no more than {lines:?}"));
            if line.starts_with("watching handlers/functions/any.rs") && line.ends_with("; Ctrl-C ends it") {
                return lines;
            }
            lines.push(line);
        }
    }

    fn interrupt(&mut self) -> Option<i32> {
        let id = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn test_watch_runs_after_each_save() {
    let project = Project::new();
    project.fixture("a.event.json", "1");
    project.fixture("a.response.txt", "1 1");
    let mut watching = Watching::start(&project, &[]);
    assert_eq!(watching.round(), ["any", "  ✓ a", "1 as expected, 0 not"]);
    project.fixture("a.response.txt", "1 2");
    assert!(watching.round().contains(&"      - 1 2".to_owned()));
    project.write("handlers/functions/any.rs", "broken: lambda_handler");
    assert!(watching.round().is_empty());
    // As editors do it.
    project.write("handlers/functions/.any.rs.new", "pub fn lambda_handler(event: &str) -> &str { event }");
    fs::rename(project.path("handlers/functions/.any.rs.new"), project.path("handlers/functions/any.rs")).unwrap();
    assert_eq!(watching.round().last().unwrap(), "0 as expected, 1 not");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn watch_links_only_when_a_source_has_changed() {
    let project = Project::new();
    project.fixture("a.event.json", "1");
    project.fixture("a.response.txt", "1 1");
    let function = "mod shared;\npub fn lambda_handler(event: &str) -> &str { event }";
    project.write("handlers/functions/any.rs", function);
    project.write("handlers/functions/shared.rs", "");
    let watching = Watching::start(&project, &[]);
    assert_eq!(watching.round().last().unwrap(), "1 as expected, 0 not");
    let links = || project.read("linked").lines().count();
    assert_eq!(links(), 1);
    project.fixture("a.response.txt", "2 2");
    assert_eq!(watching.round().last().unwrap(), "0 as expected, 1 not");
    project.write("handlers/functions/any.rs", function);
    watching.round();
    assert_eq!(links(), 1);
    project.write("handlers/functions/any.rs", &format!("{function}\n"));
    watching.round();
    assert_eq!(links(), 2);
    project.write("handlers/functions/shared.rs", "pub fn one() -> u64 { 1 }");
    watching.round();
    assert_eq!(links(), 3);
}

#[test]
fn test_watch_runs_event_instead_of_fixtures() {
    let project = Project::new();
    project.write("event.json", "1");
    let watching = Watching::start(&project, &["--event", "@event.json"]);
    assert_eq!(watching.round(), ["1 1"]);
    project.write("event.json", "{");
    assert!(watching.round().is_empty());
    project.write("event.json", "2");
    assert_eq!(watching.round(), ["1 2"]);
    // With the environment of the fixtures.
    project.fixture("environment", "MINE=fixture\n");
    project.write("event.json", "\"variables\"");
    assert_eq!(watching.round(), ["any 128 $LATEST :UTC fixture"]);
}

#[test]
fn watch_waits_for_missing_event_without_linking() {
    let project = Project::new();
    let watching = Watching::start(&project, &["--event", "@event.json"]);
    assert!(watching.round().is_empty());
    assert!(!project.path("linked").exists());
    project.write("event.json", "1");
    assert_eq!(watching.round(), ["1 1"]);
}

#[test]
fn watch_ends_at_a_failure_no_save_can_fix() {
    let project = Project::new();
    for (event, expected) in [("{name}", "is not JSON"), ("@no/such/folder.json", "no/such: No such file or directory")] {
        let (code, out, err) = project.run(&["test", "--watch", "any", "--event", event]);
        assert!(code == 1 && out.is_empty() && err.contains(expected), "{event}: {err}");
    }
}

#[test]
fn test_watch_accepts_new_fixtures() {
    let project = Project::new();
    fs::create_dir_all(project.path("handlers/fixtures")).unwrap();
    let watching = Watching::start(&project, &[]);
    assert!(watching.round()[0].starts_with("any has no fixtures."));
    project.fixture("a.event.json", "1");
    project.fixture("a.response.txt", "1 1");
    // It may hear of the folder, and of each file, by itself.
    while watching.round().last().is_none_or(|line| line != "1 as expected, 0 not") {}
}
