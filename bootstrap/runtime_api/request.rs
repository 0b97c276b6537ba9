//! Heads of requests to the Runtime API. Pure.

use crate::runtime_api::address::{ADDRESS_BYTES_MAX, Address};
use crate::runtime_api::invocation::{INVOCATION_ID_BYTES_MAX, InvocationName, REQUEST_ID_BYTES_MAX};
use crate::runtime_api::report::ERROR_TYPE_BYTES_MAX;
use crate::text::buffer::Buffer;
use crate::text::bytes::{slice, without_last};

/// Bytes of the longest head.
pub const REQUEST_HEAD_BYTES: usize = ADDRESS_BYTES_MAX
    + REQUEST_ID_BYTES_MAX
    + INVOCATION_ID_BYTES_MAX
    + ERROR_TYPE_BYTES_MAX
    + CONTENT_TYPE_BYTES_MAX
    + FIXED_TEXT_BYTES_MAX;
const FIXED_TEXT_BYTES_MAX: usize = 640;
/// Longest content type of a response, in bytes.
pub const CONTENT_TYPE_BYTES_MAX: usize = 256;

const USER_AGENT: &str = concat!("\r\nUser-Agent: aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"), "\r\n\r\n");
/// A static instead of a constant: only a static can have a section, and the first request is read
/// from the first page of the file.
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".rodata..start")]
static AGENT: [u8; USER_AGENT.len()] = *USER_AGENT.as_bytes().first_chunk().expect("its own length");
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".rodata..start")]
static NEXT: [u8; 56] = *b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: ";
static RESTORE_NEXT: [u8; 53] = *b"GET /2018-06-01/runtime/restore/next HTTP/1.1\r\nHost: ";

/// A request without a body. The paths:
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
#[derive(Clone, Copy, Debug)]
pub struct Get(&'static [u8]);

impl Get {
    /// `GET invocation/next`.
    pub const NEXT: Self = Self(&NEXT);
    /// `GET restore/next`: SnapStart uses it instead of the first [`Get::NEXT`].
    pub const RESTORE_NEXT: Self = Self(&RESTORE_NEXT);

    /// The request as borrowed parts, so that no buffer is needed.
    #[must_use]
    pub fn parts<'text>(&self, address: &Address<'text>) -> [&'text [u8]; 5] {
        let (method, path) = self.0.split_at_checked(METHOD_BYTES).unwrap_or_default();
        [method, address.path, path, address.authority, &AGENT]
    }

    /// Returns its name in the log: the end of its path.
    #[must_use]
    pub fn name(&self) -> &'static [u8] {
        slice(self.0, METHOD_BYTES + ROOT_BYTES, self.0.len() - VERSION_BYTES)
    }
}

// Parts of NEXT that other requests share.
const METHOD_BYTES: usize = b"GET ".len();
const ROOT_BYTES: usize = b"/2018-06-01/runtime/".len();
const INVOCATION_BYTES: usize = b"invocation/".len();
const VERSION_BYTES: usize = b" HTTP/1.1\r\nHost: ".len();

/// A POST to the Runtime API. The paths are from the same document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'text> {
    /// The end of its path.
    name: &'static str,
    /// The invocation it answers, or [`InvocationName::NONE`].
    invocation: &'text InvocationName<'text>,
    /// `Function.` or `Runtime.` and letters; empty if it reports no error.
    error_type: &'text str,
}

impl<'text> Request<'text> {
    /// `POST invocation/{request_id}/response`.
    #[must_use]
    pub fn response(invocation: &'text InvocationName<'text>) -> Self {
        Self { name: "/response", invocation, error_type: "" }
    }

    /// `POST invocation/{request_id}/error`.
    #[must_use]
    pub fn invocation_error(invocation: &'text InvocationName<'text>, error_type: &'text str) -> Self {
        Self { name: "/error", invocation, error_type }
    }

    /// `POST` to `name`: `init/error` or `restore/error`.
    #[must_use]
    pub fn error(name: &'static str, error_type: &'text str) -> Self {
        Self { name, invocation: &InvocationName::NONE, error_type }
    }
}

impl Request<'_> {
    /// Returns its name in the log: the end of its path.
    #[must_use]
    pub fn name(&self) -> &'static [u8] {
        self.name.as_bytes()
    }

    /// True if it answers an invocation.
    #[must_use]
    pub fn answers_invocation(&self) -> bool {
        !self.invocation.request_id.is_empty()
    }
}

/// Writes the head of `request` to `head`, without the headers that describe the body, which
/// [`write_length`] writes, and without the empty line.
#[inline(never)]
pub fn write_head(head: &mut Buffer<'_>, address: &Address<'_>, request: &Request<'_>) {
    head.push(b"POST ");
    head.push(address.path);
    let path_bytes = ROOT_BYTES + if request.answers_invocation() { INVOCATION_BYTES } else { 0 };
    head.push(NEXT.get(METHOD_BYTES..METHOD_BYTES + path_bytes).unwrap_or_default());
    head.push(request.invocation.request_id.as_bytes());
    head.push(request.name.as_bytes());
    head.push(NEXT.last_chunk::<VERSION_BYTES>().map_or(b"", <[u8; VERSION_BYTES]>::as_slice));
    head.push(address.authority);
    head.push(without_last(&AGENT, b'\n').and_then(|line| without_last(line, b'\r')).unwrap_or_default());
    write_header(head, b"Lambda-Runtime-Invocation-Id", request.invocation.invocation_id);
    write_header(head, b"Lambda-Runtime-Function-Error-Type", request.error_type.as_bytes());
}

/// Writes the headers of a body of `body_bytes` bytes of JSON. Returns whether the whole head fits.
pub fn write_length(head: &mut Buffer<'_>, body_bytes: u32) -> bool {
    head.push(b"Content-Type: application/json\r\nContent-Length: ");
    head.push_integer(body_bytes);
    head.push(b"\r\n") // fits only if everything before fitted
}

/// Writes the headers of a body that is sent in chunks. The names of the trailers are from the
/// documentation of custom runtimes, "response streaming".
pub fn write_stream_headers(head: &mut Buffer<'_>, content_type: &[u8]) {
    write_header(head, b"Content-Type", content_type);
    write_header(head, b"Lambda-Runtime-Function-Response-Mode", b"streaming");
    write_header(head, b"Transfer-Encoding", b"chunked");
    write_header(head, b"Trailer", b"Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
}

/// Writes a header, unless it would be empty.
#[inline(never)]
pub fn write_header(head: &mut Buffer<'_>, name: &[u8], value: &[u8]) {
    if !value.is_empty() {
        head.push(name);
        head.push(b": ");
        head.push(value);
        head.push(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{CONTENT_TYPE_BYTES_MAX, Get, REQUEST_HEAD_BYTES, Request, write_head, write_length, write_stream_headers};
    use crate::runtime_api::address::{self, ADDRESS_BYTES_MAX};
    use crate::runtime_api::invocation::{INVOCATION_ID_BYTES_MAX, InvocationName, REQUEST_ID_BYTES_MAX};
    use crate::runtime_api::report::ERROR_TYPE_BYTES_MAX;
    use crate::text::buffer::Buffer;
    use std::string::String;

    fn head(api: &str, request: &Request<'_>, body_bytes: u32) -> String {
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        write_head(&mut head, &address::parse(api.as_bytes()).unwrap(), request);
        write_length(&mut head, body_bytes);
        assert!(!head.overflowed());
        String::from_utf8(head.bytes().into()).unwrap()
    }

    const AGENT: &str = concat!("User-Agent: aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"), "\r\n");

    #[test]
    fn request_heads_match_the_api() {
        let id = "3fcd8bfe-4d93-4c51-add3-2c6e21393ad1";
        let plain = InvocationName { request_id: id, invocation_id: b"" };
        let named = InvocationName { request_id: id, invocation_id: b"inv 7" };
        let start = |line: &str, host: &str| std::format!("{line} HTTP/1.1\r\nHost: {host}\r\n{AGENT}");
        for (get, name) in [(Get::NEXT, "invocation/next"), (Get::RESTORE_NEXT, "restore/next")] {
            assert_eq!(get.name(), name.as_bytes());
            for (api, path, host) in [("127.0.0.1:9001", "", "127.0.0.1:9001"), ("http://localhost:80/a/", "/a", "localhost:80")] {
                let written = get.parts(&address::parse(api.as_bytes()).unwrap()).concat();
                let line = std::format!("GET {path}/2018-06-01/runtime/{name}");
                assert_eq!(String::from_utf8(written).unwrap(), start(&line, host) + "\r\n");
            }
        }
        assert_eq!(
            head("http://localhost:80/a/", &Request::response(&plain), 27),
            start(&std::format!("POST /a/2018-06-01/runtime/invocation/{id}/response"), "localhost:80")
                + "Content-Type: application/json\r\nContent-Length: 27\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", &Request::invocation_error(&named, "Runtime.Panic"), 0),
            start(&std::format!("POST /2018-06-01/runtime/invocation/{id}/error"), "127.0.0.1:9001")
                + "Lambda-Runtime-Invocation-Id: inv 7\r\nLambda-Runtime-Function-Error-Type: Runtime.Panic\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
        );
        assert_eq!(
            head("127.0.0.1:9001", &Request::error("init/error", "Runtime.HandlerNotFound"), 5),
            start("POST /2018-06-01/runtime/init/error", "127.0.0.1:9001")
                + "Lambda-Runtime-Function-Error-Type: Runtime.HandlerNotFound\r\nContent-Type: application/json\r\nContent-Length: 5\r\n"
        );
    }

    #[test]
    fn request_head_of_longest_stream_fits() {
        let api = String::from("127.0.0.1:9001/") + &"p".repeat(ADDRESS_BYTES_MAX - 15);
        let id = "i".repeat(REQUEST_ID_BYTES_MAX);
        let name = InvocationName { request_id: &id, invocation_id: &[b'n'; INVOCATION_ID_BYTES_MAX] };
        let mut memory = [0; REQUEST_HEAD_BYTES];
        let mut head = Buffer::new(&mut memory);
        write_head(&mut head, &address::parse(api.as_bytes()).unwrap(), &Request::response(&name));
        write_stream_headers(&mut head, &[b'c'; CONTENT_TYPE_BYTES_MAX]);
        assert!(!head.overflowed());
    }

    #[test]
    fn request_head_of_longest_values_fits() {
        let api = String::from("127.0.0.1:9001/") + &"p".repeat(ADDRESS_BYTES_MAX - 15);
        let id = "i".repeat(REQUEST_ID_BYTES_MAX);
        let error_type = "e".repeat(ERROR_TYPE_BYTES_MAX);
        head(
            &api,
            &Request::invocation_error(&InvocationName { request_id: &id, invocation_id: &[b'n'; INVOCATION_ID_BYTES_MAX] }, &error_type),
            u32::MAX,
        );
    }
}
