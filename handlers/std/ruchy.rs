//! Functions that Ruchy programs call without a path. A missing file, and text that is not a number, is a panic that names it, as it is an error
//! that ends a program under Ruchy's interpreter.

/// What Rust emitted by the Ruchy compiler calls.
pub use ruchy_support::*;

use crate::fs::{self, OpenOptions};
use crate::io::Write;
use crate::path::Path;
use crate::random;
use crate::thread;
use crate::time::Duration;
use alloc::string::String;
use core::fmt::Display;

/// What comes of reading or writing the file at `path`, or a panic that says what was wrong with it.
#[track_caller]
fn done<T>(what: &str, path: &Path, result: crate::io::Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("cannot {what} the file {path:?}: {error}"),
    }
}

/// The text in a file.
///
/// # Panics
/// Where it cannot be read; likewise below.
#[track_caller]
pub fn read_file(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    done("read", path, fs::read_to_string(path))
}

/// Makes `text` all there is in a file.
///
/// # Panics
/// See above.
#[track_caller]
pub fn write_file(path: impl AsRef<Path>, text: impl AsRef<str>) {
    let path = path.as_ref();
    done("write", path, fs::write(path, text.as_ref()));
}

/// Adds `text` at the end of a file, which is made where there is none.
///
/// # Panics
/// See above.
#[track_caller]
pub fn append_file(path: impl AsRef<Path>, text: impl AsRef<str>) {
    let path = path.as_ref();
    let file = OpenOptions::new().append(true).create(true).open(path);
    done("append to", path, file.and_then(|mut file| file.write_all(text.as_ref().as_bytes())));
}

/// Whether there is a file, or a folder.
pub fn file_exists(path: impl AsRef<Path>) -> bool {
    path.as_ref().exists()
}

/// Takes a file away.
///
/// # Panics
/// See above.
#[track_caller]
pub fn delete_file(path: impl AsRef<Path>) {
    let path = path.as_ref();
    done("delete", path, fs::remove_file(path));
}

/// The same.
///
/// # Panics
/// See above.
#[track_caller]
pub fn fs_remove(path: impl AsRef<Path>) {
    delete_file(path);
}

/// A whole number from `least` to `most`, any as likely as another.
///
/// # Panics
/// Where there is none, and where the kernel gives no random bytes.
#[must_use]
pub fn random_int(least: i64, most: i64) -> i64 {
    assert!(least <= most, "no number is from {least} to {most}");
    random::generator().i64(least..=most)
}

/// Waits for so many milliseconds. Lambda counts them.
pub fn sleep(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

/// The whole number that `text` spells.
///
/// # Panics
/// Where it spells none.
#[track_caller]
pub fn parse_int(text: impl AsRef<str> + Display) -> i64 {
    match text.as_ref().trim().parse() {
        Ok(number) => number,
        Err(error) => panic!("{:?} is no whole number: {error}", text.as_ref()),
    }
}

/// The number that `text` spells.
///
/// # Panics
/// Where it spells none.
#[track_caller]
pub fn parse_float(text: impl AsRef<str> + Display) -> f64 {
    match text.as_ref().trim().parse() {
        Ok(number) => number,
        Err(error) => panic!("{:?} is no number: {error}", text.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_float, parse_int};

    #[test]
    fn numbers_are_read_out_of_text() {
        assert_eq!((parse_int(" -12 "), parse_float("2.5")), (-12, 2.5));
    }

    #[test]
    #[should_panic(expected = "\"twelve\" is no whole number: invalid digit found in string")]
    fn what_is_no_number_is_told() {
        parse_int("twelve");
    }
}
