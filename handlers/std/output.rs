//! Text out of pieces, without `core::fmt`: what the build makes of `format!`, `println!` and the like whose holes are all plain (`lower.rs`
//! of handlers-build). Each piece says where its text is, or makes it in a room on the caller's stack; then one `String` of the right size is made
//! of all of them. What is no text, number, `bool` or `char` is displayed, which costs what displaying costs, and only where it is done.

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
    /// Reports a panic with this text and place, and ends the process. The bootstrap defines it.
    safe fn ruchy_lambda_panic(text: &str, place: &'static Location<'static>) -> !;
}

/// One `String` of all `pieces`. (No panic is reachable in here, not even that of a capacity nobody has: it would bring `core::fmt`.)
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
        // SAFETY: the block is new, and has room for all pieces one behind the other.
        unsafe {
            copy(piece.as_ptr(), end, piece.len());
            end = end.add(piece.len());
        }
    }
    #[expect(clippy::same_length_and_capacity, reason = "the block was made for so many")]
    // SAFETY: the block is the global allocator's, of this size, and full of text behind text, which is text.
    unsafe {
        String::from_raw_parts(memory, bytes, bytes)
    }
}

/// Copies `bytes` bytes. Most pieces are short, and for those musl's `memcpy`, made to be small itself, takes longer than all the rest: these are
/// read as two words, of which the second ends where the piece does.
///
/// # Safety
/// `from` has so many bytes, `to` has room for them, and the two have none in common.
unsafe fn copy(from: *const u8, to: *mut u8, bytes: usize) {
    // SAFETY: each word lies within the first `bytes` bytes of both.
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

/// # Safety
/// As [`copy`]'s, and `bytes` are between one and two of these words.
#[inline]
unsafe fn two_words<T>(from: *const u8, to: *mut u8, bytes: usize) {
    let last = bytes - size_of::<T>();
    // SAFETY: the caller's promise.
    unsafe {
        let (first_word, last_word) = (from.cast::<T>().read_unaligned(), from.add(last).cast::<T>().read_unaligned());
        to.cast::<T>().write_unaligned(first_word);
        to.add(last).cast::<T>().write_unaligned(last_word);
    }
}

/// What `panic!` comes to: reports `text` for where it was called, and ends the process.
#[cold]
#[track_caller]
pub fn panic(text: &str) -> ! {
    ruchy_lambda_panic(text, Location::caller())
}

/// A value whose text is at hand, or is made without `core::fmt`: byte for byte what `{}` makes of it.
pub trait Text {
    /// Where the text is made, if it is not at hand.
    type Room: Default;
    /// The text.
    fn text<'value>(&'value self, room: &'value mut Self::Room) -> &'value str;
}

impl Text for str {
    type Room = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        self
    }
}

impl Text for String {
    type Room = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        self
    }
}

impl Text for bool {
    type Room = ();
    fn text<'value>(&'value self, (): &'value mut ()) -> &'value str {
        if *self { "true" } else { "false" }
    }
}

impl Text for char {
    type Room = [u8; 4];
    fn text<'value>(&'value self, room: &'value mut [u8; 4]) -> &'value str {
        self.encode_utf8(room)
    }
}

/// One copy of each, and not one for each kind of integer and each place: a wider one has the same text.
#[inline(never)]
pub(crate) fn unsigned(value: u64, room: &mut itoa::Buffer) -> &str {
    room.format(value)
}

#[inline(never)]
fn signed(value: i64, room: &mut itoa::Buffer) -> &str {
    room.format(value)
}

#[inline(never)]
fn unsigned_wide(value: u128, room: &mut itoa::Buffer) -> &str {
    room.format(value)
}

#[inline(never)]
fn signed_wide(value: i128, room: &mut itoa::Buffer) -> &str {
    room.format(value)
}

macro_rules! integers {
    ($($kind:ty: $text:ident($wide:ty);)+) => { $(
        impl Text for $kind {
            type Room = itoa::Buffer;
            #[allow(clippy::cast_lossless, trivial_numeric_casts, reason = "one text for many kinds, none of which is wider")]
            fn text<'value>(&'value self, room: &'value mut itoa::Buffer) -> &'value str {
                $text(*self as $wide, room)
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

/// What only points to a value has the value's text.
macro_rules! pointers {
    ($([$($parameters:tt)*] $kind:ty => $value:ty;)+) => { $(
        impl<$($parameters)*> Text for $kind {
            type Room = <$value as Text>::Room;
            fn text<'value>(&'value self, room: &'value mut Self::Room) -> &'value str {
                <$value as Text>::text(self, room)
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

/// Floats in Ruchy's form: a whole number keeps its point.
macro_rules! floats_in_ruchy {
    ($($float:ty)*) => {$(
        impl Text for Form<'_, $float> {
            type Room = String;
            fn text<'value>(&'value self, room: &'value mut String) -> &'value str {
                room.push_str(self.0.text(&mut <$float as Text>::Room::default()));
                if is_whole((*self.0).into()) {
                    room.push_str(".0");
                }
                room
            }
        }
    )*};
}

floats_in_ruchy!(f32 f64);

/// What stands in a hole. `(&Value(&x)).text_of(…)` is that of [`Direct`] where `x` has a [`Text`], and else, one reference further away, that of
/// [`Displayed`].
#[derive(Clone, Copy, Debug)]
pub struct Value<'value, T: ?Sized>(pub &'value T);

/// The holes that need no `core::fmt`.
pub trait Direct {
    /// Where the text is made, if it is not at hand.
    type Room: Default;
    /// The text.
    fn text_of<'value>(&'value self, room: &'value mut Self::Room) -> &'value str;
}

impl<T: Text + ?Sized> Direct for Value<'_, T> {
    type Room = T::Room;
    #[inline]
    fn text_of<'value>(&'value self, room: &'value mut T::Room) -> &'value str {
        self.0.text(room)
    }
}

/// The others.
pub trait Displayed {
    /// The text.
    fn text_of<'value>(&'value self, room: &'value mut String) -> &'value str;
}

impl<T: Display + ?Sized> Displayed for &Value<'_, T> {
    fn text_of<'value>(&'value self, room: &'value mut String) -> &'value str {
        // In a generic function this may be text or an integer after all, of which alloc knows how to do without `core::fmt`.
        *room = self.0.to_string();
        room
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

    // SAFETY: the facade's declaration has the same type, and the bootstrap, which defines it elsewhere, is no part of these tests.
    #[expect(clippy::no_mangle_with_rust_abi, reason = "the caller is Rust of the same build")]
    #[unsafe(no_mangle)]
    fn ruchy_lambda_abort() -> ! {
        std::process::abort()
    }

    fn same<T: Text + Display + ?Sized>(value: &T) {
        assert_eq!(value.text(&mut T::Room::default()), value.to_string());
    }

    /// What the build writes for a hole.
    macro_rules! hole {
        ($value:expr) => {
            String::from((&Value($value)).text_of(&mut Default::default()))
        };
    }

    proptest! {
        #[test]
        fn integers_are_as_core_writes_them(wide in any::<u128>()) {
            let bytes = wide.to_le_bytes();
            let word = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            macro_rules! compare { ($($kind:ty)+) => { $(same(&<$kind>::from_le_bytes(*bytes.first_chunk().unwrap()));)+ } }
            compare!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
            same(&(word >> (wide % 64)));
            same(&(wide >> (word % 128)));
        }

        #[test]
        fn texts_are_put_together_as_they_are(texts in proptest::collection::vec(any::<String>(), 0..20), letter in any::<char>()) {
            let pieces: alloc::vec::Vec<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(concat(&pieces), pieces.concat());
            same(&letter);
        }
    }

    #[test]
    fn the_ends_of_integers_are_as_core_writes_them() {
        macro_rules! compare { ($($kind:ty)+) => { $(same(&<$kind>::MIN); same(&<$kind>::MAX); same(&(<$kind>::MAX / 2 + 1)); same(&<$kind>::default());)+ } }
        compare!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
        same(&true);
        same(&false);
    }

    #[test]
    fn floats_in_ruchy_s_form_have_the_same_text_without_core() {
        for float in [0.0, -0.0, 3.0, 2.5, -1e21, 1e-7, f64::MAX, f64::INFINITY, f64::NAN] {
            same(&Form::interpolated(&float));
        }
        let form = Form::interpolated(&2.0_f32);
        assert_eq!(form.text(&mut String::new()), "2.0");
    }

    #[test]
    fn a_hole_takes_the_text_where_there_is_one_and_else_what_is_displayed() {
        fn generic<T: Display>(value: T) -> String {
            hole!(&value)
        }
        let text = String::from("Ada");
        let cell = RefCell::new(text.clone());
        let cow: Cow<'_, str> = Cow::Borrowed("Ada");
        for of in [
            hole!("Ada"),
            hole!(&text),
            hole!(&&&text),
            hole!(&Box::new(&text)),
            hole!(&Rc::new(text.clone())),
            hole!(&Arc::<str>::from("Ada")),
            hole!(&cow),
            { hole!(&cell.borrow()) },
            { hole!(&cell.borrow_mut()) },
            hole!(&generic("Ada")),
            hole!(&generic(&text)),
            hole!(&format_args!("{}{}", "A", "da")),
            hole!(&(&"Ada" as &dyn Display)),
        ] {
            assert_eq!(of, text);
        }
        assert_eq!((hole!(&-7), hole!(&Box::new(7u8)), hole!(&'ü'), hole!(&true)), ("-7".into(), "7".into(), "ü".into(), "true".into()));
        assert_eq!((generic(i128::MIN), generic(2.5), hole!(&&2.5)), (i128::MIN.to_string(), "2.5".into(), "2.5".into()));
    }
}
