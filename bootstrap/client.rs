//! The Runtime API's client: asks for the next invocation, posts responses and errors, and decides what a lost reply means.

use crate::address::Address;
use crate::api::{self, ERROR_BODY_BYTES_MAX, EVENT_BYTES_MAX, ErrorBody, Verdict};
use crate::buffer::Buffer;
use crate::bytes::trim;
use crate::connection::{Connection, Lost};
use crate::http::{CHUNK_LINE_BYTES_MAX, HEAD_BYTES_MAX, Parser};
use crate::log::{self, Piece::{Number, Text}};
use crate::request::{REQUEST_HEAD_BYTES, Request, write_head};
use crate::sys::Errno;

/// Size of the buffer that `next` is received into, in bytes. Pages that no event reaches never exist.
pub const INBOX_BYTES: usize = 8 << 20;
const _: () = assert!(HEAD_BYTES_MAX + EVENT_BYTES_MAX + CHUNK_LINE_BYTES_MAX <= INBOX_BYTES);

/// Room for the reply to a POST, in bytes; of a longer one only the status is read.
const ACKNOWLEDGEMENT_BYTES: usize = 4096;
const ACKNOWLEDGEMENT_BODY_BYTES_MAX: usize = 2048;

/// How many times in a row `next` is issued again without a reply before the process gives up.
const NEXT_ATTEMPTS_MAX: u32 = 3;

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
    address: Address<'text>,
    connection: Connection,
    /// Whether `next` was asked for and not answered yet.
    next_is_due: bool,
}

impl<'text> Client<'text> {
    /// A client that has not connected yet.
    #[must_use]
    pub fn new(address: Address<'text>) -> Self {
        Self { address, connection: Connection::default(), next_is_due: false }
    }

    /// Puts `GET next` on the wire.
    ///
    /// # Errors
    /// The kernel's.
    pub fn request_next(&mut self) -> Result<(), Errno> {
        self.send(Request::Next, &[])?;
        self.next_is_due = true;
        Ok(())
    }

    /// Sets up what waiting needs, now that the first request is on the wire.
    pub fn prepare(&mut self) {
        if let Err(errno) = self.connection.prepare() {
            log::complain_of(b"SIGTERM will not be seen", errno);
        }
    }

    /// Waits for the reply to `next` in `inbox`, having asked for it first unless that is done. Only a reply of status 200 is returned.
    ///
    /// # Errors
    /// [`Stop`], logged.
    pub fn next(&mut self, inbox: &mut [u8]) -> Result<Parser, Stop> {
        let mut attempts = 0;
        let received = loop {
            attempts += 1;
            let lost = match self.try_next(inbox) {
                Ok(received) => break received,
                Err(Lost::Terminated) => return Err(Stop::Terminated),
                Err(lost) => lost,
            };
            self.next_is_due = false;
            if attempts == NEXT_ATTEMPTS_MAX {
                complain_of_loss(b"GET invocation/next", lost);
                return Err(Stop::Failed);
            }
        };
        self.next_is_due = false;
        let reply = received.reply(inbox);
        if reply.status != 200 {
            let what = b"GET invocation/next was refused with status ";
            log::complain(&[Text(what), Number(reply.status.into()), Text(b": "), Text(trim(reply.body))]);
            return Err(Stop::Failed);
        }
        Ok(received)
    }

    fn try_next(&mut self, inbox: &mut [u8]) -> Result<Parser, Lost> {
        if !self.next_is_due {
            self.request_next().map_err(Lost::Failed)?;
        }
        self.connection.receive(inbox, EVENT_BYTES_MAX)
    }

    /// Posts a handler's response.
    ///
    /// # Errors
    /// [`Stop`], logged. A response that Lambda refuses is logged and is no error: the loop goes on.
    pub fn respond(&mut self, request_id: &str, response: &[u8]) -> Result<(), Stop> {
        self.post(Request::Response { request_id }, response)
    }

    /// Posts why an invocation failed.
    ///
    /// # Errors
    /// As [`Client::respond`].
    pub fn fail(&mut self, request_id: &str, error_type: &str, message: &str) -> Result<(), Stop> {
        let mut memory = [0; ERROR_BODY_BYTES_MAX];
        let mut body = ErrorBody::new(&mut memory);
        body.message(message);
        let body = body.end(error_type, None);
        log::complain(&[Text(b"RequestId: "), Text(request_id.as_bytes()), Text(b" "), Text(body)]);
        self.post(Request::InvocationError { request_id, error_type }, body)
    }

    /// Posts a finished error body as the last thing this process does.
    pub fn report_error(&mut self, request_id: &str, error_type: &str, body: &[u8]) {
        self.post(Request::InvocationError { request_id, error_type }, body).ok();
    }

    /// Posts why the function cannot start, before anything else was asked.
    pub fn report_init_error(&mut self, error_type: &str, body: &[u8]) {
        self.post(Request::InitError { error_type }, body).ok();
    }

    fn post(&mut self, request: Request<'_>, body: &[u8]) -> Result<(), Stop> {
        let mut memory = [0; ACKNOWLEDGEMENT_BYTES];
        let mut repeated = false;
        loop {
            let lost = match self.try_post(request, body, &mut memory) {
                Ok(received) => return judge(request, received.reply(&memory).status, received.reply(&memory).body, repeated),
                Err(Lost::Terminated) => return Err(Stop::Terminated),
                Err(lost) => lost,
            };
            if repeated {
                complain_of_loss(b"POST", lost);
                return Err(Stop::Failed);
            }
            repeated = true;
        }
    }

    fn try_post(&mut self, request: Request<'_>, body: &[u8], acknowledgement: &mut [u8]) -> Result<Parser, Lost> {
        let sent = self.send(request, body);
        // A server that refuses a body before it has read all of it closes its side: what it said first is still to be read.
        match (self.connection.receive(acknowledgement, ACKNOWLEDGEMENT_BODY_BYTES_MAX), sent) {
            (Err(Lost::Closed), Err(errno)) => Err(Lost::Failed(errno)),
            (received, _) => received,
        }
    }

    /// Connects if need be, and sends a request. A socket that turns out to be dead is closed.
    fn send(&mut self, request: Request<'_>, body: &[u8]) -> Result<(), Errno> {
        if !self.connection.is_open() {
            self.connection.open(&self.address)?;
        }
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        write_head(&mut head, &self.address, request, body.len());
        self.connection.send(head.bytes(), body)
    }
}

fn judge(request: Request<'_>, status: u16, reply: &[u8], repeated: bool) -> Result<(), Stop> {
    let verdict = api::verdict(status, repeated);
    if verdict != Verdict::Accepted {
        let (what, request_id): (&[u8], &str) = match request {
            Request::Response { request_id } => (b" the response", request_id),
            Request::InvocationError { request_id, .. } => (b" the error", request_id),
            Request::InitError { .. } | Request::Next => (b" the init error", ""),
        };
        let (request_id, status) = (Text(request_id.as_bytes()), Number(status.into()));
        log::complain(&[Text(b"RequestId: "), request_id, Text(what), Text(b" was refused with status "), status, Text(b": "), Text(trim(reply))]);
    }
    if verdict == Verdict::Fatal { Err(Stop::Failed) } else { Ok(()) }
}

#[cold]
fn complain_of_loss(what: &[u8], lost: Lost) {
    match lost {
        Lost::Failed(errno) => log::complain_of(what, errno),
        Lost::Malformed(malformed) => log::complain(&[Text(what), Text(b": the reply cannot be read: "), Text(malformed.reason().as_bytes())]),
        Lost::Closed | Lost::Terminated => log::complain(&[Text(what), Text(b": the connection was closed without a reply")]),
    }
}
