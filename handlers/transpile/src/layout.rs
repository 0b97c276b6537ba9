//! Lays the Rust of a `.ruchy` function out anew, so that each token stands on the line of the source that it came from: then the lines that
//! rustc's messages and panics name are the source's, and nothing is left to translate.
//!
//! Ruchy says nothing of where its Rust comes from, but keeps order and names. So the words of both are aligned, as a comparison of two
//! versions of a text does; a word that has a partner takes its line, and what stands between two such words goes with the one or the other.
//! Tokens stay as they are, and in their order: only the space between them changes, and comments go, which no message is about.

mod pieces;
mod words;

use pieces::Piece;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use words::Word;

/// The most words of source and Rust together that are aligned: some ten thousand lines. Longer than that, a file stays as it is.
pub const WORDS_MAX: usize = 200_000;

/// `rust`, which was made from the source `ruchy`, on the lines of that; nothing where it cannot be laid out with just the same tokens.
#[must_use]
pub fn lay_out(rust: &str, ruchy: &str) -> Option<String> {
    let pieces = pieces::read(rust)?;
    let source = words::read(ruchy);
    let made: Vec<(usize, Word<'_>)> =
        pieces.iter().enumerate().flat_map(|(at, piece)| piece.words().map(move |word| (at, word))).collect();
    if source.len() + made.len() > WORDS_MAX {
        return None;
    }
    let text = write(&pieces, &lines(&pieces, &partners(&pieces, &made, &source)), ruchy);
    // Spaces in a wrong place would make other tokens.
    pieces::read(&text).is_some_and(|again| pieces::same(&again, &pieces)).then_some(text)
}

/// For each piece the line of the word in the source that one of its words came from. These never decrease.
fn partners(pieces: &[Piece], made: &[(usize, Word<'_>)], source: &[Word<'_>]) -> Vec<Option<usize>> {
    let here: Vec<&str> = made.iter().map(|(_, word)| word.key()).collect();
    let there: Vec<&str> = source.iter().map(|word| word.key()).collect();
    let mut partners = vec![None; pieces.len()];
    for run in capture_diff_slices(Algorithm::Patience, &there, &here) {
        let DiffOp::Equal { old_index, new_index, len } = run else { continue };
        for (word, (piece, _)) in source[old_index..][..len].iter().zip(&made[new_index..]) {
            partners[*piece].get_or_insert(word.line);
        }
    }
    partners
}

/// The line for each piece: its partner's, or that of a neighbour which has one.
fn lines(pieces: &[Piece], partners: &[Option<usize>]) -> Vec<usize> {
    let mut lines = Vec::with_capacity(pieces.len());
    let mut line = 1;
    for (at, partner) in partners.iter().enumerate() {
        let Some(partner) = *partner else { continue };
        let stays = lines.len() + staying(&pieces[lines.len()..at]);
        lines.resize(stays, line);
        lines.resize(at + 1, partner);
        line = partner;
    }
    let stays = lines.len() + staying(&pieces[lines.len()..]);
    lines.resize(stays, line);
    // What ruchy adds behind the last word of the source.
    lines.resize(pieces.len(), line + 1);
    lines
}

/// How many of `pieces`, which stand between two words on different lines, belong to the first one: all to where a statement, a block
/// or at least an argument ends or begins, and what is closed there; or where none does, what closes something or opens it right behind the word.
fn staying(pieces: &[Piece]) -> usize {
    const ENDS: [&str; 3] = ["{", "}", ";"];
    const CLOSES: [&str; 6] = ["}", ")", "]", ",", ";", "?"];
    const OPENS: [&str; 3] = ["!", "(", "["];
    let is = |piece: &Piece, tokens: &[&str]| tokens.contains(&piece.text.as_str());
    let first = |tokens: &[&str]| pieces.iter().position(|piece| is(piece, tokens));
    match first(&ENDS).or_else(|| first(&[","])) {
        Some(end) => end + 1 + pieces[end + 1..].iter().take_while(|piece| is(piece, &CLOSES)).count(),
        None => pieces.iter().take_while(|piece| is(piece, &CLOSES) || is(piece, &OPENS)).count(),
    }
}

/// The pieces on their lines, as far as these can be kept, each line indented as the source's.
fn write(pieces: &[Piece], lines: &[usize], ruchy: &str) -> String {
    let indents: Vec<&str> = ruchy.lines().map(|line| &line[..line.len() - line.trim_start().len()]).collect();
    let mut text = String::new();
    let mut reached = 1;
    for (at, (piece, line)) in pieces.iter().zip(lines).enumerate() {
        let before = at.checked_sub(1).map(|before| &pieces[before]);
        if *line > reached && !before.is_some_and(|before| before.joined) {
            text.extend(std::iter::repeat_n('\n', line - reached));
            text += indents.get(line - 1).copied().unwrap_or_default();
            reached = *line;
        } else if before.is_some_and(|before| before.spaced && !is_of_a_break(before, piece)) {
            text.push(' ');
        }
        text += &piece.text;
        reached += piece.text.matches('\n').count();
    }
    text.push('\n');
    text
}

/// Whether the space between these can only be that of a line which was too long, and means nothing to tokens.
fn is_of_a_break(before: &Piece, piece: &Piece) -> bool {
    let ends_a_value = matches!(before.text.as_str(), ")" | "]" | "}")
        || (before.named && !before.text.starts_with(|letter: char| letter.is_ascii_digit()));
    matches!(before.text.as_str(), "(" | "[")
        || matches!(piece.text.as_str(), ")" | "]")
        || (piece.text == "." && !piece.joined && ends_a_value)
}

#[cfg(test)]
mod tests {
    use super::lay_out;
    use proc_macro2::TokenStream;
    use proptest::prelude::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The line of each of `words`, of which there is one in `text`.
    fn lines<const N: usize>(text: &str, words: [&str; N]) -> [usize; N] {
        words.map(|word| {
            let found: Vec<usize> = text.lines().enumerate().filter(|(_, line)| line.contains(word)).map(|(at, _)| at + 1).collect();
            assert!(found.len() == 1, "{word} stands on the lines {found:?} of:\n{text}");
            found[0]
        })
    }

    #[test]
    fn words_stand_on_the_lines_they_came_from() {
        let ruchy = "// What it does.\n\nfun first(n: i32) -> i32 {\n    # Comments count for nothing: second, third.\n    n / 10\n}\n\n\npub fun second(text: &str) -> String {\n    \
                     let third = text\n        .trim()\n        .unheard_of();\n    f\"{first(3)} of {\n        third}\"\n}\n";
        let rust = "// A mark: second.\nfn first(n: i32) -> i32 {\n    n / 10\n}\npub fn second(text: &str) -> String {\n    {\n        let third = text.trim().unheard_of();\n        \
                    format!(\"{} of {}\", first(3), third)\n    }\n}\nfn main() {}\n";
        let text = lay_out(rust, ruchy).unwrap();
        assert_eq!(lines(&text, ["fn first", "n / 10", "pub fn second", "let third = text"]), [3, 5, 9, 10], "{text}");
        assert_eq!(lines(&text, [".trim()", ".unheard_of();", "format!(\"{} of {}\", first(3)", "fn main"]), [11, 12, 13, 15], "{text}");
    }

    #[test]
    fn what_has_changed_places_does_not_move_what_has_not() {
        let ruchy = "fun moved(only_here: i32) {}\nfun a(one: i32) {\n    one + 1\n}\nfun b(two: i32) {\n    two + 2\n}\n";
        let rust = "fn a(one: i32) { one + 1 } fn b(two: i32) { two + 2 } fn moved(only_here: i32) {}";
        assert_eq!(lines(&lay_out(rust, ruchy).unwrap(), ["a(one", "one + 1 }", "b(two", "two + 2 }"]), [2, 3, 5, 6]);
    }

    #[test]
    fn a_string_of_several_lines_pushes_what_follows_no_further_than_it_must() {
        let ruchy = "let a = \"one\ntwo\";\nlet b = 1;\nlet c = 2;\nlet d = 3;\n";
        let rust = "let a = r\"one\n\n\ntwo\"; let b = 1; let c = 2; let d = 3;";
        let text = lay_out(rust, ruchy).unwrap();
        assert!(text.contains("r\"one\n\n\ntwo\""), "{text}");
        assert_eq!(lines(&text, ["let b", "let c", "let d"]), [4, 4, 5], "{text}");
    }

    #[test]
    fn what_is_not_rust_is_left_alone() {
        assert_eq!(lay_out("fn a( {", "fun a() {}"), None);
        assert_eq!(lay_out(&"a ".repeat(super::WORDS_MAX), "b"), None, "and what is too long");
    }

    /// Pairs of a function in Ruchy and its Rust: those that are committed.
    fn committed() -> Vec<(PathBuf, String, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = [root.join("handlers/functions"), root.join("tests/functions")];
        let paths = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
        let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "ruchy"));
        sources
            .map(|path| {
                let [ruchy, rust] = ["ruchy", "rs"].map(|extension| fs::read_to_string(path.with_extension(extension)).unwrap());
                (path, ruchy, rust)
            })
            .collect()
    }

    #[test]
    fn every_function_that_comes_with_the_project_is_laid_out_with_its_names_where_they_were() {
        let committed = committed();
        assert!(committed.len() > 8);
        for (path, ruchy, rust) in committed {
            let text = lay_out(&rust, &ruchy).unwrap();
            assert_same_tokens(&text, &rust);
            let (here, there) = (super::words::read(&text), super::words::read(&ruchy));
            let only = |words: &[super::Word<'_>], key: &str| words.iter().filter(|word| word.key() == key).count() == 1;
            let mut found = 0;
            for word in there.iter().filter(|word| only(&here, word.key()) && only(&there, word.key())) {
                let laid = here.iter().find(|laid| laid.key() == word.key()).unwrap();
                assert_eq!(laid.line, word.line, "{} in {}:\n{text}", word.key(), path.display());
                found += 1;
            }
            assert!(found > 2, "{}", path.display());
        }
    }

    fn assert_same_tokens(one: &str, other: &str) {
        let tokens = |text: &str| text.parse::<TokenStream>().unwrap().to_string();
        assert_eq!(tokens(one), tokens(other));
    }

    proptest! {
        /// Each two tokens that could become one, or one that could become two, in some order, spaced in some way.
        #[test]
        fn tokens_stay_as_they_are(
            rust in proptest::collection::vec(prop_oneof![
                "[a-c]{1,2}", "[0-9]{1,2}", "[0-9]\\.[0-9]f64", Just("0x1f_u8".to_owned()), Just("r#fn".to_owned()),
                "[-+*/=<>!&|.,;:?@#$%^]{1,3}", Just("'a".to_owned()), Just("'a'".to_owned()), Just("'\\''".to_owned()), Just("b'x'".to_owned()),
                "\"[a-c \n]{0,4}\"", Just("r#\"a\n\"b\"#".to_owned()), Just("c\"x\"".to_owned()), Just("(a\n[b] {c})".to_owned()),
                Just("\n/// a \"b\"\n".to_owned()), Just("/** a\nb */".to_owned()), Just("//! c\n".to_owned()), Just("// d\n".to_owned()),
                Just("#[a = \"b\"]".to_owned()), Just("'static".to_owned()), Just("..=".to_owned()), "[ \n]{1,2}",
            ], 0..40),
            gaps in proptest::collection::vec("[ \n]?", 40),
            ruchy in "([a-c0-9'\"#{}/\\\\ ]{0,6}\n){0,20}",
        ) {
            let rust: String = rust.iter().zip(&gaps).map(|(token, gap)| token.clone() + gap).collect();
            if let Ok(tokens) = rust.parse::<TokenStream>() {
                let text = lay_out(&rust, &ruchy);
                prop_assert!(text.is_some(), "{rust:?}");
                prop_assert_eq!(text.unwrap().parse::<TokenStream>().unwrap().to_string(), tokens.to_string());
            }
        }
    }
}
