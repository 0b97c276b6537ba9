//! The common format of queues, streams and notifications: an array of records, all of the same
//! service.

use crate::json::{INVALID_EVENT, Json};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;

/// Parses `event` and returns its records. All are from `service`, and have a string at each of the
/// paths `required`.
pub(crate) fn of(event: &str, service: &str, required: &[&str]) -> Result<Vec<Json>, Failure> {
    let mut event = crate::parse(event)?;
    for (index, record) in event.elements("/Records")?.iter().enumerate() {
        // SNS capitalises the name.
        let source = record.get("eventSource").or_else(|| record.get("EventSource")).and_then(Json::as_text);
        if source != Some(service) {
            return Err(another_service(index, service, source));
        }
        for path in required {
            if record.at(path).and_then(Json::as_text).is_none() {
                return Err(event.unexpected(&(pointer_to(index) + path), "text"));
            }
        }
    }
    match event.take("Records") {
        Json::Array(records) => Ok(records),
        _ => Ok(Vec::new()),
    }
}

#[cold]
fn another_service(index: usize, service: &str, found: Option<&str>) -> Failure {
    let mut message = pointer_to(index);
    for part in ["/eventSource: expected ", service, ", found ", found.unwrap_or("nothing")] {
        message.push_str(part);
    }
    Failure::new(INVALID_EVENT, message)
}

/// Returns the JSON pointer to a record.
pub(crate) fn pointer_to(index: usize) -> String {
    String::from("/Records/") + &index.to_string()
}

/// Returns the last part of an ARN: `queue` of `arn:aws:sqs:eu-central-1:123456789012:queue`.
pub(crate) fn last_of_arn(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

/// Implements `FromEvent` for a batch, whose records `$make` creates, and `record` for its records.
macro_rules! read_as {
    ($batch:ident { $records:ident: $record:ident by $make:expr }, $service:literal, $required:expr) => {
        impl ruchy_std::lambda::FromEvent for $batch {
            fn from_event(event: &str) -> Result<Self, ruchy_std::lambda::Failure> {
                let records = $crate::records::of(event, $service, &$required)?;
                Ok(Self { $records: records.into_iter().map($make).collect() })
            }

            $crate::ping::answered_as_ping!();
        }

        impl $record {
            /// Returns the whole record, as the service wrote it.
            #[must_use]
            pub fn record(&self) -> &Json {
                &self.record
            }
        }
    };
}
pub(crate) use read_as;
