//! Times in the formats of AWS. Pure.

use alloc::string::String;

/// Seconds per day.
const DAY_S: u64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar.
const DAYS_BEFORE_1970: u64 = 719_468;
/// Days per 400 years, the period of the calendar.
const ERA_DAYS: u64 = 146_097;

/// Formats seconds since 1970 as `20150830T123600Z`.
///
/// ```
/// assert_eq!(aws::date::basic(1_440_938_160), "20150830T123600Z");
/// ```
#[must_use]
pub fn basic(epoch_s: u64) -> String {
    let (days, second) = (epoch_s / DAY_S, epoch_s % DAY_S);
    // Years begin in March, so that the leap day is the last day of a year.
    let days = days + DAYS_BEFORE_1970;
    let (era, day_of_era) = (days / ERA_DAYS, days % ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let mut text = String::with_capacity(16);
    push_padded(&mut text, year, 4);
    push_padded(&mut text, month, 2);
    push_padded(&mut text, day, 2);
    text.push('T');
    push_padded(&mut text, second / 3600, 2);
    push_padded(&mut text, second / 60 % 60, 2);
    push_padded(&mut text, second % 60, 2);
    text.push('Z');
    text
}

fn push_padded(text: &mut String, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        text.push(char::from(b'0' + (number / 10u64.pow(place) % 10).to_le_bytes()[0]));
    }
}

/// Converts year, month, day and the second of the day to seconds since 1970.
fn epoch_s(year: u64, month: u64, day: u64, second: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * shifted_month + 2) / 5 + day - 1;
    Some((era * ERA_DAYS + day_of_era).checked_sub(DAYS_BEFORE_1970)? * DAY_S + second)
}

/// Parses the header `Date`, such as `Sun, 30 Aug 2015 12:36:00 GMT` (RFC 9110, section 5.6.7), to
/// seconds since 1970.
#[must_use]
pub fn from_http(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split(' ').skip(1);
    let day = number(words.next()?)?;
    let month = words.next()?;
    let month = MONTHS.as_bytes().chunks(3).position(|name| name == month.as_bytes())? as u64 + 1;
    let year = number(words.next()?)?;
    let second = second_of_day(words.next()?)?;
    (words.next()? == "GMT").then(|| epoch_s(year, month, day, second)).flatten()
}

/// Parses `2015-08-30T12:36:00Z` to seconds since 1970. Fractions of a second are ignored.
#[must_use]
pub fn from_iso(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    epoch_s(year, month, day, second_of_day(time.split('.').next()?)?)
}

fn second_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    (hour < 24 && minute < 60 && second <= 60 && parts.next().is_none()).then_some(hour * 3600 + minute * 60 + second)
}

fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.bytes().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::{basic, from_http, from_iso};
    use proptest::prelude::proptest;
    use std::format;

    #[test]
    fn dates_match_the_calendar() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            assert_eq!(basic(seconds), text);
        }
        assert_eq!(from_http("Sun, 30 Aug 2015 12:36:00 GMT"), Some(1_440_938_160));
        assert_eq!(from_iso("2015-08-30T12:36:00Z"), Some(1_440_938_160));
        assert_eq!(from_iso("2015-08-30T12:36:00.123Z"), Some(1_440_938_160));
        for text in [
            "",
            "Sun, 30 aug 2015 12:36:00 GMT",
            "Sun, 30 Aug 2015 12:36 GMT",
            "30 Aug 2015",
            "Sun, 30 anF 2015 12:36:00 GMT",
            "Sun, 30 Aug 2015 24:00:00 GMT",
        ] {
            assert_eq!(from_http(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn dates_round_trip(seconds in 0u64..200_000_000_000) {
            let text = basic(seconds);
            let iso = format!("{}-{}-{}T{}:{}:{}Z", &text[..4], &text[4..6], &text[6..8], &text[9..11], &text[11..13], &text[13..15]);
            assert_eq!(from_iso(&iso), Some(seconds));
        }
    }
}
