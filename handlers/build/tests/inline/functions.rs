//! Functions whose recursion is inlined, each for a possible error. `driver.rs` calls them and
//! their copies.

const LAST: u32 = 3;

pub fn fibonacci(n: i32) -> i32 {
    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

/// Overflows upwards within a few steps.
pub fn narrow(n: i8) -> i8 {
    if n <= 1 { n } else { narrow(n - 1) + narrow(n - 2) }
}

/// Overflows downwards at different depths. The order matters: a panic of the first operand hides
/// that of the second.
pub(crate) fn below(n: u8, step: u8) -> u8 {
    if n == 0 {
        return step;
    }
    below(n.saturating_sub(step), step / 2 + 1) - below(n / 2, step) * 3
}

/// Divides by zero at some depth.
fn divides(n: i32, by: i32) -> i32 {
    if n <= 0 {
        100 / by
    } else {
        divides(n - 1, by - 1)
            + divides(
                n - 2, // a comment that a copy leaves out
                by - 2,
            )
    }
}

/// One call is an argument of the other.
pub fn ackermann(m: u32, n: u32) -> u32 {
    if m == 0 {
        n + 1
    } else if n == 0 {
        ackermann(m - 1, 1)
    } else {
        ackermann(m - 1, ackermann(m, n - 1))
    }
}

pub fn tak(x: i32, y: i32, z: i32) -> i32 {
    if y < x { tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) } else { z }
}

/// Parameters are swapped: a copy that binds them one after the other would mix them up.
pub fn swaps(a: i64, b: i64, n: u32) -> i64 {
    if n == 0 { a - b } else { swaps(b, a, n - 1) * 3 - swaps(b - a, a + b, n / 2) }
}

/// Arguments that change the value of later arguments.
pub fn ordered(mut x: i32, y: i32, n: u32) -> i32 {
    if n == 0 {
        return x - y;
    }
    ordered(x, { x += 1; x }, n - 1) + ordered({ x *= 2; x }, x - y, n / 2) + x
}

/// Locals that shadow parameters and each other.
pub fn shadows(n: i64) -> i64 {
    let value = n % 5;
    let n = n / 2;
    if n == 0 {
        let n = value + 1;
        return n * 7;
    }
    let value = shadows(n) - value;
    let (n, m) = (value, n);
    value + shadows(m - 1) * n
}

/// `return` within loops and arguments.
pub fn returns(n: u32) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        if i > 4 {
            return sum + returns(if n > 9 { return sum * 2 } else { i - 2 });
        }
        sum += returns(i) + 1;
    }
    sum
}

/// Loops with their own `break` and `continue`, around and inside copies.
pub fn loops(n: u32) -> u32 {
    let mut left = n;
    let mut sum = 1u32;
    while left > 1 {
        left -= 2;
        if left % 3 == 1 {
            continue;
        }
        sum = sum.wrapping_add(loops(left));
        let more = loop {
            if sum % 2 == 0 || left == 0 {
                break loops(left / 2);
            }
            left -= 1;
        };
        sum = sum.wrapping_mul(31) ^ more;
    }
    sum
}

pub fn matches(n: u32, sign: bool) -> i64 {
    match (n, sign) {
        (0, _) => 1,
        (LAST, true) => -5,
        (1 | 2, sign) if !sign => 2,
        (4..=6, false) => matches(n - 2, true) - matches(n - 4, sign),
        (n, sign) => matches(n - 1, !sign) + matches(n / 2, sign) * n as i64,
    }
}

pub fn true_somewhere(n: u16, bits: u16) -> bool {
    n != 0 && (bits & 1 == 1 && true_somewhere(n - 1, bits >> 1) || !true_somewhere(n - 1, bits ^ n))
}

pub fn letters(n: u8, letter: char) -> char {
    if n == 0 {
        return letter;
    }
    let left = letters(n - 1, if letter == 'z' { 'a' } else { (letter as u8 + 1) as char });
    let right = letters(n - 1, '\'');
    if left < right { right } else { left }
}

pub fn floats(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 / x } else { floats(x * 0.5, n - 1) - floats(-x, n - 1) * floats(x + 1.5, n / 2) }
}

pub fn single(x: f32, n: i32) -> f32 {
    if n < 1 { x } else { single(x / 3.0, n - 1) + single(x - 1e-3, n - 2) }
}

/// Shifts by too much, and the only negation and division that overflow.
pub fn shifts(x: i32, by: u32) -> i32 {
    if by > 40 { -x } else { (shifts(x << by, by + 9) / (by as i32 - 13)) ^ shifts(i32::MIN + x, by + 11) }
}

pub fn wide(n: i128, m: u128) -> i128 {
    if n < 2 { n } else { wide(n - 1, m.wrapping_mul(3)) * wide(n - 2, m + 1) + m as i128 }
}

/// Calls with unused results, calls at the start of a statement, and a result that needs its type.
pub fn statements(n: usize) -> isize {
    if n < 2 {
        return 1;
    }
    statements(n - 2);
    statements(n - 1) as isize - if statements(n - 2) < 0 { 1 } else { 0 };
    let unset;
    unset = statements(n - 1).wrapping_sub(3);
    statements(n - 2).min(unset).pow(2) + 1
}

pub fn literals(n: u64) -> u64 {
    if n == 0 { 1 } else { match literals(n / 2) { 1 => 1 << 40, other => other % 1_000_003 + literals(n / 3) } }
}
