//! Handlers that fail, events that cannot be handled, and an API that refuses or hangs up: the
//! request that is posted, and whether the next event is served.

use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::{Request, RuntimeApi};
use serde_json::json;

fn assert_error(post: &Request, request_id: &str, error_type: &str, message: &str) {
    assert_eq!(post.line, format!("POST /2018-06-01/runtime/invocation/{request_id}/error HTTP/1.1"));
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type));
    assert_eq!(post.json(), json!({"errorMessage": message, "errorType": error_type, "stackTrace": []}));
}

#[test]
fn err_is_posted_and_the_next_event_served() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "fails");
    for message in ["no such order", "with \"quotes\"\n\tand \\ and \u{1} and é", ""] {
        assert_error(&connection.invoke("id", message.as_bytes()), "id", "Function.Error", message);
    }
    connection.next();
}

#[test]
fn err_beyond_the_limit_is_cut_and_marked() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "fails");
    let post = connection.invoke("id", "ü".repeat(100_000).as_bytes());
    let message = post.json()["errorMessage"].as_str().unwrap().to_owned();
    assert!(message.ends_with("ü… (cut)"), "{message}");
    assert!(message.len() > 10_000 && post.body.len() <= 16 << 10);
}

#[test]
fn panic_is_posted_with_text_and_place() {
    for (handler, event, message, place) in [
        ("panics", "it", "cannot do it", "tests/functions/panics.rs:5:5"),
        ("panics", "", "nothing to do", "tests/functions/panics.rs:4:5"),
        // Recursion is inlined into a twin that does not panic: the place is in the function's own
        // body.
        ("recurses", "", "attempt to divide by zero", "tests/functions/recurses.rs:5:16"),
        ("recurses", "1", "attempt to divide by zero", "tests/functions/recurses.rs:5:16"),
        // A panic of a Ruchy function names its source, not the generated Rust.
        ("panics_ruchy", "four", "index 4 is out of bounds for a list of 3 elements", "tests/functions/panics_ruchy.ruchy:6:"),
        ("overflows", "factorial 13", "attempt to multiply with overflow", "tests/functions/overflows.rs:4:"),
        ("overflows", "cents 21474837", "attempt to multiply with overflow", "tests/functions/overflows.rs:10:"),
        ("overflows", "cents 21474836", "attempt to add with overflow", "tests/functions/overflows.rs:10:"),
        ("overflows", "negate -2147483648", "attempt to negate with overflow", "tests/functions/overflows.rs:21:"),
        ("places_ruchy", "an index", "index 8 is out of bounds for a list of 3 elements", "tests/functions/places_ruchy.ruchy:31:"),
        ("places_ruchy", "a first", "called `Option::unwrap()` on a `None` value", "tests/functions/places_ruchy.ruchy:20:"),
        ("places_ruchy", "division", "attempt to divide by zero", "tests/functions/places_ruchy.ruchy:36:"),
        ("places_ruchy", "recursion", "attempt to divide by zero", "tests/functions/places_ruchy.ruchy:6:"),
        ("places_ruchy", "recursion, deeper", "attempt to divide by zero", "tests/functions/places_ruchy.ruchy:6:"),
        ("places_ruchy", "expected", "a number: ParseIntError { kind: InvalidDigit }", "tests/functions/places_ruchy.ruchy:42:"),
        ("places_ruchy", "", "no such case: ", "tests/functions/places_ruchy.ruchy:47:"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, handler);
        let post = connection.invoke("id", event.as_bytes());
        assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/id/error HTTP/1.1");
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.Panic"));
        let body = post.json();
        assert_eq!((body["errorMessage"].as_str(), body["errorType"].as_str()), (Some(message), Some("Runtime.Panic")));
        let trace = body["stackTrace"].as_array().unwrap();
        assert!(trace.len() == 1 && trace[0].as_str().unwrap().contains(place), "{trace:?}");
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(2));
        assert!(ended.error.contains(message) && ended.error.contains(place), "the log has it too: {}", ended.error);
    }
}

#[test]
fn out_of_memory_is_posted() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "exhausts");
    assert_eq!(connection.invoke("fits", b"100000").text(), "100000");
    let post = connection.invoke("does-not", b"70000000000000");
    assert_error(&post, "does-not", "Runtime.OutOfMemory", "out of memory");
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn event_with_invalid_utf8_fails_alone() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    for event in [&b"{\"a\":\"\xff\"}"[..], b"\xc0\x80", b"\xed\xa0\x80", b"ends in \xe2\x82"] {
        assert_error(&connection.invoke("bad", event), "bad", "Runtime.InvalidEvent", "the event is not UTF-8");
        assert_eq!(connection.invoke("good", "€".as_bytes()).text(), "€");
    }
}

/// Text is checked in lines of 64 bytes, with SIMD instructions specific to the processor.
#[test]
fn event_check_finds_an_invalid_byte_at_any_offset() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    for place in 0..150 {
        let mut event = [b'a'; 200];
        event[place] = 0xff;
        assert_error(&connection.invoke("bad", &event), "bad", "Runtime.InvalidEvent", "the event is not UTF-8");
        event[place..place + 2].copy_from_slice("é".as_bytes());
        assert_eq!(connection.invoke("good", &event).body, event);
    }
}

#[test]
fn event_beyond_the_limit_fails_alone() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    // Its length alone refuses it: no byte of it is read.
    connection.send(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: big\r\nContent-Length: 20000000\r\n\r\n");
    assert_eq!(connection.try_request(), None, "the remainder of the reply is not used");
    let mut connection = api.accept();
    assert_error(&connection.answer("big"), "big", "Runtime.EventTooLarge", "the event exceeds 6 MiB");
    assert_eq!(connection.invoke("small", b"{}").text(), "{}");
}

#[test]
fn refused_response_does_not_end_the_process() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    for status in [400, 403, 404, 410, 413] {
        connection.next();
        connection.deliver("refused", b"{}");
        assert!(connection.request().line.ends_with("/refused/response HTTP/1.1"));
        connection.acknowledge(status);
        // In particular no POST to /error: Lambda has already reported the refusal.
        assert_eq!(connection.invoke("next", b"[]").text(), "[]", "after {status}");
    }
    connection.next();
    connection.deliver("fatal", b"{}");
    connection.request();
    connection.acknowledge(500);
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(1), "Lambda reports that it cannot continue");
    assert_eq!(ended.error.lines().count(), 6, "each refusal is logged: {}", ended.error);
}

#[test]
fn connection_closed_while_waiting_is_replaced() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    for round in 0..10 {
        connection.next();
        drop(connection);
        connection = api.accept();
        assert_eq!(connection.invoke(&format!("id-{round}"), b"{}").text(), "{}");
    }
}

#[test]
fn connection_close_in_a_reply_is_respected() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nLambda-Runtime-Aws-Request-Id: last\r\nContent-Length: 2\r\n\r\n{}");
    assert_eq!(connection.try_request(), None);
    let mut connection = api.accept();
    assert_eq!(connection.answer("last").text(), "{}");
    connection.next();
}

#[test]
fn response_without_acknowledgement_is_retried() {
    for status in [202, 400, 403] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&ALL, "echo");
        connection.next();
        connection.deliver("id", b"{}");
        let first = connection.request();
        drop(connection);
        let mut connection = api.accept();
        assert_eq!(connection.request(), first);
        connection.acknowledge(status);
        connection.next();
        function.terminate();
        assert_eq!(function.end().error, "", "a refused retry means that the first POST arrived");
    }
}

#[test]
fn malformed_replies_end_the_process_with_a_reason() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    for attempt in 1..=11 {
        connection.next();
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        assert_eq!(connection.try_request(), None);
        if attempt < 11 {
            connection = api.accept();
        }
    }
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.error, format!("ruchy-lambda: invocation/next: {}: bad framing\n", api.address()));
}

#[test]
fn missing_request_id_ends_the_process_with_a_reason() {
    for header in ["", "Lambda-Runtime-Aws-Request-Id: \r\n", "Lambda-Runtime-Aws-Request-Id: a/../b\r\n"] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&ALL, "echo");
        connection.next();
        connection.send(format!("HTTP/1.1 200 OK\r\n{header}Content-Length: 2\r\n\r\n{{}}").as_bytes());
        assert_eq!(connection.try_request(), None);
        let ended = function.end();
        assert_eq!((ended.status.code(), ended.error.lines().count()), (Some(1), 1), "{header:?}: {}", ended.error);
        assert!(ended.error.contains("invocation/next: no valid Lambda-Runtime-Aws-Request-Id"));
    }
}

#[test]
fn surplus_bytes_after_a_reply_are_not_a_reply() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    connection.send(
        b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: real\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
    );
    let mut connection = api.accept();
    assert_eq!(connection.answer("real").text(), "{}");
    connection.next();
}

#[test]
fn connection_never_reuses_closed_standard_streams() {
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start_after(&format!("exec {closed};"), &MISBEHAVING, "prints");
        for _ in 0..3 {
            assert_eq!(connection.invoke("id", b"to the log").text(), "10", "{closed}");
        }
        connection.next();
    }
}

#[test]
fn unread_log_does_not_end_the_process() {
    let api = RuntimeApi::listen();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let address = api.address();
    let environment = [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "fails")];
    let mut command = std::process::Command::new(&*MISBEHAVING);
    let mut child = command.envs(environment).stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
    let mut connection = api.accept();
    for _ in 0..3 {
        assert_error(&connection.invoke("id", b"unread"), "id", "Function.Error", "unread");
    }
    connection.next();
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn init_error_arrives_if_the_log_is_not_read() {
    let api = RuntimeApi::listen();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let address = api.address();
    let environment = [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "nonsense")];
    let mut child = std::process::Command::new(&*ALL).envs(environment).stderr(writer).spawn().unwrap();
    let mut connection = api.accept();
    assert_eq!(connection.request().line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
    connection.acknowledge(202);
    assert!(!child.wait().unwrap().success());
}

#[test]
fn process_answers_with_few_descriptors() {
    // Three standard streams, the socket, and then none, one or two more.
    for limit in 4..7 {
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start_after(&format!("ulimit -n {limit};"), &MISBEHAVING, "prints");
        for _ in 0..3 {
            assert_eq!(connection.invoke("id", b"{}").text(), "2", "{limit} descriptors");
        }
        connection.next();
    }
}

#[test]
fn acknowledgement_may_have_any_length() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    let padding = "p".repeat(1 << 20);
    for (head, body, kept) in [
        (format!("Padding: {padding}\r\nContent-Length: 2"), "{}".to_owned(), true),
        ("Content-Length: 100000".to_owned(), "x".repeat(100_000), false),
        ("Connection: close".to_owned(), "x".repeat(4097), false),
        ("Transfer-Encoding: chunked".to_owned(), "2\r\n{}\r\n0\r\n\r\n".to_owned(), true),
    ] {
        connection.next();
        connection.deliver("id", b"[1]");
        assert_eq!(connection.request().text(), "[1]");
        connection.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(20).as_bytes());
        connection.try_send(format!("HTTP/1.1 202 Accepted\r\n{head}\r\n\r\n{body}").as_bytes());
        if !kept {
            connection = api.accept();
        }
    }
    connection.next();
    function.terminate();
    assert_eq!(function.end().error, "");
}

#[test]
fn partly_sent_response_is_retried() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    let event = crate::support::text(6 << 20);
    connection.deliver("id", &event);
    connection.hang_up_after(1000);
    let mut connection = api.accept();
    assert!(connection.request().body == event, "retried completely");
    connection.acknowledge(400);
    connection.next();
    function.terminate();
    let error = function.end().error;
    assert!(error.contains("/response refused with status 400"), "a POST that did not arrive can be refused: {error:?}");
}

#[test]
fn sigterm_within_a_reply_ends_with_status_0() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    // After one invocation the signal handler is installed.
    connection.invoke("id", b"{}");
    connection.next();
    connection.send(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\n");
    function.terminate();
    assert_eq!(connection.try_request(), None);
    assert_eq!(function.end().status.code(), Some(0));
}
