//! `just quality`: measures the figures of this project and writes them to `tests/quality.toml`.

use quality::coverage::{self, Scope};
use quality::figures::{self, Figures};
use quality::mutation::{self, Choice};
use quality::{Error, root, sources};
use std::process::ExitCode;

const USAGE: &str =
    "Usage: just quality [complexity [--accept] | coverage [--all] | mutation [--shard K/N] [--since COMMIT] [FILE OR FOLDER…]]

Without arguments all of them, with the pure files of bootstrap/. Writes tests/quality.toml; with --shard or --since it only prints.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match &words[..] {
        [] => complexity(false).and_then(|()| coverage(Scope::Bootstrap)).and_then(|()| mutation(&[])),
        ["complexity"] => complexity(false),
        ["complexity", "--accept"] => complexity(true),
        ["coverage"] => coverage(Scope::Bootstrap),
        ["coverage", "--all"] => coverage(Scope::Workspace),
        ["mutation", rest @ ..] => mutation(rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn complexity(is_accepted: bool) -> Result<(), Error> {
    let root = root();
    let functions = figures::functions(&sources::read(&root, &["rs"])?)?;
    let mut figures = Figures::read(&root)?;
    figures.set_complexity(&functions);
    let mut limits = figures.limits();
    if is_accepted {
        limits.accept(&functions);
        figures.set_limits(&limits);
    }
    figures.write()?;
    let faults = limits.faults(&functions);
    println!("complexity: {} functions", functions.len());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn coverage(scope: Scope) -> Result<(), Error> {
    let root = root();
    let coverage = coverage::measure(&root, scope)?;
    let sum = coverage.lines.sum(scope.folder());
    println!("coverage: {} of {} lines, {:.2} %; programs with failures: {:?}", sum.reached, sum.lines, sum.percent(), coverage.failed);
    for (name, lines) in coverage.lines.0.iter().filter(|(name, _)| name.starts_with(scope.folder())) {
        let missed: Vec<String> = lines.iter().filter(|(_, count)| **count == 0).map(|(line, _)| line.to_string()).collect();
        if !missed.is_empty() {
            println!("{name}: not reached: {}", missed.join(" "));
        }
    }
    let mut figures = Figures::read(&root)?;
    figures.set_coverage(scope, &coverage);
    figures.write()
}

fn mutation(arguments: &[&str]) -> Result<(), Error> {
    let root = root();
    let mut choice = Choice::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--shard" => choice.shard = Some((*rest.next().ok_or(USAGE)?).to_owned()),
            "--since" => choice.since = Some((*rest.next().ok_or(USAGE)?).to_owned()),
            option if option.starts_with('-') => return Err(USAGE.to_owned()),
            file => choice.files.push(file.to_owned()),
        }
    }
    if choice.files.is_empty() && choice.since.is_none() {
        choice.files.push("bootstrap/".to_owned());
    }
    let sources = sources::read(&root, &["rs"])?;
    let files: Vec<&str> = mutation::pure(&sources, &choice.files).collect();
    let outcome = mutation::measure(&root, &sources, &choice)?;
    let mut figures = Figures::read(&root)?;
    let accepted = figures.accepted();
    println!(
        "mutation: {} caught, {} without end, {} do not compile; score {:.2} %",
        outcome.caught,
        outcome.timeouts,
        outcome.unviable,
        outcome.score(&accepted)
    );
    let missed: Vec<&String> = outcome.missed.iter().filter(|change| !accepted.contains_key(*change)).collect();
    for change in &missed {
        println!("missed: {change}");
    }
    if choice.shard.is_none() && choice.since.is_none() {
        figures.set_mutation(&choice, &files, &outcome);
        return figures.write();
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err("tests do not notice these changes. Test them, or list them in tests/quality.toml with the reason".to_owned())
    }
}
