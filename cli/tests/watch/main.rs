//! `watch` with functions that are a shell script when they are linked.

mod debug;
mod ends;
mod http;
mod saves;
mod server;
#[path = "../support/toolchain.rs"]
mod toolchain;
