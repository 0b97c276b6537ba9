//! Verification of ECDSA signatures (FIPS 186-5, section 6.4.2) with the curves P-256 and P-384.
//! Pure.
//!
//! All inputs are public, so nothing here runs in constant time. There is neither signing nor key
//! exchange.

mod field;

use super::der;
use field::{Field, Number, bits, number};

/// A curve y² = x³ − 3x + b of prime order.
pub struct Curve {
    field: Field,
    order: Field,
    b: Number,
    generator: (Number, Number),
}

/// P-256 (SP 800-186, section 3.2.1.3).
pub static P256: Curve = Curve {
    field: Field::new([0xffff_ffff_0000_0001, 0, 0xffff_ffff, 0xffff_ffff_ffff_ffff]),
    order: Field::new([0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551]),
    b: number([0x5ac6_35d8_aa3a_93e7, 0xb3eb_bd55_7698_86bc, 0x651d_06b0_cc53_b0f6, 0x3bce_3c3e_27d2_604b]),
    generator: (
        number([0x6b17_d1f2_e12c_4247, 0xf8bc_e6e5_63a4_40f2, 0x7703_7d81_2deb_33a0, 0xf4a1_3945_d898_c296]),
        number([0x4fe3_42e2_fe1a_7f9b, 0x8ee7_eb4a_7c0f_9e16, 0x2bce_3357_6b31_5ece, 0xcbb6_4068_37bf_51f5]),
    ),
};

/// P-384 (SP 800-186, section 3.2.1.4).
pub static P384: Curve = Curve {
    field: Field::new([
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_fffe,
        0xffff_ffff_0000_0000,
        0x0000_0000_ffff_ffff,
    ]),
    order: Field::new([
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xffff_ffff_ffff_ffff,
        0xc763_4d81_f437_2ddf,
        0x581a_0db2_48b0_a77a,
        0xecec_196a_ccc5_2973,
    ]),
    b: number([
        0xb331_2fa7_e23e_e7e4,
        0x988e_056b_e3f8_2d19,
        0x181d_9c6e_fe81_4112,
        0x0314_088f_5013_875a,
        0xc656_398d_8a2e_d19d,
        0x2a85_c8ed_d3ec_2aef,
    ]),
    generator: (
        number([
            0xaa87_ca22_be8b_0537,
            0x8eb1_c71e_f320_ad74,
            0x6e1d_3b62_8ba7_9b98,
            0x59f7_41e0_8254_2a38,
            0x5502_f25d_bf55_296c,
            0x3a54_5e38_7276_0ab7,
        ]),
        number([
            0x3617_de4a_9626_2c6f,
            0x5d9e_98bf_9292_dc29,
            0xf8f4_1dbd_289a_147c,
            0xe9da_3113_b5f0_b8c0,
            0x0a60_b1ce_1d7e_819d,
            0x7a43_1d7c_90ea_0e5f,
        ]),
    ),
};

/// A point in projective coordinates x/z and y/z, in Montgomery's form. The point at infinity has
/// the coordinates 0, 1 and 0.
#[derive(Clone, Copy, Default)]
struct Point {
    x: Number,
    y: Number,
    z: Number,
}

impl Curve {
    /// Verifies a signature in DER of a message with `digest`. The key is an uncompressed point
    /// (RFC 5480, section 2.2). Returns `None` if the signature or the key is invalid.
    #[must_use]
    pub fn verify(&self, key: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
        let key = self.parse_key(key)?;
        let (r, s) = der::two_positives(signature)?;
        let [r, s] = [self.order.parse(r)?, self.order.parse(s)?]; // neither is zero
        let inverse = self.order.invert(&self.order.to_montgomery(&s));
        let of_generator = self.order.multiply(&self.order.parse_digest(digest), &inverse);
        let of_key = self.order.multiply(&r, &inverse);
        let sum = self.multiply_and_add(&of_generator, &of_key, &key);
        // The coordinate x/z modulo the order is r. This compares x with r · z, for both values
        // that x/z may have.
        let is_x = |candidate: &Number| self.field.multiply(&self.field.to_montgomery(candidate), &sum.z) == sum.x;
        let is_valid = sum.z != Number::default() && (is_x(&r) || self.field.add_modulus(&r, &self.order).is_some_and(|next| is_x(&next)));
        is_valid.then_some(())
    }

    /// Parses a point, which must be on the curve.
    fn parse_key(&self, key: &[u8]) -> Option<Point> {
        let (x, y) = key.strip_prefix(&[4])?.split_at_checked(self.field.bytes())?;
        if y.len() != self.field.bytes() {
            return None;
        }
        let Point { x, y, z } = self.point(&self.field.parse(x)?, &self.field.parse(y)?);
        let field = &self.field;
        // x³ − 3x + b
        let square = field.multiply(&x, &x);
        let three = field.add(&z, &field.add(&z, &z));
        let right = field.add(&field.multiply(&field.subtract(&square, &three), &x), &field.to_montgomery(&self.b));
        (field.multiply(&y, &y) == right).then_some(Point { x, y, z })
    }

    /// Returns the point with the affine coordinates `x` and `y`.
    fn point(&self, x: &Number, y: &Number) -> Point {
        Point { x: self.field.to_montgomery(x), y: self.field.to_montgomery(y), z: self.field.one() }
    }

    /// Returns `of_generator` · G + `of_key` · `key`, where G is the generator.
    fn multiply_and_add(&self, of_generator: &Number, of_key: &Number, key: &Point) -> Point {
        let generator = self.point(&self.generator.0, &self.generator.1);
        let infinity = Point { y: self.field.one(), ..Point::default() };
        let b = self.field.to_montgomery(&self.b);
        // The sums of zero to three generators and zero to three keys.
        let mut sums = [infinity; 16];
        for place in 1..sums.len() {
            let (before, added) = if place % 4 == 0 { (place - 4, key) } else { (place - 1, &generator) };
            let sum = self.add(sums.get(before).unwrap_or(&infinity), added, &b);
            sums.get_mut(place).into_iter().for_each(|place| *place = sum);
        }
        let mut sum = infinity;
        for place in (0..self.order.bits()).step_by(2).rev() {
            sum = self.add(&sum, &sum, &b);
            sum = self.add(&sum, &sum, &b);
            let added = bits(of_generator, place, 2) + 4 * bits(of_key, place, 2);
            if added != 0 {
                sum = self.add(&sum, sums.get(added).unwrap_or(&infinity), &b);
            }
        }
        sum
    }

    /// Adds two points by the complete formula for curves with a = −3: it holds for all points,
    /// also equal and opposite ones and the point at infinity (Renes, Costello and Batina,
    /// "Complete addition formulas for prime order elliptic curves", algorithm 4).
    fn add(&self, first: &Point, second: &Point, b: &Number) -> Point {
        let add = |a: &Number, b: &Number| self.field.add(a, b);
        let subtract = |a: &Number, b: &Number| self.field.subtract(a, b);
        let multiply = |a: &Number, b: &Number| self.field.multiply(a, b);
        let triple = |a: &Number| add(a, &add(a, a));

        let xx = multiply(&first.x, &second.x);
        let yy = multiply(&first.y, &second.y);
        let zz = multiply(&first.z, &second.z);
        // x₁y₂ + x₂y₁ and its like
        let mixed = |a: [&Number; 2], b: [&Number; 2], products: [&Number; 2]| {
            subtract(&multiply(&add(a[0], a[1]), &add(b[0], b[1])), &add(products[0], products[1]))
        };
        let xy = mixed([&first.x, &first.y], [&second.x, &second.y], [&xx, &yy]);
        let yz = mixed([&first.y, &first.z], [&second.y, &second.z], [&yy, &zz]);
        let xz = mixed([&first.x, &first.z], [&second.x, &second.z], [&xx, &zz]);
        let inner = triple(&subtract(&xz, &multiply(b, &zz)));
        let (difference, total) = (subtract(&yy, &inner), add(&yy, &inner));
        let three_zz = triple(&zz);
        let outer = triple(&subtract(&subtract(&multiply(b, &xz), &three_zz), &xx));
        let slope = subtract(&triple(&xx), &three_zz);
        Point {
            x: subtract(&multiply(&xy, &total), &multiply(&yz, &outer)),
            y: add(&multiply(&total, &difference), &multiply(&slope, &outer)),
            z: add(&multiply(&yz, &difference), &multiply(&xy, &slope)),
        }
    }
}

#[cfg(test)]
mod tests;
