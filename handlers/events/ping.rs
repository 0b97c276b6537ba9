//! Events that reach a function without being meant for its handler: a schedule or a tool that keeps it warm, and S3's test of a new
//! notification. They are answered with `null`, unless the function has `on_other_event`.

use crate::json::{INVALID_EVENT, Json};
use alloc::string::String;
use ruchy_std::lambda::Failure;

/// The answer to an event that a handler refused with `failure`.
#[cold]
#[inline(never)]
pub(crate) fn answer(event: &str, failure: Failure) -> Result<String, Failure> {
    let is_other = failure.error_type() == INVALID_EVENT && crate::parse(event).is_ok_and(|event| is_ping(&event));
    if is_other { Ok(String::from("null")) } else { Err(failure) }
}

/// A member that such events have, and its value: text, or `true`.
const PINGS: [(&str, Option<&str>); 6] = [
    // A rule's schedule, and EventBridge Scheduler's.
    ("detail-type", Some("Scheduled Event")),
    // The tools serverless-plugin-warmup and lambda-warmer, and members that other tools are told to send.
    ("source", Some("serverless-plugin-warmup")),
    ("warmer", None),
    ("warmup", None),
    ("ping", None),
    // "Configuring a bucket for notifications" in the guide to Amazon S3.
    ("Event", Some("s3:TestEvent")),
];

fn is_ping(event: &Json) -> bool {
    PINGS.iter().any(|(name, text)| match text {
        Some(text) => event[*name].as_text() == Some(text),
        None => event[*name].as_boolean() == Some(true),
    })
}

/// Implements `FromEvent::answer_other` by [`answer`].
macro_rules! answered_as_ping {
    () => {
        fn answer_other(event: &str, failure: ruchy_std::lambda::Failure) -> Result<alloc::string::String, ruchy_std::lambda::Failure> {
            $crate::ping::answer(event, failure)
        }
    };
}
pub(crate) use answered_as_ping;
