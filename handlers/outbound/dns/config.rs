//! Parsers of `/etc/resolv.conf` and `/etc/hosts`. Pure.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

/// Maximum number of name servers that are used, as in glibc.
pub const SERVERS_MAX: usize = 3;

/// The settings of the resolver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolverConfig {
    /// The name servers, in their order.
    pub servers: Vec<IpAddr>,
    /// Time to wait for an answer, in milliseconds.
    pub timeout_ms: u64,
    /// The number of attempts per server.
    pub attempts: u32,
}

impl ResolverConfig {
    /// Parses `resolv.conf` (resolv.conf(5)). `search` and `domain` are ignored: names are looked
    /// up as written.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut config = Self { servers: Vec::new(), timeout_ms: 2000, attempts: 2 };
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("nameserver") => {
                    let address = words.next().and_then(|word| word.split('%').next()).and_then(|word| word.parse().ok());
                    if let Some(address) = address.filter(|_| config.servers.len() < SERVERS_MAX) {
                        config.servers.push(address);
                    }
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
        }
    }
}

/// Returns the addresses of `name` in a hosts file (hosts(5)).
#[must_use]
pub fn hosts_addresses(text: &str, name: &str) -> Vec<IpAddr> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let address = words.next()?.parse().ok()?;
            words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ResolverConfig, hosts_addresses};
    use std::net::IpAddr;
    use std::vec::Vec;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn resolver_config_parses_servers_and_options() {
        let text = "# comment\n; other\nnameserver 10.0.0.2\nsearch a.b\nnameserver fe80::1%eth0\nnameserver x\noptions ndots:1 timeout:1 attempts:3 rotate\n";
        let config = ResolverConfig::parse(text);
        assert_eq!(config, ResolverConfig { servers: addresses(&["10.0.0.2", "fe80::1"]), timeout_ms: 1000, attempts: 3 });
    }

    #[test]
    fn resolver_config_has_defaults_and_limits() {
        let config = ResolverConfig::parse("");
        assert_eq!((config.servers, config.timeout_ms, config.attempts), (addresses(&["127.0.0.1"]), 2000, 2));
        let config = ResolverConfig::parse(
            "nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nnameserver 4.4.4.4\noptions timeout:99 attempts:0",
        );
        assert_eq!((config.servers.len(), config.timeout_ms, config.attempts), (3, 30_000, 1));
    }

    #[test]
    fn hosts_addresses_matches_all_names() {
        let text = "127.0.0.1 localhost # own\n::1\tLocalhost ip6-localhost\n10.1.2.3 db.internal db\nbad db\n#10.9.9.9 db\n";
        assert_eq!(hosts_addresses(text, "localhost"), addresses(&["127.0.0.1", "::1"]));
        assert_eq!(hosts_addresses(text, "DB."), addresses(&["10.1.2.3"]));
        assert_eq!(hosts_addresses(text, "own"), Vec::<IpAddr>::new());
    }
}
