//! An API that is not there, not yet there, silent, or gone: how often the function asks, what it costs meanwhile, and how it ends.

use super::play::{EVENT, ID, Play, play_all, play_at_once};
use super::wire::{self, SilentPort};
use crate::support::bootstrap::ALL;
use crate::support::function::Function;
use crate::support::runtime_api::{Connection, RuntimeApi};
use crate::support::{PATIENCE, own_address};
use nix::sys::signal::Signal;
use std::path::Path;
use std::thread;
use std::time::Instant;

/// A request is issued so often, each reply being lost, before the process ends.
const ATTEMPTS: usize = 11;

fn start(bootstrap: &Path, address: &str, handler: &str) -> Function {
    Function::start(bootstrap, [("AWS_LAMBDA_RUNTIME_API", address), ("_HANDLER", handler)])
}

#[test]
fn an_api_that_does_not_listen_yet() {
    const HANDLERS: &[(&str, &str)] = &[("a handler", "echo"), ("a handler that is none", "nonsense")];
    play_all("not listening yet", HANDLERS, |handler| {
        let port = SilentPort::bind();
        let function = start(&ALL, &port.address(), handler);
        // It sleeps between two attempts, and nowhere else: whoever is refused is refused at once.
        function.asleep();
        let api = port.listen();
        let mut connection = api.accept();
        if *handler == "nonsense" {
            assert_eq!(connection.request().line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
            connection.acknowledge(202);
            assert_eq!(connection.try_request(), None);
            assert_eq!(function.end().status.code(), Some(1));
        } else {
            Play::after_one(api, function, connection).goes_on_silently();
        }
    });
}

#[test]
fn an_api_that_never_listens() {
    const HANDLERS: &[(&str, (&str, &str))] = &[
        ("a handler", ("echo", "ruchy-lambda: invocation/next: ADDRESS: connection refused, errno 111\n")),
        ("a handler that is none", ("nonsense", "ruchy-lambda: init/error: ADDRESS: connection refused, errno 111\n")),
    ];
    play_at_once("never listening", HANDLERS, |(handler, said)| {
        let port = SilentPort::bind();
        let ended = start(&ALL, &port.address(), handler).end();
        assert_eq!((ended.status.code(), ended.output.as_str()), (Some(1), ""));
        let (first, rest) = ended.error.split_at(ended.error.find('\n').unwrap() + 1);
        assert_eq!(first, said.replace("ADDRESS", &port.address()));
        // What would have been posted is logged too.
        assert_eq!(rest.lines().count(), usize::from(*handler == "nonsense"), "{rest}");
    });
}

/// Where the API goes away for good.
const GONE: &[(&str, bool)] = &[("while it waits", false), ("while it answers", true)];

#[test]
fn an_api_that_goes_away() {
    play_at_once("gone", GONE, |answers| {
        // Another test cannot listen there once this one has stopped.
        let address = own_address();
        let mut play = Play::begin_at(RuntimeApi::listen_at(&address), &ALL, "echo");
        if *answers {
            play.deliver();
        }
        let Play { api, function, connection, .. } = play;
        drop(api);
        wire::reset(&connection);
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(1));
        let name = if *answers { format!("RequestId: {ID} /response") } else { "invocation/next".to_owned() };
        assert_eq!(ended.error, format!("ruchy-lambda: {name}: {address}: connection refused, errno 111\n"));
    });
}

/// Where the server says no more.
const SILENT: &[(&str, (&str, bool))] = &[
    ("no reply to next", ("", false)),
    ("half a reply to next", ("HTTP/1.1 200 OK\r\nLambda-Runtime", false)),
    ("half an event", ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 9\r\n\r\n{}", false)),
    ("an interim reply to next and no other", ("HTTP/1.1 100 Continue\r\n\r\n", false)),
    ("no reply to a POST", ("", true)),
    ("half a reply to a POST", ("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{}", true)),
];

#[test]
fn a_server_that_says_no_more() {
    play_all("silence", SILENT, |(bytes, to_post)| {
        let mut play = Play::begin(&ALL, "echo");
        let before = play.function.asleep();
        if *to_post {
            play.deliver();
        }
        play.connection.send(bytes.as_bytes());
        if *to_post || !bytes.is_empty() {
            play.function.asleep_since(before);
        }
        let waiting = state(&play.function);
        // While another function serves, it does nothing at all.
        let mut other = Play::begin(&ALL, "echo");
        for _ in 0..2 {
            assert_eq!(other.deliver().text(), EVENT);
            other.connection.acknowledge(202);
            other.connection.next();
            assert_eq!(state(&play.function), waiting);
        }
        other.goes_on_silently();
        assert!(!play.api.is_called());
        play.function.terminate();
        let ended = play.function.end();
        assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
    });
}

/// Whether it sleeps, its ticks of CPU in user mode and in the kernel, and how often it was put to sleep and interrupted.
fn state(function: &Function) -> (char, Vec<String>, [String; 2]) {
    function.asleep();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", function.id())).unwrap();
    // Behind the name, in parentheses: the state is the first field, and the ticks are the twelfth and the thirteenth.
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks = fields[11..13].iter().map(|&ticks| ticks.to_owned()).collect();
    (fields[0].chars().next().unwrap(), ticks, ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"].map(|name| function.status(name)))
}

/// How a connection is lost.
type Loss = fn(&mut Connection);

fn finish(connection: &mut Connection) {
    wire::finish(connection);
}

fn reset(connection: &mut Connection) {
    wire::reset(connection);
}

fn send_rubbish(connection: &mut Connection) {
    connection.send(b"rubbish\r\n");
}

/// How each connection is lost at once, in reply to a POST or to `next`, and what is said of the last one.
const LOSSES: &[(&str, (Loss, bool, &str))] = &[
    ("FIN in reply to next", (finish, false, "no reply")),
    ("RST in reply to next", (reset, false, "closed by peer, errno 104")),
    ("rubbish in reply to next", (send_rubbish, false, "bad status line")),
    ("FIN in reply to a POST", (finish, true, "no reply")),
    ("RST in reply to a POST", (reset, true, "closed by peer, errno 104")),
    ("rubbish in reply to a POST", (send_rubbish, true, "bad status line")),
];

#[test]
fn a_request_is_issued_so_often_and_no_more() {
    play_at_once("lost each time", LOSSES, |(lose, in_post, said)| {
        let mut play = Play::begin(&ALL, "echo");
        let post = in_post.then(|| play.deliver());
        for attempt in 1..=ATTEMPTS {
            lose(&mut play.connection);
            if attempt < ATTEMPTS {
                play.connection = play.api.accept();
                match &post {
                    Some(post) => assert_eq!(play.take_post(), *post),
                    None => play.connection.next(),
                }
            }
        }
        let name = if *in_post { format!("RequestId: {ID} /response") } else { "invocation/next".to_owned() };
        let expected = format!("ruchy-lambda: {name}: {}: {said}\n", play.api.address());
        let ended = play.function.end();
        assert_eq!((ended.status.code(), ended.error), (Some(1), expected));
        assert!(!play.api.is_called(), "an attempt too many");
    });
}

/// How a connection is closed while the function waits, how often one after the other, and after how many invocations again.
const IDLE_CLOSES: &[(&str, (Loss, usize, usize))] = &[
    ("FIN before each of 30 invocations", (finish, 1, 30)),
    ("RST before each of 30 invocations", (reset, 1, 30)),
    ("FIN as often as is borne", (finish, ATTEMPTS - 1, 1)),
    ("RST as often as is borne", (reset, ATTEMPTS - 1, 1)),
];

#[test]
fn connections_closed_while_it_waits() {
    play_at_once("idle closes", IDLE_CLOSES, |(lose, closes, rounds)| {
        let mut play = Play::begin(&ALL, "echo");
        for _ in 0..*rounds {
            for _ in 0..*closes {
                lose(&mut play.connection);
                play.connection = play.api.accept();
                play.connection.next();
            }
            assert_eq!(play.deliver().text(), EVENT);
            play.connection.acknowledge(202);
            play.connection.next();
        }
        play.goes_on_silently();
    });
}

/// How the connection ends while the function is frozen, and what it was doing.
const FROZEN: &[(&str, (Loss, Frozen))] = &[
    ("FIN while it waits", (finish, Frozen::Waiting)),
    ("RST while it waits", (reset, Frozen::Waiting)),
    ("an event, then FIN", (finish, Frozen::Delivered)),
    ("an event, then RST", (reset, Frozen::Delivered)),
    ("FIN while it answers", (finish, Frozen::Answering)),
    ("RST while it answers", (reset, Frozen::Answering)),
];

/// What the function does when it is frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frozen {
    Waiting,
    /// It waits, and the event comes.
    Delivered,
    Answering,
}

#[test]
fn a_connection_that_dies_while_the_function_is_frozen() {
    play_all("freezes", FROZEN, |(lose, frozen)| {
        let mut play = Play::begin(&ALL, "echo");
        if *frozen == Frozen::Answering {
            play.deliver();
        }
        play.function.signal(Signal::SIGSTOP);
        let start = Instant::now();
        while !play.function.status("State").starts_with('T') {
            assert!(start.elapsed() < PATIENCE, "it does not stop");
            thread::yield_now();
        }
        if *frozen == Frozen::Delivered {
            play.connection.deliver(ID, EVENT.as_bytes());
        }
        lose(&mut play.connection);
        play.function.signal(Signal::SIGCONT);
        play.connection = play.api.accept();
        if *frozen != Frozen::Waiting {
            assert_eq!(play.take_post().text(), EVENT);
            play.connection.acknowledge(202);
        }
        play.connection.next();
        play.goes_on_silently();
    });
}
