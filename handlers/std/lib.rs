//! The `std` of functions. The crate `handlers` depends on this crate under the name `std`, so that
//! functions can write `String`, `format!`, `println!` and `std::collections::HashMap` without the
//! real `std`. A file contains the items that its functions use.
//!
//! Most items are those of core, alloc or a library. The runtime provides the others when the file
//! is linked: the log of `println!` ([`log`]), the environment ([`env`](mod@env)), the clocks
//! ([`time`]), files ([`fs`], [`io`]), random numbers ([`random`]), and Lambda's data beyond the
//! event ([`lambda`]).
//!
//! `docs/std.md` describes the differences from the real `std`. The package `handlers/doc_examples`
//! compiles and runs the examples.

#![no_std]
#![allow(clippy::legacy_numeric_constants, reason = "functions may use std::i32::MAX")]
#![warn(missing_docs)]

extern crate alloc;

pub use alloc::{borrow, boxed, fmt, format, rc, slice, str, string, vec};
pub use core::{
    any, arch, array, ascii, assert, assert_eq, assert_ne, cell, char, clone, cmp, convert, debug_assert, debug_assert_eq, default, error,
    f32, f64, format_args, hash, hint, i8, i16, i32, i64, i128, isize, iter, marker, matches, mem, num, ops, option, panic, pin, ptr,
    result, todo, u8, u16, u32, u64, u128, unimplemented, unreachable, usize, write, writeln,
};

pub mod decimal;
pub mod env;
pub mod ffi;
pub mod float;
pub mod fs;
pub mod io;
pub mod lambda;
pub mod log;
pub mod net;
pub mod output;
pub mod path;
#[cfg(feature = "program")]
mod program;
pub mod random;
mod root;
pub mod ruchy;
pub mod sync;
pub mod thread;
pub mod time;

/// Process control.
pub mod process {
    #[cfg(feature = "program")]
    pub use crate::program::{ExitCode, Termination, exit, status};

    unsafe extern "Rust" {
        /// Ends the process with SIGABRT, which the runtime reports. The bootstrap defines this
        /// function.
        safe fn ruchy_lambda_abort() -> !;
    }

    /// Aborts: the invocation fails with `Runtime.Abort`, and the process ends.
    pub fn abort() -> ! {
        ruchy_lambda_abort()
    }
}

/// Maps, sets and queues.
pub mod collections {
    pub use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque, btree_map, btree_set};
    pub use hashbrown::{HashMap, HashSet, hash_map, hash_set};
}

/// The items that the compiler imports into every module of a crate that depends on this one as
/// `std`.
pub mod prelude {
    /// The prelude of the 2024 edition.
    pub mod rust_2024 {
        pub use crate::decimal::ToDecimal as _;
        pub use crate::float::Float as _;
        pub use ruchy_support::show::{Debugging as _, Displaying as _, Formless as _, Showing as _};
        // Functions that Ruchy programs call without a path.
        pub use crate::ruchy::{
            append_file, delete_file, file_exists, fs_remove, parse_float, parse_int, random_int, read_file, sleep, write_file,
        };
        // Types in the signatures of handlers.
        pub use crate::lambda::{Context, Failure, ResponseStream};
        pub use crate::{eprint, eprintln, print, println};
        pub use alloc::borrow::ToOwned;
        pub use alloc::boxed::Box;
        pub use alloc::string::{String, ToString};
        pub use alloc::vec::Vec;
        pub use alloc::{format, vec};
        pub use core::prelude::rust_2024::*;
    }
    /// The same prelude, under the name that source code can import.
    pub use rust_2024 as v1;
}
