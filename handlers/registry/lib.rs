//! The record that a function registers, the signatures that a `lambda_handler` may have, and the registry: every record of the file.
//!
//! The runtime finds functions through this crate alone. [`register!`] puts a [`Record`] into the section `.handlers`, which the linker
//! script collects between two symbols.

#![deny(unsafe_code)]
// No `#![no_std]` here: the compiler puts the crate named `std` into every module, and that is ruchy-std, not the standard library.

mod awaited;

use std::borrow::Cow;
use std::marker::PhantomData;

pub use awaited::{Awaited, Awaiting, BlockOn};
pub use std::fs::{FileOptions, FileStatus, Whence};
pub use std::lambda::{Context, ERROR_TYPE_BYTES_MAX, Failure, FromEvent, IntoAnswer, ResponseStream, StreamPiece, ToFailure};
pub use std::log::Stream;
pub use std::net::{Readiness, SocketKind};
pub use std::{eprint, eprintln, print, println};

/// What an invocation has come to: a response of its own, or a part of the event, which so need not be copied; or the failure.
pub type Answer<'event> = Result<Cow<'event, str>, Failure>;

/// A function as the runtime calls it. What was streamed is no part of the response.
pub type Call = for<'event> fn(&Context<'_>, &'event str) -> Answer<'event>;

/// What a function wants to be called for beside invocations.
pub type Hook = fn() -> Result<(), Failure>;

/// A function's hooks.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// Before SnapStart takes its snapshot: `before_snapshot`.
    pub before_snapshot: Option<Hook>,
    /// After it was restored from one: `after_restore`.
    pub after_restore: Option<Hook>,
    /// Before the process ends because Lambda says so: `on_terminate`.
    pub on_terminate: Option<Hook>,
}

impl Hooks {
    /// Of a function that has none.
    pub const NONE: Self = Self { before_snapshot: None, after_restore: None, on_terminate: None };
}

/// A function's entry in the section `.handlers`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Record {
    /// What `_HANDLER` names: the file's name without its ending.
    pub name: &'static str,
    /// The function.
    pub call: Call,
    /// Its hooks, if it has any.
    pub hooks: Option<&'static Hooks>,
}

// The linker script counts records by their size (HANDLER_RECORD_BYTES there).
const _: () = assert!(size_of::<Record>() == 32 && align_of::<Record>() == 8);

/// A value that a `lambda_handler` may return.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot return `{Self}`",
    note = "it returns `String`, or `Result<String, E>` where `E` can be displayed, or `&'static str`"
)]
pub trait Outcome {
    /// The response, or why there is none.
    ///
    /// # Errors
    /// The handler's own error.
    fn into_response(self) -> Answer<'static>;
}

impl Outcome for String {
    fn into_response(self) -> Answer<'static> {
        Ok(Cow::Owned(self))
    }
}

impl Outcome for &'static str {
    fn into_response(self) -> Answer<'static> {
        Ok(Cow::Borrowed(self))
    }
}

impl<E: ToFailure> Outcome for Result<String, E> {
    fn into_response(self) -> Answer<'static> {
        self.map(Cow::Owned).map_err(ToFailure::into_failure)
    }
}

/// What a hook, or a `lambda_handler` that streams its response, may return.
#[diagnostic::on_unimplemented(
    message = "a hook, or a `lambda_handler` that streams its response, cannot return `{Self}`",
    note = "it returns nothing, or `Result<(), E>` where `E` can be displayed"
)]
pub trait Completion {
    /// Whether it went well.
    ///
    /// # Errors
    /// The function's own error.
    fn into_result(self) -> Result<(), Failure>;
}

impl Completion for () {
    fn into_result(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<E: ToFailure> Completion for Result<(), E> {
    fn into_result(self) -> Result<(), Failure> {
        self.map_err(ToFailure::into_failure)
    }
}

/// A shape of `lambda_handler`. `Shape` only tells the implementations apart.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` has a shape that cannot be called",
    note = "it takes `(request_id: &str, body: &str)`, `(event: &str)` or `(context: &Context, event: &str)`, and returns `String` or `Result<String, E>`",
    note = "`(event: &str)` may also return `&str`, a part of the event",
    note = "with `response: &mut ResponseStream` behind the event it streams, and returns nothing or `Result<(), E>`",
    note = "`(event: &E)` and `(context: &Context, event: &E)` take what the crate `events` has: `&Json`, `&Typed<YourStruct>`, `&http::Request`, `&sqs::Batch` and others, and return what answers it"
)]
pub trait Signature<Shape> {
    /// Calls the handler; for an event that it does not take, `other` if the function has one.
    ///
    /// # Errors
    /// The handler's own error.
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event>;
}

impl<F, R> Signature<fn(&str, &str) -> R> for F
where
    F: Fn(&str, &str) -> R,
    R: Outcome,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self(context.request_id(), event).into_response()
    }
}

impl<F, R> Signature<fn(&str) -> R> for F
where
    F: Fn(&str) -> R,
    R: Outcome,
{
    fn invoke<'event>(self, _context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self(event).into_response()
    }
}

/// The shape of a handler that answers with a part of the event.
pub enum PartOfEvent {}

impl<F> Signature<PartOfEvent> for F
where
    F: Fn(&str) -> &str,
{
    fn invoke<'event>(self, _context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        Ok(Cow::Borrowed(self(event)))
    }
}

impl<F, R> Signature<fn(&Context<'_>, &str) -> R> for F
where
    F: Fn(&Context<'_>, &str) -> R,
    R: Outcome,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self(context, event).into_response()
    }
}

/// The event as an `E`; else the answer to it, by `other` or by what `E` answers to events of any function.
fn take<'event, E: FromEvent>(context: &Context<'_>, event: &'event str, other: Option<Call>) -> Result<E, Answer<'event>> {
    E::from_event(event).map_err(|failure| match other {
        Some(other) => other(context, event),
        None => E::answer_other(event, failure).map(Cow::Owned),
    })
}

/// The shape of a handler whose event is taken apart before: `(event: &E)`.
pub struct Taken<E>(PhantomData<E>);

impl<F, E, R> Signature<Taken<E>> for F
where
    F: Fn(&E) -> R,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(&event).into_answer(&event).or_else(|failure| event.answer_failure(failure)).map(Cow::Owned)
    }
}

/// The same with the context: `(context: &Context, event: &E)`.
pub struct TakenWithContext<E>(PhantomData<E>);

impl<F, E, R> Signature<TakenWithContext<E>> for F
where
    F: Fn(&Context<'_>, &E) -> R,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(context, &event).into_answer(&event).or_else(|failure| event.answer_failure(failure)).map(Cow::Owned)
    }
}

impl<F, R> Signature<fn(&str, &mut ResponseStream) -> R> for F
where
    F: Fn(&str, &mut ResponseStream) -> R,
    R: Completion,
{
    fn invoke<'event>(self, _context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self(event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

impl<F, R> Signature<fn(&Context<'_>, &str, &mut ResponseStream) -> R> for F
where
    F: Fn(&Context<'_>, &str, &mut ResponseStream) -> R,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, _other: Option<Call>) -> Answer<'event> {
        self(context, event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// Both of it: `(event: &E, response: &mut ResponseStream)`.
pub struct TakenStreamed<E>(PhantomData<E>);

impl<F, E, R> Signature<TakenStreamed<E>> for F
where
    F: Fn(&E, &mut ResponseStream) -> R,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(&event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// All of it: `(context: &Context, event: &E, response: &mut ResponseStream)`.
pub struct TakenStreamedWithContext<E>(PhantomData<E>);

impl<F, E, R> Signature<TakenStreamedWithContext<E>> for F
where
    F: Fn(&Context<'_>, &E, &mut ResponseStream) -> R,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match take::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(context, &event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// `bytes` as the text they were.
///
/// # Panics
/// When compiled, where they are none.
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a name is text"),
    }
}

/// Registers `$handler`, the `lambda_handler` of module `$module`, and the hooks that this has, under `$name` in `$section`, which is `.handlers.`
/// and the name: the linker sorts by it. `$other` has any of the signatures of a `lambda_handler` and is called for events that this does not
/// take. The build writes one such call for each function.
#[macro_export]
macro_rules! register {
    ($name:literal, $section:literal, $module:ident, $handler:expr $(, $hook:ident)* $(,)? $(; $other:ident)?) => {
        const _: () = {
            fn call<'event>(context: &$crate::Context<'_>, event: &'event str) -> $crate::Answer<'event> {
                $crate::Signature::invoke($handler, context, event, $crate::register!(@other $($other)?))
            }
            $(fn $other<'event>(context: &$crate::Context<'_>, event: &'event str) -> $crate::Answer<'event> {
                $crate::Signature::invoke($module::$other, context, event, None)
            })?
            $(fn $hook() -> Result<(), $crate::Failure> {
                $crate::Completion::into_result($module::$hook())
            })*
            const HOOKS: Option<&$crate::Hooks> = $crate::register!(@hooks $($hook)*);
            #[allow(unsafe_code)]
            // SAFETY: nothing but the record refers to the section: it says where in the file the name is, which the start looks for.
            #[unsafe(link_section = concat!(".name", $section))]
            static NAME: [u8; $name.len()] = *$name.as_bytes().first_chunk().expect("its own length");
            #[used]
            #[allow(unsafe_code)]
            // SAFETY: the section holds nothing but records; `records` reads it as such.
            #[unsafe(link_section = $section)]
            static RECORD: $crate::Record = $crate::Record { name: $crate::text(&NAME), call, hooks: HOOKS };
        };
    };
    (@other) => { None };
    (@other $other:ident) => { Some($other) };
    (@hooks) => { None };
    (@hooks $($hook:ident)+) => { Some(&$crate::Hooks { $($hook: Some($hook),)+ ..$crate::Hooks::NONE }) };
}
#[allow(unsafe_code)]
mod section {
    use super::Record;

    unsafe extern "C" {
        // The linker script puts these in front of the first record and behind the last.
        static __handlers_start: u8;
        static __handlers_stop: u8;
    }

    /// Every function linked into this file, in the order of their names.
    #[must_use]
    pub fn records() -> &'static [Record] {
        let start = &raw const __handlers_start;
        // Without a check for overflow, whose panic would bring core::fmt into a file optimised for size.
        let bytes = (&raw const __handlers_stop).addr().wrapping_sub(start.addr());
        // SAFETY: the linker script puts only `.handlers` input sections between the two symbols and asserts that their
        // size is a multiple of a record's; each was written by `register!` as one `Record`, and none is ever changed.
        unsafe { core::slice::from_raw_parts(start.cast(), bytes / size_of::<Record>()) }
    }
}
pub use section::records;
