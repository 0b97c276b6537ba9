//! The proxy of a request, from the variables that curl and AWS's SDKs read: `HTTPS_PROXY`,
//! `HTTP_PROXY` and `NO_PROXY`, in uppercase or lowercase. Pure, except for reading the variables.

use crate::error::{Error, Kind};
use crate::url::{Scheme, Url, host_and_port};
use alloc::string::String;
use alloc::vec::Vec;
use ruchy_std::env;

/// A proxy that is connected to by `http`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The header line with user and password, or empty.
    pub(crate) authorization: String,
}

/// Returns the proxy for `url`, if there is one.
///
/// # Errors
/// [`Kind::InvalidRequest`] if the variable's value is invalid.
pub(crate) fn of(url: &Url) -> Result<Option<Proxy>, Error> {
    let names = if url.scheme == Scheme::Https { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let Some(value) = variable(names) else { return Ok(None) };
    if variable(["NO_PROXY", "no_proxy"]).is_some_and(|list| is_excepted(list, &url.host)) {
        return Ok(None);
    }
    parse(value).map(Some).ok_or_else(|| {
        // The value may contain a password.
        Error::new(Kind::InvalidRequest, &[names[0], ": expected http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"])
    })
}

fn variable(names: [&str; 2]) -> Option<&'static str> {
    names.into_iter().find_map(|name| env::variable(name).filter(|value| !value.is_empty()))
}

/// Returns `true` if `host` is in `list`: hosts and domains separated by commas; `*` matches all.
fn is_excepted(list: &str, host: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| {
        let domain = entry.strip_prefix("*.").or(entry.strip_prefix('.')).unwrap_or(entry);
        let start = host.len().wrapping_sub(domain.len());
        let ends = !domain.is_empty() && host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(domain));
        entry == "*" || ends && (start == 0 || host.get(start - 1..start) == Some("."))
    })
}

fn parse(value: &str) -> Option<Proxy> {
    let value = value.strip_prefix("http://").unwrap_or(value);
    let value = value.strip_suffix('/').unwrap_or(value);
    let (user, authority) = match value.rsplit_once('@') {
        Some((user, authority)) => (Some(user), authority),
        None => (None, value),
    };
    let (host, port) = host_and_port(authority, 80)?;
    let mut authorization = String::new();
    if let Some(user) = user {
        authorization.push_str("Proxy-Authorization: Basic ");
        push_base64(&mut authorization, &percent_decoded(user)?);
        authorization.push_str("\r\n");
    }
    Some(Proxy { host, port, authorization })
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'%' {
            let digits = core::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = rest.get(2..)?;
        } else {
            bytes.push(*byte);
        }
    }
    Some(bytes)
}

fn push_base64(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(digit) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Proxy, is_excepted, parse};
    use std::string::ToString;

    #[test]
    fn proxy_parses_url_and_credentials() {
        let proxy =
            |host: &str, port, authorization: &str| Some(Proxy { host: host.to_string(), port, authorization: authorization.to_string() });
        assert_eq!(parse("http://proxy.internal:3128/"), proxy("proxy.internal", 3128, ""));
        assert_eq!(parse("proxy"), proxy("proxy", 80, ""));
        assert_eq!(parse("http://user:p%40ss@p:1"), proxy("p", 1, "Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"));
        assert_eq!(parse("http://a:b@p:1").unwrap().authorization, "Proxy-Authorization: Basic YTpi\r\n");
        assert_eq!(parse("http://ab:c@p:1").unwrap().authorization, "Proxy-Authorization: Basic YWI6Yw==\r\n");
        for value in ["https://p", "http://p:x", "http://", "socks5://p:1", "http://u%4@p"] {
            assert_eq!(parse(value), None, "{value}");
        }
    }

    #[test]
    fn no_proxy_variable_matches_hosts_and_domains() {
        for (list, host, expected) in [
            ("*", "a", true),
            ("a", "a", true),
            ("A.b", "a.B", true),
            ("b", "a.b", true),
            (".b", "a.b", true),
            ("*.b", "a.b", true),
            (".b", "b", true),
            ("x, b", "a.b", true),
            ("169.254.169.254", "169.254.169.254", true),
            ("b", "ab", false),
            ("a.b", "b", false),
            ("", "a", false),
            (",", "a", false),
        ] {
            assert_eq!(is_excepted(list, host), expected, "{list} {host}");
        }
    }
}
