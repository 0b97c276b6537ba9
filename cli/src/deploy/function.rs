//! A function as it is and as it is wanted, and the difference; pure.

use crate::architecture::Architecture;
use crate::package::manifest::RUNTIME;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// Lambda's limits.
pub const NAME_BYTES_MAX: usize = 64;
pub const MEMORY_MB_DEFAULT: u32 = 128;
pub const TIMEOUT_SECONDS_DEFAULT: u32 = 3;
pub const TIMEOUT_SECONDS_MAX: u32 = 900;
/// What a function, or a role, is tagged with when this tool made it.
pub const TAG: (&str, &str) = ("created-by", "ruchy-lambda");

/// What is to be there.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub name: String,
    pub handler: String,
    pub architecture: Architecture,
    pub code_sha256: String,
    /// What is not named stays as it is.
    pub role: Option<String>,
    pub memory_mb: Option<u32>,
    pub timeout_seconds: Option<u32>,
    /// Environment variables; without any those that the function has stay.
    pub environment: BTreeMap<String, String>,
}

/// What has to be done to a function that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub code: bool,
    /// Options of `update-function-configuration`, two by two.
    pub configuration: Vec<(&'static str, String)>,
}

impl Wanted {
    /// What differs from `configuration`, as `get-function` has it.
    #[must_use]
    pub fn changes(&self, configuration: &Value) -> Changes {
        let is = |field: &str, wanted: &str| configuration[field].as_str() == Some(wanted);
        let counts = |field: &str, wanted: u32| configuration[field].as_u64() == Some(wanted.into());
        let architecture = configuration["Architectures"][0].as_str().unwrap_or("x86_64");
        let mut changes = vec![
            ("--runtime", RUNTIME.to_owned(), is("Runtime", RUNTIME)),
            ("--handler", self.handler.clone(), is("Handler", &self.handler)),
        ];
        if let Some(role) = &self.role {
            changes.push(("--role", role.clone(), is("Role", role)));
        }
        if let Some(memory) = self.memory_mb {
            changes.push(("--memory-size", memory.to_string(), counts("MemorySize", memory)));
        }
        if let Some(timeout) = self.timeout_seconds {
            changes.push(("--timeout", timeout.to_string(), counts("Timeout", timeout)));
        }
        if !self.environment.is_empty() {
            let is_same = configuration["Environment"]["Variables"] == json!(self.environment);
            changes.push(("--environment", self.environment_json(), is_same));
        }
        Changes {
            code: !is("CodeSha256", &self.code_sha256) || architecture != self.architecture.name(),
            configuration: changes.into_iter().filter(|(_, _, is_so)| !is_so).map(|(option, value, _)| (option, value)).collect(),
        }
    }
}

impl Wanted {
    /// The environment variables as the AWS CLI takes them.
    #[must_use]
    pub fn environment_json(&self) -> String {
        json!({ "Variables": self.environment }).to_string()
    }
}

/// Whether this tool made what has these tags; Lambda gives an object, IAM a list.
#[must_use]
pub fn is_ours(tags: &Value) -> bool {
    tags[TAG.0] == TAG.1 || tags.as_array().is_some_and(|tags| tags.iter().any(|tag| tag["Key"] == TAG.0 && tag["Value"] == TAG.1))
}

/// Who made a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ownership {
    Ours,
    Anothers,
    /// Its tags may not be read; this is why.
    Unknown(String),
}

impl Ownership {
    /// From what `get-function` says. Lambda leaves tags out where the credentials may not list them.
    #[must_use]
    pub fn of(found: &Value) -> Self {
        if is_ours(&found["Tags"]) {
            return Self::Ours;
        }
        found["TagsError"]["Message"].as_str().map_or(Self::Anothers, |message| Self::Unknown(message.to_owned()))
    }
}

impl Display for Ownership {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours => f.write_str("was made by this tool"),
            Self::Anothers => f.write_str("was not made by this tool"),
            Self::Unknown(message) => {
                write!(
                    f,
                    "has tags that cannot be read, which would tell whether this tool made it (deploy/policy.json has lambda:ListTags): {message}"
                )
            }
        }
    }
}

/// For the command line.
///
/// # Errors
/// What is wrong with it.
pub fn name(text: &str) -> Result<String, String> {
    if text.len() > NAME_BYTES_MAX {
        return Err(format!("a function's name has at most {NAME_BYTES_MAX} characters, and this one has {}", text.len()));
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err("a function's name is made of letters, digits, - and _".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Changes, Ownership, Wanted, is_ours, name};
    use crate::architecture::Architecture;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn wanted() -> Wanted {
        Wanted {
            name: "minimal".to_owned(),
            handler: "minimal".to_owned(),
            architecture: Architecture::X86_64,
            code_sha256: "abc=".to_owned(),
            role: None,
            memory_mb: None,
            timeout_seconds: None,
            environment: BTreeMap::new(),
        }
    }

    #[test]
    fn environment_is_changed_if_variables_differ() {
        let existing =
            json!({"Runtime": "provided.al2023", "Handler": "minimal", "CodeSha256": "abc=", "Environment": {"Variables": {"A": "1"}}});
        let with = |value: &str| Wanted { environment: [("A".to_owned(), value.to_owned())].into(), ..wanted() };
        assert_eq!(with("1").changes(&existing).configuration, []);
        assert_eq!(with("2").changes(&existing).configuration, [("--environment", "{\"Variables\":{\"A\":\"2\"}}".to_owned())]);
        assert_eq!(wanted().changes(&existing).configuration, [], "variables that are not configured here stay");
    }

    #[test]
    fn only_what_differs_is_changed() {
        let mut existing = json!({
            "Runtime": "provided.al2023", "Handler": "minimal", "CodeSha256": "abc=", "MemorySize": 512, "Timeout": 3, "Architectures": ["x86_64"],
            "Role": "arn:aws:iam::1:role/a",
        });
        assert_eq!(wanted().changes(&existing), Changes::default());
        let same = Wanted { memory_mb: Some(512), timeout_seconds: Some(3), role: Some("arn:aws:iam::1:role/a".to_owned()), ..wanted() };
        assert_eq!(same.changes(&existing), Changes::default());
        let other = Wanted { memory_mb: Some(128), timeout_seconds: Some(9), role: Some("arn:aws:iam::1:role/b".to_owned()), ..wanted() };
        let options: Vec<_> = other.changes(&existing).configuration.iter().map(|(option, _)| *option).collect();
        assert_eq!(options, ["--role", "--memory-size", "--timeout"]);
        existing["CodeSha256"] = "other=".into();
        existing["Runtime"] = "provided.al2".into();
        assert_eq!(wanted().changes(&existing), Changes { code: true, configuration: vec![("--runtime", "provided.al2023".to_owned())] });
        existing["CodeSha256"] = "abc=".into();
        existing["Architectures"][0] = "arm64".into();
        assert!(wanted().changes(&existing).code);
    }

    #[test]
    fn tags_in_either_form() {
        assert!(is_ours(&json!({"created-by": "ruchy-lambda"})));
        assert!(is_ours(&json!([{"Key": "a", "Value": "b"}, {"Key": "created-by", "Value": "ruchy-lambda"}])));
        assert!(!is_ours(&json!({"created-by": "somebody"})) && !is_ours(&json!([])) && !is_ours(&json!(null)));
    }

    #[test]
    fn tags_that_cannot_be_read_are_nobodys() {
        assert_eq!(Ownership::of(&json!({"Tags": {"created-by": "ruchy-lambda"}})), Ownership::Ours);
        assert_eq!(Ownership::of(&json!({"Tags": {"team": "payments"}})), Ownership::Anothers);
        assert_eq!(Ownership::of(&json!({"Configuration": {}})), Ownership::Anothers);
        let unknown = Ownership::of(&json!({"TagsError": {"ErrorCode": "AccessDeniedException", "Message": "not authorized"}}));
        assert!(unknown.to_string().contains("lambda:ListTags): not authorized"), "{unknown}");
    }

    #[test]
    fn names_that_lambda_takes() {
        assert_eq!(name("my-function_2"), Ok("my-function_2".to_owned()));
        assert_eq!(name(&"x".repeat(64)).map(|name| name.len()), Ok(64));
        assert!(name(&"x".repeat(65)).unwrap_err().contains("at most 64 characters, and this one has 65"));
        assert!(name("").is_err() && name("a.b").is_err() && name("ü").is_err());
    }
}
