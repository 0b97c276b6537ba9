fn steps(start: i64) -> i64 {
    let mut n = start;
    let mut count = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        count += 1;
    }
    count
}

fn main() {
    let mut longest = 0;
    for start in 1..300_000 {
        let count = steps(start);
        if count > longest {
            longest = count;
        }
    }
    println!("{longest}");
}
