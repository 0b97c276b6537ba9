//! Arguments and the exit status of plain programs, which functions do not have: the feature
//! `program`.

use alloc::string::{String, ToString};
use core::fmt::Debug;
use core::ops::Range;

unsafe extern "Rust" {
    /// Writes buffered output and ends the process. The bootstrap defines this function and the
    /// next.
    safe fn ruchy_lambda_exit(status: i32) -> !;
    /// Returns the argument `index` of the command line; 0 is the program's name.
    safe fn ruchy_lambda_argument(index: usize) -> Option<&'static [u8]>;
}

/// Ends the process with `status`, after writing buffered output.
pub fn exit(status: i32) -> ! {
    ruchy_lambda_exit(status)
}

/// The exit status of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitCode(u8);

impl ExitCode {
    /// Success: 0.
    pub const SUCCESS: Self = Self(0);
    /// Failure: 1.
    pub const FAILURE: Self = Self(1);
}

impl From<u8> for ExitCode {
    fn from(status: u8) -> Self {
        Self(status)
    }
}

/// A type that `main` may return.
pub trait Termination {
    /// Returns the exit status. An error is first printed to standard error.
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

/// Returns the exit status for `main`'s result. Generated code calls it.
#[doc(hidden)]
pub fn status(result: impl Termination) -> i32 {
    result.report().0.into()
}

/// The iterator over the arguments of the command line. The first is the program's name.
#[derive(Clone, Debug)]
pub struct Args(Range<usize>);

/// Returns the arguments of the command line. The first is the program's name.
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
    let Ok(text) = str::from_utf8(bytes) else { panic!("argument {index} of the command line: expected UTF-8") };
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
