//! The process's environment, which Lambda sets.

use alloc::string::{String, ToString};
use core::fmt;

unsafe extern "Rust" {
    /// The value of the variable `name`, when it is set and UTF-8. The bootstrap defines it.
    safe fn ruchy_lambda_variable(name: &str) -> Option<&'static str>;
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VarError {
    /// The variable is not set, or is not UTF-8.
    NotPresent,
}

impl fmt::Display for VarError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("environment variable not found")
    }
}

impl core::error::Error for VarError {}

/// The value of the variable `name`. `_X_AMZN_TRACE_ID` is that of the invocation in flight.
///
/// # Errors
/// [`VarError`].
pub fn var(name: impl AsRef<str>) -> Result<String, VarError> {
    variable(name.as_ref()).map(ToString::to_string).ok_or(VarError::NotPresent)
}

/// [`var`] where it lies: the trace id is there until the next invocation.
pub(crate) fn variable(name: &str) -> Option<&'static str> {
    ruchy_lambda_variable(name)
}
