//! The `std` that functions see. A function says `String`, `format!`, `println!`, `std::collections::HashMap`; the handlers crate names this crate
//! `std`, so the same source compiles without the real `std`, and the file carries only what it uses.
//!
//! Everything is core's, alloc's or a library's own, but for what the runtime provides when the file is linked: where `println!` goes
//! ([`log`]), the environment ([`env`](mod@env)), the clock ([`time`]), files ([`fs`], [`io`]), random numbers ([`random`]), and what
//! Lambda has beyond the event ([`lambda`]).

#![no_std]
#![allow(clippy::legacy_numeric_constants, reason = "functions may spell std::i32::MAX")]
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

/// The process.
pub mod process {
    #[cfg(feature = "program")]
    pub use crate::program::{ExitCode, Termination, exit, status};

    unsafe extern "Rust" {
        /// Ends the process by SIGABRT, which is reported. The bootstrap defines it.
        safe fn ruchy_lambda_abort() -> !;
    }

    /// Gives up: the invocation fails with `Runtime.Abort`, and the process ends.
    pub fn abort() -> ! {
        ruchy_lambda_abort()
    }
}

/// Maps, sets and queues.
pub mod collections {
    pub use alloc::collections::{BTreeMap, BTreeSet, BinaryHeap, LinkedList, VecDeque, btree_map, btree_set};
    pub use hashbrown::{HashMap, HashSet, hash_map, hash_set};
}

/// What the compiler brings into every module of a crate that calls this one `std`.
pub mod prelude {
    /// The prelude of the 2024 edition.
    pub mod rust_2024 {
        pub use crate::decimal::ToDecimal as _;
        pub use crate::float::Float as _;
        pub use ruchy_support::show::{Debugging as _, Displaying as _, Formless as _, Showing as _};
        // What Ruchy calls without a path.
        pub use crate::ruchy::{
            append_file, delete_file, file_exists, fs_remove, parse_float, parse_int, random_int, read_file, sleep, write_file,
        };
        // What a handler's signature names.
        pub use crate::lambda::{Context, Failure, ResponseStream};
        pub use crate::{eprint, eprintln, print, println};
        pub use alloc::borrow::ToOwned;
        pub use alloc::boxed::Box;
        pub use alloc::string::{String, ToString};
        pub use alloc::vec::Vec;
        pub use alloc::{format, vec};
        pub use core::prelude::rust_2024::*;
    }
    /// The same, by the name that programs spell out.
    pub use rust_2024 as v1;
}
