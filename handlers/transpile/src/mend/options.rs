//! `map` and `filter` of an `Option` or a `Result`, which ruchy takes for those of a list: `name.map(f).unwrap_or(x)` comes with a list between the
//! two. What it is shows in what is done with the result, or in what it is done to.

use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, File, FnArg, ImplItemFn, ItemFn, Member, Pat, ReturnType, Signature, Stmt, Type, parse_quote};

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
const GIVING: [&str; 62] = [
    "and_then",
    "as_array",
    "as_boolean",
    "as_deref",
    "as_integer",
    "as_mut",
    "as_number",
    "as_object",
    "as_ref",
    "as_text",
    "at",
    "attribute",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_neg",
    "checked_pow",
    "checked_rem",
    "checked_sub",
    "cookie",
    "find",
    "find_map",
    "first",
    "first_mut",
    "get",
    "get_mut",
    "header",
    "last",
    "last_mut",
    "map_err",
    "max_by",
    "max_by_key",
    "message_attribute",
    "min_by",
    "min_by_key",
    "new_image",
    "next",
    "next_back",
    "nth",
    "nth_back",
    "ok",
    "ok_or",
    "ok_or_else",
    "old_image",
    "or",
    "or_else",
    "parse",
    "peek",
    "pop",
    "pop_back",
    "pop_front",
    "position",
    "query",
    "reduce",
    "rfind",
    "rposition",
    "rsplit_once",
    "split_once",
    "strip_prefix",
    "strip_suffix",
    "to_digit",
    "xor",
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
    /// The fields of its structs that are options or results, and those that are not.
    held: Vec<String>,
    other_fields: Vec<String>,
}

impl VisitMut for Own {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let gives = matches!(&signature.output, ReturnType::Type(_, kind) if is_option(kind));
        if gives { &mut self.giving } else { &mut self.others }.push(signature.ident.to_string());
    }

    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        let names = if is_option(&field.ty) { &mut self.held } else { &mut self.other_fields };
        names.extend(field.ident.as_ref().map(ToString::to_string));
    }
}

impl Own {
    fn gives(&self, name: &syn::Ident) -> bool {
        is_among(&self.giving, name) && !is_among(&self.others, name)
    }

    fn holds(&self, name: &syn::Ident) -> bool {
        is_among(&self.held, name) && !is_among(&self.other_fields, name)
    }
}

fn is_among(names: &[String], name: &syn::Ident) -> bool {
    names.iter().any(|known| name == known)
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

    /// Forgets what the names of a pattern were: a name that is bound again is what it was bound to last.
    fn bind(&mut self, pattern: &Pat) {
        let bound = super::closures::names(pattern);
        self.names.retain(|known| !bound.contains(known));
    }

    /// Does `work`, and knows then again what it knew before.
    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        let outer = self.names.clone();
        work(self);
        self.names = outer;
    }

    fn gives_by_method(&self, call: &syn::ExprMethodCall) -> bool {
        let name = call.method.to_string();
        match name.as_str() {
            _ if self.own.others.contains(&name) => false,
            "cloned" | "copied" | "clone" => self.gives(&call.receiver),
            "max" | "min" => call.args.is_empty(),
            name => GIVING.contains(&name) || self.own.gives(&call.method),
        }
    }

    /// Whether it gives an option or a result, by its name.
    fn gives(&self, expression: &Expr) -> bool {
        match expression {
            Expr::MethodCall(call) => self.gives_by_method(call),
            Expr::Field(field) => matches!(&field.member, Member::Named(name) if self.own.holds(name)),
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|name| self.own.gives(&name.ident)))
            }
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.contains(&name.to_string())),
            _ => false,
        }
    }
}

impl VisitMut for Options<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        self.scoped(|within| {
            within.within(&function.sig, &mut function.block);
            visit_mut::visit_item_fn_mut(within, function);
        });
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.scoped(|within| {
            within.within(&function.sig, &mut function.block);
            visit_mut::visit_impl_item_fn_mut(within, function);
        });
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
            let gives = self.gives(&init.expr);
            self.bind(&local.pat);
            if gives {
                self.names.push(name.ident.to_string());
            }
        } else if !matches!(local.pat, Pat::Type(_)) {
            self.bind(&local.pat);
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.scoped(|within| visit_mut::visit_block_mut(within, block));
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scoped(|within| {
            within.bind(&arm.pat);
            visit_mut::visit_arm_mut(within, arm);
        });
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        self.scoped(|within| {
            for input in &closure.inputs {
                within.bind(input);
                if let Pat::Type(typed) = input {
                    within.note(&typed.pat, &typed.ty);
                }
            }
            visit_mut::visit_expr_closure_mut(within, closure);
        });
    }

    fn visit_expr_for_loop_mut(&mut self, each: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut each.expr);
        self.scoped(|within| {
            within.bind(&each.pat);
            within.visit_block_mut(&mut each.body);
        });
    }

    fn visit_expr_if_mut(&mut self, choice: &mut syn::ExprIf) {
        self.scoped(|within| {
            within.visit_expr_mut(&mut choice.cond);
            within.visit_block_mut(&mut choice.then_branch);
        });
        if let Some((_, other)) = &mut choice.else_branch {
            self.visit_expr_mut(other);
        }
    }

    fn visit_expr_while_mut(&mut self, each: &mut syn::ExprWhile) {
        self.scoped(|within| visit_mut::visit_expr_while_mut(within, each));
    }

    fn visit_expr_let_mut(&mut self, condition: &mut syn::ExprLet) {
        visit_mut::visit_expr_let_mut(self, condition);
        self.bind(&condition.pat);
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
