//! `map` and `filter` of an `Option` or a `Result`, which ruchy takes for those of a list: `name.map(f).unwrap_or(x)` comes with a list between the
//! two. What it is shows in what is done with the result, or in what it is done to.

use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, File, FnArg, ImplItemFn, ItemFn, Pat, ReturnType, Signature, Stmt, Type, parse_quote};

/// What options and results have, and lists do not.
const OF_OPTIONS: [&str; 24] = [
    "and_then",
    "as_deref",
    "as_ref",
    "err",
    "expect",
    "flatten",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "is_some_and",
    "map_err",
    "map_or",
    "map_or_else",
    "ok",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "xor",
];
/// Methods, of Rust's and of the crate `events`, that give an option or a result, whoever has them.
const GIVING: [&str; 33] = [
    "and_then",
    "as_array",
    "as_boolean",
    "as_integer",
    "as_number",
    "as_object",
    "as_text",
    "at",
    "attribute",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_sub",
    "cookie",
    "first",
    "get",
    "header",
    "last",
    "map_err",
    "message_attribute",
    "new_image",
    "next",
    "nth",
    "ok",
    "ok_or",
    "ok_or_else",
    "old_image",
    "parse",
    "query",
    "split_once",
    "strip_prefix",
    "strip_suffix",
    "to_digit",
];

pub fn mend(file: &mut File, _: &str) {
    let mut own = Own::default();
    own.visit_file_mut(&mut file.clone());
    Options { own: &own, names: Vec::new() }.visit_file_mut(file);
}

/// The functions and methods of a file that return an option or a result, and those that do not.
#[derive(Default)]
struct Own {
    giving: Vec<String>,
    others: Vec<String>,
}

impl VisitMut for Own {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let gives = matches!(&signature.output, ReturnType::Type(_, kind) if is_option(kind));
        if gives { &mut self.giving } else { &mut self.others }.push(signature.ident.to_string());
    }
}

impl Own {
    fn gives(&self, name: &syn::Ident) -> bool {
        let is_among = |names: &[String]| names.iter().any(|known| name == known);
        is_among(&self.giving) && !is_among(&self.others)
    }
}

/// Knows the parameters and the locals that are said to be options or results, or are what a function gives that returns one.
struct Options<'file> {
    own: &'file Own,
    names: Vec<String>,
}

impl Options<'_> {
    fn within(&mut self, signature: &Signature, body: &mut syn::Block) {
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                self.note(&typed.pat, &typed.ty);
            }
        }
        let returns = matches!(&signature.output, ReturnType::Type(_, kind) if is_option(kind));
        if returns && let Some(Stmt::Expr(last, None)) = body.stmts.last_mut() {
            mended(last);
        }
    }

    fn note(&mut self, pattern: &Pat, kind: &Type) {
        if let Pat::Ident(name) = pattern
            && is_option(kind)
        {
            self.names.push(name.ident.to_string());
        }
    }

    /// Whether a function of the file gives it, as an option or a result.
    fn is_given(&self, value: &Expr) -> bool {
        match value {
            Expr::Call(_) => self.gives(value),
            Expr::MethodCall(call) => self.own.gives(&call.method) || call.method == "map" && self.is_given(&call.receiver),
            _ => false,
        }
    }

    /// Whether it gives an option or a result, by its name.
    fn gives(&self, expression: &Expr) -> bool {
        match expression {
            Expr::MethodCall(call) => GIVING.iter().any(|name| call.method == name) || is_copied(call) || self.own.gives(&call.method),
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|name| self.own.gives(&name.ident)))
            }
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.contains(&name.to_string())),
            _ => false,
        }
    }
}

fn is_copied(call: &syn::ExprMethodCall) -> bool {
    matches!(call.method.to_string().as_str(), "cloned" | "copied" | "clone")
        && matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "get")
}

impl VisitMut for Options<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = self.names.clone();
        self.within(&function.sig, &mut function.block);
        visit_mut::visit_item_fn_mut(self, function);
        self.names = outer;
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let outer = self.names.clone();
        self.within(&function.sig, &mut function.block);
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.names = outer;
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let (Pat::Type(typed), Some(init)) = (&local.pat, &mut local.init)
            && is_option(&typed.ty)
        {
            mended(&mut init.expr);
            self.note(&typed.pat, &typed.ty);
        }
        visit_mut::visit_local_mut(self, local);
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            // A name that is bound again is what it was bound to last.
            self.names.retain(|known| name.ident != known);
            if self.is_given(&init.expr) {
                self.names.push(name.ident.to_string());
            }
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::MethodCall(call) if OF_OPTIONS.iter().any(|name| call.method == name) => mended(&mut call.receiver),
            Expr::Try(tried) => mended(&mut tried.expr),
            Expr::Binary(binary) if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) && is_some_or_none(&binary.right) => {
                mended(&mut binary.left);
            }
            Expr::Let(condition) if is_pattern_of_option(&condition.pat) => mended(&mut condition.expr),
            Expr::Match(choice) if choice.arms.iter().any(|arm| is_pattern_of_option(&arm.pat)) => mended(&mut choice.expr),
            _ => {}
        }
        if let Some((list, _)) = mapped(expression)
            && self.gives(list)
        {
            mended(expression);
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Takes the list away, if there is one.
fn mended(expression: &mut Expr) {
    if let Some((option, call)) = mapped(expression) {
        let (method, arguments) = (&call.method, &call.args);
        let mut option = option.clone();
        mended(&mut option);
        *expression = parse_quote!(#option.#method(#arguments));
    }
}

/// The `x` and the `map(f)` of `x.iter().map(f).collect::<Vec<_>>()`.
fn mapped(expression: &Expr) -> Option<(&Expr, &syn::ExprMethodCall)> {
    let Expr::MethodCall(collect) = expression else { return None };
    let is_list = collect.method == "collect" && collect.turbofish.as_ref().is_some_and(|types| *types == parse_quote!(::<Vec<_>>));
    let Expr::MethodCall(call) = &*collect.receiver else { return None };
    let Expr::MethodCall(iter) = &*call.receiver else { return None };
    let begins = match call.method.to_string().as_str() {
        "map" => iter.method == "iter",
        "filter" => iter.method == "into_iter",
        _ => false,
    };
    (is_list && begins && iter.args.is_empty()).then_some((&*iter.receiver, call))
}

fn is_option(kind: &Type) -> bool {
    let Type::Path(path) = kind else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Option" || last.ident == "Result")
}

fn is_some_or_none(value: &Expr) -> bool {
    match value {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if ["Some", "Ok", "Err"].iter().any(|name| path.path.is_ident(name))),
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}

fn is_pattern_of_option(pattern: &Pat) -> bool {
    match pattern {
        Pat::TupleStruct(pattern) => ["Some", "Ok", "Err"].iter().any(|name| pattern.path.is_ident(name)),
        Pat::Ident(name) => name.ident == "None",
        Pat::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}
