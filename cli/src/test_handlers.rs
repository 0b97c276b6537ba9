//! `ruchy-lambda test-handlers`: every fixture through the linked functions, and how what came differs from what was expected.

use crate::environment::Function;
use crate::fixtures::answer::Answer;
use crate::fixtures::run::Runner;
use crate::fixtures::{self, Case, difference};
use crate::functions::{self, fixtures_of};
use crate::{Error, link};
use clap::Args;
use handlers_build::compile;
use handlers_build::function::Function as Source;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Where functions are linked to when there are several.
const BOOTSTRAP: &str = "target/local/fixtures/bootstrap";
/// Events of what invokes functions, as it sends them.
const TEMPLATES: &str = "handlers/templates/fixtures";
/// What a function is told of its memory: Lambda's least.
pub const MEMORY_MB: u32 = 128;
/// Where a function is told it runs, whatever the developer's environment says: an answer may tell. The fixtures' events come from there.
pub const REGION: &str = "eu-central-1";

/// What to test.
#[derive(Debug, Args)]
#[command(override_usage = "just test-handlers [NAME…] [--accept] [--timeout SECONDS]")]
pub struct Options {
    /// The functions; all that have fixtures when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Make what comes the expected
    #[arg(long, requires = "names")]
    accept: bool,
    /// How long each invocation may take
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = crate::arguments::timeout)]
    timeout: Duration,
}

/// How many cases were as expected, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

/// A function, and what it is to be tested with.
type Tested = (Source, Vec<Case>);

/// Links the functions that have fixtures, runs these, and prints what came of it.
///
/// # Errors
/// [`Error`] of whatever kept a function from being run; what a function does wrong is printed, and the exit code is 1.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let folders = functions::folders();
    let mut tested = Vec::new();
    let mut without = Vec::new();
    let mut tally = Tally::default();
    for function in functions::select(&folders, &options.names)? {
        match fixtures::read(&fixtures_of(&function)) {
            Ok(cases) if cases.is_empty() => without.push(function),
            Ok(cases) => tested.push((function, cases)),
            Err(error) => {
                eprintln!("{error}");
                tally.failed += 1;
            }
        }
    }
    tally.add(build_and_test(tested, options).await?);
    for function in &without {
        let said = compile::check(function).map_or_else(|error| error.to_string(), |_| no_fixtures(function));
        print(&format!("{}\n  {said}\n", function.name))?;
    }
    let strays = if options.names.is_empty() { strays(&folders)? } else { Vec::new() };
    for folder in &strays {
        print(&format!("{}: there is no function of this name. Write one, or delete the folder.\n", folder.display()))?;
    }
    print(&format!("{}\n", tally.text()))?;
    Ok(if tally.failed == 0 && tally.passed > 0 && strays.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tests all that can be built. Functions without errors are linked together; if that fails, each half of them by itself, and so on, down to those
/// that fail alone.
async fn build_and_test(all: Vec<Tested>, options: &Options) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let mut checked = Vec::new();
    for (function, cases) in all {
        match compile::check(&function) {
            Ok(_) => checked.push((function, cases)),
            Err(error) => {
                tally.failed += cases.len();
                print(&not_built(&function.name, &error.to_string(), false))?;
            }
        }
    }
    let mut refusals: Vec<String> = Vec::new();
    let together = checked.len();
    let mut groups = vec![checked];
    while let Some(mut group) = groups.pop().filter(|group| !group.is_empty()) {
        let names: Vec<&str> = group.iter().map(|(function, _)| function.name.as_str()).collect();
        let bootstrap = if let [name] = names[..] { link::local(name) } else { PathBuf::from(BOOTSTRAP) };
        match link::link(&bootstrap, &names).await? {
            Ok(()) => {
                for (function, cases) in group {
                    tally.add(test(&function, cases, &bootstrap, options.timeout, options.accept).await?);
                }
            }
            Err(refused) if names.len() == 1 => {
                tally.failed += group[0].1.len();
                print(&not_built(names[0], &refused, refusals.contains(&refused)))?;
                refusals.push(refused);
            }
            Err(_) => {
                if names.len() == together {
                    eprintln!("not all of them build: linking fewer at a time");
                }
                let second = group.split_off(group.len() / 2);
                groups.extend([second, group]);
            }
        }
    }
    Ok(tally)
}

/// What is said of a function that does not build. What is said of two is no fault of theirs, and is said once.
fn not_built(name: &str, refused: &str, is_known: bool) -> String {
    if is_known {
        return format!("{name}\n  ✗ does not build, for the same reason\n");
    }
    refused.lines().fold(format!("{name}\n  ✗ does not build:\n"), |text, line| text + "      " + line + "\n")
}

/// Runs `cases` of `function`, which `bootstrap` holds, and prints what came of each; `accept` makes it the expected.
///
/// # Errors
/// As [`run`].
pub async fn test(function: &Source, cases: Vec<Case>, bootstrap: &Path, timeout: Duration, accept: bool) -> Result<Tally, Error> {
    let configured = functions::configured(&function.name, bootstrap, MEMORY_MB)?;
    let mut runner = Runner::new(Function { region: REGION.to_owned(), ..configured }, timeout)?;
    let mut tally = Tally::default();
    print(&format!("{}\n", function.name))?;
    for mut case in cases {
        let (answer, log) = runner.run(std::mem::take(&mut case.event)).await?;
        let complaint = complaint(&function.name, &case, &answer);
        tally.add(Tally { passed: usize::from(complaint.is_none() || accept), failed: usize::from(complaint.is_some() && !accept) });
        match complaint {
            None => print(&format!("  ✓ {}\n", case.name))?,
            Some(_) if accept => print(&format!("  ✓ {}: wrote {}\n", case.name, case.accept(&answer)?.display()))?,
            Some(complaint) => print(&failed(&case.name, &complaint, &log))?,
        }
    }
    runner.stop().await;
    Ok(tally)
}

/// What is wrong with `answer`, if anything is.
fn complaint(function: &str, case: &Case, answer: &Answer) -> Option<String> {
    match &case.expected {
        Some(expected) => difference::between(expected, answer).map(|lines| format!("- expected, + what came:\n{lines}")),
        None => Some(format!(
            "{} is missing. `just test-handlers --accept {function}` writes what came:\n{}\n",
            case.expectation_of(answer).display(),
            answer.text()
        )),
    }
}

fn failed(case: &str, complaint: &str, log: &str) -> String {
    let mut text = format!("  ✗ {case}\n");
    let log = if log.is_empty() { String::new() } else { format!("its log:\n{log}") };
    for line in complaint.lines().chain(log.lines()) {
        let _ = writeln!(text, "      {line}");
    }
    text
}

/// What to do where a function has no fixtures.
#[must_use]
pub fn no_fixtures(function: &Source) -> String {
    let (name, folder) = (&function.name, fixtures_of(function));
    format!(
        "has no fixtures. Write an event, and have what it answers written beside it (events of HTTP, queues and others: {TEMPLATES}):\n    \
         mkdir -p {folder} && echo '{{}}' > {folder}/first.event.json\n    \
         just test-handlers --accept {name}",
        folder = folder.display()
    )
}

/// The folders of fixtures that no function has.
///
/// # Errors
/// [`Error::Functions`], [`Error::File`].
pub fn strays(folders: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let functions: Vec<PathBuf> = functions::select(folders, &[])?.iter().map(fixtures_of).collect();
    let mut strays = Vec::new();
    for folder in folders.iter().map(|folder| functions::fixtures_beside(folder)).filter(|folder| folder.exists()) {
        for entry in folder.read_dir().map_err(|error| Error::file(&folder, error))? {
            strays.push(entry.map_err(|error| Error::file(&folder, error))?.path());
        }
    }
    strays.retain(|path| path.is_dir() && !functions.contains(path));
    strays.sort();
    Ok(strays)
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// The last line.
    #[must_use]
    pub fn text(self) -> String {
        format!("{} as expected, {} not", self.passed, self.failed)
    }
}

fn print(text: &str) -> Result<(), Error> {
    io::stdout().write_all(text.as_bytes()).map_err(Error::system("printing"))
}
