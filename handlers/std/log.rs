//! Where `println!` and `eprintln!` go: a whole piece of text at a time to the runtime, which knows the invocation it belongs to.

use alloc::fmt::Arguments;

/// The two streams a program prints to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stream {
    /// `print!` and `println!`.
    Output = 1,
    /// `eprint!` and `eprintln!`.
    Error = 2,
}

unsafe extern "Rust" {
    /// Takes one piece of text, with its line end. The bootstrap defines it; it never fails and never panics.
    safe fn ruchy_lambda_log(stream: Stream, text: &str);
}

/// What the printing macros expand to: formats and hands over. Text without arguments is not copied unless it needs a line end.
#[doc(hidden)]
pub fn print(stream: Stream, arguments: Arguments<'_>, line_end: &str) {
    match arguments.as_str() {
        Some(text) if line_end.is_empty() => ruchy_lambda_log(stream, text),
        _ => {
            let mut text = alloc::fmt::format(arguments);
            text.push_str(line_end);
            ruchy_lambda_log(stream, &text);
        }
    }
}

/// Hands over `text` as it is: what printing comes to where the build has put the text together.
#[doc(hidden)]
pub fn write(stream: Stream, text: &str) {
    ruchy_lambda_log(stream, text);
}

/// Prints a line to the function's log.
#[macro_export]
macro_rules! println {
    () => { $crate::log::print($crate::log::Stream::Output, $crate::format_args!(""), "\n") };
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Output, $crate::format_args!($($arguments)*), "\n") };
}

/// Prints text without a line end to the function's log.
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

/// Prints text without a line end to the function's log, on the error stream.
#[macro_export]
macro_rules! eprint {
    ($($arguments:tt)*) => { $crate::log::print($crate::log::Stream::Error, $crate::format_args!($($arguments)*), "") };
}
