//! DynamoDB with plain JSON: text, numbers, booleans, `null`, lists and objects are DynamoDB's types of these names. Sets are read as lists, and
//! binary values as base64.
//!
//! In expressions `:name` is the value called `name`, and `#name` the attribute called `name`: names that DynamoDB reserves need the `#`.

mod attributes;
mod operation;
mod selection;
mod table;
mod transaction;

pub use selection::{Page, Selection};
pub use table::{BATCH_GET_MAX, BATCH_ROUNDS_MAX, BATCH_WRITE_MAX, Table, table};
pub use transaction::{Write, transact};
