//! The address of the client, without a port that proxies may append.

/// Returns the address in `text`: `192.0.2.7` of `192.0.2.7:54321`, `2001:db8::1` of
/// `[2001:db8::1]:443`.
pub(super) fn without_port(text: &str) -> &str {
    let text = text.trim();
    if let Some(bracketed) = text.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or_default();
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => address,
        // No colon, or an IPv6 address.
        _ => text,
    }
}
