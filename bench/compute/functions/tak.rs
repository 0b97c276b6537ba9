//! Recursion in which no two calls are equal; the event is, for example, `18 12 6`.

fn tak(x: i32, y: i32, z: i32) -> i32 {
    if y < x { tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) } else { z }
}

pub fn lambda_handler(event: &str) -> String {
    let mut numbers = event.split(' ').map(|word| word.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    tak(next(), next(), next()).to_string()
}
