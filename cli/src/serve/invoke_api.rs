//! Lambda's calls `Invoke` and `InvokeWithResponseStream`: requests into invocations, answers into
//! responses.

use super::call::{Call, EVENT_BYTES_MAX, Kind, Mode, Rejection, event, not_found};
use super::event_stream;
use super::instance::Answer;
use super::server::{NotBegun, Server};
use super::stream::{PIECES_MAX, Replies, Reply, ResponseBody, StreamedBody, full};
use super::table::{Entry, Table};
use crate::outcome::Outcome;
use crate::runtime_api::body::{self, Truncated};
use crate::runtime_api::{Invocation, Piece};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::json;
use tokio::sync::mpsc;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Lambda's name for errors that functions report.
const UNHANDLED: &str = "Unhandled";

/// Answers the call of the function that `target` names.
pub async fn answer(request: Request<Incoming>, target: Result<(String, Mode), Rejection>, server: &Server) -> Response<ResponseBody> {
    let mut invocation = Invocation::new(Bytes::new());
    let request_id = invocation.request_id.clone();
    let table = server.tables.borrow().clone();
    let mut response = match read(request, target, &table, &mut invocation).await {
        Ok((call, entry, mode)) => dispatch(&call, entry, mode, invocation, server).await.unwrap_or_else(|rejection| refusal(&rejection)),
        Err(rejection) => refusal(&rejection),
    };
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// Reads the whole request before it refuses anything, so that the caller gets to read the refusal.
async fn read<'a>(
    request: Request<Incoming>,
    target: Result<(String, Mode), Rejection>,
    table: &'a Table,
    invocation: &mut Invocation,
) -> Result<(Call, &'a Entry, Mode), Rejection> {
    let (head, incoming) = request.into_parts();
    let read = body::read(incoming, EVENT_BYTES_MAX).await;
    let (name, mode) = target?;
    let entry = table.function(&name).ok_or_else(|| {
        let known: Vec<&str> = table.entries().iter().map(|entry| entry.name.as_str()).collect();
        not_found(format!("Function not found: {name}. This endpoint serves {}", known.join(", ")))
    })?;
    let call = Call::from_headers(&head.headers)?;
    let read = read.map_err(|Truncated| Rejection::content("The request's body is incomplete"))?;
    call.check_size(read.bytes_sent)?;
    let event = event(&read.kept)?;
    invocation.event = if event.len() == read.kept.len() { read.kept } else { Bytes::copy_from_slice(event) };
    invocation.client_context.clone_from(&call.client_context);
    if let Some(trace_id) = &call.trace_id {
        invocation.trace_id.clone_from(trace_id);
    }
    Ok((call, entry, mode))
}

async fn dispatch(
    call: &Call,
    entry: &Entry,
    mode: Mode,
    mut invocation: Invocation,
    server: &Server,
) -> Result<Response<ResponseBody>, Rejection> {
    if call.kind == Kind::DryRun {
        return Ok(status(StatusCode::NO_CONTENT));
    }
    let request_id = invocation.request_id.clone();
    let pieces = (mode == Mode::Streamed).then(|| mpsc::channel(PIECES_MAX));
    let receiver = pieces.map(|(sender, receiver)| {
        invocation.pieces = Some(sender);
        receiver
    });
    let answer = match server.begin(entry, invocation).await {
        Ok(_) if call.kind == Kind::Event => return Ok(status(StatusCode::ACCEPTED)),
        Ok(answer) => answer,
        Err(NotBegun::TooMany) => return Err(Rejection::too_many()),
        Err(NotBegun::Ending) => return Ok(status(StatusCode::SERVICE_UNAVAILABLE)),
        Err(NotBegun::NotBuilt(messages)) => {
            let body = json!({ "errorType": "Runtime.NotBuilt", "errorMessage": messages.trim_end() }).to_string();
            return Ok(failed(mode, body, &request_id));
        }
    };
    Ok(match receiver {
        Some(pieces) => streamed(Replies::new(pieces, answer), request_id, call.wants_log).await,
        // The task of an invocation ends early only if the whole program ends.
        None => match answer.await {
            Ok(answer) => invoked(answer, &request_id, call.wants_log),
            Err(_) => status(StatusCode::SERVICE_UNAVAILABLE),
        },
    })
}

/// Builds the response to an invocation. As on Lambda, an error of the function is a successful
/// call.
fn invoked(answer: Answer, request_id: &str, wants_log: bool) -> Response<ResponseBody> {
    let mut response = executed("application/json");
    let failure = answer.outcome.error_body(request_id);
    let headers = response.headers_mut();
    if failure.is_some() {
        headers.insert(HeaderName::from_static("x-amz-function-error"), HeaderValue::from_static(UNHANDLED));
    }
    if wants_log && let Ok(tail) = HeaderValue::from_str(&STANDARD.encode(&answer.log_tail)) {
        headers.insert(HeaderName::from_static("x-amz-log-result"), tail);
    }
    let body = match answer.outcome {
        Outcome::Response { content_type, body } => {
            if let Some(content_type) = content_type {
                headers.insert(CONTENT_TYPE, content_type);
            }
            body
        }
        _ => failure.unwrap_or_default(),
    };
    *response.body_mut() = full(body);
    response
}

/// A response whose pieces are sent as they arrive.
async fn streamed(mut replies: Replies, request_id: String, wants_log: bool) -> Response<ResponseBody> {
    let mut response = executed("application/vnd.amazon.eventstream");
    let end = move |answer: Answer| Ok(Bytes::from(ending(&answer, &request_id, wants_log)));
    *response.body_mut() = match replies.next().await {
        // A function that does not stream.
        Some(Reply::Answer(answer)) => {
            let payload = if let Outcome::Response { body, .. } = &answer.outcome { event_stream::payload(body) } else { Vec::new() };
            full([payload, end(answer).unwrap_or_default().to_vec()].concat())
        }
        first => {
            let first = match first {
                Some(Reply::Piece(Piece::Data(data))) => data,
                _ => Bytes::new(),
            };
            StreamedBody::boxed(event_stream::payload(&first).into(), replies, |data| event_stream::payload(&data).into(), end)
        }
    };
    response
}

/// The message that ends a stream.
fn ending(answer: &Answer, request_id: &str, wants_log: bool) -> Vec<u8> {
    let details = answer.outcome.error_body(request_id).map(|body| String::from_utf8_lossy(&body).into_owned());
    let log = wants_log.then(|| STANDARD.encode(&answer.log_tail));
    event_stream::complete(details.as_deref().map(|details| (UNHANDLED, details)), log.as_deref())
}

/// The response of an invocation that failed before it began.
fn failed(mode: Mode, body: String, request_id: &str) -> Response<ResponseBody> {
    let outcome = Outcome::InitError { error_type: "Runtime.NotBuilt".to_owned(), body: body.into() };
    let answer = Answer { outcome, log_tail: Vec::new() };
    match mode {
        Mode::Buffered => invoked(answer, request_id, false),
        Mode::Streamed => {
            let mut response = executed("application/vnd.amazon.eventstream");
            *response.body_mut() = full(ending(&answer, request_id, false));
            response
        }
    }
}

/// A response to an invocation.
fn executed(content_type: &'static str) -> Response<ResponseBody> {
    let mut response = status(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-amz-executed-version"), HeaderValue::from_static("$LATEST"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn refusal(rejection: &Rejection) -> Response<ResponseBody> {
    let mut response = status(rejection.status);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(rejection.error_type));
    *response.body_mut() = full(json!({ "Type": "User", "message": rejection.message }).to_string());
    response
}

fn status(status: StatusCode) -> Response<ResponseBody> {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = status;
    response
}
