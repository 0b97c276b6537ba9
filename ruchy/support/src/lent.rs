//! A cell's value, lent to a function that changes it.

use core::cell::Cell;
use core::ops::{Deref, DerefMut};

/// The value of a cell: what it is in the end is put back into the cell.
#[derive(Debug)]
pub struct Lent<'cell, T: Copy> {
    cell: &'cell Cell<T>,
    value: T,
}

impl<'cell, T: Copy> Lent<'cell, T> {
    /// Takes the value of `cell`.
    #[must_use]
    pub fn of(cell: &'cell Cell<T>) -> Self {
        Self { cell, value: cell.get() }
    }
}

impl<T: Copy> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Copy> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Copy> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        self.cell.set(self.value);
    }
}

#[cfg(test)]
mod tests {
    use super::Lent;
    use core::cell::Cell;

    #[test]
    fn a_lent_value_returns_to_its_cell() {
        let cell = Cell::new(1);
        *Lent::of(&cell) += 2;
        assert_eq!(cell.get(), 3);
    }
}
