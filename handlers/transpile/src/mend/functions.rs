//! What functions take and return, where their source does not say it and ruchy guessed: a parameter is what it is called with, and a result what
//! the body ends in. And a `&str` that comes out of no reference lasts for ever.

use super::kind::{Kind, Kinds};
use super::source::{Token, closing, tokens};
use std::collections::{HashMap, HashSet};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, FnArg, ItemFn, Pat, ReturnType, Signature, Stmt, Type, parse_quote};

pub fn mend(file: &mut File, source: &str) {
    let mut calls = Calls { kinds: Kinds::of(file), locals: Kinds::of(file), arguments: HashMap::new() };
    calls.visit_file_mut(&mut file.clone());
    Parameters { calls: &calls.arguments, source }.visit_file_mut(file);
    // What a function returns may depend on what another does.
    loop {
        let (kinds, nothing, for_nothing) = (Kinds::of(file), returning_nothing(file), super::wanted::called_for_nothing(file, source));
        let mut giving = Giving::default();
        giving.visit_file_mut(&mut file.clone());
        Results { kinds: &kinds, nothing: &nothing, for_nothing: &for_nothing, giving: &giving.0, source }.visit_file_mut(file);
        if returning_nothing(file).len() == nothing.len() {
            break;
        }
    }
}

/// What functions are called with: the kind of each argument, none where calls differ.
struct Calls {
    kinds: Kinds,
    locals: Kinds,
    arguments: HashMap<String, Vec<Option<Kind>>>,
}

impl VisitMut for Calls {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        let Expr::Path(path) = &*call.func else { return };
        let Some(name) = path.path.get_ident() else { return };
        let kinds: Vec<_> = call.args.iter().map(|argument| self.locals.kind(argument)).collect();
        let known = self.arguments.entry(name.to_string()).or_insert_with(|| kinds.clone());
        known.iter_mut().zip(kinds).filter(|(known, kind)| *known != kind).for_each(|(known, _)| *known = None);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// Gives parameters whose type was guessed the one they are called with.
struct Parameters<'file> {
    calls: &'file HashMap<String, Vec<Option<Kind>>>,
    source: &'file str,
}

impl VisitMut for Parameters<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        let name = function.sig.ident.to_string();
        let Some(untyped) = untyped_parameters(self.source, &name) else { return };
        let nothing = Vec::new();
        let kinds = self.calls.get(&name).unwrap_or(&nothing);
        let body = function.block.clone();
        for (index, input) in function.sig.inputs.iter_mut().enumerate() {
            let FnArg::Typed(typed) = input else { continue };
            let Pat::Ident(parameter) = &*typed.pat else { continue };
            let parameter = parameter.ident.to_string();
            if !untyped.contains(&parameter) {
                continue;
            }
            let kind = kinds.get(index).copied().flatten();
            let guessed_text = super::kind::of_type(&typed.ty).is_some_and(Kind::is_text);
            *typed.ty = match kind {
                Some(Kind::Integer) if guessed_text => parse_quote!(i32),
                Some(Kind::Float) => parse_quote!(f64),
                None if guessed_text && is_passed_on(&body, &parameter) => parse_quote!(i32),
                _ => continue,
            };
        }
    }
}

/// The parameters of the function called `name` that `source` gives no type.
pub(super) fn untyped_parameters(source: &str, name: &str) -> Option<Vec<String>> {
    let list = parameter_list(source, name)?;
    let parameters = parameters(list).into_iter().map(str::trim).filter(|parameter| !parameter.contains(':'));
    Some(parameters.map(|parameter| parameter.trim_start_matches("mut ").to_owned()).collect())
}

/// What stands between the parentheses of the function called `name`.
pub(super) fn parameter_list<'source>(source: &'source str, name: &str) -> Option<&'source str> {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let keyword = |index: &usize| matches!(text(*index), "fun" | "fn") && text(*index + 1) == name && text(*index + 2) == "(";
    let open = (0..tokens.len()).find(keyword)? + 2;
    let close = closing(&tokens, source, open)?;
    Some(&source[tokens[open].place.end..tokens[close].place.start])
}

/// The parameters of such a list: the commas in their types and default values separate none.
pub(super) fn parameters(list: &str) -> Vec<&str> {
    let mut parameters = Vec::new();
    let mut start = 0;
    let mut depth = 0;
    let mut is_type = true;
    for Token { place } in tokens(list) {
        match &list[place.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "<" if is_type => depth += 1,
            ">" if is_type => depth -= 1,
            ">>" if is_type => depth -= 2,
            "=" => is_type = false,
            "," if depth == 0 => {
                parameters.push(&list[start..place.start]);
                (start, is_type) = (place.end, true);
            }
            _ => {}
        }
    }
    parameters.push(&list[start..]);
    parameters
}

/// Whether a parameter is handed to another that is a function of whole numbers, the one kind that ruchy guesses.
fn is_passed_on(body: &Block, parameter: &str) -> bool {
    struct PassedOn<'name>(&'name str, bool);
    impl VisitMut for PassedOn<'_> {
        fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
            let is_short = matches!(&*call.func, Expr::Path(path) if path.path.get_ident().is_some());
            self.1 |= is_short && call.args.len() == 1 && matches!(&call.args[0], Expr::Path(path) if path.path.is_ident(self.0));
            visit_mut::visit_expr_call_mut(self, call);
        }
    }
    let mut passed = PassedOn(parameter, false);
    passed.visit_block_mut(&mut body.clone());
    passed.1
}

/// Gives functions whose result was guessed the one they end in.
struct Results<'file> {
    kinds: &'file Kinds,
    nothing: &'file HashSet<String>,
    for_nothing: &'file HashSet<String>,
    giving: &'file HashSet<String>,
    source: &'file str,
}

impl VisitMut for Results<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        self.mend(&mut function.sig, &mut function.block);
    }

    /// The methods of a trait return what it says.
    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        if block.trait_.is_none() {
            visit_mut::visit_item_impl_mut(self, block);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.mend(&mut function.sig, &mut function.block);
    }
}

impl Results<'_> {
    /// Whether what a function ends in, or one of its branches, has no value: it prints something, or is `()`.
    fn gives_nothing(&self, value: &Expr) -> bool {
        let last = |block: &Block| match block.stmts.last() {
            Some(Stmt::Expr(value, None)) => self.gives_nothing(value),
            Some(Stmt::Macro(_)) => true,
            _ => false,
        };
        match value {
            Expr::Tuple(tuple) => tuple.elems.is_empty(),
            Expr::Macro(text) => ["print", "println", "eprint", "eprintln"].iter().any(|name| text.mac.path.is_ident(name)),
            Expr::Block(block) => last(&block.block),
            Expr::If(choice) => {
                last(&choice.then_branch) || choice.else_branch.as_ref().is_some_and(|(_, other)| self.gives_nothing(other))
            }
            Expr::Match(choice) => choice.arms.iter().any(|arm| self.gives_nothing(&arm.body)),
            Expr::Call(call) => is_one_of(&call.func, self.nothing),
            _ => false,
        }
    }

    /// Whether all that a body ends in has no value.
    fn ends_in_nothing(&self, body: &Block) -> bool {
        match body.stmts.last() {
            Some(Stmt::Expr(value, None)) => self.is_nothing(value),
            _ => true,
        }
    }

    fn is_nothing(&self, value: &Expr) -> bool {
        match value {
            Expr::Block(block) => self.ends_in_nothing(&block.block),
            Expr::If(choice) => {
                self.ends_in_nothing(&choice.then_branch) && choice.else_branch.as_ref().is_none_or(|(_, other)| self.is_nothing(other))
            }
            Expr::Match(choice) => choice.arms.iter().all(|arm| self.is_nothing(&arm.body)),
            Expr::Assign(_) | Expr::ForLoop(_) | Expr::While(_) => true,
            Expr::Binary(binary) => crate::operator::is_assignment(&binary.op),
            Expr::Call(call) if is_one_of(&call.func, self.for_nothing) => true,
            other => self.gives_nothing(other),
        }
    }

    fn mend(&self, signature: &mut Signature, body: &mut Block) {
        let name = signature.ident.to_string();
        let kinds = self.kinds.within(signature, body);
        if let ReturnType::Type(_, output) = &mut signature.output {
            let borrows = signature.inputs.iter().any(|input| match input {
                FnArg::Receiver(_) => true,
                FnArg::Typed(typed) => matches!(&*typed.ty, Type::Reference(_)),
            });
            if **output == parse_quote!(&str) && !borrows {
                **output = parse_quote!(&'static str);
            }
        }
        let is_for_nothing = self.for_nothing.contains(&name) || ends_in_change(body, self.giving) && name != "lambda_handler";
        if is_for_nothing && !says_result(self.source, &name) && !returns(body) {
            signature.output = ReturnType::Default;
            if !self.ends_in_nothing(body) {
                super::branches::dropped(body);
            }
            return;
        }
        // A map is what it takes an empty block for.
        let taken_for: [Type; 2] = [parse_quote!(i32), parse_quote!(std::collections::BTreeMap<String, String>)];
        let guessed = matches!(&signature.output, ReturnType::Type(_, kind) if taken_for.contains(kind));
        if !guessed || says_result(self.source, &name) || returns(body) {
            return;
        }
        match body.stmts.last() {
            Some(Stmt::Expr(value, None)) if kinds.kind(value) == Some(Kind::Text) => signature.output = parse_quote!(-> String),
            Some(Stmt::Expr(value, None)) if kinds.kind(value) == Some(Kind::Float) => signature.output = parse_quote!(-> f64),
            Some(Stmt::Expr(value, None)) if self.gives_nothing(value) => signature.output = ReturnType::Default,
            Some(Stmt::Expr(Expr::If(choice), _)) if has_empty_branch(choice) => signature.output = ReturnType::Default,
            Some(Stmt::Expr(Expr::ForLoop(_) | Expr::While(_), _) | Stmt::Expr(_, Some(_)) | Stmt::Local(_)) | None => {
                signature.output = ReturnType::Default;
            }
            _ => {}
        }
    }
}

fn is_one_of(called: &Expr, names: &HashSet<String>) -> bool {
    matches!(called, Expr::Path(path) if path.path.get_ident().is_some_and(|name| names.contains(&name.to_string())))
}

/// The functions that return nothing.
fn returning_nothing(file: &File) -> HashSet<String> {
    struct Nothing(HashSet<String>);
    impl VisitMut for Nothing {
        fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
            if matches!(function.sig.output, ReturnType::Default) {
                self.0.insert(function.sig.ident.to_string());
            }
            visit_mut::visit_item_fn_mut(self, function);
        }
    }
    let mut nothing = Nothing(HashSet::new());
    nothing.visit_file_mut(&mut file.clone());
    nothing.0
}

/// Whether one of the branches of an `if` is nothing.
fn has_empty_branch(choice: &syn::ExprIf) -> bool {
    choice.then_branch.stmts.is_empty()
        || choice.else_branch.as_ref().is_none_or(|(_, other)| match &**other {
            Expr::Block(block) => block.block.stmts.is_empty(),
            Expr::If(next) => has_empty_branch(next),
            _ => false,
        })
}

/// The methods of a file that return something.
#[derive(Default)]
struct Giving(HashSet<String>);

impl VisitMut for Giving {
    fn visit_impl_item_fn_mut(&mut self, method: &mut syn::ImplItemFn) {
        if !matches!(method.sig.output, ReturnType::Default) {
            self.0.insert(method.sig.ident.to_string());
        }
    }
}

/// Whether what a body ends in changes something: `self.list.push(1)`. (Of what can be wanted of a list, its last element may be; and a `push` of one's own
/// may give something.)
fn ends_in_change(body: &Block, giving: &HashSet<String>) -> bool {
    match body.stmts.last() {
        Some(Stmt::Expr(Expr::Block(inner), None)) => ends_in_change(&inner.block, giving),
        Some(Stmt::Expr(Expr::MethodCall(call), None)) => {
            let changes = ["clear", "extend", "push", "push_back", "push_front", "push_str", "reverse", "sort"]
                .iter()
                .any(|name| call.method == name);
            changes && !giving.contains(&call.method.to_string())
        }
        _ => false,
    }
}

/// Whether a `return` says what is returned.
fn returns(body: &Block) -> bool {
    struct Returns(bool);
    impl VisitMut for Returns {
        fn visit_expr_return_mut(&mut self, value: &mut syn::ExprReturn) {
            self.0 |= value.expr.is_some();
        }
    }
    let mut returns = Returns(false);
    returns.visit_block_mut(&mut body.clone());
    returns.0
}

/// Whether the source says what the function called `name` returns.
pub(super) fn says_result(source: &str, name: &str) -> bool {
    let Some(list) = parameter_list(source, name) else { return true };
    let behind = list.as_ptr() as usize - source.as_ptr() as usize + list.len() + 1;
    source[behind..].trim_start().starts_with("->")
}
