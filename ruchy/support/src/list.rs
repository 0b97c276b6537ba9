//! Lists as values: functions that return new ones.

use crate::show::{Form, Show};
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::Write as _;

fn order<T: PartialOrd>(left: &T, right: &T) -> Ordering {
    left.partial_cmp(right).unwrap_or(Ordering::Equal)
}

/// Sorts in place. Values without an order, such as NaN, stay where they are.
pub fn sort<T: PartialOrd>(list: &mut [T]) {
    list.sort_by(order);
}

/// A sorted copy.
#[must_use]
pub fn sorted<T: PartialOrd + Clone>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    sort(&mut list);
    list
}

/// A copy in reverse order.
#[must_use]
pub fn reversed<T: Clone>(list: &[T]) -> Vec<T> {
    list.iter().rev().cloned().collect()
}

/// The items of anything that can be iterated over, as a list.
pub fn list<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect()
}

/// The items of a list as an array.
///
/// # Panics
/// The list has another length than the array.
#[must_use]
#[track_caller]
pub fn array<T, const N: usize>(list: Vec<T>) -> [T; N] {
    let length = list.len();
    let Ok(array) = list.try_into() else { panic!("expected a list of {N} values, found {length}") };
    array
}

/// The element at `index`; a negative one counts from the end.
#[must_use]
pub fn get<T: Clone>(list: &[T], index: i64) -> Option<T> {
    let position = match usize::try_from(index) {
        Ok(position) => position,
        Err(_) => list.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    list.get(position).cloned()
}

/// The elements from `start` to before `end`; ends that are out of range are moved to the nearest one that is not.
#[must_use]
pub fn slice<T: Clone>(list: &[T], start: i64, end: i64) -> Vec<T> {
    let start = usize::try_from(start).unwrap_or(0);
    let end = usize::try_from(end).unwrap_or(0);
    list.iter().skip(start).take(end.saturating_sub(start)).cloned().collect()
}

/// The elements of lists, in one list.
#[must_use]
pub fn flatten<T: Clone>(lists: &[Vec<T>]) -> Vec<T> {
    lists.concat()
}

/// Every element once, in the order of its first occurrence.
#[must_use]
pub fn unique<T: PartialEq + Clone>(list: &[T]) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    for element in list {
        if !found.contains(element) {
            found.push(element.clone());
        }
    }
    found
}

/// Every element of both lists, once.
#[must_use]
pub fn union<T: PartialEq + Clone>(left: &[T], right: &[T]) -> Vec<T> {
    unique(&[left, right].concat())
}

/// The elements of `left` that `right` has, once.
#[must_use]
pub fn intersection<T: PartialEq + Clone>(left: &[T], right: &[T]) -> Vec<T> {
    unique(left).into_iter().filter(|element| right.contains(element)).collect()
}

/// The elements of `left` that `right` does not have, once.
#[must_use]
pub fn difference<T: PartialEq + Clone>(left: &[T], right: &[T]) -> Vec<T> {
    unique(left).into_iter().filter(|element| !right.contains(element)).collect()
}

/// Pairs of elements at the same place.
#[must_use]
pub fn zip<A: Clone, B: Clone>(left: &[A], right: &[B]) -> Vec<(A, B)> {
    left.iter().cloned().zip(right.iter().cloned()).collect()
}

/// The elements as text, with `separator` between them.
pub fn join<T: Show>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    let mut text = String::new();
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        // A String takes all that is written.
        let _ = write!(text, "{}", Form::interpolated(&item));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{difference, get, intersection, join, sorted, union, unique};

    #[test]
    fn lists_are_values() {
        assert_eq!(sorted(&[2.5, 1.0]), [1.0, 2.5]);
        assert_eq!((unique(&[1, 2, 1]), union(&[1], &[2, 1])), ([1, 2].into(), [1, 2].into()));
        assert_eq!((intersection(&[1, 2], &[2]), difference(&[1, 2], &[2])), ([2].into(), [1].into()));
        assert_eq!((get(&[1, 2], -1), get(&[1], 3), join([1.0, 2.5], ", ")), (Some(2), None, "1.0, 2.5".into()));
    }
}
