//! A function in Rust: its event and its answer are structs, read and written by serde. {"name":"tea","cents":450,"count":2} is answered with a receipt.

use events::Typed;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Order {
    name: String,
    cents: u64,
    #[serde(default = "one")]
    count: u64,
}

#[derive(Serialize)]
pub struct Receipt {
    line: String,
    cents: u64,
    /// What Lambda knows this receipt by.
    request_id: String,
}

fn one() -> u64 {
    1
}

pub fn lambda_handler(context: &Context, order: &Typed<Order>) -> Result<Typed<Receipt>, Failure> {
    let cents = order.cents.checked_mul(order.count).ok_or_else(|| Failure::new("Function.TooMuch", "nobody has so much money"))?;
    let line = format!("{} × {}", order.count, order.name);
    Ok(Typed(Receipt { line, cents, request_id: context.request_id().to_owned() }))
}
