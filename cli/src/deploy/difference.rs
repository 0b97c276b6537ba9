//! The difference between a function's existing and desired configuration. Pure.

use super::desired::{Code, Desired};
use super::function::{MEMORY_MB_DEFAULT, TIMEOUT_SECONDS_DEFAULT};
use crate::package::manifest::RUNTIME;
use crate::project::settings::cloud::Vpc;
use crate::project::settings::value::Setting;
use crate::project::settings::{MEMORY_MB_MAX, TIMEOUT_SECONDS_MAX};
use crate::recipe::recipe;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// One setting that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The setting's name.
    pub what: &'static str,
    /// The value on AWS; empty if there is none.
    pub before: String,
    pub after: String,
    /// The option of `create-function` and `update-function-configuration`.
    pub option: &'static str,
    pub values: Values,
}

/// The values of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    Plain(Vec<String>),
    /// JSON that no other user of this machine may read, and the same without its secrets.
    Secret {
        value: String,
        shown: String,
    },
}

impl Change {
    fn new(what: &'static str, before: &str, after: impl Into<String>, option: &'static str, value: impl Into<String>) -> Self {
        Self { what, before: before.to_owned(), after: after.into(), option, values: Values::Plain(vec![value.into()]) }
    }
}

/// The difference to `found`, the configuration as `get-function` returns it; null for a new
/// function. `role` is the ARN, once it is known.
///
/// # Errors
/// The setting that cannot be changed, and the reason.
pub fn of(desired: &Desired, found: &Value, role: Option<&str>) -> Result<Vec<Change>, String> {
    let is_new = found.is_null();
    limits(desired, found)?;
    let mut changes = Vec::new();
    if matches!(desired.code, Code::Archive { .. }) {
        let named = |field: &str| found[field].as_str().unwrap_or_default();
        changes.push(Change::new("runtime", named("Runtime"), RUNTIME, "--runtime", RUNTIME));
        changes.push(Change::new("handler", named("Handler"), &desired.handler, "--handler", &desired.handler));
    }
    if let Some(role) = role {
        changes.push(Change::new("role", found["Role"].as_str().unwrap_or_default(), role, "--role", role));
    }
    let memory = desired.memory_mb.or(is_new.then_some(MEMORY_MB_DEFAULT));
    changes.extend(memory.map(|size| sized("memory", &found["MemorySize"], size, "MB", "--memory-size", size.to_string())));
    let timeout = desired.timeout_seconds.or(is_new.then_some(TIMEOUT_SECONDS_DEFAULT));
    changes.extend(timeout.map(|seconds| sized("timeout", &found["Timeout"], seconds, "s", "--timeout", seconds.to_string())));
    changes.extend(environment(desired, found)?);
    changes.extend(cloud(desired, found)?);
    // A new function lacks the settings that are turned off, so they are not changes.
    changes.retain(|change| change.before != change.after);
    Ok(changes)
}

fn sized(what: &'static str, found: &Value, size: u32, unit: &str, option: &'static str, value: String) -> Change {
    let before = found.as_u64().map_or_else(String::new, |size| format!("{size} {unit}"));
    Change::new(what, &before, format!("{size} {unit}"), option, value)
}

/// Lambda's limits that depend on the function.
fn limits(desired: &Desired, found: &Value) -> Result<(), String> {
    if found["CapacityProviderConfig"].is_object() {
        return Ok(());
    }
    let of_settings =
        [("--memory", desired.memory_mb, MEMORY_MB_MAX.0, "MB"), ("--timeout", desired.timeout_seconds, TIMEOUT_SECONDS_MAX.0, "seconds")];
    for (what, value, max, unit) in of_settings {
        if let Some(value) = value.filter(|value| *value > max) {
            return Err(format!(
                "{}: {what} {value}: expected at most {max} ({unit}), since the function has no capacity provider. `{}` makes functions that have one.",
                desired.name,
                recipe("template")
            ));
        }
    }
    Ok(())
}

fn environment(desired: &Desired, found: &Value) -> Result<Option<Change>, String> {
    let environment = &desired.environment;
    if environment.variables.is_empty() && !environment.replaces {
        return Ok(None);
    }
    if let Some(error) = found["Environment"].get("Error").filter(|_| !environment.replaces) {
        return Err(format!(
            "{}: cannot add environment variables, because the existing ones cannot be read: {} Reading them needs the permission kms:Decrypt for their key; --replace-env replaces them unread.",
            desired.name,
            error["Message"].as_str().unwrap_or_default()
        ));
    }
    let before = found["Environment"]["Variables"].as_object().cloned().unwrap_or_default();
    let mut after = if environment.replaces { Map::new() } else { before.clone() };
    after.extend(environment.variables.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))));
    let mut words = Vec::new();
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(name), after.get(name)) {
            (None, Some(_)) => words.push(format!("+{name}")),
            (Some(_), None) => words.push(format!("-{name}")),
            (before, after) if before != after => words.push(format!("~{name}")),
            _ => {}
        }
    }
    let shown: Map<String, Value> = after.keys().map(|name| (name.clone(), Value::from("***"))).collect();
    let (value, shown) = (json!({ "Variables": after }).to_string(), json!({ "Variables": shown }).to_string());
    let values = Values::Secret { value, shown };
    Ok(Some(Change { what: "environment", before: String::new(), after: words.join(" "), option: "--environment", values }))
}

fn cloud(desired: &Desired, found: &Value) -> Result<Vec<Change>, String> {
    let cloud = &desired.cloud;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut changes = Vec::new();
    if let Some(description) = &cloud.description {
        changes.push(Change::new("description", &text(&found["Description"]), description, "--description", description));
    }
    if let Some(tracing) = cloud.tracing {
        let value = format!("Mode={}", tracing.name());
        changes.push(Change::new("tracing", &text(&found["TracingConfig"]["Mode"]), tracing.name(), "--tracing-config", value));
    }
    changes.extend(logging(desired, &found["LoggingConfig"])?);
    if let Some(layers) = &cloud.layers {
        let before: Vec<&str> = found["Layers"].as_array().into_iter().flatten().filter_map(|layer| layer["Arn"].as_str()).collect();
        let values = Values::Plain(if layers.is_empty() { vec!["[]".to_owned()] } else { layers.clone() });
        changes.push(Change { what: "layers", before: before.join(" "), after: layers.join(" "), option: "--layers", values });
    }
    changes.extend(vpc(&cloud.vpc, &found["VpcConfig"]));
    if let Some(size) = cloud.ephemeral_storage_mb {
        changes.push(sized(
            "ephemeral storage",
            &found["EphemeralStorage"]["Size"],
            size,
            "MB",
            "--ephemeral-storage",
            format!("Size={size}"),
        ));
    }
    let before = text(&found["DeadLetterConfig"]["TargetArn"]);
    match &cloud.dead_letter {
        Setting::Keep => {}
        Setting::Off => changes.push(Change::new("dead letter", &before, "", "--dead-letter-config", "{\"TargetArn\":\"\"}")),
        Setting::Set(arn) => changes.push(Change::new("dead letter", &before, arn, "--dead-letter-config", format!("TargetArn={arn}"))),
    }
    if let Some(is_on) = cloud.snap_start {
        let after = if is_on { "PublishedVersions" } else { "None" };
        let before = found["SnapStart"]["ApplyOn"].as_str().unwrap_or("None");
        changes.push(Change::new("snap start", before, after, "--snap-start", format!("ApplyOn={after}")));
    }
    if cloud.tenant_isolation {
        let before = text(&found["TenancyConfig"]["TenantIsolationMode"]);
        if !found.is_null() && before != PER_TENANT {
            return Err(format!(
                "{0}: tenant isolation can be set only when a function is created, and {0} exists without it. `{1}` deletes it; or use another name (--name).",
                desired.name,
                recipe(&format!("destroy {}", desired.name))
            ));
        }
        let value = format!("TenantIsolationMode={PER_TENANT}");
        changes.push(Change::new("tenant isolation", &before, PER_TENANT, "--tenancy-config", value));
    }
    Ok(changes)
}

const PER_TENANT: &str = "PER_TENANT";

/// The whole logging configuration is written, so what is not named is taken from the function.
fn logging(desired: &Desired, found: &Value) -> Result<Option<Change>, String> {
    let cloud = &desired.cloud;
    if cloud.log_format.is_none() && cloud.log_level.is_none() && cloud.system_log_level.is_none() {
        return Ok(None);
    }
    let format = match cloud.log_format {
        Some(format) => format.name(),
        None => found["LogFormat"].as_str().unwrap_or("Text"),
    };
    let mut after = json!({ "LogFormat": format });
    for (field, level) in [("ApplicationLogLevel", cloud.log_level), ("SystemLogLevel", cloud.system_log_level)] {
        match level {
            Some(_) if format == "Text" => {
                return Err(format!("{}: log levels need the log format json. Add --log-format json.", desired.name));
            }
            Some(level) => after[field] = level.name().into(),
            None if format != "Text" && found[field].is_string() => after[field] = found[field].clone(),
            None => {}
        }
    }
    if found["LogGroup"].is_string() {
        after["LogGroup"] = found["LogGroup"].clone();
    }
    let words = |config: &Value| {
        let words = ["LogFormat", "ApplicationLogLevel", "SystemLogLevel"].map(|field| config[field].as_str());
        let labels = ["", "application ", "system "];
        words.iter().zip(labels).filter_map(|(word, label)| word.map(|word| format!("{label}{word}"))).collect::<Vec<_>>().join(", ")
    };
    Ok(Some(Change::new("log", &words(found), words(&after), "--logging-config", after.to_string())))
}

fn vpc(vpc: &Setting<Vpc>, found: &Value) -> Option<Change> {
    let list = |value: &Value| {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    let shown = |config: &Value| {
        let parts = [list(&config["SubnetIds"]), list(&config["SecurityGroupIds"])];
        parts.join(" ").trim().to_owned()
    };
    let after = match vpc {
        Setting::Keep => return None,
        Setting::Off => json!({ "SubnetIds": [], "SecurityGroupIds": [] }),
        Setting::Set(vpc) => json!({ "SubnetIds": vpc.subnets, "SecurityGroupIds": vpc.security_groups }),
    };
    Some(Change::new("network", &shown(found), shown(&after), "--vpc-config", after.to_string()))
}
