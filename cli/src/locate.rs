//! `ruchy-lambda locate`: the function and the source line of an address in a linked file, with the
//! functions that were inlined there.
//!
//! - [`symbols`] reads a file with symbols. [`walk`] finds the callers on a stack. [`stopped`]
//!   reads the stack of a process, [`reported`] that in the report of a crash; [`frames`] prints
//!   it.

pub mod frames;
pub mod reported;
pub mod stopped;
pub mod symbols;
pub mod walk;

use crate::architecture::Architecture;
use crate::engine::options::LinkOptions;
use crate::engine::recipe::architecture_of_environment;
use crate::home::Home;
use crate::project::Project;
use crate::{Error, link};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use symbols::Symbols;

/// Addresses to find.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda locate NAME 0xADDRESS… [--local]")]
pub struct Options {
    /// The function
    name: String,
    /// Addresses, as logs and crash reports have them
    #[arg(value_name = "0xADDRESS", required = true, value_parser = address)]
    addresses: Vec<u64>,
    /// Look in the file that `invoke` and `watch` start; without this option, in the one that ships
    #[arg(long)]
    local: bool,
    /// Use this file with symbols; do not build the function
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

fn address(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| "expected a hexadecimal address such as 0x400b88".to_owned())
}

/// Builds the function, unless it is built, and prints what is at each address. The exit code is 1
/// if some address has no function.
///
/// # Errors
/// As [`Home::link`] and [`Symbols::open`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let file = if let Some(file) = &options.file {
        file.clone()
    } else {
        let home = Home::here()?;
        let function = home.function(Some(&options.name))?;
        let link = if options.local { LinkOptions::quick() } else { LinkOptions::shipped(None) };
        match home.link(&function, &link).await? {
            Ok(linked) => linked.with_symbols,
            Err(refused) => {
                eprint!("{refused}");
                return Ok(ExitCode::FAILURE);
            }
        }
    };
    let symbols = Symbols::open(&file)?;
    let (mut text, mut is_found) = (String::new(), true);
    for address in &options.addresses {
        let frames = symbols.describe(*address);
        is_found &= !frames.is_empty();
        let _ = writeln!(
            text,
            "0x{address:x}: {}",
            if frames.is_empty() { "no function".to_owned() } else { frames.join("\n  inlined into ") }
        );
    }
    print!("{text}");
    Ok(if is_found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `text` with a line after each line in which `at 0x…` names an address of the file `symbols`;
/// `text` itself if that file cannot be read.
#[must_use]
pub fn annotated(text: &str, symbols: &Path) -> String {
    if addresses(text).next().is_none() {
        return text.to_owned();
    }
    let Ok(symbols) = Symbols::open(symbols) else { return text.to_owned() };
    let mut annotated = String::new();
    for line in text.split_inclusive('\n') {
        annotated.push_str(line);
        for explanation in explanations(line, &symbols) {
            let separator = if annotated.ends_with('\n') { "" } else { "\n" };
            let _ = writeln!(annotated, "{separator}{explanation}");
        }
    }
    annotated
}

/// The lines about the addresses in `line`: a stack, frame by frame, or what is at each of them.
fn explanations(line: &str, symbols: &Symbols) -> Vec<String> {
    let described = |text: &str| -> Vec<String> {
        let located = addresses(text).map(|address| (address, symbols.describe(address)));
        let known = located.filter(|(_, frames)| !frames.is_empty());
        known.map(|(address, frames)| format!("  0x{address:x}: {}", frames.join(", inlined into "))).collect()
    };
    let Some(stack) = reported::stack(line) else { return described(line) };
    let mut lines = described(&line[..stack.range.start]);
    lines.extend(symbols.stack(stack.instruction, &stack.words, true).into_iter().map(|frame| format!("    at {frame}")));
    lines
}

/// [`annotated`] by the file of the function `name` that was built last to be shipped, if this is
/// its project or repository: what is deployed should be that build.
#[must_use]
pub fn annotated_as_shipped(text: String, name: &str) -> String {
    match shipped_symbols(name) {
        Some(symbols) if symbols.exists() => annotated(&text, &symbols),
        _ => text,
    }
}

fn shipped_symbols(name: &str) -> Option<PathBuf> {
    let chosen = architecture_of_environment().ok()?;
    if Home::is_repository() {
        return Some(link::symbols_of(name, chosen.unwrap_or(Architecture::X86_64), &LinkOptions::shipped(None)));
    }
    let project = Project::here().ok()??;
    let architecture = chosen.or(project.settings_of(name).architecture).unwrap_or(Architecture::X86_64);
    let folder = project.target().ok()?.join("built").join(architecture.name()).join(name);
    Some(folder.join(LinkOptions::shipped(None).key()).join("bootstrap.symbols"))
}

/// The addresses that the runtime's messages and crash reports name: hexadecimal numbers after
/// `at `, and those that are a text of their own.
fn addresses(text: &str) -> impl Iterator<Item = u64> {
    text.match_indices("0x").filter_map(|(start, _)| {
        let before = &text[..start];
        let digits = text[start + 2..].bytes().take_while(u8::is_ascii_hexdigit).count();
        let is_named = before.ends_with("at ") && !before.ends_with("at address ") || before.ends_with('"');
        is_named.then(|| u64::from_str_radix(&text[start + 2..start + 2 + digits], 16).ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::{address, addresses};

    #[test]
    fn locate_reads_the_addresses_of_messages() {
        let text = "handler is still running, at 0x400b88\nsegmentation fault at address 0x8 \"stackTrace\":[\"0x4012af\"] 0x77";
        assert_eq!(addresses(text).collect::<Vec<_>>(), [0x40_0b88, 0x40_12af]);
        assert_eq!((address("0x1f"), address("1f")), (Ok(31), Ok(31)));
        assert!(address("main").is_err());
    }
}
