//! Notifications about objects in an S3 bucket:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.
//!
//! ```
//! use events::s3;
//!
//! pub fn lambda_handler(changes: &s3::Changes) {
//!     for change in changes.all() {
//!         println!("{} {}/{}", change.name(), change.bucket(), change.key());
//!     }
//! }
//! ```

use crate::json::Json;
use crate::records;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::Plain;

/// The changes of one notification.
#[derive(Clone, Debug)]
pub struct Changes {
    changes: Vec<Change>,
}

impl Plain for Changes {}

records::read_as!(Changes { changes: Change by Change::of }, "aws:s3", ["/eventName", "/s3/bucket/name", "/s3/object/key"]);

impl Changes {
    /// Returns the changes.
    #[must_use]
    pub fn all(&self) -> &[Change] {
        &self.changes
    }
}

/// A change of one object.
///
/// ```
/// use events::s3::{Change, Changes};
///
/// fn describe(change: &Change) -> String {
///     if change.is_removal() {
///         return format!("{} was removed at {}", change.key(), change.time().unwrap_or("an unknown time"));
///     }
///     assert!(change.is_creation());
///     format!("{}: {} B, {} {}", change.key(), change.size().unwrap_or(0), change.etag().unwrap_or(""), change.version().unwrap_or(""))
/// }
///
/// pub fn lambda_handler(changes: &Changes) -> String {
///     changes.all().iter().map(describe).collect::<Vec<_>>().join("\n")
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Change {
    /// INVARIANT: has the values that `from_event` requires.
    record: Json,
    key: String,
}

impl Change {
    fn of(record: Json) -> Self {
        // S3 encodes keys like form values: a space is a `+`.
        let key = record["s3"]["object"]["key"].as_text().unwrap_or_default().replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8_lossy().into_owned();
        Self { record, key }
    }

    /// Returns the kind of change, such as `ObjectCreated:Put`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record["eventName"].as_text().unwrap_or_default()
    }

    /// Returns `true` if the object was created or overwritten.
    #[must_use]
    pub fn is_creation(&self) -> bool {
        self.name().starts_with("ObjectCreated:")
    }

    /// Returns `true` if the object was removed.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        self.name().starts_with("ObjectRemoved:") || self.name().starts_with("LifecycleExpiration:")
    }

    /// Returns the name of the bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        self.record["s3"]["bucket"]["name"].as_text().unwrap_or_default()
    }

    /// Returns the decoded key of the object.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the size of the object in bytes; `None` if it was removed.
    #[must_use]
    pub fn size(&self) -> Option<i64> {
        self.record["s3"]["object"]["size"].as_integer()
    }

    /// Returns the entity tag of the object.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.record["s3"]["object"]["eTag"].as_text()
    }

    /// Returns the version of the object, if the bucket has versioning.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.record["s3"]["object"]["versionId"].as_text()
    }

    /// Returns the time of the change, in RFC 3339 format.
    #[must_use]
    pub fn time(&self) -> Option<&str> {
        self.record["eventTime"].as_text()
    }
}
