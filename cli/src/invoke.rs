//! `ruchy-lambda invoke`: one event, one response on standard output, everything else on standard
//! error.

use crate::home::Home;
use crate::local::Ready;
use crate::log::Log;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::runtime_api::Invocation;
use crate::sandbox::{DEBUGGED_MAX, Debugger, Record, Sandbox};
use crate::signals::Interrupts;
use crate::{Error, event, examples, fixtures, local};
use clap::Args;
use hyper::body::Bytes;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// The longest wait for work that the function does after its answer.
const SETTLING_MAX: Duration = Duration::from_millis(500);

/// One invocation.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda invoke [NAME] [EVENT] [--example KIND] [--timeout SECONDS] [--memory MB] [--raw] [--debug]")]
pub struct Options {
    #[command(flatten)]
    pub local: local::Configuration,
    /// Send the event unchanged, whether it is JSON or not
    #[arg(long)]
    pub raw: bool,
    /// The event: JSON, @FILE to read it from a file, - to read it from standard input; the first
    /// fixture's, or {}, if there is none
    #[arg(allow_negative_numbers = true)]
    pub event: Option<String>,
    /// Send an event of AWS's documentation: http, sqs, s3 …; `--list-examples` prints their names
    #[arg(long, value_name = "KIND", conflicts_with = "raw")]
    pub example: Option<String>,
    /// Print the names of the examples, or with --example its event, and invoke nothing
    #[arg(long)]
    pub list_examples: bool,
    /// Start the file with symbols, stopped, and wait for gdb; in a terminal, gdb is started
    #[arg(long)]
    pub debug: bool,
}

/// Links the function and invokes it once.
///
/// # Errors
/// As [`invoke`]; [`Error`] of the event, and of linking.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let example = options.example.as_deref().map(examples::event).transpose()?;
    if options.list_examples {
        let text = example.unwrap_or_else(|| examples::list().into_bytes());
        io::stdout().write_all(&text).map_err(Error::system("printing"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (chosen, event) = options.local.choose(options.event.as_deref())?;
    // First, since building takes time.
    let (event, environment) = match (event, example) {
        (Some(event), Some(_)) => return Err(Error::Refused(format!("{event:?}: expected no event together with --example"))),
        (None, Some(example)) => (example, BTreeMap::new()),
        (Some(event), None) => (event::read(&event, options.raw)?, BTreeMap::new()),
        (None, None) => first_event(&chosen)?,
    };
    let timeout = if options.debug { DEBUGGED_MAX } else { options.local.timeout(&chosen) };
    let mut interrupts = Interrupts::ending_with_parent()?;
    let ready = tokio::select! {
        ready = options.local.build(&chosen, &environment) => ready?,
        code = interrupts.received() => return Ok(ExitCode::from(code)),
    };
    match ready {
        Ok(mut ready) => {
            if let Some(symbols) = ready.with_symbols.clone().filter(|_| options.debug) {
                ready.function.bootstrap = symbols;
            }
            let debugger = if options.debug { Debugger::Waits } else { Debugger::None };
            invoke(&ready, debugger, event.into(), timeout, &mut interrupts).await
        }
        Err(refused) => {
            eprint!("{refused}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The event of the function's first fixture with the environment of the fixtures, or an empty
/// object.
fn first_event(chosen: &local::Chosen) -> Result<(Vec<u8>, BTreeMap<String, String>), Error> {
    if let Some((home @ Home::Project(_), source)) = &chosen.source {
        let folder = home.fixtures_of(source);
        if let Some(case) = fixtures::read(&folder)?.into_iter().next() {
            eprintln!("the event is that of the fixture `{}`", case.name);
            return Ok((case.event, fixtures::environment(&folder)?));
        }
    }
    Ok((b"{}".to_vec(), BTreeMap::new()))
}

/// Starts the function, sends `event`, prints the result, and stops the function.
///
/// # Errors
/// [`Error`] of whatever kept the function from being run; what the function does wrong is printed,
/// and the exit code is 1.
pub async fn invoke(
    ready: &Ready,
    debugger: Debugger,
    event: Bytes,
    timeout: Duration,
    interrupts: &mut Interrupts,
) -> Result<ExitCode, Error> {
    let function = &ready.function;
    let binary_bytes = fs::metadata(&function.bootstrap).map_err(|error| Error::file(&function.bootstrap, error))?.len();
    let symbols = ready.with_symbols.clone().map(Arc::new);
    let mut log = Log::new("", symbols.clone())?;
    let mut sandbox = Sandbox::start_for(function, debugger, log.output()?).await?;
    sandbox.read_stacks(symbols);
    log.follow(sandbox.process_id());
    if let Some(hint) = sandbox.hint() {
        eprintln!("{hint}");
    }
    // Ended with this command, if it has not ended before.
    let _gdb = sandbox.process_id().filter(|_| debugger == Debugger::Waits && io::stdin().is_terminal()).map(gdb);
    let invocation = Invocation::new(event);
    let request_id = invocation.request_id.clone();
    let record = tokio::select! {
        record = log.during(sandbox.invoke(invocation, timeout)) => record,
        code = interrupts.received() => {
            sandbox.stop().await;
            return Ok(ExitCode::from(code));
        }
    };
    let responded = respond(&record);
    if !record.outcome.ends_process() {
        // An invocation is over when the next is asked for: whatever is logged until then belongs
        // to this one.
        log.during(sandbox.settled(record.deadline.min(Instant::now() + SETTLING_MAX))).await;
    }
    log.during(sandbox.stop()).await;
    log.flush();
    let printed = responded.and_then(|()| print_failure(&record, &request_id, log.tail()));
    let Record { outcome, duration, init, peak_memory_kb, .. } = record;
    let report = Report {
        request_id: &request_id,
        outcome: &outcome,
        duration,
        init,
        memory_size_mb: function.memory_mb,
        peak_memory_kb,
        binary_bytes,
        is_quick: ready.is_quick,
    };
    eprintln!("{}", report.line());
    printed.map_err(Error::system("printing the response"))?;
    Ok(if matches!(outcome, Outcome::Response { .. }) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// gdb in this terminal, attached to the process; the error that it is missing is left to the hint.
fn gdb(id: u32) -> Option<Child> {
    Command::new("gdb").args(["-q", "-p"]).arg(id.to_string()).kill_on_drop(true).spawn().ok()
}

/// Prints the response, if any, as soon as it arrives.
fn respond(record: &Record) -> io::Result<()> {
    match &record.outcome {
        Outcome::Response { body, .. } => write_line(&mut io::stdout().lock(), body),
        _ => Ok(()),
    }
}

/// Prints the failure, if there is one, unless the function has `logged` it, and the stack of a
/// crash.
fn print_failure(record: &Record, request_id: &str, logged: &[u8]) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    match (record.outcome.lambda_message(request_id), record.outcome.error_body(request_id)) {
        (Some(lambda_message), _) => write_line(&mut stderr, lambda_message.as_bytes())?,
        (None, Some(body)) if memchr::memmem::find(logged, &body).is_none() => write_line(&mut stderr, &body)?,
        _ => {}
    }
    record.stack_lines().map_or(Ok(()), |stack| write_line(&mut stderr, stack.as_bytes()))
}

/// The unchanged bytes, with a final newline.
fn write_line(to: &mut impl io::Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    if !bytes.ends_with(b"\n") {
        to.write_all(b"\n")?;
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::write_line;

    #[test]
    fn invoke_prints_one_final_newline() {
        let line = |bytes: &[u8]| {
            let mut line = Vec::new();
            write_line(&mut line, bytes).unwrap();
            line
        };
        assert_eq!(line(b"{}"), b"{}\n");
        assert_eq!(line(b"{}\n"), b"{}\n");
        assert_eq!(line(b""), b"\n");
        assert_eq!(line(b"\xff\0"), b"\xff\0\n");
    }
}
