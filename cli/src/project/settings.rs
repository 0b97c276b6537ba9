//! The settings of functions in a project's Cargo.toml: `[package.metadata.ruchy-lambda]` for all of them, and
//! `[package.metadata.ruchy-lambda.functions.NAME]` for one. Pure.

use crate::architecture::Architecture;
use handlers_build::nearest::did_you_mean;
use std::collections::BTreeMap;
use toml_edit::{Item, TableLike, Value};

/// The keys of both tables.
const KEYS: [&str; 8] = ["arch", "environment", "layers", "memory", "optimize", "std", "timeout", "url"];
/// The key of the tables of single functions.
const FUNCTIONS: &str = "functions";

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
    /// The function URL.
    pub url: Option<Url>,
    /// ARNs of layers.
    pub layers: Vec<String>,
    /// The function is linked with Rust's own `std`.
    pub std: bool,
    /// What the function is compiled for.
    pub optimize: Optimize,
}

/// Who may call a function's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Url {
    /// Signed requests of those who have the permission.
    Iam,
    /// Everyone.
    Public,
}

/// What the code of functions is compiled for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimize {
    #[default]
    Speed,
    Size,
}

/// The settings of a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectSettings {
    common: Settings,
    functions: BTreeMap<String, Settings>,
}

impl ProjectSettings {
    /// Reads the table `[package.metadata.ruchy-lambda]`.
    ///
    /// # Errors
    /// One line that names the key, its value, and what is expected.
    pub fn parse(table: &dyn TableLike) -> Result<Self, String> {
        let name = "package.metadata.ruchy-lambda";
        let common = settings(table, name, Settings::default(), &[FUNCTIONS])?;
        let mut functions = BTreeMap::new();
        let Some(tables) = table.get(FUNCTIONS) else { return Ok(Self { common, functions }) };
        let tables = tables.as_table_like().ok_or_else(|| format!("{name}.{FUNCTIONS}: expected a table for each function"))?;
        for (function, item) in tables.iter() {
            let place = format!("{name}.{FUNCTIONS}.{function}");
            let table = item.as_table_like().ok_or_else(|| format!("{place}: expected a table"))?;
            functions.insert(function.to_owned(), settings(table, &place, common.clone(), &[])?);
        }
        Ok(Self { common, functions })
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
}

/// `base` with the values of `table`, which messages call `place`. Keys in `others` are left to the caller.
fn settings(table: &dyn TableLike, place: &str, base: Settings, others: &[&str]) -> Result<Settings, String> {
    let mut settings = base;
    for (key, item) in table.iter() {
        let at = format!("{place}.{key}");
        match key {
            "memory" => settings.memory_mb = Some(number(item, &at, 128, 10_240, "MB")?),
            "timeout" => settings.timeout_seconds = Some(number(item, &at, 1, 900, "seconds")?),
            "environment" => settings.environment.extend(environment(item, &at)?),
            "arch" => {
                settings.architecture = Some(choice(item, &at, &[("x86_64", Architecture::X86_64), ("arm64", Architecture::Arm64)])?);
            }
            "url" => settings.url = choice(item, &at, &[("iam", Some(Url::Iam)), ("public", Some(Url::Public)), ("none", None)])?,
            "layers" => settings.layers = layers(item, &at)?,
            "std" => settings.std = item.as_bool().ok_or_else(|| format!("{at} = {}: expected true or false", shown(item)))?,
            "optimize" => settings.optimize = choice(item, &at, &[("speed", Optimize::Speed), ("size", Optimize::Size)])?,
            _ if others.contains(&key) => {}
            _ => {
                let known: Vec<String> = KEYS.iter().chain(others).map(|key| (*key).to_owned()).collect();
                return Err(format!("{at}: unknown key.{} Known keys: {}", did_you_mean(key, &known), known.join(", ")));
            }
        }
    }
    Ok(settings)
}

fn number(item: &Item, at: &str, min: u32, max: u32, unit: &str) -> Result<u32, String> {
    let value = item.as_integer().and_then(|value| u32::try_from(value).ok()).filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| format!("{at} = {}: expected {min} to {max} ({unit})", shown(item)))
}

fn choice<T: Copy>(item: &Item, at: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let chosen = choices.iter().find(|(name, _)| item.as_str() == Some(name));
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        format!("{at} = {}: expected {}", shown(item), names.join(" or "))
    })
}

fn environment(item: &Item, at: &str) -> Result<BTreeMap<String, String>, String> {
    let table = item.as_table_like().ok_or_else(|| format!("{at} = {}: expected a table such as {{ TABLE = \"orders\" }}", shown(item)))?;
    table
        .iter()
        .map(|(name, item)| {
            let is_name =
                name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !is_name {
                return Err(format!("{at}.{name}: expected a name of letters, digits and `_` that begins with a letter"));
            }
            let value = item.as_str().ok_or_else(|| format!("{at}.{name} = {}: expected a string", shown(item)))?;
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Lambda takes five layers at most.
const LAYERS_MAX: usize = 5;

fn layers(item: &Item, at: &str) -> Result<Vec<String>, String> {
    let layers =
        item.as_array().map(|layers| layers.iter().map(|layer| layer.as_str().filter(|arn| arn.starts_with("arn:")).map(str::to_owned)));
    let layers: Option<Vec<String>> = layers.and_then(Iterator::collect);
    layers
        .filter(|layers| layers.len() <= LAYERS_MAX)
        .ok_or_else(|| format!("{at} = {}: expected a list of at most {LAYERS_MAX} ARNs of layer versions, \"arn:…\"", shown(item)))
}

/// `item` as it is written, on one line.
fn shown(item: &Item) -> String {
    match item {
        Item::Value(Value::Array(_) | Value::InlineTable(_)) | Item::Table(_) | Item::ArrayOfTables(_) | Item::None => "…".to_owned(),
        Item::Value(value) => value.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Optimize, ProjectSettings, Url};
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
        assert_eq!((orders.url, orders.std, orders.optimize, orders.layers.len()), (Some(Url::Iam), true, Optimize::Size, 1));
        assert_eq!(orders.environment.keys().collect::<Vec<_>>(), ["STAGE", "TABLE"]);
        let other = settings.of("other");
        assert_eq!((other.memory_mb, other.timeout_seconds, other.std, other.environment.len()), (Some(256), None, false, 1));
        assert_eq!(settings.names().collect::<Vec<_>>(), ["orders"]);
    }

    #[test]
    fn settings_refuse_unknown_keys_and_values_by_name() {
        for (text, message) in [
            ("memry = 256", "package.metadata.ruchy-lambda.memry: unknown key. Did you mean `memory`?"),
            ("[functions.a]\ntime-out = 3", "package.metadata.ruchy-lambda.functions.a.time-out: unknown key. Did you mean `timeout`?"),
            ("memory = 64", "package.metadata.ruchy-lambda.memory = 64: expected 128 to 10240 (MB)"),
            ("timeout = \"3\"", "package.metadata.ruchy-lambda.timeout = \"3\": expected 1 to 900 (seconds)"),
            ("arch = \"arm\"", "package.metadata.ruchy-lambda.arch = \"arm\": expected \"x86_64\" or \"arm64\""),
            ("std = 1", "package.metadata.ruchy-lambda.std = 1: expected true or false"),
            ("url = true", "package.metadata.ruchy-lambda.url = true: expected \"iam\" or \"public\" or \"none\""),
            ("layers = [\"a\"]", "package.metadata.ruchy-lambda.layers = …: expected a list of at most 5 ARNs"),
            ("environment = { \"A-B\" = \"c\" }", "package.metadata.ruchy-lambda.environment.A-B: expected a name"),
            ("environment = { A = 1 }", "package.metadata.ruchy-lambda.environment.A = 1: expected a string"),
            ("functions = 1", "package.metadata.ruchy-lambda.functions: expected a table for each function"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
