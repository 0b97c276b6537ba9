//! The functions to serve, and how their processes are configured.

use super::instance::Configuration;
use crate::environment::Function;
use crate::link::Local;
use crate::local;
use crate::project::settings::Settings;
use crate::project::settings::http::HttpKind;
use crate::sandbox::{self, Debugger};
use crate::variables::Variables;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The functions to serve, as the command line states them.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The functions; all if none is named.
    pub names: Vec<String>,
    /// A file that is served as the one function, and not built.
    pub bootstrap: Option<PathBuf>,
    pub timeout: Option<Duration>,
    pub memory_mb: Option<u32>,
    pub variables: Variables,
    /// The most processes of one function; at least one.
    pub concurrency: usize,
    pub http: Option<HttpKind>,
    /// Receives the logs of functions instead of standard error.
    pub log_file: Option<Arc<File>>,
    /// Debuggers may be attached: invocations have no time-out.
    pub inspects: bool,
    /// Processes wait for a debugger.
    pub debugs: bool,
    /// Functions are built again when files change.
    pub watches: bool,
}

impl Plan {
    /// The file of `linked` that is started: for debuggers the one with symbols, which has the same
    /// code at the same addresses. They read it from the process.
    #[must_use]
    pub fn started<'linked>(&self, linked: &'linked Local) -> &'linked Path {
        linked.with_symbols.as_deref().filter(|_| self.inspects).unwrap_or(&linked.bootstrap)
    }

    /// The configuration of the processes of `function`, whose log lines begin with `log_prefix`.
    #[must_use]
    pub fn configuration(
        &self,
        function: Function,
        settings: &Settings,
        symbols: Option<PathBuf>,
        is_quick: bool,
        log_prefix: String,
    ) -> Configuration {
        Configuration {
            function,
            is_quick,
            timeout: if self.inspects { sandbox::DEBUGGED_MAX } else { local::timeout(self.timeout, settings) },
            log_prefix,
            log_file: self.log_file.clone(),
            symbols: symbols.map(Arc::new),
            debugger: match (self.debugs, self.inspects) {
                (true, _) => Debugger::Waits,
                (false, true) => Debugger::Attaches,
                (false, false) => Debugger::None,
            },
        }
    }
}
