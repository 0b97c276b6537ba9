//! HTTP and AWS's API: requests into events, answers into responses, streams piece by piece.

use crate::server::{Place, SOURCE, Watch, chunk, head, invoke};
use std::io::{Read as _, Write as _};

#[test]
fn watch_turns_http_into_events_and_answers_into_http() {
    let watch = Watch::start(&["todo"], &[]);
    let (head, body) = watch.get("/todos?x=1");
    assert_eq!(head[0], "http/1.1 200 ok");
    let event: serde_json::Value = serde_json::from_slice(&body[2..]).unwrap();
    assert_eq!(
        (&event["rawPath"], &event["queryStringParameters"]["x"], &event["cookies"][1]),
        (&"/todos".into(), &"1".into(), &"b=2".into())
    );
    let (head, body) = watch.get("/teapot");
    assert_eq!(head[0], "http/1.1 418 i'm a teapot");
    for line in ["x-a: 1", "set-cookie: a=1", "set-cookie: b=2", "content-length: 2"] {
        assert!(head.contains(&line.to_owned()), "{line}: {head:?}");
    }
    assert_eq!(body, [0, 255]);
    assert_eq!(watch.linked(), "todo\n");
}

#[test]
fn watch_streams_pieces_while_the_function_runs() {
    let watch = Watch::start(&["todo"], &[]);
    let mut stream = watch.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let head = head(&mut stream);
    for line in ["http/1.1 201 created", "x-a: 1", "set-cookie: c=1", "transfer-encoding: chunked"] {
        assert!(head.contains(&line.to_owned()), "{line}: {head:?}");
    }
    let mut first = Vec::new();
    while first != b"first" {
        first.extend(chunk(&mut stream).unwrap());
    }
    watch.release("second");
    assert_eq!(chunk(&mut stream).unwrap(), b"second");
    assert_eq!(chunk(&mut stream).unwrap(), b"");
    // A stream that fails midway has no end.
    let mut stream = watch.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    self::head(&mut stream);
    watch.release("fail");
    let ended = loop {
        match chunk(&mut stream) {
            Ok(bytes) if !bytes.is_empty() => {}
            ended => break ended,
        }
    };
    assert!(ended.is_err(), "{ended:?}");
}

#[test]
fn watch_runs_invocations_at_once_up_to_its_limit() {
    let watch = Watch::start(&["todo"], &["--concurrency", "2"]);
    let address = watch.address.clone();
    let waiting = std::thread::spawn(move || invoke(&address, "todo", "\"gate\""));
    let mut gate = watch.gate();
    // The other process, since the first one waits.
    let mut other = watch.invoke("todo", "\"process\"");
    assert_eq!(watch.invoke("todo", "\"process\""), other);
    gate.write_all(b"a\n").unwrap();
    assert_eq!(waiting.join().unwrap().unwrap(), "passed a");
    other = watch.invoke("todo", "7");
    assert!(["2 7", "3 7"].contains(&other.as_str()), "{other}");
}

#[test]
fn watch_answers_preflight_requests_of_a_function_url() {
    let place = Place::new("");
    place.write("functions/todo.rs", SOURCE);
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n[package.metadata.ruchy-lambda]\n\
                    url = { access = \"public\", cors = { origins = [\"https://shop.example\"], methods = [\"GET\"] } }\n";
    place.write("Cargo.toml", manifest);
    place.write("lib.rs", "");
    let watch = Watch::start_in(place, &[]);
    let answer = |request: &str, headers: &str| {
        let mut stream = watch
            .send(&format!("{request} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://shop.example\r\nConnection: close\r\n{headers}\r\n"));
        let head = head(&mut stream);
        let mut body = String::new();
        stream.read_to_string(&mut body).unwrap();
        (head, body)
    };
    let allowed = "access-control-allow-origin: https://shop.example".to_owned();
    // The function, which is not asked, would answer with its event.
    let (head, body) = answer("OPTIONS /todos", "Access-Control-Request-Method: GET\r\n");
    assert!(
        head[0] == "http/1.1 200 ok" && head.contains(&allowed) && head.contains(&"access-control-allow-methods: get".to_owned()),
        "{head:?}"
    );
    assert_eq!(body, "");
    let (head, body) = answer("GET /todos", "");
    assert!(head.contains(&allowed) && body.contains("/todos"), "{head:?}");
}
