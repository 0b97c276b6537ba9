//! The record that a function registers, the signatures that a `lambda_handler` may have, and the
//! registry of all records in the file.
//!
//! The runtime finds functions through this crate only. [`register!`] puts a [`Record`] into the
//! section `.handlers`, which the linker script collects between two symbols.

#![deny(unsafe_code)]
#![warn(missing_docs)]
// No `#![no_std]` here: the compiler puts the crate named `std` into every module, and that is
// ruchy-std, not the standard library.

mod awaited;

use std::borrow::Cow;
use std::marker::PhantomData;

pub use awaited::{Awaited, Awaiting, BlockOn};
pub use std::fs::{FileOptions, FileStatus, Whence};
pub use std::lambda::{Context, ERROR_TYPE_BYTES_MAX, Failure, FromEvent, IntoAnswer, ResponseStream, StreamPiece, ToFailure};
pub use std::log::Stream;
pub use std::net::{Readiness, SocketKind};
pub use std::{eprint, eprintln, print, println};

/// The result of an invocation: an owned response, a part of the event (which is not copied), or
/// the failure.
pub type Answer<'event> = Result<Cow<'event, str>, Failure>;

/// A function as the runtime calls it. A streamed response is not part of the result.
pub type Call = for<'event> fn(&Context<'_>, &'event str) -> Answer<'event>;

/// A function that is called outside of invocations.
pub type Hook = fn() -> Result<(), Failure>;

/// The hooks of a function.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// `before_snapshot`, called before a SnapStart snapshot is taken.
    pub before_snapshot: Option<Hook>,
    /// `after_restore`, called after a snapshot was restored.
    pub after_restore: Option<Hook>,
    /// `on_terminate`, called before the process ends because of SIGTERM.
    pub on_terminate: Option<Hook>,
}

impl Hooks {
    /// No hooks.
    pub const NONE: Self = Self { before_snapshot: None, after_restore: None, on_terminate: None };
}

/// The entry of a function in the section `.handlers`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Record {
    /// The value of `_HANDLER` that selects the function: its file name without the extension.
    pub name: &'static str,
    /// The function.
    pub call: Call,
    /// The hooks, if the function has any.
    pub hooks: Option<&'static Hooks>,
}

// The linker script divides by this size (HANDLER_RECORD_BYTES).
const _: () = assert!(size_of::<Record>() == 32 && align_of::<Record>() == 8);

/// A value that a `lambda_handler` may return.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot return `{Self}`",
    note = "it returns `String`, or `Result<String, E>` where `E` can be displayed, or `&'static str`"
)]
pub trait Outcome {
    /// Converts the value to a response.
    ///
    /// # Errors
    /// Returns the error of the handler.
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

/// A value that a hook, or a `lambda_handler` with a streamed response, may return.
#[diagnostic::on_unimplemented(
    message = "a hook, or a `lambda_handler` that streams its response, cannot return `{Self}`",
    note = "it returns nothing, or `Result<(), E>` where `E` can be displayed"
)]
pub trait Completion {
    /// Converts the value to a result.
    ///
    /// # Errors
    /// Returns the error of the function.
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

/// A signature of a `lambda_handler`. `Shape` distinguishes the implementations.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` has a shape that cannot be called",
    note = "it takes `(request_id: &str, body: &str)`, `(event: &str)` or `(context: &Context, event: &str)`, and returns `String` or `Result<String, E>`",
    note = "`(event: &str)` may also return `&str`, a part of the event",
    note = "with `response: &mut ResponseStream` after the event it streams its response, and returns nothing or `Result<(), E>`",
    note = "`(event: &E)` and `(context: &Context, event: &E)` take a type of the crate `events`: `&Json`, `&Typed<YourStruct>`, `&http::Request`, `&sqs::Batch` and others, and return a response to it"
)]
pub trait Signature<Shape> {
    /// Calls the handler; or `other`, if the function has one and the event is not of the handler's
    /// type.
    ///
    /// # Errors
    /// Returns the error of the handler.
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

/// The shape of a handler that returns a part of the event.
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

/// Parses the event as an `E`. If that fails, returns the answer of `other`, or of
/// `E::answer_other`.
fn parse_event<'event, E: FromEvent>(context: &Context<'_>, event: &'event str, other: Option<Call>) -> Result<E, Answer<'event>> {
    E::from_event(event).map_err(|failure| match other {
        Some(other) => other(context, event),
        None => E::answer_other(event, failure).map(Cow::Owned),
    })
}

/// The shape of a handler that takes a parsed event: `(event: &E)`.
pub struct ParsedEvent<E>(PhantomData<E>);

impl<F, E, R> Signature<ParsedEvent<E>> for F
where
    F: Fn(&E) -> R,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match parse_event::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(&event).into_answer(&event).or_else(|failure| event.answer_failure(failure)).map(Cow::Owned)
    }
}

/// The shape `(context: &Context, event: &E)`.
pub struct ParsedEventWithContext<E>(PhantomData<E>);

impl<F, E, R> Signature<ParsedEventWithContext<E>> for F
where
    F: Fn(&Context<'_>, &E) -> R,
    E: FromEvent,
    R: IntoAnswer<E>,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match parse_event::<E>(context, event, other) {
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

/// The shape `(event: &E, response: &mut ResponseStream)`.
pub struct ParsedEventStreamed<E>(PhantomData<E>);

impl<F, E, R> Signature<ParsedEventStreamed<E>> for F
where
    F: Fn(&E, &mut ResponseStream) -> R,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match parse_event::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(&event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// The shape `(context: &Context, event: &E, response: &mut ResponseStream)`.
pub struct ParsedEventStreamedWithContext<E>(PhantomData<E>);

impl<F, E, R> Signature<ParsedEventStreamedWithContext<E>> for F
where
    F: Fn(&Context<'_>, &E, &mut ResponseStream) -> R,
    E: FromEvent,
    R: Completion,
{
    fn invoke<'event>(self, context: &Context<'_>, event: &'event str, other: Option<Call>) -> Answer<'event> {
        let event = match parse_event::<E>(context, event, other) {
            Ok(event) => event,
            Err(answer) => return answer,
        };
        self(context, &event, &mut ResponseStream::new()).into_result().map(|()| Cow::Borrowed(""))
    }
}

/// Converts `bytes` to a string at compile time.
///
/// # Panics
/// Fails to compile if the bytes are not valid UTF-8.
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("expected a name in UTF-8"),
    }
}

/// Registers `$handler`, the `lambda_handler` of the module `$module`, with the hooks of that
/// module, under `$name` in `$section`, which is `.handlers.` and the name: the linker sorts by it.
/// `$other` may have any signature of a `lambda_handler`; it is called for events of another type.
/// The build writes one call of this macro per function.
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
            // SAFETY: only the record refers to the section. The linker script places it so that
            // the start can search it.
            #[unsafe(link_section = concat!(".name", $section))]
            static NAME: [u8; $name.len()] = *$name.as_bytes().first_chunk().expect("the array has the length of the name");
            #[used]
            #[allow(unsafe_code)]
            // SAFETY: the section contains records only, and `records` reads it as an array of
            // them.
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
        // Defined by the linker script: the start of the first record, and the end of the last.
        static __handlers_start: u8;
        static __handlers_stop: u8;
    }

    /// Returns all functions linked into this file, in the order of their names.
    #[must_use]
    pub fn records() -> &'static [Record] {
        let start = &raw const __handlers_start;
        // `wrapping_sub`, because the panic of an overflow check would link `core::fmt`.
        let bytes = (&raw const __handlers_stop).addr().wrapping_sub(start.addr());
        // SAFETY: the linker script puts only `.handlers` input sections between the two symbols
        // and asserts that their size is a multiple of a record's; each was written by `register!`
        // as one `Record`, and none is modified.
        unsafe { core::slice::from_raw_parts(start.cast(), bytes / size_of::<Record>()) }
    }
}
pub use section::records;
