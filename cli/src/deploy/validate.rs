//! `ruchy-lambda test-aws`: eleven tests of the deployed functions. Each passes, fails, or is "not
//! shown", which never counts as passed.
//!
//! Against a stand-in (`--stand-in`) times are not Lambda's: tests that depend on them are measured
//! and listed as not shown.

use super::archive::Archive;
use super::aws::{Account, Aws};
use super::bench::{agree, inits, summary};
use super::call;
use super::cost;
use super::failure::MISSING;
use super::measure::{self, Measured};
use super::peers::{self, Like};
use super::report_line::Report;
use crate::architecture::Architecture;
use crate::budget::{Budgets, Figure, compare};
use crate::package::manifest::RUNTIME;
use crate::package::repository;
use crate::recipe::recipe;
use crate::{Error, arguments, interrupted};
use clap::Args;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The promised limit of a cold start until Lambda's first request, as a median in
/// milliseconds. Not yet measured on AWS.
const COLD_START_MS_MAX: f64 = 8.0;
/// The promised limit of the memory that Lambda reports as used. The process uses less than 1
/// MB; Lambda adds its own.
const MEMORY_MB_MAX: u64 = 16;
/// The number of consecutive invocations.
const INVOCATIONS: u32 = 10;
/// Who is to be slower: the language, and the peer's name in `bench/peers`.
const PEERS: [(&str, &str); 3] = [("C++", "cpp"), ("Rust", "rust-tokio"), ("Go", "go")];

/// The command-line options.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda test-aws [OPTIONS]")]
pub struct Options {
    /// The archive that `minimal` was deployed from; without this option it is linked and packed
    #[arg(long, value_name = "FILE", requires = "fibonacci")]
    pub minimal: Option<PathBuf>,
    /// The archive that `fibonacci` was deployed from; without this option it is linked and packed
    #[arg(long, value_name = "FILE", requires = "minimal")]
    pub fibonacci: Option<PathBuf>,
    /// The file of size budgets
    #[arg(long, value_name = "FILE", default_value = "tests/budgets.toml")]
    pub budgets: PathBuf,
    /// The table of that file for `minimal`; default: the table for this machine's linker
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    /// The number of measured cold starts of each
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = arguments::whole_number::<u32>(1..=1_000))]
    pub rounds: u32,
    /// The folder that peers were built in
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers_folder: PathBuf,
    /// The longest cold start allowed, as a median
    #[arg(long, value_name = "MS", default_value_t = COLD_START_MS_MAX)]
    pub cold_start_max: f64,
    /// The most memory that Lambda may report as used
    #[arg(long, value_name = "MB", default_value_t = MEMORY_MB_MAX, value_parser = arguments::whole_number::<u64>(1..))]
    pub memory_max: u64,
    /// The endpoint is a stand-in for AWS: times are not shown
    #[arg(long)]
    pub stand_in: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub account: Account,
}

/// The archives that the functions were deployed from.
struct Packed {
    minimal: PathBuf,
    fibonacci: PathBuf,
    /// The table of budgets of `minimal`.
    key: String,
}

impl Packed {
    /// Those that are named; otherwise they are linked and packed.
    fn of(options: &Options) -> Result<Self, Error> {
        let key = options.key.clone().unwrap_or_else(|| {
            let link = repository::link_mode(Architecture::X86_64).unwrap_or_default();
            format!("{link}-minimal")
        });
        if let (Some(minimal), Some(fibonacci)) = (&options.minimal, &options.fibonacci) {
            return Ok(Self { minimal: minimal.clone(), fibonacci: fibonacci.clone(), key });
        }
        let [minimal, fibonacci] = repository::run_each(["minimal", "fibonacci"], Architecture::X86_64)?;
        Ok(Self { minimal, fibonacci, key })
    }
}

/// The result of a test, and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed(String),
    Failed(String),
    NotShown(String),
}

impl Verdict {
    fn of(is_right: bool, found: String) -> Self {
        if is_right { Self::Passed(found) } else { Self::Failed(found) }
    }
}

/// Runs the tests. Returns their results as lines, and true if none has failed.
///
/// # Errors
/// [`Error::Refused`] if the user does not agree to the cost;
/// [`Failure::BadRegion`](super::failure::Failure::BadRegion). All other failures are failed
/// tests.
pub fn run(options: &Options) -> Result<(String, bool), Error> {
    let aws = Aws::new(&options.account)?;
    let invocations = options.rounds * u32::try_from(PEERS.len() + 1).unwrap_or_default() + INVOCATIONS + 2;
    let memory_mb = ["minimal", "fibonacci"].into_iter().map(|function| memory_mb(&aws, function)).max().unwrap_or_default();
    agree(&cost::estimate(invocations, memory_mb.into()), options.yes || options.stand_in)?;
    let packed = Packed::of(options)?;
    if !aws.is_dry() {
        interrupted::say(measure::half_measured(&["minimal".to_owned()], PEERS.map(|(_, label)| peers::name_for(label))))?;
    }
    let answers = |function: &str, is_right: fn(&[u8]) -> bool| verdict_of(answer(&aws, function, is_right));
    let mut tests = vec![
        ("the file is within its size budget".to_owned(), verdict_of(size(&packed, &options.budgets))),
        ("minimal is deployed as it was packed".to_owned(), verdict_of(exists(&aws, "minimal", &packed.minimal))),
        ("fibonacci is deployed as it was packed".to_owned(), verdict_of(exists(&aws, "fibonacci", &packed.fibonacci))),
        ("minimal answers 200 and ok".to_owned(), answers("minimal", is_ok)),
        ("fibonacci answers 9227465".to_owned(), answers("fibonacci", is_fibonacci_of_35)),
    ];
    tests.extend(starts(&aws, options));
    tests.push((format!("{INVOCATIONS} invocations in a row, none of which fails"), verdict_of(in_a_row(&aws))));
    Ok((table(&tests), !tests.iter().any(|(_, verdict)| matches!(verdict, Verdict::Failed(_)))))
}

/// Returns the function's memory. A missing function costs nothing, and a test reports it.
fn memory_mb(aws: &Aws, function: &str) -> u32 {
    let found = aws.look(&["lambda", "get-function-configuration", "--function-name", function]);
    Like::of(&found.unwrap_or_default()).memory_mb
}

fn verdict_of(verdict: Result<Verdict, Error>) -> Verdict {
    verdict.unwrap_or_else(|error| Verdict::Failed(error.to_string()))
}

fn size(packed: &Packed, budgets: &Path) -> Result<Verdict, Error> {
    let archive = Archive::read(&packed.minimal, Architecture::X86_64)?;
    let figure = |name: &str, value: u64| Figure { name: name.to_owned(), value, headroom: 0 };
    let figures = [figure("total", archive.bootstrap.len() as u64), figure("zip", archive.bytes)];
    let comparison = compare(&figures, &Budgets::read(budgets, &packed.key)?);
    let found = format!("bootstrap {} bytes, archive {} bytes", archive.bootstrap.len(), archive.bytes);
    Ok(if comparison.is_within() { Verdict::Passed(found) } else { Verdict::Failed(format!("{found}: {comparison}")) })
}

fn exists(aws: &Aws, function: &str, path: &Path) -> Result<Verdict, Error> {
    let archive = Archive::read(path, Architecture::X86_64)?;
    let Some(found) = aws.find(MISSING, &["lambda", "get-function-configuration", "--function-name", function])? else {
        return Ok(Verdict::Failed(format!("it does not exist: `{}`", recipe(&format!("deploy {function} --create-role")))));
    };
    let expected = [("State", "Active"), ("Runtime", RUNTIME), ("Handler", function), ("CodeSha256", &archive.code_sha256)];
    for (field, expected) in expected {
        if found[field] != expected {
            return Ok(Verdict::Failed(format!("{field} is {} and not {expected}", found[field])));
        }
    }
    Ok(Verdict::Passed(found["FunctionArn"].as_str().unwrap_or_default().to_owned()))
}

fn answer(aws: &Aws, function: &str, is_right: fn(&[u8]) -> bool) -> Result<Verdict, Error> {
    let Some(answer) = call::invoke(aws, function, b"{}")? else { return Ok(Verdict::NotShown("in a dry run".to_owned())) };
    let is_right = answer.function_error.is_none() && is_right(&answer.payload);
    Ok(Verdict::of(is_right, String::from_utf8_lossy(&answer.payload).into_owned()))
}

fn is_ok(payload: &[u8]) -> bool {
    let payload: Value = serde_json::from_slice(payload).unwrap_or_default();
    payload["statusCode"] == 200 && payload["body"] == "ok"
}

fn is_fibonacci_of_35(payload: &[u8]) -> bool {
    let payload: Value = serde_json::from_slice(payload).unwrap_or_default();
    payload["statusCode"] == 200 && payload["body"] == "fibonacci(35)=9227465"
}

/// The tests that follow from measured cold starts.
fn starts(aws: &Aws, options: &Options) -> Vec<(String, Verdict)> {
    let measured = measure(aws, options);
    let of = |label: &str| -> Result<&[Report], String> {
        let (functions, reports, absent) = measured.as_ref().map_err(ToString::to_string)?;
        match functions.iter().position(|function| function.label == label) {
            Some(index) => Ok(&reports[index]),
            None => Err(absent.iter().find(|(name, _)| name == label).map_or_else(String::new, |(_, reason)| reason.clone())),
        }
    };
    let ours = of("minimal");
    let mut tests = vec![(format!("a cold start takes at most {} ms", options.cold_start_max), under(&ours, options))];
    for (language, label) in PEERS {
        let verdict = match (&ours, of(label)) {
            (Ok(ours), Ok(theirs)) => faster(ours, theirs, options.stand_in),
            // A peer that was not built cannot be compared; a failed measurement
            // fails the test.
            (Ok(_), Err(reason)) => Verdict::NotShown(reason),
            (Err(reason), _) => Verdict::Failed(reason.clone()),
        };
        tests.push((format!("a cold start is faster than that of {language} ({label}), of the same run"), verdict));
    }
    tests.push((format!("at most {} MB of memory are used", options.memory_max), memory(&ours, options)));
    tests
}

type Starts = (Vec<Measured>, Vec<Vec<Report>>, Vec<(String, String)>);

fn measure(aws: &Aws, options: &Options) -> Result<Starts, Error> {
    let like = Like::of(&aws.look(&["lambda", "get-function-configuration", "--function-name", "minimal"])?);
    let mut functions = vec![Measured { function: "minimal".to_owned(), label: "minimal".to_owned() }];
    let mut absent = Vec::new();
    let deployed = PEERS.iter().try_for_each(|(_, label)| {
        let reason = peers::deploy(aws, &options.peers_folder, label, &like, &mut functions)?;
        absent.extend(reason.map(|reason| ((*label).to_owned(), reason)));
        Ok(())
    });
    let reports = deployed.and_then(|()| measure::cold_starts(aws, &functions, options.rounds, 1));
    let reports = peers::remove(aws, &functions[1..], reports)?;
    Ok((functions, reports, absent))
}

fn median(reports: &[Report]) -> f64 {
    summary(&inits(reports)).map_or(f64::INFINITY, |summary| summary.median)
}

fn under(ours: &Result<&[Report], String>, options: &Options) -> Verdict {
    match ours {
        Err(reason) => Verdict::Failed(reason.clone()),
        Ok(reports) => timed(median(reports) <= options.cold_start_max, format!("{:.2} ms", median(reports)), options.stand_in),
    }
}

fn faster(ours: &[Report], theirs: &[Report], is_stand_in: bool) -> Verdict {
    timed(median(ours) < median(theirs), format!("{:.2} ms to {:.2} ms", median(ours), median(theirs)), is_stand_in)
}

/// A verdict on times.
fn timed(is_right: bool, found: String, is_stand_in: bool) -> Verdict {
    if is_stand_in { Verdict::NotShown(format!("{found} on this machine, not on Lambda")) } else { Verdict::of(is_right, found) }
}

fn memory(ours: &Result<&[Report], String>, options: &Options) -> Verdict {
    match ours {
        Err(reason) => Verdict::Failed(reason.clone()),
        Ok(reports) => {
            let used = reports.iter().map(|report| report.memory_used_mb).max().unwrap_or(u64::MAX);
            let what = if options.stand_in { " resident in the process, without what Lambda adds" } else { "" };
            Verdict::of(used <= options.memory_max, format!("{used} MB{what}"))
        }
    }
}

fn in_a_row(aws: &Aws) -> Result<Verdict, Error> {
    for number in 1..=INVOCATIONS {
        if let Some(error) = call::invoke(aws, "minimal", b"{}")?.and_then(|answer| answer.function_error) {
            return Ok(Verdict::Failed(format!("the {number}. failed: {error}")));
        }
    }
    Ok(Verdict::Passed(format!("{INVOCATIONS} of {INVOCATIONS}")))
}

fn table(tests: &[(String, Verdict)]) -> String {
    let mut text = String::new();
    let mut counts = [0; 3];
    for (index, (name, verdict)) in tests.iter().enumerate() {
        let (word, found, which) = match verdict {
            Verdict::Passed(found) => ("passed", found, 0),
            Verdict::Failed(found) => ("FAILED", found, 1),
            Verdict::NotShown(found) => ("not shown", found, 2),
        };
        counts[which] += 1;
        let _ = writeln!(text, "{:>2} {word:<9}  {name}: {found}", index + 1);
    }
    let [passed, failed, not_shown] = counts;
    let _ = writeln!(text, "{} tests: {passed} passed, {failed} failed, {not_shown} not shown", tests.len());
    text
}

#[cfg(test)]
mod tests {
    use super::{Report, Verdict, faster, is_fibonacci_of_35, is_ok, table, timed};

    fn start(init_ms: f64) -> Report {
        Report { duration_ms: 1.0, billed_ms: 9.0, memory_size_mb: 128, memory_used_mb: 13, init_ms: Some(init_ms) }
    }

    #[test]
    fn only_the_right_answers_will_do() {
        assert!(is_ok(br#"{"statusCode":200,"body":"ok"}"#) && is_fibonacci_of_35(br#"{"statusCode":200,"body":"fibonacci(35)=9227465"}"#));
        for wrong in [
            r#"{"statusCode":500,"body":"ok"}"#,
            r#"{"statusCode":200,"body":"no"}"#,
            "ok",
            "",
            r#"{"statusCode":200,"body":"fibonacci(35)=9227466"}"#,
        ] {
            assert!(!is_ok(wrong.as_bytes()) && !is_fibonacci_of_35(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn faster_compares_medians_except_on_a_stand_in() {
        let (ours, theirs) = ([start(7.0), start(50.0), start(7.5)], [start(20.0), start(1.0), start(21.0)]);
        assert_eq!(faster(&ours, &theirs, false), Verdict::Passed("7.50 ms to 20.00 ms".to_owned()));
        assert_eq!(faster(&theirs, &ours, false), Verdict::Failed("20.00 ms to 7.50 ms".to_owned()));
        assert!(matches!(faster(&ours, &theirs, true), Verdict::NotShown(_)));
        assert!(matches!(timed(false, String::new(), true), Verdict::NotShown(_)));
    }

    #[test]
    fn validation_does_not_pass_tests_that_are_not_shown() {
        let tests = [("a", Verdict::Passed("1".into())), ("b", Verdict::Failed("2".into())), ("c", Verdict::NotShown("3".into()))];
        let text = table(&tests.map(|(name, verdict)| (name.to_owned(), verdict)));
        assert_eq!(text, " 1 passed     a: 1\n 2 FAILED     b: 2\n 3 not shown  c: 3\n3 tests: 1 passed, 1 failed, 1 not shown\n");
    }
}
