//! How Ruchy prints a value, where Rust displays it differently: a float keeps its point (`3.0`), lists, maps, tuples and options are shown with
//! their parts. `println` shows text within a list in quotes; an f-string shows it bare.
//!
//! Emitted Rust writes `shown!(value)` or `interpolated!(value)` where a value is not plain text or an integer. Types that have no [`Show`] (structs,
//! enums, types of other crates) are displayed, or else shown as `{:?}` does. Method resolution makes the choice: it takes the trait
//! that needs the fewest references.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Ref, RefMut};
use core::fmt::{self, Debug, Display, Formatter, Write as _};
use core::ops::{Range, RangeInclusive};

/// What `println` shows of a value.
#[macro_export]
macro_rules! shown {
    ($value:expr) => {
        (&&&&$crate::show::Value(&$value, $crate::show::Place::Printed)).form()
    };
}

/// What an f-string shows of a value.
#[macro_export]
macro_rules! interpolated {
    ($value:expr) => {
        (&&&&$crate::show::Value(&$value, $crate::show::Place::Interpolated)).form()
    };
}

/// Where a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By `println`: text is bare, and in quotes within lists.
    Printed,
    /// In an f-string: text is bare, within lists too.
    Interpolated,
    /// Within an option, a struct or a printed list: text is in quotes.
    Quoted,
}

impl Place {
    /// The place of an element of a list that is shown here.
    fn element(self) -> Self {
        if self == Self::Interpolated { Self::Interpolated } else { Self::Quoted }
    }
}

/// A value with Ruchy's own form.
pub trait Show {
    /// Writes the form.
    ///
    /// # Errors
    /// The formatter's.
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result;
}

/// A value in Ruchy's form.
#[derive(Clone, Copy, Debug)]
pub struct Form<'value, T: ?Sized>(pub &'value T, Place);

impl<'value, T: Show + ?Sized> Form<'value, T> {
    /// The form in an f-string.
    pub fn interpolated(value: &'value T) -> Self {
        Self(value, Place::Interpolated)
    }
}

impl<T: Show + ?Sized> Display for Form<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.show(formatter, self.1)
    }
}

/// A value whose form is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Value<'value, T: ?Sized>(pub &'value T, pub Place);

/// First: Ruchy's own form.
pub trait Showing<'value> {
    /// What is displayed.
    type Form;
    /// The form.
    fn form(&self) -> Self::Form;
}

impl<'value, T: Show + ?Sized> Showing<'value> for &&&Value<'value, T> {
    type Form = Form<'value, T>;

    fn form(&self) -> Form<'value, T> {
        Form(self.0, self.1)
    }
}

/// Then: `Display`.
pub trait Displaying<'value> {
    /// What is displayed.
    type Form: ?Sized;
    /// The form.
    fn form(&self) -> &'value Self::Form;
}

impl<'value, T: Display + ?Sized> Displaying<'value> for &&Value<'value, T> {
    type Form = T;

    fn form(&self) -> &'value T {
        self.0
    }
}

/// Then: `Debug`.
pub trait Debugging<'value> {
    /// What is displayed.
    type Form: Display;
    /// The form.
    fn form(&self) -> Self::Form;
}

impl<'value, T: Debug + ?Sized> Debugging<'value> for &Value<'value, T> {
    type Form = Debugged<'value, T>;

    fn form(&self) -> Debugged<'value, T> {
        Debugged(self.0)
    }
}

/// Last: a function, which has none.
pub trait Formless {
    /// The form.
    fn form(&self) -> &'static str;
}

impl<T: ?Sized> Formless for Value<'_, T> {
    fn form(&self) -> &'static str {
        "<function>"
    }
}

/// A value shown as `{:?}` does, but for the text in it, which is not escaped.
#[derive(Clone, Copy, Debug)]
pub struct Debugged<'value, T: ?Sized>(&'value T);

impl<T: Debug + ?Sized> Display for Debugged<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(Unescaped { formatter, place: Within::Nothing }, "{:?}", self.0)
    }
}

/// Passes on what `{:?}` writes, without the escapes of the texts in it.
struct Unescaped<'formatter, 'output> {
    formatter: &'formatter mut Formatter<'output>,
    place: Within,
}

/// Where the output is.
#[derive(Clone, Copy)]
enum Within {
    Nothing,
    Text,
    /// After a backslash.
    Escape,
    /// In `u{1F600}`: the number so far.
    Number(u32),
}

impl fmt::Write for Unescaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| {
            let (place, shown) = match (self.place, character) {
                (Within::Nothing, '"') => (Within::Text, Some('"')),
                (Within::Text, '"') => (Within::Nothing, Some('"')),
                (Within::Text, '\\') => (Within::Escape, None),
                (Within::Escape, 'n') => (Within::Text, Some('\n')),
                (Within::Escape, 'r') => (Within::Text, Some('\r')),
                (Within::Escape, 't') => (Within::Text, Some('\t')),
                (Within::Escape, '0') => (Within::Text, Some('\0')),
                (Within::Escape, 'u') => (Within::Number(0), None),
                (Within::Escape, other) => (Within::Text, Some(other)),
                (Within::Number(number), '}') => (Within::Text, char::from_u32(number)),
                (Within::Number(number), digit) => (Within::Number(digit.to_digit(16).map_or(number, |digit| (number << 4) | digit)), None),
                (place, other) => (place, Some(other)),
            };
            self.place = place;
            shown.map_or(Ok(()), |shown| self.formatter.write_char(shown))
        })
    }
}

macro_rules! displayed {
    ($($kind:ty)*) => {$(
        impl Show for $kind {
            fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
                Display::fmt(self, formatter)
            }
        }
    )*};
}

displayed!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool);

impl Show for str {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        if place == Place::Quoted { write!(formatter, "\"{self}\"") } else { formatter.pad(self) }
    }
}

impl Show for String {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.as_str().show(formatter, place)
    }
}

impl Show for char {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.encode_utf8(&mut [0; 4]).show(formatter, place)
    }
}

impl Show for () {
    fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
        formatter.write_str("nil")
    }
}

/// From this magnitude on every float is whole: 2^52.
const WHOLE_FROM: f64 = 4_503_599_627_370_496.0;

/// Whether a float is shown with `.0`: it is finite and whole. `value % 1.0` would cost a kilobyte of libm.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::float_cmp, reason = "exact below 2^52")]
pub fn is_whole(value: f64) -> bool {
    value.is_finite() && (value.abs() >= WHOLE_FROM || value as i64 as f64 == value)
}

impl Show for f64 {
    fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
        Display::fmt(self, formatter)?;
        if is_whole(*self) { formatter.write_str(".0") } else { Ok(()) }
    }
}

impl Show for f32 {
    fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
        Display::fmt(self, formatter)?;
        if is_whole(f64::from(*self)) { formatter.write_str(".0") } else { Ok(()) }
    }
}

macro_rules! pointers {
    ($([$($parameters:tt)*] $kind:ty;)*) => {$(
        impl<$($parameters)*> Show for $kind {
            fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
                (**self).show(formatter, place)
            }
        }
    )*};
}

pointers! {
    [T: Show + ?Sized] &T;
    [T: Show + ?Sized] &mut T;
    [T: Show + ?Sized] Box<T>;
    [T: Show + ?Sized] Rc<T>;
    [T: Show + ?Sized] Arc<T>;
    [T: Show + ?Sized] Ref<'_, T>;
    [T: Show + ?Sized] RefMut<'_, T>;
    [T: Show + ToOwned + ?Sized] Cow<'_, T>;
}

/// Writes `items` between `open` and `close`.
fn sequence<'item, T: Show + 'item>(
    formatter: &mut Formatter<'_>,
    (open, close): (&str, &str),
    items: impl IntoIterator<Item = &'item T>,
    place: Place,
) -> fmt::Result {
    formatter.write_str(open)?;
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        item.show(formatter, place)?;
    }
    formatter.write_str(close)
}

const LIST: (&str, &str) = ("[", "]");
const SET: (&str, &str) = ("{", "}");

impl<T: Show> Show for [T] {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        sequence(formatter, LIST, self, place.element())
    }
}

impl<T: Show, const LENGTH: usize> Show for [T; LENGTH] {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.as_slice().show(formatter, place)
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.as_slice().show(formatter, place)
    }
}

impl<T: Show> Show for VecDeque<T> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        sequence(formatter, LIST, self, place.element())
    }
}

impl<T: Show> Show for BTreeSet<T> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        sequence(formatter, SET, self, place.element())
    }
}

/// Writes the entries of a map in the order of their keys, which stand without quotes.
fn entries<'entry, K: Show + Ord + 'entry, V: Show + 'entry>(
    formatter: &mut Formatter<'_>,
    entries: impl Iterator<Item = (&'entry K, &'entry V)>,
    place: Place,
) -> fmt::Result {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|left, right| left.0.cmp(right.0));
    formatter.write_str("{")?;
    for (index, (key, value)) in entries.into_iter().enumerate() {
        formatter.write_str(if index == 0 { "" } else { ", " })?;
        key.show(formatter, Place::Interpolated)?;
        formatter.write_str(": ")?;
        value.show(formatter, place.element())?;
    }
    formatter.write_str("}")
}

impl<K: Show + Ord, V: Show> Show for BTreeMap<K, V> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        entries(formatter, self.iter(), place)
    }
}

macro_rules! hashed {
    ($map:ty, $set:ty) => {
        impl<K: Show + Ord, V: Show, S> Show for $map {
            fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
                entries(formatter, self.iter(), place)
            }
        }

        impl<K: Show + Ord, S> Show for $set {
            fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
                let mut items: Vec<_> = self.iter().collect();
                items.sort();
                sequence(formatter, SET, items, place.element())
            }
        }
    };
}

hashed!(hashbrown::HashMap<K, V, S>, hashbrown::HashSet<K, S>);
#[cfg(feature = "std")]
hashed!(std::collections::HashMap<K, V, S>, std::collections::HashSet<K, S>);

impl<T: Show> Show for Option<T> {
    fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
        match self {
            Some(value) => sequence(formatter, ("Some(", ")"), [value], Place::Quoted),
            None => formatter.write_str("None"),
        }
    }
}

impl<T: Show, E: Show> Show for Result<T, E> {
    fn show(&self, formatter: &mut Formatter<'_>, _place: Place) -> fmt::Result {
        match self {
            Ok(value) => sequence(formatter, ("Ok(", ")"), [value], Place::Quoted),
            Err(error) => sequence(formatter, ("Err(", ")"), [error], Place::Quoted),
        }
    }
}

impl<T: Show> Show for Range<T> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.start.show(formatter, place)?;
        formatter.write_str("..")?;
        self.end.show(formatter, place)
    }
}

impl<T: Show> Show for RangeInclusive<T> {
    fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
        self.start().show(formatter, place)?;
        formatter.write_str("..=")?;
        self.end().show(formatter, place)
    }
}

macro_rules! tuples {
    ($($first:ident $(, $name:ident)*;)*) => {$(
        impl<$first: Show $(, $name: Show)*> Show for ($first, $($name,)*) {
            #[allow(non_snake_case, reason = "each value has the name of its type")]
            fn show(&self, formatter: &mut Formatter<'_>, place: Place) -> fmt::Result {
                let ($first, $($name,)*) = self;
                formatter.write_str("(")?;
                $first.show(formatter, place.element())?;
                $(
                    formatter.write_str(", ")?;
                    $name.show(formatter, place.element())?;
                )*
                formatter.write_str(")")
            }
        }
    )*};
}

tuples! {
    A;
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, F;
}

#[cfg(test)]
mod tests {
    use super::{Debugging as _, Formless as _, Showing as _};
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;

    #[derive(Debug)]
    struct Point {
        _x: f64,
    }

    #[derive(Debug)]
    struct Note {
        _text: String,
    }

    #[test]
    fn is_whole_agrees_with_the_remainder() {
        let numbers = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-310, 4_503_599_627_370_495.5, 4_503_599_627_370_496.0, 9e15, -9e15, 1e300];
        for number in numbers.into_iter().chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MAX, f64::MIN_POSITIVE]) {
            #[allow(clippy::float_cmp, reason = "the definition")]
            let expected = number % 1.0 == 0.0;
            assert_eq!(super::is_whole(number), expected, "{number}");
        }
    }

    #[test]
    fn text_in_structs_is_not_escaped() {
        let note = Note { _text: String::from("a \"b\" \\ \n\u{7f}é") };
        assert_eq!(format!("{}", shown!(note)), "Note { _text: \"a \"b\" \\ \n\u{7f}é\" }");
    }

    #[test]
    fn values_have_ruchys_form() {
        let list = vec![String::from("a")];
        assert_eq!(format!("{} {} {}", shown!(list), interpolated!(list), shown!("a")), "[\"a\"] [a] a");
        assert_eq!(format!("{} {} {}", shown!(3.0), shown!(0.1), shown!(f64::NAN)), "3.0 0.1 NaN");
        assert_eq!(format!("{} {}", shown!((1, "a")), interpolated!((1, "a"))), "(1, \"a\") (1, a)");
        assert_eq!(format!("{} {}", interpolated!(Some("c")), shown!(None::<i64>)), "Some(\"c\") None");
        assert_eq!(format!("{}", shown!(BTreeMap::from([("b", 2.0), ("a", 1.5)]))), "{a: 1.5, b: 2.0}");
        assert_eq!(format!("{} {}", shown!(vec![Point { _x: 1.0 }]), shown!(|| 1)), "[Point { _x: 1.0 }] <function>");
        assert_eq!(format!("{} {} {}", shown!(1..=3), shown!(()), shown!(['a'])), "1..=3 nil [\"a\"]");
    }
}
