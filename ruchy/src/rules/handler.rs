//! `lambda_handler` is `pub`, takes an event behind a reference, and returns something that can be sent.

use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{
    Field, Fields, Function, GenericArgument, ItemKind, Parameter, Program, Statement, StatementKind, Struct, Type, TypeKind, Visibility,
};
use crate::types::{Head, Ty, Types};

const NAME: &str = "lambda_handler";
/// Types that no caller of a function can be sent.
const NOT_SENT: &[&str] = &[
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "int", "f32", "f64", "float", "bool", "char",
    "Vec", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "Option",
];
/// Further types that no event is read as.
const NOT_EVENTS: &[&str] = &["String", "string", "Box", "Rc", "Arc", "Result", "Self", "Context", "Failure"];
/// What an event that is text is not answered with.
const NOT_FOR_TEXT: &[&str] = &["Json", "Response", "Answer"];
/// What a batch is not answered with.
const NOT_FOR_BATCHES: &[&str] = &["Response", "Json", "String", "string"];

const NOT_RETURNED: &str = "`lambda_handler` cannot return this type";
const RETURNED: &str = "return `String`, `Json`, `Response`, or a `Result` of one of these; `f\"{value}\"` makes text of a value";

pub fn check(program: &Program, errors: &mut Vec<Diagnostic>) {
    for statement in &program.body.statements {
        let StatementKind::Item(item) = &statement.kind else { continue };
        let ItemKind::Function(function) = &item.kind else { continue };
        if function.name.text != NAME {
            continue;
        }
        if item.visibility == Visibility::Private {
            let error = Diagnostic::error(Code::Handler, function.name.span, format!("`{NAME}` is private, so it cannot be called"));
            errors.push(error.help(format!("write `pub fun {NAME}`")));
        }
        let structs = program.body.statements.iter().filter_map(structure).collect::<Vec<_>>();
        parameters(function, &structs, errors);
        result(function, &structs, errors);
    }
}

/// Checks the inferred result of a handler that does not write its type.
pub fn check_inferred(program: &Program, types: &Types, errors: &mut Vec<Diagnostic>) {
    for statement in &program.body.statements {
        let StatementKind::Item(item) = &statement.kind else { continue };
        let ItemKind::Function(function) = &item.kind else { continue };
        if function.name.text != NAME || function.result.is_some() {
            continue;
        }
        let Some(signature) = types.signatures.get(&item.id) else { continue };
        let answer = match &signature.result {
            Ty::Named(Head::Known("Result"), arguments) => &arguments[0],
            result => result,
        };
        let is_not_sent = match answer {
            Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char | Ty::Tuple(_) => true,
            Ty::Named(Head::Known(name), _) => NOT_SENT.contains(name),
            _ => false,
        };
        if is_not_sent {
            errors.push(Diagnostic::error(Code::Handler, function.name.span, NOT_RETURNED).help(RETURNED));
        }
    }
}

fn structure(statement: &Statement) -> Option<&Struct> {
    match &statement.kind {
        StatementKind::Item(item) => match &item.kind {
            ItemKind::Struct(of) => Some(of),
            _ => None,
        },
        _ => None,
    }
}

/// How a struct of the program is read from the event, which is JSON.
fn reading(of: &Struct) -> String {
    let Fields::Named(fields) = &of.fields else { return format!("take `event: &Json`, and make the `{}` of its members", of.name.text) };
    let member = |field: &Field| {
        let name = &field.name.text;
        let read = match path_name(&field.ty) {
            Some("String" | "string" | "str") => "text",
            Some("f64" | "f32" | "float") => "number",
            Some("bool") => "boolean",
            Some("i64" | "int") => "integer",
            _ => return format!("{name}: …"),
        };
        let end = if read == "text" { ".to_string()" } else { "" };
        format!("{name}: event.{read}(\"{name}\")?{end}")
    };
    let members: Vec<String> = fields.iter().map(member).collect();
    format!("take `event: &Json`, and read the struct: `{} {{ {} }}`", of.name.text, members.join(", "))
}

fn parameters(function: &Function, structs: &[&Struct], errors: &mut Vec<Diagnostic>) {
    let mut events: &[Parameter] = &function.parameters;
    if let [first, rest @ ..] = events
        && refers_to(first, "Context")
    {
        events = rest;
    }
    if let [rest @ .., last] = events
        && refers_to(last, "ResponseStream")
    {
        events = rest;
    }
    let shapes = "it takes `(event: &str)` or `(event: &Json)`, another event of `events`, with `context: &Context` before it and `response: &mut ResponseStream` after it if they are used";
    match events {
        [] => {
            let error = Diagnostic::error(Code::Handler, function.name.span, format!("`{NAME}` takes no event"));
            errors.push(error.help(shapes));
        }
        [event] if own_struct(event, structs).is_some() => {
            let Some(of) = own_struct(event, structs) else { return };
            let message = format!("the event is JSON: `{NAME}` cannot take the struct `{}`", of.name.text);
            errors.push(Diagnostic::error(Code::Handler, event.span, message).help(reading(of)));
        }
        [event] | [event, _] => {
            let wrong = events.iter().find(|parameter| parameter.ty.as_ref().is_some_and(|ty| referent(ty).is_none()));
            let wrong = wrong.or_else(|| events.iter().find(|parameter| is_no_event(parameter)));
            let wrong = wrong.or_else(|| (events.len() == 2 && !refers_to(event, "str")).then_some(event));
            let wrong = wrong.or_else(|| events.get(1).filter(|second| !refers_to(second, "str")));
            if let Some(wrong) = wrong.filter(|wrong| wrong.ty.is_some() || events.len() == 2) {
                errors.push(Diagnostic::error(Code::Handler, wrong.span, format!("`{NAME}` cannot take this parameter")).help(shapes));
            }
        }
        [_, _, third, ..] => {
            errors.push(Diagnostic::error(Code::Handler, third.span, format!("`{NAME}` has too many parameters")).help(shapes));
        }
    }
}

fn result(function: &Function, structs: &[&Struct], errors: &mut Vec<Diagnostic>) {
    let Some(result) = &function.result else { return };
    let answer = arguments(result, "Result").and_then(|arguments| arguments.first().copied()).unwrap_or(result);
    let is_batch = function.parameters.iter().any(|parameter| refers_to(parameter, "Batch"));
    let name = path_name(answer);
    let is_tuple = matches!(&answer.kind, TypeKind::Tuple(all) if !all.is_empty());
    let streams = function.parameters.iter().any(|parameter| refers_to(parameter, "ResponseStream"));
    let is_text = function.parameters.last().is_some_and(|parameter| refers_to(parameter, "str"));
    if is_text && name.is_some_and(|name| NOT_FOR_TEXT.contains(&name)) {
        let error = Diagnostic::error(Code::Handler, answer.span, format!("`{NAME}` cannot answer text with this type"));
        errors.push(error.help("take the event as `&Json`, `&Request` or another type of `events`, or return text: `value.to_string()`"));
    } else if let Some(of) = structs.iter().find(|of| name == Some(of.name.text.as_str())) {
        let message = format!("`{NAME}` cannot return the struct `{}`", of.name.text);
        let error = Diagnostic::error(Code::Handler, answer.span, message);
        let help = match &of.fields {
            Fields::Named(fields) => {
                let members: Vec<String> = fields.iter().map(|field| format!("\"{0}\": value.{0}", field.name.text)).collect();
                format!("return `Json`: `{{ {} }}`", members.join(", "))
            }
            _ => "return `String`, `Json` or `Response`".to_owned(),
        };
        errors.push(error.help(help));
    } else if name.is_some_and(|name| NOT_SENT.contains(&name)) || is_tuple {
        errors.push(Diagnostic::error(Code::Handler, answer.span, NOT_RETURNED).help(RETURNED));
    } else if is_text && !streams && matches!(&answer.kind, TypeKind::Tuple(all) if all.is_empty()) {
        let error = Diagnostic::error(Code::Handler, answer.span, format!("`{NAME}` must answer its event"));
        errors.push(error.help("return text, or take `response: &mut ResponseStream` as the last parameter"));
    } else if is_batch && name.is_some_and(|name| NOT_FOR_BATCHES.contains(&name)) {
        let error = Diagnostic::error(Code::Handler, answer.span, format!("`{NAME}` cannot answer a batch with this type"));
        errors.push(error.help("return `events::batch::Answer`, which `batch.each(function)` gives, or nothing"));
    }
}

/// The struct of the program that a parameter is, or refers to.
fn own_struct<'tree>(parameter: &Parameter, structs: &[&'tree Struct]) -> Option<&'tree Struct> {
    let ty = parameter.ty.as_ref()?;
    let name = path_name(referent(ty).unwrap_or(ty))?;
    structs.iter().find(|of| of.name.text == name).copied()
}

fn refers_to(parameter: &Parameter, name: &str) -> bool {
    parameter.ty.as_ref().and_then(referent).and_then(path_name) == Some(name)
}

/// A type that no event is read as.
fn is_no_event(parameter: &Parameter) -> bool {
    let Some(ty) = &parameter.ty else { return false };
    let is_mutable = matches!(&ty.kind, TypeKind::Reference { mutable: true, .. });
    let name = referent(ty).and_then(path_name);
    let is_path = referent(ty).is_some_and(|ty| matches!(ty.kind, TypeKind::Path(_)));
    is_mutable || (referent(ty).is_some() && !is_path) || name.is_some_and(|name| NOT_SENT.contains(&name) || NOT_EVENTS.contains(&name))
}

/// The type behind a reference.
fn referent(ty: &Type) -> Option<&Type> {
    match &ty.kind {
        TypeKind::Reference { ty, .. } | TypeKind::Parenthesized(ty) => Some(ty),
        _ => None,
    }
}

fn path_name(ty: &Type) -> Option<&str> {
    match &ty.kind {
        TypeKind::Path(path) => path.last().map(|name| name.text.as_str()),
        _ => None,
    }
}

/// The types that `name<…>` is given, if `ty` is that.
fn arguments<'tree>(ty: &'tree Type, name: &str) -> Option<Vec<&'tree Type>> {
    let TypeKind::Path(path) = &ty.kind else { return None };
    let segment = path.segments.last().filter(|segment| segment.name.text == name)?;
    let types = segment.generics.iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}
