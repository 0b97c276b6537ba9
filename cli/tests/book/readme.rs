//! README.md is a front page.

use crate::{read, root};

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
