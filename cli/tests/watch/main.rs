//! `watch` with functions that are a shell script when they are linked.

mod debug;
mod ends;
#[path = "../support/gate.rs"]
mod gate;
mod http;
mod saves;
mod server;
#[path = "../support/toolchain.rs"]
mod toolchain;
