//! Invocations whose deadline approaches while the handler runs.

use crate::support::PATIENCE;
use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Time between the alarm and the deadline, in milliseconds. It is so long that no event arrives
/// after its deadline, which would then count as absent.
const MARGIN_MS: u64 = 500_000;
const MARGIN: (&str, &str) = ("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", "500000");

/// The variables of a function that reports its deadline.
const REPORTS: [(&str, &str); 2] = [("RUCHY_LAMBDA_ON_DEADLINE", "report"), MARGIN];

/// Delivers `event` with a deadline in `ms` milliseconds.
fn deliver(connection: &mut Connection, request_id: &str, ms: u64, event: &str) {
    let deadline = (SystemTime::now() + Duration::from_millis(ms)).duration_since(UNIX_EPOCH).unwrap().as_millis();
    connection.next();
    connection.deliver_with(request_id, &format!("Lambda-Runtime-Deadline-Ms: {deadline}\r\n"), event.as_bytes());
}

#[test]
fn deadline_is_logged_once_with_the_handlers_position() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[MARGIN], &MISBEHAVING, "spins");
    // It runs for 200 ms, and the timer fires after 100, or at once.
    deliver(&mut connection, "slow", MARGIN_MS + 100, &(MARGIN_MS - 100).to_string());
    assert_eq!(connection.answer("slow").text(), "spun");
    deliver(&mut connection, "fast", 3_600_000, "3600000");
    assert_eq!(connection.answer("fast").text(), "spun");
    connection.next();
    function.terminate();
    let error = function.end().error;
    let line = error.strip_prefix("ruchy-lambda: RequestId: slow the deadline passes in ").unwrap_or_else(|| panic!("{error}"));
    let (ms, line) = line.split_once(" ms, and the handler is still running, at 0x4").unwrap_or_else(|| panic!("{error}"));
    assert!(ms.parse::<u64>().unwrap() <= MARGIN_MS && line.lines().count() == 1, "{error}");
}

#[test]
fn deadline_error_is_posted_if_configured() {
    let api = RuntimeApi::listen();
    let variables = [("RUCHY_LAMBDA_ON_DEADLINE", "Report"), ("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", "599000")];
    let (function, mut connection) = api.start_with(&variables, &MISBEHAVING, "spins");
    // The margin is one second shorter than the time to the deadline, so the timer fires in a
    // second.
    deliver(&mut connection, "id", 600_000, "0");
    let post = connection.answer("id");
    assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/id/error HTTP/1.1");
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.DeadlineExceeded"));
    assert!(post.json()["errorMessage"].as_str().unwrap().starts_with("the deadline passes in 5"), "{}", post.text());
    assert!(post.json()["stackTrace"][0].as_str().unwrap().starts_with("0x4"), "{}", post.text());
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn deadline_report_has_a_time_limit() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&REPORTS, &MISBEHAVING, "spins");
    deliver(&mut connection, "id", MARGIN_MS + 200, "0");
    assert!(connection.request().line.ends_with("/id/error HTTP/1.1"));
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn deadline_timer_is_reset_for_an_earlier_deadline() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&REPORTS, &MISBEHAVING, "spins");
    deliver(&mut connection, "far", 3_600_000, "3600000");
    assert_eq!(connection.answer("far").text(), "spun");
    deliver(&mut connection, "near", MARGIN_MS + 200, "0");
    assert!(connection.answer("near").line.ends_with("/near/error HTTP/1.1"));
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn alarm_ignores_an_invocation_without_deadline() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "spins");
    connection.next();
    connection.deliver_with("id", "", b"0");
    while function.cpu_ticks() < 5 {
        std::thread::yield_now();
    }
    function.signal(Signal::SIGALRM);
    while function.status("ShdPnd") != "0000000000000000" {
        std::thread::yield_now();
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
}

#[test]
fn deadline_passed_on_receipt_counts_as_absent() {
    for on_deadline in ["log", "report"] {
        let api = RuntimeApi::listen();
        let variables = [("RUCHY_LAMBDA_ON_DEADLINE", on_deadline)];
        let (function, mut connection) = api.start_with(&variables, &MISBEHAVING, "context");
        // The alarm of an earlier invocation is still set.
        deliver(&mut connection, "id", 3_600_000, "request id");
        assert_eq!(connection.answer("id").text(), "<id>");
        // `cargo lambda watch` sends a duration instead of a time.
        for (event, expected) in [("deadline", "None"), ("remaining", "unlimited")] {
            connection.next();
            connection.deliver_with("id", "Lambda-Runtime-Deadline-Ms: 600000\r\n", event.as_bytes());
            assert_eq!(connection.answer("id").text(), expected, "{on_deadline}");
        }
        connection.next();
        function.terminate();
        let ended = function.end();
        assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
    }
}

#[test]
fn alarm_ignores_a_deadline_passed_on_receipt() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[("RUCHY_LAMBDA_ON_DEADLINE", "report")], &MISBEHAVING, "spins");
    connection.next();
    connection.deliver_with("id", "Lambda-Runtime-Deadline-Ms: 600000\r\n", b"0");
    let start = Instant::now();
    while function.cpu_ticks() < 5 {
        assert!(start.elapsed() < PATIENCE, "the handler does not run");
        std::thread::yield_now();
    }
    function.signal(Signal::SIGALRM);
    while function.status("ShdPnd") != "0000000000000000" {
        std::thread::yield_now();
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
}

/// The time before the alarm at which a stream must already be blocked.
const EARLY: Duration = Duration::from_millis(50);

/// Starts a stream whose reader does not read, with an alarm after `lead`. Returns `None` if the
/// alarm may have fired before the handler was blocked; otherwise returns after the alarm.
fn stream_blocked_at_alarm(api: &RuntimeApi, lead: Duration) -> Option<(Function, Connection)> {
    const MARGIN: Duration = Duration::from_secs(300);
    let variables = [("RUCHY_LAMBDA_ON_DEADLINE", "report"), ("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", &*MARGIN.as_millis().to_string())];
    let (function, mut connection) = api.start_with(&variables, &MISBEHAVING, "streams");
    connection.next();
    let mut asleep = function.asleep();
    let start = Instant::now();
    let deadline = (SystemTime::now() + MARGIN + lead).duration_since(UNIX_EPOCH).unwrap().as_millis();
    // Far more than the buffers of both sockets hold.
    connection.deliver_with("id", &format!("Lambda-Runtime-Deadline-Ms: {deadline}\r\n"), b"pieces=4000");
    function.asleep_since(asleep);
    asleep = function.asleep();
    if start.elapsed() + EARLY > lead {
        return None;
    }
    // The alarm wakes the process, which then sleeps again.
    while start.elapsed() + EARLY < lead {
        function.asleep_since(asleep);
        asleep = function.asleep();
    }
    Some((function, connection))
}

#[test]
fn deadline_error_is_posted_while_a_piece_is_sent() {
    let api = RuntimeApi::listen();
    let leads = [250, 1000, 4000, 16_000].map(Duration::from_millis);
    let (function, mut connection) =
        leads.into_iter().find_map(|lead| stream_blocked_at_alarm(&api, lead)).expect("the machine is too slow");
    let streamed = connection.streamed("id");
    connection.acknowledge(202);
    let (error_type, body) = streamed.failure().expect("the deadline is reported in the trailers");
    assert_eq!(error_type, "Runtime.DeadlineExceeded");
    assert!(body["errorMessage"].as_str().unwrap().starts_with("the deadline passes in "), "{body}");
    assert!(streamed.chunks.len() < 4000);
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn deadline_logs_invalid_configuration_and_its_default() {
    let api = RuntimeApi::listen();
    let variables = [("RUCHY_LAMBDA_ON_DEADLINE", "explode"), ("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", "-1")];
    let (function, mut connection) = api.start_with(&variables, &MISBEHAVING, "echo");
    assert_eq!(connection.invoke("id", b"x").text(), "x");
    connection.next();
    function.terminate();
    let error = function.end().error;
    assert!(error.contains("RUCHY_LAMBDA_ON_DEADLINE=explode: expected report or log; using log"), "{error}");
    assert!(error.contains("RUCHY_LAMBDA_DEADLINE_MARGIN_MS=-1: expected 0 to 999999 ms; using 100"), "{error}");
}
