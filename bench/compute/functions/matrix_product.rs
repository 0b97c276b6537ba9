//! The product of two square matrices of the event's size, and the sum of its elements. All are
//! integers, so the sum is exact.

fn matrix(size: usize, seed: u32) -> Vec<f64> {
    let mut state = seed;
    (0..size * size)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 24)
        })
        .collect()
}

pub fn matrix_product(size: usize) -> u64 {
    let (left, right) = (matrix(size, 1), matrix(size, 2));
    let mut product = vec![0.0; size * size];
    for (row, left) in product.chunks_exact_mut(size).zip(left.chunks_exact(size)) {
        for (factor, right) in left.iter().zip(right.chunks_exact(size)) {
            for (sum, element) in row.iter_mut().zip(right) {
                *sum += factor * element;
            }
        }
    }
    product.iter().sum::<f64>() as u64
}

pub fn lambda_handler(event: &str) -> String {
    matrix_product(event.parse().unwrap_or(1)).to_string()
}
