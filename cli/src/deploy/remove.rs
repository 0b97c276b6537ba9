//! `ruchy-lambda destroy`: deletes a function, its log, and the role that was created for it.
//! Leaves resources that this tool did not create.

use super::aws::{Account, Aws};
use super::failure::Failure;
use super::failure::MISSING;
use super::function::{self, Ownership};
use super::{retention, role};
use crate::Error;
use crate::interrupted;
use crate::recipe::recipe;
use clap::Args;
use std::fmt::Write as _;

/// The command-line options.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda destroy NAME [OPTIONS]")]
pub struct Options {
    /// The function's name on AWS
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub function: String,
    /// Delete a function that this tool did not create
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub account: Account,
}

/// Deletes what there is, and returns a line on each part.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] if this tool did not create the function;
/// [`Error::LeftBehind`] if a part could not be deleted.
pub fn run(options: &Options) -> Result<String, Error> {
    let aws = Aws::new(&options.account)?;
    let function = &options.function;
    let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", function])?;
    let ownership = found.as_ref().map(Ownership::of);
    if let Some(ownership) = ownership.filter(|ownership| *ownership != Ownership::Ours && !options.force) {
        return Err(Error::Refused(format!("{function} {ownership} and was not deleted. --force deletes it.")));
    }
    let own = role::name_for(function);
    // Without its function, the owner of a log is unknown. It is ours if the role that was created
    // for the function exists.
    let is_log_ours = options.force || found.is_some() || aws.is_offline() || role::is_made_here(&aws, &own)?;
    if !aws.is_dry() {
        interrupted::say(format!("what remains of {function}. `{}` continues from there.", recipe(&format!("destroy {function}"))))?;
    }
    let group = retention::group(function);
    let [function_part, log_part, role_part] = [format!("function {function}"), format!("log group {group}"), format!("role {own}")];
    let delete_function = || delete(&aws, &function_part, &["lambda", "delete-function", "--function-name", function]);
    let delete_log = || {
        if is_log_ours {
            return delete(&aws, &log_part, &["logs", "delete-log-group", "--log-group-name", &group]);
        }
        Ok(format!("{log_part}: not deleted, because the function that would show its owner is missing; --force deletes it"))
    };
    let delete_role = || role::remove(&aws, &own);
    let parts: [(&str, Delete); 3] = [(&function_part, &delete_function), (&log_part, &delete_log), (&role_part, &delete_role)];
    let mut lines = delete_all(function, &parts)?;
    // The last part of an ARN is the role's name. The role may be that of another function,
    // or not created by this tool.
    let named = found.as_ref().and_then(|found| found["Configuration"]["Role"].as_str()?.rsplit('/').next());
    if let Some(role) = named.filter(|role| *role != own) {
        let _ = writeln!(lines, "role {role}: not deleted, because it was not created for this function");
    }
    Ok(lines)
}

/// Deletes one part, and returns a line about the result.
type Delete<'a> = &'a dyn Fn() -> Result<String, Failure>;

/// Stops at the first failure: an existing function still needs its role, and the role shows
/// which tool created the log.
fn delete_all(function: &str, parts: &[(&str, Delete)]) -> Result<String, Error> {
    let mut lines = String::new();
    for (index, (_, delete)) in parts.iter().enumerate() {
        match delete() {
            Ok(line) => {
                let _ = writeln!(lines, "{line}");
            }
            Err(failure) => {
                eprint!("{lines}");
                let left = parts[index..].iter().map(|(what, _)| *what).collect::<Vec<_>>().join(", ");
                let left = format!("not yet deleted: {left}. `{}` continues from there.", recipe(&format!("destroy {function}")));
                return Err(Error::LeftBehind { reason: Box::new(failure.into()), left });
            }
        }
    }
    Ok(lines)
}

fn delete(aws: &Aws, what: &str, arguments: &[&str]) -> Result<String, Failure> {
    match aws.change(arguments) {
        Ok(_) if aws.is_offline() => Ok(format!("{what}: would be deleted, if it exists")),
        Ok(_) if aws.is_dry() => Ok(format!("{what}: would be deleted")),
        Ok(_) => Ok(format!("{what}: deleted")),
        Err(failure) if failure.is(MISSING) => Ok(format!("{what}: does not exist")),
        Err(failure) => Err(failure),
    }
}
