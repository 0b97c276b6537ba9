//! Ctrl-C and SIGTERM in a command that links or deploys: it stops its child processes, and prints
//! what remains on AWS.

use crate::Error;
use crate::signals::Interrupts;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{process, thread};
use tokio::runtime::{Builder, Runtime};

/// Printed when a signal ends this process: what may be left, and the command that removes it.
static LEFT: Mutex<Option<String>> = Mutex::new(None);
/// True once a thread waits for signals.
static LISTENS: AtomicBool = AtomicBool::new(false);

/// From now on either signal prints `left`, which is what may be left and how to remove it, and
/// ends this process.
///
/// # Errors
/// [`Error::System`].
pub fn say(left: String) -> Result<(), Error> {
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
    let (runtime, interrupts) = listen()?;
    end_process(runtime, interrupts);
    Ok(())
}

/// Waits for `work`. A signal drops it, and so ends the programs that it has started, and this
/// process. From its end on, signals end this process.
///
/// Called at most once by a command.
///
/// # Errors
/// Those of `work`; [`Error::System`].
pub fn run<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let (runtime, mut interrupts) = listen()?;
    let finished = runtime.block_on(async {
        tokio::select! {
            result = work => Ok(result),
            code = interrupts.received() => Err(code),
        }
    });
    match finished {
        Ok(result) => {
            end_process(runtime, interrupts);
            result
        }
        Err(code) => process::exit(code.into()),
    }
}

fn listen() -> Result<(Runtime, Interrupts), Error> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::system("listening for signals"))?;
    let interrupts = runtime.block_on(async { Interrupts::new() })?;
    Ok((runtime, interrupts))
}

/// Has a thread wait for signals, unless one does already.
fn end_process(runtime: Runtime, mut interrupts: Interrupts) {
    if LISTENS.swap(true, Ordering::Relaxed) {
        return;
    }
    thread::spawn(move || {
        let code = runtime.block_on(interrupts.received());
        if let Some(left) = LEFT.lock().unwrap_or_else(PoisonError::into_inner).take() {
            eprintln!("\ninterrupted.\nLeft behind: {left}");
        }
        process::exit(code.into());
    });
}
