//! Recognises printed text that is one JSON object (RFC 8259), and CloudWatch's embedded metric format. Pure.
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.

use crate::log::record::Level;

/// Deepest nesting of an object that is recognised.
const DEPTH_MAX: usize = 64;

/// A printed JSON object: the members that a record needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Object<'text> {
    /// Everything after the opening brace.
    pub after_brace: &'text [u8],
    /// Whether it has no members.
    pub is_empty: bool,
    /// Whether it has a member `timestamp`.
    pub has_timestamp: bool,
    /// Whether it has a member `level`.
    pub has_level: bool,
    /// The level that this member names.
    pub level: Option<Level>,
    /// Whether it has a member `requestId`.
    pub has_request_id: bool,
    /// Whether it has a member `tenantId`.
    pub has_tenant_id: bool,
    /// Whether it is a document in the embedded metric format.
    pub is_metrics: bool,
}

/// Reads `text`, which is UTF-8; `None` if it is anything but one JSON object and blanks around it.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Object<'_>> {
    let mut scanner = Scanner { rest: text };
    let mut object = Object { is_empty: true, ..Object::default() };
    scanner.skip_blanks();
    object.after_brace = scanner.rest.get(1..)?;
    scanner.object(DEPTH_MAX, &mut |name, value| {
        object.is_empty = false;
        match name {
            b"timestamp" => object.has_timestamp = true,
            b"level" => (object.has_level, object.level) = (true, string(value).and_then(Level::named)),
            b"requestId" => object.has_request_id = true,
            b"tenantId" => object.has_tenant_id = true,
            b"_aws" => object.is_metrics = is_metrics(value).unwrap_or(false),
            _ => {}
        }
    })?;
    scanner.skip_blanks();
    scanner.rest.is_empty().then_some(object)
}

/// Whether `value`, that of the member `_aws`, has the shape of the embedded metric format.
fn is_metrics(value: &[u8]) -> Option<bool> {
    let (mut has_timestamp, mut has_directives) = (false, false);
    Scanner { rest: value }.object(DEPTH_MAX, &mut |name, value| match name {
        b"Timestamp" => has_timestamp = matches!(value, [b'0'..=b'9', ..]),
        b"CloudWatchMetrics" => {
            let mut are_directives = true;
            let is_array = Scanner { rest: value }.array(DEPTH_MAX, &mut |value| are_directives &= is_directive(value).unwrap_or(false));
            has_directives = is_array.is_some() && are_directives;
        }
        _ => {}
    })?;
    Some(has_timestamp && has_directives)
}

fn is_directive(value: &[u8]) -> Option<bool> {
    let mut found = 0;
    Scanner { rest: value }.object(DEPTH_MAX, &mut |name, value| {
        let is_part = match name {
            b"Namespace" => string(value).is_some(),
            b"Dimensions" | b"Metrics" => value.first() == Some(&b'['),
            _ => false,
        };
        found += usize::from(is_part);
    })?;
    Some(found == 3)
}

/// The text of a value that is a string, escapes as they are.
fn string(value: &[u8]) -> Option<&[u8]> {
    match value {
        [b'"', text @ .., b'"'] => Some(text),
        _ => None,
    }
}

/// Reads JSON from the front of `rest`.
struct Scanner<'text> {
    rest: &'text [u8],
}

impl<'text> Scanner<'text> {
    fn skip_blanks(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Whether the next byte after blanks is `byte`, which is then removed.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Removes a value; returns its bytes.
    fn value(&mut self, depth: usize) -> Option<&'text [u8]> {
        self.skip_blanks();
        let start = self.rest;
        match start.first()? {
            b'{' => self.object(depth, &mut |_, _| {})?,
            b'[' => self.array(depth, &mut |_| {})?,
            b'"' => _ = self.string()?,
            b't' => self.rest = self.rest.strip_prefix(b"true")?,
            b'f' => self.rest = self.rest.strip_prefix(b"false")?,
            b'n' => self.rest = self.rest.strip_prefix(b"null")?,
            _ => self.number()?,
        }
        start.get(..start.len() - self.rest.len())
    }

    /// Removes an object; calls `member` with each name and value.
    fn object(&mut self, depth: usize, member: &mut dyn FnMut(&'text [u8], &'text [u8])) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        if !self.takes(b'{') {
            return None;
        }
        if self.takes(b'}') {
            return Some(());
        }
        loop {
            self.skip_blanks();
            let name = self.string()?;
            if !self.takes(b':') {
                return None;
            }
            let value = self.value(depth)?;
            member(name, value);
            if !self.takes(b',') {
                return self.takes(b'}').then_some(());
            }
        }
    }

    /// Removes an array; calls `element` with each value.
    fn array(&mut self, depth: usize, element: &mut dyn FnMut(&'text [u8])) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        if !self.takes(b'[') {
            return None;
        }
        if self.takes(b']') {
            return Some(());
        }
        loop {
            let value = self.value(depth)?;
            element(value);
            if !self.takes(b',') {
                return self.takes(b']').then_some(());
            }
        }
    }

    /// Removes a string; returns its text, escapes as they are.
    fn string(&mut self) -> Option<&'text [u8]> {
        let text = self.rest.strip_prefix(b"\"")?;
        let mut rest = text;
        loop {
            rest = match rest {
                [b'"', after @ ..] => {
                    self.rest = after;
                    return text.get(..text.len() - after.len() - 1);
                }
                [b'\\', b'u', a, b, c, d, after @ ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => after,
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', after @ ..] => after,
                [b'\\' | 0..0x20, ..] | [] => return None,
                [_, after @ ..] => after,
            };
        }
    }

    fn number(&mut self) -> Option<()> {
        self.rest = self.rest.strip_prefix(b"-").unwrap_or(self.rest);
        match self.rest {
            [b'0', rest @ ..] => self.rest = rest,
            _ => self.digits()?,
        }
        if let [b'.', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
        }
        if let [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
        }
        Some(())
    }

    /// Removes one digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.rest.len();
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
        (self.rest.len() < start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, parse};
    use crate::log::record::Level;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::format;
    use std::string::{String, ToString};

    const EMF: &str =
        r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[["a"]],"Metrics":[{"Name":"m"}]}]},"m":2}"#;

    #[test]
    fn parse_finds_the_members_of_a_record() {
        let object = parse(br#" {"level" : "warn","x":{"timestamp":1},"requestId":null} "#).unwrap();
        assert_eq!((object.level, object.has_level, object.has_request_id), (Some(Level::Warn), true, true));
        assert!(!object.has_timestamp && !object.has_tenant_id && !object.is_metrics && !object.is_empty);
        assert!(parse(b"{ }").unwrap().is_empty);
        assert_eq!(parse(br#"{"level":7}"#).unwrap().level, None);
    }

    #[test]
    fn parse_recognises_the_embedded_metric_format_by_its_shape() {
        assert!(parse(EMF.as_bytes()).unwrap().is_metrics);
        for (from, to) in [
            ("Timestamp", "Time"),
            (":1,", ":\"1\","),
            ("Namespace", "Name"),
            ("[[\"a\"]]", "7"),
            ("CloudWatchMetrics", "Metrics"),
            ("_aws", "aws"),
        ] {
            assert!(!parse(EMF.replacen(from, to, 1).as_bytes()).unwrap().is_metrics, "{from}");
        }
    }

    #[test]
    fn parse_limits_the_depth() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(DEPTH_MAX - 1).as_bytes()).is_some());
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_none());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 20, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The other reader also refuses numbers that no float can hold.
    fn is_object(text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object())
    }

    proptest! {
        #[test]
        fn parse_accepts_what_another_reader_does(value in json(), at: usize, byte in prop_oneof![Just(b'"'), Just(b'{'), Just(b'}'), Just(b','), Just(b'\\'), 0u8..0x7f]) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), format!("{{\"a\":{value}}}")] {
                prop_assert_eq!(parse(text.as_bytes()).is_some(), is_object(&text), "{}", text);
                let mut bytes = text.into_bytes();
                let length = bytes.len();
                bytes[at % length] = byte;
                if let Ok(text) = String::from_utf8(bytes) && !text.contains("\\u") {
                    prop_assert_eq!(parse(text.as_bytes()).is_some(), is_object(&text), "{}", text);
                }
            }
        }
    }
}
