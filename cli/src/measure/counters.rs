//! Counters of an instrumented link, which its runtime writes to a file at the end of the process:
//! `pgo` and `coverage` read them.

use super::event::Named;
use super::served::{Answer, Served};
use crate::Error;
use crate::environment::Function;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The feature of the runtime that writes the counters.
pub const FEATURE: &str = "instrument";
/// The variable that names the file of counters.
const VARIABLE: &str = "RUCHY_LAMBDA_COUNTERS";

/// Plays `events` so often to one process of an instrumented function, which writes its counters to
/// `raw`.
///
/// # Errors
/// As [`Served::invoke`]; [`Error::Refused`] if no counters come back.
pub async fn replay(function: &Function, events: &[Named], times: u32, raw: &Path) -> Result<(), Error> {
    let mut served = start(function, raw).await?;
    for _ in 0..times.max(1) {
        for event in events {
            let _ = served.invoke(&event.event).await?; // an error is an answer, too
        }
    }
    served.end().await?;
    written(function, raw)
}

/// Plays one event to a process, which may crash, and writes its counters to `raw`. Returns the
/// answer.
///
/// # Errors
/// As [`Served::invoke_last`]; [`Error::Refused`] if no counters come back.
pub async fn once(function: &Function, event: &Named, raw: &Path) -> Result<Answer, Error> {
    let answer = start(function, raw).await?.invoke_last(&event.event).await?;
    written(function, raw)?;
    Ok(answer)
}

async fn start(function: &Function, raw: &Path) -> Result<Served, Error> {
    let mut command = Command::new(&function.bootstrap);
    command.env(VARIABLE, raw);
    Served::start(command, function).await
}

fn written(function: &Function, raw: &Path) -> Result<(), Error> {
    let bytes = fs::metadata(raw).map_or(0, |metadata| metadata.len());
    if bytes == 0 {
        return Err(Error::Refused(format!(
            "{}: the instrumented link wrote no counters to {}: its process was killed, or the disk is full",
            function.handler,
            raw.display()
        )));
    }
    Ok(())
}
