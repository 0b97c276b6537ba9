//! Finds the handlers of a bootstrap by starting it: its section table is stripped, but it refuses
//! an unknown handler with the names of the existing ones.

use crate::Error;
use crate::environment::Function;
use crate::process::{self, Process};
use crate::runtime_api::{Event, Post, RuntimeApi};
use crate::sandbox::INIT_MAX;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

/// A handler's name that no function can have: a file's name contains no slash.
const NO_HANDLER: &str = "/";
/// The text between the requested handler and the existing ones in the message of a bootstrap
/// built with this tool.
const REFUSAL: &str = "; set it to: ";

/// The reaction of a bootstrap to a start with a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// It asked for an event.
    Ready,
    /// It reported that it cannot, with the reason.
    Refused(String),
    /// It ended, or took longer than Lambda gives it.
    Silent,
}

/// The handlers in the file; `None` if it accepts any name, as other runtimes do.
///
/// # Errors
/// Those of starting it; [`Error::NotDeployable`] where it does not start.
pub fn of(bootstrap: &Path) -> Result<Option<Vec<String>>, Error> {
    match start(bootstrap, NO_HANDLER)? {
        Start::Ready => Ok(None),
        Start::Refused(message) => Ok(message.split_once(REFUSAL).map(|(_, names)| names.split(' ').map(str::to_owned).collect())),
        Start::Silent => Err(Error::not_deployable(bootstrap, "it exited before it requested an event")),
    }
}

/// Starts the file for `handler`, and ends it once it has reported anything.
///
/// # Errors
/// Those of starting it.
pub fn start(bootstrap: &Path, handler: &str) -> Result<Start, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::system("starting"))?;
    runtime.block_on(async {
        let (api, mut events) = RuntimeApi::start().await?;
        let path = crate::process::executable(bootstrap)?;
        let function = Function {
            handler: handler.to_owned(),
            bootstrap: path,
            memory_mb: 128,
            region: "us-east-1".to_owned(),
            variables: std::collections::BTreeMap::new(),
        };
        let now_ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let variables = function.variables(api.address, "0", u64::try_from(now_ms).unwrap_or_default());
        let output = File::options().write(true).open("/dev/null").map_err(Error::system("opening /dev/null"))?;
        let mut process = Process::start(&function.bootstrap, &variables, process::Start::default(), output.into())?;
        let event = tokio::select! {
            biased;
            event = events.recv() => event,
            _ = process.exited() => events.try_recv().ok(),
            () = tokio::time::sleep(INIT_MAX) => None,
        };
        process.stop().await;
        Ok(match event {
            Some(Event::Ready { .. }) => Start::Ready,
            Some(Event::Posted { post: Post::InitError { error_type, body }, .. }) => Start::Refused(message(&body).unwrap_or(error_type)),
            _ => Start::Silent,
        })
    })
}

fn message(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(body["errorMessage"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Start, of, start};
    use std::path::Path;

    /// A shell script that takes any handler but `broken`, which cannot start, and `gone`, which
    /// ends.
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bootstrap.sh");

    #[test]
    fn start_distinguishes_ready_refused_and_silent() {
        let start = |handler| start(Path::new(SCRIPT), handler).unwrap();
        assert_eq!(start("any"), Start::Ready);
        assert_eq!(start("broken"), Start::Refused("it cannot start".to_owned()));
        assert_eq!(start("gone"), Start::Silent);
    }

    #[test]
    fn handlers_are_unknown_if_any_name_is_accepted() {
        assert_eq!(of(Path::new(SCRIPT)).unwrap(), None);
    }
}
