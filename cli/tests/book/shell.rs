//! The shell blocks of documents. Each command of the tool must parse and each recipe must exist.
//!
//! The test program `tutorials` executes the tutorials and Getting started. A block of another page
//! has the comment `<!-- not run: REASON -->` on the line before it.

use crate::{markdown, read, root};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Pages that the test program `tutorials` executes, relative to `docs/`.
const EXECUTED: [&str; 2] = ["tutorials", "getting-started.md"];
/// The script that executes the commands of README.md.
const INSTALL: &str = "tests/checks/install.sh";

/// A fenced block of code.
struct Block {
    language: String,
    /// The line before the block.
    before: String,
    lines: Vec<String>,
}

impl Block {
    /// Returns the commands: all lines of `sh`, and lines after a prompt of `console`.
    fn commands(&self) -> Vec<Vec<String>> {
        let lines = self.lines.iter().filter_map(|line| match self.language.as_str() {
            "sh" => Some(line.as_str()),
            "console" => line.strip_prefix("$ "),
            _ => None,
        });
        lines.flat_map(commands).collect()
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut before, mut lines) = (Vec::new(), "", text.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```").map(str::to_owned).collect();
            blocks.push(Block { language: language.to_owned(), before: before.to_owned(), lines: body });
        }
        before = line;
    }
    blocks
}

/// Splits a line of shell at `&&`, `|` and `;` into commands, and these into words. Knows quotes
/// and comments; removes assignments before a command.
fn commands(line: &str) -> Vec<Vec<String>> {
    let (mut found, mut words) = (Vec::new(), Vec::new());
    let (mut word, mut quote) = (None::<String>, None);
    for letter in line.chars().chain([' ', ';']) {
        match letter {
            _ if quote == Some(letter) => quote = None,
            '\'' | '"' if quote.is_none() => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            '#' if quote.is_none() && word.is_none() => break,
            ' ' if quote.is_none() => words.extend(word.take()),
            '&' | '|' | ';' if quote.is_none() => {
                words.extend(word.take());
                found.push(std::mem::take(&mut words));
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    found.push(words);
    let is_assignment =
        |word: &String| word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    let trimmed = found.into_iter().map(|words: Vec<String>| words.into_iter().skip_while(is_assignment).collect::<Vec<_>>());
    trimmed.filter(|words| !words.is_empty()).collect()
}

/// Returns the error in a command, if it has one.
fn fault(words: &[String], recipes: &BTreeSet<String>) -> Option<String> {
    match words {
        // Placeholders such as `[NAME…]`.
        _ if words.iter().any(|word| word.contains('…') || word.starts_with('[')) => None,
        [program, ..] if program == "ruchy-lambda" => {
            let parsed = ruchy_lambda_cli::command_line::definition().try_get_matches_from(words);
            parsed.err().filter(clap::Error::use_stderr).map(|error| error.to_string())
        }
        [program, recipe, ..] if program == "just" && !recipe.starts_with('-') => {
            (!recipes.contains(recipe)).then(|| format!("no recipe `{recipe}`"))
        }
        _ => None,
    }
}

fn is_executed(page: &Path) -> bool {
    EXECUTED.iter().any(|executed| page.starts_with(root().join("docs").join(executed)))
}

#[test]
fn shell_blocks_have_valid_commands() {
    let output = Command::new("just").args(["--summary", "--unsorted"]).current_dir(root()).output().unwrap();
    let recipes: BTreeSet<String> = String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for page in markdown(&root()) {
        for words in blocks(&read(&page)).iter().flat_map(Block::commands) {
            count += 1;
            faults.extend(fault(&words, &recipes).map(|fault| format!("{}: {words:?}: {fault}", page.display())));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 60, "only {count} commands");
}

#[test]
fn shell_blocks_are_executed_or_marked() {
    let is_marked = |block: &Block| block.before.starts_with("<!-- not run: ") && block.before.ends_with(" -->");
    let pages = markdown(&root().join("docs")).into_iter().filter(|page| !is_executed(page));
    let unmarked = pages.flat_map(|page| {
        let blocks = blocks(&read(&page)).into_iter().filter(|block| block.language == "sh" && !is_marked(block));
        blocks.map(move |block| format!("{}: {}", page.display(), block.lines[0])).collect::<Vec<_>>()
    });
    let unmarked: Vec<String> = unmarked.collect();
    assert!(unmarked.is_empty(), "expected <!-- not run: REASON --> before:\n{}", unmarked.join("\n"));
}

#[test]
fn readme_commands_are_executed_by_the_install_check() {
    let script = read(&root().join(INSTALL));
    let commands = blocks(&read(&root().join("README.md")))
        .iter()
        .filter(|block| block.language == "sh")
        .flat_map(Block::commands)
        .collect::<Vec<_>>();
    let of_tool: Vec<String> = commands.iter().filter(|words| words[0] == "ruchy-lambda").map(|words| words.join(" ")).collect();
    assert!(of_tool.len() > 1, "{of_tool:?}");
    for command in of_tool {
        assert!(script.contains(&format!(" {command}\n")), "{INSTALL} does not run `{command}`");
    }
}

#[test]
fn shell_commands_are_split_at_operators() {
    let words = |line| commands(line).into_iter().map(|words| words.join("+")).collect::<Vec<_>>();
    assert_eq!(words("A=1 just x 'a b' && cd y # no"), ["just+x+a b", "cd+y"]);
    assert_eq!(words("curl -d '{\"a\":1}' http://a/#b | tail"), ["curl+-d+{\"a\":1}+http://a/#b", "tail"]);
    assert!(words("# comment").is_empty());
}

#[test]
fn shell_faults_are_found() {
    let fault_of = |line: &str| commands(line).iter().find_map(|words| fault(words, &BTreeSet::from(["ci".to_owned()])));
    assert_eq!(fault_of("just ci && ruchy-lambda invoke a '{}'"), None);
    assert_eq!(fault_of("just cj").unwrap(), "no recipe `cj`");
    assert!(fault_of("ruchy-lambda invoke --no-such-option").unwrap().contains("--no-such-option"));
}
