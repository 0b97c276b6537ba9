//! Terraform's notation, as `terraform fmt` writes it; pure.

use std::fmt::Write as _;

/// A value as HCL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A reference, a number, or true.
    Plain(String),
    List(Vec<Value>),
    /// Names and values: `{ NAME = VALUE }` in several lines.
    Map(Vec<(String, Value)>),
}

/// A value that is written without quotes.
pub struct Plain(String);

impl From<String> for Plain {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<u32> for Plain {
    fn from(number: u32) -> Self {
        Self(number.to_string())
    }
}

impl From<bool> for Plain {
    fn from(value: bool) -> Self {
        Self(value.to_string())
    }
}

impl Value {
    /// A string, in quotes.
    #[must_use]
    pub fn text(text: &str) -> Self {
        // JSON escapes as HCL does; `${` and `%{` would begin a template.
        Self::Plain(serde_json::Value::from(text).to_string().replace("${", "$${").replace("%{", "%%{"))
    }

    #[must_use]
    pub fn plain(value: impl Into<Plain>) -> Self {
        Self::Plain(value.into().0)
    }

    #[must_use]
    pub fn strings<'a>(strings: impl IntoIterator<Item = &'a String>) -> Self {
        Self::List(strings.into_iter().map(|text| Self::text(text)).collect())
    }

    #[must_use]
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        Self::Map(entries.into_iter().map(|(name, value)| (name.clone(), Self::text(value))).collect())
    }

    fn write(&self, indent: usize, text: &mut String) {
        match self {
            Self::Plain(value) => text.push_str(value),
            Self::List(values) => {
                text.push('[');
                for (index, value) in values.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { ", " });
                    value.write(indent, text);
                }
                text.push(']');
            }
            Self::Map(entries) => {
                text.push_str("{\n");
                let width = entries.iter().map(|(name, _)| key(name).len()).max().unwrap_or_default();
                for (name, value) in entries {
                    let _ = write!(text, "{:1$}{2:width$} = ", "", indent + 2, key(name));
                    value.write(indent + 2, text);
                    text.push('\n');
                }
                let _ = write!(text, "{:indent$}}}", "");
            }
        }
    }
}

/// A name in a map, in quotes unless it is an identifier.
fn key(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

/// A block: `KIND "LABEL" { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    head: String,
    attributes: Vec<(&'static str, Value)>,
    blocks: Vec<Block>,
}

impl Block {
    #[must_use]
    pub fn new(kind: &str, labels: &[&str]) -> Self {
        let mut head = kind.to_owned();
        for label in labels {
            let _ = write!(head, " \"{label}\"");
        }
        Self { head, attributes: Vec::new(), blocks: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.attributes.push((name, value));
        self
    }

    /// With the attribute, if there is a value.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With blocks inside.
    #[must_use]
    pub fn holding(mut self, blocks: impl IntoIterator<Item = Block>) -> Self {
        self.blocks.extend(blocks);
        self
    }

    fn write(&self, indent: usize, text: &mut String) {
        if self.attributes.is_empty() && self.blocks.is_empty() {
            let _ = writeln!(text, "{:indent$}{} {{}}", "", self.head);
            return;
        }
        let _ = writeln!(text, "{:indent$}{} {{", "", self.head);
        let mut group: Vec<&(&'static str, Value)> = Vec::new();
        for attribute in &self.attributes {
            // Equals signs are aligned up to a value of several lines, which stands alone.
            if matches!(attribute.1, Value::Map(_)) {
                lines(&group, indent + 2, text);
                group.clear();
                lines(&[attribute], indent + 2, text);
            } else {
                group.push(attribute);
            }
        }
        lines(&group, indent + 2, text);
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 || !self.attributes.is_empty() {
                text.push('\n');
            }
            block.write(indent + 2, text);
        }
        let _ = writeln!(text, "{:indent$}}}", "");
    }
}

fn lines(attributes: &[&(&'static str, Value)], indent: usize, text: &mut String) {
    let width = attributes.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in attributes {
        let _ = write!(text, "{:indent$}{name:width$} = ", "");
        value.write(indent, text);
        text.push('\n');
    }
}

/// The blocks as a file.
#[must_use]
pub fn write(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        block.write(0, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Block, Value, write};

    #[test]
    fn hcl_aligns_values_and_escapes_templates() {
        let inner = Block::new("cors", &[]).with("max_age", Value::plain(60));
        let tags = Value::Map(vec![("a-b".to_owned(), Value::text("1")), ("c".to_owned(), Value::text("${2}"))]);
        let block = Block::new("resource", &["a", "b"])
            .with("x", Value::text("y"))
            .with("longer", Value::plain(1))
            .with("tags", tags)
            .holding([inner]);
        let text = "resource \"a\" \"b\" {\n  x      = \"y\"\n  longer = 1\n  tags = {\n    \"a-b\" = \"1\"\n    c     = \"$${2}\"\n  }\n\n  cors {\n    max_age = 60\n  }\n}\n";
        assert_eq!(write(&[block]), text);
    }
}
