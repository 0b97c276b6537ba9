//! The pool of idle connections.

use crate::connection::Connection;
use crate::secure::Opener;
use crate::url::{Scheme, Url};
use alloc::string::String;
use alloc::vec::Vec;
use ruchy_std::sync::Mutex;
use ruchy_std::time;

/// Maximum number of idle connections.
pub const IDLE_MAX: usize = 32;
/// Maximum time that a connection stays idle, in milliseconds. Services and NAT gateways close idle
/// connections after a minute or more.
pub const IDLE_MS_MAX: u64 = 50_000;

struct Idle {
    scheme: Scheme,
    host: String,
    port: u16,
    /// The address of the function that opened TLS: functions with different roots do not share
    /// connections.
    opener: usize,
    connection: Connection,
    since_ms: u64,
}

static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

fn number(opener: Option<Opener>) -> usize {
    opener.map_or(0, |opener| opener as usize)
}

/// Returns an idle connection to the host of `url` that the peer has not closed. Drops connections
/// that are expired or closed.
pub(crate) fn take(url: &Url, opener: Option<Opener>, now_ms: u64) -> Option<Connection> {
    let Ok(mut idle) = IDLE.lock();
    // A clock that was set back also expires connections.
    idle.retain(|idle| now_ms.checked_sub(idle.since_ms).is_some_and(|age| age < IDLE_MS_MAX));
    loop {
        // The connection that was used last is the most likely to be alive.
        let matches =
            |idle: &Idle| idle.scheme == url.scheme && idle.host == url.host && idle.port == url.port && idle.opener == number(opener);
        let found = idle.iter().rposition(matches)?;
        let mut connection = idle.remove(found).connection;
        if connection.is_usable() {
            return Some(connection);
        }
    }
}

/// Adds `connection` to the pool. Outside of an invocation nothing is pooled, because a snapshot
/// may be taken, and a restored connection is dead.
pub(crate) fn put(url: &Url, opener: Option<Opener>, connection: Connection, now_ms: u64) {
    if time::deadline_ms().is_none() {
        return;
    }
    let Ok(mut idle) = IDLE.lock();
    if idle.len() >= IDLE_MAX {
        idle.remove(0);
    }
    idle.push(Idle { scheme: url.scheme, host: url.host.clone(), port: url.port, opener: number(opener), connection, since_ms: now_ms });
}

/// Closes all idle connections.
///
/// ```
/// pub fn before_snapshot() {
///     outbound::pool::clear();
/// }
/// ```
pub fn clear() {
    let Ok(mut idle) = IDLE.lock();
    idle.clear();
}
