//! A process with few descriptors, and streams that accept nothing.

use super::play::{EVENT, ID, Play, play_all};
use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use nix::libc;
use std::fs::File;
use std::io::{ErrorKind, PipeReader, Write, pipe};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

/// The limits of descriptors, of which three are the standard streams.
const DESCRIPTORS: &[(&str, usize)] =
    &[("room for the socket", 4), ("room for one more", 5), ("room for two more", 6), ("room for three more", 7)];

#[test]
fn function_serves_with_few_descriptors() {
    play_all("descriptors", DESCRIPTORS, |limit| {
        let api = RuntimeApi::listen();
        let (function, connection) = api.start_after(&format!("ulimit -n {limit};"), &MISBEHAVING, "fault_sized");
        let mut play = Play::after_one(api, function, connection);
        // The same after the socket is replaced.
        for _ in 0..3 {
            play.connection.send(b"rubbish\r\n");
            play.reconnected();
            play.connection.next();
            assert_eq!(play.deliver().text(), EVENT);
            play.connection.acknowledge(202);
            play.connection.next();
        }
        play.continues_silently();
    });
}

/// A standard stream, and the reader that must stay open.
type Stream = fn() -> (Stdio, Option<PipeReader>);

fn piped() -> (Stdio, Option<PipeReader>) {
    (Stdio::piped(), None)
}

/// A pipe without a reader.
fn broken() -> (Stdio, Option<PipeReader>) {
    (pipe().unwrap().1.into(), None)
}

/// A full pipe that does not block.
fn full() -> (Stdio, Option<PipeReader>) {
    let (reader, mut writer) = pipe().unwrap();
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    // Fills the pipe; the last write is partial.
    let error = writer.write_all(&vec![b'f'; 16 << 20]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    (writer.into(), Some(reader))
}

/// A non-blocking pipe with little room: it accepts a part of each write.
fn narrow() -> (Stdio, Option<PipeReader>) {
    let (reader, writer) = pipe().unwrap();
    // SAFETY: no pointers are passed.
    assert_eq!(unsafe { libc::fcntl(writer.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) }, 0);
    (writer.into(), Some(reader))
}

/// A file on a full disk.
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
fn function_survives_unwritable_streams() {
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
        play.continues();
    });
}

#[test]
fn runtime_log_lines_survive_unwritable_streams() {
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
        play.continues();
    });
}
