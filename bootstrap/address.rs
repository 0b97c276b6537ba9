//! `AWS_LAMBDA_RUNTIME_API` to an address: IPv4, bracketed IPv6 or `localhost`, a port, and optionally a scheme in front
//! and a path behind. Pure. No name is ever looked up: Lambda gives numbers, and a resolver would be the larger half of the file.

use crate::bytes::{find, number, same_without_case, split_once, without_last, without_prefix};
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
    let port = u16::try_from(number(authority.get(colon + 1..)?, 10, 5)?).ok()?;
    let ip = parse_host(authority.get(..colon)?)?;
    if port == 0 { None } else { Some(Address { ip, port, authority, path }) }
}

fn parse_host(host: &[u8]) -> Option<IpAddr> {
    if same_without_case(host, b"localhost") {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    if let Some(bracketed) = without_prefix(host, b"[") {
        return parse_octets(without_last(bracketed, b']')?, &IPV6).map(|octets| IpAddr::V6(Ipv6Addr::from(octets)));
    }
    let [first, second, third, fourth, ..] = parse_octets(host, &IPV4)?;
    Some(IpAddr::V4(Ipv4Addr::new(first, second, third, fourth)))
}

/// How an address is written.
struct Form {
    separator: u8,
    radix: u8,
    digits_max: u8,
    /// Bytes of an address.
    bytes: u8,
}

const IPV4: Form = Form { separator: b'.', radix: 10, digits_max: 3, bytes: 4 };
/// Without the spelling that ends in an IPv4 address.
const IPV6: Form = Form { separator: b':', radix: 16, digits_max: 4, bytes: 16 };

/// The bytes of an address, zeros behind them, of which IPv6 has two in a group and may leave one run of zeros out as `::`. core's own parsers
/// would do, but are made for speed and larger: the tests compare the results.
#[inline(never)]
fn parse_octets(text: &[u8], form: &Form) -> Option<[u8; 16]> {
    let mut octets = [0; 16];
    let mut used = 0;
    let mut gap = None;
    let mut rest = Some(text);
    let is_ipv6 = form.radix == 16;
    let bytes = usize::from(form.bytes);
    if text.first() == Some(&b':') {
        // What is left out at the start is one empty group as elsewhere, once its first colon is gone.
        rest = text.get(1..).filter(|rest| rest.first() == Some(&b':'));
        rest?;
    }
    while let Some(now) = rest {
        let (group, behind) = split_once(now, form.separator);
        rest = behind;
        if group.is_empty() {
            if !is_ipv6 || gap.is_some() || behind.is_none() {
                return None;
            }
            gap = Some(used);
            rest = behind.filter(|behind| !behind.is_empty());
        } else {
            let [.., high, low] = number(group, form.radix.into(), form.digits_max.into())?.to_be_bytes();
            if is_ipv6 {
                *octets.get_mut(used)? = high;
                used += 1;
            } else if high != 0 {
                return None;
            }
            *octets.get_mut(used)? = low;
            used += 1;
        }
    }
    let Some(gap) = gap else {
        return (used == bytes).then_some(octets);
    };
    for back in 1..=used - gap {
        *octets.get_mut(bytes - back)? = core::mem::take(octets.get_mut(used - back)?);
    }
    (used < bytes).then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS_BYTES_MAX, IPV4, IPV6, parse, parse_octets};
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

    /// Whether a number of IPv4 has a zero in front, which core refuses because others read it as octal. Here it is decimal.
    fn padded(text: &str) -> bool {
        text.split('.').any(|number| number.len() > 1 && number.starts_with('0'))
    }

    // The standard library's parser is the judge.
    fn same_as_core(text: &str) {
        if !padded(text) {
            assert_eq!(
                parse_octets(text.as_bytes(), &IPV4).map(|octets| *octets.first_chunk().unwrap()),
                text.parse::<Ipv4Addr>().ok().map(|ip| ip.octets()),
                "{text:?}"
            );
        }
        let v6 = text.parse::<Ipv6Addr>().ok().filter(|_| !text.contains('.'));
        assert_eq!(parse_octets(text.as_bytes(), &IPV6), v6.map(|ip| ip.octets()), "{text:?}");
    }

    #[test]
    fn numbers_are_read_as_core_reads_them() {
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
