//! What `{` begins: a block, an object, a set, or a comprehension.

use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{NO_PARTNER, Token, TokenKind};
use crate::tree::{Block, Expression, ExpressionKind, ObjectEntry, ObjectKey, Statement, StatementKind};

/// What `{}` means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Block,
    Object,
}

impl Parser<'_> {
    /// A block that must stand here: the body of a function, a branch, a loop.
    pub(super) fn block(&mut self) -> Parsed<Block> {
        if !self.at(TokenKind::BraceOpen) {
            let error = Diagnostic::error(Code::Expected, self.span(), format!("expected a block, found {}", self.describe()));
            let error = error.label("expected `{`");
            let help = if self.at(TokenKind::In) || self.at_word("not") {
                "there is no operator `in`: write `list.contains(&x)` or `map.contains_key(&x)`"
            } else if self.at_word("and") {
                "write `&&`"
            } else if self.at_word("or") {
                "write `||`"
            } else if self.at(TokenKind::Colon) {
                "remove the `:`, and write the statements in braces: `{ … }`"
            } else {
                "write the statements in braces: `{ … }`"
            };
            return Err(self.report(error.help(help)));
        }
        if self.begins_object(true) && self.ahead(1).kind != TokenKind::Ellipsis && self.ahead(2).kind == TokenKind::Colon {
            let error = Diagnostic::error(Code::ObjectForBlock, self.span(), "this `{` begins a block, and not an object");
            self.report(error.label("a block is expected here").help("put the object into braces of its own: `{ { key: value } }`"));
            let open = self.token();
            let object = self.nested(Rules::GROUP, |parser| parser.object(open))?;
            return Ok(Block { id: self.new_id(), span: object.span, statements: Vec::new() });
        }
        let open = self.token();
        self.nested(self.rules, |parser| {
            parser.bump();
            parser.block_rest(open, Vec::new())
        })
    }

    /// The statements of a block whose `{` was read, and its `}`.
    fn block_rest(&mut self, open: Token, mut statements: Vec<Statement>) -> Parsed<Block> {
        self.within(open, |parser| parser.statements(&mut statements));
        if !self.at(TokenKind::BraceClose) {
            return Err(self.unclosed_block(open));
        }
        let close = self.bump();
        Ok(Block { id: self.new_id(), span: open.span.to(close.span), statements })
    }

    /// Reports the block that lacks its `}`: a block inside whose `}` stands further left than the line of its `{` is the likely one.
    fn unclosed_block(&mut self, open: Token) -> super::Reported {
        if self.last_error == Some(self.position) {
            return super::Reported;
        }
        let mut culprit = None;
        let mut index = self.tokens.partition_point(|token| token.span.start <= open.span.start);
        while let Some(token) = self.tokens.get(index) {
            if token.kind == TokenKind::BraceOpen && token.partner != NO_PARTNER {
                let close = self.tokens[token.partner as usize];
                if close.newline_before && self.indentation(close.span) < self.indentation(token.span) {
                    culprit = Some((token.span, close.span));
                }
            }
            index += 1;
        }
        let span = culprit.map_or(open.span, |(open, _)| open);
        let error = Diagnostic::error(Code::Unclosed, span, "this `{` is not closed")
            .label("the block starts here")
            .help("add a `}` where the block ends");
        self.report(match culprit {
            Some((_, close)) => error.note_at(close, "this `}` closes it now, but its indentation is that of an outer block"),
            None => error,
        })
    }

    /// `{` in an expression.
    pub(super) fn braces(&mut self, empty: Empty) -> Parsed<Expression> {
        let open = self.token();
        if self.begins_object(empty == Empty::Block) {
            return self.nested(Rules::GROUP, |parser| parser.object(open));
        }
        let rules = Rules { indent: self.rules.indent, ..Rules::STATEMENT };
        self.nested(rules, |parser| {
            parser.bump();
            parser.block_or_set(open)
        })
    }

    /// The current `{` begins an object.
    fn begins_object(&self, empty_is_block: bool) -> bool {
        let (first, second) = (self.ahead(1), self.ahead(2).kind);
        match first.kind {
            TokenKind::BraceClose => !empty_is_block,
            TokenKind::Ellipsis => true,
            TokenKind::String => matches!(second, TokenKind::Colon),
            TokenKind::Identifier => matches!(second, TokenKind::Colon | TokenKind::Comma),
            kind if kind.is_word() && kind != TokenKind::Underscore => second == TokenKind::Colon,
            _ => false,
        }
    }

    /// `{ key: value, … }`, or `{key: value for pattern in iterable}`. Its `{` is the current token.
    pub(super) fn object(&mut self, open: Token) -> Parsed<Expression> {
        self.bump();
        let mut entries = Vec::new();
        while !self.at(TokenKind::BraceClose) {
            let entry = self.object_entry()?;
            if self.at(TokenKind::For) && entries.is_empty() {
                if let ObjectEntry::Pair { key, value } = entry {
                    let element = self.key_expression(key);
                    return self.comprehension(open, element, Some(value));
                }
                return Err(self.unexpected("`,` or `}`"));
            }
            entries.push(entry);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let close = self.expect_close(open, " or `,`")?;
        Ok(self.node(open.span.to(close.span), ExpressionKind::Object(entries)))
    }

    fn object_entry(&mut self) -> Parsed<ObjectEntry> {
        if self.eat(TokenKind::Ellipsis) {
            return Ok(ObjectEntry::Spread(self.expression_in(Rules::GROUP)?));
        }
        let token = self.token();
        let key = if token.kind == TokenKind::String {
            self.bump();
            ObjectKey { text: self.text_of_string(token).value, span: token.span, quoted: true }
        } else {
            let name = self.any_name("an entry of an object")?;
            if token.kind == TokenKind::Identifier && !self.at(TokenKind::Colon) {
                if self.at(TokenKind::Assign) {
                    return Err(self.unexpected("`:` after the key"));
                }
                return Ok(ObjectEntry::Short(self.variable(name)));
            }
            ObjectKey { text: name.text, span: name.span, quoted: false }
        };
        if !self.at(TokenKind::Colon) {
            return Err(self.unexpected("`:` after the key"));
        }
        self.bump();
        Ok(ObjectEntry::Pair { key, value: self.expression_in(Rules::GROUP)? })
    }

    /// The expression that a key was, in `{key: value for …}`.
    fn key_expression(&mut self, key: ObjectKey) -> Expression {
        if key.quoted {
            let text = crate::tree::Text { value: key.text, raw: false };
            return self.node(key.span, ExpressionKind::Literal(crate::tree::Literal::String(text)));
        }
        self.variable(crate::tree::Name { text: key.text, span: key.span })
    }

    /// A block, or `{x for x in xs}`, `{f(k): v for (k, v) in m}`. Its `{` was read.
    fn block_or_set(&mut self, open: Token) -> Parsed<Expression> {
        let mut statements = Vec::new();
        if !matches!(self.kind(), TokenKind::BraceClose | TokenKind::End) {
            let first = self.within(open, |parser| parser.statement(true));
            let goes_on = matches!(self.kind(), TokenKind::For | TokenKind::Colon) && !self.token().newline_before;
            match first.kind {
                StatementKind::Expression(element) if goes_on && !first.semicolon && !element.is_block_like() => {
                    let value = if self.eat(TokenKind::Colon) { Some(self.expression_in(Rules::GROUP)?) } else { None };
                    return self.comprehension(open, element, value);
                }
                kind => statements.push(Statement { kind, ..first }),
            }
        }
        let block = self.block_rest(open, statements)?;
        Ok(self.node(block.span, ExpressionKind::Block { label: None, block }))
    }

    /// Reads a part of the block that `open` begins, to whose end errors are skipped.
    pub(super) fn within<T>(&mut self, open: Token, read: impl FnOnce(&mut Self) -> T) -> T {
        let end = Some(open.partner as usize).filter(|_| open.partner != NO_PARTNER);
        let outer = std::mem::replace(&mut self.block_end, end);
        let result = read(self);
        self.block_end = outer;
        result
    }
}
