//! README.md is a front page, and its badges are true.

use crate::{read, root};
use ruchy_lambda_cli::architecture::Architecture;

const LINES_MAX: usize = 120;
const WORDS_MAX: usize = 1000;

#[test]
fn readme_is_short() {
    let text = read(&root().join("README.md"));
    let (lines, words) = (text.lines().count(), text.split_whitespace().count());
    assert!(
        lines <= LINES_MAX && words <= WORDS_MAX,
        "README.md has {lines} lines (limit {LINES_MAX}) and {words} words (limit {WORDS_MAX})"
    );
}

/// A badge is a link in README.md and the label of its image.
fn assert_badge(text: &str) {
    let readme = read(&root().join("README.md"));
    let path = readme.split_once(&format!("![{text}](")).unwrap_or_else(|| panic!("no badge `{text}`")).1.split(')').next().unwrap();
    let (left, right) = text.split_once(": ").unwrap();
    let image = read(&root().join(path));
    for part in [&format!("aria-label=\"{text}\""), &format!(">{left}</text>"), &format!(">{right}</text>")] {
        assert!(image.contains(part), "{path}: expected {part}");
    }
}

#[test]
fn readme_badges_match_the_package() {
    assert_badge(&format!("Rust: {} or newer", env!("CARGO_PKG_RUST_VERSION")));
    let licence = read(&root().join("Cargo.toml"));
    assert!(licence.contains("license = \"MIT OR Apache-2.0\""));
    assert_badge("licence: MIT or Apache-2.0");
    let names = [Architecture::X86_64, Architecture::Arm64].map(Architecture::name);
    assert_badge(&format!("processors: {}", names.join(", ")));
}
