//! The system calls of a start, an invocation and an end, listed one by one by tracing, and the
//! counts of a start.

use crate::support::bootstrap::{ALL, MINIMAL, MISBEHAVING, budgets};
use crate::support::runtime_api::RuntimeApi;
use crate::support::tracer::Tracer;
use nix::libc;
use ruchy_lambda_cli::{budget, start};
use std::process::Command;

#[test]
fn start_makes_three_system_calls() {
    let api = RuntimeApi::listen();
    let mut command = Command::new(&*ALL);
    // As many variables as Lambda sets, with the two that matter at either end.
    command.env_clear().env("_HANDLER", "minimal.lambda_handler").env("AWS_LAMBDA_RUNTIME_API", api.address());
    command.envs((0..30).map(|number| (format!("VARIABLE_{number}"), "value")));
    let tracer = Tracer::start(&mut command);
    let calls = tracer.calls_until(|number| [libc::SYS_sendmsg, libc::SYS_sendto, libc::SYS_write].contains(&number.cast_signed()));
    let expected = [libc::SYS_socket, libc::SYS_connect, libc::SYS_sendmsg];
    assert_eq!(calls, expected.map(i64::cast_unsigned));
    // The last call sent all of the request.
    api.accept().next();
}

#[test]
fn invocation_makes_four_system_calls() {
    let api = RuntimeApi::listen();
    let tracer = Tracer::start(&mut api.command(&[], &ALL, "echo"));
    let until_sent = || tracer.calls_until(|number| number.cast_signed() == libc::SYS_sendmsg);
    until_sent();
    let mut connection = api.accept();
    // The first one also initializes everything else, and the timer.
    for round in 0..5 {
        connection.next();
        connection.deliver("id", b"x");
        let to_response = until_sent();
        connection.answer("id");
        let to_next = until_sent();
        if round > 0 {
            assert_eq!([to_response, to_next], [[libc::SYS_recvfrom, libc::SYS_sendmsg].map(i64::cast_unsigned); 2]);
        }
    }
}

#[test]
fn sigterm_sets_a_limit_of_200_ms() {
    let api = RuntimeApi::listen();
    let tracer = Tracer::start(&mut api.command(&[], &MISBEHAVING, "spins"));
    let is = |expected: i64| move |number: u64| number.cast_signed() == expected;
    tracer.calls_until(is(libc::SYS_sendmsg));
    let mut connection = api.accept();
    connection.next();
    connection.deliver("id", b"0");
    // The first call of the handler reads the clock.
    tracer.calls_until(is(libc::SYS_recvfrom));
    tracer.calls_until(is(libc::SYS_clock_gettime));
    tracer.terminate();
    tracer.calls_until(is(libc::SYS_setitimer));
    // The interval of two words, which is 0, precedes the time of two words: seconds and
    // microseconds.
    let words = [0, 8, 16, 24].map(|offset| tracer.word(tracer.second_argument() + offset));
    assert_eq!(words, [0, 0, 0, 200_000]);
}

#[test]
fn start_counts_are_within_their_budgets() {
    for (bootstrap, name) in [(&*MINIMAL, "minimal-start"), (&*ALL, "all-start")] {
        let counts = start::measure(bootstrap, start::HANDLER).unwrap_or_else(|error| panic!("{error}"));
        let comparison = budget::compare(&start::figures(&counts), &budgets(name));
        assert!(comparison.is_within(), "\n{name}: {comparison}");
    }
}
