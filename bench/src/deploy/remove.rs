//! `ruchy-lambda destroy`: deletes a function, its log, and the role that was made for it. What somebody else made is left alone.

use super::MISSING;
use super::aws::{Account, Aws};
use super::failure::Failure;
use super::function::{self, Ownership};
use super::role;
use crate::Error;
use clap::Args;
use std::fmt::Write as _;

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The function's name on AWS
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub function: String,
    /// Delete it though this tool has not made it
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub account: Account,
}

/// Deletes what there is, and returns a line on each part.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] where the function is somebody else's; [`Error::LeftBehind`] where a part could not be deleted.
pub fn run(options: &Options) -> Result<String, Error> {
    let aws = Aws::new(&options.account)?;
    let function = &options.function;
    let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", function])?;
    let ownership = found.as_ref().map(Ownership::of);
    if let Some(ownership) = ownership.filter(|ownership| *ownership != Ownership::Ours && !options.force) {
        return Err(Error::Refused(format!("{function} {ownership}, and is left alone. --force deletes it all the same.")));
    }
    let own = role::name_for(function);
    // A log whose function is gone may be anybody's; where the role is there that was made for the function, it is ours.
    let is_log_ours = options.force || found.is_some() || role::is_made_here(&aws, &own)?;
    let mut said = String::new();
    let mut failures = Vec::new();
    let mut part = |part: Result<String, Failure>, what: &str| match part {
        Ok(line) => {
            let _ = writeln!(said, "{line}");
        }
        Err(failure) => failures.push((failure, what.to_owned())),
    };
    let group = format!("/aws/lambda/{function}");
    part(delete(&aws, &format!("function {function}"), &["lambda", "delete-function", "--function-name", function]), function);
    if is_log_ours {
        part(delete(&aws, &format!("log group {group}"), &["logs", "delete-log-group", "--log-group-name", &group]), &group);
    } else {
        part(
            Ok(format!("log group {group}: left alone if it is there, for there is no function to tell whose it is; --force deletes it")),
            &group,
        );
    }
    part(role::remove(&aws, &own), &own);
    // The last part of an ARN is the role's name; whoever else made it keeps it.
    let named = found.as_ref().and_then(|found| found["Configuration"]["Role"].as_str()?.rsplit('/').next());
    if let Some(role) = named.filter(|role| *role != own) {
        let _ = writeln!(said, "role {role}: left alone, for this tool has not made it");
    }
    let left: Vec<String> = failures.iter().map(|(_, what)| what.clone()).collect();
    match failures.into_iter().next() {
        None => Ok(said),
        Some((failure, _)) => {
            eprint!("{said}");
            Err(Error::LeftBehind { reason: Box::new(failure.into()), left: format!("not deleted: {}", left.join(", ")) })
        }
    }
}

fn delete(aws: &Aws, what: &str, arguments: &[&str]) -> Result<String, Failure> {
    match aws.change(arguments) {
        Ok(_) if aws.is_dry() => Ok(format!("{what}: would be deleted")),
        Ok(_) => Ok(format!("{what}: deleted")),
        Err(failure) if failure.is(MISSING) => Ok(format!("{what}: there is none")),
        Err(failure) => Err(failure),
    }
}
