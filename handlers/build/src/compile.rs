//! Checks and compiles one function, without rustc.

use crate::function::{self, Function, Origin};
use crate::signature::{self, Handler};
use crate::{Error, source};
use ruchy::diagnostic::{Code, Diagnostic, Diagnostics, render};
use ruchy::modules::Files;
use ruchy::source::Sources;
use ruchy::span::{FileId, Span};
use ruchy::tree::{Function as RuchyFunction, ItemKind, Program, StatementKind, Visibility};
use std::fmt::Write as _;
use std::path::Path;
use syn::Item;

/// The name of the function that is called for each event.
const HANDLER: &str = "lambda_handler";
/// Hooks: functions that are called outside of invocations.
const HOOKS: [&str; 3] = ["before_snapshot", "after_restore", "on_terminate"];
/// The function that runs the future of an `async` handler.
const EXECUTOR: &str = "block_on";
/// The function that is called for events that `lambda_handler` does not accept.
const OTHER: &str = "on_other_event";

/// The Rust code of a function, for rustc.
#[derive(Debug)]
pub struct Rust {
    pub text: String,
    pub handler: Handler,
    /// `true` if the file has an executor, `block_on`.
    pub has_executor: bool,
    /// The hooks of the function.
    pub hooks: Vec<&'static str>,
    /// The name of the function for other events, if the function has one.
    pub other: Option<&'static str>,
}

/// The result of compiling a function.
#[derive(Debug)]
pub struct Compiled {
    /// `None` if there are errors.
    pub rust: Option<Rust>,
    /// The files that `diagnostics` refer to: all files of a function in Ruchy.
    pub sources: Sources,
    pub diagnostics: Diagnostics,
}

impl Compiled {
    /// Formats all diagnostics in the order of the source, each with an empty line after it.
    #[must_use]
    pub fn rendered(&self) -> String {
        let diagnostics = self.diagnostics.sorted();
        let mut text: String = diagnostics.into_iter().map(|diagnostic| render(diagnostic, &self.sources) + "\n").collect();
        if self.diagnostics.omitted > 0 {
            let _ = write!(text, "{} more errors and warnings are not shown\n\n", self.diagnostics.omitted);
        }
        text
    }
}

/// Compiles `function`. Messages contain the path of its files as given.
///
/// # Errors
/// [`Error::BadName`]; for a function in Rust, [`Error::NoHandler`], [`Error::Signature`] and
/// [`Error::PrivateHook`]. Errors in Ruchy source are diagnostics of the result.
pub fn compile(function: &Function) -> Result<Compiled, Error> {
    if !function::is_name(&function.name) {
        return Err(Error::BadName { path: function.source.clone() });
    }
    match function.origin {
        Origin::Ruchy => compile_ruchy(&function.source),
        Origin::Rust => {
            let rust = check_rust(&function.source, source::read(&function.source)?, Origin::Rust)?;
            Ok(Compiled { rust: Some(rust), sources: Sources::new(), diagnostics: Diagnostics::new() })
        }
    }
}

/// Compiles a function without accepting errors. An `async` handler is accepted only if the
/// function is linked `with_std`.
///
/// # Errors
/// As [`compile`]; [`Error::Diagnostics`], [`Error::Signature`].
pub fn check(function: &Function, with_std: bool) -> Result<Compiled, Error> {
    let compiled = compile(function)?;
    if let Some(rust) = compiled.rust.as_ref().filter(|rust| rust.handler.is_async && !with_std) {
        return Err(signature::refuse_async(&function.source, rust.handler));
    }
    if compiled.rust.is_none() { Err(Error::Diagnostics { rendered: compiled.rendered() }) } else { Ok(compiled) }
}

/// Compiles a Ruchy file without a handler: code that functions share.
#[must_use]
pub fn shared(path: &Path) -> Compiled {
    let ruchy::Compiled { sources, rust, diagnostics } = ruchy::compile(path, &mut Files);
    let rust = rust.map(|rust| Rust {
        text: without_header(&rust),
        handler: Handler { line: 1, is_async: false },
        has_executor: false,
        hooks: Vec::new(),
        other: None,
    });
    Compiled { rust, sources, diagnostics }
}

/// Returns the names of the functions of `rust` outside of modules; `None` if it is not valid Rust.
#[must_use]
pub fn functions(rust: &str) -> Option<Vec<String>> {
    let items = syn::parse_file(rust).ok()?.items;
    Some(items.iter().filter_map(|item| if let Item::Fn(function) = item { Some(function.sig.ident.to_string()) } else { None }).collect())
}

fn compile_ruchy(path: &Path) -> Result<Compiled, Error> {
    let mut compiled = shared(path);
    let parse = ruchy::modules::parse(path, &mut Files);
    // The handler may be in a part that the parser could not read.
    if parse.diagnostics.iter().all(|diagnostic| !diagnostic.is_error() || diagnostic.code == Code::ModuleFile) {
        compiled.diagnostics.extend(missing(&parse.program));
    }
    let rust = compiled.rust.take().filter(|_| !compiled.diagnostics.has_errors());
    compiled.rust = rust.map(|rust| check_rust(path, rust.text, Origin::Ruchy)).transpose()?;
    Ok(compiled)
}

/// Removes the lints at the start, which are allowed for the whole module instead.
fn without_header(rust: &str) -> String {
    rust.strip_prefix(ruchy::HEADER).unwrap_or(rust).to_owned()
}

/// Returns errors for a program without a handler, or with private hooks.
fn missing(program: &Program) -> Vec<Diagnostic> {
    let functions = || {
        program.body.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Item(item) => match &item.kind {
                ItemKind::Function(function) => Some((item.visibility == Visibility::Private, function)),
                _ => None,
            },
            _ => None,
        })
    };
    let mut errors = Vec::new();
    if !functions().any(|(_, function)| function.name.text == HANDLER) {
        let error = Diagnostic::error(Code::Handler, Span::new(FileId(0), 0, 0), format!("this file has no `{HANDLER}`"));
        errors.push(error.help(format!(
            "write `pub fun {HANDLER}(event: &str) -> String`; code that functions share is used in one of them by `mod NAME;`"
        )));
    }
    let is_hook = |function: &RuchyFunction| HOOKS.contains(&function.name.text.as_str()) || function.name.text == OTHER;
    for (_, RuchyFunction { name, .. }) in functions().filter(|(is_private, function)| *is_private && is_hook(function)) {
        let error =
            Diagnostic::error(Code::Handler, name.span, format!("`{}` is a hook that is not `pub`, so it is never called", name.text));
        errors.push(error.help(format!("write `pub fun {}`", name.text)));
    }
    errors
}

/// Finds the handler and the hooks in `text`. Messages contain `path`.
fn check_rust(path: &Path, text: String, origin: Origin) -> Result<Rust, Error> {
    // rustc reports syntax errors.
    let items = syn::parse_file(&text).map(|file| file.items).unwrap_or_default();
    let mut hooks = Vec::new();
    let mut other = None;
    for item in &items {
        let Item::Fn(function) = item else { continue };
        let Some(hook) = HOOKS.into_iter().chain([OTHER]).find(|hook| function.sig.ident == hook) else { continue };
        match &function.vis {
            syn::Visibility::Inherited => return Err(Error::PrivateHook { path: path.to_owned(), hook }),
            _ if hook == OTHER => other = Some(hook),
            _ => hooks.push(hook),
        }
    }
    if origin == Origin::Rust && !text.contains(HANDLER) {
        return Err(Error::NoHandler { path: path.to_owned() });
    }
    let handler = signature::check(&text, path, origin)?;
    let has_executor = items.iter().any(|item| matches!(item, Item::Fn(function) if function.sig.ident == EXECUTOR));
    Ok(Rust { text, handler, has_executor, hooks, other })
}

#[cfg(test)]
mod tests {
    use super::{Compiled, check, compile};
    use crate::Error;
    use crate::function::{Function, Origin};
    use std::fs;

    const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String { event.to_string() }\n";

    fn compiled(name: &str, text: &str) -> Result<Compiled, Error> {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join(name);
        fs::write(&source, text).unwrap();
        let origin = if name.ends_with("rs") { Origin::Rust } else { Origin::Ruchy };
        compile(&Function { name: "a".into(), source, origin })
    }

    #[test]
    fn compile_finds_hooks_anywhere_in_a_line() {
        let in_ruchy =
            format!("#[inline] pub fun before_snapshot() -> () {{ }}\n{HANDLER}mod inner {{\n    fun on_terminate() -> () {{ }}\n}}\n");
        let in_rust = format!("#![allow(unused)] use a::b; pub fn before_snapshot() {{}} {}", HANDLER.replace("fun", "fn"));
        for (name, text, line) in [("a.ruchy", in_ruchy.as_str(), 2), ("a.rs", in_rust.as_str(), 1)] {
            let rust = compiled(name, text).unwrap().rust.unwrap();
            assert_eq!((rust.hooks, rust.other, rust.handler.line), (vec!["before_snapshot"], None, line), "{name}");
        }
        let other = format!("  pub fun on_other_event(event: &str) -> String {{ event.to_string() }}\n{HANDLER}");
        assert_eq!(compiled("a.ruchy", &other).unwrap().rust.unwrap().other, Some("on_other_event"));
    }

    #[test]
    fn check_rejects_async_handlers_without_std() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.rs");
        fs::write(&source, "fn block_on() {}\npub async fn lambda_handler(event: &str) -> String { event.into() }\n").unwrap();
        let function = Function { name: "a".into(), source, origin: Origin::Rust };
        let error = check(&function, false).unwrap_err().to_string();
        assert!(error.contains("a.rs:2: `lambda_handler` cannot be called: it is `async`") && error.contains("`std = true`"), "{error}");
        let rust = check(&function, true).unwrap().rust.unwrap();
        assert!(rust.handler.is_async && rust.has_executor);
    }

    #[test]
    fn compile_nests_modules_as_declared() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            (
                "a.ruchy",
                "mod prices\nmod inner {\n    pub mod deep;\n}\npub fun lambda_handler(event: &str) -> String { event.to_string() }\n",
            ),
            ("prices.ruchy", "// one\n\npub mod taxes\npub fun net() -> i64 {\n    1\n}\n"),
            ("prices/taxes.ruchy", "pub fun rate() -> i64 { 19 }\n"),
            ("inner/deep.ruchy", "pub fun two() -> i64 { 2 }\n"),
        ] {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
        }
        let source = folder.path().join("a.ruchy");
        let rust = check(&Function { name: "a".into(), source, origin: Origin::Ruchy }, false).unwrap().rust.unwrap();
        let words: String = rust.text.split_whitespace().collect();
        assert!(
            words.starts_with("modprices{pubmodtaxes{pubfnrate()") && words.contains("modinner{pubmoddeep{pubfntwo()"),
            "{}",
            rust.text
        );
        assert_eq!((rust.handler.line, rust.text.lines().count()), (5, 5), "{}", rust.text);
    }

    #[test]
    fn compile_reports_private_hooks_at_their_names() {
        let both = format!(
            "{HANDLER}fun on_terminate() -> () {{ }}\n#[inline] fun on_other_event(event: &str) -> String {{ event.to_string() }}\n"
        );
        let text = compiled("a.ruchy", &both).unwrap().rendered();
        for part in ["`on_terminate` is a hook", "a.ruchy:2:5", "`on_other_event` is a hook", "a.ruchy:3:15"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let in_rust = format!("{}fn on_terminate() {{}}", HANDLER.replace("fun", "fn"));
        assert!(matches!(compiled("a.rs", &in_rust), Err(Error::PrivateHook { hook: "on_terminate", .. })));
    }

    #[test]
    fn compile_reports_a_missing_handler_unless_parsing_failed() {
        let missing = |text: &str| compiled("a.ruchy", text).unwrap().rendered().contains("this file has no `lambda_handler`");
        assert!(missing("") && missing("fun other() {}\n") && missing("mod inner {\n    pub fun lambda_handler() {}\n}\n"));
        assert!(missing("mod none\n"), "the module's file may be missing because this one is a module itself");
        assert!(!missing("pub fun lambda_handler( {\n"));
    }

    #[test]
    fn compile_returns_rust_unless_there_are_errors() {
        let warned = HANDLER.replace("event.to_string()", "\"\\q\".to_string()");
        let compiled = compiled("a.ruchy", &warned).unwrap();
        assert!(compiled.rust.is_some() && compiled.rendered().starts_with("warning["), "{}", compiled.rendered());
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.ruchy");
        fs::write(&source, HANDLER.replace("event.", "evnt.")).unwrap();
        let error = check(&Function { name: "a".into(), source, origin: Origin::Ruchy }, false).unwrap_err().to_string();
        assert!(error.contains("did you mean `event`"), "{error}");
    }
}
