//! The commands that messages advise: recipes in the repository of this tool, and the tool itself
//! elsewhere.

use handlers_build::register::FUNCTIONS;
use std::path::Path;

/// Returns true for the repository of the tool itself.
#[must_use]
pub fn is_repository() -> bool {
    let is_named = std::env::var_os(FUNCTIONS).is_some_and(|folders| !folders.is_empty());
    is_named || Path::new("handlers/functions").is_dir()
}

/// The command that a user types for `words`, a command and its arguments.
#[must_use]
pub fn recipe(words: &str) -> String {
    format!("{} {words}", if is_repository() { "just" } else { "ruchy-lambda" })
}
