//! Functions that emitted Rust calls where Rust has no expression of the same meaning.
//!
//! Every item here is used by generated code only. The facade re-exports this crate as `std::ruchy`.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

extern crate alloc;

mod global;
mod index;
mod keyed;
mod lent;
mod list;
mod number;
mod position;
pub mod show;
mod text;
mod thrown;

pub use global::Global;
pub use index::{At, part};
pub use keyed::{entry, entry_mut};
pub use lent::Lent;
pub use list::{array, difference, flatten, get, intersection, join, list, reversed, slice, sort, sorted, union, unique, zip};
pub use number::{Float, Integer, float, int, number, pow, power, size};
pub use position::{
    char_indices, drain_letters, get_letters, insert_letter, insert_text, keep_letters, letters_before, remove_letter, replace_letters,
    single_bytes, single_bytes_mut, split_letters_at, split_off_letters,
};
pub use text::{char_at, letters, substring};
pub use thrown::Thrown;
