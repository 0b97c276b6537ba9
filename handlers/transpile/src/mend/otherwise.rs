//! `let Some(n) = o else { return 0 }`, of which ruchy makes `let n = if let Some(n) = o { n } else { return 0 }` in a block of its own, where nobody else
//! sees `n`. It is taken out of that block.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Local, Stmt};

pub fn mend(file: &mut File, _: &str) {
    Otherwise.visit_file_mut(file);
}

struct Otherwise;

impl VisitMut for Otherwise {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        for statement in &mut block.stmts {
            if let Stmt::Expr(Expr::Block(inner), _) = statement
                && let [Stmt::Local(local), Stmt::Expr(Expr::Tuple(nothing), None)] = &inner.block.stmts[..]
                && nothing.elems.is_empty()
                && is_otherwise(local)
            {
                *statement = Stmt::Local(local.clone());
            }
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Whether a local is what the pattern of an `if let` binds, under the same names.
fn is_otherwise(local: &Local) -> bool {
    let Some(init) = &local.init else { return false };
    let Expr::If(choice) = &*init.expr else { return false };
    let [Stmt::Expr(value, None)] = &choice.then_branch.stmts[..] else { return false };
    let names = local.pat.to_token_stream().to_string();
    matches!(&*choice.cond, Expr::Let(_)) && choice.else_branch.is_some() && value.to_token_stream().to_string() == names
}
