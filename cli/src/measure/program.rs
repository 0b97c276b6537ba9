//! Counts of a plain program: the instructions of its `main`, without the start of the process.

use super::dump::Dump;
use super::valgrind::{self, Options, Valgrind};
use crate::Error;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// The time limit of a counted run.
const RUN_MAX: Duration = Duration::from_secs(120);

/// The function that is counted; `compile/program.rs` adds it to a program.
pub const ENTRY: &str = "program::ruchy_lambda_main";

/// One counted run.
#[derive(Clone, Debug)]
pub struct Run {
    pub dump: Dump,
    pub status: Option<i32>,
    pub output: Vec<u8>,
}

/// Counts a run of `linked`, a program with symbols, with `arguments` and without input, in
/// `folder`, which is for files of the count.
///
/// # Errors
/// [`Error::Refused`] if nothing was counted: the program ended before its `main` returned, and by
/// a signal.
pub async fn count(valgrind: &Valgrind, linked: &Path, arguments: &[String], options: &Options, folder: &Path) -> Result<Run, Error> {
    let program = valgrind::prepare(linked, &folder.join("program"))?;
    let out = folder.join("callgrind.out");
    let mut command = Command::from(valgrind.command(options, &program, &out));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(RUN_MAX, command.output()).await;
    let output =
        output.map_err(|_| Error::Refused(format!("{}: a counted run did not finish within {} s", linked.display(), RUN_MAX.as_secs())))?;
    let output = output.map_err(Error::system("starting valgrind"))?;
    let text = fs::read_to_string(&out).map_err(|error| Error::file(&out, error))?;
    let dump = Dump::parse(&text).map_err(Error::Refused)?;
    if dump.total(0) == 0 {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Refused(format!("{}: callgrind counted nothing: {}", linked.display(), stderr.trim_end())));
    }
    Ok(Run { dump, status: output.status.code(), output: output.stdout })
}
