//! Bytes as choices, in order: a small change of the bytes is a small change of the actions. After
//! their end every byte is zero.

/// The remaining choices.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'bytes>(pub &'bytes [u8]);

impl<'bytes> Draw<'bytes> {
    /// Returns true if no bytes remain.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns one byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or(0)
    }

    /// Returns a number of two bytes.
    pub fn word(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// Returns at most `count` bytes.
    pub fn bytes(&mut self, count: usize) -> &'bytes [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Returns as many bytes as the first byte states.
    pub fn run(&mut self) -> &'bytes [u8] {
        let count = self.byte();
        self.bytes(count.into())
    }

    /// Returns one of `choices`.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}
