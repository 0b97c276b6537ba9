//! What an expression is made of: literals, names, parentheses, and all that begins with a word.

use super::brace::Empty;
use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::{NO_PARTNER, Token, TokenKind};
use crate::tree::{Expression, ExpressionKind, FieldValue, Name, Path, Segment};

impl Parser<'_> {
    /// An operand without its postfix operators.
    pub(super) fn primary(&mut self, empty: Empty) -> Parsed<Expression> {
        self.refuse_expression()?;
        let token = self.token();
        match token.kind {
            TokenKind::Integer
            | TokenKind::Float
            | TokenKind::String
            | TokenKind::Char
            | TokenKind::Byte
            | TokenKind::ByteString
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Null => Ok(self.literal()),
            TokenKind::FStringStart => self.fstring(),
            TokenKind::Identifier | TokenKind::Underscore if self.ahead(1).kind == TokenKind::FatArrow && self.rules.arrows => {
                self.arrow_of_name()
            }
            TokenKind::Underscore => {
                self.bump();
                let name = self.name_of(token.span);
                Ok(self.variable(name))
            }
            TokenKind::Identifier
            | TokenKind::SelfValue
            | TokenKind::SelfType
            | TokenKind::Super
            | TokenKind::Crate
            | TokenKind::PathSeparator
            | TokenKind::Less => self.path_expression(),
            TokenKind::ParenthesisOpen if self.at_arrow_parameters(token) => self.arrow(),
            TokenKind::ParenthesisOpen => self.parentheses(),
            TokenKind::BracketOpen => self.list(),
            TokenKind::BraceOpen => self.braces(empty),
            TokenKind::Bar | TokenKind::OrOr | TokenKind::Move => self.bars(),
            TokenKind::Fun | TokenKind::Fn => self.fun_lambda(),
            TokenKind::If => self.if_expression(),
            TokenKind::Match => self.match_expression(),
            TokenKind::Loop | TokenKind::While | TokenKind::For => self.loop_expression(None),
            TokenKind::Lifetime => self.labelled(),
            TokenKind::Try => self.try_expression(),
            TokenKind::Unsafe => Err(self.refuse("`unsafe` blocks", "remove `unsafe`: everything that a function can call is safe")),
            TokenKind::Break | TokenKind::Continue | TokenKind::Return | TokenKind::Throw => self.jump(),
            TokenKind::Let if self.rules.lets => self.let_condition(),
            TokenKind::Let => self.let_in(),
            TokenKind::Error => {
                self.bump();
                Ok(self.node(token.span, ExpressionKind::Error))
            }
            _ => Err(self.no_expression()),
        }
    }

    /// Reports that no expression begins here.
    fn no_expression(&mut self) -> super::Reported {
        let found = self.describe();
        let error = Diagnostic::error(Code::Expected, self.span(), format!("expected an expression, found {found}"))
            .label("expected an expression");
        let help = match self.kind() {
            TokenKind::Else => Some("an `else` follows the `}` of an `if`"),
            TokenKind::Ellipsis => Some("`...` adds the elements of a list to a list, or to the arguments of a call"),
            TokenKind::At => Some("attributes are written `#[name]`"),
            TokenKind::Dollar => Some("a value is put into an f-string with `{value}`: f\"{name}\""),
            kind if kind.is_word() => Some("reserved words are not names; choose another name"),
            _ => None,
        };
        self.report(match help {
            Some(help) => error.help(help),
            None => error,
        })
    }

    /// The expression that a name alone is.
    pub(super) fn variable(&mut self, name: Name) -> Expression {
        let span = name.span;
        let path = Path { span, global: false, qualifier: None, segments: vec![Segment { name, generics: None }] };
        self.node(span, ExpressionKind::Path(path))
    }

    fn path_expression(&mut self) -> Parsed<Expression> {
        let path = self.value_path()?;
        if self.at(TokenKind::Not)
            && self.is_joined(0)
            && matches!(self.ahead(1).kind, TokenKind::ParenthesisOpen | TokenKind::BracketOpen | TokenKind::BraceOpen)
        {
            return self.macro_call(path);
        }
        if self.at_struct_literal() {
            return self.struct_literal(path);
        }
        Ok(self.node(path.span, ExpressionKind::Path(path)))
    }

    /// The current `{` begins the fields of a struct whose name was read.
    fn at_struct_literal(&self) -> bool {
        if !self.at(TokenKind::BraceOpen) || self.token().newline_before {
            return false;
        }
        self.rules.structs || self.ahead(1).kind == TokenKind::Identifier && self.ahead(2).kind == TokenKind::Colon
    }

    fn struct_literal(&mut self, path: Path) -> Parsed<Expression> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let mut fields = Vec::new();
            let mut base = None;
            while !parser.at(TokenKind::BraceClose) {
                if matches!(parser.kind(), TokenKind::Range | TokenKind::Ellipsis) {
                    parser.bump();
                    base = Some(Box::new(parser.expression()?));
                    parser.eat(TokenKind::Comma);
                    break;
                }
                fields.push(parser.field_value()?);
                if !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
            let close = parser.expect_close(open, " or `,`")?;
            Ok(parser.node(path.span.to(close.span), ExpressionKind::Struct { path, fields, base }))
        })
    }

    fn field_value(&mut self) -> Parsed<FieldValue> {
        if self.at(TokenKind::Integer) {
            let span = self.bump().span;
            let name = self.name_of(span);
            self.expect(TokenKind::Colon)?;
            return Ok(FieldValue { name, value: self.expression()?, short: false });
        }
        let name = self.any_name("a field")?;
        if self.eat(TokenKind::Colon) {
            return Ok(FieldValue { name, value: self.expression()?, short: false });
        }
        if self.at(TokenKind::Assign) {
            return Err(self.unexpected("`:` between the field and its value"));
        }
        let value = self.variable(name.clone());
        Ok(FieldValue { name, value, short: true })
    }

    /// `( … ) =>`
    fn at_arrow_parameters(&self, open: Token) -> bool {
        self.rules.arrows
            && open.partner != NO_PARTNER
            && self.tokens.get(open.partner as usize + 1).is_some_and(|next| next.kind == TokenKind::FatArrow)
    }

    /// `(value)`, `()`, `(a,)`, `(a, b)`
    fn parentheses(&mut self) -> Parsed<Expression> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let mut elements = Vec::new();
            let mut is_tuple = parser.at(TokenKind::ParenthesisClose);
            while !parser.at(TokenKind::ParenthesisClose) {
                elements.push(parser.expression()?);
                if !parser.eat(TokenKind::Comma) {
                    break;
                }
                is_tuple = true;
            }
            let close = parser.expect_close(open, if is_tuple { " or `,`" } else { "" })?;
            let span = open.span.to(close.span);
            match elements.pop() {
                Some(only) if !is_tuple => Ok(parser.node(span, ExpressionKind::Parenthesized(Box::new(only)))),
                last => {
                    elements.extend(last);
                    Ok(parser.node(span, ExpressionKind::Tuple(elements)))
                }
            }
        })
    }
}
