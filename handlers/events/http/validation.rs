//! Checks that a response is valid HTTP. A newline in a header value would begin another header or
//! the body, and allow header injection with data of a client.

use super::response::INVALID_RESPONSE;
use alloc::string::{String, ToString};
use ruchy_std::lambda::Failure;

/// Checks the status (RFC 9110, section 15), the names (section 5.6.2) and the values (section 5.5)
/// of headers.
///
/// # Errors
/// [`INVALID_RESPONSE`].
pub(super) fn check(status: u16, headers: &[(String, String)], cookies: &[String]) -> Result<(), Failure> {
    if !(100..=599).contains(&status) {
        return Err(invalid(&["status ", &status.to_string(), ": expected 100 to 599"]));
    }
    for (name, value) in headers {
        if name.is_empty() || !name.bytes().all(is_token_byte) {
            return Err(invalid(&["header name `", name, "`: expected letters, digits and `-`"]));
        }
        if !is_value(value) {
            return Err(invalid(&["header ", name, ": expected a value without newlines and control characters"]));
        }
    }
    match cookies.iter().find(|cookie| !is_value(cookie)) {
        Some(cookie) => Err(invalid(&["cookie ", name_of(cookie), ": expected no newlines and control characters"])),
        None => Ok(()),
    }
}

/// Returns the name of a cookie in the format `name=value; attributes`.
pub(super) fn name_of(cookie: &str) -> &str {
    let length = cookie.bytes().position(|byte| byte == b'=' || byte == b';').unwrap_or(cookie.len());
    cookie.get(..length).unwrap_or_default()
}

fn is_token_byte(byte: u8) -> bool {
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
    // The message contains the rejected name: remove control characters, so that it stays on one
    // line of the log.
    message.retain(|character| character >= ' ');
    Failure::new(INVALID_RESPONSE, message)
}
