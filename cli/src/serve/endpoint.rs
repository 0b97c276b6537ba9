//! The HTTP side of the local endpoint: requests into jobs, answers into responses.

use super::call::{Call, EVENT_BYTES_MAX, Kind, Rejection, check_target, event};
use super::worker::{Answer, Job};
use crate::outcome::Outcome;
use crate::runtime_api::Invocation;
use crate::runtime_api::body::{self, Truncated};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Serves every connection until it is dropped; `function` is the name that callers use.
pub async fn accept(listener: TcpListener, function: String, jobs: mpsc::Sender<Job>) {
    let function: Arc<str> = function.into();
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let (function, jobs) = (Arc::clone(&function), jobs.clone());
            let service = hyper::service::service_fn(move |request| {
                let (function, jobs) = (Arc::clone(&function), jobs.clone());
                async move { Ok::<_, Infallible>(answer(request, &function, &jobs).await) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.title_case_headers(true).header_read_timeout(None);
            // A caller that hangs up is the caller's business.
            connections.spawn(async move { http.serve_connection(TokioIo::new(stream), service).await.unwrap_or_default() });
        }
        while connections.try_join_next().is_some() {}
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

async fn answer(request: Request<Incoming>, function: &str, jobs: &mpsc::Sender<Job>) -> Response<Full<Bytes>> {
    let mut invocation = Invocation::new(Bytes::new());
    let request_id = invocation.request_id.clone();
    let mut response = match read(request, function, &mut invocation).await {
        Ok(call) => dispatch(&call, invocation, jobs).await.unwrap_or_else(|rejection| refusal(&rejection)),
        Err(rejection) => refusal(&rejection),
    };
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// Reads the whole request before it refuses anything, so that the caller gets to read the refusal.
async fn read(request: Request<Incoming>, function: &str, invocation: &mut Invocation) -> Result<Call, Rejection> {
    let (head, incoming) = request.into_parts();
    let read = body::read(incoming, EVENT_BYTES_MAX).await;
    check_target(&head.method, head.uri.path(), function)?;
    let call = Call::from_headers(&head.headers)?;
    let read = read.map_err(|Truncated| Rejection::content("The request's body broke off"))?;
    call.check_size(read.bytes_sent)?;
    let event = event(&read.kept)?;
    invocation.event = if event.len() == read.kept.len() { read.kept } else { Bytes::copy_from_slice(event) };
    invocation.client_context.clone_from(&call.client_context);
    if let Some(trace_id) = &call.trace_id {
        invocation.trace_id.clone_from(trace_id);
    }
    Ok(call)
}

async fn dispatch(call: &Call, invocation: Invocation, jobs: &mpsc::Sender<Job>) -> Result<Response<Full<Bytes>>, Rejection> {
    if call.kind == Kind::DryRun {
        return Ok(status(StatusCode::NO_CONTENT));
    }
    let (reply, answer) = oneshot::channel();
    let request_id = invocation.request_id.clone();
    jobs.try_send(Job { invocation, reply }).map_err(|_| Rejection::too_many())?;
    if call.kind == Kind::Event {
        return Ok(status(StatusCode::ACCEPTED));
    }
    // The worker goes away only when the whole program ends.
    let Ok(answer) = answer.await else { return Ok(status(StatusCode::SERVICE_UNAVAILABLE)) };
    Ok(invoked(answer, &request_id, call.wants_log))
}

/// What came of the invocation, as Lambda puts it: the function's errors are successes of the call.
fn invoked(answer: Answer, request_id: &str, wants_log: bool) -> Response<Full<Bytes>> {
    let mut response = status(StatusCode::OK);
    let failure = answer.outcome.error_body(request_id);
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-amz-executed-version"), HeaderValue::from_static("$LATEST"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if failure.is_some() {
        headers.insert(HeaderName::from_static("x-amz-function-error"), HeaderValue::from_static("Unhandled"));
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
    *response.body_mut() = Full::new(body);
    response
}

fn refusal(rejection: &Rejection) -> Response<Full<Bytes>> {
    let mut response = status(rejection.status);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(rejection.error_type));
    *response.body_mut() = Full::new(json!({ "Type": "User", "message": rejection.message }).to_string().into());
    response
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
