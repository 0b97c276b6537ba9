//! Numbers: `255`, `0xFF`, `1_000`, `1.5`, `1e10`, `7u8`, `2.5_f32`.

use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;
use crate::tree::{FLOAT_SUFFIXES, Float, INTEGER_SUFFIXES, Integer, Literal};
use std::borrow::Cow;

/// So many digits are no number that is too large.
const PLAIN_DIGITS_MAX: usize = 38;

impl Lexer<'_> {
    pub(super) fn number(&mut self) -> TokenKind {
        let start = self.position;
        if self.tokens.last().is_some_and(|token| token.kind == TokenKind::Dot) {
            // `pair.1.0` has two fields.
            self.digits();
            return TokenKind::Integer;
        }
        let is_based = self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'o' | b'b');
        let mut is_float = false;
        if is_based {
            self.name();
        } else {
            self.digits();
            if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                is_float = true;
                self.position += 1;
                self.digits();
            } else if self.peek(0) == b'.' && self.peek(1) != b'.' && !super::is_name_start(&self.text[self.position + 1..]) {
                is_float = true;
                self.position += 1;
            }
            if matches!(self.peek(0), b'e' | b'E') {
                let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
                if self.peek(1 + sign).is_ascii_digit() {
                    is_float = true;
                    self.position += 1 + sign;
                    self.digits();
                }
            }
            self.name();
        }
        let text = &self.text[start..self.position];
        if text.len() <= PLAIN_DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return TokenKind::Integer;
        }
        match parse(text) {
            Ok(Literal::Float(_)) => TokenKind::Float,
            Ok(_) if is_float => TokenKind::Float,
            Ok(_) => TokenKind::Integer,
            Err(error) => {
                let span = self.span(start, self.position);
                self.diagnostics.push(match error {
                    NumberError::Suffix(suffix) => Diagnostic::error(Code::Number, span, format!("`{suffix}` is not a type of number"))
                        .help("the types are i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, f32 and f64; a name does not start with a digit"),
                    NumberError::Digit(digit, base) => {
                        Diagnostic::error(Code::Number, span, format!("`{digit}` is not a digit of base {base}"))
                    }
                    NumberError::NoDigits => Diagnostic::error(Code::Number, span, format!("`{text}` has no digits")),
                    NumberError::TooLarge => {
                        Diagnostic::error(Code::Number, span, format!("`{text}` is too large for any type of integer")).help("write a float: `1e40`")
                    }
                });
                TokenKind::Error
            }
        }
    }

    fn digits(&mut self) {
        while matches!(self.peek(0), b'0'..=b'9' | b'_') {
            self.position += 1;
        }
    }
}

/// The text of a number token.
pub(crate) struct NumberText<'a>(pub(crate) &'a str);

impl NumberText<'_> {
    /// Its value. The lexer makes number tokens only of what can be read, and of the digits after a `.`.
    pub(crate) fn literal(&self) -> Literal {
        parse(self.0).unwrap_or_else(|_| Literal::Integer(Integer { value: 0, digits: self.0.to_owned(), suffix: None }))
    }
}

enum NumberError {
    Suffix(String),
    Digit(char, u32),
    NoDigits,
    TooLarge,
}

/// Reads the text of a number.
fn parse(text: &str) -> Result<Literal, NumberError> {
    let base = match text.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    if base != 10 {
        return based(text, base);
    }
    let suffix_start = suffix_start(text);
    let (digits, suffix) = (text[..suffix_start].trim_end_matches('_'), &text[suffix_start..]);
    let is_float = digits.contains(['.', 'e', 'E']) || FLOAT_SUFFIXES.contains(&suffix);
    if !suffix.is_empty() && !FLOAT_SUFFIXES.contains(&suffix) && (is_float || !INTEGER_SUFFIXES.contains(&suffix)) {
        return Err(NumberError::Suffix(suffix.to_owned()));
    }
    let suffix = Some(suffix.to_owned()).filter(|suffix| !suffix.is_empty());
    let plain = if digits.contains('_') { Cow::Owned(digits.replace('_', "")) } else { Cow::Borrowed(digits) };
    if is_float {
        let value = plain.parse().map_err(|_| NumberError::NoDigits)?;
        return Ok(Literal::Float(Float { value, digits: digits.to_owned(), suffix }));
    }
    let value = plain.parse().map_err(|_| NumberError::TooLarge)?;
    Ok(Literal::Integer(Integer { value, digits: digits.to_owned(), suffix }))
}

/// The index of the first letter of a decimal number that belongs neither to its digits nor to its exponent.
fn suffix_start(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        match bytes[index] {
            b'0'..=b'9' | b'_' | b'.' => index += 1,
            b'e' | b'E' if matches!(bytes.get(index + 1), Some(b'0'..=b'9')) => index += 2,
            b'e' | b'E' if matches!(bytes.get(index + 1), Some(b'+' | b'-')) => index += 2,
            _ => break,
        }
    }
    index
}

fn based(text: &str, base: u32) -> Result<Literal, NumberError> {
    // `b`, `e` and `f` are hexadecimal digits; a suffix begins with `i` or `u`.
    let suffix_start = text[2..].find(['i', 'u']).map_or(text.len(), |index| index + 2);
    let (digits, suffix) = (text[..suffix_start].trim_end_matches('_'), &text[suffix_start..]);
    if !suffix.is_empty() && !INTEGER_SUFFIXES.contains(&suffix) {
        return Err(NumberError::Suffix(suffix.to_owned()));
    }
    let plain = digits.get(2..).unwrap_or("").replace('_', "");
    if let Some(wrong) = plain.chars().find(|digit| !digit.is_digit(base)) {
        return Err(NumberError::Digit(wrong, base));
    }
    if plain.is_empty() {
        return Err(NumberError::NoDigits);
    }
    let value = u128::from_str_radix(&plain, base).map_err(|_| NumberError::TooLarge)?;
    Ok(Literal::Integer(Integer { value, digits: digits.to_owned(), suffix: Some(suffix.to_owned()).filter(|suffix| !suffix.is_empty()) }))
}
