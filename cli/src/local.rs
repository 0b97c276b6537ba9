//! The function that a command runs on this machine: built first, unless the command names a file.

use crate::environment::Function;
use crate::home::Home;
use crate::link::Local;
use crate::project::settings::Settings;
use crate::stand_in::StandIn;
use crate::variables::Variables;
use crate::{Error, arguments, functions};
use clap::Args;
use handlers_build::function::Function as Source;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Lambda's default time-out.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Lambda's smallest memory size, which is the default.
pub const MEMORY_MB: u32 = 128;

/// Returns the time limit of an invocation: the command line's, else the settings', else
/// Lambda's default.
#[must_use]
pub fn timeout(named: Option<Duration>, settings: &Settings) -> Duration {
    named.or(settings.timeout_seconds.map(|seconds| Duration::from_secs(seconds.into()))).unwrap_or(TIMEOUT)
}

/// The function, and its configuration on Lambda.
#[derive(Debug, Args)]
pub struct Configuration {
    /// The function; the only one of the project if none is named
    #[arg(value_name = "NAME", allow_negative_numbers = true)]
    pub name: Option<String>,
    /// Start this file; do not build the function
    #[arg(long, value_name = "FILE", requires = "name")]
    pub bootstrap: Option<PathBuf>,
    /// The time limit of an invocation; default: that of Cargo.toml, or 3
    #[arg(long, value_name = "SECONDS", env = "RUCHY_LAMBDA_TIMEOUT", value_parser = arguments::timeout)]
    pub timeout: Option<Duration>,
    /// The memory size, which limits the function's data; default: that of Cargo.toml, or 128
    #[arg(long, value_name = "MB", env = "RUCHY_LAMBDA_MEMORY", value_parser = arguments::whole_number::<u32>(128..=10_240))]
    memory: Option<u32>,
    #[command(flatten)]
    variables: Variables,
}

/// A function that is ready to run.
#[derive(Debug)]
pub struct Ready {
    pub function: Function,
    /// The same code at the same addresses, with symbols and lines.
    pub with_symbols: Option<PathBuf>,
    /// The stand-in that its tables need.
    pub stand_in: Option<StandIn>,
    /// The file was linked in the least time, and differs from the one that ships.
    pub is_quick: bool,
}

/// The function that was chosen, before it is built.
#[derive(Debug)]
pub struct Chosen {
    name: String,
    /// Its source; `None` of a file that was named.
    pub source: Option<(Home, Source)>,
    settings: Settings,
}

impl Configuration {
    /// The function, and the word after it. Without a name the first word is what would follow it.
    ///
    /// # Errors
    /// [`Error::Functions`] for an unknown function; as [`Home::function_and`].
    pub fn choose(&self, word: Option<&str>) -> Result<(Chosen, Option<String>), Error> {
        if let (Some(name), Some(_)) = (&self.name, &self.bootstrap) {
            let name = arguments::name(name).map_err(|message| Error::Refused(format!("{name:?}: {message}")))?;
            return Ok((Chosen { name, source: None, settings: Settings::default() }, word.map(str::to_owned)));
        }
        let words: Vec<String> = self.name.iter().cloned().chain(word.map(str::to_owned)).collect();
        let home = Home::here()?;
        let (source, words) = home.function_and(&words)?;
        if let [_, more] = words {
            return Err(Error::Refused(format!("{more:?}: expected nothing after {:?}", words[0])));
        }
        let settings = home.settings_of(&source.name);
        let word = words.first().cloned();
        Ok((Chosen { name: source.name.clone(), source: Some((home, source)), settings }, word))
    }

    /// Returns the time limit of an invocation of `chosen`.
    #[must_use]
    pub fn timeout(&self, chosen: &Chosen) -> Duration {
        timeout(self.timeout, &chosen.settings)
    }

    /// The function, built, with the environment variables in `base`. If it is wrong, the messages
    /// for its author.
    ///
    /// # Errors
    /// As [`Home::link_local`], [`functions::configured`], [`Variables::of`] and
    /// [`StandIn::start`].
    pub async fn build(&self, chosen: &Chosen, base: &BTreeMap<String, String>) -> Result<Result<Ready, String>, Error> {
        // First, since building takes time.
        let variables = self.variables.of(&chosen.settings, base)?;
        let local = match (&self.bootstrap, &chosen.source) {
            (Some(bootstrap), _) => Local { bootstrap: bootstrap.clone(), with_symbols: None, inputs: Vec::new() },
            (None, Some((home, source))) => match home.link_local(source).await? {
                Ok(local) => local,
                Err(refused) => return Ok(Err(refused)),
            },
            (None, None) => unreachable!("without a file a function of a project was chosen"),
        };
        let memory_mb = self.memory.or(chosen.settings.memory_mb).unwrap_or(MEMORY_MB);
        let mut function = functions::configured(&chosen.name, &local.bootstrap, memory_mb)?;
        function.variables = variables;
        let stand_in = StandIn::start(&chosen.settings, &function.region).await?;
        if let Some(stand_in) = &stand_in {
            stand_in.add_to(&mut function.variables);
        }
        let is_quick = match &chosen.source {
            Some((home, _)) => home.links_quickly()?,
            None => false,
        };
        Ok(Ok(Ready { function, with_symbols: local.with_symbols, stand_in, is_quick }))
    }
}
