//! Inlines a bounded number of levels of a pure function's recursion into itself, Rust to Rust: compilers inline functions into others,
//! but hardly ever into themselves, and a function of a line or two is then mostly calls.
//!
//! A call `f(n - 1)` of the function by itself becomes a copy of its body, `({ let (n,): (i32,) = (n - 1,); let value: i32 = { … }; value })`,
//! whose own calls become copies in turn, level by level; those of the last level stay calls. The tuple is what a call is: all arguments
//! are computed, in order, in the caller's scope, before the first parameter has its name. `return` leaves the copy it stands in.
//!
//! The rest of the file stays as it is, byte for byte, and so does the number of each line: a copy is one line, that of the call.

use crate::pure::{self, Recursion};
use crate::twin;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBreak, File, Ident, Item, ItemFn, Lifetime, Visibility};

/// How many levels are inlined. Of the fourteen functions measured, two levels make none slower and half of them about twice as fast or faster; one
/// level makes two of them slower, three are twice the bytes of two and seldom faster. bench/compute/README.md has the table.
pub const LEVELS: usize = 2;
/// The most that can be asked for, to measure.
pub const LEVELS_MAX: usize = 3;
/// The fewest calls that some way through the body makes. One call is a loop in another dress: compilers make it one, a copy of it only
/// stands in their way, and no more of them can be made than fit on the stack.
pub const CALLS_MIN: usize = 2;
/// The largest body that is copied at all, in tokens.
pub const BODY_TOKENS_MAX: usize = 160;
/// The most tokens a function may have afterwards: as many levels are inlined as fit.
pub const RESULT_TOKENS_MAX: usize = 2000;

/// What a copy adds to the body it copies, in tokens: names, braces, a label.
const COPY_TOKENS: usize = 30;

/// What copies make rustc remark on: parentheses and labels that nobody needs, and what it can work out in a copy that never runs.
const ALLOWED: &str = "#[allow(unused, clippy::all, clippy::pedantic, arithmetic_overflow, unconditional_panic)] ";

/// `rust` with up to `levels` levels inlined into each of its functions that allows it; nothing when there is none, or when it is not Rust.
#[must_use]
pub fn inline(rust: &str, levels: usize) -> Option<String> {
    inline_all(rust, levels, false)
}

/// [`inline`] for a file that is compiled with overflow checks, which keep the compiler from merging equal calls: a function with a
/// `twin` has the copies there.
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
    // Whatever else may be wrong with it, it is Rust.
    (text != rust && syn::parse_file(&text).is_ok()).then_some(text)
}

/// `rust`, where it is Rust, its places can be counted and it means the same in another folder.
pub(crate) fn movable(rust: &str) -> Option<File> {
    // syn takes these off before it counts.
    if rust.starts_with('\u{feff}') || (rust.starts_with("#!") && !rust.starts_with("#![")) {
        return None;
    }
    syn::parse_file(rust).ok().filter(|file| !looks_around_in(file.to_token_stream()))
}

/// Whether a file means something else in another folder: it has a module in another file (`mod name;`), includes one or asks for its name. So does
/// what is not Rust, to be on the safe side.
#[must_use]
pub fn looks_around(rust: &str) -> bool {
    rust.parse().map_or(true, looks_around_in)
}

fn looks_around_in(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct = |token: &TokenTree, letter| matches!(token, TokenTree::Punct(punct) if punct.as_char() == letter);
    let inside = |token: &TokenTree| matches!(token, TokenTree::Group(group) if looks_around_in(group.stream()));
    tokens.iter().any(inside)
        || tokens.windows(3).any(|three| matches!(&three[0], TokenTree::Ident(word) if word == "mod") && is_punct(&three[2], ';'))
        || tokens
            .windows(2)
            .any(|two| matches!(&two[0], TokenTree::Ident(word) if PLACE_MACROS.iter().any(|name| word == name)) && is_punct(&two[1], '!'))
}

/// Macros whose result depends on where the file is.
const PLACE_MACROS: [&str; 4] = ["file", "include", "include_bytes", "include_str"];

type Edit = (Range<usize>, String);

/// What becomes of a function.
struct Inlined {
    edits: Vec<Edit>,
    /// Its twin, to stand after the file.
    twin: String,
}

fn edits_of(function: &ItemFn, constants: &[&syn::Ident], rust: &str, levels: usize, has_twin: bool) -> Option<Inlined> {
    let recursion = Recursion::of(function, constants)?;
    let mut calls = Calls { recursion: &recursion, found: Vec::new() };
    calls.visit_block_mut(&mut recursion.body.clone());
    if most_calls(&recursion) < CALLS_MIN {
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
        // Found in order, each before the calls among its arguments, which are written with it.
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

/// The twin whose body, but for its calls, is `body`: copies inlined as elsewhere.
fn twin_of(recursion: &Recursion<'_>, body: &Block, levels: usize) -> String {
    let name = twin::name(recursion);
    let (patterns, kinds): (Vec<_>, Vec<_>) = recursion.parameters.iter().map(|parameter| (parameter.pattern, parameter.kind)).unzip();
    let result = recursion.result;
    let mut whole = body.clone();
    Copies { recursion, body, level: 0, levels, twin: Some(&name) }.visit_block_mut(&mut whole);
    let allowed = ALLOWED.trim_end();
    format!("\n{allowed} {}\n", quote!(fn #name(#(#patterns: #kinds),*) -> Option<#result> { Some(#whole) }))
}

/// How many levels fit: each level has as many copies as the one before it had calls.
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

/// Finds the calls of the function by itself, each before those among its arguments.
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

/// The calls of itself that one run of the body makes at most, without theirs; a loop counts as two rounds.
fn most_calls(recursion: &Recursion<'_>) -> usize {
    let mut ways = Ways { recursion, calls: Some(0), most: 0 };
    ways.visit_block_mut(&mut recursion.body.clone());
    ways.most.max(ways.calls.unwrap_or(0))
}

/// The calls made on the way to where the visit is: nothing behind a `return`.
struct Ways<'file> {
    recursion: &'file Recursion<'file>,
    calls: Option<usize>,
    most: usize,
}

impl VisitMut for Ways<'_> {
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
                self.most = self.most.max(self.calls.take().unwrap_or(0));
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

/// Replaces the calls in what stands at `level` by copies.
struct Copies<'file> {
    recursion: &'file Recursion<'file>,
    /// What is copied.
    body: &'file Block,
    level: usize,
    levels: usize,
    /// The twin's name, in a twin: its remaining calls are of itself, and may fail.
    twin: Option<&'file Ident>,
}

impl VisitMut for Copies<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        // Arguments stand where the call stands, and come first.
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
    /// The body as a value, for a call with `arguments`.
    fn copy(&self, arguments: &[&Expr]) -> Expr {
        let Recursion { parameters, result, .. } = self.recursion;
        let (patterns, kinds): (Vec<_>, Vec<_>) = parameters.iter().map(|parameter| (parameter.pattern, parameter.kind)).unzip();
        let level = self.level + 1;
        let mut body = self.body.clone();
        Copies { level, ..*self }.visit_block_mut(&mut body);
        let label = label(level);
        // Parentheses: at the beginning of a statement a block would be the whole of it.
        Expr::Verbatim(quote! {
            ({ let (#(#patterns,)*): (#(#kinds,)*) = (#(#arguments,)*); let value: #result = #label: #body; value })
        })
    }
}

fn label(level: usize) -> Lifetime {
    Lifetime::new(&format!("'level_{level}"), Span::call_site())
}
