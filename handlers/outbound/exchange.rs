//! The state machine of one request: a pooled connection, or DNS, TCP, proxy and TLS; then the
//! reply, redirects and retries. It never blocks; it returns the socket and the time to wait for.
//! [`opening`] and [`transfer`] are its two halves.

mod opening;
mod transfer;

use crate::connection::Connection;
use crate::dns::Lookup;
use crate::error::{Error, Kind};
use crate::proxy::Proxy;
use crate::reply::body::BodyReader;
use crate::reply::head::{Head, Malformed};
use crate::request::{Repeat, Request};
use crate::response::Response;
use crate::retry;
use crate::url::{Scheme, Url};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::net::IpAddr;
use ruchy_std::net::{Readiness, Socket};
use ruchy_std::{random, time};

/// Time limit of requests outside of an invocation or without a deadline, in milliseconds.
pub const TIMEOUT_MS: u64 = 60_000;
/// The fraction of the remaining time that is reserved for the function's response: 1/20.
const RESERVED_PART: u64 = 20;
/// Maximum time to connect to one address, in milliseconds, if there are others to try.
const CONNECT_MS_MAX: u64 = 2_500;
/// Maximum time to connect to the last address, in milliseconds.
const LAST_CONNECT_MS_MAX: u64 = 10_000;
/// Bytes of the body that are queued at a time, so that a large body is not in memory twice.
const BODY_PART_BYTES: usize = 64 * 1024;

/// Receives parts of a body. Returns `false` to stop.
pub(crate) type Sink<'sink> = &'sink mut dyn FnMut(&[u8]) -> bool;

/// Appends the next part of a body. Returns `false` at the end.
pub(crate) type Source<'source> = &'source mut dyn FnMut(&mut Vec<u8>) -> Result<bool, Error>;

/// The result of [`Exchange::step`].
pub(crate) enum Step {
    /// The reply, or the error.
    Done(Result<Response, Error>),
    /// Wait for the socket, if there is one, until this time.
    Wait(Option<Readiness>, u64),
}

/// A request in progress. Its lifetime is that of the functions that receive or provide bodies.
pub(crate) struct Exchange<'sink> {
    request: Request,
    url: Url,
    proxy: Option<Proxy>,
    sink: Option<Sink<'sink>>,
    /// The remainder of a streamed body.
    source: Option<Source<'sink>>,
    /// `true` after the sink or the source was called: the request cannot be retried.
    is_begun: bool,
    /// The number of the current attempt, from 1.
    attempt: u32,
    redirects: u32,
    /// `true` for a pooled connection. If it is lost, the request is repeated without counting an
    /// attempt.
    is_kept: bool,
    limit_ms: u64,
    state: State,
}

enum State {
    Begin,
    /// Waits for addresses, after the error of those that were tried.
    Resolve(Box<Lookup>, Option<Error>),
    Connect(Connect),
    /// Waits for the proxy's reply to CONNECT.
    Tunnel(Connection, usize),
    Secure(Connection),
    Transfer(Transfer),
    Pause(u64),
    Failed(Error),
}

struct Connect {
    socket: Socket,
    addresses: Vec<IpAddr>,
    next: usize,
    until_ms: u64,
    /// May have further addresses.
    lookup: Option<Box<Lookup>>,
}

struct Transfer {
    connection: Connection,
    body_queued: usize,
    scanned: usize,
    head: Option<Head>,
    reader: BodyReader,
    body: Vec<u8>,
}

/// The action after one state.
enum Next {
    Go(State),
    Wait(State, Option<Readiness>, u64),
    Done(Response),
}

impl<'sink> Exchange<'sink> {
    pub(crate) fn new(mut request: Request, sink: Option<Sink<'sink>>, source: Option<Source<'sink>>, now_ms: u64) -> Self {
        let mut limit_ms = match time::deadline_ms() {
            None | Some(u64::MAX) => now_ms + TIMEOUT_MS,
            Some(deadline_ms) => deadline_ms - deadline_ms.saturating_sub(now_ms) / RESERVED_PART,
        };
        if let Some(timeout_ms) = request.timeout_ms {
            limit_ms = limit_ms.min(now_ms.saturating_add(timeout_ms));
        }
        let nothing = Url { scheme: Scheme::Http, host: String::new(), port: 0, target: String::new() };
        let (mut url, mut state) = (nothing, State::Begin);
        match (mem::replace(&mut request.url, Err(Error::new(Kind::InvalidRequest, &[]))), request.error.take()) {
            (_, Some(error)) | (Err(error), None) => state = State::Failed(error),
            (Ok(parsed), None) => url = parsed,
        }
        Self { request, url, proxy: None, sink, source, is_begun: false, attempt: 1, redirects: 0, is_kept: false, limit_ms, state }
    }

    /// Proceeds as far as possible without blocking.
    pub(crate) fn step(&mut self, now_ms: u64) -> Step {
        loop {
            if now_ms >= self.limit_ms {
                return Step::Done(Err(self.timed_out()));
            }
            let state = mem::replace(&mut self.state, State::Begin);
            match self.advance(state, now_ms) {
                Ok(Next::Go(state)) => self.state = state,
                Ok(Next::Wait(state, readiness, until_ms)) => {
                    self.state = state;
                    return Step::Wait(readiness, until_ms.min(self.limit_ms));
                }
                Ok(Next::Done(response)) => return Step::Done(Ok(response)),
                Err(error) => match self.after(error, now_ms) {
                    Ok(state) => self.state = state,
                    Err(error) => return Step::Done(Err(error)),
                },
            }
        }
    }

    fn timed_out(&self) -> Error {
        let stage = match &self.state {
            State::Resolve(..) => "resolving the host name",
            State::Connect(_) => "connecting",
            State::Tunnel(..) => "waiting for the proxy's tunnel",
            State::Secure(_) => "performing the TLS handshake",
            State::Transfer(transfer) if !transfer.connection.is_sent() => "sending the request",
            State::Transfer(transfer) if transfer.head.is_some() => "receiving the reply",
            State::Transfer(_) => "waiting for the reply",
            _ => "waiting before a retry",
        };
        let error = self.with_host(
            Kind::Timeout,
            &["timed out while ", stage, "; the limit is timeout_ms or the time until the invocation's deadline"],
        );
        if matches!(&self.state, State::Transfer(_)) { error } else { error.before_sent() }
    }

    fn with_host(&self, kind: Kind, parts: &[&str]) -> Error {
        let mut message = String::new();
        for part in parts {
            message.push_str(part);
        }
        Error::new(kind, &[&self.request.method, " ", &self.url.host, ": ", &message])
    }

    /// Returns the next state after `error`: a retry, if it is possible.
    fn after(&mut self, error: Error, now_ms: u64) -> Result<State, Error> {
        let may_repeat = error.is_not_sent() || self.request.repeat == Repeat::IfLost;
        let is_of_connection = matches!(error.kind(), Kind::Connect | Kind::ConnectionLost);
        if is_of_connection && may_repeat && !self.is_begun {
            if mem::take(&mut self.is_kept) {
                return Ok(State::Begin); // the peer closed it while it was idle
            }
            if self.attempt < self.request.attempts_max {
                return Ok(self.pause(now_ms, 0));
            }
        }
        Err(match error.kind() {
            Kind::ConnectionLost | Kind::Connect | Kind::MalformedReply | Kind::TooLarge => {
                let named = self.with_host(error.kind(), &[error.message()]);
                if error.is_not_sent() { named.before_sent() } else { named }
            }
            _ => error,
        })
    }

    fn pause(&mut self, now_ms: u64, minimum_ms: u64) -> State {
        let mut bytes = [0; 8];
        random::fill(&mut bytes);
        let pause_ms = retry::pause_ms(self.attempt, u64::from_ne_bytes(bytes)).max(minimum_ms);
        self.attempt += 1;
        State::Pause(now_ms.saturating_add(pause_ms))
    }

    fn advance(&mut self, state: State, now_ms: u64) -> Result<Next, Error> {
        match state {
            State::Failed(error) => Err(error),
            State::Pause(until_ms) if now_ms < until_ms => Ok(Next::Wait(State::Pause(until_ms), None, until_ms)),
            State::Pause(_) | State::Begin => self.begin(now_ms),
            State::Resolve(lookup, error) => self.resolve(lookup, error, now_ms),
            State::Connect(connect) => self.connected(connect, now_ms),
            State::Tunnel(connection, scanned) => self.tunnel(connection, scanned),
            State::Secure(connection) => self.secure(connection),
            State::Transfer(transfer) => self.transfer(transfer, now_ms),
        }
    }
}

fn malformed(malformed: Malformed) -> Error {
    Error::new(Kind::MalformedReply, &["the reply is malformed: ", malformed.reason()])
}
