//! A function that calls one it is given with what it is given, `fun apply(f, x) { f(x) }`, does so for values of any type. Ruchy guesses whole numbers.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, FnArg, ItemFn, Pat, Stmt, Type, parse_quote};

pub fn mend(file: &mut File, source: &str) {
    Generic { source }.visit_file_mut(file);
}

struct Generic<'source> {
    source: &'source str,
}

impl VisitMut for Generic<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        if let Some((called, given)) = self.called_with(function) {
            let twice = matches!(&function.block.stmts[..], [Stmt::Expr(Expr::Call(call), None)] if matches!(call.args.first(), Some(Expr::Call(_))));
            for input in &mut function.sig.inputs {
                let FnArg::Typed(typed) = input else { continue };
                match name(&typed.pat) {
                    Some(name) if name == called => {
                        *typed.ty = if twice { parse_quote!(impl Fn(A) -> A) } else { parse_quote!(impl Fn(A) -> B) }
                    }
                    Some(name) if name == given => *typed.ty = parse_quote!(A),
                    _ => {}
                }
            }
            function.sig.generics = if twice { parse_quote!(<A>) } else { parse_quote!(<A, B>) };
            function.sig.output = if twice { parse_quote!(-> A) } else { parse_quote!(-> B) };
        }
    }
}

impl Generic<'_> {
    /// The `f` and the `x` of a function that is `f(x)` or `f(f(x))`, where the source says the type of neither, nor what it returns.
    fn called_with(&self, function: &ItemFn) -> Option<(String, String)> {
        let [Stmt::Expr(Expr::Call(call), None)] = &function.block.stmts[..] else { return None };
        let called = path(&call.func)?;
        let given = match call.args.first().filter(|_| call.args.len() == 1)? {
            Expr::Call(inner) if path(&inner.func)? == called && inner.args.len() == 1 => path(inner.args.first()?)?,
            argument => path(argument)?,
        };
        let untyped = super::functions::untyped_parameters(self.source, &function.sig.ident.to_string())?;
        let is_guessed = |typed: &syn::PatType| name(&typed.pat).is_some_and(|name| name == called) && is_function(&typed.ty);
        let is_of_functions = function.sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if is_guessed(typed)));
        let says_result = super::functions::says_result(self.source, &function.sig.ident.to_string());
        let fits = is_of_functions && !says_result && function.sig.generics.params.is_empty();
        (fits && untyped.contains(&called) && untyped.contains(&given)).then_some((called, given))
    }
}

fn name(pattern: &Pat) -> Option<String> {
    if let Pat::Ident(name) = pattern { Some(name.ident.to_string()) } else { None }
}

fn path(expression: &Expr) -> Option<String> {
    if let Expr::Path(path) = expression { path.path.get_ident().map(ToString::to_string) } else { None }
}

fn is_function(kind: &Type) -> bool {
    *kind == parse_quote!(impl Fn(i32) -> i32)
}
