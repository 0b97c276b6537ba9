//! The function that a command runs on this machine: linked first, unless the command names a file.

use crate::environment::Function;
use crate::{Error, functions, link};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// The function, and its configuration on Lambda.
#[derive(Debug, Args)]
pub struct Configuration {
    /// The function
    #[arg(value_name = "NAME", value_parser = crate::arguments::name)]
    pub name: String,
    /// Start this file, and do not link the function
    #[arg(long, value_name = "FILE")]
    pub bootstrap: Option<PathBuf>,
    /// How long an invocation may take
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = crate::arguments::timeout)]
    pub timeout: Duration,
    /// The memory size that the function reads in its environment; nothing limits it to that
    #[arg(long, value_name = "MB", default_value_t = 128, value_parser = clap::value_parser!(u32).range(128..=10_240))]
    pub memory: u32,
}

impl Configuration {
    /// The function, linked. Where the recipe refuses it, its messages.
    ///
    /// # Errors
    /// [`Error::Functions`]; as [`link::link`] and [`functions::configured`].
    pub async fn function(&self) -> Result<Result<Function, String>, Error> {
        if let Some(bootstrap) = &self.bootstrap {
            return functions::configured(&self.name, bootstrap, self.memory).map(Ok);
        }
        functions::select(&functions::folders(), std::slice::from_ref(&self.name))?;
        let bootstrap = link::local(&self.name);
        if let Err(refused) = link::link(&bootstrap, &[&self.name]).await? {
            return Ok(Err(refused));
        }
        functions::configured(&self.name, &bootstrap, self.memory).map(Ok)
    }
}
