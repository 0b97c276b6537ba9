//! Sends a response in chunks while its handler runs (RFC 9112, section 7.1). Each piece is sent
//! from the handler's memory before the call returns: nothing is buffered. None of this is linked
//! if no handler streams.
#![allow(unsafe_code)]

use crate::log::log_error;
use crate::runtime_api::client::{Fatal, Responder, StreamState};
use crate::runtime_api::invocation::InvocationName;
use crate::runtime_api::report::{self, ERROR_BODY_BYTES_MAX, ERROR_TYPE_BYTES_MAX, Report};
use crate::runtime_api::request::{CONTENT_TYPE_BYTES_MAX, Request, write_header, write_stream_headers};
use crate::signals::deadline;
use crate::slot::Slot;
use crate::text::base64;
use crate::text::buffer::Buffer;
use crate::thread::is_serving;
use crate::{exit, in_flight, sys};
use core::hint::black_box;
use registry::StreamPiece;

/// The state of the response in flight; `None` until its head is sent.
static PUSHED: Slot<Option<StreamState>> = Slot::new(None);
static CONTENT_TYPE: Slot<([u8; CONTENT_TYPE_BYTES_MAX], usize)> = Slot::new(([0; CONTENT_TYPE_BYTES_MAX], 0));

/// Takes one piece of the response in flight. The `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "its caller is Rust of the same build")]
fn ruchy_lambda_stream(piece: StreamPiece<'_>) -> bool {
    let taken = in_flight::with_responder(|client, invocation| match (piece, invocation) {
        (StreamPiece::ContentType(content_type), _) => {
            set_content_type(content_type.as_bytes());
            true
        }
        (StreamPiece::Bytes(bytes), Some(invocation)) => send(client, &invocation.name, bytes),
        (StreamPiece::Bytes(_), None) => false, // a hook has no response
    });
    // The alarm may have fired while the connection was in use.
    if is_serving() {
        deadline::resume();
    }
    taken.unwrap_or(false)
}

fn set_content_type(content_type: &[u8]) {
    let mut memory = [0; CONTENT_TYPE_BYTES_MAX];
    let mut text = Buffer::new(&mut memory);
    // A value that is not valid in a header, or is too long, is ignored.
    if content_type.iter().all(|byte| matches!(byte, b' '..=b'~')) && text.push(content_type) {
        let used = content_type.len();
        CONTENT_TYPE.set((memory, used));
    }
}

fn send(client: &mut Responder<'_, '_>, invocation: &InvocationName<'_>, bytes: &[u8]) -> bool {
    let request = Request::response(invocation);
    if PUSHED.get().is_none() {
        in_flight::set_finish(black_box(Some(end)));
        PUSHED.set(Some(begin(client, &request)));
    }
    if PUSHED.get() == Some(StreamState::Open) {
        let mut memory = [0; CHUNK_LINE_BYTES];
        let mut line = Buffer::new(&mut memory);
        line.push_hexadecimal(bytes.len());
        line.push(b"\r\n");
        PUSHED.set(Some(client.push(&request, [line.bytes(), bytes, b"\r\n"])));
    }
    if PUSHED.get() == Some(StreamState::Fatal) {
        sys::exit(exit::UNREACHABLE);
    }
    PUSHED.get() == Some(StreamState::Open)
}

/// The hexadecimal digits of 64 bits, and CR LF.
const CHUNK_LINE_BYTES: usize = 18;

fn begin(client: &mut Responder<'_, '_>, request: &Request<'_>) -> StreamState {
    let (memory, used) = CONTENT_TYPE.get();
    let content_type = memory.get(..used).filter(|text| !text.is_empty()).unwrap_or(b"application/octet-stream");
    client.begin(request, |head| write_stream_headers(head, content_type))
}

/// Room for the trailers of a failure, in bytes.
const TRAILER_BYTES: usize = base64::encoded_bytes(ERROR_BODY_BYTES_MAX) + ERROR_TYPE_BYTES_MAX + 128;

fn end(client: &mut Responder<'_, '_>, invocation: &InvocationName<'_>, failure: Option<&Report<'_>>) -> Result<(), Fatal> {
    in_flight::set_finish(None);
    let mut error_body = [0; ERROR_BODY_BYTES_MAX];
    let error_body = failure.map_or(&[][..], |failure| report::error_body(&mut error_body, failure));
    let ended = match PUSHED.take() {
        Some(StreamState::Open) => {
            #[expect(clippy::large_stack_arrays, reason = "22 KB; the alternate stack is sized for reports")]
            let mut memory = [0; TRAILER_BYTES];
            let mut trailers = Buffer::new(&mut memory);
            if let Some(failure) = failure {
                write_header(&mut trailers, b"Lambda-Runtime-Function-Error-Type", failure.error_type.as_bytes());
                trailers.push(b"Lambda-Runtime-Function-Error-Body: ");
                base64::push(&mut trailers, error_body);
                trailers.push(b"\r\n");
            }
            let request = Request::response(invocation);
            if trailers.overflowed() {
                client.lose(&request); // a truncated error must not look complete
                Ok(())
            } else {
                client.finish(&request, [b"0\r\n", trailers.bytes(), b"\r\n"])
            }
        }
        Some(StreamState::Refused) => Ok(()),
        _ => {
            client.lose(&Request::response(invocation));
            Ok(())
        }
    };
    if failure.is_some() {
        log_error(b"/response failed midway: ", error_body, b"");
    }
    ended
}

#[cfg(test)]
mod tests {
    use super::CONTENT_TYPE;
    use crate::runtime_api::address;
    use crate::runtime_api::client::{Client, RESPONDER_BYTES};
    use crate::{in_flight, stage};
    use registry::ResponseStream;
    use std::vec;

    #[test]
    fn stream_content_type_lasts_for_one_response() {
        let _turn = stage::for_one_test();
        let address = address::parse(b"127.0.0.1:1").unwrap();
        in_flight::run_handler(&mut Client::new(&address).responder(&mut vec![0; RESPONDER_BYTES]), || {
            ResponseStream::new().content_type("text/html");
            assert_eq!(CONTENT_TYPE.get().1, 9);
            _ = ResponseStream::new();
            assert_eq!(CONTENT_TYPE.get().1, 0);
        });
    }
}
