//! The Runtime API client: fetches the next invocation, posts responses and errors, and retries
//! requests whose reply is lost.

use crate::http::parser::{HEAD_BYTES_MAX, Progress, Reply, buffer_bytes};
use crate::log::{log_error, log_error_parts};
use crate::runtime_api::address::Address;
use crate::runtime_api::connection::{Connection, ConnectionLost, LastError, Parts};
use crate::runtime_api::invocation::{self, EVENT_BYTES_MAX, Invocation, InvocationName};
use crate::runtime_api::report::{self, ERROR_BODY_BYTES_MAX, Report};
use crate::runtime_api::request::{Get, REQUEST_HEAD_BYTES, Request, write_head, write_length};
use crate::runtime_api::status::{Classification, PreviousAttempt, classify};
use crate::signals::termination;
use crate::sys::socket::PARTS;
use crate::sys::{self, Clock};
use crate::text::buffer::Buffer;
use crate::text::bytes::split_once;

/// Size of the receive buffer, in bytes: an event, followed by the reply to its response. Pages
/// that are never written use no memory.
pub const INBOX_BYTES: usize = 9 << 20;
const _: () = assert!(DELIVERY_BYTES + RESPONDER_BYTES <= INBOX_BYTES);

/// Most bytes of it that a reply with an event uses.
const DELIVERY_BYTES: usize = buffer_bytes(HEAD_BYTES_MAX, EVENT_BYTES_MAX);

/// Bytes that a [`Responder`] needs.
pub const RESPONDER_BYTES: usize = REQUEST_HEAD_BYTES + buffer_bytes(HEAD_BYTES_MAX, ACKNOWLEDGEMENT_BODY_BYTES_MAX);
/// Longest body of a reply to a POST that is read, in bytes. A longer one is not read, and the
/// connection is closed.
const ACKNOWLEDGEMENT_BODY_BYTES_MAX: usize = 4096;

/// Most attempts of one request. The pauses between them add up to two seconds.
const ATTEMPTS_MAX: u32 = 11;
/// The loss of a connection that waited this long for an invocation does not count as a failure:
/// peers close idle connections. In milliseconds.
const IDLE_MS: u64 = 1000;

/// An error that ends the process: Lambda cannot be reached, or reported that it cannot continue.
/// It was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatal;

/// The state of a streamed response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum StreamState {
    /// Everything so far was sent. (Not 0, so that a static `None` is all zeros.)
    Open = 1,
    /// The connection is lost: the caller calls `Client::lose`.
    ConnectionLost,
    /// Lambda replied before the end of the body; it and the runtime continue.
    Refused,
    /// Lambda replied that it cannot continue. It was logged.
    Fatal,
}

/// A client of the Runtime API at one address.
pub struct Client<'text> {
    session: Session<'text>,
}

impl<'text> Client<'text> {
    /// Creates a client that is not connected.
    #[must_use]
    pub fn new(address: &'text Address<'text>) -> Self {
        Self { session: Session { address, connection: Connection::closed(), next_is_due: false } }
    }

    /// Sends `GET next`. If that fails, [`Client::next`] retries.
    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    pub fn request_next(&mut self) {
        let Session { address, connection, next_is_due } = &mut self.session;
        *next_is_due = connection.open(address).is_ok() && connection.send_first(&Get::NEXT.parts(address)).is_ok();
    }

    /// Sends `GET next` unless it was sent, and receives the reply into `inbox`. Returns the number
    /// of bytes that it occupies, which [`Client::invocation`] reads. Any status but 200 is an
    /// error.
    ///
    /// # Errors
    /// [`Fatal`], logged.
    pub fn next(&mut self, inbox: &mut [u8]) -> Result<usize, Fatal> {
        if self.get(&Get::NEXT, inbox)? == 200 { Ok(self.session.connection.filled()) } else { Err(Fatal) }
    }

    /// Waits until a snapshot of this process has been restored. Returns whether Lambda supports
    /// snapshots here.
    ///
    /// # Errors
    /// [`Fatal`], logged.
    pub fn restore_next(&mut self, inbox: &mut [u8]) -> Result<bool, Fatal> {
        let status = self.get(&Get::RESTORE_NEXT, inbox);
        self.session.connection.close(); // a connection does not survive a snapshot
        match status? {
            500.. => Err(Fatal),
            status => Ok(status == 200),
        }
    }

    /// Returns the status of the reply to a GET, and logs a failure.
    #[inline(never)]
    fn get(&mut self, get: &Get, inbox: &mut [u8]) -> Result<u16, Fatal> {
        let parts = get.parts(self.session.address);
        let inbox = inbox.get_mut(..DELIVERY_BYTES).unwrap_or_default();
        self.session.exchange(get.name(), true, parts, inbox, EVENT_BYTES_MAX)?;
        let reply = self.session.connection.reply(inbox);
        if reply.status != 200 {
            log_refusal(get.name(), &reply);
        }
        Ok(reply.status)
    }

    /// Returns the invocation that [`Client::next`] received; `None` without a valid request id,
    /// which the response needs.
    #[must_use]
    pub fn invocation<'inbox>(&self, inbox: &'inbox [u8]) -> Option<Invocation<'inbox>> {
        invocation::parse(&self.session.connection.reply(inbox))
    }

    /// Returns a responder that uses `memory`, of [`RESPONDER_BYTES`].
    pub fn responder<'client>(&'client mut self, memory: &'client mut [u8]) -> Responder<'client, 'text> {
        let (head, acknowledgement) = memory.split_at_mut_checked(REQUEST_HEAD_BYTES).unwrap_or_default();
        Responder { session: &mut self.session, head, acknowledgement }
    }
}

/// Posts the response to an invocation, or an error.
pub struct Responder<'client, 'text> {
    session: &'client mut Session<'text>,
    /// Memory for heads of requests.
    head: &'client mut [u8],
    /// Memory for replies to them.
    acknowledgement: &'client mut [u8],
}

impl Responder<'_, '_> {
    /// Posts a handler's response.
    ///
    /// # Errors
    /// [`Fatal`], logged. A non-fatal refusal is logged and is not an error.
    pub fn respond(&mut self, invocation: &InvocationName<'_>, response: &[u8]) -> Result<(), Fatal> {
        self.post(&Request::response(invocation), response, END_OF_HEAD)
    }

    /// Posts and logs the failure of an invocation.
    ///
    /// # Errors
    /// As [`Responder::respond`].
    pub fn report(&mut self, invocation: &InvocationName<'_>, report: &Report<'_>) -> Result<(), Fatal> {
        self.post_error(&Request::invocation_error(invocation, report.error_type), report)
    }

    /// Posts and logs the failure of the start. `name` is `init/error` or `restore/error`.
    ///
    /// # Errors
    /// As [`Responder::respond`].
    pub fn report_start(&mut self, name: &'static str, report: &Report<'_>) -> Result<(), Fatal> {
        self.post_error(&Request::error(name, report.error_type), report)
    }

    #[cold]
    #[inline(never)]
    fn post_error(&mut self, request: &Request<'_>, report: &Report<'_>) -> Result<(), Fatal> {
        let (mut cause, mut body) = ([0; ERROR_BODY_BYTES_MAX], [0; ERROR_BODY_BYTES_MAX]);
        let end_of_head = if request.answers_invocation() { report::xray_cause_header(&mut cause, report) } else { END_OF_HEAD };
        let body = report::error_body(&mut body, report);
        let posted = self.post(request, body, end_of_head);
        log_error(request.name(), b": ", body);
        posted
    }

    /// Posts `body`; `end_of_head` follows the headers of [`write_length`]. A refusal that is not
    /// fatal is logged and is not an error.
    #[inline(never)]
    fn post(&mut self, request: &Request<'_>, body: &[u8], end_of_head: &[u8]) -> Result<(), Fatal> {
        let mut head = Buffer::new(self.head);
        write_head(&mut head, self.session.address, request);
        if !u32::try_from(body.len()).is_ok_and(|body_bytes| write_length(&mut head, body_bytes)) {
            log_error(request.name(), TOO_LARGE, b"");
            return Err(Fatal);
        }
        let parts = [head.bytes(), end_of_head, body, &[], &[]];
        let previous = self.session.exchange(request.name(), false, parts, self.acknowledgement, ACKNOWLEDGEMENT_BODY_BYTES_MAX)?;
        self.session.classify_status(request, previous, self.acknowledgement)
    }

    /// Sends the head of `request`; [`Responder::push`] sends its body. `framing` writes the
    /// headers that describe the body.
    pub fn begin(&mut self, request: &Request<'_>, framing: impl FnOnce(&mut Buffer<'_>)) -> StreamState {
        let Session { address, connection, .. } = &mut *self.session;
        let mut head = Buffer::new(self.head);
        write_head(&mut head, address, request);
        framing(&mut head);
        if head.overflowed() {
            log_error(request.name(), TOO_LARGE, b"");
            return StreamState::Fatal;
        }
        connection.prepare_for_pieces();
        if connection.open(address).is_err() {
            return StreamState::ConnectionLost;
        }
        connection.begin(ACKNOWLEDGEMENT_BODY_BYTES_MAX);
        let parts = &mut [head.bytes(), END_OF_HEAD, &[], &[], &[]];
        let progress = connection.send(parts, self.acknowledgement);
        self.pushed(request, progress)
    }

    /// Sends a part of the body.
    pub fn push(&mut self, request: &Request<'_>, parts: [&[u8]; 3]) -> StreamState {
        let progress = self.session.connection.send(&mut padded(parts), self.acknowledgement);
        self.pushed(request, progress)
    }

    fn pushed(&mut self, request: &Request<'_>, progress: Result<Progress, ConnectionLost>) -> StreamState {
        match progress {
            Ok(Progress::Partial) => StreamState::Open,
            Ok(Progress::Complete) => {
                self.session.connection.close();
                match self.session.classify_status(request, PreviousAttempt::None, self.acknowledgement) {
                    Ok(()) => StreamState::Refused,
                    Err(Fatal) => StreamState::Fatal,
                }
            }
            Err(ConnectionLost) => StreamState::ConnectionLost,
        }
    }

    /// Sends the end of the body and receives the reply. A lost reply is not retried, because the
    /// body is not kept.
    ///
    /// # Errors
    /// As [`Responder::respond`].
    pub fn finish(&mut self, request: &Request<'_>, parts: [&[u8]; 3]) -> Result<(), Fatal> {
        if self.session.connection.exchange(&mut padded(parts), self.acknowledgement).is_err() {
            self.session.log_lost(request.name());
            return Ok(());
        }
        self.session.classify_status(request, PreviousAttempt::None, self.acknowledgement)
    }

    /// Abandons a body that could not be sent completely, and closes the connection.
    pub fn lose(&mut self, request: &Request<'_>) {
        self.session.connection.close();
        self.session.log_lost(request.name());
    }
}

fn padded([first, second, third]: [&[u8]; 3]) -> Parts<'_> {
    [first, second, third, &[], &[]]
}

/// A connection to one address, replaced when it fails.
struct Session<'text> {
    address: &'text Address<'text>,
    connection: Connection,
    /// True if `GET next` was sent and has no reply yet.
    next_is_due: bool,
}

impl Session<'_> {
    /// Classifies the reply to a POST that was received into `memory`.
    fn classify_status(&self, request: &Request<'_>, previous: PreviousAttempt, memory: &[u8]) -> Result<(), Fatal> {
        let reply = self.connection.reply(memory);
        let classification = classify(reply.status, previous);
        if classification != Classification::Accepted {
            log_refusal(request.name(), &reply);
        }
        if classification == Classification::Fatal { Err(Fatal) } else { Ok(()) }
    }

    /// Sends a request, unless it is a `GET next` that was sent already, and receives its reply
    /// into `buffer`. Retries if the reply is lost, and returns the state of the previous attempt.
    /// `name` is for the log. A GET has no time limit.
    #[inline(never)]
    fn exchange(
        &mut self,
        name: &[u8],
        is_get: bool,
        request: Parts<'_>,
        buffer: &mut [u8],
        body_bytes_max: usize,
    ) -> Result<PreviousAttempt, Fatal> {
        let mut attempts = 1;
        let mut previous = PreviousAttempt::None;
        let mut begun = 0;
        loop {
            if is_get {
                termination::enter_idle();
            }
            let mut parts = request;
            if core::mem::take(&mut self.next_is_due) {
                parts = [&[]; PARTS];
            }
            self.connection.begin(body_bytes_max);
            if self.connection.open(self.address).is_ok() && self.connection.exchange(&mut parts, buffer).is_ok() {
                return Ok(previous);
            }
            if parts.iter().all(|part| part.is_empty()) {
                previous = PreviousAttempt::Sent;
                if is_get && sys::milliseconds(Clock::Steady).saturating_sub(begun) > IDLE_MS {
                    attempts = 1;
                }
            } else if parts[0].len() < request[0].len() {
                previous = previous.max(PreviousAttempt::CutShort);
            }
            if attempts >= ATTEMPTS_MAX {
                self.log_lost(name);
                return Err(Fatal);
            }
            // No pause after the first attempt: a connection that broke while the sandbox was
            // frozen is replaced at once. Then the pause doubles: an emulator may start the
            // function before it listens.
            sys::pause((1 << attempts) - 2);
            attempts += 1;
            begun = sys::milliseconds(Clock::Steady);
        }
    }

    /// Logs the error of a request without a reply.
    #[cold]
    #[inline(never)]
    fn log_lost(&self, name: &[u8]) {
        let LastError { what, errno } = self.connection.last_error();
        let mut number = itoa::Buffer::new();
        let pieces = [name, b": ", self.address.authority, b": ", what, b", errno ", number.format(errno).as_bytes()];
        // Errors of HTTP have no error number.
        log_error_parts(pieces.get(..if errno == 0 { 5 } else { 7 }).unwrap_or(&pieces));
    }
}

/// The head does not fit in its buffer, or the length of the body exceeds 32 bits: nothing is sent.
const TOO_LARGE: &[u8] = b": too large to send";
/// The empty line that ends a head.
const END_OF_HEAD: &[u8] = b"\r\n";

#[cold]
#[inline(never)]
fn log_refusal(name: &[u8], reply: &Reply<'_>) {
    let mut status = itoa::Buffer::new();
    let (line, _) = split_once(reply.body, b'\n');
    log_error_parts(&[name, b" refused with status ", status.format(u32::from(reply.status)).as_bytes(), b": ", line]);
}

#[cfg(test)]
mod tests {
    use super::{Client, Fatal, REQUEST_HEAD_BYTES, RESPONDER_BYTES, StreamState};
    use crate::runtime_api::address;
    use crate::runtime_api::invocation::InvocationName;
    use crate::runtime_api::request::{Request, write_stream_headers};
    use std::format;
    use std::net::TcpListener;
    use std::vec;

    #[test]
    #[cfg_attr(miri, ignore = "opens a socket")]
    fn client_sends_no_head_that_does_not_fit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let api = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
        let address = address::parse(api.as_bytes()).unwrap();
        let invocation = InvocationName { request_id: "id", invocation_id: &[b'i'; REQUEST_HEAD_BYTES] };
        let mut memory = vec![0; RESPONDER_BYTES];
        let mut client = Client::new(&address);
        let mut responder = client.responder(&mut memory);
        assert_eq!(responder.respond(&invocation, b"body"), Err(Fatal));
        let state = responder.begin(&Request::response(&invocation), |head| write_stream_headers(head, b"text/plain"));
        assert_eq!(state, StreamState::Fatal);
        assert!(listener.accept().is_err(), "nothing was sent and no connection was made");
    }
}
