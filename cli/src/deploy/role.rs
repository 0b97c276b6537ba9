//! The role that a function runs as: one that is named, or one of its own that may do nothing but write the function's log.

use super::aws::Aws;
use super::failure::Failure;
use super::function::{TAG, is_ours};
use crate::Error;
use serde_json::{Value, json};

/// What the names of roles begin with that this tool makes; the function's follows.
const NAME_PREFIX: &str = "ruchy-lambda-";
/// IAM's limit.
const NAME_BYTES_MAX: usize = 64;
/// The one policy of such a role.
const POLICY: &str = "log";
/// IAM's word for what is not there.
const MISSING: &str = "NoSuchEntity";
/// What stands for an ARN that a dry run cannot know.
pub const UNKNOWN_ARN: &str = "ARN-OF-THE-ROLE";

/// A role, and whether it was made just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub arn: String,
    pub is_new: bool,
}

/// The ARN of a role by its name, or as it is.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] where there is no such role.
pub fn named(aws: &Aws, role: &str) -> Result<String, Error> {
    if role.starts_with("arn:") {
        return Ok(role.to_owned());
    }
    let found = aws.find(MISSING, &["iam", "get-role", "--role-name", role])?;
    if aws.is_offline() {
        return Ok(UNKNOWN_ARN.to_owned());
    }
    let arn = found.as_ref().and_then(|found| found["Role"]["Arn"].as_str());
    arn.map(str::to_owned).ok_or_else(|| {
        Error::Refused(format!("there is no role {role}. `aws iam list-roles` lists those there are; --create-role makes one."))
    })
}

/// What the role of `function` is called, when this tool makes it.
#[must_use]
pub fn name_for(function: &str) -> String {
    format!("{NAME_PREFIX}{function}")
}

/// The role of `function`'s own, made where it is not there yet; whether the function was there before makes a difference to what is said.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] where somebody else made it.
pub fn ensure(aws: &Aws, function: &str, is_function_there: bool) -> Result<Role, Error> {
    let name = name_for(function);
    if name.len() > NAME_BYTES_MAX {
        return Err(Error::Refused(format!(
            "{name} would be the role's name, and has more than {NAME_BYTES_MAX} characters. Make a role yourself, and name it with --role."
        )));
    }
    let found = aws.find(MISSING, &["iam", "get-role", "--role-name", &name])?;
    let is_new = found.is_none();
    let role = match found {
        Some(found) if is_ours(&found["Role"]["Tags"]) => found,
        Some(_) => {
            return Err(Error::Refused(format!(
                "there is a role {name} that this tool has not made. If it is right for the function, name it: --role {name}"
            )));
        }
        None => {
            eprintln!("role {name}: creating it");
            aws.change(&[
                "iam",
                "create-role",
                "--role-name",
                &name,
                "--description",
                &format!("Runs the function {function}; may write its log"),
                "--assume-role-policy-document",
                &trust().to_string(),
                "--tags",
                &format!("Key={},Value={}", TAG.0, TAG.1),
            ])?
        }
    };
    let arn = role["Role"]["Arn"].as_str().unwrap_or(UNKNOWN_ARN).to_owned();
    if is_new || aws.find(MISSING, &["iam", "get-role-policy", "--role-name", &name, "--policy-name", POLICY])?.is_none() {
        let policy = log_policy(&arn, function).to_string();
        let put = aws.change(&["iam", "put-role-policy", "--role-name", &name, "--policy-name", POLICY, "--policy-document", &policy]);
        put.map_err(|failure| left_behind(failure, &name, function, is_function_there))?;
    }
    Ok(Role { name, arn, is_new })
}

/// `failure`, and that the role is there all the same. `just destroy` would take a function along that was there before.
pub fn left_behind(failure: impl Into<Error>, role: &str, function: &str, is_function_there: bool) -> Error {
    let deleted = if is_function_there {
        format!(
            "`aws iam delete-role-policy --role-name {role} --policy-name {POLICY}`, then `aws iam delete-role --role-name {role}` delete it"
        )
    } else {
        format!("`just destroy {function}` deletes it")
    };
    let left = format!("the role {role}, made just now, is there. {deleted}; deploying again uses it.");
    Error::LeftBehind { reason: Box::new(failure.into()), left }
}

/// Whether there is a role of this name, and this tool made it.
///
/// # Errors
/// [`Failure`].
pub fn is_made_here(aws: &Aws, name: &str) -> Result<bool, Failure> {
    let found = aws.find(MISSING, &["iam", "get-role", "--role-name", name])?;
    Ok(found.is_some_and(|found| is_ours(&found["Role"]["Tags"])))
}

/// Removes the role if this tool made it. Returns what there is to say.
///
/// # Errors
/// [`Failure`].
pub fn remove(aws: &Aws, name: &str) -> Result<String, Failure> {
    let Some(found) = aws.find(MISSING, &["iam", "get-role", "--role-name", name])? else {
        if aws.is_offline() {
            return Ok(format!("role {name}: would be deleted, if it exists and was made by this tool"));
        }
        return Ok(format!("role {name}: there is none"));
    };
    if !is_ours(&found["Role"]["Tags"]) {
        return Ok(format!("role {name}: left alone, for this tool has not made it"));
    }
    match aws.change(&["iam", "delete-role-policy", "--role-name", name, "--policy-name", POLICY]) {
        Err(failure) if !failure.is(MISSING) => return Err(failure),
        _ => {}
    }
    aws.change(&["iam", "delete-role", "--role-name", name])?;
    Ok(format!("role {name}: {}", if aws.is_dry() { "would be deleted" } else { "deleted" }))
}

/// Lambda may take it on.
fn trust() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }],
    })
}

/// The function's log group, in whatever region, and nothing else. The partition and the account are those of the role.
fn log_policy(role_arn: &str, function: &str) -> Value {
    let mut parts = role_arn.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or("*"));
    let group = format!("arn:{partition}:logs:*:{account}:log-group:/aws/lambda/{function}");
    let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    // In both forms: the reference of actions has a group without an end, and refusals name `log-group:NAME:log-stream:` where one is made.
    let resources = [format!("{group}:*"), group];
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": resources }] })
}

#[cfg(test)]
mod tests {
    use super::{log_policy, name_for};

    #[test]
    fn a_role_may_write_one_log_of_its_own_account() {
        let policy = log_policy("arn:aws-us-gov:iam::123456789012:role/ruchy-lambda-a", "a");
        assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(1));
        let group = "arn:aws-us-gov:logs:*:123456789012:log-group:/aws/lambda/a";
        assert_eq!(policy["Statement"][0]["Resource"], serde_json::json!([format!("{group}:*"), group]));
        assert_eq!(
            policy["Statement"][0]["Action"],
            serde_json::json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])
        );
    }

    #[test]
    fn a_role_is_named_after_its_function() {
        assert_eq!(name_for("minimal"), "ruchy-lambda-minimal");
    }
}
