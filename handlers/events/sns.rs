//! Notifications of an SNS topic ("Invoking Lambda functions with Amazon SNS notifications").

use crate::json::Json;
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::{Failure, Plain};

/// Notifications that came together; SNS sends them one by one.
#[derive(Clone, Debug)]
pub struct Notifications {
    notifications: Vec<Notification>,
}

impl Plain for Notifications {}

records::read_as!(Notifications { notifications: Notification by |record| Notification { record } }, "aws:sns", ["/Sns/MessageId", "/Sns/TopicArn", "/Sns/Message"]);

impl Notifications {
    /// The notifications.
    #[must_use]
    pub fn all(&self) -> &[Notification] {
        &self.notifications
    }
}

/// One notification.
#[derive(Clone, Debug)]
pub struct Notification {
    /// INVARIANT: it has what `from_event` asks for.
    record: Json,
}

impl Notification {
    /// The message id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.of("MessageId").unwrap_or_default()
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        self.of("Message").unwrap_or_default()
    }

    /// The message as JSON.
    ///
    /// # Errors
    /// [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.message())
    }

    /// The subject, if it has one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.of("Subject")
    }

    /// The topic's name.
    #[must_use]
    pub fn topic(&self) -> &str {
        records::last_of_arn(self.of("TopicArn").unwrap_or_default())
    }

    /// When it was published, as RFC 3339 has it.
    #[must_use]
    pub fn timestamp(&self) -> Option<&str> {
        self.of("Timestamp")
    }

    /// What its publisher says of it.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.record["Sns"]["MessageAttributes"][name]["Value"].as_text()
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.record["Sns"][name].as_text()
    }
}
