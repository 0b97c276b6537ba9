//! The command: links the functions, unless a file is named, and reports their bytes.

use super::{measure, symbols, table};
use crate::agreed::Agreed;
use crate::architecture::Architecture;
use crate::home::Home;
use crate::{Error, interrupted, link};
use clap::Args;
use std::path::{Path, PathBuf};

/// The number of the largest symbols that are shown.
const SYMBOLS_SHOWN: usize = 25;
/// The file that is linked, and the same with symbols.
const LINKED: &str = "target/size/bootstrap";
const WITH_SYMBOLS: &str = "target/size/symbols";

/// The arguments of the command.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda size [NAME…] [--arch x86_64|arm64]")]
pub struct Options {
    /// The functions, which are linked first; all when none is named. In a project the function
    #[arg(value_name = "NAME", conflicts_with = "bootstrap")]
    names: Vec<String>,
    /// The processor that they are linked for; default: that of Cargo.toml, or `x86_64`
    #[arg(long, value_name = "NAME", env = link::ARCHITECTURE, value_enum)]
    arch: Option<Architecture>,
    /// Measure this file, and link nothing
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// The same file with its table of sections, which the one that ships lacks
    #[arg(long, value_name = "FILE", requires = "bootstrap")]
    sections: Option<PathBuf>,
    /// The same file with its symbols, to show the largest of them
    #[arg(long, value_name = "FILE", requires = "bootstrap")]
    symbols: Option<PathBuf>,
    #[command(flatten)]
    agreed: Agreed,
}

/// Links the functions, unless a file is named, and returns the tables of its bytes, and whether
/// they are within budget.
///
/// # Errors
/// As [`measure`], [`symbols::largest`], [`link::shipped`], `link::of_project` and
/// [`Agreed::check`].
pub fn run(options: &Options) -> Result<(String, bool), Error> {
    if let Some(bootstrap) = &options.bootstrap {
        return report(bootstrap, options.sections.as_deref(), options.symbols.as_deref(), &options.agreed);
    }
    let home = Home::here()?;
    if matches!(home, Home::Project(_)) {
        let (_, linked) = home.link_one(&options.names, options.arch)?;
        return report(&linked.bootstrap, Some(&linked.with_symbols), Some(&linked.with_symbols), &options.agreed);
    }
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    let (linked, with_symbols) = (Path::new(LINKED), Path::new(WITH_SYMBOLS));
    interrupted::run(link::with_symbols(linked, with_symbols, &names, options.arch.unwrap_or(Architecture::X86_64)))?;
    report(linked, Some(with_symbols), Some(with_symbols), &options.agreed)
}

fn report(bootstrap: &Path, sections: Option<&Path>, with_symbols: Option<&Path>, agreed: &Agreed) -> Result<(String, bool), Error> {
    let sizes = measure(bootstrap, sections)?;
    let mut text = table::sizes(&sizes);
    if let Some(path) = with_symbols {
        text += "\n";
        text += &table::symbols(&symbols::largest(path, SYMBOLS_SHOWN)?);
    }
    agreed.check(&text, &sizes.figures())
}
