//! Processes with scarce resources: no descriptor, little memory.

use crate::faults::play::{ID, Play, play_all};
use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use crate::support::text;
use nix::libc;
use serde_json::json;
use std::process::Command;

#[test]
fn start_without_descriptors_fails() {
    play_all("no descriptor", &[("no room for the socket", "ulimit -n 3;")], |preparation| {
        let api = RuntimeApi::listen();
        let address = api.address();
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{preparation} exec \"$0\"")).arg(&*MISBEHAVING);
        let ended = Function::run(command.env("AWS_LAMBDA_RUNTIME_API", &address).env("_HANDLER", "fails")).end();
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(ended.error, format!("ruchy-lambda: invocation/next: {address}: failed, errno {}\n", libc::EMFILE));
        assert!(!api.is_called());
    });
}

/// The limit of memory for the shell: enough for the file and a little more.
const LITTLE_MEMORY: &str = "ulimit -v 40000;";

/// Replies with an event of 20 MB, or with one that is too large.
const LARGE_EVENTS: &[(&str, &str)] =
    &[("by its length", "Content-Length: 20000000\r\n\r\n"), ("by the size of its chunk", "Transfer-Encoding: chunked\r\n\r\n1312d00\r\n")];

#[test]
fn oversized_event_is_reported_with_little_memory() {
    play_all("large events", LARGE_EVENTS, |framing| {
        let api = RuntimeApi::listen();
        let (function, connection) = api.start_after(LITTLE_MEMORY, &MISBEHAVING, "fault_sized");
        let mut play = Play::after_one(api, function, connection);
        play.connection.send(format!("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {ID}\r\n{framing}").as_bytes());
        play.connection.try_send(&text(20_000_000));
        play.reconnected();
        let post = play.connection.answer(ID);
        assert_eq!(post.line, format!("POST /2018-06-01/runtime/invocation/{ID}/error HTTP/1.1"));
        assert_eq!(post.json(), json!({"errorMessage": "the event exceeds 6 MiB", "errorType": "Runtime.EventTooLarge", "stackTrace": []}));
        play.connection.next();
        assert_eq!(play.continues().lines().count(), 1);
    });
}

/// The number of bytes that a handler requests, and whether it gets them.
const ALLOCATIONS: &[(&str, (usize, bool))] =
    &[("6 MB", (6_000_000, true)), ("60 MB", (60_000_000, false)), ("2^40", (1 << 40, false)), ("2^63 - 1", (usize::MAX >> 1, false))];

#[test]
fn handler_that_needs_more_memory_than_exists() {
    play_all("allocations", ALLOCATIONS, |&(bytes, is_there)| {
        let api = RuntimeApi::listen();
        let (function, connection) = api.start_after(LITTLE_MEMORY, &MISBEHAVING, "exhausts");
        let mut play = Play::after_one(api, function, connection);
        play.connection.deliver(ID, bytes.to_string().as_bytes());
        if is_there {
            assert_eq!(play.take_post().text(), bytes.to_string());
            play.connection.acknowledge(202);
            play.connection.next();
            return play.continues_silently();
        }
        let post = play.connection.answer(ID);
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.OutOfMemory"));
        assert_eq!(post.json(), json!({"errorMessage": "out of memory", "errorType": "Runtime.OutOfMemory", "stackTrace": []}));
        assert_eq!(play.ends(2).error.lines().count(), 1);
    });
}
