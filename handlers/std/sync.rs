//! Shared ownership, atomics, and what globals are made of. There is one thread: nothing ever waits for a lock, and nothing has to be undone.

pub use alloc::sync::{Arc, Weak};
use core::cell::{LazyCell, OnceCell, RefCell, RefMut};
use core::convert::Infallible;
use core::ops::Deref;
pub use core::sync::atomic;

/// What is there for one thread, in a global.
#[derive(Debug, Default)]
struct Single<T>(T);

// SAFETY: there is one thread, and what interrupts it (the deadline's alarm, a fault) uses nothing of a function's.
unsafe impl<T> Sync for Single<T> {}

/// A value that is changed where it is, through whatever refers to it.
#[derive(Debug, Default)]
pub struct Mutex<T>(Single<RefCell<T>>);

/// A [`Mutex`] while it is locked.
pub type MutexGuard<'mutex, T> = RefMut<'mutex, T>;

impl<T> Mutex<T> {
    /// One that holds `value`.
    pub const fn new(value: T) -> Self {
        Self(Single(RefCell::new(value)))
    }

    /// The value, to be changed, until what is returned goes.
    ///
    /// # Errors
    /// None: only a thread that panicked could leave some.
    ///
    /// # Panics
    /// If it is already locked: with threads that would deadlock.
    pub fn lock(&self) -> Result<MutexGuard<'_, T>, Infallible> {
        Ok(self.0.0.try_borrow_mut().expect("the value is in use: it is locked a second time before it was let go"))
    }

    /// The value itself.
    ///
    /// # Errors
    /// None, as above.
    pub fn into_inner(self) -> Result<T, Infallible> {
        Ok(self.0.0.into_inner())
    }
}

/// A global that is made when it is first used.
#[derive(Debug)]
pub struct LazyLock<T, F = fn() -> T>(Single<LazyCell<T, F>>);

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// One that `make` will make.
    pub const fn new(make: F) -> Self {
        Self(Single(LazyCell::new(make)))
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

/// A global that is set once.
#[derive(Debug, Default)]
pub struct OnceLock<T>(Single<OnceCell<T>>);

impl<T> OnceLock<T> {
    /// One that is not set.
    #[must_use]
    pub const fn new() -> Self {
        Self(Single(OnceCell::new()))
    }

    /// What it was set to.
    pub fn get(&self) -> Option<&T> {
        self.0.0.get()
    }

    /// Sets it.
    ///
    /// # Errors
    /// `value`, where it was set before.
    pub fn set(&self, value: T) -> Result<(), T> {
        self.0.0.set(value)
    }

    /// What it was set to, and if it was not, what `make` makes, from now on.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.0.0.get_or_init(make)
    }
}

#[cfg(test)]
mod tests {
    use super::{LazyLock, Mutex, OnceLock};
    use alloc::vec;
    use alloc::vec::Vec;

    static LIST: LazyLock<Mutex<Vec<i32>>> = LazyLock::new(|| Mutex::new(vec![1]));

    #[test]
    fn globals_are_made_once_and_kept() {
        LIST.lock().unwrap().push(2);
        assert_eq!(*LIST.lock().unwrap(), [1, 2]);
        let once = OnceLock::new();
        assert_eq!((once.get(), once.get_or_init(|| 3), once.set(4)), (None, &3, Err(4)));
    }

    #[test]
    #[should_panic(expected = "the value is in use")]
    fn what_is_locked_is_not_locked_again() {
        let value = Mutex::new(1);
        let _guard = value.lock();
        drop(value.lock());
    }
}
