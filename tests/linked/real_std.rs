//! Functions that see the real std, those of `tests/std/functions`: threads, their crashes,
//! `async`, and std's own features.

use crate::support::PATIENCE;
use crate::support::bootstrap::{MINIMAL, budgets, build};
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi, Streamed};
use crate::support::tracer::Tracer;
use nix::libc;
use ruchy_lambda_cli::{budget, size, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The number of invocations whose lines are compared.
const ROUNDS: usize = 100;

static REAL_STD: LazyLock<PathBuf> = LazyLock::new(|| build(&[], &[("RUCHY_LAMBDA_STD", "tests/std")]));

fn start(api: &RuntimeApi, handler: &str) -> (Function, Connection) {
    api.start(&REAL_STD, handler)
}

/// Performs one invocation whose response is streamed.
fn invoke_streamed(connection: &mut Connection, request_id: &str, event: &[u8]) -> Streamed {
    connection.next();
    connection.deliver(request_id, event);
    let streamed = connection.streamed(request_id);
    connection.acknowledge(202);
    streamed
}

/// Returns the answers of the function `handler` to `events`, all from one process.
fn answers<const COUNT: usize>(handler: &str, events: [&str; COUNT]) -> [String; COUNT] {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = start(&api, handler);
    events.map(|event| connection.invoke("id", event.as_bytes()).text().to_owned())
}

#[test]
fn crash_on_any_thread_is_reported_for_the_invocation_in_flight() {
    for (crash, error_type, message) in [
        ("panic", "Runtime.Panic", "as asked"),
        ("panic of a value", "Runtime.Panic", "a value that is not text"),
        ("panic while printing", "Runtime.Panic", "while printing"),
        ("segmentation fault", "Runtime.SegmentationFault", "segmentation fault at address 0x1234"),
        ("stack overflow", "Runtime.StackOverflow", "stack overflow at address 0x"),
        ("abort", "Runtime.Abort", "aborted"),
        ("abort of libc", "Runtime.Abort", "aborted"),
        ("out of memory", "Runtime.OutOfMemory", "out of memory"),
    ] {
        for thread in ["main", "other", "all"] {
            let api = RuntimeApi::listen();
            let (function, mut connection) = start(&api, "crashes");
            assert_eq!(connection.invoke("fine", b"fine").text(), "fine");
            let post = connection.invoke("crash", format!("{thread} {crash}").as_bytes());
            assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/crash/error HTTP/1.1", "{thread} {crash}");
            assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type), "{thread} {crash}");
            let body = post.json();
            assert!(body["errorMessage"].as_str().unwrap().starts_with(message), "{thread} {crash}: {body}");
            if error_type == "Runtime.Panic" {
                assert!(body["stackTrace"][0].as_str().unwrap().contains("functions/crashes.rs:"), "{thread} {crash}: {body}");
            }
            let ended = function.end();
            assert_eq!(ended.status.code(), Some(2), "{thread} {crash}");
            assert!(ended.error.contains(message) && ended.error.contains("RequestId: crash"), "{thread} {crash}: {}", ended.error);
            assert_eq!(connection.try_request(), None, "{thread} {crash}: it is reported only once");
        }
    }
}

#[test]
fn thread_crash_between_invocations_ends_the_process() {
    for (crash, message) in
        [("panic", "Runtime.Panic: as asked"), ("stack overflow", "Runtime.StackOverflow: "), ("abort", "Runtime.Abort: ")]
    {
        let folder = tempfile::tempdir().unwrap();
        let gate = folder.path().join("gate");
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_with(&[("GATE", gate.to_str().unwrap())], &REAL_STD, "crashes");
        assert_eq!(connection.invoke("id", format!("later {crash}").as_bytes()).text(), "id");
        connection.next();
        fs::write(&gate, "").unwrap();
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(2), "{crash}: {ended:?}");
        assert!(ended.error.contains(message) && !ended.error.contains("RequestId"), "{crash}: {}", ended.error);
    }
}

#[test]
fn worker_that_aborts_by_libc_ends_alone() {
    let api = RuntimeApi::listen();
    let function = Function::run(&mut api.command(&[("AWS_LAMBDA_MAX_CONCURRENCY", "2")], &REAL_STD, "crashes"));
    let [mut crashing, mut other] = [(); 2].map(|()| {
        let mut connection = api.accept();
        connection.next();
        connection
    });
    for thread in ["main", "other"] {
        crashing.deliver("crash", format!("{thread} abort of libc").as_bytes());
        assert_eq!(crashing.answer("crash").header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.Abort"));
        other.deliver("fine", b"fine");
        assert_eq!(other.answer("fine").text(), "fine");
        other.next();
        crashing = api.accept();
        crashing.next();
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.error.matches("a worker ended with exit status 2").count()), (Some(0), 2), "{ended:?}");
}

#[test]
fn std_is_the_real_std() {
    let events = ["thread locals", "thread locals", "map", "clock", "reserve", "child", "closed pipe"];
    let expected = ["1 [1, 1, 1] 3", "2 [1, 1, 1] 3", "1 2", "true", "true true", "", "broken pipe"];
    assert_eq!(answers("standard", events), expected);
}

#[test]
fn environment_has_the_trace_id_of_the_invocation() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start_with(&[("_X_AMZN_TRACE_ID", "Root=0")], &REAL_STD, "standard");
    for (headers, expected) in [
        ("Lambda-Runtime-Trace-Id: Root=1\r\n", "Root=1"),
        ("Lambda-Runtime-Trace-Id: Root=22;Sampled=1\r\n", "Root=22;Sampled=1"),
        ("", "environment variable not found"),
    ] {
        connection.next();
        connection.deliver_with("id", headers, b"trace id");
        assert_eq!(connection.answer("id").text(), expected);
    }
}

#[test]
fn hooks_run() {
    let api = RuntimeApi::listen();
    let variables = [("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")];
    let (function, mut before) = api.start_with(&variables, &REAL_STD, "standard");
    assert_eq!(before.request().line, "GET /2018-06-01/runtime/restore/next HTTP/1.1");
    before.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let mut after = api.accept();
    assert!(after.invoke("id", b"x").text().starts_with("arn:"));
    after.next();
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "before_snapshot\nafter_restore\nx\non_terminate\n"));
}

#[test]
fn io_error_is_reported_as_err() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = start(&api, "standard");
    let post = connection.invoke("id", b"no file");
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Function.Error"));
    assert_eq!(post.json()["errorMessage"], "No such file or directory (os error 2)");
}

#[test]
fn log_lines_of_threads_have_the_current_request_id() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[("AWS_LAMBDA_LOG_FORMAT", "JSON")], &REAL_STD, "threads");
    for round in 0..ROUNDS {
        assert_eq!(invoke_streamed(&mut connection, &format!("id-{round}"), b"background").text(), "done");
    }
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(0));
    // The end may cut the last line of the thread that never stops.
    let whole = &ended.output[..ended.output.rfind('\n').unwrap()];
    let records: Vec<Value> =
        whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let text = |record: &Value, name: &str| record[name].as_str().unwrap_or_default().to_owned();
    let numbers: Vec<u64> = records
        .iter()
        .filter_map(|record| text(record, "message").strip_prefix("background ").map(|number| number.parse().unwrap()))
        .collect();
    assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "each is written exactly once");
    let foreground: Vec<String> =
        records.iter().filter(|record| record["message"] == "foreground").map(|record| text(record, "requestId")).collect();
    assert_eq!(foreground, (0..ROUNDS).map(|round| format!("id-{round}")).collect::<Vec<_>>());
    let known: BTreeSet<String> = foreground.into_iter().chain([String::new()]).collect();
    assert!(records.iter().all(|record| known.contains(&text(record, "requestId"))));
}

/// Returns the masks of blocked signals: of the main thread, and of the others.
fn masks(function: &Function) -> (u64, Vec<u64>) {
    let mask = |task: &str| {
        let status = fs::read_to_string(format!("/proc/{}/task/{task}/status", function.id())).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigBlk:")).unwrap().trim().to_owned();
        u64::from_str_radix(&mask, 16).unwrap()
    };
    let main = function.id().to_string();
    let tasks = fs::read_dir(format!("/proc/{main}/task")).unwrap().map(|task| task.unwrap().file_name().into_string().unwrap());
    (mask(&main), tasks.filter(|task| *task != main).map(|task| mask(&task)).collect())
}

#[test]
fn signals_reach_the_serving_thread() {
    for event in ["spin", "wait"] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = start(&api, "threads");
        invoke_streamed(&mut connection, "before", b"many");
        connection.next();
        connection.deliver("id", event.as_bytes());
        let threads = if event == "spin" { 3 } else { 0 };
        let of_process = 1 << (libc::SIGTERM - 1) | 1 << (libc::SIGALRM - 1);
        let start = Instant::now();
        // While a thread is started its creator blocks these signals too.
        while masks(&function) != (0, vec![of_process; threads]) {
            assert!(start.elapsed() < PATIENCE, "{event}: {:?}", masks(&function));
            thread::yield_now();
        }
        function.terminate();
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(0), "{event}: {ended:?}");
        assert_eq!(connection.try_request(), None, "{event}");
    }
}

/// The variables of a function that reports its deadline, and a deadline that makes it do so in 300
/// ms. The deadline itself is far away: one that had passed on receipt would count as absent.
const REPORTS: [(&str, &str); 2] = [("RUCHY_LAMBDA_ON_DEADLINE", "report"), ("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", "500000")];
const SOON_MS: u128 = 500_300;

#[test]
fn deadline_is_reported_while_other_threads_run() {
    for event in ["spin", "wait"] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_with(&REPORTS, &REAL_STD, "threads");
        connection.next();
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() + SOON_MS;
        connection.deliver_with("id", &format!("Lambda-Runtime-Deadline-Ms: {deadline}\r\n"), event.as_bytes());
        let post = connection.answer("id");
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.DeadlineExceeded"), "{event}");
        assert_eq!(function.end().status.code(), Some(2), "{event}");
    }
}

/// Waits until the function has one thread. Others unmap their stacks after their work, before
/// they end.
fn wait_for_one_thread(function: &Function) {
    let start = Instant::now();
    while function.status("Threads") != "1" {
        assert!(start.elapsed() < PATIENCE, "the threads do not end");
        thread::yield_now();
    }
}

#[test]
fn ended_thread_leaves_no_memory() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, "threads");
    let mut mapped = Vec::new();
    for round in 0..6 {
        invoke_streamed(&mut connection, &format!("id-{round}"), b"many");
        wait_for_one_thread(&function);
        mapped.push(function.memory_kib("VmSize"));
    }
    // A thousand threads each. The first rounds may grow by the memory that the heap keeps.
    assert!(mapped[5] <= mapped[2] + 1024, "{mapped:?}");
}

#[test]
fn allocator_serves_several_threads() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = start(&api, "threads");
    let expected: usize = (0..4).map(|worker| (0..2000).map(|size| size * 7 % 5000 * worker).sum::<usize>()).sum();
    assert_eq!(invoke_streamed(&mut connection, "id", b"allocate").text(), expected.to_string());
}

#[test]
fn async_handler_keeps_its_runtime_and_its_connections() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let peer = thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut byte = [0];
        let mut count = 0;
        while stream.read_exact(&mut byte).is_ok() {
            count += 1;
            stream.write_all(&[count]).unwrap();
        }
        count
    });
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, "awaits");
    let event = json!({"do": "exchange", "address": address.to_string()}).to_string();
    for count in 1..=5 {
        assert_eq!(connection.invoke("id", event.as_bytes()).json(), json!({"byte": count, "id": "id"}));
    }
    for (what, answer) in [("join", json!({"sum": 10})), ("time out", json!({"elapsed": true})), ("blocking", json!({"other": 7}))] {
        assert_eq!(connection.invoke("id", json!({"do": what}).to_string().as_bytes()).json(), answer);
    }
    connection.next();
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
    assert_eq!(peer.join().unwrap(), 5, "one connection served them all");
}

#[test]
fn async_handler_fails_and_panics_like_any_other() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, "awaits");
    let post = connection.invoke("id", br#"{"do":"exchange"}"#);
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Function.InvalidEvent"));
    let post = connection.invoke("id", br#"{"do":"panic"}"#);
    assert_eq!(
        (post.header("Lambda-Runtime-Function-Error-Type"), &post.json()["errorMessage"]),
        (Some("Runtime.Panic"), &json!("in a task"))
    );
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn pending_async_handler_ends_by_deadline_and_sigterm() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&REPORTS, &REAL_STD, "awaits");
    connection.next();
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() + SOON_MS;
    connection.deliver_with("id", &format!("Lambda-Runtime-Deadline-Ms: {deadline}\r\n"), br#"{"do":"wait"}"#);
    assert_eq!(connection.answer("id").header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.DeadlineExceeded"));
    assert_eq!(function.end().status.code(), Some(2));
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, "awaits");
    connection.next();
    let before = function.asleep();
    connection.deliver("id", br#"{"do":"wait"}"#);
    function.asleep_since(before);
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
}

#[test]
fn async_handler_without_a_runtime_is_woken_by_threads() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = start(&api, "awaits_alone");
    for length in 0..200 {
        assert_eq!(connection.invoke("id", "x".repeat(length).as_bytes()).text(), length.to_string());
    }
}

#[test]
fn start_and_invocation_are_few_system_calls() {
    let api = RuntimeApi::listen();
    let tracer = Tracer::start(&mut api.command(&[], &REAL_STD, "standard"));
    let until_sent = || tracer.calls_until(|number| number.cast_signed() == libc::SYS_sendmsg);
    // The first call maps memory for thread-locals, of which tokio has many.
    let expected =
        [libc::SYS_mmap, libc::SYS_arch_prctl, libc::SYS_set_tid_address, libc::SYS_socket, libc::SYS_connect, libc::SYS_sendmsg];
    assert_eq!(until_sent(), expected.map(i64::cast_unsigned));
    let mut connection = api.accept();
    // The first invocation also initializes everything else.
    for round in 0..5 {
        connection.next();
        connection.deliver("id", b"map");
        let to_response = until_sent();
        connection.answer("id");
        let to_next = until_sent();
        if round > 0 {
            assert_eq!([to_response, to_next], [[libc::SYS_recvfrom, libc::SYS_sendmsg].map(i64::cast_unsigned); 2]);
        }
    }
}

#[test]
fn size_and_start_are_within_their_budgets() {
    let sizes = size::measure(&MINIMAL, None).unwrap();
    let counts = start::measure(&MINIMAL, start::HANDLER).unwrap_or_else(|error| panic!("{error}"));
    for (figures, name) in [(sizes.figures(), "minimal"), (start::figures(&counts), "minimal-start")] {
        let comparison = budget::compare(&figures, &budgets(name));
        assert!(comparison.is_within(), "\n{name}: {comparison}");
    }
}
