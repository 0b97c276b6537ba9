//! Inlines a bounded number of levels of a pure function's recursion into the function itself, Rust
//! to Rust. Compilers rarely inline a function into itself, so the cost of a short recursive
//! function is mostly calls.
//!
//! A recursive call `f(n - 1)` becomes a copy of the body, `({ let (n,): (i32,) = (n - 1,); let
//! value: i32 = { … }; value })`, whose own calls become copies in turn, level by level; those of
//! the last level remain calls. The tuple preserves the semantics of a call: all arguments are
//! evaluated, in order, in the scope of the caller, before the first parameter is bound. `return`
//! leaves its copy.
//!
//! The other code of the file is unchanged, byte for byte, and so are line numbers: a copy occupies
//! the line of its call.

use crate::pure::{self, Recursion};
use crate::twin;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBreak, File, Ident, Item, ItemFn, Lifetime, Visibility};

/// The number of inlined levels. With two levels, none of fourteen measured functions is slower,
/// and half of them are about twice as fast or faster. One level makes two of them slower; three
/// levels double the code and are rarely faster. bench/compute/README.md has the table.
pub const LEVELS: usize = 2;
/// The maximum number of levels, for measurements.
pub const LEVELS_MAX: usize = 3;
/// The minimum number of recursive calls on some path through the body. Compilers convert a single
/// call to a loop, which a copy would prevent, and the depth of such recursion is limited by the
/// stack anyway.
pub const CALLS_MIN: usize = 2;
/// The maximum size of a body that is copied, in tokens.
pub const BODY_TOKENS_MAX: usize = 160;
/// The maximum size of a function with its copies, in tokens. It limits the number of levels.
pub const RESULT_TOKENS_MAX: usize = 2000;

/// The tokens that a copy adds to the body: names, braces, a label.
const COPY_TOKENS: usize = 30;

/// Lints that copies may trigger: unnecessary parentheses and labels, and values that rustc
/// computes in a copy that never runs.
const ALLOWED: &str = "#[allow(unused, clippy::all, clippy::pedantic, arithmetic_overflow, unconditional_panic)] ";

/// Returns `rust` with up to `levels` levels inlined into each suitable function; `None` if there
/// is no such function, or if `rust` is not valid.
#[must_use]
pub fn inline(rust: &str, levels: usize) -> Option<String> {
    inline_all(rust, levels, false)
}

/// [`inline`] for a file that is compiled with overflow checks, which prevent the compiler from
/// merging equal calls: a function with a `twin` gets the copies there.
#[must_use]
pub fn inline_checked(rust: &str, levels: usize) -> Option<String> {
    inline_all(rust, levels, true)
}

fn inline_all(rust: &str, levels: usize, has_twins: bool) -> Option<String> {
    let file = movable(rust)?;
    let constants = pure::constants(&file);
    let mut edits = Vec::new();
    let mut twins = String::new();
    for item in &file.items {
        if let Item::Fn(function) = item
            && let Some(inlined) = edits_of(function, &constants, rust, levels, has_twins)
        {
            edits.extend(inlined.edits);
            twins += &inlined.twin;
        }
    }
    let mut text = rust.to_owned();
    for (place, replacement) in edits.into_iter().rev() {
        text.replace_range(place, &replacement);
    }
    text += &twins;
    // The result is parsed as a safeguard.
    (text != rust && syn::parse_file(&text).is_ok()).then_some(text)
}

/// Parses `rust`; `None` if it is not valid, if positions in it cannot be computed, or if its
/// meaning depends on its folder.
pub(crate) fn movable(rust: &str) -> Option<File> {
    // syn removes these before it computes positions.
    if rust.starts_with('\u{feff}') || (rust.starts_with("#!") && !rust.starts_with("#![")) {
        return None;
    }
    syn::parse_file(rust).ok().filter(|file| !tokens_depend_on_folder(file.to_token_stream()))
}

/// Returns `true` if the meaning of a file depends on its folder, because it has a module in
/// another file (`mod name;`), includes a file, or uses its own path. Also returns `true` for
/// invalid Rust.
#[must_use]
pub fn depends_on_folder(rust: &str) -> bool {
    rust.parse().map_or(true, tokens_depend_on_folder)
}

fn tokens_depend_on_folder(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct = |token: &TokenTree, letter| matches!(token, TokenTree::Punct(punct) if punct.as_char() == letter);
    let inside = |token: &TokenTree| matches!(token, TokenTree::Group(group) if tokens_depend_on_folder(group.stream()));
    tokens.iter().any(inside)
        || tokens.windows(3).any(|three| matches!(&three[0], TokenTree::Ident(word) if word == "mod") && is_punct(&three[2], ';'))
        || tokens
            .windows(2)
            .any(|two| matches!(&two[0], TokenTree::Ident(word) if PLACE_MACROS.iter().any(|name| word == name)) && is_punct(&two[1], '!'))
}

/// Macros whose result depends on the path of the file.
const PLACE_MACROS: [&str; 4] = ["file", "include", "include_bytes", "include_str"];

type Edit = (Range<usize>, String);

/// The changes of a function.
struct Inlined {
    edits: Vec<Edit>,
    /// The twin, which is appended to the file.
    twin: String,
}

fn edits_of(function: &ItemFn, constants: &[&syn::Ident], rust: &str, levels: usize, has_twin: bool) -> Option<Inlined> {
    let recursion = Recursion::of(function, constants)?;
    let mut calls = Calls { recursion: &recursion, found: Vec::new() };
    calls.visit_block_mut(&mut recursion.body.clone());
    if max_calls(&recursion) < CALLS_MIN {
        return None;
    }
    let levels = affordable(&recursion, calls.found.len(), levels.min(LEVELS_MAX));
    if levels == 0 {
        return None;
    }
    let first = match &function.vis {
        Visibility::Inherited => function.sig.span(),
        visible => visible.span(),
    };
    let start = first.byte_range().start;
    let mut edits = vec![(start..start, ALLOWED.to_owned())];
    if has_twin && let Some(body) = twin::checked(&recursion) {
        let name = twin::name(&recursion);
        let patterns = recursion.parameters.iter().map(|parameter| match parameter.pattern {
            syn::Pat::Ident(name) => name.ident.clone(),
            _ => name.clone(),
        });
        let first = function.block.brace_token.span.open().byte_range().end;
        edits.push((first..first, quote!(if let Some(value) = #name(#(#patterns),*) { return value; }).to_string()));
        return Some(Inlined { edits, twin: twin_of(&recursion, &body, levels) });
    }
    let mut reached = start;
    for mut call in calls.found {
        let place = call.span().byte_range();
        // Calls are found in order, each before the calls in its arguments, which are rewritten
        // with it.
        if place.start < reached {
            continue;
        }
        reached = place.end;
        Copies { recursion: &recursion, body: recursion.body, level: 0, levels, twin: None }.visit_expr_mut(&mut call);
        let lines = "\n".repeat(rust.get(place.clone())?.matches('\n').count());
        edits.push((place, call.to_token_stream().to_string() + &lines));
    }
    Some(Inlined { edits, twin: String::new() })
}

/// Creates the twin. Its body is `body` with inlined copies.
fn twin_of(recursion: &Recursion<'_>, body: &Block, levels: usize) -> String {
    let name = twin::name(recursion);
    let (patterns, kinds): (Vec<_>, Vec<_>) = recursion.parameters.iter().map(|parameter| (parameter.pattern, parameter.kind)).unzip();
    let result = recursion.result;
    let mut whole = body.clone();
    Copies { recursion, body, level: 0, levels, twin: Some(&name) }.visit_block_mut(&mut whole);
    let allowed = ALLOWED.trim_end();
    format!("\n{allowed} {}\n", quote!(fn #name(#(#patterns: #kinds),*) -> Option<#result> { Some(#whole) }))
}

/// Returns the number of levels that fit: each level has as many copies as the previous one has
/// calls.
fn affordable(recursion: &Recursion<'_>, calls: usize, levels: usize) -> usize {
    let body_tokens = tokens(recursion.body.to_token_stream());
    if calls == 0 || body_tokens > BODY_TOKENS_MAX {
        return 0;
    }
    let fits = |levels: &usize| {
        let copies: usize =
            (1..=u32::try_from(*levels).unwrap_or(0)).map(|level| calls.saturating_pow(level)).fold(0, usize::saturating_add);
        copies.saturating_mul(body_tokens + COPY_TOKENS).saturating_add(body_tokens) <= RESULT_TOKENS_MAX
    };
    (1..=levels).take_while(fits).count()
}

fn tokens(stream: TokenStream) -> usize {
    let one = |token| match token {
        TokenTree::Group(group) => 2 + tokens(group.stream()),
        _ => 1,
    };
    stream.into_iter().map(one).sum()
}

/// Finds recursive calls, each before those in its arguments.
struct Calls<'file> {
    recursion: &'file Recursion<'file>,
    found: Vec<Expr>,
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if pure::is_call_of(expression, self.recursion.name) {
            self.found.push(expression.clone());
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Returns the maximum number of recursive calls that one execution of the body makes directly. A
/// loop counts as two iterations.
fn max_calls(recursion: &Recursion<'_>) -> usize {
    let mut ways = Paths { recursion, calls: Some(0), max: 0 };
    ways.visit_block_mut(&mut recursion.body.clone());
    ways.max.max(ways.calls.unwrap_or(0))
}

/// Counts the calls on the path to the current position: `None` after a `return`.
struct Paths<'file> {
    recursion: &'file Recursion<'file>,
    calls: Option<usize>,
    max: usize,
}

impl VisitMut for Paths<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::If(choice) => {
                self.visit_expr_mut(&mut choice.cond);
                let here = self.calls;
                self.visit_block_mut(&mut choice.then_branch);
                let then = std::mem::replace(&mut self.calls, here);
                if let Some((_, branch)) = &mut choice.else_branch {
                    self.visit_expr_mut(branch);
                }
                self.calls = self.calls.max(then);
            }
            Expr::Match(choice) => {
                self.visit_expr_mut(&mut choice.expr);
                let here = self.calls;
                let mut most = None;
                for arm in &mut choice.arms {
                    self.calls = here;
                    self.visit_arm_mut(arm);
                    most = most.max(self.calls);
                }
                self.calls = most;
            }
            Expr::While(_) | Expr::Loop(_) | Expr::ForLoop(_) => {
                let here = self.calls;
                visit_mut::visit_expr_mut(self, expression);
                visit_mut::visit_expr_mut(self, expression);
                self.calls = self.calls.max(here);
            }
            Expr::Return(_) => {
                visit_mut::visit_expr_mut(self, expression);
                self.max = self.max.max(self.calls.take().unwrap_or(0));
            }
            _ => {
                visit_mut::visit_expr_mut(self, expression);
                if pure::is_call_of(expression, self.recursion.name) {
                    self.calls = self.calls.map(|calls| calls + 1);
                }
            }
        }
    }
}

/// Replaces the calls in the code at `level` by copies.
struct Copies<'file> {
    recursion: &'file Recursion<'file>,
    /// The body that is copied.
    body: &'file Block,
    level: usize,
    levels: usize,
    /// The name of the twin, within a twin: the remaining calls are calls of the twin, and may
    /// return `None`.
    twin: Option<&'file Ident>,
}

impl VisitMut for Copies<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // Arguments are evaluated in the scope of the call, before it.
        visit_mut::visit_expr_mut(self, expression);
        let is_call = pure::is_call_of(expression, self.recursion.name);
        match expression {
            Expr::Call(call) if is_call && self.level < self.levels => {
                let arguments = call.args.iter().collect::<Vec<_>>();
                *expression = self.copy(&arguments);
            }
            Expr::Call(call) if is_call => {
                if let Some(name) = self.twin {
                    let arguments = &call.args;
                    *expression = Expr::Verbatim(quote!(#name(#arguments)?));
                }
            }
            Expr::Return(returns) if self.level == 0 && self.twin.is_some() => {
                let value = &returns.expr;
                *expression = Expr::Verbatim(quote!(return Some(#value)));
            }
            Expr::Return(returns) if self.level > 0 => {
                *expression = Expr::Break(ExprBreak {
                    attrs: Vec::new(),
                    break_token: syn::token::Break::default(),
                    label: Some(label(self.level)),
                    expr: returns.expr.take(),
                });
            }
            _ => (),
        }
    }
}

impl Copies<'_> {
    /// Returns the body as an expression, for a call with `arguments`.
    fn copy(&self, arguments: &[&Expr]) -> Expr {
        let Recursion { parameters, result, .. } = self.recursion;
        let (patterns, kinds): (Vec<_>, Vec<_>) = parameters.iter().map(|parameter| (parameter.pattern, parameter.kind)).unzip();
        let level = self.level + 1;
        let mut body = self.body.clone();
        Copies { level, ..*self }.visit_block_mut(&mut body);
        let label = label(level);
        // In parentheses: at the start of a statement, a block would be the whole statement.
        Expr::Verbatim(quote! {
            ({ let (#(#patterns,)*): (#(#kinds,)*) = (#(#arguments,)*); let value: #result = #label: #body; value })
        })
    }
}

fn label(level: usize) -> Lifetime {
    Lifetime::new(&format!("'level_{level}"), Span::call_site())
}
