//! Parses the arguments of a formatting macro: its format string and values, as a sequence of
//! pieces.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

/// The arguments of a macro: values, some of which have names.
pub struct Arguments(pub Vec<Argument>);

pub struct Argument {
    pub name: Option<Ident>,
    pub value: Expr,
}

impl Arguments {
    /// Parses arguments separated by commas.
    ///
    /// # Errors
    /// Returns an error for other tokens.
    pub fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(Punctuated::<Argument, Token![,]>::parse_terminated(input)?.into_iter().collect()))
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let named = input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
        let name = if named { Some(input.parse()?) } else { None };
        if named {
            input.parse::<Token![=]>()?;
        }
        Ok(Self { name, value: input.parse()? })
    }
}

/// The pieces of a macro's text.
pub struct Template<'call> {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
    /// The values that are not string literals, in order.
    pub arguments: Vec<&'call Expr>,
    /// The variables that only the format string names.
    pub captured: Vec<String>,
}

/// A piece of the text.
pub enum Piece {
    /// A literal text.
    Text(String),
    /// The argument with this index.
    Argument(usize),
    /// The captured variable with this index.
    Captured(usize),
}

impl<'call> Template<'call> {
    /// Parses `arguments` and appends `suffix`. Returns `None` if there is no literal format
    /// string, if a placeholder has format options, or if placeholders and arguments do not match.
    pub fn of(arguments: &'call Arguments, suffix: &str) -> Option<Self> {
        let mut template = Self { pieces: Vec::new(), arguments: Vec::new(), captured: Vec::new() };
        let Some((format, arguments)) = arguments.0.split_first() else {
            template.push_text(suffix);
            return Some(template);
        };
        let format = literal(&format.value).filter(|_| format.name.is_none())?.value();
        template.arguments = arguments.iter().map(|argument| &argument.value).filter(|value| literal(value).is_none()).collect();
        let mut used = vec![false; arguments.len()];
        let mut next = 0..;
        for part in parts(&format)? {
            let (number, name) = match part {
                Part::Text(text) => {
                    template.push_text(&text);
                    continue;
                }
                Part::Placeholder("") => (next.next(), ""),
                Part::Placeholder(name) => (name.parse().ok().or_else(|| position(arguments, name)), name),
            };
            if let Some(number) = number {
                *used.get_mut(number)? = true;
                template.push_argument(&arguments[number].value);
            } else {
                template.push_captured(name)?;
            }
        }
        template.push_text(suffix);
        used.iter().all(|used| *used).then_some(template)
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => *last += text,
            _ if text.is_empty() => (),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn push_argument(&mut self, value: &Expr) {
        match (literal(value), self.arguments.iter().position(|other| std::ptr::eq(*other, value))) {
            (Some(text), _) => self.push_text(&text.value()),
            (None, Some(number)) => self.pieces.push(Piece::Argument(number)),
            (None, None) => unreachable!("`arguments` contains all values that are not literals"),
        }
    }

    fn push_captured(&mut self, name: &str) -> Option<()> {
        syn::parse_str::<Ident>(name).ok().filter(|_| name != "_")?;
        let number = self.captured.iter().position(|other| other == name).unwrap_or_else(|| {
            self.captured.push(name.to_owned());
            self.captured.len() - 1
        });
        self.pieces.push(Piece::Captured(number));
        Some(())
    }

    /// Returns the text if it is constant.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] if self.arguments.is_empty() => Some(""),
            [Piece::Text(text)] if self.arguments.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// Returns the index of the argument `name`.
fn position(arguments: &[Argument], name: &str) -> Option<usize> {
    arguments.iter().position(|argument| argument.name.as_ref().is_some_and(|other| other == name))
}

fn literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { attrs, lit: Lit::Str(text) }) if attrs.is_empty() && text.suffix().is_empty() => Some(text),
        _ => None,
    }
}

enum Part<'format> {
    Text(String),
    /// A placeholder, with its content: empty, a number or a name.
    Placeholder(&'format str),
}

/// Returns the parts of a format string; `None` if a placeholder has format options, or if the
/// string is invalid.
fn parts(format: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut remaining = format;
    while let Some(at) = remaining.find(['{', '}']) {
        let (text, after) = remaining.split_at(at);
        let brace = &after[..1];
        if after[1..].starts_with(brace) {
            parts.push(Part::Text(text.to_owned() + brace));
            remaining = &after[2..];
            continue;
        }
        let (placeholder, after) = after.strip_prefix('{')?.split_once('}')?;
        if !placeholder.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        parts.extend([Part::Text(text.to_owned()), Part::Placeholder(placeholder)]);
        remaining = after;
    }
    parts.push(Part::Text(remaining.to_owned()));
    Some(parts)
}
