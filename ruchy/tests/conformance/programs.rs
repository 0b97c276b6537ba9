//! Measures a folder of programs that are not part of this repository: Ruchy's own examples, or public programs.
//!
//! `CONFORMANCE_PROGRAMS_IN=FOLDER cargo test -p ruchy-compiler --test conformance -- --ignored --nocapture programs_of_a_folder` prints, for
//! each sub-folder, how many programs print what Ruchy's interpreter prints for them, and writes `target/conformance/programs.txt` with every
//! program. `RUCHY` names the interpreter; without one, only whether programs compile and run is counted.

use crate::batch::{self, Program};
use crate::{compiler, facade};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lines of Ruchy's examples that must differ by the table of semantics: the program, the lines by the table, the lines of the interpreter.
const BY_THE_TABLE: [(&str, &str, &str); 3] = [
    // Section 1, "scope of blocks": a variable of a block overwrites the outer one.
    ("test_blocks.ruchy", "Outer still: 1", "Outer still: 2"),
    // Section 5, "first() last() get(i) find(f)": they give an `Option`.
    ("02_array_methods.ruchy", "\n5\nSome(1)\nSome(5)\n", "\n5\n1\n5\n"),
    ("04_chaining_methods.ruchy", "Ruchy\nSome(1)\n", "Ruchy\n1\n"),
];

/// Programs of one rustc call.
const BATCH: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Result {
    /// It prints what the interpreter prints.
    Same,
    /// It prints what the interpreter prints, except for rows of the table of semantics: text in quotes, a `main` that runs twice, and
    /// [`BY_THE_TABLE`].
    SameByTheTable,
    /// The interpreter stops with an error; up to there the output is the same.
    SameUntilTheInterpreterStops,
    /// It runs; the interpreter prints nothing to compare with.
    Runs,
    Differs,
    Panics,
    /// The compiler reports errors.
    Refused,
    /// Rustc refuses what the compiler emitted: a fault of the compiler.
    NotCompiled,
}

struct Interpreted {
    succeeded: bool,
    output: String,
    /// Lines of the output were replaced by [`BY_THE_TABLE`].
    is_corrected: bool,
}

#[test]
#[ignore = "needs a folder of programs"]
fn programs_of_a_folder() {
    let Some(folder) = std::env::var_os("CONFORMANCE_PROGRAMS_IN").map(PathBuf::from) else {
        println!("CONFORMANCE_PROGRAMS_IN names no folder: nothing is measured");
        return;
    };
    let mut sources = Vec::new();
    collect(&folder, &mut sources);
    sources.sort();
    let mut results = Vec::new();
    for (number, part) in sources.chunks(BATCH).enumerate() {
        results.extend(measure(&format!("programs_{number}"), part));
    }
    let mut table: BTreeMap<String, BTreeMap<Result, usize>> = BTreeMap::new();
    let mut list = String::new();
    for (source, result, detail) in &results {
        let name = source.strip_prefix(&folder).unwrap();
        let group =
            if name.components().count() > 1 { name.components().next().unwrap().as_os_str().to_string_lossy() } else { ".".into() };
        *table.entry(group.into_owned()).or_default().entry(*result).or_insert(0) += 1;
        writeln!(list, "{result:?} {}: {}", name.display(), detail.lines().take(8).collect::<Vec<_>>().join(" / ")).unwrap();
    }
    fs::write(facade::folder().join("programs.txt"), &list).unwrap();
    let groups = table.iter().map(|(group, counts)| format!("{group}: {} programs, {counts:?}\n", counts.values().sum::<usize>()));
    let table: String = groups.collect();
    fs::write(facade::folder().join("programs_table.txt"), &table).unwrap();
    println!("{table}");
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "ruchy") {
            sources.push(path);
        }
    }
}

fn measure(name: &str, sources: &[PathBuf]) -> Vec<(PathBuf, Result, String)> {
    let compiled: Vec<_> = sources.iter().map(|source| compiler::compile(&fs::read(source).unwrap())).collect();
    let identifier = |index: usize| format!("program_{index}");
    let programs = compiled.iter().enumerate().filter_map(|(index, compiled)| {
        let rust = compiled.as_ref().ok()?.clone();
        rust.contains("fn main").then(|| Program { name: identifier(index), rust })
    });
    let batch = batch::build(name, &programs.collect::<Vec<_>>());
    let result = |(index, (source, compiled)): (usize, (&PathBuf, &compiler::Compiled))| {
        let (result, detail) = match (compiled, batch.refused.get(&identifier(index))) {
            (Err(reports), _) => (Result::Refused, compiler::shown(reports)),
            (Ok(_), Some(error)) => (Result::NotCompiled, error.clone()),
            (Ok(rust), None) if !rust.contains("fn main") => (Result::Runs, "there is no main".to_owned()),
            (Ok(_), None) => {
                compare(&batch.run(&identifier(index), &[]), interpreted(source).map(|interpreted| interpreted.corrected(source)))
            }
        };
        (source.clone(), result, detail)
    };
    sources.iter().zip(&compiled).enumerate().map(result).collect()
}

fn compare(transcript: &str, interpreted: Option<Interpreted>) -> (Result, String) {
    let lines = |prefix: &str| transcript.lines().filter_map(|line| line.strip_prefix(prefix)).collect::<Vec<_>>();
    let (log, panics) = (lines("| "), [lines("* "), lines("?? ")].concat());
    let Some(interpreted) = interpreted else {
        return if panics.is_empty() { (Result::Runs, String::new()) } else { (Result::Panics, panics.join("; ")) };
    };
    let expected: Vec<&str> = interpreted.output.lines().collect();
    if interpreted.succeeded && panics.is_empty() && log == expected {
        let result = if interpreted.is_corrected { Result::SameByTheTable } else { Result::Same };
        return (result, String::new());
    }
    let (once, twice) = (agree(&log, &expected), agree(&[&log[..], &log[..]].concat(), &expected));
    if interpreted.succeeded && panics.is_empty() && (once || twice) {
        return (Result::SameByTheTable, String::new());
    }
    if !interpreted.succeeded && log.len() >= expected.len() && agree(&log[..expected.len()], &expected) {
        let result = if expected.is_empty() { Result::Runs } else { Result::SameUntilTheInterpreterStops };
        return (result, String::new());
    }
    let different =
        |index: &usize| !matches!((log.get(*index), expected.get(*index)), (Some(line), Some(other)) if line_agrees(line, other));
    match (0..expected.len().max(log.len())).find(different) {
        Some(index) => (
            Result::Differs,
            format!("line {}: prints {:?}, the interpreter {:?}; {panics:?}", index + 1, log.get(index), expected.get(index)),
        ),
        None => (Result::Panics, panics.join("; ")),
    }
}

impl Interpreted {
    /// The output with the lines that are wrong by the table of semantics replaced.
    fn corrected(self, source: &Path) -> Self {
        let name = source.file_name().unwrap_or_default();
        let of_program = BY_THE_TABLE.iter().filter(|(program, ..)| name == *program);
        let output = of_program.fold(self.output.clone(), |output, (_, right, wrong)| output.replace(wrong, right));
        Self { is_corrected: output != self.output, output, ..self }
    }
}

fn agree(log: &[&str], expected: &[&str]) -> bool {
    log.len() == expected.len() && log.iter().zip(expected).all(|(line, other)| line_agrees(line, other))
}

/// The interpreter puts text in quotes where it should not, never the other way round.
fn line_agrees(line: &str, other: &str) -> bool {
    let quotes = |text: &str| text.matches('"').count();
    line == other || (quotes(line) < quotes(other) && line.replace('"', "") == other.replace('"', ""))
}

/// What the interpreter prints for `source`; kept by the text of the source, because the interpreter is slow.
fn interpreted(source: &Path) -> Option<Interpreted> {
    let ruchy = std::env::var_os("RUCHY")?;
    let text = fs::read(source).unwrap();
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let kept = facade::folder().join("interpreted");
    let file = kept.join(format!("{hash:016x}"));
    if !file.exists() {
        let scratch = kept.join("scratch");
        let _ = fs::remove_dir_all(&scratch);
        fs::create_dir_all(&scratch).unwrap();
        let output = Command::new("timeout")
            .args(["--kill-after=1", "10"])
            .arg(ruchy)
            .arg("run")
            .arg(source.canonicalize().unwrap())
            .current_dir(&scratch)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let status = if output.status.success() { "ok\n" } else { "failed\n" };
        fs::write(&file, [status.as_bytes(), &output.stdout].concat()).unwrap();
    }
    let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
    let (status, output) = text.split_once('\n')?;
    Some(Interpreted { succeeded: status == "ok", output: output.to_owned(), is_corrected: false })
}
