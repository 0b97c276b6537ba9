//! The head of a request to the Runtime API, in a buffer of fixed size. Pure.

use crate::address::{ADDRESS_BYTES_MAX, Address};
use crate::api::{ERROR_TYPE_BYTES_MAX, REQUEST_ID_BYTES_MAX};
use crate::buffer::Buffer;

/// Room for the longest head: everything that varies at its limit, and the fixed text.
pub const REQUEST_HEAD_BYTES: usize = ADDRESS_BYTES_MAX + REQUEST_ID_BYTES_MAX + ERROR_TYPE_BYTES_MAX + FIXED_TEXT_BYTES_MAX;
const FIXED_TEXT_BYTES_MAX: usize = 320;

const USER_AGENT: &[u8] = concat!("\r\nUser-Agent: aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"), "\r\n").as_bytes();

/// What is asked of the Runtime API. Its paths: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'text> {
    /// `GET invocation/next`.
    Next,
    /// `POST invocation/{id}/response`.
    Response {
        /// The invocation answered.
        request_id: &'text str,
    },
    /// `POST invocation/{id}/error`.
    InvocationError {
        /// The invocation that failed.
        request_id: &'text str,
        /// `Function.` or `Runtime.` and letters.
        error_type: &'text str,
    },
    /// `POST init/error`.
    InitError {
        /// `Function.` or `Runtime.` and letters.
        error_type: &'text str,
    },
}

impl Request<'_> {
    /// A name for the log.
    #[must_use]
    pub fn name(self) -> &'static [u8] {
        match self {
            Self::Next => b"invocation/next",
            Self::Response { .. } => b"/response",
            Self::InvocationError { .. } => b"/error",
            Self::InitError { .. } => b"init/error",
        }
    }
}

/// Writes the head of `request`, whose body has `body_bytes` bytes, to `head`.
#[inline(never)]
pub fn write_head(head: &mut Buffer<'_>, address: &Address<'_>, request: Request<'_>, body_bytes: u32) {
    let (request_id, error_type) = match request {
        Request::Next => ("", None),
        Request::Response { request_id } => (request_id, None),
        Request::InvocationError { request_id, error_type } => (request_id, Some(error_type)),
        Request::InitError { error_type } => ("", Some(error_type)),
    };
    let method: &[u8] = if matches!(request, Request::Next) { b"GET " } else { b"POST " };
    head.push(method);
    head.push(address.path);
    head.push(b"/2018-06-01/runtime/");
    if !request_id.is_empty() {
        head.push(b"invocation/");
        head.push(request_id.as_bytes());
    }
    head.push(request.name());
    head.push(b" HTTP/1.1\r\nHost: ");
    head.push(address.authority);
    head.push(USER_AGENT);
    if let Some(error_type) = error_type {
        head.push(b"Lambda-Runtime-Function-Error-Type: ");
        head.push(error_type.as_bytes());
        head.push(b"\r\n");
    }
    if !matches!(request, Request::Next) {
        head.push(b"Content-Type: application/json\r\nContent-Length: ");
        head.push_integer(body_bytes);
        head.push(b"\r\n");
    }
    head.push(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::{REQUEST_HEAD_BYTES, Request, write_head};
    use crate::address::{self, ADDRESS_BYTES_MAX};
    use crate::api::{ERROR_TYPE_BYTES_MAX, REQUEST_ID_BYTES_MAX};
    use crate::buffer::Buffer;
    use std::string::String;

    fn head(api: &str, request: Request<'_>, body_bytes: u32) -> String {
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        write_head(&mut head, &address::parse(api.as_bytes()).unwrap(), request, body_bytes);
        assert!(!head.overflowed());
        String::from_utf8(head.bytes().into()).unwrap()
    }

    const AGENT: &str = concat!("User-Agent: aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"), "\r\n");

    #[test]
    fn each_request_as_the_contract_has_it() {
        let id = "3fcd8bfe-4d93-4c51-add3-2c6e21393ad1";
        let start = |line: &str, host: &str| std::format!("{line} HTTP/1.1\r\nHost: {host}\r\n{AGENT}");
        assert_eq!(head("127.0.0.1:9001", Request::Next, 0), start("GET /2018-06-01/runtime/invocation/next", "127.0.0.1:9001") + "\r\n");
        assert_eq!(
            head("http://localhost:80/a/", Request::Response { request_id: id }, 27),
            start(&std::format!("POST /a/2018-06-01/runtime/invocation/{id}/response"), "localhost:80")
                + "Content-Type: application/json\r\nContent-Length: 27\r\n\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", Request::InvocationError { request_id: id, error_type: "Runtime.Panic" }, 0),
            start(&std::format!("POST /2018-06-01/runtime/invocation/{id}/error"), "127.0.0.1:9001")
                + "Lambda-Runtime-Function-Error-Type: Runtime.Panic\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", Request::InitError { error_type: "Runtime.HandlerNotFound" }, 5),
            start("POST /2018-06-01/runtime/init/error", "127.0.0.1:9001")
                + "Lambda-Runtime-Function-Error-Type: Runtime.HandlerNotFound\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n"
        );
    }

    #[test]
    fn the_longest_head_fits() {
        let api = String::from("127.0.0.1:9001/") + &"p".repeat(ADDRESS_BYTES_MAX - 15);
        let id = "i".repeat(REQUEST_ID_BYTES_MAX);
        let error_type = "e".repeat(ERROR_TYPE_BYTES_MAX);
        head(&api, Request::InvocationError { request_id: &id, error_type: &error_type }, u32::MAX);
    }
}
