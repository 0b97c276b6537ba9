//! Deploying, through the real AWS CLI, to a stand-in on this machine: moto's control plane, and AWS's own emulator for what was uploaded.

mod archives;
mod documents;
mod failures;
mod functions;
mod images;
mod owners;
mod permissions;
mod stand_in;
mod starts;
mod validation;
mod variables;
