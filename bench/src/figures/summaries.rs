//! The summaries of all benches of a run, and the checks that they belong together.

use super::bench::Bench;
use super::{conditions, hosts, summary};
use crate::Error;
use serde_json::Value;
use std::fs;
use std::io;
use std::path::Path;

/// The summaries of one run; a bench that did not run has none.
#[derive(Clone, Debug, Default)]
pub struct Summaries {
    pub(super) summaries: Vec<(Bench, Value)>,
    /// The starts on other hosts, as in [`hosts`].
    pub(super) hosts: Vec<Value>,
}

impl Summaries {
    /// Summarises the results in `folder`.
    ///
    /// # Errors
    /// The errors of [`Summaries::read`].
    pub fn of_results(folder: &Path) -> Result<Self, Error> {
        let mut all = Self::read(folder)?;
        for (bench, results) in &mut all.summaries {
            summary::summarise(*bench, results);
        }
        Ok(all)
    }

    /// Reads the summaries in `folder`.
    ///
    /// # Errors
    /// `Error::File`; [`Error::Results`] if one is not JSON, or does not state its conditions.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut summaries = Vec::new();
        for bench in Bench::ALL {
            let path = folder.join(bench.file());
            let bytes = match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                bytes => bytes.map_err(|error| Error::file(&path, error))?,
            };
            let failed = |reason: String| Error::results(&path, reason, bench.command());
            let results: Value = serde_json::from_slice(&bytes).map_err(|error| failed(format!("not JSON: {error}")))?;
            conditions::check(&results).map_err(failed)?;
            summaries.push((bench, results));
        }
        Ok(Self { summaries, hosts: hosts::read(folder)? })
    }

    /// Checks that all summaries are from the same commit.
    pub(super) fn check_one_commit(&self) -> Result<(), Error> {
        let mut commits = self.summaries.iter().map(|(bench, summary)| (bench, &summary["conditions"]["commit"]));
        let Some((first, commit)) = commits.next() else { return Ok(()) };
        match commits.find(|(_, other)| *other != commit) {
            Some((bench, _)) => {
                let reason = format!("{} is from another commit; all benches must be from the same commit", first.file());
                Err(Error::results(Path::new(bench.file()), reason, "just bench-all"))
            }
            None => Ok(()),
        }
    }

    /// Checks that the starts were measured on a quiet machine.
    pub(super) fn check_quiet(&self) -> Result<(), Error> {
        let Some(starts) = self.of(Bench::ColdStart) else { return Ok(()) };
        let failed = |reason| Error::results(Path::new(Bench::ColdStart.file()), reason, Bench::ColdStart.command());
        conditions::check_quiet_starts(starts).map_err(failed)
    }

    /// Returns the summary of one bench, if it ran.
    #[must_use]
    pub fn of(&self, bench: Bench) -> Option<&Value> {
        self.summaries.iter().find(|(of, _)| *of == bench).map(|(_, summary)| summary)
    }
}
