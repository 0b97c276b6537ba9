//! Takes an event of JSON apart, and answers with JSON: a small function, whose size is promised.

use events::Json;
use std::lambda::Failure;

pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    let (item, quantity) = (event.text("item")?, event.integer("quantity")?);
    Ok(Json::object().put("ordered", item).put("left", quantity - 1))
}
