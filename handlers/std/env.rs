//! The environment of the process, which Lambda sets.
//!
//! ```
//! use std::env;
//!
//! pub fn lambda_handler(_event: &str) -> Result<String, env::VarError> {
//!     env::var("TABLE_NAME")
//! }
//! ```
//!
//! Lambda's own variables:
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use alloc::string::{String, ToString};
use core::fmt;

#[cfg(feature = "program")]
pub use crate::program::{Args, args};

unsafe extern "Rust" {
    /// Returns the environment variable `name`, if it is set and valid UTF-8. The bootstrap defines
    /// this function and the next.
    safe fn ruchy_lambda_variable(name: &str) -> Option<&'static str>;
    /// Calls `read` with the trace id of the invocation in flight, if it has one.
    safe fn ruchy_lambda_trace_id(read: &mut dyn FnMut(&str));
}

/// The error of [`var`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VarError {
    /// The variable is not set, or is not valid UTF-8.
    NotPresent,
}

impl fmt::Display for VarError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("environment variable not found")
    }
}

impl core::error::Error for VarError {}

/// Returns the environment variable `name`. `_X_AMZN_TRACE_ID` is the trace id of the invocation in
/// flight.
///
/// # Errors
/// Returns [`VarError::NotPresent`] if the variable is not set or is not valid UTF-8.
pub fn var(name: impl AsRef<str>) -> Result<String, VarError> {
    let name = name.as_ref();
    let mut value = None;
    if name == "_X_AMZN_TRACE_ID" {
        ruchy_lambda_trace_id(&mut |id| value = Some(id.to_string()));
    } else {
        value = variable(name).map(ToString::to_string);
    }
    value.ok_or(VarError::NotPresent)
}

/// Returns an environment variable without copying it: nothing changes the environment while the
/// process runs.
#[doc(hidden)]
#[must_use]
pub fn variable(name: &str) -> Option<&'static str> {
    ruchy_lambda_variable(name)
}
