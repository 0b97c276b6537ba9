//! The serving thread, and the guards that keep other threads from its state.
//!
//! Only the thread that calls `event_loop::run` serves invocations. Without the feature `std` it is
//! the only one, and everything here compiles to nothing. With it, functions start threads, and
//! these rules hold:
//!
//! - Signals that the process receives (SIGTERM, SIGALRM) are blocked in other threads
//!   (`main_std.rs`), so their handlers run on the serving thread.
//! - A thread that crashes hands its report to the serving thread, which decides what to do by its
//!   own stage (`signals/crash.rs`).
//! - The log is written by one thread at a time: [`Lock`].
//! - Other threads may read the invocation in flight, and delay its end meanwhile: [`Readers`].
//! - All other state belongs to the serving thread; functions that other threads may call return
//!   early there: [`is_serving`].
#![allow(unsafe_code)]

#[cfg(not(feature = "std"))]
pub use one::{Lock, Readers, is_serving};
#[cfg(feature = "std")]
pub use several::{Lock, Readers, is_serving, serve_here, stop};

#[cfg(not(feature = "std"))]
mod one {
    /// Returns true if this is the serving thread. It is the only one.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it is a constant")]
    #[must_use]
    pub const fn is_serving() -> bool {
        true
    }

    /// Does nothing: there is only one thread.
    pub struct Lock;

    impl Lock {
        /// A lock that no thread holds.
        #[allow(clippy::new_without_default, reason = "it is for statics")]
        #[must_use]
        pub const fn new() -> Self {
            Self
        }

        /// Runs `action`.
        #[inline(always)]
        #[expect(clippy::inline_always, reason = "it is the call of its argument")]
        pub fn with<R>(&self, action: impl FnOnce() -> R) -> R {
            action()
        }
    }

    /// Does nothing: no other thread reads.
    pub struct Readers;

    impl Readers {
        /// Creates a value without readers.
        #[allow(clippy::new_without_default, reason = "it is for statics")]
        #[must_use]
        pub const fn new() -> Self {
            Self
        }

        /// Returns at once.
        #[inline]
        pub fn wait(&self) {}
    }
}

#[cfg(any(feature = "std", test))]
#[cfg_attr(not(feature = "std"), expect(dead_code, reason = "tests use a part of it"))]
mod several {
    use crate::sys::{self, thread_address as this};
    use core::sync::atomic::{AtomicUsize, Ordering, fence};

    /// The address of the serving thread; 0 before [`serve_here`].
    static SERVING: AtomicUsize = AtomicUsize::new(0);

    /// Makes this thread the serving thread.
    pub fn serve_here() {
        SERVING.store(this(), Ordering::Relaxed);
    }

    /// Returns true if this is the serving thread.
    #[must_use]
    pub fn is_serving() -> bool {
        this() == SERVING.load(Ordering::Relaxed)
    }

    /// Waits for the end of the process.
    pub fn stop() -> ! {
        loop {
            sys::pause(1000);
        }
    }

    /// The number of times that a thread yields the processor before it sleeps a millisecond
    /// between attempts.
    const YIELDS: u32 = 100;

    /// Repeats `attempt` until it succeeds. It blocks on no lock and does not allocate, so a signal
    /// handler may call it.
    fn retry(attempt: impl Fn() -> bool) {
        let mut attempts = 0;
        while !attempt() {
            attempts += 1;
            if attempts < YIELDS { sys::yield_now() } else { sys::pause(1) }
        }
    }

    /// A reentrant lock: a signal handler can take it while its own thread holds it. std's locks
    /// would deadlock there.
    pub struct Lock {
        /// The thread that holds it, or 0. One word, so no signal can come between the acquisition
        /// and the store of the owner.
        owner: AtomicUsize,
    }

    impl Lock {
        /// A lock that no thread holds.
        #[allow(clippy::new_without_default, reason = "it is for statics")]
        #[must_use]
        pub const fn new() -> Self {
            Self { owner: AtomicUsize::new(0) }
        }

        /// Runs `action` while no other thread runs one.
        pub fn with<R>(&self, action: impl FnOnce() -> R) -> R {
            let is_held_already = self.owner.load(Ordering::Relaxed) == this();
            self.acquire();
            let result = action();
            if !is_held_already {
                self.abandon();
            }
            result
        }

        /// Waits until this thread holds it.
        pub fn acquire(&self) {
            let this = this();
            retry(|| match self.owner.compare_exchange(0, this, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => true,
                Err(owner) => owner == this,
            });
        }

        /// Releases it if this thread holds it.
        pub fn abandon(&self) {
            if self.owner.load(Ordering::Relaxed) == this() {
                self.owner.store(0, Ordering::Release);
            }
        }
    }

    /// The number of other threads that read what the serving thread lends.
    pub struct Readers(AtomicUsize);

    impl Readers {
        /// Creates a value without readers.
        #[allow(clippy::new_without_default, reason = "it is for statics")]
        #[must_use]
        pub const fn new() -> Self {
            Self(AtomicUsize::new(0))
        }

        /// Runs `read` on another thread. References that it loads are valid until it returns.
        pub fn with<R>(&self, read: impl FnOnce() -> R) -> R {
            self.0.fetch_add(1, Ordering::SeqCst);
            let result = read();
            self.0.fetch_sub(1, Ordering::Release);
            result
        }

        /// Waits until no thread reads the value lent before. The caller has withdrawn it: a reader
        /// is either counted here or no longer finds the value.
        pub fn wait(&self) {
            fence(Ordering::SeqCst);
            retry(|| self.0.load(Ordering::Acquire) == 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::several::{Lock, Readers};
    use std::boxed::Box;
    use std::ptr;
    use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
    use std::thread;

    const TURNS: usize = if cfg!(miri) { 50 } else { 20_000 };

    #[test]
    fn lock_is_reentrant_and_excludes_other_threads() {
        static LOCK: Lock = Lock::new();
        // Without the lock, increments are lost.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let add = || LOCK.with(|| LOCK.with(|| COUNT.store(COUNT.load(Ordering::Relaxed) + 1, Ordering::Relaxed)));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| (0..TURNS).for_each(|_| add()));
            }
        });
        assert_eq!(COUNT.load(Ordering::Relaxed), 3 * TURNS);
    }

    #[test]
    fn lock_is_released_by_outermost_call_or_abandon() {
        static LOCK: Lock = Lock::new();
        static ENTERED: AtomicBool = AtomicBool::new(false);
        LOCK.acquire();
        LOCK.with(|| ());
        let other = thread::spawn(|| LOCK.with(|| ENTERED.store(true, Ordering::Relaxed)));
        for _ in 0..TURNS {
            assert!(!ENTERED.load(Ordering::Relaxed));
        }
        LOCK.abandon();
        other.join().unwrap();
        assert!(ENTERED.load(Ordering::Relaxed));
        LOCK.with(|| LOCK.abandon());
    }

    #[test]
    fn readers_keep_what_they_read() {
        static READERS: Readers = Readers::new();
        static LENT: AtomicPtr<usize> = AtomicPtr::new(ptr::null_mut());
        static DONE: AtomicBool = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !DONE.load(Ordering::Relaxed) {
                        // SAFETY: it is lent until its owner has withdrawn it and waited for this
                        // thread.
                        let found = READERS.with(|| unsafe { LENT.load(Ordering::SeqCst).as_ref().copied() });
                        assert!(found.is_none_or(|value| value < TURNS));
                    }
                });
            }
            for turn in 0..TURNS {
                let memory = Box::into_raw(Box::new(turn));
                LENT.store(memory, Ordering::Release);
                LENT.store(ptr::null_mut(), Ordering::Relaxed);
                READERS.wait();
                // SAFETY: it was leaked above, and nothing else has it now.
                drop(unsafe { Box::from_raw(memory) });
            }
            DONE.store(true, Ordering::Relaxed);
        });
    }
}
