//! The sources of a function's events. Only templates use them. Pure.

use super::value::{boolean, choice, is_arn, json, matching, number, shown, string, strings, unknown};
use toml_edit::{Item, TableLike};

/// A source of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A queue: its ARN, or the name of one that the template makes.
    Sqs { queue: String, concurrency_max: Option<u32>, batch: Batch },
    /// A schedule of EventBridge Scheduler.
    Schedule { expression: String, timezone: Option<String>, input: Option<String> },
    /// A bucket that the template makes, by its name.
    S3 { bucket: String, events: Vec<String>, prefix: Option<String>, suffix: Option<String> },
    /// A topic: its ARN, or the name of one that the template makes.
    Sns { topic: String, filter: Option<String> },
    /// The stream of a table, or of Kinesis, by its ARN.
    Stream { kind: StreamKind, stream: String, from_start: bool, retries: Option<u32>, parallel: Option<u32>, bisect: bool, batch: Batch },
    /// A rule of EventBridge: events that match the pattern, JSON.
    EventBridge { pattern: String, bus: Option<String> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    DynamoDb,
    Kinesis,
}

/// The batching of records of a queue or a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub size: Option<u32>,
    pub window_seconds: Option<u32>,
    /// The function answers which records failed.
    pub partial_failures: bool,
    /// Patterns, JSON, of which a record matches one.
    pub filters: Vec<String>,
}

const TYPES: [&str; 7] = ["sqs", "schedule", "s3", "sns", "dynamodb", "kinesis", "eventbridge"];
const BATCH_KEYS: [&str; 4] = ["batch-size", "batch-window", "partial-failures", "filters"];
const STREAM_KEYS: [&str; 6] = ["type", "stream", "start", "retries", "parallel", "bisect"];

/// Reads `events`: a list of tables.
pub(super) fn parse(item: &Item, at: &str) -> Result<Vec<Source>, String> {
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().enumerate().map(|(index, table)| source(table, &format!("{at}[{index}]"))).collect();
    }
    let list = item.as_array().and_then(|list| list.iter().map(toml_edit::Value::as_inline_table).collect::<Option<Vec<_>>>());
    let list =
        list.ok_or_else(|| format!("{at} = {}: expected a list of tables such as {{ type = \"sqs\", queue = \"orders\" }}", shown(item)))?;
    list.into_iter().enumerate().map(|(index, table)| source(table, &format!("{at}[{index}]"))).collect()
}

fn source(table: &dyn TableLike, at: &str) -> Result<Source, String> {
    let Some(kind) = table.get("type") else {
        return Err(format!("{at}: expected type = {}", TYPES.map(|name| format!("\"{name}\"")).join(" or ")));
    };
    let index = choice(kind, &format!("{at}.type"), &std::array::from_fn::<_, 7, _>(|index| (TYPES[index], index)))?;
    let keys = Keys { table, at };
    match TYPES[index] {
        "sqs" => {
            keys.check(&["type", "queue", "max-concurrency"], true)?;
            let queue = keys.required("queue", |item, at| resource(item, at, "sqs", "orders"))?;
            let concurrency_max = keys.optional("max-concurrency", |item, at| number(item, at, 2, 1_000, "invocations at once"))?;
            Ok(Source::Sqs { queue, concurrency_max, batch: keys.batch()? })
        }
        "schedule" => {
            keys.check(&["type", "schedule", "timezone", "input"], false)?;
            Ok(Source::Schedule {
                expression: keys.required("schedule", |item, at| matching(item, at, is_schedule, "rate(5 minutes)"))?,
                timezone: keys.optional("timezone", |item, at| string(item, at, "Europe/Berlin"))?,
                input: keys.optional("input", |item, at| json(item, at, "{\"job\": \"clean\"}"))?,
            })
        }
        "s3" => {
            keys.check(&["type", "bucket", "events", "prefix", "suffix"], false)?;
            let is_event = |name: &str| name.starts_with("s3:");
            let events = keys.optional("events", |item, at| strings(item, at, 20, is_event, "events such as \"s3:ObjectCreated:*\""))?;
            Ok(Source::S3 {
                bucket: keys.required("bucket", |item, at| matching(item, at, is_bucket, "orders-uploads"))?,
                events: events.filter(|events| !events.is_empty()).unwrap_or_else(|| vec!["s3:ObjectCreated:*".to_owned()]),
                prefix: keys.optional("prefix", |item, at| string(item, at, "incoming/"))?,
                suffix: keys.optional("suffix", |item, at| string(item, at, ".csv"))?,
            })
        }
        "sns" => {
            keys.check(&["type", "topic", "filter"], false)?;
            Ok(Source::Sns {
                topic: keys.required("topic", |item, at| resource(item, at, "sns", "orders"))?,
                filter: keys.optional("filter", |item, at| json(item, at, "{\"kind\": [\"new\"]}"))?,
            })
        }
        "dynamodb" => {
            keys.stream(StreamKind::DynamoDb, "arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000")
        }
        "kinesis" => keys.stream(StreamKind::Kinesis, "arn:aws:kinesis:eu-central-1:123456789012:stream/orders"),
        _ => {
            keys.check(&["type", "pattern", "bus"], false)?;
            Ok(Source::EventBridge {
                pattern: keys.required("pattern", |item, at| json(item, at, "{\"source\": [\"shop\"]}"))?,
                bus: keys.optional("bus", |item, at| string(item, at, "default"))?,
            })
        }
    }
}

/// The keys of one source.
struct Keys<'a> {
    table: &'a dyn TableLike,
    at: &'a str,
}

impl Keys<'_> {
    fn check(&self, own: &[&str], has_batch: bool) -> Result<(), String> {
        let batch: &[&str] = if has_batch { &BATCH_KEYS } else { &[] };
        let known = || own.iter().chain(batch).copied();
        let wrong = self.table.iter().map(|(key, _)| key).find(|key| !known().any(|name| name == *key));
        wrong.map_or(Ok(()), |key| Err(unknown(&format!("{}.{key}", self.at), key, known())))
    }

    fn optional<T>(&self, key: &str, read: impl Fn(&Item, &str) -> Result<T, String>) -> Result<Option<T>, String> {
        self.table.get(key).map(|item| read(item, &format!("{}.{key}", self.at))).transpose()
    }

    fn required<T>(&self, key: &str, read: impl Fn(&Item, &str) -> Result<T, String>) -> Result<T, String> {
        self.optional(key, read)?.ok_or_else(|| format!("{}: the key `{key}` is missing", self.at))
    }

    fn flag(&self, key: &str) -> Result<bool, String> {
        Ok(self.optional(key, boolean)?.unwrap_or_default())
    }

    fn batch(&self) -> Result<Batch, String> {
        let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        Ok(Batch {
            size: self.optional("batch-size", |item, at| number(item, at, 1, 10_000, "records"))?,
            window_seconds: self.optional("batch-window", |item, at| number(item, at, 0, 300, "seconds"))?,
            partial_failures: self.flag("partial-failures")?,
            filters: self.optional("filters", |item, at| strings(item, at, 10, is_json, "patterns in JSON"))?.unwrap_or_default(),
        })
    }

    fn stream(&self, kind: StreamKind, example: &str) -> Result<Source, String> {
        self.check(&STREAM_KEYS, true)?;
        let service = if kind == StreamKind::Kinesis { "kinesis" } else { "dynamodb" };
        let starts = [("latest", false), ("trim-horizon", true)];
        Ok(Source::Stream {
            kind,
            stream: self.required("stream", |item, at| matching(item, at, |arn| is_arn(arn, service), example))?,
            from_start: self.optional("start", |item, at| choice(item, at, &starts))?.unwrap_or_default(),
            retries: self.optional("retries", |item, at| number(item, at, 0, 10_000, ""))?,
            parallel: self.optional("parallel", |item, at| number(item, at, 1, 10, "batches of a shard at once"))?,
            bisect: self.flag("bisect")?,
            batch: self.batch()?,
        })
    }
}

/// An ARN of `service`, or a name.
fn resource(item: &Item, at: &str, service: &str, example: &str) -> Result<String, String> {
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    matching(item, at, |text| is_arn(text, service) || is_name(text), example)
}

fn is_schedule(text: &str) -> bool {
    ["rate(", "cron(", "at("].iter().any(|begin| text.starts_with(begin)) && text.ends_with(')')
}

fn is_bucket(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    (3..=63).contains(&text.len()) && text.bytes().all(is_letter)
}
