//! The functions and methods of a file whose results somebody wants. Of one whose result the source does not say, and nobody asks for, ruchy says that
//! it returns what it happens to end in, a whole number mostly; `functions` has it return nothing.

use super::functions::says_result;
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Ident, ImplItemFn, ItemFn, Macro, Signature, Stmt};

/// Functions that somebody else calls.
const CALLED: [&str; 6] = ["after_restore", "before_snapshot", "lambda_handler", "main", "on_other_event", "on_terminate"];

/// The names of the functions and methods of a file that are called and whose results nobody wants.
pub fn called_for_nothing(file: &File, source: &str) -> HashSet<String> {
    let mut wanted = Wanted { names: CALLED.into_iter().map(str::to_owned).collect(), called: HashSet::new(), own: HashSet::new(), source };
    // What a function ends in is wanted where its own result is.
    loop {
        let count = wanted.names.len();
        wanted.visit_file_mut(&mut file.clone());
        if wanted.names.len() == count {
            let own = wanted.own.iter().filter(|name| wanted.called.contains(*name) && !wanted.names.contains(*name));
            return own.cloned().collect();
        }
    }
}

struct Wanted<'source> {
    /// What is called for a value.
    names: HashSet<String>,
    /// What is called at all.
    called: HashSet<String>,
    /// What there is to be called.
    own: HashSet<String>,
    source: &'source str,
}

impl Wanted<'_> {
    fn function(&mut self, signature: &Signature, body: &mut Block) {
        let name = signature.ident.to_string();
        self.own.insert(name.clone());
        let is_value = self.names.contains(&name) || says_result(self.source, &name);
        self.block(body, is_value);
    }

    fn called(&mut self, name: &Ident, is_value: bool) {
        self.called.insert(name.to_string());
        if is_value {
            self.names.insert(name.to_string());
        }
    }

    fn block(&mut self, block: &mut Block, is_value: bool) {
        let last = block.stmts.len().wrapping_sub(1);
        for (index, statement) in block.stmts.iter_mut().enumerate() {
            match statement {
                Stmt::Expr(value, semicolon) => self.expression(value, is_value && index == last && semicolon.is_none()),
                other => self.visit_stmt_mut(other),
            }
        }
    }

    /// Looks at `expression`, whose value somebody wants, or nobody.
    fn expression(&mut self, expression: &mut Expr, is_value: bool) {
        match expression {
            Expr::Block(inner) => self.block(&mut inner.block, is_value),
            Expr::If(choice) => {
                self.visit_expr_mut(&mut choice.cond);
                self.block(&mut choice.then_branch, is_value);
                if let Some((_, other)) = &mut choice.else_branch {
                    self.expression(other, is_value);
                }
            }
            Expr::Match(choice) => {
                self.visit_expr_mut(&mut choice.expr);
                for arm in &mut choice.arms {
                    self.visit_pat_mut(&mut arm.pat);
                    self.expression(&mut arm.body, is_value);
                }
            }
            Expr::ForLoop(each) => {
                self.visit_expr_mut(&mut each.expr);
                self.block(&mut each.body, false);
            }
            Expr::While(each) => {
                self.visit_expr_mut(&mut each.cond);
                self.block(&mut each.body, false);
            }
            Expr::Loop(each) => self.block(&mut each.body, false),
            Expr::Call(call) => {
                let name = if let Expr::Path(path) = &*call.func { path.path.segments.last() } else { None };
                match name {
                    Some(name) => self.called(&name.ident, is_value),
                    None => self.visit_expr_mut(&mut call.func),
                }
                call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            }
            Expr::MethodCall(call) => {
                self.called(&call.method, is_value);
                self.visit_expr_mut(&mut call.receiver);
                call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            }
            // A function that is handed on.
            Expr::Path(path) => self.names.extend(path.path.segments.last().map(|name| name.ident.to_string())),
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

impl VisitMut for Wanted<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        self.function(&function.sig, &mut function.block);
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        self.function(&method.sig, &mut method.block);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        self.expression(expression, true);
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}
