//! The data that functions' requests read, selected by the first byte: DNS answers, replies and
//! their bodies, XML, URLs, keys and signatures of RSA and ECDSA. Nothing may panic, limits must
//! hold, and a body must be equal complete and in pieces.

use num_bigint::BigUint;
use outbound::dns::message::{ADDRESSES_MAX, Answer, RecordType, answer, question};
use outbound::reply::body::BodyReader;
use outbound::reply::head::{Framing, Malformed, end_of_head, is_in_value, parse};
use outbound::tls::ecdsa;
use outbound::tls::rsa::{PublicKey, SHA256, SHA384, SHA512};
use outbound::url::Url;
use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use std::net::IpAddr;

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match (kind % 4, *kind) {
        (_, 0xf8..) => ecdsa(bytes),
        (_, 0xf0..) => rsa(bytes),
        (0, _) => dns(bytes),
        (1, _) => reply(bytes),
        (2, _) => xml(bytes),
        _ => url(bytes),
    }
}

/// A key and a signature of the key's length, compared with num-bigint; and the bytes as they are.
fn rsa(bytes: &[u8]) {
    for hash in [&SHA256, &SHA384, &SHA512] {
        if let Some(key) = PublicKey::from_der(bytes) {
            let _ = (key.verifies_pkcs1(hash, bytes, bytes), key.verifies_pss(hash, bytes, bytes));
        }
    }
    let Some((exponent, numbers)) = bytes.split_first_chunk::<4>() else { return };
    let mut numbers = numbers.to_vec();
    numbers.resize(numbers.len().clamp(512, 1024), 0x5a);
    let middle = numbers.len() / 2;
    let (modulus, signature) = numbers.split_at_mut(middle);
    let signature = &signature[..modulus.len()];
    modulus[0] |= 0x80;
    modulus[modulus.len() - 1] |= 1;
    let exponent = u32::from_be_bytes(*exponent) | 3;
    let Some(key) = PublicKey::from_der(&key_der(modulus, exponent)) else { panic!("a key of {} bytes is refused", modulus.len()) };
    let [signature_number, modulus_number] = [signature, modulus].map(BigUint::from_bytes_be);
    let expected = (signature_number < modulus_number).then(|| signature_number.modpow(&exponent.into(), &modulus_number));
    let message = key.encoded_message(signature);
    assert_eq!(message.as_deref().map(BigUint::from_bytes_be), expected);
    assert!(message.is_none_or(|message| message.len() == signature.len()));
}

/// The bytes as key, digest and signature; and a valid signature that the bytes change, compared
/// with the crates `p256` and `p384`.
fn ecdsa(bytes: &[u8]) {
    for curve in [&ecdsa::P256, &ecdsa::P384] {
        let _ = curve.verify(bytes, bytes, bytes);
    }
    macro_rules! compare {
        ($reference:ident, $curve:expr, $bytes:literal) => {
            let Some((secret, changes)) = bytes.split_first_chunk::<$bytes>() else { return };
            let Ok(secret) = $reference::ecdsa::SigningKey::from_slice(secret) else { return };
            let digest = secret.to_bytes();
            let valid: $reference::ecdsa::DerSignature = secret.sign_prehash(&digest).unwrap();
            let mut signature = valid.as_bytes().to_vec();
            for change in changes.as_chunks::<2>().0 {
                let place = usize::from(change[0]) % signature.len();
                signature[place] ^= change[1];
            }
            let key = secret.verifying_key();
            let is_valid = $reference::ecdsa::DerSignature::try_from(&signature[..])
                .is_ok_and(|signature| key.verify_prehash(&digest, &signature).is_ok());
            let point = key.to_sec1_point(false);
            assert_eq!($curve.verify(point.as_bytes(), &digest, &signature).is_some(), is_valid);
        };
    }
    compare!(p256, ecdsa::P256, 32);
    compare!(p384, ecdsa::P384, 48);
}

/// The `RSAPublicKey` of a modulus of 256 to 512 bytes whose highest bit is set.
fn key_der(modulus: &[u8], exponent: u32) -> Vec<u8> {
    let sized = |tag: u8, content: &[u8]| [&[tag, 0x82][..], &u16::try_from(content.len()).unwrap().to_be_bytes(), content].concat();
    let exponent = [&[0][..], &exponent.to_be_bytes()].concat();
    let zeros = exponent.iter().take_while(|byte| **byte == 0).count();
    let start = if exponent[zeros] < 0x80 { zeros } else { zeros - 1 };
    let exponent = &exponent[start..];
    let exponent = [&[2, u8::try_from(exponent.len()).unwrap()][..], exponent].concat();
    sized(0x30, &[sized(2, &[&[0], modulus].concat()), exponent].concat())
}

/// The bytes follow a matching header and question: a wrong id would end every other input at once.
fn dns(bytes: &[u8]) {
    let (record_type, bytes) = match bytes.split_first() {
        Some((0..=127, bytes)) => (RecordType::A, bytes),
        Some((_, bytes)) => (RecordType::Aaaa, bytes),
        None => return,
    };
    let asked = question(7, "a.test", record_type).unwrap();
    let Some((counts, records)) = bytes.split_first_chunk::<4>() else { return };
    let mut message = asked.clone();
    message[2..4].copy_from_slice(&[0x80 | counts[0] & 2, counts[1] & 3]);
    message[6..8].copy_from_slice(&[0, counts[3]]);
    message.extend_from_slice(records);
    let read = answer(&asked, &message);
    assert_eq!(read, answer(&asked, &message));
    if let Answer::Addresses(addresses, _) = read {
        assert!((1..=ADDRESSES_MAX).contains(&addresses.len()));
        for address in addresses {
            let octets = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            assert!(records.windows(octets.len()).any(|window| window == octets), "{address} is in no record");
        }
    }
    // Also parses the bytes as a complete message.
    let _ = answer(&asked, bytes);
}

/// Returns the body in `pieces`, whether it is complete, and the number of bytes used.
fn body<'input>(framing: Framing, pieces: impl Iterator<Item = &'input [u8]>) -> Result<(Vec<u8>, bool, usize), Malformed> {
    let (mut reader, mut body, mut used) = (BodyReader::new(framing), Vec::new(), 0);
    for mut piece in pieces {
        while !reader.is_done() {
            let step = reader.next(piece)?;
            body.extend_from_slice(step.data);
            used += step.consumed;
            piece = &piece[step.consumed..];
            if step.consumed == 0 {
                break;
            }
        }
    }
    Ok((body, reader.is_done(), used))
}

fn reply(bytes: &[u8]) {
    let mut scanned = 0;
    let Some(end) = end_of_head(bytes, &mut scanned) else { return };
    let (head, rest) = bytes.split_at(end);
    // The result is the same byte by byte.
    let mut scanned = 0;
    let ends = (0..=bytes.len()).find_map(|length| end_of_head(&bytes[..length], &mut scanned));
    assert_eq!(ends, Some(end));
    let Ok(head) = parse(head) else { return };
    assert!((100..=999).contains(&head.status));
    for (_, value) in head.headers.iter() {
        assert!(!value.contains(&b'\n') && !value.contains(&0));
    }
    let whole = body(head.framing, std::iter::once(rest));
    let single = body(head.framing, rest.chunks(1));
    // An error occurs at the same byte; bytes read before it belong to the caller.
    assert_eq!(whole.is_ok(), single.is_ok());
    if let (Ok(whole), Ok(single)) = (whole, single) {
        assert_eq!(whole, single);
    }
}

fn xml(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(json) = aws::xml::parse(&text) {
        let written = json.to_string();
        assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok(), "{written}");
    }
}

fn url(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let base = Url::parse("https://host.test:8443/a/b?c").unwrap();
    for url in [Url::parse(&text), base.join(&text)].into_iter().flatten() {
        // No part may add to the head of a request.
        for part in [&url.host, &url.target, &url.authority(), &url.host_header()] {
            assert!(part.bytes().all(|byte| is_in_value(byte) && byte != b' ' && byte < 0x80), "{part:?}");
        }
        assert!(url.target.starts_with('/'), "{}", url.target);
    }
}
