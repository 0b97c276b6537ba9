//! `ruchy-lambda rollback`: moves an alias back to the version that it had before.

use super::aws::{Account, Aws};
use super::function;
use super::release::{self, Alias};
use crate::project::Project;
use crate::project::settings::cloud::is_alias;
use crate::recipe::recipe;
use crate::{Error, arguments};
use clap::Args;
use serde_json::Value;

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda rollback NAME [--alias NAME] [--to VERSION] [OPTIONS]")]
pub struct Options {
    /// The function's name on AWS
    #[arg(value_name = "NAME", value_parser = function::name)]
    pub function: String,
    /// The alias; default: that of Cargo.toml, or the function's only one
    #[arg(long, value_name = "NAME", value_parser = alias)]
    pub alias: Option<String>,
    /// Move it to this version instead of the one before the last deployment
    #[arg(long, value_name = "VERSION", value_parser = arguments::whole_number::<u64>(1..))]
    pub to: Option<u64>,
    #[command(flatten)]
    pub account: Account,
}

fn alias(text: &str) -> Result<String, String> {
    if is_alias(text) { Ok(text.to_owned()) } else { Err("expected the name of an alias, such as live".to_owned()) }
}

/// Moves the alias, and returns what was done.
///
/// # Errors
/// [`Error::Aws`]; [`Error::Refused`] if the alias, or a version to return to, does not exist.
pub fn run(options: &Options) -> Result<String, Error> {
    let aws = Aws::new(&options.account)?;
    let function = &options.function;
    let configured = Project::here()?.and_then(|project| project.settings_of(function).cloud.alias.clone());
    let alias = find(&aws, function, options.alias.clone().or(configured).as_deref())?;
    let versions = aws.look(&["lambda", "list-versions-by-function", "--function-name", function])?;
    let versions = versions["Versions"].as_array().into_iter().flatten().filter_map(|version| version["Version"].as_str()?.parse().ok());
    let to = target(&alias, versions.collect(), options.to)
        .map_err(|reason| Error::Refused(format!("{function}: alias {} is at version {}: {reason}", alias.name, alias.version)))?;
    release::move_to(&aws, function, &alias, &to.to_string(), release::description_after_rollback(&alias))?;
    let done = if aws.is_dry() { "would be moved" } else { "moved" };
    Ok(format!("{function}: alias {} {done} from version {} to version {to}\n", alias.name, alias.version))
}

/// The version to return to.
fn target(alias: &Alias, versions: Vec<u64>, named: Option<u64>) -> Result<u64, String> {
    let list = versions.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if let Some(named) = named {
        return if versions.contains(&named) { Ok(named) } else { Err(format!("version {named} does not exist; expected one of: {list}")) };
    }
    let recorded = alias.previous().and_then(|version| version.parse().ok()).filter(|version| versions.contains(version));
    let current: u64 = alias.version.parse().map_err(|_| "it points to no published version; specify one with --to".to_owned())?;
    let lower = versions.into_iter().filter(|version| *version < current).max();
    recorded.or(lower).ok_or_else(|| format!("no earlier version exists; specify one of these with --to: {list}"))
}

/// The alias called `name`, or the only one.
fn find(aws: &Aws, function: &str, name: Option<&str>) -> Result<Alias, Error> {
    if let Some(name) = name {
        let missing = || {
            let command = recipe(&format!("deploy {function} --alias {name}"));
            Error::Refused(format!("{function} has no alias {name}. `{command}` creates it."))
        };
        return release::look(aws, function, name)?.ok_or_else(missing);
    }
    let found = aws.look(&["lambda", "list-aliases", "--function-name", function])?;
    let aliases: Vec<Alias> = found["Aliases"].as_array().into_iter().flatten().map(|alias: &Value| Alias::new(alias)).collect();
    match <[Alias; 1]>::try_from(aliases) {
        Ok([alias]) => Ok(alias),
        Err(aliases) if aliases.is_empty() => Err(Error::Refused(format!(
            "{function} has no alias, so there is nothing to roll back. `{}` publishes a version and creates an alias.",
            recipe(&format!("deploy {function} --alias live"))
        ))),
        Err(aliases) => {
            let names = aliases.iter().map(|alias| alias.name.as_str()).collect::<Vec<_>>().join(", ");
            Err(Error::Refused(format!("{function} has several aliases. Specify one with --alias: {names}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alias, target};
    use serde_json::json;

    fn at(version: &str, description: &str) -> Alias {
        Alias::new(&json!({ "Name": "live", "FunctionVersion": version, "Description": description }))
    }

    #[test]
    fn rollback_returns_to_the_recorded_version_then_to_lower_ones() {
        let recorded = at("6", "ruchy-lambda: the previous version is 3");
        assert_eq!(target(&recorded, vec![1, 3, 5, 6], None), Ok(3), "5 was rolled back from, and was not before 6");
        assert_eq!(target(&recorded, vec![1, 5, 6], None), Ok(5), "the recorded version was deleted");
        assert_eq!(target(&at("3", ""), vec![1, 3, 5, 6], None), Ok(1));
        assert_eq!(target(&at("3", ""), vec![1, 3, 5, 6], Some(6)), Ok(6));
        assert!(target(&at("1", ""), vec![1, 2], None).unwrap_err().contains("specify one of these with --to: 1, 2"));
        assert!(target(&at("1", ""), vec![1, 2], Some(4)).unwrap_err().contains("version 4 does not exist"));
    }
}
