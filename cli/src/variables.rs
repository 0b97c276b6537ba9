//! The environment variables of functions: settings, fixtures, environment file, command line. A
//! later one wins.

use crate::environment::check_not_reserved;
use crate::project::settings::Settings;
use crate::project::settings::cloud::{LogFormat, LogLevel};
use crate::stand_in::StandIn;
use crate::{Error, env_file};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Variables that the command line sets.
#[derive(Args, Clone, Debug, Default)]
pub struct Variables {
    /// Set environment variables from this file of NAME=value lines
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Set an environment variable; may be given several times
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = env_file::assignment)]
    env: Vec<(String, String)>,
    /// The format of the log; default: that of Cargo.toml, or text
    #[arg(long, value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// The lowest level that is logged, with the format json; default: that of Cargo.toml, or info
    #[arg(long, value_name = "LEVEL", value_enum)]
    log_level: Option<LogLevel>,
}

impl Variables {
    /// The file, if one is named.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.env_file.clone()
    }

    /// The variables of a function with these settings, over which `base` has priority.
    ///
    /// # Errors
    /// As [`env_file::read`]; [`Error::Refused`] for a name that Lambda refuses.
    pub fn of(&self, settings: &Settings, base: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
        let mut variables = settings.environment.clone();
        variables.extend(base.clone());
        variables.extend(self.env_file.as_deref().map(env_file::read).transpose()?.unwrap_or_default());
        variables.extend(self.env.iter().cloned());
        for name in variables.keys() {
            check_not_reserved(name).map_err(Error::Refused)?;
        }
        add_log(&mut variables, self.log_format.or(settings.cloud.log_format), self.log_level.or(settings.cloud.log_level))?;
        Ok(variables)
    }
}

/// The variables that Lambda sets for a function whose log has this format and this level.
///
/// # Errors
/// [`Error::Refused`] for a level without the format JSON, which Lambda refuses.
pub fn add_log(variables: &mut BTreeMap<String, String>, format: Option<LogFormat>, level: Option<LogLevel>) -> Result<(), Error> {
    if level.is_some() && format != Some(LogFormat::Json) {
        return Err(Error::Refused(
            "log levels need the log format json. Add --log-format json, or log-format = \"json\" to Cargo.toml.".to_owned(),
        ));
    }
    let format = format.map(|format| ("AWS_LAMBDA_LOG_FORMAT", format.name()));
    let level = level.map(|level| ("AWS_LAMBDA_LOG_LEVEL", level.name()));
    variables.extend(format.into_iter().chain(level).map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(())
}

/// One stand-in for the tables of all functions, which share them.
#[derive(Debug, Default)]
pub struct SharedStandIn(Option<(Settings, StandIn)>);

impl SharedStandIn {
    /// Adds what a function with these settings needs to know to `variables`. The stand-in has the
    /// tables of `all` functions, and starts when the first function needs it.
    ///
    /// # Errors
    /// As [`StandIn::start`].
    pub async fn add_to(
        &mut self,
        variables: &mut BTreeMap<String, String>,
        settings: &Settings,
        all: &[&Settings],
        region: &str,
    ) -> Result<(), Error> {
        if settings.tables.is_empty() {
            return Ok(());
        }
        let tables = all.iter().flat_map(|settings| settings.tables.clone()).collect();
        let shared = Settings { tables, environment: settings.environment.clone(), ..Settings::default() };
        if self.0.as_ref().is_none_or(|(old, _)| *old != shared) {
            self.0 = StandIn::start(&shared, region).await?.map(|stand_in| (shared, stand_in));
        }
        if let Some((_, stand_in)) = &self.0 {
            stand_in.add_to(variables);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Variables;
    use crate::project::settings::Settings;
    use crate::project::settings::cloud::{LogFormat, LogLevel};
    use std::collections::BTreeMap;

    #[test]
    fn variables_have_the_format_and_the_level_of_the_log() {
        let mut settings = Settings::default();
        settings.cloud.log_format = Some(LogFormat::Json);
        settings.cloud.log_level = Some(LogLevel::Warn);
        let of = |flags: &Variables| flags.of(&settings, &BTreeMap::new()).map_err(|error| error.to_string());
        let named = |format: &str, level: &str| {
            [("AWS_LAMBDA_LOG_FORMAT", format), ("AWS_LAMBDA_LOG_LEVEL", level)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        };
        assert_eq!(of(&Variables::default()), Ok(named("JSON", "WARN")));
        assert_eq!(of(&Variables { log_level: Some(LogLevel::Debug), ..Variables::default() }), Ok(named("JSON", "DEBUG")));
        let text = Variables { log_format: Some(LogFormat::Text), ..Variables::default() };
        assert!(of(&text).unwrap_err().contains("log levels need the log format json"));
        assert_eq!(Variables::default().of(&Settings::default(), &BTreeMap::new()).unwrap(), BTreeMap::new());
    }
}
