//! Which items of a batch have failed ("Reporting batch item failures" in AWS Lambda's guides to SQS, Kinesis and DynamoDB). The event source
//! mapping must have `ReportBatchItemFailures`, or the answer is not read.

use crate::json::Json;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;
use ruchy_std::log::{self, Stream};

/// The items that are to be delivered again: none, unless some are said to have failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    failed: Vec<String>,
}

impl Answer {
    /// Nothing has failed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The item called `id` has failed: the message id of SQS, the sequence number of a stream.
    pub fn fail(&mut self, id: &str) {
        self.failed.push(id.to_string());
    }

    /// The items that have failed.
    #[must_use]
    pub fn failed(&self) -> &[String] {
        &self.failed
    }

    /// Notes that `id` has failed, and says so in the log: its failure goes nowhere else.
    pub(crate) fn fail_with(&mut self, id: &str, failure: &Failure) {
        let mut line = String::from(id);
        for part in [": ", failure.error_type(), ": ", failure.message(), "\n"] {
            line.push_str(part);
        }
        log::write(Stream::Error, &line);
        self.fail(id);
    }
}

impl From<Answer> for Json {
    fn from(answer: Answer) -> Self {
        let failed = answer.failed.into_iter().map(|id| Self::object().put("itemIdentifier", id));
        Self::object().put("batchItemFailures", failed.collect::<Vec<_>>())
    }
}

/// A batch is answered by [`Answer`], or by nothing: then all of it went well, or failed with the handler.
macro_rules! answered {
    ($batch:ty) => {
        impl ruchy_std::lambda::IntoAnswer<$batch> for $crate::batch::Answer {
            fn into_answer(self, _batch: &$batch) -> Result<alloc::string::String, Failure> {
                Ok($crate::Json::from(self).to_string())
            }
        }

        impl ruchy_std::lambda::IntoAnswer<$batch> for () {
            fn into_answer(self, _batch: &$batch) -> Result<alloc::string::String, Failure> {
                Ok($crate::Json::from($crate::batch::Answer::new()).to_string())
            }
        }
    };
}
pub(crate) use answered;

/// Calls `function` for one record of a stream after another, up to the first that fails: Lambda delivers that one and all behind it again.
pub(crate) fn in_order<'records, R: 'records>(
    records: &'records [R],
    id: impl Fn(&'records R) -> &'records str,
    mut function: impl FnMut(&'records R) -> Result<(), Failure>,
) -> Answer {
    let mut answer = Answer::new();
    for record in records {
        if let Err(failure) = function(record) {
            answer.fail_with(id(record), &failure);
            break;
        }
    }
    answer
}
