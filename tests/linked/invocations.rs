//! Answers of functions, over one persistent connection.

use crate::support::bootstrap::{ALL, MISBEHAVING, build, root};
use crate::support::runtime_api::RuntimeApi;
use crate::support::text;
use serde_json::json;

/// Returns the response of `handler` to one `event`.
fn response(handler: &str, event: &[u8]) -> String {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, handler);
    let post = connection.invoke("id-1", event);
    assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1");
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), None);
    post.text().to_owned()
}

#[test]
fn shipped_functions_answer() {
    assert_eq!(response("minimal", b"{}"), r#"{"statusCode":200,"body":"ok"}"#);
    assert_eq!(response("fibonacci", b"{}"), r#"{"statusCode":200,"body":"fibonacci(35)=9227465"}"#);
    assert_eq!(response("echo", br#"{"a":[1,2]}"#), r#"{"a":[1,2]}"#);
}

#[test]
fn greeting_reads_its_event() {
    for (event, name) in [
        (r#"{"name":"Ada"}"#, "Ada"),
        (r#"{ "x": "name", "name" : "Grace \"Amazing\" Hopper \\" , "y": 1 }"#, r#"Grace "Amazing" Hopper \"#),
        (r#"{"name":""}"#, ""),
        (r#"{"name":"Zoë 🦀"}"#, "Zoë 🦀"),
    ] {
        let response: serde_json::Value = serde_json::from_str(&response("greeting", event.as_bytes())).unwrap();
        assert_eq!(response, json!({"statusCode": 200, "body": format!("Hello, {name}!")}), "{event}");
    }
}

#[test]
fn ruchy_structs_enums_closures_and_maps_work() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "language");
    assert_eq!(connection.invoke("id-1", b"one two two three").text(), "3 11");
}

#[test]
fn response_may_borrow_from_event_or_statics() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "trims");
    let large = format!("  {}\n", "é".repeat(1 << 20));
    for (event, response) in [("  one  ", "one"), ("", ""), (large.as_str(), large.trim())] {
        assert!(connection.invoke("id-1", event.as_bytes()).text() == response);
    }
    let (_function, mut connection) = api.start(&MISBEHAVING, "repeats");
    for event in ["a", "b"] {
        assert_eq!(connection.invoke("id-1", event.as_bytes()).text(), "the same");
    }
}

#[test]
fn function_may_call_libc_that_needs_the_thread_block() {
    let folder = root().join("tests/functions");
    for (name, response) in [("sets_errno", "-1 38"), ("names_errors", "No such file or directory")] {
        // Each in a separate file: code that one of them links could serve the other.
        let bootstrap = build(&[name], &[("RUCHY_LAMBDA_FUNCTIONS", folder.to_str().unwrap())]);
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start(&bootstrap, name);
        assert_eq!(connection.invoke("id", b"2").text(), response);
    }
}

#[test]
fn statics_persist_in_sections_of_any_name() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "names_statics");
    for counts in ["[0, 0, 0]", "[1, 1, 1]"] {
        assert_eq!(connection.invoke("id", b"").text(), counts);
    }
}

#[test]
fn handler_name_may_have_a_function_after_a_dot() {
    assert_eq!(response("minimal.lambda_handler", b"{}"), r#"{"statusCode":200,"body":"ok"}"#);
    assert_eq!(response("minimal.a.b", b"{}"), r#"{"statusCode":200,"body":"ok"}"#);
}

#[test]
fn connection_is_shared_by_1000_invocations() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    for number in 0..1000 {
        let event = format!("{{\"number\":{number}}}");
        let post = connection.invoke(&format!("id-{number}"), event.as_bytes());
        assert_eq!(post.text(), event);
    }
    connection.next();
}

#[test]
fn events_of_every_size_are_echoed_in_either_framing() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    // Lambda's largest event, and the largest that the emulator passes on.
    for (number, bytes) in [0, 1, 2048, 2049, 65_536, 6 << 20, 6_291_556].into_iter().enumerate() {
        let event: Vec<u8> = text(bytes);
        let id = format!("sized-{number}");
        assert!(connection.invoke(&id, &event).body == event, "{bytes} bytes with a length");
        for (chunks, chunk_bytes) in [("one chunk", bytes.max(1)), ("chunks of 4,096", 4096), ("chunks of 100,003", 100_003)] {
            connection.next();
            connection.deliver_chunked(&id, &event, chunk_bytes);
            assert!(connection.answer(&id).body == event, "{bytes} bytes in {chunks}");
        }
    }
}

#[test]
fn reply_is_accepted_byte_by_byte() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    for byte in b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nLAMBDA-runtime-aws-request-id: dribble\r\nContent-Length: 2\r\n\r\n{}" {
        connection.send(&[*byte]);
    }
    assert_eq!(connection.answer("dribble").text(), "{}");
    connection.next();
}

#[test]
fn printed_text_is_written_to_its_stream() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "prints");
    assert_eq!(connection.invoke("id-1", b"one\ntwo").text(), "7");
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!(ended.output, "id-1 got one\ntwo\n");
    assert_eq!(ended.error, "to stderr\n");
    assert_eq!(ended.status.code(), Some(0), "SIGTERM while waiting is a clean end");
}
