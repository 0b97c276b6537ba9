//! Ctrl-C and SIGTERM while something on AWS is being made or changed: what may be there is said before this process ends.

use crate::Error;
use crate::signals::Interrupts;
use std::{process, thread};
use tokio::runtime::Builder;

/// From now on either signal has `left` said, which is what may be there and how to be rid of it, and ends this process.
///
/// # Errors
/// [`Error::System`].
pub fn say(left: String) -> Result<(), Error> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::system("listening for signals"))?;
    let mut interrupts = runtime.block_on(async { Interrupts::new() })?;
    thread::spawn(move || {
        let code = runtime.block_on(interrupts.received());
        eprintln!("\ninterrupted.\nLeft behind: {left}");
        process::exit(code.into());
    });
    Ok(())
}
