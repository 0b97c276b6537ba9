//! Items: functions, structs, enums, `impl`, traits, modules, `use`, constants, type aliases.

use super::statement::misspelled_keyword;
use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{
    Constant, Function, Generics, Impl, Item, ItemKind, Module, ModuleContent, Parameter, Path, Trait, TypeAlias, TypeKind, UseKind,
    UseTree, Visibility,
};

impl Parser<'_> {
    /// The current token begins an item.
    pub(super) fn at_item(&self) -> bool {
        let next = self.ahead(1);
        match self.kind() {
            TokenKind::Struct
            | TokenKind::Enum
            | TokenKind::Trait
            | TokenKind::Impl
            | TokenKind::Mod
            | TokenKind::Use
            | TokenKind::Const
            | TokenKind::Static
            | TokenKind::Type
            | TokenKind::Pub => true,
            TokenKind::Fun | TokenKind::Fn => next.kind != TokenKind::ParenthesisOpen,
            TokenKind::Unsafe => matches!(next.kind, TokenKind::Fun | TokenKind::Fn),
            TokenKind::Identifier => {
                (self.at_word("import")
                    && matches!(next.kind, TokenKind::Identifier | TokenKind::Crate | TokenKind::Super | TokenKind::SelfValue))
                    || (self.at_word("module") && next.kind == TokenKind::Identifier && self.ahead(2).kind == TokenKind::BraceOpen)
            }
            _ => false,
        }
    }

    pub(super) fn item(&mut self) -> Parsed<Item> {
        let start = self.span();
        let visibility = self.visibility()?;
        self.refuse_item()?;
        let kind = match self.kind() {
            TokenKind::Struct => ItemKind::Struct(self.struct_item()?),
            TokenKind::Enum => ItemKind::Enum(self.enum_item()?),
            TokenKind::Trait => ItemKind::Trait(self.trait_item()?),
            TokenKind::Impl => ItemKind::Impl(self.impl_item()?),
            TokenKind::Mod => ItemKind::Module(self.module()?),
            TokenKind::Use => ItemKind::Use(self.use_item()?),
            TokenKind::Const if !matches!(self.ahead(1).kind, TokenKind::Fun | TokenKind::Fn | TokenKind::Unsafe) => {
                ItemKind::Constant(self.free_constant()?)
            }
            TokenKind::Static => ItemKind::Constant(self.free_constant()?),
            TokenKind::Type => ItemKind::TypeAlias(self.type_alias()?),
            TokenKind::Identifier if self.at_word("import") => ItemKind::Use(self.use_item()?),
            TokenKind::Identifier if self.at_word("module") => ItemKind::Module(self.module()?),
            TokenKind::Unsafe => {
                return Err(self.refuse("`unsafe` functions", "remove `unsafe`: everything that a function can call is safe"));
            }
            TokenKind::Fun | TokenKind::Fn | TokenKind::Const => ItemKind::Function(self.free_function()?),
            _ => {
                let found = format!("expected a function, a type or another item after `pub`, found {}", self.describe());
                let error = Diagnostic::error(Code::Expected, self.span(), found).label("expected an item");
                let help = misspelled_keyword(self.text(self.span()));
                return Err(self.report(help.into_iter().fold(error, Diagnostic::help)));
            }
        };
        Ok(Item { id: self.new_id(), span: start.to(self.previous()), visibility, kind })
    }

    /// `pub`, `pub(crate)`, `pub(super)`, `private`, if it is there.
    pub(super) fn visibility(&mut self) -> Parsed<Visibility> {
        if self.at_word("private") && (self.ahead(1).kind == TokenKind::Identifier || self.ahead(1).kind.is_word()) {
            self.bump();
            return Ok(Visibility::Private);
        }
        if !self.eat(TokenKind::Pub) {
            return Ok(Visibility::Private);
        }
        let scope = self.ahead(1).kind;
        if !self.at(TokenKind::ParenthesisOpen)
            || !matches!(scope, TokenKind::Crate | TokenKind::Super | TokenKind::SelfValue | TokenKind::In)
        {
            return Ok(Visibility::Public);
        }
        let open = self.bump();
        let visibility = match self.bump().kind {
            TokenKind::Crate => Visibility::Crate,
            TokenKind::Super => Visibility::Super,
            TokenKind::SelfValue => Visibility::Private,
            _ => return Err(self.unexpected("`crate` or `super`")),
        };
        self.expect_close(open, "")?;
        Ok(visibility)
    }

    /// A function outside of `impl`, traits and structs: it has a body, and no `self`.
    fn free_function(&mut self) -> Parsed<Function> {
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
        Ok(Function { name, generics, receiver, parameters, result, body, is_const, is_unsafe, short })
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

    fn impl_item(&mut self) -> Parsed<Impl> {
        self.bump();
        let mut generics = self.generics()?;
        let first = self.ty()?;
        let (of_trait, ty) = if self.eat(TokenKind::For) {
            let TypeKind::Path(path) = first.kind else {
                let error =
                    Diagnostic::error(Code::Expected, first.span, "expected a trait in front of `for`").label("this is not a trait");
                return Err(self.report(error.help("write `impl Trait for Type { … }`")));
            };
            (Some(path), self.ty()?)
        } else {
            (None, first)
        };
        self.where_clause(&mut generics)?;
        let members = self.members()?;
        Ok(Impl { generics, of_trait, ty, members })
    }

    fn trait_item(&mut self) -> Parsed<Trait> {
        self.bump();
        let name = self.name("a trait")?;
        let mut generics = self.generics()?;
        let supertraits = if self.eat(TokenKind::Colon) { self.bounds()? } else { Vec::new() };
        self.where_clause(&mut generics)?;
        let members = self.members()?;
        Ok(Trait { name, generics, supertraits, members })
    }

    fn module(&mut self) -> Parsed<Module> {
        self.bump();
        let name = self.name("a module")?;
        if !self.at(TokenKind::BraceOpen) {
            if !self.at(TokenKind::Semicolon) && !self.token().newline_before && !self.at(TokenKind::End) {
                return Err(self.unexpected("`{` and the items of the module, or `;`"));
            }
            return Ok(Module { name, content: ModuleContent::File(None) });
        }
        let block = self.block()?;
        Ok(Module { name, content: ModuleContent::Inline(block.statements) })
    }

    /// `use a::b, c;`
    fn use_item(&mut self) -> Parsed<Vec<UseTree>> {
        self.bump();
        let mut trees = vec![self.use_tree()?];
        while self.eat(TokenKind::Comma) {
            trees.push(self.use_tree()?);
        }
        Ok(trees)
    }

    fn use_tree(&mut self) -> Parsed<UseTree> {
        self.nested(Rules::GROUP, |parser| {
            let start = parser.span();
            let at_group = |parser: &Self| matches!(parser.kind(), TokenKind::BraceOpen | TokenKind::Star);
            let leading = parser.at(TokenKind::PathSeparator) && matches!(parser.ahead(1).kind, TokenKind::BraceOpen | TokenKind::Star);
            let path = if at_group(parser) || leading {
                Path { span: start.before(), global: parser.eat(TokenKind::PathSeparator), qualifier: None, segments: Vec::new() }
            } else {
                let path = parser.value_path()?;
                parser.check_use_separator()?;
                path
            };
            let goes_on = path.segments.is_empty() || parser.eat(TokenKind::PathSeparator);
            let kind = match parser.kind() {
                TokenKind::Star if goes_on => {
                    parser.bump();
                    UseKind::All
                }
                TokenKind::BraceOpen if goes_on => UseKind::Group(parser.use_group()?),
                TokenKind::As => {
                    parser.bump();
                    let span = parser.span();
                    let name = if parser.eat(TokenKind::Underscore) { parser.name_of(span) } else { parser.name("an import")? };
                    UseKind::Name(Some(name))
                }
                _ => UseKind::Name(None),
            };
            Ok(UseTree { span: start.to(parser.previous()), path, kind })
        })
    }

    fn use_group(&mut self) -> Parsed<Vec<UseTree>> {
        let open = self.bump();
        let mut trees = Vec::new();
        while !self.at(TokenKind::BraceClose) {
            trees.push(self.use_tree()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect_close(open, " or `,`")?;
        Ok(trees)
    }

    /// Reports `use a.b` and `use a/b`.
    fn check_use_separator(&mut self) -> Parsed<()> {
        if matches!(self.kind(), TokenKind::Dot | TokenKind::Slash) && self.is_joined(0) {
            let error =
                Diagnostic::error(Code::Expected, self.span(), format!("expected `::` in the path of `use`, found {}", self.describe()));
            return Err(self.report(error.label("expected `::`").help("write `use module::name`")));
        }
        Ok(())
    }

    /// A constant outside of traits, which has a value.
    fn free_constant(&mut self) -> Parsed<Constant> {
        let constant = self.constant()?;
        if constant.value.is_none() {
            let name = &constant.name;
            let error = Diagnostic::error(Code::Expected, name.span, format!("the constant `{}` has no value", name.text));
            self.report(error.help(format!("write `const {}: type = value`", name.text)));
        }
        Ok(constant)
    }

    /// `const NAME: type = value`, `static mut NAME: type = value`; in a trait the value may be missing.
    pub(super) fn constant(&mut self) -> Parsed<Constant> {
        let is_static = self.bump().kind == TokenKind::Static;
        let mutable = is_static && self.eat(TokenKind::Mut);
        let span = self.span();
        let name = if self.eat(TokenKind::Underscore) { self.name_of(span) } else { self.name("a constant")? };
        let ty = if self.eat(TokenKind::Colon) { Some(self.ty()?) } else { None };
        let value = if self.eat(TokenKind::Assign) { Some(self.expression()?) } else { None };
        Ok(Constant { name, is_static, mutable, ty, value })
    }

    pub(super) fn type_alias(&mut self) -> Parsed<TypeAlias> {
        self.bump();
        let name = self.name("a type")?;
        let mut generics: Generics = self.generics()?;
        let bounds = if self.eat(TokenKind::Colon) { self.bounds()? } else { Vec::new() };
        let ty = if self.eat(TokenKind::Assign) { Some(self.ty()?) } else { None };
        self.where_clause(&mut generics)?;
        Ok(TypeAlias { name, generics, bounds, ty })
    }

    /// The span from `start` to the last token that was read.
    pub(super) fn since(&self, start: Span) -> Span {
        start.to(self.previous())
    }
}
