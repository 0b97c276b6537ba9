//! From exec to the first request: successful starts and failures.

use crate::faults::wire::SilentPort;
use crate::support::bootstrap::ALL;
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;

/// Starts without a Runtime API, and returns the single line that it must leave on stderr.
fn refusal(environment: &[(&str, &str)]) -> String {
    let ended = Function::start(&ALL, environment.iter().copied()).end();
    assert_eq!(ended.status.code(), Some(1), "{environment:?}: {ended:?}");
    assert_eq!((ended.output.as_str(), ended.error.lines().count()), ("", 1), "{environment:?}: {ended:?}");
    ended.error
}

#[test]
fn start_fails_on_an_invalid_address() {
    for value in [None, Some(""), Some("nonsense"), Some("127.0.0.1"), Some("runtime.internal:9001"), Some("127.0.0.1:99999")] {
        let mut environment = vec![("_HANDLER", "minimal")];
        environment.extend(value.map(|value| ("AWS_LAMBDA_RUNTIME_API", value)));
        let line = refusal(&environment);
        let expected =
            format!("ruchy-lambda: AWS_LAMBDA_RUNTIME_API={}: expected HOST:PORT (IPv4, [IPv6] or localhost)", value.unwrap_or_default());
        assert!(line.starts_with(&expected), "{line}");
    }
    let port = SilentPort::bind();
    let address = port.address();
    let line = refusal(&[("_HANDLER", "minimal"), ("AWS_LAMBDA_RUNTIME_API", &address)]);
    assert_eq!(line, format!("ruchy-lambda: invocation/next: {address}: connection refused, errno 111\n"));
}

#[test]
fn start_waits_for_an_api_that_does_not_listen_yet() {
    let port = SilentPort::bind();
    let address = port.address();
    let environment = [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "minimal")];
    let function = Function::start(&ALL, environment);
    // A process that has slept was refused.
    while function.status("voluntary_ctxt_switches") == "0" {
        std::thread::yield_now();
    }
    let api = port.listen();
    assert_eq!(api.accept().invoke("id", b"{}").text(), r#"{"statusCode":200,"body":"ok"}"#);
}

#[test]
fn start_reports_an_unknown_handler_with_the_known_ones() {
    for handler in ["nonsense", "", "minimal2", "Minimal", "lambda_handler.minimal", ".minimal"] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&ALL, handler);
        let request = connection.request();
        assert_eq!(request.line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
        assert_eq!(request.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.HandlerNotFound"));
        let body = request.json();
        let message = format!("_HANDLER={handler}; set it to: echo fibonacci greeting minimal");
        assert_eq!((body["errorMessage"].as_str(), body["errorType"].as_str()), (Some(message.as_str()), Some("Runtime.HandlerNotFound")));
        connection.acknowledge(202);
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(1));
        assert!(ended.error.contains(&message), "{}", ended.error);
    }
}

#[test]
fn start_accepts_every_form_of_address() {
    for (before, after) in [("", ""), ("http://", ""), ("", "/"), ("HTTP://", "/a/b/")] {
        let api = RuntimeApi::listen();
        let address = format!("{before}{}{after}", api.address());
        let _function = Function::start(&ALL, [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "minimal")]);
        let path = after.trim_end_matches('/');
        assert_eq!(api.accept().request().line, format!("GET {path}/2018-06-01/runtime/invocation/next HTTP/1.1"));
    }
    // IPv6, if this machine has it.
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        let api = RuntimeApi::listen_at("[::1]:0");
        let address = format!("http://{}/a", api.address());
        let _function = Function::start(&ALL, [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "minimal")]);
        assert_eq!(api.accept().request().line, "GET /a/2018-06-01/runtime/invocation/next HTTP/1.1");
    }
    let api = RuntimeApi::listen();
    let named = api.address().replace("127.0.0.1", "localhost");
    let _function = Function::start(&ALL, [("AWS_LAMBDA_RUNTIME_API", named.as_str()), ("_HANDLER", "minimal")]);
    let request = api.accept().try_request().unwrap();
    assert_eq!((request.is_next(), request.header("Host")), (true, Some(named.as_str())));
}
