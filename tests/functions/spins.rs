//! Prints that it runs, then runs until it is ended; or, if the event is a number, for this many
//! milliseconds.

pub fn lambda_handler(context: &Context, event: &str) -> String {
    println!("spinning");
    let until = event.parse().map_or(0, |remaining: u64| remaining);
    while context.remaining_ms() > until {}
    "spun".to_string()
}
