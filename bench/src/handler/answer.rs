//! What is wanted of a function, and whether a response is that; pure.

use serde_json::Value;

/// An answer that is wanted, in any spelling. What a client adds to it is no mistake: some write fields that are empty.
#[derive(Clone, Debug)]
pub struct Answer {
    wanted: Value,
    /// The response that was found right last: reading each anew would be work beside the function's, on its own processor.
    right: Option<Vec<u8>>,
}

impl Answer {
    /// Where all of `wanted` is wanted.
    #[must_use]
    pub fn new(wanted: Value) -> Self {
        Self { wanted, right: None }
    }

    /// Whether `response` is it.
    pub fn is(&mut self, response: &[u8]) -> bool {
        if self.right.as_deref() == Some(response) {
            return true;
        }
        let is_right = serde_json::from_slice(response).is_ok_and(|found| has(&found, &self.wanted));
        if is_right {
            self.right = Some(response.to_vec());
        }
        is_right
    }
}

/// Whether `found` is `wanted`, or an object that has all its members.
fn has(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| found.get(name).is_some_and(|found| has(found, wanted)))
        }
        _ => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use serde_json::json;

    #[test]
    fn more_than_is_wanted_is_right_and_less_or_other_is_not() {
        let mut answer = Answer::new(json!({ "statusCode": 201, "headers": { "a": "b" } }));
        for (response, is_right) in [
            (r#"{"statusCode":201,"headers":{"a":"b"}}"#, true),
            (r#"{ "cookies": [], "headers": {"c":"d","a":"b"}, "statusCode": 201 }"#, true),
            (r#"{"statusCode":200,"headers":{"a":"b"}}"#, false),
            (r#"{"statusCode":201,"headers":{}}"#, false),
            (r#"{"statusCode":201}"#, false),
            (r#"{"statusCode":201,"headers":{"a":"b"}"#, false),
            ("", false),
            // As the first one, which was right.
            (r#"{"statusCode":201,"headers":{"a":"b"}}"#, true),
        ] {
            assert_eq!(answer.is(response.as_bytes()), is_right, "{response}");
        }
    }
}
