//! Errors of AWS calls: AWS's own code, message and request id, and the cases that need another fix than AWS's message says.

use alloc::string::String;
use core::fmt;
use ruchy_std::lambda::Failure;

/// A call that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: String,
    message: String,
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) request_id: String,
    /// Whether AWS's time was learned from the reply: the call can be signed anew.
    pub(crate) learned_time: bool,
}

impl Error {
    /// An error that is not AWS's: a type as Lambda records it, and a message.
    #[inline(never)]
    #[must_use]
    pub fn new(error_type: &str, message: impl Into<String>) -> Self {
        Self {
            kind: String::from(error_type),
            message: message.into(),
            code: String::new(),
            status: 0,
            request_id: String::new(),
            learned_time: false,
        }
    }

    /// AWS's error `code` with its `message`, in reply to `operation`.
    #[inline(never)]
    #[must_use]
    pub(crate) fn of_aws(operation: &str, status: u16, code: &str, message: &str, request_id: &str) -> Self {
        let mut text = String::from(operation);
        text.push_str(": ");
        text.push_str(if code.is_empty() { "AWS refused the call" } else { code });
        if !message.is_empty() {
            text.push_str(": ");
            text.push_str(message);
        }
        if let Some(fix) = fix(code) {
            text.push_str(". ");
            text.push_str(fix);
        }
        if !request_id.is_empty() {
            text.push_str(" (request id ");
            text.push_str(request_id);
            text.push(')');
        }
        Self {
            kind: error_type(code),
            message: text,
            code: String::from(code),
            status,
            request_id: String::from(request_id),
            learned_time: false,
        }
    }

    /// AWS's code: `ResourceNotFoundException`. Empty if the call did not reach AWS.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether AWS's code is this one, with or without `Exception` at its end.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code == code || self.code.strip_suffix("Exception") == Some(code)
    }

    /// The status of AWS's reply; 0 if there was none.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The request id, by which AWS's support finds the call.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The type that Lambda records: `Function.` and the code without `Exception`.
    #[must_use]
    pub fn error_type(&self) -> &str {
        &self.kind
    }

    /// The cause, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether AWS limits the rate of calls.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        is_throttling(&self.code) || self.status == 429
    }
}

/// `Function.ResourceNotFound` for `ResourceNotFoundException`: the form that Lambda records has letters alone.
fn error_type(code: &str) -> String {
    let name = code.strip_suffix("Exception").unwrap_or(code);
    let mut error_type = String::from("Function.");
    let mut letters = name.chars().filter(char::is_ascii_alphabetic).take(50);
    match letters.next() {
        Some(first) => error_type.push(first.to_ascii_uppercase()),
        None => error_type.push_str("AwsCallFailed"),
    }
    error_type.extend(letters);
    error_type
}

/// The fix, where AWS's message does not say it.
fn fix(code: &str) -> Option<&'static str> {
    Some(match code {
        "ExpiredToken" | "ExpiredTokenException" => "The credentials have expired: renew AWS_SESSION_TOKEN and the keys",
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
            "The credentials are unknown in this partition or region"
        }
        "AccessDeniedException" | "AccessDenied" => "Allow the action in the policy of the function's role",
        "RequestTimeTooSkewed" | "RequestExpired" | "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            "The secret key is wrong, or this machine's clock is"
        }
        "ItemCollectionSizeLimitExceededException" => "Items of one key are limited to 10 GB",
        _ => return None,
    })
}

/// Codes of AWS's SDKs for a limited rate.
pub(crate) fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottledException"
            | "RequestThrottled"
            | "TooManyRequestsException"
            | "ProvisionedThroughputExceededException"
            | "TransactionInProgressException"
            | "RequestLimitExceeded"
            | "BandwidthLimitExceeded"
            | "LimitExceededException"
            | "SlowDown"
            | "PriorRequestNotComplete"
            | "EC2ThrottledException"
    )
}

/// Codes that may mean a wrong clock.
pub(crate) fn is_of_clock(code: &str) -> bool {
    matches!(
        code,
        "RequestTimeTooSkewed"
            | "RequestExpired"
            | "RequestInTheFuture"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "AuthFailure"
    )
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.kind)?;
        formatter.write_str(": ")?;
        formatter.write_str(&self.message)
    }
}

impl core::error::Error for Error {}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(&error.kind, error.message)
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<outbound::Error> for Error {
    fn from(error: outbound::Error) -> Self {
        Self::new(error.kind().error_type(), error.message())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure.error_type(), failure.message())
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use ruchy_std::lambda::Failure;
    use std::string::ToString;

    #[test]
    fn error_has_the_type_that_lambda_records() {
        for (code, error_type) in [
            ("ResourceNotFoundException", "Function.ResourceNotFound"),
            ("NoSuchKey", "Function.NoSuchKey"),
            ("AWS.SimpleQueueService.NonExistentQueue", "Function.AWSSimpleQueueServiceNonExistentQueue"),
            ("", "Function.AwsCallFailed"),
        ] {
            let failure = Failure::from(Error::of_aws("dynamodb GetItem", 400, code, "text", "id"));
            assert_eq!(failure.error_type(), error_type);
        }
    }

    #[test]
    fn error_names_cause_and_fix() {
        let error = Error::of_aws("s3 GET", 403, "AccessDenied", "Access Denied", "R1");
        assert_eq!(
            error.to_string(),
            "Function.AccessDenied: s3 GET: AccessDenied: Access Denied. Allow the action in the policy of the function's role (request id R1)"
        );
        assert!(error.is("AccessDenied") && Error::of_aws("", 400, "XException", "", "").is("X"));
    }
}
