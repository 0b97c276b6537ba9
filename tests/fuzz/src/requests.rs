//! The requests that a server received, read by httparse: a sequence of well-formed requests, of
//! which only the last may be incomplete.

use crate::naive::{Chunked, chunked};
use httparse::{EMPTY_HEADER, Status};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET /path`.
    pub line: String,
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body without its framing; empty if it is incomplete.
    pub body: Vec<u8>,
    /// The lines after a chunked body.
    pub trailers: Vec<u8>,
    /// True if all of it was received.
    pub is_whole: bool,
}

impl Request {
    /// Returns the value of the first header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_slice())
    }
}

/// Returns the number of complete requests at the front of `received`.
#[must_use]
pub fn whole(received: &[u8]) -> usize {
    read(received).iter().filter(|request| request.is_whole).count()
}

/// Returns the requests in `received`, except one with an incomplete head.
#[must_use]
pub fn read(mut received: &[u8]) -> Vec<Request> {
    let mut requests = Vec::new();
    while !received.is_empty() {
        let mut memory = [EMPTY_HEADER; 16];
        let mut head = httparse::Request::new(&mut memory);
        let Status::Complete(head_bytes) = head.parse(received).expect("a well-formed head") else { break };
        received = &received[head_bytes..];
        assert_eq!(head.version, Some(1));
        let mut request = Request {
            line: format!("{} {}", head.method.unwrap_or_default(), head.path.unwrap_or_default()),
            headers: head.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec())).collect(),
            body: Vec::new(),
            trailers: Vec::new(),
            is_whole: false,
        };
        let taken = match (request.header("Content-Length"), request.header("Transfer-Encoding")) {
            (None, None) => Some(0),
            (Some(length), None) => {
                let length: usize = str::from_utf8(length).ok().and_then(|digits| digits.parse().ok()).expect("a length");
                request.body = received.get(..length).unwrap_or_default().to_vec();
                Some(length).filter(|length| *length <= received.len())
            }
            (None, Some(b"chunked")) => match chunked(received, usize::MAX, 1 << 20) {
                Chunked::Complete { body, trailers, taken } => {
                    (request.body, request.trailers) = (body, trailers);
                    Some(taken)
                }
                Chunked::Partial => None,
                Chunked::TooLong | Chunked::Malformed => panic!("malformed chunks"),
            },
            _ => panic!("no framing, or two"),
        };
        request.is_whole = taken.is_some();
        received = taken.map_or(&[], |taken| &received[taken..]);
        requests.push(request);
    }
    requests
}
