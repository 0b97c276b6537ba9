//! The commands that messages advise: recipes in the repository of this tool, and the tool itself
//! elsewhere.

use crate::register::FUNCTIONS;
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

/// Returns `text` as one word of a shell command.
#[must_use]
pub fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quoted_words_are_single_words_of_a_shell() {
        for word in ["fixtures/a-b_c.json", "two words", "it's", "$HOME", "a\nb", "", "*", "é"] {
            let script = format!("printf %s {}", quoted(word));
            let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word);
        }
        assert_eq!(quoted("fixtures/orders"), "fixtures/orders");
    }
}
