//! A function's settings on AWS, beyond memory, time limit, environment and processor. Pure.

use super::capacity::{self, Placement};
use super::events::{self, Source};
use super::url::{self, Url};
use super::value::{NONE, Setting, boolean, choice, is_arn, matching, number, shown, string, strings, table, table_of_strings, unknown};
use std::collections::BTreeMap;
use toml_edit::Item;

/// The keys that [`Cloud::read`] knows.
pub const KEYS: [&str; 23] = [
    "alias",
    "capacity-provider",
    "dead-letter",
    "description",
    "ephemeral-storage",
    "events",
    "layers",
    "log-format",
    "log-level",
    "log-retention",
    "permissions",
    "policies",
    "provisioned-concurrency",
    "publish",
    "reserved-concurrency",
    "role",
    "snap-start",
    "system-log-level",
    "tags",
    "tenant-isolation",
    "tracing",
    "url",
    "vpc",
];

/// The configuration of a function on AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cloud {
    pub description: Option<String>,
    /// The role that the function runs as: a name or an ARN.
    pub role: Option<String>,
    pub ephemeral_storage_mb: Option<u32>,
    pub tracing: Option<Tracing>,
    pub log_format: Option<LogFormat>,
    pub log_level: Option<LogLevel>,
    pub system_log_level: Option<LogLevel>,
    /// Days; off: the log is never deleted.
    pub log_retention_days: Setting<u32>,
    /// ARNs of layer versions.
    pub layers: Option<Vec<String>>,
    pub vpc: Setting<Vpc>,
    pub tags: BTreeMap<String, String>,
    /// The ARN of a queue or a topic.
    pub dead_letter: Setting<String>,
    /// The alias that is moved to the version that deploying publishes.
    pub alias: Option<String>,
    /// Deploying publishes a version.
    pub publish: bool,
    pub tenant_isolation: bool,
    pub snap_start: Option<bool>,
    pub url: Setting<Url>,
    pub templates: ForTemplates,
}

/// Settings that only templates use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForTemplates {
    pub reserved_concurrency: Option<u32>,
    pub provisioned_concurrency: Option<u32>,
    pub placement: Option<Placement>,
    /// ARNs of managed policies of the function's role.
    pub policies: Vec<String>,
    /// Statements of the policy of the function's role.
    pub permissions: Vec<Permission>,
    pub events: Vec<Source>,
}

/// Actions on resources that a function may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    pub actions: Vec<String>,
    pub resources: Vec<String>,
}

/// The network that a function is connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Tracing {
    Active,
    PassThrough,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

impl Tracing {
    /// As Lambda calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::PassThrough => "PassThrough",
        }
    }
}

impl LogFormat {
    /// As Lambda calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Json => "JSON",
        }
    }
}

impl LogLevel {
    /// As Lambda calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }
}

/// The numbers of days that CloudWatch Logs accepts.
pub const RETENTION_DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653];
/// Lambda accepts this many layers at most.
pub const LAYERS_MAX: usize = 5;
pub const EPHEMERAL_STORAGE_MB: (u32, u32) = (512, 10_240);
pub const SUBNETS_MAX: usize = 16;
pub const SECURITY_GROUPS_MAX: usize = 5;

impl Cloud {
    /// Reads `key` and returns true if it is one of [`KEYS`].
    ///
    /// # Errors
    /// One line.
    pub fn read(&mut self, key: &str, item: &Item, at: &str) -> Result<bool, String> {
        match key {
            "alias" => self.alias = Some(matching(item, at, is_alias, "live")?),
            "dead-letter" => self.dead_letter = dead_letter(item, at)?,
            "description" => self.description = Some(matching(item, at, |text| text.chars().count() <= 256, "at most 256 characters")?),
            "ephemeral-storage" => {
                self.ephemeral_storage_mb = Some(number(item, at, EPHEMERAL_STORAGE_MB.0, EPHEMERAL_STORAGE_MB.1, "MB")?);
            }
            "layers" => {
                let is_layer = |arn: &str| is_arn(arn, "lambda");
                self.layers = Some(strings(item, at, LAYERS_MAX, is_layer, "ARNs of layer versions, \"arn:…\"")?);
            }
            "log-format" => self.log_format = Some(choice(item, at, &[("text", LogFormat::Text), ("json", LogFormat::Json)])?),
            "log-level" => self.log_level = Some(log_level(item, at)?),
            "system-log-level" => {
                let levels = [("debug", LogLevel::Debug), ("info", LogLevel::Info), ("warn", LogLevel::Warn)];
                self.system_log_level = Some(choice(item, at, &levels)?);
            }
            "log-retention" => self.log_retention_days = retention(item, at)?,
            "publish" => self.publish = boolean(item, at)?,
            "role" => self.role = Some(string(item, at, "arn:aws:iam::123456789012:role/orders")?),
            "snap-start" => self.snap_start = Some(boolean(item, at)?),
            "tags" => self.tags.extend(table_of_strings(item, at, "{ team = \"shop\" }")?),
            "tenant-isolation" => self.tenant_isolation = boolean(item, at)?,
            "tracing" => {
                self.tracing = Some(choice(item, at, &[("active", Tracing::Active), ("pass-through", Tracing::PassThrough)])?);
            }
            "url" => self.url = url::parse(item, at)?,
            "vpc" => self.vpc = vpc(item, at)?,
            _ => return self.templates.read(key, item, at),
        }
        Ok(true)
    }

    /// Checks what depends on several settings.
    ///
    /// # Errors
    /// A setting that Lambda would refuse.
    pub fn check(&self) -> Result<(), String> {
        let level =
            [("log-level", self.log_level), ("system-log-level", self.system_log_level)].into_iter().find(|(_, level)| level.is_some());
        if let (Some((key, _)), Some(LogFormat::Text)) = (level, self.log_format) {
            return Err(format!("{key} is for log-format = \"json\""));
        }
        let provisioned = self.templates.provisioned_concurrency.is_some();
        let has_url = self.url.value().is_some();
        let excluded = [("url", has_url), ("snap-start", self.snap_start == Some(true)), ("provisioned-concurrency", provisioned)];
        if let Some((key, _)) = excluded.iter().find(|(_, is_set)| self.tenant_isolation && *is_set) {
            return Err(format!("a function with tenant-isolation can have no {key}"));
        }
        if self.templates.placement.is_some() && (self.vpc.value().is_some() || self.log_format == Some(LogFormat::Text)) {
            let key = if self.vpc.value().is_some() { "vpc, since its provider has one" } else { "log-format = \"text\"" };
            return Err(format!("a function with capacity-provider can have no {key}"));
        }
        let storage = self.ephemeral_storage_mb.is_some_and(|size| size > EPHEMERAL_STORAGE_MB.0);
        if self.snap_start == Some(true) && (storage || provisioned) {
            let key = if storage { "ephemeral-storage above 512 MB" } else { "provisioned-concurrency" };
            return Err(format!("a function with snap-start can have no {key}"));
        }
        Ok(())
    }
}

impl ForTemplates {
    fn read(&mut self, key: &str, item: &Item, at: &str) -> Result<bool, String> {
        match key {
            "capacity-provider" => self.placement = Some(capacity::placement(item, at)?),
            "events" => self.events = events::parse(item, at)?,
            "permissions" => self.permissions = permissions(item, at)?,
            "policies" => self.policies = strings(item, at, 20, |arn| is_arn(arn, "iam"), "ARNs of managed policies, \"arn:…\"")?,
            "provisioned-concurrency" => self.provisioned_concurrency = Some(number(item, at, 1, 100_000, "execution environments")?),
            "reserved-concurrency" => self.reserved_concurrency = Some(number(item, at, 0, 100_000, "invocations at once")?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Returns true if `text` can be the name of an alias.
#[must_use]
pub fn is_alias(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=128).contains(&text.len()) && text.bytes().all(is_letter) && !text.bytes().all(|byte| byte.is_ascii_digit())
}

fn log_level(item: &Item, at: &str) -> Result<LogLevel, String> {
    let levels = [
        ("trace", LogLevel::Trace),
        ("debug", LogLevel::Debug),
        ("info", LogLevel::Info),
        ("warn", LogLevel::Warn),
        ("error", LogLevel::Error),
        ("fatal", LogLevel::Fatal),
    ];
    choice(item, at, &levels)
}

/// Returns true if a function can send failed events to this ARN.
#[must_use]
pub fn is_dead_letter(arn: &str) -> bool {
    is_arn(arn, "sqs") || is_arn(arn, "sns")
}

fn dead_letter(item: &Item, at: &str) -> Result<Setting<String>, String> {
    let example = "arn:aws:sqs:eu-central-1:123456789012:failed";
    let arn = matching(item, at, |arn| arn == NONE || is_dead_letter(arn), example)?;
    Ok(if arn == NONE { Setting::Off } else { Setting::Set(arn) })
}

fn retention(item: &Item, at: &str) -> Result<Setting<u32>, String> {
    if item.as_str() == Some("never") {
        return Ok(Setting::Off);
    }
    let days = item.as_integer().and_then(|days| u32::try_from(days).ok()).filter(|days| RETENTION_DAYS.contains(days));
    days.map(Setting::Set).ok_or_else(|| format!("{at} = {}: expected \"never\" or one of these days: {}", shown(item), retention_days()))
}

/// The numbers of days, as a list for messages.
#[must_use]
pub fn retention_days() -> String {
    RETENTION_DAYS.map(|days| days.to_string()).join(", ")
}

fn vpc(item: &Item, at: &str) -> Result<Setting<Vpc>, String> {
    if item.as_str() == Some(NONE) {
        return Ok(Setting::Off);
    }
    let mut vpc = Vpc::default();
    for (key, item) in table(item, at, "{ subnets = [\"subnet-1\"], security-groups = [\"sg-1\"] }")?.iter() {
        let at = format!("{at}.{key}");
        match key {
            "subnets" => vpc.subnets = strings(item, &at, SUBNETS_MAX, |id| id.starts_with("subnet-"), "ids such as \"subnet-1\"")?,
            "security-groups" => {
                vpc.security_groups = strings(item, &at, SECURITY_GROUPS_MAX, |id| id.starts_with("sg-"), "ids such as \"sg-1\"")?;
            }
            _ => return Err(unknown(&at, key, ["subnets", "security-groups"].into_iter())),
        }
    }
    if vpc.subnets.is_empty() || vpc.security_groups.is_empty() {
        return Err(format!("{at}: expected subnets and security-groups, or \"{NONE}\""));
    }
    Ok(Setting::Set(vpc))
}

fn permissions(item: &Item, at: &str) -> Result<Vec<Permission>, String> {
    let example = "{ actions = [\"dynamodb:GetItem\"], resources = [\"arn:aws:dynamodb:eu-central-1:123456789012:table/orders\"] }";
    let tables: Option<Vec<&dyn toml_edit::TableLike>> = match (item.as_array_of_tables(), item.as_array()) {
        (Some(tables), _) => Some(tables.iter().map(|table| -> &dyn toml_edit::TableLike { table }).collect()),
        (None, Some(list)) => {
            list.iter().map(|value| value.as_inline_table().map(|table| -> &dyn toml_edit::TableLike { table })).collect()
        }
        (None, None) => None,
    };
    let tables = tables.ok_or_else(|| format!("{at} = {}: expected a list of tables such as {example}", shown(item)))?;
    let read = |(index, table): (usize, &dyn toml_edit::TableLike)| {
        let mut permission = Permission { actions: Vec::new(), resources: Vec::new() };
        for (key, item) in table.iter() {
            let at = format!("{at}[{index}].{key}");
            match key {
                "actions" => {
                    permission.actions = strings(item, &at, 100, |action| action.contains(':'), "actions such as \"s3:GetObject\"")?;
                }
                "resources" => permission.resources = strings(item, &at, 100, |arn| arn == "*" || is_arn(arn, ""), "ARNs, or \"*\"")?,
                _ => return Err(unknown(&at, key, ["actions", "resources"].into_iter())),
            }
        }
        if permission.actions.is_empty() || permission.resources.is_empty() {
            return Err(format!("{at}[{index}]: expected a table such as {example}"));
        }
        Ok(permission)
    };
    tables.into_iter().enumerate().map(read).collect()
}
