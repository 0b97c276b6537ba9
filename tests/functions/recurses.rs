//! Divides by zero in a recursive call: its recursion is inlined.

fn shares(n: i32, among: i32) -> i32 {
    if n <= 0 {
        return 100 / among;
    }
    shares(n - 1, among) + shares(n - 2, among - 1)
}

pub fn lambda_handler(event: &str) -> String {
    let n = event.len() as i32;
    shares(n, n).to_string()
}
