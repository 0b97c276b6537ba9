//! The server of the Runtime API, to which a bootstrap connects. It serves one process, one
//! invocation at a time.
//!
//! The rules are in [`machine`] (which call is permitted in which state) and [`route`] (paths,
//! refusals); [`body`] reads and writes bodies. Here are the sockets. Events are reported in order
//! through a channel of [`Event`]s. This module has no time-outs.

pub mod body;
pub mod invocation;
pub mod machine;
pub mod piece;
pub mod route;
pub mod state;

pub use invocation::Invocation;
pub use piece::Piece;

use crate::Error;
use crate::outcome::{RESPONSE_BYTES_MAX, recorded_error_type};
use body::{ReplyBody, Truncated};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use machine::{Machine, Next};
use route::{Call, Refusal};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, JoinSet};

/// The most bytes of a streamed response.
pub const STREAM_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// The most bytes of a request's head; a client context or an error's cause may be 1 MiB.
const HEAD_BYTES_MAX: usize = 2 * 1024 * 1024;

/// An action of the process, and its time.
#[derive(Debug)]
pub enum Event {
    /// It asked for an event, for the first time or after it had answered the last one.
    Ready { at: Instant },
    /// The event was handed over.
    Delivered { at: Instant },
    /// It posted an answer, an error, or that it cannot start. It is kept waiting for its reply
    /// until `hold` is dropped.
    Posted { at: Instant, post: Post, hold: Hold },
}

/// A posted message.
#[derive(Debug)]
pub enum Post {
    Response { content_type: Option<HeaderValue>, body: Bytes },
    Error { error_type: String, body: Bytes },
    InitError { error_type: String, body: Bytes },
    TooLarge { bytes: u64 },
}

/// Delays the reply to the process, so that it can be inspected meanwhile.
#[derive(Debug)]
pub struct Hold {
    _released_when_dropped: oneshot::Sender<Infallible>,
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    machine: Mutex<Machine>,
    offered: Notify,
    events: UnboundedSender<Event>,
}

impl RuntimeApi {
    /// Listens on a free port of this machine's own.
    ///
    /// # Errors
    /// [`Error::System`].
    pub async fn start() -> Result<(Self, UnboundedReceiver<Event>), Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::system("opening the Runtime API"))?;
        let address = listener.local_addr().map_err(Error::system("opening the Runtime API"))?;
        let (events, receiver) = unbounded_channel();
        let shared = Arc::new(Shared { machine: Mutex::default(), offered: Notify::new(), events });
        let acceptor = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok((Self { address, shared, acceptor }, receiver))
    }

    /// Puts an invocation before the process; the last one must have ended.
    pub fn offer(&self, invocation: Invocation) {
        self.shared.machine().offer(Arc::new(invocation));
        self.shared.offered.notify_waiters();
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

impl Shared {
    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports `event`. The replies are the same if the receiver is gone.
    fn notify(&self, event: Event) {
        let _ = self.events.send(event);
    }
}

/// Serves every connection until it is aborted, and they with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, Arc::clone(&shared)));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(request, &shared).await.unwrap_or_else(Refusal::response)) }
    });
    // A connection that breaks is the process's business; what it meant for the invocation, the
    // machine knows.
    let _ = hyper::server::conn::http1::Builder::new()
        .title_case_headers(true)
        .header_read_timeout(None)
        // A process may send its last words and be gone.
        .half_close(true)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<ReplyBody>, Refusal> {
    match route::route(request.method(), request.uri().path(), request.headers())? {
        Call::Next => next(shared).await,
        Call::Response(id) => response(&id, request, shared).await,
        Call::Error(id) => error(&id, request, shared).await,
        Call::InitError => init_error(request, shared).await,
    }
}

async fn next(shared: &Shared) -> Result<Response<ReplyBody>, Refusal> {
    loop {
        // Made before the machine is asked: an offer in between is not missed.
        let offered = shared.offered.notified();
        let (next, became_ready) = shared.machine().ask()?;
        if became_ready {
            shared.notify(Event::Ready { at: Instant::now() });
        }
        match next {
            Next::Wait => offered.await,
            Next::Deliver { invocation, again } => {
                if !again {
                    shared.notify(Event::Delivered { at: Instant::now() });
                }
                return Ok(invocation.response());
            }
        }
    }
}

const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");

async fn response(id: &str, request: Request<Incoming>, shared: &Shared) -> Result<Response<ReplyBody>, Refusal> {
    let (bytes_max, is_stream) = match request.headers().get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
        None | Some(b"") => (RESPONSE_BYTES_MAX, false),
        Some(b"streaming") => (STREAM_BYTES_MAX, true),
        Some(_) => return Err(Refusal::InvalidResponseMode),
    };
    let invocation = shared.machine().begin_reply(id)?;
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    let pieces = invocation.pieces.as_ref().filter(|_| is_stream);
    if let Some(pieces) = pieces {
        let _ = pieces.send(Piece::Head { content_type: content_type.clone() }).await;
    }
    let read = body::read_or_forward(request.into_body(), bytes_max, pieces).await.map_err(|Truncated| Refusal::Truncated)?;
    shared.machine().end_reply();
    if read.bytes_sent > bytes_max {
        post(shared, Post::TooLarge { bytes: read.bytes_sent }).await;
        return Err(Refusal::TooLarge { bytes_max });
    }
    let failed_midway = read.trailers.as_ref().and_then(error_in_trailers);
    post(shared, failed_midway.unwrap_or(Post::Response { content_type, body: read.kept })).await;
    Ok(accepted())
}

async fn error(id: &str, request: Request<Incoming>, shared: &Shared) -> Result<Response<ReplyBody>, Refusal> {
    shared.machine().begin_reply(id)?;
    let error_type = error_type(request.headers());
    let read = body::read(request.into_body(), RESPONSE_BYTES_MAX).await.map_err(|Truncated| Refusal::Truncated)?;
    shared.machine().end_reply();
    post(shared, Post::Error { error_type, body: read.kept }).await;
    Ok(accepted())
}

async fn init_error(request: Request<Incoming>, shared: &Shared) -> Result<Response<ReplyBody>, Refusal> {
    shared.machine().init_error()?;
    let error_type = error_type(request.headers());
    let read = body::read(request.into_body(), RESPONSE_BYTES_MAX).await.map_err(|Truncated| Refusal::Truncated)?;
    post(shared, Post::InitError { error_type, body: read.kept }).await;
    Ok(accepted())
}

/// Reports the posted message, and waits until its receiver has inspected the process.
async fn post(shared: &Shared, post: Post) {
    let (sender, released) = oneshot::channel();
    shared.notify(Event::Posted { at: Instant::now(), post, hold: Hold { _released_when_dropped: sender } });
    let _ = released.await;
}

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

fn error_type(headers: &HeaderMap) -> String {
    recorded_error_type(headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok()))
}

/// Returns the error that a handler reports in the trailers of its stream.
fn error_in_trailers(trailers: &HeaderMap) -> Option<Post> {
    use base64::Engine as _;
    if !trailers.contains_key(ERROR_TYPE) {
        return None;
    }
    let encoded = trailers.get(ERROR_BODY).map(HeaderValue::as_bytes).unwrap_or_default();
    let body = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap_or_else(|_| encoded.to_vec());
    Some(Post::Error { error_type: error_type(trailers), body: body.into() })
}

fn accepted() -> Response<ReplyBody> {
    route::json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n".into())
}
