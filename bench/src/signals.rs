//! SIGINT, SIGTERM and the parent's death, turned into something to wait for, so that a command that ends can end what it started.

use crate::Error;
use rustix::process::{Signal as Number, getppid, set_parent_process_death_signal};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// From its creation on, neither signal ends this process by itself.
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Listens, and has the kernel send SIGTERM when the parent dies: `just`, which may be killed without passing the signal on.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn new() -> Result<Self, Error> {
        let what = "listening for signals";
        let listen = |kind| signal(kind).map_err(Error::system(what));
        let interrupts = Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? };
        let parent = getppid();
        set_parent_process_death_signal(Some(Number::TERM)).map_err(|error| Error::System { what, error: error.into() })?;
        // It may have died before that call.
        if getppid() != parent {
            return Err(Error::System { what, error: std::io::Error::other("the parent process has ended") });
        }
        Ok(interrupts)
    }

    /// Waits for any of the three, and returns what a shell expects as the exit code of a program that the signal ended.
    pub async fn received(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}
