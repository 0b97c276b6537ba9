//! Static state of the serving thread: the one place that proves such statics sound.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};
use core::ptr::NonNull;
#[cfg(feature = "std")]
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// A static value that is read and written as a whole.
///
/// Signal handlers interrupt the one thread, so a slot that they read holds a value of one word, or
/// is written only while no handler can read it. Each static states which.
#[repr(transparent)]
pub struct Slot<T>(Cell<T>);

/// Static memory with one user at a time.
#[repr(transparent)]
pub struct Memory<T>(UnsafeCell<T>);

// SAFETY: without the feature `std` the process never starts a second thread: concurrent mode
// starts processes, and the linker script refuses what would need thread-local storage. With it,
// only the serving thread accesses such statics, or the thread that holds the lock of the log, or
// they were written before the first handler ran: `thread.rs` has the rules, and each function that
// another thread may call follows them.
unsafe impl<T> Sync for Slot<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Memory<T> {}

impl<T> Slot<T> {
    /// Creates a slot that holds `value`.
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
    /// Creates memory that holds `value`.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Returns the address of the value. The caller proves that no other reference exists while it
    /// uses one.
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// A static pointer to a value that the setter keeps alive. Unlike a [`Slot`] several threads may
/// use it: a reader sees the value as it was when the pointer was set.
#[cfg(feature = "std")]
pub struct Pointer<T>(AtomicPtr<T>);

#[cfg(feature = "std")]
impl<T> Pointer<T> {
    /// Creates an empty pointer.
    #[allow(clippy::new_without_default, reason = "it is for statics")]
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Replaces the pointer.
    pub fn set(&self, pointer: Option<NonNull<T>>) {
        self.0.store(pointer.map_or(ptr::null_mut(), NonNull::as_ptr), Ordering::Release);
    }

    /// Returns the pointer, if it is set.
    pub fn get(&self) -> Option<NonNull<T>> {
        NonNull::new(self.0.load(Ordering::SeqCst)) // `thread::Readers` relies on this order
    }
}

/// A static pointer to a value that the setter keeps alive.
#[cfg(not(feature = "std"))]
pub struct Pointer<T>(Slot<Option<NonNull<T>>>);

#[cfg(not(feature = "std"))]
impl<T> Pointer<T> {
    /// Creates an empty pointer.
    #[allow(clippy::new_without_default, reason = "it is for statics")]
    #[must_use]
    pub const fn new() -> Self {
        Self(Slot::new(None))
    }

    /// Replaces the pointer.
    pub fn set(&self, pointer: Option<NonNull<T>>) {
        self.0.set(pointer);
    }

    /// Returns the pointer, if it is set.
    pub fn get(&self) -> Option<NonNull<T>> {
        self.0.get()
    }
}

impl<T> Pointer<T> {
    /// Returns the pointer and leaves none.
    pub fn take(&self) -> Option<NonNull<T>> {
        let pointer = self.get();
        self.set(None);
        pointer
    }
}
