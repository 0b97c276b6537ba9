//! The local Lambda of `ruchy-lambda watch`, with linked functions and with AWS's own SDK as its
//! client.

use crate::support::bootstrap::{MINIMAL, MISBEHAVING, root};
use ruchy_lambda_cli::serve::plan::Plan;
use ruchy_lambda_cli::serve::serve_until;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A server on a free port, on a separate thread; stopped and joined when dropped.
struct Server {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(bootstrap: &Path, name: &str, concurrency: usize) -> Self {
        Self::with_memory(bootstrap, name, concurrency, None)
    }

    fn with_memory(bootstrap: &Path, name: &str, concurrency: usize, memory_mb: Option<u32>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Plan {
            names: vec![name.to_owned()],
            bootstrap: Some(bootstrap.to_owned()),
            timeout: Some(crate::support::PATIENCE),
            concurrency,
            memory_mb,
            log_file: Some(Arc::new(tempfile::tempfile().unwrap())),
            ..Plan::default()
        };
        let (end, ended) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let serving = async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                serve_until(plan, listener, async { drop(ended.await) }).await.unwrap();
            };
            runtime.block_on(serving);
        });
        Self { address, end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.thread.take().unwrap().join();
    }
}

#[test]
fn local_lambda_answers_a_thousand_requests_fifty_at_once() {
    let server = Server::start(&MINIMAL, "minimal", 8);
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                let stream = TcpStream::connect(server.address).unwrap();
                stream.set_read_timeout(Some(crate::support::PATIENCE)).unwrap();
                let mut stream = BufReader::new(stream);
                for _ in 0..20 {
                    stream.get_mut().write_all(b"GET /todos?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
                    let (mut line, mut length) = (String::new(), 0);
                    stream.read_line(&mut line).unwrap();
                    assert_eq!(line, "HTTP/1.1 200 OK\r\n");
                    while line != "\r\n" {
                        line.clear();
                        assert!(stream.read_line(&mut line).unwrap() > 0, "the head has no end");
                        length = line.strip_prefix("Content-Length: ").map_or(length, |length| length.trim().parse().unwrap());
                    }
                    let mut body = vec![0; length];
                    stream.read_exact(&mut body).unwrap();
                    assert_eq!(body, b"ok");
                }
            });
        }
    });
}

/// The head and the body of the answer.
fn invoke(server: &Server, function: &str, event: &str) -> (String, String) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(crate::support::PATIENCE)).unwrap();
    let head = format!("POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{event}", event.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn local_lambda_limits_the_memory_of_functions() {
    let [small, large] = [128, 512].map(|memory_mb| Server::with_memory(&MISBEHAVING, "exhausts", 1, Some(memory_mb)));
    let bytes = "200000000";
    assert_eq!(invoke(&large, "exhausts", bytes).1, bytes);
    let (head, body) = invoke(&small, "exhausts", bytes);
    assert!(head.contains("X-Amz-Function-Error: Unhandled") && body.contains("\"errorType\":\"Runtime.OutOfMemory\""), "{head}{body}");
    assert_eq!(invoke(&small, "exhausts", "20000000").1, "20000000", "in another process");
}

#[test]
fn local_lambda_serves_boto3() {
    let python = root().join(".venv/aws/bin/python");
    assert!(python.exists(), "boto3 is missing: `just setup` installs it in .venv/aws");
    let server = Server::start(&MISBEHAVING, "streams", 4);
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut command = Command::new(python);
    command.arg(root().join("tests/linked/local_lambda.py")).arg(format!("http://{}", server.address)).arg(&fifo);
    let output = command.env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn local_lambda_serves_the_aws_cli() {
    let aws = root().join(".venv/aws/bin/aws");
    assert!(aws.exists(), "the AWS CLI is missing: `just setup` installs it in .venv/aws");
    let server = Server::start(&MISBEHAVING, "streams", 4);
    let folder = tempfile::tempdir().unwrap();
    let [home, payload, answer] = ["home", "payload", "answer"].map(|name| folder.path().join(name));
    let invoke = |event: &str| {
        std::fs::write(&payload, event).unwrap();
        let mut command = Command::new(&aws);
        command.args(["lambda", "invoke", "--endpoint-url", &format!("http://{}", server.address), "--region", "eu-central-1"]);
        command.args(["--function-name", "streams", "--payload", &format!("fileb://{}", payload.display())]).arg(&answer);
        // No configuration of this machine.
        command.env("HOME", &home).env_remove("AWS_PROFILE").env("AWS_EC2_METADATA_DISABLED", "true");
        let output = command.env("AWS_ACCESS_KEY_ID", "none").env("AWS_SECRET_ACCESS_KEY", "none").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (metadata, std::fs::read_to_string(&answer).unwrap())
    };
    let (metadata, answered) = invoke("\"one|two\"");
    assert_eq!(
        (&metadata["StatusCode"], &metadata["ExecutedVersion"], answered.as_str()),
        (&200.into(), &"$LATEST".into(), "\"one two\" ")
    );
    let (metadata, answered) = invoke("\"|fail=as asked|\"");
    assert!(metadata["FunctionError"] == "Unhandled" && answered.contains("\"errorMessage\":\"as asked\""), "{metadata} {answered}");
}
