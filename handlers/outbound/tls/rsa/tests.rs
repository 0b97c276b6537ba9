//! The vectors of Wycheproof, and comparisons with the crates `rsa` and `num-bigint`.

use super::modulus::Modulus;
use super::{Hash, PublicKey, SHA256, SHA384, SHA512};
use crate::tls::der::element;
use num_bigint::BigUint;
use proptest::prelude::*;
use rsa::pkcs1v15;
use rsa::pss;
use rsa::signature::Verifier;
use std::string::String;
use std::vec;
use std::vec::Vec;
use std::{format, println};
use wycheproof::{HashFunction, TestResult, rsa_pkcs1_verify, rsa_pss_verify};

/// Returns the DER encoding of an element.
fn sized(tag: u8, content: &[u8]) -> Vec<u8> {
    let bytes = content.len();
    let length = match bytes {
        0..=0x7f => vec![u8::try_from(bytes).unwrap()],
        0x80..=0xff => vec![0x81, u8::try_from(bytes).unwrap()],
        _ => [&[0x82][..], &u16::try_from(bytes).unwrap().to_be_bytes()].concat(),
    };
    [&[tag], &length[..], content].concat()
}

/// Returns the DER encoding of a positive integer.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().take_while(|byte| **byte == 0).count();
    let sign: &[u8] = if bytes[start] >= 0x80 { &[0] } else { &[] };
    sized(2, &[sign, &bytes[start..]].concat())
}

fn key_der(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    sized(0x30, &[integer(modulus), integer(exponent)].concat())
}

/// A key with `bits` bits, all of them set, and the exponent 65537.
fn key(bits: usize) -> Vec<u8> {
    key_der(&[vec![0xff >> (bits.next_multiple_of(8) - bits)], vec![0xff; bits.div_ceil(8) - 1]].concat(), &[1, 0, 1])
}

#[test]
fn key_has_2048_to_4096_bits() {
    for bits in [2048, 2049, 3000, 4096] {
        assert!(PublicKey::from_der(&key(bits)).is_some(), "{bits}");
    }
    for bits in [8, 1024, 2047, 4097, 8192] {
        assert!(PublicKey::from_der(&key(bits)).is_none(), "{bits}");
    }
}

#[test]
fn key_rejects_other_encodings_and_numbers() {
    assert!(PublicKey::from_der(&[key(2048), vec![0]].concat()).is_none());
    let whole = key(2048);
    for end in 0..whole.len() {
        assert!(PublicKey::from_der(&whole[..end]).is_none(), "{end}");
    }
    let modulus = [0xff; 256];
    let exponents: [&[u8]; 7] = [&[3], &[1, 0, 1], &[1, 0xff, 0xff, 0xff, 0xff], &[1], &[2], &[4], &[2, 0, 0, 0, 1]];
    assert_eq!(
        exponents.map(|exponent| PublicKey::from_der(&key_der(&modulus, exponent)).is_some()),
        [true, true, true, false, false, false, false]
    );
    let even = [&modulus[..255], &[0xfe]].concat();
    assert!(PublicKey::from_der(&key_der(&even, &[3])).is_none());
    // A negative modulus, and zeros before the number.
    for integer in [sized(2, &modulus), sized(2, &[&[0, 0], &modulus[..]].concat()), sized(2, &[])] {
        assert!(PublicKey::from_der(&sized(0x30, &[integer, sized(2, &[3])].concat())).is_none());
    }
    assert!(PublicKey::from_der(&sized(0x30, &[integer(&modulus), sized(2, &[0, 3])].concat())).is_none());
}

#[test]
fn element_accepts_minimal_lengths_only() {
    assert_eq!(element(&[2, 1, 7, 8], 2), Some((&[7][..], &[8][..])));
    assert_eq!(element(&[2, 0x81, 1, 7], 2), None);
    assert_eq!(element(&[2, 0x82, 0, 1, 7], 2), None);
    assert_eq!(element(&[2, 0x80, 0, 0], 2), None);
    assert_eq!(element(&[2, 2, 7], 2), None);
}

/// The hash functions that are implemented.
fn hash(function: HashFunction) -> Option<&'static Hash> {
    match function {
        HashFunction::Sha2_256 => Some(&SHA256),
        HashFunction::Sha2_384 => Some(&SHA384),
        HashFunction::Sha2_512 => Some(&SHA512),
        _ => None,
    }
}

/// Returns the decision of the crate `rsa`.
fn reference(is_pss: bool, function: HashFunction, modulus: &[u8], exponent: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let number = rsa::BoxedUint::from_be_slice_vartime;
    let Ok(key) = rsa::PublicKey::new(number(modulus), number(exponent)) else { return false };
    macro_rules! verify {
        ($hash:ty) => {
            if is_pss {
                signature.try_into().is_ok_and(|signature| pss::VerifyingKey::<$hash>::new(key).verify(message, &signature).is_ok())
            } else {
                signature.try_into().is_ok_and(|signature| pkcs1v15::VerifyingKey::<$hash>::new(key).verify(message, &signature).is_ok())
            }
        };
    }
    match function {
        HashFunction::Sha2_256 => verify!(sha2::Sha256),
        HashFunction::Sha2_384 => verify!(sha2::Sha384),
        _ => verify!(sha2::Sha512),
    }
}

/// A vector of Wycheproof.
struct Vector {
    name: String,
    is_pss: bool,
    function: HashFunction,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    result: TestResult,
}

impl Vector {
    /// Returns the decision on another signature for the vector's message.
    fn accepts(&self, signature: &[u8]) -> bool {
        let hash = hash(self.function).unwrap();
        PublicKey::from_der(&key_der(&self.modulus, &self.exponent)).is_some_and(|key| {
            if self.is_pss { key.verifies_pss(hash, &self.message, signature) } else { key.verifies_pkcs1(hash, &self.message, signature) }
        })
    }

    /// The decision of the crate `rsa`.
    fn reference_accepts(&self, signature: &[u8]) -> bool {
        reference(self.is_pss, self.function, &self.modulus, &self.exponent, &self.message, signature)
    }
}

/// Returns the vectors with hash functions and salts that are implemented.
fn vectors() -> Vec<Vector> {
    let mut vectors = Vec::new();
    macro_rules! read {
        ($module:ident, $is_pss:literal, $is_usual:expr) => {
            for name in $module::TestName::all() {
                for group in $module::TestSet::load(name).unwrap().test_groups {
                    let is_usual: fn(&$module::TestGroup, &Hash) -> bool = $is_usual;
                    for test in group.tests.iter().filter(|_| hash(group.hash).is_some_and(|hash| is_usual(&group, hash))) {
                        vectors.push(Vector {
                            name: format!("{name:?} {} {}", test.tc_id, test.comment),
                            is_pss: $is_pss,
                            function: group.hash,
                            modulus: group.key.n.to_vec(),
                            exponent: group.key.e.to_vec(),
                            message: test.msg.to_vec(),
                            signature: test.sig.to_vec(),
                            result: test.result,
                        });
                    }
                }
            }
        };
    }
    read!(rsa_pkcs1_verify, false, |_, _| true);
    read!(rsa_pss_verify, true, |group, hash| { group.mgf_hash == Some(group.hash) && group.salt_size == (hash.digest)(&[]).len() });
    vectors
}

#[test]
fn vectors_of_wycheproof_are_decided_as_listed() {
    let (mut accepted, mut refused) = (0, 0);
    for vector in vectors() {
        let is_accepted = vector.accepts(&vector.signature);
        match vector.result {
            // Keys of other sizes are refused.
            TestResult::Valid if (2048..=4096).contains(&(8 * vector.signature.len())) => assert!(is_accepted, "{}", vector.name),
            TestResult::Invalid => assert!(!is_accepted, "{}", vector.name),
            _ => {}
        }
        if is_accepted { accepted += 1 } else { refused += 1 }
    }
    println!("{accepted} accepted, {refused} refused");
    assert!(accepted > 100 && refused > 1000, "{accepted} accepted, {refused} refused");
}

/// Pseudo-random numbers (xorshift), the same in each run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn changed_signatures_are_decided_as_by_the_crate_rsa() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let valid: Vec<Vector> = vectors().into_iter().filter(|vector| vector.accepts(&vector.signature)).collect();
    for vector in valid.iter().step_by(7) {
        assert!(vector.reference_accepts(&vector.signature), "{}", vector.name);
        let mut signature = vector.signature.clone();
        let place = usize::try_from(random(&mut state)).unwrap() % signature.len();
        signature[place] ^= 1 << (random(&mut state) % 8);
        assert_eq!(vector.accepts(&signature), vector.reference_accepts(&signature), "{}, byte {place}", vector.name);
        assert!(!vector.accepts(&vector.signature[1..]), "{}", vector.name);
        assert!(!vector.accepts(&[&[0], &vector.signature[..]].concat()), "{}", vector.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// Modular powers of random numbers of any length agree with those of num-bigint.
    #[test]
    fn powers_agree_with_num_bigint(
        modulus in prop::collection::vec(any::<u8>(), 2..520),
        base in prop::collection::vec(any::<u8>(), 520),
        exponent in 1_u64..1 << 33,
    ) {
        let mut modulus = modulus;
        modulus[0] |= 1;
        *modulus.last_mut().unwrap() |= 1;
        let base = &base[..modulus.len()];
        let ours = Modulus::new(&modulus).unwrap().power(base, exponent);
        let [base_number, modulus_number] = [base, &modulus].map(BigUint::from_bytes_be);
        let expected = (base_number < modulus_number).then(|| base_number.modpow(&exponent.into(), &modulus_number));
        prop_assert_eq!(ours.as_deref().map(BigUint::from_bytes_be), expected);
        prop_assert!(ours.is_none_or(|power| power.len() == base.len()));
    }
}
