//! Elements that are changed where they are: `list[0].count += 1`, `list[0].names.push(name)`, `change(&mut list[0])`. Of each element ruchy takes a
//! copy, `list[0 as usize].clone()`, and the copy is what changes. And a function that returns a reference returns none to a copy.

use super::mutable::is_changing;
use crate::operator::is_assignment;
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, ImplItemFn, ItemFn, ReceiverKind, ReturnType, Signature};

pub fn mend(file: &mut File, _: &str) {
    let mut own = Own::default();
    own.visit_file_mut(&mut file.clone());
    Places { own, returns_reference: false }.visit_file_mut(file);
}

/// The methods of a file that change what they are called on, and those that use it up.
#[derive(Default)]
struct Own {
    changing: HashSet<String>,
    consuming: HashSet<String>,
}

impl VisitMut for Own {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let Some(receiver) = signature.receiver() else { return };
        let name = signature.ident.to_string();
        match receiver.kind {
            ReceiverKind::Reference(_, _, Some(_)) => drop(self.changing.insert(name)),
            ReceiverKind::Reference(..) => {}
            _ => drop(self.consuming.insert(name)),
        }
    }
}

struct Places {
    own: Own,
    /// Whether there is a reference in what the function around returns.
    returns_reference: bool,
}

impl Places {
    fn changes(&self, call: &syn::ExprMethodCall) -> bool {
        let name = call.method.to_string();
        self.own.changing.contains(&name) || is_changing(call) && !self.own.consuming.contains(&name)
    }

    fn within(&mut self, signature: &Signature, work: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.returns_reference, returns_reference(signature));
        work(self);
        self.returns_reference = outer;
    }
}

impl VisitMut for Places {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let signature = function.sig.clone();
        self.within(&signature, |within| visit_mut::visit_item_fn_mut(within, function));
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let signature = function.sig.clone();
        self.within(&signature, |within| visit_mut::visit_impl_item_fn_mut(within, function));
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Assign(assignment) => itself(&mut assignment.left),
            Expr::Binary(binary) if is_assignment(&binary.op) => itself(&mut binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() || self.returns_reference => itself(&mut reference.expr),
            Expr::MethodCall(call) if self.changes(call) => itself(&mut call.receiver),
            // A function in a list is called there: not every one can be copied.
            Expr::Call(call) => itself(&mut call.func),
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

fn returns_reference(signature: &Signature) -> bool {
    struct Finds(bool);
    impl VisitMut for Finds {
        fn visit_type_reference_mut(&mut self, _: &mut syn::TypeReference) {
            self.0 = true;
        }
    }
    let ReturnType::Type(_, output) = &signature.output else { return false };
    let mut finds = Finds(false);
    finds.visit_type_mut(&mut output.clone());
    finds.0
}

/// Makes a place of `place`: the element itself instead of each copy in it. (Of two `clone`s one is the source's.)
fn itself(place: &mut Expr) {
    if let Expr::MethodCall(clone) = &*place
        && clone.method == "clone"
        && matches!(&*clone.receiver, Expr::Index(index) if !matches!(&*index.index, Expr::Range(_)))
    {
        *place = (*clone.receiver).clone();
    }
    match place {
        Expr::Index(index) => itself(&mut index.expr),
        Expr::Field(field) => itself(&mut field.base),
        Expr::Paren(inner) => itself(&mut inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => itself(&mut inner.expr),
        _ => {}
    }
}
