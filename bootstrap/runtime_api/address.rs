//! Parses `AWS_LAMBDA_RUNTIME_API`: IPv4, bracketed IPv6 or `localhost`, a port, and optionally a
//! scheme and a path. Pure. Names are not resolved: Lambda passes numeric addresses, and a resolver
//! would double the size of the file.

use crate::text::bytes::{eq_ignore_ascii_case, find, number, split_once, without_last, without_prefix};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4};

/// Longest value accepted, in bytes: it is repeated in the head of every request.
pub const ADDRESS_BYTES_MAX: usize = 512;

/// The address of the Runtime API, and the parts of it that requests repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'text> {
    /// The address to connect to.
    pub ip: IpAddr,
    /// The port, 1 to 65,535.
    pub port: u16,
    /// The authority for the `Host` header, as it was given: `host:port`.
    pub authority: &'text [u8],
    /// The prefix of every request's path, without a slash at its end; mostly empty.
    pub path: &'text [u8],
}

/// Parses `text`, the value of `AWS_LAMBDA_RUNTIME_API`; `None` if it is invalid or longer than
/// [`ADDRESS_BYTES_MAX`].
#[must_use]
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
pub fn parse(text: &[u8]) -> Option<Address<'_>> {
    match parse_plain(text) {
        Some(plain) => Some(Address { ip: IpAddr::V4(*plain.ip()), port: plain.port(), authority: text, path: b"" }),
        None => parse_any(text),
    }
}

/// Parses the form that Lambda uses, `169.254.100.1:9001`, in one pass. Most starts need no other.
#[inline(never)]
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
fn parse_plain(text: &[u8]) -> Option<SocketAddrV4> {
    let mut octets = 0;
    let mut separators = 0;
    let mut number: u32 = 0;
    let mut digits = 0;
    for byte in text {
        let digit = u32::from(*byte).wrapping_sub(u32::from(b'0'));
        if digit < 10 {
            number = number * 10 + digit;
            digits += 1;
            if digits > 5 {
                return None;
            }
            continue;
        }
        let separator = if separators < 3 { b'.' } else { b':' };
        if *byte != separator || digits == 0 || digits > 3 || number > 255 || separators > 3 {
            return None;
        }
        octets = octets << 8 | number;
        separators += 1;
        number = 0;
        digits = 0;
    }
    let port = u16::try_from(number).ok().filter(|port| *port != 0)?;
    if separators == 4 { Some(SocketAddrV4::new(Ipv4Addr::from_bits(octets), port)) } else { None }
}

#[cold]
#[inline(never)]
fn parse_any(text: &[u8]) -> Option<Address<'_>> {
    // These are invalid in a request line, or would end the path.
    let forbidden = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#');
    if text.len() > ADDRESS_BYTES_MAX || text.iter().any(forbidden) {
        return None;
    }
    let scheme = b"http://";
    let schemeless =
        if eq_ignore_ascii_case(text.get(..scheme.len()).unwrap_or_default(), scheme) { text.get(scheme.len()..)? } else { text };
    let slash = find(schemeless, b'/').unwrap_or(schemeless.len());
    let (authority, mut path) = (schemeless.get(..slash)?, schemeless.get(slash..)?);
    while let Some(shorter) = without_last(path, b'/') {
        path = shorter;
    }
    let (ip, port) = match parse_plain(authority) {
        Some(plain) => (IpAddr::V4(*plain.ip()), plain.port()),
        None => parse_other(authority)?,
    };
    Some(Address { ip, port, authority, path })
}

/// Parses IPv6 and `localhost`.
fn parse_other(authority: &[u8]) -> Option<(IpAddr, u16)> {
    let colon = authority.iter().rposition(|byte| *byte == b':')?;
    let (host, port) = (authority.get(..colon)?, authority.get(colon + 1..)?);
    let port = u16::try_from(number(port, 10, 5)?).ok().filter(|port| *port != 0)?;
    let ip = if eq_ignore_ascii_case(host, b"localhost") {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        IpAddr::V6(Ipv6Addr::from(parse_ipv6(without_last(without_prefix(host, b"[")?, b']')?)?))
    };
    Some((ip, port))
}

/// Groups of an IPv6 address, of two bytes each.
const IPV6_GROUPS: usize = 8;

/// Parses the groups of an IPv6 address, one run of zeros abbreviated as `::`. A form that ends in
/// an IPv4 address is not supported. core's parser is larger; the tests compare the results.
fn parse_ipv6(text: &[u8]) -> Option<[u16; IPV6_GROUPS]> {
    let mut groups = [0; IPV6_GROUPS];
    let mut used = 0;
    let mut gap = None;
    // Without its first colon, a leading `::` is one empty group, as elsewhere.
    let mut rest = Some(without_prefix(text, b"::").map_or(text, |_| text.get(1..).unwrap_or_default()));
    while let Some(now) = rest {
        let (group, tail) = split_once(now, b':');
        rest = tail;
        if group.is_empty() {
            if gap.is_some() || tail.is_none() || used == 0 && now.len() == text.len() {
                return None;
            }
            gap = Some(used);
            rest = tail.filter(|tail| !tail.is_empty());
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "four digits")]
            let group = number(group, 16, 4)? as u16;
            *groups.get_mut(used)? = group;
            used += 1;
        }
    }
    let Some(gap) = gap else {
        return (used == IPV6_GROUPS).then_some(groups);
    };
    if used == IPV6_GROUPS {
        return None;
    }
    let mut to = IPV6_GROUPS;
    while used > gap {
        (used, to) = (used - 1, to - 1);
        *groups.get_mut(to)? = core::mem::take(groups.get_mut(used)?);
    }
    Some(groups)
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS_BYTES_MAX, parse, parse_any, parse_ipv6, parse_plain};
    use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
    use proptest::prelude::*;
    use std::string::{String, ToString};

    #[test]
    fn parse_accepts_documented_forms() {
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
    fn parse_refuses_other_forms() {
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

    /// Returns true if a number of an IPv4 address has a leading zero. core refuses those, because
    /// other parsers read them as octal; here they are decimal.
    fn padded(text: &str) -> bool {
        text.split('.').any(|number| number.len() > 1 && number.starts_with('0'))
    }

    // Compares with the standard library's parser.
    fn same_as_core(text: &str) {
        if !padded(text) {
            let with_port = text.to_string() + ":1";
            let v4 = text.parse::<Ipv4Addr>().ok();
            assert_eq!(parse_plain(with_port.as_bytes()).map(|plain| *plain.ip()), v4, "{text:?}");
        }
        let v6 = text.parse::<Ipv6Addr>().ok().filter(|_| !text.contains('.'));
        assert_eq!(parse_ipv6(text.as_bytes()), v6.map(|ip| ip.segments()), "{text:?}");
    }

    #[test]
    fn parse_agrees_with_core_on_numbers() {
        for text in [
            "",
            ":",
            ".",
            "1.2.3.4",
            "1.2.3",
            "1.2.3.4.5",
            "::1.2",
            "::",
            "::1",
            "1::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1::2::3",
            ":::",
            "1:2",
            ":1",
            "1:",
            "12345::",
            "0.0.0.0",
            "01.2.3.4",
        ] {
            same_as_core(text);
        }
    }

    proptest! {
        #[test]
        fn parse_agrees_with_core_on_any_address(text in "[0-9a-f:.]{0,24}", v4: [u8; 4], v6: [u16; 8]) {
            same_as_core(&text);
            same_as_core(&Ipv4Addr::from(v4).to_string());
            same_as_core(&Ipv6Addr::from(v6).to_string());
        }

        #[test]
        fn parse_never_panics(text: String) {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn parse_plain_accepts_any_ipv4_and_port(v4: [u8; 4], port in 1u16..) {
            let text = std::format!("{}:{port}", Ipv4Addr::from(v4));
            prop_assert_eq!(parse_plain(text.as_bytes()), Some(SocketAddrV4::new(v4.into(), port)));
            prop_assert_eq!(parse(text.as_bytes()), parse_any(text.as_bytes()));
            let around = std::format!("http://{text}/path/");
            prop_assert_eq!(parse(around.as_bytes()).map(|address| (address.ip, address.authority)), Some((Ipv4Addr::from(v4).into(), text.as_bytes())));
        }
    }
}
