//! The flags of `deploy`.

use super::aws::Account;
use super::function::{self, TIMEOUT_SECONDS_MAX};
use crate::architecture::Architecture;
use crate::arguments;
use crate::project::settings::MEMORY_MB_MAX;
use crate::project::settings::cloud::{LogFormat, LogLevel, RETENTION_DAYS, Tracing, is_alias, is_dead_letter, retention_days};
use crate::project::settings::url::{Access, MAX_AGE_SECONDS_MAX};
use crate::project::settings::value::Setting;
use clap::{ArgAction, Args};
use std::path::PathBuf;

/// Turns a setting off.
pub const NONE: &str = crate::project::settings::value::NONE;

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda deploy [NAME] [OPTIONS]\n       ruchy-lambda deploy --all [OPTIONS]")]
pub struct Options {
    /// The function, which is built first; with --archive the handler in the archive. It is also
    /// the name on AWS unless --name gives another
    #[arg(value_name = "NAME", default_value = "", hide_default_value = true)]
    pub handler: String,
    /// Deploy every function of the project. If one does not compile, none is deployed
    #[arg(long, conflicts_with_all = ["handler", "archive", "image_uri", "function"])]
    pub all: bool,
    /// Upload this archive, and build nothing
    #[arg(long, value_name = "FILE")]
    pub archive: Option<PathBuf>,
    /// Deploy this container image, and build nothing:
    /// ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:…
    #[arg(long, value_name = "URI", conflicts_with = "archive")]
    pub image_uri: Option<String>,
    /// The function's name on AWS
    #[arg(long = "name", value_name = "NAME", env = "RUCHY_LAMBDA_FUNCTION", value_parser = function::name)]
    pub function: Option<String>,
    /// The processor; default: that of Cargo.toml, or `x86_64`
    #[arg(long, value_name = "NAME", env = "RUCHY_LAMBDA_ARCH", value_enum)]
    pub arch: Option<Architecture>,
    /// The memory size; default: that of Cargo.toml, or 128 for a new function
    #[arg(long, value_name = "MB", env = "RUCHY_LAMBDA_MEMORY", value_parser = arguments::whole_number::<u32>(128..=MEMORY_MB_MAX.1))]
    pub memory: Option<u32>,
    /// The time-out, at most 900, or 5400 on managed instances; default: that of Cargo.toml, or 3
    /// for a new function
    #[arg(long, value_name = "SECONDS", env = "RUCHY_LAMBDA_TIMEOUT", value_parser = arguments::whole_number::<u32>(1..=TIMEOUT_SECONDS_MAX))]
    pub timeout: Option<u32>,
    /// The role that the function runs as: a name or an ARN
    #[arg(long, value_name = "ROLE", env = "RUCHY_LAMBDA_ROLE", conflicts_with = "create_role")]
    pub role: Option<String>,
    /// Create a role for this function, with permissions for the log and for --tracing,
    /// --vpc-subnet and --dead-letter
    #[arg(long)]
    pub create_role: bool,
    /// Overwrite a function that this tool did not create; the tool then treats it as its own
    #[arg(long)]
    pub force: bool,
    /// The longest wait until Lambda can assume a new role
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = arguments::whole_number::<u64>(0..))]
    pub role_wait: u64,
    #[command(flatten)]
    pub configuration: Configuration,
    #[command(flatten)]
    pub url: UrlOptions,
    #[command(flatten)]
    pub release: Release,
    #[command(flatten)]
    pub account: Account,
}

/// The configuration. Settings that are neither here nor in Cargo.toml stay unchanged on AWS.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub struct Configuration {
    /// Set an environment variable; may be repeated. Other variables of the function stay
    #[arg(long, value_name = "NAME=VALUE", value_parser = crate::env_file::assignment)]
    pub env: Vec<(String, String)>,
    /// Set the environment variables of this file, lines NAME=VALUE; may be repeated
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
    /// Remove the environment variables that neither flags nor Cargo.toml name
    #[arg(long)]
    pub replace_env: bool,
    /// The description
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// X-Ray traces
    #[arg(long, value_enum, value_name = "MODE")]
    pub tracing: Option<Tracing>,
    /// The format of the log
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// The lowest level of the function's own records that is logged, with --log-format json
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// The lowest level of Lambda's records that is logged, with --log-format json: debug, info or
    /// warn
    #[arg(long, value_name = "LEVEL", value_parser = system_level)]
    pub system_log_level: Option<LogLevel>,
    /// The number of days the log is kept, or `never` to never delete it
    #[arg(long, value_name = "DAYS", value_parser = retention, default_value = "", hide_default_value = true)]
    pub log_retention: Setting<u32>,
    /// The ARN of a layer version; at most five, in their order. `none` removes all
    #[arg(long, value_name = "ARN", value_parser = layer)]
    pub layer: Vec<String>,
    /// A subnet of the network that the function is connected to; may be repeated. `none`
    /// disconnects it
    #[arg(long, value_name = "ID", value_parser = subnet)]
    pub vpc_subnet: Vec<String>,
    /// A security group of the function in that network; may be repeated
    #[arg(long, value_name = "ID", value_parser = security_group)]
    pub security_group: Vec<String>,
    /// The size of /tmp
    #[arg(long, value_name = "MB", value_parser = arguments::whole_number::<u32>(512..=10_240))]
    pub ephemeral_storage: Option<u32>,
    /// Add a tag; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = tag)]
    pub tag: Vec<(String, String)>,
    /// The ARN of the queue or topic that gets events which failed, or `none`
    #[arg(long, value_name = "ARN", value_parser = dead_letter, default_value = "", hide_default_value = true)]
    pub dead_letter: Setting<String>,
}

/// The function URL.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Function URL")]
pub struct UrlOptions {
    /// Give the function a URL: `iam` for signed requests, `public` for all callers. `none` removes
    /// it
    #[arg(long, value_name = "ACCESS", value_parser = access, default_value = "", hide_default_value = true)]
    pub url: Setting<Access>,
    /// Stream responses of the URL: true or false
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub url_stream: Option<bool>,
    /// An origin whose pages may call the URL, `https://example.com` or `*`; may be repeated.
    /// `none` removes CORS
    #[arg(long, value_name = "ORIGIN")]
    pub cors_origin: Vec<String>,
    /// A method that these pages may use, GET or `*`; may be repeated
    #[arg(long, value_name = "METHOD", value_parser = method)]
    pub cors_method: Vec<String>,
    /// A header that these pages may send; may be repeated
    #[arg(long, value_name = "NAME")]
    pub cors_header: Vec<String>,
    /// A header of the response that these pages may read; may be repeated
    #[arg(long, value_name = "NAME")]
    pub cors_expose: Vec<String>,
    /// The time for which browsers may cache that
    #[arg(long, value_name = "SECONDS", value_parser = arguments::whole_number::<u32>(0..=MAX_AGE_SECONDS_MAX))]
    pub cors_max_age: Option<u32>,
    /// These pages may send cookies
    #[arg(long)]
    pub cors_credentials: bool,
}

impl UrlOptions {
    /// Returns true if any flag is about CORS.
    #[must_use]
    pub fn has_cors(&self) -> bool {
        let lists = [&self.cors_origin, &self.cors_method, &self.cors_header, &self.cors_expose];
        self.cors_credentials || self.cors_max_age.is_some() || lists.iter().any(|list| !list.is_empty())
    }
}

/// Versions.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Versions")]
pub struct Release {
    /// Publish a version
    #[arg(long)]
    pub publish: bool,
    /// Publish a version, and move this alias to it; the URL is the alias's
    #[arg(long, value_name = "NAME", value_parser = alias)]
    pub alias: Option<String>,
    /// An execution environment serves one tenant; only for a new function
    #[arg(long)]
    pub tenant_isolation: bool,
    /// Start published versions from a snapshot: true or false. Container images only
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub snap_start: Option<bool>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn tag(text: &str) -> Result<(String, String), String> {
    pair(text)
}

/// `off` turns the setting off; nothing keeps it.
fn setting<T>(text: &str, off: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Setting<T>, String> {
    if text.is_empty() {
        return Ok(Setting::Keep);
    }
    if text == off { Ok(Setting::Off) } else { read(text).map(Setting::Set) }
}

fn retention(text: &str) -> Result<Setting<u32>, String> {
    setting(text, "never", |text| {
        let days = text.parse().ok().filter(|days| RETENTION_DAYS.contains(days));
        days.ok_or_else(|| format!("expected `never` or one of these days: {}", retention_days()))
    })
}

fn dead_letter(text: &str) -> Result<Setting<String>, String> {
    let expected = "expected the ARN of a queue or a topic, or `none`";
    setting(text, NONE, |arn| if is_dead_letter(arn) { Ok(arn.to_owned()) } else { Err(expected.to_owned()) })
}

fn access(text: &str) -> Result<Setting<Access>, String> {
    setting(text, NONE, |text| {
        <Access as clap::ValueEnum>::from_str(text, false).map_err(|_| "expected `iam`, `public` or `none`".to_owned())
    })
}

fn system_level(text: &str) -> Result<LogLevel, String> {
    match text {
        "debug" => Ok(LogLevel::Debug),
        "info" => Ok(LogLevel::Info),
        "warn" => Ok(LogLevel::Warn),
        _ => Err("expected `debug`, `info` or `warn`".to_owned()),
    }
}

fn checked(text: &str, is_right: bool, expected: &str) -> Result<String, String> {
    if is_right || text == NONE { Ok(text.to_owned()) } else { Err(format!("expected {expected}")) }
}

fn layer(text: &str) -> Result<String, String> {
    checked(text, crate::project::settings::value::is_arn(text, "lambda"), "the ARN of a layer version, arn:…, or `none`")
}

fn subnet(text: &str) -> Result<String, String> {
    checked(text, text.starts_with("subnet-"), "an id such as subnet-1, or `none`")
}

fn security_group(text: &str) -> Result<String, String> {
    checked(text, text.starts_with("sg-"), "an id such as sg-1")
}

fn method(text: &str) -> Result<String, String> {
    checked(text, crate::project::settings::url::is_method(text), "`*`, GET, HEAD, POST, PUT, PATCH or DELETE")
}

fn alias(text: &str) -> Result<String, String> {
    if is_alias(text) { Ok(text.to_owned()) } else { Err("expected letters, digits, `-` and `_`, and not digits alone".to_owned()) }
}
