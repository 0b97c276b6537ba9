//! Writes a test for each code block in the documentation of the crates for functions.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folders with examples, relative to `handlers/`.
const SOURCES: [&str; 5] = ["aws", "events", "lambda", "outbound", "std"];

/// A code block: its first line in the file, from 1, and its text.
struct Block {
    line: usize,
    text: String,
}

fn main() {
    let handlers = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("..");
    let (mut tests, mut count) = (String::new(), 0);
    for file in SOURCES.iter().flat_map(|source| files(&handlers.join(source))) {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(&file).expect("a readable source");
        let name = file.strip_prefix(&handlers).unwrap_or(&file).with_extension("");
        let name: String = name.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        for block in blocks(&text) {
            count += 1;
            write_test(&mut tests, &format!("{name}_line_{}", block.line), &block.text);
        }
    }
    writeln!(tests, "const COUNT: usize = {count};").expect("writing to a String cannot fail");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("examples.rs"), tests).expect("OUT_DIR is writable");
}

/// Returns the source files in the folder `path`, without tests.
fn files(path: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", path.display());
    let entries = fs::read_dir(path).expect("a readable folder").map(|entry| entry.expect("a readable entry").path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| !path.ends_with("tests") && !path.ends_with("examples"))
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}

/// Returns the blocks of Rust in the documentation comments of `text`.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut is_in_block, mut is_collected) = (false, false);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let Some(comment) = line.strip_prefix("//!").or(line.strip_prefix("///")) else { continue };
        let line = comment.strip_prefix(' ').unwrap_or(comment);
        if let Some(language) = line.strip_prefix("```") {
            is_in_block = !is_in_block;
            is_collected = is_in_block && language.is_empty();
            if is_collected {
                blocks.push(Block { line: index + 2, text: String::new() });
            }
        } else if let Some(block) = blocks.last_mut().filter(|_| is_collected) {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}

fn write_test(tests: &mut String, name: &str, block: &str) {
    let result = if block.contains("fn lambda_handler") {
        let value = |prefix| block.lines().find_map(|line| line.strip_prefix(prefix));
        let test = match (value("// event: "), value("// response: ")) {
            (Some(event), Some(response)) => format!("crate::harness::check(lambda_handler, {event:?}, {response:?});"),
            _ => "crate::harness::accept(lambda_handler);".to_owned(),
        };
        write!(tests, "mod {name} {{\n{block}\n#[test]\nfn example() {{ {test} }}\n}}\n")
    } else {
        write!(tests, "#[test]\nfn {name}() {{\n{block}\n}}\n")
    };
    result.expect("writing to a String cannot fail");
}
