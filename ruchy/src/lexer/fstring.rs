//! F-strings: their texts and holes.

use super::{Lexer, Mode};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn fstring_start(&mut self, width: usize, escaped: bool) -> TokenKind {
        self.position += width;
        self.modes.push(Mode::Text { escaped });
        TokenKind::FStringStart
    }

    /// Reads the text of an f-string up to a hole or its end, and that hole's or end's token.
    pub(super) fn fstring_text(&mut self, escaped: bool) {
        let start = self.position;
        let mut has_end = false;
        // `\{` is reported, and its `}` is not.
        let mut escaped_braces = 0u32;
        while let Some(&byte) = self.bytes.get(self.position) {
            match byte {
                b'"' if !escaped => has_end = true,
                b'\\' if escaped && self.peek(1) == b'"' => has_end = true,
                b'{' if self.peek(1) == b'{' => {
                    self.position += 2;
                    continue;
                }
                b'}' if self.peek(1) == b'}' => {
                    self.position += 2;
                    continue;
                }
                b'}' if escaped_braces > 0 => {
                    escaped_braces -= 1;
                    self.position += 1;
                    continue;
                }
                b'}' => {
                    let span = self.span(self.position, self.position + 1);
                    self.diagnostics.push(
                        Diagnostic::error(Code::FString, span, "this `}` of an f-string has no `{`")
                            .help("write `}}` for a brace in the text"),
                    );
                    self.position += 1;
                    continue;
                }
                b'\\' => {
                    escaped_braces += u32::from(self.peek(1) == b'{');
                    self.fstring_escape();
                    continue;
                }
                b'{' => {}
                _ => {
                    self.position += 1;
                    continue;
                }
            }
            break;
        }
        self.position = self.position.min(self.bytes.len());
        if self.position > start {
            self.warn_of_escapes(start, self.position);
            self.push(TokenKind::FStringText, start);
        }
        let mark = self.position;
        if has_end {
            self.position += if escaped { 2 } else { 1 };
            self.modes.pop();
            self.push(TokenKind::FStringEnd, mark);
        } else if mark < self.bytes.len() {
            self.position += 1;
            self.modes.push(Mode::Hole { start: self.span(mark, mark).start, brackets: 0, ternaries: 0 });
            self.push(TokenKind::HoleStart, mark);
        } else {
            self.modes.clear();
            let opened = self.tokens.iter().rev().find(|token| token.kind == TokenKind::FStringStart);
            let span = opened.map_or(self.span(start, start), |token| token.span);
            self.diagnostics.push(
                Diagnostic::error(Code::UnclosedString, span, "this f-string has no end")
                    .label("the string starts here")
                    .help("end it with `\"`"),
            );
        }
    }

    pub(super) fn fstring_escape(&mut self) {
        let start = self.position;
        match self.peek(1) {
            b'u' if self.peek(2) == b'{' => {
                let digits = self.bytes[self.position + 3..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                self.position += 3 + digits + usize::from(self.peek(3 + digits) == b'}');
            }
            brace @ (b'{' | b'}') => {
                let brace = char::from(brace);
                let span = self.span(start, start + 2);
                self.diagnostics.push(
                    Diagnostic::error(Code::FString, span, format!("`\\{brace}` is not an escape"))
                        .help(format!("write `{brace}{brace}` for a brace in the text")),
                );
                self.position += 2;
            }
            _ => {
                self.position += 1;
                self.position += self.rest().chars().next().map_or(0, char::len_utf8);
            }
        }
    }

    /// Ends the f-string that a hole is in, because the hole does not end. The token at `start` is the quote that ends the f-string.
    pub(super) fn unclosed_hole(&mut self, start: usize) -> TokenKind {
        self.unclosed_hole_error();
        self.modes.pop();
        self.modes.pop();
        self.position = start + if self.bytes[start] == b'\\' { 2 } else { 1 };
        TokenKind::FStringEnd
    }

    pub(super) fn unclosed_hole_error(&mut self) {
        let Some(Mode::Hole { start, .. }) = self.modes.last().copied() else { return };
        let span = self.span(start as usize, start as usize + 1);
        self.diagnostics.push(
            Diagnostic::error(Code::FString, span, "this `{` of an f-string has no `}`")
                .label("the expression starts here")
                .help("end the expression with `}`, or write `{{` for a brace in the text"),
        );
    }

    /// Reports a hole that goes on to the end of the file.
    pub(super) fn unclosed_holes(&mut self) {
        self.unclosed_hole_error();
        self.modes.clear();
    }
}
