//! Errors of requests. Each names the host, the cause and the remedy. None contains a header value
//! or a body, which may be secret.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use ruchy_std::lambda::Failure;

/// The stage at which a request failed. It determines the error type and the possibility of a
/// retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The URL, a header or an option is invalid. A retry would fail in the same way.
    InvalidRequest,
    /// The host name has no address.
    Dns,
    /// A connection to the host or to its proxy failed.
    Connect,
    /// The certificate was rejected, or the TLS handshake failed.
    Tls,
    /// The connection was lost before the reply was complete.
    ConnectionLost,
    /// The reply is not valid HTTP/1.1, or is ambiguous.
    MalformedReply,
    /// The time limit has passed.
    Timeout,
    /// The reply exceeds its size limit.
    TooLarge,
    /// There are too many redirects, or a redirect is not allowed.
    Redirect,
}

impl Kind {
    /// Returns the error type that Lambda records.
    #[must_use]
    pub fn error_type(self) -> &'static str {
        match self {
            Self::InvalidRequest => "Function.InvalidRequest",
            Self::Dns => "Function.DnsFailed",
            Self::Connect => "Function.ConnectFailed",
            Self::Tls => "Function.TlsFailed",
            Self::ConnectionLost => "Function.ConnectionLost",
            Self::MalformedReply => "Function.MalformedReply",
            Self::Timeout => "Function.RequestTimedOut",
            Self::TooLarge => "Function.ReplyTooLarge",
            Self::Redirect => "Function.RedirectRefused",
        }
    }
}

/// The error of a request.
///
/// ```
/// use lambda::Failure;
/// use outbound::{Kind, Request};
///
/// pub fn lambda_handler(_event: &str) -> Result<String, Failure> {
///     match Request::get("https://example.com/").timeout_ms(2_000).send() {
///         Ok(response) => Ok(response.text()),
///         Err(error) if error.kind() == Kind::Timeout => Ok("try again later".to_string()),
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
///
/// ```
/// use outbound::{Error, Kind, Request};
///
/// pub fn lambda_handler(event: &str) -> Result<String, Error> {
///     match Request::get(event).send() {
///         Err(error) if error.kind() == Kind::Timeout => Ok(Kind::Timeout.error_type().to_string()),
///         reply => Ok(reply?.text()),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    /// `true` if the server cannot have acted on the request.
    not_sent: bool,
}

impl Error {
    /// Creates an error whose message is the concatenation of `parts`.
    #[inline(never)]
    #[must_use]
    pub fn new(kind: Kind, parts: &[&str]) -> Self {
        let mut message = String::new();
        for part in parts {
            message.push_str(part);
        }
        Self { kind, message, not_sent: matches!(kind, Kind::InvalidRequest | Kind::Dns | Kind::Connect | Kind::Tls) }
    }

    /// Marks the error of a request that was not sent completely.
    #[must_use]
    pub(crate) fn before_sent(mut self) -> Self {
        self.not_sent = true;
        self
    }

    /// Returns the stage at which the request failed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns `true` if the server cannot have acted on the request, because it was not sent
    /// completely.
    ///
    /// ```
    /// use outbound::{Error, Request};
    ///
    /// pub fn lambda_handler(event: &str) -> Result<String, Error> {
    ///     match Request::post("https://example.com/orders").body(event).send() {
    ///         Err(error) if error.is_not_sent() => Ok(String::from("not ordered; try again")),
    ///         reply => Ok(reply?.text()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_not_sent(&self) -> bool {
        self.not_sent
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.error_type())?;
        formatter.write_str(": ")?;
        formatter.write_str(&self.message)
    }
}

impl core::error::Error for Error {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.kind.error_type(), error.message)
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        let mut text = error.kind.error_type().to_owned();
        text.push_str(": ");
        text.push_str(&error.message);
        text
    }
}
