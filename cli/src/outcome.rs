//! The outcome of an invocation, and Lambda's messages for it. Pure.

use hyper::body::Bytes;
use hyper::header::HeaderValue;
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

/// The most bytes of a response that is not streamed.
pub const RESPONSE_BYTES_MAX: u64 = 6_291_556;

/// The end of one invocation.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The function answered.
    Response { content_type: Option<HeaderValue>, body: Bytes },
    /// It reported an error for this event.
    FunctionError { error_type: String, body: Bytes },
    /// It reported that it cannot start.
    InitError { error_type: String, body: Bytes },
    /// Its answer had this many bytes, more than Lambda takes.
    TooLarge { bytes: u64 },
    /// Its process ended without an answer.
    Exited(ExitStatus),
    /// The process could not even be started.
    NotStarted { message: String },
    /// It had not answered after this long.
    TimedOut(Duration),
    /// It had not asked for an event after this long.
    InitTimedOut(Duration),
}

impl Outcome {
    /// Returns true if the process has ended or must be ended.
    #[must_use]
    pub fn ends_process(&self) -> bool {
        matches!(self, Self::Exited(_) | Self::NotStarted { .. } | Self::TimedOut(_) | Self::InitTimedOut(_))
    }

    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::TimedOut(_) | Self::InitTimedOut(_))
    }

    /// The error's type as Lambda records it; none for a response.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        match self {
            Self::Response { .. } => None,
            Self::FunctionError { error_type, .. } | Self::InitError { error_type, .. } => Some(error_type),
            Self::TooLarge { .. } => Some("Function.ResponseSizeTooLarge"),
            Self::Exited(_) => Some("Runtime.ExitError"),
            Self::NotStarted { .. } => Some("Runtime.InvalidEntrypoint"),
            Self::TimedOut(_) | Self::InitTimedOut(_) => Some("Sandbox.Timedout"),
        }
    }

    /// Returns Lambda's message for an outcome that the function did not report itself.
    #[must_use]
    pub fn lambda_message(&self, request_id: &str) -> Option<String> {
        let error = match self {
            Self::Response { .. } | Self::FunctionError { .. } | Self::InitError { .. } => return None,
            Self::TooLarge { bytes } => {
                return Some(format!(
                    "Response payload size ({bytes} bytes) exceeded maximum allowed payload size ({RESPONSE_BYTES_MAX} bytes)."
                ));
            }
            Self::Exited(status) => match (status.code(), status.signal()) {
                (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
                (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
                (None, signal) => format!("Runtime exited with error: signal: {}", signal.unwrap_or_default()),
            },
            Self::NotStarted { message } => message.clone(),
            Self::TimedOut(limit) => format!("Task timed out after {:.2} seconds", limit.as_secs_f64()),
            Self::InitTimedOut(limit) => {
                format!("Init timed out after {:.2} seconds: the function has not requested an event", limit.as_secs_f64())
            }
        };
        Some(format!("RequestId: {request_id} Error: {error}"))
    }

    /// Returns the error as the caller of the function receives it; `None` for a response.
    #[must_use]
    pub fn error_body(&self, request_id: &str) -> Option<Bytes> {
        if let Self::FunctionError { body, .. } | Self::InitError { body, .. } = self {
            return Some(body.clone());
        }
        let lambda_message = self.lambda_message(request_id)?;
        Some(json!({ "errorType": self.error_type(), "errorMessage": lambda_message }).to_string().into())
    }
}

/// An error's type as Lambda records it: what the function reported if `(Runtime|Function).Name` is
/// in it, else `….Unknown`.
#[must_use]
pub fn recorded_error_type(reported: Option<&str>) -> String {
    let reported = reported.unwrap_or_default();
    let names = |origin: &'static str| reported.match_indices(origin).map(|(start, _)| &reported.as_bytes()[start + origin.len()..]);
    let has_name = |name: &[u8]| name.first().is_some_and(u8::is_ascii_uppercase) && name.get(1).is_some_and(u8::is_ascii_alphabetic);
    if names("Runtime.").chain(names("Function.")).any(has_name) {
        reported.to_owned()
    } else if reported.starts_with("Function.") {
        "Function.Unknown".to_owned()
    } else {
        "Runtime.Unknown".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, recorded_error_type};
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;
    use std::time::Duration;

    fn lambda_message(outcome: &Outcome) -> String {
        outcome.lambda_message("ID").unwrap()
    }

    #[test]
    fn outcome_messages_match_lambda() {
        let exited = |wait_status| lambda_message(&Outcome::Exited(ExitStatus::from_raw(wait_status)));
        assert_eq!(exited(1 << 8), "RequestId: ID Error: Runtime exited with error: exit status 1");
        assert_eq!(exited(0), "RequestId: ID Error: Runtime exited without providing a reason");
        assert_eq!(exited(11), "RequestId: ID Error: Runtime exited with error: signal: 11");
        assert_eq!(lambda_message(&Outcome::TimedOut(Duration::from_secs(3))), "RequestId: ID Error: Task timed out after 3.00 seconds");
        assert_eq!(
            lambda_message(&Outcome::TooLarge { bytes: 6_291_557 }),
            "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."
        );
    }

    #[test]
    fn outcome_gives_the_caller_the_functions_error_or_lambdas() {
        let own = Outcome::FunctionError { error_type: "Function.E".into(), body: "{\"errorMessage\":\"no\"}".into() };
        assert_eq!(own.error_body("ID").unwrap(), "{\"errorMessage\":\"no\"}");
        assert!(own.lambda_message("ID").is_none() && !own.ends_process());
        let exited = Outcome::Exited(ExitStatus::from_raw(9));
        let body = exited.error_body("ID").unwrap();
        assert_eq!(
            body,
            "{\"errorMessage\":\"RequestId: ID Error: Runtime exited with error: signal: 9\",\"errorType\":\"Runtime.ExitError\"}"
        );
        assert!(exited.ends_process());
        let response = Outcome::Response { content_type: None, body: "1".into() };
        assert!(response.error_body("ID").is_none() && response.error_type().is_none());
    }

    #[test]
    fn error_types_are_recorded_when_they_have_the_shape() {
        let cases = [
            (Some("Function.NoName"), "Function.NoName"),
            (Some("Runtime.InvalidEvent"), "Runtime.InvalidEvent"),
            (Some("Function.E2big"), "Function.Unknown"),
            (Some("Function.Éa"), "Function.Unknown"),
            (Some("Function."), "Function.Unknown"),
            (Some("Runtime.invalid"), "Runtime.Unknown"),
            (Some("ValueError"), "Runtime.Unknown"),
            (None, "Runtime.Unknown"),
        ];
        for (reported, recorded) in cases {
            assert_eq!(recorded_error_type(reported), recorded, "{reported:?}");
        }
    }
}
