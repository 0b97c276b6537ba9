//! A server with every fault, against the linked file. Each row of a table is one fault. After it
//! the server must see the requests that the API documents, the process must end with the right
//! status, and no descriptor may leak.
//!
//! `cargo test --test linked faults -- --nocapture` prints the number of faults played for each
//! group.

mod hangups;
mod interrupted;
mod malformed;
pub mod play;
mod resources;
mod sizes;
mod smuggling;
mod splits;
mod statuses;
mod unreachable;
pub mod wire;
