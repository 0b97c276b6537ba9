//! JSON as YAML in blocks; pure. Strings that could be anything else are quoted as in JSON, which
//! YAML includes.

use serde_json::Value;
use std::fmt::Write as _;

const FIRST: [&str; 4] = ["AWSTemplateFormatVersion", "Description", "Transform", "Type"];

/// `value` as a document.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            // The members that say what the others are come first.
            let (first, others): (Vec<_>, Vec<_>) = members.iter().partition(|(key, _)| FIRST.contains(&key.as_str()));
            for (key, value) in first.into_iter().chain(others) {
                let _ = write!(text, "{:indent$}{}:", "", scalar(&Value::from(key.as_str())));
                nested(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                if item.is_object() && !is_empty(item) {
                    // The first member stands on the line of the dash.
                    let mut members = String::new();
                    block(item, indent + 2, &mut members);
                    let _ = write!(text, "{:indent$}- {}", "", members.trim_start());
                } else {
                    let _ = writeln!(text, "{:indent$}- {}", "", scalar(item));
                }
            }
        }
        value => {
            let _ = writeln!(text, "{:indent$}{}", "", scalar(value));
        }
    }
}

fn nested(value: &Value, indent: usize, text: &mut String) {
    if (value.is_object() || value.is_array()) && !is_empty(value) {
        text.push('\n');
        block(value, indent, text);
    } else {
        let _ = writeln!(text, " {}", scalar(value));
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// On one line. A word of letters, digits, `_`, `:`, `/` and `.` inside is plain unless YAML reads
/// something else in it.
fn scalar(value: &Value) -> String {
    let Some(text) = value.as_str() else { return value.to_string() };
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_:/.-".contains(c))
        && !text.ends_with(':');
    let means_else = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if is_word && !means_else { text.to_owned() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::write;
    use serde_json::json;

    #[test]
    fn yaml_quotes_ambiguous_strings() {
        let value =
            json!({ "A": { "B": [1, { "C": "x: y", "D": [] }], "Type": "AWS::S3::Bucket" }, "E": "no", "F": "2026-01-01", "G": true });
        let text = "A:\n  Type: AWS::S3::Bucket\n  B:\n    - 1\n    - C: \"x: y\"\n      D: []\nE: \"no\"\nF: \"2026-01-01\"\nG: true\n";
        assert_eq!(write(&value), text);
    }
}
