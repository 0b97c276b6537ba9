//! The way of the process: find the handler, ask for an invocation, call the handler, answer, for ever.

use crate::address;
use crate::api::{Report, error_type};
use crate::buffer::Buffer;
use crate::bytes::split_once;
use crate::client::{ANSWERING_BYTES, Client, INBOX_BYTES, Stop};
use crate::environment::Environment;
use crate::settings::Settings;
use crate::{deadline, in_flight, interrupts, log, services, snapshot, stream, sys, termination, text, workers};
use core::cmp::Ordering;
use handlers::{Context, Failure, Hooks, Record};

/// The exit status where Lambda cannot be reached, or says that it cannot go on.
pub const UNREACHABLE_STATUS: i32 = 1;

/// Serves invocations until Lambda ends the process; the exit status is 0 after SIGTERM, `crash::STATUS` after a crash, else
/// [`UNREACHABLE_STATUS`].
///
/// `records` are the handlers of this file in the order of their names; `inbox` is the memory it works in; `prepare_thread` tells libc that
/// it is in a new process.
pub fn run(environment: Environment, records: &'static [Record], inbox: &mut [u8; INBOX_BYTES], prepare_thread: fn()) -> ! {
    let mut settings = Settings::default();
    settings.read(environment);
    let settings = &settings;
    let Some(address) = &address::parse(settings.runtime_api) else { refuse_address(settings.runtime_api) };
    let mut client = Client::new(address);
    let Some(record) = find(records, settings.handler) else { refuse_handler(&mut client, settings.handler, records, inbox) };
    // Whatever comes before the first request is in this file's first page and on the stack's, and nothing else is.
    let begins = matches!(settings.max_concurrency, b"" | b"1") && !snapshot::is_wanted(settings);
    if begins {
        client.request_next();
    }
    go_on(environment, settings, &mut client, record, inbox, prepare_thread)
}

/// What comes behind the first request, or in front of it where this process is not alone, or is made a snapshot of.
#[inline(never)]
fn go_on(
    environment: Environment,
    settings: &Settings,
    client: &mut Client<'_>,
    record: &'static Record,
    inbox: &mut [u8],
    prepare_thread: fn(),
) -> ! {
    log::prepare(settings);
    let workers = workers::count(settings);
    if let Some(count) = workers {
        workers::supervise(count);
    }
    let hooks = record.hooks.unwrap_or(&Hooks::NONE);
    let of_snapshot = snapshot::is_wanted(settings);
    if workers.is_some() && !of_snapshot {
        client.request_next();
    }
    prepare_thread();
    services::prepare(environment, workers.is_some());
    termination::prepare(hooks.on_terminate);
    deadline::prepare();
    if settings.has_own {
        deadline::obey(environment);
    }
    interrupts::prepare();
    if of_snapshot && snapshot::wait(client, hooks, inbox).is_err() {
        sys::exit(1);
    }
    while serve(client, record, inbox).is_ok() {}
    sys::exit(UNREACHABLE_STATUS)
}

#[cold]
#[inline(never)]
fn refuse_address(value: &[u8]) -> ! {
    // Of a value of several lines, the first.
    let (line, _) = split_once(value, b'\n');
    log::complain(b"AWS_LAMBDA_RUNTIME_API=", line, b" is no IPv4:port, [IPv6]:port or localhost:port");
    sys::exit(1)
}

/// The record that `_HANDLER` names by what stands before its first dot (`file.function`), or by all of it: no name has a dot.
fn find(records: &'static [Record], handler: &[u8]) -> Option<&'static Record> {
    let dot = handler.iter().position(|byte| *byte == b'.').unwrap_or(handler.len());
    let name = handler.get(..dot)?;
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
fn refuse_handler(client: &mut Client<'_>, handler: &[u8], records: &[Record], memory: &mut [u8]) -> ! {
    let (memory, text) = memory.split_at_mut_checked(ANSWERING_BYTES).unwrap_or_default();
    let mut message = Buffer::new(text);
    message.push(b"_HANDLER=");
    message.push(handler);
    message.push(b" is none of:");
    for record in records {
        message.push(b" ");
        message.push(record.name.as_bytes());
    }
    let message = text::from_bytes(message.bytes()).map_or(&b"_HANDLER is not UTF-8"[..], str::as_bytes);
    let report = Report { error_type: error_type::HANDLER_NOT_FOUND, message, place: None };
    client.answering(memory).report_start("init/error", &report).ok(); // it was logged, and the process ends either way
    sys::exit(1)
}

/// One invocation: waits for it, calls the handler, answers.
///
/// # Errors
/// [`Stop`], logged: there can be no further one.
pub fn serve(client: &mut Client<'_>, record: &Record, inbox: &mut [u8]) -> Result<(), Stop> {
    let filled = client.next(inbox)?;
    // What Lambda says to the answer is received behind the event: into a page that is there already, where the event is small.
    let (event, memory) = inbox.split_at_mut_checked(filled).unwrap_or_default();
    let Some(delivered) = client.delivered(event) else {
        log::complain(b"an event without a request id that can stand in a path", b"", b"");
        return Err(Stop);
    };
    let name = &delivered.name;
    let client = &mut client.answering(memory);
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
