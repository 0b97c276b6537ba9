//! Random bytes from the kernel.

use super::{Errno, call};

/// Fills the front of `bytes` and returns the number of bytes filled: all, up to 256 bytes;
/// possibly fewer for longer slices.
///
/// # Errors
/// The kernel's: the call does not exist, or is forbidden.
pub fn fill(bytes: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `bytes`, which is borrowed exclusively through
    // the call.
    unsafe { call(libc::SYS_getrandom, bytes.as_mut_ptr().expose_provenance(), bytes.len(), 0) }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    #[cfg_attr(miri, ignore = "makes a system call")]
    fn fill_differs_between_calls() {
        let [mut first, mut second] = [[0; 32]; 2];
        assert_eq!((fill(&mut first), fill(&mut second)), (Ok(32), Ok(32)));
        assert!(first != second && first != [0; 32]);
        assert_eq!(fill(&mut []), Ok(0));
    }
}
