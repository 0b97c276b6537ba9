//! The program itself, with a shell script for a bootstrap: what it prints, where, and how it ends.

use rustix::process::Signal;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
const BOOTSTRAP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bootstrap.sh");

fn invoke(handler: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["invoke", handler, "--bootstrap", BOOTSTRAP]).args(arguments).env("MINE", "of-my-own");
    command.output().unwrap()
}

/// Exit code, standard output, standard error.
fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn invoke_prints_only_the_response_to_stdout() {
    let (code, out, err) = parts(&invoke("any", &["{\"name\":\"Ada\"}"]));
    assert_eq!((code, out.as_str()), (0, "1 {\"name\":\"Ada\"}\n"), "{err}");
    let lines: Vec<_> = err.lines().collect();
    assert_eq!(lines[0], "event {\"name\":\"Ada\"}");
    assert!(
        lines[1].starts_with("REPORT RequestId: ") && lines[1].contains("\tInit Duration: ") && lines[1].contains("\tPeak Memory: "),
        "{err}"
    );
    assert_eq!(lines.len(), 2, "{err}");
}

#[test]
fn environment_adds_lambdas_variables() {
    let (_, out, _) = parts(&invoke("any", &["--memory", "512", "\"variables\""]));
    assert_eq!(out, "any 512 $LATEST :UTC of-my-own\n");
    // The variables of `deploy` hold here, too.
    let mut command = Command::new(PROGRAM);
    command.args(["invoke", "any", "--bootstrap", BOOTSTRAP, "\"variables\""]).env("MINE", "").env("RUCHY_LAMBDA_MEMORY", "256");
    assert_eq!(parts(&command.output().unwrap()).1, "any 256 $LATEST :UTC \n");
    let mut command = Command::new(PROGRAM);
    command.args(["invoke", "any", "--bootstrap", BOOTSTRAP, "\"hang\""]).env("RUCHY_LAMBDA_TIMEOUT", "0.2");
    assert!(parts(&command.output().unwrap()).2.contains("Task timed out after 0.20 seconds"));
}

#[test]
fn invoke_failure_is_on_standard_error_and_exits_1() {
    for (handler, event, expected) in [
        ("any", "\"fail\"", "{\"errorMessage\":\"it failed\"}\n"),
        ("any", "\"exit\"", "Error: Runtime exited with error: exit status 4\n"),
        ("any", "\"signal\"", "Error: Runtime exited with error: signal: 9\n"),
        ("any", "\"hang\"", "Error: Task timed out after 0.20 seconds\n"),
        ("broken", "{}", "{\"errorMessage\":\"it cannot start\"}\n"),
        ("gone", "{}", "Error: Runtime exited with error: exit status 3\n"),
    ] {
        let timeout = if event == "\"hang\"" { "0.2" } else { "60" };
        let (code, out, err) = parts(&invoke(handler, &["--timeout", timeout, event]));
        assert_eq!((code, out.as_str()), (1, ""), "{event}");
        assert!(err.contains(expected) && err.contains("REPORT RequestId: ") && err.contains("\tStatus: "), "{event}: {err}");
    }
}

#[test]
fn invoke_sends_the_example_that_is_named() {
    let list = parts(&Command::new(PROGRAM).args(["invoke", "--list-examples"]).output().unwrap()).1;
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(["http", "sqs", "s3"].iter().all(|name| names.contains(name)), "{list}");
    for name in names {
        let (code, event, err) = parts(&Command::new(PROGRAM).args(["invoke", "--list-examples", "--example", name]).output().unwrap());
        assert_eq!((code, event.is_empty()), (0, false), "{name}: {err}");
        let (code, out, err) = parts(&invoke("any", &["--example", name]));
        assert_eq!((code, out.strip_prefix("1 ")), (0, Some(event.as_str())), "{name}: {err}");
    }
}

#[test]
fn invoke_reports_why_it_cannot_run() {
    let (code, out, err) = parts(&invoke("any", &["{name}"]));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("line 1 column 2") && !err.contains("REPORT"), "{err}");
    // Before the file is looked for, or built.
    let output = Command::new(PROGRAM).args(["invoke", "any", "--bootstrap", "no/such/file", "--env", "AWS_REGION=x"]).output().unwrap();
    assert!(parts(&output).2.contains("`AWS_REGION` is reserved"));
    let output = Command::new(PROGRAM).args(["invoke", "any", "--bootstrap", "no/such/file"]).output().unwrap();
    assert!(parts(&output).2.contains("`ruchy-lambda build`"));
    let (code, out, err) = parts(&Command::new(PROGRAM).args(["start", "--bootstrap", "no/such/file"]).output().unwrap());
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.starts_with("no/such/file: the file does not exist"), "{err}");
}

/// `serve` on a port of its own; ended and waited for when dropped.
struct Server {
    child: Child,
    address: String,
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(options: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "any", "0", "--bootstrap", BOOTSTRAP, "--timeout", "60"]).args(options);
        Self::of(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// From what it prints.
    fn of(mut child: Child) -> Self {
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect(&line).to_owned();
        Self { child, address, _out: out }
    }

    /// Head and body of the answer.
    fn call(&self, headers: &str, event: &str) -> (String, String) {
        self.call_function("any", headers, event)
    }

    fn call_function(&self, function: &str, headers: &str, event: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{event}",
            event.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn stop(&mut self, signal: Signal) -> Option<i32> {
        let id = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_restarts_process_after_its_end() {
    let mut server = Server::start();
    let body = |event| server.call("", event).1;
    assert_eq!(body("1"), "1 1");
    assert_eq!(body("2"), "2 2");
    let (head, error) = server.call("", "\"exit\"");
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("X-Amz-Function-Error: Unhandled"), "{head}");
    assert!(error.contains("\"errorType\":\"Runtime.ExitError\""), "{error}");
    assert_eq!(body("3"), "1 3");
    let (head, error) = server.call("", "\"fail\"");
    assert!(head.contains("X-Amz-Function-Error: Unhandled") && head.contains("X-Amz-Executed-Version: $LATEST"), "{head}");
    assert_eq!(error, "{\"errorMessage\":\"it failed\"}");
    let process = format!("/proc/{}", body("\"process\""));
    assert!(Path::new(&process).exists());
    assert_eq!(server.stop(Signal::TERM), Some(0));
    assert!(!Path::new(&process).exists());
}

#[test]
fn serve_rejects_other_functions() {
    let server = Server::start();
    let (head, body) = server.call_function("other", "", "1");
    assert!(head.starts_with("HTTP/1.1 404 ") && head.contains("X-Amzn-Errortype: ResourceNotFoundException"), "{head}");
    assert!(body.contains("Function not found: other"), "{body}");
    assert_eq!(server.call_function("arn%3Aaws%3Alambda%3Aus-east-1%3A012345678912%3Afunction%3Aany", "", "2").1, "1 2");
}

/// Waits until a port is free and a process has ended.
fn wait_until_gone(address: &str, process: &str) {
    let start = Instant::now();
    while Path::new(process).exists() || TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(60), "the function or its port remains");
        std::thread::yield_now();
    }
}

#[test]
fn serve_ends_with_its_function_on_each_signal() {
    for signal in [Signal::TERM, Signal::INT, Signal::KILL] {
        let mut server = Server::start();
        let process = format!("/proc/{}", server.call("", "\"process\"").1);
        server.stop(signal);
        wait_until_gone(&server.address, &process);
    }
}

#[test]
fn serve_ends_with_its_function_when_its_parent_dies() {
    // A `just` that does not pass signals on, or is killed.
    let parent = format!("{PROGRAM} serve any 0 --bootstrap {BOOTSTRAP} --timeout 60 & wait");
    let mut parent = Server::of(Command::new("sh").args(["-c", &parent]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let process = format!("/proc/{}", parent.call("", "\"process\"").1);
    parent.stop(Signal::KILL);
    wait_until_gone(&parent.address, &process);
}

#[test]
fn serve_supports_invocation_types_and_log() {
    let server = Server::with(&["--concurrency", "1"]);
    let (head, body) = server.call("X-Amz-Invocation-Type: Event\r\n", "1");
    assert!(head.starts_with("HTTP/1.1 202 Accepted") && body.is_empty(), "{head}");
    let (head, _) = server.call("X-Amz-Invocation-Type: DryRun\r\n", "2");
    assert!(head.starts_with("HTTP/1.1 204 No Content"), "{head}");
    // The first one waited in line before it, and the second was never run.
    let (head, body) = server.call("X-Amz-Log-Type: Tail\r\n", "3");
    assert_eq!(body, "2 3");
    let log = head.lines().find_map(|line| line.strip_prefix("X-Amz-Log-Result: ")).expect(&head);
    let log = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, log).unwrap();
    let log = String::from_utf8(log).unwrap();
    let starts: Vec<_> = log.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(starts, ["START", "event", "END", "REPORT"], "{log}");
    let (head, body) = server.call("", "{,}");
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains("X-Amzn-Errortype: InvalidRequestContentException"), "{head}");
    assert!(body.contains("line 1 column 2"), "{body}");
}

#[test]
fn serve_reports_port_in_use() {
    let server = Server::start();
    let port = server.address.rsplit(':').next().unwrap();
    let output = Command::new(PROGRAM).args(["serve", "any", port, "--bootstrap", BOOTSTRAP]).output().unwrap();
    let (code, _, err) = parts(&output);
    assert!(code == 1 && err.contains("is used by another program") && err.contains("`ruchy-lambda serve "), "{err}");
}
