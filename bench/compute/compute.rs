//! `just bench-compute`: the same functions compiled by rustc without inlining. compute FUNCTION
//! NUMBER... prints nanoseconds and the result.

#![allow(dead_code, reason = "the functions' handlers are not called here")]

use std::time::Instant;

#[path = "functions/base64_encode.rs"]
mod base64_encode;
#[path = "functions/dot_product.rs"]
mod dot_product;
#[path = "functions/json_walk.rs"]
mod json_walk;
#[path = "functions/matrix_product.rs"]
mod matrix_product;
#[path = "functions/n_body.rs"]
mod n_body;
#[path = "functions/quicksort.rs"]
mod quicksort;
#[path = "functions/sieve.rs"]
mod sieve;
#[path = "functions/string_search.rs"]
mod string_search;
#[path = "functions/sum.rs"]
mod sum;

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
        "fibonacci" => i64::from(fibonacci(n[0])),
        "tak" => i64::from(tak(n[0], n[1], n[2])),
        "collatz" => i64::from(collatz(n[0] as u32)),
        "sum" => sum::sum(n[0] as usize) as i64,
        "dot_product" => dot_product::dot_product(n[0] as usize) as i64,
        "matrix_product" => matrix_product::matrix_product(n[0] as usize) as i64,
        "string_search" => string_search::string_search(n[0] as usize) as i64,
        "quicksort" => quicksort::quicksort(n[0] as usize) as i64,
        "sieve" => sieve::sieve(n[0] as usize) as i64,
        "n_body" => n_body::n_body(n[0] as u32) as i64,
        "base64_encode" => base64_encode::base64_encode(n[0] as usize) as i64,
        "json_walk" => json_walk::json_walk(n[0] as u32) as i64,
        other => panic!("no function is named {other}"),
    };
    println!("{} {result}", start.elapsed().as_nanos());
}
