//! Paths, with type arguments.

use super::{Parsed, Parser};
use crate::token::TokenKind;
use crate::tree::{Path, Segment};

impl Parser<'_> {
    /// A path in an expression or a pattern, where type arguments are written `::<T>`.
    pub(super) fn value_path(&mut self) -> Parsed<Path> {
        self.path(false)
    }

    /// A path in a type, where type arguments are written `<T>` or `::<T>`.
    pub(super) fn type_path(&mut self) -> Parsed<Path> {
        self.path(true)
    }

    fn path(&mut self, is_type: bool) -> Parsed<Path> {
        let start = self.span();
        let qualifier = if self.at(TokenKind::Less) { Some(Box::new(self.qualifier()?)) } else { None };
        let global = qualifier.is_none() && self.eat(TokenKind::PathSeparator);
        if qualifier.is_some() {
            self.expect(TokenKind::PathSeparator)?;
        }
        let mut segments = vec![self.segment(is_type, true)?];
        while self.at(TokenKind::PathSeparator) && !matches!(self.ahead(1).kind, TokenKind::BraceOpen | TokenKind::Star) {
            self.bump();
            segments.push(self.segment(is_type, false)?);
        }
        Ok(Path { span: start.to(self.previous()), global, qualifier, segments })
    }

    fn segment(&mut self, is_type: bool, is_first: bool) -> Parsed<Segment> {
        let token = self.token();
        let name = match token.kind {
            TokenKind::SelfValue | TokenKind::SelfType | TokenKind::Super | TokenKind::Crate => {
                self.bump();
                self.name_of(token.span)
            }
            // `std::env::var`
            _ if !is_first => self.any_name("an item of the module or type")?,
            _ => self.name(if is_type { "a type" } else { "a value" })?,
        };
        let generics = if self.at(TokenKind::PathSeparator) && self.ahead(1).kind == TokenKind::Less {
            self.bump();
            Some(self.generic_arguments()?)
        } else if is_type && self.at(TokenKind::Less) && self.takes_generics {
            Some(self.generic_arguments()?)
        } else {
            None
        };
        Ok(Segment { name, generics })
    }
}
