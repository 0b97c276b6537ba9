//! The Lambda Runtime API: addresses, requests, replies, and the client.

pub mod address;
pub mod client;
pub mod connection;
pub mod invocation;
pub mod report;
pub mod request;
pub mod status;
