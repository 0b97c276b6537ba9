//! Checks the signature of a `lambda_handler`, as far as its source determines it. Certain errors
//! are reported here, with the line and the accepted signatures. User-defined types may be events
//! or responses: rustc checks these.

use crate::Error;
use crate::function::Origin;
use quote::ToTokens;
use std::path::Path;
use syn::{FnArg, GenericArgument, GenericParam, Item, ItemFn, PathArguments, ReturnType, Safety, Type, Visibility};

/// The accepted signatures.
pub const ACCEPTED: &str = "\
It takes `(event: &str)`, `(request_id: &str, body: &str)` or `(context: &Context, event: &str)`, and returns `String` or `Result<String, E>`, \
where `E` can be displayed.
`(event: &str)` may also return `&str`, a part of the event.
With `response: &mut ResponseStream` after the event it streams its response, and returns nothing or `Result<(), E>`.
`(event: &E)` and `(context: &Context, event: &E)` take a type of the crate `events`: `&Json`, `&Typed<YourStruct>`, `&http::Request`, `&sqs::Batch` and \
others, and return a response to it.";

const NAME: &str = "lambda_handler";

/// The `lambda_handler` of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its line; 1 if another file defines it.
    pub line: usize,
    pub is_async: bool,
}

/// Checks the `lambda_handler` in `rust`. Messages contain `path`.
///
/// # Errors
/// [`Error::NoHandler`], [`Error::Signature`].
pub fn check(rust: &str, path: &Path, origin: Origin) -> Result<Handler, Error> {
    let elsewhere = Handler { line: 1, is_async: false };
    // rustc reports syntax errors.
    let Ok(file) = syn::parse_file(rust) else { return Ok(elsewhere) };
    let handler = file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == NAME => Some(function),
        _ => None,
    });
    let Some(handler) = handler else {
        // In Rust, a macro or another module may define it.
        let may_define = |item: &Item| matches!(item, Item::Macro(_) | Item::Use(_));
        let certain = origin == Origin::Ruchy || !file.items.iter().any(may_define);
        return if certain { Err(Error::NoHandler { path: path.to_owned() }) } else { Ok(elsewhere) };
    };
    let line = handler.sig.ident.span().start().line;
    let keyword = if origin == Origin::Ruchy { "fun" } else { "fn" };
    match fault(handler, keyword) {
        Some(fault) => Err(Error::Signature { path: path.to_owned(), line, fault }),
        None => Ok(Handler { line, is_async: handler.sig.asyncness.is_some() }),
    }
}

/// Returns a description of an error in the signature, if it is certain.
fn fault(handler: &ItemFn, keyword: &str) -> Option<String> {
    let signature = &handler.sig;
    if matches!(handler.vis, Visibility::Inherited) {
        return Some(format!("it is private. Write `pub {keyword} {NAME}`"));
    }
    if !matches!(signature.safety, Safety::Default) || signature.abi.is_some() {
        return Some("it is `unsafe` or `extern`".to_owned());
    }
    if signature.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_))) {
        return Some("it has type parameters; expected concrete types".to_owned());
    }
    wrong_arguments(handler).or_else(|| wrong_result(handler))
}

/// Returns the error for an `async` handler that is linked without Rust's `std`, and therefore has
/// no executor.
#[must_use]
pub fn refuse_async(path: &Path, handler: Handler) -> Error {
    let fault = "it is `async`, and an executor needs Rust's `std`. Remove `async`, or, in a project, set `std = true` for the function";
    Error::Signature { path: path.to_owned(), line: handler.line, fault: fault.to_owned() }
}

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `&str`.
    Text,
    /// `&Context`.
    Context,
    /// `&mut ResponseStream`.
    Stream,
    /// A type that is unknown here.
    Other,
    /// A type that is not accepted.
    Wrong,
}

fn kinds(handler: &ItemFn) -> Vec<Kind> {
    let kind = |argument: &FnArg| if let FnArg::Typed(argument) = argument { kind(&argument.ty) } else { Kind::Wrong };
    handler.sig.inputs.iter().map(kind).collect()
}

fn kind(argument: &Type) -> Kind {
    let Type::Reference(reference) = argument else {
        return if is_known(argument) { Kind::Wrong } else { Kind::Other };
    };
    match (name(&reference.elem).as_deref(), reference.mutability.is_some()) {
        (Some("str"), false) => Kind::Text,
        (Some("Context"), false) => Kind::Context,
        (Some("ResponseStream"), true) => Kind::Stream,
        (Some("str" | "Context" | "ResponseStream" | "String"), _) => Kind::Wrong,
        _ if is_scalar(&reference.elem) => Kind::Wrong,
        _ => Kind::Other,
    }
}

fn wrong_arguments(handler: &ItemFn) -> Option<String> {
    let arguments = &handler.sig.inputs;
    let kinds = kinds(handler);
    if let Some(wrong) = kinds.iter().position(|kind| *kind == Kind::Wrong) {
        return Some(format!("it has the unsupported parameter `{}`", source_of(&arguments[wrong])));
    }
    let event_and_stream = |kinds: &[Kind]| matches!(kinds, [Kind::Text] | [Kind::Text, Kind::Stream]);
    let right = event_and_stream(&kinds)
        || kinds == [Kind::Text, Kind::Text]
        || (kinds.first() == Some(&Kind::Context) && event_and_stream(&kinds[1..]))
        || kinds.contains(&Kind::Other);
    let taken = if arguments.is_empty() { "nothing".to_owned() } else { format!("`({})`", source_of(arguments)) };
    (!right).then(|| format!("it takes {taken}"))
}

fn wrong_result(handler: &ItemFn) -> Option<String> {
    let kinds = kinds(handler);
    if kinds.contains(&Kind::Other) {
        return None;
    }
    let streams = kinds.contains(&Kind::Stream);
    let ReturnType::Type(_, result) = &handler.sig.output else {
        return (!streams).then(|| "it returns nothing".to_owned());
    };
    if matches!(**result, Type::Infer(_)) {
        return Some("its return type is missing: `_`".to_owned());
    }
    let value = value_of(result);
    let nothing = matches!(value, Type::Tuple(tuple) if tuple.elems.is_empty());
    let wrong = if streams {
        !nothing && (is_known(value) || matches!(name(value).as_deref(), Some("String")))
    } else {
        nothing || is_scalar(value) || matches!(value, Type::Tuple(_)) || name(value).as_deref() == Some("Option")
    };
    wrong.then(|| format!("it returns `{}`", source_of(result)))
}

/// Returns the `T` of `Result<T, E>`, or the type itself.
fn value_of(result: &Type) -> &Type {
    if let Type::Path(path) = result
        && let Some(last) = path.path.segments.last()
        && last.ident == "Result"
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && arguments.args.len() == 2
        && let Some(GenericArgument::Type(value)) = arguments.args.first()
    {
        return value;
    }
    result
}

/// Returns `true` if an argument can never have this type.
fn is_known(kind: &Type) -> bool {
    const OWNED: [&str; 10] = ["str", "String", "Vec", "Option", "Result", "HashMap", "HashSet", "BTreeMap", "Context", "ResponseStream"];
    is_scalar(kind) || matches!(kind, Type::Tuple(_) | Type::Array(_)) || name(kind).is_some_and(|name| OWNED.contains(&name.as_str()))
}

fn is_scalar(kind: &Type) -> bool {
    const SCALARS: [&str; 16] =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64", "bool", "char"];
    name(kind).is_some_and(|name| SCALARS.contains(&name.as_str()))
}

/// Returns the last name of a type's path.
fn name(kind: &Type) -> Option<String> {
    let Type::Path(path) = kind else { return None };
    path.path.segments.last().map(|last| last.ident.to_string())
}

/// Formats tokens as source code.
fn source_of(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, close) in [(" :: ", "::"), ("& ", "&"), (" :", ":"), (" ,", ","), (" < ", "<"), (" >", ">"), ("( )", "()")] {
        text = text.replace(spaced, close);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::function::Origin;
    use std::path::Path;

    fn check_rust(handler: &str) -> Result<usize, String> {
        check(handler, Path::new("a.rs"), Origin::Rust).map(|handler| handler.line).map_err(|error| error.to_string())
    }

    #[test]
    fn check_accepts_known_and_user_defined_types() {
        for signature in [
            "(event: &str) -> String",
            "<'a>(event: &'a str) -> &'a str",
            "(request_id: &str, body: &str) -> Result<String, Failure>",
            "(_: &crate::Context<'_>, event: &str) -> Result<String, String>",
            "(event: &str, response: &mut ResponseStream)",
            "(context: &Context, event: &str, response: &mut ResponseStream) -> Result<(), Box<dyn Error>>",
            "(order: &Order) -> Answer",
            "(context: &Context, order: &Json<Order>) -> Result<Vec<Order>, String>",
            "(batch: &sqs::Batch)",
            "(event: &str) -> impl Outcome",
            "(event: &str) -> outcome::Result<u8>",
        ] {
            assert_eq!(check_rust(&format!("use a::b;\n\npub fn lambda_handler{signature} {{}}")), Ok(3), "{signature}");
        }
    }

    #[test]
    fn check_rejects_signatures_that_cannot_be_called() {
        for (signature, fault) in [
            ("(event: &mut str) -> String", "it has the unsupported parameter `event: &mut str`"),
            ("(event: &String) -> String", "it has the unsupported parameter `event: &String`"),
            ("(context: Context, event: &str) -> String", "it has the unsupported parameter `context: Context`"),
            ("(event: &str, response: &ResponseStream)", "it has the unsupported parameter `response: &ResponseStream`"),
            ("(order: &Order, n: Option<u8>) -> String", "it has the unsupported parameter `n: Option<u8>`"),
            ("(event: &str, context: &Context) -> String", "it takes `(event: &str, context: &Context)`"),
            ("(context: &Context) -> String", "it takes `(context: &Context)`"),
            ("(a: &str, b: &str, response: &mut ResponseStream)", "it takes `(a: &str, b: &str, response: &mut ResponseStream)`"),
            ("(event: &str) -> ()", "it returns `()`"),
            ("(event: &str) -> Option<String>", "it returns `Option<String>`"),
            ("(event: &str) -> Result<(), String>", "it returns `Result<(), String>`"),
            ("(event: &str, response: &mut ResponseStream) -> String", "it returns `String`"),
            ("(event: &str) -> _", "its return type is missing: `_`"),
            ("<T>(event: &str) -> String", "it has type parameters"),
        ] {
            let message = check_rust(&format!("\npub fn lambda_handler{signature} {{}}")).unwrap_err();
            assert!(message.starts_with(&format!("a.rs:2: `lambda_handler` cannot be called: {fault}")), "{signature}: {message}");
        }
        for qualifier in ["unsafe", "extern \"C\""] {
            let message = check_rust(&format!("pub {qualifier} fn lambda_handler(event: &str) -> String {{}}")).unwrap_err();
            assert!(message.contains("it is `unsafe` or `extern`"), "{message}");
        }
    }

    #[test]
    fn check_accepts_handlers_defined_elsewhere_in_rust_only() {
        for elsewhere in ["pub use other::lambda_handler;", "handler!(lambda_handler);", "not Rust: lambda_handler"] {
            assert_eq!(check_rust(elsewhere), Ok(1), "{elsewhere}");
        }
        let none = |origin| check("mod inner { pub fn lambda_handler() {} }", Path::new("a"), origin).unwrap_err().to_string();
        assert!(none(Origin::Rust).contains("has no `lambda_handler`"));
        let message = check("use std::lambda_handler;", Path::new("a.ruchy"), Origin::Ruchy).unwrap_err().to_string();
        assert!(message.contains("this file has no `lambda_handler`. Write `pub fun"), "{message}");
    }
}
