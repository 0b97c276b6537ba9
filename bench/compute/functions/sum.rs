//! Sums an array of the event's length, repeated many times.

const PASSES: u32 = 400;

fn numbers(count: usize) -> Vec<u32> {
    let mut state = 1u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        })
        .collect()
}

pub fn sum(count: usize) -> u32 {
    let numbers = numbers(count);
    let mut total = 0u32;
    for pass in 0..PASSES {
        total = numbers.iter().fold(total.rotate_left(1), |total, number| total.wrapping_add(number ^ pass));
    }
    total
}

pub fn lambda_handler(event: &str) -> String {
    sum(event.parse().unwrap_or(0)).to_string()
}
