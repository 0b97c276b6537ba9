//! DynamoDB with plain JSON: strings, numbers, booleans, `null`, lists and objects are converted to
//! DynamoDB's types and back. Sets are read as lists, and binary values as base64.
//!
//! In expressions, `:name` is the value `name`, and `#name` is the attribute `name`. Reserved words
//! need the `#`:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>.
//!
//! ```
//! use aws::dynamodb::table;
//! use events::Json;
//!
//! pub fn lambda_handler(event: &Json) -> Result<Json, aws::Error> {
//!     let orders = table("orders");
//!     let key = Json::object().put("id", event.text("/id")?);
//!     orders.update(key, "ADD #count :one", Json::object().put("one", 1))
//! }
//! ```

mod attributes;
mod operation;
mod selection;
mod table;
mod transaction;

pub use selection::{Page, Selection};
pub use table::{BATCH_GET_MAX, BATCH_ROUNDS_MAX, BATCH_WRITE_MAX, Table, table};
pub use transaction::{Write, transact};
