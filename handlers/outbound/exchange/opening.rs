//! The first half of an exchange: a pooled connection, or DNS, TCP, proxy and TLS.

use super::{CONNECT_MS_MAX, Connect, Exchange, LAST_CONNECT_MS_MAX, Next, State, malformed};
use crate::connection::Connection;
use crate::dns::{self, Lookup, Progress};
use crate::error::{Error, Kind};
use crate::reply::head::{self, HEAD_BYTES_MAX, Malformed};
use crate::url::{Scheme, push_number};
use crate::{pool, proxy};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};
use ruchy_std::net::{Socket, SocketKind, error_text};

impl Exchange<'_> {
    /// Uses a pooled connection, or starts to resolve the host name.
    pub(super) fn begin(&mut self, now_ms: u64) -> Result<Next, Error> {
        if self.url.scheme == Scheme::Https && self.request.opener.is_none() {
            return Err(
                self.with_host(Kind::InvalidRequest, &["expected a URL that begins with http://; Request::local does not support https"])
            );
        }
        self.proxy = if self.request.uses_proxy { proxy::of(&self.url)? } else { None };
        // A streamed body cannot be repeated if a pooled connection proves to be dead.
        if self.source.is_none()
            && let Some(connection) = pool::take(&self.url, self.request.opener, now_ms)
        {
            self.is_kept = true;
            return self.send(connection);
        }
        self.is_kept = false;
        let host = self.proxy.as_ref().map_or(&self.url.host, |proxy| &proxy.host);
        match Lookup::begin(host, now_ms) {
            Ok(addresses) => self.connect(addresses, 0, now_ms, None, None),
            Err(lookup) => Ok(Next::Go(State::Resolve(lookup, None))),
        }
    }

    /// Waits for addresses. `error` is that of the addresses that were tried.
    pub(super) fn resolve(&mut self, mut lookup: Box<Lookup>, error: Option<Error>, now_ms: u64) -> Result<Next, Error> {
        match (lookup.advance(now_ms), error) {
            (Ok(Progress::Done(addresses)), _) => self.connect(addresses, 0, now_ms, None, Some(lookup)),
            (Ok(Progress::Wait(readiness, until_ms)), error) => Ok(Next::Wait(State::Resolve(lookup, error), Some(readiness), until_ms)),
            (Err(_), Some(error)) | (Err(error), None) => Err(error),
        }
    }

    /// Starts to connect to the address with the index `next`, after `last_error`.
    pub(super) fn connect(
        &mut self,
        addresses: Vec<IpAddr>,
        next: usize,
        now_ms: u64,
        last_error: Option<&str>,
        lookup: Option<Box<Lookup>>,
    ) -> Result<Next, Error> {
        let (host, port) = self.proxy.as_ref().map_or((&self.url.host, self.url.port), |proxy| (&proxy.host, proxy.port));
        let mut last_error = last_error;
        for (number, address) in addresses.iter().enumerate().skip(next) {
            match Socket::connect(&SocketAddr::new(*address, port), SocketKind::Stream) {
                Ok(socket) => {
                    let is_last = number + 1 == addresses.len() && lookup.is_none();
                    let until_ms = now_ms + if is_last { LAST_CONNECT_MS_MAX } else { CONNECT_MS_MAX };
                    let readiness = socket.connected();
                    let connect = Connect { socket, addresses, next: number + 1, until_ms, lookup };
                    return Ok(Next::Wait(State::Connect(connect), Some(readiness), until_ms));
                }
                Err(number) => last_error = Some(error_text(number)),
            }
        }
        dns::forget(host);
        let mut port_text = String::new();
        push_number(&mut port_text, port);
        let parts = ["cannot connect to port ", &port_text, " of ", host, ": ", last_error.unwrap_or("no address")];
        let error = Error::new(Kind::Connect, &parts);
        match lookup {
            Some(lookup) => Ok(Next::Go(State::Resolve(lookup, Some(error)))),
            None => Err(error),
        }
    }

    /// Continues after a connection was established, or tries the next address.
    pub(super) fn connected(&mut self, mut connect: Connect, now_ms: u64) -> Result<Next, Error> {
        let error = connect.socket.error();
        if error != 0 {
            return self.connect(connect.addresses, connect.next, now_ms, Some(error_text(error)), connect.lookup);
        }
        if !connect.socket.is_connected() {
            if now_ms >= connect.until_ms && !has_more_time(&mut connect, now_ms) {
                return self.connect(connect.addresses, connect.next, now_ms, Some("connection timed out"), connect.lookup);
            }
            let (readiness, until_ms) = (connect.socket.connected(), connect.until_ms);
            return Ok(Next::Wait(State::Connect(connect), Some(readiness), until_ms));
        }
        let mut connection = Connection::new(connect.socket);
        if self.url.scheme == Scheme::Http {
            return self.send(connection);
        }
        let Some(proxy) = &self.proxy else { return self.open(connection) };
        let authority = self.url.authority();
        let parts = ["CONNECT ", &authority, " HTTP/1.1\r\nHost: ", &authority, "\r\n", &proxy.authorization, "\r\n"];
        connection.queue(parts.concat().into_bytes())?;
        Ok(Next::Go(State::Tunnel(connection, 0)))
    }

    /// Waits for the reply of the proxy.
    pub(super) fn tunnel(&mut self, mut connection: Connection, mut scanned: usize) -> Result<Next, Error> {
        connection.flush().map_err(Error::before_sent)?;
        let received = connection.receive().map_err(Error::before_sent)?;
        if let Some(end) = head::end_of_head(&connection.received, &mut scanned) {
            let head = head::parse(connection.received.get(..end).unwrap_or_default()).map_err(malformed)?;
            if !matches!(head.status, 200..=299) {
                let status = head::status_text(head.status);
                return Err(Error::new(Kind::Connect, &["the proxy rejected the tunnel with status ", &status, "; check HTTPS_PROXY"]));
            }
            connection.received.drain(..end);
            return self.open(connection);
        }
        if connection.is_closed {
            return Err(Error::new(Kind::Connect, &["the proxy closed the connection"]));
        }
        if connection.received.len() > HEAD_BYTES_MAX {
            return Err(malformed(Malformed::HeadTooLong));
        }
        if received && connection.is_full {
            return Ok(Next::Go(State::Tunnel(connection, scanned)));
        }
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Tunnel(connection, scanned), Some(readiness), u64::MAX))
    }

    /// Starts the TLS handshake.
    pub(super) fn open(&mut self, mut connection: Connection) -> Result<Next, Error> {
        let Some(opener) = self.request.opener else { return Err(Error::new(Kind::InvalidRequest, &["expected http://, found https://"])) };
        connection.secure(opener(&self.url.host)?)?;
        connection.flush().map_err(Error::before_sent)?;
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Secure(connection), Some(readiness), u64::MAX))
    }

    /// Continues the TLS handshake.
    pub(super) fn secure(&mut self, mut connection: Connection) -> Result<Next, Error> {
        connection.flush().map_err(Error::before_sent)?;
        if let Err(error) = connection.receive() {
            connection.flush().ok(); // the alert; the peer may be gone
            return Err(error.before_sent());
        }
        if connection.decrypt()? {
            return self.send(connection); // together with the last message of the handshake
        }
        if connection.is_closed {
            return Err(Error::new(Kind::ConnectionLost, &["the connection was closed during the TLS handshake"]).before_sent());
        }
        connection.flush().map_err(Error::before_sent)?;
        let readiness = connection.readiness();
        Ok(Next::Wait(State::Secure(connection), Some(readiness), u64::MAX))
    }
}

/// Adds the lookup's further addresses after the last address was silent. Without any, that address
/// gets more time, and the result is `true`.
fn has_more_time(connect: &mut Connect, now_ms: u64) -> bool {
    if connect.next < connect.addresses.len() {
        return false;
    }
    match connect.lookup.take().map(|mut lookup| lookup.advance(now_ms)) {
        Some(Ok(Progress::Done(addresses))) => connect.addresses.extend(addresses),
        Some(_) => {
            connect.until_ms += LAST_CONNECT_MS_MAX - CONNECT_MS_MAX;
            return true;
        }
        None => {}
    }
    false
}
