// The arguments for each function of `functions.rs`.

fn compare_all() {
    for n in -5..22 {
        compare!(fibonacci: [n]);
        compare!(single: [1.0, n.min(12)] [-3.5e30, n.min(12)] [f32::NAN, n.min(9)]);
        compare!(divides: [n.min(9), n] [n.min(9), 3] [n.min(9), -1] [3, n]);
    }
    for n in i8::MIN..=16 {
        compare!(narrow: [n]);
    }
    for n in 0..=u8::MAX {
        for step in [1, 2, 3, 9, 40, 255] {
            compare!(below: [n.min(30), step]);
        }
    }
    for m in 0..3 {
        for n in 0..20 {
            compare!(ackermann: [m, n] [3, n % 5]);
        }
    }
    for n in 0..10 {
        for (a, b) in [(0, 1), (-7, 12), (i64::MAX / 4, 3), (i64::MIN, -1)] {
            compare!(swaps: [a, b, n]);
            compare!(ordered: [a as i32, b as i32, n] [i32::MAX - 2, b as i32, n]);
        }
        compare!(floats: [1.0, n] [-0.0, n] [1e300, n] [f64::INFINITY, n]);
        compare!(letters: [n as u8, 'a'] [n as u8, 'y'] [n as u8, 'ü']);
    }
    for bits in numbers(1_000) {
        let small = |by: u32| (bits >> by) as i32 % 12;
        compare!(tak: [small(0) / 2, small(8) / 2, small(16) / 2]);
        compare!(shadows: [(bits % 500) as i64]);
        compare!(shifts: [bits as i32, (bits >> 40) as u32 % 50] [small(3), small(9) as u32]);
        compare!(true_somewhere: [(bits % 9) as u16, (bits >> 20) as u16]);
        compare!(literals: [bits % 3_000]);
    }
    for n in 0..14 {
        compare!(returns: [n]);
        compare!(loops: [n]);
        compare!(matches: [n, true] [n, false]);
        compare!(wide: [n as i128, 1] [n as i128, u128::MAX - 3] [n as i128 / 2, 1u128 << 120]);
        compare!(statements: [n as usize]);
    }
}
