//! Methods that mean something else, or nothing, in Rust. `sum` and `product` want to be told the type of their result, and become `total` and
//! `multiplied` of the facade, which do not. A range is an iterator already and has no `iter`. And what stands behind a lock or a reference is
//! reached before it is dereferenced: `*list.lock().unwrap().len()` is `list.lock().unwrap().len()`.

use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, ExprParen, ExprRange, ExprUnary, File, Ident, Stmt, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    let mut own = Own(HashSet::new());
    own.visit_file_mut(file);
    Methods { own: own.0 }.visit_file_mut(file);
}

/// The methods that a file has itself.
struct Own(HashSet<String>);

impl VisitMut for Own {
    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        self.0.insert(function.sig.ident.to_string());
    }
}

struct Methods {
    own: HashSet<String>,
}

impl Methods {
    fn renamed(&self, call: &mut ExprMethodCall) {
        let name = call.method.to_string();
        if call.turbofish.is_none()
            && call.args.is_empty()
            && !self.own.contains(&name)
            && let Some(renamed) = renamed(&name)
        {
            call.method = Ident::new(renamed, call.method.span());
        }
    }
}

impl VisitMut for Methods {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::MethodCall(call) => {
                self.renamed(call);
                takes_reference(call);
                has_suffix(call);
                if call.method == "iter" && is_iterator(&call.receiver) {
                    *expression = (*call.receiver).clone();
                } else if let Some(part) = part_of(expression) {
                    *expression = part;
                }
                not_collected(expression);
            }
            Expr::Range(range) => {
                if let Some(whole) = whole_range(range) {
                    *expression = whole;
                }
            }
            Expr::Index(index) => of_range(&mut index.index),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) && is_reached_through_lock(&unary.expr) => {
                *expression = (*unary.expr).clone();
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }

    /// `let total: f64 = xs.iter().sum();` says its type.
    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Local(local) = statement
            && matches!(local.pat, syn::Pat::Type(_))
            && let Some(init) = &mut local.init
            && let Expr::MethodCall(call) = &mut *init.expr
            && renamed(&call.method.to_string()).is_some()
        {
            self.visit_expr_mut(&mut call.receiver);
            return not_collected(&mut init.expr);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }
}

fn renamed(name: &str) -> Option<&'static str> {
    match name {
        "sum" => Some("total"),
        "product" => Some("multiplied"),
        _ => None,
    }
}

/// Whether it is a range, or iterates already.
fn is_iterator(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(inner) => is_iterator(&inner.expr),
        Expr::Range(_) => true,
        Expr::MethodCall(call) => matches!(call.method.to_string().as_str(), "iter" | "chars" | "lines" | "split_whitespace" | "into_iter"),
        _ => false,
    }
}

/// Whether it is a method's result or an element of what a lock, or the guard of one, holds.
fn is_reached_through_lock(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call) => is_lock(&call.receiver) || is_reached_through_lock(&call.receiver),
        Expr::Index(index) => is_lock(&index.expr) || is_reached_through_lock(&index.expr),
        Expr::Field(field) => is_lock(&field.base) || is_reached_through_lock(&field.base),
        _ => false,
    }
}

fn is_lock(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call) => {
            call.method == "unwrap" && matches!(&*call.receiver, Expr::MethodCall(inner) if inner.method == "lock" && inner.args.is_empty())
        }
        Expr::Path(path) => path.path.is_ident("__guard"),
        _ => false,
    }
}

/// Methods of text that take text by reference.
const TAKING_TEXT: [&str; 12] = [
    "contains",
    "ends_with",
    "find",
    "insert_str",
    "push_str",
    "replace",
    "rsplit",
    "split",
    "split_once",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
];
/// Methods of iterators that lists lack: ruchy makes a list of what `map` and `filter` give.
const OF_ITERATORS: [&str; 26] = [
    "all",
    "any",
    "collect",
    "count",
    "enumerate",
    "filter",
    "filter_map",
    "find",
    "flat_map",
    "fold",
    "for_each",
    "map",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "multiplied",
    "position",
    "product",
    "rev",
    "skip",
    "sum",
    "take",
    "zip",
];

/// `text.push_str(format!(…))` takes a reference.
fn takes_reference(call: &mut ExprMethodCall) {
    if !TAKING_TEXT.contains(&call.method.to_string().as_str()) {
        return;
    }
    for argument in &mut call.args {
        let is_made = match &*argument {
            Expr::Macro(made) => made.mac.path.is_ident("format"),
            Expr::MethodCall(made) => made.method == "to_string" && made.args.is_empty(),
            _ => false,
        };
        if is_made {
            *argument = parse_quote!(&#argument);
        }
    }
}

/// `2.pow(3)`, of a number without a type, is of Ruchy's own.
fn has_suffix(call: &mut ExprMethodCall) {
    let mut receiver = &mut *call.receiver;
    while let Expr::Paren(ExprParen { expr, .. }) | Expr::Unary(ExprUnary { expr, .. }) = receiver {
        receiver = &mut *expr;
    }
    if let Expr::Lit(literal) = receiver
        && let syn::Lit::Int(number) = &literal.lit
        && number.suffix().is_empty()
        && !matches!(call.method.to_string().as_str(), "to_string" | "into_iter" | "clone")
    {
        literal.lit = syn::Lit::Int(syn::LitInt::new(&format!("{}_i32", number.base10_digits()), number.span()));
    }
}

/// `numbers.iter().map(f).collect::<Vec<_>>().count()` counts without the list.
fn not_collected(expression: &mut Expr) {
    let Expr::MethodCall(call) = expression else { return };
    let name = call.method.to_string();
    if !OF_ITERATORS.contains(&name.as_str()) && name != "total" {
        return;
    }
    let Expr::MethodCall(inner) = &*call.receiver else { return };
    let list = match &*inner.receiver {
        Expr::MethodCall(list) if inner.method == "iter" => list,
        _ => inner,
    };
    if list.method == "collect" && list.turbofish.as_ref().is_some_and(|types| *types == parse_quote!(::<Vec<_>>)) {
        *call.receiver = (*list.receiver).clone();
    }
}

/// `0..3.into_iter().map(f)` is of the range: its end is the innermost receiver.
fn whole_range(range: &ExprRange) -> Option<Expr> {
    let start = range.start.as_ref()?;
    let limits = &range.limits;
    let mut whole = (**range.end.as_ref()?).clone();
    let mut inner = &mut whole;
    loop {
        let Expr::MethodCall(call) = inner else { return None };
        if !matches!(&*call.receiver, Expr::MethodCall(_)) {
            if call.method != "into_iter" {
                return None;
            }
            let end = call.receiver.clone();
            *call.receiver = parse_quote!((#start #limits #end));
            break;
        }
        inner = &mut *call.receiver;
    }
    by_value(&mut whole);
    Some(whole)
}

/// The numbers of a range reach a filter by reference.
fn by_value(chain: &mut Expr) {
    let Expr::MethodCall(call) = chain else { return };
    if call.method == "filter"
        && let Some(Expr::Closure(closure)) = call.args.first_mut()
        && let Some(input @ syn::Pat::Ident(_)) = closure.inputs.first_mut()
    {
        *input = syn::Pat::Reference(syn::PatReference {
            attrs: Vec::new(),
            and_token: syn::token::And::default(),
            mutability: None,
            pat: Box::new(input.clone()),
        });
    }
    by_value(&mut call.receiver);
}

/// `text[1..() as usize]` is open, and what is cast is each end.
fn of_range(index: &mut Expr) {
    let Expr::Range(range) = index else { return };
    if range.start.as_ref().is_some_and(|start| **start == parse_quote!(())) {
        range.start = None;
    }
    if let Some(end) = &range.end
        && let Expr::Cast(cast) = &**end
        && *cast.expr == parse_quote!(())
    {
        range.end = None;
    }
    if let Some(start) = &mut range.start
        && !matches!(**start, Expr::Lit(_) | Expr::Cast(_))
    {
        **start = parse_quote!((#start) as usize);
    }
}

/// A part of text or of a list, which has no size of its own, is not cloned but made into one that is owned.
fn part_of(expression: &Expr) -> Option<Expr> {
    let Expr::MethodCall(call) = expression else { return None };
    let Expr::Index(index) = &*call.receiver else { return None };
    let of_range = call.method == "clone" && matches!(&*index.index, Expr::Range(_));
    of_range.then(|| parse_quote!(#index.to_owned()))
}
