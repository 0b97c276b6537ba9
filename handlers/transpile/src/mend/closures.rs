//! Closures share what they change, or what changes under them: `xs.for_each(|x| count += x)` counts. Ruchy makes all of them `move`, and so has them
//! count in copies of their own, and what they only look at is gone for others. Those that may outlive the function, because it
//! returns one or keeps it in a box, and those that are `move` in the source, stay as they are.

use super::kind::{Kind, Kinds};
use super::mutable::is_changing;
use super::parameters::MOVED;
use crate::operator::is_assignment;
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprClosure, File, ItemFn, Local, Pat, PatIdent, ReturnType, Signature, Stmt};

/// What keeps a closure for longer than a call.
const KEEPING: [&str; 6] = ["Arc", "Box", "Mutex", "Rc", "RefCell", "spawn"];

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Functions { kinds: &kinds }.visit_file_mut(file);
    Moved.visit_file_mut(file);
}

/// Takes the parameter away that says that a closure was `move` in the source.
struct Moved;

impl VisitMut for Moved {
    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        if is_moved(closure) {
            closure.inputs = std::mem::take(&mut closure.inputs).into_iter().skip(1).collect();
        }
        visit_mut::visit_expr_closure_mut(self, closure);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

fn is_moved(closure: &ExprClosure) -> bool {
    matches!(closure.inputs.first(), Some(Pat::Ident(name)) if name.ident == MOVED)
}

struct Functions<'file> {
    kinds: &'file Kinds,
}

impl VisitMut for Functions<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        within(self.kinds, &function.sig, &mut function.block);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, function);
        within(self.kinds, &function.sig, &mut function.block);
    }
}

fn within(kinds: &Kinds, signature: &Signature, body: &mut Block) {
    let mut changed = Changed::default();
    changed.visit_block_mut(body);
    if !returns_closures(signature) {
        let kinds = kinds.within(signature, body);
        Closures { changed: &changed.names, kinds: &kinds, outer: Vec::new(), is_last: false }.visit_block_mut(body);
    }
}

fn returns_closures(signature: &Signature) -> bool {
    struct Finds(bool);
    impl VisitMut for Finds {
        fn visit_type_impl_trait_mut(&mut self, _: &mut syn::TypeImplTrait) {
            self.0 = true;
        }
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {
            self.0 = true;
        }
    }
    let ReturnType::Type(_, output) = &signature.output else { return false };
    let mut finds = Finds(false);
    finds.visit_type_mut(&mut output.clone());
    finds.0
}

/// The names of what is assigned to, or changed by a method.
#[derive(Default)]
struct Changed {
    names: HashSet<String>,
}

impl Changed {
    fn add(&mut self, mut place: &Expr) {
        loop {
            place = match place {
                Expr::Field(field) => &field.base,
                Expr::Index(index) => &index.expr,
                Expr::Paren(inner) => &inner.expr,
                Expr::Path(path) => {
                    self.names.extend(path.path.get_ident().map(ToString::to_string));
                    return;
                }
                _ => return,
            };
        }
    }
}

impl VisitMut for Changed {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Assign(assignment) => self.add(&assignment.left),
            Expr::Binary(binary) if is_assignment(&binary.op) => self.add(&binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() => self.add(&reference.expr),
            Expr::MethodCall(call) if is_changing(call) => self.add(&call.receiver),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Takes `move` off closures that use what is changed, or what is used elsewhere too.
struct Closures<'names> {
    changed: &'names HashSet<String>,
    kinds: &'names Kinds,
    /// The names that the closures around bind: these end with the call.
    outer: Vec<String>,
    /// Whether the closure that is looked at is what a block ends in, and may outlive it.
    is_last: bool,
}

impl Closures<'_> {
    /// Whether a local is wanted outside of a closure that uses `used`, and is not copied into it.
    fn is_lent(&self, name: &str, used: &[String]) -> bool {
        let within = used.iter().filter(|used| *used == name).count();
        let is_copied =
            matches!(self.kinds.local(name), Some(Kind::Integer | Kind::Float | Kind::Bool | Kind::Char | Kind::Literal | Kind::Slice));
        !is_copied && self.kinds.uses(name) > within
    }

    fn mend(&self, closure: &mut ExprClosure) {
        let bound = bound(closure);
        let mut used = Used::default();
        used.visit_expr_mut(&mut closure.body.clone());
        let shared: Vec<&String> = used
            .0
            .iter()
            .filter(|name| !bound.contains(name) && (self.changed.contains(*name) || !self.is_last && self.is_lent(name, &used.0)))
            .collect();
        if !is_moved(closure) && !shared.is_empty() && !shared.iter().any(|name| self.outer.contains(name)) {
            closure.capture = None;
        }
    }
}

impl VisitMut for Closures<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        let keeps = matches!(&*call.func, Expr::Path(path) if path.path.segments.iter().any(|name| KEEPING.iter().any(|keeping| name.ident == keeping)));
        if !keeps {
            visit_mut::visit_expr_call_mut(self, call);
        }
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        for statement in &mut block.stmts {
            self.is_last = matches!(statement, Stmt::Expr(Expr::Closure(_), None));
            self.visit_stmt_mut(statement);
        }
        self.is_last = false;
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.mend(closure);
        self.is_last = matches!(&*closure.body, Expr::Closure(_));
        let bound = bound(closure);
        let count = self.outer.len();
        self.outer.extend(bound);
        visit_mut::visit_expr_closure_mut(self, closure);
        self.outer.truncate(count);
    }

    /// Who calls a closure that changes something changes it.
    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        if let Some(init) = &mut local.init
            && let Expr::Closure(closure) = &mut *init.expr
            && closure.capture.is_none()
            && let Pat::Ident(PatIdent { mutability, .. }) = &mut local.pat
        {
            let bound = bound(closure);
            let mut changed = Changed::default();
            changed.visit_expr_mut(&mut closure.body);
            if changed.names.iter().any(|name| !bound.contains(name)) {
                mutability.get_or_insert_with(Default::default);
            }
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// The names that a closure binds, its parameters and what is in it.
fn bound(closure: &ExprClosure) -> Vec<String> {
    let mut bound = Bound(Vec::new());
    bound.visit_expr_closure_mut(&mut closure.clone());
    bound.0
}

/// The names that a pattern binds.
pub(super) fn names(pattern: &Pat) -> Vec<String> {
    let mut bound = Bound(Vec::new());
    bound.visit_pat_mut(&mut pattern.clone());
    bound.0
}

struct Bound(Vec<String>);

impl VisitMut for Bound {
    fn visit_pat_ident_mut(&mut self, name: &mut PatIdent) {
        self.0.push(name.ident.to_string());
        visit_mut::visit_pat_ident_mut(self, name);
    }
}

/// The names that an expression uses.
#[derive(Default)]
struct Used(Vec<String>);

impl VisitMut for Used {
    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        self.0.extend(path.path.get_ident().map(ToString::to_string));
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}
