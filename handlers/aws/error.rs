//! Errors of AWS calls: AWS's code, message and request id, and a remedy if AWS's message has none.

use alloc::string::String;
use core::fmt;
use ruchy_std::lambda::Failure;

/// The error of a call.
///
/// ```
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<String, aws::Error> {
///     match aws::s3::bucket("reports").get_text(event.text("/key")?) {
///         Err(error) if error.is("NoSuchKey") => Ok("no report yet".to_string()),
///         result => result,
///     }
/// }
/// ```
///
/// ```
/// pub fn lambda_handler(id: &str) -> Result<String, aws::Error> {
///     match aws::secrets::secret(id) {
///         Err(error) if error.is_throttled() => Ok(format!("{} {} {}", error.code(), error.status(), error.request_id())),
///         Err(error) if error.error_type() == "Function.NoCredentials" => Ok(error.message().to_string()),
///         result => result,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: String,
    message: String,
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) request_id: String,
    /// `true` if AWS's time was learned from the reply, so that the call can be signed again.
    pub(crate) learned_time: bool,
}

impl Error {
    /// Creates an error that is not AWS's, with an error type that Lambda records.
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

    /// Creates an error from AWS's `code` and `message` for `operation`.
    #[inline(never)]
    #[must_use]
    pub(crate) fn of_aws(operation: &str, status: u16, code: &str, message: &str, request_id: &str) -> Self {
        let mut text = String::from(operation);
        text.push_str(": ");
        text.push_str(if code.is_empty() { "AWS rejected the call" } else { code });
        if !message.is_empty() {
            text.push_str(": ");
            text.push_str(message);
        }
        if let Some(remedy) = remedy(code) {
            text.push_str(". ");
            text.push_str(remedy);
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

    /// Returns AWS's error code, such as `ResourceNotFoundException`. Empty if AWS did not reply.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns `true` if AWS's error code is `code`, with or without the suffix `Exception`.
    #[must_use]
    pub fn is(&self, code: &str) -> bool {
        self.code == code || self.code.strip_suffix("Exception") == Some(code)
    }

    /// Returns the HTTP status of AWS's reply; 0 if there was none.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the request id, which AWS Support needs to find the call.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the error type that Lambda records: `Function.` and the code without `Exception`.
    #[must_use]
    pub fn error_type(&self) -> &str {
        &self.kind
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns `true` if AWS throttled the call.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        is_throttling(&self.code) || self.status == 429
    }
}

/// Converts `ResourceNotFoundException` to `Function.ResourceNotFound`. Lambda records error types
/// of letters only.
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

/// Returns the remedy, if AWS's message does not contain it.
fn remedy(code: &str) -> Option<&'static str> {
    Some(match code {
        "ExpiredToken" | "ExpiredTokenException" => {
            "The credentials have expired; set new values of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" => {
            "The credentials are not valid in this partition or region; check AWS_ACCESS_KEY_ID and AWS_REGION"
        }
        "AccessDeniedException" | "AccessDenied" => "Allow the action in the policy of the function's role",
        "RequestTimeTooSkewed" | "RequestExpired" | "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            "The secret key or this machine's clock is wrong; check AWS_SECRET_ACCESS_KEY and the time"
        }
        "ItemCollectionSizeLimitExceededException" => "The items of one partition key are limited to 10 GB",
        _ => return None,
    })
}

/// Returns `true` for the error codes that AWS's SDKs treat as throttling.
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

/// Returns `true` for error codes that a wrong clock may cause.
pub(crate) fn is_clock_skew(code: &str) -> bool {
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
    use std::format;
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
        for (code, remedy) in [
            ("ExpiredTokenException", "The credentials have expired; set new values of AWS_ACCESS_KEY_ID"),
            ("UnrecognizedClientException", "check AWS_ACCESS_KEY_ID and AWS_REGION"),
            ("RequestTimeTooSkewed", "check AWS_SECRET_ACCESS_KEY and the time"),
        ] {
            let error = Error::of_aws("dynamodb GetItem", 400, code, "text", "R1");
            assert!(error.message().starts_with(&format!("dynamodb GetItem: {code}: text. ")), "{error}");
            assert!(error.message().contains(remedy), "{error}");
        }
    }
}
