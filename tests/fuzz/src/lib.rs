//! The fuzz targets: each module's `check` takes what a fuzzer invented, and panics where the bootstrap breaks a promise.
//!
//! - [`parser`]: replies as raw bytes. [`chunks`]: chunked bodies with a structure, against a naive decoder and a tight buffer.
//! - [`json`]: everything that is written as JSON, read by another reader.
//! - [`events`]: what functions read events by.
//! - [`client`]: the whole client and its loop in this process, against [`server`], which does what the fuzzer says.
//!   What the server receives is judged by [`requests`].
//! - [`outbound`]: what functions' requests read from others.
//! - [`compiler`]: Ruchy programs, and what looks like them.
//! - [`draw`] turns bytes into choices; [`naive`] reads replies the simple way.

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
