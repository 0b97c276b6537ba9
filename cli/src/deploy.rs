//! `ruchy-lambda deploy`: from an archive to a function on AWS that is ready. Only differences are changed, and they are printed before.
//!
//! - [`aws`] is the only door to AWS: the AWS CLI. [`failure`] says what to do when it fails.
//! - [`options`] are the flags, [`wanted`] the desired state that follows from them and Cargo.toml.
//! - [`plan`] reads what exists and prints what changes; [`apply`] carries it out.
//! - [`ready`] waits for what AWS does by itself.
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
pub mod ready;
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
use crate::project::settings::Settings;
use crate::{Error, interrupted};
use apply::Means;
use archive::Archive;
use aws::Aws;
use function::recipe;
pub use options::Options;
use plan::{Choice, Plan};
use std::path::PathBuf;
use std::time::Duration;
use wanted::{Code, Wanted};

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

/// Describes the resources that may exist after an interrupted deployment.
fn half_made(name: &str, has_own_role: bool, is_there: bool) -> String {
    let role = if has_own_role { format!(", and the role {}", role::name_for(name)) } else { String::new() };
    let deleted = if is_there { String::new() } else { format!("; `{}` deletes it", recipe("destroy", name)) };
    format!("what there is of the function {name}{role}. Deploying again goes on from there{deleted}.")
}
