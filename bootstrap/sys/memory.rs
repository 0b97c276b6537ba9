//! Memory of the kernel's: mappings of whole pages.

use super::{Errno, call, call_of_five};
use core::ffi::c_long;
use core::ptr::{self, NonNull};

/// Size of a page, in bytes.
pub const PAGE_BYTES: usize = 4096;

fn mapped(address: Result<usize, Errno>) -> Result<NonNull<u8>, Errno> {
    // Never null: the kernel maps nothing at 0 unasked.
    NonNull::new(ptr::with_exposed_provenance_mut(address?)).ok_or(Errno(-c_long::from(libc::ENOMEM)))
}

/// New zeroed memory of at least `bytes` bytes, aligned to a page.
///
/// # Errors
/// The kernel's: ENOMEM.
pub fn map(bytes: usize) -> Result<NonNull<u8>, Errno> {
    let protection = (libc::PROT_READ | libc::PROT_WRITE) as usize;
    let flags = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as usize;
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory in use.
    mapped(unsafe { call_of_five(libc::SYS_mmap, 0, bytes, protection, flags, usize::MAX) })
}

/// Resizes a mapping of `bytes` bytes to `new_bytes`, moving it if need be.
///
/// # Errors
/// The kernel's: ENOMEM; the mapping is then as it was.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size, and only the address returned is used from now on.
pub unsafe fn remap(memory: *mut u8, bytes: usize, new_bytes: usize) -> Result<NonNull<u8>, Errno> {
    let flags = libc::MREMAP_MAYMOVE as usize;
    // SAFETY: the caller's promise.
    mapped(unsafe { call_of_five(libc::SYS_mremap, memory.expose_provenance(), bytes, new_bytes, flags, 0) })
}

/// Gives a mapping of `bytes` bytes back to the kernel.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size and is not used any more.
pub unsafe fn unmap(memory: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise. It fails only for arguments that are no mapping.
    unsafe { call(libc::SYS_munmap, memory.expose_provenance(), bytes, 0) }.ok();
}
