//! A request, as a function builds it. Pure, but for `send`.

use crate::drive;
use crate::error::{Error, Kind};
use crate::reply::head::{is_in_name, is_in_value};
use crate::response::Response;
use crate::secure::Opener;
use crate::url::{Url, push_number};
use alloc::string::String;
use alloc::vec::Vec;

/// Largest body of a reply that is kept, unless [`Request::reply_bytes_max`] says otherwise.
pub const REPLY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most redirects that are followed, unless [`Request::redirects_max`] says otherwise.
pub const REDIRECTS_MAX: u32 = 5;
/// Attempts of a request that may be repeated, the first included, unless [`Request::attempts_max`] says otherwise.
pub const ATTEMPTS_MAX: u32 = 3;

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Only where the server cannot have received it.
    IfNotSent,
    /// Also where the reply was lost: sending it twice has the same effect as once.
    IfLost,
}

/// Decodes a body: `gzip`.
pub(crate) type Decoder = fn(&[u8], usize) -> Result<Vec<u8>, Error>;
/// Whether a reply asks for a retry.
pub type Judge = fn(&Response) -> bool;

/// A request.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: String,
    pub(crate) url: Result<Url, Error>,
    /// Header lines, each with its CRLF.
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
    /// Whether there is a body, which may be empty.
    pub(crate) has_body: bool,
    pub(crate) opener: Option<Opener>,
    pub(crate) decoder: Option<Decoder>,
    /// Whether a reply asks for a retry; without it 429, 502, 503 and 504 do, of requests that may be repeated.
    pub(crate) judge: Option<Judge>,
    pub(crate) repeat: Repeat,
    pub(crate) attempts_max: u32,
    pub(crate) redirects_max: u32,
    pub(crate) reply_bytes_max: usize,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) uses_proxy: bool,
    /// The first mistake, which `send` returns.
    pub(crate) mistake: Option<Error>,
}

impl Request {
    /// A request of this method. `opener` opens TLS for `https`; without one only `http` is possible, and no TLS is linked.
    #[inline(never)]
    #[must_use]
    pub fn with_opener(method: &str, url: &str, opener: Option<Opener>) -> Self {
        let mut request = Self {
            method: String::from(method),
            url: Url::parse(url),
            headers: String::new(),
            body: Vec::new(),
            has_body: false,
            opener,
            decoder: None,
            judge: None,
            repeat: if matches!(method, "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS") { Repeat::IfLost } else { Repeat::IfNotSent },
            attempts_max: ATTEMPTS_MAX,
            redirects_max: REDIRECTS_MAX,
            reply_bytes_max: REPLY_BYTES_MAX,
            timeout_ms: None,
            uses_proxy: true,
            mistake: None,
        };
        if method.is_empty() || !method.bytes().all(is_in_name) || method == "CONNECT" {
            request.mistake =
                Some(Error::new(Kind::InvalidRequest, &["method ", method, ": expected GET, POST, PUT, PATCH, DELETE or HEAD"]));
        }
        request
    }

    /// A request of any method, by `http` or `https`.
    #[must_use]
    pub fn new(method: &str, url: &str) -> Self {
        Self::with_opener(method, url, Some(crate::tls::web))
    }

    /// `GET`.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self::new("GET", url)
    }

    /// `HEAD`: the reply has no body.
    #[must_use]
    pub fn head(url: &str) -> Self {
        Self::new("HEAD", url)
    }

    /// `POST`.
    #[must_use]
    pub fn post(url: &str) -> Self {
        Self::new("POST", url)
    }

    /// `PUT`.
    #[must_use]
    pub fn put(url: &str) -> Self {
        Self::new("PUT", url)
    }

    /// `PATCH`.
    #[must_use]
    pub fn patch(url: &str) -> Self {
        Self::new("PATCH", url)
    }

    /// `DELETE`.
    #[must_use]
    pub fn delete(url: &str) -> Self {
        Self::new("DELETE", url)
    }

    /// A request by `http` alone, never through a proxy: for services on this machine. TLS is not linked for it.
    #[must_use]
    pub fn local(method: &str, url: &str) -> Self {
        let mut request = Self::with_opener(method, url, None);
        request.uses_proxy = false;
        request
    }

    /// Adds a header. `Host`, `Content-Length`, `Transfer-Encoding` and `Connection` are the client's own.
    #[inline(never)]
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_own = ["host", "content-length", "transfer-encoding", "connection"].iter().any(|own| name.eq_ignore_ascii_case(own));
        let is_valid = !name.is_empty() && name.bytes().all(is_in_name) && value.bytes().all(is_in_value);
        if !is_valid || is_own {
            // The value may be a secret.
            let expected =
                if is_own { ": the client sets this header itself" } else { ": expected a header name and a value without newlines" };
            self.mistake.get_or_insert_with(|| Error::new(Kind::InvalidRequest, &["header ", name, expected]));
            return self;
        }
        for part in [name, ": ", value, "\r\n"] {
            self.headers.push_str(part);
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.has_body = true;
        self
    }

    /// Sets a body of JSON, and its content type.
    #[must_use]
    pub fn json(self, json: impl AsRef<str>) -> Self {
        self.header("content-type", "application/json").body(json.as_ref())
    }

    /// Gives up after so many milliseconds, all attempts included. The default is the remaining time of the invocation, less a twentieth.
    #[must_use]
    pub fn timeout_ms(mut self, milliseconds: u64) -> Self {
        self.timeout_ms = Some(milliseconds);
        self
    }

    /// Fails with [`Kind::TooLarge`] if the body of the reply has more bytes. The default is [`REPLY_BYTES_MAX`].
    #[must_use]
    pub fn reply_bytes_max(mut self, bytes: usize) -> Self {
        self.reply_bytes_max = bytes;
        self
    }

    /// Follows so many redirects: 0 returns the redirect as the reply. The default is [`REDIRECTS_MAX`].
    #[must_use]
    pub fn redirects_max(mut self, redirects: u32) -> Self {
        self.redirects_max = redirects;
        self
    }

    /// Makes so many attempts at most: 1 never retries. The default is [`ATTEMPTS_MAX`].
    #[must_use]
    pub fn attempts_max(mut self, attempts: u32) -> Self {
        self.attempts_max = attempts.max(1);
        self
    }

    /// States that sending this request twice has the same effect as once, as for `GET`, `PUT` and `DELETE`: it may be retried after its reply was
    /// lost.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeat = Repeat::IfLost;
        self
    }

    /// States that this request must not be sent again once the server may have received it, as for `POST` and `PATCH`.
    #[must_use]
    pub fn not_repeatable(mut self) -> Self {
        self.repeat = Repeat::IfNotSent;
        self
    }

    /// Retries the replies for which `judge` returns true, instead of 429, 502, 503 and 504.
    #[must_use]
    pub fn retried_if(mut self, judge: Judge) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Accepts a reply compressed by gzip, which is returned decompressed.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.decoder = Some(crate::gzip::decompress);
        self.header("accept-encoding", "gzip")
    }

    /// Sends the request and returns the reply, whatever its status.
    ///
    /// # Errors
    /// [`Error`]: there is no reply.
    #[inline(never)]
    pub fn send(self) -> Result<Response, Error> {
        drive::one(self, None)
    }

    /// Sends the request and calls `take` with each part of a successful reply's body (2xx) as it arrives, until it returns false. The response has
    /// an empty body then. Nothing is retried once `take` was called, and nothing is decompressed.
    ///
    /// # Errors
    /// [`Error`]: there is no reply, or it ended too early.
    pub fn send_to(self, take: &mut dyn FnMut(&[u8]) -> bool) -> Result<Response, Error> {
        drive::one(self, Some(take))
    }

    /// The head as it is sent to `url`, with the absolute URL if `to_proxy`.
    pub(crate) fn write_head(&self, url: &Url, to_proxy: bool, proxy_authorization: &str, head: &mut Vec<u8>) {
        let mut text = String::with_capacity(256 + self.headers.len());
        for part in [self.method.as_str(), " "] {
            text.push_str(part);
        }
        if to_proxy {
            text.push_str("http://");
            text.push_str(&url.host_header());
        }
        for part in [url.target.as_str(), " HTTP/1.1\r\nHost: ", &url.host_header(), "\r\n", &self.headers] {
            text.push_str(part);
        }
        if to_proxy {
            text.push_str(proxy_authorization);
        }
        if self.has_body || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            text.push_str("Content-Length: ");
            push_number(&mut text, self.body.len());
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        head.extend_from_slice(text.as_bytes());
    }
}

/// Sends `requests` at the same time and returns their replies in the same order.
#[inline(never)]
#[must_use]
pub fn join(requests: Vec<Request>) -> Vec<Result<Response, Error>> {
    drive::all(requests)
}

#[cfg(test)]
mod tests {
    use super::Request;
    use crate::error::Kind;
    use std::string::{String, ToString};
    use std::vec::Vec;

    fn head(request: &Request, to_proxy: bool) -> String {
        let mut head = Vec::new();
        request.write_head(request.url.as_ref().unwrap(), to_proxy, "Proxy-Authorization: Basic x\r\n", &mut head);
        String::from_utf8(head).unwrap()
    }

    #[test]
    fn head_has_what_was_asked_for() {
        let request = Request::post("http://a.b:81/c?d").header("X-Y", "z").body("12345");
        assert_eq!(head(&request, false), "POST /c?d HTTP/1.1\r\nHost: a.b:81\r\nX-Y: z\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(head(&Request::get("https://a"), false), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(head(&Request::put("https://a"), false), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    }

    #[test]
    fn head_for_a_proxy_has_the_whole_url() {
        assert_eq!(head(&Request::get("http://a/b"), true), "GET http://a/b HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic x\r\n\r\n");
    }

    #[test]
    fn nothing_can_add_a_header_or_a_request() {
        for (name, value) in [
            ("a b", "c"),
            ("", "c"),
            ("a", "b\r\nc: d"),
            ("a\r\nb", "c"),
            ("a:", "b"),
            ("a", "b\0"),
            ("Host", "x"),
            ("content-length", "1"),
        ] {
            let mistake = Request::get("http://a").header(name, value).mistake.unwrap();
            assert_eq!(mistake.kind(), Kind::InvalidRequest, "{name:?}");
            assert!(value.len() < 2 || !mistake.to_string().contains(value), "{mistake}");
        }
        assert!(Request::new("GET /", "http://a").mistake.is_some());
        assert!(Request::new("CONNECT", "http://a").mistake.is_some());
    }
}
