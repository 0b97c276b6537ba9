//! Partial batch responses of SQS, Kinesis and DynamoDB: the items of a batch that failed. Lambda
//! reads the response if the event source mapping has `ReportBatchItemFailures`:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>.

use crate::json::Json;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;
use ruchy_std::log::{self, Stream};

/// The items that Lambda delivers again; initially none.
///
/// ```
/// use events::batch::Answer;
/// use events::sqs;
///
/// pub fn lambda_handler(batch: &sqs::Batch) -> Answer {
///     let mut answer = Answer::new();
///     for message in batch.messages().iter().filter(|message| message.json().is_err()) {
///         answer.fail(message.id());
///     }
///     println!("{} of {} failed", answer.failed().len(), batch.messages().len());
///     answer
/// }
/// // event: {"Records":[{"messageId":"m1","body":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:orders"}]}
/// // response: {"batchItemFailures":[{"itemIdentifier":"m1"}]}
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    failed: Vec<String>,
}

impl Answer {
    /// Creates an answer without failed items.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a failed item by its id: the message id of SQS, or the sequence number of a stream.
    pub fn fail(&mut self, id: &str) {
        self.failed.push(id.to_string());
    }

    /// Returns the ids of the failed items.
    #[must_use]
    pub fn failed(&self) -> &[String] {
        &self.failed
    }

    /// Adds the failed item `id`, and logs its failure, which is not reported anywhere else.
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

/// Implements the answers to a batch: [`Answer`], or `()` if no item failed.
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

/// Calls `function` for each record of a stream, in order, until it fails. Lambda delivers the
/// failed record and all later ones again.
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
