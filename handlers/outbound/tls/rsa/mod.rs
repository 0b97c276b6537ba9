//! Verification of RSA signatures (RFC 8017): RSASSA-PKCS1-v1_5 and RSASSA-PSS, with SHA-2. Pure.
//!
//! All inputs are public, so nothing here runs in constant time. There is neither signing nor
//! decryption.

mod modulus;

use super::der;
use alloc::vec;
use alloc::vec::Vec;
use modulus::Modulus;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Accepted sizes of keys, in bits.
const KEY_BITS: core::ops::RangeInclusive<usize> = 2048..=4096;
/// Largest accepted public exponent: that of the crate `rsa`, which limits the time of a
/// verification.
const EXPONENT_MAX: u64 = (1 << 33) - 1;

/// A hash function.
pub struct Hash {
    /// `DigestInfo` up to the digest (RFC 8017, section 9.2, note 1).
    prefix: [u8; 19],
    digest: fn(&[&[u8]]) -> Vec<u8>,
}

/// SHA-256.
pub static SHA256: Hash = Hash::new(0x31, 1, 32, digest::<Sha256>);
/// SHA-384.
pub static SHA384: Hash = Hash::new(0x41, 2, 48, digest::<Sha384>);
/// SHA-512.
pub static SHA512: Hash = Hash::new(0x51, 3, 64, digest::<Sha512>);

impl Hash {
    const fn new(length: u8, number: u8, digest_bytes: u8, digest: fn(&[&[u8]]) -> Vec<u8>) -> Self {
        let prefix = [0x30, length, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, number, 5, 0, 4, digest_bytes];
        Self { prefix, digest }
    }
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// A public key.
pub struct PublicKey {
    modulus: Modulus,
    exponent: u64,
}

impl PublicKey {
    /// Parses an `RSAPublicKey` (RFC 8017, appendix A.1.1): a sequence of the modulus and the
    /// exponent. Returns `None` for other bytes, and for keys with fewer than 2048 or more than
    /// 4096 bits.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (modulus, exponent) = der::two_positives(der)?;
        let exponent = exponent.iter().try_fold(0_u64, |number, byte| Some(number.checked_mul(256)? | u64::from(*byte)))?;
        let modulus = Modulus::new(modulus)?;
        let is_valid = KEY_BITS.contains(&modulus.bits()) && exponent % 2 == 1 && (3..=EXPONENT_MAX).contains(&exponent);
        is_valid.then_some(Self { modulus, exponent })
    }

    /// Returns the encoded message of `signature` (RSAVP1, RFC 8017, section 5.2.2), with as many
    /// bytes as the modulus. Returns `None` if the signature is longer, shorter or not less than
    /// the modulus.
    #[must_use]
    pub fn encoded_message(&self, signature: &[u8]) -> Option<Vec<u8>> {
        if signature.len() != self.modulus.bits().div_ceil(8) {
            return None;
        }
        self.modulus.power(signature, self.exponent)
    }

    /// Verifies an RSASSA-PKCS1-v1_5 signature (RFC 8017, section 8.2.2).
    #[must_use]
    pub fn verifies_pkcs1(&self, hash: &Hash, message: &[u8], signature: &[u8]) -> bool {
        let Some(encoded) = self.encoded_message(signature) else { return false };
        // The whole message is built and compared, so nothing in it is parsed.
        let digest_info = [&hash.prefix[..], &(hash.digest)(&[message])].concat();
        let Some(padding_bytes) = encoded.len().checked_sub(digest_info.len() + 3).filter(|bytes| *bytes >= 8) else { return false };
        encoded == [&[0, 1][..], &vec![0xff; padding_bytes], &[0], &digest_info].concat()
    }

    /// Verifies an RSASSA-PSS signature (RFC 8017, section 8.1.2). The mask is generated with the
    /// same hash function, and the salt is as long as the digest, as TLS 1.3 requires.
    #[must_use]
    pub fn verifies_pss(&self, hash: &Hash, message: &[u8], signature: &[u8]) -> bool {
        self.encoded_message(signature).and_then(|encoded| self.check_pss(hash, message, &encoded)).is_some()
    }

    /// EMSA-PSS-VERIFY (RFC 8017, section 9.1.2).
    fn check_pss(&self, hash: &Hash, message: &[u8], encoded: &[u8]) -> Option<()> {
        let encoded_bits = self.modulus.bits() - 1;
        // If the modulus has one bit more than whole bytes, the first byte is not part of it.
        let (before, encoded) = encoded.split_at_checked(encoded.len() - encoded_bits.div_ceil(8))?;
        // The highest bits of its first byte are not part of it either.
        let unused = !(0xff_u8 >> (8 * encoded.len() - encoded_bits));
        let digest = (hash.digest)(&[message]);
        let (encoded, trailer) = encoded.split_at_checked(encoded.len().checked_sub(1)?)?;
        let (masked, salted_digest) = encoded.split_at_checked(encoded.len().checked_sub(digest.len())?)?;
        if before.iter().any(|byte| *byte != 0) || trailer != [0xbc] || masked.first()? & unused != 0 {
            return None;
        }
        let mut block: Vec<u8> = masked.iter().zip(mask(hash, salted_digest, masked.len())).map(|(byte, mask)| byte ^ mask).collect();
        *block.first_mut()? &= !unused;
        let (padding, salt) = block.split_at_checked(block.len().checked_sub(digest.len())?)?;
        let (one, zeros) = padding.split_last()?;
        let is_padding = *one == 1 && zeros.iter().all(|byte| *byte == 0);
        (is_padding && (hash.digest)(&[&[0; 8], &digest, salt]) == salted_digest).then_some(())
    }
}

/// MGF1 (RFC 8017, appendix B.2.1).
fn mask(hash: &Hash, seed: &[u8], bytes: usize) -> Vec<u8> {
    let mut mask = Vec::new();
    let mut counter = 0_u32;
    while mask.len() < bytes {
        mask.extend_from_slice(&(hash.digest)(&[seed, &counter.to_be_bytes()]));
        counter += 1;
    }
    mask
}

#[cfg(test)]
mod tests;
