//! Loops without recursion: the longest of the Collatz chains that begin below the event's number.

fn collatz(limit: u32) -> u32 {
    let mut longest = 0;
    for first in 1..limit {
        let mut n = first as u64;
        let mut steps = 0;
        while n != 1 {
            n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
            steps += 1;
        }
        longest = longest.max(steps);
    }
    longest
}

pub fn lambda_handler(event: &str) -> String {
    collatz(event.parse().unwrap_or(0)).to_string()
}
