//! Resolves host names: IP address literals, then `/etc/hosts`, then the name servers of
//! `/etc/resolv.conf` by UDP, or by TCP if an answer is truncated.

pub mod config;
pub mod message;

use crate::error::{Error, Kind};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use config::ResolverConfig;
use core::net::{IpAddr, SocketAddr};
use message::{Answer, RecordType};
use ruchy_std::net::{Readiness, Socket, SocketError, SocketKind};
use ruchy_std::sync::Mutex;
use ruchy_std::{env, fs, random, time};

const RESOLV_CONF: &str = "/etc/resolv.conf";
const HOSTS: &str = "/etc/hosts";
const PORT: u16 = 53;
/// Size of the buffer for an answer by UDP, in bytes. Without EDNS, RFC 1035 allows 512; a longer
/// answer is truncated and repeated over TCP.
const DATAGRAM_BYTES: usize = 1500;
/// Maximum number of names in the cache.
const CACHE_ENTRIES_MAX: usize = 16;
/// Maximum time that addresses are cached, in milliseconds.
const CACHE_MS_MAX: u64 = 300_000;

/// A cached name, its addresses, and the time until which they are valid.
struct Entry {
    name: String,
    addresses: Vec<IpAddr>,
    until_ms: u64,
}

static CACHE: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// The progress of a lookup.
pub(crate) enum Progress {
    /// The addresses.
    Done(Vec<IpAddr>),
    /// Wait for the socket, until this time.
    Wait(Readiness, u64),
}

/// A lookup in progress.
pub(crate) struct Lookup {
    name: String,
    config: ResolverConfig,
    /// The number of attempts so far. The servers take turns.
    tries: usize,
    record_type: RecordType,
    question: Vec<u8>,
    socket: Option<Socket>,
    /// The state of TCP; `None` for UDP.
    stream: Option<Stream>,
    until_ms: u64,
    last_failure: &'static str,
}

#[derive(Default)]
struct Stream {
    sent: usize,
    received: Vec<u8>,
}

impl Lookup {
    /// Returns the addresses of `name` if they are known without a name server, or starts a lookup.
    pub(crate) fn begin(name: &str, now_ms: u64) -> Result<Vec<IpAddr>, Box<Self>> {
        if let Ok(address) = name.parse() {
            return Ok(vec![address]);
        }
        if let Some(addresses) = cached(name, now_ms) {
            return Ok(addresses);
        }
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        // The variables are for tests and for networks without these files.
        let hosts = config::hosts_addresses(&read(env::variable("RUCHY_LAMBDA_HOSTS_FILE").unwrap_or(HOSTS)), name);
        if !hosts.is_empty() {
            return Ok(hosts);
        }
        let config = ResolverConfig::parse(&read(env::variable("RUCHY_LAMBDA_RESOLV_CONF").unwrap_or(RESOLV_CONF)));
        Err(Box::new(Self {
            name: String::from(name),
            config,
            tries: 0,
            record_type: RecordType::A,
            question: Vec::new(),
            socket: None,
            stream: None,
            until_ms: 0,
            last_failure: "no name server answered",
        }))
    }

    /// Proceeds as far as possible without blocking.
    ///
    /// # Errors
    /// [`Kind::Dns`].
    pub(crate) fn advance(&mut self, now_ms: u64) -> Result<Progress, Error> {
        loop {
            if self.socket.is_none() {
                self.send_question(now_ms)?;
            }
            match self.read() {
                Ok(Some(Answer::Addresses(addresses, seconds))) => {
                    keep(&self.name, &addresses, now_ms + (u64::from(seconds) * 1000).min(CACHE_MS_MAX));
                    return Ok(Progress::Done(addresses));
                }
                // The first question is for IPv4, which Lambda's networks have. A host may have
                // IPv6 only.
                Ok(Some(Answer::NoAddress)) if self.record_type == RecordType::A => {
                    (self.record_type, self.tries) = (RecordType::Aaaa, 0);
                    self.close();
                }
                Ok(Some(Answer::NoAddress)) => return Err(self.failure("the name has no IPv4 or IPv6 address")),
                Ok(Some(Answer::NoSuchName)) => return Err(self.failure("the host name does not exist")),
                Ok(Some(Answer::Truncated)) if self.stream.is_none() => {
                    self.close();
                    self.stream = Some(Stream::default());
                    self.tries -= 1;
                }
                Ok(Some(Answer::ServerFailed | Answer::Truncated)) => self.next_server("the name server returned an error"),
                Ok(Some(Answer::Unrelated)) => {}
                Ok(None) if now_ms >= self.until_ms => self.next_server("the name server did not answer in time"),
                Ok(None) => {
                    let Some(socket) = &self.socket else { continue };
                    let writes = self.stream.as_ref().is_some_and(|stream| stream.sent < self.question.len() + 2);
                    return Ok(Progress::Wait(socket.readiness(writes), self.until_ms));
                }
                Err(()) => self.next_server("the name server is unreachable"),
            }
        }
    }

    fn failure(&self, reason: &str) -> Error {
        Error::new(Kind::Dns, &["cannot resolve ", &self.name, ": ", reason])
    }

    fn close(&mut self) {
        (self.socket, self.stream) = (None, None);
    }

    fn next_server(&mut self, reason: &'static str) {
        self.last_failure = reason;
        self.close();
    }

    /// Sends the question to the next server. Each attempt has its own id, and its own port, which
    /// the kernel chooses.
    fn send_question(&mut self, now_ms: u64) -> Result<(), Error> {
        loop {
            let servers = &self.config.servers;
            let number = self.tries;
            if number >= servers.len() * self.config.attempts as usize {
                return Err(self.failure(self.last_failure));
            }
            let Some(server) = servers.get(number % servers.len()) else { return Err(self.failure("no name server in /etc/resolv.conf")) };
            self.tries += 1;
            let mut id = [0; 2];
            random::fill(&mut id);
            self.question = message::question(u16::from_ne_bytes(id), &self.name, self.record_type)
                .ok_or_else(|| self.failure("expected labels of 1 to 63 characters, separated by dots"))?;
            self.until_ms = now_ms + self.config.timeout_ms;
            let port = env::variable("RUCHY_LAMBDA_DNS_PORT").and_then(|port| port.parse().ok()).unwrap_or(PORT);
            let kind = if self.stream.is_some() { SocketKind::Stream } else { SocketKind::Datagram };
            let socket = Socket::connect(&SocketAddr::new(*server, port), kind).ok();
            let socket = socket.filter(|socket| kind == SocketKind::Stream || socket.send(&self.question).is_ok());
            if socket.is_some() {
                self.socket = socket;
                return Ok(());
            }
            self.last_failure = "the name server is unreachable";
        }
    }

    /// Returns the answer, if it has arrived. `Err` means that the server closed the connection or
    /// that the socket failed.
    fn read(&mut self) -> Result<Option<Answer>, ()> {
        let Some(socket) = &self.socket else { return Ok(None) };
        let Some(stream) = &mut self.stream else {
            let mut datagram = [0; DATAGRAM_BYTES];
            return match socket.receive(&mut datagram) {
                Ok(bytes) => Ok(Some(message::answer(&self.question, datagram.get(..bytes).unwrap_or_default()))),
                Err(SocketError::WouldBlock) => Ok(None),
                Err(SocketError::Number(_)) => Err(()),
            };
        };
        // Over TCP, a message is preceded by its length (RFC 1035, section 4.2.2).
        let length = u16::try_from(self.question.len()).map_err(|_| ())?;
        let to_send = [&length.to_be_bytes()[..], &self.question].concat();
        while let Some(unsent @ [_, ..]) = to_send.get(stream.sent..) {
            match socket.send(unsent) {
                Ok(bytes) => stream.sent += bytes,
                // Also returned until the socket is connected.
                Err(SocketError::WouldBlock) => return Ok(None),
                Err(SocketError::Number(_)) => return Err(()),
            }
        }
        loop {
            if let Some((length, bytes)) = stream.received.split_first_chunk()
                && let Some(message) = bytes.get(..usize::from(u16::from_be_bytes(*length)))
            {
                let answer = message::answer(&self.question, message);
                return if answer == Answer::Unrelated { Err(()) } else { Ok(Some(answer)) };
            }
            let filled = stream.received.len();
            stream.received.resize(filled + DATAGRAM_BYTES, 0);
            let result = socket.receive(stream.received.get_mut(filled..).unwrap_or_default());
            stream.received.truncate(filled + result.unwrap_or(0));
            match result {
                Ok(0) | Err(SocketError::Number(_)) => return Err(()),
                Ok(_) => {}
                Err(SocketError::WouldBlock) => return Ok(None),
            }
        }
    }
}

fn cached(name: &str, now_ms: u64) -> Option<Vec<IpAddr>> {
    let Ok(cache) = CACHE.lock();
    cache.iter().find(|entry| entry.name == name && entry.until_ms > now_ms).map(|entry| entry.addresses.clone())
}

/// Caches addresses. Outside of an invocation nothing is cached, because a snapshot may be taken
/// and restored much later.
fn keep(name: &str, addresses: &[IpAddr], until_ms: u64) {
    if time::deadline_ms().is_none() {
        return;
    }
    let Ok(mut cache) = CACHE.lock();
    cache.retain(|entry| entry.name != name);
    if cache.len() >= CACHE_ENTRIES_MAX {
        cache.remove(0);
    }
    cache.push(Entry { name: String::from(name), addresses: addresses.to_vec(), until_ms });
}

/// Removes the addresses of `name` from the cache, because no connection to any of them was
/// possible.
pub(crate) fn forget(name: &str) {
    let Ok(mut cache) = CACHE.lock();
    cache.retain(|entry| entry.name != name);
}
