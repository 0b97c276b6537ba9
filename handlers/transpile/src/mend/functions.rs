//! Functions return what they end in: where a source does not say what a function returns, ruchy guesses, `i32` for most.

use super::kind::{Kind, Kinds};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, ItemFn, ReturnType, Stmt, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Functions { kinds: &kinds }.visit_file_mut(file);
}

struct Functions<'file> {
    kinds: &'file Kinds,
}

impl VisitMut for Functions<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let kinds = self.kinds.within(function);
        let last = match function.block.stmts.last() {
            Some(Stmt::Expr(value, None)) => kinds.kind(value),
            _ => None,
        };
        let guessed = matches!(&function.sig.output, ReturnType::Type(_, kind) if **kind == parse_quote!(i32));
        if guessed && last == Some(Kind::Text) {
            function.sig.output = parse_quote!(-> String);
        }
        visit_mut::visit_item_fn_mut(self, function);
    }
}

