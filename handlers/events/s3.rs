//! What happened to objects in an S3 bucket ("Event message structure" in the guide to Amazon S3).

use crate::json::Json;
use crate::records;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::Plain;

/// Changes that came together.
#[derive(Clone, Debug)]
pub struct Changes {
    changes: Vec<Change>,
}

impl Plain for Changes {}

records::read_as!(Changes { changes: Change by Change::of }, "aws:s3", ["/eventName", "/s3/bucket/name", "/s3/object/key"]);

impl Changes {
    /// The changes.
    #[must_use]
    pub fn all(&self) -> &[Change] {
        &self.changes
    }
}

/// What happened to one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// INVARIANT: it has what `from_event` asks for.
    record: Json,
    key: String,
}

impl Change {
    fn of(record: Json) -> Self {
        // S3 writes keys as forms are written: a blank is a `+`.
        let key = record["s3"]["object"]["key"].as_text().unwrap_or_default().replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8_lossy().into_owned();
        Self { record, key }
    }

    /// What happened: `ObjectCreated:Put`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record["eventName"].as_text().unwrap_or_default()
    }

    /// Whether the object is new, or has new content.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        self.name().starts_with("ObjectCreated:")
    }

    /// Whether the object is gone.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.name().starts_with("ObjectRemoved:") || self.name().starts_with("LifecycleExpiration:")
    }

    /// The bucket's name.
    #[must_use]
    pub fn bucket(&self) -> &str {
        self.record["s3"]["bucket"]["name"].as_text().unwrap_or_default()
    }

    /// The object's key, as it is: without the escapes that the event has.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The object's size in bytes; of one that is gone there is none.
    #[must_use]
    pub fn size(&self) -> Option<i64> {
        self.record["s3"]["object"]["size"].as_integer()
    }

    /// The object's tag of its content.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.record["s3"]["object"]["eTag"].as_text()
    }

    /// The object's version, in a bucket that keeps them.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.record["s3"]["object"]["versionId"].as_text()
    }

    /// When it happened, as RFC 3339 has it.
    #[must_use]
    pub fn time(&self) -> Option<&str> {
        self.record["eventTime"].as_text()
    }
}
