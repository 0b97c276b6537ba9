//! Counts of a function's invocations: the instructions of its handler, without those of the
//! runtime around it.
//!
//! The linked file runs under callgrind against a Runtime API of this process. A new dump begins at
//! each entry of the handler, so that the dump of an invocation is complete when the next one
//! begins; one more invocation follows the last.

use super::dump::Dump;
use super::served::{Answer, Served};
use super::valgrind::{self, Options, Valgrind};
use crate::Error;
use crate::environment::Function;
use std::fs;
use std::path::{Path, PathBuf};

/// The function that the registration of a handler makes, and the runtime calls.
pub const ENTRY: &str = "handlers::_::call";
/// One counted invocation.
#[derive(Clone, Debug)]
pub struct Counted {
    pub dump: Dump,
    pub answer: Answer,
}

/// A function that runs under callgrind.
#[derive(Debug)]
pub struct Running {
    served: Served,
    out: PathBuf,
    /// The invocations so far.
    invocations: usize,
}

impl Running {
    /// Starts `function`, whose file has symbols; `folder` is for files of the count.
    ///
    /// # Errors
    /// As [`Served::start`]; [`Error::File`].
    pub async fn start(valgrind: &Valgrind, function: &Function, options: &Options, folder: &Path) -> Result<Self, Error> {
        let program = valgrind::prepare(&function.bootstrap, &folder.join("bootstrap"))?;
        let out = folder.join("callgrind.out");
        let options = Options { toggles: vec![ENTRY.to_owned()], dumps: vec![ENTRY.to_owned()], ..options.clone() };
        let mut command = valgrind.command(&options, &program, &out);
        command.env("AWS_LAMBDA_LOG_FORMAT", "Text");
        Ok(Self { served: Served::start(command, function).await?, out, invocations: 0 })
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
        self.invocations += 1;
        self.served.invoke(event).await
    }
}
