//! The interface between connections and TLS. Code that uses only this interface does not link TLS,
//! so a function with `http://` requests only does not contain it.

use crate::error::Error;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Opens a session with `host`.
pub type Opener = fn(host: &str) -> Result<Box<dyn Secure>, Error>;

/// The progress of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The handshake is complete: requests can be sent.
    pub is_open: bool,
    /// The peer has closed the session with an alert, so that the data is not truncated.
    pub is_closed: bool,
}

/// A session. It has no socket: the caller transfers the bytes.
pub trait Secure {
    /// Consumes bytes from the front of `received`, appends decrypted data to `plain`, and bytes to
    /// send to `to_send`. After an error `to_send` may contain an alert.
    ///
    /// # Errors
    /// The certificate of the peer is rejected, or the peer violates the protocol.
    fn advance(&mut self, received: &mut Vec<u8>, plain: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<Progress, Error>;

    /// Encrypts `plain` and appends it to `to_send`. `received` contains the bytes that `advance`
    /// did not consume.
    ///
    /// # Errors
    /// The session is not open.
    fn encrypt(&mut self, plain: &[u8], received: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<(), Error>;
}
