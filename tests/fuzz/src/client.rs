//! The whole client and its loop, in this process, against a server that the fuzzer controls. It
//! must end when the server does, must send only well-formed requests with exactly the known
//! headers, and must answer only delivered invocations, with the handler's results. Its log must
//! consist of records.

use crate::draw::Draw;
use crate::naive::Head;
use crate::requests::{self, Request};
use crate::server::{Played, Script, Server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registry::{Context, Failure, Record, ResponseStream};
use ruchy_lambda::config::settings::Settings;
use ruchy_lambda::runtime_api::address;
use ruchy_lambda::runtime_api::client::{Client, INBOX_BYTES};
use ruchy_lambda::runtime_api::invocation::REQUEST_ID_BYTES_MAX;
use ruchy_lambda::runtime_api::report::Report;
use ruchy_lambda::{event_loop, log};
use rustix::fs::{MemfdFlags, memfd_create};
use serde_json::Value;
use std::cell::RefCell;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::os::fd::AsRawFd as _;
use std::sync::OnceLock;

/// State that outlives one input: the server, and the memory that a process has once.
struct Rig {
    server: Server,
    inbox: Vec<u8>,
    log: File,
}

/// The log's descriptor, as in the environment.
static DESCRIPTOR: OnceLock<String> = OnceLock::new();

thread_local! {
    static RIG: RefCell<Rig> = RefCell::new(Rig::new());
    /// The calls of the handler: request id and event.
    static HANDLED: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

impl Rig {
    fn new() -> Self {
        let log = File::from(memfd_create("log", MemfdFlags::empty()).expect("a file"));
        let telemetry_descriptor = DESCRIPTOR.get_or_init(|| log.as_raw_fd().to_string()).as_bytes();
        log::prepare(&Settings { log_format: b"JSON", telemetry_descriptor, ..Settings::default() });
        Self { server: Server::start(), inbox: vec![0; INBOX_BYTES], log }
    }
}

/// The handler's result for an event.
enum Answer {
    Response(String),
    Failure(Failure),
    /// Pieces of a stream, and the failure at its end.
    Stream(Vec<String>, Option<Failure>),
}

fn answer(event: &str) -> Answer {
    let rest = || event.chars().skip(1).collect::<String>();
    let pieces = || rest().split(',').filter(|piece| !piece.is_empty()).map(str::to_owned).collect();
    match event.as_bytes().first() {
        Some(b'e') => Answer::Failure(Failure::from_text(rest())),
        Some(b's') => Answer::Stream(pieces(), None),
        Some(b'f') => Answer::Stream(pieces(), Some(Failure::from_text(rest()))),
        // More than the socket buffers hold without a reader.
        Some(b'S') => Answer::Stream(vec![rest().repeat(40_000)], None),
        Some(b'L') => Answer::Response(rest().repeat(40_000)),
        _ => Answer::Response(event.to_owned()),
    }
}

fn call<'event>(context: &Context<'_>, event: &'event str) -> registry::Answer<'event> {
    HANDLED.with_borrow_mut(|handled| handled.push((context.request_id().to_owned(), event.to_owned())));
    match answer(event) {
        Answer::Response(response) => Ok(response.into()),
        Answer::Failure(failure) => Err(failure),
        Answer::Stream(pieces, failure) => {
            let mut stream = ResponseStream::new();
            stream.content_type(event);
            for piece in pieces {
                stream.write(piece);
            }
            failure.map_or(Ok("".into()), Err)
        }
    }
}

const RECORD: Record = Record { name: "fuzz", call, hooks: None };
const START_REPORT: Report<'_> = Report { error_type: "Runtime.HandlerNotFound", message: START_MESSAGE.as_bytes(), place: None };
const START_MESSAGE: &str = "none";

/// Serves invocations until the server ends it.
pub fn check(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let start = draw.byte();
    let script = Script::draw(&mut draw);
    let turns = script.turns();
    HANDLED.with_borrow_mut(Vec::clear);
    RIG.with_borrow_mut(|Rig { server, inbox, log }| {
        let authority = server.address.to_string();
        let address = address::parse(authority.as_bytes()).expect("an address");
        let played = server.play(script, || {
            let mut client = Client::new(&address);
            let goes_on = match start % 8 {
                0 => client.responder(inbox).report_start("init/error", &START_REPORT).is_ok(),
                1 => client.restore_next(inbox).is_ok(),
                2 | 3 => {
                    client.request_next();
                    true
                }
                _ => true,
            };
            while goes_on && event_loop::serve(&mut client, &RECORD, inbox).is_ok() {}
        });
        HANDLED.with_borrow(|handled| check_requests(&played, handled, &authority));
        assert!(played.received.len() <= 11 * (turns + 2), "eleven attempts for each reply, and for one that never comes");
        check_log(log);
    });
}

fn check_requests(played: &Played, handled: &[(String, String)], authority: &str) {
    for (request_id, _) in handled {
        assert!(played.heads.iter().any(|head| is_named(head, request_id)), "an event that the server did not send");
    }
    for request in played.received.iter().flat_map(|received| requests::read(received)) {
        assert_eq!(request.header("Host"), Some(authority.as_bytes()));
        assert!(request.header("User-Agent").is_some_and(|agent| agent.starts_with(b"aws-lambda-ruchy/")));
        let (method, path) = request.line.split_once(" /2018-06-01/runtime/").expect("a path of the Runtime API");
        match (method, path.strip_prefix("invocation/").and_then(|path| path.split_once('/'))) {
            ("GET", None) => {
                assert!(matches!(path, "invocation/next" | "restore/next"));
                assert_headers(&request, &[]);
            }
            ("POST", None) => {
                assert_eq!(path, "init/error");
                assert_headers(&request, &["Lambda-Runtime-Function-Error-Type", "Content-Type", "Content-Length"]);
                assert!(!request.is_whole || is_error(&request.body, START_REPORT.error_type, START_MESSAGE));
            }
            ("POST", Some((request_id, outcome))) => check_answer(&request, request_id, outcome, played, handled),
            _ => panic!("an unknown request: {}", request.line),
        }
    }
}

/// Returns true if `head` delivers an event with this request id.
fn is_named(head: &Head, request_id: &str) -> bool {
    head.status == 200 && head.header("Lambda-Runtime-Aws-Request-Id") == Some(request_id.as_bytes())
}

fn check_answer(request: &Request, request_id: &str, outcome: &str, played: &Played, handled: &[(String, String)]) {
    assert!(request_id.len() <= REQUEST_ID_BYTES_MAX);
    let invocation_id = request.header("Lambda-Runtime-Invocation-Id");
    let is_echo = |head: &Head| {
        let sent = head.header("Lambda-Runtime-Invocation-Id").filter(|id| !id.is_empty() && id.len() <= 256);
        is_named(head, request_id) && sent == invocation_id
    };
    assert!(played.heads.iter().any(is_echo), "an answer to an undelivered invocation");

    let content_type = request.header("Content-Type");
    let mut answers = handled.iter().filter(|(id, _)| id == request_id).map(|(_, event)| (event, answer(event)));
    match (outcome, request.header("Content-Length").is_some()) {
        ("response", true) => {
            assert_headers(request, &["Content-Type", "Content-Length"]);
            assert_eq!(content_type, Some(&b"application/json"[..]));
            let is_it = |answer| match answer {
                Answer::Response(response) => response.as_bytes() == request.body,
                // A stream without bytes is an empty response.
                Answer::Stream(pieces, None) => pieces.concat().is_empty() && request.body.is_empty(),
                _ => false,
            };
            assert!(!request.is_whole || answers.any(|(_, answer)| is_it(answer)), "a response that no handler returned");
        }
        ("response", false) => {
            assert_headers(request, &["Content-Type", "Lambda-Runtime-Function-Response-Mode", "Transfer-Encoding", "Trailer"]);
            let is_it = |(event, answer): (&String, Answer)| {
                let is_valid = !event.is_empty() && event.len() <= 256 && event.bytes().all(|byte| matches!(byte, b' '..=b'~'));
                let expected = if is_valid { event.trim() } else { "application/octet-stream" };
                let Answer::Stream(pieces, failure) = answer else { return false };
                let is_type = content_type == Some(expected.as_bytes());
                is_type && (!request.is_whole || pieces.concat().as_bytes() == request.body && are_trailers(&request.trailers, failure))
            };
            assert!(answers.any(is_it), "a stream that no handler sent");
        }
        ("error", true) => {
            let error_type = request.header("Lambda-Runtime-Function-Error-Type").expect("an error type");
            let names =
                ["Lambda-Runtime-Function-Error-Type", "Content-Type", "Content-Length", "Lambda-Runtime-Function-XRay-Error-Cause"];
            assert_headers(request, &names);
            let is_it = |answer| match answer {
                Answer::Failure(failure) | Answer::Stream(_, Some(failure)) => {
                    failure.error_type().as_bytes() == error_type && is_error(&request.body, failure.error_type(), failure.message())
                }
                _ => false,
            };
            let is_event_refused = matches!(error_type, b"Runtime.InvalidEvent" | b"Runtime.EventTooLarge");
            assert!(!request.is_whole || is_event_refused || answers.any(|(_, answer)| is_it(answer)), "an error that no handler returned");
        }
        _ => panic!("an unknown answer: {}", request.line),
    }
}

/// Checks that the request has exactly these headers and the common ones.
fn assert_headers(request: &Request, names: &[&str]) {
    let echoed = request.header("Lambda-Runtime-Invocation-Id").map(|_| "Lambda-Runtime-Invocation-Id");
    let expected = ["Host", "User-Agent"].into_iter().chain(echoed).chain(names.iter().copied());
    assert!(request.headers.iter().map(|(name, _)| name.as_str()).eq(expected), "{:?}", request.headers);
}

fn is_error(body: &[u8], error_type: &str, message: &str) -> bool {
    let body: Value = serde_json::from_slice(body).expect("JSON");
    body["errorType"] == error_type && body["errorMessage"] == message
}

fn are_trailers(trailers: &[u8], failure: Option<Failure>) -> bool {
    let Some(failure) = failure else { return trailers.is_empty() };
    let trailers = str::from_utf8(trailers).expect("text");
    let (error_type, body) = trailers.split_once("\r\nLambda-Runtime-Function-Error-Body: ").expect("two trailers");
    let body = STANDARD.decode(body.strip_suffix("\r\n").expect("a line")).expect("Base64");
    error_type == format!("Lambda-Runtime-Function-Error-Type: {}", failure.error_type())
        && is_error(&body, failure.error_type(), failure.message())
}

/// Checks that the log consists of framed records, and empties it.
fn check_log(log: &mut File) {
    let mut text = Vec::new();
    log.rewind().expect("a file");
    log.read_to_end(&mut text).expect("a file");
    log.set_len(0).expect("a file");
    log.rewind().expect("a file");
    let mut rest = text.as_slice();
    while let Some((frame, tail)) = rest.split_first_chunk::<16>() {
        assert_eq!(frame[..4], [0xa5, 0x5a, 0, 0x16], "the type of an error in JSON");
        let length = u32::from_be_bytes([frame[4], frame[5], frame[6], frame[7]]) as usize;
        let (record, tail) = tail.split_at(length);
        let record: Value = serde_json::from_slice(record).expect("JSON");
        assert!(record["message"].is_string() && record["level"] == "ERROR" && record["timestamp"].is_string());
        rest = tail;
    }
    assert!(rest.is_empty(), "an incomplete frame");
}
