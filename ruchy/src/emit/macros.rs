//! Macro calls.

use super::{Code, Emitter, level};
use crate::tree::{Expression, ExpressionKind, MacroArguments, MacroCall};
use crate::types::Ty;

impl<'tree> Emitter<'tree> {
    pub(super) fn macro_call(&mut self, expression: &'tree Expression, call: &'tree MacroCall) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.macro_code(expression, call);
        self.condition = outer;
        code
    }

    fn macro_code(&mut self, expression: &'tree Expression, call: &'tree MacroCall) -> Code {
        let path = || call.path.segments.iter().map(|segment| segment.name.text.as_str()).collect::<Vec<_>>().join("::");
        let name = call.path.last().map_or("", |name| name.text.as_str());
        match &call.arguments {
            MacroArguments::Repeat(value, count) => self.repeat(expression, value, count),
            MacroArguments::Matches(value, pattern, guard) => {
                let is_looked_at =
                    self.types.looks.contains_key(&value.id) || matches!(value.unparenthesized().kind, ExpressionKind::Tuple(_));
                let scrutinee = if is_looked_at { self.scrutinee(value) } else { self.place(value).text };
                let pattern = self.pattern(pattern, true);
                let guard = guard.as_ref().map(|guard| format!(" if {}", self.value(guard).text)).unwrap_or_default();
                Code::atom(format!("matches!({scrutinee}, {pattern}{guard})"))
            }
            MacroArguments::Tokens(tokens) => Code::atom(format!("{}!({tokens})", path())),
            MacroArguments::Expressions(arguments) => match name {
                "vec" => {
                    let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                    let end = self.sync_end(expression.span);
                    Code::atom(format!("vec![{}{end}]", parts.join(", ")))
                }
                "println" | "print" | "eprintln" | "eprint" | "format" | "panic" | "todo" | "unimplemented" | "unreachable" => {
                    self.format_macro(expression.id, name, arguments)
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
                    let call = format!("{}!({})", path(), parts.join(", "));
                    let to_text = arguments.first().is_some_and(|output| *self.ty(output).behind() == Ty::String);
                    let is_imported = || self.names.scopes.iter().any(|scope| scope.names.contains_key("Write"));
                    if matches!(name, "write" | "writeln") && to_text && !is_imported() {
                        return Code::new(format!("{{ use std::fmt::Write as _; {call} }}"), level::BLOCK);
                    }
                    Code::atom(call)
                }
            },
        }
    }
}
