//! Calls, closures and macros.

use super::format::Shown;
use super::{Code, Emitter, Throws, identifier, level};
use crate::tree::{Expression, ExpressionKind, Lambda, MacroArguments, MacroCall, NodeId, PatternKind};
use crate::types::table::{Method, Receiver};
use crate::types::{Callee, Head, Int, Look, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn call(&mut self, expression: &'tree Expression, function: &'tree Expression, arguments: &[&'tree Expression]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.called(expression, function, arguments);
        self.condition = outer;
        code
    }

    fn called(&mut self, expression: &'tree Expression, function: &'tree Expression, arguments: &[&'tree Expression]) -> Code {
        match self.types.calls.get(&expression.id).cloned() {
            Some(Callee::Builtin(name)) => self.builtin(expression, name, arguments),
            Some(Callee::Program(node)) => {
                let name = self.place(function).at(level::POSTFIX);
                let (mut all, before) = self.hoisted_arguments(arguments);
                all.extend(self.left_out(node, arguments.len()));
                let end = self.sync_end(expression.span);
                let code = super::hoist::after(&before, Code::atom(format!("{name}({}{end})", all.join(", "))));
                if self.throwing.contains(&node) { self.passed_on(code) } else { code }
            }
            Some(Callee::Table(method)) if method.template.is_some() => {
                let template = method.template.unwrap_or_default();
                let mut text = template.to_owned();
                for (index, argument) in arguments.iter().enumerate() {
                    let value = self.value(argument).text;
                    text = text.replace(&format!("{{{index}}}"), &value);
                }
                Code::atom(text)
            }
            callee => {
                let constructor = matches!(callee, Some(Callee::Constructor));

                let name = match &function.kind {
                    ExpressionKind::Path(_) => self.place(function).text,
                    _ if matches!(function.unparenthesized().kind, ExpressionKind::Field { .. }) => {
                        format!("({})", self.place(function).text)
                    }
                    _ => self.place(function).at(level::POSTFIX),
                };
                let name = if matches!(function.kind, ExpressionKind::Lambda(_)) { format!("({name})") } else { name };
                let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                let end = self.sync_end(expression.span);
                let inside = if constructor && parts.is_empty() && name == "Ok" { "()".to_owned() } else { parts.join(", ") };
                Code::atom(format!("{name}({inside}{end})"))
            }
        }
    }

    /// The default values of the arguments that a call leaves out.
    fn left_out(&mut self, node: NodeId, given: usize) -> Vec<String> {
        let Some(function) = self.function_of(node) else { return Vec::new() };
        let receiver = usize::from(function.receiver.is_some());
        let _ = receiver;
        function
            .parameters
            .iter()
            .skip(given)
            .filter_map(|parameter| parameter.default.as_ref())
            .map(|default| self.elsewhere(default))
            .collect()
    }

    pub(super) fn function_of(&self, node: NodeId) -> Option<&'tree crate::tree::Function> {
        for item in &self.names.items {
            if let crate::names::ItemOf::Function(function) = item.kind
                && item.node == node
            {
                return Some(function);
            }
        }
        for implementation in &self.names.implementations {
            for member in implementation.members {
                if let crate::tree::ItemKind::Function(function) = &member.item.kind
                    && member.item.id == node
                {
                    return Some(function);
                }
            }
        }
        None
    }

    fn builtin(&mut self, expression: &'tree Expression, name: &'static str, arguments: &[&'tree Expression]) -> Code {
        let ty = self.ty(expression).clone();
        match name {
            "println" | "print" | "eprintln" | "eprint" | "panic" | "todo" | "unreachable" => self.printed(name, arguments),
            "dbg" => self.printed("eprintln", arguments),
            "assert" | "assert_true" | "assert_false" => {
                let condition = self.value(arguments[0]);
                let condition = if name == "assert_false" { condition.prefixed("!", level::UNARY) } else { condition.text };
                if arguments.len() == 1 {
                    return Code::atom(format!("assert!({condition})"));
                }
                let message = self.printed("format", &arguments[1..]).text;
                Code::atom(format!("assert!({condition}, \"{{}}\", {message})"))
            }
            "assert_eq" | "assert_ne" => {
                let (one, other) = (self.place(arguments[0]), self.place(arguments[1]));
                let (a, b) = (self.ty(arguments[0]).clone(), self.ty(arguments[1]).clone());
                let bring = |code: Code, ty: &Ty| {
                    if matches!(ty.behind(), Ty::Str) {
                        code.text
                    } else {
                        Code::new(code.prefixed(&"*".repeat(ty.depth()), level::UNARY), level::UNARY).text
                    }
                };
                if arguments.len() == 2 {
                    return Code::atom(format!("{name}!({}, {})", bring(one, &a), bring(other, &b)));
                }
                let message = self.printed("format", &arguments[2..]).text;
                Code::atom(format!("{name}!({}, {}, \"{{}}\", {message})", bring(one, &a), bring(other, &b)))
            }
            "len" => {
                let code = self.place(arguments[0]).method(if matches!(self.ty(arguments[0]), Ty::Iter(_) | Ty::Range(..)) {
                    ".count()"
                } else {
                    ".len()"
                });
                self.counted(code, &ty)
            }
            "is_empty" => self.place(arguments[0]).method(".is_empty()"),
            "min" | "max" if arguments.len() == 1 => {
                let list = self.place(arguments[0]);
                if ty.is_float() {
                    list.method(&format!(".iter().copied().reduce(f64::{name}).expect(\"the list is not empty\")"))
                } else {
                    list.method(&format!(".iter().{name}().expect(\"the list is not empty\").clone()"))
                }
            }
            "min" | "max" => {
                let (one, other) = (self.value(arguments[0]), self.value(arguments[1]));
                one.method(&format!(".{name}({})", other.text))
            }
            "abs" => self.value(arguments[0]).method(".abs()"),
            "sqrt" | "sin" | "cos" | "tan" | "exp" | "ln" | "log10" | "log2" => self.value(arguments[0]).method(&format!(".{name}()")),
            "log" if arguments.len() == 2 => {
                let (one, other) = (self.value(arguments[0]), self.value(arguments[1]));
                one.method(&format!(".log({})", other.text))
            }
            "log" => self.value(arguments[0]).method(".ln()"),
            "pow" => {
                let base = self.value(arguments[0]);
                if ty.is_float() {
                    let exponent = self.value(arguments[1]).text;
                    return base.method(&format!(".powf({exponent})"));
                }
                let exponent = self.value(arguments[1]).text;
                Code::atom(format!("std::ruchy::pow({}, {exponent})", base.text))
            }
            "floor" | "ceil" | "round" => {
                let code = self.value(arguments[0]).method(&format!(".{name}()"));
                Code::new(format!("{} as i64", code.text), level::CAST)
            }
            "str" | "to_string" => {
                let code = self.shown(arguments[0], Shown::Interpolated);
                let whole = if matches!(self.ty(arguments[0]).behind(), Ty::F64 | Ty::F32) { self.place(arguments[0]) } else { code };
                whole.method(".to_string()")
            }
            "int" | "float" => {
                let code = self.place(arguments[0]);
                match (name, self.ty(arguments[0]).behind()) {
                    ("int", Ty::F64) => Code::new(format!("{} as i64", code.at(level::CAST)), level::CAST),
                    ("float", Ty::Int(_)) => Code::new(format!("{} as f64", code.at(level::CAST)), level::CAST),
                    _ => Code::atom(format!("std::ruchy::{name}({})", code.prefixed("&", level::UNARY))),
                }
            }
            "parse_int" | "parse_float" => {
                let code = self.place(arguments[0]);
                Code::atom(format!("{name}({})", code.prefixed("&", level::UNARY).replace("&\"", "\"")))
            }
            "sort" => Code::atom(format!("std::ruchy::sorted({})", self.list_reference(arguments[0]))),
            "reverse" if ty == Ty::String => self.place(arguments[0]).method(".chars().rev().collect::<String>()"),
            "reverse" => Code::atom(format!("std::ruchy::reversed({})", self.list_reference(arguments[0]))),
            "unique" => Code::atom(format!("std::ruchy::unique({})", self.list_reference(arguments[0]))),
            "enumerate" => self
                .place(arguments[0])
                .method(".iter().cloned().enumerate().map(|(index, item)| (index as i64, item)).collect::<Vec<_>>()"),
            "zip" => {
                let one = self.list_reference(arguments[0]);
                let other = self.list_reference(arguments[1]);
                Code::atom(format!("std::ruchy::zip({one}, {other})"))
            }
            "sum" => {
                let items = if matches!(self.ty(arguments[0]), Ty::Iter(_) | Ty::Range(..)) { "" } else { ".iter()" };
                let text = self.rust_type(&ty).unwrap_or_else(|| "_".to_owned());
                self.place(arguments[0]).method(&format!("{items}.sum::<{text}>()"))
            }
            "join" => {
                let list = self.place(arguments[0]).method(".iter()").text;
                let separator = self.value(arguments[1]).text;
                Code::atom(format!("std::ruchy::join({list}, {separator})"))
            }
            "push" => {
                let list = self.place(arguments[0]);
                let value = self.value(arguments[1]).text;
                list.method(&format!(".push({value})"))
            }
            "range" => {
                let first = self.value(arguments[0]).at(level::RANGE + 1);
                match arguments.get(1) {
                    Some(end) => {
                        let end = self.value(end).at(level::RANGE + 1);
                        Code::new(format!("{first}..{end}"), level::RANGE)
                    }
                    None => Code::new(format!("0..{first}"), level::RANGE),
                }
            }
            "random" => Code::new("random_int(0, 9_007_199_254_740_991) as f64 / 9_007_199_254_740_992.0", level::PRODUCT),
            "timestamp" | "now" => Code::new(
                "std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |passed| passed.as_millis()) as i64",
                level::CAST,
            ),
            "path_join" => {
                let (one, other) = (self.value(arguments[0]).text, self.value(arguments[1]).text);
                Code::atom(format!("std::path::Path::new({one}).join({other}).to_string_lossy().to_string()"))
            }
            "path_extension" | "path_file_name" => {
                let path = self.value(arguments[0]).text;
                let method = if name == "path_extension" { "extension" } else { "file_name" };
                Code::atom(format!("std::path::Path::new({path}).{method}().map(|part| part.to_string_lossy().to_string())"))
            }
            "path_parent" => {
                let path = self.value(arguments[0]).text;
                Code::atom(format!("std::path::Path::new({path}).parent().map(|part| part.to_string_lossy().to_string())"))
            }
            "fs_create_dir" | "fs_remove_dir" | "fs_rename" | "fs_copy" => {
                let function = match name {
                    "fs_create_dir" => "create_dir_all",
                    "fs_remove_dir" => "remove_dir",
                    "fs_rename" => "rename",
                    _ => "copy",
                };
                let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                Code::atom(format!("std::fs::{function}({}).expect(\"{name} failed\")", parts.join(", ")))
            }
            "fs_remove_file" => self.plain_call("delete_file", arguments),
            "fs_read" => self.plain_call("read_file", arguments),
            "fs_write" => self.plain_call("write_file", arguments),
            "fs_exists" => self.plain_call("file_exists", arguments),
            "env_var" => {
                let name = self.value(arguments[0]).text;
                Code::atom(format!("std::env::var({name}).ok()"))
            }
            "type_of" => {
                let text = super::type_text(self.ty(arguments[0]), self.names);
                Code::atom(format!("{}.to_string()", super::quoted(&text)))
            }
            _ => self.plain_call(name, arguments),
        }
    }

    fn plain_call(&mut self, name: &str, arguments: &[&'tree Expression]) -> Code {
        let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
        Code::atom(format!("{name}({})", parts.join(", ")))
    }

    /// A list by reference, as a slice.
    fn list_reference(&mut self, list: &'tree Expression) -> String {
        let ty = self.ty(list).clone();
        let code = self.place(list);
        match ty {
            Ty::Ref(..) => code.text,
            Ty::Iter(_) | Ty::Range(..) => format!("&std::ruchy::list({})", code.text),
            _ => code.prefixed("&", level::UNARY),
        }
    }

    /// A count of Rust as a number of Ruchy.
    fn counted(&self, code: Code, ty: &Ty) -> Code {
        match ty {
            Ty::Int(Int::Usize) | Ty::Unknown => code,
            Ty::Int(int) => Code::new(format!("{} as {}", code.at(level::CAST), int.name()), level::CAST),
            Ty::F64 => Code::new(format!("{} as f64", code.at(level::CAST)), level::CAST),
            _ => code,
        }
    }

    pub(super) fn method_call(&mut self, expression: &'tree Expression) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.method_called(expression);
        self.condition = outer;
        code
    }

    fn method_called(&mut self, expression: &'tree Expression) -> Code {
        let ExpressionKind::MethodCall { receiver, method, generics, arguments } = &expression.kind else { return Code::atom("()") };
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
                let names: Vec<String> = (0..parts.len()).map(|index| format!("value{index}")).collect();
                let change = format!("{{place}}.{}({})", identifier(&method.text), names.join(", "));
                return self.in_global(id, receiver, &parts, &change);
            }
        }
        match callee {
            Some(Callee::Table(found)) => self.table_call(expression, receiver, found, "", generics.as_deref(), arguments),
            Some(Callee::Iterated(found, how)) => self.table_call(expression, receiver, found, how, generics.as_deref(), arguments),
            Some(Callee::Program(node)) => {
                let by_value =
                    !matches!(self.types.signatures.get(&node).and_then(|signature| signature.receiver.as_ref()), Some(Ty::Ref(..)));
                let hoisted = self.hoisted(receiver, !by_value);
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
                let code = if self.throwing.contains(&node) { self.passed_on(code) } else { code };
                wrapped(hoisted, code)
            }
            _ => {
                let code = self.place(receiver);
                let at = self.sync(method.span);
                let turbofish = self.written_turbofish(generics.as_deref());
                let all: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                code.method(&format!("{at}.{}{turbofish}({})", identifier(&method.text), all.join(", ")))
            }
        }
    }

    /// Indexes of the receiver that name its own list are computed before.
    fn hoisted(&mut self, receiver: &'tree Expression, by_reference: bool) -> Option<String> {
        let _ = (receiver, by_reference);
        None
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
        let ExpressionKind::MethodCall { method: name, .. } = &expression.kind else { return Code::atom("()") };
        let ty = self.ty(expression).clone();
        let on = self.ty(receiver).clone();
        if let Some(special) = self.special_call(expression, receiver, method, &on, &ty, arguments) {
            return special;
        }
        let template = method.template;
        let iterates = template.is_some_and(|template| template.contains("{list}"));
        let code = match (template, method.receiver) {
            _ if iterates || !how.is_empty() => self.place(receiver),
            (_, Some(Receiver::Value)) => self.value(receiver),
            (None, Some(Receiver::Mutable)) => self.target(receiver),
            (Some(template), _) if template.contains("{ref}") => self.place(receiver),
            _ => self.place(receiver),
        };
        let code = if how.is_empty() {
            code
        } else if how == ".iter().cloned()" && self.can_move(receiver) && !matches!(on, Ty::Ref(..)) {
            code.method(".into_iter()")
        } else {
            code.method(how)
        };
        let at = self.sync(name.span);
        let moved = iterates && self.can_move(receiver) && matches!(on, Ty::Named(Head::Known("Vec"), _));
        let mut parts: Vec<String> = Vec::new();
        let ordered = if method.name == "fold" && name.text == "reduce" { vec![1, 0] } else { (0..arguments.len()).collect() };
        for index in ordered {
            parts.push(self.value(&arguments[index]).text);
        }
        let end = if arguments.is_empty() { String::new() } else { self.sync_end(expression.span) };
        let code = match template {
            Some(template) => self.filled(template, &code, &on, moved, &parts, &at),
            None => {
                let turbofish = self.turbofish(method, &ty, generics);
                code.method(&format!("{at}.{}{turbofish}({}{end})", identifier(method.name), parts.join(", ")))
            }
        };
        if method.result.is_known("int") { self.counted(code, &ty) } else { code }
    }

    fn filled(&mut self, template: &str, code: &Code, on: &Ty, moved: bool, parts: &[String], at: &str) -> Code {
        let list = if moved {
            format!("{}{at}.into_iter()", code.at(level::POSTFIX))
        } else {
            let element = match on.behind() {
                Ty::Named(_, arguments) => arguments.first().cloned(),
                Ty::Array(element) | Ty::Slice(element) => Some((**element).clone()),
                _ => None,
            };
            let copied = element.is_some_and(|element| self.is_copy(&element));
            format!("{}{at}.iter().{}()", code.at(level::POSTFIX), if copied { "copied" } else { "cloned" })
        };
        let reference = if matches!(on, Ty::Ref(..)) { code.text.clone() } else { code.prefixed("&", level::UNARY) };
        let leading = template.starts_with("{self}");
        let own = if leading { code.at(level::POSTFIX) } else { code.at(level::CAST) };
        let mut text = template.replace("{self}", &own).replace("{ref}", &reference).replace("{list}", &list);
        for (index, part) in parts.iter().enumerate() {
            text = text.replace(&format!("{{{index}}}"), part);
        }
        Code::atom(text)
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
            "partition" => match ty {
                Ty::Tuple(parts) if !parts.is_empty() => format!("::<{}, _>", self.loose_type(&parts[0])),
                _ => String::new(),
            },
            "unzip" => match ty {
                Ty::Tuple(parts) if parts.len() == 2 => format!("::<_, _, {}, {}>", self.loose_type(&parts[0]), self.loose_type(&parts[1])),
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
            "join" if is_list => {
                let element = element?;
                if element.behind().is_text() || matches!(element, Ty::Unknown) {
                    return None;
                }
                let list = self.place(receiver).method(".iter()").text;
                let separator = self.value(&arguments[0]).text;
                Some(Code::atom(format!("std::ruchy::join({list}, {separator})")))
            }
            "to_string" if on.behind() == &Ty::Unit => None,
            "into_iter" if matches!(on, Ty::Range(..)) => Some(self.place(receiver)),
            "sum" if is_list => {
                let text = self.rust_type(ty).unwrap_or_else(|| "_".to_owned());
                Some(self.place(receiver).method(&format!(".iter().sum::<{text}>()")))
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

    pub(super) fn lambda(&mut self, expression: &'tree Expression, lambda: &'tree Lambda) -> Code {
        let outer_condition = std::mem::replace(&mut self.condition, false);
        let own = self.ty(expression).clone();
        let wanted = match self.wanted(expression) {
            _ if self.kept.contains(&expression.id) => None,
            Some(Ty::Fn(parameters, _)) => Some(parameters.clone()),
            Some(Ty::Named(Head::Known("Box"), arguments)) => match &arguments[0] {
                Ty::Fn(parameters, _) => Some(parameters.clone()),
                _ => None,
            },
            Some(Ty::Ref(_, inner)) => match &**inner {
                Ty::Fn(parameters, _) => Some(parameters.clone()),
                _ => None,
            },
            _ => None,
        };
        let types = if let Ty::Fn(parameters, _) = &own { parameters.clone() } else { Vec::new() };
        let mut parameters = Vec::new();
        for (index, parameter) in lambda.parameters.iter().enumerate() {
            let ty = types.get(index).cloned().unwrap_or(Ty::Unknown);
            let handed = wanted.as_ref().and_then(|wanted| wanted.get(index)).cloned();
            let mut pattern = self.pattern(&parameter.pattern, true);
            let binding = matches!(parameter.pattern.kind, PatternKind::Binding { .. });
            // A value where a reference is handed on.
            let mut annotated = false;
            if let (Some(Ty::Ref(_, inner)), true) = (&handed, binding)
                && **inner == ty
                && self.is_copy(&ty)
            {
                pattern = format!("&{pattern}");
            } else if let Some(written) = &parameter.ty {
                let text = self.written_value(written, super::type_text::Elided::Allowed);
                pattern = format!("{pattern}: {text}");
                annotated = true;
            }
            // Without a place that says the type, the closure does.
            if !annotated && handed.is_none() && binding {
                match self.rust_type(&ty) {
                    Some(text) if !matches!(ty, Ty::Fn(..) | Ty::Iter(_)) => pattern = format!("{pattern}: {text}"),
                    _ => {}
                }
            }
            parameters.push(pattern);
        }
        let outer_tries = std::mem::take(&mut self.tries);
        let outer_throws = std::mem::replace(&mut self.throws, Throws::No);
        self.lambda_depth += 1;
        let result = match &lambda.result {
            Some(ty) => format!(" -> {}", self.written_value(ty, super::type_text::Elided::Allowed)),
            None => String::new(),
        };
        let body_ty = self.types.lambdas.get(&expression.id).cloned().unwrap_or(Ty::Unknown);
        let body = match &lambda.body.kind {
            ExpressionKind::Block { label: None, block } => self.block(block, body_ty != Ty::Unit),
            _ if body_ty == Ty::Unit && !matches!(self.ty(&lambda.body), Ty::Unit | Ty::Never) => {
                format!("{{ {} }}", self.dropped(&lambda.body))
            }
            _ if body_ty == Ty::Unit
                && matches!(
                    lambda.body.kind,
                    ExpressionKind::Assign { .. } | ExpressionKind::AssignOperator { .. } | ExpressionKind::Increment { .. }
                ) =>
            {
                format!("{{ {} }}", self.dropped(&lambda.body))
            }
            _ => self.value(&lambda.body).text,
        };
        self.lambda_depth -= 1;
        self.throws = outer_throws;
        self.tries = outer_tries;
        let needs_result = lambda.result.is_none() && uses_question_mark(&lambda.body) && wanted.is_none();
        let result = if needs_result { self.rust_type(&body_ty).map_or(result.clone(), |text| format!(" -> {text}")) } else { result };
        let body = if result.is_empty() || body.trim_start().starts_with('{') { body } else { format!("{{ {body} }}") };
        let keyword = if lambda.is_move || self.escapes(expression) { "move " } else { "" };
        let mut text = format!("{keyword}|{}|{result} {}", parameters.join(", "), body);
        if !keyword.is_empty() {
            // What is used afterwards stays outside: the closure has copies.
            let kept: Vec<String> = self
                .ownership
                .kept
                .get(&expression.id)
                .into_iter()
                .flatten()
                .filter(|id| {
                    !self.is_copy(self.types.local(**id)) && !matches!(self.types.local(**id), Ty::Ref(..) | Ty::Unknown | Ty::Fn(..))
                })
                .map(|id| {
                    let name = identifier(&self.names.local(*id).name);
                    format!("let {name} = {name}.clone();")
                })
                .collect();
            if !kept.is_empty() {
                text = format!("{{ {} {text} }}", kept.join(" "));
            }
        }
        self.condition = outer_condition;
        if self.wanted(expression).is_some_and(|wanted| wanted.is_known("Box")) {
            return Code::atom(format!("Box::new({text})"));
        }
        Code::new(text, level::JUMP)
    }

    /// Whether a closure outlives the place that makes it.
    fn escapes(&self, expression: &Expression) -> bool {
        self.escaping.contains(&expression.id)
    }

    pub(super) fn macro_call(&mut self, expression: &'tree Expression, call: &'tree MacroCall) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.macro_code(expression, call);
        self.condition = outer;
        code
    }

    fn macro_code(&mut self, expression: &'tree Expression, call: &'tree MacroCall) -> Code {
        let path: Vec<String> = call.path.segments.iter().map(|segment| segment.name.text.clone()).collect();
        let name = path.last().cloned().unwrap_or_default();
        match &call.arguments {
            MacroArguments::Repeat(value, count) => self.repeat(expression, value, count),
            MacroArguments::Matches(value, pattern, guard) => {
                let code = self.place(value);
                let scrutinee =
                    if self.types.looks.get(&value.id) == Some(&Look::AsStr) { code.method(".as_str()").text } else { code.text };
                let pattern = self.pattern(pattern, true);
                let guard = guard.as_ref().map(|guard| format!(" if {}", self.value(guard).text)).unwrap_or_default();
                Code::atom(format!("matches!({scrutinee}, {pattern}{guard})"))
            }
            MacroArguments::Tokens(tokens) => Code::atom(format!("{}!({tokens})", path.join("::"))),
            MacroArguments::Expressions(arguments) => match name.as_str() {
                "vec" => {
                    let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                    let end = self.sync_end(expression.span);
                    Code::atom(format!("vec![{}{end}]", parts.join(", ")))
                }
                "println" | "print" | "eprintln" | "eprint" | "format" | "panic" | "todo" | "unimplemented" | "unreachable" => {
                    self.format_macro(&name, arguments)
                }
                "assert" | "debug_assert" => {
                    let mut parts = Vec::new();
                    for (index, argument) in arguments.iter().enumerate() {
                        parts.push(match &argument.kind {
                            ExpressionKind::Literal(crate::tree::Literal::String(text)) if index == 1 => super::quoted(&text.value),
                            _ => self.place(argument).text,
                        });
                    }
                    Code::atom(format!("{name}!({})", parts.join(", ")))
                }
                "assert_eq" | "assert_ne" | "debug_assert_eq" => {
                    let mut parts = Vec::new();
                    for (index, argument) in arguments.iter().enumerate() {
                        let ty = self.ty(argument).clone();
                        let code = self.place(argument);
                        parts.push(if index < 2 && ty.behind() != &Ty::Str {
                            Code::new(code.prefixed(&"*".repeat(ty.depth()), level::UNARY), level::UNARY).text
                        } else {
                            code.text
                        });
                    }
                    Code::atom(format!("{name}!({})", parts.join(", ")))
                }
                _ => {
                    let parts: Vec<String> = arguments.iter().map(|argument| self.place(argument).text).collect();
                    Code::atom(format!("{}!({})", path.join("::"), parts.join(", ")))
                }
            },
        }
    }
}

fn wrapped(hoisted: Option<String>, code: Code) -> Code {
    match hoisted {
        Some(before) => Code::new(format!("{{ {before} {} }}", code.text), level::BLOCK),
        None => code,
    }
}

/// Whether a closure's body returns early by `?`.
fn uses_question_mark(expression: &Expression) -> bool {
    if matches!(expression.kind, ExpressionKind::Try(_)) {
        return true;
    }
    let mut found = false;
    super::walk::children(expression, &mut |inner| found |= uses_question_mark(inner));
    found
}
