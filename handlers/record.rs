//! The record a function registers, what it is called with, and the shapes a `lambda_handler` may have.

/// One event to be answered.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'buffer> {
    /// The request id, as Lambda gave it.
    pub request_id: &'buffer str,
    /// The event, mostly JSON.
    pub event: &'buffer str,
}

/// Why an invocation failed, for `/error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `Function.` or `Runtime.` and letters; Lambda records anything else as unknown.
    pub error_type: &'static str,
    /// What went wrong, for people.
    pub message: String,
}

/// A function as the runtime calls it: the response's bytes, or the failure.
pub type Call = fn(&Invocation<'_>) -> Result<String, Failure>;

/// A function's entry in the section `.handlers`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Record {
    /// What `_HANDLER` names: the file's name without its ending.
    pub name: &'static str,
    /// The function.
    pub call: Call,
}

// The linker script counts records by their size (HANDLER_RECORD_BYTES there).
const _: () = assert!(size_of::<Record>() == 24 && align_of::<Record>() == 8);

/// The error type of a handler's own `Err`.
const HANDLER_ERROR_TYPE: &str = "Function.Error";

/// A value that a `lambda_handler` may return.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot return `{Self}`",
    note = "it returns `String`, or `Result<String, E>` where `E` can be displayed"
)]
pub trait Outcome {
    /// The response, or why there is none.
    ///
    /// # Errors
    /// The handler's own error.
    fn into_response(self) -> Result<String, Failure>;
}

impl Outcome for String {
    fn into_response(self) -> Result<String, Failure> {
        Ok(self)
    }
}

impl<E: ToString> Outcome for Result<String, E> {
    fn into_response(self) -> Result<String, Failure> {
        self.map_err(|error| Failure { error_type: HANDLER_ERROR_TYPE, message: error.to_string() })
    }
}

/// A shape of `lambda_handler`. `Shape` only tells the implementations apart.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` has a shape that cannot be called",
    note = "it is `(request_id: &str, body: &str)` or `(event: &str)`, and returns `String` or `Result<String, E>`"
)]
pub trait Signature<Shape> {
    /// Calls the handler.
    ///
    /// # Errors
    /// The handler's own error.
    fn invoke(self, invocation: &Invocation<'_>) -> Result<String, Failure>;
}

impl<F, R> Signature<fn(&str, &str) -> R> for F
where
    F: Fn(&str, &str) -> R,
    R: Outcome,
{
    fn invoke(self, invocation: &Invocation<'_>) -> Result<String, Failure> {
        self(invocation.request_id, invocation.event).into_response()
    }
}

impl<F, R> Signature<fn(&str) -> R> for F
where
    F: Fn(&str) -> R,
    R: Outcome,
{
    fn invoke(self, invocation: &Invocation<'_>) -> Result<String, Failure> {
        self(invocation.event).into_response()
    }
}

/// Registers `$handler` under `$name` in `$section`, which is `.handlers.` and the name: the linker sorts by it. `build.rs` writes
/// one such line for each function.
macro_rules! register {
    ($name:literal, $section:literal, $handler:path) => {
        const _: () = {
            fn call(invocation: &$crate::Invocation<'_>) -> Result<std::string::String, $crate::Failure> {
                $crate::Signature::invoke($handler, invocation)
            }
            #[used]
            #[allow(unsafe_code)]
            // SAFETY: the section holds nothing but records; `records` reads it as such.
            #[unsafe(link_section = $section)]
            static RECORD: $crate::Record = $crate::Record { name: $name, call };
        };
    };
}
pub(crate) use register;

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
        let bytes = (&raw const __handlers_stop).addr() - start.addr();
        // SAFETY: the linker script puts only `.handlers` input sections between the two symbols and asserts that their
        // size is a multiple of a record's; each was written by `register!` as one `Record`, and none is ever changed.
        unsafe { core::slice::from_raw_parts(start.cast(), bytes / size_of::<Record>()) }
    }
}
pub use section::records;
