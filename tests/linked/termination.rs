//! SIGTERM: the process ends well, and soon.

use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::RuntimeApi;
use nix::sys::signal::Signal;

#[test]
fn an_idle_process_runs_the_hook_and_ends_with_status_0() {
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
fn what_is_being_answered_is_finished_first() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "hooks");
    connection.next();
    connection.deliver("id", b"x");
    // The response is on its way, and its acknowledgement waited for.
    assert!(connection.request().line.ends_with("/id/response HTTP/1.1"));
    function.terminate();
    connection.acknowledge(202);
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\n"));
    assert_eq!(connection.try_request(), None, "no further invocation is asked for");
}

#[test]
fn a_handler_that_does_not_end_is_abandoned() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "spins");
    connection.next();
    connection.deliver("id", b"0");
    // It runs once it has run on a processor for longer than everything before it takes.
    while function.cpu_ticks() < 5 {
        std::thread::yield_now();
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "spinning\n"));
    assert_eq!(connection.try_request(), None);
}

#[test]
fn alarm_at_the_same_time_as_sigterm_costs_no_grace() {
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
fn a_hook_that_does_not_end_is_abandoned_whatever_it_came_with() {
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
    // Both are pending when it continues: the kernel enters the handler of SIGALRM, and SIGTERM interrupts its first instruction.
    function.freeze();
    function.signal(Signal::SIGALRM);
    function.terminate();
    function.thaw();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.output.as_str()), (Some(0), "on_terminate\nmain stack\n"));
}

#[test]
fn an_api_that_does_not_acknowledge_is_abandoned() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&ALL, "echo");
    connection.next();
    connection.deliver("id", b"x");
    connection.request();
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
}

#[test]
fn signal_blocked_by_the_parent_is_received() {
    let api = RuntimeApi::listen();
    let mut command = api.command(&[], &MISBEHAVING, "hooks");
    // SAFETY: between fork and exec it makes one system call and touches no memory of other threads.
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
fn a_hook_that_fails_is_logged_and_changes_nothing() {
    for (text, said) in [("no flush", "on_terminate: no flush"), ("panic", "Runtime.Panic: on_terminate panics")] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_with(&[("on_terminate", text)], &MISBEHAVING, "hooks");
        assert_eq!(connection.invoke("id", b"x").text(), "x");
        connection.next();
        function.terminate();
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        assert!(ended.error.contains(said), "{}", ended.error);
    }
}

#[test]
fn an_interim_reply_is_no_invocation() {
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
