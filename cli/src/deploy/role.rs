//! The role that a function runs as: an existing one, or one created for this function, with
//! permissions for the log and for the configuration.

use super::aws::Aws;
use super::desired::Desired;
use super::failure::Failure;
use super::function::{TAG, is_ours};
use crate::Error;
use crate::project::settings::cloud::Tracing;
use crate::project::settings::value::is_arn;
use crate::recipe::recipe;
use serde_json::{Value, json};

/// The prefix of the names of roles that this tool creates; the function's name follows.
const NAME_PREFIX: &str = "ruchy-lambda-";
/// IAM's limit.
const NAME_BYTES_MAX: usize = 64;
/// As AWS's managed policy `AWSLambdaVPCAccessExecutionRole` lists them.
pub const NETWORK_ACTIONS: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];
/// The one policy of such a role.
const POLICY: &str = "log";
/// IAM's error code for a missing role.
const MISSING: &str = "NoSuchEntity";
/// The placeholder for an ARN that a dry run cannot know.
pub const UNKNOWN_ARN: &str = "ARN-OF-THE-ROLE";

/// A role, and whether it was made just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub arn: String,
    pub is_new: bool,
}

/// The role that a function gets.
#[derive(Clone, Debug)]
pub enum Planned {
    /// One that exists.
    Named(Role),
    /// One for this function alone.
    Own(Own),
}

/// A role for one function, which this tool makes.
#[derive(Clone, Debug)]
pub struct Own {
    function: String,
    name: String,
    /// Its ARN, if it exists.
    found: Option<String>,
    /// Its policy, if it exists.
    policy: Option<Value>,
    /// The permissions that the function's configuration needs beyond the log.
    needs: Vec<Value>,
}

/// Reads what exists of the role that flags and Cargo.toml choose; `None` keeps the function's.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] if the role does not exist, or belongs to another tool.
pub fn plan(aws: &Aws, desired: &Desired, creates_role: bool, is_function_there: bool) -> Result<Option<Planned>, Error> {
    if creates_role {
        return Ok(Some(Planned::Own(Own::look(aws, desired)?)));
    }
    if let Some(role) = &desired.cloud.role {
        let arn = named(aws, role)?;
        return Ok(Some(Planned::Named(Role { name: role.clone(), arn, is_new: false })));
    }
    if aws.is_offline() && !is_function_there {
        eprintln!("{}: a new function needs a role, by --role or --create-role; an existing one keeps its own", desired.name);
        return Ok(Some(Planned::Named(Role { name: UNKNOWN_ARN.to_owned(), arn: UNKNOWN_ARN.to_owned(), is_new: false })));
    }
    Ok(None)
}

impl Planned {
    /// The ARN, or, of a role that does not exist yet, its name.
    #[must_use]
    pub fn arn(&self) -> &str {
        match self {
            Self::Named(role) => &role.arn,
            Self::Own(own) => own.found.as_deref().unwrap_or(&own.name),
        }
    }

    /// An entry of the list of changes: the additions to the policy of an existing role.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        let Self::Own(own) = self else { return None };
        let arn = own.found.as_deref()?;
        let actions = own.missing(arn).into_iter().flat_map(|statement| strings(&statement["Action"]));
        let actions = actions.map(|action| format!("+{action}")).collect::<Vec<_>>().join(" ");
        (!actions.is_empty()).then_some(actions)
    }

    /// Makes the role, or adds to its policy, if that is needed.
    ///
    /// # Errors
    /// [`Failure`]; [`Error::LeftBehind`] if the role was made and its policy was not.
    pub fn make(&self, aws: &Aws, is_function_there: bool) -> Result<Role, Error> {
        match self {
            Self::Named(role) => Ok(role.clone()),
            Self::Own(own) => own.make(aws, is_function_there),
        }
    }
}

impl Own {
    fn look(aws: &Aws, desired: &Desired) -> Result<Self, Error> {
        let name = name_for(&desired.name);
        if name.len() > NAME_BYTES_MAX {
            return Err(Error::Refused(format!(
                "{name} the role's name would have more than {NAME_BYTES_MAX} characters. Create a role, and specify it with --role."
            )));
        }
        let found = aws.find(MISSING, &["iam", "get-role", "--role-name", &name])?;
        if found.as_ref().is_some_and(|found| !is_ours(&found["Role"]["Tags"])) {
            return Err(Error::Refused(format!("the role {name} exists and was not created by this tool. To use it: --role {name}")));
        }
        let policy = match &found {
            Some(_) => aws.find(MISSING, &["iam", "get-role-policy", "--role-name", &name, "--policy-name", POLICY])?,
            None => None,
        };
        Ok(Self {
            function: desired.name.clone(),
            name,
            found: found.and_then(|found| found["Role"]["Arn"].as_str().map(str::to_owned)),
            policy: policy.map(|policy| policy["PolicyDocument"].clone()),
            needs: needs(desired),
        })
    }

    /// The statements that the policy lacks.
    fn missing(&self, arn: &str) -> Vec<Value> {
        let has = |statement: &Value| {
            let found = self.policy.as_ref().and_then(|policy| policy["Statement"].as_array());
            found.is_some_and(|found| found.contains(statement))
        };
        let desired = [log_statement(arn, &self.function)].into_iter().chain(self.needs.iter().cloned());
        desired.filter(|statement| !has(statement)).collect()
    }

    fn make(&self, aws: &Aws, is_function_there: bool) -> Result<Role, Error> {
        let name = &self.name;
        let arn = match &self.found {
            Some(arn) => arn.clone(),
            None => self.create(aws)?,
        };
        let missing = self.missing(&arn);
        if !missing.is_empty() {
            let mut statements = self.policy.as_ref().and_then(|policy| policy["Statement"].as_array().cloned()).unwrap_or_default();
            statements.extend(missing);
            let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
            let put = aws.change(&["iam", "put-role-policy", "--role-name", name, "--policy-name", POLICY, "--policy-document", &policy]);
            match (put, &self.found) {
                (Err(failure), None) => return Err(left_behind(failure, name, &self.function, is_function_there)),
                (put, _) => put?,
            };
        }
        Ok(Role { name: name.clone(), arn, is_new: self.found.is_none() })
    }

    fn create(&self, aws: &Aws) -> Result<String, Error> {
        eprintln!("role {}: creating it", self.name);
        let made = aws.change(&[
            "iam",
            "create-role",
            "--role-name",
            &self.name,
            "--description",
            &format!("Runs the function {}", self.function),
            "--assume-role-policy-document",
            &trust().to_string(),
            "--tags",
            &format!("Key={},Value={}", TAG.0, TAG.1),
        ])?;
        Ok(made["Role"]["Arn"].as_str().unwrap_or(UNKNOWN_ARN).to_owned())
    }
}

/// The ARN of a role, given by its name or ARN.
fn named(aws: &Aws, role: &str) -> Result<String, Error> {
    if role.starts_with("arn:") {
        return Ok(role.to_owned());
    }
    let found = aws.find(MISSING, &["iam", "get-role", "--role-name", role])?;
    if aws.is_offline() {
        return Ok(UNKNOWN_ARN.to_owned());
    }
    let arn = found.as_ref().and_then(|found| found["Role"]["Arn"].as_str());
    arn.map(str::to_owned).ok_or_else(|| {
        Error::Refused(format!("the role {role} does not exist. `aws iam list-roles` lists the roles; --create-role creates one."))
    })
}

/// The name of the role of `function` that this tool makes.
#[must_use]
pub fn name_for(function: &str) -> String {
    format!("{NAME_PREFIX}{function}")
}

/// The statements that a network, traces and a dead-letter queue need. Lambda refuses the
/// configuration without the first and the last.
fn needs(desired: &Desired) -> Vec<Value> {
    let allow = |actions: &[&str], resource: &str| json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
    let mut statements = Vec::new();
    if desired.cloud.vpc.value().is_some() {
        statements.push(allow(&NETWORK_ACTIONS, "*"));
    }
    if desired.cloud.tracing == Some(Tracing::Active) {
        statements.push(allow(&["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"));
    }
    if let Some(arn) = desired.cloud.dead_letter.value() {
        let action = if is_arn(arn, "sqs") { "sqs:SendMessage" } else { "sns:Publish" };
        statements.push(allow(&[action], arn));
    }
    statements
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Reports `failure` and the role that was created before it. `just destroy` would also delete a
/// function that existed before.
pub fn left_behind(failure: impl Into<Error>, role: &str, function: &str, is_function_there: bool) -> Error {
    let deleted = if is_function_there {
        format!(
            "`aws iam delete-role-policy --role-name {role} --policy-name {POLICY}`, then `aws iam delete-role --role-name {role}` delete it"
        )
    } else {
        format!("`{}` deletes it", recipe(&format!("destroy {function}")))
    };
    let left = format!("the role {role}, created just now, exists. {deleted}; deploying again uses it.");
    Error::LeftBehind { reason: Box::new(failure.into()), left }
}

/// Returns true if a role of this name exists and this tool created it.
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
            return Ok(format!("role {name}: would be deleted, if it exists and was created by this tool"));
        }
        return Ok(format!("role {name}: does not exist"));
    };
    if !is_ours(&found["Role"]["Tags"]) {
        return Ok(format!("role {name}: not deleted, because this tool did not create it"));
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

/// The function's log group, in every region, and nothing else. The partition and the account are
/// those of the role.
fn log_statement(role_arn: &str, function: &str) -> Value {
    let mut parts = role_arn.split(':');
    let (partition, account) = (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or("*"));
    let group = format!("arn:{partition}:logs:*:{account}:log-group:/aws/lambda/{function}");
    let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    // Both forms of the ARN: the reference of actions has a group without an end, and refusals name
    // `log-group:NAME:log-stream:` where one is made.
    let resources = [format!("{group}:*"), group];
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

#[cfg(test)]
mod tests {
    use super::{log_statement, name_for};

    #[test]
    fn role_policy_permits_one_log_group() {
        let statement = log_statement("arn:aws-us-gov:iam::123456789012:role/ruchy-lambda-a", "a");
        let group = "arn:aws-us-gov:logs:*:123456789012:log-group:/aws/lambda/a";
        assert_eq!(statement["Resource"], serde_json::json!([format!("{group}:*"), group]));
        assert_eq!(statement["Action"], serde_json::json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]));
    }

    #[test]
    fn role_name_contains_function_name() {
        assert_eq!(name_for("minimal"), "ruchy-lambda-minimal");
    }
}
