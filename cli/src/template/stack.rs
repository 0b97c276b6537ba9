//! The functions, queues, topics, buckets and capacity providers that a template describes; pure.

use crate::architecture::Architecture;
use crate::deploy::function::{MEMORY_MB_DEFAULT, TIMEOUT_SECONDS_DEFAULT};
use crate::project::settings::Settings;
use crate::project::settings::capacity::Provider;
use crate::project::settings::events::Source;
use crate::project::settings::http::{HttpKind, Route};
use crate::project::settings::value::Setting;
use std::collections::BTreeMap;

/// The default retention of a log in days, if Cargo.toml has none.
const RETENTION_DAYS_DEFAULT: u32 = 14;
/// SQS recommends six times the function's time-out.
const VISIBILITY_FACTOR: u32 = 6;

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Stack {
    pub functions: Vec<Function>,
    /// The capacity providers that functions use.
    pub providers: BTreeMap<String, Provider>,
    /// The queues that the template makes, and their visibility time-outs in seconds.
    pub queues: BTreeMap<String, u32>,
    pub topics: Vec<String>,
    pub buckets: Vec<String>,
    archives: String,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub settings: Settings,
}

impl Function {
    #[must_use]
    pub fn new(name: &str, settings: Settings) -> Self {
        Self { name: name.to_owned(), settings }
    }

    #[must_use]
    pub fn memory_mb(&self) -> u32 {
        self.settings.memory_mb.unwrap_or(MEMORY_MB_DEFAULT)
    }

    #[must_use]
    pub fn timeout_seconds(&self) -> u32 {
        self.settings.timeout_seconds.unwrap_or(TIMEOUT_SECONDS_DEFAULT)
    }

    #[must_use]
    pub fn architecture(&self) -> &'static str {
        self.settings.architecture.unwrap_or(Architecture::X86_64).name()
    }

    /// Days; `None`: the log is never deleted.
    #[must_use]
    pub fn retention_days(&self) -> Option<u32> {
        match self.settings.cloud.log_retention_days {
            Setting::Keep => Some(RETENTION_DAYS_DEFAULT),
            Setting::Off => None,
            Setting::Set(days) => Some(days),
        }
    }

    /// The name of the log group.
    #[must_use]
    pub fn log_group(&self) -> String {
        crate::deploy::retention::group(&self.name)
    }

    /// Its routes in the HTTP API of the template.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        if self.settings.http == HttpKind::HttpApi { &self.settings.routes } else { &[] }
    }

    #[must_use]
    pub fn events(&self) -> &[Source] {
        &self.settings.cloud.templates.events
    }
}

impl Stack {
    /// Returns true if the template makes an HTTP API.
    #[must_use]
    pub fn has_http_api(&self) -> bool {
        self.functions.iter().any(|function| !function.routes().is_empty())
    }

    /// Collects what the functions use.
    ///
    /// # Errors
    /// A setting that templates cannot describe.
    pub fn new(functions: Vec<Function>, providers: &BTreeMap<String, Provider>, archives: String) -> Result<Self, String> {
        let mut stack = Self {
            functions: Vec::new(),
            providers: BTreeMap::new(),
            queues: BTreeMap::new(),
            topics: Vec::new(),
            buckets: Vec::new(),
            archives,
        };
        for function in &functions {
            let cloud = &function.settings.cloud;
            if cloud.snap_start == Some(true) {
                return Err(format!(
                    "{}: templates describe archives, and SnapStart works with container images of this runtime only. Remove snap-start, or deploy an image with `ruchy-lambda deploy --image-uri`.",
                    function.name
                ));
            }
            if cloud.templates.provisioned_concurrency.is_some() && cloud.alias.is_none() {
                return Err(format!("{}: provisioned-concurrency belongs to an alias. Add alias = \"live\".", function.name));
            }
            if let Some(role) = cloud.role.as_deref().filter(|role| !role.starts_with("arn:")) {
                return Err(format!(
                    "{}: role = \"{role}\": expected the role's ARN, such as arn:aws:iam::123456789012:role/{role}, because templates do not look it up",
                    function.name
                ));
            }
            for event in function.events() {
                stack.add(event, function.timeout_seconds() * VISIBILITY_FACTOR);
            }
            if let Some(provider) = cloud.templates.placement.as_ref().filter(|placement| !placement.is_arn()) {
                stack
                    .providers
                    .extend(providers.get_key_value(&provider.provider).map(|(name, provider)| (name.clone(), provider.clone())));
            }
        }
        Ok(Self { functions, ..stack })
    }

    fn add(&mut self, event: &Source, visibility_seconds: u32) {
        let add = |list: &mut Vec<String>, name: &String| {
            if !list.contains(name) {
                list.push(name.clone());
            }
        };
        match event {
            Source::Sqs { queue, .. } if !is_arn(queue) => {
                let seconds = self.queues.entry(queue.clone()).or_default();
                *seconds = visibility_seconds.max(*seconds);
            }
            Source::Sns { topic, .. } if !is_arn(topic) => add(&mut self.topics, topic),
            Source::S3 { bucket, .. } => add(&mut self.buckets, bucket),
            _ => {}
        }
    }

    /// The archive of a function, seen from the template.
    #[must_use]
    pub fn archive(&self, function: &Function) -> String {
        format!("{}/{}.zip", self.archives, function.name)
    }
}

/// Returns true if `resource` is an ARN, and so exists outside the template.
#[must_use]
pub fn is_arn(resource: &str) -> bool {
    resource.starts_with("arn:")
}

/// The name of a resource in a template, in capitals and letters alone: `orders-new` is
/// `OrdersNew`.
#[must_use]
pub fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// The name of a resource in Terraform and Python: `orders-new` is `orders_new`.
#[must_use]
pub fn snake(name: &str) -> String {
    let word: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("_{word}") } else { word }
}
