//! The expected answer of a function, and the comparison of a response with it. Pure.

use serde_json::Value;

/// An expected answer, compared as JSON. A response may have additional members: some clients write
/// empty fields.
#[derive(Clone, Debug)]
pub struct Answer {
    expected: Value,
    /// The last response that was right: parsing each would cost time on the function's processor.
    right: Option<Vec<u8>>,
}

impl Answer {
    /// Creates an answer of which all members are expected.
    #[must_use]
    pub fn new(expected: Value) -> Self {
        Self { expected, right: None }
    }

    /// Returns whether `response` matches.
    pub fn is(&mut self, response: &[u8]) -> bool {
        if self.right.as_deref() == Some(response) {
            return true;
        }
        let is_right = serde_json::from_slice(response).is_ok_and(|found| has(&found, &self.expected));
        if is_right {
            self.right = Some(response.to_vec());
        }
        is_right
    }
}

/// Returns whether `found` equals `expected`, or is an object with all its members.
fn has(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| found.get(name).is_some_and(|found| has(found, expected)))
        }
        _ => found == expected,
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use serde_json::json;

    #[test]
    fn answer_allows_additional_members_only() {
        let mut answer = Answer::new(json!({ "statusCode": 201, "headers": { "a": "b" } }));
        for (response, is_right) in [
            (r#"{"statusCode":201,"headers":{"a":"b"}}"#, true),
            (r#"{ "cookies": [], "headers": {"c":"d","a":"b"}, "statusCode": 201 }"#, true),
            (r#"{"statusCode":200,"headers":{"a":"b"}}"#, false),
            (r#"{"statusCode":201,"headers":{}}"#, false),
            (r#"{"statusCode":201}"#, false),
            (r#"{"statusCode":201,"headers":{"a":"b"}"#, false),
            ("", false),
            // Equal to the first one, which was right.
            (r#"{"statusCode":201,"headers":{"a":"b"}}"#, true),
        ] {
            assert_eq!(answer.is(response.as_bytes()), is_right, "{response}");
        }
    }
}
