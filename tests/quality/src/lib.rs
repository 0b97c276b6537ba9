//! The quality figures of this workspace: complexity, markers of unfinished work, line coverage and
//! mutation score.
//!
//! - [`sources`]: the files. [`complexity`]: the branches of their functions; [`limits`]: those beyond a limit. [`markers`]: comments that announce work.
//! - [`coverage`]: lines that tests run, with those of the linked file; [`mutation`]: changes that tests notice.
//! - [`figures`] reads and writes `tests/quality.toml`.

pub mod complexity;
pub mod coverage;
pub mod figures;
pub mod limits;
pub mod markers;
pub mod mutation;
pub mod sources;

use std::path::{Path, PathBuf};

/// An error, as text.
pub type Error = String;

/// Returns the folder of the repository.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
