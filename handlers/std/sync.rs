//! Shared ownership, atomics, and types for global variables. A function has one thread, so no lock
//! ever waits and none can be poisoned.
//!
//! ```
//! use std::sync::Mutex;
//!
//! static COUNT: Mutex<u64> = Mutex::new(0);
//!
//! pub fn lambda_handler(_event: &str) -> String {
//!     let mut count = COUNT.lock().unwrap();
//!     *count += 1;
//!     count.to_string()
//! }
//! ```
//!
//! ```
//! use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock};
//!
//! static SQUARES: LazyLock<Vec<u64>> = LazyLock::new(|| (0..10).map(|number| number * number).collect());
//! static NAME: OnceLock<String> = OnceLock::new();
//!
//! assert_eq!(SQUARES[3], 9);
//! assert_eq!(NAME.get_or_init(|| String::from("first")), "first");
//! assert_eq!(NAME.set(String::from("second")), Err(String::from("second")));
//!
//! let count = Mutex::new(1);
//! let mut guard: MutexGuard<'_, i32> = count.lock().unwrap();
//! *guard += 1;
//! drop(guard);
//! assert_eq!(count.into_inner().unwrap(), 2);
//! ```

pub use alloc::sync::{Arc, Weak};
use core::cell::{LazyCell, OnceCell, RefCell, RefMut};
use core::convert::Infallible;
use core::ops::Deref;
pub use core::sync::atomic;

/// A value in a global variable that one thread uses.
#[derive(Debug, Default)]
struct Single<T>(T);

// SAFETY: there is one thread, and its signal handlers (deadline, fault) use no data of a function.
unsafe impl<T> Sync for Single<T> {}

/// A value that can be modified through a shared reference.
#[derive(Debug, Default)]
pub struct Mutex<T>(Single<RefCell<T>>);

/// Access to the value of a locked [`Mutex`]. Dropping it unlocks the mutex.
pub type MutexGuard<'mutex, T> = RefMut<'mutex, T>;

impl<T> Mutex<T> {
    /// Creates an unlocked mutex with `value`.
    pub const fn new(value: T) -> Self {
        Self(Single(RefCell::new(value)))
    }

    /// Locks the mutex until the guard is dropped.
    ///
    /// # Errors
    /// Never fails: without other threads a mutex cannot be poisoned.
    ///
    /// # Panics
    /// Panics if the mutex is locked already; with threads that would be a deadlock.
    pub fn lock(&self) -> Result<MutexGuard<'_, T>, Infallible> {
        Ok(self.0.0.try_borrow_mut().expect("Mutex::lock: the mutex is locked already; drop the first guard before locking again"))
    }

    /// Returns the value.
    ///
    /// # Errors
    /// Never fails, as [`Mutex::lock`].
    pub fn into_inner(self) -> Result<T, Infallible> {
        Ok(self.0.0.into_inner())
    }
}

/// A value that is initialised on first use.
#[derive(Debug)]
pub struct LazyLock<T, F = fn() -> T>(Single<LazyCell<T, F>>);

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// Creates a value that `make` will initialise.
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

/// A value that is set at most once.
#[derive(Debug, Default)]
pub struct OnceLock<T>(Single<OnceCell<T>>);

impl<T> OnceLock<T> {
    /// Creates an unset value.
    #[must_use]
    pub const fn new() -> Self {
        Self(Single(OnceCell::new()))
    }

    /// Returns the value, if it is set.
    pub fn get(&self) -> Option<&T> {
        self.0.0.get()
    }

    /// Sets the value.
    ///
    /// # Errors
    /// Returns `value` if a value was set before.
    pub fn set(&self, value: T) -> Result<(), T> {
        self.0.0.set(value)
    }

    /// Returns the value. If it is not set, it is first set to the result of `make`.
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
    fn globals_are_initialised_once() {
        LIST.lock().unwrap().push(2);
        assert_eq!(*LIST.lock().unwrap(), [1, 2]);
        let once = OnceLock::new();
        assert_eq!((once.get(), once.get_or_init(|| 3), once.set(4)), (None, &3, Err(4)));
    }

    #[test]
    #[should_panic(expected = "the mutex is locked already")]
    fn mutex_panics_when_locked_twice() {
        let value = Mutex::new(1);
        let _guard = value.lock();
        drop(value.lock());
    }
}
