//! The layer between a connection and HTTP: what TLS does, without naming it. So a function that calls only `http://` links no TLS.

use crate::error::Error;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Opens a session with a host.
pub type Opener = fn(host: &str) -> Result<Box<dyn Secure>, Error>;

/// The progress of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The handshake is complete: requests can be sent.
    pub is_open: bool,
    /// The peer has closed the session in order: nothing was cut off.
    pub is_closed: bool,
}

/// One session. It holds no socket: the caller moves the bytes.
pub trait Secure {
    /// Takes what can be used from the front of `received`, appends what it says to `plain`, and what must be sent to `to_send`. An error may
    /// leave an alert in `to_send`.
    ///
    /// # Errors
    /// The peer's certificate is refused, or the peer breaks the protocol.
    fn advance(&mut self, received: &mut Vec<u8>, plain: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<Progress, Error>;

    /// Appends `plain`, encrypted, to `to_send`. `received` is what `advance` has left of it.
    ///
    /// # Errors
    /// The session is not open.
    fn encrypt(&mut self, plain: &[u8], received: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<(), Error>;
}
