//! `just language`: counts, and fails where the list of programs says something else. With `--accept` it rewrites the list and the table; with `--bare` it
//! only counts, of what ruchy emits, without the mends.

use language::program::Program;
use language::{Facade, Outcome, examples, list, rows};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use transpile::compiler::Compiler;

/// How many programs shall compile and print what they print under the interpreter.
const GOAL: usize = 120;
/// The committed list.
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/programs.txt");

fn main() -> ExitCode {
    let flag = |name| std::env::args().any(|argument| argument == name);
    match run(flag("--accept"), flag("--bare")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("language: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(accept: bool, bare: bool) -> io::Result<bool> {
    let (outcomes, finished) = outcomes(bare)?;
    show(&outcomes);
    println!("{finished:>4}  of those not excluded are run to their end by the interpreter: no more can be the same");
    if bare {
        return Ok(true);
    }
    if accept {
        std::fs::write(LIST, list::write(&outcomes))?;
        return write_table().map(|()| true);
    }
    let listed = list::read(&std::fs::read_to_string(LIST)?);
    let mut agrees = true;
    for (name, outcome) in &outcomes {
        let was = listed.get(name).map_or("not there", String::as_str);
        if was != outcome.word() {
            agrees = false;
            eprintln!("{name}: {was} in the list, and now {}: {outcome}", outcome.word());
        }
    }
    if !agrees {
        eprintln!("If that is meant: `just language --accept`.");
    }
    Ok(agrees)
}

/// Writes the table of what works anew.
fn write_table() -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(rows::TABLE);
    let document = std::fs::read_to_string(&path)?;
    let written = rows::in_document(&document, &rows::read()?);
    std::fs::write(path, written.ok_or_else(|| io::Error::other("handlers/language.md has lost the marks of its table"))?)
}

/// What becomes of every program; and how many of those not left out the interpreter runs to their end, which is the most that could be the same.
fn outcomes(bare: bool) -> io::Result<(BTreeMap<String, Outcome>, usize)> {
    let compiler = Compiler::find().map_err(io::Error::other)?;
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/language");
    std::fs::create_dir_all(&target)?;
    let facade = Facade::build(&target.canonicalize()?)?;
    let found = examples::programs(&examples::folder()?)?;
    let programs: Vec<Program> = found.into_iter().map(|(name, source)| Program::new(name, source)).collect();
    eprintln!("language: {} programs: transpiling and compiling each", programs.len());
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    let mut ready = Vec::new();
    for (program, outcome) in each(&programs, |program| match list::excluded(&program.name) {
        Some(reason) => Ok(Some(Outcome::Excluded(reason))),
        None => program.compile(&compiler, &facade, bare),
    })? {
        match outcome {
            Some(outcome) => drop(outcomes.insert(program.name.clone(), outcome)),
            None => ready.push(program),
        }
    }
    let names: Vec<&str> = ready.iter().map(|program| program.crate_name.as_str()).collect();
    eprintln!("language: linking {}, and running them", names.len());
    let linked = facade.link(&names)?;
    let mut finished = 0;
    for program in programs.iter().filter(|program| list::excluded(&program.name).is_none()) {
        let interpreted = program.interpret(&compiler, &facade)?;
        finished += usize::from(interpreted.succeeded());
        if outcomes.contains_key(&program.name) {
            continue;
        }
        outcomes.insert(program.name.clone(), program.compare(&linked, &interpreted, &facade)?);
    }
    Ok((outcomes, finished))
}

/// Does `work` for every program, on as many threads as there are processors.
fn each<'programs, T: Send>(
    programs: &'programs [Program],
    work: impl Fn(&'programs Program) -> io::Result<T> + Sync,
) -> io::Result<Vec<(&'programs Program, T)>> {
    let left = Mutex::new(programs.iter());
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(program) = left.lock().expect("no thread panics").next() else { break };
                    let result = work(program).map(|result| (program, result));
                    done.lock().expect("no thread panics").push(result);
                }
            });
        }
    });
    done.into_inner().expect("no thread panics").into_iter().collect()
}

/// The counts, and what is wrong with each program that is not the same.
fn show(outcomes: &BTreeMap<String, Outcome>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, outcome) in outcomes {
        *counts.entry(outcome.word()).or_default() += 1;
        if *outcome != Outcome::Same {
            println!("{:<34} {name}: {outcome}", outcome.word());
        }
    }
    println!();
    for (word, count) in &counts {
        println!("{count:>4}  {word}");
    }
    println!("{:>4}  programs; the goal is {GOAL} that print the same", outcomes.len());
}
