//! The way of the process: find the handler, ask for an invocation, call the handler, answer, for ever.

use crate::address::{self, Address};
use crate::api::{ERROR_BODY_BYTES_MAX, error_type};
use crate::buffer::Buffer;
use crate::bytes::split_once;
use crate::client::{Buffers, Client, Stop};
use crate::crash;
use crate::environment::Environment;
use crate::{log, sys, text};
use handlers::{Invocation, Record};

/// Serves invocations until Lambda ends the process; the exit status is 0 after SIGTERM, else 1.
///
/// `records` are the handlers of this file in the order of their names; `buffers` are the memory it works in.
pub fn run(environment: Environment, records: &'static [Record], buffers: &mut Buffers) -> ! {
    let Buffers { inbox, acknowledgement } = buffers;
    let Some(address) = runtime_api(environment.value(b"AWS_LAMBDA_RUNTIME_API=").unwrap_or_default()) else { sys::exit(1) };
    let handler = environment.value(b"_HANDLER=").unwrap_or_default();
    let mut client = Client::new(&address, acknowledgement);
    let Some(record) = find(records, handler) else {
        refuse_to_start(&mut client, handler, records);
        sys::exit(1);
    };
    client.request_next();
    client.prepare();
    loop {
        if let Err(stop) = serve(&mut client, record, inbox) {
            sys::exit(i32::from(stop != Stop::Terminated));
        }
    }
}

fn runtime_api(value: &'static [u8]) -> Option<Address<'static>> {
    let address = address::parse(value);
    if address.is_none() {
        let wanted = b" is no IPv4:port, [IPv6]:port or localhost:port";
        // Of a value of several lines, the first.
        let (line, _) = split_once(value, b'\n');
        log::complain(&[b"AWS_LAMBDA_RUNTIME_API=", line, wanted]);
    }
    address
}

/// The record that `_HANDLER` names by what stands before its first dot (`file.function`), or by all of it: no name has a dot.
fn find(records: &'static [Record], handler: &[u8]) -> Option<&'static Record> {
    let (name, _) = split_once(handler, b'.');
    let index = records.binary_search_by(|record| record.name.as_bytes().cmp(name)).ok()?;
    records.get(index)
}

/// Tells Lambda which handlers there are.
#[cold]
#[inline(never)]
fn refuse_to_start(client: &mut Client<'_>, handler: &[u8], records: &[Record]) {
    let mut memory = [0; ERROR_BODY_BYTES_MAX];
    let mut message = Buffer::new(&mut memory);
    message.push(b"_HANDLER=");
    message.push(handler);
    message.push(b" is none of:");
    for record in records {
        message.push(b" ");
        message.push(record.name.as_bytes());
    }
    let message = text::from_bytes(message.bytes()).unwrap_or("_HANDLER is not UTF-8");
    client.report(None, error_type::HANDLER_NOT_FOUND, message, None).ok(); // it was logged, and the process ends either way
}

/// One invocation: waits for it, calls the handler, answers.
fn serve(client: &mut Client<'_>, record: &Record, inbox: &mut [u8]) -> Result<(), Stop> {
    client.next(inbox)?;
    let Some(delivered) = client.delivered(inbox) else {
        log::complain(&[b"an event without a request id"]);
        return Err(Stop::Failed);
    };
    let request_id = delivered.request_id;
    let event = match delivered.event {
        Ok(event) => event,
        Err(error) => {
            let (error_type, message) = error.report();
            return client.report(Some(request_id), error_type, message, None);
        }
    };
    let invocation = Invocation { request_id, event };
    match crash::answering(client, request_id, || (record.call)(&invocation)) {
        Ok(response) => client.respond(request_id, response.as_bytes()),
        Err(failure) => client.report(Some(request_id), failure.error_type, &failure.message, None),
    }
}
