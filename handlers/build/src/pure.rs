//! Selects the functions that the inliner may change: those that compute a scalar from scalars
//! without calling others, and of which every token is known here.
//!
//! Everything not listed below is rejected. A copy of a body has the same meaning only while each
//! of its names does, so this is a list of allowed constructs.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    AttrStyle, BinOp, Block, Expr, ExprBlock, ExprPath, FnArg, Ident, ItemFn, Lit, Local, Meta, Pat, Path, ReturnType, Safety, Stmt, Type,
    UnOp, Visibility,
};

/// The types of arguments, results and locals. All are `Copy` and cannot be reached from elsewhere.
const SCALARS: [&str; 16] =
    ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "bool", "char", "f32", "f64"];

/// Methods of scalars without side effects.
const METHODS: [&str; 26] = [
    "abs",
    "abs_diff",
    "count_ones",
    "count_zeros",
    "div_euclid",
    "is_negative",
    "is_positive",
    "is_power_of_two",
    "leading_zeros",
    "max",
    "min",
    "pow",
    "rem_euclid",
    "rotate_left",
    "rotate_right",
    "saturating_add",
    "saturating_mul",
    "saturating_sub",
    "signum",
    "trailing_zeros",
    "unsigned_abs",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_neg",
    "wrapping_pow",
    "wrapping_sub",
];

/// A function that may be changed.
pub struct Recursion<'file> {
    /// The name.
    pub name: &'file Ident,
    /// The parameters, in order.
    pub parameters: Vec<Parameter<'file>>,
    /// The type of the result.
    pub result: &'file Type,
    /// The body.
    pub body: &'file Block,
}

/// A parameter, `name: kind`, possibly with `mut`.
pub struct Parameter<'file> {
    /// The name, possibly with `mut`.
    pub pattern: &'file Pat,
    /// The type.
    pub kind: &'file Type,
}

impl<'file> Recursion<'file> {
    /// Analyses `function`; `None` if it must not be changed. `constants` are the names of the
    /// file's scalar constants.
    #[must_use]
    pub fn of(function: &'file ItemFn, constants: &[&Ident]) -> Option<Self> {
        let ItemFn { attrs, vis, sig, block, .. } = function;
        let plain = sig.constness.is_none() && sig.asyncness.is_none() && sig.abi.is_none() && sig.variadic.is_none();
        let documented = attrs.iter().all(|attribute| matches!(attribute.style, AttrStyle::Outer) && is_comment(&attribute.meta));
        let visible = matches!(vis, Visibility::Inherited | Visibility::Public(_) | Visibility::Restricted(_));
        let general = !sig.generics.params.is_empty() || sig.generics.where_clause.is_some();
        if !plain || !documented || !visible || general || !matches!(sig.safety, Safety::Default) {
            return None;
        }
        let ReturnType::Type(_, result) = &sig.output else { return None };
        let parameters = sig.inputs.iter().map(parameter).collect::<Option<Vec<_>>>()?;
        let recursion = Self { name: &sig.ident, parameters, result, body: block };
        if !is_scalar(result) || has_marks(block.to_token_stream()) {
            return None;
        }
        let mut validator = Validator { name: recursion.name, arguments: recursion.parameters.len(), constants, locals: Vec::new() };
        let named = recursion.parameters.iter().all(|parameter| validator.binds(parameter.pattern));
        (named && validator.block(block)).then_some(recursion)
    }
}

/// Returns the names of a file's scalar constants, which a body may use.
#[must_use]
pub fn constants(file: &syn::File) -> Vec<&Ident> {
    let constants = file.items.iter().filter_map(|item| match item {
        syn::Item::Const(constant) if is_scalar(&constant.ty) => Some(&constant.ident),
        _ => None,
    });
    constants.collect()
}

/// Returns `true` if `expression` calls the function `name` without a path.
#[must_use]
pub fn is_call_of(expression: &Expr, name: &Ident) -> bool {
    matches!(expression, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if is_bare(path, name)))
}

fn is_bare(path: &ExprPath, name: &Ident) -> bool {
    path.qself.is_none() && path.path.is_ident(name)
}

/// Returns `true` for a documentation comment.
fn is_comment(meta: &Meta) -> bool {
    matches!(meta, Meta::NameValue(value) if value.path.is_ident("doc"))
}

fn parameter(argument: &FnArg) -> Option<Parameter<'_>> {
    let FnArg::Typed(argument) = argument else { return None };
    let named = matches!(&*argument.pat, Pat::Ident(_)) && argument.attrs.is_empty();
    (named && is_scalar(&argument.ty)).then_some(Parameter { pattern: &argument.pat, kind: &argument.ty })
}

fn is_scalar(kind: &Type) -> bool {
    matches!(kind, Type::Path(path) if path.qself.is_none() && SCALARS.iter().any(|scalar| path.path.is_ident(scalar)))
}

/// Returns `true` if the tokens contain an attribute or a label. Labels of nested copies would
/// shadow each other.
fn has_marks(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_marks(group.stream()),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '#' | '\''),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    })
}

/// Checks that a body contains allowed constructs only.
struct Validator<'file> {
    name: &'file Ident,
    arguments: usize,
    constants: &'file [&'file Ident],
    /// The names that have been bound so far, in any block.
    locals: Vec<Ident>,
}

impl Validator<'_> {
    fn block(&mut self, block: &Block) -> bool {
        block.stmts.iter().all(|statement| match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expression, _) => self.expression(expression),
            Stmt::Item(_) | Stmt::Macro(_) => false,
        })
    }

    fn local(&mut self, local: &Local) -> bool {
        let initial = match &local.init {
            Some(init) => init.diverge.is_none() && self.expression(&init.expr),
            None => true,
        };
        initial && self.binds(&local.pat)
    }

    fn all<'part>(&mut self, mut parts: impl Iterator<Item = &'part Expr>) -> bool {
        parts.all(|part| self.expression(part))
    }

    fn maybe(&mut self, part: Option<&Expr>) -> bool {
        part.is_none_or(|part| self.expression(part))
    }

    fn expression(&mut self, expression: &Expr) -> bool {
        match expression {
            Expr::Assign(assign) => self.is_local(&assign.left) && self.expression(&assign.right),
            Expr::Binary(binary) => {
                (!is_assignment(&binary.op) || self.is_local(&binary.left))
                    && self.expression(&binary.left)
                    && self.expression(&binary.right)
            }
            Expr::Block(ExprBlock { label: None, block, .. }) => self.block(block),
            Expr::Break(breaks) => breaks.label.is_none() && self.maybe(breaks.expr.as_deref()),
            Expr::Call(call) => is_call_of(expression, self.name) && call.args.len() == self.arguments && self.all(call.args.iter()),
            Expr::Cast(cast) => is_scalar(&cast.ty) && self.expression(&cast.expr),
            Expr::Continue(continues) => continues.label.is_none(),
            Expr::ForLoop(each) => {
                // Between two numbers only: a range in a variable would have a state.
                let Expr::Range(range) = &*each.expr else { return false };
                let (Some(start), Some(end)) = (&range.start, &range.end) else { return false };
                self.expression(start) && self.expression(end) && self.binds(&each.pat) && self.block(&each.body)
            }
            Expr::If(choice) => {
                let otherwise = choice.else_branch.as_ref().map(|(_, branch)| &**branch);
                self.expression(&choice.cond) && self.block(&choice.then_branch) && self.maybe(otherwise)
            }
            Expr::Lit(literal) => is_scalar_literal(&literal.lit),
            Expr::Loop(repeat) => self.block(&repeat.body),
            Expr::Match(choice) => {
                self.expression(&choice.expr) && choice.arms.iter().all(|arm| self.pattern(&arm.pat) && self.expression(&arm.body))
            }
            Expr::MethodCall(call) => {
                METHODS.iter().any(|method| call.method == method)
                    && call.turbofish.is_none()
                    && self.expression(&call.receiver)
                    && self.all(call.args.iter())
            }
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Path(path) => path.qself.is_none() && self.is_value(&path.path),
            Expr::Return(returns) => returns.expr.as_ref().is_some_and(|value| self.expression(value)),
            Expr::Tuple(tuple) => self.all(tuple.elems.iter()),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_) | UnOp::Not(_)) && self.expression(&unary.expr),
            Expr::While(repeat) => self.expression(&repeat.cond) && self.block(&repeat.body),
            _ => false,
        }
    }

    /// Returns `true` for a local, a constant of the file, or a constant of a scalar (`i32::MAX`).
    fn is_value(&self, path: &Path) -> bool {
        if path.leading_colon.is_some() || path.segments.iter().any(|segment| !segment.arguments.is_none()) {
            return false;
        }
        let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
        match names[..] {
            [name] => self.constants.contains(&name) || self.locals.contains(name),
            [kind, name] => SCALARS.iter().any(|scalar| kind == scalar) && !is_lower(name),
            _ => false,
        }
    }

    fn is_local(&self, place: &Expr) -> bool {
        matches!(place, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.locals.contains(name)))
    }

    /// Accepts a pattern that binds at most names and always matches. It must not bind the
    /// function's own name, which the copies use.
    fn binds(&mut self, pattern: &Pat) -> bool {
        match pattern {
            Pat::Ident(name) => {
                self.locals.push(name.ident.clone());
                name.by_ref.is_none() && name.subpat.is_none() && is_lower(&name.ident) && name.ident != *self.name
            }
            Pat::Paren(inner) => self.binds(&inner.pat),
            Pat::Tuple(tuple) => tuple.elems.iter().all(|pattern| self.binds(pattern)),
            Pat::Type(typed) => is_scalar(&typed.ty) && self.binds(&typed.pat),
            Pat::Wild(_) => true,
            _ => false,
        }
    }

    /// Accepts a pattern of a `match` arm.
    fn pattern(&mut self, pattern: &Pat) -> bool {
        match pattern {
            Pat::Guard(guarded) => self.pattern(&guarded.pat) && self.expression(&guarded.guard),
            Pat::Ident(name) if self.constants.contains(&&name.ident) => true,
            Pat::Lit(literal) => is_scalar_literal(&literal.lit),
            Pat::Or(cases) => cases.cases.iter().all(|case| self.pattern(case)),
            Pat::Paren(inner) => self.pattern(&inner.pat),
            Pat::Range(range) => self.maybe(range.start.as_deref()) && self.maybe(range.end.as_deref()),
            Pat::Tuple(tuple) => tuple.elems.iter().all(|pattern| self.pattern(pattern)),
            _ => self.binds(pattern),
        }
    }
}

/// Returns `true` for a name in lowercase: by convention a local, and not a constant, a type or a
/// variant.
fn is_lower(name: &Ident) -> bool {
    let name = name.to_string();
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_') && !name.contains(|letter: char| letter.is_uppercase())
}

fn is_scalar_literal(literal: &Lit) -> bool {
    matches!(literal, Lit::Int(_) | Lit::Float(_) | Lit::Bool(_) | Lit::Char(_) | Lit::Byte(_))
}

/// Returns `true` if an operator modifies its left operand.
fn is_assignment(operator: &BinOp) -> bool {
    use BinOp::{AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign, ShrAssign, SubAssign};
    matches!(
        operator,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | BitXorAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}
