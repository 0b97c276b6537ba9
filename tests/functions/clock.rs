//! Answers with the value of the clock that the event names.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub fn lambda_handler(event: &str) -> Result<String, String> {
    match event {
        "epoch" => Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?.as_nanos().to_string()),
        "steady" => {
            let start = Instant::now();
            // The clock never goes back; if it stood still, this loop would not end.
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
