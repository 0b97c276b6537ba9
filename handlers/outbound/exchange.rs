//! The state machine of one request: from the pool or by DNS, connection, proxy and TLS to the reply, with redirects and retries. It never waits: it
//! names a socket and a time to wait for.

use crate::connection::Connection;
use crate::dns::{self, Lookup};
use crate::error::{Error, Kind};
use crate::proxy::{self, Proxy};
use crate::reply::body::BodyReader;
use crate::reply::head::{self, Framing, HEAD_BYTES_MAX, Head, Malformed};
use crate::request::{Repeat, Request};
use crate::response::Response;
use crate::url::{Scheme, Url, push_number};
use crate::{pool, retry};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::net::{IpAddr, SocketAddr};
use ruchy_std::net::{Readiness, Socket, SocketKind, error_text};
use ruchy_std::{random, time};

/// Time limit of requests outside of an invocation, or without a deadline, in milliseconds.
pub const TIMEOUT_MS: u64 = 60_000;
/// Part of the remaining time that is left to the function for its answer.
const RESERVED_PART: u64 = 20;
/// Longest wait for a connection to one address, in milliseconds, where there are others to try.
const CONNECT_MS_MAX: u64 = 2_500;
/// Longest wait for a connection to the last address, in milliseconds.
const LAST_CONNECT_MS_MAX: u64 = 10_000;
/// Body bytes that are queued at a time: a large body is never in memory twice.
const BODY_PART_BYTES: usize = 64 * 1024;

/// Takes parts of a body. Returns whether it wants more.
pub(crate) type Sink<'sink> = &'sink mut dyn FnMut(&[u8]) -> bool;

/// The result of [`Exchange::step`].
pub(crate) enum Step {
    /// The reply, or the reason why there is none.
    Done(Result<Response, Error>),
    /// Wait for the socket, if there is one, until this time.
    Wait(Option<Readiness>, u64),
}

/// One request that is under way.
pub(crate) struct Exchange<'sink> {
    request: Request,
    url: Url,
    proxy: Option<Proxy>,
    sink: Option<Sink<'sink>>,
    /// Whether the sink was called: nothing can be retried any more.
    sink_called: bool,
    /// Number of the present attempt; 1 is the first.
    attempt: u32,
    redirects: u32,
    /// Whether the connection was kept from an earlier request: that it is lost counts as no attempt.
    is_kept: bool,
    limit_ms: u64,
    state: State,
}

enum State {
    Begin,
    Resolve(Box<Lookup>),
    Connect(Connect),
    /// The proxy was asked for a tunnel.
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
}

struct Transfer {
    connection: Connection,
    body_queued: usize,
    scanned: usize,
    head: Option<Head>,
    reader: BodyReader,
    body: Vec<u8>,
}

/// What to do after one state.
enum Next {
    Go(State),
    Wait(State, Option<Readiness>, u64),
    Done(Response),
}

impl<'sink> Exchange<'sink> {
    pub(crate) fn new(mut request: Request, sink: Option<Sink<'sink>>, now_ms: u64) -> Self {
        let mut limit_ms = match time::deadline_ms() {
            None | Some(u64::MAX) => now_ms + TIMEOUT_MS,
            Some(deadline_ms) => deadline_ms - deadline_ms.saturating_sub(now_ms) / RESERVED_PART,
        };
        if let Some(timeout_ms) = request.timeout_ms {
            limit_ms = limit_ms.min(now_ms.saturating_add(timeout_ms));
        }
        let nothing = Url { scheme: Scheme::Http, host: String::new(), port: 0, target: String::new() };
        let (mut url, mut state) = (nothing, State::Begin);
        match (mem::replace(&mut request.url, Err(Error::new(Kind::InvalidRequest, &[]))), request.mistake.take()) {
            (_, Some(mistake)) | (Err(mistake), None) => state = State::Failed(mistake),
            (Ok(parsed), None) => url = parsed,
        }
        Self { request, url, proxy: None, sink, sink_called: false, attempt: 1, redirects: 0, is_kept: false, limit_ms, state }
    }

    /// Goes on as far as it can without waiting.
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
            State::Resolve(_) => "looking up its address",
            State::Connect(_) => "connecting",
            State::Tunnel(..) => "asking the proxy for a tunnel",
            State::Secure(_) => "the TLS handshake",
            State::Transfer(transfer) if !transfer.connection.is_sent() => "sending the request",
            State::Transfer(transfer) if transfer.head.is_some() => "receiving the reply",
            State::Transfer(_) => "waiting for the reply",
            _ => "waiting for the next attempt",
        };
        let error = self.with_host(Kind::Timeout, &["the time limit passed while ", stage]);
        if matches!(&self.state, State::Transfer(_)) { error } else { error.before_sent() }
    }

    fn with_host(&self, kind: Kind, parts: &[&str]) -> Error {
        let mut message = String::new();
        for part in parts {
            message.push_str(part);
        }
        Error::new(kind, &[&self.request.method, " ", &self.url.host, ": ", &message])
    }

    /// The state after `error`: a retry, if it is possible.
    fn after(&mut self, error: Error, now_ms: u64) -> Result<State, Error> {
        let may_repeat = error.is_not_sent() || self.request.repeat == Repeat::IfLost;
        let is_of_connection = matches!(error.kind(), Kind::Connect | Kind::ConnectionLost);
        if is_of_connection && may_repeat && !self.sink_called {
            if mem::take(&mut self.is_kept) {
                return Ok(State::Begin); // it was closed while it was idle
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

    fn pause(&mut self, now_ms: u64, least_ms: u64) -> State {
        let mut bytes = [0; 8];
        random::fill(&mut bytes);
        let pause_ms = retry::pause_ms(self.attempt, u64::from_ne_bytes(bytes)).max(least_ms);
        self.attempt += 1;
        State::Pause(now_ms.saturating_add(pause_ms))
    }

    fn advance(&mut self, state: State, now_ms: u64) -> Result<Next, Error> {
        match state {
            State::Failed(error) => Err(error),
            State::Pause(until_ms) if now_ms < until_ms => Ok(Next::Wait(State::Pause(until_ms), None, until_ms)),
            State::Pause(_) | State::Begin => self.begin(now_ms),
            State::Resolve(mut lookup) => match lookup.advance(now_ms)? {
                dns::Progress::Done(addresses) => self.connect(addresses, 0, now_ms, None),
                dns::Progress::Wait(readiness, until_ms) => Ok(Next::Wait(State::Resolve(lookup), Some(readiness), until_ms)),
            },
            State::Connect(connect) => self.connected(connect, now_ms),
            State::Tunnel(connection, scanned) => self.tunnel(connection, scanned),
            State::Secure(connection) => self.secure(connection),
            State::Transfer(transfer) => self.transfer(transfer, now_ms),
        }
    }

    /// A kept connection, or a lookup of the host's address.
    fn begin(&mut self, now_ms: u64) -> Result<Next, Error> {
        if self.url.scheme == Scheme::Https && self.request.opener.is_none() {
            return Err(self.with_host(Kind::InvalidRequest, &["this request is for http:// alone"]));
        }
        self.proxy = if self.request.uses_proxy { proxy::of(&self.url)? } else { None };
        if let Some(connection) = pool::take(&self.url, self.request.opener, now_ms) {
            self.is_kept = true;
            return self.send(connection);
        }
        self.is_kept = false;
        let host = self.proxy.as_ref().map_or(&self.url.host, |proxy| &proxy.host);
        match Lookup::begin(host, now_ms) {
            Ok(addresses) => self.connect(addresses, 0, now_ms, None),
            Err(lookup) => Ok(Next::Go(State::Resolve(lookup))),
        }
    }

    /// Starts to connect to the address of number `next`, after `last_error`.
    fn connect(&mut self, addresses: Vec<IpAddr>, next: usize, now_ms: u64, last_error: Option<&str>) -> Result<Next, Error> {
        let (host, port) = self.proxy.as_ref().map_or((&self.url.host, self.url.port), |proxy| (&proxy.host, proxy.port));
        let mut last_error = last_error;
        for (number, address) in addresses.iter().enumerate().skip(next) {
            match Socket::connect(&SocketAddr::new(*address, port), SocketKind::Stream) {
                Ok(socket) => {
                    let is_last = number + 1 == addresses.len();
                    let until_ms = now_ms + if is_last { LAST_CONNECT_MS_MAX } else { CONNECT_MS_MAX };
                    let readiness = socket.connected();
                    let connect = Connect { socket, addresses, next: number + 1, until_ms };
                    return Ok(Next::Wait(State::Connect(connect), Some(readiness), until_ms));
                }
                Err(number) => last_error = Some(error_text(number)),
            }
        }
        dns::forget(host);
        let mut port_text = String::new();
        push_number(&mut port_text, port);
        Err(Error::new(Kind::Connect, &["port ", &port_text, " of ", host, ": ", last_error.unwrap_or("no address")]))
    }

    /// Goes on with the connection if it is established.
    fn connected(&mut self, connect: Connect, now_ms: u64) -> Result<Next, Error> {
        let error = connect.socket.error();
        if error != 0 {
            return self.connect(connect.addresses, connect.next, now_ms, Some(error_text(error)));
        }
        if !connect.socket.is_connected() {
            if now_ms >= connect.until_ms {
                return self.connect(connect.addresses, connect.next, now_ms, Some("connection timed out"));
            }
            let (readiness, until_ms) = (connect.socket.connected(), connect.until_ms);
            return Ok(Next::Wait(State::Connect(connect), Some(readiness), until_ms));
        }
        let mut connection = Connection::new(connect.socket);
        if self.url.scheme == Scheme::Http {
            return self.send(connection);
        }
        let Some(proxy) = &self.proxy else { return self.open(connection) };
        let authority = self.url.authority();
        let parts = ["CONNECT ", &authority, " HTTP/1.1\r\nHost: ", &authority, "\r\n", &proxy.authorization, "\r\n"];
        connection.queue(parts.concat().into_bytes())?;
        Ok(Next::Go(State::Tunnel(connection, 0)))
    }

    /// Waits for the proxy's reply.
    fn tunnel(&mut self, mut connection: Connection, mut scanned: usize) -> Result<Next, Error> {
        connection.flush().map_err(Error::before_sent)?;
        let received = connection.receive().map_err(Error::before_sent)?;
        if let Some(end) = head::end_of_head(&connection.received, &mut scanned) {
            let head = head::parse(connection.received.get(..end).unwrap_or_default()).map_err(malformed)?;
            if !matches!(head.status, 200..=299) {
                let status = head::status_text(head.status);
                return Err(Error::new(Kind::Connect, &["the proxy refuses the tunnel with status ", &status]));
            }
            connection.received.drain(..end);
            return self.open(connection);
        }
        if connection.is_closed {
            return Err(Error::new(Kind::Connect, &["the proxy has closed the connection"]));
        }
        if connection.received.len() > HEAD_BYTES_MAX {
            return Err(malformed(Malformed::HeadTooLong));
        }
        if received && connection.is_full {
            return Ok(Next::Go(State::Tunnel(connection, scanned)));
        }
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Tunnel(connection, scanned), Some(readiness), u64::MAX))
    }

    /// Begins TLS.
    fn open(&mut self, mut connection: Connection) -> Result<Next, Error> {
        let Some(opener) = self.request.opener else { return Err(Error::new(Kind::InvalidRequest, &["no TLS"])) };
        connection.secure(opener(&self.url.host)?)?;
        connection.flush().map_err(Error::before_sent)?;
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Secure(connection), Some(readiness), u64::MAX))
    }

    /// Goes on with the handshake.
    fn secure(&mut self, mut connection: Connection) -> Result<Next, Error> {
        connection.flush().map_err(Error::before_sent)?;
        if let Err(error) = connection.receive() {
            connection.flush().ok(); // the alert, if the peer still listens
            return Err(error.before_sent());
        }
        if connection.decrypt()? {
            return self.send(connection); // with the end of the handshake, in one piece
        }
        if connection.is_closed {
            return Err(Error::new(Kind::ConnectionLost, &["the connection was closed in the TLS handshake"]).before_sent());
        }
        connection.flush().map_err(Error::before_sent)?;
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Secure(connection), Some(readiness), u64::MAX))
    }

    /// Sends the request.
    fn send(&mut self, mut connection: Connection) -> Result<Next, Error> {
        let (request, mut bytes) = (&self.request, Vec::new());
        let to_proxy = self.proxy.as_ref().filter(|_| self.url.scheme == Scheme::Http);
        request.write_head(&self.url, to_proxy.is_some(), to_proxy.map_or("", |proxy| &proxy.authorization), &mut bytes);
        let body_queued = request.body.len().min(BODY_PART_BYTES);
        bytes.extend_from_slice(request.body.get(..body_queued).unwrap_or_default());
        connection.queue(bytes).map_err(Error::before_sent)?;
        let reader = BodyReader::new(Framing::Length(0));
        let mut transfer = Transfer { connection, body_queued, scanned: 0, head: None, reader, body: Vec::new() };
        self.flush(&mut transfer)?;
        let readiness = transfer.connection.readiness();
        Ok(Next::Wait(State::Transfer(transfer), Some(readiness), u64::MAX))
    }

    /// Sends what the kernel takes, and queues more of the body.
    fn flush(&self, transfer: &mut Transfer) -> Result<(), Error> {
        let body = &self.request.body;
        loop {
            // A request that was not sent in full was not acted on.
            transfer.connection.flush().map_err(Error::before_sent)?;
            if !transfer.connection.is_sent() || transfer.body_queued >= body.len() {
                return Ok(());
            }
            let end = body.len().min(transfer.body_queued + BODY_PART_BYTES);
            transfer.connection.queue(body.get(transfer.body_queued..end).unwrap_or_default().to_vec()).map_err(Error::before_sent)?;
            transfer.body_queued = end;
        }
    }

    /// Goes on sending and receiving.
    fn transfer(&mut self, mut transfer: Transfer, now_ms: u64) -> Result<Next, Error> {
        let flushed = self.flush(&mut transfer);
        let is_sent = transfer.connection.is_sent() && transfer.body_queued >= self.request.body.len();
        let received = match transfer.connection.receive() {
            Ok(received) => received,
            Err(error) if is_sent && flushed.is_ok() => return Err(error),
            Err(error) => return Err(error.before_sent()),
        };
        // A server that refuses a request may close before it was sent: the reply counts, if there is one.
        if !received && !transfer.connection.is_closed {
            flushed?;
        }
        if self.take(&mut transfer)? {
            return self.finish(transfer, is_sent, now_ms);
        }
        if transfer.connection.is_closed {
            let error = Error::new(
                Kind::ConnectionLost,
                &[if transfer.head.is_some() {
                    "the connection was closed in the middle of the reply"
                } else {
                    "the connection was closed without a reply"
                }],
            );
            return Err(if is_sent { error } else { error.before_sent() });
        }
        if received && transfer.connection.is_full {
            return Ok(Next::Go(State::Transfer(transfer)));
        }
        let readiness = transfer.connection.readiness();
        Ok(Next::Wait(State::Transfer(transfer), Some(readiness), u64::MAX))
    }

    /// Takes the reply out of what was received. Returns whether it is complete.
    fn take(&mut self, transfer: &mut Transfer) -> Result<bool, Error> {
        let Transfer { connection, scanned, head, reader, body, .. } = transfer;
        while head.is_none() {
            let Some(end) = head::end_of_head(&connection.received, scanned) else {
                if connection.received.len() > HEAD_BYTES_MAX {
                    return Err(malformed(Malformed::HeadTooLong));
                }
                return Ok(false);
            };
            let parsed = head::parse(connection.received.get(..end).unwrap_or_default()).map_err(malformed)?;
            connection.received.drain(..end);
            *scanned = 0;
            match parsed.status {
                101 => return Err(malformed(Malformed::StatusLine)), // no upgrade was asked for
                100..=199 => continue,
                _ => {}
            }
            let framing =
                if self.request.method == "HEAD" || matches!(parsed.status, 204 | 304) { Framing::Length(0) } else { parsed.framing };
            if let Framing::Length(bytes) = framing
                && !self.streams(&parsed)
                && usize::try_from(bytes).is_ok_and(|bytes| bytes > self.request.reply_bytes_max)
            {
                return Err(self.too_large());
            }
            *reader = BodyReader::new(framing);
            *head = Some(parsed);
        }
        let streams = head.as_ref().is_some_and(|head| self.streams(head));
        let mut used = 0;
        while !reader.is_done() {
            let step = reader.next(connection.received.get(used..).unwrap_or_default()).map_err(malformed)?;
            used += step.consumed;
            if step.consumed == 0 {
                break;
            }
            if step.data.is_empty() {
                continue;
            }
            if let (true, Some(sink)) = (streams, &mut self.sink) {
                self.sink_called = true;
                if !sink(step.data) {
                    connection.is_closed = true; // so that it is not kept
                    return Ok(true);
                }
            } else if body.len() + step.data.len() > self.request.reply_bytes_max {
                return Err(self.too_large());
            } else {
                body.extend_from_slice(step.data);
            }
        }
        connection.received.drain(..used);
        Ok(reader.is_done() || connection.is_closed && reader.ends_with_connection())
    }

    fn streams(&self, head: &Head) -> bool {
        self.sink.is_some() && matches!(head.status, 200..=299)
    }

    fn too_large(&self) -> Error {
        let mut limit = String::new();
        push_number(&mut limit, self.request.reply_bytes_max);
        Error::new(Kind::TooLarge, &["the reply exceeds ", &limit, " bytes, the limit set by reply_bytes_max"])
    }

    /// The reply is complete: keeps the connection, then follows a redirect, retries, or is done.
    fn finish(&mut self, transfer: Transfer, is_sent: bool, now_ms: u64) -> Result<Next, Error> {
        let Transfer { connection, head, body, .. } = transfer;
        let Some(head) = head else { return Err(malformed(Malformed::StatusLine)) };
        if head.keep_alive && is_sent && !connection.is_closed && connection.received.is_empty() {
            pool::put(&self.url, self.request.opener, connection, now_ms);
        }
        self.is_kept = false;
        let mut response = Response { status: head.status, headers: head.headers, body };
        if let Some(location) = redirect(&response).filter(|_| self.request.redirects_max > 0) {
            let location = String::from(location);
            self.follow(&location, response.status)?;
            return Ok(Next::Go(State::Begin));
        }
        let retries = match self.request.judge {
            Some(judge) => judge(&response),
            None => self.request.repeat == Repeat::IfLost && matches!(response.status, 429 | 502..=504),
        };
        if retries && !self.sink_called && self.attempt < self.request.attempts_max {
            let seconds = response.header("retry-after").and_then(|value| value.parse::<u32>().ok()).unwrap_or(0);
            let state = self.pause(now_ms, u64::from(seconds) * 1000);
            // A pause beyond the limit would only lose the reply.
            if matches!(state, State::Pause(until_ms) if until_ms < self.limit_ms) {
                return Ok(Next::Go(state));
            }
        }
        if let Some(decode) = self.request.decoder.filter(|_| !self.sink_called)
            && response.header("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"))
            && !response.body.is_empty()
        {
            response.body = decode(&response.body, self.request.reply_bytes_max)?;
        }
        Ok(Next::Done(response))
    }

    /// Goes on with the URL of a redirect.
    fn follow(&mut self, location: &str, status: u16) -> Result<(), Error> {
        if self.redirects >= self.request.redirects_max {
            return Err(self.with_host(Kind::Redirect, &["more redirects than redirects_max allows"]));
        }
        self.redirects += 1;
        let url = self.url.join(location)?;
        if self.url.scheme == Scheme::Https && url.scheme == Scheme::Http {
            return Err(self.with_host(Kind::Redirect, &["a redirect from https to http is not followed"]));
        }
        let is_other = url.host != self.url.host || url.port != self.url.port || url.scheme != self.url.scheme;
        let method = &mut self.request.method;
        let becomes_get = status == 303 && method != "HEAD" || matches!(status, 301 | 302) && method == "POST";
        if becomes_get {
            *method = String::from("GET");
            self.request.repeat = Repeat::IfLost;
            (self.request.body, self.request.has_body) = (Vec::new(), false);
        }
        let headers = mem::take(&mut self.request.headers);
        for line in headers.split_inclusive('\n') {
            let name = line.split(':').next().unwrap_or_default();
            let is_secret = ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-amz-security-token"]
                .iter()
                .any(|secret| name.eq_ignore_ascii_case(secret));
            let is_of_body = name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"));
            if !(is_other && is_secret || becomes_get && is_of_body) {
                self.request.headers.push_str(line);
            }
        }
        self.url = url;
        Ok(())
    }
}

/// The URL that `response` redirects to.
fn redirect(response: &Response) -> Option<&str> {
    matches!(response.status, 301..=303 | 307 | 308).then(|| response.header("location")).flatten()
}

fn malformed(malformed: Malformed) -> Error {
    Error::new(Kind::MalformedReply, &["the reply is malformed: ", malformed.reason()])
}
