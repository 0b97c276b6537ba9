//! Structs and enums with their fields and variants, and the members of `impl`, traits, structs and enums.

use super::{Parsed, Parser, Reported, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::{Token, TokenKind};
use crate::tree::{Attribute, Enum, Field, Fields, Item, ItemKind, Member, Name, Parameter, Receiver, Struct, Variant, Visibility};

impl Parser<'_> {
    pub(super) fn struct_item(&mut self) -> Parsed<Struct> {
        self.bump();
        let name = self.name("a struct")?;
        let mut generics = self.generics()?;
        self.where_clause(&mut generics)?;
        let mut methods = Vec::new();
        let fields = match self.kind() {
            TokenKind::BraceOpen => Fields::Named(self.braced_fields(&mut methods, false)?),
            TokenKind::ParenthesisOpen => {
                let fields = self.tuple_fields()?;
                self.where_clause(&mut generics)?;
                Fields::Tuple(fields)
            }
            _ if self.token().newline_before || matches!(self.kind(), TokenKind::Semicolon | TokenKind::End | TokenKind::BraceClose) => {
                Fields::Unit
            }
            _ => return Err(self.unexpected("`{` and the fields of the struct")),
        };
        Ok(Struct { is_actor: false, name, generics, fields, methods })
    }

    /// `actor Name { name: type, … receive message(parameters) { … } }`: a struct whose handlers are methods.
    pub(super) fn actor_item(&mut self) -> Parsed<Struct> {
        self.bump();
        let name = self.name("an actor")?;
        let mut generics = self.generics()?;
        self.where_clause(&mut generics)?;
        if !self.at(TokenKind::BraceOpen) {
            return Err(self.unexpected("`{` and the fields of the actor"));
        }
        let mut methods = Vec::new();
        let fields = Fields::Named(self.braced_fields(&mut methods, true)?);
        Ok(Struct { is_actor: true, name, generics, fields, methods })
    }

    /// `{ name: type = default, … fun method() { … } }`
    fn braced_fields(&mut self, methods: &mut Vec<Member>, of_actor: bool) -> Parsed<Vec<Field>> {
        let mut fields = Vec::new();
        self.braced(TokenKind::Comma, |parser| {
            if of_actor && parser.at_word("receive") && parser.ahead(1).kind != TokenKind::Colon {
                return parser.handler_of_actor(methods);
            }
            parser.field_or_method(&mut fields, methods)
        })?;
        Ok(fields)
    }

    /// `receive message(parameters) { … }`
    fn handler_of_actor(&mut self, methods: &mut Vec<Member>) -> Parsed<()> {
        if self.ahead(1).kind == TokenKind::BraceOpen {
            return Err(self.refuse("`receive` blocks", "write a handler for each message: `receive name(parameters) { … }`"));
        }
        let start = self.span();
        let kind = ItemKind::Function(self.handler()?);
        let item = Item { id: self.new_id(), span: self.since(start), visibility: Visibility::Public, kind };
        methods.push(Member { attributes: Vec::new(), item });
        self.eat(TokenKind::Comma);
        Ok(())
    }

    /// `{ … }`: calls `read` for each part until `}`. After a part with a mistake, reads on after the next `separator`.
    fn braced(&mut self, separator: TokenKind, mut read: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        let open = self.token();
        self.nested(Rules::STATEMENT, |parser| {
            parser.bump();
            parser.within(open, |parser| {
                while !matches!(parser.kind(), TokenKind::BraceClose | TokenKind::End) {
                    let start = parser.position;
                    if let Err(Reported) = read(parser) {
                        parser.recover_to(start, separator);
                    }
                }
            });
            parser.expect_close(open, if separator == TokenKind::Comma { " or `,`" } else { "" })?;
            Ok(())
        })
    }

    /// The attributes and the visibility of a field, a variant or a member, and the place after the attributes.
    fn member_head(&mut self) -> Parsed<(Vec<Attribute>, Span, Visibility)> {
        let mut attributes = Vec::new();
        self.attributes(&mut attributes)?;
        let start = self.span();
        Ok((attributes, start, self.visibility()?))
    }

    fn field_or_method(&mut self, fields: &mut Vec<Field>, methods: &mut Vec<Member>) -> Parsed<()> {
        let (attributes, start, visibility) = self.member_head()?;
        if self.at_function() {
            methods.push(self.member_after(attributes, visibility, start)?);
            self.eat(TokenKind::Comma);
            return Ok(());
        }
        self.eat(TokenKind::Mut);
        let name = self.any_name("a field")?;
        if !self.at(TokenKind::Colon) {
            let error = Diagnostic::error(
                Code::Expected,
                self.span(),
                format!("expected `:` and the type of the field, found {}", self.describe()),
            );
            return Err(self.report(error.label("expected `:`").help(format!("a field is written `{}: type`", name.text))));
        }
        self.bump();
        let ty = self.ty()?;
        let default = if self.eat(TokenKind::Assign) { Some(self.expression_in(Rules { newlines: true, ..Rules::GROUP })?) } else { None };
        fields.push(Field { id: self.new_id(), span: self.since(start), attributes, visibility, name, ty, default });
        self.separator("a field")
    }

    /// `,` or a newline after a field or a variant.
    fn separator(&mut self, what: &str) -> Parsed<()> {
        let token = self.token();
        if self.eat(TokenKind::Comma) || token.newline_before || matches!(token.kind, TokenKind::BraceClose | TokenKind::End) {
            return Ok(());
        }
        let error = Diagnostic::error(Code::Expected, token.span, format!("expected `,` after {what}, found {}", self.describe()));
        let reported = self.report(error.label("expected `,`").help(format!("end {what} with `,`")));
        if token.kind == TokenKind::Semicolon {
            // The next one can be read all the same.
            self.bump();
            return Ok(());
        }
        Err(reported)
    }

    /// `(pub A, B)`
    fn tuple_fields(&mut self) -> Parsed<Vec<Field>> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let mut fields = Vec::new();
            while !parser.at(TokenKind::ParenthesisClose) {
                let (attributes, start, visibility) = parser.member_head()?;
                let ty = parser.ty()?;
                let name = Name { text: fields.len().to_string(), span: ty.span };
                fields.push(Field { id: parser.new_id(), span: parser.since(start), attributes, visibility, name, ty, default: None });
                if !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
            parser.expect_close(open, " or `,`")?;
            Ok(fields)
        })
    }

    pub(super) fn enum_item(&mut self) -> Parsed<Enum> {
        self.bump();
        let name = self.name("an enum")?;
        let mut generics = self.generics()?;
        self.where_clause(&mut generics)?;
        if !self.at(TokenKind::BraceOpen) {
            return Err(self.unexpected("`{` and the variants of the enum"));
        }
        let (mut variants, mut methods) = (Vec::new(), Vec::new());
        self.braced(TokenKind::Comma, |parser| parser.variant_or_method(&mut variants, &mut methods))?;
        Ok(Enum { name, generics, variants, methods })
    }

    fn variant_or_method(&mut self, variants: &mut Vec<Variant>, methods: &mut Vec<Member>) -> Parsed<()> {
        let (attributes, start, visibility) = self.member_head()?;
        if self.at_function() {
            methods.push(self.member_after(attributes, visibility, start)?);
            self.eat(TokenKind::Comma);
            return Ok(());
        }
        let name = self.name("a variant")?;
        let fields = match self.kind() {
            TokenKind::ParenthesisOpen => Fields::Tuple(self.tuple_fields()?),
            TokenKind::BraceOpen => Fields::Named(self.braced_fields(&mut Vec::new(), false)?),
            _ => Fields::Unit,
        };
        let discriminant =
            if self.eat(TokenKind::Assign) { Some(self.expression_in(Rules { newlines: true, ..Rules::GROUP })?) } else { None };
        variants.push(Variant { id: self.new_id(), span: self.since(start), attributes, name, fields, discriminant });
        self.separator("a variant")
    }

    fn at_function(&self) -> bool {
        match self.kind() {
            TokenKind::Fun | TokenKind::Fn => self.ahead(1).kind != TokenKind::Colon,
            TokenKind::Const | TokenKind::Unsafe => matches!(self.ahead(1).kind, TokenKind::Fun | TokenKind::Fn),
            _ => false,
        }
    }

    /// `{ members }` of an `impl` or a trait.
    pub(super) fn members(&mut self) -> Parsed<Vec<Member>> {
        if !self.at(TokenKind::BraceOpen) {
            return Err(self.unexpected("`{` and the methods"));
        }
        let mut members = Vec::new();
        self.braced(TokenKind::Semicolon, |parser| {
            members.push(parser.member_of_type()?);
            Ok(())
        })?;
        Ok(members)
    }

    fn member_of_type(&mut self) -> Parsed<Member> {
        let (attributes, start, visibility) = self.member_head()?;
        let member = self.member_after(attributes, visibility, start)?;
        while matches!(self.kind(), TokenKind::Semicolon | TokenKind::Comma) {
            self.bump();
        }
        Ok(member)
    }

    /// A member whose attributes and visibility were read.
    fn member_after(&mut self, attributes: Vec<Attribute>, visibility: Visibility, start: Span) -> Parsed<Member> {
        self.refuse_item()?;
        let kind = match self.kind() {
            _ if self.at_function() => ItemKind::Function(self.function()?),
            TokenKind::Const => ItemKind::Constant(self.constant()?),
            TokenKind::Type => ItemKind::TypeAlias(self.type_alias()?),
            TokenKind::Identifier if self.ahead(1).kind == TokenKind::ParenthesisOpen => {
                let name = self.text(self.span());
                let error = Diagnostic::error(Code::Expected, self.span(), format!("expected `fun` in front of the method `{name}`"));
                return Err(self.report(error.label("expected `fun`").help(format!("write `fun {name}(&self) {{ … }}`"))));
            }
            TokenKind::Identifier if self.ahead(1).kind == TokenKind::Colon => {
                let error = Diagnostic::error(Code::Expected, self.span(), "a field cannot be declared here").label("expected a method");
                return Err(self.report(error.help("declare the fields in `struct Name { … }`")));
            }
            _ => return Err(self.unexpected("a method, `const` or `type`")),
        };
        let item = Item { id: self.new_id(), span: self.since(start), visibility, kind };
        Ok(Member { attributes, item })
    }

    /// `(self, parameters)`
    pub(super) fn method_parameters(&mut self) -> Parsed<(Option<Receiver>, Vec<Parameter>)> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let receiver = parser.receiver()?;
            if receiver.is_some() && !parser.at(TokenKind::ParenthesisClose) && !parser.eat(TokenKind::Comma) {
                return Err(parser.unexpected("`,` or `)` after `self`"));
            }
            let parameters = parser.parameter_list(true)?;
            parser.expect_close(open, " or `,`")?;
            Ok((receiver, parameters))
        })
    }

    /// `self`, `mut self`, `&self`, `&mut self`, `&'a mut self`, `self: Type`, if it is there.
    fn receiver(&mut self) -> Parsed<Option<Receiver>> {
        let words: [Token; 4] = [self.ahead(0), self.ahead(1), self.ahead(2), self.ahead(3)];
        let is_self = |index: usize| words[index].kind == TokenKind::SelfValue;
        let skips = |index: usize, kind: TokenKind| usize::from(words[index].kind == kind);
        let reference = words[0].kind == TokenKind::Ampersand;
        let mut index = usize::from(reference);
        let has_lifetime = reference && words[index].kind == TokenKind::Lifetime;
        index += usize::from(has_lifetime);
        let mutable = skips(index, TokenKind::Mut) == 1;
        index += usize::from(mutable);
        if !is_self(index) {
            return Ok(None);
        }
        let start = self.span();
        self.position += usize::from(reference);
        let lifetime = has_lifetime.then(|| self.lifetime());
        self.position += usize::from(mutable);
        self.bump();
        let ty = if !reference && self.eat(TokenKind::Colon) { Some(self.ty()?) } else { None };
        Ok(Some(Receiver { id: self.new_id(), span: self.since(start), reference, lifetime, mutable, ty }))
    }
}
