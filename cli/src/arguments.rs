//! Values of command-line arguments that several commands take; pure.

use std::fmt::Display;
use std::ops::{Bound, RangeBounds};
use std::str::FromStr;
use std::time::Duration;

/// The longest time-out, a year: longer than any debugging session, and within what clocks can
/// count.
const TIMEOUT_SECONDS_MAX: f64 = 31_536_000.0;

/// Parses a time-out in seconds.
///
/// # Errors
/// Says what is expected.
pub fn timeout(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= TIMEOUT_SECONDS_MAX => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds above 0, such as 3 or 0.5".to_owned()),
    }
}

/// Returns a parser of whole numbers in `range`, whose message states the range.
pub fn whole_number<T: FromStr + PartialOrd + Display>(range: impl RangeBounds<T> + Clone) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| match (range.start_bound(), range.end_bound()) {
            (Bound::Included(least), Bound::Included(most)) => format!("expected a whole number from {least} to {most}"),
            (Bound::Included(least), _) => format!("expected a whole number of at least {least}"),
            _ => "expected a whole number".to_owned(),
        })
    }
}

/// Parses a function's name, which goes into environment variables, a path and headers.
///
/// # Errors
/// Says what is expected.
pub fn name(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err("expected visible ASCII characters".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{name, timeout, whole_number};
    use std::time::Duration;

    #[test]
    fn values_are_checked() {
        assert_eq!(timeout("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "NaN", "inf", "soon", ""] {
            assert!(timeout(text).is_err(), "{text}");
        }
        let megabytes = whole_number(128..=10_240_u32);
        assert_eq!((megabytes("128"), megabytes("10240")), (Ok(128), Ok(10_240)));
        for text in ["127", "10241", "x", "-1", "1.5", "", "99999999999"] {
            assert_eq!(megabytes(text).unwrap_err(), "expected a whole number from 128 to 10240", "{text}");
        }
        assert_eq!(whole_number(1..)("0"), Err::<u64, _>("expected a whole number of at least 1".to_owned()));
        assert!(name("greeting.handler").is_ok());
        for text in ["", "two words", "é", "a\nb"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
