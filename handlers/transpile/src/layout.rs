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
    let keys = |words: &mut dyn Iterator<Item = &Word<'_>>| words.map(|word| word.key().to_owned()).collect::<Vec<_>>();
    let here = keys(&mut made.iter().map(|(_, word)| word));
    let there = keys(&mut source.iter());
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
        } else if before.is_some_and(|before| before.spaced) {
            text.push(' ');
        }
        text += &piece.text;
        reached += piece.text.matches('\n').count();
    }
    text.push('\n');
    text
}
