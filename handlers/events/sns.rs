//! Notifications of an SNS topic: <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>.
//!
//! ```
//! use events::sns;
//!
//! pub fn lambda_handler(notifications: &sns::Notifications) {
//!     for notification in notifications.all() {
//!         println!("{}: {}", notification.topic(), notification.message());
//!     }
//! }
//! ```

use crate::json::Json;
use crate::records;
use alloc::vec::Vec;
use ruchy_std::lambda::{Failure, Plain};

/// The notifications of one event. SNS sends one at a time.
#[derive(Clone, Debug)]
pub struct Notifications {
    notifications: Vec<Notification>,
}

impl Plain for Notifications {}

records::read_as!(Notifications { notifications: Notification by |record| Notification { record } }, "aws:sns", ["/Sns/MessageId", "/Sns/TopicArn", "/Sns/Message"]);

impl Notifications {
    /// Returns the notifications.
    #[must_use]
    pub fn all(&self) -> &[Notification] {
        &self.notifications
    }
}

/// A notification.
///
/// ```
/// use events::sns::{Notification, Notifications};
///
/// fn print(notification: &Notification) -> Result<(), Failure> {
///     println!("{} {} at {:?}", notification.id(), notification.subject().unwrap_or("no subject"), notification.timestamp());
///     if notification.attribute("format") == Some("json") {
///         println!("order {}", notification.json()?.integer("/id")?);
///     }
///     Ok(())
/// }
///
/// pub fn lambda_handler(notifications: &Notifications) -> Result<(), Failure> {
///     notifications.all().iter().try_for_each(print)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Notification {
    /// INVARIANT: has the values that `from_event` requires.
    record: Json,
}

impl Notification {
    /// Returns the message id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.of("MessageId").unwrap_or_default()
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        self.of("Message").unwrap_or_default()
    }

    /// Parses the message as JSON.
    ///
    /// # Errors
    /// [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.message())
    }

    /// Returns the subject, if the notification has one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.of("Subject")
    }

    /// Returns the name of the topic.
    #[must_use]
    pub fn topic(&self) -> &str {
        records::last_of_arn(self.of("TopicArn").unwrap_or_default())
    }

    /// Returns the time of publication, in RFC 3339 format.
    #[must_use]
    pub fn timestamp(&self) -> Option<&str> {
        self.of("Timestamp")
    }

    /// Returns the value of the publisher's message attribute `name`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.record["Sns"]["MessageAttributes"][name]["Value"].as_text()
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.record["Sns"][name].as_text()
    }
}
