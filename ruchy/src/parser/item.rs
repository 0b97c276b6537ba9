//! Items: `impl`, traits, modules, `use`, constants, type aliases. Functions are in `function.rs`, structs and enums in `member.rs`.

use super::statement::misspelled_keyword;
use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{
    Constant, Generics, Impl, Item, ItemKind, Module, ModuleContent, Path, Trait, TypeAlias, TypeKind, UseKind, UseTree, Visibility,
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
                    || (self.at_word("actor") && next.kind == TokenKind::Identifier && !next.newline_before)
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
            TokenKind::Identifier if self.at_word("actor") => ItemKind::Struct(self.actor_item()?),
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
