//! Parses URLs of requests (RFC 3986, `http` and `https`). Pure.

use crate::error::{Error, Kind};
use alloc::borrow::ToOwned;
use alloc::string::String;

/// Maximum length of a URL, in bytes.
pub const URL_BYTES_MAX: usize = 8 * 1024;
/// Maximum length of a host name, in bytes (RFC 1035).
pub const HOST_BYTES_MAX: usize = 253;

/// The scheme of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `http`.
    Http,
    /// `https`.
    Https,
}

impl Scheme {
    /// Returns the port of URLs without one.
    #[must_use]
    pub fn default_port(self) -> u16 {
        if self == Self::Https { 443 } else { 80 }
    }
}

/// A parsed URL. The fragment is dropped; user and password are rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The scheme.
    pub scheme: Scheme,
    /// The host in lowercase: a name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path and query as sent. It begins with `/`.
    pub target: String,
}

fn invalid(text: &str, expected: &str) -> Error {
    Error::new(Kind::InvalidRequest, &["URL ", without_query(text), ": ", expected])
}

/// Returns `text` without its query, which may contain secrets and must not appear in messages.
fn without_query(text: &str) -> &str {
    let end = text.bytes().position(|byte| byte == b'?').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

impl Url {
    /// Parses an absolute URL.
    ///
    /// # Errors
    /// [`Kind::InvalidRequest`], with the expected format.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > URL_BYTES_MAX {
            return Err(Error::new(Kind::InvalidRequest, &["URL: expected at most 8192 bytes"]));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid(text, "expected printable ASCII; encode other characters as %XX"));
        }
        let (scheme, tail) = if let Some(tail) = strip_prefix_ignoring_case(text, "https://") {
            (Scheme::Https, tail)
        } else if let Some(tail) = strip_prefix_ignoring_case(text, "http://") {
            (Scheme::Http, tail)
        } else {
            return Err(invalid(text, "expected http:// or https://"));
        };
        let end = tail.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(tail.len());
        let (authority, tail) = (tail.get(..end).unwrap_or_default(), tail.get(end..).unwrap_or_default());
        if authority.bytes().any(|byte| byte == b'@') {
            // The message must not contain a password.
            return Err(Error::new(Kind::InvalidRequest, &["URL: expected no user and password; send them in the header authorization"]));
        }
        let (host, port) = host_and_port(authority, scheme.default_port())
            .ok_or_else(|| invalid(text, "expected a host name, and optionally a port from 1 to 65535"))?;
        let end = tail.bytes().position(|byte| byte == b'#').unwrap_or(tail.len());
        let tail = tail.get(..end).unwrap_or_default();
        let mut target = String::new();
        if !tail.starts_with('/') {
            target.push('/');
        }
        target.push_str(tail);
        Ok(Self { scheme, host, port, target })
    }

    /// Returns the value of the header `Host`, without the scheme's default port.
    #[must_use]
    pub fn host_header(&self) -> String {
        let mut text = self.bracketed_host();
        if self.port != self.scheme.default_port() {
            text.push(':');
            push_number(&mut text, u32::from(self.port));
        }
        text
    }

    /// Returns `HOST:PORT`, the argument of a proxy's CONNECT.
    #[must_use]
    pub fn authority(&self) -> String {
        let mut text = self.bracketed_host();
        text.push(':');
        push_number(&mut text, u32::from(self.port));
        text
    }

    fn bracketed_host(&self) -> String {
        if !self.host.contains(':') {
            return self.host.clone();
        }
        let mut text = "[".to_owned();
        text.push_str(&self.host);
        text.push(']');
        text
    }

    /// Resolves `location`, the header of a redirect from this URL (RFC 3986, section 5).
    ///
    /// # Errors
    /// [`Kind::InvalidRequest`].
    pub fn join(&self, location: &str) -> Result<Self, Error> {
        let end = location.bytes().position(|byte| byte == b'#').unwrap_or(location.len());
        let location = location.get(..end).unwrap_or_default();
        let mut text = String::from(if self.scheme == Scheme::Https { "https:" } else { "http:" });
        if location.starts_with("//") {
            text.push_str(location);
        } else if has_scheme(location) {
            return Self::parse(location);
        } else {
            text.push_str("//");
            text.push_str(&self.authority());
            let path = without_query(&self.target);
            if location.starts_with('?') {
                text.push_str(path);
            } else if !location.starts_with('/') {
                let folder = path.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1);
                text.push_str(path.get(..folder).unwrap_or_default());
            }
            text.push_str(location);
        }
        let mut url = Self::parse(&text)?;
        url.target = without_dot_segments(&url.target);
        Ok(url)
    }
}

/// Returns `true` if `location` begins with a scheme: letters, then a colon.
fn has_scheme(location: &str) -> bool {
    let letters = location.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
    letters > 0 && location.as_bytes().get(letters) == Some(&b':')
}

/// Resolves `.` and `..` in the path of `target` (RFC 3986, section 5.2.4).
fn without_dot_segments(target: &str) -> String {
    let path = without_query(target);
    let query = target.get(path.len()..).unwrap_or_default();
    let mut result = String::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." if is_last => result.push('/'),
            "." => {}
            ".." => {
                let parent = result.bytes().rposition(|byte| byte == b'/').unwrap_or(0);
                result.truncate(parent);
                if is_last {
                    result.push('/');
                }
            }
            _ => {
                result.push('/');
                result.push_str(segment);
            }
        }
    }
    result.push_str(query);
    result
}

fn strip_prefix_ignoring_case<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let (start, tail) = (text.get(..prefix.len())?, text.get(prefix.len()..)?);
    start.eq_ignore_ascii_case(prefix).then_some(tail)
}

/// Splits `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
pub(crate) fn host_and_port(authority: &str, default_port: u16) -> Option<(String, u16)> {
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let end = bracketed.bytes().position(|byte| byte == b']')?;
        let host = bracketed.get(..end)?;
        if !host.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')) || !host.contains(':') {
            return None;
        }
        (host, bracketed.get(end + 1..)?)
    } else {
        let end = authority.bytes().position(|byte| byte == b':').unwrap_or(authority.len());
        let host = authority.get(..end)?;
        if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
            return None;
        }
        (host, authority.get(end..)?)
    };
    if host.is_empty() || host.len() > HOST_BYTES_MAX {
        return None;
    }
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default_port,
        Some("") => default_port,
        Some(digits) => number(digits)?,
        None => return None,
    };
    (port != 0).then(|| (host.to_ascii_lowercase(), port))
}

/// Parses a decimal number without a sign that fits into 16 bits.
fn number(digits: &str) -> Option<u16> {
    if digits.is_empty() || digits.len() > 5 {
        return None;
    }
    let value = digits.bytes().try_fold(0u32, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))?;
    u16::try_from(value).ok()
}

/// Appends `number` in decimal.
pub(crate) fn push_number(text: &mut String, number: impl itoa::Integer) {
    text.push_str(itoa::Buffer::new().format(number));
}

#[cfg(test)]
mod tests {
    use super::{Scheme, Url};
    use alloc::string::ToString;
    use std::format;

    #[test]
    fn url_parses_all_parts() {
        for (text, scheme, host, port, target) in [
            ("http://example.com", Scheme::Http, "example.com", 80, "/"),
            ("HTTPS://Example.COM:8443/a/b?c=d#e", Scheme::Https, "example.com", 8443, "/a/b?c=d"),
            ("https://[::1]:1/x", Scheme::Https, "::1", 1, "/x"),
            ("http://127.0.0.1:/?q", Scheme::Http, "127.0.0.1", 80, "/?q"),
            ("http://a_b.internal?q", Scheme::Http, "a_b.internal", 80, "/?q"),
        ] {
            let expected = Url { scheme, host: host.to_string(), port, target: target.to_string() };
            assert_eq!(Url::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn url_rejects_ambiguous_input() {
        for text in [
            "",
            "example.com",
            "ftp://a",
            "http://",
            "http:///x",
            "http://a b",
            "http://a\r\nHost: b",
            "http://a:0",
            "http://a:65536",
            "http://a:+1",
            "http://a:1:2",
            "http://[::1",
            "http://[a]",
            "http://[::1]x",
            "http://a\\b",
            "http://é",
            "http://user:secret@a/",
        ] {
            let error = Url::parse(text).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let long = format!("http://a/{}?key=secret", "a".repeat(9000));
        assert!(!Url::parse(&long).unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn url_resolves_locations_as_rfc_3986_section_5_4() {
        let base = Url::parse("http://a/b/c/d;p?q").unwrap();
        for (location, target) in [
            ("g", "/b/c/g"),
            ("./g", "/b/c/g"),
            ("g/", "/b/c/g/"),
            ("/g", "/g"),
            ("?y", "/b/c/d;p?y"),
            ("g?y", "/b/c/g?y"),
            ("g#s", "/b/c/g"),
            (".", "/b/c/"),
            ("./", "/b/c/"),
            ("..", "/b/"),
            ("../g", "/b/g"),
            ("../..", "/"),
            ("../../g", "/g"),
            ("../../../g", "/g"),
            ("g;x=1/../y", "/b/c/y"),
            ("g?y/../x", "/b/c/g?y/../x"),
            ("/./g", "/g"),
            ("/../g", "/g"),
        ] {
            assert_eq!(base.join(location).unwrap().target, target, "{location}");
        }
        assert_eq!(base.join("//g/x").unwrap().host, "g");
        assert_eq!(base.join("https://h/x").unwrap().scheme, Scheme::Https);
        assert!(base.join("ftp://h/x").is_err());
    }

    #[test]
    fn url_omits_the_default_port() {
        let header = |text| Url::parse(text).unwrap().host_header();
        assert_eq!(header("http://a:80/"), "a");
        assert_eq!(header("http://a:443/"), "a:443");
        assert_eq!(header("https://[::1]:8443/"), "[::1]:8443");
        assert_eq!(Url::parse("https://a/").unwrap().authority(), "a:443");
    }
}
