//! The builder of requests. Pure, except for sending.

mod head;

use crate::drive;
use crate::error::{Error, Kind};
use crate::exchange::Source;
use crate::reply::head::{is_in_name, is_in_value};
use crate::response::Response;
use crate::secure::Opener;
use crate::upload::{self, Upload};
use crate::url::Url;
use alloc::string::String;
use alloc::vec::Vec;
use core::hint::black_box;

/// Maximum size of a reply's body in bytes, unless [`Request::reply_bytes_max`] sets another.
pub const REPLY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Maximum number of redirects that are followed, unless [`Request::redirects_max`] sets another.
pub const REDIRECTS_MAX: u32 = 5;
/// Maximum number of attempts, including the first, unless [`Request::attempts_max`] sets another.
pub const ATTEMPTS_MAX: u32 = 3;

/// The condition for sending a request again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Only if the server cannot have received it.
    IfNotSent,
    /// Also if the reply was lost, because sending the request twice has the same effect as sending
    /// it once (RFC 9110, section 9.2.2).
    IfLost,
}

/// Decompresses a body to at most the given number of bytes.
pub(crate) type Decoder = fn(&[u8], usize) -> Result<Vec<u8>, Error>;
/// Returns `true` for replies after which the request is retried.
pub type RetryIf = fn(&Response) -> bool;

/// A request.
///
/// ```
/// use outbound::Request;
///
/// let request = Request::put("https://example.com/items/7")
///     .header("authorization", "Bearer secret")
///     .json(r#"{"name":"tea"}"#)
///     .timeout_ms(2_000)
///     .attempts_max(2);
/// ```
///
/// ```
/// use outbound::{Error, Request};
///
/// pub fn lambda_handler(event: &str) -> Result<String, Error> {
///     let url = "https://example.com/items/7";
///     Request::patch(url).json(event).repeatable().attempts_max(5).send()?;
///     Request::put(url).body(event).not_repeatable().send()?;
///     Request::delete(url).redirects_max(0).send()?;
///     let found = Request::head(url).send()?.is_success();
///     let page = Request::get(url).gzip().reply_bytes_max(1 << 20).retry_if(|response| response.status() == 429).send()?;
///     let mut bytes = 0;
///     Request::new("GET", url).send_to(&mut |part| {
///         bytes += part.len();
///         true
///     })?;
///     let health = Request::local("GET", "http://127.0.0.1:8080/health").send()?;
///     Ok(format!("{found} {} {bytes} {}", page.into_bytes().len(), health.status()))
/// }
/// ```
#[derive(Clone)]
pub struct Request {
    pub(crate) method: String,
    pub(crate) url: Result<Url, Error>,
    /// Header lines, each with its CRLF.
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
    /// `true` if there is a body, which may be empty.
    pub(crate) has_body: bool,
    /// `true` if the body is not in `body`, and its length is in `headers`.
    pub(crate) is_streamed: bool,
    pub(crate) opener: Option<Opener>,
    pub(crate) decoder: Option<Decoder>,
    /// Selects the replies that are retried. Without it, 429, 502, 503 and 504 are, for repeatable
    /// requests.
    pub(crate) retry_if: Option<RetryIf>,
    pub(crate) repeat: Repeat,
    pub(crate) attempts_max: u32,
    pub(crate) redirects_max: u32,
    pub(crate) reply_bytes_max: usize,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) uses_proxy: bool,
    /// The first invalid option, which `send` returns.
    pub(crate) error: Option<Error>,
}

impl Request {
    /// Creates a request. `opener` opens TLS for `https`; without it only `http` is possible, and
    /// TLS is not linked.
    #[inline(never)]
    #[must_use]
    pub fn with_opener(method: &str, url: &str, opener: Option<Opener>) -> Self {
        let mut request = Self {
            method: String::from(method),
            url: Url::parse(url),
            headers: String::new(),
            body: Vec::new(),
            has_body: false,
            is_streamed: false,
            opener,
            decoder: None,
            retry_if: None,
            repeat: if matches!(method, "GET" | "HEAD" | "PUT" | "DELETE" | "OPTIONS") { Repeat::IfLost } else { Repeat::IfNotSent },
            attempts_max: ATTEMPTS_MAX,
            redirects_max: REDIRECTS_MAX,
            reply_bytes_max: REPLY_BYTES_MAX,
            timeout_ms: None,
            uses_proxy: true,
            error: None,
        };
        if method.is_empty() || !method.bytes().all(is_in_name) || method == "CONNECT" {
            request.error =
                Some(Error::new(Kind::InvalidRequest, &["method ", method, ": expected GET, POST, PUT, PATCH, DELETE or HEAD"]));
        }
        request
    }

    /// Creates a request with any method except CONNECT, by `http` or `https`. Errors in the
    /// arguments are returned when the request is sent.
    #[must_use]
    pub fn new(method: &str, url: &str) -> Self {
        Self::with_opener(method, url, Some(crate::tls::web))
    }

    /// Creates a `GET` request.
    #[must_use]
    pub fn get(url: &str) -> Self {
        Self::new("GET", url)
    }

    /// Creates a `HEAD` request. The reply has no body.
    #[must_use]
    pub fn head(url: &str) -> Self {
        Self::new("HEAD", url)
    }

    /// Creates a `POST` request.
    #[must_use]
    pub fn post(url: &str) -> Self {
        Self::new("POST", url)
    }

    /// Creates a `PUT` request.
    #[must_use]
    pub fn put(url: &str) -> Self {
        Self::new("PUT", url)
    }

    /// Creates a `PATCH` request.
    #[must_use]
    pub fn patch(url: &str) -> Self {
        Self::new("PATCH", url)
    }

    /// Creates a `DELETE` request.
    #[must_use]
    pub fn delete(url: &str) -> Self {
        Self::new("DELETE", url)
    }

    /// Creates a request by `http` that ignores proxies, for services on the same machine. TLS is
    /// not linked for it.
    #[must_use]
    pub fn local(method: &str, url: &str) -> Self {
        let mut request = Self::with_opener(method, url, None);
        request.uses_proxy = false;
        request
    }

    /// Adds a header. The client itself sets `Host`, `Content-Length`, `Transfer-Encoding` and
    /// `Connection`: these are errors, which are returned when the request is sent.
    #[inline(never)]
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_own = ["host", "content-length", "transfer-encoding", "connection"].iter().any(|own| name.eq_ignore_ascii_case(own));
        let is_valid = !name.is_empty() && name.bytes().all(is_in_name) && value.bytes().all(is_in_value);
        if !is_valid || is_own {
            // The value may be secret and is not shown.
            let expected =
                if is_own { ": the client sets this header; remove it" } else { ": expected a header name and a value without newlines" };
            self.error.get_or_insert_with(|| Error::new(Kind::InvalidRequest, &["header ", name, expected]));
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

    /// Sets a JSON body and the content type `application/json`.
    #[must_use]
    pub fn json(self, json: impl AsRef<str>) -> Self {
        self.header("content-type", "application/json").body(json.as_ref())
    }

    /// Sets the time limit in milliseconds, for all attempts together. The default is 95 % of the
    /// invocation's remaining time.
    #[must_use]
    pub fn timeout_ms(mut self, milliseconds: u64) -> Self {
        self.timeout_ms = Some(milliseconds);
        self
    }

    /// Sets the maximum size of the reply's body in bytes. A larger one is an error of the kind
    /// [`Kind::TooLarge`]. The default is [`REPLY_BYTES_MAX`].
    #[must_use]
    pub fn reply_bytes_max(mut self, bytes: usize) -> Self {
        self.reply_bytes_max = bytes;
        self
    }

    /// Sets the maximum number of redirects; 0 returns a redirect as the reply. The default is
    /// [`REDIRECTS_MAX`].
    #[must_use]
    pub fn redirects_max(mut self, redirects: u32) -> Self {
        self.redirects_max = redirects;
        self
    }

    /// Sets the maximum number of attempts; 1 disables retries. The default is [`ATTEMPTS_MAX`].
    #[must_use]
    pub fn attempts_max(mut self, attempts: u32) -> Self {
        self.attempts_max = attempts.max(1);
        self
    }

    /// Declares that sending this request twice has the same effect as sending it once, as for
    /// `GET`, `PUT` and `DELETE`. It is then retried even if its reply was lost.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeat = Repeat::IfLost;
        self
    }

    /// Declares that this request must not be sent again once the server may have received it, as
    /// for `POST` and `PATCH`.
    #[must_use]
    pub fn not_repeatable(mut self) -> Self {
        self.repeat = Repeat::IfNotSent;
        self
    }

    /// Retries the replies for which `retry_if` returns `true`, instead of 429, 502, 503 and 504.
    #[must_use]
    pub fn retry_if(mut self, retry_if: RetryIf) -> Self {
        self.retry_if = Some(retry_if);
        self
    }

    /// Accepts a gzip-compressed reply, whose body is returned decompressed.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.decoder = Some(crate::gzip::decompress);
        self.header("accept-encoding", "gzip")
    }

    /// Sends the request and returns the reply, with any status.
    ///
    /// # Errors
    /// [`Error`] if there is no reply.
    #[inline(never)]
    pub fn send(self) -> Result<Response, Error> {
        drive::one(self, None, None)
    }

    /// Sends the request and calls `take` with each part of a successful reply's body (status 2xx)
    /// as it arrives, until `take` returns `false`. The body of the returned response is empty.
    /// After the first call of `take` the request is not retried. The body is not decompressed.
    ///
    /// # Errors
    /// [`Error`] if there is no reply, or if it ends early.
    pub fn send_to(self, take: &mut dyn FnMut(&[u8]) -> bool) -> Result<Response, Error> {
        drive::one(self, Some(take), None)
    }

    /// Sends the request with a body that is read in parts, so that it need not fit in memory.
    /// `read` fills the buffer and returns the number of bytes, 0 at the end of the body, or `None`
    /// to cancel the request. `bytes` is the length of the body; if it is not known, the body is
    /// sent in chunks, which not every server accepts.
    ///
    /// The request is sent on a new connection. After the first call of `read` it is not retried,
    /// and a redirect that keeps the body is an error.
    ///
    /// ```
    /// use outbound::{Error, Request};
    ///
    /// pub fn lambda_handler(_event: &str) -> Result<String, Error> {
    ///     let mut parts = ["first,", "second"].into_iter();
    ///     let reply = Request::post("https://example.com/lines").send_from(None, &mut |buffer| {
    ///         let part = parts.next().unwrap_or_default().as_bytes();
    ///         buffer[..part.len()].copy_from_slice(part);
    ///         Some(part.len())
    ///     })?;
    ///     Ok(reply.text())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error`] if there is no reply; [`Kind::InvalidRequest`] if `read` returned `None`, or
    /// another number of bytes than `bytes`.
    pub fn send_from(mut self, bytes: Option<u64>, read: &mut dyn FnMut(&mut [u8]) -> Option<usize>) -> Result<Response, Error> {
        self.is_streamed = true;
        self.headers.push_str(&upload::header(bytes));
        let mut upload = Upload::new(bytes, read);
        let source: Source<'_> = &mut |part| upload.next(part);
        // Otherwise the compiler calls this function directly, and all functions contain it.
        drive::one(self, None, Some(black_box(source)))
    }
}

/// Sends `requests` concurrently and returns their replies in the same order.
///
/// ```
/// use outbound::{Request, join};
///
/// pub fn lambda_handler(_event: &str) -> String {
///     let requests = ["https://example.com/a", "https://example.com/b"].map(Request::get);
///     let count = join(requests.into()).iter().filter(|reply| reply.is_ok()).count();
///     format!("{count} replies")
/// }
/// ```
#[inline(never)]
#[must_use]
pub fn join(requests: Vec<Request>) -> Vec<Result<Response, Error>> {
    drive::all(requests)
}

#[cfg(test)]
mod tests {
    use super::Request;
    use crate::error::Kind;
    use std::string::ToString;

    #[test]
    fn header_rejects_injection() {
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
            let error = Request::get("http://a").header(name, value).error.unwrap();
            assert_eq!(error.kind(), Kind::InvalidRequest, "{name:?}");
            assert!(value.len() < 2 || !error.to_string().contains(value), "{error}");
        }
        assert!(Request::new("GET /", "http://a").error.is_some());
        assert!(Request::new("CONNECT", "http://a").error.is_some());
    }
}
