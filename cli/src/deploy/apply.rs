//! Carries out a plan: creates or updates the function, then its tags, its log, its versions and
//! its URL, and waits until each is ready.

use super::archive::Archive;
use super::aws::Aws;
use super::desired::Code;
use super::difference::{Change, Values};
use super::function::TAG;
use super::plan::Plan;
use super::ready::{not_ready, wait, wait_for_role};
use super::role::{self, Role};
use super::{release, retention};
use crate::Error;
use crate::number::grouped;
use crate::recipe::recipe;
use serde_json::Value;
use std::io::Write as _;
use std::time::Duration;
use tempfile::NamedTempFile;

/// The inputs of a deployment: the archive to upload, and the time to wait for a new role.
pub struct Deployer<'a> {
    pub aws: &'a Aws,
    pub archive: Option<&'a Archive>,
    pub role_wait: Duration,
}

impl Deployer<'_> {
    /// Returns the function's ARN.
    ///
    /// # Errors
    /// [`Error::Aws`]; [`Error::Refused`]; [`Error::LeftBehind`] names the resources that exist
    /// nevertheless.
    pub fn carry_out(&self, plan: &Plan) -> Result<String, Error> {
        let exists = plan.found.is_some();
        let name = &plan.desired.name;
        let role = plan.role.as_ref().map(|role| role.make(self.aws, exists)).transpose()?;
        let arn = match &plan.found {
            Some(found) => self.update(plan, &found["Configuration"], role.as_ref()),
            None => self.create(plan, role.as_ref()),
        };
        let arn = match (arn, &role) {
            (Err(error), Some(role)) if role.is_new => return Err(role::left_behind(error, &role.name, name, exists)),
            (arn, _) => arn?,
        };
        let rest = format!("the function {name} with its new code and configuration. Deploying again continues from there.");
        self.finish(plan).map_err(|reason| Error::LeftBehind { reason: Box::new(reason), left: rest })?;
        Ok(arn)
    }

    fn create(&self, plan: &Plan, role: Option<&Role>) -> Result<String, Error> {
        let name = &plan.desired.name;
        // A plan for a new function has a role.
        let role = role.map_or("", |role| &role.arn);
        eprintln!("{name}: creating the function{}", self.size());
        let tags = super::function::tags_json(&plan.tags);
        let code = self.code_options(plan, true);
        let options = Options::new(self.aws, &plan.changes(Some(role))?)?;
        let mut arguments = vec!["lambda", "create-function", "--function-name", name];
        arguments.extend(options.arguments());
        arguments.extend(code.iter().map(String::as_str));
        arguments.extend(["--tags", &tags]);
        let created = wait_for_role(role, self.role_wait, || self.aws.change(&arguments))?;
        wait(self.aws, "function-active-v2", name).map_err(|reason| Error::LeftBehind {
            reason: Box::new(reason),
            left: format!(
                "the function {name}, created just now, exists. `{}` deletes it; deploying again continues from there.",
                recipe(&format!("destroy {name}"))
            ),
        })?;
        Ok(arn(&created))
    }

    fn size(&self) -> String {
        self.archive.map_or_else(String::new, |archive| format!(", {} bytes", grouped(archive.bytes)))
    }

    fn code_options(&self, plan: &Plan, is_new: bool) -> Vec<String> {
        let architecture = plan.desired.architecture.name().to_owned();
        let mut options = vec!["--architectures".to_owned(), architecture];
        match (&plan.desired.code, self.archive) {
            (Code::Image { uri }, _) if is_new => {
                options.extend(["--package-type".to_owned(), "Image".to_owned(), "--code".to_owned(), format!("ImageUri={uri}")]);
            }
            (Code::Image { uri }, _) => options.extend(["--image-uri".to_owned(), uri.clone()]),
            (Code::Archive { .. }, Some(archive)) => {
                options.extend(["--zip-file".to_owned(), format!("fileb://{}", archive.path.display())]);
            }
            (Code::Archive { .. }, None) => {}
        }
        options
    }

    fn update(&self, plan: &Plan, found: &Value, role: Option<&Role>) -> Result<String, Error> {
        let name = &plan.desired.name;
        let changes = plan.changes(role.map(|role| role.arn.as_str()))?;
        if found["State"] == "Failed" && changes.is_empty() && !plan.code_changes {
            return Err(not_ready(name, found, "Lambda reports no reason"));
        }
        // A change by another user comes to its end first.
        if found["State"] == "Pending" {
            wait(self.aws, "function-active-v2", name)?;
        }
        if found["LastUpdateStatus"] == "InProgress" {
            wait(self.aws, "function-updated-v2", name)?;
        }
        if plan.code_changes {
            eprintln!("{name}: updating the code{} for {}", self.size(), plan.desired.architecture.name());
            let code = self.code_options(plan, false);
            let code: Vec<&str> = code.iter().map(String::as_str).collect();
            self.aws.change(&[&["lambda", "update-function-code", "--function-name", name], code.as_slice()].concat())?;
            wait(self.aws, "function-updated-v2", name).map_err(|reason| half_updated(reason, !changes.is_empty()))?;
        }
        if !changes.is_empty() {
            eprintln!("{name}: updating the configuration");
            let options = Options::new(self.aws, &changes)?;
            let arguments =
                [&["lambda", "update-function-configuration", "--function-name", name], options.arguments().as_slice()].concat();
            let role = role.map_or("", |role| role.arn.as_str());
            let result = wait_for_role(role, self.role_wait, || self.aws.change(&arguments));
            result.map_err(|reason| half_updated(reason, plan.code_changes))?;
            wait(self.aws, "function-updated-v2", name)?;
        }
        if !plan.tags.is_empty() {
            let arn = arn(found);
            let tags = super::function::tags_json(&plan.tags);
            let tagged = self.aws.change(&["lambda", "tag-resource", "--resource", &arn, "--tags", &tags]);
            tagged.map_err(|failure| Error::LeftBehind {
                reason: Box::new(failure.into()),
                left: format!("{name} is up to date, but not tagged {}={}. Deploying again, with --force, adds it.", TAG.0, TAG.1),
            })?;
        }
        Ok(arn(found))
    }

    /// The log, the versions and the URL.
    fn finish(&self, plan: &Plan) -> Result<(), Error> {
        let name = &plan.desired.name;
        if let Some(change) = &plan.retention {
            retention::apply(self.aws, change)?;
        }
        if plan.desired.publishes() {
            let alias = plan.desired.cloud.alias.as_deref().map(|alias| (alias, plan.alias.as_ref()));
            eprintln!("{name}: {}", release::publish(self.aws, name, alias)?);
        }
        if let Some(change) = &plan.url
            && let Some(address) = change.apply(self.aws)?
        {
            eprintln!("{name}: {address}");
        }
        Ok(())
    }
}

/// Options of a call, of which some are in files that only their owner may read.
struct Options {
    arguments: Vec<String>,
    _files: Vec<NamedTempFile>,
}

impl Options {
    fn new(aws: &Aws, changes: &[Change]) -> Result<Self, Error> {
        let (mut arguments, mut files) = (Vec::new(), Vec::new());
        for change in changes {
            arguments.push(change.option.to_owned());
            match &change.values {
                Values::Plain(values) => arguments.extend(values.iter().cloned()),
                Values::Secret { shown, .. } if aws.is_dry() => arguments.push(shown.clone()),
                // Arguments of processes can be read by every user of this machine.
                Values::Secret { value, .. } => {
                    let mut file = NamedTempFile::new().map_err(Error::system("making a file"))?;
                    file.write_all(value.as_bytes()).map_err(Error::system("writing variables to a file"))?;
                    arguments.push(format!("file://{}", file.path().display()));
                    files.push(file);
                }
            }
        }
        Ok(Self { arguments, _files: files })
    }

    fn arguments(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }
}

fn half_updated(reason: Error, is_half: bool) -> Error {
    if !is_half {
        return reason;
    }
    let left = "the function has the new code and the old configuration. Deploying again continues from there.".to_owned();
    Error::LeftBehind { reason: Box::new(reason), left }
}

/// A dry run does not know it.
fn arn(configuration: &Value) -> String {
    configuration["FunctionArn"].as_str().unwrap_or("(the function's ARN)").to_owned()
}
