//! Deploying, through the real AWS CLI, to a stand-in on this machine: moto's control plane, and
//! AWS's own emulator for what was uploaded.

mod all;
mod archives;
#[path = "../support/bounded.rs"]
mod bounded;
mod documents;
mod dry_run;
mod failures;
mod functions;
mod images;
#[path = "../../../tests/support/links.rs"]
#[allow(dead_code, reason = "other test programs use the rest")]
mod links;
mod logs;
mod owners;
mod permissions;
#[path = "../../../tests/support/refusing.rs"]
mod refusing;
mod releases;
mod settings;
mod stand_in;
mod starts;
mod templates;
#[path = "../support/toolchain.rs"]
mod toolchain;
mod validation;
mod variables;
