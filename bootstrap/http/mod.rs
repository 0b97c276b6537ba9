//! HTTP/1.1 replies (RFC 9112). Pure: no allocation, no system calls.

pub mod headers;
pub mod line;
pub mod malformed;
pub mod parser;
