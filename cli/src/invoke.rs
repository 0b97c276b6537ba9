//! `ruchy-lambda invoke`: one event, one response on standard output, everything else on standard error.

use crate::environment::Function;
use crate::home::Home;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::runtime_api::Invocation;
use crate::sandbox::{Record, Sandbox};
use crate::signals::Interrupts;
use crate::{Error, event, fixtures, local};
use clap::Args;
use hyper::body::Bytes;
use std::fs;
use std::io;
use std::os::fd::AsFd as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long to wait for what the function does after its answer.
const SETTLING_MAX: Duration = Duration::from_millis(500);

/// One invocation.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda invoke [NAME] [EVENT] [--timeout SECONDS] [--memory MB] [--raw]")]
pub struct Options {
    #[command(flatten)]
    pub local: local::Configuration,
    /// Send the event unchanged, whether it is JSON or not
    #[arg(long)]
    pub raw: bool,
    /// The event: JSON, @FILE to read it from a file, - to read it from standard input; the first fixture's, or {}, if there is none
    #[arg(allow_negative_numbers = true)]
    pub event: Option<String>,
}

/// Links the function and invokes it once.
///
/// # Errors
/// As [`invoke`]; [`Error`] of the event, and of linking.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let (chosen, event) = options.local.choose(options.event.as_deref())?;
    // First, since building takes time.
    let event = match event {
        Some(event) => event::read(&event, options.raw)?,
        None => first_event(&chosen)?,
    };
    let timeout = options.local.timeout(&chosen);
    let mut interrupts = Interrupts::ending_with_parent()?;
    let function = tokio::select! {
        function = options.local.build(&chosen) => function?,
        code = interrupts.received() => return Ok(ExitCode::from(code)),
    };
    match function {
        Ok((function, _stand_in)) => invoke(&function, event.into(), timeout, &mut interrupts).await,
        Err(refused) => {
            eprint!("{refused}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The event of the function's first fixture, or an empty object.
fn first_event(chosen: &local::Chosen) -> Result<Vec<u8>, Error> {
    if let Some((home @ Home::Project(_), source)) = &chosen.source
        && let Some(case) = fixtures::read(&home.fixtures_of(source))?.into_iter().next()
    {
        eprintln!("the event is that of the fixture `{}`", case.name);
        return Ok(case.event);
    }
    Ok(b"{}".to_vec())
}

/// Starts the function, hands it `event`, prints what came of it, and ends it.
///
/// # Errors
/// [`Error`] of whatever kept the function from being run; what the function does wrong is printed, and the exit code is 1.
pub async fn invoke(function: &Function, event: Bytes, timeout: Duration, interrupts: &mut Interrupts) -> Result<ExitCode, Error> {
    let binary_bytes = fs::metadata(&function.bootstrap).map_err(|error| Error::file(&function.bootstrap, error))?.len();
    let output = io::stderr().as_fd().try_clone_to_owned().map_err(Error::system("copying standard error"))?;
    let mut sandbox = Sandbox::start(function, output).await?;
    let invocation = Invocation::new(event);
    let request_id = invocation.request_id.clone();
    let record = tokio::select! {
        record = sandbox.invoke(invocation, timeout) => record,
        code = interrupts.received() => {
            sandbox.stop().await;
            return Ok(ExitCode::from(code));
        }
    };
    let printed = print(&record, &request_id);
    if !record.outcome.ends_process() {
        // An invocation is over when the next is asked for: whatever is logged until then belongs to this one.
        sandbox.settled(record.deadline.min(Instant::now() + SETTLING_MAX)).await;
    }
    sandbox.stop().await;
    let Record { outcome, duration, init, peak_memory_kb, .. } = record;
    let report = Report {
        request_id: &request_id,
        outcome: &outcome,
        duration,
        init,
        memory_size_mb: function.memory_mb,
        peak_memory_kb,
        binary_bytes,
    };
    eprintln!("{}", report.line());
    printed.map_err(Error::system("printing the response"))?;
    Ok(if matches!(outcome, Outcome::Response { .. }) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(record: &Record, request_id: &str) -> io::Result<()> {
    if let Outcome::Response { body, .. } = &record.outcome {
        return write_line(&mut io::stdout().lock(), body);
    }
    match record.outcome.complaint(request_id) {
        Some(complaint) => write_line(&mut io::stderr().lock(), complaint.as_bytes()),
        None => write_line(&mut io::stderr().lock(), &record.outcome.error_body(request_id).unwrap_or_default()),
    }
}

/// The bytes as they are, and the end of a line if they lack one.
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
    fn a_line_has_one_end() {
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
