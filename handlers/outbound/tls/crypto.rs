//! The cryptographic primitives of TLS 1.3 for rustls: hash, HMAC, AES-128-GCM and key exchange.
//! They are implemented by `RustCrypto` and dalek; this file adapts the traits.

use aes_gcm::aead::{AeadInOut, KeyInit as _};
use aes_gcm::{Aes128Gcm, Nonce as GcmNonce, Tag as GcmTag};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use hmac::{Hmac, Mac as _};
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, Iv, MessageDecrypter, MessageEncrypter, Nonce, OutboundOpaqueMessage,
    OutboundPlainMessage, PrefixedPayload, Tls13AeadAlgorithm, UnsupportedOperationError, make_tls13_aad,
};
use rustls::crypto::hash::{self, HashAlgorithm};
use rustls::crypto::hmac as rustls_hmac;
use rustls::crypto::tls13::HkdfUsingHmac;
use rustls::crypto::{ActiveKeyExchange, CipherSuiteCommon, GetRandomFailed, KeyProvider, SecureRandom, SharedSecret, SupportedKxGroup};
use rustls::pki_types::PrivateKeyDer;
use rustls::{
    CipherSuite, ConnectionTrafficSecrets, ContentType, Error, NamedGroup, PeerMisbehaved, ProtocolVersion, SupportedCipherSuite,
    Tls13CipherSuite,
};
use sha2::{Digest as _, Sha256};

/// Implements `Debug`, which traits of rustls require but never use, without formatting code.
macro_rules! undebugged {
    ($($name:ty)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                Ok(())
            }
        }
    )*};
}
pub(super) use undebugged;

/// The cipher suite, which RFC 8446 (section 9.1) requires of every TLS 1.3 server.
pub(super) static SUITE: SupportedCipherSuite = SupportedCipherSuite::Tls13(&Tls13CipherSuite {
    common: CipherSuiteCommon {
        suite: CipherSuite::TLS13_AES_128_GCM_SHA256,
        hash_provider: &Sha256Hash,
        // draft-irtf-cfrg-aead-limits-08, section 5.1.1, as in rustls
        confidentiality_limit: 1 << 24,
    },
    hkdf_provider: &HkdfUsingHmac(&Sha256Hmac),
    aead_alg: &Aes128,
    quic: None,
});

struct Sha256Hash;

impl hash::Hash for Sha256Hash {
    fn start(&self) -> Box<dyn hash::Context> {
        Box::new(Sha256Context(Sha256::new()))
    }

    fn hash(&self, data: &[u8]) -> hash::Output {
        hash::Output::new(&Sha256::digest(data))
    }

    fn output_len(&self) -> usize {
        32
    }

    fn algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }
}

struct Sha256Context(Sha256);

impl hash::Context for Sha256Context {
    fn fork_finish(&self) -> hash::Output {
        hash::Output::new(&self.0.clone().finalize())
    }

    fn fork(&self) -> Box<dyn hash::Context> {
        Box::new(Self(self.0.clone()))
    }

    fn finish(self: Box<Self>) -> hash::Output {
        hash::Output::new(&self.0.finalize())
    }

    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
}

struct Sha256Hmac;

impl rustls_hmac::Hmac for Sha256Hmac {
    fn with_key(&self, key: &[u8]) -> Box<dyn rustls_hmac::Key> {
        Box::new(Sha256Key(Hmac::new_from_slice(key).expect("HMAC accepts keys of any length")))
    }

    fn hash_output_len(&self) -> usize {
        32
    }
}

struct Sha256Key(Hmac<Sha256>);

impl rustls_hmac::Key for Sha256Key {
    fn sign_concat(&self, first: &[u8], middle: &[&[u8]], last: &[u8]) -> rustls_hmac::Tag {
        let mut mac = self.0.clone();
        mac.update(first);
        for part in middle {
            mac.update(part);
        }
        mac.update(last);
        rustls_hmac::Tag::new(&mac.finalize().into_bytes())
    }

    fn tag_len(&self) -> usize {
        32
    }
}

/// Length of the authentication tag of AES-GCM, in bytes.
const TAG_BYTES: usize = 16;

struct Aes128;

struct Cipher {
    cipher: Aes128Gcm,
    iv: Iv,
}

impl Cipher {
    fn new(key: &AeadKey, iv: Iv) -> Box<Self> {
        Box::new(Self { cipher: Aes128Gcm::new_from_slice(key.as_ref()).expect("the key has the length of `key_len`"), iv })
    }

    fn nonce(&self, number: u64) -> GcmNonce<aes_gcm::aead::consts::U12> {
        Nonce::new(&self.iv, number).0.into()
    }
}

impl Tls13AeadAlgorithm for Aes128 {
    fn encrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        Cipher::new(&key, iv)
    }

    fn decrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        Cipher::new(&key, iv)
    }

    fn key_len(&self) -> usize {
        16
    }

    fn extract_keys(&self, _key: AeadKey, _iv: Iv) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError) // keys are not exported
    }
}

impl MessageEncrypter for Cipher {
    fn encrypt(&mut self, message: OutboundPlainMessage<'_>, number: u64) -> Result<OutboundOpaqueMessage, Error> {
        let bytes = self.encrypted_payload_len(message.payload.len());
        let mut payload = PrefixedPayload::with_capacity(bytes);
        payload.extend_from_chunks(&message.payload);
        payload.extend_from_slice(&message.typ.to_array());
        let tag = self
            .cipher
            .encrypt_inout_detached(&self.nonce(number), &make_tls13_aad(bytes), payload.as_mut().into())
            .map_err(|_| Error::EncryptError)?;
        payload.extend_from_slice(&tag);
        // TLS 1.3 writes this version into every record (RFC 8446, section 5.2).
        Ok(OutboundOpaqueMessage::new(ContentType::ApplicationData, ProtocolVersion::TLSv1_2, payload))
    }

    fn encrypted_payload_len(&self, payload_bytes: usize) -> usize {
        payload_bytes + 1 + TAG_BYTES
    }
}

impl MessageDecrypter for Cipher {
    fn decrypt<'a>(&mut self, mut message: InboundOpaqueMessage<'a>, number: u64) -> Result<InboundPlainMessage<'a>, Error> {
        let payload = &mut message.payload;
        let bytes = payload.len();
        let plain_bytes = bytes.checked_sub(TAG_BYTES).ok_or(Error::DecryptError)?;
        let (plain, tag) = payload.split_at_mut_checked(plain_bytes).ok_or(Error::DecryptError)?;
        let tag = GcmTag::try_from(&*tag).map_err(|_| Error::DecryptError)?;
        self.cipher
            .decrypt_inout_detached(&self.nonce(number), &make_tls13_aad(bytes), plain.into(), &tag)
            .map_err(|_| Error::DecryptError)?;
        payload.truncate(plain_bytes);
        message.into_tls13_unpadded_message()
    }
}

/// Random bytes of the kernel, without a buffer: a snapshot must not contain any.
pub(super) struct Kernel;
undebugged!(Kernel X25519 P256);

fn fill(bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
    if ruchy_std::random::try_fill(bytes) { Ok(()) } else { Err(GetRandomFailed) }
}

impl SecureRandom for Kernel {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        fill(bytes)
    }
}

/// There are no client certificates.
impl KeyProvider for Kernel {
    fn load_private_key(&self, _key: PrivateKeyDer<'static>) -> Result<alloc::sync::Arc<dyn rustls::sign::SigningKey>, Error> {
        Err(Error::General(alloc::string::String::new()))
    }
}

/// Key exchange by X25519 (RFC 7748).
pub(super) struct X25519;

struct X25519Exchange {
    secret: x25519_dalek::StaticSecret,
    public: x25519_dalek::PublicKey,
}

impl SupportedKxGroup for X25519 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        let secret = x25519_dalek::StaticSecret::from(bytes);
        let public = x25519_dalek::PublicKey::from(&secret);
        Ok(Box::new(X25519Exchange { secret, public }))
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}

impl ActiveKeyExchange for X25519Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let peer: [u8; 32] = peer.try_into().map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
        let shared = self.secret.diffie_hellman(&peer.into());
        // All zeros mean a point of small order (RFC 8446, section 7.4.2).
        if !shared.was_contributory() {
            return Err(PeerMisbehaved::InvalidKeyShare.into());
        }
        Ok(SharedSecret::from(&shared.as_bytes()[..]))
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_bytes()
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519
    }
}

/// Key exchange with the curve P-256.
pub(super) struct P256;

struct P256Exchange {
    secret: p256::SecretKey,
    public: Vec<u8>,
}

/// Parses an uncompressed point, the only allowed form (RFC 8446, section 4.2.8.2). The library
/// rejects points that are not on the curve. `PublicKey::from_sec1_bytes` would also link the
/// code of compressed points.
fn parse_point(bytes: &[u8]) -> Option<p256::AffinePoint> {
    let (x, y) = bytes.strip_prefix(&[4])?.split_at_checked(32)?;
    let coordinate = |bytes: &[u8]| p256::FieldBytes::try_from(bytes).ok();
    p256::AffinePoint::from_coordinates(&coordinate(x)?, &coordinate(y)?).into_option()
}

/// Maximum number of attempts to generate a secret. The probability that one is out of range is
/// 2⁻³².
const DRAWS_MAX: u32 = 8;

impl SupportedKxGroup for P256 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        for _ in 0..DRAWS_MAX {
            let mut bytes = [0; 32];
            fill(&mut bytes)?;
            if let Ok(secret) = p256::SecretKey::from_slice(&bytes) {
                let public = secret.public_key().to_sec1_point(false).as_bytes().to_vec();
                return Ok(Box::new(P256Exchange { secret, public }));
            }
        }
        Err(GetRandomFailed.into())
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp256r1
    }
}

impl ActiveKeyExchange for P256Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let peer = parse_point(peer).ok_or(PeerMisbehaved::InvalidKeyShare)?;
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), peer);
        Ok(SharedSecret::from(&shared.raw_secret_bytes()[..]))
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp256r1
    }
}
