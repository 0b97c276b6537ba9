//! What a plain program has and a function has not: arguments and an exit status. Part of the facade with the feature `program` only.

use alloc::string::{String, ToString};
use core::fmt::Debug;
use core::ops::Range;

unsafe extern "Rust" {
    /// Writes what was printed and ends the process. The bootstrap defines it; likewise below.
    safe fn ruchy_lambda_exit(status: i32) -> !;
    /// The argument `index`; 0 is the program's name.
    safe fn ruchy_lambda_argument(index: usize) -> Option<&'static [u8]>;
}

/// Ends the process with `status`. What was printed is written first.
pub fn exit(status: i32) -> ! {
    ruchy_lambda_exit(status)
}

/// The status with which a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitCode(u8);

impl ExitCode {
    /// All went well.
    pub const SUCCESS: Self = Self(0);
    /// Something failed.
    pub const FAILURE: Self = Self(1);
}

impl From<u8> for ExitCode {
    fn from(status: u8) -> Self {
        Self(status)
    }
}

/// What `main` may return.
pub trait Termination {
    /// The exit status; an error is printed to standard error first.
    fn report(self) -> ExitCode;
}

impl Termination for () {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

impl Termination for ExitCode {
    fn report(self) -> ExitCode {
        self
    }
}

impl<T: Termination, E: Debug> Termination for Result<T, E> {
    fn report(self) -> ExitCode {
        match self {
            Ok(value) => value.report(),
            Err(error) => {
                crate::eprintln!("Error: {error:?}");
                ExitCode::FAILURE
            }
        }
    }
}

/// The status that `main`'s result stands for. Generated code calls it.
#[doc(hidden)]
pub fn status(result: impl Termination) -> i32 {
    result.report().0.into()
}

/// The arguments of the command line, of which the first is the program's name.
#[derive(Clone, Debug)]
pub struct Args(Range<usize>);

/// The arguments of the command line, of which the first is the program's name.
#[must_use]
pub fn args() -> Args {
    let mut count = 0;
    while ruchy_lambda_argument(count).is_some() {
        count += 1;
    }
    Args(0..count)
}

fn argument(index: usize) -> Option<String> {
    let bytes = ruchy_lambda_argument(index)?;
    let Ok(text) = str::from_utf8(bytes) else { panic!("argument {index} of the command line is not UTF-8") };
    Some(text.to_string())
}

impl Iterator for Args {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        argument(self.0.next()?)
    }

    fn nth(&mut self, skipped: usize) -> Option<String> {
        argument(self.0.nth(skipped)?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Args {
    fn next_back(&mut self) -> Option<String> {
        argument(self.0.next_back()?)
    }
}

impl ExactSizeIterator for Args {}
