//! What iterators hand to closures are references, in Ruchy values: `xs.filter(|x| x > 2)` compares a number, `|x| x % 2 == 1` calculates
//! with one. And a list that is iterated by value is gone then, in Ruchy it stays.

use super::kind::{Kind, Kinds};
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, ExprClosure, ExprMethodCall, File, FnArg, ImplItemFn, ItemFn, Local, Pat, Signature, Type, parse_quote};

/// Methods whose closures are given references to the elements,
const BY_REFERENCE: [&str; 6] = ["filter", "find", "partition", "retain", "skip_while", "take_while"];
/// those whose closures are given the elements,
const BY_VALUE: [&str; 6] = ["all", "any", "filter_map", "for_each", "map", "position"];
/// those that leave elements as they are,
const PASSING: [&str; 9] = ["filter", "inspect", "peekable", "rev", "skip", "skip_while", "step_by", "take", "take_while"];
/// and those whose elements are values.
const GIVING_VALUES: [&str; 8] = ["bytes", "chars", "cloned", "copied", "drain", "into_iter", "lines", "map"];

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Filters { kinds: &kinds, locals: kinds.clone(), owned: HashSet::new(), lists: HashSet::new() }.visit_file_mut(file);
}

struct Filters<'file> {
    kinds: &'file Kinds,
    locals: Kinds,
    /// The locals that are values of their own: copies.
    owned: HashSet<String>,
    /// The locals that are lists by value.
    lists: HashSet<String>,
}

impl Filters<'_> {
    fn within(&mut self, signature: &Signature, body: &syn::Block, work: impl FnOnce(&mut Self)) {
        let mut found = Found::default();
        found.visit_signature_mut(&mut signature.clone());
        found.visit_block_mut(&mut body.clone());
        let locals = std::mem::replace(&mut self.locals, self.kinds.within(signature, body));
        let (owned, lists) = (std::mem::replace(&mut self.owned, found.owned), std::mem::replace(&mut self.lists, found.lists));
        work(self);
        (self.locals, self.owned, self.lists) = (locals, owned, lists);
    }

    /// Whether an operand is a value, to compare with another.
    fn is_value(&self, operand: &Expr) -> bool {
        match operand {
            Expr::Reference(_) => false,
            Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.owned.contains(&name.to_string())) => true,
            operand => matches!(
                self.locals.kind(operand),
                Some(Kind::Integer | Kind::Float | Kind::Bool | Kind::Char | Kind::Literal | Kind::Slice | Kind::Text)
            ),
        }
    }

    fn compared(&self, closure: &mut ExprClosure, depth: usize) {
        let Some(Pat::Ident(parameter)) = closure.inputs.first() else { return };
        let name = parameter.ident.to_string();
        Compared { filters: self, name, depth }.visit_expr_mut(&mut closure.body);
    }
}

/// How many references a closure's parameter has to be followed through to the value; nothing where that cannot be told.
pub(super) fn depth(call: &ExprMethodCall) -> Option<usize> {
    let name = call.method.to_string();
    if name == "retain" {
        return Some(1);
    }
    let elements = of_elements(&call.receiver)?;
    if BY_REFERENCE.contains(&name.as_str()) { Some(elements + 1) } else { BY_VALUE.contains(&name.as_str()).then_some(elements) }
}

/// How many references the elements of an iterator are behind.
fn of_elements(iterator: &Expr) -> Option<usize> {
    let Expr::MethodCall(call) = iterator else { return None };
    let name = call.method.to_string();
    match name.as_str() {
        "iter" => Some(1),
        name if GIVING_VALUES.contains(&name) => Some(0),
        name if PASSING.contains(&name) => of_elements(&call.receiver),
        _ => None,
    }
}

impl VisitMut for Filters<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let (signature, body) = (function.sig.clone(), (*function.block).clone());
        self.within(&signature, &body, |within| visit_mut::visit_item_fn_mut(within, function));
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let (signature, body) = (function.sig.clone(), function.block.clone());
        self.within(&signature, &body, |within| visit_mut::visit_impl_item_fn_mut(within, function));
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if let Some(depth) = depth(call).filter(|depth| *depth > 0)
            && let Some(Expr::Closure(closure)) = call.args.first_mut()
        {
            self.compared(closure, depth);
        }
        if call.method == "into_iter"
            && let Expr::Path(path) = &*call.receiver
            && let Some(name) = path.path.get_ident().map(ToString::to_string)
            && self.lists.contains(&name)
            && self.locals.uses(&name) > 1
        {
            let list = &call.receiver;
            *call.receiver = parse_quote!(#list.clone());
        }
        // A field's list stays in its struct.
        if call.method == "filter"
            && let Expr::MethodCall(iterated) = &mut *call.receiver
            && iterated.method == "into_iter"
            && matches!(&*iterated.receiver, Expr::Field(_))
        {
            let list = &iterated.receiver;
            *iterated.receiver = parse_quote!(#list.clone());
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Follows references to a parameter where it is compared with a value.
struct Compared<'filters> {
    filters: &'filters Filters<'filters>,
    name: String,
    depth: usize,
}

impl VisitMut for Compared<'_> {
    fn visit_expr_binary_mut(&mut self, binary: &mut syn::ExprBinary) {
        visit_mut::visit_expr_binary_mut(self, binary);
        let compares = matches!(binary.op, BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_));
        // One reference Rust calculates with itself.
        let calculates =
            self.depth > 1 && matches!(binary.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_));
        if !compares && !calculates {
            return;
        }
        let is_parameter = |operand: &Expr| matches!(operand, Expr::Path(path) if path.path.is_ident(&self.name));
        let (left, right) = (binary.left.clone(), binary.right.clone());
        for (operand, other) in [(&mut binary.left, right), (&mut binary.right, left)] {
            if is_parameter(operand) && self.filters.is_value(&other) {
                for _ in 0..self.depth {
                    **operand = parse_quote!(*#operand);
                }
            }
        }
    }
}

/// Finds the locals that are copies, and those that are lists.
#[derive(Default)]
struct Found {
    owned: HashSet<String>,
    lists: HashSet<String>,
}

impl VisitMut for Found {
    fn visit_fn_arg_mut(&mut self, argument: &mut FnArg) {
        if let FnArg::Typed(typed) = argument
            && let Pat::Ident(name) = &*typed.pat
            && is_list(&typed.ty)
        {
            self.lists.insert(name.ident.to_string());
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        let name = match &local.pat {
            Pat::Ident(name) => name.ident.to_string(),
            _ => return,
        };
        match local.init.as_ref().map(|init| &*init.expr) {
            Some(Expr::MethodCall(call)) if call.method == "clone" && matches!(&*call.receiver, Expr::Index(_)) => self.owned.insert(name),
            Some(Expr::Array(_)) => self.lists.insert(name),
            Some(Expr::Macro(list)) if list.mac.path.is_ident("vec") => self.lists.insert(name),
            _ => false,
        };
    }
}

fn is_list(kind: &Type) -> bool {
    matches!(kind, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Vec"))
}
