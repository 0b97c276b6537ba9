//! `ruchy-lambda memory`: shows the heap allocations of a function by line, and memory that remains
//! after each invocation.
//!
//! The function is linked with a recorder around its heap, and frame pointers; the file that ships
//! has neither.
//!
//! - [`record`]: the recorder's file. [`replay`]: its evaluation.

pub mod record;
pub mod replay;

use crate::engine::LinkOptions;
use crate::home::Home;
use crate::measure::frames::{Frames, Line};
use crate::measure::timed::Timed;
use crate::measure::{event, linked};
use crate::number::grouped;
use crate::profile::counts::UserFiles;
use crate::{Error, arguments, conditions};
use clap::Args;
use record::{Record, Recording, VARIABLE};
use replay::{Invocation, Place, Replay, grows, slope};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// The function to observe.
#[derive(Debug, Args)]
pub struct Options {
    /// The function
    #[arg(value_name = "NAME")]
    name: String,
    /// The event: JSON, @FILE, or - for standard input; that of the first fixture if none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// The number of observed invocations; a leak is what grows with them
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = arguments::whole_number::<u32>(1..=100_000))]
    iterations: u32,
    /// Write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The observed heap of a function.
#[derive(Debug)]
struct Observed {
    name: String,
    event: String,
    replay: Replay<Line>,
    peak_memory_kb: Option<u64>,
}

/// Observes the function, and prints what it does with the heap. The exit status is 2 if something
/// leaks.
///
/// # Errors
/// Errors of linking and running the function; as [`Recording::read`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let home = Home::here()?;
    let source = home.function(Some(&options.name))?;
    let input = event::choose(options.event.as_deref(), &home, &source)?;
    let link = LinkOptions {
        runtime_features: vec!["observe".to_owned()],
        // The recorder follows them.
        rustc_flags: vec!["-Cforce-frame-pointers=yes".to_owned()],
        ..LinkOptions::default()
    };
    let mut function = match linked::function(&home, &source, &link).await? {
        Ok(function) => function,
        Err(messages) => {
            eprint!("{messages}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let recording = Recording::create(&folder.path().join("heap"))?;
    function.variables.insert(VARIABLE.to_owned(), recording.path.display().to_string());
    let files = UserFiles::of(home.root(), home.files_of(&source));
    let mut frames = Frames::of(&function.bootstrap)?;
    let mut timed = Timed::start(&function).await?;
    let (mut replay, mut from, mut peak_memory_kb) = (Replay::default(), 0, None);
    for _ in 0..options.iterations {
        let sample = timed.invoke(&input.event).await?;
        if let (Err(error), 0) = (&sample.answer, from) {
            eprintln!("the function fails: {error}");
        }
        peak_memory_kb = peak_memory_kb.max(sample.peak_memory_kb);
        let to = recording.count()?;
        replay.add(&recording.read(from, to)?, |record| place(record, &mut frames, &files))?;
        from = to;
    }
    timed.stop().await;
    let observed = Observed { name: source.name, event: input.name, replay, peak_memory_kb };
    print!("{}", text(&observed));
    if let Some(path) = &options.output {
        let result = result(&observed, &conditions::conditions());
        fs::write(path, format!("{result:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    Ok(if grows(&left(&observed.replay)) { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// The innermost line of the user's code in a record's stack; line 0 of no file if there is none.
fn place(record: &Record, frames: &mut Frames, files: &UserFiles) -> Result<Line, Error> {
    for address in &record.frames {
        // A return address is that after the call.
        for line in frames.at(address.saturating_sub(1))? {
            if let Some((name, _)) = files.find(&line.file) {
                return Ok(Line { file: name.to_owned(), line: line.line });
            }
        }
    }
    Ok(Line { file: String::new(), line: 0 })
}

fn left(replay: &Replay<Line>) -> Vec<u64> {
    replay.invocations.iter().map(|invocation| invocation.left_bytes).collect()
}

fn text(observed: &Observed) -> String {
    let Observed { name, event, replay, peak_memory_kb } = observed;
    let count = replay.invocations.len();
    let typical = replay.invocations.last().copied().unwrap_or_default();
    let Invocation { allocations, frees, resizes, asked_bytes, block_bytes, peak_bytes, left_bytes, left_blocks } = typical;
    let mut text = format!(
        "{name}: the heap in {count} invocations with {event}, by a recorder in a link of its own\n\n\
         the last one: {} allocations, {} resizes, {} frees; {} bytes asked for, in blocks of {} bytes\n\
         peak: {} bytes in use at a time; {} in all invocations\n",
        grouped(allocations),
        grouped(resizes),
        grouped(frees),
        grouped(asked_bytes),
        grouped(block_bytes),
        grouped(peak_bytes),
        grouped(replay.peak_bytes),
    );
    if let Some(kb) = peak_memory_kb {
        let _ = writeln!(text, "resident memory of the process, at most: {} KiB", grouped(*kb));
    }
    let left = left(replay);
    let leak = if grows(&left) {
        format!("it grows by {:.1} bytes an invocation: a leak, or a list that is kept", slope(&left))
    } else {
        "it does not grow".to_owned()
    };
    let _ = writeln!(text, "left after the last one: {} bytes in {} blocks; {leak}\n", grouped(left_bytes), grouped(left_blocks));
    let _ = writeln!(
        text,
        "{:>12}{:>10}{:>14}{:>14}{:>12}{:>12}  line",
        "allocations", "resizes", "bytes asked", "bytes at peak", "left", "growth"
    );
    for (line, place) in places(replay) {
        let growth = if grows(&place.left_bytes) { format!("{:.1}", slope(&place.left_bytes)) } else { "-".to_owned() };
        let _ = writeln!(
            text,
            "{:>12}{:>10}{:>14}{:>14}{:>12}{growth:>12}  {}",
            grouped(place.allocations),
            grouped(place.resizes),
            grouped(place.asked_bytes),
            grouped(place.peak_bytes),
            grouped(place.left_bytes.last().copied().unwrap_or(0)),
            name_of(line)
        );
    }
    text + "\nAllocations, resizes and bytes of lines are sums over all invocations.\n"
}

fn name_of(line: &Line) -> String {
    if line.line == 0 { "no line of the function".to_owned() } else { format!("{}:{}", line.file, line.line) }
}

/// The places, sorted by requested bytes; places that only free are omitted.
fn places(replay: &Replay<Line>) -> Vec<(&Line, &Place)> {
    let mut places: Vec<_> = replay.places.iter().filter(|(_, place)| place.allocations + place.resizes > 0).collect();
    places.sort_by_key(|(line, place)| (std::cmp::Reverse(place.asked_bytes), *line));
    places
}

/// The result as JSON. docs/toolchain/memory.md documents the members.
fn result(observed: &Observed, conditions: &Value) -> Value {
    let Observed { name, event, replay, peak_memory_kb } = observed;
    let invocation = |invocation: &Invocation| {
        json!({
            "allocations": invocation.allocations, "frees": invocation.frees, "resizes": invocation.resizes,
            "asked_bytes": invocation.asked_bytes, "block_bytes": invocation.block_bytes, "peak_bytes": invocation.peak_bytes,
            "left_bytes": invocation.left_bytes, "left_blocks": invocation.left_blocks,
        })
    };
    let place = |(line, place): (&Line, &Place)| {
        json!({
            "file": line.file, "line": line.line, "allocations": place.allocations, "resizes": place.resizes,
            "asked_bytes": place.asked_bytes, "peak_bytes": place.peak_bytes, "left_bytes": place.left_bytes,
            "growth_bytes": if grows(&place.left_bytes) { slope(&place.left_bytes) } else { 0.0 },
        })
    };
    let left = left(replay);
    json!({
        "subject": name, "input": event, "method": "a recorder around the heap, in a link of its own",
        "invocations": replay.invocations.iter().map(invocation).collect::<Vec<_>>(),
        "lines": places(replay).into_iter().map(place).collect::<Vec<_>>(),
        "peak_bytes": replay.peak_bytes, "peak_resident_kb": peak_memory_kb,
        "leaks": grows(&left), "growth_bytes": if grows(&left) { slope(&left) } else { 0.0 },
        "conditions": conditions,
    })
}
