//! The changes that deploying will make: reads all state from AWS before the first change, and
//! prints the list.

use super::aws::Aws;
use super::desired::{Code, Desired};
use super::difference::{self, Change};
use super::failure::MISSING;
use super::function::{Ownership, TAG};
use super::release::Alias;
use super::role::Planned;
use super::{release, retention, role, url};
use crate::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// See the module's text.
#[derive(Debug)]
pub struct Plan {
    pub desired: Desired,
    /// As `get-function` returns it.
    pub found: Option<Value>,
    pub role: Option<Planned>,
    pub code_changes: bool,
    /// Tags to add.
    pub tags: BTreeMap<String, String>,
    pub retention: Option<retention::Change>,
    /// The alias that is configured, if it exists.
    pub alias: Option<Alias>,
    pub url: Option<url::Change>,
}

/// The choice of a function's role.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub creates_role: bool,
    pub is_forced: bool,
}

impl Plan {
    /// Reads what exists.
    ///
    /// # Errors
    /// [`Error::Aws`]; [`Error::Refused`] if the function may not be overwritten, or if a
    /// setting cannot be changed.
    pub fn new(aws: &Aws, desired: Desired, choice: Choice) -> Result<Self, Error> {
        let name = &desired.name;
        let found = aws.find(MISSING, &["lambda", "get-function", "--function-name", name])?;
        if let Some(found) = &found {
            check_owner(&desired, found, choice.is_forced)?;
        }
        let role = role::plan(aws, &desired, choice.creates_role, found.is_some())?;
        if role.is_none() && found.is_none() {
            return Err(Error::Refused(format!(
                "{name} is a new function and needs a role. Specify one with --role (or RUCHY_LAMBDA_ROLE, or `role` in Cargo.toml), or create one with --create-role."
            )));
        }
        let alias = desired.cloud.alias.as_deref().map(|alias| release::look(aws, name, alias)).transpose()?.flatten();
        let retention = retention::look(aws, name, &desired.cloud.log_retention_days)?;
        let url = url::look(aws, name, desired.cloud.alias.as_deref(), &desired.cloud.url)?;
        let code_changes = found.as_ref().is_some_and(|found| code_differs(&desired, found));
        let tags = tags(&desired, found.as_ref());
        let plan = Self { desired, found, role, code_changes, tags, retention, alias, url };
        // Settings that cannot be changed are reported before the first change.
        plan.changes(plan.role_arn())?;
        Ok(plan)
    }

    fn role_arn(&self) -> Option<&str> {
        self.role.as_ref().map(Planned::arn)
    }

    /// The changes of the configuration.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn changes(&self, role: Option<&str>) -> Result<Vec<Change>, Error> {
        let nothing = Value::Null;
        let found = self.found.as_ref().map_or(&nothing, |found| &found["Configuration"]);
        difference::of(&self.desired, found, role).map_err(Error::Refused)
    }

    /// The list of changes: each line is a setting, its value on AWS and the new one.
    fn lines(&self) -> Result<Vec<(String, String, String)>, Error> {
        let mut lines = Vec::new();
        let mut add = |what: &str, before: String, after: String| lines.push((what.to_owned(), before, after));
        match (&self.desired.code, &self.found) {
            (Code::Image { uri }, found) if self.code_changes || found.is_none() => {
                let before = found.as_ref().and_then(|found| found["Code"]["ImageUri"].as_str()).unwrap_or_default();
                add("image", before.to_owned(), uri.clone());
            }
            (Code::Archive { sha256 }, Some(found)) if self.code_changes => {
                let configuration = &found["Configuration"];
                let architecture = configuration["Architectures"][0].as_str().unwrap_or_default();
                let before = format!("{} for {architecture}", configuration["CodeSha256"].as_str().unwrap_or_default());
                add("code", before, format!("{sha256} for {}", self.desired.architecture.name()));
            }
            _ => {}
        }
        for change in self.changes(self.role_arn())? {
            add(change.what, change.before, change.after);
        }
        if let Some(line) = self.role.as_ref().and_then(Planned::shown) {
            add("role's policy", String::new(), line);
        }
        for (key, value) in &self.tags {
            add("tag", String::new(), format!("{key}={value}"));
        }
        if let Some((before, after)) = self.retention.as_ref().map(retention::Change::shown) {
            add("log retention", before, after);
        }
        if let (Some(name), None) = (&self.desired.cloud.alias, &self.alias) {
            add("alias", String::new(), name.clone());
        }
        for (what, before, after) in self.url.iter().flat_map(url::Change::shown) {
            add(what, before, after);
        }
        Ok(lines)
    }

    /// Prints the list of changes to standard error.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn print(&self) -> Result<(), Error> {
        let name = &self.desired.name;
        let lines = self.lines()?;
        if lines.is_empty() {
            eprintln!("{name}: up to date");
            return Ok(());
        }
        eprintln!(
            "{name}: {}",
            if self.found.is_some() { "these settings change:" } else { "it does not exist yet, and gets these settings:" }
        );
        let width = lines.iter().map(|(what, ..)| what.len()).max().unwrap_or_default();
        for (what, before, after) in lines {
            let after = if after.is_empty() { "(none)" } else { &after };
            let arrow = if before.is_empty() { String::new() } else { format!("{before} -> ") };
            eprintln!("  {what:width$}  {arrow}{after}");
        }
        Ok(())
    }
}

/// Refuses a function that may not be overwritten.
fn check_owner(desired: &Desired, found: &Value, is_forced: bool) -> Result<(), Error> {
    let name = &desired.name;
    let is_image = found["Configuration"]["PackageType"] == "Image";
    if is_image != matches!(desired.code, Code::Image { .. }) {
        let (is, cannot) = if is_image { ("a container image", "an archive") } else { ("an archive", "a container image") };
        return Err(Error::Refused(format!(
            "{name} exists as {is}, which {cannot} cannot replace. Use another name (--name), or delete it first."
        )));
    }
    match Ownership::of(found) {
        Ownership::Ours => Ok(()),
        _ if is_forced => Ok(()),
        ownership => Err(Error::Refused(format!(
            "{name} exists already, and {ownership}. It is not changed. Use another name (--name); --force overwrites it."
        ))),
    }
}

fn code_differs(desired: &Desired, found: &Value) -> bool {
    let configuration = &found["Configuration"];
    let architecture = configuration["Architectures"][0].as_str().unwrap_or("x86_64");
    let is_same = match &desired.code {
        Code::Archive { sha256 } => configuration["CodeSha256"] == sha256.as_str(),
        // A tag may have moved since; a digest cannot.
        Code::Image { uri } => {
            uri.contains("@sha256:") && (found["Code"]["ImageUri"] == uri.as_str() || found["Code"]["ResolvedImageUri"] == uri.as_str())
        }
    };
    !is_same || architecture != desired.architecture.name()
}

/// The tags that the function lacks, ours among them.
fn tags(desired: &Desired, found: Option<&Value>) -> BTreeMap<String, String> {
    let mut tags = desired.cloud.tags.clone();
    tags.insert(TAG.0.to_owned(), TAG.1.to_owned());
    if let Some(found) = found {
        tags.retain(|key, value| found["Tags"][key.as_str()] != value.as_str());
    }
    tags
}
