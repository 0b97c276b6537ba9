//! `just bench-compute`: the same functions as rustc makes them by itself. compute FUNCTION NUMBER... prints nanoseconds and the result.

use std::time::Instant;

fn fibonacci(n: i32) -> i32 {
    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

fn tak(x: i32, y: i32, z: i32) -> i32 {
    if y < x { tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) } else { z }
}

fn collatz(limit: u32) -> u32 {
    let mut longest = 0;
    for first in 1..limit {
        let mut n = u64::from(first);
        let mut steps = 0;
        while n != 1 {
            n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
            steps += 1;
        }
        longest = longest.max(steps);
    }
    longest
}

fn main() {
    let name = std::env::args().nth(1).unwrap();
    let n: Vec<i32> = std::env::args().skip(2).map(|word| word.parse().unwrap()).collect();
    let start = Instant::now();
    let result = match name.as_str() {
        "fibonacci" => fibonacci(n[0]),
        "tak" => tak(n[0], n[1], n[2]),
        _ => collatz(n[0] as u32) as i32,
    };
    println!("{} {result}", start.elapsed().as_nanos());
}
