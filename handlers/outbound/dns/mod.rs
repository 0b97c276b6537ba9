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
    /// Addresses. If none of them can be connected to, [`Lookup::advance`] returns further ones.
    Done(Vec<IpAddr>),
    /// Wait for the socket, until this time.
    Wait(Readiness, u64),
}

/// A lookup in progress. The questions for IPv4 and IPv6 addresses are sent together. The first
/// result is the IPv4 addresses, which Lambda's networks have, without waiting for the others.
pub(crate) struct Lookup {
    /// The name as the caller wrote it.
    name: String,
    config: ResolverConfig,
    /// The names that are still to be looked up, in reverse order. The last is the current one.
    names: Vec<String>,
    /// The number of attempts so far for the current name. The servers take turns.
    tries: usize,
    /// For IPv4 and for IPv6 addresses.
    questions: [Question; 2],
    socket: Option<Socket>,
    /// The state of TCP; `None` for UDP.
    stream: Option<Stream>,
    until_ms: u64,
    /// `true` after addresses were returned: no other server and no other name is tried.
    is_found: bool,
    last_failure: &'static str,
}

/// A question for the addresses of one type.
struct Question {
    record_type: RecordType,
    message: Vec<u8>,
    /// The server's answer, if it has arrived.
    answer: Option<Answer>,
}

impl Question {
    fn new(record_type: RecordType) -> Self {
        Self { record_type, message: Vec::new(), answer: None }
    }
}

struct Stream {
    to_send: Vec<u8>,
    sent: usize,
    received: Vec<u8>,
}

impl Lookup {
    /// Returns the addresses of `name` if they are known without a name server, or starts a lookup.
    pub(crate) fn begin(name: &str, now_ms: u64) -> Result<Vec<IpAddr>, Box<Self>> {
        if let Some(address) = config::address(name) {
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
        let mut names = config.names(name);
        names.reverse();
        Err(Box::new(Self {
            name: String::from(name),
            names,
            config,
            tries: 0,
            questions: [Question::new(RecordType::A), Question::new(RecordType::Aaaa)],
            socket: None,
            stream: None,
            until_ms: 0,
            is_found: false,
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
                self.send_questions(now_ms)?;
            }
            let received = self.receive();
            // IPv6 counts once it is known that there are no other IPv4 addresses.
            let [ipv4, ipv6] = &mut self.questions;
            let is_ipv4 = ipv4.answer != Some(Answer::NoAddress);
            let question = if is_ipv4 { ipv4 } else { ipv6 };
            match (question.answer.take(), received) {
                (Some(Answer::Addresses(addresses, seconds)), _) => {
                    question.answer = Some(Answer::NoAddress); // no others
                    self.is_found = true;
                    keep(&self.name, &addresses, now_ms + (u64::from(seconds) * 1000).min(CACHE_MS_MAX));
                    return Ok(Progress::Done(addresses));
                }
                (Some(Answer::NoSuchName), _) if is_ipv4 => self.next_name("the host name does not exist")?,
                (Some(Answer::NoAddress | Answer::NoSuchName), _) => self.next_name("the name has no IPv4 or IPv6 address")?,
                (Some(Answer::Truncated), _) if self.stream.is_none() => {
                    self.close();
                    self.stream = Some(Stream { to_send: Vec::new(), sent: 0, received: Vec::new() });
                    self.tries -= 1; // the same server
                }
                (Some(Answer::ServerFailed | Answer::Truncated), _) => self.next_server("the name server returned an error")?,
                (_, Ok(true)) => {} // an answer to the other question, or to none
                (_, Ok(false)) if now_ms >= self.until_ms => self.next_server("the name server did not answer in time")?,
                (_, Ok(false)) => {
                    let Some(socket) = &self.socket else { continue };
                    let writes = self.stream.as_ref().is_some_and(|stream| stream.sent < stream.to_send.len());
                    return Ok(Progress::Wait(socket.readiness(writes), self.until_ms));
                }
                (_, Err(())) => self.next_server("the name server is unreachable")?,
            }
        }
    }

    fn failure(&self, reason: &str) -> Error {
        Error::new(Kind::Dns, &["cannot resolve ", &self.name, ": ", reason])
    }

    fn close(&mut self) {
        (self.socket, self.stream) = (None, None);
    }

    fn next_server(&mut self, reason: &'static str) -> Result<(), Error> {
        self.last_failure = reason;
        self.close();
        if self.is_found { Err(self.failure(reason)) } else { Ok(()) }
    }

    /// Continues with the next name of the search list.
    fn next_name(&mut self, reason: &str) -> Result<(), Error> {
        self.names.pop();
        if self.is_found || self.names.is_empty() {
            return Err(self.failure(reason));
        }
        self.close();
        self.tries = 0;
        for question in &mut self.questions {
            question.answer = None;
        }
        Ok(())
    }

    /// Sends the questions that are not answered to the next server. Each attempt has its own ids,
    /// and its own port, which the kernel chooses.
    fn send_questions(&mut self, now_ms: u64) -> Result<(), Error> {
        loop {
            let servers = &self.config.servers;
            if self.tries >= servers.len() * self.config.attempts as usize {
                return Err(self.failure(self.last_failure));
            }
            let Some(server) = servers.get(self.tries % servers.len()) else {
                return Err(self.failure("no name server in /etc/resolv.conf"));
            };
            let address =
                SocketAddr::new(*server, env::variable("RUCHY_LAMBDA_DNS_PORT").and_then(|port| port.parse().ok()).unwrap_or(PORT));
            self.tries += 1;
            self.until_ms = now_ms + self.config.timeout_ms;
            if !self.write_questions() {
                return self.next_name("expected labels of 1 to 63 characters, separated by dots");
            }
            let kind = if self.stream.is_some() { SocketKind::Stream } else { SocketKind::Datagram };
            let socket = Socket::connect(&address, kind).ok();
            let mut unanswered = self.questions.iter().filter(|question| question.answer.is_none());
            let socket = match &mut self.stream {
                // Over TCP, a message is preceded by its length (RFC 1035, section 4.2.2).
                Some(stream) => {
                    for Question { message, .. } in unanswered {
                        stream.to_send.extend_from_slice(&u16::try_from(message.len()).unwrap_or(0).to_be_bytes());
                        stream.to_send.extend_from_slice(message);
                    }
                    socket
                }
                None => socket.filter(|socket| unanswered.all(|question| socket.send(&question.message).is_ok())),
            };
            if socket.is_some() {
                self.socket = socket;
                return Ok(());
            }
            self.next_server("the name server is unreachable")?;
        }
    }

    /// Writes the questions that have no final answer. Returns `false` if the current name cannot
    /// be a host name.
    fn write_questions(&mut self) -> bool {
        let mut ids = [[0; 2]; 2];
        random::fill(ids.as_flattened_mut());
        let Some(name) = self.names.last() else { return false };
        for (question, id) in self.questions.iter_mut().zip(ids) {
            if matches!(question.answer, Some(Answer::ServerFailed | Answer::Truncated)) {
                question.answer = None;
            }
            let Some(message) = message::question(u16::from_ne_bytes(id), name, question.record_type) else { return false };
            question.message = message;
        }
        true
    }

    /// Stores the next answer. Returns `true` if a message was received. `Err` means that the
    /// server closed the connection or that the socket failed.
    fn receive(&mut self) -> Result<bool, ()> {
        let Some(socket) = &self.socket else { return Ok(false) };
        let Some(stream) = &mut self.stream else {
            let mut datagram = [0; DATAGRAM_BYTES];
            return match socket.receive(&mut datagram) {
                Ok(bytes) => {
                    self.store(datagram.get(..bytes).unwrap_or_default());
                    Ok(true)
                }
                Err(SocketError::WouldBlock) => Ok(false),
                Err(SocketError::Number(_)) => Err(()),
            };
        };
        let Some(message) = stream.next(socket)? else { return Ok(false) };
        if self.store(&message) { Ok(true) } else { Err(()) }
    }

    /// Stores `message` as the answer to one of the questions. Returns `false` if it answers none.
    fn store(&mut self, message: &[u8]) -> bool {
        self.questions.iter_mut().filter(|question| question.answer.is_none()).any(|question| {
            question.answer = Some(message::answer(&question.message, message)).filter(|answer| *answer != Answer::Unrelated);
            question.answer.is_some()
        })
    }
}

impl Stream {
    /// Sends what was not sent yet, and returns the next message without its length, if it has
    /// arrived.
    fn next(&mut self, socket: &Socket) -> Result<Option<Vec<u8>>, ()> {
        while let Some(unsent @ [_, ..]) = self.to_send.get(self.sent..) {
            match socket.send(unsent) {
                Ok(bytes) => self.sent += bytes,
                // Also returned until the socket is connected.
                Err(SocketError::WouldBlock) => return Ok(None),
                Err(SocketError::Number(_)) => return Err(()),
            }
        }
        loop {
            if let Some((length, bytes)) = self.received.split_first_chunk()
                && let Some((message, after)) = bytes.split_at_checked(usize::from(u16::from_be_bytes(*length)))
            {
                let (message, after) = (message.to_vec(), after.to_vec());
                self.received = after;
                return Ok(Some(message));
            }
            let filled = self.received.len();
            self.received.resize(filled + DATAGRAM_BYTES, 0);
            let result = socket.receive(self.received.get_mut(filled..).unwrap_or_default());
            self.received.truncate(filled + result.unwrap_or(0));
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
