//! A streamed response, part by part.

use hyper::body::Bytes;
use hyper::header::HeaderValue;

/// A part of a streamed response.
#[derive(Clone, Debug)]
pub enum Piece {
    /// The first: the response begins.
    Head {
        content_type: Option<HeaderValue>,
    },
    Data(Bytes),
}
