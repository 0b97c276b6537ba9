//! Published versions of a function, and the alias that is moved to them.

use super::aws::Aws;
use super::failure::Failure;
use super::failure::MISSING;
use super::ready::wait_version;
use crate::Error;
use serde_json::Value;

/// The description of an alias that this tool moved; the previous version follows. It is what
/// `rollback` returns to.
const PREVIOUS: &str = "ruchy-lambda: the previous version is ";

/// An existing alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    pub name: String,
    pub version: String,
    description: String,
    /// Part of the traffic is routed to another version.
    pub has_weights: bool,
}

impl Alias {
    /// From what `get-alias` returns.
    #[must_use]
    pub fn new(found: &Value) -> Self {
        let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
        let has_weights = found["RoutingConfig"]["AdditionalVersionWeights"].as_object().is_some_and(|weights| !weights.is_empty());
        Self { name: text("Name"), version: text("FunctionVersion"), description: text("Description"), has_weights }
    }

    /// The version that it had before the last deployment.
    #[must_use]
    pub fn previous(&self) -> Option<&str> {
        self.description.strip_prefix(PREVIOUS).filter(|version| *version != self.version)
    }

    /// Returns true if the description may be written: it is empty, or this tool wrote it.
    fn is_description_ours(&self) -> bool {
        self.description.is_empty() || self.description.starts_with(PREVIOUS)
    }
}

/// The alias `name` of the function, if it exists.
///
/// # Errors
/// [`Failure`].
pub fn look(aws: &Aws, function: &str, name: &str) -> Result<Option<Alias>, Failure> {
    let found = aws.find(MISSING, &["lambda", "get-alias", "--function-name", function, "--name", name])?;
    Ok(found.map(|found| Alias::new(&found)))
}

/// Publishes a version, and moves the alias to it. Lambda publishes none if nothing has changed
/// since the last one. Returns what was done.
///
/// # Errors
/// [`Failure`]; [`Error::Refused`] where Lambda cannot make the version ready.
pub fn publish(aws: &Aws, function: &str, alias: Option<(&str, Option<&Alias>)>) -> Result<String, Error> {
    let published = aws.change(&["lambda", "publish-version", "--function-name", function])?;
    let version = published["Version"].as_str().unwrap_or("VERSION").to_owned();
    wait_version(aws, function, &version)?;
    let Some((name, found)) = alias else { return Ok(format!("version {version}")) };
    match found {
        None => {
            aws.change(&["lambda", "create-alias", "--function-name", function, "--name", name, "--function-version", &version])?;
            Ok(format!("version {version}, alias {name}"))
        }
        Some(found) if found.version == version => Ok(format!("version {version}, alias {name}")),
        Some(found) => {
            let previous = if found.is_description_ours() { Some(format!("{PREVIOUS}{}", found.version)) } else { None };
            move_to(aws, function, found, &version, previous.as_deref())?;
            Ok(format!("version {version}, alias {name} moved from version {}", found.version))
        }
    }
}

/// Moves the alias to `version`, and all of its traffic.
///
/// # Errors
/// [`Failure`].
pub fn move_to(aws: &Aws, function: &str, alias: &Alias, version: &str, description: Option<&str>) -> Result<(), Failure> {
    let mut arguments = vec!["lambda", "update-alias", "--function-name", function, "--name", &alias.name, "--function-version", version];
    arguments.extend(description.into_iter().flat_map(|description| ["--description", description]));
    if alias.has_weights {
        arguments.extend(["--routing-config", "{\"AdditionalVersionWeights\":{}}"]);
    }
    aws.change(&arguments)?;
    Ok(())
}

/// The description of an alias that was rolled back: nothing is known of the version before.
#[must_use]
pub fn description_after_rollback(alias: &Alias) -> Option<&'static str> {
    alias.is_description_ours().then_some("")
}

#[cfg(test)]
mod tests {
    use super::Alias;
    use serde_json::json;

    #[test]
    fn alias_knows_the_version_before_the_last_deployment() {
        let alias = |description: &str| Alias::new(&json!({ "Name": "live", "FunctionVersion": "5", "Description": description }));
        assert_eq!(alias("ruchy-lambda: the previous version is 3").previous(), Some("3"));
        assert_eq!(alias("ruchy-lambda: the previous version is 5").previous(), None);
        assert_eq!(alias("what customers use").previous(), None);
        assert!(!alias("what customers use").is_description_ours());
    }
}
