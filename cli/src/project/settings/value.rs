//! Readers of single values in a project's Cargo.toml. Each error is one line: the key, its value,
//! and what is expected. Pure.

use crate::architecture::Architecture;
use handlers_build::nearest::did_you_mean;
use std::collections::BTreeMap;
use toml_edit::{Item, TableLike, Value};

/// A setting of a function on AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setting<T> {
    /// Not configured: what AWS has stays.
    #[default]
    Keep,
    /// Removed from the function.
    Off,
    Set(T),
}

impl<T: Clone> Setting<T> {
    /// This one, unless it is [`Setting::Keep`].
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        if matches!(self, Self::Keep) { other.clone() } else { self }
    }

    /// The value that is set.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            _ => None,
        }
    }
}

/// The value that turns a setting off.
pub const NONE: &str = "none";

/// The source text of `item`, on one line.
pub(super) fn shown(item: &Item) -> String {
    match item {
        Item::Value(Value::Array(_) | Value::InlineTable(_)) | Item::Table(_) | Item::ArrayOfTables(_) | Item::None => "…".to_owned(),
        Item::Value(value) => value.to_string().trim().to_owned(),
    }
}

/// The error for an unknown key.
pub(super) fn unknown<'a>(at: &str, key: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<String> = known.map(str::to_owned).collect();
    format!("{at}: unknown key.{} Known keys: {}", did_you_mean(key, &known), known.join(", "))
}

pub(super) fn number(item: &Item, at: &str, min: u32, max: u32, unit: &str) -> Result<u32, String> {
    let value = item.as_integer().and_then(|value| u32::try_from(value).ok()).filter(|value| (min..=max).contains(value));
    value.ok_or_else(|| format!("{at} = {}: expected {min} to {max}{}", shown(item), in_parentheses(unit)))
}

/// A number up to the first of `max`, or the second for a function with a capacity provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) min: u32,
    pub(super) max: (u32, u32),
    pub(super) unit: &'static str,
}

impl Limits {
    /// Reads a number within the wider limit.
    pub(super) fn number(self, item: &Item, at: &str) -> Result<u32, String> {
        let value = item.as_integer().and_then(|value| u32::try_from(value).ok());
        value.filter(|value| (self.min..=self.max.1).contains(value)).ok_or_else(|| self.message(at, &shown(item)))
    }

    /// The message about a `value` beyond the limits.
    pub(super) fn message(self, at: &str, value: &str) -> String {
        let Self { min, max: (max, max_with_provider), unit } = self;
        format!("{at} = {value}: expected {min} to {max} ({unit}), or up to {max_with_provider} for a function with a capacity-provider")
    }
}

fn in_parentheses(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" ({unit})") }
}

pub(super) fn boolean(item: &Item, at: &str) -> Result<bool, String> {
    item.as_bool().ok_or_else(|| format!("{at} = {}: expected true or false", shown(item)))
}

/// A string that is not empty. `example` is one.
pub(super) fn string(item: &Item, at: &str, example: &str) -> Result<String, String> {
    let text = item.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("{at} = {}: expected a string such as \"{example}\"", shown(item)))
}

/// A string that `is_right`.
pub(super) fn matching(item: &Item, at: &str, is_right: impl Fn(&str) -> bool, example: &str) -> Result<String, String> {
    let text = string(item, at, example)?;
    if is_right(&text) { Ok(text) } else { Err(format!("{at} = {}: expected a string such as \"{example}\"", shown(item))) }
}

/// A string that is JSON.
pub(super) fn json(item: &Item, at: &str, example: &str) -> Result<String, String> {
    let text = string(item, at, example)?;
    let checked: Result<serde_json::Value, _> = serde_json::from_str(&text);
    checked.map_err(|error| format!("{at}: expected JSON such as {example}: {error}"))?;
    Ok(text)
}

pub(super) fn choice<T: Copy>(item: &Item, at: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let chosen = choices.iter().find(|(name, _)| item.as_str() == Some(name));
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        format!("{at} = {}: expected {}", shown(item), names.join(" or "))
    })
}

/// A list of at most `max` strings, each of which `is_right`.
pub(super) fn strings(item: &Item, at: &str, max: usize, is_right: impl Fn(&str) -> bool, expected: &str) -> Result<Vec<String>, String> {
    let list = item.as_array().map(|list| list.iter().map(|entry| entry.as_str().filter(|text| is_right(text)).map(str::to_owned)));
    let list: Option<Vec<String>> = list.and_then(Iterator::collect);
    list.filter(|list| list.len() <= max).ok_or_else(|| format!("{at} = {}: expected a list of at most {max} {expected}", shown(item)))
}

/// A table of strings, such as tags. `example` is one, in TOML.
pub(super) fn table_of_strings(item: &Item, at: &str, example: &str) -> Result<BTreeMap<String, String>, String> {
    let entries = table(item, at, example)?.iter().map(|(name, item)| {
        let value = item.as_str().ok_or_else(|| format!("{at}.{name} = {}: expected a string", shown(item)))?;
        Ok((name.to_owned(), value.to_owned()))
    });
    entries.collect()
}

/// A table. `example` is one, in TOML.
pub(super) fn table<'a>(item: &'a Item, at: &str, example: &str) -> Result<&'a dyn TableLike, String> {
    item.as_table_like().ok_or_else(|| format!("{at} = {}: expected a table such as {example}", shown(item)))
}

/// Returns true if `text` has the form of an ARN, of `service` unless that is empty.
#[must_use]
pub fn is_arn(text: &str, service: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let begins = parts.next() == Some("arn") && parts.next().is_some_and(|partition| partition.starts_with("aws"));
    begins
        && parts.next().is_some_and(|found| service.is_empty() || found == service)
        && parts.nth(2).is_some_and(|resource| !resource.is_empty())
}
/// A processor.
///
/// # Errors
/// As `choice`.
pub fn architecture(item: &Item, at: &str) -> Result<Architecture, String> {
    choice(item, at, &[("x86_64", Architecture::X86_64), ("arm64", Architecture::Arm64)])
}
