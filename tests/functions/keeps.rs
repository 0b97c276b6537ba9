//! Uses the heap: builds a string from many pieces of many sizes, and answers with a part of it.

pub fn lambda_handler(event: &str) -> String {
    let count: usize = event.parse().unwrap_or_default();
    let pieces: Vec<String> = (0..count).map(|index| "x".repeat(index * 7 % 300) + &index.to_string()).collect();
    let joined = pieces.join(",");
    format!("{} bytes, ends in {}", joined.len(), &joined[joined.len().saturating_sub(5)..])
}
