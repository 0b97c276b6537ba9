//! Events of an EventBridge bus, schedules among them ("AWS service event metadata" in the guide to Amazon EventBridge).

use crate::json::Json;
use crate::ping::answered_as_ping;
use alloc::vec::Vec;
use ruchy_std::lambda::{Failure, FromEvent, Plain};

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// INVARIANT: it has what `from_event` asks for.
    event: Json,
}

impl Plain for Event {}

impl FromEvent for Event {
    fn from_event(event: &str) -> Result<Self, Failure> {
        let mut event = crate::parse(event)?;
        for path in ["/id", "/source", "/detail-type", "/time"] {
            event.text(path)?;
        }
        // EventBridge Scheduler has it as text.
        if let Some(detail) = event["detail"].as_text().and_then(|detail| crate::parse(detail).ok()) {
            event.set("detail", detail);
        }
        Ok(Self { event })
    }

    answered_as_ping!();
}

impl Event {
    /// The event's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// Who says it: `aws.ec2`, or your own application.
    #[must_use]
    pub fn source(&self) -> &str {
        self.text("source")
    }

    /// What has happened: `EC2 Instance State-change Notification`.
    #[must_use]
    pub fn detail_type(&self) -> &str {
        self.text("detail-type")
    }

    /// When, as RFC 3339 has it.
    #[must_use]
    pub fn time(&self) -> &str {
        self.text("time")
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.text("account")
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.text("region")
    }

    /// The ARNs of what it is about.
    #[must_use]
    pub fn resources(&self) -> Vec<&str> {
        self.event["resources"].as_array().unwrap_or_default().iter().filter_map(Json::as_text).collect()
    }

    /// What is particular to it.
    #[must_use]
    pub fn detail(&self) -> &Json {
        &self.event["detail"]
    }

    /// Whether a schedule's time has come: a rule's, or one of EventBridge Scheduler.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        matches!(self.source(), "aws.events" | "aws.scheduler") && self.detail_type() == "Scheduled Event"
    }

    /// The name of the rule, or of the schedule, whose time has come. An event of another kind does not name the rule that matched it.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        // arn:aws:events:REGION:ACCOUNT:rule/NAME, arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP/NAME
        let mut parts = self.event.at("/resources/0")?.as_text()?.splitn(6, ':');
        let (service, resource) = (parts.nth(2)?, parts.nth(2)?);
        let (kind, name) = resource.split_once('/')?;
        matches!((service, kind), ("events", "rule") | ("scheduler", "schedule")).then(|| name.rsplit('/').next())?
    }

    /// All of the event.
    #[must_use]
    pub fn event(&self) -> &Json {
        &self.event
    }

    fn text(&self, name: &str) -> &str {
        self.event[name].as_text().unwrap_or_default()
    }
}
