//! Parts of text, counted in letters (Unicode scalar values).

use crate::index::{ends, out_of_range};
use alloc::string::String;
use core::ops::RangeBounds;

/// The letter at `index`; a negative one counts from the end.
///
/// # Panics
/// When there is none.
#[must_use]
#[track_caller]
pub fn char_at(text: &str, index: i64) -> String {
    let letter = match usize::try_from(index) {
        Ok(position) => text.chars().nth(position),
        Err(_) => usize::try_from(index.unsigned_abs() - 1).ok().and_then(|back| text.chars().rev().nth(back)),
    };
    match letter {
        Some(letter) => letter.into(),
        None => panic!("index {index} is out of bounds for a text of {} letters", text.chars().count()),
    }
}

/// The letters of `text` in `range`, of which negative ends count from the end.
///
/// # Panics
/// When an end is out of range, or the start is after the end.
#[track_caller]
pub fn letters(text: &str, range: impl RangeBounds<i64>) -> &str {
    let length = text.chars().count();
    let (start, end) = ends(&range, length);
    if start > end || end > length {
        out_of_range(start, end, length, "letters");
    }
    let place = |position: usize| text.char_indices().nth(position).map_or(text.len(), |(place, _)| place);
    text.get(place(start)..place(end)).unwrap_or_default()
}

/// The letters from `start` to before `end`; ends that are out of range are moved to the nearest one that is not.
#[must_use]
pub fn substring(text: &str, start: i64, end: i64) -> String {
    let start = usize::try_from(start).unwrap_or(0);
    let end = usize::try_from(end).unwrap_or(0);
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

#[cfg(test)]
mod tests {
    use super::{char_at, letters, substring};

    #[test]
    fn parts_are_counted_in_letters() {
        assert_eq!((char_at("Grüße", 2), char_at("Grüße", -1)), ("ü".into(), "e".into()));
        assert_eq!((letters("Grüße", 2..4), letters("Grüße", -2..), letters("ab", ..)), ("üß", "ße", "ab"));
        assert_eq!((substring("Grüße", 3, 99), substring("ab", 1, 0)), ("ße".into(), alloc::string::String::new()));
    }

    #[test]
    #[should_panic(expected = "the range 1..9 is out of bounds: there are 5 letters")]
    fn a_range_out_of_bounds_panics() {
        letters("Grüße", 1..9);
    }
}
