//! Reads an item of the table that `TABLE` names; the event is its key. Answers with the item.

use aws::dynamodb;
use events::Json;

pub fn lambda_handler(key: &Json) -> Result<Json, Failure> {
    let name = std::env::var("TABLE").map_err(|_| Failure::new("Function.NoTable", "set TABLE"))?;
    Ok(dynamodb::table(name).get(key)?.unwrap_or_default())
}
