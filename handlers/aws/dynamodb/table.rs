//! A table, and operations on its items.

use super::attributes::{add_placeholders, attributes, item_of};
use super::operation::send;
use super::selection::Selection;
use crate::error::Error;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;

/// Maximum number of items of one `BatchGetItem` request, set by DynamoDB.
pub const BATCH_GET_MAX: usize = 100;
/// Maximum number of items of one `BatchWriteItem` request, set by DynamoDB.
pub const BATCH_WRITE_MAX: usize = 25;
/// Maximum number of requests for one batch whose items DynamoDB processes partially.
pub const BATCH_ROUNDS_MAX: u32 = 8;

/// A table.
///
/// ```
/// use aws::dynamodb::{self, Table};
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<String, aws::Error> {
///     let table: Table = dynamodb::table("orders");
///     let key = Json::object().put("id", event.text("/id")?);
///     table.put(event)?;
///     table.update(&key, "ADD visits :one", Json::object().put("one", 1))?;
///     table.update_if(&key, "SET done = :yes", "attribute_exists(id)", Json::object().put("yes", true))?;
///     let (one, many) = (table.get_consistent(&key)?, table.get_all(&[key.clone()])?);
///     table.put_all(&many)?;
///     let old = table.query("id = :id", Json::object().put("id", "7")).index("by-date").filter("done = :done").page()?;
///     table.delete_if(&key, "done = :yes", Json::object().put("yes", true))?;
///     table.delete(&key)?;
///     table.delete_all(&[key])?;
///     Ok(format!("{} {} {}", one.is_some(), old.items.len(), table.scan().all(1000)?.len()))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
}

/// Creates a handle for the table `name`. Nothing is sent.
#[must_use]
pub fn table(name: impl AsRef<str>) -> Table {
    Table { name: name.as_ref().to_string() }
}

impl Table {
    pub(super) fn input(&self) -> Json {
        Json::object().put("TableName", self.name.as_str())
    }

    /// Reads the item with this key, with eventual consistency.
    ///
    /// # Errors
    /// Returns AWS's error.
    pub fn get(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        let input = self.input().put("Key", attributes(key.into())?);
        let mut reply = send("GetItem", &input, true)?;
        item_of(reply.take("Item"))
    }

    /// Reads the item with this key, with strong consistency: it includes all completed writes.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn get_consistent(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        let input = self.input().put("Key", attributes(key.into())?).put("ConsistentRead", true);
        let mut reply = send("GetItem", &input, true)?;
        item_of(reply.take("Item"))
    }

    /// Writes an item, and replaces an item with the same key.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn put(&self, item: impl Into<Json>) -> Result<(), Error> {
        let input = self.input().put("Item", attributes(item.into())?);
        send("PutItem", &input, true).map(drop)
    }

    /// Writes an item if `condition` holds for the item with the same key:
    /// `attribute_not_exists(id)`.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    ///
    /// ```
    /// use aws::dynamodb::table;
    /// use events::Json;
    ///
    /// pub fn lambda_handler(event: &Json) -> Result<String, aws::Error> {
    ///     match table("orders").put_if(event, "attribute_not_exists(id)", Json::Null) {
    ///         Ok(()) => Ok("created".to_string()),
    ///         Err(error) if error.is("ConditionalCheckFailed") => Ok("exists".to_string()),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    pub fn put_if(&self, item: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Result<(), Error> {
        let mut input = self.input().put("Item", attributes(item.into())?).put("ConditionExpression", condition);
        add_placeholders(&mut input, &[condition], &values.into())?;
        send("PutItem", &input, false).map(drop)
    }

    /// Updates an item with `expression`, such as `SET #count = :count`. Returns the item after the
    /// update.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn update(&self, key: impl Into<Json>, expression: &str, values: impl Into<Json>) -> Result<Json, Error> {
        self.update_if(key, expression, "", values)
    }

    /// Updates an item if `condition` holds for it. Returns the item after the update.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    pub fn update_if(&self, key: impl Into<Json>, expression: &str, condition: &str, values: impl Into<Json>) -> Result<Json, Error> {
        let mut input = self.input().put("Key", attributes(key.into())?).put("UpdateExpression", expression).put("ReturnValues", "ALL_NEW");
        if !condition.is_empty() {
            input.set("ConditionExpression", condition);
        }
        add_placeholders(&mut input, &[expression, condition], &values.into())?;
        let mut reply = send("UpdateItem", &input, false)?;
        Ok(item_of(reply.take("Attributes"))?.unwrap_or_default())
    }

    /// Deletes an item. Returns it, if it existed.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub fn delete(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        self.delete_if(key, "", Json::Null)
    }

    /// Deletes an item if `condition` holds for it. Returns it, if it existed.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    pub fn delete_if(&self, key: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Result<Option<Json>, Error> {
        let mut input = self.input().put("Key", attributes(key.into())?).put("ReturnValues", "ALL_OLD");
        if !condition.is_empty() {
            input.set("ConditionExpression", condition);
        }
        add_placeholders(&mut input, &[condition], &values.into())?;
        let mut reply = send("DeleteItem", &input, condition.is_empty())?;
        item_of(reply.take("Attributes"))
    }

    /// Selects items by key: `query("id = :id", Json::object().put("id", 7))`.
    #[must_use]
    pub fn query(&self, condition: &str, values: impl Into<Json>) -> Selection {
        let input = self.input().put("KeyConditionExpression", condition);
        Selection::new("Query", input, values.into(), [condition.to_string()].into())
    }

    /// Selects all items.
    #[must_use]
    pub fn scan(&self) -> Selection {
        Selection::new("Scan", self.input(), Json::Null, Vec::new())
    }

    /// Reads the items with these keys, in any order. Items that do not exist are omitted.
    ///
    /// # Errors
    /// As [`Table::get`]. `Function.Throttled` if DynamoDB did not process all items in
    /// [`BATCH_ROUNDS_MAX`] requests.
    pub fn get_all(&self, keys: &[Json]) -> Result<Vec<Json>, Error> {
        let mut items = Vec::new();
        for keys in keys.chunks(BATCH_GET_MAX) {
            let keys: Result<Vec<Json>, Error> = keys.iter().map(|key| attributes(key.clone())).collect();
            let mut requests = Json::object().put(&self.name, Json::object().put("Keys", keys?));
            rounds(|| {
                let mut reply = send("BatchGetItem", &Json::object().put("RequestItems", &requests), true)?;
                if let Json::Array(read) = reply.take("Responses").take(&self.name) {
                    for item in read {
                        items.extend(item_of(item)?);
                    }
                }
                requests = reply.take("UnprocessedKeys");
                Ok(requests.is_empty())
            })?;
        }
        Ok(items)
    }

    /// Writes `items` in batches. The batches are not transactions.
    ///
    /// # Errors
    /// As [`Table::get_all`].
    pub fn put_all(&self, items: &[Json]) -> Result<(), Error> {
        let request = |item: &Json| Ok(Json::object().put("PutRequest", Json::object().put("Item", attributes(item.clone())?)));
        self.write_all(&items.iter().map(request).collect::<Result<Vec<_>, Error>>()?)
    }

    /// Deletes the items with these keys in batches. The batches are not transactions.
    ///
    /// # Errors
    /// As [`Table::get_all`].
    pub fn delete_all(&self, keys: &[Json]) -> Result<(), Error> {
        let request = |key: &Json| Ok(Json::object().put("DeleteRequest", Json::object().put("Key", attributes(key.clone())?)));
        self.write_all(&keys.iter().map(request).collect::<Result<Vec<_>, Error>>()?)
    }

    fn write_all(&self, requests: &[Json]) -> Result<(), Error> {
        for requests in requests.chunks(BATCH_WRITE_MAX) {
            let mut requests = Json::object().put(&self.name, requests.to_vec());
            rounds(|| {
                let mut reply = send("BatchWriteItem", &Json::object().put("RequestItems", &requests), true)?;
                requests = reply.take("UnprocessedItems");
                Ok(requests.is_empty())
            })?;
        }
        Ok(())
    }
}

/// Repeats `round` with growing pauses until it returns `true`.
fn rounds(mut round: impl FnMut() -> Result<bool, Error>) -> Result<(), Error> {
    for number in 1..=BATCH_ROUNDS_MAX {
        if round()? {
            return Ok(());
        }
        let mut random = [0; 8];
        ruchy_std::random::fill(&mut random);
        let pause_ms = outbound::retry::pause_ms(number, u64::from_ne_bytes(random));
        ruchy_std::thread::sleep(core::time::Duration::from_millis(pause_ms));
    }
    Err(Error::new(
        "Function.Throttled",
        "DynamoDB did not process all items of a batch in 8 requests; send fewer items, or raise the table's capacity",
    ))
}
