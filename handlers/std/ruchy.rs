//! Functions that Ruchy programs call without a path, and that ruchy leaves to be found. What is missing, a file or a number, is a panic that
//! says so, as it is an error that ends a program under ruchy's interpreter.

/// What Rust emitted by the Ruchy compiler calls.
pub use ruchy_support::*;

use crate::fs::{self, OpenOptions};
use crate::io::Write;
use crate::path::Path;
use crate::random;
use crate::thread;
use crate::time::Duration;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;
use core::iter::{Product, Sum};
use core::ops::Add;

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

/// The texts of a list, borrowed: to match them with literals, whether they are owned or not.
pub fn texts<T: AsRef<str>>(list: &[T]) -> Vec<&str> {
    list.iter().map(AsRef::as_ref).collect()
}

/// What can be added up, itself or behind a reference: to one of its own kind, so that nobody need say what that is.
pub trait Number {
    /// The kind.
    type Total: Add<Output = Self::Total> + Default;
}

/// Adds and multiplies whatever an iterator gives. The transpile step writes `total` and `multiplied` where Ruchy has `sum` and `product`, whose
/// result Rust wants to be told the type of.
pub trait Totals: Iterator + Sized
where
    Self::Item: Number,
    <Self::Item as Number>::Total: Sum<Self::Item> + Product<Self::Item>,
{
    /// The sum; of no floats it is 0.0, where core's is -0.0.
    fn total(self) -> <Self::Item as Number>::Total {
        self.sum::<<Self::Item as Number>::Total>() + Default::default()
    }

    /// The product.
    fn multiplied(self) -> <Self::Item as Number>::Total {
        self.product()
    }
}

impl<I: Iterator> Totals for I
where
    I::Item: Number,
    <I::Item as Number>::Total: Sum<I::Item> + Product<I::Item>,
{
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Number for $number {
            type Total = Self;
        }

        impl Number for &$number {
            type Total = $number;
        }
    )*};
}

numbers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);

/// What `a + b` is in Ruchy, where the transpile step cannot tell: of two numbers the sum, and else one text of the two. As in `display`, the choice is
/// made by method resolution.
#[macro_export]
macro_rules! added {
    ($left:expr, $right:expr) => {
        (&&$crate::ruchy::Operands(&$left, &$right)).added()
    };
}

/// The operands of a `+`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Operands<'value, A: ?Sized, B: ?Sized>(pub &'value A, pub &'value B);

/// First: numbers.
#[doc(hidden)]
pub trait AddedNumbers {
    type Sum;
    fn added(&self) -> Self::Sum;
}

impl<A: Number + Copy + Add<B>, B: Copy> AddedNumbers for &Operands<'_, A, B> {
    type Sum = A::Output;

    fn added(&self) -> A::Output {
        *self.0 + *self.1
    }
}

/// Then: what has a text.
#[doc(hidden)]
pub trait AddedTexts {
    fn added(&self) -> String;
}

impl<A: Display + ?Sized, B: Display + ?Sized> AddedTexts for Operands<'_, A, B> {
    fn added(&self) -> String {
        let mut text = self.0.to_string();
        text.push_str(&self.1.to_string());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{AddedNumbers as _, AddedTexts as _, Totals, parse_float, parse_int};

    #[test]
    fn numbers_are_added_and_texts_put_together() {
        let (length, text) = ("ab".len(), alloc::string::String::from("ab"));
        assert_eq!((added!(length, 1), added!(2.5, 1.0), added!(text, length), added!("a", "b")), (3, 3.5, "ab2".into(), "ab".into()));
    }

    #[test]
    fn sums_need_no_type() {
        assert!([0.0_f64; 0].iter().total().is_sign_positive());
        assert_eq!(([1, 2, 3].iter().total(), [2.5, 2.0].into_iter().total(), (1..=4_u8).multiplied()), (6, 4.5, 24));
    }

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
