//! Strings, f-strings, characters, labels.

use super::escape::{byte_of_escape, unescape, unescape_bytes, unicode};
use super::{Lexer, is_name_start, memchr};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    /// Reads a string whose quote, of `width` bytes (`"` or `\"`), is at `quote`.
    pub(super) fn string(&mut self, quote: usize, width: usize) -> TokenKind {
        let start = self.position;
        let end = if self.in_hole() { self.end_on_line(quote + width, width) } else { self.end_of_string(quote + width) };
        if let Some(end) = end {
            self.position = end + width;
            self.warn_of_escapes(quote + width, end);
            return TokenKind::String;
        }
        if self.in_hole() {
            return self.unclosed_hole(start);
        }
        self.position = memchr(b'\n', self.bytes, start);
        self.unclosed_string(start, quote + width);
        TokenKind::Error
    }

    fn unclosed_string(&mut self, start: usize, open_end: usize) {
        let span = self.span(start, open_end);
        let error = Diagnostic::error(Code::UnclosedString, span, "this string has no end")
            .label("the string starts here")
            .help("end it with `\"`");
        // A missing quote turns all later strings inside out: then the first one of several lines is the one to look at.
        let source = self.source;
        let is_multiline = |token: &&Token| token.kind == TokenKind::String && source.slice(token.span).contains('\n');
        let earlier = if self.diagnostics.is_full() { None } else { self.tokens.iter().find(is_multiline) };
        self.diagnostics.push(match earlier {
            Some(token) => error.note_at(token.span.before(), "this string spans several lines: its end may be missing"),
            None => error,
        });
    }

    /// The index of the `"` that ends a string, or `None`.
    fn end_of_string(&mut self, from: usize) -> Option<usize> {
        if !self.strings_end {
            return None;
        }
        let mut index = from;
        while let Some(&byte) = self.bytes.get(index) {
            match byte {
                b'"' => return Some(index),
                b'\\' => index += 2,
                _ => index += 1,
            }
        }
        self.strings_end = false;
        None
    }

    /// The index of the quote that ends a string in a hole, which is on its line.
    fn end_on_line(&self, from: usize, width: usize) -> Option<usize> {
        let mut index = from;
        while let Some(&byte) = self.bytes.get(index) {
            match byte {
                b'"' if width == 1 => return Some(index),
                // Where the quotes are escaped, a plain one ends the f-string.
                b'\n' | b'"' => return None,
                b'\\' if width == 2 && self.bytes.get(index + 1) == Some(&b'"') => return Some(index),
                b'\\' => index += 2,
                _ => index += 1,
            }
        }
        None
    }

    /// `'a'`, `'\n'`, `'label`, and strings of another length, `'ab'`.
    pub(super) fn apostrophe(&mut self) -> TokenKind {
        let start = self.position;
        let rest = &self.text[start + 1..];
        let mut characters = rest.char_indices();
        let first = characters.next().map(|(_, first)| first);
        if first != Some('\\') && first != Some('\'') && characters.next().is_some_and(|(_, second)| second == '\'') {
            self.position = start + 2 + first.map_or(0, char::len_utf8);
            return TokenKind::Char;
        }
        if is_name_start(rest) {
            let length = rest.find(|next: char| next != '_' && !next.is_alphanumeric()).unwrap_or(rest.len());
            // `'text'` and `'a@b'` are strings, `&'a T` and `<'a, 'b>` are not.
            let is_string = rest[length..].bytes().find(|byte| b"' \t\r\n>;},)+".contains(byte)) == Some(b'\'');
            if !is_string {
                self.position = start + 1 + length;
                return TokenKind::Lifetime;
            }
        }
        let mut index = start + 1;
        while let Some(&byte) = self.bytes.get(index).filter(|_| start >= self.no_apostrophe_before) {
            match byte {
                b'\n' => break,
                b'\'' => {
                    self.position = index + 1;
                    let mut value = unescape(&self.text[start + 1..index]);
                    return if value.pop().is_some() && value.is_empty() { TokenKind::Char } else { TokenKind::String };
                }
                b'\\' => index += 2,
                _ => index += 1,
            }
        }
        self.no_apostrophe_before = self.no_apostrophe_before.max(index);
        self.position = start + 1;
        let span = self.span(start, start + 1);
        self.diagnostics.push(
            Diagnostic::error(Code::UnclosedString, span, "this character has no end")
                .label("the quote starts a character or a label")
                .help("write one character as `'a'`, and text in double quotes: `\"text\"`"),
        );
        TokenKind::Error
    }

    pub(super) fn byte(&mut self) -> TokenKind {
        self.position += 1;
        let start = self.position;
        match self.apostrophe() {
            // `'\x1b'` is text of several characters.
            TokenKind::Char | TokenKind::String if unescape_bytes(&self.text[start + 1..self.position - 1]).len() == 1 => TokenKind::Byte,
            TokenKind::Error => TokenKind::Error,
            _ => {
                let span = self.span(start - 1, self.position);
                self.diagnostics.push(
                    Diagnostic::error(Code::Byte, span, "a byte is one character of ASCII").help("write `b'a'`, or `b\"…\"` for several"),
                );
                TokenKind::Error
            }
        }
    }

    /// `r"` or `r#"` stands at the current position, behind a prefix of so many bytes.
    pub(super) fn is_raw_string(&self, prefix: usize) -> bool {
        let after = self.bytes[self.position + prefix..].iter().find(|&&byte| byte != b'#');
        after == Some(&b'"')
    }

    pub(super) fn raw_string(&mut self, prefix: usize, kind: TokenKind) -> TokenKind {
        let start = self.position;
        let hashes = self.bytes[start + prefix..].iter().take_while(|&&byte| byte == b'#').count();
        let body = start + prefix + hashes + 1;
        let mut from = body;
        loop {
            let quote = memchr(b'"', self.bytes, from);
            if quote == self.bytes.len() {
                break;
            }
            let found = self.bytes[quote + 1..].iter().take(hashes).take_while(|&&byte| byte == b'#').count();
            if found == hashes {
                self.position = quote + 1 + hashes;
                return kind;
            }
            from = quote + 1 + found;
        }
        let end = format!("\"{}", "#".repeat(hashes.min(8)));
        let span = self.span(start, body);
        self.position = self.bytes.len();
        self.diagnostics.push(
            Diagnostic::error(Code::UnclosedString, span, "this raw string has no end")
                .label("the string starts here")
                .help(format!("end it with `{end}`")),
        );
        TokenKind::Error
    }

    /// Warns of escapes that have no meaning, which stay in the text as they are written.
    pub(super) fn warn_of_escapes(&mut self, start: usize, end: usize) {
        let mut index = start;
        while index < end {
            if self.bytes[index] != b'\\' {
                index += 1;
                continue;
            }
            let escaped = self.text[index + 1..].chars().next().unwrap_or(' ');
            let in_bytes = self.text[..start].ends_with("b\"");
            let is_known = in_bytes && byte_of_escape(&self.text[index..end]).is_some()
                || matches!(escaped, 'n' | 't' | 'r' | '\\' | '"' | '\'' | '0' | '\n' | '\r' | '{' | '}')
                || escaped == 'u' && self.bytes.get(index + 2) == Some(&b'{');
            let next = index + 1 + escaped.len_utf8();
            if escaped == 'u' && is_known && unicode(&self.text[next..]).is_none() {
                let length = self.bytes[next..end].iter().take(10).position(|&byte| byte == b'}').map_or(1, |length| length + 1);
                let span = self.span(index, next + length);
                let text = self.text[index..next + length].escape_debug().to_string().replace("\\\\", "\\");
                self.diagnostics.push(
                    Diagnostic::error(Code::UnknownEscape, span, format!("`{text}` is not a character"))
                        .help("write the number of a character in hexadecimal digits, from `\\u{0}` to `\\u{10FFFF}`"),
                );
            } else if !is_known {
                let span = self.span(index, next.min(self.bytes.len()));
                self.diagnostics.push(
                    Diagnostic::warning(Code::UnknownEscape, span, format!("`\\{escaped}` is not an escape: it stays as it is written"))
                        .help(format!("write `\\\\{escaped}` for a backslash; a character by its number is `\\u{{1b}}`")),
                );
            }
            index = next;
        }
    }
}
