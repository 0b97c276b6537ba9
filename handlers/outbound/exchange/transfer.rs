//! The second half of an exchange: request and reply, then a redirect, a retry or the result.

use super::{BODY_PART_BYTES, Exchange, Next, State, Transfer, malformed};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::pool;
use crate::reply::body::BodyReader;
use crate::reply::head::{self, Framing, HEAD_BYTES_MAX, Head, Malformed};
use crate::request::Repeat;
use crate::response::Response;
use crate::url::{Scheme, push_number};
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

impl Exchange<'_> {
    /// Sends the request.
    pub(super) fn send(&mut self, mut connection: Connection) -> Result<Next, Error> {
        let (request, mut bytes) = (&self.request, Vec::new());
        let to_proxy = self.proxy.as_ref().filter(|_| self.url.scheme == Scheme::Http);
        request.write_head(&self.url, to_proxy.is_some(), to_proxy.map_or("", |proxy| &proxy.authorization), &mut bytes);
        let body_queued = request.body.len().min(BODY_PART_BYTES);
        bytes.extend_from_slice(request.body.get(..body_queued).unwrap_or_default());
        connection.queue(bytes).map_err(Error::before_sent)?;
        let reader = BodyReader::new(Framing::Length(0));
        let mut transfer = Transfer { connection, body_queued, scanned: 0, head: None, reader, body: Vec::new() };
        self.flush(&mut transfer)?;
        let readiness = transfer.connection.readiness();
        Ok(Next::Wait(State::Transfer(transfer), Some(readiness), u64::MAX))
    }

    /// Sends as much as the kernel accepts now, and queues more of the body.
    fn flush(&mut self, transfer: &mut Transfer) -> Result<(), Error> {
        loop {
            // The server does not act on a request that was not sent completely.
            transfer.connection.flush().map_err(Error::before_sent)?;
            if !transfer.connection.is_sent() || self.is_queued(transfer) {
                return Ok(());
            }
            let mut part = Vec::new();
            if let Some(source) = &mut self.source {
                self.is_begun = true;
                if !source(&mut part).map_err(Error::before_sent)? {
                    self.source = None;
                }
            } else {
                let body = &self.request.body;
                let end = body.len().min(transfer.body_queued + BODY_PART_BYTES);
                part.extend_from_slice(body.get(transfer.body_queued..end).unwrap_or_default());
                transfer.body_queued = end;
            }
            transfer.connection.queue(part).map_err(Error::before_sent)?;
        }
    }

    /// Returns `true` if the whole body was passed to the connection.
    fn is_queued(&self, transfer: &Transfer) -> bool {
        transfer.body_queued >= self.request.body.len() && self.source.is_none()
    }

    /// Continues sending and receiving.
    pub(super) fn transfer(&mut self, mut transfer: Transfer, now_ms: u64) -> Result<Next, Error> {
        let flushed = self.flush(&mut transfer);
        if let Err(error) = &flushed
            && error.kind() == Kind::InvalidRequest
        {
            return Err(error.clone()); // of the function that provides the body
        }
        let is_sent = transfer.connection.is_sent() && self.is_queued(&transfer);
        let received = match transfer.connection.receive() {
            Ok(received) => received,
            Err(error) if is_sent && flushed.is_ok() => return Err(error),
            Err(error) => return Err(error.before_sent()),
        };
        // A server that rejects a request may close the connection before the request was sent
        // completely. Its reply is used, if there is one.
        if !received && !transfer.connection.is_closed {
            flushed?;
        }
        if self.read_reply(&mut transfer)? {
            return self.finish(transfer, is_sent, now_ms);
        }
        if transfer.connection.is_closed {
            let error = Error::new(
                Kind::ConnectionLost,
                &[if transfer.head.is_some() {
                    "the connection was closed before the end of the reply"
                } else {
                    "the connection was closed before the reply"
                }],
            );
            return Err(if is_sent { error } else { error.before_sent() });
        }
        if received && transfer.connection.is_full {
            return Ok(Next::Go(State::Transfer(transfer)));
        }
        let readiness = transfer.connection.readiness();
        Ok(Next::Wait(State::Transfer(transfer), Some(readiness), u64::MAX))
    }

    /// Parses the received bytes. Returns `true` if the reply is complete.
    fn read_reply(&mut self, transfer: &mut Transfer) -> Result<bool, Error> {
        let Transfer { connection, scanned, head, reader, body, .. } = transfer;
        while head.is_none() {
            let Some(end) = head::end_of_head(&connection.received, scanned) else {
                if connection.received.len() > HEAD_BYTES_MAX {
                    return Err(malformed(Malformed::HeadTooLong));
                }
                return Ok(false);
            };
            let parsed = head::parse(connection.received.get(..end).unwrap_or_default()).map_err(malformed)?;
            connection.received.drain(..end);
            *scanned = 0;
            match parsed.status {
                101 => return Err(malformed(Malformed::StatusLine)), // no upgrade was requested
                100..=199 => continue,
                _ => {}
            }
            let framing =
                if self.request.method == "HEAD" || matches!(parsed.status, 204 | 304) { Framing::Length(0) } else { parsed.framing };
            if let Framing::Length(bytes) = framing
                && !self.streams(&parsed)
                && usize::try_from(bytes).is_ok_and(|bytes| bytes > self.request.reply_bytes_max)
            {
                return Err(self.too_large());
            }
            *reader = BodyReader::new(framing);
            *head = Some(parsed);
        }
        let streams = head.as_ref().is_some_and(|head| self.streams(head));
        let mut used = 0;
        while !reader.is_done() {
            let step = reader.next(connection.received.get(used..).unwrap_or_default()).map_err(malformed)?;
            used += step.consumed;
            if step.consumed == 0 {
                break;
            }
            if step.data.is_empty() {
                continue;
            }
            if let (true, Some(sink)) = (streams, &mut self.sink) {
                self.is_begun = true;
                if !sink(step.data) {
                    connection.is_closed = true; // prevents reuse
                    return Ok(true);
                }
            } else if body.len() + step.data.len() > self.request.reply_bytes_max {
                return Err(self.too_large());
            } else {
                body.extend_from_slice(step.data);
            }
        }
        connection.received.drain(..used);
        Ok(reader.is_done() || connection.is_closed && reader.ends_with_connection())
    }

    fn streams(&self, head: &Head) -> bool {
        self.sink.is_some() && matches!(head.status, 200..=299)
    }

    fn too_large(&self) -> Error {
        let mut limit = String::new();
        push_number(&mut limit, self.request.reply_bytes_max);
        Error::new(Kind::TooLarge, &["the reply exceeds ", &limit, " bytes, the limit set by reply_bytes_max"])
    }

    /// Handles a complete reply: pools the connection, then follows a redirect, retries, or returns
    /// the reply.
    fn finish(&mut self, transfer: Transfer, is_sent: bool, now_ms: u64) -> Result<Next, Error> {
        let Transfer { connection, head, body, .. } = transfer;
        let Some(head) = head else { return Err(malformed(Malformed::StatusLine)) };
        if head.keep_alive && is_sent && !connection.is_closed && connection.received.is_empty() {
            pool::put(&self.url, self.request.opener, connection, now_ms);
        }
        self.is_kept = false;
        let mut response = Response { status: head.status, headers: head.headers, body };
        if let Some(location) = redirect(&response).filter(|_| self.request.redirects_max > 0) {
            let location = String::from(location);
            self.follow(&location, response.status)?;
            return Ok(Next::Go(State::Begin));
        }
        let retries = match self.request.retry_if {
            Some(retry_if) => retry_if(&response),
            None => self.request.repeat == Repeat::IfLost && matches!(response.status, 429 | 502..=504),
        };
        if retries && !self.is_begun && self.attempt < self.request.attempts_max {
            let seconds = response.header("retry-after").and_then(|value| value.parse::<u32>().ok()).unwrap_or(0);
            let state = self.pause(now_ms, u64::from(seconds) * 1000);
            // A pause beyond the time limit would lose the reply.
            if matches!(state, State::Pause(until_ms) if until_ms < self.limit_ms) {
                return Ok(Next::Go(state));
            }
        }
        if let Some(decode) = self.request.decoder
            && response.header("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"))
            && !response.body.is_empty()
        {
            response.body = decode(&response.body, self.request.reply_bytes_max)?;
        }
        Ok(Next::Done(response))
    }

    /// Continues with the URL of a redirect.
    fn follow(&mut self, location: &str, status: u16) -> Result<(), Error> {
        if self.redirects >= self.request.redirects_max {
            return Err(self.with_host(Kind::Redirect, &["too many redirects; redirects_max sets the limit"]));
        }
        self.redirects += 1;
        let url = self.url.join(location)?;
        if self.url.scheme == Scheme::Https && url.scheme == Scheme::Http {
            return Err(self
                .with_host(Kind::Redirect, &["a redirect from https to http is not followed; redirects_max(0) returns it as the reply"]));
        }
        let is_other_origin = url.host != self.url.host || url.port != self.url.port || url.scheme != self.url.scheme;
        let method = &mut self.request.method;
        let becomes_get = status == 303 && method != "HEAD" || matches!(status, 301 | 302) && method == "POST";
        if becomes_get {
            *method = String::from("GET");
            self.request.repeat = Repeat::IfLost;
            (self.request.body, self.request.has_body) = (Vec::new(), false);
            (self.source, self.request.is_streamed) = (None, false);
        } else if self.request.is_streamed {
            return Err(self.with_host(Kind::Redirect, &["a redirect of a body that is read in parts is not followed"]));
        }
        let headers = mem::take(&mut self.request.headers);
        for line in headers.split_inclusive('\n') {
            let name = line.split(':').next().unwrap_or_default();
            let is_secret = ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-amz-security-token"]
                .iter()
                .any(|secret| name.eq_ignore_ascii_case(secret));
            let is_of_body =
                name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-")) || name.eq_ignore_ascii_case("transfer-encoding");
            if !(is_other_origin && is_secret || becomes_get && is_of_body) {
                self.request.headers.push_str(line);
            }
        }
        self.url = url;
        Ok(())
    }
}

/// Returns the URL that `response` redirects to.
fn redirect(response: &Response) -> Option<&str> {
    matches!(response.status, 301..=303 | 307 | 308).then(|| response.header("location")).flatten()
}
