//! Powers modulo an odd number, by Montgomery multiplication. Pure.

use super::super::montgomery;
use alloc::vec;
use alloc::vec::Vec;

/// A number in limbs of 64 bits, the lowest first.
type Limbs = Vec<u64>;

/// An odd modulus.
pub(super) struct Modulus {
    limbs: Limbs,
    bits: usize,
    /// `-1 / modulus` modulo 2⁶⁴.
    negative_inverse: u64,
}

impl Modulus {
    /// Reads a number in big-endian order. Returns `None` if it is even or begins with a zero byte.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let limbs: Limbs = montgomery::limbs(bytes).collect();
        let lowest = limbs.first().filter(|lowest| *lowest % 2 == 1)?;
        let highest = bytes.first().filter(|highest| **highest != 0)?;
        let bits = 8 * bytes.len() - highest.leading_zeros() as usize;
        Some(Self { bits, negative_inverse: montgomery::negative_inverse(*lowest), limbs })
    }

    pub(super) fn bits(&self) -> usize {
        self.bits
    }

    /// Returns `base` to the power of `exponent`, in big-endian order with the length of `base`.
    /// Returns `None` if `base` is not less than the modulus, or longer than it.
    pub(super) fn power(&self, base: &[u8], exponent: u64) -> Option<Vec<u8>> {
        let base_limbs: Limbs = montgomery::limbs(base).collect();
        if base_limbs.len() != self.limbs.len() || !montgomery::is_less(&base_limbs, &self.limbs) {
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
            montgomery::double(&mut number, &self.limbs);
        }
        // Now it is R, which is 1 in Montgomery's form. In that form this calculates R, 2 to the
        // power of `radix_bits`.
        montgomery::double(&mut number, &self.limbs);
        for bit in (0..radix_bits.checked_ilog2().unwrap_or(0)).rev() {
            number = self.multiply(&number, &number);
            if radix_bits >> bit & 1 == 1 {
                montgomery::double(&mut number, &self.limbs);
            }
        }
        number
    }

    /// Returns `a` · `b` / R modulo the modulus (Montgomery's product).
    fn multiply(&self, a: &[u64], b: &[u64]) -> Limbs {
        let mut product = vec![0; self.limbs.len()];
        montgomery::multiply(&mut product, a, b, &self.limbs, self.negative_inverse);
        product
    }
}
