//! Waits until a role, a function or a version is ready.

use super::aws::Aws;
use super::failure::Failure;
use crate::Error;
use serde_json::Value;
use std::thread;
use std::time::{Duration, Instant};

/// Pauses while IAM propagates a new role to Lambda: they double, up to the longest.
const ROLE_PAUSE: Duration = Duration::from_millis(500);
const ROLE_PAUSE_MAX: Duration = Duration::from_secs(8);

/// Repeats `attempt` until Lambda knows the role: IAM propagates a new one within seconds.
///
/// # Errors
/// The error of `attempt`; [`Error::Refused`] if Lambda does not know the role after
/// `role_wait`.
pub fn wait_for_role(role: &str, role_wait: Duration, mut attempt: impl FnMut() -> Result<Value, Failure>) -> Result<Value, Error> {
    let begun = Instant::now();
    let mut pause = ROLE_PAUSE;
    loop {
        match attempt() {
            Err(failure) if failure.is_role_unknown_yet() => {
                if begun.elapsed() + pause > role_wait {
                    let waited = begun.elapsed().as_secs();
                    return Err(Error::Refused(format!(
                        "Lambda cannot assume the role {role}; retried for {waited} s. Check with `aws iam get-role` that the role exists and that its trust policy names lambda.amazonaws.com."
                    )));
                }
                eprintln!("role {role}: Lambda cannot assume it yet, retrying ({} s so far)", begun.elapsed().as_secs());
                thread::sleep(pause);
                pause = (pause * 2).min(ROLE_PAUSE_MAX);
            }
            result => return Ok(result?),
        }
    }
}

/// Waits until the function is ready, or says why it will not be.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] where Lambda has given up.
pub fn wait(aws: &Aws, state: &str, function: &str) -> Result<(), Error> {
    let Err(failure) = aws.change(&["lambda", "wait", state, "--function-name", function]) else { return Ok(()) };
    let Failure::Other(reported) = &failure else { return Err(failure.into()) };
    let configuration = aws.look(&["lambda", "get-function-configuration", "--function-name", function])?;
    Err(not_ready(function, &configuration, reported))
}

/// Waits until a published version is ready.
///
/// # Errors
/// As [`wait`].
pub fn wait_version(aws: &Aws, function: &str, version: &str) -> Result<(), Error> {
    let call = ["lambda", "wait", "published-version-active", "--function-name", function, "--qualifier", version];
    let Err(failure) = aws.change(&call) else { return Ok(()) };
    let Failure::Other(reported) = &failure else { return Err(failure.into()) };
    let call = ["lambda", "get-function-configuration", "--function-name", function, "--qualifier", version];
    let configuration = aws.look(&call)?;
    Err(not_ready(&format!("{function}, version {version},"), &configuration, reported))
}

/// Why it is not ready, as Lambda says, or else the CLI.
#[must_use]
pub fn not_ready(function: &str, configuration: &Value, reported: &str) -> Error {
    let because = ["StateReason", "LastUpdateStatusReason"].iter().find_map(|field| configuration[field].as_str()).unwrap_or(reported);
    Error::Refused(format!(
        "{function} exists but is not ready (state {}, last update {}): {because}. Deploy it again to retry.",
        configuration["State"].as_str().unwrap_or("unknown"),
        configuration["LastUpdateStatus"].as_str().unwrap_or("unknown"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{not_ready, wait_for_role};
    use crate::deploy::failure::Failure;
    use serde_json::{Value, json};
    use std::time::Duration;

    #[test]
    fn not_ready_reports_reason() {
        let failed = json!({ "State": "Failed", "StateReason": "The image is too large.", "LastUpdateStatus": "Successful" });
        let reported = not_ready("minimal", &failed, "Waiter failed").to_string();
        assert!(
            reported.starts_with("minimal exists but is not ready (state Failed, last update Successful): The image is too large."),
            "{reported}"
        );
        // It may be an older function that another person made.
        assert!(!reported.contains("destroy"), "{reported}");
        assert!(not_ready("minimal", &json!({}), "Waiter failed: Max attempts exceeded").to_string().contains("Max attempts exceeded"));
    }

    #[test]
    fn only_a_role_that_is_not_known_yet_is_asked_for_again() {
        let refused = |message: &str| {
            Failure::parse(&format!(
                "An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: {message}"
            ))
        };
        let mut attempts = 0;
        let mut ask = |message: &str, role_wait| {
            attempts = 0;
            let result = wait_for_role("a-role", role_wait, || {
                attempts += 1;
                if attempts > 1 { Ok(Value::Null) } else { Err(refused(message)) }
            });
            (attempts, result.map_err(|error| error.to_string()))
        };
        let unknown = "The role defined for the function cannot be assumed by Lambda.";
        assert_eq!(ask(unknown, Duration::from_secs(60)), (2, Ok(Value::Null)));
        let (attempts, result) = ask(unknown, Duration::ZERO);
        assert!(attempts == 1 && result.unwrap_err().contains("Lambda cannot assume the role a-role; retried for 0 s"));
        assert_eq!(ask("Unzipped size must be smaller", Duration::from_secs(60)).0, 1);
    }
}
