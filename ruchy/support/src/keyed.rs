//! Values of maps by their keys.

use alloc::borrow::Borrow;
use alloc::collections::BTreeMap;
use core::fmt::Debug;
use core::hash::{BuildHasher, Hash};

/// A map in which a value can be looked up.
pub trait Keyed<Q: ?Sized> {
    /// What the map holds.
    type Value;
    /// The value of `key`.
    fn of(&self, key: &Q) -> Option<&Self::Value>;
    /// The value of `key`, to be changed.
    fn of_mut(&mut self, key: &Q) -> Option<&mut Self::Value>;
}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Keyed<Q> for BTreeMap<K, V> {
    type Value = V;

    fn of(&self, key: &Q) -> Option<&V> {
        self.get(key)
    }

    fn of_mut(&mut self, key: &Q) -> Option<&mut V> {
        self.get_mut(key)
    }
}

macro_rules! hashed {
    ($map:ty) => {
        impl<K: Eq + Hash + Borrow<Q>, V, S: BuildHasher, Q: Eq + Hash + ?Sized> Keyed<Q> for $map {
            type Value = V;

            fn of(&self, key: &Q) -> Option<&V> {
                self.get(key)
            }

            fn of_mut(&mut self, key: &Q) -> Option<&mut V> {
                self.get_mut(key)
            }
        }
    };
}

hashed!(hashbrown::HashMap<K, V, S>);
#[cfg(feature = "std")]
hashed!(std::collections::HashMap<K, V, S>);

/// The value of `key` in `map`.
///
/// # Panics
/// When the map does not have the key.
#[track_caller]
pub fn entry<'map, M: Keyed<Q> + ?Sized, Q: Debug + ?Sized>(map: &'map M, key: &Q) -> &'map M::Value {
    match map.of(key) {
        Some(value) => value,
        None => panic!("the map has no key {key:?}"),
    }
}

/// The value of `key` in `map`, to be changed.
///
/// # Panics
/// When the map does not have the key.
#[track_caller]
pub fn entry_mut<'map, M: Keyed<Q> + ?Sized, Q: Debug + ?Sized>(map: &'map mut M, key: &Q) -> &'map mut M::Value {
    match map.of_mut(key) {
        Some(value) => value,
        None => panic!("the map has no key {key:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{entry, entry_mut};
    use alloc::collections::BTreeMap;
    use alloc::string::String;

    #[test]
    #[should_panic(expected = "the map has no key \"b\"")]
    fn a_missing_key_panics() {
        let mut map = BTreeMap::from([(String::from("a"), 1)]);
        *entry_mut(&mut map, "a") += 1;
        assert_eq!(*entry(&map, "a"), 2);
        entry(&map, "b");
    }
}
