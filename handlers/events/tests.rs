//! Tests of the events of services other than HTTP, and of the responses to batches.

use crate::batch::Answer;
use crate::json::INVALID_EVENT;
use crate::{Json, Typed, dynamodb, eventbridge, kinesis, s3, sns, sqs};
use ruchy_std::lambda::{Failure, FromEvent, IntoAnswer};
use std::borrow::ToOwned;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

std::thread_local! {
    /// The log of the test that runs on this thread.
    pub static LOG: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// The log of the library in these tests.
#[allow(unsafe_code)]
// SAFETY: no other definition is linked into these tests; the bootstrap has one for functions.
#[unsafe(no_mangle)]
extern "Rust" fn ruchy_lambda_log(_stream: ruchy_std::log::Stream, text: &str) {
    LOG.with_borrow_mut(|log| log.push_str(text));
}

fn records(records: Vec<Json>) -> String {
    Json::object().put("Records", records).to_string()
}

fn message(queue: &str, id: &str) -> Json {
    Json::object()
        .put("messageId", id)
        .put("body", format!("{{\"id\":\"{id}\"}}"))
        .put("attributes", Json::object().put("ApproximateReceiveCount", "3").put("MessageGroupId", "g"))
        .put("messageAttributes", Json::object().put("kind", Json::object().put("stringValue", "new").put("dataType", "String")))
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", format!("arn:aws:sqs:eu-central-1:123456789012:{queue}"))
}

fn kinesis_record(number: u32, data: &str) -> Json {
    let kinesis = Json::object().put("sequenceNumber", number.to_string()).put("partitionKey", "sensor").put("data", data);
    Json::object().put("eventSource", "aws:kinesis").put("kinesis", kinesis.put("approximateArrivalTimestamp", 1_545_084_650.987))
}

fn refused<E: FromEvent>(event: &str) -> String {
    let Err(failure) = E::from_event(event) else { panic!("{event} was taken") };
    assert_eq!(failure.error_type(), INVALID_EVENT);
    failure.message().to_string()
}

#[test]
fn sqs_returns_failed_messages_only() {
    let batch = sqs::Batch::from_event(&records(vec![message("jobs", "a"), message("jobs", "b"), message("jobs", "c")])).unwrap();
    let mut seen = Vec::new();
    let answer = batch.each(|message| {
        seen.push(message.json()?.text("id")?.to_owned());
        if message.id() == "b" { Err(Failure::new("Function.Bad", "it is b")) } else { Ok(()) }
    });
    assert_eq!(seen, ["a", "b", "c"]);
    assert_eq!(answer.into_answer(&batch).unwrap(), r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#);
    assert_eq!(().into_answer(&batch).unwrap(), r#"{"batchItemFailures":[]}"#);
    let first = &batch.messages()[0];
    assert_eq!((first.queue(), first.receive_count(), first.attribute("MessageGroupId")), ("jobs", 3, Some("g")));
    assert_eq!((first.message_attribute("kind"), first.message_attribute("none")), (Some("new"), None));
}

#[test]
fn sqs_returns_messages_after_a_failure_of_a_fifo_queue() {
    let batch =
        sqs::Batch::from_event(&records(vec![message("jobs.fifo", "a"), message("jobs.fifo", "b"), message("jobs.fifo", "c")])).unwrap();
    let mut seen = Vec::new();
    let answer = batch.each(|message| {
        seen.push(message.id().to_owned());
        if message.id() == "b" { Err("it is b".into()) } else { Ok(()) }
    });
    assert_eq!((seen, answer.failed()), (vec!["a".to_owned(), "b".to_owned()], &["b".to_owned(), "c".to_owned()][..]));
}

#[test]
fn stream_stops_at_the_first_failure() {
    let event = records(vec![kinesis_record(1, "eyJhIjoxfQ=="), kinesis_record(2, "eyJhIjox"), kinesis_record(3, "/w==")]);
    let batch = kinesis::Batch::from_event(&event).unwrap();
    let mut tried = 0;
    let answer = batch.each(|record| {
        tried += 1;
        record.json().map(drop)
    });
    assert_eq!((tried, answer.failed()), (2, &["2".to_owned()][..]));
    let records = batch.records();
    assert_eq!((records[0].text().unwrap(), records[0].partition_key(), records[2].data()), (r#"{"a":1}"#, "sensor", &[0xff][..]));
    assert_eq!(records[2].text().unwrap_err().error_type(), INVALID_EVENT);
    assert!((records[0].arrival().unwrap() - 1_545_084_650.987).abs() < 0.001);
    assert_eq!(refused::<kinesis::Batch>(&self::records(vec![kinesis_record(1, "?")])), "/Records/0/kinesis/data: expected base64");
}

#[test]
fn dynamodb_images_are_plain_json() {
    let image = r#"{"id":{"S":"7"},"n":{"N":"-1.5"},"large":{"N":"12345678901234567890123456789012345678"},"yes":{"BOOL":true},"none":{"NULL":true},"bytes":{"B":"AAE="},
        "list":{"L":[{"N":"1"},{"M":{"deep":{"SS":["a","b"]}}}]},"numbers":{"NS":["1","2.5"]},"map":{"M":{}}}"#;
    let event = format!(
        r#"{{"Records":[{{"eventID":"e1","eventName":"MODIFY","eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
        "dynamodb":{{"Keys":{{"id":{{"S":"7"}}}},"NewImage":{image},"SequenceNumber":"111","StreamViewType":"NEW_IMAGE"}}}}]}}"#
    );
    let batch = dynamodb::Batch::from_event(&event).unwrap();
    let change = &batch.changes()[0];
    assert_eq!((change.id(), change.name(), change.table(), change.is_expiry()), ("e1", "MODIFY", Some("orders"), false));
    assert_eq!(change.key().to_string(), r#"{"id":"7"}"#);
    assert_eq!(
        change.new_image().unwrap().to_string(),
        r#"{"id":"7","n":-1.5,"large":12345678901234567890123456789012345678,"yes":true,"none":null,"bytes":"AAE=","list":[1,{"deep":["a","b"]}],"numbers":[1,2.5],"map":{}}"#
    );
    assert_eq!(change.old_image(), None);
    assert_eq!(batch.each(|change| Err(change.name().into())).failed(), ["111"]);
}

#[test]
fn s3_key_is_decoded() {
    let event = r#"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventTime":"2026-01-01T00:00:00.000Z",
        "s3":{"bucket":{"name":"b"},"object":{"key":"a+folder/caf%C3%A9+%2B1.jpg","size":1024,"eTag":"x","versionId":"v"}}}]}"#;
    let changes = s3::Changes::from_event(event).unwrap();
    let change = &changes.all()[0];
    assert_eq!((change.key(), change.bucket(), change.size()), ("a folder/café +1.jpg", "b", Some(1024)));
    assert!(change.is_creation() && !change.is_removal());
    assert_eq!((change.etag(), change.version(), change.time()), (Some("x"), Some("v"), Some("2026-01-01T00:00:00.000Z")));
}

#[test]
fn sns_reads_notifications() {
    let event = r#"{"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"m","TopicArn":"arn:aws:sns:eu-central-1:123456789012:alarms","Subject":"s",
        "Message":"{\"a\":1}","Timestamp":"2026-01-01T00:00:00.000Z","MessageAttributes":{"k":{"Type":"String","Value":"v"}}}}]}"#;
    let notifications = sns::Notifications::from_event(event).unwrap();
    let notification = &notifications.all()[0];
    assert_eq!((notification.id(), notification.topic(), notification.subject()), ("m", "alarms", Some("s")));
    assert_eq!((notification.json().unwrap().integer("a").unwrap(), notification.attribute("k")), (1, Some("v")));
    assert_eq!(notification.timestamp(), Some("2026-01-01T00:00:00.000Z"));
}

#[test]
fn eventbridge_reads_schedules() {
    let event = r#"{"id":"i","source":"aws.events","detail-type":"Scheduled Event","account":"123456789012","time":"2026-01-01T00:00:00Z",
        "region":"eu-central-1","resources":["arn:aws:events:eu-central-1:123456789012:rule/nightly"],"detail":{}}"#;
    let event = eventbridge::Event::from_event(event).unwrap();
    assert!(event.is_scheduled());
    assert_eq!((event.rule(), event.region(), event.time()), (Some("nightly"), "eu-central-1", "2026-01-01T00:00:00Z"));
    assert_eq!(refused::<eventbridge::Event>("{}"), "/id: expected text, found nothing");
    // An event of EventBridge Scheduler.
    let event = r#"{"id":"i","source":"aws.scheduler","detail-type":"Scheduled Event","account":"123456789012","time":"2026-01-01T00:00:00Z",
        "region":"eu-central-1","resources":["arn:aws:scheduler:eu-central-1:123456789012:schedule/default/nightly"],"detail":"{\"a\":1}"}"#;
    let event = eventbridge::Event::from_event(event).unwrap();
    assert!(event.is_scheduled() && event.detail().integer("a").unwrap() == 1);
    assert_eq!(event.rule(), Some("nightly"));
}

#[test]
fn rule_is_none_for_other_resources() {
    for (resource, rule) in [
        ("arn:aws:s3:::bucket", None),
        ("arn:aws:s3:::rule/x", None),
        ("arn:aws:ec2:eu-central-1:123456789012:instance/i-1", None),
        ("arn:aws:events:eu-central-1:123456789012:event-bus/default", None),
        ("not an ARN", None),
        ("arn:aws:events:eu-central-1:123456789012:rule/bus/nightly", Some("nightly")),
        ("arn:aws-cn:events:cn-north-1:123456789012:rule/nightly", Some("nightly")),
    ] {
        let event = Json::object().put("id", "i").put("source", "aws.s3").put("detail-type", "Object Created").put("time", "t");
        let event = event.put("resources", vec![resource]).to_string();
        assert_eq!(eventbridge::Event::from_event(&event).unwrap().rule(), rule, "{resource}");
    }
    let without = r#"{"id":"i","source":"s","detail-type":"d","time":"t"}"#;
    assert_eq!(eventbridge::Event::from_event(without).unwrap().rule(), None);
}

#[test]
fn pings_are_answered_for_all_events() {
    fn answer<E: FromEvent>(event: &str) -> Result<String, Failure> {
        E::from_event(event).map_or_else(|failure| E::answer_other(event, failure), |_| Ok("taken".into()))
    }
    let schedule = r#"{"id":"i","source":"aws.events","detail-type":"Scheduled Event","time":"2026-01-01T00:00:00Z","detail":{}}"#;
    let s3 =
        r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b","RequestId":"r","HostId":"h"}"#;
    let pings = [
        schedule,
        s3,
        r#"{"warmer":true,"concurrency":3}"#,
        r#"{"source":"serverless-plugin-warmup"}"#,
        r#"{"ping":true}"#,
        r#"{"warmup":true}"#,
    ];
    for event in pings {
        for answer in [
            answer::<crate::http::Request>(event),
            answer::<s3::Changes>(event),
            answer::<sqs::Batch>(event),
            answer::<sns::Notifications>(event),
            answer::<kinesis::Batch>(event),
            answer::<dynamodb::Batch>(event),
        ] {
            assert_eq!(answer.as_deref(), Ok("null"), "{event}");
        }
        assert_eq!(answer::<eventbridge::Event>(event).as_deref(), Ok(if event == schedule { "taken" } else { "null" }), "{event}");
        // `Json` accepts every event.
        assert_eq!(answer::<Json>(event).as_deref(), Ok("taken"));
    }
    for event in ["{}", r#"{"ping":false}"#, r#"{"key":"value"}"#, r#"{"source":"aws.s3","detail-type":"Object Created"}"#] {
        assert_eq!(answer::<crate::http::Request>(event).unwrap_err().error_type(), INVALID_EVENT, "{event}");
        assert_eq!(answer::<s3::Changes>(event).unwrap_err().error_type(), INVALID_EVENT, "{event}");
    }
    assert_eq!(answer::<s3::Changes>("{").unwrap_err().error_type(), crate::INVALID_JSON);
}

#[test]
fn typed_reads_unpaired_surrogates_and_exact_numbers() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Note {
        text: String,
        #[serde(default)]
        number: Json,
    }
    let note = |event: &str| Typed::<Note>::from_event(event);
    assert_eq!(note(r#"{"text":"cut \ud83d"}"#).unwrap().text, "cut \u{fffd}");
    assert_eq!(note(r#"{"x\ud83d":1e400,"text":""}"#).unwrap().text, "");
    assert_eq!(crate::typed::from_text::<Note>(r#"{"text":"\ud83d"}"#).unwrap_err().error_type(), crate::INVALID_JSON);
    assert_eq!(note(r#"{"text":"","number":18446744073709551615}"#).unwrap().number.to_string(), "18446744073709551615");
    let failure = note(r#"{"text":"","number":18446744073709551616}"#).unwrap_err();
    assert_eq!(failure.error_type(), INVALID_EVENT);
    assert!(failure.message().starts_with("expected a number that fits into 64 bits"), "{}", failure.message());
}

#[test]
fn batches_reject_events_of_other_services() {
    let sqs = records(vec![message("jobs", "a")]);
    assert_eq!(refused::<s3::Changes>(&sqs), "/Records/0/eventSource: expected aws:s3, found aws:sqs");
    assert_eq!(refused::<sns::Notifications>(r#"{"Records":[{}]}"#), "/Records/0/eventSource: expected aws:sns, found nothing");
    assert_eq!(refused::<sqs::Batch>("{}"), "/Records: expected an array, found nothing");
    assert_eq!(refused::<sqs::Batch>("[]"), "/Records: expected an array, found nothing");
    let incomplete = records(vec![message("jobs", "a"), message("jobs", "b").put("body", 7)]);
    assert_eq!(refused::<sqs::Batch>(&incomplete), "/Records/1/body: expected text, found a number");
}

#[test]
fn typed_reads_and_writes_structs() {
    #[derive(Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Order {
        name: String,
        count: u8,
    }
    let order = Typed::<Order>::from_event(r#"{"name":"tea","count":2,"more":null}"#).unwrap();
    assert_eq!((order.name.as_str(), order.count), ("tea", 2));
    assert_eq!(Typed(Order { name: "x".into(), count: 1 }).into_answer(&Json::Null).unwrap(), r#"{"name":"x","count":1}"#);
    assert!(refused::<Typed<Order>>(r#"{"name":"tea"}"#).contains("missing field `count`"));
    assert!(refused::<Typed<Order>>(r#"{"name":"tea","count":256}"#).contains("256"));
    assert_eq!(Typed::<Order>::from_event("{").unwrap_err().error_type(), crate::INVALID_JSON);
    assert_eq!(crate::typed::from_json::<Order>(&Json::object().put("name", "x").put("count", 1)).unwrap().count, 1);
    assert_eq!(Answer::new().failed().len(), 0);
}
