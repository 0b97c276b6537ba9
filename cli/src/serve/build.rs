//! The state of a function's build.

use super::pool::Pool;
use std::sync::Arc;

/// See the module's text. Requests wait until it is no longer [`Build::Waiting`].
#[derive(Clone, Debug)]
pub enum Build {
    /// It is to be built, or is being built.
    Waiting,
    Ready(Arc<Pool>),
    /// The messages for its author.
    Failed(Arc<str>),
}
