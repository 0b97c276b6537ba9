//! The operators of Ruchy on values: numbers are calculated with and compared, strings are joined.

use super::access::joined;
use super::{Json, Number};
use core::cmp::Ordering;
use core::mem;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

/// Calculates with two integers, or else with two floats.
///
/// # Panics
/// Panics if an operand is not a number, or if the result of integers does not fit into an `i64`.
#[track_caller]
fn calculated(one: &Json, other: &Json, symbol: &str, of_integers: fn(i64, i64) -> Option<i64>, of_floats: fn(f64, f64) -> f64) -> Json {
    if let (Some(left), Some(right)) = (whole(one), whole(other)) {
        let Some(result) = of_integers(left, right) else { no_result(left, symbol, right) };
        return Json::from(result);
    }
    match (one.as_number(), other.as_number()) {
        (Some(left), Some(right)) => Json::from(of_floats(left, right)),
        _ => no_numbers(one, symbol, other),
    }
}

/// Returns the integer, if the number is written without a fraction and fits into an `i64`.
fn whole(value: &Json) -> Option<i64> {
    if let Json::Number(number) = value { Number::as_i64(number) } else { None }
}

#[cold]
#[track_caller]
fn no_result(left: i64, symbol: &str, right: i64) -> ! {
    let reason = if right == 0 && matches!(symbol, "/" | "%") { "division by zero: " } else { "integer overflow: " };
    panic!("{}", joined(&[reason, &Json::from(left).to_string(), " ", symbol, " ", &Json::from(right).to_string()]))
}

#[cold]
#[track_caller]
fn no_numbers(one: &Json, symbol: &str, other: &Json) -> ! {
    panic!("{}", joined(&["`", symbol, "` of JSON needs two numbers, found ", one.kind(), " and ", other.kind()]))
}

macro_rules! operators {
    ($($operator:ident $method:ident $assigning:ident $assign:ident $symbol:literal $checked:ident $float:expr;)*) => {$(
        impl $operator for Json {
            type Output = Self;

            #[track_caller]
            fn $method(self, other: Self) -> Self {
                calculated(&self, &other, $symbol, i64::$checked, $float)
            }
        }

        impl $assigning for Json {
            #[track_caller]
            fn $assign(&mut self, other: Self) {
                *self = $operator::$method(mem::take(self), other);
            }
        }
    )*};
}

operators! {
    Sub sub SubAssign sub_assign "-" checked_sub |one, other| one - other;
    Mul mul MulAssign mul_assign "*" checked_mul |one, other| one * other;
    Div div DivAssign div_assign "/" checked_div |one, other| one / other;
    Rem rem RemAssign rem_assign "%" checked_rem |one, other| one % other;
}

/// Joins two strings, or adds two numbers.
impl Add for Json {
    type Output = Self;

    #[track_caller]
    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Self::Text(one + &other),
            (one, other) => calculated(&one, &other, "+", i64::checked_add, |one, other| one + other),
        }
    }
}

impl AddAssign for Json {
    #[track_caller]
    fn add_assign(&mut self, other: Self) {
        *self = mem::take(self) + other;
    }
}

impl Neg for Json {
    type Output = Self;

    #[track_caller]
    fn neg(self) -> Self {
        Self::from(0) - self
    }
}

/// Returns the integer, if the number is written without a fraction.
fn integer(value: &Json) -> Option<i128> {
    if let Json::Number(number) = value { Number::as_i128(number) } else { None }
}

/// Numbers are ordered by their value and strings by their bytes. Other values have no order. An
/// integer and a float of one value are equal in this order, but differ by `==`: JSON writes them
/// differently.
impl PartialOrd for Json {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            _ => match (integer(self), integer(other)) {
                (Some(one), Some(other)) => Some(one.cmp(&other)),
                _ => self.as_number()?.partial_cmp(&other.as_number()?),
            },
        }
    }
}
