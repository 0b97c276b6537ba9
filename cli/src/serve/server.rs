//! The state that requests share: the functions, and the start of an invocation.

use super::build::Build;
use super::instance::Answer;
use super::pool::Pool;
use super::table::{Entry, Table};
use crate::runtime_api::Invocation;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Server {
    pub tables: watch::Receiver<Arc<Table>>,
    /// Names of functions that requests wait for.
    pub requested: mpsc::UnboundedSender<String>,
    /// The port that it listens on.
    pub port: u16,
}

/// Why an invocation does not begin.
#[derive(Debug)]
pub enum NotBegun {
    /// The function does not build; the messages for its author.
    NotBuilt(Arc<str>),
    /// Too many invocations wait.
    TooMany,
    /// The server ends.
    Ending,
}

impl Server {
    /// The processes of the function, once it is built.
    ///
    /// # Errors
    /// [`NotBegun`].
    pub async fn pool(&self, entry: &Entry) -> Result<Arc<Pool>, NotBegun> {
        let mut build = entry.build.clone();
        loop {
            match &*build.borrow_and_update() {
                Build::Ready(pool) => return Ok(Arc::clone(pool)),
                Build::Failed(messages) => return Err(NotBegun::NotBuilt(Arc::clone(messages))),
                Build::Waiting => drop(self.requested.send(entry.name.clone())),
            }
            build.changed().await.map_err(|_| NotBegun::Ending)?;
        }
    }

    /// Begins an invocation, once the function is built.
    ///
    /// # Errors
    /// [`NotBegun`].
    pub async fn begin(&self, entry: &Entry, invocation: Invocation) -> Result<oneshot::Receiver<Answer>, NotBegun> {
        self.pool(entry).await?.begin(invocation).ok_or(NotBegun::TooMany)
    }
}
