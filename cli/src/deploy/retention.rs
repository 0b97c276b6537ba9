//! The retention of a function's log in CloudWatch Logs.

use super::aws::Aws;
use super::failure::Failure;
use super::failure::MISSING;
use crate::project::settings::value::Setting;

/// The code for a log group that exists already.
const EXISTS: &str = "ResourceAlreadyExistsException";

/// The log group of a function.
#[must_use]
pub fn group(function: &str) -> String {
    format!("/aws/lambda/{function}")
}

/// A change of the retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    group: String,
    exists: bool,
    before: Option<u32>,
    /// Days; `None`: the log is never deleted.
    after: Option<u32>,
}

impl Change {
    /// An entry of the list of changes: the old and the new value.
    #[must_use]
    pub fn shown(&self) -> (String, String) {
        let shown = |days: Option<u32>| days.map_or_else(|| "never deleted".to_owned(), |days| format!("{days} days"));
        (if self.exists { shown(self.before) } else { String::new() }, shown(self.after))
    }
}

/// The change to `desired`, if there is one.
///
/// # Errors
/// [`Failure`].
pub fn look(aws: &Aws, function: &str, desired: &Setting<u32>) -> Result<Option<Change>, Failure> {
    let after = match desired {
        Setting::Keep => return Ok(None),
        Setting::Off => None,
        Setting::Set(days) => Some(*days),
    };
    let group = group(function);
    let found = aws.find(MISSING, &["logs", "describe-log-groups", "--log-group-name-prefix", &group])?.unwrap_or_default();
    let found = found["logGroups"].as_array().into_iter().flatten().find(|found| found["logGroupName"] == group.as_str()).cloned();
    let before = found.as_ref().and_then(|found| found["retentionInDays"].as_u64()).and_then(|days| u32::try_from(days).ok());
    let exists = found.is_some();
    // A group that is never deleted by itself needs none of this before the function's first
    // invocation makes it.
    Ok((before != after).then_some(Change { group, exists, before, after }))
}

/// Makes the change; the log group is created if it is missing.
///
/// # Errors
/// [`Failure`].
pub fn apply(aws: &Aws, change: &Change) -> Result<(), Failure> {
    if !change.exists {
        match aws.change(&["logs", "create-log-group", "--log-group-name", &change.group]) {
            Err(failure) if !failure.is(EXISTS) => return Err(failure),
            _ => {}
        }
    }
    match change.after {
        Some(days) => {
            let days = days.to_string();
            aws.change(&["logs", "put-retention-policy", "--log-group-name", &change.group, "--retention-in-days", &days])?;
        }
        None => {
            aws.change(&["logs", "delete-retention-policy", "--log-group-name", &change.group])?;
        }
    }
    Ok(())
}
