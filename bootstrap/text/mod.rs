//! Bytes and text in buffers of fixed size. Pure: no allocation, no panics, no `core::fmt`.

pub mod base64;
pub mod buffer;
pub mod bytes;
pub mod json;
pub mod timestamp;
pub mod utf8;
