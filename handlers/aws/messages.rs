//! Messages, events and invocations: SQS, SNS, EventBridge, Lambda and Step Functions. None of these calls is repeated after its reply was lost, since
//! that could send twice.

use crate::call::Call;
use crate::error::Error;
use crate::service::{EVENTS, LAMBDA, SNS, SQS, STATES};
use crate::sign::push_encoded;
use alloc::string::{String, ToString};
use events_json::Json;

fn text_of(reply: &Json, path: &str) -> String {
    reply.text(path).unwrap_or_default().to_string()
}

/// Sends a message to the SQS queue with this URL. Returns its id.
///
/// # Errors
/// AWS's; likewise below.
pub fn send_to_queue(url: impl AsRef<str>, message: impl AsRef<str>) -> Result<String, Error> {
    let input = Json::object().put("QueueUrl", url.as_ref()).put("MessageBody", message.as_ref());
    Ok(text_of(&Call::new(&SQS, "SendMessage", &input).json()?, "/MessageId"))
}

/// Sends a message to a FIFO queue: messages of one `group` keep their order, and one of the same `deduplication_id` is sent once in five minutes.
///
/// # Errors
/// See above.
pub fn send_to_fifo(url: impl AsRef<str>, message: impl AsRef<str>, group: &str, deduplication_id: &str) -> Result<String, Error> {
    let input = Json::object().put("QueueUrl", url.as_ref()).put("MessageBody", message.as_ref()).put("MessageGroupId", group);
    let input = input.put("MessageDeduplicationId", deduplication_id);
    Ok(text_of(&Call::new(&SQS, "SendMessage", &input).repeatable(true).json()?, "/MessageId"))
}

/// Publishes a message to the SNS topic with this ARN. Returns its id.
///
/// # Errors
/// See above.
pub fn publish(topic_arn: impl AsRef<str>, subject: &str, message: impl AsRef<str>) -> Result<String, Error> {
    let mut input = Json::object().put("TopicArn", topic_arn.as_ref()).put("Message", message.as_ref());
    if !subject.is_empty() {
        input.set("Subject", subject);
    }
    Ok(text_of(&Call::new(&SNS, "Publish", &input).json()?, "/MessageId"))
}

/// Puts one event on the EventBridge bus `bus` (`default`). Returns its id.
///
/// # Errors
/// AWS's; also where EventBridge takes the call but not the event.
pub fn put_event(bus: &str, source: &str, detail_type: &str, detail: impl Into<Json>) -> Result<String, Error> {
    let entry = Json::object().put("EventBusName", bus).put("Source", source).put("DetailType", detail_type);
    let entry = entry.put("Detail", detail.into().to_string());
    let reply = Call::new(&EVENTS, "PutEvents", &Json::object().put("Entries", Json::Array([entry].into()))).json()?;
    if let Ok(code) = reply.text("/Entries/0/ErrorCode") {
        let message = text_of(&reply, "/Entries/0/ErrorMessage");
        return Err(Error::of_aws("events PutEvents", 200, code, &message, ""));
    }
    Ok(text_of(&reply, "/Entries/0/EventId"))
}

/// Invokes a Lambda function (by name or ARN) and waits for its answer.
///
/// # Errors
/// AWS's; the function's own failure is `Function.InvokedFunctionFailed`, with its error.
pub fn invoke(function: impl AsRef<str>, event: impl Into<Json>) -> Result<Json, Error> {
    let response = invocation(function.as_ref(), "RequestResponse", &event.into()).send()?;
    let text = response.text();
    if let Some(kind) = response.header("x-amz-function-error") {
        let message = ["lambda Invoke: ", function.as_ref(), ": ", kind, ": ", &text].concat();
        return Err(Error::new("Function.InvokedFunctionFailed", message));
    }
    if text.is_empty() { Ok(Json::Null) } else { Ok(Json::parse(&text)?) }
}

/// Has Lambda invoke a function, and does not wait for it.
///
/// # Errors
/// AWS's.
pub fn invoke_later(function: impl AsRef<str>, event: impl Into<Json>) -> Result<(), Error> {
    invocation(function.as_ref(), "Event", &event.into()).send().map(drop)
}

fn invocation(function: &str, kind: &str, event: &Json) -> Call {
    let mut path = String::from("/2015-03-31/functions/");
    push_encoded(&mut path, function.as_bytes(), false);
    path.push_str("/invocations");
    let call = Call::rest(&LAMBDA, "POST", &path).label("Invoke").header("x-amz-invocation-type", kind);
    call.header("content-type", "application/json").body(event.to_string().as_bytes())
}

/// Starts the Step Functions state machine with this ARN. With a `name` the start is made once, however often it is asked for. Returns the
/// execution's ARN.
///
/// # Errors
/// AWS's.
pub fn start_execution(machine_arn: impl AsRef<str>, name: &str, input: impl Into<Json>) -> Result<String, Error> {
    let mut request = Json::object().put("stateMachineArn", machine_arn.as_ref()).put("input", input.into().to_string());
    if !name.is_empty() {
        request.set("name", name);
    }
    Ok(text_of(&Call::new(&STATES, "StartExecution", &request).repeatable(!name.is_empty()).json()?, "/executionArn"))
}
