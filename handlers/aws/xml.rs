//! Converts XML replies to JSON: elements become members, repeated elements arrays, and text
//! strings. Attributes are ignored. Pure.

use alloc::string::String;
use alloc::vec::Vec;
use events_json::Json;

/// Maximum nesting of elements.
pub const DEPTH_MAX: usize = 32;

/// An element whose end tag has not been read: its name, its text, and its children so far.
struct Open<'text> {
    name: &'text str,
    text: String,
    value: Json,
}

/// Parses a document, and returns the content of its root element. Returns `None` if it is not
/// well-formed.
///
/// ```
/// let reply = aws::xml::parse("<R><Id>7</Id><Tag>a</Tag><Tag>b</Tag></R>").unwrap();
/// assert_eq!(reply.to_string(), r#"{"Id":"7","Tag":["a","b"]}"#);
/// ```
#[inline(never)]
#[must_use]
pub fn parse(text: &str) -> Option<Json> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut remaining = text;
    loop {
        let start = remaining.find('<')?;
        if let Some(element) = open.last_mut() {
            push_text(&mut element.text, remaining.get(..start)?)?;
        }
        remaining = remaining.get(start + 1..)?;
        if let Some(comment) = remaining.strip_prefix("!--") {
            remaining = comment.get(comment.as_bytes().windows(3).position(|end| end == b"-->")? + 3..)?;
            continue;
        }
        let end = remaining.find('>')?;
        let tag = remaining.get(..end)?;
        remaining = remaining.get(end + 1..)?;
        if tag.starts_with(['?', '!']) {
            continue; // a declaration
        }
        let (tag, closes) = match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(name), _) => (name.trim_end(), true),
            (None, Some(name)) => {
                open.push(Open { name: name.split_ascii_whitespace().next()?, text: String::new(), value: Json::Null });
                (open.last()?.name, true)
            }
            (None, None) => (tag.split_ascii_whitespace().next()?, false),
        };
        if !closes {
            if open.len() >= DEPTH_MAX {
                return None;
            }
            open.push(Open { name: tag, text: String::new(), value: Json::Null });
            continue;
        }
        let element = open.pop()?;
        if element.name != tag {
            return None;
        }
        let value = if element.value.is_null() { Json::Text(element.text) } else { element.value };
        match open.last_mut() {
            None => return Some(value),
            Some(parent) => add(&mut parent.value, element.name, value),
        }
    }
}

/// Adds an element. Several elements of the same name become an array.
fn add(parent: &mut Json, name: &str, value: Json) {
    match parent.take(name) {
        Json::Null => parent.set(name, value),
        Json::Array(mut values) => {
            values.push(value);
            parent.set(name, Json::Array(values));
        }
        first => parent.set(name, Json::Array([first, value].into())),
    }
}

/// Appends `text` with its entities decoded.
fn push_text(text: &mut String, mut escaped: &str) -> Option<()> {
    while let Some(at) = escaped.find('&') {
        text.push_str(escaped.get(..at)?);
        escaped = escaped.get(at + 1..)?;
        let end = escaped.find(';')?;
        let name = escaped.get(..end)?;
        escaped = escaped.get(end + 1..)?;
        text.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#')?;
                let number = number.strip_prefix('x').map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
                char::from_u32(number.ok()?)?
            }
        });
    }
    text.push_str(escaped);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::{any, proptest};
    use std::format;
    use std::string::String;

    #[test]
    fn xml_becomes_json() {
        let text =
            "<?xml version=\"1.0\"?>\n<!-- x > y --><R xmlns=\"u\"><A>1 &lt; 2 &#x41;&#66;</A><L><m>a</m><m>b</m><m/></L><E></E> </R>";
        assert_eq!(parse(text).unwrap().to_string(), r#"{"A":"1 < 2 AB","L":{"m":["a","b",""]},"E":""}"#);
        assert_eq!(parse("<R>text</R>").unwrap().to_string(), r#""text""#);
    }

    #[test]
    fn xml_rejects_malformed_documents() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a>&x;</a>",
            "<a>&#xd800;</a>",
            "<a",
            &format!("{}{}", "<a>".repeat(40), "</a>".repeat(40)),
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn xml_never_panics(text in "[<>/a-c&;#! \"=-]{0,60}", other in any::<String>()) {
            let _ = (parse(&text), parse(&other), parse(&format!("<a>{other}</a>")));
        }
    }
}
