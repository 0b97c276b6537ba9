//! Finds for each bracket the one that it belongs to, so that the parser can look past a group, and skip one, at once.

use crate::token::{Token, TokenKind};

/// Sets the partner of every bracket that has one. Where brackets are crossed, as in `( [ )`, the inner one has none.
pub(super) fn pair(tokens: &mut [Token]) {
    let mut open: Vec<(usize, TokenKind)> = Vec::new();
    let mut counts = [0usize; 4];
    for index in 0..tokens.len() {
        let kind = tokens[index].kind;
        if let Some(close) = closing(kind) {
            counts[class(close)] += 1;
            open.push((index, close));
            continue;
        }
        if !is_closing(kind) || counts[class(kind)] == 0 {
            continue;
        }
        while let Some((start, close)) = open.pop() {
            counts[class(close)] -= 1;
            if close == kind {
                tokens[start].partner = u32::try_from(index).unwrap_or(u32::MAX);
                tokens[index].partner = u32::try_from(start).unwrap_or(u32::MAX);
                break;
            }
        }
    }
}

/// The bracket that ends what `kind` begins.
#[must_use]
pub(crate) fn closing(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::ParenthesisOpen => Some(TokenKind::ParenthesisClose),
        TokenKind::BracketOpen => Some(TokenKind::BracketClose),
        TokenKind::BraceOpen => Some(TokenKind::BraceClose),
        TokenKind::FStringStart => Some(TokenKind::FStringEnd),
        _ => None,
    }
}

fn is_closing(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::ParenthesisClose | TokenKind::BracketClose | TokenKind::BraceClose | TokenKind::FStringEnd)
}

fn class(closing: TokenKind) -> usize {
    match closing {
        TokenKind::ParenthesisClose => 0,
        TokenKind::BracketClose => 1,
        TokenKind::BraceClose => 2,
        _ => 3,
    }
}
