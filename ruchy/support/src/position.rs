//! Positions in text, counted in letters (Unicode scalar values): what `find` returns is what `[a..b]`, `split_at` and `insert` take.

use alloc::string::{Drain, String};
use core::iter::FusedIterator;
use core::ops::{Bound, Range, RangeBounds};
use core::str::Chars;

/// The position of the first match of a pattern, in letters. It is a macro because the trait of patterns cannot be named.
#[macro_export]
macro_rules! find {
    ($text:expr, $pattern:expr) => {
        match ($text, $pattern) {
            (text, pattern) => text.find(pattern).map(|at| $crate::letters_before(text, at)),
        }
    };
}

/// The position of the last match of a pattern, in letters. It is a macro because the trait of patterns cannot be named.
#[macro_export]
macro_rules! rfind {
    ($text:expr, $pattern:expr) => {
        match ($text, $pattern) {
            (text, pattern) => text.rfind(pattern).map(|at| $crate::letters_before(text, at)),
        }
    };
}

/// All matches of a pattern with their positions, in letters.
#[macro_export]
macro_rules! match_indices {
    ($text:expr, $pattern:expr) => {
        match ($text, $pattern) {
            (text, pattern) => text.match_indices(pattern).map(move |(at, part)| ($crate::letters_before(text, at), part)),
        }
    };
}

/// All matches of a pattern with their positions, from the end, in letters.
#[macro_export]
macro_rules! rmatch_indices {
    ($text:expr, $pattern:expr) => {
        match ($text, $pattern) {
            (text, pattern) => text.rmatch_indices(pattern).map(move |(at, part)| ($crate::letters_before(text, at), part)),
        }
    };
}

/// The letters in front of the byte `at`, which begins a letter or is the end.
#[must_use]
pub fn letters_before(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.chars().count())
}

/// The byte at which the letter `position` begins; the text's length for the position after the last letter.
fn byte_of(text: &str, position: usize) -> Option<usize> {
    let mut places = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    places.nth(position)
}

#[track_caller]
fn byte_or_panic(text: &str, position: usize) -> usize {
    match byte_of(text, position) {
        Some(byte) => byte,
        None => panic!("position {position} is out of bounds for a text of {} letters", text.chars().count()),
    }
}

/// The bytes of a range of letters, if it is in range.
fn bytes_of(text: &str, range: &impl RangeBounds<usize>) -> Option<Range<usize>> {
    let start = match range.start_bound() {
        Bound::Included(start) => byte_of(text, *start)?,
        Bound::Excluded(start) => byte_of(text, start.checked_add(1)?)?,
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(end) => byte_of(text, end.checked_add(1)?)?,
        Bound::Excluded(end) => byte_of(text, *end)?,
        Bound::Unbounded => text.len(),
    };
    (start <= end).then_some(start..end)
}

#[track_caller]
fn bytes_or_panic(text: &str, range: &impl RangeBounds<usize>) -> Range<usize> {
    match bytes_of(text, range) {
        Some(bytes) => bytes,
        None => panic!("the range is out of bounds for a text of {} letters", text.chars().count()),
    }
}

/// `text`, a position of which was computed from numbers of bytes: it must have no letter of several bytes.
///
/// # Panics
/// When it has one.
#[must_use]
#[track_caller]
pub fn single_bytes(text: &str) -> &str {
    assert!(
        text.is_ascii(),
        "a position in this text is computed from a number of bytes, but some of its letters have several bytes: use `chars().count()` for `len()`, and `char_indices()` for `bytes()`"
    );
    text
}

/// [`single_bytes`], for text that is changed.
///
/// # Panics
/// When a letter has several bytes.
#[must_use]
#[track_caller]
pub fn single_bytes_mut(text: &mut String) -> &mut String {
    let _ = single_bytes(text);
    text
}

/// The letters with their positions.
#[derive(Clone, Debug)]
pub struct CharIndices<'text> {
    letters: Chars<'text>,
    front: usize,
    /// The position after the last letter, once it is known.
    back: Option<usize>,
}

/// The letters of `text` with their positions.
#[must_use]
pub fn char_indices(text: &str) -> CharIndices<'_> {
    CharIndices { letters: text.chars(), front: 0, back: None }
}

impl Iterator for CharIndices<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<(usize, char)> {
        let letter = self.letters.next()?;
        self.front += 1;
        Some((self.front - 1, letter))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.letters.size_hint()
    }
}

impl DoubleEndedIterator for CharIndices<'_> {
    fn next_back(&mut self) -> Option<(usize, char)> {
        let back = self.back.unwrap_or_else(|| self.front + self.letters.clone().count());
        let letter = self.letters.next_back()?;
        self.back = Some(back - 1);
        Some((back - 1, letter))
    }
}

impl FusedIterator for CharIndices<'_> {}

/// The text before and after a position.
///
/// # Panics
/// When the text is shorter.
#[must_use]
#[track_caller]
pub fn split_letters_at(text: &str, position: usize) -> (&str, &str) {
    text.split_at(byte_or_panic(text, position))
}

/// The letters in a range; nothing if it is out of range.
#[must_use]
pub fn get_letters(text: &str, range: impl RangeBounds<usize>) -> Option<&str> {
    text.get(bytes_of(text, &range)?)
}

/// Inserts a letter at a position.
///
/// # Panics
/// When the text is shorter.
#[track_caller]
pub fn insert_letter(position: usize, letter: char, text: &mut String) {
    text.insert(byte_or_panic(text, position), letter);
}

/// Inserts `part` at a position.
///
/// # Panics
/// When the text is shorter.
#[track_caller]
pub fn insert_text(position: usize, part: &str, text: &mut String) {
    text.insert_str(byte_or_panic(text, position), part);
}

/// Removes the letter at a position.
///
/// # Panics
/// When there is none.
#[track_caller]
pub fn remove_letter(position: usize, text: &mut String) -> char {
    let byte = byte_or_panic(text, position);
    assert!(byte < text.len(), "position {position} is out of bounds for a text of {position} letters");
    text.remove(byte)
}

/// Removes all letters but the first `count`.
pub fn keep_letters(count: usize, text: &mut String) {
    if let Some(byte) = byte_of(text, count) {
        text.truncate(byte);
    }
}

/// Takes the letters in a range out of the text.
///
/// # Panics
/// When an end is out of range.
#[track_caller]
pub fn drain_letters(range: impl RangeBounds<usize>, text: &mut String) -> Drain<'_> {
    let bytes = bytes_or_panic(text, &range);
    text.drain(bytes)
}

/// Replaces the letters in a range by `part`.
///
/// # Panics
/// When an end is out of range.
#[track_caller]
pub fn replace_letters(range: impl RangeBounds<usize>, part: &str, text: &mut String) {
    let bytes = bytes_or_panic(text, &range);
    text.replace_range(bytes, part);
}

/// Takes the letters from a position on out of the text.
///
/// # Panics
/// When the text is shorter.
#[must_use]
#[track_caller]
pub fn split_off_letters(position: usize, text: &mut String) -> String {
    let byte = byte_or_panic(text, position);
    text.split_off(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn char_indices_count_letters_from_both_ends() {
        let all: Vec<_> = char_indices("aüb").collect();
        assert_eq!(all, [(0, 'a'), (1, 'ü'), (2, 'b')]);
        let mut ends = char_indices("aüb");
        assert_eq!(
            (ends.next(), ends.next_back(), ends.next_back(), ends.next_back()),
            (Some((0, 'a')), Some((2, 'b')), Some((1, 'ü')), None)
        );
    }

    #[test]
    fn positions_count_letters() {
        assert_eq!((letters_before("üb=", 3), split_letters_at("üb", 1)), (2, ("ü", "b")));
        assert_eq!((get_letters("Grüße", 2..=3), get_letters("ab", 1..9), get_letters("ab", 3..)), (Some("üß"), None, None));
        let mut text = String::from("Grüße");
        insert_letter(5, '!', &mut text);
        insert_text(0, "<", &mut text);
        assert_eq!((text.as_str(), remove_letter(3, &mut text.clone())), ("<Grüße!", 'ü'));
        replace_letters(3..5, "ue", &mut text);
        assert_eq!((text.as_str(), drain_letters(..1, &mut text.clone()).collect::<String>()), ("<Gruee!", "<".into()));
        keep_letters(99, &mut text);
        assert_eq!((split_off_letters(5, &mut text), text), ("e!".into(), "<Grue".into()));
        let mut short = String::from("üü");
        keep_letters(1, &mut short);
        assert_eq!(short, "ü");
    }

    #[test]
    #[should_panic(expected = "position 3 is out of bounds for a text of 2 letters")]
    fn positions_beyond_the_end_panic() {
        insert_letter(3, 'a', &mut String::from("üb"));
    }
}
