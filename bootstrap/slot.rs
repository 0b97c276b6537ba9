//! Static state of a process that has one thread: the one place that proves such statics sound.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};

/// A static value that is read and written as a whole.
///
/// Signal handlers interrupt the one thread, so a slot that they read holds a value of one word, or is written only
/// while no handler can read it. Each static states which.
#[repr(transparent)]
pub struct Slot<T>(Cell<T>);

/// Static memory with one user at a time.
#[repr(transparent)]
pub struct Memory<T>(UnsafeCell<T>);

// SAFETY: the process never starts a second thread: concurrent mode starts processes, and the linker script refuses
// what would need thread-local storage. So nothing is ever accessed from two threads.
unsafe impl<T> Sync for Slot<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Memory<T> {}

impl<T> Slot<T> {
    /// A slot that holds `value`.
    pub const fn new(value: T) -> Self {
        Self(Cell::new(value))
    }

    /// Replaces the value.
    pub fn set(&self, value: T) {
        self.0.set(value);
    }
}

impl<T: Copy> Slot<T> {
    /// Returns a copy of the value.
    pub fn get(&self) -> T {
        self.0.get()
    }
}

impl<T: Default> Slot<T> {
    /// Returns the value and leaves the default.
    pub fn take(&self) -> T {
        self.0.take()
    }
}

impl<T> Memory<T> {
    /// Memory that holds `value`.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The address of the value. The caller proves that no other reference exists while it uses one.
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}
