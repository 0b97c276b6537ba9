//! `let mut` outside of functions: a value that is kept between calls.

use core::cell::{OnceCell, RefCell, RefMut};

/// A global. Every access ends before the next begins, so that a function may use it while it computes a new value.
#[derive(Debug)]
pub struct Global<T> {
    value: OnceCell<RefCell<T>>,
    first: fn() -> T,
}

#[allow(unsafe_code)]
// SAFETY: a function runs in one thread, and signal handlers use no global of a function.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    /// A global whose first value `first` computes when it is used.
    pub const fn new(first: fn() -> T) -> Self {
        Self { value: OnceCell::new(), first }
    }

    fn cell(&self) -> &RefCell<T> {
        self.value.get_or_init(|| RefCell::new((self.first)()))
    }

    /// A copy of the value.
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.cell().borrow().clone()
    }

    /// Replaces the value.
    pub fn set(&self, value: T) {
        let previous = self.cell().replace(value);
        drop(previous);
    }

    /// The value, until what is returned is dropped.
    ///
    /// # Panics
    /// When the value is in use.
    #[track_caller]
    pub fn lock(&self) -> RefMut<'_, T> {
        self.cell().borrow_mut()
    }

    /// What `look` computes from the value.
    pub fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.cell().borrow())
    }

    /// What `change` computes while it changes the value.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.cell().borrow_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::Global;
    use alloc::vec::Vec;

    static LIST: Global<Vec<i64>> = Global::new(Vec::new);

    #[test]
    fn a_global_keeps_its_value() {
        LIST.update(|list| list.push(1));
        LIST.set(LIST.get().into_iter().chain([2]).collect());
        assert_eq!(LIST.with(Vec::len), 2);
    }
}
