//! Random numbers: random bytes of the kernel ([`fill`]) for secrets, and a fast generator
//! ([`generator`]) for everything else.
//!
//! ```
//! let mut generator = std::random::generator();
//! let die = generator.u8(1..=6);
//! assert!((1..=6).contains(&die));
//! ```

/// A generator of numbers of any type and range, shuffles and choices. Fast, deterministic from its
/// seed, and not suitable for secrets.
pub use fastrand::Rng;

unsafe extern "Rust" {
    /// Fills `bytes` with random bytes of the kernel. Returns `false` if the kernel refuses. The
    /// bootstrap defines this function.
    safe fn ruchy_lambda_random(bytes: &mut [u8]) -> bool;
}

/// Fills `bytes` with random bytes of the kernel (`getrandom(2)`), suitable for secrets.
///
/// # Panics
/// Panics if the kernel is older than 3.17 or forbids `getrandom(2)`.
pub fn fill(bytes: &mut [u8]) {
    assert!(ruchy_lambda_random(bytes), "getrandom(2) failed: expected Linux 3.17 or newer, and a sandbox that permits the call");
}

/// Fills `bytes` as [`fill`] does. Returns `false` if the kernel refuses.
///
/// ```
/// let mut key = [0; 16];
/// if !std::random::try_fill(&mut key) {
///     std::random::fill(&mut key); // panics if the kernel has no random numbers
/// }
/// ```
#[doc(hidden)]
#[must_use]
pub fn try_fill(bytes: &mut [u8]) -> bool {
    ruchy_lambda_random(bytes)
}

/// Creates a generator with a seed of the kernel. A generator created before a `SnapStart` snapshot
/// produces the same numbers in every restored copy: create it when it is used.
///
/// # Panics
/// Panics as [`fill`] does.
#[must_use]
pub fn generator() -> Rng {
    let mut seed = [0; size_of::<u64>()];
    fill(&mut seed);
    Rng::with_seed(u64::from_ne_bytes(seed))
}
