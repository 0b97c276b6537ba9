//! `ruchy-lambda bigo`: how the instructions of a function grow with the size of its input.
//!
//! - [`subject`]: what is counted. [`inputs`]: events of a size. [`sizes`]: the sizes. [`fit`]: the
//!   verdict. [`variant`]: of one way to link it. [`page`]: the page with the plot.

pub mod fit;
pub mod inputs;
pub mod page;
pub mod sizes;
pub mod subject;
pub mod variant;

use crate::measure::valgrind::Valgrind;
use crate::number::grouped;
use crate::{Error, conditions};
use clap::Args;
use fit::{Fit, Point, Verdict};
use inputs::Inputs;
use serde_json::{Value, json};
use sizes::Range;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use subject::{Counter, Linked, Subject};
use variant::{Variant, sentence};

/// The exit status where the data support no verdict.
const UNDECIDED: u8 = 2;

/// The function to count and the sizes of its input.
#[derive(Debug, Args)]
pub struct Options {
    /// A function, NAME; one function of its source with an integer, `NAME::FUNCTION` or
    /// `FILE::FUNCTION`; or a program, FILE, which gets the size as its argument
    #[arg(value_name = "TARGET")]
    target: String,
    /// The event, as JSON in which {n} becomes the size
    #[arg(long, value_name = "JSON", conflicts_with = "events")]
    event: Option<String>,
    /// A command of the shell that prints the event; {n} becomes the size
    #[arg(long, value_name = "COMMAND")]
    events: Option<String>,
    /// The sizes: they double from FROM on, or grow step by step if TO is close
    #[arg(long, value_name = "FROM..TO", value_parser = sizes::parse)]
    n: Option<Range>,
    /// Write the result to this file: JSON, or a page with a plot if its name ends in .html
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Counts, and prints the verdict. The exit status is 2 where there is none.
///
/// # Errors
/// As [`Valgrind::find`], [`Subject::of`], [`Inputs::of`] and [`Counter::count`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let valgrind = Valgrind::find()?;
    let subject = match Subject::of(&options.target)? {
        Ok(subject) => subject,
        Err(messages) => return Ok(failed(&messages)),
    };
    let source = if let Subject::Handler { source, .. } = &subject { Some(source.source.as_path()) } else { None };
    let inputs = match Inputs::of(options.event.as_deref(), options.events.as_deref(), source).await? {
        Ok(inputs) => inputs,
        Err(messages) => return Ok(failed(&messages)),
    };
    let range = options.n.unwrap_or_default();
    let mut variants = Vec::new();
    let ways: &[(&str, bool)] =
        if subject.has_recursion() { &[("as linked", false), ("as written", true)] } else { &[("as linked", false)] };
    for (name, as_written) in ways {
        let linked = match subject.link(*as_written).await? {
            Ok(linked) => linked,
            Err(messages) => return Ok(failed(&messages)),
        };
        variants.push(counted(&valgrind, name, &linked, &inputs, range).await?);
    }
    let description = subject.description();
    print!("{}", text(&description, &valgrind.version, &variants));
    if let Some(path) = &options.output {
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let result = result(&description, &valgrind.version, &variants);
        let content = if is_page { page::page(&description, &valgrind.version, &variants) } else { format!("{result:#}\n") };
        fs::write(path, content).map_err(|error| Error::file(path, error))?;
    }
    let is_decided = variants.iter().all(|variant| matches!(variant.verdict, Verdict::Named { .. }));
    Ok(if is_decided { ExitCode::SUCCESS } else { ExitCode::from(UNDECIDED) })
}

fn failed(messages: &str) -> ExitCode {
    eprint!("{messages}");
    ExitCode::FAILURE
}

async fn counted(valgrind: &Valgrind, name: &'static str, linked: &Linked, inputs: &Inputs, range: Range) -> Result<Variant, Error> {
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let mut counter = Counter::start(valgrind, linked, inputs, range.from, folder.path()).await?;
    let (mut points, mut allocations, mut stopped) = (Vec::new(), Vec::new(), None);
    while let Some(n) = range.next(&points) {
        match counter.count(n).await {
            Ok(size) => {
                points.push(size.instructions);
                allocations.push(size.allocations);
            }
            // The points counted so far may suffice for a fit.
            Err(error) if points.len() >= fit::POINTS_MIN => {
                stopped = Some(error.to_string());
                break;
            }
            Err(error) => return Err(error),
        }
    }
    let probe = match range.probe(&points) {
        Some(n) if stopped.is_none() => Some(counter.count(n).await?.instructions),
        _ => None,
    };
    points.sort_by_key(|point| point.n);
    allocations.sort_by_key(|point| point.n);
    Ok(Variant { name, verdict: fit::checked(fit::verdict(&points), probe), points, probe, allocations, stopped })
}

/// The counts and the verdicts, to read.
fn text(description: &str, version: &str, variants: &[Variant]) -> String {
    let mut text = format!("instructions of {description}, counted by callgrind ({version})\n");
    for variant in variants {
        let _ = writeln!(text, "\n{}\n{:>12}{:>16}{:>14}", variant.name, "n", "instructions", "allocations");
        for (Point { n, count }, allocations) in variant.points.iter().zip(&variant.allocations) {
            let _ = writeln!(text, "{:>12}{:>16}{:>14}", grouped(*n), grouped(*count), grouped(allocations.count));
        }
        if let Some(Point { n, count }) = variant.probe {
            let _ = writeln!(text, "{:>12}{:>16}  checks the verdict", grouped(n), grouped(count));
        }
        if let Some(reason) = &variant.stopped {
            let _ = writeln!(text, "larger sizes were not counted: {reason}");
        }
        let _ = writeln!(text, "{}: {}", variant.name, sentence(&variant.verdict));
        if let Some(verdict) = variant.allocation_verdict() {
            let _ = writeln!(text, "allocations: {}", sentence(&verdict));
        }
    }
    text += "\nFor these inputs: others of the same size may cost more.\n";
    text
}

/// The result as JSON. docs/toolchain/bigo.md documents the members.
fn result(description: &str, version: &str, variants: &[Variant]) -> Value {
    let fit = |fit: &Fit| {
        json!({
            "class": fit.class.name(), "constant": fit.constant, "factor": fit.factor,
            "rms_relative_error": fit.rms, "prediction_relative_error": fit.prediction,
        })
    };
    let variant = |variant: &Variant| {
        let counts = variant.points.iter().zip(&variant.allocations);
        let points: Vec<Value> = counts
            .map(|(point, allocations)| json!({ "n": point.n, "instructions": point.count, "allocations": allocations.count }))
            .collect();
        let allocations = variant.allocation_verdict();
        let class_of_allocations = match &allocations {
            Some(Verdict::Named { best, .. }) => Some(best.class.name()),
            _ => None,
        };
        let (class, fits) = match &variant.verdict {
            Verdict::Named { best, runner_up } => (Some(best.class.name()), std::iter::once(best).chain(runner_up).map(fit).collect()),
            Verdict::Undecided { fits, .. } => (None, fits.iter().map(fit).collect::<Vec<_>>()),
        };
        json!({
            "name": variant.name, "points": points, "probe": variant.probe.map(|probe| json!({ "n": probe.n, "instructions": probe.count })), "class": class, "fits": fits,
            "sentence": sentence(&variant.verdict), "stopped": variant.stopped,
            "allocations": { "class": class_of_allocations, "sentence": allocations.as_ref().map(sentence) },
        })
    };
    json!({
        "subject": description,
        "method": { "event": "instructions", "tool": format!("callgrind, {version}") },
        "variants": variants.iter().map(variant).collect::<Vec<_>>(),
        "conditions": conditions::conditions(),
    })
}
