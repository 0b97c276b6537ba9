//! The text that `test` prints. Pure, except for the names of files.

use crate::fixtures::answer::Answer;
use crate::fixtures::{Case, difference};
use crate::home::Home;
use crate::recipe;
use handlers_build::function::Function as Source;
use std::fmt::Write as _;

/// Events of what invokes functions, as it sends them.
const TEMPLATES: &str = "handlers/templates/fixtures";

/// The message about a function that does not build. A message shared by two functions is printed
/// once.
#[must_use]
pub fn not_built(name: &str, refused: &str, is_known: bool) -> String {
    if is_known {
        return format!("{name}\n  ✗ does not build, for the same reason\n");
    }
    refused.lines().fold(format!("{name}\n  ✗ does not build:\n"), |text, line| text + "      " + line + "\n")
}

/// Describes the difference between `answer` and the expected one; `None` if they match.
#[must_use]
pub fn mismatch(home: &Home, function: &str, case: &Case, answer: &Answer) -> Option<String> {
    match &case.expected {
        Some(expected) => difference::between(expected, answer).map(|lines| format!("- expected, + response:\n{lines}")),
        None => Some(format!(
            "{} is missing. `{} --accept {function}` writes this response:\n{}\n",
            case.expectation_of(answer).display(),
            test_command(home),
            answer.text()
        )),
    }
}

/// The message about a case that did not pass: the difference, and the function's log.
#[must_use]
pub fn failed(case: &str, mismatch: &str, log: &str) -> String {
    let mut text = format!("  ✗ {case}\n");
    let log = if log.is_empty() { String::new() } else { format!("its log:\n{log}") };
    for line in mismatch.lines().chain(log.lines()) {
        let _ = writeln!(text, "      {line}");
    }
    text
}

/// Returns the instructions for a function without fixtures.
#[must_use]
pub fn no_fixtures(home: &Home, function: &Source) -> String {
    let (name, folder) = (&function.name, home.fixtures_of(function));
    let templates =
        if matches!(home, Home::Repository) { format!(" (events of HTTP, queues and others: {TEMPLATES})") } else { String::new() };
    format!(
        "has no fixtures. Write an event, and have the response written to a file{templates}:\n    \
         mkdir -p {folder} && echo '{{}}' > {folder}/first.event.json\n    \
         {command} --accept {name}",
        folder = recipe::quoted(&folder.to_string_lossy()),
        command = test_command(home)
    )
}

/// The command that runs fixtures.
fn test_command(home: &Home) -> &'static str {
    match home {
        Home::Repository => "just test-handlers",
        Home::Project(_) => "ruchy-lambda test",
    }
}
