//! The memory of handshakes, for later ones with the same host. A ticket resumes the session,
//! without certificates and signatures; key exchange takes place in each handshake, and no data is
//! sent early. The group of the key exchange saves a round trip if the server rejects the first one
//! of the configuration.

use super::crypto::undebugged;
use alloc::vec::Vec;
use core::fmt;
use ruchy_std::sync::Mutex;
use ruchy_std::time;
use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

/// Maximum number of tickets, and of groups. Servers send two tickets in each handshake.
const ENTRIES_MAX: usize = 8;

/// Values by host, the newest last.
type Hosts<T> = Mutex<Vec<(ServerName<'static>, T)>>;

/// The tickets and groups of one configuration.
pub(super) struct Sessions {
    /// Each is used once.
    tickets: Hosts<Tls13ClientSessionValue>,
    groups: Hosts<NamedGroup>,
}
undebugged!(Sessions);

impl Sessions {
    pub(super) const fn new() -> Self {
        Self { tickets: Mutex::new(Vec::new()), groups: Mutex::new(Vec::new()) }
    }
}

impl ClientSessionStore for Sessions {
    /// Keeps the ticket. Outside of an invocation nothing is kept, because a snapshot must not
    /// contain secrets of sessions.
    fn insert_tls13_ticket(&self, host: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        if time::deadline_ms().is_some() {
            insert(&self.tickets, host, ticket);
        }
    }

    fn take_tls13_ticket(&self, host: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        let Ok(mut tickets) = self.tickets.lock();
        let found = tickets.iter().rposition(|(name, _)| name == host)?;
        Some(tickets.remove(found).1)
    }

    fn set_kx_hint(&self, host: ServerName<'static>, group: NamedGroup) {
        if self.kx_hint(&host) != Some(group) {
            insert(&self.groups, host, group);
        }
    }

    fn kx_hint(&self, host: &ServerName<'_>) -> Option<NamedGroup> {
        let Ok(groups) = self.groups.lock();
        groups.iter().rev().find(|(name, _)| name == host).map(|(_, group)| *group)
    }

    // TLS 1.2 is not offered.

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}
}

fn insert<T>(hosts: &Hosts<T>, host: ServerName<'static>, value: T) {
    let Ok(mut entries) = hosts.lock();
    if entries.len() >= ENTRIES_MAX {
        entries.remove(0);
    }
    entries.push((host, value));
}
