//! Mixes the event's length with many 16-byte constants, like ciphers and hash functions. None of
//! them may be in the file's first page.

/// Four lanes of a different constant for each round.
const fn lanes(round: u32) -> [u32; 4] {
    let mut lanes = [round.wrapping_add(1).wrapping_mul(0x9e37_79b9); 4];
    let mut lane = 1;
    while lane < 4 {
        lanes[lane] = lanes[lane - 1].rotate_left(13).wrapping_mul(0x85eb_ca6b);
        lane += 1;
    }
    lanes
}

macro_rules! rounds {
    ($state:ident: $($high:literal)*) => { $(rounds!($state, $high; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);)* };
    ($state:ident, $high:literal; $($low:literal)*) => { $({
        let lanes = core::hint::black_box(const { lanes($high * 16 + $low) });
        for lane in 0..4 {
            $state[lane] = ($state[lane] ^ lanes[lane]).rotate_left(7);
        }
    })* };
}

pub fn lambda_handler(event: &str) -> String {
    let mut state = [event.bytes().fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(byte))); 4];
    rounds!(state: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
    state.iter().fold(0, |all, lane| all ^ lane).to_string()
}
