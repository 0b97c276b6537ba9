//! Messages of an SQS queue: <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.
//!
//! ```
//! use events::batch::Answer;
//! use events::sqs;
//!
//! pub fn lambda_handler(batch: &sqs::Batch) -> Answer {
//!     batch.each(|message| {
//!         let order = message.json()?;
//!         println!("order {}", order.integer("/id")?);
//!         Ok(())
//!     })
//! }
//! // event: {"Records":[{"messageId":"m1","body":"{}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:orders"}]}
//! // response: {"batchItemFailures":[{"itemIdentifier":"m1"}]}
//! ```

use crate::batch::{Answer, answered};
use crate::json::Json;
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::Failure;

/// The messages of one event.
#[derive(Clone, Debug)]
pub struct Batch {
    messages: Vec<Message>,
}

answered!(Batch);

records::read_as!(Batch { messages: Message by |record| Message { record } }, "aws:sqs", ["/messageId", "/body", "/eventSourceARN"]);

impl Batch {
    /// Returns the messages.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Calls `function` for each message. The messages for which it fails are delivered again. For
    /// a FIFO queue, `function` is not called after a failure, and all later messages are delivered
    /// again too, so that they remain in order.
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

/// A message.
///
/// ```
/// use events::batch::Answer;
/// use events::sqs::{Batch, Message};
///
/// fn ship(message: &Message) -> Result<(), Failure> {
///     if message.receive_count() > 3 {
///         println!("{} from {}: {}", message.id(), message.queue(), message.body());
///     }
///     match message.message_attribute("kind").or(message.attribute("MessageGroupId")) {
///         Some("order") => Ok(()),
///         kind => Err(Failure::new("Function.UnknownKind", format!("kind {kind:?}: expected order"))),
///     }
/// }
///
/// pub fn lambda_handler(batch: &Batch) -> Answer {
///     batch.each(ship)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    /// INVARIANT: has the values that `from_event` requires.
    record: Json,
}

impl Message {
    /// Returns the message id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.record["messageId"].as_text().unwrap_or_default()
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &str {
        self.record["body"].as_text().unwrap_or_default()
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.body())
    }

    /// Returns an attribute that SQS set: `SenderId`, `SentTimestamp`, `ApproximateReceiveCount`,
    /// `MessageGroupId` …
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.record["attributes"][name].as_text()
    }

    /// Returns an attribute that the sender set, if it is a string or a number.
    #[must_use]
    pub fn message_attribute(&self, name: &str) -> Option<&str> {
        self.record["messageAttributes"][name]["stringValue"].as_text()
    }

    /// Returns the number of deliveries, including this one.
    #[must_use]
    pub fn receive_count(&self) -> u32 {
        self.attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    /// Returns the name of the queue.
    #[must_use]
    pub fn queue(&self) -> &str {
        records::last_of_arn(self.record["eventSourceARN"].as_text().unwrap_or_default())
    }

    fn is_fifo(&self) -> bool {
        // SQS requires the suffix in lowercase.
        self.queue().strip_suffix(".fifo").is_some()
    }
}
