//! Events of a size: from a template, from a command, or from `event_of_size(n)` next to the
//! handler.

use crate::Error;
use crate::compile::build::{self, Request};
use crate::compile::program::Program;
use crate::event::check_json;
use crate::preset::Preset;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// The placeholder for the size.
const SIZE: &str = "{n}";
/// The function next to a handler that makes events.
const MAKER: &str = "event_of_size";

/// The source of events.
#[derive(Clone, Debug)]
pub enum Inputs {
    /// JSON with `{n}`.
    Template(String),
    /// A command of the shell with `{n}`, which prints an event.
    Command(String),
    /// A program that prints the event of the size that is its argument.
    Program(PathBuf),
    /// A program's argument is the size itself.
    None,
}

impl Inputs {
    /// The source of events that the options name; for a function in `source` without one, its own
    /// `event_of_size`.
    ///
    /// # Errors
    /// [`Error::Refused`] if there is none, or `{n}` is missing; as [`build::build`].
    pub async fn of(template: Option<&str>, command: Option<&str>, source: Option<&Path>) -> Result<Result<Self, String>, Error> {
        let with_size = |option: &str, text: &str| {
            if text.contains(SIZE) {
                Ok(text.to_owned())
            } else {
                Err(Error::Refused(format!("{option} {text:?}: expected {SIZE} in it, which becomes the size")))
            }
        };
        match (template, command, source) {
            (Some(template), _, _) => Ok(Ok(Self::Template(with_size("--event", template)?))),
            (_, Some(command), _) => Ok(Ok(Self::Command(with_size("--events", command)?))),
            (_, _, None) => Ok(Ok(Self::None)),
            (_, _, Some(source)) => Self::maker(source).await,
        }
    }

    async fn maker(source: &Path) -> Result<Result<Self, String>, Error> {
        let program = match Program::without_main(source)? {
            Ok(program) => program,
            Err(messages) => return Ok(Err(messages)),
        };
        if program.functions().is_none_or(|functions| !functions.iter().any(|function| function == MAKER)) {
            return Err(Error::Refused(format!(
                "no event given. Specify a template with --event '{{\"n\": {SIZE}}}', a command that prints one with --events 'COMMAND {SIZE}', \
                 or write `pub fun {MAKER}(n: i64) -> String` in {}",
                source.display()
            )));
        }
        let entry = format!(
            "#[inline(never)] pub fn ruchy_lambda_main() -> i32 {{ \
             let n = ::std::env::args().nth(1).and_then(|n| n.parse().ok()); \
             if let Some(n) = n {{ ::std::print!(\"{{}}\", {MAKER}(n)); 0 }} else {{ 2 }} }}"
        );
        let program = Program { entry, variant: format!("::{MAKER}"), ..program };
        let request = Request { preset: Preset::None, processor: None, as_written: true, rebuild: false };
        Ok(build::build(&program, &request).await?.map(|built| Self::Program(built.with_symbols)))
    }

    /// The event of size `n`.
    ///
    /// # Errors
    /// [`Error::NotJson`]; [`Error::Refused`] if the command fails.
    pub async fn event(&self, n: u64) -> Result<Vec<u8>, Error> {
        let event = match self {
            Self::None => Vec::new(),
            Self::Template(template) => template.replace(SIZE, &n.to_string()).into_bytes(),
            Self::Command(command) => {
                let command = command.replace(SIZE, &n.to_string());
                printed(Command::new("sh").arg("-c").arg(&command), &command).await?
            }
            Self::Program(program) => printed(Command::new(program).arg(n.to_string()), MAKER).await?,
        };
        if !matches!(self, Self::None) {
            check_json(&event).map_err(|error| Error::NotJson { place: format!("the event of size {n}"), error })?;
        }
        Ok(event)
    }
}

async fn printed(command: &mut Command, name: &str) -> Result<Vec<u8>, Error> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().await.map_err(Error::system("starting a command"))?;
    if !output.status.success() {
        return Err(Error::Refused(format!("{name}: it printed no event and exited with {}", output.status)));
    }
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::Inputs;

    async fn of(template: Option<&str>, command: Option<&str>) -> Result<Inputs, String> {
        Inputs::of(template, command, None).await.map_err(|error| error.to_string()).map(Result::unwrap)
    }

    #[tokio::test]
    async fn events_are_made_of_a_template_or_by_a_command() {
        let template = of(Some("{\"n\": {n}}"), None).await.unwrap();
        assert_eq!(template.event(12).await.unwrap(), b"{\"n\": 12}");
        let command = of(None, Some("printf '[%s]' {n}")).await.unwrap();
        assert_eq!(command.event(7).await.unwrap(), b"[7]");
        assert!(of(Some("{}"), None).await.unwrap_err().contains("expected {n} in it"));
        let failing = of(None, Some("exit {n}")).await.unwrap();
        assert!(failing.event(3).await.unwrap_err().to_string().contains("exit 3"));
        let text = of(None, Some("echo a{n}")).await.unwrap();
        assert!(text.event(3).await.unwrap_err().to_string().contains("the event of size 3 is not JSON"));
    }
}
