//! SnapStart: hooks around a snapshot, and the requests in between.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi};

const SNAP_START: (&str, &str) = ("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");

/// Starts `hooks` for a snapshot, up to its request for one.
fn start(api: &RuntimeApi, variables: &[(&str, &str)]) -> (Function, Connection) {
    api.start_with(&[&[SNAP_START], variables].concat(), &MISBEHAVING, "hooks")
}

fn restore_next(connection: &mut Connection) {
    assert_eq!(connection.request().line, "GET /2018-06-01/runtime/restore/next HTTP/1.1");
}

#[test]
fn snap_start_runs_hooks_and_reconnects() {
    let api = RuntimeApi::listen();
    let (function, mut before) = start(&api, &[]);
    restore_next(&mut before);
    before.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let mut after = api.accept();
    assert_eq!(before.try_request(), None, "the connection from before the snapshot is closed");
    assert_eq!(after.invoke("id", b"x").text(), "x");
    after.next();
    function.terminate();
    let ended = function.end();
    assert_eq!(
        (ended.status.code(), ended.output.as_str(), ended.error.as_str()),
        (Some(0), "before_snapshot\nafter_restore\non_terminate\n", "")
    );
}

#[test]
fn snap_start_replaces_the_lost_connection() {
    let api = RuntimeApi::listen();
    let (_function, mut before) = start(&api, &[]);
    restore_next(&mut before);
    drop(before);
    let mut again = api.accept();
    restore_next(&mut again);
    again.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(api.accept().invoke("id", b"x").text(), "x");
}

#[test]
fn snap_start_serves_if_no_snapshot_is_taken() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, &[]);
    restore_next(&mut connection);
    connection.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let mut connection = api.accept();
    assert_eq!(connection.invoke("id", b"x").text(), "x");
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!(ended.output, "before_snapshot\non_terminate\n", "nothing was restored");
    assert!(ended.error.contains("restore/next refused with status 404"), "{}", ended.error);
}

#[test]
fn snap_start_reports_a_failing_hook() {
    for (hook, restored, path, outcome, error_type) in [
        ("before_snapshot", false, "init/error", "no cache", "Runtime.BeforeSnapshotError"),
        ("before_snapshot", false, "init/error", "panic", "Runtime.Panic"),
        ("after_restore", true, "restore/error", "no clock", "Runtime.AfterRestoreError"),
        ("after_restore", true, "restore/error", "panic", "Runtime.Panic"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = start(&api, &[(hook, outcome)]);
        if restored {
            restore_next(&mut connection);
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection = api.accept();
        }
        let post = connection.request();
        assert_eq!(post.line, format!("POST /2018-06-01/runtime/{path} HTTP/1.1"));
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type));
        let message = if outcome == "panic" { format!("{hook} panics") } else { outcome.to_owned() };
        assert_eq!((post.json()["errorMessage"].as_str(), post.json()["errorType"].as_str()), (Some(message.as_str()), Some(error_type)));
        connection.acknowledge(202);
        assert_eq!(function.end().status.code(), Some(if outcome == "panic" { 2 } else { 1 }));
    }
}

#[test]
fn snap_start_hooks_do_not_run_on_demand() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")], &MISBEHAVING, "hooks");
    connection.invoke("id", b"x");
    connection.next();
    function.terminate();
    assert_eq!(function.end().output, "on_terminate\n");
}

#[test]
fn snap_start_ends_after_a_container_error() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = start(&api, &[]);
    restore_next(&mut connection);
    connection.send(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(connection.try_request(), None);
    assert_eq!(function.end().status.code(), Some(1));
}
