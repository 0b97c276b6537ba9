//! What is written as a call of a function and is one of a macro, `eprintln(f"…")`; `panic` with an f-string, which is put into a text of its own;
//! and labels of loops, which ruchy takes for a `!` and a variable.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Lifetime, Macro, parse_quote};

/// Functions of Ruchy that are macros of Rust, and that ruchy leaves as they are.
const MACROS: [&str; 5] = ["eprint", "eprintln", "todo", "unimplemented", "unreachable"];

pub fn mend(file: &mut File, _: &str) {
    Macros.visit_file_mut(file);
}

struct Macros;

impl VisitMut for Macros {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func
                    && MACROS.iter().any(|name| path.path.is_ident(name))
                {
                    let (name, arguments) = (&path.path, &call.args);
                    let mut text: Macro = parse_quote!(#name!(#arguments));
                    unfolded(&mut text);
                    *expression = parse_quote!(#text);
                }
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
                if let Some(labelled) = labelled(&unary.expr) {
                    *expression = labelled;
                }
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
        unfolded(text);
    }
}

/// `panic!(format!("…", a))` as `panic!("…", a)`, and `panic!(a)`, which Rust does not take, as `panic!("{}", a)`.
fn unfolded(text: &mut Macro) {
    if !(text.path.is_ident("panic") || MACROS.iter().any(|name| text.path.is_ident(name))) {
        return;
    }
    let Ok(only) = syn::parse2::<Expr>(text.tokens.clone()) else { return };
    match &only {
        Expr::Macro(made) if made.mac.path.is_ident("format") => text.tokens = made.mac.tokens.clone(),
        Expr::Lit(_) => {}
        other => text.tokens = quote::quote!("{}", #other),
    }
}

/// The loop behind the `!`, by the label that a `break` in it names.
fn labelled(each: &Expr) -> Option<Expr> {
    let mut each = each.clone();
    let mut named = Named(None);
    named.visit_expr_mut(&mut each);
    let name = Lifetime::new(&format!("'{}", named.0?), proc_macro2::Span::call_site());
    match &mut each {
        Expr::ForLoop(each) => each.label = parse_quote!(#name:),
        Expr::While(each) => each.label = parse_quote!(#name:),
        Expr::Loop(each) => each.label = parse_quote!(#name:),
        _ => return None,
    }
    Some(each)
}

/// Makes a label of what `break` seems to break with.
struct Named(Option<String>);

impl VisitMut for Named {
    fn visit_expr_break_mut(&mut self, broken: &mut syn::ExprBreak) {
        if let Some(value) = &broken.expr
            && let Expr::Path(path) = &**value
            && let Some(name) = path.path.get_ident()
            && self.0.as_ref().is_none_or(|known| name == known)
        {
            self.0 = Some(name.to_string());
            broken.label = Some(Lifetime::new(&format!("'{name}"), name.span()));
            broken.expr = None;
        }
    }
}
