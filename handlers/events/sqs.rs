//! Messages of an SQS queue ("Using Lambda with Amazon SQS").

use crate::batch::{Answer, answered};
use crate::json::Json;
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;

/// Messages that came together.
#[derive(Clone, Debug)]
pub struct Batch {
    messages: Vec<Message>,
}

answered!(Batch);

records::read_as!(Batch { messages: Message by |record| Message { record } }, "aws:sqs", ["/messageId", "/body", "/eventSourceARN"]);

impl Batch {
    /// The messages.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Calls `function` for each message, and notes those it fails for: they alone are delivered again. Of a FIFO queue, all behind the first
    /// that fails are not tried and noted too, so that their order is kept.
    pub fn each(&self, mut function: impl FnMut(&Message) -> Result<(), Failure>) -> Answer {
        let mut answer = Answer::new();
        for message in &self.messages {
            if message.is_fifo() && !answer.failed().is_empty() {
                answer.fail(message.id());
            } else if let Err(failure) = function(message) {
                answer.fail_with(message.id(), &failure);
            }
        }
        answer
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// INVARIANT: it has what `from_event` asks for.
    record: Json,
}

impl Message {
    /// The message id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.record["messageId"].as_text().unwrap_or_default()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &str {
        self.record["body"].as_text().unwrap_or_default()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.body())
    }

    /// What SQS says of it: `SenderId`, `SentTimestamp`, `ApproximateReceiveCount`, `MessageGroupId`…
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.record["attributes"][name].as_text()
    }

    /// What its sender says of it, where that is text or a number.
    #[must_use]
    pub fn message_attribute(&self, name: &str) -> Option<&str> {
        self.record["messageAttributes"][name]["stringValue"].as_text()
    }

    /// How many times it has been delivered, this time included.
    #[must_use]
    pub fn receive_count(&self) -> u32 {
        self.attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    /// The queue's name.
    #[must_use]
    pub fn queue(&self) -> &str {
        records::last_of_arn(self.record["eventSourceARN"].as_text().unwrap_or_default())
    }

    fn is_fifo(&self) -> bool {
        // The queue's name is written in small letters, or SQS would not take it.
        self.queue().strip_suffix(".fifo").is_some()
    }
}
