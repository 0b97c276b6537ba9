//! `AWS_LAMBDA_RUNTIME_API` to an address: IPv4, bracketed IPv6 or `localhost`, a port, and optionally a scheme in front
//! and a path behind. Pure. No name is ever looked up: Lambda gives numbers, and a resolver would be the larger half of the file.

use crate::bytes::{find, hexadecimal_digit, same_without_case, split_once, without_last, without_prefix};
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

/// Takes `text`, the value of `AWS_LAMBDA_RUNTIME_API`, apart; `None` when it makes no sense, or is longer than [`ADDRESS_BYTES_MAX`].
#[inline(never)]
#[must_use]
pub fn parse(text: &[u8]) -> Option<Address<'_>> {
    // What cannot stand in a request line, or would end the path.
    let forbidden = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#');
    if text.len() > ADDRESS_BYTES_MAX || text.iter().any(forbidden) {
        return None;
    }
    let scheme = b"http://";
    let schemeless = if same_without_case(text.get(..scheme.len()).unwrap_or_default(), scheme) { text.get(scheme.len()..)? } else { text };
    let slash = find(schemeless, b'/').unwrap_or(schemeless.len());
    let (authority, mut path) = (schemeless.get(..slash)?, schemeless.get(slash..)?);
    while let Some(shorter) = without_last(path, b'/') {
        path = shorter;
    }
    let colon = authority.iter().rposition(|byte| *byte == b':')?;
    let port = u16::try_from(parse_number(authority.get(colon + 1..)?, 10, 5)?).ok()?;
    let ip = parse_host(authority.get(..colon)?)?;
    if port == 0 { None } else { Some(Address { ip, port, authority, path }) }
}

fn parse_host(host: &[u8]) -> Option<IpAddr> {
    if same_without_case(host, b"localhost") {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    match without_prefix(host, b"[") {
        Some(bracketed) => parse_ipv6(without_last(bracketed, b']')?).map(|octets| IpAddr::V6(Ipv6Addr::from(octets))),
        None => parse_ipv4(host).map(|octets| IpAddr::V4(Ipv4Addr::from(octets))),
    }
}

// core's own parsers would do, but are two kilobytes. The tests compare the results.

/// Four decimal numbers below 256 with dots between them.
fn parse_ipv4(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut rest = Some(text);
    for octet in &mut octets {
        let (digits, behind) = split_once(rest?, b'.');
        let padded = digits.len() > 1 && digits.first() == Some(&b'0');
        *octet = u8::try_from(parse_number(digits, 10, 3)?).ok().filter(|_| !padded)?;
        rest = behind;
    }
    if rest.is_some() { None } else { Some(octets) }
}

/// Eight hexadecimal groups with colons between them, of which one run of zeros may be left out as `::`. Without the
/// spelling that ends in an IPv4 address.
fn parse_ipv6(text: &[u8]) -> Option<[u8; 16]> {
    // Without one colon of a `::` at an end, what is left out is an empty group wherever it stands; a single one there says nothing.
    let (begins, ends) = (text.first_chunk() == Some(b"::"), text.last_chunk() == Some(b"::"));
    if !begins && text.first()? == &b':' || !ends && text.last()? == &b':' {
        return None;
    }
    let mut rest = text.get(usize::from(begins)..text.len() - usize::from(ends))?;
    let mut octets = [0; 16];
    let mut used = 0;
    let mut gap = false;
    loop {
        let (group, behind) = split_once(rest, b':');
        if group.is_empty() {
            let groups_behind = behind.map_or(0, |behind| 1 + behind.iter().filter(|byte| **byte == b':').count());
            let end = octets.len().checked_sub(2 * groups_behind)?;
            if gap || end <= used {
                return None;
            }
            gap = true;
            used = end;
        } else {
            let [.., high, low] = parse_number(group, 16, 4)?.to_be_bytes();
            *octets.get_mut(used)? = high;
            *octets.get_mut(used + 1)? = low;
            used += 2;
        }
        match behind {
            Some(behind) => rest = behind,
            None => return (used == octets.len()).then_some(octets),
        }
    }
}

/// A number of one to `digits_max` digits.
fn parse_number(digits: &[u8], radix: u32, digits_max: usize) -> Option<u32> {
    if digits.is_empty() || digits.len() > digits_max {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| {
        let digit = hexadecimal_digit(*digit).filter(|digit| *digit < radix)?;
        Some(number * radix + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS_BYTES_MAX, parse, parse_ipv4, parse_ipv6};
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
            let address = parse(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let shown = address.ip.to_string() + ":" + &address.port.to_string();
            assert_eq!(shown, socket, "{text}");
            assert_eq!(address.authority, authority.as_bytes(), "{text}");
            assert_eq!(address.path, path.as_bytes(), "{text}");
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:0",
            "127.0.0.1:65536",
            "127.0.0.1:+1",
            "127.0.0.1:123456",
            ":9001",
            "127.0.0:9001",
            "127.0.0.256:9001",
            "::1:9001",
            "[::1:9001",
            "[127.0.0.1]:9001",
            "runtime.internal:9001",
            "https://127.0.0.1:9001",
            "127.0.0.1:9001/a?b",
            "127.0.0.1:9001/a b",
            "127.0.0.1:9001\r\nX: y",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
        let long = |bytes: usize| String::from("127.0.0.1:9001/") + &"p".repeat(bytes - 15);
        assert!(parse(long(ADDRESS_BYTES_MAX).as_bytes()).is_some());
        assert!(parse(long(ADDRESS_BYTES_MAX + 1).as_bytes()).is_none());
    }

    // The standard library's parser is the judge.
    fn same_as_core(text: &str) {
        assert_eq!(parse_ipv4(text.as_bytes()), text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets()), "{text:?}");
        let v6 = text.parse::<Ipv6Addr>().ok().filter(|_| !text.contains('.'));
        assert_eq!(parse_ipv6(text.as_bytes()), v6.map(|ip| ip.octets()), "{text:?}");
    }

    #[test]
    fn numbers_are_read_as_core_reads_them() {
        for text in ["", ":", ".", "1.2.3.4", "1.2.3", "1.2.3.4.5", "::1.2", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::2::3", ":::", "1:2", ":1", "1:", "12345::", "0.0.0.0", "01.2.3.4"] {
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
            let _ = parse(text.as_bytes());
        }
    }
}
