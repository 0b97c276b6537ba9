//! `watch` in a project whose functions are a shell script when they are linked: HTTP, streams, routes and saves.

#[path = "support/toolchain.rs"]
mod toolchain;

use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Links, unless the source of a function named is broken; and notes what it is asked for.
const LINK: &str = concat!(
    "echo \"$RUCHY_LAMBDA_HANDLERS\" >> linked\n",
    "for name in $RUCHY_LAMBDA_HANDLERS; do grep -H broken handlers/functions/$name.rs >&2 && exit 1; done\n",
);
const SOURCE: &str = "pub fn lambda_handler(event: &str) -> &str { event }";

/// `watch` in a folder with functions; ended and waited for when dropped.
struct Watch {
    folder: tempfile::TempDir,
    child: Child,
    address: String,
    _out: BufReader<ChildStdout>,
}

impl Watch {
    fn start(functions: &[&str], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |path: &str| folder.path().join(path);
        fs::create_dir_all(path("handlers/functions")).unwrap();
        let programs = toolchain::install(folder.path(), LINK, "exit 1");
        for name in functions {
            fs::write(path(&format!("handlers/functions/{name}.rs")), SOURCE).unwrap();
        }
        assert!(Command::new("mkfifo").arg(path("gate")).status().unwrap().success());
        let mut command = Command::new(PROGRAM);
        command
            .args(["watch", "0", "--timeout", "60"])
            .args(options)
            .current_dir(&folder)
            .env_remove("RUCHY_LAMBDA_FUNCTIONS")
            .env("PATH", programs);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect(&line).to_owned();
        Self { folder, child, address, _out: out }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A request, sent.
    fn send(&self, request: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    /// The status line and the headers in small letters, and the body.
    fn get(&self, path: &str) -> (Vec<String>, Vec<u8>) {
        let mut stream = self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n"));
        let head = head(&mut stream);
        let mut body = Vec::new();
        stream.read_to_end(&mut body).unwrap();
        (head, body)
    }

    fn invoke(&self, function: &str, event: &str) -> String {
        let mut stream = self.send(&format!(
            "POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{event}",
            event.len()
        ));
        head(&mut stream);
        let mut body = String::new();
        stream.read_to_string(&mut body).unwrap();
        body
    }

    /// Lets the function go on that waits.
    fn release(&self, line: &str) {
        fs::write(self.path("gate"), format!("{line}\n")).unwrap();
    }

    /// What the recipe was asked for.
    fn linked(&self) -> String {
        fs::read_to_string(self.path("linked")).unwrap_or_default()
    }

    /// Saves a source as editors do: another file, then renamed.
    fn save(&self, name: &str, text: &str) {
        let new = self.path("handlers/functions/.new.rs.swp");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.path(&format!("handlers/functions/{name}.rs"))).unwrap();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let id = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        let _ = kill_process(id, Signal::TERM);
        let _ = self.child.wait();
    }
}

/// Waits until `is_so`.
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn head(stream: &mut impl std::io::BufRead) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => return lines,
            line => lines.push(line.to_lowercase()),
        }
    }
}

/// One chunk of a body, as it arrives.
fn chunk(stream: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let mut size = String::new();
    stream.read_line(&mut size)?;
    let size = usize::from_str_radix(size.trim(), 16).map_err(|_| std::io::ErrorKind::UnexpectedEof)?;
    let mut bytes = vec![0; size + 2];
    stream.read_exact(&mut bytes)?;
    bytes.truncate(size);
    Ok(bytes)
}

#[test]
fn watch_turns_http_into_events_and_answers_into_http() {
    let watch = Watch::start(&["todo"], &[]);
    let (head, body) = watch.get("/todos?x=1");
    assert_eq!(head[0], "http/1.1 200 ok");
    let event: serde_json::Value = serde_json::from_slice(&body[2..]).unwrap();
    assert_eq!(
        (&event["rawPath"], &event["queryStringParameters"]["x"], &event["cookies"][1]),
        (&"/todos".into(), &"1".into(), &"b=2".into())
    );
    let (head, body) = watch.get("/teapot");
    assert_eq!(head[0], "http/1.1 418 i'm a teapot");
    for line in ["x-a: 1", "set-cookie: a=1", "set-cookie: b=2", "content-length: 2"] {
        assert!(head.contains(&line.to_owned()), "{line}: {head:?}");
    }
    assert_eq!(body, [0, 255]);
    assert_eq!(watch.linked(), "todo\n");
}

#[test]
fn watch_streams_pieces_while_the_function_runs() {
    let watch = Watch::start(&["todo"], &[]);
    let mut stream = watch.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let head = head(&mut stream);
    for line in ["http/1.1 201 created", "x-a: 1", "set-cookie: c=1", "transfer-encoding: chunked"] {
        assert!(head.contains(&line.to_owned()), "{line}: {head:?}");
    }
    let mut first = Vec::new();
    while first != b"first" {
        first.extend(chunk(&mut stream).unwrap());
    }
    watch.release("second");
    assert_eq!(chunk(&mut stream).unwrap(), b"second");
    assert_eq!(chunk(&mut stream).unwrap(), b"");
    // A stream that fails midway has no end.
    let mut stream = watch.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    self::head(&mut stream);
    watch.release("fail");
    let ended = loop {
        match chunk(&mut stream) {
            Ok(bytes) if !bytes.is_empty() => {}
            ended => break ended,
        }
    };
    assert!(ended.is_err(), "{ended:?}");
}

#[test]
fn watch_runs_invocations_at_once_up_to_its_limit() {
    let watch = Watch::start(&["todo"], &["--concurrency", "2"]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| watch.invoke("todo", "\"gate\""));
        // Opened once the function has.
        let mut gate = fs::OpenOptions::new().write(true).open(watch.path("gate")).unwrap();
        // The other process, since the first one waits.
        let mut other = watch.invoke("todo", "\"process\"");
        assert_eq!(watch.invoke("todo", "\"process\""), other);
        gate.write_all(b"a\n").unwrap();
        assert_eq!(waiting.join().unwrap(), "passed a");
        other = watch.invoke("todo", "7");
        assert!(["2 7", "3 7"].contains(&other.as_str()), "{other}");
    });
}

#[test]
fn watch_builds_again_what_was_saved_and_only_that() {
    let watch = Watch::start(&["a", "b"], &[]);
    assert_eq!((watch.invoke("a", "1"), watch.invoke("a", "2"), watch.invoke("b", "1")), ("1 1".into(), "2 2".into(), "1 1".into()));
    assert_eq!(watch.linked(), "a\nb\n");
    // The same text, and files of editors.
    watch.save("a", SOURCE);
    fs::write(watch.path("handlers/functions/a.rs~"), "broken").unwrap();
    watch.save("b", &format!("{SOURCE}\n"));
    wait("b is built again", || watch.linked() == "a\nb\nb\n");
    assert_eq!((watch.invoke("a", "3"), watch.invoke("b", "2")), ("3 3".into(), "1 2".into()));
    // What does not build says so, until it does.
    watch.save("a", "pub fn lambda_handler(event: &str) -> &str { broken }");
    wait("a is built again", || watch.linked() == "a\nb\nb\na\n");
    let failed = watch.invoke("a", "4");
    assert!(failed.contains("Runtime.NotBuilt") && failed.contains("handlers/functions/a.rs:"), "{failed}");
    let (head, body) = watch.get("/a/x");
    assert_eq!(head[0], "http/1.1 502 bad gateway");
    assert!(String::from_utf8_lossy(&body).contains("broken"));
    assert_eq!(watch.invoke("b", "3"), "2 3");
    watch.save("a", SOURCE);
    wait("a is built again", || watch.linked() == "a\nb\nb\na\na\n");
    assert_eq!(watch.invoke("a", "5"), "1 5");
    // A new function, and one that is gone.
    watch.save("c", SOURCE);
    wait("c is built", || watch.linked().ends_with("a\nc\n"));
    assert_eq!(watch.invoke("c", "1"), "1 1");
    fs::remove_file(watch.path("handlers/functions/b.rs")).unwrap();
    wait("b is gone", || watch.invoke("b", "4").contains("Function not found: b"));
}
