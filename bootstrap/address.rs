//! `AWS_LAMBDA_RUNTIME_API` to an address: IPv4, bracketed IPv6 or `localhost`, a port, and optionally a scheme in front
//! and a path behind. Pure. No name is ever looked up: Lambda gives numbers, and a resolver would be the larger half of the file.

use crate::bytes::{same_without_case, without_last, without_prefix};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest value accepted, in bytes: it is repeated in the head of every request.
pub const ADDRESS_BYTES_MAX: usize = 512;

/// Where the Runtime API listens, and what requests to it repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'text> {
    /// The address to connect to.
    pub ip: IpAddr,
    /// The port, 1 to 65,535.
    pub port: u16,
    /// The authority for the `Host` header, as it was given: `host:port`.
    pub authority: &'text [u8],
    /// The path that goes in front of every request's, without a slash at its end; mostly empty.
    pub path: &'text [u8],
}

/// Why a value is no address. The text of [`AddressError::reason`] is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Longer than [`ADDRESS_BYTES_MAX`].
    TooLong,
    /// A byte that cannot stand in a request line: a space, a control character or one beyond ASCII.
    ForbiddenByte,
    /// `https://` or another scheme that is not plain HTTP.
    Scheme,
    /// A query or a fragment behind the path.
    Query,
    /// No `:port` at the end, or one that is not a number from 1 to 65,535.
    Port,
    /// A host that is neither an IPv4 address, nor a bracketed IPv6 address, nor `localhost`.
    Host,
}

impl AddressError {
    /// What is wrong, as the end of a sentence.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "is longer than 512 bytes",
            Self::ForbiddenByte => "has a byte that cannot stand in a URL",
            Self::Scheme => "has a scheme other than http://",
            Self::Query => "has a query or a fragment",
            Self::Port => "has no valid port",
            Self::Host => "needs an IPv4 address, a bracketed IPv6 address or localhost (names are not looked up)",
        }
    }
}

/// Takes `text`, the value of `AWS_LAMBDA_RUNTIME_API`, apart.
///
/// # Errors
/// An [`AddressError`] that says which part makes no sense.
pub fn parse(text: &[u8]) -> Result<Address<'_>, AddressError> {
    if text.len() > ADDRESS_BYTES_MAX {
        return Err(AddressError::TooLong);
    }
    if !text.iter().all(u8::is_ascii_graphic) {
        return Err(AddressError::ForbiddenByte);
    }
    if text.iter().any(|byte| matches!(byte, b'?' | b'#')) {
        return Err(AddressError::Query);
    }
    let (authority, path) = split_path(without_scheme(text)?);
    let (host, port) = split_port(authority)?;
    Ok(Address {
        ip: parse_host(host)?,
        port,
        authority,
        path,
    })
}

fn without_scheme(text: &[u8]) -> Result<&[u8], AddressError> {
    if same_without_case(text.get(..7).unwrap_or_default(), b"http://") {
        return Ok(text.get(7..).unwrap_or_default());
    }
    if text.windows(3).any(|three| three == b"://") {
        return Err(AddressError::Scheme);
    }
    Ok(text)
}

/// The authority, and the path without slashes at its end.
fn split_path(text: &[u8]) -> (&[u8], &[u8]) {
    let slash = memchr::memchr(b'/', text).unwrap_or(text.len());
    let (authority, mut path) = (text.get(..slash).unwrap_or_default(), text.get(slash..).unwrap_or_default());
    while let Some(shorter) = without_last(path, b'/') {
        path = shorter;
    }
    (authority, path)
}

fn split_port(authority: &[u8]) -> Result<(&[u8], u16), AddressError> {
    let colon = authority.iter().rposition(|byte| *byte == b':').ok_or(AddressError::Port)?;
    let host = authority.get(..colon).unwrap_or_default();
    let number = authority.get(colon + 1..).and_then(|digits| parse_number(digits, 10, 5));
    match number.map(u16::try_from) {
        Some(Ok(port)) if port > 0 => Ok((host, port)),
        _ => Err(AddressError::Port),
    }
}

fn parse_host(host: &[u8]) -> Result<IpAddr, AddressError> {
    if same_without_case(host, b"localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let bracketed = without_prefix(host, b"[").and_then(|rest| without_last(rest, b']'));
    let parsed = match bracketed {
        Some(text) => parse_ipv6(text).map(|octets| IpAddr::V6(Ipv6Addr::from(octets))),
        None => parse_ipv4(host).map(|octets| IpAddr::V4(Ipv4Addr::from(octets))),
    };
    parsed.ok_or(AddressError::Host)
}

/// Four decimal numbers below 256 with dots between them. core's parser would do, but is two kilobytes; a test compares the two.
fn parse_ipv4(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for octet in &mut octets {
        let digits = parts.next()?;
        let padded = digits.len() > 1 && digits.first() == Some(&b'0');
        *octet = u8::try_from(parse_number(digits, 10, 3).filter(|_| !padded)?).ok()?;
    }
    if parts.next().is_some() { None } else { Some(octets) }
}

/// Eight hexadecimal groups with colons between them, of which one run of zeros may be left out as `::`. (Without the form that ends in an IPv4 address.)
fn parse_ipv6(text: &[u8]) -> Option<[u8; 16]> {
    let mut octets = [0; 16];
    let gap = text.windows(2).position(|two| two == b"::");
    let (before, after) = match gap {
        Some(gap) => (text.get(..gap)?, text.get(gap + 2..)?),
        None => (text, &[][..]),
    };
    let leading = parse_groups(before, octets.iter_mut())?;
    let trailing = parse_groups(after, octets.iter_mut().skip(16 - 2 * count_groups(after).min(8)))?;
    let groups = leading + trailing;
    let complete = if gap.is_some() { groups < 8 } else { groups == 8 };
    complete.then_some(octets)
}

fn count_groups(text: &[u8]) -> usize {
    if text.is_empty() { 0 } else { text.split(|byte| *byte == b':').count() }
}

/// Writes the groups in `text` to `octets`, two each, and returns how many there were.
fn parse_groups<'octets>(text: &[u8], mut octets: impl Iterator<Item = &'octets mut u8>) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    for group in text.split(|byte| *byte == b':') {
        let [high, low] = u16::try_from(parse_number(group, 16, 4)?).ok()?.to_be_bytes();
        *octets.next()? = high;
        *octets.next()? = low;
    }
    Some(count_groups(text))
}

/// A number of one to `digits_max` digits.
fn parse_number(digits: &[u8], radix: u32, digits_max: usize) -> Option<u32> {
    if digits.is_empty() || digits.len() > digits_max {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| Some(number * radix + char::from(*digit).to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use super::{AddressError, parse, parse_ipv4, parse_ipv6};
    use core::net::{Ipv4Addr, Ipv6Addr};
    use proptest::prelude::*;
    use std::string::{String, ToString};

    #[test]
    fn accepted() {
        for (text, socket, authority, path) in [
            ("127.0.0.1:9001", "127.0.0.1:9001", "127.0.0.1:9001", ""),
            ("169.254.100.1:9001", "169.254.100.1:9001", "169.254.100.1:9001", ""),
            ("localhost:80", "127.0.0.1:80", "localhost:80", ""),
            ("LocalHost:65535", "127.0.0.1:65535", "LocalHost:65535", ""),
            ("[::1]:9001", "::1:9001", "[::1]:9001", ""),
            ("http://127.0.0.1:9001", "127.0.0.1:9001", "127.0.0.1:9001", ""),
            ("HTTP://127.0.0.1:9001/", "127.0.0.1:9001", "127.0.0.1:9001", ""),
            ("127.0.0.1:9001/function/a/", "127.0.0.1:9001", "127.0.0.1:9001", "/function/a"),
        ] {
            let address = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let shown = address.ip.to_string() + ":" + &address.port.to_string();
            assert_eq!(shown, socket, "{text}");
            assert_eq!(address.authority, authority.as_bytes(), "{text}");
            assert_eq!(address.path, path.as_bytes(), "{text}");
        }
    }

    #[test]
    fn refused() {
        for (text, error) in [
            ("", AddressError::Port),
            ("127.0.0.1", AddressError::Port),
            ("127.0.0.1:", AddressError::Port),
            ("127.0.0.1:0", AddressError::Port),
            ("127.0.0.1:65536", AddressError::Port),
            ("127.0.0.1:+1", AddressError::Port),
            ("127.0.0.1:123456", AddressError::Port),
            (":9001", AddressError::Host),
            ("127.0.0:9001", AddressError::Host),
            ("127.0.0.256:9001", AddressError::Host),
            ("::1:9001", AddressError::Host),
            ("[::1:9001", AddressError::Host),
            ("[127.0.0.1]:9001", AddressError::Host),
            ("runtime.internal:9001", AddressError::Host),
            ("https://127.0.0.1:9001", AddressError::Scheme),
            ("127.0.0.1:9001/a?b", AddressError::Query),
            ("127.0.0.1:9001/a b", AddressError::ForbiddenByte),
            ("127.0.0.1:9001\r\nX: y", AddressError::ForbiddenByte),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text:?}");
        }
        assert_eq!(parse(&[b'1'; 513]), Err(AddressError::TooLong));
    }
    // The standard library's parser is the judge.
    fn same_as_core(text: &str) {
        assert_eq!(parse_ipv4(text.as_bytes()), text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets()), "{text:?}");
        let dotted = text.contains('.');
        assert_eq!(parse_ipv6(text.as_bytes()), text.parse::<Ipv6Addr>().ok().filter(|_| !dotted).map(|ip| ip.octets()), "{text:?}");
    }

    #[test]
    fn numbers_are_read_as_core_reads_them() {
        for text in ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::2::3", ":::", "1:2", ":1", "1:", "12345::", "0.0.0.0", "01.2.3.4"] {
            same_as_core(text);
        }
    }

    proptest! {
        #[test]
        fn any_address_is_read_as_core_reads_it(text in "[0-9a-f:.]{0,24}", v4: [u8; 4], v6: [u16; 8]) {
            same_as_core(&text);
            same_as_core(&Ipv4Addr::from(v4).to_string());
            same_as_core(&Ipv6Addr::from(v6).to_string());
        }

        #[test]
        fn anything_is_parsed_without_a_panic(text: String) {
            parse(text.as_bytes()).ok();
        }
    }
}
