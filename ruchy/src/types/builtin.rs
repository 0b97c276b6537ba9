//! Functions of the prelude.

use super::body::Expect;
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference};
use crate::diagnostic::Code;
use crate::names::FUNCTIONS;
use crate::tree::Expression;

impl<'tree> Inference<'_, 'tree> {
    /// A value that is printed: an iterator becomes a list.
    pub(super) fn shown_value(&mut self, value: &'tree Expression, ty: &Ty) {
        self.looked.insert(value.unparenthesized().id);
        if let Ty::Iter(item) = self.shallow(ty) {
            let list = Ty::vec(self.owned(&item));
            self.want(value, &list);
        }
    }

    fn f64_argument(&mut self, arguments: &[&'tree Expression]) {
        for argument in arguments {
            self.check(argument, &Ty::F64);
        }
    }

    /// A list, a set or text, by reference.
    fn list_argument(&mut self, argument: &'tree Expression) -> Ty {
        let ty = self.infer(argument, &Expect::Nothing);
        let ty = self.materialized(argument, &ty, None);
        self.item_of(&ty).map_or(Ty::Unknown, |item| self.owned(&item))
    }

    /// A call of a function of the prelude; nothing if there is none of this name.
    pub(super) fn builtin(
        &mut self,
        expression: &'tree Expression,
        name: &str,
        arguments: &[&'tree Expression],
        expect: &Expect,
    ) -> Option<Ty> {
        let known = *FUNCTIONS.iter().find(|known| **known == name)?;
        let (least, most) = arity(known)?;
        if arguments.len() < least || arguments.len() > most {
            let expected = if least == most { super::call::count(least, "argument") } else { format!("{least} to {most} arguments") };
            let message = format!("`{name}` takes {expected}, but {} given", super::call::were(arguments.len()));
            self.error(Code::ArgumentCount, expression.span, message);
            arguments.iter().for_each(|argument| {
                self.infer(argument, &Expect::Nothing);
            });
            return Some(Ty::Unknown);
        }
        self.types.calls.insert(expression.id, Callee::Builtin(known));
        let i64 = Ty::Int(Int::I64);
        Some(match known {
            "println" | "print" | "eprintln" | "eprint" | "panic" | "todo" | "unreachable" | "dbg" => {
                for argument in arguments {
                    let ty = self.infer(argument, &Expect::Nothing);
                    self.shown_value(argument, &ty);
                }
                if matches!(known, "panic" | "todo" | "unreachable") { Ty::Never } else { Ty::Unit }
            }
            "assert" | "assert_true" | "assert_false" => {
                self.condition(arguments[0], "assert");
                for argument in &arguments[1..] {
                    self.infer(argument, &Expect::Nothing);
                }
                Ty::Unit
            }
            "assert_eq" | "assert_ne" => {
                let a = self.infer(arguments[0], &Expect::Nothing);
                let b = self.infer(arguments[1], &Expect::Nothing);
                if self.variables.kind(&self.shallow(&b)) == Some(Kind::Int) || self.variables.kind(&self.shallow(&a)) == Some(Kind::Int) {
                    let (one, other) = (self.shallow(self.shallow(&a).behind()), self.shallow(self.shallow(&b).behind()));
                    self.variables.unify(&one, &other);
                }
                for argument in &arguments[2..] {
                    self.infer(argument, &Expect::Nothing);
                }
                Ty::Unit
            }
            "len" => {
                self.list_argument(arguments[0]);
                self.variables.fresh(Kind::Int)
            }
            "is_empty" => {
                self.list_argument(arguments[0]);
                Ty::Bool
            }
            "min" | "max" => {
                if let [list] = arguments {
                    let item = self.list_argument(list);
                    return Some(item);
                }
                let types: Vec<Ty> = arguments
                    .iter()
                    .map(|argument| {
                        let ty = self.infer(argument, &Expect::Nothing);
                        self.shallow(self.shallow(&ty).behind())
                    })
                    .collect();
                let float = types.iter().any(|ty| ty.is_float() || self.variables.kind(ty) == Some(Kind::Float));
                let joined = if float {
                    types.iter().find(|ty| ty.is_float() || self.variables.kind(ty) == Some(Kind::Float)).cloned().unwrap_or(Ty::F64)
                } else {
                    self.join(&types).unwrap_or_else(|| types[0].clone())
                };
                for (argument, ty) in arguments.iter().zip(&types) {
                    if float && self.variables.kind(ty) == Some(Kind::Int) && super::coerce::is_literal(argument) {
                        self.variables.unify(ty, &joined);
                    }
                    self.coerce(argument, ty, &joined);
                }
                joined
            }
            "abs" => {
                let ty = self.infer(arguments[0], expect);
                let inner = self.shallow(self.shallow(&ty).behind());
                self.want(arguments[0], &inner);
                inner
            }
            "sqrt" | "sin" | "cos" | "tan" | "exp" | "ln" | "log10" | "log2" => {
                self.f64_argument(arguments);
                Ty::F64
            }
            "log" => {
                self.f64_argument(arguments);
                Ty::F64
            }
            "pow" => {
                let a = self.infer(arguments[0], &Expect::Nothing);
                let b = self.infer(arguments[1], &Expect::Nothing);
                let (a, b) = (self.shallow(self.shallow(&a).behind()), self.shallow(self.shallow(&b).behind()));
                let float = |inference: &Self, ty: &Ty| ty.is_float() || inference.variables.kind(ty) == Some(Kind::Float);
                if float(self, &a) || float(self, &b) {
                    for (argument, ty) in arguments.iter().zip([&a, &b]) {
                        if super::coerce::is_literal(argument) {
                            self.variables.unify(ty, &Ty::F64);
                        }
                        self.want(argument, &Ty::F64);
                    }
                    Ty::F64
                } else {
                    self.want(arguments[0], &a);
                    a
                }
            }
            "floor" | "ceil" | "round" => {
                self.f64_argument(arguments);
                i64
            }
            "str" | "to_string" => {
                let ty = self.infer(arguments[0], &Expect::Nothing);
                self.shown_value(arguments[0], &ty);
                Ty::String
            }
            "int" => {
                self.infer(arguments[0], &Expect::Nothing);
                i64
            }
            "float" => {
                self.infer(arguments[0], &Expect::Nothing);
                Ty::F64
            }
            "bool" => return None,
            "parse_int" => {
                self.infer(arguments[0], &Expect::Nothing);
                i64
            }
            "parse_float" => {
                self.infer(arguments[0], &Expect::Nothing);
                Ty::F64
            }
            "sort" | "reverse" | "unique" => {
                let item = self.list_argument(arguments[0]);
                if known == "reverse" && item == Ty::Char { Ty::String } else { Ty::vec(item) }
            }
            "enumerate" => {
                let item = self.list_argument(arguments[0]);
                Ty::vec(Ty::Tuple([i64, item].into()))
            }
            "zip" => {
                let one = self.list_argument(arguments[0]);
                let other = self.list_argument(arguments[1]);
                Ty::vec(Ty::Tuple([one, other].into()))
            }
            "sum" => self.list_argument(arguments[0]),
            "join" => {
                self.list_argument(arguments[0]);
                self.check(arguments[1], &Ty::str_ref());
                Ty::String
            }
            "push" => {
                let ty = self.infer(arguments[0], &Expect::Nothing);
                self.mutate(arguments[0]);
                if let Ty::Named(Head::Known("Vec"), own) = self.shallow(self.shallow(&ty).behind()) {
                    self.check_or_infer(arguments[1], &own[0]);
                }
                Ty::Unit
            }
            "range" => {
                for argument in arguments {
                    self.check(argument, &i64);
                }
                Ty::Range(Part::new(i64), false)
            }
            "random_int" => {
                for argument in arguments {
                    self.check(argument, &i64);
                }
                i64
            }
            "random" => Ty::F64,
            "timestamp" | "now" => i64,
            "sleep" => {
                self.check(arguments[0], &Ty::Int(Int::U64));
                Ty::Unit
            }
            "read_file" => {
                self.path_argument(arguments[0]);
                Ty::String
            }
            "fs_read" => {
                self.path_argument(arguments[0]);
                Ty::result(Ty::String, Ty::String)
            }
            "write_file" | "append_file" | "fs_write" => {
                self.path_argument(arguments[0]);
                self.path_argument(arguments[1]);
                Ty::Unit
            }
            "file_exists" | "fs_exists" => {
                self.path_argument(arguments[0]);
                Ty::Bool
            }
            "delete_file" | "fs_remove" => {
                self.path_argument(arguments[0]);
                Ty::Unit
            }
            "path_join" | "fs_rename" | "fs_copy" => {
                self.path_argument(arguments[0]);
                self.path_argument(arguments[1]);
                if known == "path_join" { Ty::String } else { Ty::Unit }
            }
            "fs_create_dir" | "fs_remove_file" | "fs_remove_dir" => {
                self.path_argument(arguments[0]);
                Ty::Unit
            }
            "path_extension" | "path_file_name" | "path_parent" => {
                self.path_argument(arguments[0]);
                Ty::option(Ty::String)
            }
            "env" => {
                self.path_argument(arguments[0]);
                Ty::result(Ty::String, Ty::String)
            }
            "env_var" => {
                self.path_argument(arguments[0]);
                Ty::option(Ty::String)
            }
            "parse_json" | "json_parse" => {
                self.path_argument(arguments[0]);
                Ty::known("events::Json", [])
            }
            "json_stringify" => {
                self.check(arguments[0], &Ty::known("events::Json", []));
                Ty::String
            }
            "type_of" => {
                self.infer(arguments[0], &Expect::Nothing);
                Ty::String
            }
            "drop" => {
                self.infer(arguments[0], &Expect::Nothing);
                Ty::Unit
            }
            "exit" if !self.has_handler() => {
                arguments.iter().for_each(|status| self.check(status, &Ty::Int(Int::I32)));
                Ty::Never
            }
            "exit" | "input" => {
                let help = if known == "exit" {
                    "return an error from `lambda_handler`, or `panic(…)`"
                } else {
                    "a function has no input but its event"
                };
                self.error(Code::Unsupported, expression.span, format!("`{known}` is not supported in functions")).help =
                    Some(help.to_owned());
                Ty::Never
            }
            _ => return None,
        })
    }

    /// Whether the program is a function, and no plain program.
    fn has_handler(&self) -> bool {
        self.names.functions().any(|(_, function)| function.name.text == "lambda_handler")
    }

    /// Text that is looked at.
    fn path_argument(&mut self, argument: &'tree Expression) {
        let ty = self.infer(argument, &Expect::Nothing);
        let inner = self.shallow(self.shallow(&ty).behind());
        if inner == Ty::String {
            self.want(argument, &Ty::str_ref());
        }
        let is_known = matches!(inner, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Str | Ty::String);
        if !is_known && !matches!(self.variables.kind(&inner), Some(Kind::Any | Kind::Text)) {
            let found = self.shown(&ty);
            let error = self.error(Code::TypeMismatch, argument.span, format!("expected text, found `{found}`"));
            error.help = Some("text is written in double quotes: `\"…\"`".to_owned());
        }
    }
}

/// The fewest and the most arguments of a function of the prelude.
fn arity(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "println" | "print" | "eprintln" | "eprint" | "panic" | "todo" | "unreachable" | "dbg" => (0, 64),
        "assert" | "assert_true" | "assert_false" => (1, 8),
        "assert_eq" | "assert_ne" => (2, 8),
        "min" | "max" => (1, 2),
        "pow" | "zip" | "random_int" | "write_file" | "append_file" | "fs_write" | "join" | "push" | "path_join" | "fs_rename"
        | "fs_copy" => (2, 2),
        "range" | "log" => (1, 2),
        "timestamp" | "now" | "random" => (0, 0),
        "exit" | "input" => (0, 1),
        "Some" | "None" | "Ok" | "Err" => return None,
        _ => (1, 1),
    })
}
