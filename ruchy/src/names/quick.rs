//! Maps and sets of nodes and locals, whose keys are small numbers: hashed by one multiplication.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map from nodes or locals.
pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
/// A set of nodes or locals.
pub type Set<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// Hashes one number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quick(u64);

/// The golden ratio of 64 bits, which spreads numbers that follow each other.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(FACTOR);
    }
}
