//! Random numbers: the kernel's, and a generator that begins at one of them. What an attacker must not foresee is [`fill`]'s.

/// Numbers of any type and range, shuffles and choices, one after the other from where it began; quick, and not for secrets.
pub use fastrand::Rng;

unsafe extern "Rust" {
    /// Has the kernel fill `bytes`; false when it does not. The bootstrap defines it.
    safe fn ruchy_lambda_random(bytes: &mut [u8]) -> bool;
}

/// Fills `bytes` with random ones of the kernel's, fit for secrets.
///
/// # Panics
/// Where the kernel has none: older than 3.17, or forbidden to.
pub fn fill(bytes: &mut [u8]) {
    assert!(ruchy_lambda_random(bytes), "the kernel gives no random bytes: is getrandom(2) forbidden here?");
}

/// Fills `bytes` as [`fill`] does. Returns false where the kernel has no random bytes.
#[doc(hidden)]
#[must_use]
pub fn try_fill(bytes: &mut [u8]) -> bool {
    ruchy_lambda_random(bytes)
}

/// A generator that begins where no other does. One that is made before a snapshot goes on alike in every copy of it: make it when it is used.
///
/// # Panics
/// As [`fill`] does.
#[must_use]
pub fn generator() -> Rng {
    let mut seed = [0; size_of::<u64>()];
    fill(&mut seed);
    Rng::with_seed(u64::from_ne_bytes(seed))
}
