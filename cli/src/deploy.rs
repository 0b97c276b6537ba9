//! `ruchy-lambda deploy`: from an archive to a function on AWS that is ready. What is right already is left alone.
//!
//! - [`aws`] is the only door to AWS: the AWS CLI. [`failure`] says what to do when it fails.
//! - [`archive`] is what is uploaded, [`function`] the difference to what is there, [`role`] what the function runs as.
//! - [`remove`] undoes it. [`interrupted`] prints what may be left if any of this is interrupted. [`call`] invokes a function there, and shows its log.
//! - [`bench`](mod@bench) measures cold starts there ([`measure`], [`report_line`]), beside [`peers`]; [`cost`] says what that may cost. [`validate`] is the eleven tests.

pub mod archive;
pub mod aws;
pub mod bench;
pub mod call;
pub mod cost;
pub mod failure;
pub mod function;
pub mod measure;
pub mod peers;
pub mod remove;
pub mod report_line;
pub mod role;
pub mod validate;

use crate::architecture::Architecture;
use crate::number::grouped;
use crate::package::manifest::RUNTIME;
use crate::package::repository;
use crate::{Error, interrupted};
use archive::Archive;
use aws::{Account, Aws};
use clap::Args;
use failure::Failure;
use function::{Changes, MEMORY_MB_DEFAULT, Ownership, TAG, TIMEOUT_SECONDS_DEFAULT, TIMEOUT_SECONDS_MAX, Wanted};
use role::Role;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// Lambda's word for what is not there.
pub const MISSING: &str = "ResourceNotFoundException";
/// Pauses while IAM tells Lambda of a new role: they double, up to the longest.
const ROLE_PAUSE: Duration = Duration::from_millis(500);
const ROLE_PAUSE_MAX: Duration = Duration::from_secs(8);

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda deploy [NAME] [OPTIONS]")]
pub struct Options {
    /// The function, which is built first; of an archive the handler in it. It is also the name on AWS unless --name gives another
    #[arg(value_name = "NAME", default_value = "", hide_default_value = true)]
    pub handler: String,
    /// Environment variables: those of Cargo.toml
    #[arg(skip)]
    pub environment: BTreeMap<String, String>,
    /// Upload this archive, and build nothing; else the function is linked and packed first, as dist/NAME.zip
    #[arg(long, value_name = "FILE")]
    pub archive: Option<PathBuf>,
    /// The function's name on AWS
    #[arg(long = "name", value_name = "NAME", env = "RUCHY_LAMBDA_FUNCTION", value_parser = function::name)]
    pub function: Option<String>,
    /// The processor it is for: what Cargo.toml says, or `x86_64`
    #[arg(long, value_name = "NAME", env = "RUCHY_LAMBDA_ARCH", value_enum)]
    pub arch: Option<Architecture>,
    /// The memory size: what Cargo.toml says; else 128 for a new function, else as it is
    #[arg(long, value_name = "MB", env = "RUCHY_LAMBDA_MEMORY", value_parser = clap::value_parser!(u32).range(128..=10_240))]
    pub memory: Option<u32>,
    /// The time-out: what Cargo.toml says; else 3 for a new function, else as it is
    #[arg(long, value_name = "SECONDS", env = "RUCHY_LAMBDA_TIMEOUT", value_parser = clap::value_parser!(u32).range(1..=i64::from(TIMEOUT_SECONDS_MAX)))]
    pub timeout: Option<u32>,
    /// The role it runs as: a name or an ARN
    #[arg(long, value_name = "ROLE", env = "RUCHY_LAMBDA_ROLE", conflicts_with = "create_role")]
    pub role: Option<String>,
    /// Make a role of the function's own, which may write its log and nothing else
    #[arg(long)]
    pub create_role: bool,
    /// Overwrite the function though this tool has not made it; from then on it counts as made by it
    #[arg(long)]
    pub force: bool,
    /// How long to wait until Lambda knows a role that is new
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub role_wait: u64,
    #[command(flatten)]
    pub account: Account,
}

/// Creates or updates the function, waits until it is ready, and returns its ARN as a line.
///
/// # Errors
/// What is wrong with the archive, with the account, or with what is there; what was made before it went wrong is named.
pub fn run(options: &Options) -> Result<String, Error> {
    let function = options.function.clone().map_or_else(|| function::name(&options.handler), Ok).map_err(Error::Refused)?;
    let architecture = options.arch.unwrap_or(Architecture::X86_64);
    let path = match &options.archive {
        Some(archive) => archive.clone(),
        None => packed(&options.handler, architecture)?,
    };
    let archive = Archive::read(&path, architecture)?;
    archive.check_handler(&options.handler, architecture)?;
    let aws = Aws::new(&options.account)?;
    let wanted = Wanted {
        name: function,
        handler: options.handler.clone(),
        architecture,
        code_sha256: archive.code_sha256.clone(),
        role: None,
        memory_mb: options.memory,
        timeout_seconds: options.timeout,
        environment: options.environment.clone(),
    };
    let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", &wanted.name])?;
    let is_there = found.is_some();
    let is_anothers = found.as_ref().map_or(Ok(false), |found| is_anothers(&wanted.name, found, options.force))?;
    if !aws.is_dry() {
        interrupted::say(half_made(&wanted.name, options.create_role, is_there))?;
    }
    let role = match &options.role {
        Some(role) => Some(Role { name: role.clone(), arn: role::named(&aws, role)?, is_new: false }),
        None if options.create_role => Some(role::ensure(&aws, &wanted.name, is_there)?),
        None if aws.is_offline() => {
            eprintln!("{}: a new function needs a role, by --role or --create-role; an existing one keeps its own", wanted.name);
            Some(Role { name: role::UNKNOWN_ARN.to_owned(), arn: role::UNKNOWN_ARN.to_owned(), is_new: false })
        }
        None => None,
    };
    let wanted = Wanted { role: role.as_ref().map(|role| role.arn.clone()), ..wanted };
    let role_wait = Duration::from_secs(options.role_wait);
    let arn = match found {
        Some(found) => update(&aws, &wanted, &archive, &found["Configuration"], role_wait),
        None => create(&aws, &wanted, &archive, role_wait),
    };
    let arn = match (arn, role) {
        // From here on `just destroy` may delete it, and deploying again takes no --force.
        (Ok(arn), _) if is_anothers => tag(&aws, &wanted.name, arn)?,
        (Err(error), Some(role)) if role.is_new => return Err(role::left_behind(error, &role.name, &wanted.name, is_there)),
        (arn, _) => arn?,
    };
    Ok(format!("{arn}\n"))
}

/// Links and packs the function, and returns the archive. Standard output is for the ARN.
fn packed(handler: &str, architecture: Architecture) -> Result<PathBuf, Error> {
    eprintln!("{}", repository::run(&[handler], None, architecture)?);
    Ok(repository::archive(&[handler]))
}

/// What may be there where this is broken off.
fn half_made(name: &str, has_own_role: bool, is_there: bool) -> String {
    let role = if has_own_role { format!(", and the role {}", role::name_for(name)) } else { String::new() };
    let deleted = if is_there { String::new() } else { format!("; `just destroy {name}` deletes it") };
    format!("what there is of the function {name}{role}. Deploying again goes on from there{deleted}.")
}

/// Whether the function that is there is somebody else's, which only `is_forced` overwrites.
fn is_anothers(name: &str, found: &Value, is_forced: bool) -> Result<bool, Error> {
    if found["Configuration"]["PackageType"] == "Image" {
        return Err(Error::Refused(format!(
            "{name} is there as a container image, which an archive cannot replace. Use another name (--name), or delete it first."
        )));
    }
    match Ownership::of(found) {
        Ownership::Ours => Ok(false),
        _ if is_forced => Ok(true),
        ownership => Err(Error::Refused(format!(
            "{name} is there already, and {ownership}. It is left as it is. Use another name (--name); --force overwrites it all the same."
        ))),
    }
}

fn tag(aws: &Aws, name: &str, arn: String) -> Result<String, Error> {
    eprintln!("{name}: tagging it {}={}", TAG.0, TAG.1);
    let tagged = aws.change(&["lambda", "tag-resource", "--resource", &arn, "--tags", &format!("{}={}", TAG.0, TAG.1)]);
    tagged.map_err(|failure| Error::LeftBehind {
        reason: Box::new(failure.into()),
        left: format!("{name} is as it should be, but has no tag {}={}. Deploying again with --force adds it.", TAG.0, TAG.1),
    })?;
    Ok(arn)
}

fn create(aws: &Aws, wanted: &Wanted, archive: &Archive, role_wait: Duration) -> Result<String, Error> {
    let Some(role) = &wanted.role else {
        let name = &wanted.name;
        return Err(Error::Refused(format!(
            "{name} is new, and needs a role to run as. Name one with --role (or RUCHY_LAMBDA_ROLE), or have one made: --create-role"
        )));
    };
    eprintln!("{}: creating it, {} bytes", wanted.name, grouped(archive.bytes));
    let file = upload(archive);
    let memory = wanted.memory_mb.unwrap_or(MEMORY_MB_DEFAULT).to_string();
    let timeout = wanted.timeout_seconds.unwrap_or(TIMEOUT_SECONDS_DEFAULT).to_string();
    let tag = format!("{}={}", TAG.0, TAG.1);
    let mut arguments = vec!["lambda", "create-function", "--function-name", &wanted.name, "--runtime", RUNTIME];
    arguments.extend(["--architectures", wanted.architecture.name(), "--handler", &wanted.handler, "--role", role]);
    arguments.extend(["--memory-size", &memory, "--timeout", &timeout, "--zip-file", &file, "--tags", &tag]);
    let environment = wanted.environment_json();
    if !wanted.environment.is_empty() {
        arguments.extend(["--environment", &environment]);
    }
    let created = once_the_role_is_known(role, role_wait, || aws.change(&arguments))?;
    // Whatever there is to say of it, it is there from now on.
    wait(aws, "function-active-v2", &wanted.name).map_err(|reason| Error::LeftBehind {
        reason: Box::new(reason),
        left: format!(
            "the function {0}, made just now, is there. `just destroy {0}` deletes it; deploying again goes on from there.",
            wanted.name
        ),
    })?;
    Ok(arn(&created))
}

fn update(aws: &Aws, wanted: &Wanted, archive: &Archive, found: &Value, role_wait: Duration) -> Result<String, Error> {
    let name = &wanted.name;
    let changes = wanted.changes(found);
    if changes == Changes::default() {
        if found["State"] == "Failed" {
            return Err(not_ready(name, found, "Lambda does not say why"));
        }
        eprintln!("{name}: it is as it should be already");
    }
    // Whatever somebody else has begun is let come to its end.
    if found["State"] == "Pending" {
        wait(aws, "function-active-v2", name)?;
    }
    if found["LastUpdateStatus"] == "InProgress" {
        wait(aws, "function-updated-v2", name)?;
    }
    if changes.code {
        let architecture = wanted.architecture.name();
        eprintln!("{name}: updating its code, {} bytes for {architecture}", grouped(archive.bytes));
        aws.change(&[
            "lambda",
            "update-function-code",
            "--function-name",
            name,
            "--architectures",
            architecture,
            "--zip-file",
            &upload(archive),
        ])?;
        wait(aws, "function-updated-v2", name).map_err(|reason| half_updated(reason, !changes.configuration.is_empty()))?;
    }
    if !changes.configuration.is_empty() {
        let options: Vec<&str> = changes.configuration.iter().flat_map(|(option, value)| [*option, value]).collect();
        eprintln!("{name}: updating its configuration: {}", options.join(" "));
        let arguments = [&["lambda", "update-function-configuration", "--function-name", name], options.as_slice()].concat();
        let result = once_the_role_is_known(wanted.role.as_deref().unwrap_or_default(), role_wait, || aws.change(&arguments));
        result.map_err(|reason| half_updated(reason, changes.code))?;
        wait(aws, "function-updated-v2", name)?;
    }
    Ok(arn(found))
}

fn half_updated(reason: Error, is_half: bool) -> Error {
    if !is_half {
        return reason;
    }
    let left = "the function has the new code, and its configuration as it was. Deploying again goes on from there.".to_owned();
    Error::LeftBehind { reason: Box::new(reason), left }
}

/// The file as the CLI takes it.
fn upload(archive: &Archive) -> String {
    format!("fileb://{}", archive.path.display())
}

/// In a dry run nobody knows it.
fn arn(configuration: &Value) -> String {
    configuration["FunctionArn"].as_str().unwrap_or("(the function's ARN)").to_owned()
}

/// IAM takes some seconds to tell Lambda of a role; until then a function cannot have it.
fn once_the_role_is_known(role: &str, role_wait: Duration, mut attempt: impl FnMut() -> Result<Value, Failure>) -> Result<Value, Error> {
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
    use super::{Failure, not_ready, once_the_role_is_known};
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
            let result = once_the_role_is_known("a-role", role_wait, || {
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
