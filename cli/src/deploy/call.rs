//! `ruchy-lambda invoke-aws` and `logs-aws`: invokes a function on AWS, and prints its log.

use super::aws::{Account, Aws};
use super::failure::MISSING;
use super::function::{self, INVOCATION_SECONDS_MAX};
use crate::{Error, arguments, event, locate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use std::fs;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// The CLI's read time-out, a minute above Lambda's longest invocation. After its default of a
/// minute the CLI would retry, and the function would run twice.
const ANSWER_SECONDS_MAX: u32 = INVOCATION_SECONDS_MAX + 60;
/// A hundred years: longer than there is anything.
const SINCE_MINUTES_MAX: u64 = 100 * 366 * 24 * 60;

/// The command-line options of `invoke`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda invoke-aws NAME [EVENT] [OPTIONS]")]
pub struct Invoke {
    /// The function's name on AWS
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub function: String,
    /// The event: JSON, @FILE to read it from a file, - to read it from standard input
    #[arg(default_value = "{}", allow_negative_numbers = true)]
    pub event: String,
    #[command(flatten)]
    pub account: Account,
}

/// The command-line options of `logs`.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda logs-aws NAME [--since MINUTES] [OPTIONS]")]
pub struct Logs {
    /// The function's name on AWS
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub function: String,
    /// The age of the oldest lines
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = arguments::whole_number::<u64>(1..=SINCE_MINUTES_MAX))]
    pub since: u64,
    #[command(flatten)]
    pub account: Account,
}

/// The result of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub payload: Vec<u8>,
    /// `Handled` or `Unhandled`, where the function failed.
    pub function_error: Option<String>,
    /// The last 4 KiB of its log.
    pub log: String,
}

/// Hands `event` to the function; none in a dry run.
///
/// # Errors
/// [`failure::Failure`](super::failure::Failure), [`Error::File`].
pub fn invoke(aws: &Aws, function: &str, event: &[u8]) -> Result<Option<Answer>, Error> {
    let folder = tempfile::tempdir().map_err(Error::system("making a folder"))?;
    let [event_file, answer_file] = ["event", "answer"].map(|name| folder.path().join(name));
    fs::write(&event_file, event).map_err(|error| Error::file(&event_file, error))?;
    // Both versions of the CLI send the bytes of a file with this name unchanged.
    let payload = format!("fileb://{}", event_file.display());
    let out = answer_file.display().to_string();
    let patience = ANSWER_SECONDS_MAX.to_string();
    let arguments = ["lambda", "invoke", "--function-name", function, "--payload", &payload, "--log-type", "Tail", &out];
    let reply = aws.change(&[&arguments[..], &["--cli-read-timeout", &patience]].concat())?;
    if aws.is_dry() {
        return Ok(None);
    }
    let log = STANDARD.decode(reply["LogResult"].as_str().unwrap_or_default()).unwrap_or_default();
    Ok(Some(Answer {
        payload: fs::read(&answer_file).map_err(|error| Error::file(&answer_file, error))?,
        function_error: reply["FunctionError"].as_str().map(str::to_owned),
        log: String::from_utf8_lossy(&log).into_owned(),
    }))
}

/// Prints the response on standard output, and the log's end on standard error; a function that
/// fails makes the exit code 1.
///
/// # Errors
/// As [`invoke`].
pub fn run(options: &Invoke) -> Result<ExitCode, Error> {
    let event = event::read(&options.event, false)?;
    let aws = Aws::new(&options.account)?;
    let Some(answer) = invoke(&aws, &options.function, &event)? else { return Ok(ExitCode::SUCCESS) };
    eprint!("{}", locate::annotated_as_shipped(answer.log, &options.function));
    let mut out = std::io::stdout().lock();
    out.write_all(&answer.payload).and_then(|()| out.write_all(b"\n")).map_err(Error::system("printing the response"))?;
    Ok(if answer.function_error.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the function's log, line by line.
///
/// # Errors
/// [`failure::Failure`](super::failure::Failure); [`Error::Refused`] if the log does not exist.
pub fn logs(options: &Logs) -> Result<String, Error> {
    let aws = Aws::new(&options.account)?;
    let group = format!("/aws/lambda/{}", options.function);
    let begin = SystemTime::now().checked_sub(Duration::from_secs(60 * options.since)).unwrap_or(SystemTime::UNIX_EPOCH);
    let begin_ms = begin.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis().to_string();
    let found = aws.find(MISSING, &["logs", "filter-log-events", "--log-group-name", &group, "--start-time", &begin_ms])?;
    let Some(found) = found else {
        return Err(Error::Refused(format!(
            "the log group {group} does not exist: the function has logged nothing yet, or its role has no permission to write logs."
        )));
    };
    let messages = found["events"].as_array().into_iter().flatten().filter_map(|event| event["message"].as_str());
    let text = messages.flat_map(|message| [message.trim_end_matches('\n'), "\n"]).collect();
    Ok(locate::annotated_as_shipped(text, &options.function))
}
