//! The Runtime API as a bootstrap sees it: bytes over a socket, and the events reported about
//! them.

use hyper::body::Bytes;
use ruchy_lambda_cli::runtime_api::{Event, Invocation, Post, RuntimeApi};
use std::io::{self, ErrorKind};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A bootstrap's end of a connection.
struct Client(TcpStream);

impl Client {
    async fn new(api: &RuntimeApi) -> Self {
        Self(TcpStream::connect(api.address).await.unwrap())
    }

    async fn send(&self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            self.0.writable().await.unwrap();
            match self.0.try_write(bytes) {
                Ok(length) => bytes = &bytes[length..],
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
    }

    /// Reads until the text ends so, or the server hangs up.
    async fn receive(&self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            self.0.readable().await.unwrap();
            let mut bytes = [0; 16_384];
            match self.0.try_read(&mut bytes) {
                Ok(0) => break,
                Ok(length) => text.push_str(std::str::from_utf8(&bytes[..length]).unwrap()),
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
        text
    }

    async fn call(&self, request: &str, end: &str) -> String {
        self.send(request.as_bytes()).await;
        self.receive(end).await
    }
}

fn post(id: &str, what: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /2018-06-01/runtime/invocation/{id}/{what} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn invocation(id: &str, event: impl Into<Bytes>) -> Invocation {
    Invocation { request_id: id.to_owned(), ..Invocation::new(event.into()) }
}

/// Returns the posted message. Skips the events before it, and lets the process continue.
async fn posted(events: &mut UnboundedReceiver<Event>) -> Post {
    loop {
        if let Event::Posted { post, .. } = events.recv().await.unwrap() {
            return post;
        }
    }
}

#[tokio::test]
async fn runtime_api_serves_event_and_response() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    let client = Client::new(&api).await;
    client.send(NEXT.as_bytes()).await;
    assert!(matches!(events.recv().await, Some(Event::Ready { .. })));
    api.offer(invocation("an-id", "{\"a\":1}"));
    let reply = client.receive("{\"a\":1}").await;
    for line in ["HTTP/1.1 200 OK\r\n", "\r\nLambda-Runtime-Aws-Request-Id: an-id\r\n", "\r\nContent-Length: 7\r\n", "\r\nDate: "] {
        assert!(reply.contains(line), "{line} in {reply}");
    }
    assert!(matches!(events.recv().await, Some(Event::Delivered { .. })));

    client.send(post("an-id", "response", "Content-Type: text/plain\r\n", "done").as_bytes()).await;
    let Some(Event::Posted { post: Post::Response { content_type, body }, hold, .. }) = events.recv().await else { panic!("no response") };
    assert_eq!((content_type.unwrap().as_bytes(), &body[..]), (&b"text/plain"[..], &b"done"[..]));
    drop(hold);
    let reply = client.receive("{\"status\":\"OK\"}\n").await;
    assert!(reply.starts_with("HTTP/1.1 202 Accepted\r\n") && reply.contains("Content-Length: 16\r\n"), "{reply}");
}

#[tokio::test]
async fn long_events_come_as_one_chunk_and_again_after_a_lost_reply() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    let event = "x".repeat(2_049);
    api.offer(invocation("an-id", event.clone()));
    let first = Client::new(&api).await.call(NEXT, "\r\n0\r\n\r\n").await;
    assert!(first.contains("Transfer-Encoding: chunked\r\n") && first.contains(&format!("\r\n\r\n801\r\n{event}\r\n0\r\n\r\n")), "{first}");
    let again = Client::new(&api).await.call(NEXT, "\r\n0\r\n\r\n").await;
    assert!(again.contains("Lambda-Runtime-Aws-Request-Id: an-id\r\n"), "{again}");
    assert!(matches!(events.recv().await, Some(Event::Ready { .. })));
    assert!(matches!(events.recv().await, Some(Event::Delivered { .. })));
    assert!(events.try_recv().is_err(), "the second delivery is none");
}

#[tokio::test]
async fn runtime_api_refuses_invalid_requests() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    api.offer(invocation("an-id", "{}"));
    let client = Client::new(&api).await;
    client.call(NEXT, "{}").await;
    for (request, end, expected) in [
        (post("other", "response", "", "1"), "}\n", ["400 Bad Request", "InvalidRequestID"]),
        (
            post("an-id", "response", "Lambda-Runtime-Function-Response-Mode: flood\r\n", "1"),
            "}\n",
            ["400 Bad Request", "InvalidFunctionResponseMode"],
        ),
        (post("an-id", "elsewhere", "", "1"), "found\n", ["404 Not Found", "text/plain"]),
        (NEXT.replace("GET", "POST"), "\r\n\r\n", ["405 Method Not Allowed", "Allow: GET"]),
    ] {
        let reply = client.call(&request, end).await;
        assert!(expected.iter().all(|part| reply.contains(part)), "{expected:?} in {reply}");
    }
    client.send(post("an-id", "response", "", "1").as_bytes()).await;
    assert!(matches!(posted(&mut events).await, Post::Response { .. }));
    client.receive("{\"status\":\"OK\"}\n").await;
    let twice = client.call(&post("an-id", "response", "", "1"), "}\n").await;
    assert!(twice.contains("403 Forbidden") && twice.contains("InvalidStateTransition"), "{twice}");
    let no_host = Client::new(&api).await.call("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n", "(until it closes)").await;
    assert!(no_host.starts_with("HTTP/1.1 400 Bad Request\r\n") && no_host.contains("Connection: close"), "{no_host}");
}

#[tokio::test]
async fn runtime_api_rejects_oversized_response() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    api.offer(invocation("an-id", "{}"));
    let client = Client::new(&api).await;
    client.call(NEXT, "{}").await;
    let request = post("an-id", "response", "", &"x".repeat(6_291_557));
    let (reply, post) = tokio::join!(client.call(&request, "}\n"), posted(&mut events));
    assert!(reply.contains("413 Payload Too Large") && reply.contains("RequestEntityTooLarge"), "{reply}");
    assert!(matches!(post, Post::TooLarge { bytes: 6_291_557 }), "{post:?}");
}

#[tokio::test]
async fn streams_and_streams_that_fail_midway() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    let client = Client::new(&api).await;
    let stream = |end: &str| {
        format!(
            "POST /2018-06-01/runtime/invocation/an-id/response HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\
             Lambda-Runtime-Function-Response-Mode: streaming\r\n\
             Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n{end}\r\n"
        )
    };
    api.offer(invocation("an-id", "{}"));
    client.call(NEXT, "{}").await;
    client.send(stream("").as_bytes()).await;
    assert!(matches!(posted(&mut events).await, Post::Response { body, .. } if body == "hello world"));
    client.receive("{\"status\":\"OK\"}\n").await;
    api.offer(invocation("an-id", "{}"));
    client.call(NEXT, "{}").await;
    let trailers = "Lambda-Runtime-Function-Error-Type: Function.Broke\r\nLambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n";
    client.send(stream(trailers).as_bytes()).await;
    let Post::Error { error_type, body } = posted(&mut events).await else { panic!("no error") };
    assert_eq!((error_type.as_str(), &body[..]), ("Function.Broke", &b"{\"a\":1}"[..]));
}

#[tokio::test]
async fn runtime_api_refuses_calls_after_truncated_response() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    api.offer(invocation("an-id", "{}"));
    let client = Client::new(&api).await;
    client.call(NEXT, "{}").await;
    client.send(post("an-id", "response", "", "whole").trim_end_matches("le").as_bytes()).await;
    drop(client);
    // Until the server has seen the head of that POST, it delivers again.
    let reply = loop {
        let reply = Client::new(&api).await.call(&NEXT.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), "(until it closes)").await;
        if !reply.starts_with("HTTP/1.1 200 ") {
            break reply;
        }
    };
    assert!(reply.contains("403 Forbidden") && reply.contains("InvalidStateTransition"), "{reply}");
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, Event::Posted { .. }), "{event:?}");
    }
}

#[tokio::test]
async fn errors_of_the_start() {
    let (api, mut events) = RuntimeApi::start().await.unwrap();
    let client = Client::new(&api).await;
    let body = "{\"errorMessage\":\"no\"}";
    let request = format!(
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: localhost\r\nLambda-Runtime-Function-Error-Type: Runtime.HandlerNotFound\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.send(request.as_bytes()).await;
    let Post::InitError { error_type, body: received } = posted(&mut events).await else { panic!("no error") };
    assert_eq!((error_type.as_str(), &received[..]), ("Runtime.HandlerNotFound", body.as_bytes()));
    let reply = client.receive("{\"status\":\"OK\"}\n").await;
    assert!(reply.starts_with("HTTP/1.1 202 Accepted"), "{reply}");
    assert!(client.call(NEXT, "}\n").await.contains("403 Forbidden"));
}
