//! `ruchy-lambda coverage`: the lines of a function's sources that its fixtures reach, by counters
//! in an instrumented link.
//!
//! - [`lcov`]: what llvm-cov prints. [`lines`]: the lines of the user's files. [`report`]: to read,
//!   and as JSON.

pub mod lcov;
pub mod lines;
pub mod report;

use crate::engine::LinkOptions;
use crate::environment::Function;
use crate::home::Home;
use crate::measure::event::{self, Named};
use crate::measure::{counters, linked};
use crate::pgo::llvm;
use crate::profile::counts::UserFiles;
use crate::{Error, conditions, event as argument, fixtures};
use clap::Args;
use handlers_build::rewrite::Passes;
use lcov::Counts;
use lines::Lines;
use report::{Coverage, Input};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The function whose lines are counted.
#[derive(Debug, Args)]
pub struct Options {
    /// The function
    #[arg(value_name = "NAME")]
    name: String,
    /// The event: JSON, @FILE, or - for standard input; those of all fixtures if none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// Fail if a smaller share of the lines is reached
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    minimum: Option<f64>,
    /// Write the result to this file: JSON, or a page with the source if its name ends in .html
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse().ok();
    number.filter(|number| (0.0..=100.0).contains(number)).ok_or_else(|| "expected 0 to 100".to_owned())
}

/// The lines are those of the source: nothing is rewritten, and nothing is inlined before it is
/// counted.
fn instrumented() -> LinkOptions {
    LinkOptions {
        passes: Some(Passes { lower: false, inline_levels: 0 }),
        runtime_features: vec![counters::FEATURE.to_owned()],
        rustc_flags: vec!["-Cinstrument-coverage".to_owned()],
        ..LinkOptions::quick()
    }
}

/// Plays the events, and prints the lines that they do not reach. The exit status is 1 if fewer
/// than the minimum are reached.
///
/// # Errors
/// As [`llvm::find`]; of linking and of playing the events; [`Error::Refused`] if no line was
/// counted.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let (merge, export) = (llvm::find("llvm-profdata")?, llvm::find("llvm-cov")?);
    let home = Home::here()?;
    let source = home.function(Some(&options.name))?;
    if home.links_std(&source) {
        return Err(Error::Refused(format!("{}: the lines of functions with std = true are not counted", source.name)));
    }
    let events = match &options.event {
        Some(event) => vec![Named { name: "the event given".to_owned(), event: argument::read(event, false)? }],
        None => event::of_fixtures(&home, &source)?,
    };
    if events.is_empty() {
        return Err(Error::Refused(format!("{}: no fixtures found. Specify an event: {0} '{{}}'", source.name)));
    }
    let mut function = match linked::function(&home, &source, &instrumented()).await? {
        Ok(function) => function,
        Err(messages) => {
            eprint!("{messages}");
            return Ok(ExitCode::FAILURE);
        }
    };
    function.variables.extend(fixtures::environment(&home.fixtures_of(&source))?);
    let (inputs, counts) = counted(&function, &events, &merge, &export).await?;
    let lines = Lines::of(&counts, &UserFiles::of(home.root(), home.files_of(&source)))?;
    if lines.total() == 0 {
        return Err(Error::Refused(format!("{}: llvm-cov lists no line of the function's sources", source.name)));
    }
    let coverage = Coverage { name: source.name, inputs, lines, tool: llvm::named(&export) };
    print!("{}", report::text(&coverage));
    if let Some(path) = &options.output {
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let content = if is_page { report::page(&coverage) } else { format!("{:#}\n", report::json(&coverage, &conditions::conditions())) };
        fs::write(path, content).map_err(|error| Error::file(path, error))?;
    }
    let is_below = options.minimum.is_some_and(|minimum| coverage.lines.percent() < minimum);
    if is_below {
        println!("below the minimum of {} %", options.minimum.unwrap_or_default());
    }
    Ok(if is_below { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Plays the events, and returns their answers and how often each line ran.
async fn counted(function: &Function, events: &[Named], merge: &Path, export: &Path) -> Result<(Vec<Input>, Counts), Error> {
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let (mut inputs, mut written) = (Vec::new(), Vec::new());
    for (index, event) in events.iter().enumerate() {
        // A process for each, because a panic ends it.
        let raw = folder.path().join(format!("{index}.profraw"));
        let answer = counters::once(function, event, &raw).await?;
        inputs.push(Input { name: event.name.clone(), error: answer.err() });
        written.push(raw);
    }
    let merged = folder.path().join("merged.profdata");
    let options = [OsStr::new("merge"), OsStr::new("-sparse"), OsStr::new("-o"), merged.as_os_str()];
    llvm::run(merge, options.into_iter().chain(written.iter().map(|raw| raw.as_os_str())))?;
    let profile = format!("-instr-profile={}", merged.display());
    let text = llvm::run(export, [OsStr::new("export"), OsStr::new("-format=lcov"), profile.as_ref(), function.bootstrap.as_os_str()])?;
    Ok((inputs, lcov::parse(&String::from_utf8_lossy(&text)).map_err(Error::Refused)?))
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn minimum_is_a_percentage() {
        assert_eq!((percent("95"), percent("91.5%"), percent("0")), (Ok(95.0), Ok(91.5), Ok(0.0)));
        for wrong in ["101", "-1", "many", "NaN", ""] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
