//! Methods that mean something else, or nothing, in Rust. `sum` and `product` want to be told the type of their result, and become `total` and
//! `multiplied` of the facade, which do not. A range is an iterator already and has no `iter`. And what stands behind a lock or a reference is
//! reached before it is dereferenced: `*list.lock().unwrap().len()` is `list.lock().unwrap().len()`.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Ident, Stmt};

pub fn mend(file: &mut File, _: &str) {
    Methods.visit_file_mut(file);
}

struct Methods;

impl VisitMut for Methods {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::MethodCall(call) if call.turbofish.is_none() && call.args.is_empty() => {
                let name = call.method.to_string();
                if let Some(renamed) = renamed(&name) {
                    call.method = Ident::new(renamed, call.method.span());
                }
                if name == "iter" && is_iterator(&call.receiver) {
                    *expression = (*call.receiver).clone();
                }
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) && is_reached_through_lock(&unary.expr) => {
                *expression = (*unary.expr).clone();
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }

    /// `let total: f64 = xs.iter().sum();` says its type.
    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Local(local) = statement
            && matches!(local.pat, syn::Pat::Type(_))
            && let Some(init) = &mut local.init
            && let Expr::MethodCall(call) = &mut *init.expr
            && renamed(&call.method.to_string()).is_some()
        {
            return self.visit_expr_mut(&mut call.receiver);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }
}

fn renamed(name: &str) -> Option<&'static str> {
    match name {
        "sum" => Some("total"),
        "product" => Some("multiplied"),
        _ => None,
    }
}

/// Whether it is a range, or iterates already.
fn is_iterator(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(inner) => is_iterator(&inner.expr),
        Expr::Range(_) => true,
        Expr::MethodCall(call) => matches!(call.method.to_string().as_str(), "iter" | "chars" | "lines" | "split_whitespace" | "into_iter"),
        _ => false,
    }
}

/// Whether it is a method's result or an element of what a lock, or the guard of one, holds.
fn is_reached_through_lock(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call) => is_lock(&call.receiver) || is_reached_through_lock(&call.receiver),
        Expr::Index(index) => is_lock(&index.expr) || is_reached_through_lock(&index.expr),
        Expr::Field(field) => is_lock(&field.base) || is_reached_through_lock(&field.base),
        _ => false,
    }
}

fn is_lock(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call) => {
            call.method == "unwrap" && matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "lock" && inner.args.is_empty())
        }
        Expr::Path(path) => path.path.is_ident("__guard"),
        _ => false,
    }
}
