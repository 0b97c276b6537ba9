//! Reads the same field as `field`, with the event as a struct that has this field.

use events::Typed;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    request_context: RequestContext,
}

#[derive(Deserialize)]
struct RequestContext {
    http: Http,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    source_ip: String,
}

#[derive(Serialize)]
pub struct Answer {
    address: String,
}

pub fn lambda_handler(event: &Typed<Event>) -> Typed<Answer> {
    Typed(Answer { address: event.request_context.http.source_ip.clone() })
}
