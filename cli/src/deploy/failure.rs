//! Failures of the AWS CLI, and messages that say how to resolve them. Pure.

use std::fmt::{self, Display, Formatter};

/// Lambda's code for what does not exist.
pub const MISSING: &str = "ResourceNotFoundException";

/// The file that lists the permissions that all calls need.
const POLICY: &str = "deploy/policy.json";

/// See the variants' messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no `aws`.
    NoCli,
    /// It is there, and cannot be started.
    NotStarted(String),
    /// It does not know a call, or an option.
    OldCli(String),
    /// Its answer is no JSON.
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
    pub fn parse(said: &str) -> Self {
        let said = said.trim();
        let lower = said.to_ascii_lowercase();
        if let Some(refused) = refused(said) {
            return refused;
        }
        if lower.contains("unable to locate credentials") || lower.contains("partial credentials found") {
            Self::NoCredentials
        } else if SESSION_ENDED.iter().any(|words| lower.contains(words)) {
            Self::Expired
        } else if lower.contains("you must specify a region") {
            Self::NoRegion
        } else if lower.contains("doesn't match a supported format") || lower.contains("invalid endpoint: ") {
            Self::BadRegion(quoted(said).unwrap_or(said).to_owned())
        } else if let Some((_, rest)) = said.split_once("The config profile (") {
            Self::NoProfile(rest.split(')').next().unwrap_or_default().to_owned())
        } else if let Some(rest) = UNREACHABLE.iter().find_map(|words| Some(said.split_once(words)?.1)) {
            Self::Unreachable { url: quoted(rest).unwrap_or(rest).to_owned() }
        } else if let Some(line) = UNKNOWN.iter().find_map(|words| said.lines().rfind(|line| line.to_ascii_lowercase().contains(words))) {
            Self::OldCli(line.trim().to_owned())
        } else {
            waiter(said).unwrap_or_else(|| Self::Other(said.to_owned()))
        }
    }

    /// Returns true if AWS refused with this code.
    #[must_use]
    pub fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == wanted)
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

/// `An error occurred (CODE) when calling the OPERATION operation[ (reached max retries: 2)]: MESSAGE`.
fn refused(said: &str) -> Option<Failure> {
    let (_, rest) = said.split_once("An error occurred (")?;
    let (code, rest) = rest.split_once(") when calling the ")?;
    let (operation, rest) = rest.split_once(" operation")?;
    // The number of attempts may follow the operation.
    let rest = if rest.starts_with(" (") { rest.split_once(')')?.1 } else { rest };
    let message = rest.strip_prefix(':')?;
    Some(Failure::Refused { code: code.to_owned(), operation: operation.to_owned(), message: message.trim().to_owned() })
}

/// `Waiter NAME failed: An error occurred (CODE): MESSAGE`.
fn waiter(said: &str) -> Option<Failure> {
    let (waiter, rest) = said.split_once("Waiter ")?.1.split_once(" failed: An error occurred (")?;
    let (code, message) = rest.split_once("): ")?;
    Some(Failure::Refused { code: code.to_owned(), operation: waiter.to_owned(), message: message.trim().to_owned() })
}

fn quoted(text: &str) -> Option<&str> {
    let quote = ['"', '\''].into_iter().filter_map(|quote| Some((text.find(quote)?, quote))).min()?.1;
    text.split(quote).nth(1)
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCli => f.write_str(
                "the AWS CLI is missing: no `aws` on the PATH. Version 1 or 2 will do; `just aws-cli` installs one in .venv/aws, where the recipes find it.",
            ),
            Self::NotStarted(error) => write!(f, "the AWS CLI cannot be started: {error}"),
            Self::OldCli(line) => write!(
                f,
                "the AWS CLI does not know this call ({line}). Since the middle of 2022 it does: install a newer one, or `just aws-cli` does, in .venv/aws."
            ),
            Self::Unreadable(error) => write!(f, "the AWS CLI's answer cannot be read: it is no JSON ({error}). Is `aws` on the PATH the AWS CLI?"),
            Self::Expired => f.write_str("the credentials have expired. Renew them, for example with `aws sso login`."),
            Self::NoCredentials => f.write_str(
                "there are no AWS credentials. Give some with `aws configure` or `aws configure sso`, or in AWS_PROFILE, or in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            ),
            Self::NoRegion => f.write_str("no region is named. Name one with --region or AWS_REGION, such as eu-central-1, or with `aws configure set region`."),
            Self::BadRegion(region) => write!(f, "{region} is no region of AWS. One is called eu-central-1, for example."),
            Self::NoProfile(profile) => write!(f, "there is no profile {profile} in the AWS CLI's configuration. `aws configure list-profiles` lists those there are."),
            Self::Unreachable { url } => write!(
                f,
                "no answer from {url}. Check the region (--region, AWS_REGION) and this machine's network. If AWS_ENDPOINT_URL is set, check that a server listens there."
            ),
            Self::Refused { code, operation, message } => refusal(f, code, operation, message),
            Self::Other(said) => write!(f, "the AWS CLI failed: {said}"),
        }
    }
}

fn refusal(f: &mut Formatter<'_>, code: &str, operation: &str, message: &str) -> fmt::Result {
    match code {
        // The last is all there is to read where a refusal is in another form than the CLI expects.
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "403" => {
            write!(f, "{operation}: these credentials may not do that: {message}\n{POLICY} lists the permissions that deploying takes.")
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
                "{operation}: AWS does not know these credentials ({code}). `aws sts get-caller-identity` tells whether any work; none do in a region that the account has not enabled."
            )
        }
        "ResourceConflictException" => {
            write!(f, "{operation}: another change of the function is under way: {message} Try again when it is done.")
        }
        _ => write!(f, "{operation}: {message} ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    /// Output of versions 1 and 2 of the CLI, and the message expected for it.
    const SAID: [(&str, &str); 22] = [
        ("\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n", "there are no AWS credentials"),
        ("Unable to locate credentials. You can configure credentials by running \"aws login\".", "there are no AWS credentials"),
        ("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY", "there are no AWS credentials"),
        ("You must specify a region. You can also configure your region by running \"aws configure\".", "no region is named"),
        (
            "Could not connect to the endpoint URL: \"https://lambda.xx-east-9.amazonaws.com/2015-03-31/functions\"",
            "no answer from https://lambda.xx-east-9.amazonaws.com/",
        ),
        ("Provided region_name 'US EAST 1' doesn't match a supported format.", "US EAST 1 is no region of AWS"),
        ("The config profile (work) could not be found", "there is no profile work"),
        (
            "An error occurred (AccessDeniedException) when calling the CreateFunction operation: User: arn:aws:iam::1:user/a is not authorized to perform: lambda:CreateFunction",
            "CreateFunction: these credentials may not do that: User: arn:aws:iam::1:user/a is not authorized",
        ),
        ("An error occurred (ExpiredTokenException) when calling the GetFunction operation: The security token is expired", "have expired"),
        (
            "An error occurred (UnrecognizedClientException) when calling the GetFunction operation: The security token is invalid.",
            "does not know these credentials",
        ),
        (
            "An error occurred (TooManyRequestsException) when calling the GetFunction operation (reached max retries: 2): Rate exceeded",
            "GetFunction: Rate exceeded (TooManyRequestsException)",
        ),
        (
            "An error occurred (ResourceConflictException) when calling the UpdateFunctionCode operation: In progress.",
            "is under way: In progress. Try again",
        ),
        (
            "aws: error: argument subcommand: Invalid choice, valid choices are:\n\n\nInvalid choice: 'function-active-v2', maybe you meant:\n\n  * function-active",
            "the AWS CLI does not know this call (Invalid choice: 'function-active-v2', maybe you meant:). Since the middle of 2022",
        ),
        (
            "aws: [ERROR]: An error occurred (ParamValidation): argument operation: Found invalid choice 'function-active-v2'",
            "does not know this call (aws: [ERROR]: An error occurred (ParamValidation): argument operation: Found invalid choice 'function-active-v2')",
        ),
        ("Unknown options: --architectures, x86_64", "does not know this call (Unknown options: --architectures, x86_64)"),
        ("aws: [ERROR]: An error occurred (NoRegion): You must specify a region.", "no region is named"),
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
        for (said, expected) in SAID {
            let message = Failure::parse(said).to_string();
            assert!(message.contains(expected), "{said}: {message}");
        }
        assert!(Failure::NoCli.to_string().contains("`just aws-cli`"));
    }

    #[test]
    fn failure_distinguishes_new_role_from_wrong_role() {
        let said = |message: &str| {
            Failure::parse(&format!(
                "An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: {message}"
            ))
        };
        assert!(said("The role defined for the function cannot be assumed by Lambda.").is_role_unknown_yet());
        assert!(!said("Unzipped size must be smaller").is_role_unknown_yet());
        assert!(said("anything").is("InvalidParameterValueException") && !said("anything").is("ResourceNotFoundException"));
    }
}
