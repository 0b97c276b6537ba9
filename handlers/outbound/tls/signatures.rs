//! Verifies RSA and ECDSA signatures for webpki: RSA by the module `rsa`, ECDSA by `ecdsa`. MD5,
//! SHA-1, RSA keys below 2048 bits and all other algorithms are not implemented, and are therefore
//! rejected.

use super::crypto::undebugged;
use super::ecdsa;
use super::rsa::{self, PublicKey};
use core::fmt;
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest as _, Sha256, Sha384};

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
        PublicKey::from_der(key)?.verifies_pkcs1(&rsa::SHA256, message, signature).then_some(())
    };
    RsaPkcs1Sha384: RSA_ENCRYPTION RSA_PKCS1_SHA384, |key, message, signature| {
        PublicKey::from_der(key)?.verifies_pkcs1(&rsa::SHA384, message, signature).then_some(())
    };
    RsaPkcs1Sha512: RSA_ENCRYPTION RSA_PKCS1_SHA512, |key, message, signature| {
        PublicKey::from_der(key)?.verifies_pkcs1(&rsa::SHA512, message, signature).then_some(())
    };
    RsaPssSha256: RSA_ENCRYPTION RSA_PSS_SHA256, |key, message, signature| {
        PublicKey::from_der(key)?.verifies_pss(&rsa::SHA256, message, signature).then_some(())
    };
    RsaPssSha384: RSA_ENCRYPTION RSA_PSS_SHA384, |key, message, signature| {
        PublicKey::from_der(key)?.verifies_pss(&rsa::SHA384, message, signature).then_some(())
    };
    RsaPssSha512: RSA_ENCRYPTION RSA_PSS_SHA512, |key, message, signature| {
        PublicKey::from_der(key)?.verifies_pss(&rsa::SHA512, message, signature).then_some(())
    };
    EcdsaP256Sha256: ECDSA_P256 ECDSA_SHA256, |key, message, signature| {
        ecdsa::P256.verify(key, &Sha256::digest(message), signature)
    };
    EcdsaP256Sha384: ECDSA_P256 ECDSA_SHA384, |key, message, signature| {
        ecdsa::P256.verify(key, &Sha384::digest(message), signature)
    };
    EcdsaP384Sha256: ECDSA_P384 ECDSA_SHA256, |key, message, signature| {
        ecdsa::P384.verify(key, &Sha256::digest(message), signature)
    };
    EcdsaP384Sha384: ECDSA_P384 ECDSA_SHA384, |key, message, signature| {
        ecdsa::P384.verify(key, &Sha384::digest(message), signature)
    };
}
