//! What HTTP allows in a response. A newline in a header would begin another header, or the body: a way to inject what a client sent.

use super::response::INVALID_RESPONSE;
use alloc::string::{String, ToString};
use ruchy_std::lambda::Failure;

/// Checks the status (RFC 9110, section 15), the headers' names (5.6.2), and the values (5.5).
///
/// # Errors
/// [`INVALID_RESPONSE`].
pub(super) fn check(status: u16, headers: &[(String, String)], cookies: &[String]) -> Result<(), Failure> {
    if !(100..=599).contains(&status) {
        return Err(invalid(&["status ", &status.to_string(), ": expected 100 to 599"]));
    }
    for (name, value) in headers {
        if name.is_empty() || !name.bytes().all(is_of_token) {
            return Err(invalid(&["header name `", name, "`: expected letters, digits and `-`"]));
        }
        if !is_value(value) {
            return Err(invalid(&["header ", name, ": its value has a newline or another control character"]));
        }
    }
    match cookies.iter().find(|cookie| !is_value(cookie)) {
        Some(cookie) => Err(invalid(&["cookie ", name_of(cookie), ": it has a newline or another control character"])),
        None => Ok(()),
    }
}

/// The name of the cookie that `cookie`, `name=value; attributes`, sets.
pub(super) fn name_of(cookie: &str) -> &str {
    let length = cookie.bytes().position(|byte| byte == b'=' || byte == b';').unwrap_or(cookie.len());
    cookie.get(..length).unwrap_or_default()
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_value(value: &str) -> bool {
    value.bytes().all(|byte| byte == b'\t' || !byte.is_ascii_control())
}

#[cold]
#[inline(never)]
fn invalid(parts: &[&str]) -> Failure {
    let mut message = String::new();
    for part in parts {
        message.push_str(part);
    }
    // What is refused is shown, and so must not break the line of a log.
    message.retain(|character| character >= ' ');
    Failure::new(INVALID_RESPONSE, message)
}
