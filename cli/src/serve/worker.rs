//! One invocation after the other: the process is started for the first one, and again after it has ended or was timed out.

use crate::Error;
use crate::environment::Function;
use crate::log::Log;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::runtime_api::Invocation;
use crate::sandbox::{Record, Sandbox};
use std::fs;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// An invocation that waits in line. Whoever wants no answer has dropped its other end.
#[derive(Debug)]
pub struct Job {
    pub invocation: Invocation,
    pub reply: oneshot::Sender<Answer>,
}

/// What came of it.
#[derive(Debug)]
pub struct Answer {
    pub outcome: Outcome,
    pub log_tail: Vec<u8>,
}

/// See the module's text.
#[derive(Debug)]
pub struct Worker {
    function: Function,
    timeout: Duration,
    log: Log,
    sandbox: Option<Sandbox>,
}

impl Worker {
    /// # Errors
    /// [`Error::System`].
    pub fn new(function: Function, timeout: Duration) -> Result<Self, Error> {
        Ok(Self { function, timeout, log: Log::new()?, sandbox: None })
    }

    /// Works until there can be no more jobs.
    pub async fn run(&mut self, jobs: &mut mpsc::Receiver<Job>) {
        while let Some(job) = self.log.during(jobs.recv()).await {
            self.work(job).await;
        }
    }

    /// Ends the process, if there is one.
    pub async fn stop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.log.during(sandbox.stop()).await;
        }
    }

    async fn work(&mut self, job: Job) {
        let request_id = job.invocation.request_id.clone();
        self.log.begin();
        self.log.line(&format!("START RequestId: {request_id} Version: $LATEST"));
        let record = self.invoke(job.invocation).await;
        self.report(&request_id, &record);
        let ends_process = record.outcome.ends_process();
        // Nobody may be waiting for it.
        let _ = job.reply.send(Answer { outcome: record.outcome, log_tail: self.log.tail().to_vec() });
        let settled = match &mut self.sandbox {
            Some(sandbox) if !ends_process => self.log.during(sandbox.settled(record.deadline)).await,
            _ => false,
        };
        if !settled {
            self.stop().await;
        }
    }

    async fn invoke(&mut self, invocation: Invocation) -> Record {
        if self.sandbox.as_mut().is_none_or(Sandbox::has_exited) {
            self.sandbox = None;
            match self.start().await {
                Ok(sandbox) => self.sandbox = Some(sandbox),
                Err(error) => return not_started(&error),
            }
        }
        match &mut self.sandbox {
            Some(sandbox) => self.log.during(sandbox.invoke(invocation, self.timeout)).await,
            None => unreachable!("it was started above"),
        }
    }

    async fn start(&self) -> Result<Sandbox, Error> {
        Sandbox::start(&self.function, self.log.output()?).await
    }

    fn report(&mut self, request_id: &str, record: &Record) {
        let Record { outcome, duration, init, peak_memory_kb, .. } = record;
        // An error of the function's own is in its log if the function wants it there.
        if let Some(complaint) = outcome.complaint(request_id) {
            self.log.line(&complaint);
        }
        let report = Report {
            request_id,
            outcome,
            duration: *duration,
            init: *init,
            memory_size_mb: self.function.memory_mb,
            peak_memory_kb: *peak_memory_kb,
            binary_bytes: fs::metadata(&self.function.bootstrap).map_or(0, |metadata| metadata.len()),
        };
        self.log.line(&format!("END RequestId: {request_id}"));
        self.log.line(&report.line());
    }
}

fn not_started(error: &Error) -> Record {
    Record {
        outcome: Outcome::NotStarted { message: error.to_string() },
        duration: Duration::ZERO,
        init: None,
        peak_memory_kb: None,
        deadline: Instant::now(),
    }
}
