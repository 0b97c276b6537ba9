//! One process of a function, and its log. It is started for its first invocation, and restarted
//! after it ended or timed out.

use crate::Error;
use crate::environment::Function;
use crate::log::Log;
use crate::outcome::Outcome;
use crate::report::Report;
use crate::runtime_api::Invocation;
use crate::sandbox::{Debugger, Record, Sandbox};
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The result of an invocation.
#[derive(Debug)]
pub struct Answer {
    pub outcome: Outcome,
    /// The end of its log.
    pub log_tail: Vec<u8>,
}

/// A function, and how its processes are run.
#[derive(Debug)]
pub struct Configuration {
    pub function: Function,
    /// The time limit of an invocation.
    pub timeout: Duration,
    /// The prefix of each line of the log.
    pub log_prefix: String,
    /// Receives the log instead of standard error.
    pub log_file: Option<Arc<File>>,
    /// The file with symbols.
    pub symbols: Option<Arc<PathBuf>>,
    pub debugger: Debugger,
    /// The file was linked in the least time, and differs from the one that ships.
    pub is_quick: bool,
}

/// See the module's text.
#[derive(Debug)]
pub struct Instance {
    configuration: Arc<Configuration>,
    log: Log,
    sandbox: Option<Sandbox>,
    /// Until when the process may take to ask for its next event; `None` once it has ended or must.
    settles_until: Option<Instant>,
}

impl Instance {
    /// # Errors
    /// [`Error::System`].
    pub fn new(configuration: Arc<Configuration>) -> Result<Self, Error> {
        let log = Log::new(&configuration.log_prefix, configuration.symbols.clone())?.to_file(configuration.log_file.clone());
        Ok(Self { configuration, log, sandbox: None, settles_until: None })
    }

    /// Runs one invocation. [`Self::settle`] must follow.
    pub async fn invoke(&mut self, invocation: Invocation) -> Answer {
        let request_id = invocation.request_id.clone();
        self.log.begin();
        self.log.line(&format!("START RequestId: {request_id} Version: $LATEST"));
        let record = self.run(invocation).await;
        self.report(&request_id, &record);
        self.settles_until = (!record.outcome.ends_process()).then_some(record.deadline);
        Answer { outcome: record.outcome, log_tail: self.log.tail().to_vec() }
    }

    /// Waits until the process asks for its next event; ends it if it does not.
    pub async fn settle(&mut self) {
        let settled = match (&mut self.sandbox, self.settles_until) {
            (Some(sandbox), Some(deadline)) => self.log.during(sandbox.settled(deadline)).await,
            _ => false,
        };
        self.log.flush();
        if !settled {
            self.stop().await;
        }
    }

    /// Ends the process, if one runs.
    pub async fn stop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.log.during(sandbox.stop()).await;
            self.log.flush();
        }
    }

    async fn run(&mut self, invocation: Invocation) -> Record {
        if self.sandbox.as_mut().is_none_or(Sandbox::has_exited) {
            self.sandbox = None;
            match self.start().await {
                Ok(sandbox) => self.sandbox = Some(sandbox),
                Err(error) => return not_started(&error),
            }
        }
        match &mut self.sandbox {
            Some(sandbox) => self.log.during(sandbox.invoke(invocation, self.configuration.timeout)).await,
            None => unreachable!("it was started above"),
        }
    }

    async fn start(&mut self) -> Result<Sandbox, Error> {
        let Configuration { function, debugger, symbols, .. } = &*self.configuration;
        let mut sandbox = Sandbox::start_for(function, *debugger, self.log.output()?).await?;
        sandbox.read_stacks(symbols.clone());
        self.log.follow(sandbox.process_id());
        if let Some(hint) = sandbox.hint() {
            self.log.line(&hint);
        }
        Ok(sandbox)
    }

    fn report(&mut self, request_id: &str, record: &Record) {
        let Record { outcome, duration, init, peak_memory_kb, .. } = record;
        // An error of the function's own is in its log if the function wants it there.
        if let Some(lambda_message) = outcome.lambda_message(request_id) {
            self.log.line(&lambda_message);
        }
        if let Some(stack) = record.stack_lines() {
            self.log.line(&stack);
        }
        let function = &self.configuration.function;
        let report = Report {
            request_id,
            outcome,
            duration: *duration,
            init: *init,
            memory_size_mb: function.memory_mb,
            peak_memory_kb: *peak_memory_kb,
            binary_bytes: fs::metadata(&function.bootstrap).map_or(0, |metadata| metadata.len()),
            is_quick: self.configuration.is_quick,
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
        stack: Vec::new(),
    }
}
