//! A tutorial as steps. A block of code is a step by the comment on the line before it:
//!
//! - `<!-- write: PATH -->`: the block is the content of a file. `<!-- add: PATH -->`: it is
//!   appended to one.
//! - `<!-- output -->`: what the commands before print; `…` stands for any text.
//! - `<!-- serve -->`: a command that stays, and prints its address.
//! - `<!-- not run: REASON -->`: it is not executed.
//! - no comment: `sh` blocks are commands; other blocks are for reading.

#[derive(Debug, PartialEq)]
pub enum Step {
    Write { path: String, text: String },
    Add { path: String, text: String },
    Run(String),
    Serve(String),
    Output(String),
}

/// The steps of the page `text`.
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines().peekable();
    let mut before = "";
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            steps.extend(step(before, language, block.join("\n") + "\n"));
        }
        before = line;
    }
    steps
}

/// The step of a block in `language` after the line `before`.
fn step(before: &str, language: &str, text: String) -> Option<Step> {
    let comment = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).unwrap_or_default();
    match comment.split_once(": ").unwrap_or((comment, "")) {
        ("write", path) => Some(Step::Write { path: path.to_owned(), text }),
        ("add", path) => Some(Step::Add { path: path.to_owned(), text }),
        ("output", _) => Some(Step::Output(text)),
        ("serve", _) => Some(Step::Serve(text)),
        ("not run", _) => None,
        ("", _) => (language == "sh").then_some(Step::Run(text)),
        _ => panic!("{before}: not a comment of a step"),
    }
}

/// Returns whether `text` is `pattern`, in which `…` stands for any text. White space at the ends
/// does not matter.
pub fn matches(pattern: &str, text: &str) -> bool {
    let parts: Vec<&str> = pattern.trim().split('…').collect();
    let [first, middle @ .., last] = &parts[..] else { return pattern.trim() == text.trim() };
    let Some(mut rest) = text.trim().strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn page_has_its_steps_in_order() {
    let text = "A\n<!-- write: a/b.rs -->\n```rust\nfn b() {}\n```\n\n```sh\nls a\n```\n<!-- output -->\n```text\nb…s\n```\n<!-- not run: slow -->\n```sh\nx\n```\n```json\n1\n```\n";
    let expected = [
        Step::Write { path: "a/b.rs".to_owned(), text: "fn b() {}\n".to_owned() },
        Step::Run("ls a\n".to_owned()),
        Step::Output("b…s\n".to_owned()),
    ];
    assert_eq!(steps(text), expected);
}

#[test]
fn output_matches_up_to_elisions() {
    for (pattern, text, expected) in
        [("a", "a\n", true), ("a", "b", false), ("a…c", "abc", true), ("a…c", "abcd", false), ("a…", "abc", true), ("a…c…", "abcd", true)]
    {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}
