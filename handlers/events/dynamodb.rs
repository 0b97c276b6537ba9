//! Records of a DynamoDB stream: <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>.
//!
//! ```
//! use events::batch::Answer;
//! use events::dynamodb;
//!
//! pub fn lambda_handler(batch: &dynamodb::Batch) -> Answer {
//!     batch.each(|change| {
//!         println!("{} of {}", change.name(), change.key());
//!         Ok(())
//!     })
//! }
//! ```

use crate::batch::{Answer, answered, in_order};
use crate::json::{Json, Object};
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;

/// The changes of one shard, in their order.
#[derive(Clone, Debug)]
pub struct Batch {
    changes: Vec<Change>,
}

answered!(Batch);

records::read_as!(Batch { changes: Change by |record| Change { record } }, "aws:dynamodb", ["/eventID", "/eventName", "/dynamodb/SequenceNumber"]);

impl Batch {
    /// Returns the changes.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Calls `function` for each change, in order, until it fails. The failed change and all later
    /// ones are delivered again.
    pub fn each(&self, function: impl FnMut(&Change) -> Result<(), Failure>) -> Answer {
        in_order(&self.changes, Change::sequence_number, function)
    }
}

/// A change of one item. The stream's view type determines the images that it contains.
///
/// ```
/// use events::batch::Answer;
/// use events::dynamodb::{Batch, Change};
///
/// fn audit(change: &Change) -> Result<(), Failure> {
///     if change.is_expiry() {
///         return Ok(()); // deleted by its time to live
///     }
///     println!("{} {} in {}", change.sequence_number(), change.id(), change.table().unwrap_or("a table"));
///     if let (Some(old), Some(new)) = (change.old_image(), change.new_image()) {
///         println!("{} -> {}", old.integer("/stock")?, new.integer("/stock")?);
///     }
///     Ok(())
/// }
///
/// pub fn lambda_handler(batch: &Batch) -> Answer {
///     println!("{} changes", batch.changes().len());
///     batch.each(audit)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Change {
    /// INVARIANT: has the values that `from_event` requires.
    record: Json,
}

impl Change {
    /// Returns the id of the event.
    #[must_use]
    pub fn id(&self) -> &str {
        self.record["eventID"].as_text().unwrap_or_default()
    }

    /// Returns the kind of change: `INSERT`, `MODIFY` or `REMOVE`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record["eventName"].as_text().unwrap_or_default()
    }

    /// Returns the sequence number, which identifies the change in its shard.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        self.record["dynamodb"]["SequenceNumber"].as_text().unwrap_or_default()
    }

    /// Returns the name of the table.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        // arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME
        self.record["eventSourceARN"].as_text()?.split('/').nth(1)
    }

    /// Returns `true` if DynamoDB removed the item because its time to live had passed.
    #[must_use]
    pub fn is_expiry(&self) -> bool {
        self.record["userIdentity"]["principalId"].as_text() == Some("dynamodb.amazonaws.com")
    }

    /// Returns the key of the item, as [`plain`] JSON.
    #[must_use]
    pub fn key(&self) -> Json {
        self.image("Keys").unwrap_or_default()
    }

    /// Returns the item after the change, as [`plain`] JSON.
    #[must_use]
    pub fn new_image(&self) -> Option<Json> {
        self.image("NewImage")
    }

    /// Returns the item before the change, as [`plain`] JSON.
    #[must_use]
    pub fn old_image(&self) -> Option<Json> {
        self.image("OldImage")
    }

    fn image(&self, name: &str) -> Option<Json> {
        Some(members(self.record["dynamodb"].get(name)?))
    }
}

/// Converts a DynamoDB attribute such as `{"N":"7"}` to plain JSON: `7`. Sets become arrays, binary
/// values remain base64. An integer keeps all digits. A fraction with more than 17 digits becomes
/// the nearest float; [`Change::record`] has its digits.
///
/// ```
/// use events::{Json, dynamodb};
///
/// let attribute = Json::parse(r#"{"M":{"id":{"N":"7"},"tags":{"SS":["a","b"]}}}"#).unwrap();
/// assert_eq!(dynamodb::plain(&attribute).to_string(), r#"{"id":7,"tags":["a","b"]}"#);
/// ```
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
