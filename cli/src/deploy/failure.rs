//! Failures of the AWS CLI, and messages with their remedies. Pure.

use crate::recipe;
use std::fmt::{self, Display, Formatter};

/// Lambda's code for what does not exist.
pub const MISSING: &str = "ResourceNotFoundException";

/// The file that lists the permissions that all calls need.
const POLICY: &str = "deploy/policy.json";

/// See the variants' messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `aws` is missing.
    NoCli,
    /// `aws` exists and cannot be started.
    NotStarted(String),
    /// It does not know a call, or an option.
    OldCli(String),
    /// Its output is not JSON.
    Unreadable(String),
    /// No credentials are configured.
    NoCredentials,
    /// A session has ended, as the CLI itself found.
    Expired,
    /// No region is configured.
    NoRegion,
    /// A region's name that no region could have.
    BadRegion(String),
    /// A profile that is in no configuration.
    NoProfile(String),
    /// No server answers at this address.
    Unreachable { url: String },
    /// AWS has answered, and refuses.
    Refused { code: String, operation: String, message: String },
    /// Anything else that the CLI says.
    Other(String),
}

/// The CLI's messages about sessions that ended, in lower case.
const SESSION_ENDED: [&str; 4] = [
    "sso session associated with this profile has expired",
    "error loading sso token",
    "token has expired and refresh failed",
    "your session has expired",
];
/// The text before the address in the CLI's messages about failed connections.
const UNREACHABLE: [&str; 2] = ["Could not connect to the endpoint URL: ", "Connect timeout on endpoint URL: "];
/// The CLI's messages about a call or an option that it does not know, in lower case.
const UNKNOWN: [&str; 2] = ["invalid choice", "unknown options: "];

impl Failure {
    /// From the standard error of `aws`.
    #[must_use]
    pub fn parse(output: &str) -> Self {
        let output = output.trim();
        let lower = output.to_ascii_lowercase();
        if let Some(refused) = refused(output) {
            return refused;
        }
        if lower.contains("unable to locate credentials") || lower.contains("partial credentials found") {
            Self::NoCredentials
        } else if SESSION_ENDED.iter().any(|words| lower.contains(words)) {
            Self::Expired
        } else if lower.contains("you must specify a region") {
            Self::NoRegion
        } else if lower.contains("doesn't match a supported format") || lower.contains("invalid endpoint: ") {
            Self::BadRegion(quoted(output).unwrap_or(output).to_owned())
        } else if let Some((_, rest)) = output.split_once("The config profile (") {
            Self::NoProfile(rest.split(')').next().unwrap_or_default().to_owned())
        } else if let Some(rest) = UNREACHABLE.iter().find_map(|words| Some(output.split_once(words)?.1)) {
            Self::Unreachable { url: quoted(rest).unwrap_or(rest).to_owned() }
        } else if let Some(line) = UNKNOWN.iter().find_map(|words| output.lines().rfind(|line| line.to_ascii_lowercase().contains(words))) {
            Self::OldCli(line.trim().to_owned())
        } else {
            waiter(output).unwrap_or_else(|| Self::Other(output.to_owned()))
        }
    }

    /// Returns true if AWS refused with this code.
    #[must_use]
    pub fn is(&self, expected: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == expected)
    }

    /// Returns true if AWS could not be reached: this machine has no AWS CLI, no
    /// credentials, no region or no network.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::NoCli | Self::NoCredentials | Self::Expired | Self::NoRegion | Self::Unreachable { .. })
    }

    /// Returns true if Lambda may not assume the role. A new role is unknown to Lambda for
    /// some seconds.
    #[must_use]
    pub fn is_role_unknown_yet(&self) -> bool {
        matches!(self, Self::Refused { code, message, .. } if code == "InvalidParameterValueException" && message.contains("cannot be assumed by Lambda"))
    }
}

/// Parses the AWS CLI's message about an error that AWS returned. `[…]` is optional:
/// `An error occurred (CODE) when calling the OPERATION operation[ (reached max retries: 2)]:
/// MESSAGE`.
fn refused(output: &str) -> Option<Failure> {
    let (_, rest) = output.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(") when calling the ")?;
    let (operation, rest) = rest.split_once(" operation")?;
    // The number of attempts may follow the operation.
    let rest = if rest.starts_with(" (") { rest.split_once(')')?.1 } else { rest };
    let message = rest.strip_prefix(':')?;
    Some(Failure::Refused { code: code.to_owned(), operation: operation.to_owned(), message: message.trim().to_owned() })
}

/// `Waiter NAME failed: An error occurred (CODE): MESSAGE`.
fn waiter(output: &str) -> Option<Failure> {
    let (waiter, rest) = output.split_once("Waiter ")?.1.split_once(" failed: An error occurred (")?;
    let (code, message) = rest.split_once("): ")?;
    Some(Failure::Refused { code: code.to_owned(), operation: waiter.to_owned(), message: message.trim().to_owned() })
}

fn quoted(text: &str) -> Option<&str> {
    let quote = ['"', '\''].into_iter().filter_map(|quote| Some((text.find(quote)?, quote))).min()?.1;
    text.split(quote).nth(1)
}

/// Returns the advice to install the AWS CLI.
fn install() -> &'static str {
    if recipe::is_repository() {
        "`just aws-cli` installs one in .venv/aws, where the recipes find it"
    } else {
        "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCli => write!(f, "the AWS CLI is missing: no `aws` on the PATH. Install version 1 or 2: {}.", install()),
            Self::NotStarted(error) => write!(f, "the AWS CLI cannot be started: {error}"),
            Self::OldCli(line) => write!(
                f,
                "this version of the AWS CLI does not support the call ({line}). Install a version from mid-2022 or later: {}.",
                install()
            ),
            Self::Unreadable(error) => write!(f, "the output of `aws` is not JSON ({error}). Check that `aws` on the PATH is the AWS CLI."),
            Self::Expired => f.write_str("the credentials have expired. Renew them, for example with `aws sso login`."),
            Self::NoCredentials => f.write_str(
                "no AWS credentials found. Run `aws configure` or `aws configure sso`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            ),
            Self::NoRegion => f.write_str("no AWS region is set. Set one, such as eu-central-1, with --region, AWS_REGION or `aws configure set region`."),
            Self::BadRegion(region) => write!(f, "{region}: not an AWS region; expected a name such as eu-central-1"),
            Self::NoProfile(profile) => write!(f, "the AWS CLI has no profile {profile}. `aws configure list-profiles` lists its profiles."),
            Self::Unreachable { url } => write!(
                f,
                "no answer from {url}. Check the region (--region, AWS_REGION) and this machine's network. If AWS_ENDPOINT_URL is set, check that a server listens there."
            ),
            Self::Refused { code, operation, message } => refusal(f, code, operation, message),
            Self::Other(output) => write!(f, "the AWS CLI failed: {output}"),
        }
    }
}

fn refusal(f: &mut Formatter<'_>, code: &str, operation: &str, message: &str) -> fmt::Result {
    match code {
        // The last is all there is to read where a refusal is in another form than the CLI expects.
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "403" => {
            write!(f, "{operation}: the credentials lack a permission: {message}\n{POLICY} lists the permissions that deployments need.")
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            write!(f, "{operation}: the credentials have expired. Renew them, for example with `aws sso login`.")
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId" => {
            write!(
                f,
                "{operation}: AWS rejected the credentials ({code}). Check them with `aws sts get-caller-identity`. Regions that the account has not enabled reject all credentials."
            )
        }
        "ResourceConflictException" => {
            write!(f, "{operation}: another update of the function is in progress: {message} Retry when it has finished.")
        }
        _ => write!(f, "{operation}: {message} ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    /// Output of versions 1 and 2 of the CLI, and the message expected for it.
    const MESSAGES: [(&str, &str); 22] = [
        ("\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n", "no AWS credentials found"),
        ("Unable to locate credentials. You can configure credentials by running \"aws login\".", "no AWS credentials found"),
        ("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY", "no AWS credentials found"),
        ("You must specify a region. You can also configure your region by running \"aws configure\".", "no AWS region is set"),
        (
            "Could not connect to the endpoint URL: \"https://lambda.xx-east-9.amazonaws.com/2015-03-31/functions\"",
            "no answer from https://lambda.xx-east-9.amazonaws.com/",
        ),
        ("Provided region_name 'US EAST 1' doesn't match a supported format.", "US EAST 1: not an AWS region"),
        ("The config profile (work) could not be found", "the AWS CLI has no profile work"),
        (
            "An error occurred (AccessDeniedException) when calling the CreateFunction operation: User: arn:aws:iam::1:user/a is not authorized to perform: lambda:CreateFunction",
            "CreateFunction: the credentials lack a permission: User: arn:aws:iam::1:user/a is not authorized",
        ),
        ("An error occurred (ExpiredTokenException) when calling the GetFunction operation: The security token is expired", "have expired"),
        (
            "An error occurred (UnrecognizedClientException) when calling the GetFunction operation: The security token is invalid.",
            "AWS rejected the credentials",
        ),
        (
            "An error occurred (TooManyRequestsException) when calling the GetFunction operation (reached max retries: 2): Rate exceeded",
            "GetFunction: Rate exceeded (TooManyRequestsException)",
        ),
        (
            "An error occurred (ResourceConflictException) when calling the UpdateFunctionCode operation: In progress.",
            "is in progress: In progress. Retry",
        ),
        (
            "aws: error: argument subcommand: Invalid choice, valid choices are:\n\n\nInvalid choice: 'function-active-v2', maybe you meant:\n\n  * function-active",
            "does not support the call (Invalid choice: 'function-active-v2', maybe you meant:). Install a version from mid-2022",
        ),
        (
            "aws: [ERROR]: An error occurred (ParamValidation): argument operation: Found invalid choice 'function-active-v2'",
            "does not support the call (aws: [ERROR]: An error occurred (ParamValidation): argument operation: Found invalid choice 'function-active-v2')",
        ),
        ("Unknown options: --architectures, x86_64", "does not support the call (Unknown options: --architectures, x86_64)"),
        ("aws: [ERROR]: An error occurred (NoRegion): You must specify a region.", "no AWS region is set"),
        (
            "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.",
            "the credentials have expired. Renew them",
        ),
        ("Error when retrieving token from sso: Token has expired and refresh failed", "the credentials have expired"),
        ("Error loading SSO Token: Token for work does not exist", "the credentials have expired"),
        ("Connect timeout on endpoint URL: \"https://lambda.eu-central-1.amazonaws.com/\"", "no answer from https://lambda.eu-central-1"),
        (
            "Waiter FunctionActiveV2 failed: An error occurred (ExpiredTokenException): The security token included in the request is expired",
            "FunctionActiveV2: the credentials have expired",
        ),
        ("Waiter FunctionActiveV2 failed: Max attempts exceeded", "the AWS CLI failed: Waiter FunctionActiveV2 failed: Max attempts"),
    ];

    #[test]
    fn failure_messages_say_how_to_resolve_them() {
        for (output, expected) in MESSAGES {
            let message = Failure::parse(output).to_string();
            assert!(message.contains(expected), "{output}: {message}");
        }
        assert!(Failure::NoCli.to_string().contains("https://docs.aws.amazon.com/"));
    }

    #[test]
    fn failure_distinguishes_new_role_from_wrong_role() {
        let role_refusal = |message: &str| {
            Failure::parse(&format!(
                "An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: {message}"
            ))
        };
        assert!(role_refusal("The role defined for the function cannot be assumed by Lambda.").is_role_unknown_yet());
        assert!(!role_refusal("Unzipped size must be smaller").is_role_unknown_yet());
        assert!(role_refusal("anything").is("InvalidParameterValueException") && !role_refusal("anything").is("ResourceNotFoundException"));
    }
}
