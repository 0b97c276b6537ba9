//! Encodes as many bytes as the event states, a multiple of three, in base64, and sums the result.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8], encoded: &mut [u8]) {
    for (three, four) in bytes.chunks_exact(3).zip(encoded.chunks_exact_mut(4)) {
        let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        four[0] = DIGITS[(bits >> 18) as usize & 63];
        four[1] = DIGITS[(bits >> 12) as usize & 63];
        four[2] = DIGITS[(bits >> 6) as usize & 63];
        four[3] = DIGITS[bits as usize & 63];
    }
}

pub fn base64_encode(count: usize) -> u32 {
    let mut state = 1u32;
    let bytes: Vec<u8> = (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let mut encoded = vec![0; count / 3 * 4];
    encode(&bytes, &mut encoded);
    encoded.iter().fold(0u32, |total, byte| total.wrapping_mul(31).wrapping_add(u32::from(*byte)))
}

pub fn lambda_handler(event: &str) -> String {
    base64_encode(event.parse().unwrap_or(0)).to_string()
}
