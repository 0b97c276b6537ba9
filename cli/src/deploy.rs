//! `ruchy-lambda deploy`: from an archive to a function on AWS that is ready. Only differences are changed, and they are printed before.
//!
//! - [`aws`] is the only door to AWS: the AWS CLI. [`failure`] says what to do when it fails.
//! - [`options`] are the flags, [`wanted`] the desired state that follows from them and Cargo.toml.
//! - [`plan`] reads what exists and prints what changes; [`apply`] carries it out.
//! - [`archive`] is what is uploaded; [`difference`] is the configuration, [`role`] the role, [`retention`] the log, [`release`] versions and
//!   aliases, [`url`] the function URL. [`function`] is names and tags.
//! - [`remove`] undoes it, [`rollback`] moves an alias back. [`interrupted`] prints what may be left if any of this is interrupted.
//!   [`call`] invokes a function there, and shows its log.
//! - [`bench`](mod@bench) measures cold starts there ([`measure`], [`report_line`]), beside [`peers`]; [`cost`] says what that may cost. [`validate`] is the eleven tests.

pub mod apply;
pub mod archive;
pub mod aws;
pub mod bench;
pub mod call;
pub mod cost;
pub mod difference;
pub mod failure;
pub mod function;
pub mod measure;
pub mod options;
pub mod peers;
pub mod plan;
pub mod release;
pub mod remove;
pub mod report_line;
pub mod retention;
pub mod role;
pub mod rollback;
pub mod url;
pub mod validate;
pub mod wanted;

use crate::architecture::Architecture;
use crate::home::Home;
use crate::project::settings::Settings;
use crate::{Error, interrupted};
use apply::Means;
use archive::Archive;
use aws::Aws;
use failure::Failure;
pub use options::Options;
use plan::{Choice, Plan};
use serde_json::Value;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use wanted::{Code, Wanted};

/// Lambda's code for what does not exist.
pub const MISSING: &str = "ResourceNotFoundException";
/// Pauses while IAM propagates a new role to Lambda: they double, up to the longest.
const ROLE_PAUSE: Duration = Duration::from_millis(500);
const ROLE_PAUSE_MAX: Duration = Duration::from_secs(8);

/// A function that is ready to be deployed.
#[derive(Clone, Debug)]
pub struct Target {
    pub handler: String,
    pub architecture: Architecture,
    /// The archive; without one [`Options::image_uri`] is deployed.
    pub archive: Option<PathBuf>,
    pub settings: Settings,
}

/// Creates or updates the function, waits until it is ready, and returns its ARN as a line.
///
/// # Errors
/// What is wrong with the archive, with the account, or with what exists; what was made before it went wrong is named.
pub fn run(options: &Options, target: &Target) -> Result<String, Error> {
    let Target { handler, architecture, .. } = target;
    let name = options.function.clone().map_or_else(|| function::name(handler), Ok).map_err(Error::Refused)?;
    let archive = match &target.archive {
        Some(path) => {
            let archive = Archive::read(path, *architecture)?;
            archive.check_handler(handler, *architecture)?;
            Some(archive)
        }
        None => None,
    };
    let code = match (&archive, &options.image_uri) {
        (Some(archive), _) => Code::Archive { sha256: archive.code_sha256.clone() },
        (None, Some(uri)) => Code::Image { uri: uri.clone() },
        (None, None) => return Err(Error::Refused(format!("{name}: expected an archive or --image-uri"))),
    };
    let wanted = Wanted::new(name, handler, *architecture, code, options, &target.settings)?;
    let aws = Aws::new(&options.account)?;
    // A role that a flag names takes the place of one that Cargo.toml names.
    let choice = Choice { creates_role: options.create_role, is_forced: options.force };
    let plan = Plan::new(&aws, wanted, choice)?;
    if !aws.is_dry() {
        interrupted::say(half_made(&plan.wanted.name, options.create_role, plan.found.is_some()))?;
    }
    plan.print()?;
    let means = Means { aws: &aws, archive: archive.as_ref(), role_wait: Duration::from_secs(options.role_wait) };
    let arn = means.carry_out(&plan)?;
    Ok(format!("{arn}\n"))
}

/// The command that a user types: a recipe in the repository of this tool, and the tool itself in a project.
#[must_use]
pub fn recipe(command: &str, name: &str) -> String {
    format!("{} {command} {name}", if Home::is_repository() { "just" } else { "ruchy-lambda" })
}

/// What may exist if deploying is interrupted.
fn half_made(name: &str, has_own_role: bool, is_there: bool) -> String {
    let role = if has_own_role { format!(", and the role {}", role::name_for(name)) } else { String::new() };
    let deleted = if is_there { String::new() } else { format!("; `{}` deletes it", recipe("destroy", name)) };
    format!("what there is of the function {name}{role}. Deploying again goes on from there{deleted}.")
}

/// Repeats `attempt` until Lambda knows the role: IAM propagates a new one within seconds.
fn wait_for_role(role: &str, role_wait: Duration, mut attempt: impl FnMut() -> Result<Value, Failure>) -> Result<Value, Error> {
    let begun = Instant::now();
    let mut pause = ROLE_PAUSE;
    loop {
        match attempt() {
            Err(failure) if failure.is_role_unknown_yet() => {
                if begun.elapsed() + pause > role_wait {
                    let waited = begun.elapsed().as_secs();
                    return Err(Error::Refused(format!(
                        "Lambda may not take on the role {role}, after {waited} s of asking. Does it exist, and does its trust policy name lambda.amazonaws.com? `aws iam get-role` shows it."
                    )));
                }
                eprintln!("role {role}: Lambda does not know it yet, asking again ({} s so far)", begun.elapsed().as_secs());
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
    let Failure::Other(said) = &failure else { return Err(failure.into()) };
    let configuration = aws.look(&["lambda", "get-function-configuration", "--function-name", function])?;
    Err(not_ready(function, &configuration, said))
}

/// Waits until a published version is ready.
///
/// # Errors
/// As [`wait`].
fn wait_version(aws: &Aws, function: &str, version: &str) -> Result<(), Error> {
    let call = ["lambda", "wait", "published-version-active", "--function-name", function, "--qualifier", version];
    let Err(failure) = aws.change(&call) else { return Ok(()) };
    let Failure::Other(said) = &failure else { return Err(failure.into()) };
    let call = ["lambda", "get-function-configuration", "--function-name", function, "--qualifier", version];
    let configuration = aws.look(&call)?;
    Err(not_ready(&format!("{function}, version {version},"), &configuration, said))
}

/// Why it is not, as Lambda says, or else the CLI.
fn not_ready(function: &str, configuration: &Value, said: &str) -> Error {
    let because = ["StateReason", "LastUpdateStatusReason"].iter().find_map(|field| configuration[field].as_str()).unwrap_or(said);
    Error::Refused(format!(
        "{function} is there and not ready (state {}, last update {}): {because}. Deploying again tries again.",
        configuration["State"].as_str().unwrap_or("unknown"),
        configuration["LastUpdateStatus"].as_str().unwrap_or("unknown"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{Failure, not_ready, wait_for_role};
    use serde_json::{Value, json};
    use std::time::Duration;

    #[test]
    fn a_function_that_is_not_ready_says_why() {
        let failed = json!({ "State": "Failed", "StateReason": "The image is too large.", "LastUpdateStatus": "Successful" });
        let said = not_ready("minimal", &failed, "Waiter failed").to_string();
        assert!(
            said.starts_with("minimal is there and not ready (state Failed, last update Successful): The image is too large."),
            "{said}"
        );
        // It may have been there for long, and be somebody's.
        assert!(!said.contains("destroy"), "{said}");
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
        assert!(attempts == 1 && result.unwrap_err().contains("Lambda may not take on the role a-role, after 0 s"));
        assert_eq!(ask("Unzipped size must be smaller", Duration::from_secs(60)).0, 1);
    }
}
