//! Lists: those that grow, those that are put together with `+`, those of text, whose elements are literals to ruchy, and `match` on them by literals.

use super::kind::{Kind, Kinds};
use std::collections::{HashMap, HashSet};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, BinOp, Block, Expr, ExprCall, ExprMatch, File, FnArg, ItemFn, Pat, ReturnType, Signature, Stmt, Type, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    let mut functions = Functions::default();
    functions.visit_file_mut(&mut file.clone());
    Lists { kinds: Kinds::of(file), functions }.visit_file_mut(file);
}

/// The types of the parameters of each function, and the functions that return a list.
#[derive(Default)]
struct Functions {
    parameters: HashMap<String, Vec<Type>>,
    lists: HashSet<String>,
}

impl VisitMut for Functions {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let types =
            signature.inputs.iter().filter_map(|input| if let FnArg::Typed(typed) = input { Some((*typed.ty).clone()) } else { None });
        self.parameters.insert(signature.ident.to_string(), types.collect());
        if matches!(&signature.output, ReturnType::Type(_, output) if is_list(output)) {
            self.lists.insert(signature.ident.to_string());
        }
    }
}

struct Lists {
    kinds: Kinds,
    functions: Functions,
}

impl VisitMut for Lists {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        if let ReturnType::Type(_, output) = &function.sig.output
            && is_list_of_text(output)
        {
            self.last(&mut function.block);
        }
    }

    /// Of what grows ruchy makes an array, where it does not see that.
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let mut growing = Growing::default();
        growing.visit_block_mut(&mut block.clone());
        for statement in &mut block.stmts {
            if let Stmt::Local(local) = statement
                && let Pat::Ident(name) = &local.pat
                && growing.0.contains(&name.ident.to_string())
                && let Some(init) = &mut local.init
                && let Expr::Array(list) = &*init.expr
            {
                let elements = list.elems.iter();
                *init.expr = parse_quote!(vec![#(#elements),*]);
            }
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        let Expr::Path(path) = &*call.func else { return };
        let Some(types) = path.path.get_ident().and_then(|name| self.functions.parameters.get(&name.to_string())) else { return };
        for (argument, _) in call.args.iter_mut().zip(types).filter(|(_, kind)| is_list_of_text(kind)) {
            if let Expr::MethodCall(made) = &*argument
                && made.method == "to_vec"
                && matches!(&*made.receiver, Expr::Array(_))
            {
                *argument = (*made.receiver).clone();
            }
            self.owned(argument);
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Binary(sum) if matches!(sum.op, BinOp::Add(_)) && (self.gives_list(&sum.left) || self.gives_list(&sum.right)) => {
                let (left, right) = (&sum.left, &sum.right);
                *expression = parse_quote!([#left.as_slice(), #right.as_slice()].concat());
            }
            Expr::Match(choice) => by_literals(choice),
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// The names of what methods of lists make longer or shorter.
#[derive(Default)]
struct Growing(HashSet<String>);

impl VisitMut for Growing {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if ["clear", "extend", "insert", "pop", "push", "remove", "truncate"].iter().any(|name| call.method == name)
            && let Expr::Path(path) = &*call.receiver
        {
            self.0.extend(path.path.get_ident().map(ToString::to_string));
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

impl Lists {
    /// Whether an expression plainly is a list: one of a function that returns some, or what has been put together.
    fn gives_list(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Call(call) => {
                matches!(&*call.func, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.functions.lists.contains(&name.to_string())))
            }
            other => is_put_together(other),
        }
    }

    /// What a block ends in.
    fn last(&self, block: &mut Block) {
        match block.stmts.last_mut() {
            Some(Stmt::Expr(Expr::Block(inner), None)) => self.last(&mut inner.block),
            Some(Stmt::Expr(Expr::If(choice), None)) => {
                self.last(&mut choice.then_branch);
                if let Some((_, other)) = &mut choice.else_branch
                    && let Expr::Block(other) = &mut **other
                {
                    self.last(&mut other.block);
                }
            }
            Some(Stmt::Expr(value, None)) => self.owned(value),
            _ => {}
        }
    }

    /// A list of literals is one of text.
    fn owned(&self, value: &mut Expr) {
        if let Expr::Array(list) = value
            && list.elems.iter().all(|element| self.kinds.kind(element) == Some(Kind::Literal))
        {
            let elements = list.elems.iter();
            *value = parse_quote!(vec![#(#elements.to_string()),*]);
        }
    }
}

fn is_list(kind: &Type) -> bool {
    matches!(kind, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Vec"))
}

fn is_list_of_text(kind: &Type) -> bool {
    *kind == parse_quote!(Vec<String>)
}

/// `[a.as_slice(), &[b]].concat()`, which ruchy makes of a list and one more.
fn is_put_together(expression: &Expr) -> bool {
    let Expr::MethodCall(call) = expression else { return false };
    let Expr::Array(parts) = &*call.receiver else { return false };
    let is_slice =
        |part: &Expr| matches!(part, Expr::MethodCall(slice) if slice.method == "as_slice") || matches!(part, Expr::Reference(_));
    call.method == "concat" && parts.elems.iter().all(is_slice)
}

/// A `match` of a slice of text by lists with literals in them is one of borrowed text; what its arms bind is text.
fn by_literals(choice: &mut ExprMatch) {
    let Expr::Reference(slice) = &*choice.expr else { return };
    let Expr::Index(index) = &*slice.expr else { return };
    if !choice.arms.iter().any(has_literal) {
        return;
    }
    let list = &index.expr;
    *choice.expr = parse_quote!(&std::ruchy::texts(&#list)[..]);
    for arm in &mut choice.arms {
        let Pat::Slice(pattern) = &arm.pat else { continue };
        let names = pattern.elems.iter().filter_map(|element| match element {
            Pat::Ident(name) if name.subpat.is_none() => Some(&name.ident),
            _ => None,
        });
        let bindings: Vec<Stmt> = names.map(|name| parse_quote!(let #name = #name.to_string();)).collect();
        if !bindings.is_empty() {
            let body = &arm.body;
            *arm.body = parse_quote!({ #(#bindings)* #body });
        }
    }
}

fn has_literal(arm: &Arm) -> bool {
    let is_text = |pattern: &Pat| matches!(pattern, Pat::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
    matches!(&arm.pat, Pat::Slice(pattern) if pattern.elems.iter().any(is_text))
}
