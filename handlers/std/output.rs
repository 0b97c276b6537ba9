//! Formats text without `core::fmt`. The build replaces `format!`, `println!` and similar macros by
//! calls of this module if every placeholder is a plain `{}` (`lower.rs` of handlers-build).
//!
//! Each value returns its text, or writes it into a buffer on the caller's stack;
//! [`concat`](fn@concat) then allocates one `String` of the right size. Strings, numbers, `bool`
//! and `char` need no `core::fmt`. Other values are formatted with `Display`, and only then is
//! `core::fmt` linked.

use alloc::alloc::Layout;
use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::cell::{Ref, RefMut};
use core::fmt::Display;
use core::panic::Location;
use ruchy_support::show::{Form, is_whole};

unsafe extern "Rust" {
    /// Reports a panic with this text and location, and ends the process. The bootstrap defines
    /// this function.
    safe fn ruchy_lambda_panic(text: &str, place: &'static Location<'static>) -> !;
}

/// Concatenates `pieces` into one `String`. It contains no panic, not even for a capacity overflow,
/// because a panic links `core::fmt`.
#[must_use]
pub fn concat(pieces: &[&str]) -> String {
    let bytes = pieces.iter().fold(0, |bytes: usize, piece| bytes.saturating_add(piece.len()));
    let Ok(layout) = Layout::array::<u8>(bytes) else { crate::process::abort() };
    if bytes == 0 {
        return String::new();
    }
    // SAFETY: the layout's size is not 0.
    let memory = unsafe { alloc::alloc::alloc(layout) };
    if memory.is_null() {
        crate::process::abort();
    }
    let mut end = memory;
    for piece in pieces {
        // SAFETY: the block is new, and its size is the sum of the pieces' sizes.
        unsafe {
            copy(piece.as_ptr(), end, piece.len());
            end = end.add(piece.len());
        }
    }
    #[expect(clippy::same_length_and_capacity, reason = "the block was allocated with this size")]
    // SAFETY: the global allocator allocated the block with this size. The pieces fill it, and each
    // is UTF-8.
    unsafe {
        String::from_raw_parts(memory, bytes, bytes)
    }
}

/// Copies `bytes` bytes. Most pieces are short, and for these musl's size-optimised `memcpy` costs
/// more than the rest of [`concat`]. They are copied as two words that may overlap; the second ends
/// where the piece ends.
///
/// # Safety
/// `from` is readable and `to` writable for `bytes` bytes, and the two do not overlap.
unsafe fn copy(from: *const u8, to: *mut u8, bytes: usize) {
    // SAFETY: each word is within the first `bytes` bytes of both.
    unsafe {
        match bytes {
            8..=16 => two_words::<u64>(from, to, bytes),
            4..8 => two_words::<u32>(from, to, bytes),
            2..4 => two_words::<u16>(from, to, bytes),
            1 => to.write(from.read()),
            17..=32 => two_words::<u128>(from, to, bytes),
            _ => to.copy_from_nonoverlapping(from, bytes),
        }
    }
}

/// Copies `bytes` bytes as two words of the type `T`.
///
/// # Safety
/// As [`copy`], and `bytes` is at least the size of one `T` and at most that of two.
#[inline]
unsafe fn two_words<T>(from: *const u8, to: *mut u8, bytes: usize) {
    let last = bytes - size_of::<T>();
    // SAFETY: guaranteed by the caller.
    unsafe {
        let (first_word, last_word) = (from.cast::<T>().read_unaligned(), from.add(last).cast::<T>().read_unaligned());
        to.cast::<T>().write_unaligned(first_word);
        to.add(last).cast::<T>().write_unaligned(last_word);
    }
}

/// Panics with `text` at the caller's location, and ends the process. The build replaces `panic!`
/// by this call.
#[cold]
#[track_caller]
pub fn panic(text: &str) -> ! {
    ruchy_lambda_panic(text, Location::caller())
}

/// A value that can be formatted without `core::fmt`. The text equals the output of `{}`.
pub trait Text {
    /// The buffer for the text; `()` if the value already is text.
    type Buffer: Default;
    /// Returns the text, which may be in `buffer`.
    fn text<'value>(&'value self, buffer: &'value mut Self::Buffer) -> &'value str;
}

impl Text for str {
    type Buffer = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        self
    }
}

impl Text for String {
    type Buffer = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        self
    }
}

impl Text for bool {
    type Buffer = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        if *self { "true" } else { "false" }
    }
}

impl Text for char {
    type Buffer = [u8; 4];
    fn text<'value>(&'value self, buffer: &'value mut [u8; 4]) -> &'value str {
        self.encode_utf8(buffer)
    }
}

/// One function for all unsigned types up to 64 bits, not inlined: a wider integer has the same
/// text.
#[inline(never)]
pub(crate) fn unsigned(value: u64, buffer: &mut itoa::Buffer) -> &str {
    buffer.format(value)
}

#[inline(never)]
fn signed(value: i64, buffer: &mut itoa::Buffer) -> &str {
    buffer.format(value)
}

#[inline(never)]
fn unsigned_wide(value: u128, buffer: &mut itoa::Buffer) -> &str {
    buffer.format(value)
}

#[inline(never)]
fn signed_wide(value: i128, buffer: &mut itoa::Buffer) -> &str {
    buffer.format(value)
}

macro_rules! integers {
    ($($kind:ty: $text:ident($wide:ty);)+) => { $(
        impl Text for $kind {
            type Buffer = itoa::Buffer;
            #[allow(clippy::cast_lossless, trivial_numeric_casts, reason = "one macro for many types, none of which is wider")]
            fn text<'value>(&'value self, buffer: &'value mut itoa::Buffer) -> &'value str {
                $text(*self as $wide, buffer)
            }
        }
    )+ };
}

integers! {
    i8: signed(i64);
    i16: signed(i64);
    i32: signed(i64);
    i64: signed(i64);
    isize: signed(i64);
    u8: unsigned(u64);
    u16: unsigned(u64);
    u32: unsigned(u64);
    u64: unsigned(u64);
    usize: unsigned(u64);
    i128: signed_wide(i128);
    u128: unsigned_wide(u128);
}

/// Pointers have the text of the value that they point to.
macro_rules! pointers {
    ($([$($parameters:tt)*] $kind:ty => $value:ty;)+) => { $(
        impl<$($parameters)*> Text for $kind {
            type Buffer = <$value as Text>::Buffer;
            fn text<'value>(&'value self, buffer: &'value mut Self::Buffer) -> &'value str {
                <$value as Text>::text(self, buffer)
            }
        }
    )+ };
}

pointers! {
    [T: Text + ?Sized] &T => T;
    [T: Text + ?Sized] &mut T => T;
    [T: Text + ?Sized] Box<T> => T;
    [T: Text + ?Sized] Rc<T> => T;
    [T: Text + ?Sized] Arc<T> => T;
    [T: Text + ?Sized] Ref<'_, T> => T;
    [T: Text + ?Sized] RefMut<'_, T> => T;
    [T: Text + ToOwned + ?Sized] Cow<'_, T> => T;
}

/// Floats in Ruchy's format: an integral value keeps `.0`.
macro_rules! floats_in_ruchy {
    ($($float:ty)*) => {$(
        impl Text for Form<'_, $float> {
            type Buffer = String;
            fn text<'value>(&'value self, buffer: &'value mut String) -> &'value str {
                buffer.push_str(self.0.text(&mut <$float as Text>::Buffer::default()));
                if is_whole((*self.0).into()) {
                    buffer.push_str(".0");
                }
                buffer
            }
        }
    )*};
}

floats_in_ruchy!(f32 f64);

/// The argument of a placeholder. Method resolution of `(&Value(&x)).text_of(…)` selects [`Direct`]
/// if `x` implements [`Text`], and otherwise, after one more dereference, [`Displayed`].
#[derive(Clone, Copy, Debug)]
pub struct Value<'value, T: ?Sized>(pub &'value T);

/// Formats arguments without `core::fmt`.
pub trait Direct {
    /// The buffer for the text; `()` if the value already is text.
    type Buffer: Default;
    /// Returns the text, which may be in `buffer`.
    fn text_of<'value>(&'value self, buffer: &'value mut Self::Buffer) -> &'value str;
}

impl<T: Text + ?Sized> Direct for Value<'_, T> {
    type Buffer = T::Buffer;
    #[inline]
    fn text_of<'value>(&'value self, buffer: &'value mut T::Buffer) -> &'value str {
        self.0.text(buffer)
    }
}

/// Formats arguments with `Display`.
pub trait Displayed {
    /// Returns the text, which is in `buffer`.
    fn text_of<'value>(&'value self, buffer: &'value mut String) -> &'value str;
}

impl<T: Display + ?Sized> Displayed for &Value<'_, T> {
    fn text_of<'value>(&'value self, buffer: &'value mut String) -> &'value str {
        // In a generic function the value may be text or an integer after all: alloc's `to_string`
        // is specialised for these and does not use `core::fmt`.
        *buffer = self.0.to_string();
        buffer
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Direct as _, Displayed as _, Text, Value, concat};
    use alloc::borrow::Cow;
    use alloc::boxed::Box;
    use alloc::rc::Rc;
    use alloc::string::{String, ToString};
    use alloc::sync::Arc;
    use core::cell::RefCell;
    use core::fmt::Display;
    use proptest::prelude::*;
    use ruchy_support::show::Form;

    // SAFETY: the facade declares the function with the same type. The bootstrap, which also
    // defines it, is not linked into these tests.
    #[expect(clippy::no_mangle_with_rust_abi, reason = "the caller is Rust code of the same build")]
    #[unsafe(no_mangle)]
    fn ruchy_lambda_abort() -> ! {
        std::process::abort()
    }

    fn same<T: Text + Display + ?Sized>(value: &T) {
        assert_eq!(value.text(&mut T::Buffer::default()), value.to_string());
    }

    /// The code that the build writes for a placeholder.
    macro_rules! placeholder {
        ($value:expr) => {
            String::from((&Value($value)).text_of(&mut Default::default()))
        };
    }

    proptest! {
        #[test]
        fn output_formats_integers_as_core_does(wide in any::<u128>()) {
            let bytes = wide.to_le_bytes();
            let word = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            macro_rules! compare { ($($kind:ty)+) => { $(same(&<$kind>::from_le_bytes(*bytes.first_chunk().unwrap()));)+ } }
            compare!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
            same(&(word >> (wide % 64)));
            same(&(wide >> (word % 128)));
        }

        #[test]
        fn concat_equals_alloc_concat(texts in proptest::collection::vec(any::<String>(), 0..20), letter in any::<char>()) {
            let pieces: alloc::vec::Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(concat(&pieces), pieces.concat());
            same(&letter);
        }
    }

    #[test]
    fn output_formats_integer_limits_as_core_does() {
        macro_rules! compare { ($($kind:ty)+) => { $(same(&<$kind>::MIN); same(&<$kind>::MAX); same(&(<$kind>::MAX / 2 + 1)); same(&<$kind>::default());)+ } }
        compare!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
        same(&true);
        same(&false);
    }

    #[test]
    fn output_formats_ruchy_floats_as_display_does() {
        for float in [0.0, -0.0, 3.0, 2.5, -1e21, 1e-7, f64::MAX, f64::INFINITY, f64::NAN] {
            same(&Form::interpolated(&float));
        }
        let form = Form::interpolated(&2.0_f32);
        assert_eq!(form.text(&mut String::new()), "2.0");
    }

    #[test]
    fn placeholder_prefers_text_to_display() {
        fn generic<T: Display>(value: T) -> String {
            placeholder!(&value)
        }
        let text = String::from("Ada");
        let cell = RefCell::new(text.clone());
        let cow: Cow<'_, str> = Cow::Borrowed("Ada");
        for of in [
            placeholder!("Ada"),
            placeholder!(&text),
            placeholder!(&&&text),
            placeholder!(&Box::new(&text)),
            placeholder!(&Rc::new(text.clone())),
            placeholder!(&Arc::<str>::from("Ada")),
            placeholder!(&cow),
            { placeholder!(&cell.borrow()) },
            { placeholder!(&cell.borrow_mut()) },
            placeholder!(&generic("Ada")),
            placeholder!(&generic(&text)),
            placeholder!(&format_args!("{}{}", "A", "da")),
            placeholder!(&(&"Ada" as &dyn Display)),
        ] {
            assert_eq!(of, text);
        }
        assert_eq!(
            (placeholder!(&-7), placeholder!(&Box::new(7u8)), placeholder!(&'ü'), placeholder!(&true)),
            ("-7".into(), "7".into(), "ü".into(), "true".into())
        );
        assert_eq!((generic(i128::MIN), generic(2.5), placeholder!(&&2.5)), (i128::MIN.to_string(), "2.5".into(), "2.5".into()));
    }
}
