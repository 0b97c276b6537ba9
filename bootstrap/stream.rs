//! A response that is sent while its handler runs, in chunks (RFC 9112, section 7.1). Each piece goes out of the handler's memory, and is waited
//! for: nothing is kept. None of this is linked where no handler streams.
#![allow(unsafe_code)]

use crate::api::{ERROR_BODY_BYTES_MAX, ERROR_TYPE_BYTES_MAX, Report};
use crate::base64;
use crate::buffer::Buffer;
use crate::client::{Answering, Pushed, Stop};
use crate::event_loop::UNREACHABLE_STATUS;
use crate::request::{CONTENT_TYPE_BYTES_MAX, InvocationName, Request, write_header};
use crate::{api, deadline, in_flight, log, sys};
use core::cell::Cell;
use core::hint::black_box;
use handlers::StreamPiece;

struct Slot<T>(Cell<T>);

// SAFETY: the process has one thread. Signal handlers come here only while a handler runs and none of this does.
unsafe impl<T> Sync for Slot<T> {}

/// How far the present response has come; `None` where nothing was sent.
static PUSHED: Slot<Option<Pushed>> = Slot(Cell::new(None));
static CONTENT_TYPE: Slot<([u8; CONTENT_TYPE_BYTES_MAX], usize)> = Slot(Cell::new(([0; CONTENT_TYPE_BYTES_MAX], 0)));

/// Ends a response that was begun: as it is, or with a failure behind it.
pub type Finish = fn(&mut Answering<'_, '_>, &InvocationName<'_>, Option<&Report<'_>>) -> Result<(), Stop>;

/// Written by the first piece of a response, so that only a file in which a handler streams has the code that ends one: the optimiser, which
/// would put calls of the one function it can be where this is read, is not to know which that is.
static FINISH: Slot<Option<Finish>> = Slot(Cell::new(None));

/// How to end the present response, if the handler has begun one.
#[must_use]
pub fn finish() -> Option<Finish> {
    FINISH.0.get()
}

/// Takes one piece of the response in flight. The `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "its caller is Rust of the same build")]
fn ruchy_lambda_stream(piece: StreamPiece<'_>) -> bool {
    let taken = in_flight::interrupting(|client, delivered| match (piece, delivered) {
        (StreamPiece::ContentType(content_type), _) => {
            set_content_type(content_type.as_bytes());
            true
        }
        (StreamPiece::Bytes(bytes), Some(delivered)) => send(client, &delivered.name, bytes),
        (StreamPiece::Bytes(_), None) => false, // a hook answers nobody
    });
    // The timer may have rung meanwhile, and found the connection in use.
    if let Some(delivered) = in_flight::delivered() {
        deadline::watch(delivered.deadline_ms);
    }
    taken.unwrap_or(false)
}

fn set_content_type(content_type: &[u8]) {
    let mut memory = [0; CONTENT_TYPE_BYTES_MAX];
    let mut text = Buffer::new(&mut memory);
    // What cannot stand in a header, or is too long, is left out.
    if content_type.iter().all(|byte| matches!(byte, b' '..=b'~')) && text.push(content_type) {
        let used = content_type.len();
        CONTENT_TYPE.0.set((memory, used));
    }
}

fn send(client: &mut Answering<'_, '_>, invocation: &InvocationName<'_>, bytes: &[u8]) -> bool {
    let request = Request::response(invocation);
    if PUSHED.0.get().is_none() {
        FINISH.0.set(black_box(Some(end)));
        PUSHED.0.set(Some(begin(client, &request)));
    }
    if PUSHED.0.get() == Some(Pushed::Open) {
        let mut memory = [0; CHUNK_LINE_BYTES];
        let mut line = Buffer::new(&mut memory);
        line.push_hexadecimal(bytes.len());
        line.push(b"\r\n");
        PUSHED.0.set(Some(client.push(&request, [line.bytes(), bytes, b"\r\n"])));
    }
    if PUSHED.0.get() == Some(Pushed::Fatal) {
        sys::exit(UNREACHABLE_STATUS);
    }
    PUSHED.0.get() == Some(Pushed::Open)
}

/// Digits of 64 bits, and the line's end.
const CHUNK_LINE_BYTES: usize = 18;

/// What a trailer says where a response failed midway: see the documentation of custom runtimes, "response streaming".
const TRAILERS: &[u8] = b"Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body";

fn begin(client: &mut Answering<'_, '_>, request: &Request<'_>) -> Pushed {
    let (memory, used) = CONTENT_TYPE.0.get();
    let content_type = memory.get(..used).filter(|text| !text.is_empty()).unwrap_or(b"application/octet-stream");
    client.begin(request, |head| {
        write_header(head, b"Content-Type", content_type);
        write_header(head, b"Lambda-Runtime-Function-Response-Mode", b"streaming");
        write_header(head, b"Transfer-Encoding", b"chunked");
        write_header(head, b"Trailer", TRAILERS);
    })
}

/// Room for the trailers of a failure, in bytes.
const TRAILER_BYTES: usize = base64::encoded_bytes(ERROR_BODY_BYTES_MAX) + ERROR_TYPE_BYTES_MAX + 128;

fn end(client: &mut Answering<'_, '_>, invocation: &InvocationName<'_>, failure: Option<&Report<'_>>) -> Result<(), Stop> {
    FINISH.0.set(None);
    let mut error_body = [0; ERROR_BODY_BYTES_MAX];
    let error_body = failure.map_or(&[][..], |failure| api::error_body(&mut error_body, failure));
    let ended = match PUSHED.0.take() {
        Some(Pushed::Open) => {
            #[expect(clippy::large_stack_arrays, reason = "twenty-two kilobytes, on a stack that is made for reports")]
            let mut memory = [0; TRAILER_BYTES];
            let mut trailers = Buffer::new(&mut memory);
            if let Some(failure) = failure {
                write_header(&mut trailers, b"Lambda-Runtime-Function-Error-Type", failure.error_type.as_bytes());
                trailers.push(b"Lambda-Runtime-Function-Error-Body: ");
                base64::push(&mut trailers, error_body);
                trailers.push(b"\r\n");
            }
            client.finish(&Request::response(invocation), [b"0\r\n", trailers.bytes(), b"\r\n"])
        }
        Some(Pushed::Refused) => Ok(()),
        _ => {
            client.lose(&Request::response(invocation));
            Ok(())
        }
    };
    if failure.is_some() {
        log::complain(b"/response failed midway: ", error_body, b"");
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::CONTENT_TYPE;
    use crate::client::{ANSWERING_BYTES, Client};
    use crate::{address, in_flight};
    use handlers::ResponseStream;
    use std::vec;

    #[test]
    fn a_content_type_is_of_one_response_even_if_nothing_of_it_was_sent() {
        let address = address::parse(b"127.0.0.1:1").unwrap();
        in_flight::handling(&mut Client::new(&address).answering(&mut vec![0; ANSWERING_BYTES]), || {
            ResponseStream::new().content_type("text/html");
            assert_eq!(CONTENT_TYPE.0.get().1, 9);
            _ = ResponseStream::new();
            assert_eq!(CONTENT_TYPE.0.get().1, 0);
        });
    }
}
