//! The Runtime API's client: asks for the next invocation, posts responses and errors, and decides what a lost reply means.

use crate::address::Address;
use crate::api::{self, Delivered, ERROR_BODY_BYTES_MAX, EVENT_BYTES_MAX, Place, Verdict};
use crate::buffer::Buffer;
use crate::bytes::split_once;
use crate::connection::{Connection, Lost, Trouble};
use crate::http::{CHUNK_LINE_BYTES_MAX, HEAD_BYTES_MAX, Reply};
use crate::request::{REQUEST_HEAD_BYTES, Request, write_head};
use crate::{log, sys};

/// Size of the buffer that `next` is received into, in bytes. Pages that no event reaches never exist.
pub const INBOX_BYTES: usize = 8 << 20;
const _: () = assert!(HEAD_BYTES_MAX + EVENT_BYTES_MAX + CHUNK_LINE_BYTES_MAX <= INBOX_BYTES);

/// Size of the buffer that the reply to a POST is received into, in bytes.
pub const ACKNOWLEDGEMENT_BYTES: usize = HEAD_BYTES_MAX + CHUNK_LINE_BYTES_MAX + ACKNOWLEDGEMENT_BODY_BYTES_MAX;
/// Longest body of such a reply that is read, in bytes; a longer one is left unread, with the connection.
const ACKNOWLEDGEMENT_BODY_BYTES_MAX: usize = 4096;

/// The memory that a client works in.
pub struct Buffers {
    /// Where events are received.
    pub inbox: [u8; INBOX_BYTES],
    /// Where the replies to POSTs are received.
    pub acknowledgement: [u8; ACKNOWLEDGEMENT_BYTES],
}

impl Buffers {
    /// All zero: it takes no byte of a file.
    #[must_use]
    #[expect(clippy::new_without_default, clippy::large_stack_arrays, reason = "it is for a static, and Default is not const")]
    pub const fn new() -> Self {
        Self { inbox: [0; INBOX_BYTES], acknowledgement: [0; ACKNOWLEDGEMENT_BYTES] }
    }
}

/// How often a request is issued whose reply is lost each time, before the process gives up: after two seconds of pauses.
const ATTEMPTS_MAX: u32 = 11;

/// Why the loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// SIGTERM came: all is well.
    Terminated,
    /// Lambda cannot be reached, or said that it cannot go on. It was logged.
    Failed,
}

/// A client of the Runtime API at one address.
pub struct Client<'text> {
    address: &'text Address<'text>,
    connection: Connection,
    /// Where the replies to POSTs are received; `ACKNOWLEDGEMENT_BYTES` long.
    acknowledgement: &'text mut [u8],
    /// Whether `next` was asked for and not answered yet.
    next_is_due: bool,
}

impl<'text> Client<'text> {
    /// A client that has not connected yet. Replies to its POSTs are received into `acknowledgement`.
    #[must_use]
    pub fn new(address: &'text Address<'text>, acknowledgement: &'text mut [u8; ACKNOWLEDGEMENT_BYTES]) -> Self {
        Self { address, connection: Connection::closed(), acknowledgement, next_is_due: false }
    }

    /// Puts `GET next` on the wire. Where that fails, [`Client::next`] tries again.
    pub fn request_next(&mut self) {
        self.next_is_due = self.send(&Request::NEXT, &[]).is_ok();
    }

    /// Sets up what waiting and logging need, now that the first request is on the wire.
    pub fn prepare(&mut self) {
        sys::block_pipe_signal().ok(); // nothing more can be done about a log that nobody reads
        self.connection.prepare();
    }

    /// Waits for the reply to `next` in `inbox`, having asked for it first unless that is done; [`Client::delivered`] reads it. Any status
    /// but 200 is an error.
    ///
    /// # Errors
    /// [`Stop`], logged.
    pub fn next(&mut self, inbox: &mut [u8]) -> Result<(), Stop> {
        self.exchange(&Request::NEXT, &[], inbox, EVENT_BYTES_MAX)?;
        let reply = self.connection.reply(inbox);
        if reply.status != 200 {
            refused(&Request::NEXT, &reply);
            return Err(Stop::Failed);
        }
        Ok(())
    }

    /// What the last [`Client::next`] delivered; `None` when it has no usable request id, without which nothing can be answered.
    #[must_use]
    pub fn delivered<'inbox>(&self, inbox: &'inbox [u8]) -> Option<Delivered<'inbox>> {
        api::delivered(&self.connection.reply(inbox))
    }

    /// Posts a handler's response.
    ///
    /// # Errors
    /// [`Stop`], logged. A refusal that Lambda and the runtime survive is logged and is no error.
    pub fn respond(&mut self, request_id: &str, response: &[u8]) -> Result<(), Stop> {
        self.post(&Request::response(request_id), response)
    }

    /// Posts why an invocation failed or, without a request id, why the function cannot start: the error is logged too.
    ///
    /// # Errors
    /// As [`Client::respond`].
    #[cold]
    #[inline(never)]
    pub fn report(&mut self, request_id: Option<&str>, error_type: &str, message: &str, place: Option<Place<'_>>) -> Result<(), Stop> {
        let mut memory = [0; ERROR_BODY_BYTES_MAX];
        let body = api::error_body(&mut memory, error_type, message, place);
        let (request, name) = match request_id {
            Some(request_id) => (Request::invocation_error(request_id, error_type), request_id),
            None => (Request::init_error(error_type), "(init)"),
        };
        // Posted before it is logged: a log that nobody reads may raise SIGPIPE as long as the process has not come so far as to block it.
        let posted = self.post(&request, body);
        log::complain(&[b"RequestId: ", name.as_bytes(), b" ", body]);
        posted
    }

    /// Posts `body`; a refusal that Lambda and the runtime survive is logged and is no error.
    fn post(&mut self, request: &Request<'_>, body: &[u8]) -> Result<(), Stop> {
        let memory = core::mem::take(&mut self.acknowledgement);
        let exchanged = self.exchange(request, body, memory, ACKNOWLEDGEMENT_BODY_BYTES_MAX);
        self.acknowledgement = memory;
        let repeated = exchanged?;
        let reply = self.connection.reply(self.acknowledgement);
        let verdict = api::verdict(reply.status, repeated);
        if verdict != Verdict::Accepted {
            refused(request, &reply);
        }
        if verdict == Verdict::Fatal { Err(Stop::Failed) } else { Ok(()) }
    }

    /// Sends a request, unless it is the `next` already sent, and receives its reply into `buffer`; again where the reply is lost.
    /// Returns whether it had been sent in full before, and its reply lost.
    #[inline(never)]
    fn exchange(&mut self, request: &Request<'_>, body: &[u8], buffer: &mut [u8], body_bytes_max: usize) -> Result<bool, Stop> {
        let mut attempts = 1;
        let mut delivered = false;
        loop {
            let sent = core::mem::take(&mut self.next_is_due) || self.send(request, body).is_ok();
            match self.connection.receive(buffer, body_bytes_max) {
                Ok(()) => return Ok(delivered),
                Err(Lost::Terminated) => return Err(Stop::Terminated),
                Err(Lost::Failed) if attempts < ATTEMPTS_MAX => {}
                Err(Lost::Failed) => {
                    self.complain(request);
                    return Err(Stop::Failed);
                }
            }
            delivered |= sent;
            // None after the first attempt: a socket that died while the sandbox was frozen is replaced at once. Then twice as long each
            // time: an emulator may start the function before it listens.
            sys::pause((1 << attempts) - 2);
            attempts += 1;
        }
    }

    /// Logs why `request` has no reply.
    #[cold]
    #[inline(never)]
    fn complain(&self, request: &Request<'_>) {
        let Trouble { what, errno } = self.connection.trouble();
        let mut number = itoa::Buffer::new();
        let pieces =
            [request.name.as_bytes(), b": ", self.address.authority, b": ", what.as_bytes(), b", errno ", number.format(errno).as_bytes()];
        // What went wrong in the words of HTTP has no number.
        log::complain(pieces.get(..if errno == 0 { 5 } else { 7 }).unwrap_or(&pieces));
    }

    /// Connects if need be, and sends a request.
    fn send(&mut self, request: &Request<'_>, body: &[u8]) -> Result<(), Lost> {
        if !self.connection.is_open() {
            self.connection.open(self.address)?;
        }
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        let Ok(body_bytes) = u32::try_from(body.len()) else {
            self.connection.close();
            return Err(self.connection.failed(Trouble { what: "longer than 4 GiB", errno: 0 }));
        };
        write_head(&mut head, self.address, request, body_bytes);
        self.connection.send(head.bytes(), body)
    }
}

#[cold]
#[inline(never)]
fn refused(request: &Request<'_>, reply: &Reply<'_>) {
    let mut status = itoa::Buffer::new();
    let (line, _) = split_once(reply.body, b'\n');
    log::complain(&[request.name.as_bytes(), b" refused with status ", status.format(u32::from(reply.status)).as_bytes(), b": ", line]);
}
