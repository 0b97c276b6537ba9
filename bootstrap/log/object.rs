//! Recognises printed text that is one JSON object (RFC 8259), and CloudWatch's embedded metric
//! format. Pure. Source:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
//!
//! One pass over the bytes checks the grammar and nothing more: it stores no text and computes no
//! number.

use crate::log::record::{LEVEL, Level};
use crate::text::bytes::{split_once, without_prefix};

/// Deepest nesting of an object that is recognised: `parse` has a bit for each level.
const DEPTH_MAX: u8 = 64;

/// A printed JSON object: the members that a record needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Object<'text> {
    /// Everything after the opening brace.
    pub after_brace: &'text [u8],
    /// True if it has no members.
    pub is_empty: bool,
    /// The level that the member `level` names.
    pub level: Option<Level>,
    /// The bit of each of `MEMBERS` that was found.
    found: u16,
}

/// The members to find: the depth in the object, the first byte of the value (`*`: any, `0`: a
/// digit), and the name. First the members of a record, in the order of their bits in `record`;
/// then those of a document in the embedded metric format, which are members of `_aws`.
const MEMBERS: &[u8] = b"1*timestamp 1*level 1*requestId 1*tenantId 2[CloudWatchMetrics 20Timestamp 4\"Namespace 4[Dimensions 4[Metrics";
const RECORD_MEMBERS: u32 = 4;
const METRICS: u16 = 0b11111;

impl Object<'_> {
    /// Returns the bits of the members that must not be added: those present, or all for a document
    /// in the embedded metric format.
    #[must_use]
    pub fn record_members(&self) -> u16 {
        if self.is_metrics() { u16::MAX } else { self.found }
    }

    /// True if it is a document in the embedded metric format.
    #[must_use]
    pub fn is_metrics(&self) -> bool {
        self.found >> RECORD_MEMBERS == METRICS
    }
}

/// Parses `text`, which is UTF-8. Returns `None` if it is not exactly one JSON object with blanks
/// around it.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Object<'_>> {
    let mut scanner = Scanner { rest: text };
    let mut object = Object { is_empty: true, ..Object::default() };
    // A bit for each open container, set for an array. The lowest bit is that of the innermost.
    let (mut arrays, mut depth) = (0_u64, 0);
    let mut is_in_aws = false;
    scanner.skip_blanks();
    object.after_brace = without_prefix(scanner.rest, b"{")?;
    loop {
        let mut member = 0;
        if depth > 0 && arrays & 1 == 0 {
            let name = scanner.string()?;
            if !scanner.skip_token(b':') {
                return None;
            }
            object.is_empty = false;
            if depth == 1 {
                is_in_aws = matches!(name, b"_aws");
            }
            if depth == 1 || is_in_aws {
                member = find_member(depth, scanner.peek(), name);
                object.found |= member;
            }
        }
        let mut is_opened = false;
        match scanner.peek() {
            open @ (b'{' | b'[') => {
                if depth == DEPTH_MAX {
                    return None;
                }
                scanner.next();
                depth += 1;
                arrays = arrays << 1 | u64::from(open == b'[');
                is_opened = true;
            }
            b'"' => {
                let text = scanner.string()?;
                if member == LEVEL {
                    object.level = Level::named(text);
                }
            }
            _ => scanner.literal()?,
        }
        // Closes containers until one has another value.
        while is_opened || !scanner.skip_token(b',') {
            let close = if arrays & 1 == 0 { b'}' } else { b']' };
            if !scanner.skip_token(close) {
                if is_opened {
                    break;
                }
                return None;
            }
            is_opened = false;
            depth -= 1;
            arrays >>= 1;
            if depth == 0 {
                return scanner.rest.is_empty().then_some(object);
            }
        }
    }
}

/// Returns the bit of the member `name` at `depth` whose value begins with `first`; 0 if it is not
/// in `MEMBERS`.
fn find_member(depth: u8, first: u8, name: &[u8]) -> u16 {
    let first = if first.is_ascii_digit() { b'0' } else { first };
    let (mut members, mut bit) = (MEMBERS, 1);
    loop {
        let (member, after) = split_once(members, b' ');
        if let [at, kind, this @ ..] = member
            && *at == b'0' + depth
            && (*kind == b'*' || *kind == first)
            && without_prefix(this, name).is_some_and(<[u8]>::is_empty)
        {
            return bit;
        }
        let Some(after) = after else { return 0 };
        (members, bit) = (after, bit << 1);
    }
}

/// Reads JSON from the front of `rest`. At the end it returns zero bytes, which are not valid JSON.
struct Scanner<'text> {
    rest: &'text [u8],
}

impl<'text> Scanner<'text> {
    fn peek(&self) -> u8 {
        self.rest.first().copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let first = self.peek();
        self.rest = self.rest.get(1..).unwrap_or_default();
        first
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.next();
        }
    }

    /// Removes the next byte if it is `one` or `other`, and returns true if it did.
    fn skip_either(&mut self, one: u8, other: u8) -> bool {
        let is_next = self.peek() == one || self.peek() == other;
        if is_next {
            self.next();
        }
        is_next
    }

    /// Removes blanks; if `byte` is next, removes it and the blanks after it, and returns true.
    fn skip_token(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_next = self.skip_either(byte, byte);
        self.skip_blanks();
        is_next
    }

    /// Removes a string; returns its text, escapes as they are.
    fn string(&mut self) -> Option<&'text [u8]> {
        let text = without_prefix(self.rest, b"\"")?;
        self.rest = text;
        loop {
            match self.next() {
                b'"' => return text.get(..text.len() - self.rest.len() - 1),
                b'\\' => match self.next() {
                    b'u' => {
                        for _ in 0..4 {
                            if !self.next().is_ascii_hexdigit() {
                                return None;
                            }
                        }
                    }
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// Removes a number, `true`, `false` or `null`.
    fn literal(&mut self) -> Option<()> {
        let word: &[u8] = match self.peek() {
            b't' => b"true",
            b'f' => b"false",
            b'n' => b"null",
            _ => return self.number(),
        };
        self.rest = without_prefix(self.rest, word)?;
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.skip_either(b'-', b'-');
        if !self.skip_either(b'0', b'0') {
            self.digits()?;
        }
        if self.skip_either(b'.', b'.') {
            self.digits()?;
        }
        if self.skip_either(b'e', b'E') {
            self.skip_either(b'+', b'-');
            self.digits()?;
        }
        Some(())
    }

    /// Removes one digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.rest.len();
        while self.peek().is_ascii_digit() {
            self.next();
        }
        (self.rest.len() < start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, parse};
    use crate::log::record::{LEVEL, Level, REQUEST_ID, TENANT_ID, TIMESTAMP};
    use proptest::prelude::*;
    use serde_json::Value;
    use std::format;
    use std::string::{String, ToString};

    const EMF: &str =
        r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[["a"]],"Metrics":[{"Name":"m"}]}]},"m":2}"#;

    #[test]
    fn parse_finds_the_members_of_a_record() {
        let object = parse(br#" {"level" : "warn","x":{"timestamp":1},"requestId":null} "#).unwrap();
        assert_eq!((object.level, object.record_members()), (Some(Level::Warn), LEVEL | REQUEST_ID));
        assert!(!object.is_metrics() && !object.is_empty);
        assert_eq!(parse(br#"{"timestamp":{},"a":[],"tenantId":[1]}"#).unwrap().record_members(), TIMESTAMP | TENANT_ID);
        assert!(parse(b"{ }").unwrap().is_empty);
        assert_eq!(parse(br#"{"level":7}"#).unwrap().level, None);
    }

    #[test]
    fn parse_recognises_the_embedded_metric_format_by_its_shape() {
        assert!(parse(EMF.as_bytes()).unwrap().is_metrics());
        for (from, to) in [
            ("Timestamp", "Time"),
            (":1,", ":\"1\","),
            ("Namespace", "Name"),
            ("[[\"a\"]]", "7"),
            ("CloudWatchMetrics", "Metrics"),
            ("_aws", "aws"),
        ] {
            assert!(!parse(EMF.replacen(from, to, 1).as_bytes()).unwrap().is_metrics(), "{from}");
        }
    }

    #[test]
    fn parse_limits_the_depth() {
        let nested = |depth: u8| format!("{{\"a\":{}{}}}", "[".repeat(depth.into()), "]".repeat(depth.into()));
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

    /// Returns whether `serde_json` accepts the object; `None` if it refuses only a number that no
    /// float can represent.
    fn is_object(text: &str) -> Option<bool> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Some(value.is_object()),
            Err(error) => (!error.to_string().starts_with("number out of range")).then_some(false),
        }
    }

    #[test]
    fn parse_accepts_numbers_that_no_float_can_hold() {
        assert!(parse(br#"{"a":-2.06e0308}"#).is_some());
        assert_eq!(is_object(r#"{"a":-2.06e0308}"#), None);
    }

    proptest! {
        #[test]
        fn parse_agrees_with_serde_json(value in json(), at: usize, byte in prop_oneof![Just(b'"'), Just(b'{'), Just(b'}'), Just(b','), Just(b'\\'), 0u8..0x7f]) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), format!("{{\"a\":{value}}}")] {
                prop_assert_eq!(Some(parse(text.as_bytes()).is_some()), is_object(&text), "{}", text);
                let mut bytes = text.into_bytes();
                let length = bytes.len();
                bytes[at % length] = byte;
                if let Ok(text) = String::from_utf8(bytes) && !text.contains("\\u") {
                    let expected = is_object(&text);
                    prop_assert!(expected.is_none_or(|expected| parse(text.as_bytes()).is_some() == expected), "{}", text);
                }
            }
        }
    }
}
