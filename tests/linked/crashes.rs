//! Crashes of a handler: each is reported to Lambda with its type before the process ends.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::RuntimeApi;

#[test]
fn crash_is_reported_with_its_type() {
    for (event, error_type, message) in [
        ("segmentation fault", "Runtime.SegmentationFault", "segmentation fault at address 0x1234"),
        ("stack overflow", "Runtime.StackOverflow", "stack overflow at address 0x"),
        ("bus error", "Runtime.BusError", "bus error at address 0x"),
        ("illegal instruction", "Runtime.IllegalInstruction", "illegal instruction"),
        ("arithmetic error", "Runtime.ArithmeticError", "arithmetic error"),
        ("abort", "Runtime.Abort", "aborted"),
        ("abort of libc", "Runtime.Abort", "aborted"),
        ("out of memory", "Runtime.OutOfMemory", "out of memory"),
        ("panic", "Runtime.Panic", "as asked"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "crashes");
        assert_eq!(connection.invoke("fine", b"fine").text(), "fine");
        let post = connection.invoke("crash", event.as_bytes());
        assert_eq!(post.line, "POST /2018-06-01/runtime/invocation/crash/error HTTP/1.1", "{event}");
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type));
        let body = post.json();
        assert_eq!(body["errorType"], error_type);
        assert!(body["errorMessage"].as_str().unwrap().starts_with(message), "{body}");
        let place = body["stackTrace"][0].as_str();
        match event {
            "out of memory" => assert_eq!(place, None),
            "panic" => assert!(place.unwrap().contains("/crashes.rs:57:20"), "{body}"),
            // The address of an instruction, in the range of the linker script.
            _ => assert!(place.unwrap().starts_with("0x4"), "{body}"),
        }
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(2), "{event}");
        assert!(ended.error.contains(message) && ended.error.contains("RequestId: crash"), "{}", ended.error);
    }
}

#[test]
fn crash_is_reported_on_a_new_connection() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "crashes");
    connection.next();
    connection
        .send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 18\r\n\r\nsegmentation fault");
    drop(connection);
    let post = api.accept().answer("id");
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.SegmentationFault"));
    assert_eq!(function.end().status.code(), Some(2));
}

#[test]
fn crash_report_has_a_time_limit() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "crashes");
    connection.next();
    connection.deliver("id", b"abort");
    connection.request();
    assert_eq!(function.end().status.code(), Some(2));
    assert_eq!(connection.try_request(), None);
}

#[test]
fn crash_on_a_nearly_full_stack_is_reported() {
    for (event, error_type, message) in
        [("deep panic", "Runtime.Panic", "in too many calls"), ("deep exhaustion", "Runtime.OutOfMemory", "out of memory")]
    {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_after("ulimit -s 8192;", &MISBEHAVING, "crashes");
        let post = connection.invoke("id", event.as_bytes());
        assert_eq!(
            (post.header("Lambda-Runtime-Function-Error-Type"), post.json()["errorMessage"].as_str()),
            (Some(error_type), Some(message))
        );
        assert_eq!(function.end().status.code(), Some(2));
    }
}

#[test]
fn alternate_stack_has_a_guard_page() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "echo");
    connection.invoke("id", b"x");
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", function.id())).unwrap();
    let regions: Vec<_> = maps.lines().map(|line| line.split_once(' ').unwrap()).collect();
    // The guard follows memory of the runtime, which is below 4 GiB. The emulator also reserves the
    // gap between the segments.
    let guards = regions.windows(2).filter(|pair| {
        let ((before, before_permissions), (guard, permissions)) = (pair[0], pair[1]);
        let (start, _) = guard.split_once('-').unwrap();
        let follows = before_permissions.starts_with("rw-p") && before.ends_with(&format!("-{start}"));
        follows && permissions.starts_with("---p") && u64::from_str_radix(start, 16).unwrap() >> 32 == 0
    });
    assert_eq!(guards.count(), 1, "{maps}");
}
