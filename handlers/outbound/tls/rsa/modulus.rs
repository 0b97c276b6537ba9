//! Powers modulo an odd number, by Montgomery multiplication. Pure.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A number in limbs of 64 bits, the lowest first.
type Limbs = Vec<u64>;

/// An odd modulus.
pub(super) struct Modulus {
    limbs: Limbs,
    bits: usize,
    /// `-1 / modulus` modulo 2⁶⁴.
    inverse: u64,
}

impl Modulus {
    /// Reads a number in big-endian order. Returns `None` if it is even or begins with a zero byte.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let limbs = limbs(bytes);
        let lowest = limbs.first().filter(|lowest| *lowest % 2 == 1)?;
        let highest = bytes.first().filter(|highest| **highest != 0)?;
        let bits = 8 * bytes.len() - highest.leading_zeros() as usize;
        // Newton's method doubles the number of correct bits, of which an odd number has three at
        // first.
        let mut inverse = *lowest;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(lowest.wrapping_mul(inverse)));
        }
        Some(Self { bits, inverse: inverse.wrapping_neg(), limbs })
    }

    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    /// Returns `base` to the power of `exponent`, in big-endian order with the length of `base`.
    /// Returns `None` if `base` is not less than the modulus, or longer than it.
    pub(super) fn power(&self, base: &[u8], exponent: u64) -> Option<Vec<u8>> {
        let base_limbs = limbs(base);
        if base_limbs.len() != self.limbs.len() || !is_less(&base_limbs, &self.limbs) {
            return None;
        }
        let factor = self.multiply(&base_limbs, &self.square_of_radix());
        let mut power = factor.clone();
        for bit in (0..exponent.checked_ilog2()?).rev() {
            power = self.multiply(&power, &power);
            if exponent >> bit & 1 == 1 {
                power = self.multiply(&power, &factor);
            }
        }
        let mut one = vec![0; self.limbs.len()];
        *one.first_mut()? = 1;
        let power = self.multiply(&power, &one);
        let bytes: Vec<u8> = power.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        bytes.get(bytes.len().checked_sub(base.len())?..).map(<[u8]>::to_vec)
    }

    /// Returns R² modulo the modulus, where R is 2⁶⁴ to the power of the number of limbs.
    fn square_of_radix(&self) -> Limbs {
        let radix_bits = 64 * self.limbs.len();
        // The highest power of two that is less than the modulus.
        let mut number = vec![0; self.limbs.len()];
        if let Some(limb) = number.get_mut((self.bits - 1) / 64) {
            *limb = 1 << ((self.bits - 1) % 64);
        }
        for _ in self.bits - 1..radix_bits {
            self.double(&mut number);
        }
        // Now it is R, which is 1 in Montgomery's form. In that form this calculates R, 2 to the
        // power of `radix_bits`.
        self.double(&mut number);
        for bit in (0..radix_bits.checked_ilog2().unwrap_or(0)).rev() {
            number = self.multiply(&number, &number);
            if radix_bits >> bit & 1 == 1 {
                self.double(&mut number);
            }
        }
        number
    }

    /// Doubles `number` modulo the modulus.
    fn double(&self, number: &mut Limbs) {
        let mut carry = 0;
        for limb in number.iter_mut() {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 63);
        }
        self.reduce(number, carry);
    }

    /// Subtracts the modulus once from `carry` and `number` if they are not less than it.
    fn reduce(&self, number: &mut Limbs, carry: u64) {
        if carry == 0 && is_less(number, &self.limbs) {
            return;
        }
        let mut borrow = false;
        for (limb, subtracted) in number.iter_mut().zip(&self.limbs) {
            let (difference, first) = limb.overflowing_sub(*subtracted);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (difference, first || second);
        }
    }

    /// Returns `a` · `b` / R modulo the modulus (Montgomery's product).
    fn multiply(&self, a: &[u64], b: &[u64]) -> Limbs {
        let mut product = vec![0; self.limbs.len()];
        let mut highest = 0;
        for factor in a {
            let carry = add_product(&mut product, *factor, b);
            let (sum, is_carried) = carry.overflowing_add(highest);
            // Adds the multiple of the modulus that makes the lowest limb zero, and drops that
            // limb.
            let multiple = product.first().map_or(0, |lowest| lowest.wrapping_mul(self.inverse));
            let carry = add_product(&mut product, multiple, &self.limbs);
            let (sum, is_carried_again) = sum.overflowing_add(carry);
            product.copy_within(1.., 0);
            if let Some(last) = product.last_mut() {
                *last = sum;
            }
            highest = u64::from(is_carried) + u64::from(is_carried_again);
        }
        self.reduce(&mut product, highest);
        product
    }
}

/// Adds `factor` · `number` to `sum`, and returns the carry.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a product")]
fn add_product(sum: &mut [u64], factor: u64, number: &[u64]) -> u64 {
    let mut carry = 0;
    for (limb, other) in sum.iter_mut().zip(number) {
        let total = u128::from(*limb) + u128::from(factor) * u128::from(*other) + u128::from(carry);
        (*limb, carry) = (total as u64, (total >> 64) as u64);
    }
    carry
}

/// Reads a number in big-endian order.
fn limbs(bytes: &[u8]) -> Limbs {
    let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    bytes.rchunks(8).map(limb).collect()
}

/// Compares numbers of the same length.
fn is_less(a: &[u64], b: &[u64]) -> bool {
    a.iter().rev().cmp(b.iter().rev()) == Ordering::Less
}
