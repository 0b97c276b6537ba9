//! The DER encoding of keys and signatures: elements and positive integers. Pure.

/// Returns the magnitude of a positive DER integer in its shortest form.
pub(super) fn positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, tail @ ..] if tail.first() >= Some(&0x80) => Some(tail),
        [1..0x80, ..] => Some(integer),
        _ => None,
    }
}

/// Returns the content of the DER element with `tag` at the start of `der`, and the bytes after it.
pub(super) fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
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

/// Returns the two positive integers of a DER sequence: an RSA key, or an ECDSA signature.
pub(super) fn two_positives(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, after) = element(der, 0x30)?;
    let (first, tail) = element(sequence, 0x02)?;
    let (second, tail) = element(tail, 0x02)?;
    if after.is_empty() && tail.is_empty() { Some((positive(first)?, positive(second)?)) } else { None }
}
