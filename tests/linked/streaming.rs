//! Responses that are sent while their handler runs.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::{Connection, RuntimeApi, Streamed};
use std::io::Read;
use std::net::Shutdown;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Returns one streamed answer to `event`, acknowledged.
fn stream(connection: &mut Connection, event: &str) -> Streamed {
    connection.next();
    connection.deliver("id", event.as_bytes());
    let streamed = connection.streamed("id");
    connection.acknowledge(202);
    streamed
}

#[test]
fn stream_sends_each_piece_as_a_chunk() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    for _ in 0..3 {
        let streamed = stream(&mut connection, "one|nothing|two");
        // `write!` passes a word and its blank separately. A piece of no bytes, which would end the
        // response, is skipped.
        assert_eq!(streamed.chunks, [&b"one"[..], b" ", b"two", b" "]);
        assert_eq!(streamed.request.header("Content-Type"), Some("application/octet-stream"));
        assert_eq!(streamed.failure(), None);
    }
    connection.next();
}

#[test]
fn stream_of_a_ruchy_handler_is_sent() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams_ruchy");
    let streamed = stream(&mut connection, "one two");
    assert_eq!((streamed.text().as_str(), streamed.failure()), ("one;two;", None));
    assert_eq!(streamed.request.header("Content-Type"), Some("text/plain"));
    let streamed = stream(&mut connection, "one stop two");
    let body = serde_json::json!({"errorMessage": "as asked", "errorType": "Function.Stopped", "stackTrace": []});
    assert_eq!((streamed.text().as_str(), streamed.failure()), ("one;", Some(("Function.Stopped", body))));
}

#[test]
fn stream_of_an_http_response_begins_with_its_prelude() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    let streamed = stream(&mut connection, "http=404|gone");
    assert_eq!(streamed.request.header("Content-Type"), Some("application/vnd.awslambda.http-integration-response"));
    assert_eq!(streamed.text(), "{\"statusCode\":404}\0\0\0\0\0\0\0\0gone ");
}

#[test]
fn stream_content_type_is_validated_and_reset() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    assert_eq!(stream(&mut connection, "type=text/html|a").request.header("Content-Type"), Some("text/html"));
    let streamed = stream(&mut connection, "type=text/html\r\nInjected:yes|a");
    assert_eq!((streamed.request.header("Content-Type"), streamed.request.header("Injected")), (Some("application/octet-stream"), None));
}

#[test]
fn stream_failure_before_the_first_piece_is_an_error() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    let post = connection.invoke("id", b"fail=early");
    assert!(post.line.ends_with("/id/error HTTP/1.1") && post.json()["errorMessage"] == "early", "{post:?}");
    // A handler that sends nothing has an empty response.
    let post = connection.invoke("id", b"nothing");
    assert!(post.line.ends_with("/id/response HTTP/1.1") && post.body.is_empty(), "{post:?}");
    connection.next();
}

#[test]
fn stream_failure_is_reported_in_trailers() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    let streamed = stream(&mut connection, "one|fail=Function.Broken: half \"way\"");
    assert_eq!(streamed.text(), "one ");
    let body = serde_json::json!({"errorMessage": "half \"way\"", "errorType": "Function.Broken", "stackTrace": []});
    assert_eq!(streamed.failure(), Some(("Function.Broken", body)));
    connection.next();
    function.terminate();
    let ended = function.end();
    assert!(ended.status.code() == Some(0) && ended.error.contains("failed midway"), "{ended:?}");
}

#[test]
fn stream_crash_is_reported_in_trailers() {
    for (event, error_type, message) in [
        ("one|panic=as asked", "Runtime.Panic", "as asked"),
        ("one|fault", "Runtime.SegmentationFault", "segmentation fault at address 0x8"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "streams");
        let streamed = stream(&mut connection, event);
        assert_eq!(streamed.text(), "one ");
        let (reported_type, body) = streamed.failure().unwrap();
        assert_eq!(
            (reported_type, body["errorType"].as_str(), body["errorMessage"].as_str()),
            (error_type, Some(error_type), Some(message))
        );
        assert_eq!(function.end().status.code(), Some(2));
    }
}

#[test]
fn stream_accepts_an_early_refusal() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    // More than a socket accepts, so that the refusal arrives while the handler writes.
    connection.deliver("id", b"pieces=3200|open");
    assert!(connection.request().line.ends_with("/id/response HTTP/1.1"));
    connection.acknowledge(413);
    let mut second = api.accept();
    assert_eq!(stream(&mut second, "fine").text(), "fine ");
    second.next();
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "open: false\n"));
    assert!(ended.error.contains("/response refused with status 413"), "{}", ended.error);
}

#[test]
fn stream_write_fails_after_a_hang_up() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    connection.deliver("id", b"pieces=3200|open");
    connection.request();
    connection.shut_down(Shutdown::Both);
    drop(connection);
    let mut connection = api.accept();
    assert_eq!(stream(&mut connection, "fine").text(), "fine ", "no /error: the response had begun");
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "open: false\n"));
}

#[test]
fn stream_ignores_interim_replies() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    connection.deliver("id", b"pieces=400");
    let request = connection.request();
    // The handler writes more than a socket accepts, so the reply arrives while it waits for room.
    connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early");
    let streamed = connection.chunks(request);
    assert_eq!((streamed.chunks.len(), streamed.failure()), (400, None));
    connection.send(b" Hints\r\nLink: a\r\n\r\n");
    connection.acknowledge(202);
    assert_eq!(stream(&mut connection, "fine").text(), "fine ");
}

#[test]
fn stream_begins_on_a_live_connection() {
    for reset in [false, true] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "streams");
        connection.next();
        // Frozen between the event and its response.
        function.freeze();
        connection.deliver("id", b"whole");
        if reset {
            crate::faults::wire::reset(&connection);
        }
        drop(connection);
        function.thaw();
        let mut connection = api.accept();
        let mut request = connection.request();
        if request.is_next() {
            // The reset discarded the event.
            connection.deliver("id", b"whole");
            request = connection.request();
        }
        assert_eq!(connection.chunks(request).text(), "whole ");
        connection.acknowledge(202);
        connection.next();
    }
}

#[test]
fn stream_ends_at_a_container_error() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    connection.deliver("id", b"pieces=3200|open");
    connection.request();
    connection.acknowledge(500);
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(1), ""), "the process ends before the handler notices");
}

/// Starts a stream whose reader does not read, and an alarm `lead_ms` after the event. Returns the
/// line that the alarm logs.
fn line_of_alarm(lead_ms: u64) -> String {
    // The deadline is far away: one that had passed on receipt would count as absent.
    const MARGIN_MS: u64 = 500_000;
    let api = RuntimeApi::listen();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = api.command(&[("RUCHY_LAMBDA_DEADLINE_MARGIN_MS", &*MARGIN_MS.to_string())], &MISBEHAVING, "streams");
    let mut child = command.stderr(writer).spawn().unwrap();
    drop(command);
    let mut connection = api.accept();
    connection.next();
    let deadline = (SystemTime::now() + Duration::from_millis(MARGIN_MS + lead_ms)).duration_since(UNIX_EPOCH).unwrap().as_millis();
    connection.deliver_with("id", &format!("Lambda-Runtime-Deadline-Ms: {deadline}\r\n"), b"pieces=400");
    let request = connection.request();
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        assert_eq!(reader.read(&mut byte).unwrap(), 1);
        line.extend(byte);
    }
    assert_eq!(connection.chunks(request).chunks.len(), 400);
    connection.acknowledge(202);
    connection.next();
    child.kill().unwrap();
    child.wait().unwrap();
    String::from_utf8(line).unwrap()
}

#[test]
fn stream_with_a_slow_reader_logs_its_deadline() {
    // On a busy machine the alarm may fire before the handler is blocked.
    let was_early = |line: &String| line.contains("the handler is still running");
    let line = [300, 1000, 4000, 16_000].into_iter().map(line_of_alarm).find(|line| !was_early(line)).expect("the machine is too slow");
    assert!(
        line.starts_with("ruchy-lambda: RequestId: id the deadline passes in ") && line.contains("the response is still pending"),
        "{line}"
    );
}
