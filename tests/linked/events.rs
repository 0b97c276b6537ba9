//! Events that do not match what a handler takes, in the linked file: the error states what was
//! expected and where, and the next event is served. The library's tests and the fixtures cover
//! valid events.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::{Connection, RuntimeApi};
use serde_json::{Value, json};

/// Returns the failure that the function posts for `event`: its type and its message.
fn failure(connection: &mut Connection, event: &str) -> (String, String) {
    let post = connection.invoke("id", event.as_bytes());
    assert!(post.line.contains("/error"), "{event} was answered: {}", post.text());
    let body = post.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("errorType"), text("errorMessage"))
}

fn answer(connection: &mut Connection, event: &str) -> Value {
    let post = connection.invoke("id", event.as_bytes());
    assert!(post.line.contains("/response"), "{event} failed: {}", post.text());
    post.json()
}

const GOOD: &str = r#"{"a":{"b":"é\"😀"},"n":41,"more":[1.5,null]}"#;

#[test]
fn event_with_invalid_json_fails_with_its_position() {
    let deep = |opening: &str| opening.repeat(10_000);
    for handler in ["events_json", "events_pick"] {
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start(&MISBEHAVING, handler);
        for (event, expected) in [
            ("", "line 1, column 0: unexpected end after ``"),
            ("no JSON", "line 1, column 2, near `no`"),
            (r#"{"a":{"b":"x"},"n":1"#, "unexpected end after"),
            (r#"{"a":{"b":"\ud8"},"n":1}"#, r#"\ud8""#),
            (r#"{"a":{"b":1e400,"c":"\ud83d"},"n":1 x}"#, "line 1, column 37"),
            ("{\"a\":\n{\"b\": 'x'}}", "line 2, column 7"),
            (&deep("["), "expected fewer than 128 nested arrays and objects"),
        ] {
            let (error_type, message) = failure(&mut connection, event);
            assert_eq!(error_type, "Function.InvalidJson", "{handler}: {expected}");
            assert!(message.contains(expected), "{handler}: {message}");
        }
        assert!(answer(&mut connection, GOOD).to_string().contains('😀'), "the next event is served");
        let surrogate = answer(&mut connection, r#"{"a":{"b":"cut \ud83d"},"x":1e400,"n":1}"#);
        assert!(surrogate.to_string().contains("cut \u{fffd}"), "{handler}: {surrogate}");
    }
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_json");
    let (_, message) = failure(&mut connection, &deep(r#"{"a":"#));
    assert!(message.contains("expected fewer than 128 nested arrays and objects"), "{message}");
}

#[test]
fn event_of_another_shape_fails_with_the_expected_type() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_json");
    for (event, expected) in [
        ("{}", "/a/b: expected text, found nothing"),
        ("7", "/a/b: expected text, found nothing"),
        (r#"{"a":[]}"#, "/a/b: expected text, found nothing"),
        (r#"{"a":{"b":null}}"#, "/a/b: expected text, found null"),
        (r#"{"a":{"b":"x"},"n":"1"}"#, "/n: expected a 64-bit integer, found text"),
        (r#"{"a":{"b":"x"},"n":1e30}"#, "/n: expected a 64-bit integer, found a number"),
        (r#"{"a":{"b":"x"},"n":9223372036854775808}"#, "/n: expected a 64-bit integer, found a number"),
    ] {
        assert_eq!(failure(&mut connection, event), ("Function.InvalidEvent".to_owned(), expected.to_owned()));
    }
    for number in ["1e400", "123456789012345678901234567890"] {
        let (_, message) = failure(&mut connection, &format!(r#"{{"a":{{"b":"x"}},"n":{number}}}"#));
        assert_eq!(message, "/n: expected a 64-bit integer, found a number that does not fit into 64 bits");
    }
    assert_eq!(answer(&mut connection, GOOD), json!({"text": "é\"😀", "n": 42, "id": "id"}));
}

#[test]
fn typed_event_is_read_and_streamed() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_streamed");
    connection.next();
    connection.deliver("id-1", br#"{"words":[" a"," b"]}"#);
    let streamed = connection.streamed("id-1");
    assert_eq!(streamed.text(), "id-1 a b");
    connection.acknowledge(202);
    let (error_type, message) = failure(&mut connection, r#"{"words":[7]}"#);
    assert_eq!(error_type, "Function.InvalidEvent");
    assert!(message.contains("invalid type: integer `7`, expected a string at line 1 column"), "{message}");
}

fn http(method: &str, path: &str, body: &str) -> String {
    json!({"version": "2.0", "rawPath": path, "rawQueryString": "", "headers": {}, "requestContext": {"http": {"method": method}}, "body": body}).to_string()
}

#[test]
fn http_handler_answers_client_errors_and_reports_its_own() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_http");
    for (method, path, body, status, expected) in [
        ("POST", "/sum", r#"{"numbers":[1,2,39]}"#, 200, r#"{"sum":42}"#),
        ("POST", "/sum", r#"{"numbers":"#, 400, "unexpected end after"),
        ("POST", "/sum", r#"{"numbers":7}"#, 400, "/numbers: expected an array, found a number"),
        ("POST", "/sum", r#"{"numbers":[1.5]}"#, 422, "a number is not an integer"),
        ("GET", "/sum", "", 405, "Method Not Allowed"),
        ("GET", "/", "", 404, "Not Found"),
    ] {
        let answer = answer(&mut connection, &http(method, path, body));
        assert_eq!(answer["statusCode"], status, "{method} {path} {body}");
        assert!(answer["body"].as_str().unwrap().contains(expected), "{answer}");
    }
    assert_eq!(failure(&mut connection, &http("GET", "/fails", "")), ("Function.Broken".to_owned(), "it is".to_owned()));
    let (error_type, message) = failure(&mut connection, r#"{"key":"value"}"#);
    assert_eq!(error_type, "Function.InvalidEvent");
    assert!(message.starts_with("expected a request of API Gateway"), "{message}");
    assert_eq!(answer(&mut connection, &http("GET", "/receipt", ""))["body"], r#"{"id":7}"#);
    assert_eq!(answer(&mut connection, &http("GET", "/header", ""))["statusCode"], 201);
    let injected = http("GET", "/header", "").replace(r#""rawQueryString":"""#, r#""rawQueryString":"note=a%0D%0Ab""#);
    let message = "header x-note: expected a value without newlines and control characters";
    assert_eq!(failure(&mut connection, &injected), ("Function.InvalidResponse".to_owned(), message.to_owned()));
    assert_eq!(answer(&mut connection, r#"{"warmer":true}"#), json!(null), "a warm-up ping");
}

#[test]
fn pick_keeps_the_digits_of_large_numbers() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_pick");
    for number in ["1e400", "123456789012345678901234567890"] {
        let post = connection.invoke("id", format!(r#"{{"x":1e400,"a":{{"b":{number}}}}}"#).as_bytes());
        assert_eq!(post.text(), number);
    }
}

#[test]
fn on_other_event_handles_other_events() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "events_other");
    assert_eq!(answer(&mut connection, &http("GET", "/a", ""))["body"], "/a");
    assert_eq!(answer(&mut connection, r#"{"kind":"ping","warmer":true}"#), json!({"id": "id", "kind": "ping"}));
    assert_eq!(failure(&mut connection, "{}"), ("Function.InvalidEvent".to_owned(), "/kind: expected text, found nothing".to_owned()));
    assert_eq!(failure(&mut connection, "{").0, "Function.InvalidJson");
}
