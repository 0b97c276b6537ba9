//! A process that gets no more descriptors or memory, and streams that take nothing.

use super::play::{EVENT, ID, Play, play_all};
use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use crate::support::text;
use nix::libc;
use serde_json::json;
use std::fs::File;
use std::io::{ErrorKind, PipeReader, Write, pipe};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

/// So many descriptors, of which three are the standard streams.
const DESCRIPTORS: &[(&str, usize)] =
    &[("room for the socket", 4), ("room for one more", 5), ("room for two more", 6), ("room for three more", 7)];

#[test]
fn few_descriptors() {
    play_all("descriptors", DESCRIPTORS, |limit| {
        let api = RuntimeApi::listen();
        let (function, connection) = api.start_after(&format!("ulimit -n {limit};"), &MISBEHAVING, "fault_sized");
        let mut play = Play::after_one(api, function, connection);
        // And where the socket is replaced.
        for _ in 0..3 {
            play.connection.send(b"rubbish\r\n");
            play.reconnected();
            play.connection.next();
            assert_eq!(play.deliver().text(), EVENT);
            play.connection.acknowledge(202);
            play.connection.next();
        }
        play.goes_on_silently();
    });
}

#[test]
fn no_descriptor() {
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

/// How much memory there may be, as a shell has it: room for the file and for a little more.
const LITTLE_MEMORY: &str = "ulimit -v 40000;";

/// Replies with an event of 20 MB, or too much of one.
const LARGE_EVENTS: &[(&str, &str)] =
    &[("by its length", "Content-Length: 20000000\r\n\r\n"), ("by the size of its chunk", "Transfer-Encoding: chunked\r\n\r\n1312d00\r\n")];

#[test]
fn an_event_that_is_too_large_where_there_is_little_memory() {
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
        assert_eq!(play.goes_on().lines().count(), 1);
    });
}

/// How many bytes a handler asks for, and whether it gets them.
const ALLOCATIONS: &[(&str, (usize, bool))] =
    &[("6 MB", (6_000_000, true)), ("60 MB", (60_000_000, false)), ("2^40", (1 << 40, false)), ("2^63 - 1", (usize::MAX >> 1, false))];

#[test]
fn a_handler_that_wants_more_memory_than_there_is() {
    play_all("allocations", ALLOCATIONS, |&(bytes, is_there)| {
        let api = RuntimeApi::listen();
        let (function, connection) = api.start_after(LITTLE_MEMORY, &MISBEHAVING, "exhausts");
        let mut play = Play::after_one(api, function, connection);
        play.connection.deliver(ID, bytes.to_string().as_bytes());
        if is_there {
            assert_eq!(play.take_post().text(), bytes.to_string());
            play.connection.acknowledge(202);
            play.connection.next();
            return play.goes_on_silently();
        }
        let post = play.connection.answer(ID);
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.OutOfMemory"));
        assert_eq!(post.json(), json!({"errorMessage": "out of memory", "errorType": "Runtime.OutOfMemory", "stackTrace": []}));
        assert_eq!(play.ends(2).error.lines().count(), 1);
    });
}

/// A standard stream, and what must stay open beside it.
type Stream = fn() -> (Stdio, Option<PipeReader>);

fn piped() -> (Stdio, Option<PipeReader>) {
    (Stdio::piped(), None)
}

/// A pipe that nobody reads any more.
fn broken() -> (Stdio, Option<PipeReader>) {
    (pipe().unwrap().1.into(), None)
}

/// A pipe that is full, and does not wait.
fn full() -> (Stdio, Option<PipeReader>) {
    let (reader, mut writer) = pipe().unwrap();
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    // As much as there is room for, which ends within a write.
    let error = writer.write_all(&vec![b'f'; 16 << 20]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    (writer.into(), Some(reader))
}

/// A pipe with little room, which does not wait: it takes a part of what is written.
fn narrow() -> (Stdio, Option<PipeReader>) {
    let (reader, writer) = pipe().unwrap();
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    (writer.into(), Some(reader))
}

/// A file on a disk without room.
fn disk() -> (Stdio, Option<PipeReader>) {
    (File::create("/dev/full").unwrap().into(), None)
}

const STREAMS: &[(&str, (&str, Stream, Stream))] = &[
    ("stdin closed", ("exec <&-;", piped, piped)),
    ("stdout closed", ("exec >&-;", piped, piped)),
    ("stderr closed", ("exec 2>&-;", piped, piped)),
    ("all closed", ("exec <&- >&- 2>&-;", piped, piped)),
    ("stdout a broken pipe", ("", broken, piped)),
    ("stderr a broken pipe", ("", piped, broken)),
    ("both broken pipes", ("", broken, broken)),
    ("stdout a full pipe", ("", full, piped)),
    ("stderr a full pipe", ("", piped, full)),
    ("both full pipes", ("", full, full)),
    ("stdout a pipe with little room", ("", narrow, piped)),
    ("stderr a pipe with little room", ("", piped, narrow)),
    ("stdout a full disk", ("", disk, piped)),
    ("both a full disk", ("", disk, disk)),
];

fn start_with(api: &RuntimeApi, handler: &str, preparation: &str, output: Stdio, error: Stdio) -> Function {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{preparation} exec \"$0\"")).arg(&*MISBEHAVING);
    command.env("AWS_LAMBDA_RUNTIME_API", api.address()).env("_HANDLER", handler);
    Function::run_with_streams(command.stdout(output).stderr(error))
}

#[test]
fn streams_that_take_nothing() {
    play_all("streams", STREAMS, |(preparation, output, error)| {
        let api = RuntimeApi::listen();
        let ((output, _unread), (error, _unread_either)) = (output(), error());
        let function = start_with(&api, "fault_logs", preparation, output, error);
        let connection = api.accept();
        let mut play = Play::after_one(api, function, connection);
        for _ in 0..3 {
            assert_eq!(play.deliver().text(), EVENT);
            play.connection.acknowledge(202);
            play.connection.next();
        }
        play.goes_on();
    });
}

#[test]
fn complaints_that_nobody_takes() {
    play_all("complaints", STREAMS, |(preparation, output, error)| {
        let api = RuntimeApi::listen();
        let ((output, _unread), (error, _unread_either)) = (output(), error());
        let function = start_with(&api, "fails", preparation, output, error);
        let connection = api.accept();
        let mut play = Play::after_one(api, function, connection);
        play.connection.deliver(ID, EVENT.as_bytes());
        assert_eq!(play.connection.request().line, format!("POST /2018-06-01/runtime/invocation/{ID}/error HTTP/1.1"));
        play.connection.acknowledge(413);
        play.connection.next();
        play.goes_on();
    });
}
