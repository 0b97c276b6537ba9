//! Ctrl-C and SIGTERM, turned into something to wait for, so that whoever is told to end can end what it started.

use crate::Error;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// From its making on, neither signal ends this process by itself.
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// # Errors
    /// [`Error::System`].
    pub fn new() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(Error::system("listening for signals"));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits for either, and returns what a shell expects as the exit code of a program it ended.
    pub async fn received(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}
