//! What is changed is `mut`: ruchy sees assignments, and not the methods that change what they are called on. And `main` returns nothing, whatever it
//! ends in.

use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, ItemFn, PatIdent, ReturnType};

/// Methods of text, lists, maps and sets that change them.
const CHANGING: [&str; 46] = [
    "append",
    "as_mut",
    "clear",
    "dedup",
    "dedup_by_key",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "fill",
    "first_mut",
    "get_mut",
    "get_or_insert_with",
    "insert",
    "insert_str",
    "iter_mut",
    "last_mut",
    "pop",
    "pop_back",
    "pop_first",
    "pop_front",
    "pop_last",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "resize",
    "retain",
    "retain_mut",
    "reverse",
    "rotate_left",
    "rotate_right",
    "set",
    "sort",
    "sort_by",
    "sort_by_cached_key",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "split_off",
    "swap",
    "swap_remove",
    "truncate",
    "values_mut",
];

pub fn mend(file: &mut File, _: &str) {
    Mutable.visit_file_mut(file);
}

struct Mutable;

impl VisitMut for Mutable {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        if function.sig.ident == "main" && matches!(function.sig.output, ReturnType::Default) {
            super::branches::dropped(&mut function.block);
        }
        let mut changed = Changed(HashSet::new());
        changed.visit_block_mut(&mut function.block);
        Marked(&changed.0).visit_block_mut(&mut function.block);
    }
}

/// Whether a call is one of a method that changes what it is called on.
pub(super) fn is_changing(call: &syn::ExprMethodCall) -> bool {
    let of_option = call.method == "take" && call.args.is_empty() || call.method == "replace" && call.args.len() == 1;
    of_option || CHANGING.contains(&call.method.to_string().as_str())
}

/// The names of what is changed.
struct Changed(HashSet<String>);

impl VisitMut for Changed {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if is_changing(call)
            && let Expr::Path(path) = &*call.receiver
            && let Some(name) = path.path.get_ident()
        {
            self.0.insert(name.to_string());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

/// Makes the locals of these names `mut`, where they hold the value itself.
struct Marked<'names>(&'names HashSet<String>);

impl VisitMut for Marked<'_> {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let pattern = match &mut local.pat {
            syn::Pat::Type(typed) => &mut *typed.pat,
            other => other,
        };
        if let syn::Pat::Ident(PatIdent { ident, mutability, by_ref: None, .. }) = pattern
            && self.0.contains(&ident.to_string())
        {
            mutability.get_or_insert_with(Default::default);
        }
        visit_mut::visit_local_mut(self, local);
    }
}
