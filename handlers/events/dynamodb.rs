//! What changed in a DynamoDB table ("Using AWS Lambda with Amazon DynamoDB").

use crate::batch::{Answer, answered, in_order};
use crate::json::{Json, Object};
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;

/// Changes of one shard, in their order.
#[derive(Clone, Debug)]
pub struct Batch {
    changes: Vec<Change>,
}

answered!(Batch);

records::read_as!(Batch { changes: Change by |record| Change { record } }, "aws:dynamodb", ["/eventID", "/eventName", "/dynamodb/SequenceNumber"]);

impl Batch {
    /// The changes.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Calls `function` for one change after another, up to the first that fails: that one and all behind it are delivered again.
    pub fn each(&self, function: impl FnMut(&Change) -> Result<(), Failure>) -> Answer {
        in_order(&self.changes, Change::sequence_number, function)
    }
}

/// What happened to one item. Which images there are the stream's view type says.
#[derive(Clone, Debug)]
pub struct Change {
    /// INVARIANT: it has what `from_event` asks for.
    record: Json,
}

impl Change {
    /// The event's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.record["eventID"].as_text().unwrap_or_default()
    }

    /// What happened: `INSERT`, `MODIFY` or `REMOVE`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record["eventName"].as_text().unwrap_or_default()
    }

    /// Its place in the shard.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        self.record["dynamodb"]["SequenceNumber"].as_text().unwrap_or_default()
    }

    /// The table's name.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME
        self.record["eventSourceARN"].as_text()?.split('/').nth(1)
    }

    /// Whether DynamoDB itself removed the item, because its time was over.
    #[must_use]
    pub fn is_expiry(&self) -> bool {
        self.record["userIdentity"]["principalId"].as_text() == Some("dynamodb.amazonaws.com")
    }

    /// The item's key, as [`plain`] JSON.
    #[must_use]
    pub fn key(&self) -> Json {
        self.image("Keys").unwrap_or_default()
    }

    /// The item as it is now, as [`plain`] JSON.
    #[must_use]
    pub fn new_image(&self) -> Option<Json> {
        self.image("NewImage")
    }

    /// The item as it was before, as [`plain`] JSON.
    #[must_use]
    pub fn old_image(&self) -> Option<Json> {
        self.image("OldImage")
    }

    fn image(&self, name: &str) -> Option<Json> {
        Some(members(self.record["dynamodb"].get(name)?))
    }
}

/// A DynamoDB attribute, `{"N":"7"}`, as the JSON one would write: `7`. Sets are arrays, bytes stay base64. A number keeps its
/// digits where it is an integer; a fraction of more than 17 digits is the nearest float, and [`Change::record`] has its digits.
#[must_use]
pub fn plain(attribute: &Json) -> Json {
    let Some((kind, value)) = attribute.as_object().and_then(|attribute| attribute.iter().next()) else { return Json::Null };
    match kind {
        "N" => number(value),
        "M" => members(value),
        "L" => elements(value, plain),
        "NS" => elements(value, number),
        "NULL" => Json::Null,
        _ => value.clone(),
    }
}

fn number(digits: &Json) -> Json {
    digits.as_text().and_then(|digits| crate::parse(digits).ok()).unwrap_or_default()
}

fn members(attributes: &Json) -> Json {
    let mut object = Object::default();
    for (name, attribute) in attributes.as_object().into_iter().flat_map(Object::iter) {
        object.push(name, plain(attribute));
    }
    Json::Object(object)
}

fn elements(values: &Json, plain: impl Fn(&Json) -> Json) -> Json {
    Json::Array(values.as_array().unwrap_or_default().iter().map(plain).collect())
}
