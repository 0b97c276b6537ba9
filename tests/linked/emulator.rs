//! The same files under AWS's own Runtime Interface Emulator, which `just setup` installs from the
//! `aws-sam-cli` wheel.

use crate::support::bootstrap::{ALL, MINIMAL, MISBEHAVING, root};
use crate::support::{PATIENCE, own_address, text};
use ruchy_lambda_cli::test_handlers::REGION;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::NamedTempFile;

/// An emulator with a function. It starts the bootstrap at the first invocation.
pub struct Emulator {
    child: Child,
    address: String,
    /// The output of the emulator and the function, shown if a test fails.
    log: NamedTempFile,
}

impl Emulator {
    pub fn start(bootstrap: &Path, handler: &str) -> Self {
        let [runtime_api, address] = [own_address(), own_address()];
        let log = NamedTempFile::new().unwrap();
        let child = Command::new(program())
            .arg("--runtime-api-address")
            .arg(runtime_api)
            .arg("--runtime-interface-emulator-address")
            .arg(&address)
            .arg(bootstrap)
            .arg(handler)
            .env("AWS_REGION", REGION)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .new_process_group()
            .spawn()
            .unwrap();
        Self { child, address, log }
    }

    /// Returns the status and body of one invocation.
    pub fn invoke(&self, event: &[u8]) -> (u16, Vec<u8>) {
        self.invoke_with("", event)
    }

    /// [`Self::invoke`] with additional header lines.
    fn invoke_with(&self, headers: &str, event: &[u8]) -> (u16, Vec<u8>) {
        self.try_invoke(headers, event).unwrap()
    }

    fn try_invoke(&self, headers: &str, event: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let mut stream = self.connect();
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            event.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(event)?;
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply)?;
        Ok(parse(&reply))
    }

    /// Connects to the emulator, which refuses connections until it listens.
    fn connect(&self) -> TcpStream {
        let start = Instant::now();
        loop {
            match TcpStream::connect(&self.address) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    return stream;
                }
                Err(error) => assert!(start.elapsed() < PATIENCE, "the emulator does not listen: {error}"),
            }
            std::thread::yield_now();
        }
    }

    /// Returns the output of the emulator and the function so far.
    fn printed(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn assert_answers(&self, event: &[u8], expected: &[u8]) {
        let (status, body) = self.invoke(event);
        assert!(status == 200 && body == expected, "{status}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Kills the emulator and the function that it started.
        let group = nix::unistd::Pid::from_raw(-self.child.id().cast_signed());
        nix::sys::signal::kill(group, nix::sys::signal::Signal::SIGKILL).ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            eprintln!("{}", self.printed());
        }
    }
}

/// The script that starts the emulator for several concurrent invocations. In this mode the
/// emulator expects the bootstrap in fixed folders and starts it as another user. So it runs in a
/// new mount namespace, where `/var` is a tmpfs that vanishes with the namespace.
const MANAGED: &str = r#"
exec 3<"$2"
mount -t tmpfs -o mode=0755,size=64m tmpfs /var
mkdir /var/task
cat <&3 >/var/task/bootstrap
exec 3<&-
chmod 0755 /var/task /var/task/bootstrap
cd /
exec "$1" --log-level warn --runtime-api-address "$3" --runtime-interface-emulator-address "$4" /var/task/bootstrap "$5"
"#;

impl Emulator {
    /// Starts the emulator for `concurrency` concurrent invocations. Returns `None` if this user
    /// may not create namespaces, which needs root.
    fn start_managed(bootstrap: &Path, handler: &str, concurrency: usize) -> Option<Self> {
        if !nix::unistd::geteuid().is_root() {
            eprintln!("not run: the emulator's mode for managed instances needs root");
            return None;
        }
        let [runtime_api, address] = [own_address(), own_address()];
        let log = NamedTempFile::new().unwrap();
        let child = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "--propagation",
                "private",
                "--",
                "sh",
                "-ec",
                MANAGED,
                "sh",
            ])
            .args([program().as_path(), bootstrap])
            .args([&runtime_api, &address, handler])
            .env_clear()
            .envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("AWS_LAMBDA_MAX_CONCURRENCY", &*concurrency.to_string())])
            .stdin(Stdio::null())
            .stdout(log.reopen().unwrap())
            .stderr(log.reopen().unwrap())
            .new_process_group()
            .spawn()
            .unwrap();
        Some(Self { child, address, log })
    }

    /// Repeats [`Self::invoke`] until a worker is idle: the emulator queues nothing, and refuses
    /// before it passes the event on.
    fn invoke_when_possible(&self, event: &[u8]) -> Vec<u8> {
        let start = Instant::now();
        loop {
            match self.try_invoke("", event) {
                Ok((200, body)) => return body,
                Ok((status, body)) => {
                    let body = String::from_utf8_lossy(&body);
                    assert!(status == 400 && body.contains("Runtime.Unavailable"), "{status}: {body}");
                }
                // It refuses and hangs up before it has read the event.
                Err(error) => assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}"),
            }
            assert!(start.elapsed() < PATIENCE, "no worker waits");
            std::thread::yield_now();
        }
    }
}

#[test]
fn workers_answer_each_of_1000_invocations_once() {
    const INVOKERS: usize = 4;
    const EACH: usize = 250;
    let Some(emulator) = Emulator::start_managed(&ALL, "echo", INVOKERS) else { return };
    // The emulator accepts no event until it has seen a worker.
    emulator.invoke_when_possible(b"{}");
    std::thread::scope(|scope| {
        for invoker in 0..INVOKERS {
            let emulator = &emulator;
            scope.spawn(move || {
                for number in 0..EACH {
                    let event = format!("{{\"invoker\":{invoker},\"number\":{number}}}");
                    assert_eq!(String::from_utf8_lossy(&emulator.invoke_when_possible(event.as_bytes())), event);
                }
            });
        }
    });
    let printed = emulator.printed();
    assert!(!printed.contains("refused"), "a second answer is refused: {printed}");
    let counts = ["START RequestId:", "END RequestId:"].map(|line| printed.matches(line).count());
    assert_eq!(counts, [INVOKERS * EACH + 1; 2], "one of each for an invocation");
}

#[test]
fn emulator_receives_streamed_responses_and_failures() {
    let emulator = Emulator::start(&MISBEHAVING, "streams");
    emulator.assert_answers(b"one|two|bytes=100000", format!("one two {}", "x".repeat(100_000)).as_bytes());
    // In this mode the emulator ignores trailers.
    emulator.assert_answers(b"one|fail=Function.Broken: half way", b"one ");
    emulator.assert_answers(b"again", b"again ");
    let Some(emulator) = Emulator::start_managed(&MISBEHAVING, "streams", 2) else { return };
    let error = emulator.invoke_when_possible(b"one|fail=Function.Broken: half way");
    let error: serde_json::Value = serde_json::from_slice(&error).unwrap();
    assert_eq!((error["errorType"].as_str(), error["errorMessage"].as_str()), (Some("Function.Broken"), Some("half way")));
}

#[test]
fn emulator_refuses_an_oversized_response() {
    let emulator = Emulator::start(&MISBEHAVING, "grows");
    // One byte more than Lambda accepts.
    let (_, body) = emulator.invoke(b"6291557");
    assert!(String::from_utf8_lossy(&body).contains("ResponseSizeTooLarge"), "{}", String::from_utf8_lossy(&body[..300.min(body.len())]));
    emulator.assert_answers(b"3", b"xxx");
}

#[test]
fn context_matches_the_emulators_request() {
    use base64::Engine;
    let emulator = Emulator::start(&MISBEHAVING, "context");
    let client_context = base64::engine::general_purpose::STANDARD.encode(r#"{"custom":{"a":"b"}}"#);
    let headers = format!("X-Amz-Client-Context: {client_context}\r\nX-Amz-Tenant-Id: blue\r\n");
    for (what, value) in [
        ("client context", r#"<{"custom":{"a":"b"}}>"#),
        ("tenant id", "<blue>"),
        ("function name", "<test_function>"),
        ("function arn", "<arn:aws:lambda:us-east-1:012345678912:function:test_function>"),
    ] {
        let (status, body) = emulator.invoke_with(&headers, what.as_bytes());
        assert_eq!((status, String::from_utf8_lossy(&body).as_ref()), (200, value), "{what}");
    }
}

#[test]
fn emulator_receives_the_type_of_each_crash() {
    for (event, error_type) in
        [("segmentation fault", "Runtime.SegmentationFault"), ("stack overflow", "Runtime.StackOverflow"), ("abort", "Runtime.Abort")]
    {
        let emulator = Emulator::start(&MISBEHAVING, "crashes");
        let (_, body) = emulator.invoke(event.as_bytes());
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(error["errorType"], error_type, "{error}");
    }
}

trait NewGroup {
    fn new_process_group(&mut self) -> &mut Self;
}

impl NewGroup for Command {
    fn new_process_group(&mut self) -> &mut Self {
        std::os::unix::process::CommandExt::process_group(self, 0)
    }
}

fn program() -> PathBuf {
    let program = root().join(".venv/rie/aws-lambda-rie");
    assert!(program.exists(), "the Runtime Interface Emulator is missing: `just setup` installs it to {}", program.display());
    program
}

fn parse(reply: &[u8]) -> (u16, Vec<u8>) {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head_bytes) = parsed.parse(reply).unwrap() else { panic!("an incomplete reply") };
    let status = parsed.code.unwrap();
    let chunked = parsed.headers.iter().any(|header| header.name.eq_ignore_ascii_case("Transfer-Encoding"));
    let body = reply[head_bytes..].to_vec();
    (status, if chunked { join_chunks(&body) } else { body })
}

fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) else { panic!("an incomplete chunk") };
        let end = start + usize::try_from(size).unwrap();
        body.extend(&rest[start..end]);
        rest = &rest[end + 2..];
        if size == 0 {
            return body;
        }
    }
}

#[test]
fn emulator_invokes_minimal() {
    let emulator = Emulator::start(&MINIMAL, "minimal");
    emulator.assert_answers(b"{}", br#"{"statusCode":200,"body":"ok"}"#);
}

#[test]
fn emulator_invokes_fibonacci() {
    let emulator = Emulator::start(&ALL, "fibonacci.lambda_handler");
    emulator.assert_answers(b"{}", br#"{"statusCode":200,"body":"fibonacci(35)=9227465"}"#);
}

#[test]
fn emulator_invokes_one_process_after_a_failure() {
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
fn emulator_echoes_events_of_every_size() {
    let emulator = Emulator::start(&ALL, "echo");
    for bytes in [0, 1, 2048, 2049, 100_000, 6 << 20] {
        let event: Vec<u8> = text(bytes);
        emulator.assert_answers(&event, &event);
    }
}

#[test]
fn emulator_invocation_with_invalid_utf8_fails_alone() {
    let emulator = Emulator::start(&ALL, "echo");
    let (_, body) = emulator.invoke(b"\xff\xfe");
    let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error["errorType"], "Runtime.InvalidEvent", "{error}");
    emulator.assert_answers(b"[]", b"[]");
}

#[test]
fn emulator_receives_a_panic() {
    let emulator = Emulator::start(&MISBEHAVING, "panics");
    let (_, body) = emulator.invoke(b"it");
    let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((error["errorType"].as_str(), error["errorMessage"].as_str()), (Some("Runtime.Panic"), Some("cannot do it")), "{error}");
}

#[test]
fn emulator_receives_the_error_of_an_unknown_handler() {
    let emulator = Emulator::start(&ALL, "nonsense");
    let (_, body) = emulator.invoke(b"{}");
    assert!(String::from_utf8_lossy(&body).contains("Runtime.HandlerNotFound"), "{}", String::from_utf8_lossy(&body));
}
