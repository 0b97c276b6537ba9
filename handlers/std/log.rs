//! The log of the function: `println!` and `eprintln!` pass one complete piece of text at a time to
//! the runtime, which adds the invocation's request id.

use alloc::fmt::Arguments;

/// The two streams that a program prints to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stream {
    /// Standard output: `print!` and `println!`.
    Output = 1,
    /// Standard error: `eprint!` and `eprintln!`.
    Error = 2,
}

unsafe extern "Rust" {
    /// Logs one piece of text with its newline. The bootstrap defines this function; it never fails
    /// and never panics.
    safe fn ruchy_lambda_log(stream: Stream, text: &str);
}

/// Formats and logs: the printing macros expand to this call. Text without arguments is copied only
/// if a newline is appended.
#[doc(hidden)]
pub fn print(stream: Stream, arguments: Arguments<'_>, newline: &str) {
    match arguments.as_str() {
        Some(text) if newline.is_empty() => ruchy_lambda_log(stream, text),
        _ => {
            let mut text = alloc::fmt::format(arguments);
            text.push_str(newline);
            ruchy_lambda_log(stream, &text);
        }
    }
}

/// Logs `text` unchanged: the build replaces printing macros by this call where it formats the text
/// itself.
#[doc(hidden)]
pub fn write(stream: Stream, text: &str) {
    ruchy_lambda_log(stream, text);
}

/// Prints a line to the function's log.
///
/// ```
/// pub fn lambda_handler(event: &str) -> String {
///     println!("{} bytes received", event.len());
///     "null".to_string()
/// }
/// ```
#[macro_export]
macro_rules! println {
    () => { $crate::log::print($crate::log::Stream::Output, $crate::format_args!(""), "\n") };
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Output, $crate::format_args!($($arguments)*), "\n") };
}

/// Prints text without a newline to the function's log.
#[macro_export]
macro_rules! print {
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Output, $crate::format_args!($($arguments)*), "") };
}

/// Prints a line to the function's log, on the error stream.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::log::print($crate::log::Stream::Error, $crate::format_args!(""), "\n") };
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Error, $crate::format_args!($($arguments)*), "\n") };
}

/// Prints text without a newline to the function's log, on the error stream.
#[macro_export]
macro_rules! eprint {
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Error, $crate::format_args!($($arguments)*), "") };
}
