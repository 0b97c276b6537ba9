//! The arms of a `match` or an `if` are of one type: where some are text that is owned and some are literals, the literals become owned too. The
//! value of a loop's body is dropped, whatever it is. And what matches lists of any length is a slice.

use super::kind::{Kind, Kinds};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, File, ItemFn, Macro, Pat, ReturnType, Signature, Stmt, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Branches { kinds: &kinds, locals: kinds.clone() }.visit_file_mut(file);
}

struct Branches<'file> {
    kinds: &'file Kinds,
    locals: Kinds,
}

impl VisitMut for Branches<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.result(&function.sig, &mut function.block);
        self.locals = outer;
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.result(&function.sig, &mut function.block);
        self.locals = outer;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Match(_) | Expr::If(_) => {
                let mut found = Vec::new();
                self.ends(expression, &mut |kind| found.push(kind));
                if found.contains(&Some(Kind::Text)) && found.iter().any(|kind| matches!(kind, Some(Kind::Literal | Kind::Slice))) {
                    self.owned(expression);
                }
                if let Expr::Match(choice) = expression {
                    of_slices(choice);
                }
            }
            Expr::ForLoop(each) => dropped(&mut each.body),
            Expr::While(each) => dropped(&mut each.body),
            Expr::Loop(each) => dropped(&mut each.body),
            _ => {}
        }
    }

    /// What a statement's branches end in nobody takes, so they need not agree.
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let last = block.stmts.len().wrapping_sub(1);
        for (index, statement) in block.stmts.iter_mut().enumerate() {
            if let Stmt::Expr(choice @ (Expr::If(_) | Expr::Match(_)), semicolon) = statement
                && (index != last || semicolon.is_some())
            {
                let mut block: Block = parse_quote!({ #choice });
                dropped(&mut block);
                if let Some(Stmt::Expr(dropped, _)) = block.stmts.pop() {
                    *choice = dropped;
                }
            }
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

impl Branches<'_> {
    /// A function that returns owned text ends in some.
    fn result(&self, signature: &Signature, body: &mut Block) {
        let returns_text = matches!(&signature.output, ReturnType::Type(_, kind) if **kind == parse_quote!(String));
        if returns_text && let Some(Stmt::Expr(last, None)) = body.stmts.last_mut() {
            self.owned(last);
        }
    }

    /// Tells `say` what an expression ends in, each of its arms.
    fn ends(&self, expression: &Expr, say: &mut dyn FnMut(Option<Kind>)) {
        let last = |block: &Block, say: &mut dyn FnMut(Option<Kind>)| match block.stmts.last() {
            Some(Stmt::Expr(value, None)) => self.ends(value, say),
            _ => say(None),
        };
        match expression {
            Expr::Match(choice) => choice.arms.iter().for_each(|arm| self.ends(&arm.body, say)),
            Expr::If(choice) => {
                last(&choice.then_branch, say);
                if let Some((_, other)) = &choice.else_branch {
                    self.ends(other, say);
                }
            }
            Expr::Block(block) => last(&block.block, say),
            other => say(self.locals.kind(other)),
        }
    }

    /// Makes each end that is borrowed text an owned one.
    fn owned(&self, expression: &mut Expr) {
        let last = |block: &mut Block| {
            if let Some(Stmt::Expr(value, None)) = block.stmts.last_mut() {
                self.owned(value);
            }
        };
        match expression {
            Expr::Match(choice) => choice.arms.iter_mut().for_each(|arm| self.owned(&mut arm.body)),
            Expr::If(choice) => {
                last(&mut choice.then_branch);
                if let Some((_, other)) = &mut choice.else_branch {
                    self.owned(other);
                }
            }
            Expr::Block(block) => last(&mut block.block),
            value if matches!(self.locals.kind(value), Some(Kind::Literal | Kind::Slice)) => *value = parse_quote!(#value.to_string()),
            _ => {}
        }
    }
}

/// A block whose value nobody takes has none, and neither have the branches it ends in.
pub(super) fn dropped(block: &mut Block) {
    let Some(Stmt::Expr(last, semicolon)) = block.stmts.last_mut() else { return };
    match last {
        Expr::Block(inner) => return dropped(&mut inner.block),
        Expr::If(choice) => {
            dropped(&mut choice.then_branch);
            let mut other = choice.else_branch.as_mut();
            while let Some((_, branch)) = other {
                match &mut **branch {
                    Expr::If(next) => {
                        dropped(&mut next.then_branch);
                        other = next.else_branch.as_mut();
                    }
                    Expr::Block(inner) => {
                        dropped(&mut inner.block);
                        other = None;
                    }
                    _ => other = None,
                }
            }
            return;
        }
        Expr::Match(choice) => {
            // The value of what was tried, or returned, is none there already.
            let catches = choice.arms.iter().any(|arm| arm.pat == parse_quote!(Err(panic_err)) || arm.pat == parse_quote!(Err(thrown)));
            let arms = choice.arms.iter_mut().filter(|arm| !(catches && matches!(*arm.body, Expr::Path(_))));
            return arms.for_each(|arm| dropped_arm(&mut arm.body));
        }
        Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Assign(_) => return,
        Expr::Macro(text) if !gives_value(&text.mac) => return,
        Expr::Path(path) if path.path.is_ident("None") => return drop(block.stmts.pop()),
        // Alone, `Ok(1)` is of no type.
        Expr::Call(call) if call.args.len() == 1 && is_wrapping(&call.func) => *last = call.args[0].clone(),
        _ => {}
    }
    semicolon.get_or_insert_with(Default::default);
}

/// The same of what an arm of a `match` is.
fn dropped_arm(body: &mut Expr) {
    match body {
        Expr::Block(inner) => dropped(&mut inner.block),
        Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "push" | "push_str") => {}
        Expr::Macro(text) if !gives_value(&text.mac) => {}
        Expr::Binary(binary) if crate::operator::is_assignment(&binary.op) => {}
        Expr::Tuple(tuple) if tuple.elems.is_empty() => {}
        Expr::Assign(_) | Expr::Break(_) | Expr::Continue(_) | Expr::ForLoop(_) | Expr::Loop(_) | Expr::Return(_) | Expr::While(_) => {}
        _ => {
            let mut block: Block = parse_quote!({ #body });
            dropped(&mut block);
            *body = Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block });
        }
    }
}

fn is_wrapping(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if ["Some", "Ok", "Err"].iter().any(|name| path.path.is_ident(name)))
}

/// Whether a macro makes something: those that print or panic do not.
fn gives_value(text: &Macro) -> bool {
    ["format", "vec"].iter().any(|name| text.path.is_ident(name))
}

/// A `match` of a list by patterns of different lengths is one of a slice.
fn of_slices(choice: &mut syn::ExprMatch) {
    let mut lengths = Vec::new();
    let mut open = false;
    for arm in &choice.arms {
        if let Pat::Slice(slice) = &arm.pat {
            open |= slice
                .elems
                .iter()
                .any(|element| matches!(element, Pat::Rest(_)) || matches!(element, Pat::Ident(name) if name.subpat.is_some()));
            lengths.push(slice.elems.len());
        }
    }
    let differ = lengths.iter().any(|length| Some(length) != lengths.first());
    if (differ || open) && matches!(&*choice.expr, Expr::Path(_)) {
        let list = &choice.expr;
        *choice.expr = parse_quote!(&#list[..]);
    }
}
