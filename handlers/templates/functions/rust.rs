//! JSON in, JSON out, in Rust: serde reads the event and writes the response.

use events::Typed;
use lambda::{Context, Failure};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Event {
    name: String,
}

#[derive(Serialize)]
pub struct Answer {
    greeting: String,
    request_id: String,
}

pub fn lambda_handler(context: &Context, event: &Typed<Event>) -> Result<Typed<Answer>, Failure> {
    if event.name.is_empty() {
        return Err(Failure::new("Function.NoName", "the name is empty; expected an event such as {\"name\":\"Ada\"}"));
    }
    println!("greeting {}", event.name);
    Ok(Typed(Answer { greeting: format!("Hello, {}!", event.name), request_id: context.request_id().to_owned() }))
}
