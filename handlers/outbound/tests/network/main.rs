//! The client against real servers: those that a test plays, name servers, proxies, and TLS by OpenSSL and Go.

mod certificates;
mod client;
mod dns;
mod faults;
mod proxies;
mod server;
mod soak;
mod support;
