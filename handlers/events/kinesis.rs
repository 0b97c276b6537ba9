//! Records of a Kinesis data stream:
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>.
//!
//! ```
//! use events::batch::Answer;
//! use events::kinesis;
//!
//! pub fn lambda_handler(batch: &kinesis::Batch) -> Answer {
//!     batch.each(|record| {
//!         println!("{}: {}", record.partition_key(), record.json()?);
//!         Ok(())
//!     })
//! }
//! ```

use crate::batch::{Answer, answered, in_order};
use crate::json::{INVALID_EVENT, Json};
use crate::ping::answered_as_ping;
use crate::records;
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruchy_std::lambda::{Failure, FromEvent};

/// The records of one shard, in their order.
#[derive(Clone, Debug)]
pub struct Batch {
    records: Vec<Record>,
}

answered!(Batch);

impl FromEvent for Batch {
    fn from_event(event: &str) -> Result<Self, Failure> {
        let records = records::of(event, "aws:kinesis", &["/kinesis/sequenceNumber", "/kinesis/partitionKey", "/kinesis/data"])?;
        let records = records.into_iter().enumerate().map(|(index, record)| Record::of(index, record));
        Ok(Self { records: records.collect::<Result<_, _>>()? })
    }

    answered_as_ping!();
}

impl Batch {
    /// Returns the records.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Calls `function` for each record, in order, until it fails. The failed record and all later
    /// ones are delivered again.
    pub fn each(&self, function: impl FnMut(&Record) -> Result<(), Failure>) -> Answer {
        in_order(&self.records, Record::sequence_number, function)
    }
}

/// A record.
///
/// ```
/// use events::kinesis::{Batch, Record};
///
/// fn size(record: &Record) -> usize {
///     println!("{} arrived at {:?}: {}", record.sequence_number(), record.arrival(), record.record());
///     record.text().map_or(record.data().len(), str::len)
/// }
///
/// pub fn lambda_handler(batch: &Batch) {
///     println!("{} bytes", batch.records().iter().map(size).sum::<usize>());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    /// INVARIANT: has the values that `from_event` requires.
    record: Json,
    data: Vec<u8>,
}

impl Record {
    fn of(index: usize, record: Json) -> Result<Self, Failure> {
        let data = STANDARD.decode(record["kinesis"]["data"].as_text().unwrap_or_default());
        let data = data.map_err(|_| Failure::new(INVALID_EVENT, records::pointer_to(index) + "/kinesis/data: expected base64"))?;
        Ok(Self { record, data })
    }

    /// Returns the sequence number, which identifies the record in its shard.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        self.record["kinesis"]["sequenceNumber"].as_text().unwrap_or_default()
    }

    /// Returns the partition key, which selected the shard.
    #[must_use]
    pub fn partition_key(&self) -> &str {
        self.record["kinesis"]["partitionKey"].as_text().unwrap_or_default()
    }

    /// Returns the decoded data.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Returns the data as text.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if it is not valid UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        core::str::from_utf8(&self.data).map_err(|_| Failure::new(INVALID_EVENT, "/kinesis/data: expected UTF-8 text"))
    }

    /// Parses the data as JSON.
    ///
    /// # Errors
    /// As [`Record::text`], or [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.text()?)
    }

    /// Returns the approximate time of arrival, in seconds since 1970.
    #[must_use]
    pub fn arrival(&self) -> Option<f64> {
        self.record["kinesis"]["approximateArrivalTimestamp"].as_number()
    }

    /// Returns the whole record.
    #[must_use]
    pub fn record(&self) -> &Json {
        &self.record
    }
}
