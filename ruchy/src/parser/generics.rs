//! Generic parameters and `where` clauses.

use super::{Parsed, Parser, Rules};
use crate::token::TokenKind;
use crate::tree::{GenericParameter, GenericParameterKind, Generics, Name, Predicate};

impl Parser<'_> {
    /// `<'a, T: Bound = Default, const N: usize>`, if it is there.
    pub(super) fn generics(&mut self) -> Parsed<Generics> {
        let mut generics = Generics::default();
        if !self.at(TokenKind::Less) {
            return Ok(generics);
        }
        let start = self.bump().span;
        while !self.at(TokenKind::Greater) {
            generics.parameters.push(self.generic_parameter()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let end = self.expect(TokenKind::Greater)?.span;
        generics.span = Some(start.to(end));
        Ok(generics)
    }

    fn generic_parameter(&mut self) -> Parsed<GenericParameter> {
        let start = self.span();
        if self.at(TokenKind::Lifetime) {
            let name = self.lifetime();
            let bounds = if self.eat(TokenKind::Colon) { self.lifetimes() } else { Vec::new() };
            return Ok(GenericParameter {
                id: self.new_id(),
                span: self.since(start),
                name,
                kind: GenericParameterKind::Lifetime { bounds },
            });
        }
        if self.eat(TokenKind::Const) {
            let name = self.name("a constant")?;
            self.expect(TokenKind::Colon)?;
            let ty = self.ty()?;
            let default = if self.eat(TokenKind::Assign) { Some(Box::new(self.nested(Rules::GROUP, Self::unary)?)) } else { None };
            return Ok(GenericParameter {
                id: self.new_id(),
                span: self.since(start),
                name,
                kind: GenericParameterKind::Constant { ty, default },
            });
        }
        let name = self.name("a type parameter")?;
        let bounds = if self.eat(TokenKind::Colon) { self.bounds()? } else { Vec::new() };
        let default = if self.eat(TokenKind::Assign) { Some(self.ty()?) } else { None };
        Ok(GenericParameter { id: self.new_id(), span: self.since(start), name, kind: GenericParameterKind::Type { bounds, default } })
    }

    /// `'a + 'b`
    fn lifetimes(&mut self) -> Vec<Name> {
        let mut lifetimes = Vec::new();
        while self.at(TokenKind::Lifetime) {
            lifetimes.push(self.lifetime());
            self.eat(TokenKind::Plus);
        }
        lifetimes
    }

    /// `where T: Bound, U: Bound`, if it is there.
    pub(super) fn where_clause(&mut self, generics: &mut Generics) -> Parsed<()> {
        if !self.eat(TokenKind::Where) {
            return Ok(());
        }
        while !matches!(self.kind(), TokenKind::BraceOpen | TokenKind::Semicolon | TokenKind::Assign | TokenKind::FatArrow | TokenKind::End)
        {
            generics.predicates.push(self.predicate()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        Ok(())
    }

    fn predicate(&mut self) -> Parsed<Predicate> {
        if self.at(TokenKind::Lifetime) {
            let lifetime = self.lifetime();
            self.expect(TokenKind::Colon)?;
            return Ok(Predicate::Lifetime { lifetime, bounds: self.lifetimes() });
        }
        let lifetimes = self.for_lifetimes()?;
        let ty = self.ty()?;
        self.expect(TokenKind::Colon)?;
        Ok(Predicate::Type { lifetimes, ty, bounds: self.bounds()? })
    }
}
