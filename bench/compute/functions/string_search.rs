//! Counts the occurrences of a string of eight letters in a text of the event's length, with a
//! comparison at each position.

const NEEDLE: &[u8; 8] = b"abbabaab";
const PASSES: u32 = 4;

pub fn string_search(length: usize) -> u32 {
    let mut state = 1u32;
    let text: Vec<u8> = (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b'a' + (state >> 31) as u8
        })
        .collect();
    let mut found = 0u32;
    for pass in 0..PASSES {
        let text = text.get(pass as usize..).unwrap_or_default();
        found = found.wrapping_mul(31).wrapping_add(text.windows(NEEDLE.len()).filter(|window| *window == NEEDLE).count() as u32);
    }
    found
}

pub fn lambda_handler(event: &str) -> String {
    string_search(event.parse().unwrap_or(0)).to_string()
}
