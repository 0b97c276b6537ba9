//! Times of invocations of a function, through a Runtime API in this process, from the delivery of
//! the event to the response.

use crate::Error;
use crate::environment::Function;
use crate::outcome::Outcome;
use crate::runtime_api::Invocation;
use crate::sandbox::Sandbox;
use hyper::body::Bytes;
use std::fs::File;
use std::time::{Duration, Instant};

/// The time limit of an invocation.
const INVOCATION_MAX: Duration = Duration::from_secs(60);

/// A running function that is timed. Its output is discarded.
#[derive(Debug)]
pub struct Timed {
    sandbox: Sandbox,
    name: String,
}

/// One invocation.
#[derive(Clone, Debug)]
pub struct Sample {
    pub nanoseconds: u64,
    /// The response, or the kind of the error.
    pub answer: Result<Bytes, String>,
    pub peak_memory_kb: Option<u64>,
}

impl Timed {
    /// Starts `function`.
    ///
    /// # Errors
    /// As [`Sandbox::start`].
    pub async fn start(function: &Function) -> Result<Self, Error> {
        let discarded = File::options().write(true).open("/dev/null").map_err(Error::system("opening /dev/null"))?;
        Ok(Self { sandbox: Sandbox::start(function, discarded.into()).await?, name: function.handler.clone() })
    }

    /// Times one invocation with `event`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the process ends, or does not answer.
    pub async fn invoke(&mut self, event: &[u8]) -> Result<Sample, Error> {
        let record = self.sandbox.invoke(Invocation::new(Bytes::copy_from_slice(event)), INVOCATION_MAX).await;
        let answer = match record.outcome {
            Outcome::Response { body, .. } => Ok(body),
            Outcome::FunctionError { error_type, body } => Err(format!("{error_type}: {}", String::from_utf8_lossy(&body))),
            outcome => {
                let error = outcome.error_type().unwrap_or("no answer").to_owned();
                return Err(Error::Refused(format!("{}: an invocation ended with {error}", self.name)));
            }
        };
        self.sandbox.settled(Instant::now() + INVOCATION_MAX).await;
        let nanoseconds = u64::try_from(record.duration.as_nanos()).unwrap_or(u64::MAX);
        Ok(Sample { nanoseconds, answer, peak_memory_kb: record.peak_memory_kb })
    }

    /// Ends the process.
    pub async fn stop(self) {
        self.sandbox.stop().await;
    }
}
