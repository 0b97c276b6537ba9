//! Answers with what the clock that the event names shows.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub fn lambda_handler(event: &str) -> Result<String, String> {
    match event {
        "epoch" => Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?.as_nanos().to_string()),
        "steady" => {
            let start = Instant::now();
            // It goes on, and never back: a clock that stands still never ends this.
            while start.elapsed().is_zero() {}
            Ok((Instant::now() > start).to_string())
        }
        "an hour ahead" => {
            let ahead = SystemTime::now() + Duration::from_secs(3600);
            Ok(ahead.elapsed().map_or_else(|error| (error.duration().as_secs() / 60).to_string(), |_| "has passed".to_string()))
        }
        _ => Err(format!("there is no clock {event}")),
    }
}
