//! A server with every fault there is, against the linked file. Each row of a table is one fault; played, it must leave three things true:
//! what the server sees next is what the contract says, the process ends with the right status, and no descriptor is lost.
//!
//! `cargo test --test linked faults -- --nocapture` says of each group how many faults it played.

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
