//! The main loop: find the handler, fetch the next invocation, call the handler, post the result.

use crate::config::environment::Environment;
use crate::config::settings::Settings;
use crate::host::variables;
use crate::log::{self, log_error};
use crate::runtime_api::address;
use crate::runtime_api::client::{Client, Fatal, INBOX_BYTES, RESPONDER_BYTES};
use crate::runtime_api::report::{Report, error_type};
#[cfg(feature = "std")]
use crate::signals::crash;
use crate::signals::{deadline, entry, termination};
use crate::text::buffer::Buffer;
use crate::text::bytes::split_once;
use crate::text::utf8;
use crate::{current, exit, in_flight, snapshot, sys, workers};
use core::cmp::Ordering;
use registry::{Context, Failure, Hooks, Record};

/// Serves invocations until the process ends, with a status of [`exit`].
///
/// `records` are the handlers of this file, sorted by name. `inbox` is the receive buffer.
/// `prepare_thread` prepares libc for a new process.
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
pub fn run(environment: Environment, records: &'static [Record], inbox: &mut [u8; INBOX_BYTES], prepare_thread: fn()) -> ! {
    let mut settings = Settings::default();
    settings.read(environment);
    let settings = &settings;
    let Some(address) = &address::parse(settings.runtime_api) else { refuse_address(settings.runtime_api) };
    let mut client = Client::new(address);
    let Some(record) = find_record(records, settings.handler) else { refuse_handler(&mut client, settings.handler, records, inbox) };
    // Everything up to the first request uses the first page of the file and one page of the stack,
    // and nothing else.
    let begins = matches!(settings.max_concurrency, b"" | b"1") && !snapshot::is_snap_start(settings);
    if begins {
        client.request_next();
    }
    initialize_and_serve(environment, settings, &mut client, record, inbox, prepare_thread)
}

/// Initializes everything else and serves invocations. In concurrent mode and for SnapStart it also
/// sends the first request.
#[inline(never)]
fn initialize_and_serve(
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
    let of_snapshot = snapshot::is_snap_start(settings);
    if workers.is_some() && !of_snapshot {
        client.request_next();
    }
    prepare_thread();
    variables::prepare(environment, workers.is_some());
    termination::prepare(hooks.on_terminate);
    deadline::prepare();
    if settings.has_own {
        deadline::configure(environment);
    }
    entry::install();
    if of_snapshot && snapshot::wait(client, hooks, inbox).is_err() {
        sys::exit(exit::CANNOT_START);
    }
    #[cfg(feature = "stack-trace")]
    let frame = 0;
    #[cfg(feature = "stack-trace")]
    crate::signals::stack_trace::begin(&frame);
    while serve(client, record, inbox).is_ok() {}
    sys::exit(exit::UNREACHABLE)
}

#[cold]
#[inline(never)]
fn refuse_address(value: &[u8]) -> ! {
    // Only the first line of the value.
    let (line, _) = split_once(value, b'\n');
    log_error(b"AWS_LAMBDA_RUNTIME_API=", line, b": expected HOST:PORT (IPv4, [IPv6] or localhost)");
    sys::exit(exit::CANNOT_START)
}

/// Finds the record that `_HANDLER` names, by binary search. Only the part before the first dot
/// counts (`file.function`).
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
fn find_record(records: &'static [Record], handler: &[u8]) -> Option<&'static Record> {
    let dot = handler.iter().position(|byte| *byte == b'.').unwrap_or(handler.len());
    let name = handler.get(..dot)?;
    let mut candidates = records;
    loop {
        let middle = candidates.len() / 2;
        let record = candidates.get(middle)?;
        candidates = match name.cmp(record.name.as_bytes()) {
            Ordering::Less => candidates.get(..middle)?,
            Ordering::Greater => candidates.get(middle + 1..)?,
            Ordering::Equal => return Some(record),
        };
    }
}

/// Reports to Lambda which handlers exist. The message is built in `memory`.
#[cold]
#[inline(never)]
fn refuse_handler(client: &mut Client<'_>, handler: &[u8], records: &[Record], memory: &mut [u8]) -> ! {
    let (memory, message) = memory.split_at_mut_checked(RESPONDER_BYTES).unwrap_or_default();
    let mut message = Buffer::new(message);
    message.push(b"_HANDLER=");
    message.push(handler);
    message.push(b"; set it to:");
    for record in records {
        message.push(b" ");
        message.push(record.name.as_bytes());
    }
    let message = utf8::from_bytes(message.bytes()).map_or(&b"_HANDLER is not UTF-8"[..], str::as_bytes);
    let report = Report { error_type: error_type::HANDLER_NOT_FOUND, message, place: None };
    client.responder(memory).report_start("init/error", &report).ok(); // the report logs its own failure
    sys::exit(exit::CANNOT_START)
}

/// Serves one invocation: waits for it, calls the handler, posts the result.
///
/// # Errors
/// [`Fatal`]: there can be no further invocation. It was logged.
pub fn serve(client: &mut Client<'_>, record: &Record, inbox: &mut [u8]) -> Result<(), Fatal> {
    let filled = client.next(inbox)?;
    // Replies to the POST are received after the event: for a small event that page already exists.
    let (event, memory) = inbox.split_at_mut_checked(filled).unwrap_or_default();
    let Some(invocation) = client.invocation(event) else {
        log_error(b"invocation/next: no valid ", b"Lambda-Runtime-Aws-Request-Id", b"");
        return Err(Fatal);
    };
    let name = &invocation.name;
    let responder = &mut client.responder(memory);
    // The handler's result is dropped inside: while the process is idle its heap is consistent.
    current::respond_to(&invocation, || {
        let event = match invocation.event {
            Ok(event) => event,
            Err(error) => return responder.report(name, &error.report()),
        };
        #[cfg(feature = "std")]
        {
            crash::set_out_of_memory(false);
            variables::set_trace_id(invocation.head);
        }
        let context = Context::new(name.request_id, invocation.head);
        let result = in_flight::run_handler(responder, || {
            deadline::begin(invocation.deadline_ms);
            (record.call)(&context, event)
        });
        let report = |failure| Report { error_type: Failure::error_type(failure), message: failure.message().as_bytes(), place: None };
        let answer = result.as_ref().map_err(report);
        let posted = match (in_flight::finish(), &answer) {
            (Some(finish), answer) => finish(responder, name, answer.as_ref().err()),
            (None, Ok(response)) => responder.respond(name, response.as_bytes()),
            (None, Err(report)) => responder.report(name, report),
        };
        deadline::end();
        posted
    })
}
