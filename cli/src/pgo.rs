//! `ruchy-lambda pgo`: optimises a function with a profile of its runs, and measures the gain with
//! events that are not in the profile.
//!
//! - [`llvm`]: the tools that merge profiles. [`kept`]: the profile next to the function.

pub mod kept;
pub mod llvm;

use crate::compare::Comparison;
use crate::compare::candidate::{Candidate, Kind};
use crate::compare::pair::{self, Measured, Plan};
use crate::compare::verdict::Verdict;
use crate::compile::report::sha256;
use crate::engine::LinkOptions;
use crate::engine::toolchain::Toolchain;
use crate::environment::Function;
use crate::home::Home;
use crate::measure::event::{self, Named};
use crate::measure::valgrind::Valgrind;
use crate::measure::{counters, linked};
use crate::{Error, conditions, event as argument};
use clap::Args;
use handlers_build::function::Function as Source;
use serde_json::json;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The tool that merges profiles.
const TOOL: &str = "llvm-profdata";

/// The function to profile.
#[derive(Debug, Args)]
pub struct Options {
    /// The function
    #[arg(value_name = "NAME")]
    name: String,
    /// An event to train with: JSON, or @FILE; several times for several. Without it every second
    /// fixture, beginning with the first
    #[arg(long, value_name = "EVENT")]
    train: Vec<String>,
    /// The number of times each event is replayed
    #[arg(long, value_name = "N", default_value_t = 100)]
    iterations: u32,
    /// The number of timed pairs of invocations
    #[arg(long, value_name = "N", default_value_t = 400)]
    pairs: u32,
    /// Keep the profile even if no gain is shown
    #[arg(long)]
    keep: bool,
    /// Write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Trains, links with the profile, and measures what it gains. The profile is kept where it gains.
///
/// # Errors
/// As [`llvm::find`] and [`Valgrind::find`]; of linking, training and measuring; [`Error::Refused`]
/// if no counters come back.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let tool = llvm::find(TOOL)?;
    let valgrind = &Valgrind::find()?;
    let home = Home::here()?;
    let source = home.function(Some(&options.name))?;
    let events = Events::of(&options.train, &home, &source)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let instrumented = LinkOptions {
        runtime_features: vec![counters::FEATURE.to_owned()],
        // The writer of buffers leaves profiles of values out.
        rustc_flags: vec!["-Cprofile-generate".to_owned(), "-Cllvm-args=-disable-vp".to_owned()],
        ..LinkOptions::default()
    };
    let function = match linked::function(&home, &source, &instrumented).await? {
        Ok(function) => function,
        Err(messages) => return Ok(failed(&messages)),
    };
    let profile = train(&function, &events.training, options.iterations, &tool, folder.path()).await?;
    let with_profile = kept::options(&profile, &profiles(&home), || Ok(tool))?;
    let mut candidates = Vec::new();
    for (name, link) in [("without a profile", &LinkOptions::default()), ("with the profile", &with_profile)] {
        match Candidate::of_function(name, &home, &source, link, &folder.path().join(name)).await? {
            // The events are those held out.
            Ok(candidate) => candidates.push(Candidate { kind: without_events(candidate.kind), ..candidate }),
            Err(messages) => return Ok(failed(&messages)),
        }
    }
    let [old, new] = &candidates[..] else { unreachable!("both were linked") };
    let plan = Plan { valgrind, pairs: options.pairs, events: events.held_out.clone(), arguments: Vec::new(), folder: folder.path() };
    let comparison = match pair::measure(old, new, &plan).await? {
        Measured::Both { old, new, .. } => Comparison::of(old, new),
        Measured::Different { input, difference } => {
            println!("the profile changes the answers to {input}, and is not kept:\n{}", difference.trim_end());
            return Ok(ExitCode::FAILURE);
        }
    };
    println!("{}: trained with {}; measured with {}", source.name, names(&events.training), names(&events.held_out));
    if events.is_shared {
        println!(
            "there is one event: the profile is measured with what it was trained with. Another fixture, or --train, holds events out."
        );
    }
    print!("{}", comparison.text(&old.name, &new.name, events.held_out.len(), &valgrind.version));
    let gains = comparison.verdict() == Some(Verdict::Faster);
    println!(
        "{}",
        if gains {
            "gain: the interval of the ratio is below 1"
        } else {
            "no gain: the interval of the ratio contains 1, or the difference is below 1 %"
        }
    );
    let is_kept = gains || options.keep;
    if is_kept {
        let key = kept::key(&source, &Toolchain::compiler(home.root_or_here())?)?;
        let path = kept::keep(&source, &key, &profile)?;
        let users = match home {
            Home::Project(_) => "`ruchy-lambda build` uses it while the function's sources and rustc stay the same",
            Home::Repository => "projects use kept profiles; links of this repository do not",
        };
        println!("kept: {}; {users}.", path.display());
    }
    if let Some(path) = &options.output {
        let result = json!({
            "subject": source.name, "training": names_of(&events.training), "held_out": names_of(&events.held_out),
            "is_shared": events.is_shared,
            "method": { "counts": valgrind.callgrind(), "times": "pairs in random order" },
            "metrics": comparison.json(), "gain": gains, "kept": is_kept, "conditions": conditions::conditions(),
        });
        fs::write(path, format!("{result:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays the events to the instrumented function, and returns its profile as LLVM's text.
async fn train(function: &Function, events: &[Named], iterations: u32, tool: &Path, folder: &Path) -> Result<String, Error> {
    let raw = folder.join("counters.profraw");
    counters::replay(function, events, iterations, &raw).await?;
    let text = folder.join("profile.proftext");
    let merge = ["merge", "-sparse", "--text", "-o"].map(OsStr::new);
    llvm::run(tool, merge.into_iter().chain([text.as_os_str(), raw.as_os_str()]))?;
    let profile = fs::read_to_string(&text).map_err(|error| Error::file(&text, error))?;
    if kept::has_counters(&profile) {
        Ok(profile)
    } else {
        Err(Error::Refused(format!("{}: the profile of the training has no counters", function.handler)))
    }
}

fn failed(messages: &str) -> ExitCode {
    eprint!("{messages}");
    ExitCode::FAILURE
}

fn without_events(kind: Kind) -> Kind {
    match kind {
        Kind::Function { function, .. } => Kind::Function { function, events: Vec::new() },
        program @ Kind::Program(_) => program,
    }
}

fn names(events: &[Named]) -> String {
    names_of(events).join(", ")
}

fn names_of(events: &[Named]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

/// The events to train with, and those to measure with.
#[derive(Debug)]
struct Events {
    training: Vec<Named>,
    held_out: Vec<Named>,
    /// Both are the same: there is one event.
    is_shared: bool,
}

impl Events {
    fn of(train: &[String], home: &Home, source: &Source) -> Result<Self, Error> {
        let given = train.iter().map(|text| Ok(Named { name: format!("the event {text}"), event: argument::read(text, false)? }));
        let given = given.collect::<Result<Vec<_>, Error>>()?;
        let mut fixtures = event::of_fixtures(home, source)?;
        if fixtures.is_empty() {
            fixtures.push(Named { name: "the event {}".to_owned(), event: b"{}".to_vec() });
        }
        Ok(Self::split(given, fixtures))
    }

    /// Trains with the given events, else with every second fixture. The other fixtures are
    /// held out.
    fn split(given: Vec<Named>, fixtures: Vec<Named>) -> Self {
        let (training, held_out): (Vec<Named>, Vec<Named>) = if given.is_empty() {
            let (training, held_out): (Vec<_>, Vec<_>) = fixtures.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
            let events = |events: Vec<(usize, Named)>| events.into_iter().map(|(_, event)| event).collect();
            (events(training), events(held_out))
        } else {
            let held_out = fixtures.into_iter().filter(|fixture| given.iter().all(|given| given.event != fixture.event)).collect();
            (given, held_out)
        };
        let is_shared = held_out.is_empty();
        Self { held_out: if is_shared { training.clone() } else { held_out }, training, is_shared }
    }
}

/// A link that ships.
#[derive(Clone, Debug, Default)]
pub struct Shipped {
    pub options: LinkOptions,
    /// The SHA-256 of the kept profile that is used.
    pub profile: Option<String>,
}

/// The link that ships of `source` with `options`, and with the profile that is kept of it. A
/// profile that cannot be used is reported.
///
/// # Errors
/// As [`kept::read`]; [`Error::File`].
pub fn shipped(home: &Home, source: &Source, options: LinkOptions) -> Result<Shipped, Error> {
    shipped_by(home, source, options, || llvm::find(TOOL))
}

fn shipped_by(home: &Home, source: &Source, options: LinkOptions, tool: impl FnOnce() -> Result<PathBuf, Error>) -> Result<Shipped, Error> {
    let path: PathBuf = kept::path(source);
    if !path.exists() {
        return Ok(Shipped { options, profile: None });
    }
    let key = kept::key(source, &Toolchain::compiler(home.root_or_here())?)?;
    let reason = match kept::read(source, &key)? {
        Some(Ok(profile)) => match kept::options(&profile, &profiles(home), tool) {
            Ok(mut with_profile) => {
                with_profile.rustc_flags.extend(options.rustc_flags.iter().cloned());
                let options = LinkOptions { rustc_flags: with_profile.rustc_flags, ..options };
                return Ok(Shipped { options, profile: Some(sha256(profile.as_bytes())) });
            }
            // The file is larger or slower without it, and right.
            Err(Error::Refused(reason)) => format!("{}: the kept profile is not used: {reason}", path.display()),
            Err(error) => return Err(error),
        },
        Some(Err(reason)) => reason,
        None => return Ok(Shipped { options, profile: None }),
    };
    eprintln!("{reason}");
    Ok(Shipped { options, profile: None })
}

/// The folder of profiles in the form that rustc reads.
fn profiles(home: &Home) -> PathBuf {
    home.root().join("target/ruchy-lambda/profiles")
}

#[cfg(test)]
mod tests {
    use super::{Events, Named, kept, shipped_by};
    use crate::Error;
    use crate::engine::LinkOptions;
    use crate::engine::toolchain::Toolchain;
    use crate::home::Home;
    use handlers_build::function::{Function, Origin};
    use std::fs;
    use std::path::Path;

    #[test]
    fn build_without_llvm_profdata_does_not_use_the_kept_profile() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("functions/a.rs");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, "pub fn one() {}").unwrap();
        let source = Function { name: "a".into(), source: file, origin: Origin::Rust };
        let key = kept::key(&source, &Toolchain::compiler(Path::new(".")).unwrap()).unwrap();
        kept::keep(&source, &key, ":ir\nof a machine with llvm-profdata\n").unwrap();
        let missing = || Err(Error::Refused("llvm-profdata is missing".to_owned()));
        let shipped = shipped_by(&Home::Repository, &source, LinkOptions::default(), missing).unwrap();
        assert_eq!((shipped.options.rustc_flags.len(), shipped.profile), (0, None));
    }

    fn events(names: &[&str]) -> Vec<Named> {
        names.iter().map(|name| Named { name: (*name).to_owned(), event: name.as_bytes().to_vec() }).collect()
    }

    fn split(given: &[&str], fixtures: &[&str]) -> (Vec<String>, Vec<String>, bool) {
        let Events { training, held_out, is_shared } = Events::split(events(given), events(fixtures));
        let names = |events: Vec<Named>| events.into_iter().map(|event| event.name).collect();
        (names(training), names(held_out), is_shared)
    }

    #[test]
    fn events_are_held_out_of_the_training() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(split(&[], &["1", "2", "3"]), (list(&["1", "3"]), list(&["2"]), false));
        assert_eq!(split(&["2"], &["1", "2", "3"]), (list(&["2"]), list(&["1", "3"]), false));
        assert_eq!(split(&[], &["1"]), (list(&["1"]), list(&["1"]), true));
    }
}
