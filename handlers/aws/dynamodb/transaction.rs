//! Transactions: all writes, or none. Source:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html>.

use super::attributes::{add_placeholders, attributes};
use super::operation::send;
use super::table::Table;
use crate::error::Error;
use alloc::vec::Vec;
use events_json::Json;

/// A write of a transaction. An empty `condition` always holds.
#[derive(Clone, Debug)]
pub struct Write(Result<Json, Error>);

impl Write {
    /// Writes an item.
    #[must_use]
    pub fn put(table: &Table, item: impl Into<Json>) -> Self {
        Self::put_if(table, item, "", Json::Null)
    }

    /// Writes an item if `condition` holds for the item with the same key.
    #[must_use]
    pub fn put_if(table: &Table, item: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Put", table, "Item", item.into(), "", condition, &values.into())
    }

    /// Updates an item if `condition` holds for it.
    #[must_use]
    pub fn update_if(table: &Table, key: impl Into<Json>, expression: &str, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Update", table, "Key", key.into(), expression, condition, &values.into())
    }

    /// Deletes an item if `condition` holds for it.
    #[must_use]
    pub fn delete_if(table: &Table, key: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Delete", table, "Key", key.into(), "", condition, &values.into())
    }

    fn of(kind: &str, table: &Table, member: &str, value: Json, expression: &str, condition: &str, values: &Json) -> Self {
        let write = || {
            let mut write = table.input().put(member, attributes(value)?);
            for (name, text) in [("UpdateExpression", expression), ("ConditionExpression", condition)] {
                if !text.is_empty() {
                    write.set(name, text);
                }
            }
            add_placeholders(&mut write, &[expression, condition], values)?;
            Ok(Json::object().put(kind, write))
        };
        Self(write())
    }
}

/// Performs all `writes`, or none. The call has an idempotency token, so that a retry does not
/// write twice.
///
/// # Errors
/// `TransactionCanceledException`, with a reason for each write.
///
/// ```
/// use aws::dynamodb::{Write, table, transact};
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<(), aws::Error> {
///     let (stock, orders) = (table("stock"), table("orders"));
///     let item = Json::object().put("item", event.text("/item")?);
///     transact(vec![
///         Write::put(&orders, event),
///         Write::update_if(&stock, item, "ADD #left :minus", "#left > :zero", Json::object().put("minus", -1).put("zero", 0)),
///     ])
/// }
/// ```
pub fn transact(writes: Vec<Write>) -> Result<(), Error> {
    let writes: Result<Vec<Json>, Error> = writes.into_iter().map(|write| write.0).collect();
    let mut random = [0; 16];
    ruchy_std::random::fill(&mut random);
    let token = crate::sign::hash(&random);
    let token = token.get(..32).unwrap_or_default();
    let input = Json::object().put("TransactItems", writes?).put("ClientRequestToken", token);
    send("TransactWriteItems", &input, true).map(drop)
}
