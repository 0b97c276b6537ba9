//! Indexes of lists: a negative one counts from the end.

use alloc::vec::Vec;
use core::ops::{Bound, Index, IndexMut, RangeBounds};

/// An index of a list, as Ruchy counts: -1 is the last element.
#[derive(Clone, Copy, Debug)]
pub struct At(pub i64);

impl At {
    /// The position in a list of `length` elements. One that is out of range stays so.
    #[inline]
    fn position(self, length: usize) -> usize {
        match usize::try_from(self.0) {
            Ok(position) => position,
            Err(_) => wrapped(self.0, length),
        }
    }
}

#[cold]
#[inline(never)]
fn wrapped(index: i64, length: usize) -> usize {
    usize::try_from(index.unsigned_abs()).ok().and_then(|back| length.checked_sub(back)).unwrap_or(usize::MAX)
}

#[cold]
#[inline(never)]
#[track_caller]
fn out_of_bounds(index: i64, length: usize) -> ! {
    panic!("index {index} is out of bounds for a list of {length} elements")
}

impl<T> Index<At> for [T] {
    type Output = T;

    #[inline]
    #[track_caller]
    fn index(&self, at: At) -> &T {
        match self.get(at.position(self.len())) {
            Some(element) => element,
            None => out_of_bounds(at.0, self.len()),
        }
    }
}

impl<T> IndexMut<At> for [T] {
    #[inline]
    #[track_caller]
    fn index_mut(&mut self, at: At) -> &mut T {
        let length = self.len();
        match self.get_mut(at.position(length)) {
            Some(element) => element,
            None => out_of_bounds(at.0, length),
        }
    }
}

impl<T> Index<At> for Vec<T> {
    type Output = T;

    #[inline]
    #[track_caller]
    fn index(&self, at: At) -> &T {
        &self.as_slice()[at]
    }
}

impl<T> IndexMut<At> for Vec<T> {
    #[inline]
    #[track_caller]
    fn index_mut(&mut self, at: At) -> &mut T {
        &mut self.as_mut_slice()[at]
    }
}

/// The elements of `list` in `range`, of which negative ends count from the end.
///
/// # Panics
/// When an end is out of range, or the start is after the end.
#[track_caller]
pub fn part<T>(list: &[T], range: impl RangeBounds<i64>) -> &[T] {
    let (start, end) = ends(&range, list.len());
    match list.get(start..end) {
        Some(part) => part,
        None => out_of_range(start, end, list.len(), "elements"),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn out_of_range(start: usize, end: usize, length: usize, unit: &str) -> ! {
    panic!("the range {start}..{end} is out of bounds: there are {length} {unit}")
}

/// The ends of `range` as positions in what has `length` elements.
pub(crate) fn ends(range: &impl RangeBounds<i64>, length: usize) -> (usize, usize) {
    let start = match range.start_bound() {
        Bound::Included(start) => At(*start).position(length),
        Bound::Excluded(start) => At(*start).position(length).saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(end) => At(*end).position(length).saturating_add(1),
        Bound::Excluded(end) => At(*end).position(length),
        Bound::Unbounded => length,
    };
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::{At, part};
    use alloc::vec;

    #[test]
    fn negative_indexes_count_from_the_end() {
        let mut list = vec![1, 2, 3];
        list[At(-1)] += 4;
        assert_eq!((list[At(0)], list[At(2)], part(&list, 1..), part(&list, -2..=-1)), (1, 7, &[2, 7][..], &[2, 7][..]));
    }

    #[test]
    #[should_panic(expected = "index -4 is out of bounds for a list of 3 elements")]
    fn an_index_out_of_bounds_panics() {
        let _ = vec![1, 2, 3][At(-4)];
    }
}
