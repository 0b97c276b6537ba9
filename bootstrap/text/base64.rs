//! Base64 (RFC 4648, section 4) into a buffer of fixed size. Pure.

use crate::text::buffer::Buffer;

/// Returns the length of `bytes` bytes in base64.
#[must_use]
pub const fn encoded_bytes(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Appends `bytes` in base64, with padding.
pub fn push(buffer: &mut Buffer<'_>, bytes: &[u8]) {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let bits = [16, 8, 0].iter().zip(group).fold(0, |bits, (shift, byte)| bits | usize::from(*byte) << shift);
        let digit = |shift: usize| alphabet[bits >> shift & 63];
        let mut digits = [digit(18), digit(12), digit(6), digit(0)];
        for padding in digits.iter_mut().skip(group.len() + 1) {
            *padding = b'=';
        }
        buffer.push(&digits);
    }
}

#[cfg(test)]
mod tests {
    use super::{encoded_bytes, push};
    use crate::text::buffer::Buffer;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec;
    use std::vec::Vec;

    proptest! {
        #[test]
        fn push_agrees_with_another_encoder(bytes: Vec<u8>) {
            let mut memory = vec![0; encoded_bytes(bytes.len())];
            let mut buffer = Buffer::new(&mut memory);
            push(&mut buffer, &bytes);
            prop_assert!(!buffer.overflowed() && buffer.room() == 0);
            prop_assert_eq!(String::from_utf8(buffer.bytes().into()).unwrap(), STANDARD.encode(&bytes));
        }
    }
}
