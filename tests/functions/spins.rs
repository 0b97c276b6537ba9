//! Runs until it is ended, having said that it does; or, where the event is a number, for so many milliseconds.

pub fn lambda_handler(context: &Context, event: &str) -> String {
    println!("spinning");
    let until = event.parse().map_or(0, |remaining: u64| remaining);
    while context.remaining_ms() > until {}
    "spun".to_string()
}
