//! A measured process, and the Runtime API that sends its events. Its time limits are longer than
//! Lambda's, because callgrind slows it down.

use crate::Error;
use crate::environment::Function;
use crate::recipe::recipe;
use crate::runtime_api::{Event, Invocation, Post, RuntimeApi};
use hyper::body::Bytes;
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::process::Child;
use tokio::sync::mpsc::UnboundedReceiver;

/// The time limit for the process to start, to answer, and to end.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// The answer to an event: a response, or an error's type and body.
pub type Answer = Result<Bytes, String>;

/// See the module's text.
#[derive(Debug)]
pub struct Served {
    api: RuntimeApi,
    events: UnboundedReceiver<Event>,
    child: Child,
    function_arn: String,
}

impl Served {
    /// Starts `command`, which runs `function`, and waits until it asks for an event. Its standard
    /// output is discarded.
    ///
    /// # Errors
    /// [`Error::Refused`] if it does not ask for one.
    pub async fn start(mut command: Command, function: &Function) -> Result<Self, Error> {
        let (api, events) = RuntimeApi::start().await?;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        command.envs(function.variables(api.address, "measured", now_ms));
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
        let child = command.spawn().map_err(Error::system("starting what is measured"))?;
        let mut served = Self { api, events, child, function_arn: function.arn() };
        served.until_ready().await?;
        Ok(served)
    }

    /// Returns the number of the process, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends `event`, and waits for the answer and until the process asks for the next event.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process ends, or does not answer.
    pub async fn invoke(&mut self, event: &[u8]) -> Result<Answer, Error> {
        let answer = self.answer(event).await?;
        self.until_ready().await?;
        Ok(answer)
    }

    /// Sends `event`, waits for the answer, and ends the process, which may also end by itself: by
    /// a panic, for example.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process does not answer.
    pub async fn invoke_last(mut self, event: &[u8]) -> Result<Answer, Error> {
        let answer = self.answer(event).await?;
        self.end().await?;
        Ok(answer)
    }

    async fn answer(&mut self, event: &[u8]) -> Result<Answer, Error> {
        let mut invocation = Invocation::new(Bytes::copy_from_slice(event));
        invocation.function_arn.clone_from(&self.function_arn);
        self.api.offer(invocation);
        loop {
            if let Event::Posted { post, .. } = self.next().await? {
                break match post {
                    Post::Response { body, .. } => Ok(Ok(body)),
                    Post::Error { error_type, body } => Ok(Err(format!("{error_type}: {}", String::from_utf8_lossy(&body)))),
                    Post::InitError { body, .. } => {
                        Err(Error::Refused(format!("the function cannot start: {}", String::from_utf8_lossy(&body))))
                    }
                    Post::TooLarge { bytes } => Ok(Err(format!("a response of {bytes} bytes is too large"))),
                };
            }
        }
    }

    /// Sends SIGTERM, and waits for the end of the process.
    ///
    /// # Errors
    /// [`Error::Refused`] if it does not end.
    pub async fn end(mut self) -> Result<ExitStatus, Error> {
        if let Some(process) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process(process, Signal::TERM); // it may have ended
        }
        let ended = tokio::time::timeout(WAIT_MAX, self.child.wait()).await;
        ended
            .map_err(|_| Error::Refused("the function did not end after SIGTERM".to_owned()))?
            .map_err(Error::system("waiting for a process"))
    }

    /// Waits until the function asks for an event.
    async fn until_ready(&mut self) -> Result<(), Error> {
        while !matches!(self.next().await?, Event::Ready { .. }) {}
        Ok(())
    }

    async fn next(&mut self) -> Result<Event, Error> {
        let ended = |status: Option<ExitStatus>| {
            let status = status.map_or_else(String::new, |status| format!(" with {status}"));
            Error::Refused(format!(
                "the function that is measured ended{status} before it answered. `{}` with the same event shows why.",
                recipe("invoke NAME")
            ))
        };
        tokio::select! {
            biased;
            event = self.events.recv() => event.ok_or_else(|| ended(None)),
            status = self.child.wait() => Err(ended(status.ok())),
            () = tokio::time::sleep(WAIT_MAX) => {
                Err(Error::Refused(format!("the function that is measured did not answer in {} s. Use an event that costs less time.", WAIT_MAX.as_secs())))
            }
        }
    }
}
