//! Functions that Ruchy programs call without a path. As in Ruchy's interpreter, a missing file, or
//! text that is not a number, ends the program: here with a panic that names it.

/// Functions that the Rust emitted by the Ruchy compiler calls.
pub use ruchy_support::*;

use crate::fs::{self, OpenOptions};
use crate::io::Write;
use crate::path::Path;
use crate::random;
use crate::thread;
use crate::time::Duration;
use alloc::string::String;
use core::fmt::Display;

/// Returns the value of a file operation, or panics with the operation, the path and the error.
#[track_caller]
fn unwrap_or_panic<T>(operation: &str, path: &Path, result: crate::io::Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("cannot {operation} the file {path:?}: {error}"),
    }
}

/// Reads a whole file as a string.
///
/// # Panics
/// Panics if the file cannot be read or is not valid UTF-8.
///
/// ```
/// use std::ruchy::{append_file, delete_file, file_exists, fs_remove, parse_float, parse_int, random_int, read_file, sleep, write_file};
///
/// let path = "/tmp/ruchy-example.txt";
/// write_file(path, "4");
/// append_file(path, "2");
/// assert!(file_exists(path) && parse_int(read_file(path)) == 42);
/// delete_file(path);
/// write_file(path, "");
/// fs_remove(path);
/// assert!((1..=6).contains(&random_int(1, 6)) && parse_float("1.5") > 1.0);
/// sleep(1);
/// ```
#[track_caller]
pub fn read_file(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    unwrap_or_panic("read", path, fs::read_to_string(path))
}

/// Writes `text` as the whole content of a file. Creates the file if it does not exist.
///
/// # Panics
/// Panics if the file cannot be written.
#[track_caller]
pub fn write_file(path: impl AsRef<Path>, text: impl AsRef<str>) {
    let path = path.as_ref();
    unwrap_or_panic("write", path, fs::write(path, text.as_ref()));
}

/// Appends `text` to a file. Creates the file if it does not exist.
///
/// # Panics
/// Panics if the file cannot be written.
#[track_caller]
pub fn append_file(path: impl AsRef<Path>, text: impl AsRef<str>) {
    let path = path.as_ref();
    let file = OpenOptions::new().append(true).create(true).open(path);
    unwrap_or_panic("append to", path, file.and_then(|mut file| file.write_all(text.as_ref().as_bytes())));
}

/// Returns `true` if a file or folder exists at `path`.
pub fn file_exists(path: impl AsRef<Path>) -> bool {
    path.as_ref().exists()
}

/// Removes a file.
///
/// # Panics
/// Panics if the file cannot be removed.
#[track_caller]
pub fn delete_file(path: impl AsRef<Path>) {
    let path = path.as_ref();
    unwrap_or_panic("delete", path, fs::remove_file(path));
}

/// Removes a file: another name of [`delete_file`].
///
/// # Panics
/// Panics if the file cannot be removed.
#[track_caller]
pub fn fs_remove(path: impl AsRef<Path>) {
    delete_file(path);
}

/// Returns a uniformly distributed integer from `least` to `most`, inclusive.
///
/// # Panics
/// Panics if `least` is above `most`, or as [`random::fill`] does.
#[must_use]
pub fn random_int(least: i64, most: i64) -> i64 {
    assert!(least <= most, "random_int({least}, {most}): expected a first number of at most the second");
    random::generator().i64(least..=most)
}

/// Sleeps for `milliseconds`. The time counts towards the function's duration.
pub fn sleep(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

/// Parses an integer. Surrounding whitespace is ignored.
///
/// # Panics
/// Panics if `text` is not an integer from `i64::MIN` to `i64::MAX`.
#[track_caller]
pub fn parse_int(text: impl AsRef<str> + Display) -> i64 {
    match text.as_ref().trim().parse() {
        Ok(number) => number,
        Err(error) => panic!("parse_int({:?}): expected a whole number: {error}", text.as_ref()),
    }
}

/// Parses a number. Surrounding whitespace is ignored.
///
/// # Panics
/// Panics if `text` is not a number.
#[track_caller]
pub fn parse_float(text: impl AsRef<str> + Display) -> f64 {
    match text.as_ref().trim().parse() {
        Ok(number) => number,
        Err(error) => panic!("parse_float({:?}): expected a number: {error}", text.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_float, parse_int};

    #[test]
    fn parse_functions_ignore_surrounding_whitespace() {
        assert_eq!((parse_int(" -12 "), parse_float("2.5")), (-12, 2.5));
    }

    #[test]
    #[should_panic(expected = "parse_int(\"twelve\"): expected a whole number: invalid digit found in string")]
    fn parse_int_panics_with_the_text() {
        parse_int("twelve");
    }
}
