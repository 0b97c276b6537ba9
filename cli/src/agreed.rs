//! The command-line arguments of budgets: the file, the table, and whether to write it.

use crate::Error;
use crate::budget::{self, Budgets, Change, Figure};
use clap::Args;
use std::path::PathBuf;

/// The budgets that were agreed on.
#[derive(Debug, Args)]
pub struct Agreed {
    /// A TOML file of budgets
    #[arg(long, value_name = "FILE", requires = "key")]
    budgets: Option<PathBuf>,
    /// The table in it that this bootstrap is compared with
    #[arg(long, value_name = "NAME", requires = "budgets")]
    key: Option<String>,
    /// Write the current values as the budgets
    #[arg(long, requires = "budgets")]
    accept: bool,
}

impl Agreed {
    /// Compares `figures` with the budgets, or makes them the budgets. Returns `report` followed by
    /// the result, and whether all is within budget; without budgets, it is.
    ///
    /// # Errors
    /// As [`budget::accept`] and [`Budgets::read`].
    pub fn check(&self, report: &str, figures: &[Figure]) -> Result<(String, bool), Error> {
        let (Some(path), Some(key)) = (&self.budgets, &self.key) else { return Ok((report.to_owned(), true)) };
        let (result, is_within) = if self.accept {
            (changed(&budget::accept(path, key, figures)?), true)
        } else {
            let comparison = budget::compare(figures, &Budgets::read(path, key)?);
            (comparison.to_string(), comparison.is_within())
        };
        Ok((format!("{report}\n{} [{key}]: {result}\n", path.display()), is_within))
    }
}

/// The changes of an accepted budget, a line each.
fn changed(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "nothing changed".to_owned();
    }
    changes.iter().fold("changed".to_owned(), |text, change| format!("{text}\n  {change}"))
}
