//! `ruchy-lambda optimize`: shows loops, remaining calls, cache misses and mispredicted branches of
//! a function's shipped code by line, and the processor features that it needs.
//!
//! - [`loops`]: packed or scalar. [`abstractions`]: calls that are left. [`simulated`]: misses.
//!   [`hardware`]: the processors that are simulated.

pub mod abstractions;
pub mod hardware;
pub mod loops;
pub mod simulated;

use crate::engine::LinkOptions;
use crate::home::Home;
use crate::measure::dump::Dump;
use crate::measure::frames::{Frames, Line};
use crate::measure::function::Running;
use crate::measure::valgrind::{Options as Counting, Valgrind};
use crate::measure::{event, linked};
use crate::number::grouped;
use crate::processor::needs;
use crate::profile::counts::{Counts, UserFiles};
use crate::profile::text::Sources;
use crate::{Error, conditions, elf};
use abstractions::{Functions, Row};
use clap::Args;
use hardware::Hardware;
use loops::Loop;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SectionKind, SymbolKind};
use serde_json::{Value, json};
use simulated::Kind;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The analyses to make: all, unless some are chosen.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct Options {
    /// The function
    #[arg(value_name = "NAME")]
    name: String,
    /// The event: JSON, @FILE, or - for standard input; that of the first fixture if none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// The innermost loops: how often they run, packed or scalar
    #[arg(long)]
    vectorization: bool,
    /// The calls that are left in each line: functions that were not inlined, allocations, and
    /// checks that end in a panic
    #[arg(long)]
    abstractions: bool,
    /// Misses of simulated caches by line
    #[arg(long)]
    cache: bool,
    /// Mispredictions of a simulated branch predictor by line
    #[arg(long)]
    branches: bool,
    /// The processor whose caches are simulated
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Hardware::Intel)]
    hardware: Hardware,
    /// Write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A loop and its line.
type Placed = (Loop, Option<Line>);

/// Counts one invocation, and prints what was asked for.
///
/// # Errors
/// As [`Valgrind::find`]; of linking and counting.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let valgrind = Valgrind::find()?;
    let home = Home::here()?;
    let source = home.function(Some(&options.name))?;
    let input = event::choose(options.event.as_deref(), &home, &source)?;
    let function = match linked::function(&home, &source, &LinkOptions::default()).await? {
        Ok(function) => function,
        Err(messages) => {
            eprint!("{messages}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let counting = Counting { caches: Some(options.hardware.caches()), ..Counting::default() };
    let mut running = Running::start(&valgrind, &function, &counting, folder.path()).await?;
    // The first invocation includes initialization.
    running.count(&input.event, &input.event).await?;
    let counted = running.count(&input.event, &input.event).await?;
    let files = UserFiles::of(home.root(), home.files_of(&source));
    let counts = Counts::of(&counted.dump, 1, &function.bootstrap, &files)?;
    let loops = placed(&function.bootstrap, &counted.dump, &files)?;
    let all = !(options.vectorization || options.abstractions || options.cache || options.branches);
    let mut text = format!("{}: one invocation with {}, counted by callgrind ({})\n", source.name, input.name, valgrind.version);
    let mut result = json!({
        "subject": source.name, "input": input.name, "method": format!("callgrind, {}", valgrind.version), "conditions": conditions::conditions(),
    });
    if all || options.vectorization {
        text += &loops_text(&loops, &files);
        result["loops"] = loops.iter().map(loop_json).collect();
    }
    if all || options.abstractions {
        let rows = left(&function.bootstrap, &counts.dump, &files)?;
        text += &calls_text(&rows, &files);
        result["abstractions"] = rows.iter().map(row_json).collect();
    }
    for (kind, name, is_chosen) in [(Kind::Cache, "cache", options.cache), (Kind::Branches, "branches", options.branches)] {
        if all || is_chosen {
            let rows = simulated::rows(kind, &counts.dump.events, &counts.attribution.lines);
            text += &rows_text(kind, &rows, options.hardware, &files);
            let [first, second, third] = kind.columns();
            let row = |(line, [one, two, three]): &(&Line, [u64; 3])| json!({ "file": line.file, "line": line.line, first: one, second: two, third: three });
            result[name] = json!({ "simulated": options.hardware.description(), "lines": rows.iter().map(row).collect::<Vec<_>>() });
        }
    }
    let needs = needs_of(&function.bootstrap)?;
    let level = needs.level.unwrap_or("more than any level of x86-64 has");
    let because = if needs.because.is_empty() { String::new() } else { format!(", for {}", needs.because.join(", ")) };
    let _ = writeln!(text, "\nthe file needs {level}{because}");
    result["needs"] = json!({ "level": needs.level, "because": needs.because, "cpu_features": needs.features });
    print!("{text}");
    if let Some(path) = &options.output {
        fs::write(path, format!("{result:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn needs_of(linked: &Path) -> Result<needs::Needs, Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    Ok(needs::of(&elf::parse(linked, &bytes)?))
}

/// The innermost loops of `linked` that ran and belong to a line of the user's, directly or by
/// inlining.
fn placed(linked: &Path, dump: &Dump, files: &UserFiles) -> Result<Vec<Placed>, Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    let file = elf::parse(linked, &bytes)?;
    let mut frames = Frames::of(linked)?;
    let mut placed = Vec::new();
    for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
        for found in loops::innermost(section.data().unwrap_or_default(), section.address(), dump) {
            let named = |line: &Line| files.find(&line.file).map(|(name, _)| Line { file: name.to_owned(), line: line.line });
            let line = frames.at(found.last)?.iter().find_map(named);
            placed.push((found, line));
        }
    }
    placed.retain(|(_, line)| line.is_some());
    placed.sort_by_key(|(found, _)| std::cmp::Reverse(found.turns));
    Ok(placed)
}

/// The calls that are left in lines of the user's in the code of `linked`.
fn left(linked: &Path, dump: &Dump, files: &UserFiles) -> Result<Vec<Row>, Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    let file = elf::parse(linked, &bytes)?;
    let symbols = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
    let functions: Functions = symbols
        .filter_map(|symbol| Some((symbol.address(), (format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?)), symbol.size()))))
        .collect();
    let mut frames = Frames::of(linked)?;
    let mut line_of = |address: u64| -> Result<Option<Line>, Error> {
        let named = |line: &Line| files.find(&line.file).map(|(name, _)| Line { file: name.to_owned(), line: line.line });
        Ok(frames.at(address)?.iter().find_map(named))
    };
    let mut rows = Vec::new();
    for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
        rows.extend(abstractions::rows(section.data().unwrap_or_default(), section.address(), &functions, dump, &mut line_of)?);
    }
    Ok(rows)
}

fn calls_text(rows: &[Row], files: &UserFiles) -> String {
    let mut text = "\nabstractions: the calls that are left in the code of the function's lines\n".to_owned();
    if rows.is_empty() {
        return text + "none: everything is inlined, and no check is left\n";
    }
    let _ = writeln!(text, "{:<16}{:>8}{:>12}{:>14}  line, and the called function", "kind", "places", "ran", "instructions");
    let mut sources = Sources::default();
    for row in rows {
        let _ = writeln!(
            text,
            "{:<16}{:>8}{:>12}{:>14}  {}:{}  {}\n{:52}{}: {}",
            row.kind.name(),
            row.places,
            grouped(row.count),
            grouped(row.inclusive),
            row.line.file,
            row.line.line,
            sources.line(files, &row.line.file, row.line.line),
            "",
            row.callee,
            row.reason
        );
    }
    text
}

fn row_json(row: &Row) -> Value {
    json!({
        "file": row.line.file, "line": row.line.line, "kind": row.kind.name(), "callee": row.callee, "places": row.places,
        "count": row.count, "instructions": row.inclusive, "reason": row.reason,
    })
}

fn loops_text(loops: &[Placed], files: &UserFiles) -> String {
    let mut text = "\nvectorization: the innermost loops in lines of the function\n".to_owned();
    if loops.is_empty() {
        return text + "no loop of the function ran\n";
    }
    let _ = writeln!(text, "{:>12}  {:<8}{:>8}{:>8}  line", "turns", "code", "calls", "exits");
    let mut sources = Sources::default();
    for (found, line) in loops {
        let Some(line) = line else { continue };
        let code = if found.packed > 0 { "packed" } else { "scalar" };
        let source = sources.line(files, &line.file, line.line);
        let _ = writeln!(
            text,
            "{:>12}  {code:<8}{:>8}{:>8}  {}:{}  {source}",
            grouped(found.turns),
            found.calls,
            found.exits,
            line.file,
            line.line
        );
    }
    text + "Calls, and exits (bounds and overflow checks, break) in a loop keep the compiler from packing it.\n"
}

fn loop_json((found, line): &Placed) -> Value {
    json!({
        "file": line.as_ref().map(|line| &line.file), "line": line.as_ref().map(|line| line.line), "function": found.function,
        "turns": found.turns, "packed_instructions": found.packed, "calls": found.calls, "exits": found.exits,
    })
}

fn rows_text(kind: Kind, rows: &[(&Line, [u64; 3])], hardware: Hardware, files: &UserFiles) -> String {
    let name = if kind == Kind::Cache { "cache" } else { "branches" };
    let note = if kind == Kind::Cache {
        hardware.description()
    } else {
        "callgrind's predictor, which is simpler than that of any processor".to_owned()
    };
    let [first, second, third] = kind.columns();
    let mut text = format!("\n{name}: a simulation ({note})\n{first:>14}{second:>16}{third:>18}  line\n");
    let mut sources = Sources::default();
    for (line, [one, two, three]) in rows {
        let source = sources.line(files, &line.file, line.line);
        let _ = writeln!(text, "{:>14}{:>16}{:>18}  {}:{}  {source}", grouped(*one), grouped(*two), grouped(*three), line.file, line.line);
    }
    text
}
