//! An API that is missing, not yet listening, silent, or gone: the number of attempts, their cost,
//! and the end of the process.

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

/// The number of attempts of a request whose replies are lost, before the process ends.
const ATTEMPTS: usize = 11;

fn start(bootstrap: &Path, address: &str, handler: &str) -> Function {
    Function::start(bootstrap, [("AWS_LAMBDA_RUNTIME_API", address), ("_HANDLER", handler)])
}

#[test]
fn function_waits_for_an_api_that_does_not_listen_yet() {
    const HANDLERS: &[(&str, &str)] = &[("a handler", "echo"), ("an unknown handler", "nonsense")];
    play_all("not listening yet", HANDLERS, |handler| {
        let port = SilentPort::bind();
        let function = start(&ALL, &port.address(), handler);
        // It sleeps only between two attempts: a refused connection fails at once.
        function.asleep();
        let api = port.listen();
        let mut connection = api.accept();
        if *handler == "nonsense" {
            assert_eq!(connection.request().line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
            connection.acknowledge(202);
            assert_eq!(connection.try_request(), None);
            assert_eq!(function.end().status.code(), Some(1));
        } else {
            Play::after_one(api, function, connection).continues_silently();
        }
    });
}

#[test]
fn function_ends_if_the_api_never_listens() {
    const HANDLERS: &[(&str, (&str, &str))] = &[
        ("a handler", ("echo", "ruchy-lambda: invocation/next: ADDRESS: connection refused, errno 111\n")),
        ("an unknown handler", ("nonsense", "ruchy-lambda: init/error: ADDRESS: connection refused, errno 111\n")),
    ];
    play_at_once("never listening", HANDLERS, |(handler, expected)| {
        let port = SilentPort::bind();
        let ended = start(&ALL, &port.address(), handler).end();
        assert_eq!((ended.status.code(), ended.output.as_str()), (Some(1), ""));
        let (first, rest) = ended.error.split_at(ended.error.find('\n').unwrap() + 1);
        assert_eq!(first, expected.replace("ADDRESS", &port.address()));
        // The error that would have been posted is logged too.
        assert_eq!(rest.lines().count(), usize::from(*handler == "nonsense"), "{rest}");
    });
}

/// The API goes away permanently: whether the function waits or answers at that moment.
const GONE: &[(&str, bool)] = &[("while it waits", false), ("while it answers", true)];

#[test]
fn function_ends_if_the_api_disappears() {
    play_at_once("gone", GONE, |answers| {
        // Another test cannot listen on this address after this one has stopped.
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

/// The last bytes that the server sends, and whether they reply to a POST.
const SILENT: &[(&str, (&str, bool))] = &[
    ("no reply to next", ("", false)),
    ("half a reply to next", ("HTTP/1.1 200 OK\r\nLambda-Runtime", false)),
    ("half an event", ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 9\r\n\r\n{}", false)),
    ("an interim reply to next without a final reply", ("HTTP/1.1 100 Continue\r\n\r\n", false)),
    ("no reply to a POST", ("", true)),
    ("half a reply to a POST", ("HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{}", true)),
];

#[test]
fn function_waits_for_a_silent_server() {
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
        // While another function serves, it is completely idle.
        let mut other = Play::begin(&ALL, "echo");
        for _ in 0..2 {
            assert_eq!(other.deliver().text(), EVENT);
            other.connection.acknowledge(202);
            other.connection.next();
            assert_eq!(state(&play.function), waiting);
        }
        other.continues_silently();
        assert!(!play.api.is_called());
        play.function.terminate();
        let ended = play.function.end();
        assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
    });
}

/// Returns whether it sleeps, its ticks of CPU in user mode and in the kernel, and how often it has
/// yielded and was preempted.
fn state(function: &Function) -> (char, Vec<String>, [String; 2]) {
    function.asleep();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", function.id())).unwrap();
    // After the name in parentheses the state is the first field, and the ticks are the twelfth and
    // the thirteenth.
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks = fields[11..13].iter().map(|&ticks| ticks.to_owned()).collect();
    (fields[0].chars().next().unwrap(), ticks, ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"].map(|name| function.status(name)))
}

/// Loses a connection.
type Loss = fn(&mut Connection);

fn finish(connection: &mut Connection) {
    wire::finish(connection);
}

fn reset(connection: &mut Connection) {
    wire::reset(connection);
}

fn send_garbage(connection: &mut Connection) {
    connection.send(b"rubbish\r\n");
}

/// The way in which each connection is lost, whether in reply to a POST, and the logged error of
/// the last one.
const LOSSES: &[(&str, (Loss, bool, &str))] = &[
    ("FIN in reply to next", (finish, false, "no reply")),
    ("RST in reply to next", (reset, false, "closed by peer, errno 104")),
    ("garbage in reply to next", (send_garbage, false, "bad status line")),
    ("FIN in reply to a POST", (finish, true, "no reply")),
    ("RST in reply to a POST", (reset, true, "closed by peer, errno 104")),
    ("garbage in reply to a POST", (send_garbage, true, "bad status line")),
];

#[test]
fn request_is_attempted_eleven_times() {
    play_at_once("lost each time", LOSSES, |(lose, in_post, reason)| {
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
        let expected = format!("ruchy-lambda: {name}: {}: {reason}\n", play.api.address());
        let ended = play.function.end();
        assert_eq!((ended.status.code(), ended.error), (Some(1), expected));
        assert!(!play.api.is_called(), "an additional attempt");
    });
}

/// The way in which connections are closed while the function waits, how many in succession, and in
/// how many rounds.
const IDLE_CLOSES: &[(&str, (Loss, usize, usize))] = &[
    ("FIN before each of 30 invocations", (finish, 1, 30)),
    ("RST before each of 30 invocations", (reset, 1, 30)),
    ("FIN as often as is tolerated", (finish, ATTEMPTS - 1, 1)),
    ("RST as often as is tolerated", (reset, ATTEMPTS - 1, 1)),
];

#[test]
fn function_survives_closes_while_waiting() {
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
        play.continues_silently();
    });
}

/// The way in which the connection ends while the function is frozen, and the function's state.
const FROZEN: &[(&str, (Loss, Frozen))] = &[
    ("FIN while it waits", (finish, Frozen::Waiting)),
    ("RST while it waits", (reset, Frozen::Waiting)),
    ("an event, then FIN", (finish, Frozen::EventArrives)),
    ("an event, then RST", (reset, Frozen::EventArrives)),
    ("FIN while it answers", (finish, Frozen::Responding)),
    ("RST while it answers", (reset, Frozen::Responding)),
];

/// The state of the function when it is frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frozen {
    Waiting,
    /// It waits, and the event arrives.
    EventArrives,
    Responding,
}

#[test]
fn function_survives_a_hangup_while_frozen() {
    play_all("freezes", FROZEN, |(lose, frozen)| {
        let mut play = Play::begin(&ALL, "echo");
        if *frozen == Frozen::Responding {
            play.deliver();
        }
        play.function.signal(Signal::SIGSTOP);
        let start = Instant::now();
        while !play.function.status("State").starts_with('T') {
            assert!(start.elapsed() < PATIENCE, "it does not stop");
            thread::yield_now();
        }
        if *frozen == Frozen::EventArrives {
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
        play.continues_silently();
    });
}
