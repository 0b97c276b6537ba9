//! Arithmetic modulo an odd number on limbs of 64 bits, the lowest first. Pure. All inputs are
//! public, so nothing here runs in constant time.

/// Returns `-1 / modulus` modulo 2⁶⁴, given the lowest limb of an odd modulus.
pub(super) const fn negative_inverse(lowest: u64) -> u64 {
    // Newton's method doubles the number of correct bits, of which an odd number has three at
    // first.
    let mut inverse = lowest;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse)));
        round += 1;
    }
    inverse.wrapping_neg()
}

/// Sets `product` to `a` · `b` / R modulo `modulus` (Montgomery's product), where R is 2⁶⁴ to the
/// power of the number of limbs. All slices have the same length, and `a` or `b` is less than the
/// modulus.
#[inline(never)]
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product")]
pub(super) fn multiply(product: &mut [u64], a: &[u64], b: &[u64], modulus: &[u64], negative_inverse: u64) {
    product.fill(0);
    let mut highest = 0;
    for factor in a {
        // The multiple of the modulus that makes the lowest limb of the sum zero, which is dropped.
        let lowest = product.first().map_or(0, |limb| limb.wrapping_add(factor.wrapping_mul(b.first().copied().unwrap_or(0))));
        let multiple = lowest.wrapping_mul(negative_inverse);
        let (mut carry, mut carry_of_multiple) = (0, 0);
        let mut previous = &mut 0;
        for ((limb, other), limb_of_modulus) in product.iter_mut().zip(b).zip(modulus) {
            let sum = u128::from(*limb) + u128::from(*factor) * u128::from(*other) + u128::from(carry);
            carry = (sum >> 64) as u64;
            let sum = u128::from(sum as u64) + u128::from(multiple) * u128::from(*limb_of_modulus) + u128::from(carry_of_multiple);
            carry_of_multiple = (sum >> 64) as u64;
            *previous = sum as u64;
            previous = limb;
        }
        let sum = u128::from(highest) + u128::from(carry) + u128::from(carry_of_multiple);
        *previous = sum as u64;
        highest = (sum >> 64) as u64;
    }
    reduce(product, highest, modulus);
}

/// Subtracts the modulus once from `carry` and `number` if they are not less than it. Both have the
/// same length.
pub(super) const fn reduce(number: &mut [u64], carry: u64, modulus: &[u64]) {
    if carry != 0 || !is_less(number, modulus) {
        subtract(number, modulus);
    }
}

/// Doubles `number` modulo the modulus. Both have the same length.
pub(super) const fn double(number: &mut [u64], modulus: &[u64]) {
    let (mut carry, mut index) = (0, 0);
    while index < number.len() {
        (number[index], carry) = (number[index] << 1 | carry, number[index] >> 63);
        index += 1;
    }
    reduce(number, carry, modulus);
}

/// Subtracts `other` from `number`, and returns whether the result is negative.
pub(super) const fn subtract(number: &mut [u64], other: &[u64]) -> bool {
    let (mut borrow, mut index) = (false, 0);
    while index < number.len() && index < other.len() {
        let (difference, first) = number[index].overflowing_sub(other[index]);
        let (difference, second) = difference.overflowing_sub(borrow as u64);
        (number[index], borrow) = (difference, first || second);
        index += 1;
    }
    borrow
}

/// Adds `other` to `number`, and returns the carry.
pub(super) fn add(number: &mut [u64], other: &[u64]) -> u64 {
    let mut carry = false;
    for (limb, added) in number.iter_mut().zip(other) {
        let (sum, first) = limb.overflowing_add(*added);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (*limb, carry) = (sum, first || second);
    }
    u64::from(carry)
}

/// Reads a number in big-endian order, the limbs in order of their significance.
pub(super) fn limbs(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.rchunks(8).map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte)))
}

/// Compares numbers of the same length.
pub(super) const fn is_less(mut a: &[u64], mut b: &[u64]) -> bool {
    while let (Some((highest_of_a, lower_of_a)), Some((highest_of_b, lower_of_b))) = (a.split_last(), b.split_last()) {
        if *highest_of_a != *highest_of_b {
            return *highest_of_a < *highest_of_b;
        }
        (a, b) = (lower_of_a, lower_of_b);
    }
    false
}
