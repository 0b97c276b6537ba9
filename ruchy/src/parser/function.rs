//! Functions, methods and handlers of actors, with their parameters.

use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;
use crate::tree::{Function, Parameter, Receiver};

impl Parser<'_> {
    /// A function outside of `impl`, traits and structs: it has a body, and no `self`.
    pub(super) fn free_function(&mut self) -> Parsed<Function> {
        let function = self.function()?;
        if let Some(receiver) = &function.receiver {
            let error = Diagnostic::error(
                Code::SelfOutsideMethod,
                receiver.span,
                format!("`{}` is not a method: it has no `self`", function.name.text),
            );
            self.diagnostics.push(error.help(format!(
                "move the function into `impl Type {{ … }}`, or give the parameter a name and a type: `value: &{}`",
                "Type"
            )));
        }
        if function.body.is_none() {
            return Err(self.unexpected("`{` and the body of the function"));
        }
        Ok(function)
    }

    /// `const unsafe fun name<T>(parameters) -> result where … { … }`; the body may be missing.
    pub(super) fn function(&mut self) -> Parsed<Function> {
        let is_const = self.eat(TokenKind::Const);
        let is_unsafe = self.eat(TokenKind::Unsafe);
        if !self.eat(TokenKind::Fun) {
            self.expect(TokenKind::Fn)?;
        }
        self.function_after(is_const, is_unsafe)
    }

    /// A function whose `fun` was read.
    fn function_after(&mut self, is_const: bool, is_unsafe: bool) -> Parsed<Function> {
        let name = self.name("a function")?;
        let mut generics = self.generics()?;
        let receiver;
        let parameters;
        if self.at(TokenKind::ParenthesisOpen) {
            (receiver, parameters) = self.method_parameters()?;
        } else {
            return Err(self.unexpected("`(` and the parameters of the function"));
        }
        let result = self.function_result()?;
        self.where_clause(&mut generics)?;
        let (body, short) = self.function_body()?;
        Ok(Function { name, generics, receiver, parameters, result, body, is_const, is_unsafe, short, receives: false })
    }

    /// `receive name(parameters) -> result { … }` of an actor, whose `receive` is the current token.
    pub(super) fn handler(&mut self) -> Parsed<Function> {
        let word = self.bump();
        let mut function = self.function_after(false, false)?;
        if let Some(receiver) = &function.receiver {
            let error = Diagnostic::error(Code::Expected, receiver.span, "a handler of an actor has no parameter `self`");
            self.diagnostics.push(error.help("remove it: `self` is the actor"));
        }
        if function.body.is_none() {
            return Err(self.unexpected("`{` and the body of the handler"));
        }
        let receiver = Receiver { id: self.new_id(), span: word.span, reference: true, lifetime: None, mutable: true, ty: None };
        function.receiver = Some(receiver);
        function.receives = true;
        Ok(function)
    }

    /// `-> type`, if it is there.
    fn function_result(&mut self) -> Parsed<Option<crate::tree::Type>> {
        if self.eat(TokenKind::Arrow) {
            return Ok(Some(self.ty()?));
        }
        if self.at(TokenKind::Colon) {
            let error = Diagnostic::error(Code::Expected, self.span(), "expected `{` or `->`, found `:`").label("expected `{` or `->`");
            let is_type = self.ahead(1).kind == TokenKind::Identifier && !self.ahead(1).newline_before;
            return Err(self.report(error.help(if is_type {
                "write the type of the result with `->`"
            } else {
                "write the body in braces: `{ … }`"
            })));
        }
        Ok(None)
    }

    fn function_body(&mut self) -> Parsed<(Option<crate::tree::Block>, bool)> {
        match self.kind() {
            TokenKind::BraceOpen => {
                let outer = std::mem::replace(&mut self.rules, Rules::STATEMENT);
                let block = self.block();
                self.rules = outer;
                Ok((Some(block?), false))
            }
            TokenKind::FatArrow | TokenKind::Assign => {
                self.bump();
                let value = self.expression()?;
                Ok((Some(self.block_of(value)), true))
            }
            _ => Ok((None, false)),
        }
    }

    /// `(pattern: type = default, …)`
    pub(super) fn parameters(&mut self, allows_default: bool) -> Parsed<Vec<Parameter>> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let parameters = parser.parameter_list(allows_default)?;
            parser.expect_close(open, " or `,`")?;
            Ok(parameters)
        })
    }

    pub(super) fn parameter_list(&mut self, allows_default: bool) -> Parsed<Vec<Parameter>> {
        let mut parameters = Vec::new();
        while !self.at(TokenKind::ParenthesisClose) {
            parameters.push(self.parameter(allows_default)?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        Ok(parameters)
    }

    fn parameter(&mut self, allows_default: bool) -> Parsed<Parameter> {
        let start = self.span();
        let pattern = self.pattern_without_alternatives()?;
        if self.at(TokenKind::Identifier) {
            let (ty, name) = (self.text(pattern.span), self.text(self.span()));
            let error =
                Diagnostic::error(Code::Expected, self.span(), format!("expected `:`, `,` or `)` after the parameter, found `{name}`"));
            return Err(self.report(
                error
                    .label("expected `:`, `,` or `)`")
                    .help(format!("a parameter is written `name: type`: `{name}: {ty}` or `{ty}: {name}`")),
            ));
        }
        let ty = if self.eat(TokenKind::Colon) { Some(self.ty()?) } else { None };
        let default = if allows_default && self.eat(TokenKind::Assign) { Some(self.expression()?) } else { None };
        Ok(Parameter { id: self.new_id(), span: start.to(self.previous()), pattern, ty, default })
    }
}
