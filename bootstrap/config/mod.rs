//! The process's environment variables, and the settings that the first request depends on.

pub mod environment;
pub mod settings;
