//! Verifies RSA and ECDSA signatures for webpki with `RustCrypto`. MD5, SHA-1, RSA keys below 2048
//! bits and all other algorithms are not implemented, and are therefore rejected.

use super::crypto::undebugged;
use core::fmt;
use p256::ecdsa::signature::Verifier as _;
use rsa::PublicKey;
use rsa::pkcs1v15;
use rsa::pss;
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Sha256, Sha384, Sha512};

/// Accepted sizes of RSA keys, in bits.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=4096;

/// The algorithms of AWS's endpoints and of the roots they are issued under.
pub(super) static AMAZON: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&RsaPkcs1Sha256, &RsaPssSha256, &EcdsaP256Sha256],
    mapping: &[(SignatureScheme::ECDSA_NISTP256_SHA256, &[&EcdsaP256Sha256]), (SignatureScheme::RSA_PSS_SHA256, &[&RsaPssSha256])],
};

/// The algorithms of public certificate authorities.
pub(super) static WEB: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[
        &RsaPkcs1Sha256,
        &RsaPkcs1Sha384,
        &RsaPkcs1Sha512,
        &RsaPssSha256,
        &RsaPssSha384,
        &RsaPssSha512,
        &EcdsaP256Sha256,
        &EcdsaP256Sha384,
        &EcdsaP384Sha256,
        &EcdsaP384Sha384,
    ],
    mapping: &[
        (SignatureScheme::ECDSA_NISTP256_SHA256, &[&EcdsaP256Sha256]),
        (SignatureScheme::ECDSA_NISTP384_SHA384, &[&EcdsaP384Sha384]),
        (SignatureScheme::RSA_PSS_SHA256, &[&RsaPssSha256]),
        (SignatureScheme::RSA_PSS_SHA384, &[&RsaPssSha384]),
        (SignatureScheme::RSA_PSS_SHA512, &[&RsaPssSha512]),
        // For certificates only: TLS 1.3 does not allow it in the handshake.
        (SignatureScheme::RSA_PKCS1_SHA256, &[&RsaPkcs1Sha256]),
        (SignatureScheme::RSA_PKCS1_SHA384, &[&RsaPkcs1Sha384]),
        (SignatureScheme::RSA_PKCS1_SHA512, &[&RsaPkcs1Sha512]),
    ],
};

/// Declares algorithms: the identifiers of keys and signatures, and the function that verifies.
macro_rules! algorithms {
    ($($name:ident: $key:ident $signature:ident, $verify:expr;)*) => {$(
        struct $name;
        undebugged!($name);

        impl SignatureVerificationAlgorithm for $name {
            fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
                let verify: fn(&[u8], &[u8], &[u8]) -> Option<()> = $verify;
                verify(key, message, signature).ok_or(InvalidSignature)
            }

            fn public_key_alg_id(&self) -> AlgorithmIdentifier {
                alg_id::$key
            }

            fn signature_alg_id(&self) -> AlgorithmIdentifier {
                alg_id::$signature
            }
        }
    )*};
}

algorithms! {
    RsaPkcs1Sha256: RSA_ENCRYPTION RSA_PKCS1_SHA256, |key, message, signature| {
        pkcs1v15::VerifyingKey::<Sha256>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    RsaPkcs1Sha384: RSA_ENCRYPTION RSA_PKCS1_SHA384, |key, message, signature| {
        pkcs1v15::VerifyingKey::<Sha384>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    RsaPkcs1Sha512: RSA_ENCRYPTION RSA_PKCS1_SHA512, |key, message, signature| {
        pkcs1v15::VerifyingKey::<Sha512>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    RsaPssSha256: RSA_ENCRYPTION RSA_PSS_SHA256, |key, message, signature| {
        pss::VerifyingKey::<Sha256>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    RsaPssSha384: RSA_ENCRYPTION RSA_PSS_SHA384, |key, message, signature| {
        pss::VerifyingKey::<Sha384>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    RsaPssSha512: RSA_ENCRYPTION RSA_PSS_SHA512, |key, message, signature| {
        pss::VerifyingKey::<Sha512>::new(rsa_key(key)?).verify(message, &signature.try_into().ok()?).ok()
    };
    EcdsaP256Sha256: ECDSA_P256 ECDSA_SHA256, |key, message, signature| {
        let signature = p256::ecdsa::DerSignature::try_from(signature).ok()?;
        p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?.verify(message, &signature).ok()
    };
    EcdsaP256Sha384: ECDSA_P256 ECDSA_SHA384, |key, message, signature| {
        let signature = p256::ecdsa::DerSignature::try_from(signature).ok()?;
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
        verify_hash(&key, &<Sha384 as sha2::Digest>::digest(message), &signature)
    };
    EcdsaP384Sha256: ECDSA_P384 ECDSA_SHA256, |key, message, signature| {
        let signature = p384::ecdsa::DerSignature::try_from(signature).ok()?;
        let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
        verify_hash(&key, &<Sha256 as sha2::Digest>::digest(message), &signature)
    };
    EcdsaP384Sha384: ECDSA_P384 ECDSA_SHA384, |key, message, signature| {
        let signature = p384::ecdsa::DerSignature::try_from(signature).ok()?;
        p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?.verify(message, &signature).ok()
    };
}

fn verify_hash<S>(key: &impl p256::ecdsa::signature::hazmat::PrehashVerifier<S>, hash: &[u8], signature: &S) -> Option<()> {
    key.verify_prehash(hash, signature).ok()
}

/// Parses an `RSAPublicKey` (RFC 8017, appendix A.1.1): a sequence of the modulus and the exponent.
fn rsa_key(der: &[u8]) -> Option<PublicKey> {
    let (sequence, after) = element(der, 0x30)?;
    let (modulus, tail) = element(sequence, 0x02)?;
    let (exponent, tail) = element(tail, 0x02)?;
    if !after.is_empty() || !tail.is_empty() {
        return None;
    }
    let number = |bytes: &[u8]| {
        // A first byte of 0x80 or more means a negative number.
        let is_positive = bytes.first().is_some_and(|first| *first < 0x80);
        is_positive.then(|| rsa::BoxedUint::from_be_slice_vartime(bytes))
    };
    PublicKey::new_with_size_limits(number(modulus)?, number(exponent)?, RSA_BITS).ok()
}

/// Returns the content of the DER element with `tag` at the start of `der`, and the bytes after it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [first, length, tail @ ..] = der else { return None };
    if *first != tag {
        return None;
    }
    let (length, tail) = match (length, tail) {
        (0..=0x7f, tail) => (usize::from(*length), tail),
        (0x81, [length @ 0x80..=0xff, tail @ ..]) => (usize::from(*length), tail),
        (0x82, [high @ 1..=0xff, low, tail @ ..]) => (usize::from(*high) << 8 | usize::from(*low), tail),
        _ => return None,
    };
    tail.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::{element, rsa_key};
    use std::vec;
    use std::vec::Vec;

    /// Encodes an `RSAPublicKey` whose modulus has `bits` bits, all of them set, and the exponent
    /// 65537.
    fn key(bits: usize) -> Vec<u8> {
        let mut modulus = vec![0];
        modulus.resize(1 + bits / 8, 0xff);
        let sized = |tag, content: &[u8]| [&[tag, 0x82][..], &u16::try_from(content.len()).unwrap().to_be_bytes(), content].concat();
        sized(0x30, &[&sized(2, &modulus)[..], &[2, 3, 1, 0, 1]].concat())
    }

    #[test]
    fn rsa_key_rejects_fewer_than_2048_bits() {
        assert!(rsa_key(&key(2048)).is_some() && rsa_key(&key(4096)).is_some());
        for bits in [1024, 2040, 4104] {
            assert!(rsa_key(&key(bits)).is_none(), "{bits}");
        }
    }

    #[test]
    fn rsa_key_rejects_trailing_bytes() {
        assert!(rsa_key(&[key(2048), vec![0]].concat()).is_none());
        let whole = key(2048);
        for end in 0..whole.len() {
            assert!(rsa_key(&whole[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn element_accepts_minimal_lengths_only() {
        assert_eq!(element(&[2, 1, 7, 8], 2), Some((&[7][..], &[8][..])));
        assert_eq!(element(&[2, 0x81, 1, 7], 2), None);
        assert_eq!(element(&[2, 0x82, 0, 1, 7], 2), None);
        assert_eq!(element(&[2, 0x80, 0, 0], 2), None);
        assert_eq!(element(&[2, 2, 7], 2), None);
    }
}
