//! The vectors of Wycheproof, and comparisons with the crates `p256` and `p384`, and num-bigint.

use super::field::{Field, Number};
use super::{Curve, P256, P384};
use num_bigint::BigUint;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::string::String;
use std::vec;
use std::vec::Vec;
use std::{format, println};
use wycheproof::ecdsa::{TestName, TestSet};
use wycheproof::{EllipticCurve, HashFunction, TestResult};

/// A vector of Wycheproof.
struct Vector {
    name: String,
    is_p256: bool,
    key: Vec<u8>,
    digest: Vec<u8>,
    signature: Vec<u8>,
    result: TestResult,
}

impl Vector {
    fn accepts(&self, key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
        let curve: &Curve = if self.is_p256 { &P256 } else { &P384 };
        curve.verify(key, digest, signature).is_some()
    }

    /// The decision of the crates `p256` and `p384`.
    fn reference_accepts(&self, key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
        macro_rules! verify {
            ($curve:ident) => {
                $curve::ecdsa::VerifyingKey::from_sec1_bytes(key).is_ok_and(|key| {
                    $curve::ecdsa::DerSignature::try_from(signature).is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
                })
            };
        }
        if self.is_p256 { verify!(p256) } else { verify!(p384) }
    }
}

/// Returns the vectors with curves and hash functions that are implemented.
fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    for name in
        [TestName::EcdsaSecp256r1Sha256, TestName::EcdsaSecp256r1Sha512, TestName::EcdsaSecp384r1Sha256, TestName::EcdsaSecp384r1Sha384]
    {
        for group in TestSet::load(name).unwrap().test_groups {
            let digest: fn(&[u8]) -> Vec<u8> = match group.hash {
                HashFunction::Sha2_256 => |message| Sha256::digest(message).to_vec(),
                HashFunction::Sha2_384 => |message| Sha384::digest(message).to_vec(),
                // Longer than the order of P-256, as SHA-384 is.
                HashFunction::Sha2_512 => |message| Sha512::digest(message).to_vec(),
                other => panic!("{other:?}"),
            };
            for test in group.tests {
                vectors.push(Vector {
                    name: format!("{name:?} {} {}", test.tc_id, test.comment),
                    is_p256: group.key.curve == EllipticCurve::Secp256r1,
                    key: group.key.key.to_vec(),
                    digest: digest(&test.msg),
                    signature: test.sig.to_vec(),
                    result: test.result,
                });
            }
        }
    }
    vectors
}

#[test]
fn vectors_of_wycheproof_are_decided_as_listed() {
    let (mut accepted, mut refused) = (0, 0);
    for vector in vectors() {
        let is_accepted = vector.accepts(&vector.key, &vector.digest, &vector.signature);
        assert_eq!(is_accepted, vector.result == TestResult::Valid, "{}", vector.name);
        if is_accepted { accepted += 1 } else { refused += 1 }
    }
    println!("{} vectors: {accepted} accepted, {refused} refused", accepted + refused);
    assert!(accepted > 500 && refused > 500, "{accepted} accepted, {refused} refused");
}

/// Pseudo-random numbers (xorshift), the same in each run.
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 8).unwrap()
}

/// Changes one bit of `bytes`.
fn changed(bytes: &[u8], state: &mut u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let place = random(state) % bytes.len();
    bytes[place] ^= 1 << (random(state) % 8);
    bytes
}

#[test]
fn changed_inputs_are_decided_as_by_the_reference() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let valid: Vec<Vector> = vectors().into_iter().filter(|vector| vector.result == TestResult::Valid).collect();
    for vector in valid.iter().step_by(31) {
        let Vector { key, digest, signature, .. } = vector;
        assert!(vector.reference_accepts(key, digest, signature), "{}", vector.name);
        for _ in 0..4 {
            let other = changed(signature, &mut state);
            assert_eq!(vector.accepts(key, digest, &other), vector.reference_accepts(key, digest, &other), "{}: {other:x?}", vector.name);
        }
        for other in [changed(key, &mut state), key[1..].to_vec(), [key, &[0][..]].concat()] {
            assert!(!vector.accepts(&other, digest, signature), "{}: {other:x?}", vector.name);
            assert!(!vector.reference_accepts(&other, digest, signature), "{}: {other:x?}", vector.name);
        }
        // Bits beyond the length of the order do not count.
        let other = changed(digest, &mut state);
        assert_eq!(vector.accepts(key, &other, signature), vector.reference_accepts(key, &other, signature), "{}: {other:x?}", vector.name);
        let used = digest.len().min(if vector.is_p256 { 32 } else { 48 });
        let other = [&changed(&digest[..used], &mut state), &digest[used..]].concat();
        assert!(!vector.accepts(key, &other, signature), "{}: {other:x?}", vector.name);
    }
}

#[test]
fn keys_are_uncompressed_points_of_the_curve() {
    let vector = vectors().into_iter().find(|vector| vector.result == TestResult::Valid && vector.is_p256).unwrap();
    let (x, y) = vector.key[1..].split_at(32);
    let compressed = [&[2 + (y[31] & 1)], x].concat();
    assert!(vector.reference_accepts(&compressed, &vector.digest, &vector.signature));
    assert!(!vector.accepts(&compressed, &vector.digest, &vector.signature));
    // x is not less than the modulus.
    let above = [&[4], &[0xff; 32][..], y].concat();
    for key in [&[0][..], &[], &[4], &above] {
        assert!(!vector.accepts(key, &vector.digest, &vector.signature), "{key:x?}");
    }
}

/// The number of `field` that `bytes` are, and its modulus.
fn number(field: &Field, bytes: &[u8]) -> (Number, BigUint) {
    let modulus = field.modulus();
    let number = BigUint::from_bytes_be(bytes) % &modulus;
    let bytes = number.to_bytes_be();
    (field.parse(&bytes).unwrap(), modulus)
}

fn big(number: &Number) -> BigUint {
    BigUint::from_bytes_be(&number.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect::<Vec<u8>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Sums, differences, products and inverses of random numbers agree with those of num-bigint.
    #[test]
    fn numbers_agree_with_num_bigint(
        a in prop::collection::vec(any::<u8>(), 48),
        b in prop::collection::vec(prop_oneof![Just(0), Just(0xff), any::<u8>()], 48),
        which in 0_usize..4,
    ) {
        let field = [&P256.field, &P256.order, &P384.field, &P384.order][which];
        let ((a, modulus), (b, _)) = (number(field, &a), number(field, &b));
        let [first, second] = [big(&a), big(&b)];
        prop_assert_eq!(big(&field.add(&a, &b)), (&first + &second) % &modulus);
        prop_assert_eq!(big(&field.subtract(&a, &b)), (&first + &modulus - &second) % &modulus);
        let b_in_form = field.to_montgomery(&b);
        prop_assert_eq!(big(&field.multiply(&a, &b_in_form)), &first * &second % &modulus);
        let inverse = field.multiply(&field.invert(&b_in_form), &[1, 0, 0, 0, 0, 0]);
        prop_assert_eq!(big(&inverse), second.modpow(&(&modulus - 2_u32), &modulus));
    }
}

#[test]
fn numbers_of_other_lengths_are_refused() {
    assert!(P256.field.parse(&[1; 33]).is_none());
    assert!(P384.field.parse(&[1; 49]).is_none());
    assert_eq!(P256.field.parse(&[]), Some([0; 6]));
    for field in [&P256.field, &P256.order, &P384.field, &P384.order] {
        let modulus = field.modulus().to_bytes_be();
        assert!(field.parse(&modulus).is_none());
        let mut before = modulus.clone();
        *before.last_mut().unwrap() -= 1;
        assert!(field.parse(&before).is_some());
        assert_eq!(field.parse_digest(&modulus), [0; 6]);
        assert_eq!(field.parse_digest(&[&modulus[..], &[1; 16]].concat()), [0; 6]);
        assert!(field.parse(&vec![0xff; modulus.len()]).is_none());
    }
}
