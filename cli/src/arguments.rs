//! Values of command-line arguments that several commands take; pure.

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
    use super::{name, timeout};
    use std::time::Duration;

    #[test]
    fn values_are_checked() {
        assert_eq!(timeout("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "NaN", "inf", "soon", ""] {
            assert!(timeout(text).is_err(), "{text}");
        }
        assert!(name("greeting.handler").is_ok());
        for text in ["", "two words", "é", "a\nb"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
