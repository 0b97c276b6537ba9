//! The name of a function, its tags, its creator, and the commands for it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// Lambda's limits.
pub const NAME_BYTES_MAX: usize = 64;
pub const MEMORY_MB_DEFAULT: u32 = 128;
pub const TIMEOUT_SECONDS_DEFAULT: u32 = 3;
/// The limit of functions on managed instances. [`INVOCATION_SECONDS_MAX`] limits all others,
/// and every synchronous invocation.
pub const TIMEOUT_SECONDS_MAX: u32 = 5_400;
pub const INVOCATION_SECONDS_MAX: u32 = 900;
/// The tag of functions and roles that this tool creates.
pub const TAG: (&str, &str) = ("created-by", "ruchy-lambda");

/// Returns true if `tags` are those of a resource that this tool created. Lambda returns an
/// object, IAM a list.
#[must_use]
pub fn is_ours(tags: &Value) -> bool {
    tags[TAG.0] == TAG.1 || tags.as_array().is_some_and(|tags| tags.iter().any(|tag| tag["Key"] == TAG.0 && tag["Value"] == TAG.1))
}

/// Tags as the AWS CLI takes them.
#[must_use]
pub fn tags_json(tags: &BTreeMap<String, String>) -> String {
    json!(tags).to_string()
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
    /// From what `get-function` says. Lambda leaves tags out where the credentials may not list
    /// them.
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
            Self::Ours => f.write_str("was created by this tool"),
            Self::Anothers => f.write_str("was not created by this tool"),
            Self::Unknown(message) => {
                write!(
                    f,
                    "has tags that cannot be read, so it is not known if this tool created it (it needs lambda:ListTags, see deploy/policy.json): {message}"
                )
            }
        }
    }
}

/// Parses a function's name on the command line.
///
/// # Errors
/// A message that says why `text` is not a name.
pub fn name(text: &str) -> Result<String, String> {
    if text.len() > NAME_BYTES_MAX {
        return Err(format!("expected at most {NAME_BYTES_MAX} characters, found {}", text.len()));
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err("expected letters, digits, `-` and `_`".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Ownership, is_ours, name};
    use serde_json::json;

    #[test]
    fn tags_in_either_form() {
        assert!(is_ours(&json!({"created-by": "ruchy-lambda"})));
        assert!(is_ours(&json!([{"Key": "a", "Value": "b"}, {"Key": "created-by", "Value": "ruchy-lambda"}])));
        assert!(!is_ours(&json!({"created-by": "another-tool"})) && !is_ours(&json!([])) && !is_ours(&json!(null)));
    }

    #[test]
    fn ownership_is_by_tag_and_unknown_without_access() {
        assert_eq!(Ownership::of(&json!({"Tags": {"created-by": "ruchy-lambda"}})), Ownership::Ours);
        assert_eq!(Ownership::of(&json!({"Tags": {"team": "payments"}})), Ownership::Anothers);
        assert_eq!(Ownership::of(&json!({"Configuration": {}})), Ownership::Anothers);
        let unknown = Ownership::of(&json!({"TagsError": {"ErrorCode": "AccessDeniedException", "Message": "not authorized"}}));
        assert!(unknown.to_string().contains("see deploy/policy.json): not authorized"), "{unknown}");
    }

    #[test]
    fn names_that_lambda_takes() {
        assert_eq!(name("my-function_2"), Ok("my-function_2".to_owned()));
        assert_eq!(name(&"x".repeat(64)).map(|name| name.len()), Ok(64));
        assert!(name(&"x".repeat(65)).unwrap_err().contains("expected at most 64 characters, found 65"));
        assert!(name("").is_err() && name("a.b").is_err() && name("ü").is_err());
    }
}
