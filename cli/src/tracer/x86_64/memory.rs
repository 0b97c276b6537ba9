//! Reads the memory of a traced task.

use nix::sys::ptrace;
use nix::unistd::Pid;

/// Eight bytes of the memory of `task`; none where nothing is mapped.
pub fn word(task: Pid, address: u64) -> Option<u64> {
    let address = std::ptr::with_exposed_provenance_mut(usize::try_from(address).ok()?);
    ptrace::read(task, address).ok().map(i64::cast_unsigned)
}

/// As many bytes of the memory of `task` as an instruction can have; zeros after the end of what is
/// mapped.
pub fn bytes(task: Pid, address: u64) -> [u8; 16] {
    let [first, second] = [address, address + 8].map(|address| word(task, address).unwrap_or_default());
    (u128::from(second) << 64 | u128::from(first)).to_le_bytes()
}
