//! What is written as a call of a function and is one of a macro, `eprintln(f"…")`; `panic` with an f-string, which is put into a text of its own.

use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Macro, Signature, parse_quote};

/// Functions of Ruchy that are macros of Rust, and that ruchy leaves as they are.
const MACROS: [&str; 5] = ["eprint", "eprintln", "todo", "unimplemented", "unreachable"];

pub fn mend(file: &mut File, _: &str) {
    let mut own = Own(HashSet::new());
    own.visit_file_mut(&mut file.clone());
    Macros { own: own.0 }.visit_file_mut(file);
}

/// The functions that a file has itself.
struct Own(HashSet<String>);

impl VisitMut for Own {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        self.0.insert(signature.ident.to_string());
    }
}

struct Macros {
    own: HashSet<String>,
}

impl VisitMut for Macros {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Call(call) = expression
            && let Expr::Path(path) = &*call.func
            && MACROS.iter().any(|name| path.path.is_ident(name) && !self.own.contains(*name))
        {
            let (name, arguments) = (&path.path, &call.args);
            let mut text: Macro = parse_quote!(#name!(#arguments));
            unfolded(&mut text);
            *expression = parse_quote!(#text);
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
