//! The AWS CLI, version 1 or 2, through which all calls to AWS are made. Its own variables and
//! files (`AWS_PROFILE`, `AWS_ENDPOINT_URL`, `~/.aws`) apply.

use super::failure::Failure;
use clap::Args;
use serde_json::Value;
use std::cell::Cell;
use std::fmt::Write as _;
use std::io;
use std::process::{Command, Stdio};

/// The account and region of a call, and whether it is a dry run.
#[derive(Clone, Debug, Default, Args)]
pub struct Account {
    /// The region; default: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the AWS CLI's configuration
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// The AWS CLI's profile; default: `AWS_PROFILE`
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Print each call; make only calls that read
    #[arg(long)]
    pub dry_run: bool,
}

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Aws {
    /// The options appended to every call.
    common: Vec<String>,
    dry_run: bool,
    /// A dry run without AWS: existing resources are unknown.
    offline: Cell<bool>,
}

impl Aws {
    /// # Errors
    /// [`Failure::BadRegion`].
    pub fn new(account: &Account) -> Result<Self, Failure> {
        // Version 1 of the CLI does not read AWS_REGION.
        let set = |name| std::env::var(name).ok().filter(|region| !region.is_empty());
        let region = account.region.clone().or_else(|| set("AWS_REGION")).or_else(|| set("AWS_DEFAULT_REGION"));
        if let Some(region) = region.as_deref().filter(|region| !could_be_a_region(region)) {
            return Err(Failure::BadRegion(region.to_owned()));
        }
        let mut common = Vec::new();
        for (option, value) in [("--region", region), ("--profile", account.profile.clone())] {
            common.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
        }
        if account.dry_run {
            eprintln!("dry run: calls that only read are made; calls that change something are only printed");
        }
        Ok(Self { common, dry_run: account.dry_run, offline: Cell::new(false) })
    }

    /// Returns true in a dry run, which changes nothing.
    #[must_use]
    pub fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// Returns true in a dry run in which [`Self::find`] could not reach AWS and therefore
    /// found nothing.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline.get()
    }

    /// A call that changes nothing.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn look(&self, arguments: &[&str]) -> Result<Value, Failure> {
        if self.dry_run {
            println!("{}", self.line(arguments));
        }
        self.call(arguments)
    }

    /// [`Self::look`] for what may not be there: `missing` is the code that says so. A dry run
    /// continues if AWS cannot be asked: see [`Self::is_offline`].
    ///
    /// # Errors
    /// [`Failure`].
    pub fn find(&self, missing: &str, arguments: &[&str]) -> Result<Option<Value>, Failure> {
        if self.is_offline() {
            // The next call would wait for the same time-out.
            println!("{}", self.line(arguments));
            return Ok(None);
        }
        match self.look(arguments) {
            Ok(found) => Ok(Some(found)),
            Err(failure) if failure.is(missing) => Ok(None),
            Err(failure) if self.dry_run && failure.is_offline() => {
                eprintln!(
                    "dry run without AWS: existing resources cannot be listed: {failure}\nThe calls below assume that nothing exists."
                );
                self.offline.set(true);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// A call that changes something; in a dry run it is only printed, and nothing is known of its
    /// answer.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn change(&self, arguments: &[&str]) -> Result<Value, Failure> {
        if self.dry_run {
            println!("{}", self.line(arguments));
            return Ok(Value::Null);
        }
        self.call(arguments)
    }

    fn call(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let mut command = Command::new("aws");
        command.args(["--output", "json", "--color", "off"]).args(arguments).args(&self.common);
        // A pager or a prompt would wait for a key.
        command.env("AWS_PAGER", "").env("AWS_CLI_AUTO_PROMPT", "off").stdin(Stdio::null());
        // This program parses the CLI's messages. Both versions read and write files as
        // UTF-8, whatever this machine's locale is.
        command.env("AWS_CLI_ERROR_FORMAT", "legacy").env("PYTHONUTF8", "1").env("AWS_CLI_FILE_ENCODING", "UTF-8");
        let output = command.output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::NoCli,
            _ => Failure::NotStarted(error.to_string()),
        })?;
        if !output.status.success() {
            return Err(Failure::parse(&String::from_utf8_lossy(&output.stderr)));
        }
        // Calls without a result print nothing. Unreadable output is an error, not an
        // empty result: it may contain the variables of a function.
        if output.stdout.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout).map_err(|error| Failure::Unreadable(error.to_string()))
    }

    /// The call as one would type it.
    fn line(&self, arguments: &[&str]) -> String {
        let mut line = "aws".to_owned();
        for argument in arguments.iter().copied().chain(self.common.iter().map(String::as_str)) {
            let _ = write!(line, " {}", quoted(argument));
        }
        line
    }
}

/// Quotes an argument for a shell.
fn quoted(argument: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@+".contains(&byte);
    if !argument.is_empty() && argument.bytes().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

/// Returns true if `region` has the form of a region's name: `eu-central-1`, `us-gov-west-1`.
/// Only AWS knows which regions exist.
fn could_be_a_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] => {
            words.len() >= 2 && words.iter().all(is_word) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Aws, could_be_a_region, quoted};

    #[test]
    fn names_that_a_region_could_have() {
        for region in ["eu-central-1", "us-gov-west-1", "ap-southeast-7"] {
            assert!(could_be_a_region(region), "{region}");
        }
        for region in ["", "nowhere", "eu-central", "EU-central-1", "eu-central-1a", "-1", "eu--1", "https://eu-central-1"] {
            assert!(!could_be_a_region(region), "{region}");
        }
    }

    #[test]
    fn aws_rejects_invalid_region_without_a_call() {
        let account = Account { region: Some("Frankfurt".to_owned()), ..Account::default() };
        assert!(Aws::new(&account).unwrap_err().to_string().contains("Frankfurt: not an AWS region"));
    }

    #[test]
    fn aws_prints_calls_as_shell_commands() {
        let account = Account { region: Some("eu-central-1".to_owned()), ..Account::default() };
        let line = Aws::new(&account).unwrap().line(&["iam", "create-role", "--tags", "{\"it's\":1}"]);
        assert_eq!(line, r#"aws iam create-role --tags '{"it'\''s":1}' --region eu-central-1"#);
        assert_eq!(quoted(""), "''");
    }
}
