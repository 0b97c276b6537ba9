//! Peers: functions on other Lambda clients, deployed like ours for the duration of the
//! measurement.

use super::apply::Deployer;
use super::archive::{ARCHIVE_BYTES_MAX, Archive};
use super::aws::Aws;
use super::desired::{Code, Desired, Environment};
use super::failure::Failure;
use super::failure::MISSING;
use super::function::{self, Ownership};
use super::measure::Measured;
use super::plan::{Choice, Plan};
use crate::architecture::Architecture;
use crate::project::settings::cloud::Cloud;
use crate::recipe::recipe;
use crate::{Error, elf, package};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The prefix of the peers' names on AWS.
const NAME_PREFIX: &str = "ruchy-lambda-peer-";
/// Every peer has it.
const HANDLER: &str = "minimal";

/// Returns a peer's name on AWS while it is measured.
#[must_use]
pub fn name_for(label: &str) -> String {
    format!("{NAME_PREFIX}{label}")
}

/// The settings that a peer shares with the function it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    pub role: String,
    pub memory_mb: u32,
    pub architecture: Architecture,
}

impl Like {
    /// Reads the settings from a function's configuration as Lambda returns it.
    #[must_use]
    pub fn of(configuration: &Value) -> Self {
        let memory_mb = configuration["MemorySize"].as_u64().and_then(|memory| u32::try_from(memory).ok());
        let is_arm64 = configuration["Architectures"][0] == Architecture::Arm64.name();
        Self {
            role: configuration["Role"].as_str().unwrap_or_default().to_owned(),
            memory_mb: memory_mb.unwrap_or(function::MEMORY_MB_DEFAULT),
            architecture: if is_arm64 { Architecture::Arm64 } else { Architecture::X86_64 },
        }
    }
}

/// Deploys the peer `label` out of `folder`, like ours, and adds it to `functions`: before it is
/// created, so that it is removed whatever becomes of that. Says why where it cannot be deployed.
///
/// # Errors
/// Those of AWS, and of files.
pub fn deploy(aws: &Aws, folder: &Path, label: &str, like: &Like, functions: &mut Vec<Measured>) -> Result<Option<String>, Error> {
    let bootstrap = folder.join(label).join("bootstrap");
    let Ok(bytes) = fs::read(&bootstrap) else {
        let needs = fs::read_to_string(folder.join(label).join("needs.txt"));
        return Ok(Some(needs.map_or_else(|_| format!("it is not built: `just peers {label}`"), |needs| needs.trim().to_owned())));
    };
    if let Err(error) = elf::check_deployable(&bootstrap, &bytes, like.architecture) {
        return Ok(Some(format!("it cannot be started with the first function ({error})")));
    }
    let name = function::name(&name_for(label)).map_err(Error::Refused)?;
    let packed = package::archive(&bytes).map_err(Error::system("packing"))?;
    if packed.len() as u64 > ARCHIVE_BYTES_MAX {
        return Ok(Some("it exceeds Lambda's limit for an upload".to_owned()));
    }
    let path = folder.join(label).join("bootstrap.zip");
    package::write_whole(&path, &packed)?;
    let archive = Archive::read(&path, like.architecture)?;
    let desired = Desired {
        name: name.clone(),
        handler: HANDLER.to_owned(),
        architecture: like.architecture,
        code: Code::Archive { sha256: archive.code_sha256.clone() },
        memory_mb: Some(like.memory_mb),
        timeout_seconds: None,
        environment: Environment::default(),
        cloud: Cloud { role: Some(like.role.clone()), ..Cloud::default() },
    };
    let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", &name])?;
    let ownership = found.as_ref().map_or(Ownership::Ours, Ownership::of);
    if ownership != Ownership::Ours {
        return Ok(Some(format!("the function {name} exists already, and it {ownership}")));
    }
    functions.push(Measured { function: name, label: label.to_owned() });
    let plan = Plan::new(aws, desired, Choice { creates_role: false, is_forced: false })?;
    let deployed = Deployer { aws, archive: Some(&archive), role_wait: Duration::ZERO }.carry_out(&plan);
    match deployed {
        // It is not left: it is removed with the others.
        Err(Error::LeftBehind { reason, .. }) => Err(*reason),
        deployed => deployed.map(|_| None),
    }
}

/// Deletes the deployed peers and their logs, even after a failed measurement, and returns
/// `measured`.
///
/// # Errors
/// The first failure; as [`Error::LeftBehind`], with the names of the peers that still exist,
/// if some could not be deleted.
pub fn remove<T>(aws: &Aws, peers: &[Measured], measured: Result<T, Error>) -> Result<T, Error> {
    let failures: Vec<(&str, Failure)> =
        peers.iter().filter_map(|peer| Some((peer.function.as_str(), remove_one(aws, &peer.function).err()?))).collect();
    let left = failures
        .iter()
        .map(|(function, failure)| format!("{function} ({failure}); `{}` deletes it", recipe(&format!("destroy {function}"))));
    let left = left.collect::<Vec<_>>().join("\n");
    match failures.into_iter().next() {
        None => measured,
        Some((_, failure)) => {
            let reason = measured.err().unwrap_or_else(|| failure.into());
            Err(Error::LeftBehind { reason: Box::new(reason), left })
        }
    }
}

/// Ignores a peer that is missing, or that another client has created meanwhile.
fn remove_one(aws: &Aws, function: &str) -> Result<(), Failure> {
    let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", function])?;
    if found.is_none_or(|found| Ownership::of(&found) != Ownership::Ours) {
        return Ok(());
    }
    let group = format!("/aws/lambda/{function}");
    // The log first: without its function, `just destroy` leaves it alone.
    match aws.change(&["logs", "delete-log-group", "--log-group-name", &group]) {
        Err(failure) if !failure.is(MISSING) => return Err(failure),
        _ => {}
    }
    aws.change(&["lambda", "delete-function", "--function-name", function]).map(drop)
}
