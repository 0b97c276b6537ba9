//! How Ruchy prints a value, where that is not how Rust displays it: a float keeps its point (`3.0`), a list, a map, a tuple or an option is
//! shown with its parts, text within them in quotes, and what has neither form is shown as `{:?}` does.
//!
//! The transpile step writes `shown!(value)` for what `println` and f-strings are given, unless it can tell that it is text or a whole number. What
//! type a value has is known only to the compiler, so the choice is made by method resolution: the traits below all have a method `shown`, and
//! the one that needs the fewest references is taken. Text and numbers come out as they are, at no cost.

use crate::output::Text;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Debug, Display, Formatter};
use core::ops::{Range, RangeInclusive};
use hashbrown::{HashMap, HashSet};

/// What `println` and f-strings show of a value.
#[macro_export]
macro_rules! shown {
    ($value:expr) => {
        (&&&&$crate::display::Value(&$value)).shown()
    };
}

/// What `println` and f-strings show of the first or the last element of a list: the element, or `nil` where there is none. Under ruchy's interpreter
/// it is no option.
#[macro_export]
macro_rules! shown_element {
    ($option:expr) => {
        match &$option {
            Some(element) => $crate::display::Element::Shown($crate::shown!(*element)),
            None => $crate::display::Element::Nil,
        }
    };
}

/// An element's form, or that there is none.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Element<T> {
    Shown(T),
    Nil,
}

impl<T: Display> Display for Element<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(form) => form.fmt(formatter),
            Self::Nil => formatter.write_str("nil"),
        }
    }
}

/// A value to choose the form of.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Value<'value, T: ?Sized>(pub &'value T);

/// First: what Rust or a library of this crate has, so that a type that is not known yet when the form is chosen is taken for one of these.
#[doc(hidden)]
pub trait InRuchy<'value> {
    type Form;
    fn shown(&self) -> Self::Form;
}

impl<'value, T: Form + ?Sized> InRuchy<'value> for &&&Value<'value, T> {
    type Form = T::Shown<'value>;

    fn shown(&self) -> T::Shown<'value> {
        self.0.form()
    }
}

/// Then: what can be displayed.
#[doc(hidden)]
pub trait Displayed<'value> {
    type Form: ?Sized;
    fn shown(&self) -> &'value Self::Form;
}

impl<'value, T: Display + ?Sized> Displayed<'value> for &&Value<'value, T> {
    type Form = T;

    fn shown(&self) -> &'value T {
        self.0
    }
}

/// Then: what has a form for debugging.
#[doc(hidden)]
pub trait Debugged<'value> {
    type Form: Display;
    fn shown(&self) -> Self::Form;
}

impl<'value, T: Debug + ?Sized> Debugged<'value> for &Value<'value, T> {
    type Form = ForDebugging<'value, T>;

    fn shown(&self) -> ForDebugging<'value, T> {
        ForDebugging(self.0)
    }
}

/// Last: what has none, a function.
#[doc(hidden)]
pub trait Formless {
    fn shown(&self) -> &'static str;
}

impl<T: ?Sized> Formless for Value<'_, T> {
    fn shown(&self) -> &'static str {
        "<function>"
    }
}

/// A value shown as for debugging.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ForDebugging<'value, T: ?Sized>(&'value T);

impl<T: Debug + ?Sized> Display for ForDebugging<'_, T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A value of a known type, by the form it is shown in.
#[doc(hidden)]
pub trait Form {
    /// What is displayed for it.
    type Shown<'value>: Display
    where
        Self: 'value;

    /// It in that form.
    fn form(&self) -> Self::Shown<'_>;
}

impl<T: Form + ?Sized> Form for &T {
    type Shown<'value>
        = T::Shown<'value>
    where
        Self: 'value;

    fn form(&self) -> T::Shown<'_> {
        (**self).form()
    }
}

/// What is shown as it is.
macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Form for $type {
            type Shown<'value> = &'value Self;

            fn form(&self) -> &Self {
                self
            }
        }
    )*};
}

plain!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char str String);

/// What is shown as for debugging, which for these is Ruchy's form too.
macro_rules! for_debugging {
    ($({$($bounds:tt)*} $type:ty;)*) => {$(
        impl<$($bounds)*> Form for $type {
            type Shown<'value> = ForDebugging<'value, Self> where Self: 'value;

            fn form(&self) -> ForDebugging<'_, Self> {
                ForDebugging(self)
            }
        }
    )*};
}

for_debugging! {
    {T: Debug} [T];
    {T: Debug, const LENGTH: usize} [T; LENGTH];
    {T: Debug} Vec<T>;
    {T: Debug} VecDeque<T>;
    {T: Debug} Option<T>;
    {T: Debug, E: Debug} Result<T, E>;
    {T: Debug} Range<T>;
    {T: Debug} RangeInclusive<T>;
    {A: Debug, B: Debug} (A, B);
    {A: Debug, B: Debug, C: Debug} (A, B, C);
    {A: Debug, B: Debug, C: Debug, D: Debug} (A, B, C, D);
    {T: Debug} BTreeSet<T>;
    {T: Debug, S} HashSet<T, S>;
}

/// What has a form of Ruchy's own.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Formed<'value, T: ?Sized>(&'value T);

/// Declares that a type has one: how it is displayed.
macro_rules! formed {
    ({$($bounds:tt)*} $type:ty, $value:ident, $formatter:ident => $display:expr) => {
        impl<$($bounds)*> Form for $type {
            type Shown<'value> = Formed<'value, Self> where Self: 'value;

            fn form(&self) -> Formed<'_, Self> {
                Formed(self)
            }
        }

        impl<$($bounds)*> Display for Formed<'_, $type> {
            fn fmt(&self, $formatter: &mut Formatter<'_>) -> fmt::Result {
                let $value = self.0;
                $display
            }
        }
    };
}

formed!({} f32, value, formatter => float(f64::from(*value), value, formatter));
formed!({} f64, value, formatter => float(*value, value, formatter));
formed!({} (), _value, formatter => formatter.write_str("nil"));
formed!({A: Debug} (A,), value, formatter => write!(formatter, "({:?})", value.0));
formed!({K: Debug + Ord, V: Debug, S} HashMap<K, V, S>, value, formatter => object(value.iter(), formatter));
formed!({K: Debug + Ord, V: Debug} BTreeMap<K, V>, value, formatter => object(value.iter(), formatter));

/// Floats have their form without `core::fmt`, too: the build asks for it where all of a text can be had so.
macro_rules! texts {
    ($($float:ty)*) => {$(
        impl Text for Formed<'_, $float> {
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

texts!(f32 f64);

macro_rules! form_texts {
    ($($float:ty)*) => {$(
        impl Text for ruchy_support::show::Form<'_, $float> {
            type Room = String;

            fn text<'value>(&'value self, room: &'value mut String) -> &'value str {
                room.push_str(self.0.text(&mut <$float as Text>::Room::default()));
                if ruchy_support::show::is_whole((*self.0).into()) {
                    room.push_str(".0");
                }
                room
            }
        }
    )*};
}

form_texts!(f32 f64);

/// A whole number keeps its point.
fn float(value: f64, text: &impl Display, formatter: &mut Formatter<'_>) -> fmt::Result {
    text.fmt(formatter)?;
    if is_whole(value) { formatter.write_str(".0") } else { Ok(()) }
}

fn is_whole(value: f64) -> bool {
    libm::trunc(value) - value == 0.0 // not of what is infinite
}

/// Keys stand without quotes, in their order.
fn object<'entries, K: Debug + Ord + 'entries, V: Debug + 'entries>(
    entries: impl Iterator<Item = (&'entries K, &'entries V)>,
    formatter: &mut Formatter<'_>,
) -> fmt::Result {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|one, other| one.0.cmp(other.0));
    formatter.write_str("{")?;
    for (index, (key, value)) in entries.into_iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let key = alloc::format!("{key:?}");
        let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(&key);
        write!(formatter, "{separator}{key}: {value:?}")?;
    }
    formatter.write_str("}")
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;
    use alloc::{format, vec};
    use core::fmt;

    use crate::output::Text;
    // What the prelude brings into functions.
    use super::{Debugged as _, Displayed as _, Formless as _, InRuchy as _};

    #[test]
    fn floats_have_the_same_text_without_core() {
        for float in [0.0, -0.0, 3.0, 2.5, -1e21, 1e-7, f64::MAX, f64::INFINITY, f64::NAN] {
            let form = shown!(float);
            assert_eq!(Text::text(&form, &mut String::new()), text(form));
        }
        assert_eq!(Text::text(&shown!(2.0_f32), &mut String::new()), "2.0");
    }

    struct Displayed;

    impl fmt::Display for Displayed {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("displayed")
        }
    }

    #[derive(Debug)]
    struct Debugged;

    struct Neither;

    fn text(shown: impl fmt::Display) -> String {
        format!("{shown}")
    }

    #[test]
    fn everything_is_shown_in_its_form() {
        for (shown, wanted) in [
            (text(shown!(3)), "3"),
            (text(shown!("text")), "text"),
            (text(shown!(String::from("text"))), "text"),
            (text(shown!(3.0)), "3.0"),
            (text(shown!(&2.5_f32)), "2.5"),
            (text(shown!(f64::INFINITY)), "inf"),
            (text(shown!(f64::NAN)), "NaN"),
            (text(shown!(vec!["a"])), "[\"a\"]"),
            (text(shown!([1, 2])), "[1, 2]"),
            (text(shown!(Some("a"))), "Some(\"a\")"),
            (text(shown!((1, 2.0))), "(1, 2.0)"),
            (text(shown!((1,))), "(1)"),
            (text(shown_element!(["a"].first())), "a"),
            (text(shown_element!([2.0].last())), "2.0"),
            (text(shown_element!([0; 0].first())), "nil"),
            (text(shown!(0..3)), "0..3"),
            (text(shown!(())), "nil"),
            (text(shown!(BTreeMap::from([("b", 1), ("a", 2)]))), "{a: 2, b: 1}"),
            (text(shown!(Displayed)), "displayed"),
            (text(shown!(Debugged)), "Debugged"),
            (text(shown!(Neither)), "<function>"),
        ] {
            assert_eq!(shown, wanted);
        }
    }

    #[test]
    fn what_type_a_value_has_may_come_out_later() {
        fn generic<T: fmt::Display>(value: T) -> String {
            text(shown!(value))
        }
        let double = |n| n * 2;
        assert_eq!(text(shown!(double(21))), "42");
        assert_eq!(generic(Displayed), "displayed");
    }
}
