//! The dot product of two arrays of the event's length, repeated many times.

const PASSES: u32 = 300;

fn numbers(count: usize, seed: u32) -> Vec<u32> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        })
        .collect()
}

pub fn dot_product(count: usize) -> u32 {
    let (left, right) = (numbers(count, 1), numbers(count, 2));
    let mut total = 0u32;
    for pass in 0..PASSES {
        let pairs = left.iter().zip(&right);
        total = pairs.fold(total.rotate_left(1), |total, (a, b)| total.wrapping_add((a ^ pass).wrapping_mul(*b)));
    }
    total
}

pub fn lambda_handler(event: &str) -> String {
    dot_product(event.parse().unwrap_or(0)).to_string()
}
