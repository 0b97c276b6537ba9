//! Responses that are sent while their handler runs.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::{Connection, RuntimeApi, Streamed};
use std::io::Read;
use std::net::Shutdown;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One streamed answer to `event`, acknowledged.
fn stream(connection: &mut Connection, event: &str) -> Streamed {
    connection.next();
    connection.deliver("id", event.as_bytes());
    let streamed = connection.streamed("id");
    connection.acknowledge(202);
    streamed
}

#[test]
fn each_piece_is_a_chunk_and_the_next_event_is_served() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    for _ in 0..3 {
        let streamed = stream(&mut connection, "one|nothing|two");
        // `write!` hands over a word and its blank one by one; a piece of no bytes, which would end the response, is none.
        assert_eq!(streamed.chunks, [&b"one"[..], b" ", b"two", b" "]);
        assert_eq!(streamed.request.header("Content-Type"), Some("application/octet-stream"));
        assert_eq!(streamed.failure(), None);
    }
    connection.next();
}

#[test]
fn a_ruchy_handler_streams() {
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
fn an_http_response_begins_with_its_prelude() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    let streamed = stream(&mut connection, "http=404|gone");
    assert_eq!(streamed.request.header("Content-Type"), Some("application/vnd.awslambda.http-integration-response"));
    assert_eq!(streamed.text(), "{\"statusCode\":404}\0\0\0\0\0\0\0\0gone ");
}

#[test]
fn a_content_type_cannot_add_a_header_and_is_the_one_response_s_own() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    assert_eq!(stream(&mut connection, "type=text/html|a").request.header("Content-Type"), Some("text/html"));
    let streamed = stream(&mut connection, "type=text/html\r\nInjected:yes|a");
    assert_eq!((streamed.request.header("Content-Type"), streamed.request.header("Injected")), (Some("application/octet-stream"), None));
}

#[test]
fn what_fails_before_its_first_piece_is_an_error_like_any() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    let post = connection.invoke("id", b"fail=early");
    assert!(post.line.ends_with("/id/error HTTP/1.1") && post.json()["errorMessage"] == "early", "{post:?}");
    // And what sends nothing at all has an empty response.
    let post = connection.invoke("id", b"nothing");
    assert!(post.line.ends_with("/id/response HTTP/1.1") && post.body.is_empty(), "{post:?}");
    connection.next();
}

#[test]
fn what_fails_midway_says_so_in_trailers() {
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
fn what_crashes_midway_says_so_in_trailers_before_the_process_ends() {
    for (event, error_type, message) in [
        ("one|panic=as asked", "Runtime.Panic", "as asked"),
        ("one|fault", "Runtime.SegmentationFault", "segmentation fault at address 0x8"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "streams");
        let streamed = stream(&mut connection, event);
        assert_eq!(streamed.text(), "one ");
        let (told, body) = streamed.failure().unwrap();
        assert_eq!((told, body["errorType"].as_str(), body["errorMessage"].as_str()), (error_type, Some(error_type), Some(message)));
        assert_eq!(function.end().status.code(), Some(2));
    }
}

#[test]
fn a_refusal_before_the_end_is_taken_and_the_next_event_served() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    // More than any socket takes by itself, so that the refusal comes while the handler writes.
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
fn a_reader_that_hangs_up_is_the_handler_s_to_notice() {
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
fn an_interim_reply_in_the_midst_of_a_stream_is_passed_over() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    connection.deliver("id", b"pieces=400");
    let request = connection.request();
    // The handler writes more than any socket takes, so it comes while that waits for room.
    connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early");
    let streamed = connection.chunks(request);
    assert_eq!((streamed.chunks.len(), streamed.failure()), (400, None));
    connection.send(b" Hints\r\nLink: a\r\n\r\n");
    connection.acknowledge(202);
    assert_eq!(stream(&mut connection, "fine").text(), "fine ");
}

#[test]
fn a_stream_is_not_begun_on_a_connection_that_is_gone() {
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
            // The reset took the event with it.
            connection.deliver("id", b"whole");
            request = connection.request();
        }
        assert_eq!(connection.chunks(request).text(), "whole ");
        connection.acknowledge(202);
        connection.next();
    }
}

#[test]
fn a_container_error_in_the_midst_of_a_stream_ends_the_process_at_once() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    connection.next();
    connection.deliver("id", b"pieces=3200|open");
    connection.request();
    connection.acknowledge(500);
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(1), ""), "the handler does not come so far as to notice");
}

/// Starts a stream whose reader reads nothing until an alarm, `lead_ms` after the event, has made the log say a line, and returns it.
fn line_of_alarm(lead_ms: u64) -> String {
    // The deadline is far: one that had passed on receipt would count as absent.
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
fn slow_reader_beyond_the_deadline_is_logged() {
    // On a busy machine the alarm may ring before the handler is blocked.
    let was_early = |line: &String| line.contains("the handler is still running");
    let line = [300, 1000, 4000, 16_000].into_iter().map(line_of_alarm).find(|line| !was_early(line)).expect("the machine is too slow");
    assert!(
        line.starts_with("ruchy-lambda: RequestId: id the deadline passes in ") && line.contains("the response is still pending"),
        "{line}"
    );
}
