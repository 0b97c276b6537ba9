//! RFC 3339 timestamps. Pure.

use crate::text::buffer::Buffer;

/// Bytes of a timestamp, until the year 9999.
pub const TIMESTAMP_BYTES: usize = "2026-11-22T08:51:56.123Z".len();

/// Appends `epoch_ms`, milliseconds since 1970, as `2026-11-22T08:51:56.123Z` (RFC 3339, section
/// 5.6).
pub fn push(buffer: &mut Buffer<'_>, epoch_ms: u64) {
    let (days, ms) = (epoch_ms / DAY_MS, epoch_ms % DAY_MS);
    // All digits as one number, which is written from last to first between the separators.
    let mut digits = date(days) * 100 + ms / 3_600_000;
    digits = digits * 100 + ms / 60_000 % 60;
    digits = digits * 100_000 + ms % 60_000;
    let mut text = *b"0000-00-00T00:00:00.000Z";
    for byte in text.iter_mut().rev().filter(|byte| **byte == b'0') {
        *byte += (digits % 10) as u8;
        digits /= 10;
    }
    buffer.push(&text);
}

const DAY_MS: u64 = 86_400_000;

/// Returns the Gregorian date this many days after 1970-01-01 as one number: 20261122.
///
/// Counts from a first of March, so that a leap day is the last day of its year, and from a year
/// divisible by 400. A century has 36,524.25 days and a year of it 365.25 days: in quarters of a
/// day, both are whole numbers.
fn date(days_since_1970: u64) -> u64 {
    let quarters = 4 * (days_since_1970 + DAYS_BEFORE_1970) + 3;
    let (century, quarters) = (quarters / 146_097, (quarters % 146_097) | 3);
    let (year, day) = (century * 100 + quarters / 1461, quarters % 1461 / 4);
    // From March on, the lengths of months (31 30 31 30 31, repeated) follow a line with slope
    // 153/5.
    let fifths = 5 * day + 2;
    let (month, day) = (fifths / 153 + 3, fifths % 153 / 5 + 1);
    // The months 13 and 14 are the first two of the next year.
    let next_year = if month > 12 { 100 - 12 } else { 0 };
    (year * 100 + month + next_year) * 100 + day
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: u64 = 719_468;

#[cfg(test)]
mod tests {
    use super::{DAY_MS, TIMESTAMP_BYTES, date, push};
    use crate::text::buffer::Buffer;
    use std::string::String;

    fn text(epoch_ms: u64) -> String {
        let mut memory = [0; TIMESTAMP_BYTES];
        let mut buffer = Buffer::new(&mut memory);
        push(&mut buffer, epoch_ms);
        assert!(!buffer.overflowed());
        String::from_utf8(buffer.bytes().into()).unwrap()
    }

    #[test]
    fn timestamp_formats_known_moments() {
        for (epoch_ms, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_001, "2024-02-29T00:00:00.001Z"),
            (1_795_337_525_875, "2026-11-22T08:52:05.875Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(text(epoch_ms), expected);
        }
    }

    #[test]
    fn date_counts_every_day_of_800_years() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        let years = if cfg!(miri) { 1 } else { 800 };
        for days in 0..years * 366 {
            assert_eq!(date(days), (year * 100 + month) * 100 + day);
            assert_eq!(&text(days * DAY_MS)[..10], std::format!("{year:04}-{month:02}-{day:02}"));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
