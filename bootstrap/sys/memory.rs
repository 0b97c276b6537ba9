//! Memory mappings: whole pages from the kernel. Unit tests use simulated ones.

#[cfg(feature = "observe")]
pub use kernel::map_shared;
#[cfg(feature = "std")]
pub use kernel::protect;
#[cfg(not(test))]
pub use kernel::{map, remap, unmap};
#[cfg(test)]
pub use simulated::{map, remap, unmap};

/// The smallest page of a kernel for this processor, in bytes: mappings are at least aligned to it.
pub const PAGE_BYTES_MIN: usize = 4096;
/// The largest page of a kernel for this processor, in bytes.
pub const PAGE_BYTES_MAX: usize = if cfg!(target_arch = "aarch64") { 64 << 10 } else { PAGE_BYTES_MIN };

#[cfg_attr(test, expect(dead_code, reason = "tests simulate it"))]
mod kernel {
    use crate::sys::{Errno, call, call_of_five};
    use core::ffi::c_long;
    use core::ptr::{self, NonNull};

    fn mapped(address: Result<usize, Errno>) -> Result<NonNull<u8>, Errno> {
        // Never null: the kernel maps nothing at 0 unless requested.
        NonNull::new(ptr::with_exposed_provenance_mut(address?)).ok_or(Errno(-c_long::from(libc::ENOMEM)))
    }

    /// Maps at least `bytes` bytes of new zeroed memory, aligned to a page.
    ///
    /// # Errors
    /// The kernel's: ENOMEM.
    pub fn map(bytes: usize) -> Result<NonNull<u8>, Errno> {
        let protection = (libc::PROT_READ | libc::PROT_WRITE) as usize;
        let flags = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as usize;
        // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory in
        // use.
        mapped(unsafe { call_of_five(libc::SYS_mmap, 0, bytes, protection, flags, usize::MAX) })
    }

    /// Maps the first `bytes` bytes of a file, shared with other processes that map or read it.
    ///
    /// # Errors
    /// The kernel's.
    #[cfg(feature = "observe")]
    pub fn map_shared(descriptor: u32, bytes: usize) -> Result<NonNull<u8>, Errno> {
        let protection = (libc::PROT_READ | libc::PROT_WRITE) as usize;
        // SAFETY: a mapping at an address of the kernel's choice touches no memory in use.
        mapped(unsafe { call_of_five(libc::SYS_mmap, 0, bytes, protection, libc::MAP_SHARED as usize, descriptor as usize) })
    }

    /// Resizes a mapping of `bytes` bytes to `new_bytes`, and moves it if necessary.
    ///
    /// # Errors
    /// The kernel's: ENOMEM; the mapping is then unchanged.
    ///
    /// # Safety
    /// `memory` came from [`map`] or [`remap`] with this size, and only the returned address is
    /// used afterwards.
    pub unsafe fn remap(memory: *mut u8, bytes: usize, new_bytes: usize) -> Result<NonNull<u8>, Errno> {
        let flags = libc::MREMAP_MAYMOVE as usize;
        // SAFETY: the caller's promise.
        mapped(unsafe { call_of_five(libc::SYS_mremap, memory.expose_provenance(), bytes, new_bytes, flags, 0) })
    }

    /// Makes every access to the memory fault.
    ///
    /// # Errors
    /// The kernel's: ENOMEM.
    ///
    /// # Safety
    /// These are whole pages of a mapping, and nothing uses them.
    #[cfg(feature = "std")]
    pub unsafe fn protect(memory: *mut u8, bytes: usize) -> Result<(), Errno> {
        // SAFETY: the caller's promise.
        unsafe { call(libc::SYS_mprotect, memory.expose_provenance(), bytes, libc::PROT_NONE as usize) }.map(drop)
    }

    /// Returns a mapping of `bytes` bytes to the kernel.
    ///
    /// # Safety
    /// `memory` came from [`map`] or [`remap`] with this size and is not used any more.
    pub unsafe fn unmap(memory: *mut u8, bytes: usize) {
        // SAFETY: the caller's promise. It fails only if the arguments are not a mapping.
        unsafe { call(libc::SYS_munmap, memory.expose_provenance(), bytes, 0) }.ok();
    }
}

/// Mappings of the host's allocator, which Miri checks. Like a kernel with large pages, it accepts
/// only whole mappings.
#[cfg(test)]
#[expect(clippy::missing_errors_doc, clippy::missing_panics_doc, reason = "it is for tests")]
mod simulated {
    use super::PAGE_BYTES_MIN;
    use crate::sys::Errno;
    use core::ptr::NonNull;
    use std::alloc::{Layout, alloc_zeroed, dealloc};
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    /// The largest page of any kernel, in bytes.
    const PAGE_BYTES: usize = 64 << 10;

    /// The mappings that exist: address and size.
    static MAPPINGS: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes.next_multiple_of(PAGE_BYTES), PAGE_BYTES_MIN).unwrap()
    }

    /// As the kernel's.
    pub fn map(bytes: usize) -> Result<NonNull<u8>, Errno> {
        // SAFETY: the size is not 0.
        let memory = NonNull::new(unsafe { alloc_zeroed(layout(bytes)) }).unwrap();
        MAPPINGS.lock().unwrap_or_else(PoisonError::into_inner).insert(memory.addr().get(), bytes);
        Ok(memory)
    }

    /// # Safety
    /// As the kernel's.
    pub unsafe fn remap(memory: *mut u8, bytes: usize, new_bytes: usize) -> Result<NonNull<u8>, Errno> {
        let moved = map(new_bytes)?;
        // SAFETY: both have at least the smaller size, and do not overlap.
        unsafe { moved.as_ptr().copy_from_nonoverlapping(memory, bytes.min(new_bytes)) };
        // SAFETY: the caller's promise.
        unsafe { unmap(memory, bytes) };
        Ok(moved)
    }

    /// # Safety
    /// As the kernel's.
    pub unsafe fn unmap(memory: *mut u8, bytes: usize) {
        let mapped = MAPPINGS.lock().unwrap_or_else(PoisonError::into_inner).remove(&memory.addr());
        assert_eq!(mapped.map(layout), Some(layout(bytes)), "only a whole mapping can be released with every page size");
        // SAFETY: it was allocated with this layout, and by the caller's promise is not used any
        // more.
        unsafe { dealloc(memory, layout(bytes)) };
    }
}
