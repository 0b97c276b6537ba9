//! The way of the process: find the handler, ask for an invocation, call the handler, answer, for ever.

use crate::address::{self, Address};
use crate::api::{Report, error_type};
use crate::buffer::Buffer;
use crate::bytes::split_once;
use crate::client::{Buffers, Client, Stop};
use crate::environment::Environment;
use crate::sys::signal::{self, SIGPIPE, SIGXFSZ};
use crate::{deadline, in_flight, interrupts, log, services, snapshot, stream, sys, termination, text, workers};
use core::cmp::Ordering;
use handlers::{Context, Failure, Hooks, Record};

/// The exit status where Lambda cannot be reached, or says that it cannot go on.
pub const UNREACHABLE_STATUS: i32 = 1;

/// Serves invocations until Lambda ends the process; the exit status is 0 after SIGTERM, `crash::STATUS` after a crash, else
/// [`UNREACHABLE_STATUS`].
///
/// `records` are the handlers of this file in the order of their names; `buffers` are the memory it works in; `renew_thread` tells libc that it
/// is in another process now.
pub fn run(environment: Environment, records: &'static [Record], buffers: &mut Buffers, renew_thread: fn()) -> ! {
    let Buffers { inbox, acknowledgement } = buffers;
    let Some(address) = &runtime_api(environment.value(b"AWS_LAMBDA_RUNTIME_API=")) else { sys::exit(1) };
    let handler = environment.value(b"_HANDLER=");
    let mut client = Client::new(address, acknowledgement);
    let Some(record) = find(records, handler) else {
        refuse_to_start(&mut client, handler, records, inbox);
        sys::exit(1);
    };
    let workers = workers::count(environment);
    if let Some(count) = workers {
        log::prepare(environment);
        workers::supervise(count);
        renew_thread();
    }
    let hooks = record.hooks.unwrap_or(&Hooks::NONE);
    let of_snapshot = snapshot::is_wanted(environment);
    if !of_snapshot {
        client.request_next();
    }
    prepare(environment, hooks, workers.is_some());
    if of_snapshot {
        if snapshot::wait(&mut client, hooks, inbox).is_err() {
            sys::exit(1);
        }
        client.request_next();
    }
    while serve(&mut client, record, inbox).is_ok() {}
    sys::exit(UNREACHABLE_STATUS)
}

/// Sets up all that the first request can do without.
fn prepare(environment: Environment, hooks: &'static Hooks, is_worker: bool) {
    // A log that nobody reads, or that has become too long a file, ends nothing.
    signal::ignore(SIGPIPE);
    signal::ignore(SIGXFSZ);
    log::prepare(environment);
    services::prepare(environment, is_worker);
    deadline::prepare(environment);
    termination::prepare(hooks.on_terminate);
    interrupts::prepare();
    signal::unblock_all();
}

fn runtime_api(value: &'static [u8]) -> Option<Address<'static>> {
    let address = address::parse(value);
    if address.is_none() {
        let wanted = b" is no IPv4:port, [IPv6]:port or localhost:port";
        // Of a value of several lines, the first.
        let (line, _) = split_once(value, b'\n');
        log::complain(b"AWS_LAMBDA_RUNTIME_API=", line, wanted);
    }
    address
}

/// The record that `_HANDLER` names by what stands before its first dot (`file.function`), or by all of it: no name has a dot.
fn find(records: &'static [Record], handler: &[u8]) -> Option<&'static Record> {
    let (name, _) = split_once(handler, b'.');
    let mut left = records;
    loop {
        let middle = left.len() / 2;
        let record = left.get(middle)?;
        left = match name.cmp(record.name.as_bytes()) {
            Ordering::Less => left.get(..middle)?,
            Ordering::Greater => left.get(middle + 1..)?,
            Ordering::Equal => return Some(record),
        };
    }
}

/// Tells Lambda which handlers there are; the text is put together in `memory`.
#[cold]
#[inline(never)]
fn refuse_to_start(client: &mut Client<'_>, handler: &[u8], records: &[Record], memory: &mut [u8]) {
    let mut message = Buffer::new(memory);
    message.push(b"_HANDLER=");
    message.push(handler);
    message.push(b" is none of:");
    for record in records {
        message.push(b" ");
        message.push(record.name.as_bytes());
    }
    let message = text::from_bytes(message.bytes()).map_or(&b"_HANDLER is not UTF-8"[..], str::as_bytes);
    let report = Report { error_type: error_type::HANDLER_NOT_FOUND, message, place: None };
    client.report_start("init/error", &report).ok(); // it was logged, and the process ends either way
}

/// One invocation: waits for it, calls the handler, answers.
///
/// # Errors
/// [`Stop`], logged: there can be no further one.
pub fn serve(client: &mut Client<'_>, record: &Record, inbox: &mut [u8]) -> Result<(), Stop> {
    client.next(inbox)?;
    let Some(delivered) = client.delivered(inbox) else {
        log::complain(b"an event without a request id that can stand in a path", b"", b"");
        return Err(Stop);
    };
    let name = &delivered.name;
    // What a handler returns is dropped in here: an idle process's heap is whole.
    in_flight::answering(&delivered, || {
        let event = match delivered.event {
            Ok(event) => event,
            Err(error) => return client.report(name, &error.report()),
        };
        let context = Context::new(name.request_id, delivered.head);
        let result = in_flight::handling(client, || {
            deadline::watch(delivered.deadline_ms);
            (record.call)(&context, event)
        });
        let report = |failure| Report { error_type: Failure::error_type(failure), message: failure.message().as_bytes(), place: None };
        let answer = result.as_ref().map_err(report);
        match (stream::finish(), &answer) {
            (Some(finish), answer) => finish(client, name, answer.as_ref().err()),
            (None, Ok(response)) => client.respond(name, response.as_bytes()),
            (None, Err(report)) => client.report(name, report),
        }
    })
}
