//! Counts of a function's invocations: the instructions of its handler, without those of the runtime around it.
//!
//! The linked file runs under callgrind against a Runtime API of this process. A new dump begins at each entry of the handler, so that the
//! dump of an invocation is complete when the next one begins; one more invocation follows the last.

use super::dump::Dump;
use super::valgrind::{self, Options, Valgrind};
use crate::Error;
use crate::environment::Function;
use crate::runtime_api::{Event, Invocation, Post, RuntimeApi};
use hyper::body::Bytes;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::UnboundedReceiver;

/// The function that the registration of a handler makes, and the runtime calls.
pub const ENTRY: &str = "handlers::_::call";
/// How long valgrind may take to start the function, and an invocation under it.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// The answer to an event: a response, or an error's type and body.
pub type Answer = Result<Bytes, String>;

/// One counted invocation.
#[derive(Clone, Debug)]
pub struct Counted {
    pub dump: Dump,
    pub answer: Answer,
}

/// A function that runs under callgrind.
#[derive(Debug)]
pub struct Running {
    api: RuntimeApi,
    events: UnboundedReceiver<Event>,
    child: Child,
    function_arn: String,
    out: PathBuf,
    /// The invocations so far.
    invocations: usize,
}

impl Running {
    /// Starts `function`, whose file has symbols; `folder` is for files of the count.
    ///
    /// # Errors
    /// [`Error::Refused`] if the function does not ask for an event; [`Error::File`].
    pub async fn start(valgrind: &Valgrind, function: &Function, options: &Options, folder: &Path) -> Result<Self, Error> {
        let program = valgrind::prepare(&function.bootstrap, &folder.join("bootstrap"))?;
        let out = folder.join("callgrind.out");
        let (api, events) = RuntimeApi::start().await?;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        let options = Options { toggles: vec![ENTRY.to_owned()], dumps: vec![ENTRY.to_owned()], ..options.clone() };
        let mut command = valgrind.command(&options, &program, &out);
        command.envs(function.variables(api.address, "count", now_ms)).env("AWS_LAMBDA_LOG_FORMAT", "Text");
        let mut command = Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let child = command.spawn().map_err(Error::system("starting valgrind"))?;
        let mut running = Self { api, events, child, function_arn: function.arn(), out, invocations: 0 };
        running.until_ready().await?;
        Ok(running)
    }

    /// Counts an invocation with `event`, and one with `after` that follows it.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process ends, or does not answer.
    pub async fn count(&mut self, event: &[u8], after: &[u8]) -> Result<Counted, Error> {
        let answer = self.invoke(event).await?;
        let _ = self.invoke(after).await?; // an error of the function, which is not counted
        // The first entry of the handler ends a dump of nothing.
        let path = self.out.with_extension(format!("out.{}", self.invocations));
        let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
        let dump = Dump::parse(&text).map_err(Error::Refused)?;
        Ok(Counted { dump, answer })
    }

    async fn invoke(&mut self, event: &[u8]) -> Result<Answer, Error> {
        let mut invocation = Invocation::new(Bytes::copy_from_slice(event));
        invocation.function_arn.clone_from(&self.function_arn);
        self.api.offer(invocation);
        self.invocations += 1;
        let answer = loop {
            if let Event::Posted { post, .. } = self.next().await? {
                break match post {
                    Post::Response { body, .. } => Ok(body),
                    Post::Error { error_type, body } => Err(format!("{error_type}: {}", String::from_utf8_lossy(&body))),
                    Post::InitError { body, .. } => {
                        return Err(Error::Refused(format!("the function cannot start: {}", String::from_utf8_lossy(&body))));
                    }
                    Post::TooLarge { bytes } => Err(format!("a response of {bytes} bytes is too large")),
                };
            }
        };
        self.until_ready().await?;
        Ok(answer)
    }

    /// Waits until the function asks for an event.
    async fn until_ready(&mut self) -> Result<(), Error> {
        while !matches!(self.next().await?, Event::Ready { .. }) {}
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, Error> {
        let ended = |status: Option<ExitStatus>| {
            let status = status.map_or_else(String::new, |status| format!(" with {status}"));
            Error::Refused(format!("the function under valgrind ended{status} before it answered"))
        };
        tokio::select! {
            biased;
            event = self.events.recv() => event.ok_or_else(|| ended(None)),
            status = self.child.wait() => Err(ended(status.ok())),
            () = tokio::time::sleep(WAIT_MAX) => {
                Err(Error::Refused(format!("the function under valgrind did not answer in {} s", WAIT_MAX.as_secs())))
            }
        }
    }
}
