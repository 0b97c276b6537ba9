//! The same files under AWS's own Runtime Interface Emulator, which `just setup` installs from the `aws-sam-cli` wheel.

use crate::support::bootstrap::{ALL, MINIMAL, MISBEHAVING, root};
use crate::support::{PATIENCE, text};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Instant;
use tempfile::NamedTempFile;

/// An emulator with a function; it starts the bootstrap at the first invocation.
struct Emulator {
    child: Child,
    port: u16,
    /// What it and the function print, shown where a test fails.
    log: NamedTempFile,
}

impl Emulator {
    fn start(bootstrap: &Path, handler: &str) -> Self {
        let [runtime_api, port] = free_ports();
        let log = NamedTempFile::new().unwrap();
        let child = Command::new(program())
            .arg("--runtime-api-address")
            .arg(format!("127.0.0.1:{runtime_api}"))
            .arg("--runtime-interface-emulator-address")
            .arg(format!("127.0.0.1:{port}"))
            .arg(bootstrap)
            .arg(handler)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .process_group_of_its_own()
            .spawn()
            .unwrap();
        Self { child, port, log }
    }

    /// The status and body of one invocation.
    fn invoke(&self, event: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = self.connect();
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            event.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(event).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        parse(&reply)
    }

    /// It listens soon after its start; until then connecting is refused.
    fn connect(&self) -> TcpStream {
        let start = Instant::now();
        loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    return stream;
                }
                Err(error) => assert!(start.elapsed() < PATIENCE, "the emulator does not listen: {error}"),
            }
            std::thread::yield_now();
        }
    }

    fn assert_answers(&self, event: &[u8], expected: &[u8]) {
        let (status, body) = self.invoke(event);
        assert!(status == 200 && body == expected, "{status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The emulator and the function it started.
        let group = nix::unistd::Pid::from_raw(-self.child.id().cast_signed());
        nix::sys::signal::kill(group, nix::sys::signal::Signal::SIGKILL).ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
    }
}

trait OwnGroup {
    fn process_group_of_its_own(&mut self) -> &mut Self;
}

impl OwnGroup for Command {
    fn process_group_of_its_own(&mut self) -> &mut Self {
        std::os::unix::process::CommandExt::process_group(self, 0)
    }
}

fn program() -> PathBuf {
    let program = root().join(".venv/rie/aws-lambda-rie");
    assert!(program.exists(), "the Runtime Interface Emulator is missing: `just setup` installs it to {}", program.display());
    program
}

/// Two ports that nobody listens on: below those that the kernel gives out by itself, where another test could be given one before the
/// emulator has taken it.
fn free_ports() -> [u16; 2] {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Two runs at once look in different places.
    let begin = 10_000 + u16::try_from(std::process::id() % 200).unwrap() * 100;
    let mut candidates = std::iter::repeat_with(|| begin + NEXT.fetch_add(1, Ordering::Relaxed));
    let mut free = || candidates.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap();
    [free(), free()]
}

fn parse(reply: &[u8]) -> (u16, Vec<u8>) {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head_bytes) = parsed.parse(reply).unwrap() else { panic!("a reply cut short") };
    let status = parsed.code.unwrap();
    let chunked = parsed.headers.iter().any(|header| header.name.eq_ignore_ascii_case("Transfer-Encoding"));
    let body = reply[head_bytes..].to_vec();
    (status, if chunked { join_chunks(&body) } else { body })
}

fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) else { panic!("a chunk cut short") };
        let end = start + usize::try_from(size).unwrap();
        body.extend(&rest[start..end]);
        rest = &rest[end + 2..];
        if size == 0 {
            return body;
        }
    }
}

#[test]
fn minimal_alone_answers() {
    let emulator = Emulator::start(&MINIMAL, "minimal");
    emulator.assert_answers(b"{}", br#"{"statusCode":200,"body":"ok"}"#);
}

#[test]
fn fibonacci_answers() {
    let emulator = Emulator::start(&ALL, "fibonacci.lambda_handler");
    emulator.assert_answers(b"{}", br#"{"statusCode":200,"body":"fibonacci(35)=9227465"}"#);
}

#[test]
fn one_process_answers_and_fails_and_answers_again() {
    let emulator = Emulator::start(&ALL, "greeting");
    for _ in 0..50 {
        emulator.assert_answers(br#"{"name":"Ada"}"#, br#"{"statusCode":200,"body":"Hello, Ada!"}"#);
        let (_, body) = emulator.invoke(b"{}");
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(error["errorType"], "Function.Error", "{error}");
        assert!(error["errorMessage"].as_str().unwrap().contains("has no name"), "{error}");
    }
}

#[test]
fn events_of_every_size_come_back_whole() {
    let emulator = Emulator::start(&ALL, "echo");
    for bytes in [0, 1, 2048, 2049, 100_000, 6 << 20] {
        let event: Vec<u8> = text(bytes);
        emulator.assert_answers(&event, &event);
    }
}

#[test]
fn an_event_that_is_not_utf8_fails_alone() {
    let emulator = Emulator::start(&ALL, "echo");
    let (_, body) = emulator.invoke(b"\xff\xfe");
    let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error["errorType"], "Runtime.InvalidEvent", "{error}");
    emulator.assert_answers(b"[]", b"[]");
}

#[test]
fn a_panic_is_reported() {
    let emulator = Emulator::start(&MISBEHAVING, "panics");
    let (_, body) = emulator.invoke(b"it");
    let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((error["errorType"].as_str(), error["errorMessage"].as_str()), (Some("Runtime.Panic"), Some("cannot do it")), "{error}");
}

#[test]
fn an_unknown_handler_is_reported() {
    let emulator = Emulator::start(&ALL, "nonsense");
    let (_, body) = emulator.invoke(b"{}");
    assert!(String::from_utf8_lossy(&body).contains("Runtime.HandlerNotFound"), "{}", String::from_utf8_lossy(&body));
}
