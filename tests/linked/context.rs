//! The context of an invocation that a handler sees besides the event, and the error types that
//! handlers choose.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::{Connection, RuntimeApi};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const VARIABLES: [(&str, &str); 6] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "orders"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/orders"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/22/[$LATEST]0"),
    ("GREETING", "hello"),
];

/// Returns the function's answer to `what` for an invocation with these header lines.
fn ask(connection: &mut Connection, headers: &str, what: &str) -> String {
    connection.next();
    connection.deliver_with("id-7", headers, what.as_bytes());
    connection.answer("id-7").text().to_owned()
}

#[test]
fn context_reads_headers_in_any_case() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start_with(&VARIABLES, &MISBEHAVING, "context");
    for (name, what) in [
        ("Lambda-Runtime-Invoked-Function-Arn", "function arn"),
        ("Lambda-Runtime-Trace-Id", "trace id"),
        ("Lambda-Runtime-Client-Context", "client context"),
        ("Lambda-Runtime-Cognito-Identity", "cognito identity"),
        ("Lambda-Runtime-Aws-Tenant-Id", "tenant id"),
    ] {
        for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
            assert_eq!(ask(&mut connection, &format!("{name}:  {{\"a\": \"é\"}} \r\n"), what), "<{\"a\": \"é\"}>", "{name}");
        }
        assert_eq!(ask(&mut connection, "", what), "none", "{name} is missing");
        assert_eq!(ask(&mut connection, &format!("{name}:\r\n"), what), "none", "{name} is empty");
    }
    assert_eq!(ask(&mut connection, "", "request id"), "<id-7>");
    assert_eq!(ask(&mut connection, "", "content type"), "<application/json>");
    assert_eq!(ask(&mut connection, "content-type: text/csv\r\n", "content type"), "<text/csv>");
}

#[test]
fn context_reads_the_environment() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start_with(&VARIABLES, &MISBEHAVING, "context");
    for (what, value) in [
        ("function name", "<orders>"),
        ("function version", "<$LATEST>"),
        ("memory", "Some(128)"),
        ("log group", "</aws/lambda/orders>"),
        ("log stream", "<2026/11/22/[$LATEST]0>"),
        ("GREETING", "hello"),
        ("ABSENT", "environment variable not found"),
    ] {
        assert_eq!(ask(&mut connection, "", what), value, "{what}");
    }
    // SnapStart does not set the log stream.
    let (_function, mut connection) = api.start(&MISBEHAVING, "context");
    assert_eq!(ask(&mut connection, "", "log stream"), "none");
}

#[test]
fn context_has_deadline_and_remaining_time() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "context");
    let in_an_hour = (SystemTime::now() + Duration::from_secs(3600)).duration_since(UNIX_EPOCH).unwrap().as_millis();
    let header = format!("Lambda-Runtime-Deadline-Ms: {in_an_hour}\r\n");
    assert_eq!(ask(&mut connection, &header, "deadline"), format!("Some({in_an_hour})"));
    assert_eq!(ask(&mut connection, &header, "remaining"), "true");
    for none in ["", "Lambda-Runtime-Deadline-Ms: \r\n", "Lambda-Runtime-Deadline-Ms: soon\r\n"] {
        assert_eq!(ask(&mut connection, none, "deadline"), "None", "{none:?}");
        assert_eq!(ask(&mut connection, none, "remaining"), "unlimited");
    }
}

#[test]
fn trace_id_variable_follows_the_invocation() {
    let api = RuntimeApi::listen();
    // A value set outside the process does not come from Lambda.
    let (_function, mut connection) = api.start_with(&[("_X_AMZN_TRACE_ID", "stale")], &MISBEHAVING, "context");
    let unset = "environment variable not found";
    for (headers, value) in
        [("", unset), ("Lambda-Runtime-Trace-Id: Root=1\r\n", "Root=1"), ("lambda-runtime-trace-id: Root=2\r\n", "Root=2"), ("", unset)]
    {
        assert_eq!(ask(&mut connection, headers, "_X_AMZN_TRACE_ID"), value, "{headers:?}");
    }
}

#[test]
fn ruchy_handler_reads_context_and_names_its_error() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "context_ruchy");
    assert_eq!(ask(&mut connection, "Lambda-Runtime-Trace-Id: Root=1\r\n", "now"), "id-7 Root=1 now");
    connection.next();
    connection.deliver_with("id-8", "", b"now");
    let post = connection.answer("id-8");
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Function.NotTraced"));
    assert_eq!(post.json()["errorMessage"], "id-8 has no trace id");
}

#[test]
fn error_type_is_sent_only_in_lambdas_form() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "fails");
    for (text, error_type, message) in [
        ("Function.NotFound: no such order", "Function.NotFound", "no such order"),
        ("Runtime.Busy: later", "Runtime.Busy", "later"),
        ("Function.not: x", "Function.Error", "Function.not: x"),
        ("Function.Bad\r\nInjected: yes: x", "Function.Error", "Function.Bad\r\nInjected: yes: x"),
    ] {
        let post = connection.invoke("id", text.as_bytes());
        assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/id/error HTTP/1.1");
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type), "{text:?}");
        assert_eq!(post.header("Injected"), None);
        assert_eq!(post.json(), serde_json::json!({"errorMessage": message, "errorType": error_type, "stackTrace": []}));
    }
}

#[test]
fn xray_cause_stays_within_its_limit() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "fails");
    for message in ["plain", "two\nlines \"quoted\" \u{7f} é", &"long ".repeat(20_000)] {
        let post = connection.invoke("id", message.as_bytes());
        let cause = post.header("Lambda-Runtime-Function-XRay-Error-Cause").unwrap();
        assert!(cause.len() <= 1 << 20);
        let cause: serde_json::Value = serde_json::from_str(cause).unwrap();
        assert_eq!(cause["exceptions"][0]["type"], "Function.Error");
        let cause_message = cause["exceptions"][0]["message"].as_str().unwrap();
        assert!(message == cause_message || message.starts_with(cause_message.strip_suffix("… (cut)").unwrap()), "{cause_message}");
    }
}

#[test]
fn invocation_id_is_echoed_on_responses_and_errors() {
    let api = RuntimeApi::listen();
    for handler in ["echo", "fails"] {
        let (_function, mut connection) = api.start(&MISBEHAVING, handler);
        for (headers, echoed) in [
            ("Lambda-Runtime-Invocation-Id: 9fa3f49e-433c\r\n", Some("9fa3f49e-433c")),
            ("lambda-runtime-invocation-id: odd \"(but)\" legal\r\n", Some("odd \"(but)\" legal")),
            ("", None),
        ] {
            connection.next();
            connection.deliver_with("id", headers, b"x");
            assert_eq!(connection.answer("id").header("Lambda-Runtime-Invocation-Id"), echoed, "{handler} {headers}");
        }
    }
}
