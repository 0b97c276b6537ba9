//! Events of an EventBridge bus or of EventBridge Scheduler:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html>.
//!
//! ```
//! use events::eventbridge;
//!
//! pub fn lambda_handler(event: &eventbridge::Event) -> Result<(), Failure> {
//!     println!("{} of {}", event.detail_type(), event.source());
//!     println!("instance {}", event.detail().text("/instance-id")?);
//!     Ok(())
//! }
//! ```

use crate::json::Json;
use crate::ping::answered_as_ping;
use alloc::vec::Vec;
use ruchy_std::lambda::{Failure, FromEvent, Plain};

/// An event.
///
/// ```
/// use events::eventbridge::Event;
///
/// pub fn lambda_handler(event: &Event) -> String {
///     println!("{} at {} in {}, account {}", event.id(), event.time(), event.region(), event.account());
///     println!("{} resources, {}", event.resources().len(), event.event());
///     if event.is_scheduled() {
///         return format!("by the rule {}", event.rule().unwrap_or("of another name"));
///     }
///     event.source().to_string()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    /// INVARIANT: has the values that `from_event` requires.
    event: Json,
}

impl Plain for Event {}

impl FromEvent for Event {
    fn from_event(event: &str) -> Result<Self, Failure> {
        let mut event = crate::parse(event)?;
        for path in ["/id", "/source", "/detail-type", "/time"] {
            event.text(path)?;
        }
        // EventBridge Scheduler sends the detail as a string.
        if let Some(detail) = event["detail"].as_text().and_then(|detail| crate::parse(detail).ok()) {
            event.set("detail", detail);
        }
        Ok(Self { event })
    }

    answered_as_ping!();
}

impl Event {
    /// Returns the id of the event.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// Returns the source: `aws.ec2`, or the name of an application.
    #[must_use]
    pub fn source(&self) -> &str {
        self.text("source")
    }

    /// Returns the type of the event, such as `EC2 Instance State-change Notification`.
    #[must_use]
    pub fn detail_type(&self) -> &str {
        self.text("detail-type")
    }

    /// Returns the time of the event, in RFC 3339 format.
    #[must_use]
    pub fn time(&self) -> &str {
        self.text("time")
    }

    /// Returns the account id.
    #[must_use]
    pub fn account(&self) -> &str {
        self.text("account")
    }

    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.text("region")
    }

    /// Returns the ARNs of the resources that the event is about.
    #[must_use]
    pub fn resources(&self) -> Vec<&str> {
        self.event["resources"].as_array().unwrap_or_default().iter().filter_map(Json::as_text).collect()
    }

    /// Returns the detail, whose members depend on the event's type.
    #[must_use]
    pub fn detail(&self) -> &Json {
        &self.event["detail"]
    }

    /// Returns `true` for the event of a schedule: of a rule, or of EventBridge Scheduler.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        matches!(self.source(), "aws.events" | "aws.scheduler") && self.detail_type() == "Scheduled Event"
    }

    /// Returns the name of the rule or schedule that sent a scheduled event. Other events do not
    /// contain the name of the rule that matched them.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        // arn:aws:events:REGION:ACCOUNT:rule/NAME,
        // arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP/NAME
        let mut parts = self.event.at("/resources/0")?.as_text()?.splitn(6, ':');
        let (service, resource) = (parts.nth(2)?, parts.nth(2)?);
        let (kind, name) = resource.split_once('/')?;
        matches!((service, kind), ("events", "rule") | ("scheduler", "schedule")).then(|| name.rsplit('/').next())?
    }

    /// Returns the whole event.
    #[must_use]
    pub fn event(&self) -> &Json {
        &self.event
    }

    fn text(&self, name: &str) -> &str {
        self.event[name].as_text().unwrap_or_default()
    }
}
