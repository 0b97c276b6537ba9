//! `just figures`: summarises the results of a run. Each bench's results become a summary that is
//! small enough to commit. The figures with goals become the table of `docs/benchmarks/figures.md`;
//! the comparison with other clients, the table of README.md.
//!
//! - [`summary`] keeps what tables and charts need of a bench's results. [`conditions`] checks that
//!   a run states its conditions.
//! - [`hosts`] keeps the ratios of starts on other hosts.
//! - [`figure`] is one row: its name, value and goal; [`list`] lists the rows. [`table`] and
//!   `comparison` are the blocks of documents, and [`marked`] writes a block between its marks.
//!
//! Nothing is measured here. The row of a figure that was not measured names the command that
//! measures it.

mod bench;
mod comparison;
pub mod conditions;
pub mod figure;
pub mod hosts;
pub mod list;
pub mod marked;
mod summaries;
pub mod summary;
pub mod table;

use crate::Error;
pub use bench::Bench;
use clap::Args;
use ruchy_lambda_cli::package;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
pub use summaries::Summaries;

/// Largest total of the summaries in bytes: every clone of the repository downloads them.
pub const SUMMARIES_BYTES_MAX: usize = 300_000;
/// The figures as a file next to the summaries, for the report.
pub const FIGURES_FILE: &str = "figures.json";

/// The command line.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The folder with the benches' results
    #[arg(long, value_name = "FOLDER", default_value = "target/bench")]
    pub from: PathBuf,
    /// The folder for the summaries and the figures
    #[arg(long, value_name = "FOLDER", default_value = "bench/results")]
    pub out: PathBuf,
    /// A file whose block of the comparison with other clients is rebuilt
    #[arg(long, value_name = "FILE")]
    pub readme: Option<PathBuf>,
    /// A file whose block of all figures is rebuilt
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
}

impl Summaries {
    /// Merges the ratios of these starts with those of other hosts.
    fn join_hosts(&mut self) {
        let figures = list::figures(self);
        if let Some(starts) = self.of(Bench::ColdStart) {
            self.hosts = hosts::joined(&self.hosts, &starts["conditions"], &figures);
        }
    }

    /// Returns the content of [`FIGURES_FILE`].
    #[must_use]
    pub fn figures_json(&self) -> String {
        let figures: Vec<Value> = list::figures(self).iter().map(figure::Figure::json).collect();
        format!("{:#}\n", json!({ "figures": figures }))
    }

    /// Writes the summaries and the figures into `folder`, and removes the summaries of benches
    /// that did not run.
    fn write(&self, folder: &Path) -> Result<(), Error> {
        let mut files: Vec<(&str, String)> = self.summaries.iter().map(|(bench, summary)| (bench.file(), format!("{summary}\n"))).collect();
        files.push((FIGURES_FILE, self.figures_json()));
        files.push((hosts::FILE, format!("{:#}\n", json!(self.hosts))));
        let bytes = files.iter().map(|(_, text)| text.len()).sum::<usize>();
        if bytes > SUMMARIES_BYTES_MAX {
            let reason = format!("the summaries have {bytes} bytes, expected at most {SUMMARIES_BYTES_MAX}: measure fewer programs");
            return Err(Error::results(folder, reason, "just bench-all"));
        }
        for bench in Bench::ALL.into_iter().filter(|bench| self.of(*bench).is_none()) {
            match fs::remove_file(folder.join(bench.file())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::file(&folder.join(bench.file()), error)),
                _ => eprintln!("no results of `{}`: its figures are shown as not measured", bench.command()),
            }
        }
        for (name, text) in &files {
            package::write_whole(&folder.join(name), text.as_bytes())?;
        }
        Ok(())
    }
}

/// Writes summaries and figures, and the blocks of the named documents. Returns the table.
///
/// # Errors
/// The errors of [`Summaries::read`] and [`marked::Block::rebuilt`]; there are no results at all.
pub fn run(options: &Options) -> Result<String, Error> {
    let mut summaries = Summaries::of_results(&options.from)?;
    summaries.hosts = hosts::read(&options.out)?;
    summaries.join_hosts();
    if summaries.summaries.is_empty() {
        return Err(Error::results(&options.from, "it has no results".to_owned(), "just bench-all"));
    }
    let documents: Vec<_> = [(&options.readme, marked::COMPARISON), (&options.page, marked::FIGURES)]
        .into_iter()
        .filter_map(|(path, block)| Some((path.as_ref()?, block)))
        .collect();
    if !documents.is_empty() {
        summaries.check_quiet()?;
    }
    let rebuilt = |(path, block): &(&PathBuf, marked::Block)| {
        let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
        block.rebuilt(path, &text, &summaries)
    };
    let contents = documents.iter().map(rebuilt).collect::<Result<Vec<_>, Error>>()?;
    summaries.write(&options.out)?;
    for ((path, _), text) in documents.iter().zip(&contents) {
        package::write_whole(path, text.as_bytes())?;
    }
    Ok(format!("{}\n{}\n", table::text(&summaries), options.out.display()))
}
