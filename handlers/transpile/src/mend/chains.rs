//! Chains of iterators that a source spells out, `xs.iter().map(f).sum()`: ruchy makes a list of what each `map` and `filter` gives, which has no `sum`,
//! no `take` and no `cloned`. Where more of the chain follows, they are given to ruchy as methods that it does not know; `words` gives them their names back.

use super::source::{Token, closing, tokens, with_holes};
use super::words::SPELLED;

/// What begins such a chain.
pub const BEGINNING: [&str; 13] = [
    "bytes",
    "char_indices",
    "chars",
    "chunks",
    "drain",
    "into_iter",
    "into_values",
    "iter",
    "iter_mut",
    "lines",
    "split_ascii_whitespace",
    "split_whitespace",
    "windows",
];
/// What goes on with it.
pub const GOING_ON: [&str; 21] = [
    "chain",
    "cloned",
    "copied",
    "cycle",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "fuse",
    "inspect",
    "map",
    "map_while",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "zip",
];
/// What ends it.
const ENDING: [&str; 24] = [
    "all",
    "any",
    "collect",
    "count",
    "find",
    "find_map",
    "fold",
    "for_each",
    "last",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "next",
    "nth",
    "partition",
    "position",
    "product",
    "reduce",
    "sum",
    "try_fold",
    "unzip",
];

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    for (index, token) in tokens.iter().enumerate() {
        let goes_on = || {
            closing(&tokens, source, index + 1).is_some_and(|end| {
                let next = text(end + 2);
                text(end + 1) == "." && (GOING_ON.contains(&next) || ENDING.contains(&next))
            })
        };
        let is_called = index > 0 && text(index - 1) == "." && text(index + 1) == "(";
        result += &source[reached..token.place.start];
        reached = token.place.start;
        if text(index).starts_with("f\"") {
            result += &with_holes(text(index), &spell);
            reached = token.place.end;
        } else if is_called
            && (text(index) == "reduce" || matches!(text(index), "map" | "filter") && goes_on())
            && is_of_chain(&tokens, source, index)
        {
            result += SPELLED;
        }
    }
    result + &source[reached..]
}

/// Whether the method at `index` is called on a chain.
fn is_of_chain(tokens: &[Token], source: &str, index: usize) -> bool {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let Some(close) = index.checked_sub(2).filter(|close| text(*close) == ")") else { return false };
    let Some(open) = super::source::opening(tokens, source, close).filter(|open| *open > 1) else { return false };
    let name = text(open - 1);
    text(open - 2) == "." && (BEGINNING.contains(&name) || GOING_ON.contains(&name) && is_of_chain(tokens, source, open - 1))
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn methods_of_chains_are_spelled() {
        for (source, spelled) in [
            ("xs.iter().map(f).sum()", "xs.iter().word_of_map(f).sum()"),
            (
                "xs.iter().rev().filter(|x| x.map(g)).map(f).collect()",
                "xs.iter().rev().word_of_filter(|x| x.map(g)).word_of_map(f).collect()",
            ),
            ("f\"{xs.iter().map(f).count()}\"", "f\"{xs.iter().word_of_map(f).count()}\""),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn all_else_stays() {
        for source in
            ["xs.map(f).sum()", "xs.iter().map(f)", "x.get(1).map(f).unwrap()", "xs.iter().map(f).join(\", \")", "(0..3).map(f).sum()"]
        {
            assert_eq!(spell(source), source);
        }
    }
}
