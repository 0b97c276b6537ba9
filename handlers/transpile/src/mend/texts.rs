//! Text that is borrowed, of which ruchy makes some that is owned: an option that is compared with `Some("x")`, the parts that `split` gives, and a name
//! that a map is asked by, which it makes a number of.

use super::kind::{Kind, Kinds};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, ExprMethodCall, File, ImplItemFn, ItemFn, Stmt, Type, parse_quote};

/// What iterators have and lists lack, or have as the same.
const OF_ITERATORS: [&str; 12] = ["chain", "count", "enumerate", "iter", "last", "next", "nth", "peekable", "rev", "skip", "take", "zip"];

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Texts { kinds: &kinds, locals: kinds.clone(), returns_borrowed: false }.visit_file_mut(file);
}

struct Texts<'file> {
    kinds: &'file Kinds,
    locals: Kinds,
    /// Whether the function one is in returns an option of text that is borrowed.
    returns_borrowed: bool,
}

impl VisitMut for Texts<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_signature_mut(&mut self, signature: &mut syn::Signature) {
        self.returns_borrowed = matches!(&signature.output, syn::ReturnType::Type(_, kind) if is_option_of_borrowed_text(kind));
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Local(local) = statement
            && let syn::Pat::Type(typed) = &local.pat
            && let Some(init) = &mut local.init
        {
            collected(&mut init.expr, &typed.ty);
            if is_option_of_borrowed_text(&typed.ty) {
                borrowed_option(&mut init.expr);
            }
        }
        visit_mut::visit_stmt_mut(self, statement);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Binary(binary) => {
                if let Some(comparison) = compared(binary) {
                    *expression = comparison;
                }
            }
            Expr::Call(_) if self.returns_borrowed => borrowed_option(expression),
            Expr::MethodCall(call) if OF_ITERATORS.contains(&call.method.to_string().as_str()) => {
                if let Some(parts) = list(&call.receiver) {
                    if call.method == "iter" {
                        *expression = parts;
                    } else {
                        *call.receiver = parts;
                    }
                }
            }
            Expr::MethodCall(call) if call.method == "collect" => {
                let says_borrowed = call.turbofish.as_ref().is_some_and(|types| types.args.iter().any(of_borrowed_text));
                if says_borrowed && let Some(parts) = parts(&call.receiver) {
                    *call.receiver = parts;
                }
            }
            Expr::Index(index) => {
                if let Expr::Cast(cast) = &*index.index
                    && self.locals.kind(&cast.expr).is_some_and(Kind::is_text)
                    && matches!(&*cast.expr, Expr::Path(_) | Expr::Lit(_))
                {
                    let name = &cast.expr;
                    *index.index = if matches!(**name, Expr::Lit(_)) { (**name).clone() } else { parse_quote!(&*#name) };
                }
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// `a == Some("x".to_string())` by what is in `a`, whichever text that is.
fn compared(binary: &syn::ExprBinary) -> Option<Expr> {
    let is_equal = match binary.op {
        BinOp::Eq(_) => true,
        BinOp::Ne(_) => false,
        _ => return None,
    };
    let (option, text) = match (literal_in_some(&binary.left), literal_in_some(&binary.right)) {
        (None, Some(text)) => (&binary.left, text),
        (Some(text), None) => (&binary.right, text),
        _ => return None,
    };
    let holds: Expr = parse_quote!(#option.as_ref().is_some_and(|held| AsRef::<str>::as_ref(held) == #text));
    Some(if is_equal { holds } else { parse_quote!(!#holds) })
}

/// The `"x"` of `Some("x".to_string())`.
fn literal_in_some(expression: &Expr) -> Option<Expr> {
    let Expr::Call(call) = expression else { return None };
    let is_some = matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"));
    let Expr::MethodCall(made) = call.args.first()? else { return None };
    let is_literal = made.method == "to_string" && matches!(&*made.receiver, Expr::Lit(_));
    (is_some && is_literal).then(|| (*made.receiver).clone())
}

pub(super) fn borrowed_option(expression: &mut Expr) {
    if let Some(text) = literal_in_some(expression) {
        *expression = parse_quote!(Some(#text));
    }
}

pub(super) fn is_option_of_borrowed_text(kind: &Type) -> bool {
    *kind == parse_quote!(Option<&str>) || *kind == parse_quote!(Option<&'static str>)
}

/// What `let parts: Vec<&str> = text.split(",");` collects, with or without a `collect` of its own.
fn collected(value: &mut Expr, wanted: &Type) {
    if has_borrowed_text(wanted)
        && let Expr::MethodCall(call) = value
        && call.method == "collect"
        && let Some(parts) = parts(&call.receiver)
    {
        *call.receiver = parts;
        call.turbofish = None;
    }
}

/// `text.split(",")` of `text.split(",").map(|s| s.to_string()).collect::<Vec<String>>()`.
fn list(expression: &Expr) -> Option<Expr> {
    let Expr::MethodCall(ExprMethodCall { receiver, method, turbofish, .. }) = expression else { return None };
    let is_list = method == "collect" && turbofish.as_ref().is_some_and(|types| *types == parse_quote!(::<Vec<String>>));
    if is_list { parts(receiver) } else { None }
}

/// `text.split(",")` of `text.split(",").map(|s| s.to_string())`.
fn parts(expression: &Expr) -> Option<Expr> {
    let Expr::MethodCall(map) = expression else { return None };
    let Expr::MethodCall(split) = &*map.receiver else { return None };
    let is_of_parts = map.method == "map" && split.method == "split" && *map.args.first()? == parse_quote!(|s| s.to_string());
    is_of_parts.then(|| (*map.receiver).clone())
}

fn of_borrowed_text(argument: &syn::GenericArgument) -> bool {
    matches!(argument, syn::GenericArgument::Type(kind) if has_borrowed_text(kind))
}

/// Whether a type is `&str`, or one of a list of it.
fn has_borrowed_text(kind: &Type) -> bool {
    match kind {
        Type::Reference(reference) => *reference.elem == parse_quote!(str),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(of_borrowed_text),
            _ => false,
        }),
        _ => false,
    }
}
