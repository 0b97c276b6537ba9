//! Other people's clients, deployed as ours are for as long as they are measured.

use super::archive::{ARCHIVE_BYTES_MAX, Archive};
use super::aws::Aws;
use super::function::{self, Wanted};
use super::measure::Measured;
use super::{MISSING, create, update};
use crate::architecture::Architecture;
use crate::{Error, elf, package};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What their names on AWS begin with.
const NAME_PREFIX: &str = "ruchy-lambda-peer-";
/// Every peer has it.
const HANDLER: &str = "minimal";

/// Deploys the peer `label` out of `folder`, with the role and the memory of ours. Says why where that cannot be done.
///
/// # Errors
/// Those of AWS, and of files.
pub fn deploy(aws: &Aws, folder: &Path, label: &str, role: &str, memory_mb: u32) -> Result<Result<Measured, String>, Error> {
    let bootstrap = folder.join(label).join("bootstrap");
    let Ok(bytes) = fs::read(&bootstrap) else {
        let needs = fs::read_to_string(folder.join(label).join("needs.txt"));
        return Ok(Err(needs.map_or_else(|_| format!("it is not built: `just peers {label}`"), |needs| needs.trim().to_owned())));
    };
    if let Err(error) = elf::check_deployable(&bootstrap, &bytes, Architecture::X86_64) {
        return Ok(Err(format!("it is no single file that provided.al2023 could start ({error})")));
    }
    let name = function::name(&format!("{NAME_PREFIX}{label}")).map_err(Error::Refused)?;
    let packed = package::archive(&bytes).map_err(Error::system("packing"))?;
    if packed.len() as u64 > ARCHIVE_BYTES_MAX {
        return Ok(Err("it is larger than Lambda takes in a call".to_owned()));
    }
    let path = folder.join(label).join("bootstrap.zip");
    package::write_whole(&path, &packed)?;
    let archive = Archive::read(&path, Architecture::X86_64)?;
    let wanted = Wanted {
        name: name.clone(),
        handler: HANDLER.to_owned(),
        architecture: Architecture::X86_64,
        code_sha256: archive.code_sha256.clone(),
        role: Some(role.to_owned()),
        memory_mb: Some(memory_mb),
        timeout_seconds: None,
    };
    match aws.find(MISSING, &["lambda", "get-function", "--function-name", &name])? {
        Some(found) => update(aws, &wanted, &archive, &found["Configuration"], Duration::ZERO)?,
        None => create(aws, &wanted, &archive, Duration::ZERO)?,
    };
    Ok(Ok(Measured { function: name, label: label.to_owned() }))
}

/// Deletes those that were deployed, and their logs.
///
/// # Errors
/// [`Error::LeftBehind`], which names those that are there still.
pub fn remove(aws: &Aws, peers: &[Measured]) -> Result<(), Error> {
    let mut left = Vec::new();
    let mut first = None;
    for Measured { function, .. } in peers {
        let group = format!("/aws/lambda/{function}");
        for arguments in
            [["lambda", "delete-function", "--function-name", function], ["logs", "delete-log-group", "--log-group-name", &group]]
        {
            match aws.change(&arguments) {
                Err(failure) if !failure.is(MISSING) => {
                    left.push(arguments[3].to_owned());
                    first.get_or_insert(failure);
                }
                _ => {}
            }
        }
    }
    match first {
        None => Ok(()),
        Some(failure) => Err(Error::LeftBehind { reason: Box::new(failure.into()), left: left.join(", ") }),
    }
}
