//! The client against real servers: servers of the tests, name servers, proxies, and TLS by OpenSSL
//! and Go.

mod certificates;
mod client;
mod cuts;
mod dns;
mod faults;
mod proxies;
#[path = "../../../../tests/support/refusing.rs"]
mod refusing;
mod server;
mod soak;
mod support;
mod uploads;
