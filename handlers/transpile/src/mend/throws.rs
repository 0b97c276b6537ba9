//! `throw`, `try` and `catch`, of which ruchy makes panics that are caught: here a panic ends the process. A function that throws returns a `Result` of
//! text instead, who calls it throws on or catches, and a `lambda_handler` that throws fails. What is no `throw`, a panic, stays one.

use super::branches::dropped;
use super::source::tokens;
use std::collections::HashSet;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprMacro, ExprMatch, File, ImplItemFn, ItemFn, Lifetime, Macro, ReturnType, Signature, Stmt, Token, parse_quote,
};

/// What a panic that is none of a `throw` is called meanwhile.
const PANIC: &str = "panic_and_no_throw";

/// Whether a source throws or catches: comments and strings do not count.
fn has_throw(source: &str) -> bool {
    tokens(source).iter().any(|token| matches!(&source[token.place.clone()], "throw" | "catch"))
}

/// `source` with the panics of a program that throws by another name.
pub fn spell(source: &str) -> String {
    if !has_throw(source) {
        return source.to_owned();
    }
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    for index in 0..tokens.len() {
        let end = if text(index + 1) == "!" { index + 1 } else { index };
        if text(index) == "panic" && text(end + 1) == "(" {
            result += &source[reached..tokens[index].place.start];
            result += PANIC;
            reached = tokens[end].place.end;
        }
    }
    result + &source[reached..]
}

/// Makes results of what is thrown.
pub fn mend(file: &mut File, source: &str) {
    if has_throw(source) {
        let throwing = throwing(file);
        Throws { throwing: &throwing, way: Way::Panic, attempts: 0 }.visit_file_mut(file);
        Panics.visit_file_mut(file);
    }
}

/// The names of the functions and methods that throw, or call one that does, outside of a `try`.
fn throwing(file: &File) -> HashSet<String> {
    let mut known = HashSet::new();
    loop {
        let mut finds = Finds { known: &known, found: HashSet::new(), throws: false };
        finds.visit_file_mut(&mut file.clone());
        if finds.found.len() == known.len() {
            return known;
        }
        known = finds.found;
    }
}

struct Finds<'names> {
    known: &'names HashSet<String>,
    found: HashSet<String>,
    /// Whether the function that is looked at throws.
    throws: bool,
}

impl Finds<'_> {
    fn function(&mut self, signature: &Signature, look: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.throws, false);
        look(self);
        if self.throws && signature.ident != "main" {
            self.found.insert(signature.ident.to_string());
        }
        self.throws = outer;
    }
}

impl VisitMut for Finds<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let signature = function.sig.clone();
        self.function(&signature, |look| visit_mut::visit_item_fn_mut(look, function));
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let signature = function.sig.clone();
        self.function(&signature, |look| visit_mut::visit_impl_item_fn_mut(look, function));
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if attempted(expression).is_none() && !matches!(expression, Expr::Closure(_)) {
            self.throws |= called(expression).is_some_and(|name| self.known.contains(&name));
            visit_mut::visit_expr_mut(self, expression);
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        self.throws |= text.path.is_ident("panic");
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// The name of the function or the method that an expression calls.
fn called(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => None,
        },
        Expr::MethodCall(call) => Some(call.method.to_string()),
        _ => None,
    }
}

/// What ruchy has caught: the block in `std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| { … }))`.
fn attempted(expression: &Expr) -> Option<&Expr> {
    let Expr::Call(catch) = expression else { return None };
    let is_catch = *catch.func == parse_quote!(std::panic::catch_unwind);
    let Some(Expr::Call(safe)) = catch.args.first().filter(|_| is_catch) else { return None };
    let Some(Expr::Closure(closure)) = safe.args.first() else { return None };
    Some(&closure.body)
}

/// Where what is thrown goes.
#[derive(Clone)]
enum Way {
    /// Nowhere, out of `main` and out of closures.
    Panic,
    /// Out of the function.
    Return,
    /// To the end of the `try` with this label.
    Break(Lifetime),
}

struct Throws<'names> {
    throwing: &'names HashSet<String>,
    way: Way,
    /// How many there were, so that each has a label of its own.
    attempts: usize,
}

impl Throws<'_> {
    fn function(&mut self, signature: &mut Signature, body: &mut Block, work: impl FnOnce(&mut Self, &mut Block)) {
        let throws = self.throwing.contains(&signature.ident.to_string());
        let outer = std::mem::replace(&mut self.way, if throws { Way::Return } else { Way::Panic });
        work(self, body);
        self.way = outer;
        if !throws {
            return;
        }
        // One that fails already, fails by this too.
        let fails = signature.ident == "lambda_handler" && matches!(&signature.output, ReturnType::Type(_, output) if is_result(output));
        if fails {
            return;
        }
        signature.output = match &signature.output {
            ReturnType::Type(_, output) => parse_quote!(-> Result<#output, String>),
            ReturnType::Default => parse_quote!(-> Result<(), String>),
        };
        Returns.visit_block_mut(body);
        *body = parse_quote!({ Ok(#body) });
    }

    /// A call of a function that throws, with what it throws on its way.
    fn passed(&self, call: &Expr) -> Expr {
        match &self.way {
            Way::Return => parse_quote!(#call?),
            Way::Break(label) => parse_quote!(match #call { Ok(value) => value, Err(thrown) => break #label Err(thrown) }),
            Way::Panic => parse_quote!(#call.unwrap_or_else(|thrown| panic!("{}", thrown))),
        }
    }

    /// A `throw`.
    fn thrown(&self, text: &Expr) -> Option<Expr> {
        match &self.way {
            Way::Return => Some(parse_quote!(return Err(#text.into()))),
            Way::Break(label) => Some(parse_quote!(break #label Err(#text))),
            Way::Panic => None,
        }
    }

    /// A `try`: what it comes to, as a result.
    fn attempt(&mut self, body: &Expr) -> Expr {
        let label = Lifetime::new(&format!("'attempt_{}", self.attempts), proc_macro2::Span::call_site());
        self.attempts += 1;
        let outer = std::mem::replace(&mut self.way, Way::Break(label.clone()));
        let mut body = body.clone();
        self.visit_expr_mut(&mut body);
        self.way = outer;
        parse_quote!({
            let attempt: Result<_, String> = #label: { Ok(#body) };
            attempt
        })
    }
}

fn is_result(kind: &syn::Type) -> bool {
    matches!(kind, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
}

/// The text that a `throw` throws.
fn text_of(text: &Macro) -> Option<Expr> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(text.tokens.clone()).ok()?;
    Some(match arguments.first()? {
        Expr::Lit(literal) if arguments.len() == 1 => parse_quote!(#literal.to_string()),
        Expr::Lit(_) => parse_quote!(format!(#arguments)),
        Expr::Macro(made) if made.mac.path.is_ident("format") => Expr::Macro(made.clone()),
        other => parse_quote!(format!("{}", #other)),
    })
}

impl VisitMut for Throws<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        self.function(&mut function.sig, &mut function.block, visit_mut::visit_block_mut);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.function(&mut function.sig, &mut function.block, visit_mut::visit_block_mut);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let outer = std::mem::replace(&mut self.way, Way::Panic);
        visit_mut::visit_expr_closure_mut(self, closure);
        self.way = outer;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Some(body) = attempted(expression) {
            *expression = self.attempt(&body.clone());
            return;
        }
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Macro(ExprMacro { mac, .. }) if mac.path.is_ident("panic") => {
                if let Some(thrown) = text_of(mac).and_then(|text| self.thrown(&text)) {
                    *expression = thrown;
                }
            }
            Expr::Match(choice) => choice.arms.iter_mut().for_each(caught),
            call if called(call).is_some_and(|name| self.throwing.contains(&name)) => *call = self.passed(call),
            _ => {}
        }
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Macro(thrown) = statement
            && thrown.mac.path.is_ident("panic")
        {
            *statement = Stmt::Expr(Expr::Macro(ExprMacro { attrs: Vec::new(), mac: thrown.mac.clone() }), thrown.semi_token);
        }
        if let Stmt::Expr(Expr::Match(choice), Some(_)) = statement
            && attempted(&choice.expr).is_some()
        {
            without_value(choice);
        }
        visit_mut::visit_stmt_mut(self, statement);
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// A `try` whose value nobody takes has none, and neither has its `catch`.
fn without_value(choice: &mut ExprMatch) {
    if let Expr::Call(catch) = &mut *choice.expr
        && let Some(Expr::Call(safe)) = catch.args.first_mut()
        && let Some(Expr::Closure(closure)) = safe.args.first_mut()
        && let Expr::Block(body) = &mut *closure.body
    {
        dropped(&mut body.block);
    }
    for arm in &mut choice.arms {
        if let Expr::Block(body) = &mut *arm.body {
            dropped(&mut body.block);
        }
    }
}

/// What is caught is text already.
fn caught(arm: &mut Arm) {
    if arm.pat != parse_quote!(Err(panic_err)) {
        return;
    }
    if let Expr::Block(body) = &mut *arm.body
        && let Some(Stmt::Local(first)) = body.block.stmts.first_mut()
        && let Some(init) = &mut first.init
    {
        *init.expr = parse_quote!(panic_err);
    }
}

/// What a function that throws returns is no failure.
struct Returns;

impl VisitMut for Returns {
    fn visit_expr_return_mut(&mut self, returned: &mut syn::ExprReturn) {
        visit_mut::visit_expr_return_mut(self, returned);
        let is_thrown =
            matches!(returned.expr.as_deref(), Some(Expr::Call(call)) if *call.func == parse_quote!(Err) && is_into(call.args.first()));
        if !is_thrown {
            let value = returned.expr.take().unwrap_or_else(|| parse_quote!(()));
            returned.expr = Some(parse_quote!(Ok(#value)));
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}

    fn visit_item_fn_mut(&mut self, _: &mut ItemFn) {}
}

fn is_into(value: Option<&Expr>) -> bool {
    matches!(value, Some(Expr::MethodCall(call)) if call.method == "into")
}

/// Gives panics their name back.
struct Panics;

impl VisitMut for Panics {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Call(call) = expression
            && matches!(&*call.func, Expr::Path(path) if path.path.is_ident(PANIC))
        {
            let arguments = &call.args;
            *expression = match arguments.first() {
                Some(Expr::Macro(made)) if made.mac.path.is_ident("format") => {
                    let text = &made.mac.tokens;
                    parse_quote!(panic!(#text))
                }
                _ => parse_quote!(panic!(#arguments)),
            };
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn panics_beside_a_throw_have_another_name() {
        assert_eq!(spell("throw a panic(b) panic!(c)"), "throw a panic_and_no_throw(b) panic_and_no_throw(c)");
        assert_eq!(spell("panic(b) // throw, catch"), "panic(b) // throw, catch");
        assert_eq!(spell("panic(b); \"catch\""), "panic(b); \"catch\"");
        assert_eq!(spell("try { panic(b) } catch (e) { c }"), "try { panic_and_no_throw(b) } catch (e) { c }");
    }
}
