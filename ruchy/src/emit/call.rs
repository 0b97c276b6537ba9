//! Calls of functions.

use super::{Code, Emitter, level};
use crate::tree::{Expression, ExpressionKind, NodeId};
use crate::types::Callee;

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
                let name = self.place(function).into_text_at(level::POSTFIX);
                let (mut all, before) = self.hoisted_arguments(arguments);
                all.extend(self.left_out(node, arguments.len()));
                let end = self.sync_end(expression.span);
                let code = super::hoist::after(&before, Code::atom(format!("{name}({}{end})", all.join(", "))));
                if self.throwing.contains(&node) { self.passed_on(code) } else { code }
            }
            Some(Callee::Table(method)) if method.template.is_some() => {
                let template = method.template.unwrap_or_default();
                let (receiver, rest) = match arguments.split_first() {
                    Some((receiver, rest)) if method.receiver.is_some() => (Some(*receiver), rest),
                    _ => (None, arguments),
                };
                let mut text = template.to_owned();
                // `i64::pow(2, 10)`: the receiver is the first argument.
                if let Some(receiver) = receiver {
                    let code = self.value(receiver);
                    let own = if template.starts_with("{self}") { code.at(level::POSTFIX) } else { code.at(level::CAST) };
                    let list = format!("{}.iter().cloned()", code.at(level::POSTFIX));
                    text = text.replace("{self}", &own).replace("{ref}", &code.text).replace("{mut}", &code.text).replace("{list}", &list);
                }
                for (index, argument) in rest.iter().enumerate() {
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
                    _ => self.place(function).into_text_at(level::POSTFIX),
                };
                let name = if matches!(function.kind, ExpressionKind::Lambda(_)) { format!("({name})") } else { name };
                let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
                let end = self.sync_end(expression.span);
                let inside = if constructor && parts.is_empty() && name == "Ok" { "()".to_owned() } else { parts.join(", ") };
                let assumed = match name.trim() {
                    "Ok" if self.types.assumed.contains(&expression.id) => "::<_, i64>",
                    "Err" if self.types.assumed.contains(&expression.id) => "::<i64, _>",
                    _ => "",
                };
                let code = Code::atom(format!("{name}{assumed}({inside}{end})"));
                match callee {
                    Some(Callee::Table(method)) if method.result.is_known("int") => {
                        let ty = self.ty(expression).clone();
                        super::builtin::counted(&code, &ty)
                    }
                    _ => code,
                }
            }
        }
    }

    /// The default values of the arguments that a call leaves out.
    pub(super) fn left_out(&mut self, node: NodeId, given: usize) -> Vec<String> {
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

    pub(super) fn plain_call(&mut self, name: &str, arguments: &[&'tree Expression]) -> Code {
        let parts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
        Code::atom(format!("{name}({})", parts.join(", ")))
    }
}
