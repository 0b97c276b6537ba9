//! The interface of Lambda for functions in Rust: `use lambda::{Context, Failure,
//! ResponseStream};`.
//!
//! The same import works in every build of a function: with the facade, with Rust's own `std`, and
//! in unit tests.
//!
//! ```
//! use lambda::{Context, Failure};
//!
//! pub fn lambda_handler(context: &Context, event: &str) -> Result<String, Failure> {
//!     if context.remaining_ms() < 100 {
//!         return Err(Failure::new("Function.TooLate", "less than 100 ms are left"));
//!     }
//!     Ok(event.to_uppercase())
//! }
//! // event: hello
//! // response: HELLO
//! ```

#![no_std]
#![warn(missing_docs)]

#[cfg(feature = "testing")]
extern crate ruchy_lambda as _;

pub use ruchy_std::lambda::{Context, Failure, FromEvent, IntoAnswer, ResponseStream, ToFailure};
pub use ruchy_std::{eprint, eprintln, print, println};
