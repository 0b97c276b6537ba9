//! `ruchy-lambda test`, `just test-handlers`: invokes the linked functions with every fixture, and
//! prints the differences from the expected responses.

pub mod text;
mod unit_tests;

use crate::environment::Function;
use crate::fixtures::run::Runner;
use crate::fixtures::{self, Case};
use crate::functions;
use crate::home::Home;
use crate::stand_in::StandIn;
use crate::variables::add_log;
use crate::{Error, link, local};
use clap::Args;
use handlers_build::compile;
use handlers_build::function::Function as Source;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The path that several functions are linked to.
const BOOTSTRAP: &str = "target/local/fixtures/bootstrap";
/// The region of functions under test, whatever the developer's environment is: an answer may
/// contain it. The fixtures' events have the same region.
pub const REGION: &str = "eu-central-1";

/// The functions to test.
#[derive(Debug, Args)]
#[command(
    override_usage = "ruchy-lambda test [NAME…] [--accept] [--timeout SECONDS]\n       ruchy-lambda test --watch [NAME] [--event EVENT]"
)]
pub struct Options {
    /// The functions; all that have fixtures when none is named
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Write the responses to the fixtures as the expected ones
    #[arg(long, requires = "names")]
    accept: bool,
    /// The time limit of each invocation; default: that of Cargo.toml, or 3
    #[arg(long, value_name = "SECONDS", env = "RUCHY_LAMBDA_TIMEOUT", value_parser = crate::arguments::timeout)]
    pub timeout: Option<Duration>,
    /// Run the fixtures of one function now and each time one of its files is saved
    #[arg(long, conflicts_with = "accept")]
    pub watch: bool,
    /// Invoke the function with this event instead of its fixtures: JSON, or @FILE, which is
    /// watched too
    #[arg(long, value_name = "EVENT", requires = "watch")]
    pub event: Option<String>,
}

/// The numbers of passed and failed cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

/// A function, and what it is to be tested with.
type Tested = (Source, Vec<Case>);

/// Links functions, runs their fixtures, and prints the results. Functions without fixtures are
/// linked in projects alone, to see that they compile.
///
/// # Errors
/// [`Error`] of whatever kept a function from being run; what a function does wrong is printed, and
/// the exit code is 1.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let home = Home::here()?;
    let mut tested = Vec::new();
    let mut without = Vec::new();
    let mut tally = Tally::default();
    for function in home.functions(&options.names)? {
        match fixtures::read(&home.fixtures_of(&function)) {
            Ok(cases) if cases.is_empty() => without.push(function),
            Ok(cases) => tested.push((function, cases)),
            Err(error) => {
                eprintln!("{error}");
                tally.failed += 1;
            }
        }
    }
    let is_unit_tested = match &home {
        Home::Repository => {
            tally.add(build_and_test(&home, tested, options).await?);
            true
        }
        Home::Project(project) => {
            tested.extend(without.iter().map(|function| (function.clone(), Vec::new())));
            let (of_fixtures, unbuilt) = build_and_test_each(&home, tested, options).await?;
            tally.add(of_fixtures);
            without.retain(|function| !unbuilt.contains(&function.name));
            unit_tests::run(project, &options.names, &unbuilt).await?
        }
    };
    for function in &without {
        let message = compile::check(function, home.links_std(function))
            .map_or_else(|error| error.to_string(), |_| text::no_fixtures(&home, function));
        print(&format!("{}\n  {message}\n", function.name))?;
    }
    let strays = if options.names.is_empty() { strays(&home)? } else { Vec::new() };
    for folder in &strays {
        print(&format!("{}: fixtures of a function that does not exist. Create the function, or delete the folder.\n", folder.display()))?;
    }
    print(&format!("{}\n", tally.text()))?;
    Ok(if tally.failed == 0 && is_unit_tested && (tally.passed > 0 || matches!(home, Home::Project(_))) && strays.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Tests all that can be built. Functions without errors are linked together; if that fails, each
/// half of them by itself, and so on, down to those that fail alone.
async fn build_and_test(home: &Home, all: Vec<Tested>, options: &Options) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let mut checked = Vec::new();
    for (function, cases) in all {
        match compile::check(&function, home.links_std(&function)) {
            Ok(_) => checked.push((function, cases)),
            Err(error) => {
                tally.failed += cases.len();
                print(&text::not_built(&function.name, &error.to_string(), false))?;
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
                    tally.add(test(home, &function, cases, &bootstrap, options.timeout, options.accept).await?);
                }
            }
            Err(refused) if names.len() == 1 => {
                tally.failed += group[0].1.len();
                print(&text::not_built(names[0], &refused, refusals.contains(&refused)))?;
                refusals.push(refused);
            }
            Err(_) => {
                if names.len() == together {
                    eprintln!("some functions do not build: linking fewer at a time");
                }
                let second = group.split_off(group.len() / 2);
                groups.extend([second, group]);
            }
        }
    }
    Ok(tally)
}

/// Builds and tests the functions of a project one by one: each is a file of its own. Returns the
/// names of those that do not build as well.
async fn build_and_test_each(home: &Home, all: Vec<Tested>, options: &Options) -> Result<(Tally, Vec<String>), Error> {
    let (mut tally, mut unbuilt) = (Tally::default(), Vec::new());
    let mut refusals: Vec<String> = Vec::new();
    for (function, cases) in all {
        match home.build_local(&function).await? {
            Ok(_) if cases.is_empty() => {}
            Ok(bootstrap) => tally.add(test(home, &function, cases, &bootstrap, options.timeout, options.accept).await?),
            Err(refused) => {
                tally.failed += cases.len().max(1);
                print(&text::not_built(&function.name, &refused, refusals.contains(&refused)))?;
                refusals.push(refused);
                unbuilt.push(function.name);
            }
        }
    }
    Ok((tally, unbuilt))
}

/// Runs `cases` of `function`, which is in `bootstrap`, and prints each result; `accept` writes the
/// response as the expected one.
///
/// # Errors
/// As [`run`].
pub async fn test(
    home: &Home,
    function: &Source,
    cases: Vec<Case>,
    bootstrap: &Path,
    timeout: Option<Duration>,
    accept: bool,
) -> Result<Tally, Error> {
    let timeout = local::timeout(timeout, &home.settings_of(&function.name));
    let (function_of_fixtures, _stand_in) = configured(home, function, bootstrap).await?;
    let mut runner = Runner::new(function_of_fixtures, timeout)?;
    let mut tally = Tally::default();
    print(&format!("{}\n", function.name))?;
    for mut case in cases {
        let (answer, log) = runner.run(std::mem::take(&mut case.event)).await?;
        let mismatch = text::mismatch(home, &function.name, &case, &answer);
        tally.add(Tally { passed: usize::from(mismatch.is_none() || accept), failed: usize::from(mismatch.is_some() && !accept) });
        match mismatch {
            None => print(&format!("  ✓ {}\n", case.name))?,
            Some(_) if accept => print(&format!("  ✓ {}: wrote {}\n", case.name, case.accept(&answer)?.display()))?,
            Some(mismatch) => print(&text::failed(&case.name, &mismatch, &log))?,
        }
    }
    runner.stop().await;
    Ok(tally)
}

/// `function` with the environment of its fixtures, and empty tables, which exist until the second
/// value is dropped.
///
/// # Errors
/// [`Error::File`] for the environment file of the fixtures; as [`functions::configured`] and
/// [`StandIn::start`].
pub async fn configured(home: &Home, function: &Source, bootstrap: &Path) -> Result<(Function, Option<StandIn>), Error> {
    let settings = home.settings_of(&function.name);
    let configured = functions::configured(&function.name, bootstrap, settings.memory_mb.unwrap_or(local::MEMORY_MB))?;
    let stand_in = StandIn::start(&settings, REGION).await?;
    let mut variables = settings.environment;
    variables.extend(fixtures::environment(&home.fixtures_of(function))?);
    add_log(&mut variables, settings.cloud.log_format, settings.cloud.log_level)?;
    if let Some(stand_in) = &stand_in {
        stand_in.add_to(&mut variables);
    }
    Ok((Function { region: REGION.to_owned(), variables, ..configured }, stand_in))
}

/// The folders of fixtures that no function has.
///
/// # Errors
/// [`Error::Functions`], [`Error::File`].
pub fn strays(home: &Home) -> Result<Vec<PathBuf>, Error> {
    let of_functions: Vec<PathBuf> = home.functions(&[])?.iter().map(|function| home.fixtures_of(function)).collect();
    strays_in(&home.fixture_folders(), &of_functions)
}

/// The folders in `folders` that are not among `of_functions`.
///
/// # Errors
/// [`Error::File`].
pub fn strays_in(folders: &[PathBuf], of_functions: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut strays = Vec::new();
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for entry in folder.read_dir().map_err(|error| Error::file(folder, error))? {
            strays.push(entry.map_err(|error| Error::file(folder, error))?.path());
        }
    }
    strays.retain(|path| path.is_dir() && !of_functions.contains(path));
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
