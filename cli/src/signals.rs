//! SIGINT, SIGTERM and the parent's death as futures, so that a command can stop its child
//! processes before it ends.

use crate::Error;
use rustix::process::{Signal as Number, getppid, set_parent_process_death_signal};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The action named in the error if a signal handler cannot be installed.
const LISTENING: &str = "listening for signals";

/// From its creation on, neither signal ends this process by itself.
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// # Errors
    /// [`Error::System`].
    pub fn new() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(Error::system(LISTENING));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// [`Self::new`], for a command that is of no use without its parent: the kernel sends SIGTERM
    /// when that dies. `just` may be killed without passing the signal on.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn ending_with_parent() -> Result<Self, Error> {
        let interrupts = Self::new()?;
        let parent = getppid();
        set_parent_process_death_signal(Some(Number::TERM)).map_err(|error| Error::System { what: LISTENING, error: error.into() })?;
        // It may have died before that call.
        if getppid() != parent {
            return Err(Error::System { what: LISTENING, error: std::io::Error::other("the parent process has ended") });
        }
        Ok(interrupts)
    }

    /// Waits for one of them, and returns what a shell expects as the exit code of a program that
    /// the signal ended.
    pub async fn received(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}
