//! Parses a JSON event, and answers with JSON: a small function with a guaranteed size.

use events::Json;
use std::lambda::Failure;

pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    let (item, quantity) = (event.text("item")?, event.integer("quantity")?);
    Ok(Json::object().put("ordered", item).put("left", quantity - 1))
}
