//! Bodies: incoming ones, stored up to a limit and counted beyond it; and outgoing ones, framed as
//! Lambda frames them.

use super::piece::Piece;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::HeaderMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::Sender;

/// Longer replies are sent in chunks.
const CONTENT_LENGTH_BYTES_MAX: usize = 2_048;

/// A body that was read to its end.
#[derive(Debug)]
pub struct Read {
    /// The body, or as much of it as the limit allows.
    pub kept: Bytes,
    /// The actual length.
    pub bytes_sent: u64,
    pub trailers: Option<HeaderMap>,
}

/// The connection broke before the body's end.
#[derive(Debug, PartialEq, Eq)]
pub struct Truncated;

/// Reads a body to its end, and keeps at most `bytes_max` bytes. A client that sends more
/// receives an error response instead of a closed connection.
///
/// # Errors
/// [`Truncated`].
pub async fn read<B: Body<Data = Bytes> + Unpin>(body: B, bytes_max: u64) -> Result<Read, Truncated> {
    read_or_forward(body, bytes_max, None).await
}

/// Reads a body to its end, and sends at most `bytes_max` of it to `pieces` as it arrives, if there
/// are any; then none of it is kept.
///
/// # Errors
/// [`Truncated`].
pub async fn read_or_forward<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    bytes_max: u64,
    pieces: Option<&Sender<Piece>>,
) -> Result<Read, Truncated> {
    let mut kept = Vec::new();
    let (mut bytes_sent, mut trailers) = (0_u64, None);
    while let Some(frame) = body.frame().await {
        match frame.map_err(|_| Truncated)?.into_data() {
            Ok(data) => {
                bytes_sent += data.len() as u64;
                match pieces {
                    _ if bytes_sent > bytes_max => {}
                    // Without a receiver the function still streams to its end, as on Lambda.
                    Some(pieces) => drop(pieces.send(Piece::Data(data)).await),
                    None => kept.extend_from_slice(&data),
                }
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    Ok(Read { kept: kept.into(), bytes_sent, trailers })
}

/// A reply's body: `Content-Length` for a short one, a single chunk for a long one.
#[derive(Debug)]
pub struct ReplyBody {
    bytes: Option<Bytes>,
    chunked: bool,
}

impl ReplyBody {
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        let chunked = bytes.len() > CONTENT_LENGTH_BYTES_MAX;
        Self { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()), chunked }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // Without an exact size, hyper sends chunks.
        if self.chunked { SizeHint::default() } else { SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{ReplyBody, Truncated, read};
    use http_body_util::Full;
    use hyper::body::{Body as _, Bytes};

    #[tokio::test]
    async fn body_counts_bytes_beyond_the_limit() {
        let read = async |length, bytes_max| read(Full::new(Bytes::from(vec![b'x'; length])), bytes_max).await.unwrap();
        let within = read(10, 10).await;
        assert_eq!((within.kept.len(), within.bytes_sent), (10, 10));
        let beyond = read(11, 10).await;
        assert_eq!((beyond.kept.len(), beyond.bytes_sent), (0, 11));
        assert_eq!(read(0, 10).await.bytes_sent, 0);
    }

    #[tokio::test]
    async fn body_cut_short_is_truncated() {
        struct Broken;
        impl super::Body for Broken {
            type Data = Bytes;
            type Error = &'static str;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<super::Frame<Bytes>, Self::Error>>> {
                std::task::Poll::Ready(Some(Err("broken")))
            }
        }
        assert_eq!(read(Broken, 10).await.unwrap_err(), Truncated);
    }

    #[test]
    fn long_bodies_have_no_known_size() {
        let exact = |length| ReplyBody::new(Bytes::from(vec![b'x'; length])).size_hint().exact();
        assert_eq!(exact(0), Some(0));
        assert_eq!(exact(2_048), Some(2_048));
        assert_eq!(exact(2_049), None);
        assert!(ReplyBody::new(Bytes::new()).is_end_stream());
    }
}
