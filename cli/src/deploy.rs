//! `ruchy-lambda deploy`: creates or updates a function on AWS from an archive. It changes only
//! what differs, and prints the changes first.
//!
//! - [`aws`] makes all calls to AWS, by the AWS CLI. [`failure`] explains its errors.
//! - [`options`] are the flags, [`desired`] the desired state that follows from them and
//!   Cargo.toml.
//! - [`plan`] reads what exists and prints what changes; [`apply`] carries it out.
//! - [`ready`] waits until AWS has finished a change.
//! - [`archive`] is what is uploaded; [`difference`] is the configuration, [`role`] the role,
//!   [`retention`] the log, [`release`] versions and aliases, [`url`] the function URL.
//!   [`function`] is names and tags.
//! - [`remove`] undoes it, [`rollback`] moves an alias back. [`interrupted`] prints what may remain
//!   after an interruption. [`call`] invokes a function there, and shows its log.
//! - [`bench`](mod@bench) measures cold starts there ([`measure`], [`report_line`]) and those of
//!   [`peers`]; [`cost`] estimates the price. [`validate`] is the eleven tests.

pub mod apply;
pub mod archive;
pub mod aws;
pub mod bench;
pub mod call;
pub mod cost;
pub mod desired;
pub mod difference;
pub mod failure;
pub mod function;
pub mod measure;
pub mod options;
pub mod peers;
pub mod plan;
pub mod ready;
pub mod release;
pub mod remove;
pub mod report_line;
pub mod retention;
pub mod role;
pub mod rollback;
pub mod url;
pub mod validate;

use crate::architecture::Architecture;
use crate::project::settings::Settings;
use crate::recipe::recipe;
use crate::{Error, interrupted};
use apply::Deployer;
use archive::Archive;
use aws::Aws;
use desired::{Code, Desired};
pub use options::Options;
use plan::{Choice, Plan};
use std::path::PathBuf;
use std::time::Duration;

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
/// The problem with the archive, the account or an existing resource; the message names what
/// was made before the failure.
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
        (None, None) => return Err(Error::Refused(format!("{name}: expected --archive FILE or --image-uri URI"))),
    };
    let desired = Desired::new(name, handler, *architecture, code, options, &target.settings)?;
    let aws = Aws::new(&options.account)?;
    // A role that a flag names takes the place of one that Cargo.toml names.
    let choice = Choice { creates_role: options.create_role, is_forced: options.force };
    let plan = Plan::new(&aws, desired, choice)?;
    if !aws.is_dry() {
        interrupted::say(half_made(&plan.desired.name, options.create_role, plan.found.is_some()))?;
    }
    plan.print()?;
    let deployer = Deployer { aws: &aws, archive: archive.as_ref(), role_wait: Duration::from_secs(options.role_wait) };
    let arn = deployer.carry_out(&plan)?;
    Ok(format!("{arn}\n"))
}

/// Describes the resources that may exist after an interrupted deployment.
fn half_made(name: &str, has_own_role: bool, is_there: bool) -> String {
    let role = if has_own_role { format!(", and the role {}", role::name_for(name)) } else { String::new() };
    let deleted = if is_there { String::new() } else { format!("; `{}` deletes it", recipe(&format!("destroy {name}"))) };
    format!("parts of the function {name}{role}. Deploying again continues from there{deleted}.")
}
