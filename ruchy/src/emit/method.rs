//! Method calls.

use super::builtin::counted;
use super::collection::{as_array, is_lent_list, is_written_list};
use super::{Code, Emitter, identifier, level};
use crate::tree::{Expression, MethodCall};
use crate::types::table::{Method, Receiver};
use crate::types::{Callee, Head, Ty};
use std::borrow::Cow;

impl<'tree> Emitter<'tree> {
    pub(super) fn method_call(&mut self, expression: &'tree Expression) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.method_called(expression);
        self.condition = outer;
        code
    }

    fn method_called(&mut self, expression: &'tree Expression) -> Code {
        let Some(MethodCall { receiver, method, generics, arguments }) = expression.method_call() else { return Code::atom("()") };
        if ["clone", "cloned", "to_vec", "to_owned"].contains(&method.text.as_str()) {
            self.clones(self.ty(expression));
        }
        let callee = self.types.calls.get(&expression.id).cloned();
        // A global that is changed by a method.
        if let Some(id) = self.global_of(receiver) {
            let mutates = match &callee {
                Some(Callee::Table(method)) => method.receiver == Some(Receiver::Mutable),
                Some(Callee::Program(node)) => {
                    matches!(self.types.signatures.get(node).and_then(|signature| signature.receiver.as_ref()), Some(Ty::Ref(true, _)))
                }
                _ => false,
            };
            if mutates {
                let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                let names: Vec<String> = (0..parts.len()).map(|index| format!("__value{index}")).collect();
                let change = match &callee {
                    Some(Callee::Table(Method { template: Some(template), .. })) => filled(template, &names, |hole| match hole {
                        "mut" if self.positions.checked.contains(&expression.id) => {
                            Some("std::ruchy::single_bytes_mut(&mut {place})".to_owned())
                        }
                        "mut" => Some("&mut {place}".to_owned()),
                        "self" => Some("{place}".to_owned()),
                        _ => None,
                    }),
                    _ => format!("{{place}}.{}({})", identifier(&method.text), names.join(", ")),
                };
                return self.in_global(id, receiver, &parts, &change);
            }
        }
        match callee {
            Some(Callee::Table(found)) => self.table_call(expression, receiver, found, "", generics, arguments),
            Some(Callee::Iterated(found, how)) => self.table_call(expression, receiver, found, how, generics, arguments),
            Some(Callee::Program(node)) => {
                let by_value =
                    !matches!(self.types.signatures.get(&node).and_then(|signature| signature.receiver.as_ref()), Some(Ty::Ref(..)));
                let mutable =
                    matches!(self.types.signatures.get(&node).and_then(|signature| signature.receiver.as_ref()), Some(Ty::Ref(true, _)));
                let code = if by_value {
                    self.value(receiver)
                } else if mutable {
                    self.target(receiver)
                } else {
                    self.place(receiver)
                };
                let at = self.sync(method.span);
                let name = identifier(&method.text);
                let mut all: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                all.extend(self.left_out(node, arguments.len()));
                let code = code.method(&format!("{at}.{name}({})", all.join(", ")));
                if self.throwing.contains(&node) { self.passed_on(code) } else { code }
            }
            _ => {
                let code = self.place(receiver);
                // Maps and sets are made of arrays, not of lists.
                let is_made = method.text == "into" && self.wanted(expression).unwrap_or_else(|| self.ty(expression)).is_collection();
                let code = if is_made && is_written_list(receiver) { as_array(code) } else { code };
                let at = self.sync(method.span);
                let turbofish = self.written_turbofish(generics);
                let all: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                code.method(&format!("{at}.{}{turbofish}({})", identifier(&method.text), all.join(", ")))
            }
        }
    }

    fn written_turbofish(&mut self, generics: Option<&'tree [crate::tree::GenericArgument]>) -> String {
        match generics {
            Some(arguments) => {
                let parts: Vec<String> =
                    arguments.iter().map(|argument| self.argument(argument, super::type_text::Elided::Allowed)).collect();
                format!("::<{}>", parts.join(", "))
            }
            None => String::new(),
        }
    }

    fn table_call(
        &mut self,
        expression: &'tree Expression,
        receiver: &'tree Expression,
        method: &'static Method,
        how: &str,
        generics: Option<&'tree [crate::tree::GenericArgument]>,
        arguments: &'tree [Expression],
    ) -> Code {
        let Some(MethodCall { method: name, .. }) = expression.method_call() else { return Code::atom("()") };
        let ty = self.ty(expression);
        let on = self.ty(receiver);
        if self.positions.letters.contains(&expression.id) {
            if *on.behind() == Ty::Char {
                return counted(&Code::atom("1usize"), ty);
            }
            return counted(&self.place(receiver).method(".chars().count()"), ty);
        }
        if let Some(special) = self.special_call(expression, receiver, method, on, ty, arguments) {
            return special;
        }
        let template = method.template;
        let iterates = template.is_some_and(|template| template.contains("{list}"));
        let code = match (template, method.receiver) {
            _ if iterates || !how.is_empty() => self.place(receiver),
            (_, Some(Receiver::Value)) => self.value(receiver),
            (None, Some(Receiver::Mutable)) => self.target(receiver),
            (Some(template), _) if template.contains("{mut}") => self.target(receiver),
            _ => self.place(receiver),
        };
        let code = if how.is_empty() {
            if is_lent_list(receiver, method) { as_array(code) } else { code }
        } else if how == ".iter().cloned()" && item_of_list(on).is_some_and(|item| self.holds_boxed_traits(item)) {
            code.method(".iter()")
        } else if how == ".iter().cloned()" && self.can_move(receiver) && !matches!(on, Ty::Ref(..)) {
            code.method(".into_iter()")
        } else {
            code.method(how)
        };
        let code = if method.name == "collect" && collects_text(on, ty) { code.method(".map(|item| item.to_string())") } else { code };
        let at = self.sync(name.span);
        let moved = iterates && self.can_move(receiver) && matches!(on, Ty::Named(Head::Known("Vec"), _));
        let mut parts: Vec<String> = Vec::new();
        let ordered = if method.name == "fold" && name.text == "reduce" { vec![1, 0] } else { (0..arguments.len()).collect() };
        for index in ordered {
            parts.push(self.value(&arguments[index]).text);
        }
        let end = if arguments.is_empty() { String::new() } else { self.sync_end(expression.span) };
        let code = if let Some(template) = template {
            let checked = self.positions.checked.contains(&expression.id);
            self.filled(template, &code, on, (moved, checked), &parts, &at)
        } else {
            let turbofish = self.turbofish(method, ty, generics);
            code.method(&format!("{at}.{}{turbofish}({}{end})", identifier(method.rust_name()), parts.join(", ")))
        };
        if method.result.is_known("int") {
            counted(&code, ty)
        } else if method.name == "sum" {
            from_zero(code, ty)
        } else {
            code
        }
    }

    fn filled(&mut self, template: &str, code: &Code, on: &Ty, (moved, checked): (bool, bool), parts: &[String], at: &str) -> Code {
        let list = || {
            if moved {
                return format!("{}{at}.into_iter()", code.at(level::POSTFIX));
            }
            let element = item_of_list(on);
            // Values that cannot be copied are looked at where they are.
            if element.is_some_and(|element| self.holds_boxed_traits(element)) {
                return format!("{}{at}.iter()", code.at(level::POSTFIX));
            }
            let copied = element.is_some_and(|element| self.is_copy(element));
            format!("{}{at}.iter().{}()", code.at(level::POSTFIX), if copied { "copied" } else { "cloned" })
        };
        let reference = |prefix, check| {
            let reference = if matches!(on, Ty::Ref(..)) { code.text.clone() } else { code.prefixed(prefix, level::UNARY) };
            if checked { format!("std::ruchy::{check}({reference})") } else { reference }
        };
        let leading = template.starts_with("{self}");
        Code::atom(filled(template, parts, |hole| match hole {
            "self" => Some(code.at(if leading { level::POSTFIX } else { level::CAST }).into_owned()),
            "ref" => Some(reference("&", "single_bytes")),
            "mut" => Some(reference("&mut ", "single_bytes_mut")),
            "list" => Some(list()),
            _ => None,
        }))
    }

    /// The type arguments of a method, so that rustc knows them.
    fn turbofish(&mut self, method: &Method, ty: &Ty, generics: Option<&'tree [crate::tree::GenericArgument]>) -> String {
        match method.name {
            "collect" => format!("::<{}>", self.loose_type(ty)),
            "sum" | "product" => match self.rust_type(ty) {
                Some(text) => format!("::<{text}>"),
                None => self.written_turbofish(generics),
            },
            "parse" => match ty {
                Ty::Named(Head::Known("Result"), arguments) => match self.rust_type(&arguments[0]) {
                    Some(text) => format!("::<{text}>"),
                    None => self.written_turbofish(generics),
                },
                _ => self.written_turbofish(generics),
            },
            "partition" if generics.is_some() => self.written_turbofish(generics),
            "partition" => match ty {
                Ty::Tuple(parts) if !parts.is_empty() => format!("::<{}, _>", self.loose_type(&parts[0])),
                _ => String::new(),
            },
            "unzip" => match ty {
                Ty::Tuple(parts) if parts.len() == 2 && !parts[0].is_known("Option") => {
                    format!("::<_, _, {}, {}>", self.loose_type(&parts[0]), self.loose_type(&parts[1]))
                }
                _ => String::new(),
            },
            _ => self.written_turbofish(generics),
        }
    }

    /// Calls that are emitted by the types of their operands.
    fn special_call(
        &mut self,
        expression: &'tree Expression,
        receiver: &'tree Expression,
        method: &'static Method,
        on: &Ty,
        ty: &Ty,
        arguments: &'tree [Expression],
    ) -> Option<Code> {
        let element = match on.behind() {
            Ty::Named(Head::Known("Vec"), arguments) => Some(arguments[0].clone()),
            Ty::Array(element) | Ty::Slice(element) => Some((**element).clone()),
            Ty::Iter(item) => Some((**item).clone()),
            _ => None,
        };
        let is_list = !matches!(on, Ty::Iter(_)) && element.is_some();
        let float = element.as_ref().is_some_and(|element| element.behind().is_float());
        match method.name {
            "sort" | "sort_unstable" if is_list && ty.is_vec() => {
                let list = self.list_reference(receiver);
                Some(Code::atom(format!("std::ruchy::sorted({list})")))
            }
            "reverse" if is_list && ty.is_vec() => {
                let list = self.list_reference(receiver);
                Some(Code::atom(format!("std::ruchy::reversed({list})")))
            }
            "sort" | "sort_unstable" if is_list && float => {
                let code = self.place(receiver);
                let list = if matches!(on, Ty::Ref(..)) { code.text } else { code.prefixed("&mut ", level::UNARY) };
                Some(Code::atom(format!("std::ruchy::sort({list})")))
            }
            "max" | "min" if float && arguments.is_empty() => {
                let owned = element.as_ref().is_some_and(Ty::is_float);
                let items = if is_list { ".iter().copied()" } else { "" };
                let code = self.place(receiver);
                Some(if owned {
                    code.method(&format!("{items}.reduce(f64::{})", method.name))
                } else {
                    code.method(&format!(".{}_by(|left, right| left.total_cmp(right))", method.name))
                })
            }
            // Letters in upper case are text here, and an iterator in Rust.
            "extend" if *on.behind() == Ty::String && arguments.first().is_some_and(|argument| self.ty(argument).behind().is_text()) => {
                let argument = self.place(arguments.first()?);
                let ty = self.ty(arguments.first()?).clone();
                let text = self.convert(argument, &ty, &Ty::str_ref()).text;
                Some(self.target(receiver).method(&format!(".push_str({text})")))
            }
            "join" if is_list => {
                let element = element?;
                let joins = matches!(&element, Ty::String | Ty::Unknown) || matches!(&element, Ty::Ref(_, inner) if **inner == Ty::Str);
                if joins {
                    return None;
                }
                let list = self.place(receiver).method(".iter()").text;
                let separator = self.value(&arguments[0]).text;
                Some(Code::atom(format!("std::ruchy::join({list}, {separator})")))
            }
            // Rust knows the length of ranges of narrow integers only.
            "rev" if self.needs_length(receiver) => Some(self.place(receiver).method(".collect::<Vec<_>>().into_iter().rev()")),
            "to_string" if on.behind() == &Ty::Unit => None,
            "into_iter" if matches!(on, Ty::Range(..)) => Some(self.place(receiver)),
            "sum" if is_list => {
                let text = self.rust_type(ty).unwrap_or_else(|| "_".to_owned());
                Some(from_zero(self.place(receiver).method(&format!(".iter().sum::<{text}>()")), ty))
            }
            "product" if is_list => {
                let text = self.rust_type(ty).unwrap_or_else(|| "_".to_owned());
                Some(self.place(receiver).method(&format!(".iter().product::<{text}>()")))
            }
            "unwrap_or" if arguments.len() == 1 => {
                // A default that is computed is computed only where it is needed, unless it is plain.
                let _ = expression;
                None
            }
            _ => None,
        }
    }
}

impl Emitter<'_> {
    /// Returns true for `step_by`, `enumerate` and `zip` of a range, from whose end Rust takes items
    /// only where it knows the number of items.
    fn needs_length(&self, iterator: &Expression) -> bool {
        let Some(call) = iterator.unparenthesized().method_call() else { return false };
        if !["step_by", "enumerate", "zip"].contains(&call.method.text.as_str()) {
            return false;
        }
        let mut root = call.receiver.unparenthesized();
        while let Some(call) = root.method_call() {
            root = call.receiver.unparenthesized();
        }
        matches!(self.ty(root), Ty::Range(of, _) if matches!(**of, Ty::Int(int) if !int.is_narrow()))
    }
}

/// Whether letters or borrowed text are collected into a list of text.
fn collects_text(on: &Ty, ty: &Ty) -> bool {
    let (Ty::Iter(item), Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque"), own)) = (on, ty) else { return false };
    own[0] == Ty::String && **item != Ty::String && (*item.behind() == Ty::Char || item.behind().is_text())
}

/// A sum whose first term is 0: without items the sum of floats would be -0.0.
pub(super) fn from_zero(code: Code, ty: &Ty) -> Code {
    match ty {
        Ty::F64 | Ty::F32 => Code::new(format!("{} + 0.0", code.text), level::SUM),
        Ty::Named(Head::Known("Option" | "Result"), arguments) if arguments[0].is_float() => code.method(".map(|total| total + 0.0)"),
        _ => code,
    }
}

/// The type of the elements of a list or another collection.
fn item_of_list(on: &Ty) -> Option<&Ty> {
    match on.behind() {
        Ty::Named(_, arguments) => arguments.first(),
        Ty::Array(element) | Ty::Slice(element) => Some(&**element),
        _ => None,
    }
}

/// A template with its holes filled: `{0}` by the first of `parts`, `{name}` by what `named` gives.
fn filled(template: &str, parts: &[String], named: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text += &rest[..open];
        let inside = &rest[open + 1..];
        let hole = inside.find('}').and_then(|close| {
            let hole = &inside[..close];
            let part = hole.parse::<usize>().ok().and_then(|index| parts.get(index)).map(|part| Cow::Borrowed(part.as_str()));
            part.or_else(|| named(hole).map(Cow::Owned)).map(|value| (value, &inside[close + 1..]))
        });
        if let Some((value, after)) = hole {
            text += &value;
            rest = after;
        } else {
            text.push('{');
            rest = inside;
        }
    }
    text + rest
}
