//! Counts the primes below the event's number with the sieve of Eratosthenes.

pub fn sieve(limit: usize) -> u32 {
    let mut is_composite = vec![false; limit];
    let mut primes = 0;
    for number in 2..limit {
        if is_composite[number] {
            continue;
        }
        primes += 1;
        let mut multiple = number * number;
        while multiple < limit {
            is_composite[multiple] = true;
            multiple += number;
        }
    }
    primes
}

pub fn lambda_handler(event: &str) -> String {
    sieve(event.parse().unwrap_or(0)).to_string()
}
