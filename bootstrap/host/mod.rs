//! What handlers call: functions that the `std` facade declares and these files define. Only those that a handler calls are linked.

pub mod clock;
pub mod files;
pub mod heap;
pub mod process;
pub mod sockets;
pub mod stream;
pub mod variables;
