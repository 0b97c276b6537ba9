//! Request smuggling: no byte of a header, an event or a handler's result adds a header or a
//! request. Every request is compared byte by byte, and so is the next one.

use super::play::{ID, Play, play_all};
use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::{Connection, RuntimeApi};

const USER_AGENT: &str = concat!("aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"));

/// Returns the start of a valid request, without the headers that describe its body.
fn start(api: &RuntimeApi, line: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {USER_AGENT}\r\n", api.address())
}

fn assert_comes(connection: &mut Connection, expected: &[u8]) {
    let taken = connection.take(expected.len());
    assert!(taken == expected, "{:?}\nexpected\n{:?}", String::from_utf8_lossy(&taken), String::from_utf8_lossy(expected));
}

/// Acknowledges the POST and checks that only `GET next` follows.
fn assert_continues(mut play: Play) -> String {
    play.connection.acknowledge(202);
    let next = start(&play.api, "GET /2018-06-01/runtime/invocation/next") + "\r\n";
    assert_comes(&mut play.connection, next.as_bytes());
    play.continues()
}

/// Delivers an event whose request id header has these bytes as its value.
fn send(connection: &mut Connection, request_id: &[u8], event: &str) {
    let mut reply = b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ".to_vec();
    reply.extend(request_id);
    reply.extend(format!("\r\nContent-Length: {}\r\n\r\n{event}", event.len()).bytes());
    connection.send(&reply);
}

const ID_OF_64: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The bytes sent as the request id, and the request id that is used.
const USABLE_IDS: &[(&str, (&[&str], &str))] = &[
    ("a UUID", (&["3fcd8bfe-4d93-4c51-add3-2c6e21393ad1"], "3fcd8bfe-4d93-4c51-add3-2c6e21393ad1")),
    ("every character that it may have", (&["Az09-_.:~"], "Az09-_.:~")),
    ("blanks around it", (&[" \t a-b \t "], "a-b")),
    ("one character", (&["a"], "a")),
    ("256 bytes", (&[ID_OF_64, ID_OF_64, ID_OF_64, ID_OF_64], "")),
    ("a CRLF, and another header", (&["id\r\nX-Injected: yes"], "id")),
    ("a CRLF, and a header of requests", (&["id\r\nHost: elsewhere"], "id")),
    ("a CRLF, and an error's type", (&["id\r\nLambda-Runtime-Function-Error-Type: Function.Injected"], "id")),
    ("a CRLF, and a mode", (&["id\r\nLambda-Runtime-Function-Response-Mode: streaming"], "id")),
];

#[test]
fn request_ids_add_no_header() {
    play_all("request ids", USABLE_IDS, |(sent, id)| {
        let mut play = Play::begin(&ALL, "echo");
        let sent = sent.concat();
        let id = if id.is_empty() { &sent } else { *id };
        send(&mut play.connection, sent.as_bytes(), "{}");
        let line = format!("POST /2018-06-01/runtime/invocation/{id}/response");
        let post = start(&play.api, &line) + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        assert_comes(&mut play.connection, post.as_bytes());
        assert_eq!(assert_continues(play), "");
    });
}

/// Request ids that are not valid in a path.
const UNUSABLE_IDS: &[(&str, &[&str])] = &[
    ("a blank", &["a b"]),
    ("a blank and a version", &["id/response HTTP/1.1"]),
    ("a tab", &["a\tb"]),
    ("the folder itself", &["."]),
    ("the folder above", &[".."]),
    ("a slash", &["a/b"]),
    ("a leading slash", &["/next"]),
    ("dots and slashes", &["../../invocation/next"]),
    ("a backslash", &["a\\b"]),
    ("a question mark", &["a?b"]),
    ("a hash", &["a#b"]),
    ("a percent sign", &["a%2fb"]),
    ("a CRLF in percents", &["a%0d%0aX:%20y"]),
    ("an at sign", &["a@b"]),
    ("a semicolon", &["a;b"]),
    ("a comma", &["a, b"]),
    ("quotes", &["\"a\""]),
    ("braces", &["{a}"]),
    ("an ampersand", &["a&b=c"]),
    ("a letter beyond ASCII", &["\u{e9}"]),
    ("nothing", &[""]),
    ("blanks", &["  \t "]),
    ("257 bytes", &[ID_OF_64, ID_OF_64, ID_OF_64, ID_OF_64, "0"]),
    ("640 bytes", &[ID_OF_64; 10]),
];

#[test]
fn invalid_request_ids_end_the_process() {
    play_all("unusable request ids", UNUSABLE_IDS, |id| {
        let mut play = Play::begin(&ALL, "echo");
        send(&mut play.connection, id.concat().as_bytes(), "{}");
        assert_eq!(play.ends(1).error, "ruchy-lambda: invocation/next: no valid Lambda-Runtime-Aws-Request-Id\n");
    });
}

/// Request ids that make the whole reply malformed.
const FORBIDDEN_IDS: &[(&str, &[u8])] = &[
    ("a CR", b"id\rX-Injected: yes"),
    ("an LF", b"id\nX-Injected: yes"),
    ("a CRLF and a blank", b"id\r\n X-Injected: yes"),
    ("a NUL", b"id\0"),
    ("an ESC", b"\x1b[2Jid"),
    ("a DEL", b"id\x7f"),
];

#[test]
fn forbidden_request_ids_make_a_reply_malformed() {
    play_all("forbidden request ids", FORBIDDEN_IDS, |id| {
        let mut play = Play::begin(&ALL, "echo");
        send(&mut play.connection, id, "{}");
        play.reconnected();
        play.connection.next();
        play.continues_silently();
    });
}

type Bytes = &'static [u8];
/// Values, the number of repetitions of each, and the echoed value.
type Echo = (&'static [Bytes], usize, Bytes);

/// Values of `Lambda-Runtime-Invocation-Id`, and the value that is echoed.
const INVOCATION_IDS: &[(&str, Echo)] = &[
    (
        "every character of ASCII",
        (&[b"!\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~"], 1, b"!\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~"),
    ),
    ("the syntax of a header", (&[b"X-Injected: yes"], 1, b"X-Injected: yes")),
    ("a CRLF in percents", (&[b"%0d%0aX-Injected: yes"], 1, b"%0d%0aX-Injected: yes")),
    ("tabs and blanks within", (&[b"a \t b"], 1, b"a \t b")),
    ("tabs and blanks around", (&[b" \t a \t "], 1, b"a")),
    ("bytes that are not UTF-8", (&[b"\xff\x80\xc3"], 1, b"\xff\x80\xc3")),
    ("256 bytes", (&[b"i"], 256, &[b'i'; 256])),
    ("257 bytes", (&[b"i"], 257, b"")),
    ("10,000 bytes", (&[b"i"], 10_000, b"")),
    ("nothing", (&[b""], 1, b"")),
    ("two of them", (&[b"first", b"second"], 1, b"first")),
];

fn echo_invocation_id(handler: &str, name: &str, ids: &[&[u8]], times: usize, echoed: &[u8]) {
    let mut play = Play::begin(&MISBEHAVING, handler);
    let mut request_id = ID.as_bytes().to_vec();
    for id in ids {
        request_id.extend(b"\r\nlambda-runtime-invocation-id: ");
        request_id.extend(id.repeat(times));
    }
    send(&mut play.connection, &request_id, "{}");
    let mut post = start(&play.api, &format!("POST /2018-06-01/runtime/invocation/{ID}/{name}")).into_bytes();
    if !echoed.is_empty() {
        post.extend([b"Lambda-Runtime-Invocation-Id: ", echoed, b"\r\n"].concat());
    }
    if name == "response" {
        post.extend(b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    } else {
        post.extend(error_headers("Function.Error", "{}").bytes());
    }
    assert_comes(&mut play.connection, &post);
    let error = assert_continues(play);
    assert_eq!(error.is_empty(), name == "response", "{error}");
}

/// Returns the last headers of the POST of an error; `message` is already escaped for JSON.
fn error_headers(error_type: &str, message: &str) -> String {
    let body = format!("{{\"errorMessage\":\"{message}\",\"errorType\":\"{error_type}\",\"stackTrace\":[]}}");
    let cause = format!(
        "{{\"working_directory\":\"/var/task\",\"paths\":[],\"exceptions\":[{{\"type\":\"{error_type}\",\"message\":\"{message}\",\"stack\":[]}}]}}"
    );
    format!(
        "Lambda-Runtime-Function-Error-Type: {error_type}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Lambda-Runtime-Function-XRay-Error-Cause: {cause}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn invocation_ids_add_no_header_to_a_response() {
    play_all("invocation ids", INVOCATION_IDS, |(ids, times, echoed)| {
        echo_invocation_id("fault_sized", "response", ids, *times, echoed);
    });
}

#[test]
fn invocation_ids_add_no_header_to_an_error() {
    play_all("invocation ids", INVOCATION_IDS, |(ids, times, echoed)| echo_invocation_id("fails", "error", ids, *times, echoed));
}

/// The error of a handler, its error type, and its message escaped for JSON.
const ERRORS: &[(&str, (&str, &str, &str))] = &[
    ("a type and a message", ("Function.NotFound: no such order", "Function.NotFound", "no such order")),
    ("a CRLF after a type", ("Function.Bad\r\nX: y: z", "Function.Error", "Function.Bad\\u000d\\nX: y: z")),
    ("a CRLF in a message", ("Function.Bad: a\r\nX: y", "Function.Bad", "a\\u000d\\nX: y")),
    ("an LF after a type", ("Function.Bad\nX: y: z", "Function.Error", "Function.Bad\\nX: y: z")),
    ("a NUL in a type", ("Function.Bad\0: z", "Function.Error", "Function.Bad\\u0000: z")),
    (
        "a request",
        (
            "x\r\n\r\nGET /2018-06-01/x HTTP/1.1\r\n\r\n",
            "Function.Error",
            "x\\u000d\\n\\u000d\\nGET /2018-06-01/x HTTP/1.1\\u000d\\n\\u000d\\n",
        ),
    ),
    ("control bytes", ("\u{1}\u{1f}\u{1b}[2J\t\u{7f}", "Function.Error", "\\u0001\\u001f\\u001b[2J\\u0009\\u007f")),
    ("a backslash at the end", ("\\", "Function.Error", "\\\\")),
    ("JSON", ("\"},{\"", "Function.Error", "\\\"},{\\\"")),
];

#[test]
fn handler_errors_add_no_header() {
    play_all("errors", ERRORS, |(text, error_type, message)| {
        let mut play = Play::begin(&MISBEHAVING, "fails");
        send(&mut play.connection, ID.as_bytes(), text);
        let line = format!("POST /2018-06-01/runtime/invocation/{ID}/error");
        let post = start(&play.api, &line) + &error_headers(error_type, message);
        assert_comes(&mut play.connection, post.as_bytes());
        let error = assert_continues(play);
        assert_eq!(error.lines().count(), 3, "a line for each failure: {error}");
    });
}

/// Responses of handlers.
const RESPONSES: &[(&str, &str)] = &[
    ("nothing", ""),
    ("a request", "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n"),
    ("the end of a head, and a request", "\r\n\r\nPOST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
    ("a reply", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ("the end of chunks", "0\r\n\r\n"),
    ("NULs", "\0\0\0\0"),
];

#[test]
fn handler_responses_add_no_request() {
    play_all("responses", RESPONSES, |text| {
        let mut play = Play::begin(&ALL, "echo");
        send(&mut play.connection, ID.as_bytes(), text);
        let line = format!("POST /2018-06-01/runtime/invocation/{ID}/response");
        let post = start(&play.api, &line) + &format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}", text.len());
        assert_comes(&mut play.connection, post.as_bytes());
        assert_eq!(assert_continues(play), "");
    });
}

const OCTETS: &str = "application/octet-stream";

/// The content type that a streaming handler sets, the one that is sent, and the trailers of a
/// failure.
const CONTENT_TYPES: &[(&str, (&str, &str, &str))] = &[
    ("a type", ("text/plain; charset=\"utf-8\"", "text/plain; charset=\"utf-8\"", "")),
    ("a CRLF", ("text/plain\r\nX-Injected: yes", OCTETS, "")),
    ("an LF", ("text/plain\nX-Injected: yes", OCTETS, "")),
    ("a NUL", ("text/plain\0", OCTETS, "")),
    ("a letter beyond ASCII", ("text/\u{e9}", OCTETS, "")),
    ("the end of a head", ("\r\n\r\n0\r\n\r\n", OCTETS, "")),
    ("nothing", ("", OCTETS, "")),
    (
        "a failure with a CRLF",
        (
            "Function.Bad: \r\nX: y",
            OCTETS,
            // {"errorMessage":"\u000d\nX: y","errorType":"Function.Bad","stackTrace":[]}
            "Lambda-Runtime-Function-Error-Type: Function.Bad\r\nLambda-Runtime-Function-Error-Body: \
             eyJlcnJvck1lc3NhZ2UiOiJcdTAwMGRcblg6IHkiLCJlcnJvclR5cGUiOiJGdW5jdGlvbi5CYWQiLCJzdGFja1RyYWNlIjpbXX0=\r\n",
        ),
    ),
];

#[test]
fn content_types_add_no_header() {
    play_all("content types", CONTENT_TYPES, |row| {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "fault_streams");
        connection.next();
        let mut descriptors = None;
        for (set, sent, trailers) in [("text/html", "text/html", ""), *row, ("text/css", "text/css", "")] {
            send(&mut connection, ID.as_bytes(), set);
            let line = format!("POST /2018-06-01/runtime/invocation/{ID}/response");
            let rest = format!(
                "Content-Type: {sent}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\
                 Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n1\r\nx\r\n0\r\n{trailers}\r\n"
            );
            assert_comes(&mut connection, (start(&api, &line) + &rest).as_bytes());
            connection.acknowledge(202);
            assert_comes(&mut connection, (start(&api, "GET /2018-06-01/runtime/invocation/next") + "\r\n").as_bytes());
            assert_eq!(function.descriptors(), *descriptors.get_or_insert(function.descriptors()));
        }
        function.terminate();
        let ended = function.end();
        assert_eq!((ended.status.code(), ended.error.lines().count()), (Some(0), usize::from(!row.2.is_empty())), "{}", ended.error);
    });
}
