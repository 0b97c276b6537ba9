//! The function that a command runs on this machine: built first, unless the command names a file.

use crate::environment::Function;
use crate::home::Home;
use crate::project::settings::Settings;
use crate::stand_in::StandIn;
use crate::{Error, arguments, functions};
use clap::Args;
use handlers_build::function::Function as Source;
use std::path::PathBuf;
use std::time::Duration;

/// Lambda's default time-out.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Lambda's smallest memory size, which is the default.
pub const MEMORY_MB: u32 = 128;

/// The function, and its configuration on Lambda.
#[derive(Debug, Args)]
pub struct Configuration {
    /// The function; the only one of the project if none is named
    #[arg(value_name = "NAME", allow_negative_numbers = true)]
    pub name: Option<String>,
    /// Start this file, and do not build the function
    #[arg(long, value_name = "FILE", requires = "name")]
    pub bootstrap: Option<PathBuf>,
    /// How long an invocation may take: what Cargo.toml says, or 3
    #[arg(long, value_name = "SECONDS", value_parser = arguments::timeout)]
    pub timeout: Option<Duration>,
    /// The memory size that the function reads in its environment: what Cargo.toml says, or 128. It is not enforced
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(128..=10_240))]
    memory: Option<u32>,
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
        let settings = match &home {
            Home::Project(project) => project.settings_of(&source.name).clone(),
            Home::Repository => Settings::default(),
        };
        let word = words.first().cloned();
        Ok((Chosen { name: source.name.clone(), source: Some((home, source)), settings }, word))
    }

    /// How long an invocation of `chosen` may take.
    #[must_use]
    pub fn timeout(&self, chosen: &Chosen) -> Duration {
        self.timeout.or(chosen.settings.timeout_seconds.map(|seconds| Duration::from_secs(seconds.into()))).unwrap_or(TIMEOUT)
    }

    /// The function, built, with the stand-in that its tables need. If it is wrong, the messages for its author.
    ///
    /// # Errors
    /// As [`Home::build_local`], [`functions::configured`] and [`StandIn::start`].
    pub async fn build(&self, chosen: &Chosen) -> Result<Result<(Function, Option<StandIn>), String>, Error> {
        let bootstrap = match (&self.bootstrap, &chosen.source) {
            (Some(bootstrap), _) => bootstrap.clone(),
            (None, Some((home, source))) => match home.build_local(source).await? {
                Ok(bootstrap) => bootstrap,
                Err(refused) => return Ok(Err(refused)),
            },
            (None, None) => unreachable!("without a file a function of a project was chosen"),
        };
        let memory_mb = self.memory.or(chosen.settings.memory_mb).unwrap_or(MEMORY_MB);
        let function = functions::configured(&chosen.name, &bootstrap, memory_mb)?;
        let mut variables = chosen.settings.environment.clone();
        let stand_in = StandIn::start(&chosen.settings, &function.region).await?;
        if let Some(stand_in) = &stand_in {
            stand_in.add_to(&mut variables);
        }
        Ok(Ok((Function { variables, ..function }, stand_in)))
    }
}
