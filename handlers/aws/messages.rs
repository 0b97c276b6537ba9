//! Messages, events and invocations: SQS, SNS, EventBridge, Lambda and Step Functions. A call is
//! not retried after its reply was lost, because that could send it twice, unless the function's
//! documentation says otherwise.

use crate::call::Call;
use crate::error::Error;
use crate::service::{EVENTS, LAMBDA, SNS, SQS, STATES};
use crate::sign::push_encoded;
use alloc::string::{String, ToString};
use events_json::Json;

fn text_of(reply: &Json, path: &str) -> String {
    reply.text(path).unwrap_or_default().to_string()
}

/// Sends a message to an SQS queue, by its URL. Returns the message id.
///
/// # Errors
/// Returns AWS's error.
///
/// ```
/// use aws::messages;
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<Json, aws::Error> {
///     let text = event.to_string();
///     let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
///     messages::send_to_queue(queue, &text)?;
///     messages::send_to_fifo("https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo", &text, "customer-1", event.text("/id")?)?;
///     messages::publish("arn:aws:sns:eu-west-1:123456789012:orders", "a new order", &text)?;
///     messages::put_event("default", "shop", "Order", event)?;
///     messages::invoke_later("receipts", event)?;
///     messages::start_execution("arn:aws:states:eu-west-1:123456789012:stateMachine:ship", event.text("/id")?, event)?;
///     messages::invoke("prices", event)
/// }
/// ```
pub fn send_to_queue(url: impl AsRef<str>, message: impl AsRef<str>) -> Result<String, Error> {
    let input = Json::object().put("QueueUrl", url.as_ref()).put("MessageBody", message.as_ref());
    Ok(text_of(&Call::new(&SQS, "SendMessage", &input).json()?, "/MessageId"))
}

/// Sends a message to a FIFO queue. Messages of one `group` remain in order. A `deduplication_id`
/// is sent once in five minutes, so this call is retried.
///
/// # Errors
/// Returns AWS's error.
pub fn send_to_fifo(url: impl AsRef<str>, message: impl AsRef<str>, group: &str, deduplication_id: &str) -> Result<String, Error> {
    let input = Json::object().put("QueueUrl", url.as_ref()).put("MessageBody", message.as_ref()).put("MessageGroupId", group);
    let input = input.put("MessageDeduplicationId", deduplication_id);
    Ok(text_of(&Call::new(&SQS, "SendMessage", &input).repeatable(true).json()?, "/MessageId"))
}

/// Publishes a message to an SNS topic, by its ARN. An empty `subject` is omitted. Returns the
/// message id.
///
/// # Errors
/// Returns AWS's error.
pub fn publish(topic_arn: impl AsRef<str>, subject: &str, message: impl AsRef<str>) -> Result<String, Error> {
    let mut input = Json::object().put("TopicArn", topic_arn.as_ref()).put("Message", message.as_ref());
    if !subject.is_empty() {
        input.set("Subject", subject);
    }
    Ok(text_of(&Call::new(&SNS, "Publish", &input).json()?, "/MessageId"))
}

/// Sends one event to the EventBridge bus `bus`, such as `default`. Returns the event id.
///
/// # Errors
/// Returns AWS's error, including that of an event that EventBridge rejects in a successful call.
///
/// ```
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<String, aws::Error> {
///     aws::messages::put_event("default", "shop.orders", "OrderCreated", event)
/// }
/// ```
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

/// Invokes a Lambda function, by name or ARN, and waits for its response.
///
/// # Errors
/// Returns AWS's error. `Function.InvokedFunctionFailed` if the invoked function failed, with its
/// error.
pub fn invoke(function: impl AsRef<str>, event: impl Into<Json>) -> Result<Json, Error> {
    let response = invocation(function.as_ref(), "RequestResponse", &event.into()).send()?;
    let text = response.text();
    if let Some(kind) = response.header("x-amz-function-error") {
        let message = ["lambda Invoke: ", function.as_ref(), ": ", kind, ": ", &text].concat();
        return Err(Error::new("Function.InvokedFunctionFailed", message));
    }
    if text.is_empty() { Ok(Json::Null) } else { Ok(Json::parse(&text)?) }
}

/// Invokes a Lambda function asynchronously: does not wait for its response.
///
/// # Errors
/// Returns AWS's error.
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

/// Starts a Step Functions state machine, by its ARN. Returns the ARN of the execution. An
/// execution with a `name` is started once, so the call is then retried; an empty `name` lets AWS
/// choose one.
///
/// # Errors
/// Returns AWS's error.
pub fn start_execution(machine_arn: impl AsRef<str>, name: &str, input: impl Into<Json>) -> Result<String, Error> {
    let mut request = Json::object().put("stateMachineArn", machine_arn.as_ref()).put("input", input.into().to_string());
    if !name.is_empty() {
        request.set("name", name);
    }
    Ok(text_of(&Call::new(&STATES, "StartExecution", &request).repeatable(!name.is_empty()).json()?, "/executionArn"))
}
