//! AWS Signature Version 4:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>. Pure.

use crate::credentials::Credentials;
use alloc::string::String;
use alloc::vec::Vec;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The hash of a body that is not signed (S3).
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// The scope of a signature.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'text> {
    /// The time, such as `20150830T123600Z`.
    pub time: &'text str,
    /// The region.
    pub region: &'text str,
    /// The service's name in signatures.
    pub service: &'text str,
    /// `true` if dots and slashes in the path are resolved. Not for S3, whose keys may contain
    /// them.
    pub resolves_path: bool,
    /// `true` if the path is percent-encoded a second time. Not for S3.
    pub encodes_path: bool,
}

impl Scope<'_> {
    fn date(&self) -> &str {
        self.time.get(..8).unwrap_or_default()
    }

    /// Returns `20150830/us-east-1/service/aws4_request`.
    fn text(&self) -> String {
        [self.date(), "/", self.region, "/", self.service, "/aws4_request"].concat()
    }
}

/// A request to be signed: path and query as they are sent, and the headers to sign, including
/// `host`.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'text> {
    /// The method.
    pub method: &'text str,
    /// The path.
    pub path: &'text str,
    /// The query string, without `?`.
    pub query: &'text str,
    /// Names, in any case, and values.
    pub headers: &'text [(&'text str, &'text str)],
    /// The hash of the body in hexadecimal, or [`UNSIGNED_PAYLOAD`].
    pub payload_hash: &'text str,
}

/// Returns the value of the header `Authorization`.
#[inline(never)]
#[must_use]
pub fn authorization(request: &Signed<'_>, scope: &Scope<'_>, credentials: &Credentials) -> String {
    let (headers, names) = canonical_headers(request.headers);
    let canonical = canonical_request(request, scope, &canonical_query(request.query), &headers, &names);
    let signature = signature(&string_to_sign(&canonical, scope), scope, credentials);
    let key = &credentials.access_key_id;
    ["AWS4-HMAC-SHA256 Credential=", key, "/", &scope.text(), ", SignedHeaders=", &names, ", Signature=", &signature].concat()
}

/// Returns the query string of a presigned URL that is valid for `seconds`.
#[inline(never)]
#[must_use]
pub fn presigned_query(request: &Signed<'_>, scope: &Scope<'_>, credentials: &Credentials, seconds: u32) -> String {
    let (headers, names) = canonical_headers(request.headers);
    let mut query = String::from(request.query);
    let credential = [&credentials.access_key_id, "/", scope.text().as_str()].concat();
    let mut lifetime = String::new();
    push_number(&mut lifetime, seconds);
    let token = credentials.session_token.as_deref().unwrap_or_default();
    for (name, value) in [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", &credential),
        ("X-Amz-Date", scope.time),
        ("X-Amz-Expires", &lifetime),
        ("X-Amz-Security-Token", token),
        ("X-Amz-SignedHeaders", &names),
    ] {
        if !value.is_empty() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            push_encoded(&mut query, value.as_bytes(), false);
        }
    }
    let query = canonical_query(&query);
    let canonical = canonical_request(request, scope, &query, &headers, &names);
    let signature = signature(&string_to_sign(&canonical, scope), scope, credentials);
    [&query, "&X-Amz-Signature=", signature.as_str()].concat()
}

fn canonical_request(request: &Signed<'_>, scope: &Scope<'_>, query: &str, headers: &str, names: &str) -> String {
    let path = canonical_path(request.path, scope);
    [request.method, "\n", &path, "\n", query, "\n", headers, "\n", names, "\n", request.payload_hash].concat()
}

fn canonical_path(path: &str, scope: &Scope<'_>) -> String {
    let mut resolved = String::from(path);
    if scope.resolves_path {
        let mut segments = Vec::new();
        for segment in path.split('/') {
            match segment {
                "" | "." => {}
                ".." => _ = segments.pop(),
                _ => segments.push(segment),
            }
        }
        resolved = ["/", &segments.join("/")].concat();
        if path.ends_with('/') && resolved.len() > 1 {
            resolved.push('/');
        }
    } else if path.is_empty() {
        resolved.push('/');
    }
    if !scope.encodes_path {
        return resolved;
    }
    let mut canonical = String::new();
    push_encoded(&mut canonical, resolved.as_bytes(), true);
    canonical
}

/// Returns the parameters of `query`, re-encoded and sorted by name, then by value.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (reencoded(name), reencoded(value))
        })
        .collect();
    sort(&mut pairs, |one, other| one <= other);
    let mut canonical = String::new();
    for (name, value) in pairs {
        if !canonical.is_empty() {
            canonical.push('&');
        }
        canonical.push_str(&name);
        canonical.push('=');
        canonical.push_str(&value);
    }
    canonical
}

fn reencoded(text: &str) -> String {
    let mut encoded = String::new();
    let mut remaining = text.as_bytes();
    while let [byte, after @ ..] = remaining {
        let decoded = match after {
            [high, low, after @ ..] if *byte == b'%' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                digit(high).zip(digit(low)).map(|(high, low)| ((high << 4 | low).to_le_bytes()[0], after))
            }
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((*byte, after));
        push_encoded(&mut encoded, &[byte], false);
        remaining = after;
    }
    encoded
}

/// Returns header lines with lowercase names, sorted, with whitespace collapsed; and the names.
fn canonical_headers(headers: &[(&str, &str)]) -> (String, String) {
    let mut headers: Vec<(String, &str)> = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
    sort(&mut headers, |one, other| one.0 <= other.0);
    let (mut lines, mut names) = (String::new(), String::new());
    for (number, (name, value)) in headers.iter().enumerate() {
        let is_repeated = number > 0 && headers.get(number - 1).is_some_and(|(before, _)| before == name);
        if is_repeated {
            lines.pop(); // removes the newline
            lines.push(',');
        } else {
            if !names.is_empty() {
                names.push(';');
            }
            names.push_str(name);
            lines.push_str(name);
            lines.push(':');
        }
        let mut gap = "";
        for word in value.split_ascii_whitespace() {
            lines.push_str(gap);
            lines.push_str(word);
            gap = " ";
        }
        lines.push('\n');
    }
    (lines, names)
}

/// A stable insertion sort. The lists are short, and core's sort is 7 KB.
fn sort<T>(items: &mut [T], is_in_order: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && items.get(at - 1).zip(items.get(at)).is_some_and(|(one, other)| !is_in_order(one, other)) {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

fn string_to_sign(canonical: &str, scope: &Scope<'_>) -> String {
    ["AWS4-HMAC-SHA256\n", scope.time, "\n", &scope.text(), "\n", &hash(canonical.as_bytes())].concat()
}

fn signature(string_to_sign: &str, scope: &Scope<'_>, credentials: &Credentials) -> String {
    let secret = ["AWS4", &credentials.secret_access_key].concat();
    let mut key = hmac(secret.as_bytes(), scope.date());
    for part in [scope.region, scope.service, "aws4_request", string_to_sign] {
        key = hmac(&key, part);
    }
    hexadecimal(&key)
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    // HMAC accepts keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Returns the SHA-256 of `bytes` in hexadecimal.
#[inline(never)]
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 })).collect()
}

/// Appends `bytes` percent-encoded. Unreserved characters (RFC 3986, section 2.3) are not encoded,
/// nor are slashes if `is_path`.
#[inline(never)]
pub fn push_encoded(text: &mut String, bytes: &[u8], is_path: bool) {
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || is_path && *byte == b'/' {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 }));
            }
        }
    }
}

/// Appends `number` in decimal.
pub(crate) fn push_number(text: &mut String, number: u32) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10).to_le_bytes()[0]));
}

#[cfg(test)]
mod tests {
    use super::{
        Scope, Signed, authorization, canonical_headers, canonical_query, canonical_request, hash, presigned_query, string_to_sign,
    };
    use crate::credentials::Credentials;
    use std::format;
    use std::string::{String, ToString};
    use std::vec::Vec;

    /// A request of the test suite, parsed.
    struct Request {
        method: String,
        path: String,
        query: String,
        headers: Vec<(String, String)>,
        body: String,
    }

    fn parse(text: &str) -> Request {
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap();
        let (method, target) = line.split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            if let Some(continuation) = line.strip_prefix(' ') {
                let value = &mut headers.last_mut().unwrap().1; // a value of several lines
                value.push(' ');
                value.push_str(continuation);
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_string(), value.to_string()));
            }
        }
        Request { method: method.to_string(), path: path.to_string(), query: query.to_string(), headers, body: body.to_string() }
    }

    /// Encodes `path` as it is sent: some paths of the test suite contain spaces and non-ASCII
    /// characters.
    fn sent(path: &str) -> String {
        let shown = |byte: u8| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        path.bytes().map(shown).collect()
    }

    fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn signatures_match_aws_test_suite() {
        let suite: serde_json::Value = serde_json::from_str(include_str!("tests/signing-vectors.json")).unwrap();
        let (mut signed, mut presigned) = (0, 0);
        for vector in suite["vectors"].as_array().unwrap() {
            let name = vector["name"].as_str().unwrap();
            let text = |field: &str| vector[field].as_str().map(str::trim_end);
            let mut request = parse(vector["request"].as_str().unwrap());
            request.path = sent(&request.path);
            let context = &vector["context"];
            let expected = text("header_canonical_request").unwrap();
            // Two vectors have no context. One of these has no string to sign, and another time in
            // its request.
            let stated = text("header_string_to_sign");
            let scope_line = stated.map_or("20210511/us-east-1/execute-api/aws4_request", |stated| stated.lines().nth(2).unwrap());
            let mut parts = scope_line.split('/').skip(1);
            let (region, service) = (parts.next().unwrap(), parts.next().unwrap());
            let time = expected.lines().find_map(|line| line.strip_prefix("x-amz-date:")).unwrap();
            let resolves_path = context["normalize"].as_bool().unwrap_or(true);
            let scope = Scope { time, region, service, resolves_path, encodes_path: context.is_null() };
            let credential = |field: &str| context["credentials"][field].as_str().map(ToString::to_string);
            let credentials = Credentials {
                access_key_id: credential("access_key_id").unwrap_or("AKIDEXAMPLE".to_string()),
                secret_access_key: credential("secret_access_key").unwrap_or("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_string()),
                session_token: credential("token"),
            };
            let payload_hash = hash(request.body.as_bytes());
            let mut headers = request.headers.clone();
            headers.retain(|(name, _)| stated.is_some() || !name.eq_ignore_ascii_case("x-amz-date"));
            let mut add = |name: &str, value: &str| {
                if !headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
                    headers.push((name.to_string(), value.to_string()));
                }
            };
            add("x-amz-date", time);
            if context["sign_body"] == true {
                add("x-amz-content-sha256", &payload_hash);
            }
            if let Some(token) = credentials.session_token.as_deref().filter(|_| context["omit_session_token"] != true) {
                add("x-amz-security-token", token);
            }
            let headers = borrowed(&headers);
            let to_sign = Signed {
                method: &request.method,
                path: &request.path,
                query: &request.query,
                headers: &headers,
                payload_hash: &payload_hash,
            };
            let (lines, names) = canonical_headers(&headers);
            let canonical = canonical_request(&to_sign, &scope, &canonical_query(to_sign.query), &lines, &names);
            assert_eq!(canonical, expected, "{name}");
            if let Some(stated) = stated {
                assert_eq!(string_to_sign(&canonical, &scope), stated, "{name}");
            }
            if let Some(signature) = text("header_signature") {
                let value = authorization(&to_sign, &scope, &credentials);
                assert!(value.ends_with(&format!("Signature={signature}")), "{name}: {value}");
                signed += 1;
            }
            if let Some(signature) = text("query_signature") {
                let headers: Vec<_> = borrowed(&request.headers);
                let to_sign = Signed { headers: &headers, ..to_sign };
                let omits = context["omit_session_token"] == true;
                let credentials = Credentials { session_token: credentials.session_token.clone().filter(|_| !omits), ..credentials };
                let query = presigned_query(&to_sign, &scope, &credentials, 3600);
                assert!(query.ends_with(&format!("X-Amz-Signature={signature}")), "{name}: {query}");
                presigned += 1;
            }
        }
        assert_eq!((signed, presigned), (38, 38));
    }

    #[test]
    fn canonical_query_sorts_by_name_then_value() {
        assert_eq!(canonical_query("b=2&a-=1&a=2&a=10&=x&c"), "=x&a=10&a=2&a-=1&b=2&c=");
        assert_eq!(canonical_query("a=%2f&b=%zz&c=+&d=%"), "a=%2F&b=%25zz&c=%2B&d=%25");
    }
}
