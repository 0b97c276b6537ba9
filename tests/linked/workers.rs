//! Concurrent mode: several workers, each with a separate connection.

use crate::faults::wire::SilentPort;
use crate::support::bootstrap::MISBEHAVING;
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi};
use std::collections::HashSet;

/// Starts `handler` with `count` workers, and accepts their connections, each with its `GET next`.
fn start(api: &RuntimeApi, count: usize, handler: &str) -> (Function, Vec<Connection>) {
    let variables = [("AWS_LAMBDA_MAX_CONCURRENCY", &*count.to_string())];
    let function = Function::run(&mut api.command(&variables, &MISBEHAVING, handler));
    let connections = (0..count).map(|_| waiting(api)).collect();
    (function, connections)
}

/// Accepts a worker's connection, on which it has requested an invocation.
fn waiting(api: &RuntimeApi) -> Connection {
    let mut connection = api.accept();
    connection.next();
    connection
}

/// Returns the running child processes of `function`.
fn workers(function: &Function) -> HashSet<String> {
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", function.id())).unwrap();
    children.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn workers_serve_concurrently() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 4, "context");
    assert_eq!(workers(&function).len(), 4);
    for round in 0..50 {
        for (number, connection) in connections.iter_mut().enumerate() {
            connection.deliver(&format!("id-{round}-{number}"), b"request id");
        }
        // Answered in another order than requested: no worker waits for another.
        for (number, connection) in connections.iter_mut().enumerate().rev() {
            let id = format!("id-{round}-{number}");
            assert_eq!(connection.answer(&id).text(), format!("<{id}>"));
            connection.next();
        }
    }
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
    for connection in &mut connections {
        assert_eq!(connection.try_request(), None, "the workers end with it");
    }
}

#[test]
fn workers_have_no_trace_id_variable() {
    let api = RuntimeApi::listen();
    let (_function, mut connections) = start(&api, 2, "context");
    let headers = "Lambda-Runtime-Trace-Id: Root=1\r\n";
    connections[0].deliver_with("id", headers, b"_X_AMZN_TRACE_ID");
    assert_eq!(connections[0].answer("id").text(), "environment variable not found");
    connections[0].next();
    connections[0].deliver_with("id", headers, b"trace id");
    assert_eq!(connections[0].answer("id").text(), "<Root=1>");
}

#[test]
fn worker_crash_affects_no_other_worker() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 3, "crashes");
    let before = workers(&function);
    for (crash, error_type) in [
        ("panic", "Runtime.Panic"),
        ("segmentation fault", "Runtime.SegmentationFault"),
        ("abort", "Runtime.Abort"),
        ("abort of libc", "Runtime.Abort"),
        ("stack overflow", "Runtime.StackOverflow"),
    ] {
        // The others have an invocation in flight.
        let mut crashing = connections.pop().unwrap();
        crashing.deliver("crash", crash.as_bytes());
        let post = crashing.answer("crash");
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some(error_type));
        assert_eq!(crashing.try_request(), None);
        for connection in &mut connections {
            connection.deliver("fine", b"fine");
            assert_eq!(connection.answer("fine").text(), "fine");
            connection.next();
        }
        connections.push(waiting(&api));
    }
    let after = workers(&function);
    assert_eq!((after.len(), after.is_disjoint(&before)), (3, false), "no worker survived");
    function.terminate();
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.error.matches("a worker ended with exit status 2").count(), 5, "{}", ended.error);
}

#[test]
fn worker_that_is_killed_is_replaced() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 2, "echo");
    let victim = workers(&function).into_iter().next().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(victim.parse().unwrap()), nix::sys::signal::Signal::SIGKILL).unwrap();
    connections.push(waiting(&api));
    let answered = connections.iter_mut().filter(|connection| connection.is_open()).map(|connection| {
        connection.deliver("id", b"x");
        connection.answer("id").text().to_owned()
    });
    assert_eq!(answered.collect::<Vec<_>>(), ["x", "x"]);
    function.terminate();
    assert!(function.end().error.contains("exit status 137"));
}

#[test]
fn workers_without_api_end_the_process() {
    let port = SilentPort::bind();
    let address = port.address();
    let variables = [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "echo"), ("AWS_LAMBDA_MAX_CONCURRENCY", "2")];
    let ended = Function::start(&MISBEHAVING, variables).end();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.error.contains("connection refused") && ended.error.contains("workers cannot reach Lambda"), "{}", ended.error);
}

#[test]
fn workers_do_not_outlive_the_process() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 3, "echo");
    function.kill();
    for connection in &mut connections {
        assert_eq!(connection.try_request(), None);
    }
}

#[test]
fn worker_that_does_not_end_is_killed() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 2, "spins");
    connections[0].deliver("id", b"0");
    function.terminate();
    assert_eq!(function.end().status.code(), Some(0));
    for connection in &mut connections {
        assert_eq!(connection.try_request(), None);
    }
}

#[test]
fn workers_inherit_no_descriptors_of_each_other() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 3, "crashes");
    // A worker that was started last, after all others.
    let mut crashing = connections.remove(0);
    crashing.deliver("crash", b"panic");
    crashing.answer("crash");
    connections.push(waiting(&api));
    let (alone, _connection) = api.start(&MISBEHAVING, "crashes");
    for worker in workers(&function) {
        assert_eq!(std::fs::read_dir(format!("/proc/{worker}/fd")).unwrap().count(), alone.descriptors());
    }
}

#[test]
fn workers_report_an_unknown_handler_once() {
    let api = RuntimeApi::listen();
    let function = Function::run(&mut api.command(&[("AWS_LAMBDA_MAX_CONCURRENCY", "4")], &MISBEHAVING, "nonsense"));
    let mut connection = api.accept();
    assert_eq!(connection.request().line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
    connection.acknowledge(202);
    assert_eq!(function.end().status.code(), Some(1));
}

#[test]
fn workers_log_an_invalid_count_and_serve_alone() {
    for value in ["0", "-3", "four", "1"] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start_with(&[("AWS_LAMBDA_MAX_CONCURRENCY", value)], &MISBEHAVING, "echo");
        assert_eq!(connection.invoke("id", b"x").text(), "x");
        connection.next();
        assert_eq!(workers(&function).len(), 0);
        function.terminate();
        let error = function.end().error;
        assert_eq!(error.contains("expected 1 to 2048; using the nearest"), value != "1", "{value}: {error}");
    }
}

#[test]
fn worker_killed_repeatedly_affects_no_other_worker() {
    let api = RuntimeApi::listen();
    let (function, mut connections) = start(&api, 2, "echo");
    let serving = workers(&function).into_iter().next().unwrap();
    for _ in 0..6 {
        let victim = workers(&function).into_iter().find(|worker| *worker != serving).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(victim.parse().unwrap()), nix::sys::signal::Signal::SIGKILL).unwrap();
        connections.push(waiting(&api));
    }
    let open: Vec<_> = connections.iter_mut().filter(|connection| connection.is_open()).collect();
    assert_eq!(open.len(), 2);
    for connection in open {
        connection.deliver("id", b"x");
        assert_eq!(connection.answer("id").text(), "x");
    }
    assert!(workers(&function).contains(&serving));
}
