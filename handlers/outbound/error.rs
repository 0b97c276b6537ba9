//! Errors of requests. Each names the host, the cause and what to do; none holds a header value or a body, which may be secret.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use ruchy_std::lambda::Failure;

/// The stage at which a request failed. Decides the error type and whether a retry is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The URL, a header or an option is invalid: a retry would fail in the same way.
    InvalidRequest,
    /// The host name has no address.
    Dns,
    /// No connection to the host or its proxy.
    Connect,
    /// TLS: the certificate was refused, or the handshake failed.
    Tls,
    /// The connection was lost before the reply was complete.
    ConnectionLost,
    /// The reply is not HTTP/1.1, or can be read in two ways.
    MalformedReply,
    /// The time limit has passed.
    Timeout,
    /// The reply is larger than the limit.
    TooLarge,
    /// More redirects than the limit, or a redirect that is not followed.
    Redirect,
}

impl Kind {
    /// The type that Lambda records.
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

/// A request that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    /// Whether the server cannot have received the request.
    not_sent: bool,
}

impl Error {
    /// An error of this kind whose message is `parts` joined.
    #[inline(never)]
    #[must_use]
    pub fn new(kind: Kind, parts: &[&str]) -> Self {
        let mut message = String::new();
        for part in parts {
            message.push_str(part);
        }
        Self { kind, message, not_sent: matches!(kind, Kind::InvalidRequest | Kind::Dns | Kind::Connect | Kind::Tls) }
    }

    /// The same error of a request that was not sent, or not in full.
    #[must_use]
    pub(crate) fn before_sent(mut self) -> Self {
        self.not_sent = true;
        self
    }

    /// The stage at which the request failed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The cause, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the server cannot have acted on the request.
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
