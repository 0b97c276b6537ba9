//! Macro calls.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind, Literal, MacroArguments, MacroCall};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn macro_call(&mut self, expression: &'tree Expression, call: &'tree MacroCall, expect: &Expect) -> Ty {
        let name = call.path.last().map(|name| name.text.as_str()).unwrap_or_default();
        match &call.arguments {
            MacroArguments::Repeat(value, count) => return self.repeated(value, count, expect),
            MacroArguments::Matches(value, pattern, guard) => {
                let ty = self.infer(value, &Expect::Nothing);
                let mut ty = self.looked_at(value, &ty, &[pattern]);
                let is_owned = !matches!(self.shallow(&ty), Ty::Ref(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_));
                let is_tuple = matches!(value.unparenthesized().kind, ExpressionKind::Tuple(_));
                // The value is looked at, not moved.
                if is_owned && !is_tuple && !self.types.looks.contains_key(&value.id) && super::matched::opens(pattern) {
                    self.types.looks.insert(value.id, super::Look::Reference);
                    ty = ty.reference();
                }
                self.pattern(pattern, &ty, None);
                if let Some(guard) = guard {
                    self.condition(guard, "if");
                }
                return Ty::Bool;
            }
            MacroArguments::Tokens(_) => return Ty::Unknown,
            MacroArguments::Expressions(_) => {}
        }
        let MacroArguments::Expressions(arguments) = &call.arguments else { return Ty::Unknown };
        match name {
            "vec" => self.vec_macro(expression, arguments, expect),
            "assert" | "debug_assert" => {
                for (index, argument) in arguments.iter().enumerate() {
                    if index == 0 {
                        self.condition(argument, "assert!");
                    } else {
                        self.format_argument(argument);
                    }
                }
                Ty::Unit
            }
            "assert_eq" | "assert_ne" | "debug_assert_eq" => {
                if arguments.len() >= 2 {
                    let a = self.infer(&arguments[0], &Expect::Nothing);
                    let b = self.infer(&arguments[1], &Expect::Nothing);
                    let (one, other) = (self.shallow(self.shallow(&a).behind()), self.shallow(self.shallow(&b).behind()));
                    if self.variables.kind(&one) == Some(Kind::Int) || self.variables.kind(&other) == Some(Kind::Int) {
                        self.variables.unify(&one, &other);
                    }
                    arguments[2..].iter().for_each(|argument| self.format_argument(argument));
                }
                Ty::Unit
            }
            _ => {
                arguments.iter().for_each(|argument| self.format_argument(argument));
                if let ("write" | "writeln", Some(output)) = (name, arguments.first()) {
                    self.is_written_to(name, output);
                    self.mutate(output);
                }
                match name {
                    "format" => Ty::String,
                    "panic" | "todo" | "unimplemented" | "unreachable" => Ty::Never,
                    "println" | "print" | "eprintln" | "eprint" => Ty::Unit,
                    "write" | "writeln" => Ty::result(Ty::Unit, Ty::Opaque("std::fmt::Error".to_owned())),
                    _ => Ty::Unknown,
                }
            }
        }
    }

    /// Reports a first argument of `write!` that nothing can be written to.
    pub(super) fn is_written_to(&mut self, name: &str, output: &'tree Expression) {
        let ty = self.types.of[output.id.index()].clone();
        let ty = self.firm(&ty);
        let is_no_output = ty.is_number()
            || matches!(ty, Ty::Bool | Ty::Char | Ty::Unit | Ty::Tuple(_) | Ty::Fn(..) | Ty::Named(Head::Known("Option" | "Result"), _));
        if is_no_output {
            let found = self.shown(&ty);
            let error = self.error(Code::TypeMismatch, output.span, format!("`{name}!` writes to text, found `{found}`"));
            error.help = Some(format!("its first argument is a `String` or a formatter: `{name}!(text, \"…\")`"));
        }
    }

    pub(super) fn format_argument(&mut self, argument: &'tree Expression) {
        let value = match &argument.kind {
            ExpressionKind::Assign { value, .. } => value,
            _ => argument,
        };
        if matches!(value.kind, ExpressionKind::Literal(Literal::String(_))) {
            self.infer(value, &Expect::Nothing);
            return;
        }
        let ty = self.infer(value, &Expect::Nothing);
        self.shown_value(value, &ty);
    }

    pub(super) fn vec_macro(&mut self, expression: &'tree Expression, arguments: &'tree [Expression], expect: &Expect) -> Ty {
        let _ = expression;
        let hint = match expect {
            Expect::Type(ty) => match self.shallow(ty) {
                Ty::Array(element) => Expect::Type(Ty::vec(element.as_ref().clone())),
                Ty::Ref(_, inner) => Expect::Type((*inner).clone()),
                _ => expect.clone(),
            },
            _ => expect.clone(),
        };
        self.list_of(arguments, &hint)
    }
}
