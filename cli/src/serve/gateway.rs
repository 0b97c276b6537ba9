//! Plain HTTP: a request becomes the event of the configured kind, and the answer becomes HTTP
//! again.

use super::call::EVENT_BYTES_MAX;
use super::cors;
use super::instance::Answer;
use super::server::{NotBegun, Server};
use super::stream::{PIECES_MAX, Replies, Reply, ResponseBody, StreamedBody, full};
use super::table::{Table, Target};
use crate::http_event::response::{HttpResponse, PRELUDE_TYPE, Prelude, response};
use crate::http_event::{self, request};
use crate::outcome::Outcome;
use crate::project::settings::http::HttpKind;
use crate::runtime_api::body::{self, Truncated};
use crate::runtime_api::{Invocation, Piece};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// Answers `request`, which `peer` sent.
pub async fn answer(request: Request<Incoming>, peer: SocketAddr, server: &Server) -> Response<ResponseBody> {
    let (head, incoming) = request.into_parts();
    let Ok(read) = body::read(incoming, EVENT_BYTES_MAX).await.map_err(|Truncated| ()) else {
        return text(StatusCode::BAD_REQUEST, "the request's body is incomplete\n");
    };
    let table = server.tables.borrow().clone();
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(Target { entry, path, route }) = table.target(head.method.as_str(), host, head.uri.path()) else {
        return not_found(&table);
    };
    let cors = entry.cors.as_ref().filter(|_| entry.http == HttpKind::Url);
    if let Some(answer) = cors.and_then(|cors| cors::preflight(cors, &head.method, &head.headers)) {
        return sent(answer);
    }
    // The region is part of the function's configuration, which is known once it is built.
    let pool = match server.pool(entry).await {
        Ok(pool) => pool,
        Err(failure) => return not_begun(&failure),
    };
    let mut invocation = Invocation::new(Bytes::new());
    let event = http_event::event(
        entry.http,
        &request::Request {
            method: &head.method,
            path,
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            body: &read.kept,
            source_ip: peer.ip(),
            port: server.port,
            route: route.as_ref().map(|(route, parameters)| (*route, parameters)),
            function: &entry.name,
            request_id: &invocation.request_id,
            trace_id: &invocation.trace_id,
            region: &pool.configuration().function.region,
            now_ms: now_ms(),
        },
    )
    .to_string();
    if read.bytes_sent > EVENT_BYTES_MAX || event.len() as u64 > EVENT_BYTES_MAX {
        return text(StatusCode::PAYLOAD_TOO_LARGE, format!("the request makes an event of more than {EVENT_BYTES_MAX} bytes\n"));
    }
    invocation.event = event.into();
    let (sender, pieces) = mpsc::channel(PIECES_MAX);
    invocation.pieces = Some(sender);
    let Some(answer) = pool.begin(invocation) else { return not_begun(&NotBegun::TooMany) };
    let mut response = http(entry.http, &entry.name, Replies::new(pieces, answer)).await;
    if let Some(cors) = cors {
        cors::add(cors, &head.headers, response.headers_mut());
    }
    response
}

/// The HTTP response of an invocation: when it is whole, or, if the function streams, as soon as
/// its status is known.
async fn http(kind: HttpKind, name: &str, mut replies: Replies) -> Response<ResponseBody> {
    let mut prelude = None;
    loop {
        match replies.next().await {
            Some(Reply::Answer(answer)) => return whole(kind, name, answer),
            Some(Reply::Piece(Piece::Head { content_type })) => {
                if content_type.as_ref().is_some_and(|content_type| content_type.as_bytes().starts_with(PRELUDE_TYPE)) {
                    prelude = Some(Prelude::default());
                } else {
                    let headers = content_type.map(|content_type| (CONTENT_TYPE, content_type));
                    let begun = HttpResponse { status: StatusCode::OK, headers: HeaderMap::from_iter(headers), body: Bytes::new() };
                    return streamed(begun, replies);
                }
            }
            Some(Reply::Piece(Piece::Data(data))) => match prelude.get_or_insert_default().push(&data) {
                Ok(None) => {}
                Ok(Some(begun)) => return streamed(begun, replies),
                Err(reason) => {
                    eprintln!("{name}: {reason}");
                    return sent(HttpResponse::failed(kind));
                }
            },
            None => return not_begun(&NotBegun::Ending),
        }
    }
}

fn whole(kind: HttpKind, name: &str, answer: Answer) -> Response<ResponseBody> {
    let Outcome::Response { body, .. } = answer.outcome else { return sent(HttpResponse::failed(kind)) };
    sent(response(kind, &body).unwrap_or_else(|reason| {
        eprintln!("{name}: {reason}");
        HttpResponse::failed(kind)
    }))
}

/// A response whose body is sent as it arrives. A function that fails midway leaves it without its
/// end.
fn streamed(begun: HttpResponse, replies: Replies) -> Response<ResponseBody> {
    let end = |answer: Answer| match answer.outcome {
        Outcome::Response { .. } => Ok(Bytes::new()),
        _ => Err(io::Error::other("the function failed")),
    };
    let mut response = sent(HttpResponse { body: Bytes::new(), ..begun });
    *response.body_mut() = StreamedBody::boxed(begun.body, replies, |data| data, end);
    response
}

fn sent(http: HttpResponse) -> Response<ResponseBody> {
    let mut response = Response::new(full(http.body));
    *response.status_mut() = http.status;
    *response.headers_mut() = http.headers;
    response
}

fn not_begun(failure: &NotBegun) -> Response<ResponseBody> {
    match failure {
        NotBegun::NotBuilt(messages) => text(StatusCode::BAD_GATEWAY, messages.to_string()),
        NotBegun::TooMany => text(StatusCode::TOO_MANY_REQUESTS, "too many requests wait for the function\n"),
        NotBegun::Ending => text(StatusCode::SERVICE_UNAVAILABLE, "the server ends\n"),
    }
}

fn not_found(table: &Table) -> Response<ResponseBody> {
    let functions: Vec<_> = table
        .entries()
        .iter()
        .map(|entry| json!({ "name": entry.name, "routes": entry.routes.iter().map(ToString::to_string).collect::<Vec<_>>() }))
        .collect();
    let message = "no route and no function matches: expected a path of a route, or /NAME/… of a function";
    sent(HttpResponse::json(StatusCode::NOT_FOUND, json!({ "message": message, "functions": functions }).to_string() + "\n"))
}

fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<ResponseBody> {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))]);
    sent(HttpResponse { status, headers, body: text.into() })
}

fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()).unwrap_or_default()
}
