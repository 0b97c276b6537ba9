//! A global is a `Mutex`, and ruchy locks it wherever a source names it. A guard lives until its statement ends, so a statement that names a global
//! twice, or calls a function that does, would lock it a second time. Here each value is read, and each argument evaluated, before the next lock.

use quote::format_ident;
use std::collections::{HashMap, HashSet};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block, Expr, ExprMethodCall, File, ItemFn, ItemStatic, Pat, Stmt, Type, UnOp, parse_quote};

/// What ruchy names the guard of a global that is assigned to.
const GUARD: &str = "__guard";
/// Methods whose results borrow nothing from the global.
const OWNED: [&str; 18] = [
    "all",
    "any",
    "clone",
    "contains",
    "contains_key",
    "count",
    "ends_with",
    "fold",
    "is_empty",
    "is_none",
    "is_some",
    "join",
    "len",
    "pop",
    "starts_with",
    "sum",
    "to_string",
    "total",
];

pub fn mend(file: &mut File, _: &str) {
    let mut known = Known::default();
    known.visit_file_mut(&mut file.clone());
    if !known.globals.is_empty() {
        Statements(&known).visit_file_mut(file);
    }
}

/// The globals and the functions of a file.
#[derive(Default)]
struct Known {
    /// With whether a copy of the value is made by reading it.
    globals: HashMap<String, bool>,
    functions: HashSet<String>,
}

impl VisitMut for Known {
    fn visit_item_static_mut(&mut self, item: &mut ItemStatic) {
        if let Some(value) = locked_type(&item.ty) {
            self.globals.insert(item.ident.to_string(), is_copied(&value));
        }
    }

    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        self.functions.insert(function.sig.ident.to_string());
        visit_mut::visit_item_fn_mut(self, function);
    }
}

/// The `T` of `LazyLock<Mutex<T>>`.
fn locked_type(lazy: &Type) -> Option<Type> {
    let mutex = argument_of(lazy, "LazyLock")?;
    argument_of(&mutex, "Mutex")
}

fn argument_of(whole: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = whole else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(argument) => Some(argument.clone()),
        _ => None,
    }
}

fn is_copied(value: &Type) -> bool {
    const COPIED: [&str; 16] =
        ["bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    matches!(value, Type::Path(path) if path.path.get_ident().is_some_and(|name| COPIED.contains(&name.to_string().as_str())))
}

impl Known {
    /// The global whose lock `expression` is: `NAME.lock().unwrap()`.
    fn lock(&self, expression: &Expr) -> Option<String> {
        let Expr::MethodCall(unwrap) = expression else { return None };
        let Expr::MethodCall(lock) = &*unwrap.receiver else { return None };
        let Expr::Path(path) = &*lock.receiver else { return None };
        let name = path.path.get_ident()?.to_string();
        (unwrap.method == "unwrap" && lock.method == "lock" && self.globals.contains_key(&name)).then_some(name)
    }

    /// The global that `expression` is a part of, or a result of its methods.
    fn root(&self, expression: &Expr) -> Option<String> {
        self.lock(expression).or_else(|| match expression {
            Expr::MethodCall(call) => self.root(&call.receiver),
            Expr::Field(field) => self.root(&field.base),
            Expr::Index(index) => self.root(&index.expr),
            Expr::Paren(inner) => self.root(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.root(&unary.expr),
            _ => None,
        })
    }

    fn uses(&self, visit: impl FnOnce(&mut Uses)) -> Uses<'_> {
        let mut uses = Uses { known: self, locks: HashMap::new(), calls: 0 };
        visit(&mut uses);
        uses
    }

    /// Whether evaluating `value` locks a global, or may.
    fn may_lock(&self, value: &Expr) -> bool {
        let uses = self.uses(|uses| uses.visit_expr_mut(&mut value.clone()));
        uses.calls > 0 || !uses.locks.is_empty()
    }
}

/// Counts locks and calls of the file's own functions.
struct Uses<'known> {
    known: &'known Known,
    locks: HashMap<String, usize>,
    calls: usize,
}

impl VisitMut for Uses<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Some(name) = self.known.lock(expression) {
            *self.locks.entry(name).or_default() += 1;
            return;
        }
        if let Expr::Call(call) = expression
            && let Expr::Path(path) = &*call.func
            && path.path.get_ident().is_some_and(|name| self.known.functions.contains(&name.to_string()))
        {
            self.calls += 1;
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Finds the statements that may lock a global twice.
struct Statements<'known>(&'known Known);

impl VisitMut for Statements<'_> {
    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        let uses = self.0.uses(|uses| uses.visit_stmt_mut(&mut statement.clone()));
        if uses.locks.values().any(|locks| locks + uses.calls > 1) {
            Parts(self.0).visit_stmt_mut(statement);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        if let Some(assignment) = self.assignment(block) {
            *block = assignment;
        }
        visit_mut::visit_block_mut(self, block);
    }
}

impl Statements<'_> {
    /// `{ let mut __guard = NAME.lock().unwrap(); *__guard += value; }` whose value is evaluated first, if it may lock.
    fn assignment(&self, block: &Block) -> Option<Block> {
        let [Stmt::Local(guard), Stmt::Expr(assignment, _)] = &*block.stmts else { return None };
        if !matches!(&guard.pat, Pat::Ident(name) if name.ident == GUARD) {
            return None;
        }
        let lock = &*guard.init.as_ref()?.expr;
        self.0.lock(lock)?;
        let value = match assignment {
            Expr::Assign(assign) => &assign.right,
            Expr::Binary(binary) if is_assignment(&binary.op) => &binary.right,
            _ => return None,
        };
        if !self.0.may_lock(value) {
            return None;
        }
        let mut assignment = assignment.clone();
        let mut value = (**value).clone();
        Guards(lock).visit_expr_mut(&mut value);
        Guards(lock).visit_expr_mut(&mut assignment);
        match &mut assignment {
            Expr::Assign(assign) => *assign.right = parse_quote!(value),
            Expr::Binary(binary) => *binary.right = parse_quote!(value),
            _ => {}
        }
        Some(parse_quote!({ let value = #value; #assignment; }))
    }
}

/// Writes the lock again for its guard.
struct Guards<'lock>(&'lock Expr);

impl VisitMut for Guards<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if matches!(expression, Expr::Path(path) if path.path.is_ident(GUARD)) {
            *expression = self.0.clone();
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

fn is_assignment(operator: &BinOp) -> bool {
    matches!(operator, BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) | BinOp::RemAssign(_))
}

/// Gives each value of a statement its own lock, which ends before the next begins. Statements inside are visited by themselves.
struct Parts<'known>(&'known Known);

impl VisitMut for Parts<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            // The place that is borrowed or assigned to stays.
            Expr::Reference(reference) if self.0.root(&reference.expr).is_some() => {}
            Expr::Assign(assign) => {
                self.visit_expr_mut(&mut assign.right);
                if self.0.root(&assign.left).is_some() && self.0.may_lock(&assign.right) {
                    let value = std::mem::replace(&mut *assign.right, parse_quote!(value));
                    *expression = parse_quote!({ let value = #value; #expression });
                }
            }
            Expr::Binary(binary) if is_assignment(&binary.op) => {
                self.visit_expr_mut(&mut binary.right);
                if self.0.root(&binary.left).is_some() && self.0.may_lock(&binary.right) {
                    let value = std::mem::replace(&mut *binary.right, parse_quote!(value));
                    *expression = parse_quote!({ let value = #value; #expression });
                }
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) && self.0.lock(&unary.expr).is_some() => {
                let lock = &unary.expr;
                let is_copied = self.0.lock(lock).is_some_and(|name| self.0.globals[&name]);
                *expression = if is_copied {
                    parse_quote!({ let value = *#lock; value })
                } else {
                    parse_quote!({ let value = #lock.clone(); value })
                };
            }
            Expr::MethodCall(call) if self.0.lock(&Expr::MethodCall(call.clone())).is_none() && self.0.root(&call.receiver).is_some() => {
                let arguments = self.arguments(call);
                if OWNED.contains(&call.method.to_string().as_str()) {
                    *expression = parse_quote!({ #(#arguments)* let value = #call; value });
                } else if !arguments.is_empty() {
                    *expression = parse_quote!({ #(#arguments)* #call });
                }
            }
            _ => visit_mut::visit_expr_mut(self, expression),
        }
    }

    fn visit_block_mut(&mut self, _: &mut Block) {}

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

impl Parts<'_> {
    /// Takes the arguments that may lock out of `call`: statements to come before it.
    fn arguments(&mut self, call: &mut ExprMethodCall) -> Vec<Stmt> {
        let mut statements = Vec::new();
        for (index, argument) in call.args.iter_mut().enumerate() {
            if !matches!(argument, Expr::Closure(_)) && self.0.may_lock(argument) {
                self.visit_expr_mut(argument);
                let name = format_ident!("argument_{index}");
                let value = std::mem::replace(argument, parse_quote!(#name));
                statements.push(parse_quote!(let #name = #value;));
            }
        }
        statements
    }
}
