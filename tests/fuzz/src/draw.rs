//! Bytes as choices, in the order they come: a small change of the bytes is a small change of what is done. Beyond their end all is zero.

/// Choices still to be made.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'bytes>(pub &'bytes [u8]);

impl<'bytes> Draw<'bytes> {
    /// Whether there is nothing left to draw from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// A number of two bytes.
    pub fn word(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// At most `count` bytes.
    pub fn bytes(&mut self, count: usize) -> &'bytes [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// As many bytes as the first one says.
    pub fn run(&mut self) -> &'bytes [u8] {
        let count = self.byte();
        self.bytes(count.into())
    }

    /// One of `choices`.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}
