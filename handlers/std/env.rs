//! The process's environment, which Lambda sets.

use alloc::string::{String, ToString};
use core::fmt;

#[cfg(feature = "program")]
pub use crate::program::{Args, args};

unsafe extern "Rust" {
    /// The value of the process's variable `name`, when it is set and UTF-8. The bootstrap defines it; likewise below.
    safe fn ruchy_lambda_variable(name: &str) -> Option<&'static str>;
    /// Calls `read` with the trace id of the invocation in flight, if it has one.
    safe fn ruchy_lambda_trace_id(read: &mut dyn FnMut(&str));
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
    let name = name.as_ref();
    let mut value = None;
    if name == "_X_AMZN_TRACE_ID" {
        ruchy_lambda_trace_id(&mut |id| value = Some(id.to_string()));
    } else {
        value = variable(name).map(ToString::to_string);
    }
    value.ok_or(VarError::NotPresent)
}

/// A variable of the process, which nothing changes while it runs.
#[doc(hidden)]
#[must_use]
pub fn variable(name: &str) -> Option<&'static str> {
    ruchy_lambda_variable(name)
}
