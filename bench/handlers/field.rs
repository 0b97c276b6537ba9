//! Reads one field of the event, and keeps no other.

use events::Json;
use std::lambda::Failure;

pub fn lambda_handler(event: &str) -> Result<String, Failure> {
    let address = Json::pick(event, "/requestContext/http/sourceIp")?;
    Ok(Json::object().put("address", address.text("")?).to_string())
}
