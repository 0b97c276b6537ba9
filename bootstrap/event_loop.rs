//! The way of the process: find the handler, ask for an invocation, call the handler, answer, for ever.

use crate::address::{self, Address};
use crate::api::{self, ERROR_BODY_BYTES_MAX, ErrorBody, error_type};
use crate::client::{Client, Stop};
use crate::environment::Start;
use crate::crash;
use crate::log::{self, Piece::Text};
use handlers::{Invocation, Record};

/// Serves invocations until Lambda ends the process, and returns the exit status: 0 after SIGTERM, else 1.
///
/// `records` are the handlers of this file in the order of their names; `inbox` is where events are received.
pub fn run(start: Start, records: &'static [Record], inbox: &mut [u8]) -> i32 {
    let Some(address) = runtime_api(start.runtime_api) else {
        return 1;
    };
    let mut client = Client::new(address);
    let Some(record) = start.handler.and_then(|name| find(records, name)) else {
        return refuse_to_start(client, start.handler, records);
    };
    if let Err(errno) = client.request_next() {
        log::complain_of(b"cannot connect to AWS_LAMBDA_RUNTIME_API", errno);
        return 1;
    }
    client.prepare();
    loop {
        if let Err(stop) = serve(&mut client, record, inbox) {
            return i32::from(stop != Stop::Terminated);
        }
    }
}

fn runtime_api(value: Option<&'static [u8]>) -> Option<Address<'static>> {
    let Some(value) = value else {
        log::complain(&[Text(b"AWS_LAMBDA_RUNTIME_API is not set; Lambda sets it to host:port. To run a function here: just invoke NAME EVENT")]);
        return None;
    };
    match address::parse(value) {
        Ok(address) => Some(address),
        Err(error) => {
            log::complain(&[Text(b"AWS_LAMBDA_RUNTIME_API="), Text(value), Text(b" "), Text(error.reason().as_bytes())]);
            None
        }
    }
}

/// The record that `_HANDLER` names, by all of its value or by what stands before its first dot (`file.function`).
fn find(records: &'static [Record], handler: &[u8]) -> Option<&'static Record> {
    let find = |name: &[u8]| records.binary_search_by(|record| record.name.as_bytes().cmp(name)).ok().and_then(|index| records.get(index));
    let first_part = || handler.split(|byte| *byte == b'.').next().and_then(find);
    find(handler).or_else(first_part)
}

/// Tells Lambda which handlers there are.
#[cold]
fn refuse_to_start(mut client: Client<'_>, handler: Option<&[u8]>, records: &[Record]) -> i32 {
    let mut memory = [0; ERROR_BODY_BYTES_MAX];
    let mut body = ErrorBody::new(&mut memory);
    match handler {
        Some(name) => {
            body.message("_HANDLER=");
            body.message(core::str::from_utf8(name).unwrap_or("(not UTF-8)"));
            body.message(" names no handler of this file.");
        }
        None => body.message("_HANDLER is not set."),
    }
    body.message(" Set it to one of:");
    for record in records {
        body.message(" ");
        body.message(record.name);
    }
    let body = body.end(error_type::HANDLER_NOT_FOUND, None);
    log::complain(&[Text(body)]);
    client.report_init_error(error_type::HANDLER_NOT_FOUND, body);
    1
}

/// One invocation: waits for it, calls the handler, answers.
fn serve(client: &mut Client<'_>, record: &Record, inbox: &mut [u8]) -> Result<(), Stop> {
    let received = client.next(inbox)?;
    let Some(delivered) = api::delivered(&received.reply(inbox)) else {
        log::complain(&[Text(b"GET invocation/next delivered an event without a usable Lambda-Runtime-Aws-Request-Id")]);
        return Err(Stop::Failed);
    };
    let request_id = delivered.request_id;
    let event = match delivered.event {
        Ok(event) => event,
        Err(error) => {
            let (error_type, message) = error.report();
            return client.fail(request_id, error_type, message);
        }
    };
    let invocation = Invocation { request_id, event };
    match crash::answering(client, request_id, || (record.call)(&invocation)) {
        Ok(response) => client.respond(request_id, response.as_bytes()),
        Err(failure) => client.fail(request_id, failure.error_type, &failure.message),
    }
}
