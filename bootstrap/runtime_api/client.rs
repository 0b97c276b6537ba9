//! The Runtime API's client: asks for the next invocation, posts responses and errors, and decides what a lost reply means.

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

/// Size of the buffer that everything is received into, in bytes: an event, and behind it, while it is answered, what is said to that. Pages that
/// nothing reaches never exist.
pub const INBOX_BYTES: usize = 9 << 20;
const _: () = assert!(DELIVERY_BYTES + RESPONDER_BYTES <= INBOX_BYTES);

/// As much of it as a reply with an event takes at most, in bytes.
const DELIVERY_BYTES: usize = buffer_bytes(HEAD_BYTES_MAX, EVENT_BYTES_MAX);

/// Room that answering an invocation takes, in bytes.
pub const RESPONDER_BYTES: usize = REQUEST_HEAD_BYTES + buffer_bytes(HEAD_BYTES_MAX, ACKNOWLEDGEMENT_BODY_BYTES_MAX);
/// Longest body of a reply to a POST that is read, in bytes; a longer one is left unread, with the connection.
const ACKNOWLEDGEMENT_BODY_BYTES_MAX: usize = 4096;

/// How often a request is issued whose reply is lost each time, before the process gives up: after two seconds of pauses.
const ATTEMPTS_MAX: u32 = 11;
/// A wait for an invocation that was lost after so long is no failure that counts: peers close what is idle. In milliseconds.
const IDLE_MS: u64 = 1000;

/// Lambda cannot be reached, or said that it cannot go on. It was logged, and the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatal;

/// How far a body that is sent piece by piece has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum StreamState {
    /// All of it so far was sent. (Not 0, which so is left for a static that has none of these.)
    Open = 1,
    /// The connection is gone: [`Client::lose`] is to follow.
    ConnectionLost,
    /// Lambda answered before its end, and goes on; so does the runtime.
    Refused,
    /// Lambda answered that it cannot go on. It was logged.
    Fatal,
}

/// A client of the Runtime API at one address.
pub struct Client<'text> {
    session: Session<'text>,
}

impl<'text> Client<'text> {
    /// A client that has not connected yet.
    #[must_use]
    pub fn new(address: &'text Address<'text>) -> Self {
        Self { session: Session { address, connection: Connection::closed(), next_is_due: false } }
    }

    /// Puts `GET next` on the wire. Where that fails, [`Client::next`] tries again.
    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    pub fn request_next(&mut self) {
        let Session { address, connection, next_is_due } = &mut self.session;
        *next_is_due = connection.open(address).is_ok() && connection.send_first(&Get::NEXT.parts(address)).is_ok();
    }

    /// Waits for the reply to `next` in `inbox`, having asked for it first unless that is done. Returns how many bytes of `inbox` it takes:
    /// [`Client::invocation`] reads them. Any status but 200 is an error.
    ///
    /// # Errors
    /// [`Fatal`], logged.
    pub fn next(&mut self, inbox: &mut [u8]) -> Result<usize, Fatal> {
        if self.get(&Get::NEXT, inbox)? == 200 { Ok(self.session.connection.filled()) } else { Err(Fatal) }
    }

    /// Waits until a snapshot of this process has been restored. Whether there can be one: Lambda refuses where there cannot.
    ///
    /// # Errors
    /// [`Fatal`], logged.
    pub fn restore_next(&mut self, inbox: &mut [u8]) -> Result<bool, Fatal> {
        let status = self.get(&Get::RESTORE_NEXT, inbox);
        self.session.connection.close(); // what was open when the snapshot was taken leads nowhere
        match status? {
            500.. => Err(Fatal),
            status => Ok(status == 200),
        }
    }

    /// The status of the reply to a GET; one that is no success is logged.
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

    /// What the last [`Client::next`] delivered; `None` when it has no usable request id, without which nothing can be answered.
    #[must_use]
    pub fn invocation<'inbox>(&self, inbox: &'inbox [u8]) -> Option<Invocation<'inbox>> {
        invocation::parse(&self.session.connection.reply(inbox))
    }

    /// What answers are posted with. It works in `memory`, of which it needs [`RESPONDER_BYTES`].
    pub fn responder<'client>(&'client mut self, memory: &'client mut [u8]) -> Responder<'client, 'text> {
        let (head, acknowledgement) = memory.split_at_mut_checked(REQUEST_HEAD_BYTES).unwrap_or_default();
        Responder { session: &mut self.session, head, acknowledgement }
    }
}

/// The client while it has something to say.
pub struct Responder<'client, 'text> {
    session: &'client mut Session<'text>,
    /// Where the heads of requests are put together.
    head: &'client mut [u8],
    /// Where what Lambda says to them is received.
    acknowledgement: &'client mut [u8],
}

impl Responder<'_, '_> {
    /// Posts a handler's response.
    ///
    /// # Errors
    /// [`Fatal`], logged. A refusal that Lambda and the runtime survive is logged and is no error.
    pub fn respond(&mut self, invocation: &InvocationName<'_>, response: &[u8]) -> Result<(), Fatal> {
        self.post(&Request::response(invocation), response, END_OF_HEAD)
    }

    /// Posts why an invocation failed: the error is logged too.
    ///
    /// # Errors
    /// As [`Responder::respond`].
    pub fn report(&mut self, invocation: &InvocationName<'_>, report: &Report<'_>) -> Result<(), Fatal> {
        self.post_error(&Request::invocation_error(invocation, report.error_type), report)
    }

    /// Posts to `name`, `init/error` or `restore/error`, why the function cannot serve: the error is logged too.
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

    /// Posts `body`; `end_of_head` follows the headers of [`write_length`]. A refusal that Lambda and the runtime survive is logged and is no
    /// error.
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

    /// Sends the head of `request`, whose body follows by [`Responder::push`]; `framing` writes the headers that say what it is.
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

    /// Sends more of a body.
    pub fn push(&mut self, request: &Request<'_>, parts: [&[u8]; 3]) -> StreamState {
        let progress = self.session.connection.send(&mut in_five(parts), self.acknowledgement);
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

    /// Sends the end of a body and takes the reply. One that is lost is not asked for again: the body is gone.
    ///
    /// # Errors
    /// As [`Responder::respond`].
    pub fn finish(&mut self, request: &Request<'_>, parts: [&[u8]; 3]) -> Result<(), Fatal> {
        if self.session.connection.exchange(&mut in_five(parts), self.acknowledgement).is_err() {
            self.session.log_lost(request.name());
            return Ok(());
        }
        self.session.classify_status(request, PreviousAttempt::None, self.acknowledgement)
    }

    /// Gives up a body that could not be sent to its end, and the connection with it.
    pub fn lose(&mut self, request: &Request<'_>) {
        self.session.connection.close();
        self.session.log_lost(request.name());
    }
}

fn in_five([first, second, third]: [&[u8]; 3]) -> Parts<'_> {
    [first, second, third, &[], &[]]
}

/// A connection to one address, replaced where it fails.
struct Session<'text> {
    address: &'text Address<'text>,
    connection: Connection,
    /// Whether `next` was asked for and not answered yet.
    next_is_due: bool,
}

impl Session<'_> {
    /// What the reply to a POST means, which was received into `memory`.
    fn classify_status(&self, request: &Request<'_>, previous: PreviousAttempt, memory: &[u8]) -> Result<(), Fatal> {
        let reply = self.connection.reply(memory);
        let classification = classify(reply.status, previous);
        if classification != Classification::Accepted {
            log_refusal(request.name(), &reply);
        }
        if classification == Classification::Fatal { Err(Fatal) } else { Ok(()) }
    }

    /// Sends a request, unless it is the `next` already sent, and receives its reply into `buffer`; again where the reply is lost. Returns what
    /// became of earlier attempts. Its `name` is for the log; a GET waits for as long as it takes.
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
            // None after the first attempt: a socket that died while the sandbox was frozen is replaced at once. Then twice as long each
            // time: an emulator may start the function before it listens.
            sys::pause((1 << attempts) - 2);
            attempts += 1;
            begun = sys::milliseconds(Clock::Steady);
        }
    }

    /// Logs why the request of this name has no reply.
    #[cold]
    #[inline(never)]
    fn log_lost(&self, name: &[u8]) {
        let LastError { what, errno } = self.connection.last_error();
        let mut number = itoa::Buffer::new();
        let pieces = [name, b": ", self.address.authority, b": ", what, b", errno ", number.format(errno).as_bytes()];
        // What went wrong in the words of HTTP has no number.
        log_error_parts(pieces.get(..if errno == 0 { 5 } else { 7 }).unwrap_or(&pieces));
    }
}

/// A head that does not fit in its buffer, or a body longer than a length can state: a part of it must not be sent.
const TOO_LARGE: &[u8] = b": too large to send";
/// The empty line after a head.
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
    fn a_head_that_does_not_fit_is_not_sent() {
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
        assert!(listener.accept().is_err(), "nothing was sent, not even a connection made");
    }
}
