//! Parsers of `/etc/resolv.conf` and `/etc/hosts`. Pure.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use rustls::pki_types;

/// Maximum number of name servers that are used, as in glibc.
pub const SERVERS_MAX: usize = 3;
/// Maximum number of domains of `search` that are used.
pub const SEARCH_MAX: usize = 6;
/// Maximum of the option `ndots`, as in glibc.
const NDOTS_MAX: u32 = 15;

/// The settings of the resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverConfig {
    /// The name servers, in their order.
    pub servers: Vec<IpAddr>,
    /// The domains that are appended to names, in their order.
    pub search: Vec<String>,
    /// A name with at least so many dots is first looked up as written.
    pub ndots: u32,
    /// Time to wait for an answer, in milliseconds.
    pub timeout_ms: u64,
    /// The number of attempts per server.
    pub attempts: u32,
}

impl ResolverConfig {
    /// Parses `resolv.conf` (resolv.conf(5)).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut config = Self { servers: Vec::new(), search: Vec::new(), ndots: 1, timeout_ms: 2000, attempts: 2 };
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("nameserver") => {
                    let address = words.next().and_then(|word| word.split('%').next()).and_then(address);
                    if let Some(address) = address.filter(|_| config.servers.len() < SERVERS_MAX) {
                        config.servers.push(address);
                    }
                }
                // The last of these lines counts.
                Some("search" | "domain") => {
                    let domains = words.map(|domain| domain.trim_end_matches('.')).filter(|domain| !domain.is_empty());
                    config.search = domains.take(SEARCH_MAX).map(String::from).collect();
                }
                Some("options") => words.for_each(|option| config.set(option)),
                _ => {}
            }
        }
        if config.servers.is_empty() {
            config.servers.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        config
    }

    fn set(&mut self, option: &str) {
        let number = |prefix| option.strip_prefix(prefix).and_then(|digits| digits.parse::<u32>().ok());
        if let Some(seconds) = number("timeout:") {
            self.timeout_ms = u64::from(seconds.clamp(1, 30)) * 1000;
        } else if let Some(attempts) = number("attempts:") {
            self.attempts = attempts.clamp(1, 5);
        } else if let Some(dots) = number("ndots:") {
            self.ndots = dots.min(NDOTS_MAX);
        }
    }

    /// Returns the names to look up for `name`, in their order: as written, and with the domains of
    /// `search`. A name that ends with a dot is complete.
    #[must_use]
    pub fn names(&self, name: &str) -> Vec<String> {
        let dots = name.bytes().filter(|byte| *byte == b'.').count();
        let is_first = dots >= self.ndots as usize;
        let mut names = Vec::new();
        if is_first {
            names.push(String::from(name));
        }
        if !name.ends_with('.') {
            names.extend(self.search.iter().map(|domain| [name, ".", domain].concat()));
        }
        if !is_first {
            names.push(String::from(name));
        }
        names
    }
}

/// Parses an IPv4 or IPv6 address by the parser that TLS uses too, which is linked once.
#[must_use]
pub fn address(text: &str) -> Option<IpAddr> {
    Some(match pki_types::IpAddr::try_from(text).ok()? {
        pki_types::IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from(*address.as_ref())),
        pki_types::IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(*address.as_ref())),
    })
}

/// Returns the addresses of `name` in a hosts file (hosts(5)).
#[must_use]
pub fn hosts_addresses(text: &str, name: &str) -> Vec<IpAddr> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let address = address(words.next()?)?;
            words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ResolverConfig, SEARCH_MAX, hosts_addresses};
    use std::net::IpAddr;
    use std::string::String;
    use std::vec;
    use std::vec::Vec;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn resolver_config_parses_servers_and_options() {
        let text = "# comment\n; other\nnameserver 10.0.0.2\nsearch a.b\nnameserver fe80::1%eth0\nnameserver x\noptions ndots:2 timeout:1 attempts:3 rotate\n";
        let (servers, search) = (addresses(&["10.0.0.2", "fe80::1"]), vec![String::from("a.b")]);
        assert_eq!(ResolverConfig::parse(text), ResolverConfig { servers, search, ndots: 2, timeout_ms: 1000, attempts: 3 });
    }

    #[test]
    fn resolver_config_uses_the_last_search_line() {
        assert_eq!(ResolverConfig::parse("search a b\ndomain c.").search, ["c"]);
        assert_eq!(ResolverConfig::parse("domain c\nsearch a . b.").search, ["a", "b"]);
        assert_eq!(ResolverConfig::parse("search 1 2 3 4 5 6 7").search.len(), SEARCH_MAX);
    }

    #[test]
    fn names_are_completed_by_search_and_ndots() {
        let names = |text: &str, name: &str| ResolverConfig::parse(text).names(name);
        assert_eq!(names("", "a"), ["a"]);
        assert_eq!(names("search x y.z", "a"), ["a.x", "a.y.z", "a"]);
        assert_eq!(names("search x", "a.b"), ["a.b", "a.b.x"]);
        assert_eq!(names("search x\noptions ndots:3", "a.b.c"), ["a.b.c.x", "a.b.c"]);
        assert_eq!(names("search x\noptions ndots:0", "a"), ["a", "a.x"]);
        assert_eq!(names("search x\noptions ndots:3", "a.b."), ["a.b."], "a dot at the end");
    }

    #[test]
    fn resolver_config_has_defaults_and_limits() {
        let config = ResolverConfig::parse("");
        assert_eq!((config.servers, config.timeout_ms, config.attempts, config.ndots), (addresses(&["127.0.0.1"]), 2000, 2, 1));
        let config = ResolverConfig::parse(
            "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nnameserver 4.4.4.4\noptions timeout:99 attempts:0 ndots:99",
        );
        assert_eq!((config.servers.len(), config.timeout_ms, config.attempts, config.ndots), (3, 30_000, 1, 15));
    }

    #[test]
    fn hosts_addresses_matches_all_names() {
        let text = "127.0.0.1 localhost # own\n::1\tLocalhost ip6-localhost\n10.1.2.3 db.internal db\nbad db\n#10.9.9.9 db\n";
        assert_eq!(hosts_addresses(text, "localhost"), addresses(&["127.0.0.1", "::1"]));
        assert_eq!(hosts_addresses(text, "DB."), addresses(&["10.1.2.3"]));
        assert_eq!(hosts_addresses(text, "own"), Vec::<IpAddr>::new());
    }
}
