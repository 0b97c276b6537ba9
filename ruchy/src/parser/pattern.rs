//! Patterns.

use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{FieldPattern, Name, Path, Pattern, PatternKind, SignedLiteral};

impl Parser<'_> {
    /// A pattern, with alternatives: `a | b`.
    pub(super) fn pattern(&mut self) -> Parsed<Pattern> {
        let start = self.span();
        let leading = self.eat(TokenKind::Bar);
        let first = self.pattern_without_alternatives()?;
        if !self.at(TokenKind::Bar) {
            if leading {
                return Ok(self.pattern_node(start.to(first.span), PatternKind::Or(vec![first])));
            }
            return Ok(first);
        }
        let mut alternatives = vec![first];
        while self.eat(TokenKind::Bar) {
            alternatives.push(self.pattern_without_alternatives()?);
        }
        Ok(self.pattern_node(start.to(self.previous()), PatternKind::Or(alternatives)))
    }

    pub(super) fn pattern_without_alternatives(&mut self) -> Parsed<Pattern> {
        self.nested(self.rules, Self::pattern_or_range)
    }

    fn pattern_node(&mut self, span: Span, kind: PatternKind) -> Pattern {
        Pattern { id: self.new_id(), span, kind }
    }

    /// A pattern, or `a..b`, `a..=b`, `a..`.
    fn pattern_or_range(&mut self) -> Parsed<Pattern> {
        let start = self.single_pattern()?;
        let is_end = matches!(
            start.kind,
            PatternKind::Literal(_)
                | PatternKind::Path(_)
                | PatternKind::Binding { subpattern: None, mutable: false, by_reference: false, .. }
        );
        if !is_end || !matches!(self.kind(), TokenKind::Range | TokenKind::RangeInclusive | TokenKind::Ellipsis) {
            return Ok(start);
        }
        if self.at(TokenKind::Ellipsis) {
            return Err(self.unexpected("`..=` between the ends of a range"));
        }
        let inclusive = self.bump().kind == TokenKind::RangeInclusive;
        let end = self.range_pattern_end(inclusive)?;
        let span = start.span.to(self.previous());
        Ok(self.pattern_node(span, PatternKind::Range { start: Some(Box::new(start)), end, inclusive }))
    }

    fn range_pattern_end(&mut self, inclusive: bool) -> Parsed<Option<Box<Pattern>>> {
        if !inclusive && !self.at_literal() && !matches!(self.kind(), TokenKind::Identifier | TokenKind::SelfType) {
            return Ok(None);
        }
        if !self.at_literal() && !matches!(self.kind(), TokenKind::Identifier | TokenKind::SelfType) {
            return Err(self.unexpected("the end of the range"));
        }
        Ok(Some(Box::new(self.nested(self.rules, Self::single_pattern)?)))
    }

    fn at_literal(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Integer
                | TokenKind::Float
                | TokenKind::String
                | TokenKind::Char
                | TokenKind::Byte
                | TokenKind::ByteString
                | TokenKind::True
                | TokenKind::False
                | TokenKind::Null
                | TokenKind::Minus
        )
    }

    fn single_pattern(&mut self) -> Parsed<Pattern> {
        let token = self.token();
        match token.kind {
            TokenKind::Underscore => {
                self.bump();
                Ok(self.pattern_node(token.span, PatternKind::Wildcard))
            }
            _ if self.at_literal() => self.literal_pattern(),
            TokenKind::Range | TokenKind::RangeInclusive | TokenKind::Ellipsis => self.rest_pattern(),
            TokenKind::Ampersand | TokenKind::AndAnd => self.reference_pattern(),
            TokenKind::ParenthesisOpen => self.tuple_pattern(),
            TokenKind::BracketOpen => self.list_pattern(),
            TokenKind::Mut | TokenKind::Ref => self.binding(),
            TokenKind::Identifier if self.ahead(1).kind == TokenKind::At => self.binding(),
            TokenKind::Identifier
            | TokenKind::SelfType
            | TokenKind::SelfValue
            | TokenKind::Super
            | TokenKind::Crate
            | TokenKind::PathSeparator
            | TokenKind::Less => self.path_pattern(),
            TokenKind::Error => {
                self.bump();
                Ok(self.pattern_node(token.span, PatternKind::Error))
            }
            TokenKind::BraceOpen => {
                let error = Diagnostic::error(Code::Expected, token.span, "a pattern of fields needs the name of the struct")
                    .label("expected a pattern");
                Err(self.report(error.help("write `Name { field, .. }`")))
            }
            TokenKind::FStringStart => {
                let error = Diagnostic::error(Code::Expected, token.span, "an f-string is not a pattern").label("expected a pattern");
                Err(self.report(error.help("bind the value to a name, and compare it: `text if text == f\"…\" =>`")))
            }
            kind if kind.is_word() => Err(self.name("a variable").map_or_else(|reported| reported, |_| super::Reported)),
            _ => Err(self.unexpected("a pattern")),
        }
    }

    fn literal_pattern(&mut self) -> Parsed<Pattern> {
        let start = self.span();
        let negative = self.eat(TokenKind::Minus);
        if negative && !matches!(self.kind(), TokenKind::Integer | TokenKind::Float) {
            return Err(self.unexpected("a number after the `-`"));
        }
        let token = self.bump();
        let literal = self.literal_of(token);
        Ok(self.pattern_node(start.to(token.span), PatternKind::Literal(SignedLiteral { negative, literal })))
    }

    /// `..`, `..5`, `..=5`
    fn rest_pattern(&mut self) -> Parsed<Pattern> {
        let token = self.bump();
        let inclusive = token.kind == TokenKind::RangeInclusive;
        let end = self.range_pattern_end(inclusive)?;
        if let (TokenKind::Ellipsis, Some(end)) = (token.kind, &end) {
            let span = token.span.to(end.span);
            let error = Diagnostic::error(Code::Expected, span, "`...` takes the remaining elements in a pattern of a list only");
            return Err(self.report(error.help("write a range with `..` or `..=`, or a pattern of a list: `[first, ...rest]`")));
        }
        match end {
            Some(end) => {
                Ok(self.pattern_node(token.span.to(self.previous()), PatternKind::Range { start: None, end: Some(end), inclusive }))
            }
            None => Ok(self.pattern_node(token.span, PatternKind::Rest)),
        }
    }

    /// `..rest` or `...rest`, among the elements of a list or a tuple.
    fn named_rest(&mut self) -> Parsed<Pattern> {
        let token = self.bump();
        let rest = self.pattern_node(token.span, PatternKind::Rest);
        let name = self.name("a variable")?;
        let span = token.span.to(name.span);
        let kind = PatternKind::Binding { name, mutable: false, by_reference: false, subpattern: Some(Box::new(rest)) };
        Ok(self.pattern_node(span, kind))
    }

    fn at_named_rest(&self) -> bool {
        matches!(self.kind(), TokenKind::Range | TokenKind::Ellipsis)
            && self.ahead(1).kind == TokenKind::Identifier
            && self.is_joined(1)
            && self.ahead(2).kind != TokenKind::PathSeparator
    }

    fn reference_pattern(&mut self) -> Parsed<Pattern> {
        let token = self.bump();
        let mutable = self.eat(TokenKind::Mut);
        let pattern = Box::new(self.pattern_without_alternatives()?);
        let end = pattern.span;
        if token.kind == TokenKind::Ampersand {
            return Ok(self.pattern_node(token.span.to(end), PatternKind::Reference { mutable, pattern }));
        }
        self.deepen()?;
        let second = Span { start: token.span.start + 1, ..token.span };
        let inner = self.pattern_node(second.to(end), PatternKind::Reference { mutable, pattern });
        Ok(self.pattern_node(token.span.to(end), PatternKind::Reference { mutable: false, pattern: Box::new(inner) }))
    }

    /// `(pattern)`, `()`, `(a,)`, `(a, b)`
    fn tuple_pattern(&mut self) -> Parsed<Pattern> {
        let (mut elements, has_comma, span) = self.patterns(TokenKind::ParenthesisClose)?;
        let is_group = elements.len() == 1 && !has_comma && !matches!(elements[0].kind, PatternKind::Rest);
        if is_group && let Some(only) = elements.pop() {
            return Ok(self.pattern_node(span, PatternKind::Parenthesized(Box::new(only))));
        }
        Ok(self.pattern_node(span, PatternKind::Tuple(elements)))
    }

    fn list_pattern(&mut self) -> Parsed<Pattern> {
        let (elements, _, span) = self.patterns(TokenKind::BracketClose)?;
        Ok(self.pattern_node(span, PatternKind::List(elements)))
    }

    /// Patterns with commas between them, in parentheses or brackets. Returns them, whether there was a comma, and the whole's span.
    fn patterns(&mut self, close: TokenKind) -> Parsed<(Vec<Pattern>, bool, Span)> {
        let open = self.bump();
        let mut patterns = Vec::new();
        let mut has_comma = false;
        while !self.at(close) {
            patterns.push(if self.at_named_rest() { self.named_rest()? } else { self.nested(Rules::GROUP, Self::pattern)? });
            if !self.eat(TokenKind::Comma) {
                break;
            }
            has_comma = true;
        }
        let close = self.expect_close(open, " or `,`")?;
        Ok((patterns, has_comma, open.span.to(close.span)))
    }

    /// `x`, `mut x`, `ref x`, `ref mut x`, `x @ pattern`
    pub(super) fn binding(&mut self) -> Parsed<Pattern> {
        let start = self.span();
        let by_reference = self.eat(TokenKind::Ref);
        let mutable = self.eat(TokenKind::Mut);
        if mutable && self.at(TokenKind::ParenthesisOpen) {
            let error = Diagnostic::error(Code::Expected, self.span(), "`mut` is written before each variable of a pattern");
            return Err(self.report(error.label("expected a name").help("write `let (mut a, mut b) = …`")));
        }
        let name = self.name("a variable")?;
        let subpattern = if self.eat(TokenKind::At) { Some(Box::new(self.pattern_without_alternatives()?)) } else { None };
        Ok(self.pattern_node(start.to(self.previous()), PatternKind::Binding { name, mutable, by_reference, subpattern }))
    }

    /// A name, `Path::Variant`, `Path(…)`, `Path { … }`
    fn path_pattern(&mut self) -> Parsed<Pattern> {
        let path = self.value_path()?;
        let kind = match self.kind() {
            TokenKind::ParenthesisOpen => {
                let (elements, _, _) = self.patterns(TokenKind::ParenthesisClose)?;
                PatternKind::TupleStruct { path, elements }
            }
            TokenKind::BraceOpen => return self.struct_pattern(path),
            TokenKind::Not if self.is_joined(0) => return Err(self.unexpected("a pattern; macros are not patterns")),
            _ => match path.as_name() {
                Some(name) => PatternKind::Binding { name: name.clone(), mutable: false, by_reference: false, subpattern: None },
                None => PatternKind::Path(path),
            },
        };
        let span = match &kind {
            PatternKind::TupleStruct { path, .. } => path.span.to(self.previous()),
            _ => self.previous_path(&kind),
        };
        Ok(self.pattern_node(span, kind))
    }

    fn previous_path(&self, kind: &PatternKind) -> Span {
        match kind {
            PatternKind::Path(path) => path.span,
            PatternKind::Binding { name, .. } => name.span,
            _ => self.previous(),
        }
    }

    fn struct_pattern(&mut self, path: Path) -> Parsed<Pattern> {
        let open = self.token();
        self.bump();
        let mut fields = Vec::new();
        let mut rest = false;
        while !self.at(TokenKind::BraceClose) {
            if matches!(self.kind(), TokenKind::Range | TokenKind::Ellipsis) {
                self.bump();
                rest = true;
            } else {
                fields.push(self.field_pattern()?);
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let close = self.expect_close(open, " or `,`")?;
        Ok(self.pattern_node(path.span.to(close.span), PatternKind::Struct { path, fields, rest }))
    }

    fn field_pattern(&mut self) -> Parsed<FieldPattern> {
        let is_pair = self.ahead(1).kind == TokenKind::Colon;
        if is_pair {
            let name = if self.at(TokenKind::Integer) {
                let span = self.bump().span;
                self.name_of(span)
            } else {
                self.any_name("a field")?
            };
            self.bump();
            return Ok(FieldPattern { name, pattern: self.nested(Rules::GROUP, Self::pattern)?, short: false });
        }
        let pattern = self.binding()?;
        let name = match &pattern.kind {
            PatternKind::Binding { name, .. } => name.clone(),
            _ => Name { text: String::new(), span: pattern.span },
        };
        Ok(FieldPattern { name, pattern, short: true })
    }
}
