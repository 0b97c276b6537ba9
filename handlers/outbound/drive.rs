//! The event loop: one `ppoll` for all requests in progress.

use crate::error::Error;
use crate::exchange::{Exchange, Sink, Source, Step};
use crate::request::Request;
use crate::response::Response;
use alloc::vec::Vec;
use ruchy_std::net::{self, Readiness};
use ruchy_std::time;

/// Sends a request and waits for its reply.
pub(crate) fn one<'body>(request: Request, sink: Option<Sink<'body>>, source: Option<Source<'body>>) -> Result<Response, Error> {
    let mut now_ms = time::epoch_ms();
    let mut exchange = Exchange::new(request, sink, source, now_ms);
    loop {
        match exchange.step(now_ms) {
            Step::Done(result) => return result,
            Step::Wait(readiness, until_ms) => {
                let limit = until_ms.saturating_sub(now_ms);
                match readiness {
                    Some(readiness) => net::wait(&mut [readiness], limit),
                    None => net::wait(&mut [], limit),
                };
                now_ms = time::epoch_ms();
            }
        }
    }
}

/// Sends all requests concurrently and returns their replies in the same order.
pub(crate) fn all(requests: Vec<Request>) -> Vec<Result<Response, Error>> {
    let mut now_ms = time::epoch_ms();
    let mut exchanges: Vec<Exchange<'_>> = requests.into_iter().map(|request| Exchange::new(request, None, None, now_ms)).collect();
    let mut results: Vec<Option<Result<Response, Error>>> = exchanges.iter().map(|_| None).collect();
    loop {
        let (mut sockets, mut until_ms, mut waiting) = (Vec::<Readiness>::new(), u64::MAX, false);
        for (exchange, result) in exchanges.iter_mut().zip(&mut results).filter(|(_, result)| result.is_none()) {
            match exchange.step(now_ms) {
                Step::Done(done) => *result = Some(done),
                Step::Wait(readiness, until) => {
                    sockets.extend(readiness);
                    until_ms = until_ms.min(until);
                    waiting = true;
                }
            }
        }
        if !waiting {
            return results.into_iter().flatten().collect();
        }
        net::wait(&mut sockets, until_ms.saturating_sub(now_ms));
        now_ms = time::epoch_ms();
    }
}
