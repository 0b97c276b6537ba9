//! `ruchy-lambda figures`: what the results of a run say. Each bench's results become a summary, small enough to commit; the figures that the project
//! has goals for become the table of `docs/benchmarks/figures.md`; those that compare it with other clients, the table of README.md.
//!
//! - [`summary`] keeps what tables and charts need of a bench's results. [`conditions`] holds a run to saying what it was made under.
//! - [`hosts`] keeps the ratios of starts that other hosts gave.
//! - [`figure`] is one row: what it is, its value, its goal; [`list`] is which rows there are. [`table`] and [`comparison`] are
//!   the blocks of documents, and [`marked`] puts a block between its marks.
//!
//! Nothing is measured here, and what was not measured is not made up: its row says what would measure it.

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
    /// A file whose block of the comparison with other clients is rebuilt
    #[arg(long, value_name = "FILE")]
    pub readme: Option<PathBuf>,
    /// A file whose block of all figures is rebuilt
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
}

impl Summaries {
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
        for (name, text) in &files {
            package::write_whole(&folder.join(name), text.as_bytes())?;
        }
        Ok(())
    }
}

/// Writes summaries and figures, and the blocks of the documents that are named; returns the table.
///
/// # Errors
/// As [`Summaries::read`] and [`marked::Block::rebuilt`]; there are no results at all.
pub fn run(options: &Options) -> Result<String, Error> {
    let mut summaries = Summaries::of_results(&options.from)?;
    summaries.hosts = hosts::read(&options.out)?;
    summaries.join_hosts();
    if summaries.summaries.is_empty() {
        return Err(Error::results(&options.from, "it holds no results".to_owned(), "just bench-all"));
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
    let texts = documents.iter().map(rebuilt).collect::<Result<Vec<_>, Error>>()?;
    summaries.write(&options.out)?;
    for ((path, _), text) in documents.iter().zip(&texts) {
        package::write_whole(path, text.as_bytes())?;
    }
    Ok(format!("{}\n{}\n", table::text(&summaries), options.out.display()))
}
