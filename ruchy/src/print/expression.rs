//! Expressions.

use super::writer::Writer;
use crate::tree::{
    BinaryOperator, Comprehension, ComprehensionKind, Delimiter, Expression, ExpressionKind, FStringPart, FieldValue, GenericArgument,
    Lambda, LambdaStyle, Literal, MacroArguments, MacroCall, Name, ObjectEntry, StatementKind, UnaryOperator,
};

impl Writer<'_> {
    pub(super) fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal(literal),
            ExpressionKind::FString(parts) => self.fstring(parts),
            ExpressionKind::Path(path) => self.path(path, false),
            ExpressionKind::Parenthesized(inner) => {
                self.token("(");
                self.expression(inner);
                self.token(")");
            }
            ExpressionKind::Tuple(elements) => {
                self.token("(");
                self.list(elements, elements.len() == 1, Self::expression);
                self.token(")");
            }
            ExpressionKind::List(elements) => {
                self.token("[");
                self.list(elements, false, Self::expression);
                self.token("]");
            }
            ExpressionKind::Repeat { value, count } => {
                self.token("[");
                self.repeat(value, count);
                self.token("]");
            }
            ExpressionKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExpressionKind::Object(entries) => {
                self.token("{");
                self.padded(!entries.is_empty(), |writer| writer.list(entries, false, Self::entry));
                self.token("}");
            }
            ExpressionKind::Struct { path, fields, base } => {
                self.path(path, false);
                self.space();
                self.token("{");
                self.padded(!fields.is_empty() || base.is_some(), |writer| {
                    writer.list(fields, base.is_some(), Self::field_value);
                    if let Some(base) = base {
                        writer.space();
                        writer.one_of(&["..", "..."]);
                        writer.expression(base);
                        writer.optional(",", false);
                    }
                });
                self.token("}");
            }
            ExpressionKind::Spread(inner) => self.prefixed("...", inner),
            ExpressionKind::Unary { operator, operand, .. } => {
                self.token(operator.symbol());
                if matches!(
                    (operator, &operand.kind),
                    (UnaryOperator::Negate, ExpressionKind::Unary { operator: UnaryOperator::Negate, .. })
                ) {
                    self.space();
                }
                self.expression(operand);
            }
            ExpressionKind::Reference { mutable, operand } => {
                self.token("&");
                if *mutable {
                    self.token("mut");
                    self.space();
                }
                self.expression(operand);
            }
            ExpressionKind::Increment { place, decrement, prefix } => {
                let sign = if *decrement { "-" } else { "+" };
                if !prefix {
                    self.expression(place);
                }
                self.token(sign);
                self.token(sign);
                if *prefix {
                    self.expression(place);
                }
            }
            ExpressionKind::Binary { .. }
            | ExpressionKind::Pipeline { .. }
            | ExpressionKind::Ternary { .. }
            | ExpressionKind::Range { .. }
            | ExpressionKind::Assign { .. }
            | ExpressionKind::AssignOperator { .. }
            | ExpressionKind::Cast { .. } => self.operation(expression),
            ExpressionKind::Error => self.copy(expression.span),
            _ => self.construct(expression),
        }
    }

    /// Expressions whose operators stand between operands.
    fn operation(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Binary { operator, left, right, .. } => {
                self.expression(left);
                self.space();
                self.operator(*operator, "");
                self.space();
                self.expression(right);
            }
            ExpressionKind::AssignOperator { operator, place, value, .. } => {
                self.expression(place);
                self.space();
                self.operator(*operator, "=");
                self.space();
                self.expression(value);
            }
            ExpressionKind::Pipeline { value, function } => self.between(value, "|>", function),
            ExpressionKind::Assign { place, value } => self.between(place, "=", value),
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.between(condition, "?", then);
                self.space();
                self.token(":");
                self.space();
                self.expression(otherwise);
            }
            ExpressionKind::Range { start, end, inclusive } => {
                if let Some(start) = start {
                    self.expression(start);
                }
                if self.output.ends_with("??") {
                    // `a??..b` is an operator `??`.
                    self.space();
                }
                self.token(if *inclusive { "..=" } else { ".." });
                if let Some(end) = end {
                    self.expression(end);
                }
            }
            ExpressionKind::Cast { value, ty } => {
                self.expression(value);
                self.space();
                self.token("as");
                self.space();
                self.ty(ty);
            }
            _ => {}
        }
    }

    /// Calls, control flow, and what else is made of other parts.
    fn construct(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Try(value) => {
                self.expression(value);
                self.token("?");
            }
            ExpressionKind::Let { pattern, value } => {
                self.token("let");
                self.space();
                self.pattern(pattern);
                self.space();
                self.token("=");
                self.space();
                self.expression(value);
            }
            ExpressionKind::LetIn { binding, body } => {
                self.binding(binding);
                self.space();
                self.token("in");
                self.space();
                self.expression(body);
            }
            ExpressionKind::Call { function, arguments } => {
                self.expression(function);
                self.arguments(arguments);
            }
            ExpressionKind::MethodCall { receiver, method, generics, arguments } => {
                self.expression(receiver);
                self.token(".");
                self.name(method);
                self.turbofish(generics.as_deref());
                self.arguments(arguments);
            }
            ExpressionKind::Field { value, name } => {
                self.expression(value);
                self.token(".");
                self.name(name);
            }
            ExpressionKind::Index { value, index } => {
                self.expression(value);
                self.token("[");
                self.expression(index);
                self.token("]");
            }
            ExpressionKind::Macro(call) => self.macro_call(call),
            ExpressionKind::Lambda(lambda) => self.lambda(lambda),
            _ => self.control(expression),
        }
    }

    fn prefixed(&mut self, sign: &str, operand: &Expression) {
        self.token(sign);
        self.expression(operand);
    }

    fn between(&mut self, left: &Expression, sign: &str, right: &Expression) {
        self.expression(left);
        self.space();
        self.token(sign);
        self.space();
        self.expression(right);
    }

    /// An operator, whose `>` are tokens of their own, and `=` for an assignment.
    fn operator(&mut self, operator: BinaryOperator, assign: &str) {
        match (operator, assign) {
            (BinaryOperator::ShiftLeft, _) => {
                self.token("<");
                self.token(if assign.is_empty() { "<" } else { "<=" });
            }
            (BinaryOperator::ShiftRight | BinaryOperator::GreaterEqual, _) => {
                for sign in operator.symbol().chars().chain(assign.chars()) {
                    self.token(sign.encode_utf8(&mut [0; 4]));
                }
            }
            _ => self.token(&format!("{}{assign}", operator.symbol())),
        }
    }

    fn padded(&mut self, pads: bool, write: impl FnOnce(&mut Self)) {
        if pads {
            self.space();
        }
        write(self);
        if pads {
            self.space();
        }
    }

    fn repeat(&mut self, value: &Expression, count: &Expression) {
        self.expression(value);
        self.token(";");
        self.space();
        self.expression(count);
    }

    pub(super) fn arguments(&mut self, arguments: &[Expression]) {
        self.token("(");
        self.list(arguments, false, Self::expression);
        self.token(")");
    }

    pub(super) fn turbofish(&mut self, generics: Option<&[GenericArgument]>) {
        if let Some(generics) = generics {
            self.token("::");
            self.generic_arguments(generics);
        }
    }

    fn field_value(&mut self, field: &FieldValue) {
        if field.short {
            return self.expression(&field.value);
        }
        self.name(&field.name);
        self.token(":");
        self.space();
        self.expression(&field.value);
    }

    fn entry(&mut self, entry: &ObjectEntry) {
        match entry {
            ObjectEntry::Pair { key, value } => {
                if key.quoted {
                    self.literal(&Literal::String(crate::tree::Text { value: key.text.clone(), raw: false }));
                } else {
                    self.name(&Name { text: key.text.clone(), span: key.span });
                }
                self.token(":");
                self.space();
                self.expression(value);
            }
            ObjectEntry::Short(variable) => {
                self.expression(variable);
                if self.is_canonical() {
                    // `{ name }` alone would be a block.
                    self.token(":");
                    self.space();
                    self.expression(variable);
                }
            }
            ObjectEntry::Spread(value) => self.prefixed("...", value),
        }
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        let (open, close) = if comprehension.kind == ComprehensionKind::List { ("[", "]") } else { ("{", "}") };
        self.token(open);
        self.expression(&comprehension.element);
        if let Some(value) = &comprehension.value {
            self.token(":");
            self.space();
            self.expression(value);
        }
        for clause in &comprehension.clauses {
            self.space();
            self.token("for");
            self.space();
            self.pattern(&clause.pattern);
            self.space();
            self.token("in");
            self.space();
            self.expression(&clause.iterable);
            for condition in &clause.conditions {
                self.space();
                self.token("if");
                self.space();
                self.expression(condition);
            }
        }
        self.token(close);
    }

    fn macro_call(&mut self, call: &MacroCall) {
        let (open, close) = match call.delimiter {
            Delimiter::Parentheses => ("(", ")"),
            Delimiter::Brackets => ("[", "]"),
            Delimiter::Braces => ("{", "}"),
        };
        self.path(&call.path, false);
        self.token("!");
        self.token(open);
        match &call.arguments {
            MacroArguments::Expressions(arguments) => self.list(arguments, false, Self::expression),
            MacroArguments::Repeat(value, count) => self.repeat(value, count),
            MacroArguments::Matches(value, pattern, guard) => {
                self.expression(value);
                self.token(",");
                self.space();
                self.pattern(pattern);
                if let Some(guard) = guard {
                    self.space();
                    self.token("if");
                    self.space();
                    self.expression(guard);
                }
                self.optional(",", false);
            }
            MacroArguments::Tokens(text) => self.verbatim(text),
        }
        self.token(close);
    }

    fn lambda(&mut self, lambda: &Lambda) {
        if lambda.is_move {
            self.token("move");
            self.space();
        }
        match lambda.style {
            LambdaStyle::Bars => {
                self.token("|");
                self.list(&lambda.parameters, false, Self::parameter);
                self.token("|");
            }
            LambdaStyle::Arrow => {
                let has_parentheses = self.is_canonical() || lambda.parameters.len() != 1 || self.origin_has("(");
                if has_parentheses {
                    self.token("(");
                }
                self.list(&lambda.parameters, false, Self::parameter);
                if has_parentheses {
                    self.token(")");
                }
            }
            LambdaStyle::Fun => {
                self.one_of(&["fun", "fn"]);
                self.token("(");
                self.list(&lambda.parameters, false, Self::parameter);
                self.token(")");
            }
        }
        self.space();
        if let Some(result) = &lambda.result {
            self.token("->");
            self.space();
            self.ty(result);
            self.space();
        }
        let is_block = matches!(lambda.body.kind, ExpressionKind::Block { label: None, .. });
        match lambda.style {
            LambdaStyle::Bars => {}
            LambdaStyle::Arrow => self.token("=>"),
            LambdaStyle::Fun => self.optional("=>", !is_block),
        }
        self.space();
        self.expression(&lambda.body);
    }

    /// The one expression of a function that is written `=> expression`.
    pub(super) fn short_body(&mut self, block: &crate::tree::Block) {
        self.one_of(&["=>", "="]);
        self.space();
        for statement in &block.statements {
            if let StatementKind::Expression(expression) = &statement.kind {
                self.expression(expression);
            }
        }
    }

    fn fstring(&mut self, parts: &[FStringPart]) {
        self.one_of(&["f\"", "f\\\""]);
        for part in parts {
            match part {
                FStringPart::Text { value, .. } => self.fstring_text(value),
                FStringPart::Hole { expression, spec, .. } => {
                    self.token("{");
                    if self.is_canonical() && super::canonical_expression(expression).starts_with('{') {
                        // `{{` would be a brace of the text.
                        self.space();
                    }
                    self.expression(expression);
                    if let Some(spec) = spec {
                        self.token(&format!(":{}", spec.text));
                    }
                    self.token("}");
                }
            }
        }
        self.one_of(&["\"", "\\\""]);
    }
}

/// A literal in its canonical form.
pub(super) fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Integer(number) => format!("{}{}", number.digits, number.suffix.as_deref().unwrap_or("")),
        Literal::Float(number) => format!("{}{}", number.digits, number.suffix.as_deref().unwrap_or("")),
        Literal::String(text) => format!("\"{}\"", escape(&text.value, '"')),
        Literal::Char(character) => format!("'{}'", escape(character.encode_utf8(&mut [0; 4]), '\'')),
        Literal::Byte(byte) => format!("b'{}'", byte.escape_ascii()),
        Literal::ByteString(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        Literal::Bool(value) => value.to_string(),
        Literal::Null => "null".to_owned(),
    }
}

/// The text of an f-string in its canonical form.
pub(super) fn fstring_text(value: &str) -> String {
    escape(value, '"').replace('{', "{{").replace('}', "}}")
}

fn escape(text: &str, quote: char) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\0' => escaped.push_str("\\0"),
            '\\' => escaped.push_str("\\\\"),
            other if other == quote => escaped.extend(['\\', other]),
            other => escaped.push(other),
        }
    }
    escaped
}
