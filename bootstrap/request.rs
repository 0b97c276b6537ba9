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
#[expect(clippy::struct_field_names, reason = "a request id is what Lambda calls it")]
pub struct Request<'text> {
    /// The end of its path, and its name in the log.
    pub name: &'static str,
    /// The invocation it is about; empty where it is about none.
    request_id: &'text str,
    /// `Function.` or `Runtime.` and letters; empty where it reports no error.
    error_type: &'text str,
}

impl<'text> Request<'text> {
    /// `GET invocation/next`; the others are POSTs.
    pub const NEXT: Request<'static> = Request { name: "invocation/next", request_id: "", error_type: "" };

    /// `POST invocation/{request_id}/response`.
    #[must_use]
    pub fn response(request_id: &'text str) -> Self {
        Self { name: "/response", request_id, error_type: "" }
    }

    /// `POST invocation/{request_id}/error`.
    #[must_use]
    pub fn invocation_error(request_id: &'text str, error_type: &'text str) -> Self {
        Self { name: "/error", request_id, error_type }
    }

    /// `POST init/error`.
    #[must_use]
    pub fn init_error(error_type: &'text str) -> Self {
        Self { name: "init/error", request_id: "", error_type }
    }

    /// Whether it is [`Request::NEXT`]: the one that is about no invocation and reports no error.
    fn is_next(&self) -> bool {
        self.request_id.is_empty() && self.error_type.is_empty()
    }
}

/// Writes the head of `request`, whose body has `body_bytes` bytes, to `head`.
#[inline(never)]
pub fn write_head(head: &mut Buffer<'_>, address: &Address<'_>, request: &Request<'_>, body_bytes: u32) {
    let next = request.is_next();
    head.push(if next { &b"GET "[..] } else { b"POST " });
    head.push(address.path);
    head.push(b"/2018-06-01/runtime/");
    if !request.request_id.is_empty() {
        head.push(b"invocation/");
        head.push(request.request_id.as_bytes());
    }
    head.push(request.name.as_bytes());
    head.push(b" HTTP/1.1\r\nHost: ");
    head.push(address.authority);
    head.push(USER_AGENT);
    if !request.error_type.is_empty() {
        head.push(b"Lambda-Runtime-Function-Error-Type: ");
        head.push(request.error_type.as_bytes());
        head.push(b"\r\n");
    }
    if !next {
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

    fn head(api: &str, request: &Request<'_>, body_bytes: u32) -> String {
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
        assert_eq!(head("127.0.0.1:9001", &Request::NEXT, 0), start("GET /2018-06-01/runtime/invocation/next", "127.0.0.1:9001") + "\r\n");
        assert_eq!(
            head("http://localhost:80/a/", &Request::response(id), 27),
            start(&std::format!("POST /a/2018-06-01/runtime/invocation/{id}/response"), "localhost:80")
                + "Content-Type: application/json\r\nContent-Length: 27\r\n\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", &Request::invocation_error(id, "Runtime.Panic"), 0),
            start(&std::format!("POST /2018-06-01/runtime/invocation/{id}/error"), "127.0.0.1:9001")
                + "Lambda-Runtime-Function-Error-Type: Runtime.Panic\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", &Request::init_error("Runtime.HandlerNotFound"), 5),
            start("POST /2018-06-01/runtime/init/error", "127.0.0.1:9001")
                + "Lambda-Runtime-Function-Error-Type: Runtime.HandlerNotFound\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n"
        );
    }

    #[test]
    fn the_longest_head_fits() {
        let api = String::from("127.0.0.1:9001/") + &"p".repeat(ADDRESS_BYTES_MAX - 15);
        let id = "i".repeat(REQUEST_ID_BYTES_MAX);
        let error_type = "e".repeat(ERROR_TYPE_BYTES_MAX);
        head(&api, &Request::invocation_error(&id, &error_type), u32::MAX);
    }
}
