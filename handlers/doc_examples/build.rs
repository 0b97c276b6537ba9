//! Writes a test for each code block in the documentation of the crates for functions.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folders with examples, relative to `handlers/`.
const SOURCES: [&str; 5] = ["aws", "events", "lambda", "outbound", "std"];

/// The files with the items that functions use, relative to `handlers/`. Other files have items for
/// the crates themselves.
const FOR_FUNCTIONS: [&str; 39] = [
    "aws/call.rs",
    "aws/dynamodb",
    "aws/dynamodb.rs",
    "aws/error.rs",
    "aws/lib.rs",
    "aws/local.rs",
    "aws/messages.rs",
    "aws/s3.rs",
    "aws/secrets.rs",
    "aws/upload.rs",
    "events/batch.rs",
    "events/dynamodb.rs",
    "events/eventbridge.rs",
    "events/http",
    "events/http.rs",
    "events/json/access.rs",
    "events/json/lib.rs",
    "events/kinesis.rs",
    "events/s3.rs",
    "events/sns.rs",
    "events/sqs.rs",
    "events/table.rs",
    "events/typed.rs",
    "outbound/error.rs",
    "outbound/pool.rs",
    "outbound/request.rs",
    "outbound/response.rs",
    "std/env.rs",
    "std/ffi.rs",
    "std/fs.rs",
    "std/io",
    "std/io.rs",
    "std/lambda.rs",
    "std/path.rs",
    "std/random.rs",
    "std/ruchy.rs",
    "std/sync.rs",
    "std/thread.rs",
    "std/time.rs",
];

/// A code block: its first line in the file, from 1, and its text.
struct Block {
    line: usize,
    text: String,
}

fn main() {
    let handlers = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("..");
    let (mut tests, mut count) = (String::new(), 0);
    let (mut examples, mut items) = (BTreeSet::new(), Vec::new());
    for file in SOURCES.iter().flat_map(|source| files(&handlers.join(source))) {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(&file).expect("a readable source");
        let name = file.strip_prefix(&handlers).unwrap_or(&file);
        if FOR_FUNCTIONS.iter().any(|prefix| name.starts_with(prefix)) {
            items.extend(public_items(&text).into_iter().map(|item| format!("{}: {item}", name.display())));
        }
        let name = name.with_extension("");
        let name: String = name.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        for block in blocks(&text) {
            count += 1;
            examples.extend(words(&block.text));
            write_test(&mut tests, &format!("{name}_line_{}", block.line), &block.text);
        }
    }
    writeln!(tests, "const COUNT: usize = {count};").expect("writing to a String cannot fail");
    items.retain(|item| !item.rsplit(' ').next().is_some_and(|name| examples.contains(name)));
    writeln!(tests, "/// Public items that no example uses.\nconst UNUSED: &[&str] = &{items:?};")
        .expect("writing to a String cannot fail");
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

/// Returns the identifiers in `text`.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(str::to_owned)
}

/// Returns the names of the documented public functions and types in `text`, without unit tests.
fn public_items(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut is_hidden = false;
    let mut items = Vec::new();
    for line in code.lines().map(str::trim_start) {
        if line.starts_with("#[doc(hidden)]") {
            is_hidden = true;
        } else if !line.starts_with("#[") && !line.starts_with("///") {
            let item = ["fn ", "struct ", "enum ", "trait "].iter().find_map(|kind| line.strip_prefix("pub ")?.strip_prefix(kind));
            items.extend(item.filter(|_| !is_hidden).and_then(|item| words(item).next()));
            is_hidden = false;
        }
    }
    items
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
