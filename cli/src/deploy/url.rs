//! The URL of a function, or of one of its aliases, and the permissions that let all callers use a
//! public one.
//!
//! Since October 2025 a public URL needs two: `lambda:InvokeFunctionUrl`, and
//! `lambda:InvokeFunction` for invocations by the URL. Source:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>.

use super::aws::Aws;
use super::failure::Failure;
use super::failure::MISSING;
use crate::project::settings::url::{Access, Cors, Url, invoke_mode};
use crate::project::settings::value::Setting;
use serde_json::{Map, Value, json};

/// The statements of the function's policy that this tool makes.
const STATEMENTS: [&str; 2] = ["ruchy-lambda-url", "ruchy-lambda-url-invoke"];
const ACTIONS: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

/// The existing and the desired URL.
#[derive(Clone, Debug)]
pub struct Change {
    function: String,
    /// The alias that the URL belongs to.
    alias: Option<String>,
    desired: Option<Url>,
    /// As `get-function-url-config` returns it.
    found: Option<Value>,
    /// Which of [`STATEMENTS`] the policy has.
    statements: [bool; 2],
}

/// Reads the URL, unless none is configured.
///
/// # Errors
/// [`Failure`].
pub fn look(aws: &Aws, function: &str, alias: Option<&str>, desired: &Setting<Url>) -> Result<Option<Change>, Failure> {
    let desired = match desired {
        Setting::Keep => return Ok(None),
        Setting::Off => None,
        Setting::Set(url) => Some(url.clone()),
    };
    let qualifier: Vec<&str> = alias.map_or_else(Vec::new, |alias| vec!["--qualifier", alias]);
    let found = aws.find(MISSING, &[&["lambda", "get-function-url-config", "--function-name", function], &qualifier[..]].concat())?;
    let policy = aws.find(MISSING, &[&["lambda", "get-policy", "--function-name", function], &qualifier[..]].concat())?;
    let policy: Value = policy.and_then(|policy| serde_json::from_str(policy["Policy"].as_str()?).ok()).unwrap_or_default();
    let has =
        |sid: &str| policy["Statement"].as_array().is_some_and(|statements| statements.iter().any(|statement| statement["Sid"] == sid));
    let statements = STATEMENTS.map(has);
    Ok(Some(Change { function: function.to_owned(), alias: alias.map(str::to_owned), desired, found, statements }))
}

impl Change {
    fn wants_statements(&self) -> bool {
        self.desired.as_ref().is_some_and(|url| url.access == Access::Public)
    }

    /// Returns true if the URL's own configuration changes.
    fn changes_url(&self) -> bool {
        self.before() != self.after()
    }

    fn before(&self) -> String {
        let Some(found) = &self.found else { return String::new() };
        shown(found["AuthType"].as_str().unwrap_or_default(), self.mode(None), &found["Cors"])
    }

    fn after(&self) -> String {
        let Some(url) = &self.desired else { return String::new() };
        shown(url.access.auth_type(), self.mode(url.stream), &self.cors(url))
    }

    /// Returns the invoke mode: the configured one, else the existing one.
    fn mode(&self, streams: Option<bool>) -> &str {
        let found = self.found.as_ref().and_then(|found| found["InvokeMode"].as_str());
        match (streams, found) {
            (None, Some(found)) => found,
            (streams, _) => invoke_mode(streams == Some(true)),
        }
    }

    /// Returns the CORS settings: the configured ones, else the existing ones. An empty object
    /// means none.
    fn cors(&self, url: &Url) -> Value {
        match &url.cors {
            Setting::Set(cors) => cors_json(cors),
            Setting::Off => json!({}),
            Setting::Keep => {
                let members = self.found.as_ref().and_then(|found| found["Cors"].as_object());
                members
                    .into_iter()
                    .flatten()
                    .filter(|(_, value)| is_set(value))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect()
            }
        }
    }

    /// An entry of the list of changes: the setting, its old and its new value.
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static str, String, String)> {
        let mut lines = Vec::new();
        if self.changes_url() {
            lines.push(("url", self.before(), self.after()));
        }
        for (has, action) in self.statements.into_iter().zip(ACTIONS) {
            match (has, self.wants_statements()) {
                (false, true) => lines.push(("permission", String::new(), format!("{action} for all callers, by the URL"))),
                (true, false) => lines.push(("permission", format!("{action} for all callers, by the URL"), String::new())),
                _ => {}
            }
        }
        lines
    }

    fn call<'a>(&'a self, call: &'a [&'a str]) -> Vec<&'a str> {
        let mut arguments = [call, &["--function-name", &self.function]].concat();
        arguments.extend(self.alias.iter().flat_map(|alias| ["--qualifier", alias]));
        arguments
    }

    /// Makes the changes, and returns the URL.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn apply(&self, aws: &Aws) -> Result<Option<String>, Failure> {
        // Permissions are removed before a URL stops being public, and added after it becomes
        // public.
        if !self.wants_statements() {
            self.remove_statements(aws)?;
        }
        let address = match &self.desired {
            None => {
                if self.found.is_some() {
                    aws.change(&self.call(&["lambda", "delete-function-url-config"]))?;
                }
                None
            }
            Some(url) => Some(self.set(aws, url)?),
        };
        if self.wants_statements() {
            self.add_statements(aws)?;
        }
        Ok(address)
    }

    fn set(&self, aws: &Aws, url: &Url) -> Result<String, Failure> {
        let (auth, mode, cors) = (url.access.auth_type(), self.mode(url.stream), self.cors(url).to_string());
        let options = ["--auth-type", auth, "--invoke-mode", mode, "--cors", &cors];
        let answer = match &self.found {
            None => aws.change(&[&self.call(&["lambda", "create-function-url-config"])[..], &options].concat())?,
            Some(_) if self.changes_url() => aws.change(&[&self.call(&["lambda", "update-function-url-config"])[..], &options].concat())?,
            Some(found) => found.clone(),
        };
        Ok(answer["FunctionUrl"].as_str().unwrap_or("(the function's URL)").to_owned())
    }

    fn add_statements(&self, aws: &Aws) -> Result<(), Failure> {
        let conditions: [&[&str]; 2] = [&["--function-url-auth-type", "NONE"], &["--invoked-via-function-url"]];
        for ((sid, action), (condition, has)) in STATEMENTS.into_iter().zip(ACTIONS).zip(conditions.into_iter().zip(self.statements)) {
            if !has {
                let call = self.call(&["lambda", "add-permission"]);
                aws.change(&[&call[..], &["--statement-id", sid, "--action", action, "--principal", "*"], condition].concat())?;
            }
        }
        Ok(())
    }

    fn remove_statements(&self, aws: &Aws) -> Result<(), Failure> {
        for (sid, _) in STATEMENTS.into_iter().zip(self.statements).filter(|(_, has)| *has) {
            match aws.change(&[&self.call(&["lambda", "remove-permission"])[..], &["--statement-id", sid]].concat()) {
                Err(failure) if !failure.is(MISSING) => return Err(failure),
                _ => {}
            }
        }
        Ok(())
    }
}

/// As the AWS CLI takes it.
fn cors_json(cors: &Cors) -> Value {
    let lists = [
        ("AllowOrigins", &cors.origins),
        ("AllowMethods", &cors.methods),
        ("AllowHeaders", &cors.headers),
        ("ExposeHeaders", &cors.exposed_headers),
    ];
    let mut value: Map<String, Value> =
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name.to_owned(), json!(list))).collect();
    if let Some(seconds) = cors.max_age_seconds {
        value.insert("MaxAge".to_owned(), seconds.into());
    }
    if cors.credentials {
        value.insert("AllowCredentials".to_owned(), true.into());
    }
    value.into()
}

/// `public, streamed, CORS …`. The members are sorted, so that equal configurations are equal
/// strings.
fn shown(auth: &str, mode: &str, cors: &Value) -> String {
    let access = if auth == Access::Public.auth_type() { "public" } else { "iam" };
    let stream = if mode == invoke_mode(true) { ", streamed" } else { "" };
    let members = cors.as_object().into_iter().flatten().filter(|(_, value)| is_set(value));
    let mut members: Vec<String> = members.map(|(name, value)| format!("{name}: {value}")).collect();
    members.sort();
    let cors = if members.is_empty() { String::new() } else { format!(", CORS {}", members.join(", ")) };
    format!("{access}{stream}{cors}")
}

/// Lambda returns what was never set as false, zero or an empty list.
fn is_set(value: &Value) -> bool {
    *value != false && *value != 0 && value.as_array().is_none_or(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Change, Cors, Setting, Url};
    use crate::project::settings::url::Access;
    use serde_json::json;

    fn change(desired: Option<Url>, found: Option<serde_json::Value>, statements: [bool; 2]) -> Change {
        Change { function: "minimal".to_owned(), alias: None, desired, found, statements }
    }

    #[test]
    fn url_change_lists_what_differs() {
        let public = Url::new(Access::Public);
        let found = json!({ "AuthType": "NONE", "InvokeMode": "BUFFERED", "Cors": { "AllowCredentials": false } });
        assert!(change(Some(public.clone()), Some(found.clone()), [true, true]).shown().is_empty());
        // A URL of before October 2025 has one permission.
        let missing = change(Some(public.clone()), Some(found.clone()), [true, false]).shown();
        assert_eq!(missing, [("permission", String::new(), "lambda:InvokeFunction for all callers, by the URL".to_owned())]);
        let cors = Setting::Set(Cors { origins: vec!["*".to_owned()], max_age_seconds: Some(60), ..Cors::default() });
        let url = Url { stream: Some(true), cors, access: Access::Iam };
        let lines = change(Some(url), Some(found), [true, true]).shown();
        assert_eq!(lines[0], ("url", "public".to_owned(), "iam, streamed, CORS AllowOrigins: [\"*\"], MaxAge: 60".to_owned()));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn url_keeps_cors_and_streaming_that_are_not_configured() {
        let found = json!({ "AuthType": "AWS_IAM", "InvokeMode": "RESPONSE_STREAM", "Cors": { "AllowOrigins": ["*"], "MaxAge": 0 } });
        let keeps = change(Some(Url::new(Access::Iam)), Some(found.clone()), [false, false]);
        assert!(keeps.shown().is_empty());
        let off = Url { stream: Some(false), cors: Setting::Off, access: Access::Iam };
        let lines = change(Some(off), Some(found), [false, false]).shown();
        assert_eq!(lines, [("url", "iam, streamed, CORS AllowOrigins: [\"*\"]".to_owned(), "iam".to_owned())]);
    }
}
