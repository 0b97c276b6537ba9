//! Parsers of replies (RFC 9112). Pure.

pub mod body;
pub mod head;
