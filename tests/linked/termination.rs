//! SIGTERM: the process ends with status 0, within its time limit.

use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::RuntimeApi;
use nix::sys::signal::Signal;

#[test]
fn sigterm_while_idle_runs_the_hook_and_exits_0() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "hooks");
    assert_eq!(connection.invoke("id", b"x").text(), "x");
    connection.next();
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str(), ended.error.as_str()), (Some(0), "on_terminate\n", ""));
    assert_eq!(connection.try_request(), None);
}

#[test]
fn sigterm_waits_for_the_response() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "hooks");
    connection.next();
    connection.deliver("id", b"x");
    // The response was sent, and the function waits for its acknowledgement.
    assert!(connection.request().line.ends_with("/id/response HTTP/1.1"));
    function.terminate();
    connection.acknowledge(202);
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\n"));
    assert_eq!(connection.try_request(), None, "no further invocation is requested");
}

#[test]
fn sigterm_abandons_a_handler_that_does_not_end() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "spins");
    connection.next();
    connection.deliver("id", b"0");
    // The handler is running once the process has used more CPU time than everything before it
    // takes.
    while function.cpu_ticks() < 5 {
        std::thread::yield_now();
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "spinning\n"));
    assert_eq!(connection.try_request(), None);
}

#[test]
fn sigterm_with_a_pending_alarm_keeps_its_time_limit() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "hooks");
    connection.next();
    connection.deliver("id", b"x");
    assert!(connection.request().line.ends_with("/id/response HTTP/1.1"));
    function.freeze();
    function.signal(Signal::SIGALRM);
    function.terminate();
    connection.acknowledge(202);
    function.thaw();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\n"));
}

#[test]
fn sigterm_abandons_a_hook_that_does_not_end() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[("on_terminate", "spin")], &MISBEHAVING, "hooks");
    connection.next();
    function.freeze();
    function.signal(Signal::SIGALRM);
    function.terminate();
    function.thaw();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\n"));
}

#[test]
fn on_terminate_runs_on_the_main_stack() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start_with(&[("on_terminate", "stack")], &MISBEHAVING, "hooks");
    connection.next();
    // Both signals are pending when it continues: the kernel enters the handler of SIGALRM, and
    // SIGTERM interrupts its first instruction.
    function.freeze();
    function.signal(Signal::SIGALRM);
    function.terminate();
    function.thaw();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\nmain stack\n"));
}

#[test]
fn sigterm_abandons_a_missing_acknowledgement() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    connection.deliver("id", b"x");
    connection.request();
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
}

#[test]
fn sigterm_blocked_by_the_parent_is_received() {
    let api = RuntimeApi::listen();
    let mut command = api.command(&[], &MISBEHAVING, "hooks");
    // SAFETY: between fork and exec it makes one system call and touches no memory of other
    // threads.
    unsafe {
        std::os::unix::process::CommandExt::pre_exec(&mut command, || {
            nix::sys::signal::SigSet::all().thread_block().map_err(std::io::Error::from)
        });
    }
    let function = crate::support::function::Function::run(&mut command);
    let mut connection = api.accept();
    assert_eq!(connection.invoke("id", b"x").text(), "x");
    connection.next();
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
}

#[test]
fn failing_hook_is_logged_and_exits_0() {
    for (text, expected) in [("no flush", "on_terminate: no flush"), ("panic", "Runtime.Panic: on_terminate panics")] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_with(&[("on_terminate", text)], &MISBEHAVING, "hooks");
        assert_eq!(connection.invoke("id", b"x").text(), "x");
        connection.next();
        function.terminate();
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        assert!(ended.error.contains(expected), "{}", ended.error);
    }
}

#[test]
fn sigterm_after_an_interim_reply_is_idle() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "hooks");
    connection.invoke("id", b"x");
    connection.next();
    let before = function.asleep();
    connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\n");
    function.asleep_since(before);
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\n"));
}
