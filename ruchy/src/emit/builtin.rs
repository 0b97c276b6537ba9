//! Calls of functions of the prelude: `println`, `len`, `assert` and so on.

use super::format::Shown;
use super::method::from_zero;
use super::{Code, Emitter, level};
use crate::tree::Expression;
use crate::types::{Int, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn builtin(&mut self, expression: &'tree Expression, name: &'static str, arguments: &[&'tree Expression]) -> Code {
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
            "len" if self.positions.letters.contains(&expression.id) => counted(&self.place(arguments[0]).method(".chars().count()"), &ty),
            "len" => {
                let code = self.place(arguments[0]).method(if matches!(self.ty(arguments[0]), Ty::Iter(_) | Ty::Range(..)) {
                    ".count()"
                } else {
                    ".len()"
                });
                counted(&code, &ty)
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
                from_zero(self.place(arguments[0]).method(&format!("{items}.sum::<{text}>()")), &ty)
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
                let first = self.value(arguments[0]).into_text_at(level::RANGE + 1);
                match arguments.get(1) {
                    Some(end) => {
                        let end = self.value(end).into_text_at(level::RANGE + 1);
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
            "fs_read" => {
                let path = self.value(arguments[0]).text;
                Code::atom(format!("std::fs::read_to_string({path}).map_err(|error| error.to_string())"))
            }
            "fs_write" => self.plain_call("write_file", arguments),
            "fs_exists" => self.plain_call("file_exists", arguments),
            "env" => {
                let name = self.value(arguments[0]).text;
                let missing = "format!(\"the environment variable {name} is not set\")";
                Code::new(format!("{{ let name = {name}; std::env::var(&name).map_err(|_| {missing}) }}"), level::BLOCK)
            }
            "env_var" => {
                let name = self.value(arguments[0]).text;
                Code::atom(format!("std::env::var({name}).ok()"))
            }
            "parse_json" | "json_parse" => {
                let text = self.value(arguments[0]).text;
                Code::atom(format!("events::Json::parse({text}).expect(\"{name} failed\")"))
            }
            "json_stringify" => self.value(arguments[0]).method(".to_string()"),
            "exit" => {
                let status = arguments.first().map_or("0".to_owned(), |status| self.value(status).text);
                Code::atom(format!("std::process::exit({status})"))
            }
            "type_of" => {
                let text = crate::types::type_text(self.ty(arguments[0]), self.names);
                Code::atom(format!("{}.to_string()", super::quoted(&text)))
            }
            _ => self.plain_call(name, arguments),
        }
    }

    /// A list by reference, as a slice.
    pub(super) fn list_reference(&mut self, list: &'tree Expression) -> String {
        let ty = self.ty(list).clone();
        let code = self.place(list);
        match ty {
            Ty::Ref(..) => code.text,
            Ty::Iter(_) | Ty::Range(..) => format!("&std::ruchy::list({})", code.text),
            _ => code.prefixed("&", level::UNARY),
        }
    }
}

/// A count of Rust as a number of Ruchy.
pub(super) fn counted(code: &Code, ty: &Ty) -> Code {
    match ty {
        Ty::Int(Int::Usize) => code.clone(),
        Ty::Int(int) => Code::new(format!("{} as {}", code.at(level::CAST), int.name()), level::CAST),
        Ty::F64 => Code::new(format!("{} as f64", code.at(level::CAST)), level::CAST),
        _ => code.clone(),
    }
}
