//! The functions that handlers call: the `std` facade declares them and these files define them.
//! Only those that a handler calls are linked.

pub mod clock;
pub mod files;
pub mod heap;
#[cfg(feature = "observe")]
pub mod observed;
pub mod process;
#[cfg(feature = "std")]
pub mod shared_heap;
pub mod sockets;
pub mod stream;
pub mod variables;

/// The global allocator of the linked file.
#[cfg(not(feature = "observe"))]
pub type Allocator = heap::Heap;
/// The global allocator of the linked file.
#[cfg(feature = "observe")]
pub type Allocator = observed::Observed;
