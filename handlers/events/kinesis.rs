//! Records of a Kinesis data stream ("Using Lambda to process records from Amazon Kinesis Data Streams").

use crate::batch::{Answer, answered, in_order};
use crate::json::{INVALID_EVENT, Json};
use crate::ping::answered_as_ping;
use crate::records;
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruchy_std::lambda::{Failure, FromEvent};

/// Records of one shard, in their order.
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
    /// The records.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Calls `function` for one record after another, up to the first that fails: that one and all behind it are delivered again.
    pub fn each(&self, function: impl FnMut(&Record) -> Result<(), Failure>) -> Answer {
        in_order(&self.records, Record::sequence_number, function)
    }
}

/// One record.
#[derive(Clone, Debug)]
pub struct Record {
    /// INVARIANT: it has what `from_event` asks for.
    record: Json,
    data: Vec<u8>,
}

impl Record {
    fn of(index: usize, record: Json) -> Result<Self, Failure> {
        let data = STANDARD.decode(record["kinesis"]["data"].as_text().unwrap_or_default());
        let data = data.map_err(|_| Failure::new(INVALID_EVENT, records::pointer_to(index) + "/kinesis/data: expected base64"))?;
        Ok(Self { record, data })
    }

    /// Its place in the shard.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        self.record["kinesis"]["sequenceNumber"].as_text().unwrap_or_default()
    }

    /// What it was put into a shard by.
    #[must_use]
    pub fn partition_key(&self) -> &str {
        self.record["kinesis"]["partitionKey"].as_text().unwrap_or_default()
    }

    /// Its bytes.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Its bytes as text.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: they are not UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        core::str::from_utf8(&self.data).map_err(|_| Failure::new(INVALID_EVENT, "expected a record of UTF-8"))
    }

    /// Its bytes as JSON.
    ///
    /// # Errors
    /// As [`Record::text`]; [`crate::INVALID_JSON`].
    pub fn json(&self) -> Result<Json, Failure> {
        crate::parse(self.text()?)
    }

    /// When it arrived, in seconds since 1970.
    #[must_use]
    pub fn arrival(&self) -> Option<f64> {
        self.record["kinesis"]["approximateArrivalTimestamp"].as_number()
    }

    /// All of the record.
    #[must_use]
    pub fn record(&self) -> &Json {
        &self.record
    }
}
