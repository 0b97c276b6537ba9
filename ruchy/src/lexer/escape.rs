//! Escapes in strings, f-strings and byte strings, and what they stand for.

/// Replaces escapes by what they stand for. An unknown one stays; a backslash at the end of a line skips the spaces up to the next text.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find('\\') {
        result.push_str(&rest[..index]);
        rest = &rest[index + 1..];
        let Some(escaped) = rest.chars().next() else {
            result.push('\\');
            break;
        };
        let after = &rest[escaped.len_utf8()..];
        rest = after;
        match escaped {
            'n' => result.push('\n'),
            't' => result.push('\t'),
            'r' => result.push('\r'),
            '0' => result.push('\0'),
            '\\' | '"' | '\'' => result.push(escaped),
            '\n' => rest = after.trim_start(),
            '\r' if after.starts_with('\n') => rest = after.trim_start(),
            'u' => match unicode(after) {
                Some((character, length)) => {
                    result.push(character);
                    rest = &after[length..];
                }
                None => result.push_str("\\u"),
            },
            other => {
                result.push('\\');
                result.push(other);
            }
        }
    }
    result.push_str(rest);
    result
}

/// [`unescape`]s the text of an f-string, in which `{{` and `}}` are braces.
#[must_use]
pub fn unescape_fstring(text: &str) -> String {
    // A brace of an escape, `\u{7b}`, must not be taken for one of a pair: pairs are replaced between escapes only.
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let next = rest.find(['{', '}', '\\']);
        let Some(index) = next else { break };
        result.push_str(&rest[..index]);
        rest = &rest[index..];
        if rest.starts_with('\\') {
            let length = escape_bytes(rest);
            result.push_str(&unescape(&rest[..length]));
            rest = &rest[length..];
        } else {
            result.push_str(&rest[..1]);
            rest = rest[1..].strip_prefix(&rest[..1]).unwrap_or(&rest[1..]);
        }
    }
    result.push_str(rest);
    result
}

/// [`unescape`]s the text of a byte string, in which `\x1b` is a byte by its number.
#[must_use]
pub fn unescape_bytes(text: &str) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find('\\') {
        result.extend_from_slice(&rest.as_bytes()[..index]);
        rest = &rest[index..];
        let length = if let Some(byte) = byte_of_escape(rest) {
            result.push(byte);
            ESCAPE_OF_BYTE
        } else {
            let length = escape_bytes(rest);
            result.extend(unescape(&rest[..length]).into_bytes());
            length
        };
        rest = &rest[length..];
    }
    result.extend_from_slice(rest.as_bytes());
    result
}

/// The length of `\x1b`.
const ESCAPE_OF_BYTE: usize = 4;

/// The byte of an escape such as `\x1b` at the start of `text`.
pub(super) fn byte_of_escape(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("\\x")?.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// The number of bytes of the escape at the start of `text`, which begins with a backslash.
fn escape_bytes(text: &str) -> usize {
    match text[1..].chars().next() {
        Some('u') => unicode(&text[2..]).map_or(2, |(_, length)| 2 + length),
        Some('\n') => text.len() - text[1..].trim_start().len(),
        Some('\r') if text[2..].starts_with('\n') => text.len() - text[1..].trim_start().len(),
        Some(escaped) => 1 + escaped.len_utf8(),
        None => 1,
    }
}

/// The character of `{1F600}` and the length of that.
pub(super) fn unicode(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix('{')?;
    let end = digits.bytes().take(9).position(|byte| byte == b'}')?;
    let character = char::from_u32(u32::from_str_radix(&digits[..end].replace('_', ""), 16).ok()?)?;
    Some((character, end + 2))
}
