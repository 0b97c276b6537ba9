//! Overflows 32-bit integers, the type of Ruchy's untyped integers. (A test names the lines.)

fn factorial(n: i32) -> i32 {
    if n < 2 { 1 } else { factorial(n - 1) * n }
}

fn cents(euros: &[i32]) -> i32 {
    let mut cents = 0;
    for euro in euros {
        cents += euro * 100;
    }
    cents
}

pub fn lambda_handler(event: &str) -> String {
    let (operation, number) = event.split_once(' ').unwrap_or((event, "0"));
    let number: i32 = number.parse().unwrap_or_default();
    let result = match operation {
        "factorial" => factorial(number),
        "cents" => cents(&[1, number]),
        "negate" => -number,
        "absolute" => number.abs(),
        _ => [number, number].iter().sum(),
    };
    result.to_string()
}
