//! Rust as a row of pieces: tokens, delimiters among them, and what may stand between two.

use super::words::{self, Word};
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// One token, or one half of a pair of delimiters.
#[derive(Debug)]
pub struct Piece {
    pub text: String,
    /// Whether it is one with the next: `&&`, `->`, the `'` of `'static`.
    pub joined: bool,
    /// Whether there was space behind it.
    pub spaced: bool,
    /// Whether it is a name or a literal, which have words in them.
    pub named: bool,
    end: usize,
}

impl Piece {
    /// What of it may have come from a source: names, and what stands in a literal. In one to be formatted, words come before the values that
    /// the source has between them: the values count.
    pub fn words(&self) -> impl Iterator<Item = Word<'_>> {
        let is_format = self.text.starts_with('"') && (self.text.contains("{}") || self.text.contains("{:"));
        if self.named && !is_format { words::read(&self.text) } else { Vec::new() }.into_iter()
    }
}

/// The pieces of `rust`; nothing when it is not Rust. A comment that documents something is the attribute that it stands for.
pub fn read(rust: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    read_into(&mut pieces, rust.parse().ok()?);
    Some(pieces)
}

/// Whether these are the same tokens, however they are spaced.
pub fn same(one: &[Piece], other: &[Piece]) -> bool {
    let tokens = |pieces: &[Piece]| pieces.iter().map(|piece| (piece.text.clone(), piece.joined)).collect::<Vec<_>>();
    tokens(one) == tokens(other)
}

fn read_into(pieces: &mut Vec<Piece>, tokens: TokenStream) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(pieces, open.to_owned(), group.span_open(), false, false);
                read_into(pieces, group.stream());
                push(pieces, close.to_owned(), group.span_close(), false, false);
            }
            TokenTree::Punct(punct) => {
                push(pieces, punct.to_string(), punct.span(), punct.spacing() == proc_macro2::Spacing::Joint, false);
            }
            TokenTree::Ident(name) => push(pieces, name.to_string(), name.span(), false, true),
            TokenTree::Literal(literal) => push(pieces, literal.to_string(), literal.span(), false, true),
        }
    }
}

fn push(pieces: &mut Vec<Piece>, text: String, span: Span, joined: bool, named: bool) {
    let place = span.byte_range();
    if let Some(before) = pieces.last_mut() {
        // A comment is the place of all tokens that it stands for, and none of them is one with another.
        before.spaced = place.start != before.end || place.len() > text.len();
    }
    pieces.push(Piece { text, joined, spaced: false, named, end: place.end });
}
