//! Formats numbers for people; pure.

use std::fmt::Write as _;

/// `12345` as `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the difference between `new` and `old` with its sign: `+1,024`, `-7`, `0`.
#[must_use]
pub fn difference(old: u64, new: u64) -> String {
    let mut text = String::new();
    let sign = match new.cmp(&old) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    let _ = write!(text, "{sign}{}", grouped(new.abs_diff(old)));
    text
}

/// Nanoseconds as microseconds, to the tenth.
#[must_use]
pub fn microseconds(ns: u64) -> String {
    let tenths = (ns + 50) / 100;
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{difference, grouped, microseconds};

    #[test]
    fn microseconds_are_rounded_to_the_tenth() {
        for (ns, text) in [(0, "0.0"), (49, "0.0"), (50, "0.1"), (163_449, "163.4"), (163_950, "164.0"), (2_000_000, "2,000.0")] {
            assert_eq!(microseconds(ns), text);
        }
    }

    #[test]
    fn groups_of_three_from_the_right() {
        let cases = [(0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (123_456, "123,456"), (8_454_144, "8,454,144")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn differences_have_signs() {
        assert_eq!(difference(5, 5), "0");
        assert_eq!(difference(0, 1024), "+1,024");
        assert_eq!(difference(1024, 24), "-1,000");
    }
}
