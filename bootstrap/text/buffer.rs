//! A byte buffer of fixed size that text is appended to. It never grows and never panics: a piece
//! that does not fit is omitted completely, and [`Buffer::overflowed`] is true afterwards. Pure.

use crate::text::bytes::slice;
use core::fmt;

/// Bytes appended to borrowed memory.
pub struct Buffer<'memory> {
    memory: &'memory mut [u8],
    used: usize,
    overflowed: bool,
}

impl<'memory> Buffer<'memory> {
    /// Creates an empty buffer over `memory`; its capacity is `memory.len()` bytes.
    pub fn new(memory: &'memory mut [u8]) -> Self {
        Self { memory, used: 0, overflowed: false }
    }

    /// Appends `bytes`, or nothing if they do not fit. Returns whether they did.
    #[inline(never)] // inlining it into its many callers would enlarge the file
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let end = self.used.wrapping_add(bytes.len());
        match self.memory.get_mut(self.used..end) {
            // The lengths are equal; the test lets the compiler remove the panic.
            Some(room) if room.len() == bytes.len() && !self.overflowed => {
                room.copy_from_slice(bytes);
                self.used = end;
                true
            }
            _ => {
                self.overflowed = true;
                false
            }
        }
    }

    /// Appends `number` in decimal.
    pub fn push_integer(&mut self, number: u32) -> bool {
        self.push(itoa::Buffer::new().format(number).as_bytes())
    }

    /// Appends `number` in hexadecimal.
    pub fn push_hexadecimal(&mut self, number: usize) {
        let (leading, last) = (number >> 4, number & 15);
        if leading != 0 {
            self.push_hexadecimal(leading);
        }
        self.push(&[b"0123456789abcdef"[last]]);
    }

    /// Appends `address` in the usual form: `0x401234`.
    pub fn push_address(&mut self, address: usize) {
        self.push(b"0x");
        self.push_hexadecimal(address);
    }

    /// Removes the last byte.
    pub fn pop(&mut self) {
        self.used = self.used.saturating_sub(1);
    }

    /// Replaces each newline and carriage return with a blank.
    pub fn replace_newlines(&mut self) {
        for byte in self.memory.iter_mut().take(self.used) {
            if matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    /// True if something did not fit. Nothing is appended after that.
    #[must_use]
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Returns the number of bytes that still fit.
    #[must_use]
    pub fn room(&self) -> usize {
        self.memory.len() - self.used
    }

    /// Returns the bytes appended so far.
    #[inline(never)]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        slice(self.memory, 0, self.used)
    }

    /// Returns the bytes appended, with the lifetime of the memory.
    #[must_use]
    pub fn into_bytes(self) -> &'memory [u8] {
        slice(self.memory, 0, self.used)
    }
}

/// Writes whole characters as long as they fit, and omits the remainder.
impl fmt::Write for Buffer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut utf8 = [0; 4];
        let fits = text.chars().all(|character| self.push(character.encode_utf8(&mut utf8).as_bytes()));
        if fits { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::Buffer;

    #[test]
    fn buffer_appends_text_and_integers() {
        let mut memory = [0; 32];
        let mut buffer = Buffer::new(&mut memory);
        assert!(buffer.push(b"Content-Length: "));
        assert!(buffer.push_integer(6_291_556));
        assert_eq!(buffer.bytes(), b"Content-Length: 6291556");
        assert_eq!(buffer.room(), 9);
    }

    #[test]
    fn buffer_appends_addresses_in_hexadecimal() {
        for (address, expected) in [(0, "0x0"), (0xf, "0xf"), (0x40_1234, "0x401234"), (usize::MAX, "0xffffffffffffffff")] {
            let mut memory = [0; 18];
            let mut buffer = Buffer::new(&mut memory);
            buffer.push_address(address);
            assert_eq!(buffer.bytes(), expected.as_bytes());
        }
    }

    #[test]
    fn buffer_omits_pieces_after_an_overflow() {
        let mut memory = [0; 4];
        let mut buffer = Buffer::new(&mut memory);
        assert!(buffer.push(b"abc"));
        assert!(!buffer.push(b"de"));
        assert!(!buffer.push(b"f"), "after an overflow nothing may follow: the text would have a gap");
        assert!(buffer.overflowed());
        assert_eq!(buffer.into_bytes(), b"abc");
    }

    #[test]
    fn buffer_exactly_full_has_not_overflowed() {
        let mut memory = [0; 3];
        let mut buffer = Buffer::new(&mut memory);
        assert!(buffer.push(b"abc"));
        assert!(!buffer.overflowed());
        assert!(buffer.push(b""));
    }
}
