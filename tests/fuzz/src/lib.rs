//! The fuzz targets: each module's `check` takes a fuzzer's input, and panics if the tested code
//! breaks a guarantee.
//!
//! - [`parser`]: replies as raw bytes. [`chunks`]: chunked bodies with a structure, against a naive
//!   decoder and a tight buffer.
//! - [`json`]: everything that the runtime writes as JSON, read by `serde_json`.
//! - [`events`]: the events library of functions.
//! - [`client`]: the whole client and its loop in this process, against [`server`], which the
//!   fuzzer controls. [`requests`] checks the bytes that the server receives.
//! - [`outbound`]: the replies that functions' requests read.
//! - [`compiler`]: Ruchy programs, and similar text.
//! - [`draw`] turns bytes into choices; [`naive`] reads replies without optimisation.

pub mod chunks;
pub mod client;
pub mod compiler;
pub mod draw;
pub mod events;
pub mod json;
pub mod naive;
pub mod outbound;
pub mod parser;
pub mod requests;
pub mod server;
