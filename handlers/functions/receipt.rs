//! A function in Rust whose event and response are structs, read and written by serde. The response
//! to {"name":"tea","cents":450,"count":2} is a receipt.

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
    /// The id of the invocation.
    request_id: String,
}

fn one() -> u64 {
    1
}

fn total(cents: u64, count: u64) -> Result<u64, Failure> {
    cents.checked_mul(count).ok_or_else(|| Failure::new("Function.TooMuch", "cents times count exceeds the largest amount, 18446744073709551615"))
}

pub fn lambda_handler(context: &Context, order: &Typed<Order>) -> Result<Typed<Receipt>, Failure> {
    let cents = total(order.cents, order.count)?;
    let line = format!("{} × {}", order.count, order.name);
    Ok(Typed(Receipt { line, cents, request_id: context.request_id().to_owned() }))
}

// `cargo test -p handlers` runs the tests of all functions.
#[cfg(test)]
mod tests {
    use super::total;

    #[test]
    fn total_fails_on_overflow() {
        println!("printed as in a function");
        assert_eq!(total(450, 2).unwrap(), 900);
        assert_eq!(total(u64::MAX, 2).unwrap_err().error_type(), "Function.TooMuch");
    }
}
