//! Types and bounds.

use super::{Parsed, Parser, Rules};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{Bound, GenericArgument, Name, Qualifier, Type, TypeKind};

impl Parser<'_> {
    pub(super) fn ty(&mut self) -> Parsed<Type> {
        let takes_generics = std::mem::replace(&mut self.takes_generics, true);
        let ty = self.nested(Rules::GROUP, Self::optional_type);
        self.takes_generics = takes_generics;
        ty
    }

    /// The type after `as`, where `<` is an operator.
    pub(super) fn cast_type(&mut self) -> Parsed<Type> {
        let takes_generics = std::mem::replace(&mut self.takes_generics, false);
        let ty = self.nested(Rules::GROUP, Self::single_type);
        self.takes_generics = takes_generics;
        ty
    }

    fn type_node(&mut self, span: Span, kind: TypeKind) -> Type {
        Type { id: self.new_id(), span, kind }
    }

    /// A type that may be followed by `?`.
    fn optional_type(&mut self) -> Parsed<Type> {
        let mut ty = self.single_type()?;
        while self.at(TokenKind::Question) && self.is_joined(0) {
            self.deepen()?;
            let end = self.bump().span;
            ty = self.type_node(ty.span.to(end), TypeKind::Optional(Box::new(ty)));
        }
        Ok(ty)
    }

    fn single_type(&mut self) -> Parsed<Type> {
        let token = self.token();
        let kind = match token.kind {
            TokenKind::Ampersand | TokenKind::AndAnd => return self.reference_type(),
            TokenKind::Star => {
                self.bump();
                let mutable = self.eat(TokenKind::Mut);
                if !mutable {
                    self.expect(TokenKind::Const)?;
                }
                TypeKind::Pointer { mutable, ty: Box::new(self.ty()?) }
            }
            TokenKind::ParenthesisOpen => self.tuple_type()?,
            TokenKind::BracketOpen => self.list_type()?,
            TokenKind::Fn | TokenKind::Fun => {
                self.bump();
                let (parameters, result) = self.function_type()?;
                TypeKind::Function { parameters, result }
            }
            TokenKind::Impl => {
                self.bump();
                TypeKind::Impl(self.bounds()?)
            }
            TokenKind::Identifier
                if self.at_word("dyn")
                    && !matches!(
                        self.ahead(1).kind,
                        TokenKind::PathSeparator | TokenKind::Less | TokenKind::Greater | TokenKind::Comma
                    ) =>
            {
                self.bump();
                TypeKind::Dyn(self.bounds()?)
            }
            TokenKind::Underscore => {
                self.bump();
                TypeKind::Inferred
            }
            TokenKind::Not => {
                self.bump();
                TypeKind::Never
            }
            TokenKind::Error => {
                self.bump();
                TypeKind::Error
            }
            TokenKind::Identifier
            | TokenKind::SelfValue
            | TokenKind::SelfType
            | TokenKind::Super
            | TokenKind::Crate
            | TokenKind::PathSeparator
            | TokenKind::Less => self.named_type()?,
            _ => return Err(self.unexpected("a type")),
        };
        Ok(self.type_node(token.span.to(self.previous()), kind))
    }

    /// A path, or `Fn(A) -> B` without `impl` or `dyn`.
    fn named_type(&mut self) -> Parsed<TypeKind> {
        let path = self.type_path()?;
        let is_function = path.as_name().is_some_and(|name| matches!(name.text.as_str(), "Fn" | "FnMut" | "FnOnce"));
        if !is_function || !self.at(TokenKind::ParenthesisOpen) {
            return Ok(TypeKind::Path(path));
        }
        let start = path.span;
        let (parameters, result) = self.function_type()?;
        let span = start.to(self.previous());
        Ok(TypeKind::BareFunction(Box::new(Bound::Function { span, lifetimes: Vec::new(), path, parameters, result })))
    }

    /// `&T`, `&'a mut T`, `&&T`
    fn reference_type(&mut self) -> Parsed<Type> {
        let token = self.bump();
        let lifetime = self.at(TokenKind::Lifetime).then(|| self.lifetime());
        let mutable = self.eat(TokenKind::Mut);
        let ty = Box::new(self.nested(self.rules, Self::single_type)?);
        let end = ty.span;
        if token.kind == TokenKind::Ampersand {
            return Ok(self.type_node(token.span.to(end), TypeKind::Reference { lifetime, mutable, ty }));
        }
        self.deepen()?;
        let second = Span { start: token.span.start + 1, ..token.span };
        let inner = self.type_node(second.to(end), TypeKind::Reference { lifetime, mutable, ty });
        Ok(self.type_node(token.span.to(end), TypeKind::Reference { lifetime: None, mutable: false, ty: Box::new(inner) }))
    }

    fn tuple_type(&mut self) -> Parsed<TypeKind> {
        let open = self.bump();
        let mut elements = Vec::new();
        let mut is_tuple = self.at(TokenKind::ParenthesisClose);
        while !self.at(TokenKind::ParenthesisClose) {
            elements.push(self.ty()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
            is_tuple = true;
        }
        self.expect_close(open, " or `,`")?;
        match elements.pop() {
            Some(only) if !is_tuple => Ok(TypeKind::Parenthesized(Box::new(only))),
            last => {
                elements.extend(last);
                Ok(TypeKind::Tuple(elements))
            }
        }
    }

    fn list_type(&mut self) -> Parsed<TypeKind> {
        let open = self.bump();
        let element = Box::new(self.ty()?);
        let kind = if self.eat(TokenKind::Semicolon) {
            let length = Box::new(self.expression_in(Rules::GROUP)?);
            TypeKind::Array { element, length }
        } else {
            TypeKind::Slice(element)
        };
        self.expect_close(open, " or `;`")?;
        Ok(kind)
    }

    /// `(A, B) -> C`; the parameters may have names, which are dropped.
    fn function_type(&mut self) -> Parsed<(Vec<Type>, Option<Box<Type>>)> {
        let open = self.expect(TokenKind::ParenthesisOpen)?;
        let mut parameters = Vec::new();
        while !self.at(TokenKind::ParenthesisClose) {
            parameters.push(self.ty()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect_close(open, " or `,`")?;
        let result = if self.eat(TokenKind::Arrow) { Some(Box::new(self.ty()?)) } else { None };
        Ok((parameters, result))
    }

    /// `A + B + 'a`
    pub(super) fn bounds(&mut self) -> Parsed<Vec<Bound>> {
        let mut bounds = vec![self.bound()?];
        while self.eat(TokenKind::Plus) {
            bounds.push(self.bound()?);
        }
        Ok(bounds)
    }

    fn bound(&mut self) -> Parsed<Bound> {
        if self.at(TokenKind::Lifetime) {
            return Ok(Bound::Lifetime(self.lifetime()));
        }
        let start = self.span();
        let maybe = self.eat(TokenKind::Question);
        let lifetimes = self.for_lifetimes()?;
        let takes_generics = std::mem::replace(&mut self.takes_generics, true);
        let path = self.type_path();
        self.takes_generics = takes_generics;
        let path = path?;
        if self.at(TokenKind::ParenthesisOpen) {
            let (parameters, result) = self.nested(Rules::GROUP, Self::function_type)?;
            return Ok(Bound::Function { span: start.to(self.previous()), lifetimes, path, parameters, result });
        }
        Ok(Bound::Trait { span: start.to(self.previous()), maybe, lifetimes, path })
    }

    /// `for<'a, 'b>`
    pub(super) fn for_lifetimes(&mut self) -> Parsed<Vec<Name>> {
        let mut lifetimes = Vec::new();
        if self.at(TokenKind::For) && self.ahead(1).kind == TokenKind::Less {
            self.bump();
            self.bump();
            while self.at(TokenKind::Lifetime) {
                lifetimes.push(self.lifetime());
                self.eat(TokenKind::Comma);
            }
            self.expect(TokenKind::Greater)?;
        }
        Ok(lifetimes)
    }

    /// `<T as Trait>`, in front of `::`
    pub(super) fn qualifier(&mut self) -> Parsed<Qualifier> {
        self.bump();
        let ty = self.ty()?;
        let as_trait = if self.eat(TokenKind::As) {
            let takes_generics = std::mem::replace(&mut self.takes_generics, true);
            let path = self.type_path();
            self.takes_generics = takes_generics;
            Some(path?)
        } else {
            None
        };
        self.expect(TokenKind::Greater)?;
        Ok(Qualifier { ty, as_trait })
    }

    /// `<A, 'b, C = D, 3>`
    pub(super) fn generic_arguments(&mut self) -> Parsed<Vec<GenericArgument>> {
        let open = self.span();
        self.expect(TokenKind::Less)?;
        let mut arguments = Vec::new();
        while !self.at(TokenKind::Greater) {
            arguments.push(self.generic_argument()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !self.at(TokenKind::Greater) {
            let found = self.describe();
            let error = crate::diagnostic::Diagnostic::error(
                crate::diagnostic::Code::Expected,
                self.span(),
                format!("expected `>` or `,`, found {found}"),
            );
            return Err(self.report(error.note_at(open, "this `<` is not closed")));
        }
        self.bump();
        Ok(arguments)
    }

    fn generic_argument(&mut self) -> Parsed<GenericArgument> {
        match (self.kind(), self.ahead(1).kind) {
            (TokenKind::Lifetime, _) => Ok(GenericArgument::Lifetime(self.lifetime())),
            (TokenKind::Identifier, TokenKind::Assign) => {
                let name = self.name("an associated type")?;
                self.bump();
                Ok(GenericArgument::Binding(name, self.ty()?))
            }
            (TokenKind::Identifier, TokenKind::Colon) => {
                let name = self.name("an associated type")?;
                self.bump();
                Ok(GenericArgument::Constraint(name, self.bounds()?))
            }
            (TokenKind::Integer | TokenKind::Minus | TokenKind::True | TokenKind::False | TokenKind::Char | TokenKind::BraceOpen, _) => {
                let constant = self.nested(Rules::GROUP, Self::unary)?;
                Ok(GenericArgument::Constant(Box::new(constant)))
            }
            _ => Ok(GenericArgument::Type(self.ty()?)),
        }
    }
}
