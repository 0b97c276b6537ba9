//! Events that are not meant for a function's handler: schedules and tools that keep functions
//! warm, and S3's test of a new notification. They are answered with `null`, unless the function
//! has `on_other_event`.

use crate::json::{INVALID_EVENT, Json};
use alloc::string::String;
use ruchy_std::lambda::Failure;

/// Answers an event that the handler rejected with `failure`.
#[cold]
#[inline(never)]
pub(crate) fn answer(event: &str, failure: Failure) -> Result<String, Failure> {
    let is_other = failure.error_type() == INVALID_EVENT && crate::parse(event).is_ok_and(|event| is_ping(&event));
    if is_other { Ok(String::from("null")) } else { Err(failure) }
}

/// Members of such events, and their values: a string, or `true`.
const PINGS: [(&str, Option<&str>); 6] = [
    // The schedule of a rule, and of EventBridge Scheduler.
    ("detail-type", Some("Scheduled Event")),
    // The tools serverless-plugin-warmup and lambda-warmer, and members that other tools are
    // configured to send.
    ("source", Some("serverless-plugin-warmup")),
    ("warmer", None),
    ("warmup", None),
    ("ping", None),
    // S3's test event:
    // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.
    ("Event", Some("s3:TestEvent")),
];

fn is_ping(event: &Json) -> bool {
    PINGS.iter().any(|(name, text)| match text {
        Some(text) => event[*name].as_text() == Some(text),
        None => event[*name].as_boolean() == Some(true),
    })
}

/// Implements `FromEvent::answer_other` with [`answer`].
macro_rules! answered_as_ping {
    () => {
        fn answer_other(event: &str, failure: ruchy_std::lambda::Failure) -> Result<alloc::string::String, ruchy_std::lambda::Failure> {
            $crate::ping::answer(event, failure)
        }
    };
}
pub(crate) use answered_as_ping;
