//! What is printed, and what stands in f-strings, takes Ruchy's form. Ruchy prints the value of an expression by `{:?}`, which puts text in quotes,
//! and puts the values of f-strings in by `{}`, which lists, maps and options do not have. Both become `{}` of `std::shown!(value)`, or of the
//! value itself where it plainly is text or a whole number.

use super::kind::{Kind, Kinds};
use super::literals::{ESCAPED, FORM};
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMacro, File, ItemFn, LitStr, Macro, Token};

/// The macros that take a text with holes and values for them.
pub const MACROS: [&str; 6] = ["print", "println", "eprint", "eprintln", "format", "panic"];

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Shown { kinds: &kinds, locals: kinds.clone() }.visit_file_mut(file);
}

struct Shown<'file> {
    kinds: &'file Kinds,
    locals: Kinds,
}

impl VisitMut for Shown<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        if let Some(tokens) = self.mended(text) {
            text.tokens = tokens;
        }
    }
}

impl Shown<'_> {
    /// The arguments of a macro, each value in Ruchy's form; nothing for other macros, and for texts with holes that say more than `{}`.
    fn mended(&mut self, text: &mut Macro) -> Option<proc_macro2::TokenStream> {
        let name = text.path.get_ident()?.to_string();
        if !MACROS.contains(&name.as_str()) {
            super::each_argument(text, |argument| self.visit_expr_mut(argument));
            return None;
        }
        let mut arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(text.tokens.clone()).ok()?.into_iter();
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(literal), .. }) = arguments.next()? else { return None };
        let mut values: Vec<Expr> = arguments.collect();
        for value in &mut values {
            self.visit_expr_mut(value);
        }
        if values.is_empty() && name != "panic" {
            // Text without values is text: only an f-string's braces are escaped.
            let text = literal.value();
            let text = if text.contains(ESCAPED) { text } else { text.replace('{', "{{").replace('}', "}}") };
            let literal = LitStr::new(&text, literal.span());
            return Some(quote!(#literal));
        }
        let holes = holes(&literal.value())?;
        if holes.len() != values.len() {
            return Some(quote!(#literal #(, #values)*));
        }
        // Who wrote `{:?}` themselves meant it.
        let meant = literal.value().contains(FORM);
        let mut text = literal.value();
        for (place, value) in holes.iter().zip(&mut values).rev() {
            if text[place.clone()] == *"{:?}" && meant {
                continue;
            }
            text.replace_range(place.clone(), "{}");
            match self.locals.kind(value) {
                Some(Kind::Element) => *value = syn::parse_quote!(std::shown_element!(#value)),
                Some(kind) if kind.is_plain() => {}
                _ => *value = shown(value),
            }
        }
        let literal = LitStr::new(&text, literal.span());
        Some(quote!(#literal #(, #values)*))
    }
}

fn shown(value: &Expr) -> Expr {
    let value = match value {
        Expr::Reference(reference) => &reference.expr,
        value => value,
    };
    Expr::Macro(ExprMacro { attrs: Vec::new(), mac: syn::parse_quote!(std::shown!(#value)) })
}

/// Where the holes of a text are; nothing when one is neither `{}` nor `{:?}`.
fn holes(text: &str) -> Option<Vec<std::ops::Range<usize>>> {
    let mut holes = Vec::new();
    let mut place = 0;
    while let Some(found) = text[place..].find(['{', '}']) {
        let start = place + found;
        let rest = &text[start..];
        let length = ["{{", "}}", "{}", "{:?}"].iter().find(|form| rest.starts_with(**form))?.len();
        if rest.starts_with("{}") || rest.starts_with("{:?}") {
            holes.push(start..start + length);
        }
        place = start + length;
    }
    Some(holes)
}
