//! Numbers modulo a prime: the coordinates and the scalars of a curve. Pure.

use super::super::montgomery;

/// The largest number of limbs.
const LIMBS_MAX: usize = 6;

/// A number that is less than the modulus, in limbs of 64 bits, the lowest first. Limbs that the
/// field does not use are zero.
pub(super) type Number = [u64; LIMBS_MAX];

/// A prime modulus of `LIMBS` limbs, whose highest bit is set.
pub(super) struct Field {
    modulus: Number,
    limbs: usize,
    negative_inverse: u64,
    /// R² modulo the modulus, where R is 2⁶⁴ to the power of `limbs`.
    square_of_radix: Number,
}

impl Field {
    /// `modulus` has the highest limb first.
    pub(super) const fn new<const LIMBS: usize>(modulus: [u64; LIMBS]) -> Self {
        let modulus = number(modulus);
        assert!(modulus[0] >= 2 && modulus[LIMBS - 1] >> 63 == 1, "`invert` and `parse_digest` rely on both limbs");
        let square_of_radix = power_of_two(&modulus, LIMBS, 128 * LIMBS);
        Self { modulus, limbs: LIMBS, negative_inverse: montgomery::negative_inverse(modulus[0]), square_of_radix }
    }

    pub(super) fn bytes(&self) -> usize {
        8 * self.limbs
    }

    pub(super) fn bits(&self) -> usize {
        64 * self.limbs
    }

    /// Reads a number in big-endian order. Returns `None` if it is not less than the modulus.
    pub(super) fn parse(&self, bytes: &[u8]) -> Option<Number> {
        let mut number = Number::default();
        if bytes.len() > self.bytes() {
            return None;
        }
        number.iter_mut().zip(montgomery::limbs(bytes)).for_each(|(limb, read)| *limb = read);
        montgomery::is_less(&number, &self.modulus).then_some(number)
    }

    /// Reads the highest bits of a digest, as many as the modulus has, and reduces the number.
    pub(super) fn parse_digest(&self, digest: &[u8]) -> Number {
        let mut number = Number::default();
        let digest = digest.get(..self.bytes()).unwrap_or(digest);
        number.iter_mut().zip(montgomery::limbs(digest)).for_each(|(limb, read)| *limb = read);
        // Once is enough, because the highest bit of the modulus is set.
        montgomery::reduce(&mut number, 0, &self.modulus);
        number
    }

    pub(super) fn add(&self, a: &Number, b: &Number) -> Number {
        let mut sum = *a;
        let used = self.used_mut(&mut sum);
        let carry = montgomery::add(used, b);
        montgomery::reduce(used, carry, self.used(&self.modulus));
        sum
    }

    pub(super) fn subtract(&self, a: &Number, b: &Number) -> Number {
        let mut difference = *a;
        let used = self.used_mut(&mut difference);
        if montgomery::subtract(used, b) {
            montgomery::add(used, &self.modulus);
        }
        difference
    }

    /// Returns `a` · `b` / R (Montgomery's product).
    pub(super) fn multiply(&self, a: &Number, b: &Number) -> Number {
        let mut product = Number::default();
        montgomery::multiply(self.used_mut(&mut product), self.used(a), self.used(b), self.used(&self.modulus), self.negative_inverse);
        product
    }

    /// Returns `a` · R: Montgomery's form.
    pub(super) fn to_montgomery(&self, a: &Number) -> Number {
        self.multiply(a, &self.square_of_radix)
    }

    /// Returns 1 in Montgomery's form.
    pub(super) fn one(&self) -> Number {
        self.to_montgomery(&[1, 0, 0, 0, 0, 0])
    }

    /// Returns 1 / `a`, both in Montgomery's form: `a` to the power of the modulus less two.
    pub(super) fn invert(&self, a: &Number) -> Number {
        let mut exponent = self.modulus;
        // The lowest limb is at least 2 ([`Self::new`]), so nothing is borrowed from the next.
        montgomery::subtract(&mut exponent, &[2]);
        let mut power = self.one();
        for place in (0..self.bits()).rev() {
            power = self.multiply(&power, &power);
            if bits(&exponent, place, 1) == 1 {
                power = self.multiply(&power, a);
            }
        }
        power
    }

    fn used<'a>(&self, number: &'a Number) -> &'a [u64] {
        number.get(..self.limbs).unwrap_or_default()
    }

    fn used_mut<'a>(&self, number: &'a mut Number) -> &'a mut [u64] {
        number.get_mut(..self.limbs).unwrap_or_default()
    }

    /// Returns the sum of `number` and the modulus of `other`, if it is less than the modulus of
    /// this field.
    pub(super) fn add_modulus(&self, number: &Number, other: &Field) -> Option<Number> {
        let mut sum = *number;
        let carry = montgomery::add(self.used_mut(&mut sum), &other.modulus);
        (carry == 0 && montgomery::is_less(&sum, &self.modulus)).then_some(sum)
    }
}

/// Returns `count` bits of `number` from `place` on. They are in one limb.
pub(super) fn bits(number: &Number, place: usize, count: u32) -> usize {
    let limb = number.get(place / 64).copied().unwrap_or_default() >> (place % 64);
    usize::try_from(limb & !(u64::MAX << count)).unwrap_or_default()
}

/// Reverses the limbs of a number that begins with the highest one.
pub(super) const fn number<const LIMBS: usize>(highest_first: [u64; LIMBS]) -> Number {
    let mut number = [0; LIMBS_MAX];
    let mut place = 0;
    while place < LIMBS {
        number[place] = highest_first[LIMBS - 1 - place];
        place += 1;
    }
    number
}

/// Returns 2 to the power of `exponent` modulo a modulus of `limbs` limbs. Only the compiler calls
/// it.
const fn power_of_two(modulus: &Number, limbs: usize, exponent: usize) -> Number {
    let mut number: Number = [0; LIMBS_MAX];
    number[0] = 1;
    let mut round = 0;
    while round < exponent {
        montgomery::double(number.split_at_mut(limbs).0, modulus.split_at(limbs).0);
        round += 1;
    }
    number
}

#[cfg(test)]
impl Field {
    pub(super) fn modulus(&self) -> num_bigint::BigUint {
        let bytes: alloc::vec::Vec<u8> = self.modulus.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        num_bigint::BigUint::from_bytes_be(&bytes)
    }
}
