//! The complexity of functions, by three measures. Pure.
//!
//! - Cyclomatic (McCabe): 1, and 1 for each `if`, `while`, `for`, `&&`, `||`, `?`, `let … else`, guard of an arm, and arm of a `match` but the first.
//! - Modified cyclomatic: the same, with 1 for each whole `match`. A function that only this measure accepts is a flat `match`.
//! - Cognitive (SonarSource): 1 for each break in the flow from top to bottom, and 1 more for each level of nesting around it. A `match` counts once.
//!
//! A closure belongs to the function around it. Code in macros is not parsed.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

/// A function and its complexity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// With the modules and the type around it, such as `tests::parse` or `Parser::next`.
    pub name: String,
    pub line: usize,
    pub cyclomatic: u32,
    pub modified: u32,
    pub cognitive: u32,
}

/// Returns the functions in `text`, a Rust file.
///
/// # Errors
/// syn's, for a file that it does not parse.
pub fn functions(text: &str) -> Result<Vec<Function>, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut counter = Counter::default();
    counter.visit_file(&file);
    Ok(counter.functions)
}

#[derive(Default)]
struct Counter {
    functions: Vec<Function>,
    /// The modules and the type around the current item.
    path: Vec<String>,
    /// The functions around the current expression, the innermost last.
    open: Vec<Open>,
}

/// A function that is being counted.
struct Open {
    function: Function,
    nesting: u32,
    /// The logical operator around the current expression: a sequence of the same one counts once.
    operator: Option<&'static str>,
}

impl Counter {
    fn function(&mut self, name: &syn::Ident, visit: impl FnOnce(&mut Self)) {
        let name = self.path.iter().map(String::as_str).chain([name.to_string().as_str()]).collect::<Vec<_>>().join("::");
        let function = Function { name, line: 0, cyclomatic: 1, modified: 1, cognitive: 0 };
        self.open.push(Open { function, nesting: 0, operator: None });
        visit(self);
        self.functions.extend(self.open.pop().map(|open| open.function));
    }

    fn within(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.path.push(name);
        visit(self);
        self.path.pop();
    }

    /// Changes the function around the current expression, if there is one: constants have none.
    fn count(&mut self, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.open.last_mut() {
            change(open);
        }
    }

    fn branches(&mut self, number: u32) {
        self.count(|open| {
            open.function.cyclomatic += number;
            open.function.modified += number.min(1);
        });
    }

    /// A break in the flow that costs more the deeper it is.
    fn nested_break(&mut self) {
        self.count(|open| open.function.cognitive += 1 + open.nesting);
    }

    fn flat_break(&mut self) {
        self.count(|open| open.function.cognitive += 1);
    }

    fn nested(&mut self, visit: impl FnOnce(&mut Self)) {
        self.count(|open| open.nesting += 1);
        visit(self);
        self.count(|open| open.nesting -= 1);
    }

    /// The condition and the branches of an `if`.
    fn parts_of_if(&mut self, node: &syn::ExprIf) {
        self.branches(1);
        self.visit_expr(&node.cond);
        self.nested(|counter| counter.visit_block(&node.then_branch));
        match node.else_branch.as_ref().map(|(_, branch)| &**branch) {
            Some(Expr::If(chained)) => {
                self.flat_break();
                self.parts_of_if(chained);
            }
            Some(branch) => {
                self.flat_break();
                self.nested(|counter| counter.visit_expr(branch));
            }
            None => {}
        }
    }

    fn parts_of_match(&mut self, node: &syn::ExprMatch) {
        self.nested_break();
        self.branches(u32::try_from(node.arms.len().saturating_sub(1)).unwrap_or(u32::MAX));
        self.visit_expr(&node.expr);
        for arm in &node.arms {
            if matches!(arm.pat, syn::Pat::Guard(_)) {
                self.branches(1);
            }
            self.nested(|counter| counter.visit_arm(arm));
        }
    }

    fn parts_of_binary(&mut self, node: &syn::ExprBinary, operator: &'static str) {
        self.branches(1);
        let around = self.open.last().and_then(|open| open.operator);
        if around != Some(operator) {
            self.flat_break();
        }
        self.count(|open| open.operator = Some(operator));
        self.visit_expr(&node.left);
        self.count(|open| open.operator = Some(operator));
        self.visit_expr(&node.right);
        self.count(|open| open.operator = around);
    }

    /// An expression that is neither a logical operator nor a parenthesis: operators in it begin a
    /// new sequence.
    fn other(&mut self, node: &Expr) {
        let around = self.open.last().and_then(|open| open.operator);
        self.count(|open| open.operator = None);
        match node {
            Expr::If(node) => {
                self.nested_break();
                self.parts_of_if(node);
            }
            Expr::Match(node) => self.parts_of_match(node),
            Expr::While(node) => {
                self.nested_break();
                self.branches(1);
                self.visit_expr(&node.cond);
                self.nested(|counter| counter.visit_block(&node.body));
            }
            Expr::ForLoop(node) => {
                self.nested_break();
                self.branches(1);
                self.visit_expr(&node.expr);
                self.nested(|counter| counter.visit_block(&node.body));
            }
            Expr::Loop(node) => {
                self.nested_break();
                self.nested(|counter| counter.visit_block(&node.body));
            }
            Expr::Closure(node) => self.nested(|counter| counter.visit_expr(&node.body)),
            Expr::Try(_) => {
                self.branches(1);
                visit::visit_expr(self, node);
            }
            Expr::Break(syn::ExprBreak { label: Some(_), .. }) | Expr::Continue(syn::ExprContinue { label: Some(_), .. }) => {
                self.flat_break();
                visit::visit_expr(self, node);
            }
            _ => visit::visit_expr(self, node),
        }
        self.count(|open| open.operator = around);
    }
}

impl<'ast> Visit<'ast> for Counter {
    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        self.within(node.ident.to_string(), |counter| visit::visit_item_mod(counter, node));
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        self.within(name_of(&node.self_ty), |counter| visit::visit_item_impl(counter, node));
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        self.within(node.ident.to_string(), |counter| visit::visit_item_trait(counter, node));
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.sig.ident, |counter| {
            counter.count(|open| open.function.line = node.sig.span().start().line);
            counter.visit_block(&node.block);
        });
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.sig.ident, |counter| {
            counter.count(|open| open.function.line = node.sig.span().start().line);
            counter.visit_block(&node.block);
        });
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.sig.ident, |counter| {
                counter.count(|open| open.function.line = node.sig.span().start().line);
                counter.visit_block(block);
            });
        }
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        if node.init.as_ref().is_some_and(|init| init.diverge.is_some()) {
            self.branches(1);
            self.nested_break();
        }
        visit::visit_local(self, node);
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        match node {
            Expr::Binary(binary) => match binary.op {
                BinOp::And(_) => self.parts_of_binary(binary, "&&"),
                BinOp::Or(_) => self.parts_of_binary(binary, "||"),
                _ => self.other(node),
            },
            Expr::Paren(inner) => self.visit_expr(&inner.expr),
            Expr::Group(inner) => self.visit_expr(&inner.expr),
            _ => self.other(node),
        }
    }
}

/// Returns the last name of a type's path.
fn name_of(node: &syn::Type) -> String {
    match node {
        syn::Type::Path(path) => path.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string()),
        syn::Type::Reference(reference) => name_of(&reference.elem),
        _ => "_".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::functions;

    /// The cyclomatic, modified and cognitive complexity of a body.
    fn measured(body: &str) -> [u32; 3] {
        let text = format!("fn f(a: bool, b: bool, c: bool) -> Option<u8> {{ {body} }}");
        let functions = functions(&text).unwrap();
        let [function] = &functions[..] else { panic!("{functions:?}") };
        [function.cyclomatic, function.modified, function.cognitive]
    }

    #[test]
    fn complexity_of_known_bodies() {
        for (body, expected) in [
            ("None", [1, 1, 0]),
            ("if a { g() }", [2, 2, 1]),
            ("if a { g() } else { h() }", [2, 2, 2]),
            ("if a { g() } else if b { h() } else { i() }", [3, 3, 3]),
            // The inner ones cost their level of nesting.
            ("for i in 0..3 { if a { while b { g(); } } }", [4, 4, 1 + 2 + 3]),
            ("loop { break; }", [1, 1, 1]),
            ("match g() { 0 => 1, 1 => 2, 2 => 3, _ => 4 }", [4, 2, 1]),
            ("match g() { 0 if a => 1, _ if a && b => 2, _ => 3 }", [6, 5, 2]),
            // A sequence of the same operator is one break.
            ("a && b && c", [3, 3, 1]),
            ("a && (b && c)", [3, 3, 1]),
            ("a && b || c", [3, 3, 2]),
            ("a && g(b && c)", [3, 3, 2]),
            ("g()?; h()?", [3, 3, 0]),
            ("let Some(x) = g() else { return None };", [2, 2, 1]),
            ("list.iter().map(|x| if a { x } else { y })", [2, 2, 3]),
            ("'l: for i in 0..3 { continue 'l; }", [2, 2, 2]),
        ] {
            assert_eq!(measured(body), expected, "{body}");
        }
    }

    #[test]
    fn functions_are_named_by_what_is_around_them() {
        let text = "mod m {\n struct S;\n impl S {\n  fn a() { fn inner(a: bool) { if a {} } }\n }\n}\ntrait T {\n fn b();\n fn c() {}\n}\nimpl T for &m::S {}\n";
        let found: Vec<(String, usize, u32)> =
            functions(text).unwrap().into_iter().map(|function| (function.name, function.line, function.cyclomatic)).collect();
        let expected = [("m::S::inner", 4, 2), ("m::S::a", 4, 1), ("T::c", 9, 1)];
        assert_eq!(found, expected.map(|(name, line, cyclomatic)| (name.to_owned(), line, cyclomatic)));
        assert!(functions("fn f( {").is_err());
    }
}
