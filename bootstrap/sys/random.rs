//! The kernel's random bytes.

use super::{Errno, call};

/// Fills a part of `bytes`, and says how much: all, up to 256 bytes; less than all of what is very long.
///
/// # Errors
/// The kernel's: that it has no such call, or that it is forbidden.
pub fn fill(bytes: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `bytes`, which is borrowed exclusively through the call.
    unsafe { call(libc::SYS_getrandom, bytes.as_mut_ptr().expose_provenance(), bytes.len(), 0) }
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    #[cfg_attr(miri, ignore = "makes a system call")]
    fn bytes_differ_from_one_call_to_the_next() {
        let [mut first, mut second] = [[0; 32]; 2];
        assert_eq!((fill(&mut first), fill(&mut second)), (Ok(32), Ok(32)));
        assert!(first != second && first != [0; 32]);
        assert_eq!(fill(&mut []), Ok(0));
    }
}
