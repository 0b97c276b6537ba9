//! The twin of a pure function: it computes the same, but returns `None` where the function would
//! panic. It therefore has no side effects, and the compiler can merge equal calls, which it cannot
//! do with calls that may panic. The function calls its twin first, and computes the value itself
//! only after `None`, so that its panic has the right line.

use crate::pure::{self, Recursion};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block, Expr, Ident, Lit, Local, Pat, Type, UnOp, parse_quote};

/// Returns the name of the twin.
pub fn name(recursion: &Recursion<'_>) -> Ident {
    format_ident!("{}_or_none", recursion.name)
}

/// Returns the body of `recursion` with each operation checked and its calls unchanged; `None` if
/// it uses a type other than the integer type of the parameters and the result, or if something
/// else may panic.
pub fn checked(recursion: &Recursion<'_>) -> Option<Block> {
    let kind = recursion.result;
    let is_integer = matches!(kind, Type::Path(path) if INTEGERS.iter().any(|name| path.path.is_ident(name)));
    if !is_integer || recursion.parameters.iter().any(|parameter| parameter.kind != kind) {
        return None;
    }
    let mut body = recursion.body.clone();
    let mut checked = Checked { recursion, is_known: true };
    checked.visit_block_mut(&mut body);
    checked.is_known.then_some(body)
}

const INTEGERS: [&str; 12] = ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];

/// Methods of integers that cannot panic.
const METHODS: [&str; 9] =
    ["max", "min", "saturating_add", "saturating_mul", "saturating_sub", "signum", "wrapping_add", "wrapping_mul", "wrapping_sub"];

struct Checked<'file> {
    recursion: &'file Recursion<'file>,
    is_known: bool,
}

impl VisitMut for Checked<'_> {
    /// A local without a type may be an `i32` among integers of another type.
    fn visit_local_mut(&mut self, local: &mut Local) {
        let is_typed = matches!(&local.pat, Pat::Type(typed) if *typed.ty == *self.recursion.result);
        self.is_known &= is_typed || *self.recursion.result == parse_quote!(i32) && !matches!(local.pat, Pat::Type(_));
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let kind = self.recursion.result;
        match expression {
            Expr::Binary(binary) => {
                let (left, right) = (&binary.left, &binary.right);
                let (method, is_assignment) = match binary.op {
                    BinOp::Add(_) => (quote!(checked_add), false),
                    BinOp::Sub(_) => (quote!(checked_sub), false),
                    BinOp::Mul(_) => (quote!(checked_mul), false),
                    BinOp::Div(_) => (quote!(checked_div), false),
                    BinOp::Rem(_) => (quote!(checked_rem), false),
                    BinOp::AddAssign(_) => (quote!(checked_add), true),
                    BinOp::SubAssign(_) => (quote!(checked_sub), true),
                    BinOp::MulAssign(_) => (quote!(checked_mul), true),
                    BinOp::DivAssign(_) => (quote!(checked_div), true),
                    BinOp::RemAssign(_) => (quote!(checked_rem), true),
                    BinOp::And(_)
                    | BinOp::Or(_)
                    | BinOp::Eq(_)
                    | BinOp::Ne(_)
                    | BinOp::Lt(_)
                    | BinOp::Le(_)
                    | BinOp::Gt(_)
                    | BinOp::Ge(_) => return,
                    _ => {
                        self.is_known = false;
                        return;
                    }
                };
                *expression = if is_assignment {
                    // The right side is evaluated first, as in the assignment.
                    parse_quote!({ let right_of_twin = #right; #left = <#kind>::#method(#left, right_of_twin)?; })
                } else {
                    parse_quote!(<#kind>::#method(#left, #right)?)
                };
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && !matches!(&*unary.expr, Expr::Lit(_)) => {
                let value = &unary.expr;
                *expression = parse_quote!(<#kind>::checked_neg(#value)?);
            }
            // The minimum has no positive counterpart, so a negated literal is not checked.
            Expr::Lit(literal) => {
                self.is_known &= match &literal.lit {
                    Lit::Int(number) => {
                        number.suffix().is_empty() || *kind == syn::parse_str::<Type>(number.suffix()).unwrap_or(parse_quote!(()))
                    }
                    Lit::Bool(_) => true,
                    _ => false,
                }
            }
            Expr::MethodCall(call) => self.is_known &= METHODS.iter().any(|method| call.method == method),
            Expr::Path(path) => self.is_known &= path.path.get_ident().is_some_and(|name| !name.to_string().contains(char::is_uppercase)),
            Expr::Cast(_) | Expr::Tuple(_) => self.is_known = false,
            Expr::ForLoop(_) if *kind != parse_quote!(i32) => self.is_known = false,
            _ => {}
        }
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        // The function's name is not a value.
        debug_assert!(pure::is_call_of(&Expr::Call(call.clone()), self.recursion.name));
        call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
    }
}
