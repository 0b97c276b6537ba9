//! The settings of functions in a project's Cargo.toml: `[package.metadata.ruchy-lambda]` for all
//! of them, and `[package.metadata.ruchy-lambda.functions.NAME]` for one. Pure.
//!
//! - [`cloud`] has the configuration on AWS; [`url`], [`events`] and [`capacity`] are parts of it.
//! - [`value`] reads single values.

pub mod capacity;
pub mod cloud;
pub mod events;
pub mod http;
pub mod tables;
pub mod url;
pub mod value;

use crate::architecture::Architecture;
use crate::environment::{check_name, check_not_reserved};
use capacity::Provider;
use cloud::Cloud;
use handlers_build::nearest::did_you_mean;
use http::{HttpKind, Route};
use std::collections::BTreeMap;
use tables::TableKey;
use toml_edit::{Item, TableLike};
use value::{Limits, architecture, boolean, choice, shown, table, unknown};

/// The keys of both tables, in addition to [`cloud::KEYS`].
const KEYS: [&str; 10] = ["arch", "environment", "http", "memory", "optimize", "routes", "stack-trace", "std", "tables", "timeout"];
/// The key of the tables of single functions.
const FUNCTIONS: &str = "functions";
/// The key of the capacity providers of the project.
const CAPACITY_PROVIDERS: &str = "capacity-providers";
/// Lambda's limits: MB and seconds. The second is that of functions with a capacity provider.
pub const MEMORY_MB_MAX: (u32, u32) = (10_240, 32_768);
pub const TIMEOUT_SECONDS_MAX: (u32, u32) = (900, 5_400);
const MEMORY: Limits = Limits { min: 128, max: MEMORY_MB_MAX, unit: "MB" };
const TIMEOUT: Limits = Limits { min: 1, max: TIMEOUT_SECONDS_MAX, unit: "seconds" };

/// The configuration of a function; what is not set is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The memory size in MB.
    pub memory_mb: Option<u32>,
    /// The time-out in seconds.
    pub timeout_seconds: Option<u32>,
    /// Environment variables of the deployed function.
    pub environment: BTreeMap<String, String>,
    /// The processor to build for.
    pub architecture: Option<Architecture>,
    /// The function is linked with Rust's own `std`.
    pub std: bool,
    /// Reports of crashes have the stack.
    pub stack_trace: bool,
    /// The goal that the function is compiled for.
    pub optimize: Optimize,
    /// The event that an HTTP request becomes.
    pub http: HttpKind,
    /// The HTTP requests that the function answers.
    pub routes: Vec<Route>,
    /// The DynamoDB tables that local commands create in a stand-in.
    pub tables: BTreeMap<String, TableKey>,
    /// The configuration on AWS beyond that.
    pub cloud: Box<Cloud>,
}

/// The goal that functions are compiled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimize {
    #[default]
    Speed,
    Size,
}

/// The settings of a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectSettings {
    /// The capacity providers that templates make, by name.
    pub capacity_providers: BTreeMap<String, Provider>,
    common: Settings,
    functions: BTreeMap<String, Settings>,
}

impl ProjectSettings {
    /// Reads the table `[package.metadata.ruchy-lambda]`.
    ///
    /// # Errors
    /// One line that names the key, its value, and what is expected.
    pub fn parse(document: &dyn TableLike) -> Result<Self, String> {
        let name = "package.metadata.ruchy-lambda";
        let common = settings(document, name, Settings::default(), &[FUNCTIONS, CAPACITY_PROVIDERS])?;
        if !common.cloud.templates.events.is_empty() {
            return Err(format!("{name}.events: a source of events belongs to one function: [[{name}.{FUNCTIONS}.NAME.events]]"));
        }
        let capacity_providers =
            document.get(CAPACITY_PROVIDERS).map(|item| capacity::providers(item, &format!("{name}.{CAPACITY_PROVIDERS}")));
        let mut project =
            Self { common, capacity_providers: capacity_providers.transpose()?.unwrap_or_default(), functions: BTreeMap::new() };
        let tables = document
            .get(FUNCTIONS)
            .map(|item| item.as_table_like().ok_or_else(|| format!("{name}.{FUNCTIONS}: expected a table for each function")));
        for (function, item) in tables.transpose()?.into_iter().flat_map(TableLike::iter) {
            let place = format!("{name}.{FUNCTIONS}.{function}");
            let table = item.as_table_like().ok_or_else(|| format!("{place}: expected a table"))?;
            let settings = settings(table, &place, project.common.clone(), &[])?;
            project.check(&settings, &place)?;
            project.functions.insert(function.to_owned(), settings);
        }
        project.check(&project.common, name)?;
        Ok(project)
    }

    /// The settings of the function `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> &Settings {
        self.functions.get(name).unwrap_or(&self.common)
    }

    /// The names of functions that have settings of their own.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Checks what depends on several keys.
    fn check(&self, settings: &Settings, at: &str) -> Result<(), String> {
        let placement = settings.cloud.templates.placement.as_ref();
        let limits = [("memory", settings.memory_mb, MEMORY), ("timeout", settings.timeout_seconds, TIMEOUT)];
        for (key, value, limits) in limits {
            if let Some(value) = value.filter(|value| *value > limits.max.0 && placement.is_none()) {
                return Err(limits.message(&format!("{at}.{key}"), &value.to_string()));
            }
        }
        if let Some(placement) = placement.filter(|placement| !placement.is_arn()) {
            let name = &placement.provider;
            if !self.capacity_providers.contains_key(name) {
                let known: Vec<String> = self.capacity_providers.keys().cloned().collect();
                return Err(format!(
                    "{at}.capacity-provider = \"{name}\": no such capacity provider.{} Describe it in [package.metadata.ruchy-lambda.{CAPACITY_PROVIDERS}.{name}], or write an ARN.",
                    did_you_mean(name, &known)
                ));
            }
        }
        if settings.stack_trace && (settings.std || settings.architecture == Some(Architecture::Arm64)) {
            return Err(format!("{at}.stack-trace = true: expected a function for x86_64 without std = true"));
        }
        settings.cloud.check().map_err(|message| format!("{at}: {message}"))
    }
}

/// `base` with the values of `table`, which messages call `place`. Keys in `others` are left to the
/// caller.
fn settings(table: &dyn TableLike, place: &str, base: Settings, others: &[&str]) -> Result<Settings, String> {
    let mut settings = base;
    for (key, item) in table.iter() {
        let at = format!("{place}.{key}");
        match key {
            "memory" => settings.memory_mb = Some(MEMORY.number(item, &at)?),
            "timeout" => settings.timeout_seconds = Some(TIMEOUT.number(item, &at)?),
            "environment" => settings.environment.extend(environment(item, &at)?),
            "arch" => settings.architecture = Some(architecture(item, &at)?),
            "std" => settings.std = boolean(item, &at)?,
            "stack-trace" => settings.stack_trace = boolean(item, &at)?,
            "tables" => settings.tables.extend(tables::tables(item, &at)?),
            "optimize" => settings.optimize = choice(item, &at, &[("speed", Optimize::Speed), ("size", Optimize::Size)])?,
            "http" => settings.http = choice(item, &at, &HttpKind::NAMES)?,
            "routes" => settings.routes = routes(item, &at)?,
            _ if others.contains(&key) => {}
            _ if settings.cloud.read(key, item, &at)? => {}
            _ => return Err(unknown(&at, key, KEYS.iter().chain(&cloud::KEYS).chain(others).copied())),
        }
    }
    Ok(settings)
}

fn environment(item: &Item, at: &str) -> Result<BTreeMap<String, String>, String> {
    let entries = table(item, at, "{ TABLE = \"orders\" }")?.iter().map(|(name, item)| {
        check_name(name).map_err(|message| format!("{at}: {message}"))?;
        let value = item.as_str().ok_or_else(|| format!("{at}.{name} = {}: expected a string", shown(item)))?;
        check_not_reserved(name).map_err(|message| format!("{at}.{name}: {message}"))?;
        Ok((name.to_owned(), value.to_owned()))
    });
    entries.collect()
}

fn routes(item: &Item, at: &str) -> Result<Vec<Route>, String> {
    let expected = || format!("{at} = {}: expected a list such as [\"GET /orders/{{id}}\", \"/files/{{path+}}\"]", shown(item));
    let routes = item.as_array().ok_or_else(expected)?;
    routes.iter().map(|route| route.as_str().ok_or_else(expected)?.parse().map_err(|message| format!("{at}: {message}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::cloud::{LogFormat, LogLevel, Tracing};
    use super::events::{Source, StreamKind};
    use super::url::{Access, Url};
    use super::value::Setting;
    use super::{Optimize, ProjectSettings};
    use crate::architecture::Architecture;
    use toml_edit::DocumentMut;

    fn parse(text: &str) -> Result<ProjectSettings, String> {
        let document: DocumentMut = text.parse().unwrap();
        ProjectSettings::parse(document.as_table())
    }

    #[test]
    fn settings_of_a_function_extend_those_of_the_project() {
        let settings = parse(
            "memory = 256\nenvironment = { STAGE = \"test\" }\n[functions.orders]\ntimeout = 30\narch = \"arm64\"\nurl = \"iam\"\nstd = true\n\
             layers = [\"arn:aws:lambda:eu-central-1:1:layer:a:1\"]\noptimize = \"size\"\nenvironment = { TABLE = \"orders\" }",
        )
        .unwrap();
        let orders = settings.of("orders");
        assert_eq!((orders.memory_mb, orders.timeout_seconds, orders.architecture), (Some(256), Some(30), Some(Architecture::Arm64)));
        assert_eq!((orders.std, orders.optimize), (true, Optimize::Size));
        assert_eq!((&orders.cloud.url, orders.cloud.layers.as_ref().map(Vec::len)), (&Setting::Set(Url::new(Access::Iam)), Some(1)));
        assert_eq!(orders.environment.keys().collect::<Vec<_>>(), ["STAGE", "TABLE"]);
        let other = settings.of("other");
        assert_eq!((other.memory_mb, other.timeout_seconds, other.std, other.environment.len()), (Some(256), None, false, 1));
        assert_eq!(settings.names().collect::<Vec<_>>(), ["orders"]);
    }

    #[test]
    fn settings_have_a_stack_trace_where_the_tool_reads_it() {
        assert!(parse("stack-trace = true").unwrap().of("any").stack_trace);
        for other in ["std = true", "arch = \"arm64\""] {
            let refused = parse(&format!("stack-trace = true\n{other}")).unwrap_err();
            assert!(refused.contains("stack-trace = true: expected a function for x86_64 without std = true"), "{refused}");
        }
    }

    #[test]
    fn settings_of_functions_on_aws() {
        let settings = parse(
            r#"
            timeout = 5400
            memory = 20000
            log-format = "json"
            log-level = "debug"
            log-retention = 14
            tracing = "active"
            tags = { team = "shop" }
            dead-letter = "none"
            alias = "live"
            capacity-provider = { provider = "big", concurrency = 4 }
            capacity-providers.big = { subnets = ["subnet-1"], security-groups = ["sg-1"], arch = "arm64", cpus-max = 30 }
            [functions.orders]
            url = { access = "public", stream = true, cors = { origins = ["*"], methods = ["GET"], max-age = 60, credentials = true } }
            tags = { part = "orders" }
            permissions = [{ actions = ["dynamodb:GetItem"], resources = ["*"] }]
            [[functions.orders.events]]
            type = "sqs"
            queue = "arn:aws:sqs:eu-central-1:123456789012:orders"
            batch-size = 100
            [[functions.orders.events]]
            type = "kinesis"
            stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/orders"
            start = "trim-horizon"
            "#,
        )
        .unwrap();
        let orders = settings.of("orders");
        assert_eq!((orders.timeout_seconds, orders.memory_mb), (Some(5_400), Some(20_000)));
        let cloud = &orders.cloud;
        assert_eq!(
            (cloud.log_format, cloud.log_level, cloud.tracing),
            (Some(LogFormat::Json), Some(LogLevel::Debug), Some(Tracing::Active))
        );
        assert_eq!((&cloud.log_retention_days, &cloud.dead_letter), (&Setting::Set(14), &Setting::Off));
        assert_eq!((cloud.tags.len(), cloud.alias.as_deref()), (2, Some("live")));
        let url = cloud.url.value().unwrap();
        let cors = url.cors.value().unwrap();
        assert_eq!((url.access, url.stream, cors.max_age_seconds, cors.credentials), (Access::Public, Some(true), Some(60), true));
        assert_eq!(cloud.templates.placement.as_ref().map(|placement| placement.concurrency), Some(Some(4)));
        assert_eq!(settings.capacity_providers["big"].cpus_max, Some(30));
        let [Source::Sqs { batch, .. }, Source::Stream { kind: StreamKind::Kinesis, from_start: true, .. }] = &cloud.templates.events[..]
        else {
            panic!("{:?}", cloud.templates.events)
        };
        assert_eq!(batch.size, Some(100));
    }

    #[test]
    fn settings_refuse_unknown_keys_and_values_by_name() {
        for (text, message) in [
            ("memry = 256", "package.metadata.ruchy-lambda.memry: unknown key. Did you mean `memory`?"),
            ("[functions.a]\ntime-out = 3", "package.metadata.ruchy-lambda.functions.a.time-out: unknown key. Did you mean `timeout`?"),
            (
                "memory = 64",
                "package.metadata.ruchy-lambda.memory = 64: expected 128 to 10240 (MB), or up to 32768 for a function with a capacity-provider",
            ),
            ("timeout = \"3\"", "package.metadata.ruchy-lambda.timeout = \"3\": expected 1 to 900 (seconds), or up to 5400 for"),
            ("arch = \"arm\"", "package.metadata.ruchy-lambda.arch = \"arm\": expected \"x86_64\" or \"arm64\""),
            ("std = 1", "package.metadata.ruchy-lambda.std = 1: expected true or false"),
            ("url = true", "package.metadata.ruchy-lambda.url = true: expected \"iam\" or \"public\" or \"none\""),
            ("url = { stream = true }", "package.metadata.ruchy-lambda.url = …: expected access = \"iam\" or access = \"public\""),
            ("url = { access = \"iam\", acces = 1 }", "package.metadata.ruchy-lambda.url.acces: unknown key. Did you mean `access`?"),
            (
                "timeout = 901",
                "package.metadata.ruchy-lambda.timeout = 901: expected 1 to 900 (seconds), or up to 5400 for a function with a capacity-provider",
            ),
            ("log-retention = 2", "package.metadata.ruchy-lambda.log-retention = 2: expected \"never\" or one of these days: 1, 3, 5"),
            ("log-level = \"info\"\nlog-format = \"text\"", "package.metadata.ruchy-lambda: log-level is for log-format = \"json\""),
            ("capacity-provider = \"big\"", "package.metadata.ruchy-lambda.capacity-provider = \"big\": no such capacity provider."),
            ("vpc = { subnets = [\"a\"] }", "package.metadata.ruchy-lambda.vpc.subnets = …: expected a list of at most 16 ids"),
            ("tags = { a = 1 }", "package.metadata.ruchy-lambda.tags.a = 1: expected a string"),
            (
                "dead-letter = \"arn:aws:s3:::a\"",
                "package.metadata.ruchy-lambda.dead-letter = \"arn:aws:s3:::a\": expected a string such as",
            ),
            (
                "[[events]]\ntype = \"sqs\"\nqueue = \"a\"",
                "package.metadata.ruchy-lambda.events: a source of events belongs to one function",
            ),
            ("[[functions.a.events]]\nqueue = \"a\"", "package.metadata.ruchy-lambda.functions.a.events[0]: expected type = \"sqs\" or"),
            (
                "[[functions.a.events]]\ntype = \"sqs\"\nque = \"a\"",
                "package.metadata.ruchy-lambda.functions.a.events[0].que: unknown key. Known keys: type, queue",
            ),
            ("[[functions.a.events]]\ntype = \"sqs\"", "package.metadata.ruchy-lambda.functions.a.events[0]: the key `queue` is missing"),
            (
                "capacity-provider = \"arn:aws:lambda:eu-central-1:123456789012:capacity-provider:a\"\nlog-format = \"text\"",
                "package.metadata.ruchy-lambda: a function with capacity-provider can have no log-format",
            ),
            ("tenant-isolation = true\nurl = \"iam\"", "package.metadata.ruchy-lambda: a function with tenant-isolation can have no url"),
            ("layers = [\"a\"]", "package.metadata.ruchy-lambda.layers = …: expected a list of at most 5 ARNs"),
            ("environment = { \"A-B\" = \"c\" }", "package.metadata.ruchy-lambda.environment: `A-B`: expected a name"),
            ("environment = { AB = 1 }", "package.metadata.ruchy-lambda.environment.AB = 1: expected a string"),
            ("environment = { AWS_REGION = \"a\" }", "package.metadata.ruchy-lambda.environment.AWS_REGION: `AWS_REGION` is reserved"),
            ("http = \"soap\"", "package.metadata.ruchy-lambda.http = \"soap\": expected \"url\" or \"http-api\""),
            ("routes = [\"todos\"]", "package.metadata.ruchy-lambda.routes: `todos`: expected"),
            ("functions = 1", "package.metadata.ruchy-lambda.functions: expected a table for each function"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
