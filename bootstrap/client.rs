//! The Runtime API's client: asks for the next invocation, posts responses and errors, and decides what a lost reply means.

use crate::address::Address;
use crate::api::{self, Delivered, ERROR_BODY_BYTES_MAX, EVENT_BYTES_MAX, Earlier, Report, Verdict};
use crate::buffer::Buffer;
use crate::bytes::split_once;
use crate::connection::{Connection, Lost, Parts, Trouble};
use crate::http::{HEAD_BYTES_MAX, Progress, Reply, buffer_bytes};
use crate::request::{InvocationName, REQUEST_HEAD_BYTES, Request, write_head, write_length};
use crate::sys::Clock;
use crate::{log, sys, termination};

/// Size of the buffer that `next` is received into, in bytes. Pages that no event reaches never exist.
pub const INBOX_BYTES: usize = 8 << 20;
const _: () = assert!(buffer_bytes(HEAD_BYTES_MAX, EVENT_BYTES_MAX) <= INBOX_BYTES);

/// Size of the buffer that the reply to a POST is received into, in bytes.
pub const ACKNOWLEDGEMENT_BYTES: usize = buffer_bytes(HEAD_BYTES_MAX, ACKNOWLEDGEMENT_BODY_BYTES_MAX);
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
/// A wait for an invocation that was lost after so long is no failure that counts: peers close what is idle. In milliseconds.
const IDLE_MS: u64 = 1000;

/// Lambda cannot be reached, or said that it cannot go on. It was logged, and the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// How far a body that is sent piece by piece has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Pushed {
    /// All of it so far was sent. (Not 0, which so is left for a static that has none of these.)
    Open = 1,
    /// The connection is gone: [`Client::lose`] is to follow.
    Lost,
    /// Lambda answered before its end, and goes on; so does the runtime.
    Refused,
    /// Lambda answered that it cannot go on. It was logged.
    Fatal,
}

/// A client of the Runtime API at one address.
pub struct Client<'text> {
    line: Line<'text>,
    /// Where the replies to POSTs are received.
    acknowledgement: &'text mut [u8; ACKNOWLEDGEMENT_BYTES],
}

impl<'text> Client<'text> {
    /// A client that has not connected yet. Replies to its POSTs are received into `acknowledgement`.
    #[must_use]
    pub fn new(address: &'text Address<'text>, acknowledgement: &'text mut [u8; ACKNOWLEDGEMENT_BYTES]) -> Self {
        Self { line: Line { address, connection: Connection::closed(), next_is_due: false }, acknowledgement }
    }

    /// Puts `GET next` on the wire. Where that fails, [`Client::next`] tries again.
    pub fn request_next(&mut self) {
        let Line { address, connection, next_is_due } = &mut self.line;
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let head = head(&mut memory, address, &Request::NEXT, 0);
        *next_is_due = connection.open(address).is_ok() && connection.send(&mut [head, END_OF_HEAD, &[]], &mut []) == Ok(Progress::Partial);
    }

    /// Waits for the reply to `next` in `inbox`, having asked for it first unless that is done; [`Client::delivered`] reads it. Any status
    /// but 200 is an error.
    ///
    /// # Errors
    /// [`Stop`], logged.
    pub fn next(&mut self, inbox: &mut [u8]) -> Result<(), Stop> {
        if self.get(&Request::NEXT, inbox)? == 200 { Ok(()) } else { Err(Stop) }
    }

    /// Waits until a snapshot of this process has been restored. Whether there can be one: Lambda refuses where there cannot.
    ///
    /// # Errors
    /// [`Stop`], logged.
    pub fn restore_next(&mut self, inbox: &mut [u8]) -> Result<bool, Stop> {
        let status = self.get(&Request::RESTORE_NEXT, inbox);
        self.line.connection.close(); // what was open when the snapshot was taken leads nowhere
        match status? {
            500.. => Err(Stop),
            status => Ok(status == 200),
        }
    }

    /// The status of the reply to a GET; one that is no success is logged.
    #[inline(never)]
    fn get(&mut self, request: &Request<'_>, inbox: &mut [u8]) -> Result<u16, Stop> {
        self.line.exchange(request, &[], END_OF_HEAD, inbox, EVENT_BYTES_MAX)?;
        let reply = self.line.connection.reply(inbox);
        if reply.status != 200 {
            refused(request, &reply);
        }
        Ok(reply.status)
    }

    /// What the last [`Client::next`] delivered; `None` when it has no usable request id, without which nothing can be answered.
    #[must_use]
    pub fn delivered<'inbox>(&self, inbox: &'inbox [u8]) -> Option<Delivered<'inbox>> {
        api::delivered(&self.line.connection.reply(inbox))
    }

    /// Posts a handler's response.
    ///
    /// # Errors
    /// [`Stop`], logged. A refusal that Lambda and the runtime survive is logged and is no error.
    pub fn respond(&mut self, invocation: &InvocationName<'_>, response: &[u8]) -> Result<(), Stop> {
        self.line.post(&Request::response(invocation), response, END_OF_HEAD, self.acknowledgement)
    }

    /// Posts why an invocation failed: the error is logged too.
    ///
    /// # Errors
    /// As [`Client::respond`].
    pub fn report(&mut self, invocation: &InvocationName<'_>, report: &Report<'_>) -> Result<(), Stop> {
        self.post_error(&Request::invocation_error(invocation, report.error_type), report)
    }

    /// Posts to `name`, `init/error` or `restore/error`, why the function cannot serve: the error is logged too.
    ///
    /// # Errors
    /// As [`Client::respond`].
    pub fn report_start(&mut self, name: &'static str, report: &Report<'_>) -> Result<(), Stop> {
        self.post_error(&Request::error(name, report.error_type), report)
    }

    #[cold]
    #[inline(never)]
    fn post_error(&mut self, request: &Request<'_>, report: &Report<'_>) -> Result<(), Stop> {
        let (mut cause, mut body) = ([0; ERROR_BODY_BYTES_MAX], [0; ERROR_BODY_BYTES_MAX]);
        let end_of_head = if request.is_of_an_invocation() { api::xray_cause_header(&mut cause, report) } else { END_OF_HEAD };
        let body = api::error_body(&mut body, report);
        // Posted before it is logged: a log that nobody reads may raise SIGPIPE as long as the process has not come so far as to ignore it.
        let posted = self.line.post(request, body, end_of_head, self.acknowledgement);
        log::complain(request.name(), b": ", body);
        posted
    }

    /// Sends the head of `request`, whose body follows by [`Client::push`]; `framing` writes the headers that say what it is.
    pub fn begin(&mut self, request: &Request<'_>, framing: impl FnOnce(&mut Buffer<'_>)) -> Pushed {
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        let Line { address, connection, .. } = &mut self.line;
        write_head(&mut head, address, request);
        framing(&mut head);
        connection.prepare_for_pieces();
        if connection.open(address).is_err() {
            return Pushed::Lost;
        }
        connection.begin(ACKNOWLEDGEMENT_BODY_BYTES_MAX);
        self.push(request, [head.bytes(), END_OF_HEAD, &[]])
    }

    /// Sends more of a body.
    pub fn push(&mut self, request: &Request<'_>, mut parts: Parts<'_>) -> Pushed {
        match self.line.connection.send(&mut parts, self.acknowledgement) {
            Ok(Progress::Partial) => Pushed::Open,
            Ok(Progress::Complete) => {
                self.line.connection.close();
                match self.line.judge(request, Earlier::None, self.acknowledgement) {
                    Ok(()) => Pushed::Refused,
                    Err(Stop) => Pushed::Fatal,
                }
            }
            Err(Lost) => Pushed::Lost,
        }
    }

    /// Sends the end of a body and takes the reply. One that is lost is not asked for again: the body is gone.
    ///
    /// # Errors
    /// As [`Client::respond`].
    pub fn finish(&mut self, request: &Request<'_>, mut parts: Parts<'_>) -> Result<(), Stop> {
        if self.line.connection.exchange(&mut parts, self.acknowledgement).is_err() {
            self.line.complain(request);
            return Ok(());
        }
        self.line.judge(request, Earlier::None, self.acknowledgement)
    }

    /// Gives up a body that could not be sent to its end, and the connection with it.
    pub fn lose(&mut self, request: &Request<'_>) {
        self.line.connection.close();
        self.line.complain(request);
    }
}

/// A connection to one address, replaced where it fails.
struct Line<'text> {
    address: &'text Address<'text>,
    connection: Connection,
    /// Whether `next` was asked for and not answered yet.
    next_is_due: bool,
}

impl Line<'_> {
    /// Posts `body`, and receives the reply into `memory`; a refusal that Lambda and the runtime survive is logged and is no error.
    fn post(&mut self, request: &Request<'_>, body: &[u8], end_of_head: &[u8], memory: &mut [u8]) -> Result<(), Stop> {
        let earlier = self.exchange(request, body, end_of_head, memory, ACKNOWLEDGEMENT_BODY_BYTES_MAX)?;
        self.judge(request, earlier, memory)
    }

    /// What the reply to a POST means, which was received into `memory`.
    fn judge(&self, request: &Request<'_>, earlier: Earlier, memory: &[u8]) -> Result<(), Stop> {
        let reply = self.connection.reply(memory);
        let verdict = api::verdict(reply.status, earlier);
        if verdict != Verdict::Accepted {
            refused(request, &reply);
        }
        if verdict == Verdict::Fatal { Err(Stop) } else { Ok(()) }
    }

    /// Sends a request, unless it is the `next` already sent, and receives its reply into `buffer`; again where the reply is lost.
    /// `end_of_head` is what of the head stands behind [`write_length`]'s part. Returns what became of earlier attempts.
    #[inline(never)]
    fn exchange(
        &mut self,
        request: &Request<'_>,
        body: &[u8],
        end_of_head: &[u8],
        buffer: &mut [u8],
        body_bytes_max: usize,
    ) -> Result<Earlier, Stop> {
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let Ok(body_bytes) = u32::try_from(body.len()) else {
            log::complain(request.name(), b": longer than 4 GiB", b"");
            return Err(Stop);
        };
        let head = head(&mut memory, self.address, request, body_bytes);
        let mut attempts = 1;
        let mut earlier = Earlier::None;
        let mut begun = 0;
        loop {
            if request.is_get() {
                termination::enter_idle();
            }
            let mut parts = [head, end_of_head, body];
            if core::mem::take(&mut self.next_is_due) {
                parts = [&[]; 3];
            }
            self.connection.begin(body_bytes_max);
            if self.connection.open(self.address).is_ok() && self.connection.exchange(&mut parts, buffer).is_ok() {
                return Ok(earlier);
            }
            if parts.iter().all(|part| part.is_empty()) {
                earlier = Earlier::Sent;
                if request.is_get() && sys::milliseconds(Clock::Steady).saturating_sub(begun) > IDLE_MS {
                    attempts = 1;
                }
            } else if parts[0].len() < head.len() {
                earlier = earlier.max(Earlier::CutShort);
            }
            if attempts >= ATTEMPTS_MAX {
                self.complain(request);
                return Err(Stop);
            }
            // None after the first attempt: a socket that died while the sandbox was frozen is replaced at once. Then twice as long each
            // time: an emulator may start the function before it listens.
            sys::pause((1 << attempts) - 2);
            attempts += 1;
            begun = sys::milliseconds(Clock::Steady);
        }
    }

    /// Logs why `request` has no reply.
    #[cold]
    #[inline(never)]
    fn complain(&self, request: &Request<'_>) {
        let Trouble { what, errno } = self.connection.trouble();
        let mut number = itoa::Buffer::new();
        let pieces = [request.name(), b": ", self.address.authority, b": ", what.as_bytes(), b", errno ", number.format(errno).as_bytes()];
        // What went wrong in the words of HTTP has no number.
        log::complain_of(pieces.get(..if errno == 0 { 5 } else { 7 }).unwrap_or(&pieces));
    }
}

/// The head of `request` but for its end.
fn head<'memory>(
    memory: &'memory mut [u8; REQUEST_HEAD_BYTES],
    address: &Address<'_>,
    request: &Request<'_>,
    body_bytes: u32,
) -> &'memory [u8] {
    let mut head = Buffer::new(memory);
    write_head(&mut head, address, request);
    write_length(&mut head, request, body_bytes);
    head.into_bytes()
}

/// The empty line behind a head.
const END_OF_HEAD: &[u8] = b"\r\n";

#[cold]
#[inline(never)]
fn refused(request: &Request<'_>, reply: &Reply<'_>) {
    let mut status = itoa::Buffer::new();
    let (line, _) = split_once(reply.body, b'\n');
    log::complain_of(&[request.name(), b" refused with status ", status.format(u32::from(reply.status)).as_bytes(), b": ", line]);
}
