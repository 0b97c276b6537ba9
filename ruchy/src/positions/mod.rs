//! Lengths and positions of text.
//!
//! `len()` counts bytes and positions count letters. So that `let n = s.len(); s[..n - 1]` is the same as `s[..s.len() - 1]` and right for all
//! text, this pass follows numbers from where they are made to where they are used. It puts numbers that meet in arithmetic, comparisons,
//! assignments, calls, fields and containers into one class:
//!
//! - A class of lengths and positions that is used for nothing else: its lengths count letters.
//! - A class that is also shown or stored, or has indexes of bytes in it: its lengths count bytes, and a text with a letter of several bytes
//!   is a panic where one of its numbers is used as a position.
//! - Any other class: its lengths count bytes.

mod call;
mod classes;
mod control;
mod pattern;
mod walk;

use crate::map::Set;
use crate::names::Names;
use crate::tree::{NodeId, Program};
use crate::types::table::Method;
use crate::types::{Callee, Types};

/// The result of the pass.
#[derive(Debug, Default)]
pub struct Positions {
    /// Calls of `len` that count letters.
    pub letters: Set<NodeId>,
    /// Uses of positions that may be in bytes.
    pub checked: Set<NodeId>,
}

/// Follows the numbers of `program`.
#[must_use]
pub fn analyse(program: &Program, names: &Names<'_>, types: &Types) -> Positions {
    if !has_lengths(types) {
        return Positions::default();
    }
    let mut walk = walk::Walk::new(program, names, types);
    walk.program(program);
    walk.conclude()
}

/// The methods of text whose arguments are positions in it.
const WITH_POSITIONS: [&str; 11] =
    ["insert", "insert_str", "remove", "truncate", "split_off", "drain", "replace_range", "split_at", "get", "substring", "char_at"];

/// The methods that give the number of bytes, or the bytes, of text.
const OF_BYTES: [&str; 9] = ["len", "length", "bytes_len", "len_utf8", "bytes", "as_bytes", "into_bytes", "to_vec", "utf8_len"];

fn has_lengths(types: &Types) -> bool {
    types.calls.values().any(|callee| match callee {
        Callee::Table(Method { name, .. }) | Callee::Iterated(Method { name, .. }, _) => OF_BYTES.contains(name),
        Callee::Builtin(name) => *name == "len",
        _ => false,
    })
}
