//! The functions that handlers call: the `std` facade declares them and these files define them. Only those that a handler calls are linked.

pub mod clock;
pub mod files;
pub mod heap;
pub mod process;
#[cfg(feature = "std")]
pub mod shared_heap;
pub mod sockets;
pub mod stream;
pub mod variables;
