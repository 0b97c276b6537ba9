//! `ruchy-lambda figures`: what the results of a run say. Each bench's results become a summary, small enough to commit; the figures that the project
//! has goals for, or that compare it with others, become the table in README.md.
//!
//! - [`summary`] keeps what tables and charts need of a bench's results. [`conditions`] holds a run to saying what it was made under.
//! - [`hosts`] keeps the ratios of starts that other hosts gave.
//! - [`figure`] is one row: what it is, its value, its goal; [`list`] is which rows there are. [`readme`] puts them into README.md.
//!
//! Nothing is measured here, and what was not measured is not made up: its row says what would measure it.

pub mod conditions;
pub mod figure;
pub mod hosts;
pub mod list;
pub mod readme;
pub mod summary;

use crate::{Error, package};
use clap::Args;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// More than this, all together, and whoever clones the repository pays for it.
pub const SUMMARIES_BYTES_MAX: usize = 300_000;
/// Beside the summaries: the figures themselves, for the report.
pub const FIGURES_FILE: &str = "figures.json";

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The folder that holds the benches' results
    #[arg(long, value_name = "FOLDER", default_value = "target/bench")]
    pub from: PathBuf,
    /// Where their summaries go, and the figures
    #[arg(long, value_name = "FOLDER", default_value = "bench/results")]
    pub out: PathBuf,
    /// A file in which the block between the two marks is written anew
    #[arg(long, value_name = "FILE")]
    pub readme: Option<PathBuf>,
}

/// A bench whose results are summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bench {
    ColdStart,
    Warm,
    Compute,
    Scale,
    Handler,
}

impl Bench {
    pub const ALL: [Self; 5] = [Self::ColdStart, Self::Warm, Self::Compute, Self::Scale, Self::Handler];

    /// Of its results, in whatever folder.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::ColdStart => "cold-start.json",
            Self::Warm => "warm.json",
            Self::Compute => "compute.json",
            Self::Scale => "scale.json",
            Self::Handler => "handler.json",
        }
    }

    /// What makes them.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::ColdStart => "just bench-cold-start",
            Self::Warm => "just bench-warm",
            Self::Compute => "just bench-compute",
            Self::Scale => "just bench-scale",
            Self::Handler => "just bench-handler",
        }
    }
}

/// The summaries of one run; a bench that did not run has none.
#[derive(Clone, Debug, Default)]
pub struct Summaries {
    summaries: Vec<(Bench, Value)>,
    /// What [`hosts`] keeps.
    hosts: Vec<Value>,
}

impl Summaries {
    /// Of the results in `folder`, as the benches wrote them.
    ///
    /// # Errors
    /// As [`Summaries::read`].
    pub fn of_results(folder: &Path) -> Result<Self, Error> {
        let mut all = Self::read(folder)?;
        for (bench, results) in &mut all.summaries {
            summary::summarise(*bench, results);
        }
        Ok(all)
    }

    /// Those that stand in `folder`.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Results`] where one is not JSON, or does not say what it was made under.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut summaries = Vec::new();
        for bench in Bench::ALL {
            let path = folder.join(bench.file());
            let bytes = match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                bytes => bytes.map_err(|error| Error::file(&path, error))?,
            };
            let failed = |reason: String| Error::results(&path, reason, bench.command());
            let results: Value = serde_json::from_slice(&bytes).map_err(|error| failed(format!("it is not JSON: {error}")))?;
            conditions::check(&results).map_err(failed)?;
            summaries.push((bench, results));
        }
        Ok(Self { summaries, hosts: hosts::read(folder)? })
    }

    /// That they may stand beside each other.
    fn check_one_commit(&self) -> Result<(), Error> {
        let mut commits = self.summaries.iter().map(|(bench, summary)| (bench, &summary["conditions"]["commit"]));
        let Some((first, commit)) = commits.next() else { return Ok(()) };
        match commits.find(|(_, other)| *other != commit) {
            Some((bench, _)) => {
                let reason = format!("{} is of another commit, and figures stand beside each other only from one", first.file());
                Err(Error::results(Path::new(bench.file()), reason, "just bench-all"))
            }
            None => Ok(()),
        }
    }

    /// That the starts were measured on a quiet machine.
    fn check_quiet(&self) -> Result<(), Error> {
        let Some(starts) = self.of(Bench::ColdStart) else { return Ok(()) };
        let failed = |reason| Error::results(Path::new(Bench::ColdStart.file()), reason, Bench::ColdStart.command());
        conditions::check_quiet_starts(starts).map_err(failed)
    }

    /// That of one bench, if it ran.
    #[must_use]
    pub fn of(&self, bench: Bench) -> Option<&Value> {
        self.summaries.iter().find(|(of, _)| *of == bench).map(|(_, summary)| summary)
    }

    /// Adds the ratios of these starts to those of other hosts.
    fn join_hosts(&mut self) {
        let figures = list::figures(self);
        if let Some(starts) = self.of(Bench::ColdStart) {
            self.hosts = hosts::joined(&self.hosts, &starts["conditions"], &figures);
        }
    }

    /// What [`FIGURES_FILE`] holds.
    #[must_use]
    pub fn figures_json(&self) -> String {
        let figures: Vec<Value> = list::figures(self).iter().map(figure::Figure::json).collect();
        format!("{:#}\n", json!({ "figures": figures }))
    }

    /// Writes them into `folder`, with the figures; of a bench that did not run nothing stays there from another time.
    fn write(&self, folder: &Path) -> Result<(), Error> {
        let mut files: Vec<(&str, String)> = self.summaries.iter().map(|(bench, summary)| (bench.file(), format!("{summary}\n"))).collect();
        files.push((FIGURES_FILE, self.figures_json()));
        files.push((hosts::FILE, format!("{:#}\n", json!(self.hosts))));
        let bytes = files.iter().map(|(_, text)| text.len()).sum::<usize>();
        if bytes > SUMMARIES_BYTES_MAX {
            let reason = format!("the summaries would have {bytes} bytes, and may have {SUMMARIES_BYTES_MAX}: fewer programs, please");
            return Err(Error::results(folder, reason, "just bench-all"));
        }
        for bench in Bench::ALL.into_iter().filter(|bench| self.of(*bench).is_none()) {
            match fs::remove_file(folder.join(bench.file())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::file(&folder.join(bench.file()), error)),
                _ => eprintln!("no results of `{}`: its figures are shown as not measured", bench.command()),
            }
        }
        files.iter().try_for_each(|(name, text)| package::write_whole(&folder.join(name), text.as_bytes()))
    }
}

/// Writes summaries and figures, and the block in README.md where one is named; returns the table.
///
/// # Errors
/// As [`Summaries::read`] and [`readme::renewed`]; there are no results at all.
pub fn run(options: &Options) -> Result<String, Error> {
    let mut summaries = Summaries::of_results(&options.from)?;
    summaries.hosts = hosts::read(&options.out)?;
    summaries.join_hosts();
    if summaries.summaries.is_empty() {
        return Err(Error::results(&options.from, "it holds no results".to_owned(), "just bench-all"));
    }
    let renewed = match &options.readme {
        Some(path) => {
            summaries.check_quiet()?;
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
            Some((path, readme::renewed(path, &text, &summaries)?))
        }
        None => None,
    };
    summaries.write(&options.out)?;
    if let Some((path, text)) = renewed {
        package::write_whole(path, text.as_bytes())?;
    }
    Ok(format!("{}\n{}\n", readme::block(&summaries), options.out.display()))
}
