//! A streamed response on its way from a function to a caller, and the bodies of this server's
//! responses.

use super::instance::Answer;
use crate::runtime_api::Piece;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Frame};
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};

/// The body of a response.
pub type ResponseBody = UnsyncBoxBody<Bytes, io::Error>;

/// A body that is whole.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> ResponseBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// The most pieces that are buffered for a caller before the function has to wait.
pub const PIECES_MAX: usize = 8;

/// A message of an invocation: pieces of a stream if the function streams, and finally its
/// answer.
#[derive(Debug)]
pub struct Replies {
    pieces: mpsc::Receiver<Piece>,
    answer: Option<oneshot::Receiver<Answer>>,
    ended: Option<Answer>,
}

/// One of them.
#[derive(Debug)]
pub enum Reply {
    Piece(Piece),
    Answer(Answer),
}

impl Replies {
    #[must_use]
    pub fn new(pieces: mpsc::Receiver<Piece>, answer: oneshot::Receiver<Answer>) -> Self {
        Self { pieces, answer: Some(answer), ended: None }
    }

    /// The next one; `None` after the answer, and when the server ends.
    pub async fn next(&mut self) -> Option<Reply> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }

    /// All pieces come before the answer, which is sent after them.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Reply>> {
        loop {
            if let Poll::Ready(Some(piece)) = self.pieces.poll_recv(context) {
                return Poll::Ready(Some(Reply::Piece(piece)));
            }
            if let Some(answer) = self.ended.take() {
                return Poll::Ready(Some(Reply::Answer(answer)));
            }
            let Some(answer) = &mut self.answer else { return Poll::Ready(None) };
            match Pin::new(answer).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(None),
                // Pieces may have been sent since they were polled.
                Poll::Ready(Ok(answer)) => {
                    self.ended = Some(answer);
                    self.answer = None;
                }
            }
        }
    }
}

/// A body that is sent as its pieces arrive. `piece` and `end` make bytes of them. An error of
/// `end` cuts the response off, so that its receiver knows.
pub struct StreamedBody<P, E> {
    ready: Option<Bytes>,
    replies: Option<Replies>,
    piece: P,
    end: E,
}

impl<P, E> StreamedBody<P, E>
where
    P: Fn(Bytes) -> Bytes + Send + Unpin + 'static,
    E: Fn(Answer) -> io::Result<Bytes> + Send + Unpin + 'static,
{
    /// The body that begins with `first`.
    pub fn boxed(first: Bytes, replies: Replies, piece: P, end: E) -> ResponseBody {
        let ready = Some(first).filter(|first| !first.is_empty());
        Self { ready, replies: Some(replies), piece, end }.boxed_unsync()
    }
}

impl<P, E> Body for StreamedBody<P, E>
where
    P: Fn(Bytes) -> Bytes + Unpin,
    E: Fn(Answer) -> io::Result<Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            if let Some(bytes) = self.ready.take() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            let Some(replies) = &mut self.replies else { return Poll::Ready(None) };
            let bytes = match std::task::ready!(replies.poll_next(context)) {
                Some(Reply::Piece(Piece::Head { .. })) => continue,
                Some(Reply::Piece(Piece::Data(data))) => (self.piece)(data),
                Some(Reply::Answer(answer)) => {
                    self.replies = None;
                    match (self.end)(answer) {
                        Ok(bytes) => bytes,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
                None => return Poll::Ready(Some(Err(io::Error::other("the server ends")))),
            };
            self.ready = Some(bytes).filter(|bytes| !bytes.is_empty());
        }
    }
}
