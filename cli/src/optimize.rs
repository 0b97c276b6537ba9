//! `ruchy-lambda optimize`: shows loops, remaining calls, cache misses and mispredicted branches of
//! a function's shipped code by line, and the processor features that it needs.
//!
//! - [`loops`]: packed or scalar, with the reasons of LLVM; [`model`]: their cycles.
//!   [`abstractions`]: calls that are left. [`simulated`]: misses.
//! - [`hardware`]: the processors that are simulated. [`levels`]: the function linked for newer
//!   ones.

pub mod abstractions;
pub mod hardware;
pub mod levels;
pub mod loops;
pub mod model;
pub mod simulated;

use crate::engine::{LinkOptions, remarks};
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
use handlers_build::function::Function as Source;
use hardware::Hardware;
use levels::Subject;
use loops::Loop;
use model::{Cycles, Model};
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
    /// The processor whose caches are simulated (intel without this option); also links the
    /// function for newer levels of it and compares them, and models its loops by llvm-mca
    #[arg(long, value_name = "KIND", value_enum)]
    hardware: Option<Hardware>,
    /// Write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A loop in code of the function.
#[derive(Debug)]
struct Placed {
    found: Loop,
    /// The line of its branch.
    line: Line,
    /// All lines that its instructions belong to.
    lines: Vec<Line>,
    code: Vec<u8>,
    /// LLVM's reasons why it is scalar, at these lines.
    reasons: Vec<String>,
    /// Cycles of one turn by processor.
    cycles: Vec<(&'static str, Cycles)>,
}

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
    let caches = options.hardware.unwrap_or(Hardware::Intel);
    let counting = Counting { caches: Some(caches.caches()), ..Counting::default() };
    let mut running = Running::start(&valgrind, &function, &counting, folder.path()).await?;
    // The first invocation includes initialization.
    running.count(&input.event, &input.event).await?;
    let counted = running.count(&input.event, &input.event).await?;
    let files = UserFiles::of(home.root(), home.files_of(&source));
    let counts = Counts::of(&counted.dump, 1, &function.bootstrap, &files)?;
    let mut loops = placed(&function.bootstrap, &counted.dump, &files)?;
    let all = !(options.vectorization || options.abstractions || options.cache || options.branches || options.hardware.is_some());
    let mut text = format!("{}: one invocation with {}, counted by callgrind ({})\n", source.name, input.name, valgrind.version);
    let mut result = json!({
        "subject": source.name, "input": input.name, "method": format!("callgrind, {}", valgrind.version), "conditions": conditions::conditions(),
    });
    if all || options.vectorization || options.hardware.is_some() {
        add_reasons(&mut loops, &home, &source, &files).await?;
        let model = options.hardware.map(|hardware| add_cycles(&mut loops, hardware)).transpose()?;
        text += &loops_text(&loops, &files);
        text += &model.unwrap_or_default();
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
            text += &rows_text(kind, &rows, caches, &files);
            let [first, second, third] = kind.columns();
            let row = |(line, [one, two, three]): &(&Line, [u64; 3])| json!({ "file": line.file, "line": line.line, first: one, second: two, third: three });
            result[name] = json!({ "simulated": caches.description(), "lines": rows.iter().map(row).collect::<Vec<_>>() });
        }
    }
    if let Some(hardware) = options.hardware {
        let subject = Subject { home: &home, source: &source, input: &input, valgrind: &valgrind, folder: folder.path() };
        let (levels, rows) = levels::compared(hardware, &subject).await?;
        text += &levels;
        result["levels"] = rows;
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
        let code = section.data().unwrap_or_default();
        for found in loops::innermost(code, section.address(), dump) {
            let Some(line) = frames.at(found.last)?.iter().find_map(|line| files.line(line)) else { continue };
            let mut lines = Vec::new();
            for address in loops::addresses(&found, dump) {
                lines.extend(frames.at(address)?.iter().filter_map(|line| files.line(line)));
            }
            let offset = |address: u64| usize::try_from(address - section.address()).unwrap_or(usize::MAX);
            let code = code.get(offset(found.first)..offset(found.end)).unwrap_or_default().to_vec();
            placed.push(Placed { found, line, lines, code, reasons: Vec::new(), cycles: Vec::new() });
        }
    }
    placed.sort_by_key(|placed| std::cmp::Reverse(placed.found.turns));
    Ok(placed)
}

/// Adds LLVM's reasons to scalar loops. Only they need a second build of the function.
async fn add_reasons(loops: &mut [Placed], home: &Home, source: &Source, files: &UserFiles) -> Result<(), Error> {
    if loops.iter().all(|placed| placed.found.packed > 0) {
        return Ok(());
    }
    let Ok(linked) = home.link(source, &LinkOptions::with_remarks()).await? else { return Ok(()) };
    let own = linked.remarks.into_iter().filter_map(|mut remark| {
        remark.file = files.find(&remark.file)?.0.to_owned();
        Some(remark)
    });
    let own: Vec<_> = own.collect();
    for placed in loops.iter_mut().filter(|placed| placed.found.packed == 0) {
        let lines: Vec<(&str, u32)> = placed.lines.iter().map(|line| (line.file.as_str(), line.line)).collect();
        placed.reasons = remarks::of_lines(&own, &lines).into_iter().map(str::to_owned).collect();
    }
    Ok(())
}

/// Adds the modelled cycles to the loops with most turns, and returns a note on the model.
fn add_cycles(loops: &mut [Placed], hardware: Hardware) -> Result<String, Error> {
    const LOOPS_MAX: usize = 5;
    let processors = model::processors(hardware);
    if processors.is_empty() {
        return Ok("Cycles are not modelled: the loops are those of the file for x86-64.\n".to_owned());
    }
    let model = match Model::find() {
        Ok(model) => model,
        Err(Error::Refused(missing)) => return Ok(format!("Cycles are not modelled: {missing}\n")),
        Err(error) => return Err(error),
    };
    for placed in loops.iter_mut().filter(|placed| placed.found.calls == 0).take(LOOPS_MAX) {
        for &processor in processors {
            let cycles = model.cycles(&placed.code, placed.found.first, processor)?;
            placed.cycles.extend(cycles.map(|cycles| (processor, cycles)));
        }
    }
    Ok(format!(
        "Cycles are a model ({}): one turn with data in the first-level cache and all branches predicted. Loops with calls have none.\n",
        model.version
    ))
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
    let mut line_of = |address: u64| -> Result<Option<Line>, Error> { Ok(frames.at(address)?.iter().find_map(|line| files.line(line))) };
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
    for Placed { found, line, reasons, cycles, .. } in loops {
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
        for reason in reasons {
            let _ = writeln!(text, "{:40}LLVM: {reason}", "");
        }
        for (processor, Cycles { per_turn, throughput }) in cycles {
            let _ = writeln!(text, "{:40}{processor}: {per_turn:.2} cycles a turn by the model, at least {throughput:.2}", "");
        }
    }
    text + "Calls, and exits (bounds and overflow checks, break) in a loop keep the compiler from packing it.\n"
}

fn loop_json(Placed { found, line, reasons, cycles, .. }: &Placed) -> Value {
    let cycles: Vec<Value> = cycles
        .iter()
        .map(|(processor, cycles)| json!({ "processor": processor, "per_turn": cycles.per_turn, "throughput": cycles.throughput }))
        .collect();
    json!({
        "file": line.file, "line": line.line, "function": found.function, "turns": found.turns, "packed_instructions": found.packed,
        "calls": found.calls, "exits": found.exits, "reasons": reasons, "modelled_cycles": cycles,
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
