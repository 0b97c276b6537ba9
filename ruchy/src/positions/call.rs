//! Calls and indexes: where lengths begin, and where positions are used.

use super::walk::Walk;
use super::{OF_BYTES, WITH_POSITIONS};
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind, MacroArguments, NodeId};
use crate::types::{Callee, Int, Ty};

impl Walk<'_, '_> {
    pub(super) fn index(&mut self, expression: &Expression, value: &Expression, index: &Expression) {
        self.expression(value);
        self.expression(index);
        let on = self.types.ty(value.id).behind();
        if on.is_text() {
            self.sink(expression.id, index);
        } else if has_bytes(on) {
            self.uses_bytes(index);
        } else {
            self.join_expression(value, expression.id.0);
        }
    }

    /// `index` is a position in text, which `node` uses.
    fn sink(&mut self, node: NodeId, index: &Expression) {
        if self.holds(index) {
            self.classes.uses(index.id.0).position = true;
            self.sinks.push((node, index.id.0));
        }
    }

    fn uses_bytes(&mut self, expression: &Expression) {
        if self.holds(expression) {
            self.classes.uses(expression.id.0).bytes = true;
        }
    }

    pub(super) fn call(&mut self, expression: &Expression) {
        if let Some(Callee::Builtin(name)) = self.types.calls.get(&expression.id) {
            return self.builtin(expression, name);
        }
        match &expression.kind {
            ExpressionKind::Macro(call) => match &call.arguments {
                MacroArguments::Expressions(parts) if call.path.as_name().is_some_and(|name| name.text == "vec") => {
                    parts.iter().for_each(|part| self.followed(part, expression));
                }
                MacroArguments::Expressions(parts) => parts.iter().for_each(|part| self.lost(part)),
                MacroArguments::Repeat(value, count) => {
                    self.followed(value, expression);
                    self.lost(count);
                }
                MacroArguments::Matches(value, pattern, guard) => {
                    self.expression(value);
                    self.pattern(pattern, pattern.id.0);
                    self.join_expression(value, pattern.id.0);
                    guard.iter().for_each(|guard| self.expression(guard));
                }
                MacroArguments::Tokens(_) => {}
            },
            ExpressionKind::Call { function, arguments } => self.called(expression, function, arguments),
            _ => match self.types.calls.get(&expression.id) {
                Some(Callee::Program(node)) => {
                    let Some(call) = expression.method_call() else { return };
                    self.expression(call.receiver);
                    self.of_program(expression, *node, call.arguments);
                }
                _ if expression.method_call().is_some() => self.method(expression),
                _ => crate::tree::expressions_in(expression, &mut |inner| self.lost(inner)),
            },
        }
    }

    fn lost(&mut self, value: &Expression) {
        self.expression(value);
        self.escape(value);
    }

    /// `part` becomes a part of what `whole` gives.
    fn followed(&mut self, part: &Expression, whole: &Expression) {
        self.expression(part);
        if self.holds(whole) {
            self.join_expression(part, whole.id.0);
        } else {
            self.escape(part);
        }
    }

    fn builtin(&mut self, expression: &Expression, name: &str) {
        let mut arguments = Vec::new();
        crate::tree::expressions_in(expression, &mut |inner| arguments.push(inner));
        match name {
            "len" => {
                for argument in arguments {
                    self.expression(argument);
                    self.measured(expression, argument, name);
                }
            }
            "min" | "max" | "abs" | "int" | "Some" | "Ok" => arguments.iter().for_each(|argument| self.followed(argument, expression)),
            _ => arguments.iter().for_each(|argument| self.lost(argument)),
        }
    }

    fn called(&mut self, expression: &Expression, function: &Expression, arguments: &[Expression]) {
        match self.types.calls.get(&expression.id) {
            Some(Callee::Program(node)) => self.of_program(expression, *node, arguments),
            Some(Callee::Constructor) => {
                let fields = match self.names.meaning(function.id) {
                    Meaning::Variant(item, variant) => Some((*item, *variant)),
                    Meaning::Item(item) => Some((*item, usize::MAX)),
                    _ => None,
                };
                for (index, argument) in arguments.iter().enumerate() {
                    if let Some((item, variant)) = fields {
                        self.expression(argument);
                        let member = self.field(item, variant, &index.to_string());
                        self.join_expression(argument, member);
                    } else {
                        self.followed(argument, expression);
                    }
                }
            }
            Some(Callee::Value) => {
                self.expression(function);
                for argument in arguments {
                    self.expression(argument);
                    self.join_expression(argument, function.id.0);
                }
                self.join_expression(expression, function.id.0);
            }
            _ => arguments.iter().for_each(|argument| self.lost(argument)),
        }
    }

    /// A call of a function or method of the program: arguments go to its parameters.
    fn of_program(&mut self, expression: &Expression, node: NodeId, arguments: &[Expression]) {
        let function = self.functions.get(&node).copied();
        let parameters = function.map(|function| function.parameters.as_slice()).unwrap_or_default();
        // Of `Point::moved(&point, 3)` the first argument is the receiver.
        let receivers = arguments.len().saturating_sub(parameters.len());
        for (index, argument) in arguments.iter().enumerate() {
            self.expression(argument);
            match index.checked_sub(receivers).and_then(|index| parameters.get(index)) {
                Some(parameter) => self.join_expression(argument, parameter.pattern.id.0),
                None => self.escape(argument),
            }
        }
        self.join_expression(expression, node.0);
    }

    /// Marks `expression`, which is the result of a method of `on`, as a length.
    fn measured(&mut self, expression: &Expression, on: &Expression, name: &str) {
        let ty = self.types.ty(on.id).behind();
        if (ty.is_text() || *ty == Ty::Char) && OF_BYTES.contains(&name) {
            self.classes.uses(expression.id.0).length = true;
            self.classes.uses(expression.id.0).bytes |= name == "bytes_len";
            self.lengths.push(expression.id);
        } else if has_bytes(ty) {
            self.uses_bytes(expression);
        }
    }

    fn method(&mut self, expression: &Expression) {
        let Some(call) = expression.method_call() else { return };
        let name = call.method.text.as_str();
        self.expression(call.receiver);
        let on = self.types.ty(call.receiver.id).behind().clone();
        if on.is_text() && WITH_POSITIONS.contains(&name) {
            for (index, argument) in call.arguments.iter().enumerate() {
                self.expression(argument);
                if index == 0 || name == "substring" {
                    self.sink(expression.id, argument);
                }
            }
            return;
        }
        self.measured(expression, call.receiver, name);
        let bytes = has_bytes(&on);
        let holds = self.holds(call.receiver) || self.holds(expression);
        if self.holds(call.receiver) {
            self.join_expression(expression, call.receiver.id.0);
        }
        for argument in call.arguments {
            self.expression(argument);
            if matches!(argument.unparenthesized().kind, ExpressionKind::Lambda(_)) {
                // The closure's parameters and result are in the class of the closure.
                let lambda = argument.unparenthesized().id.0;
                self.join_expression(call.receiver, lambda);
                self.join_expression(expression, lambda);
            } else if bytes {
                self.uses_bytes(argument);
            } else if holds {
                self.join_expression(argument, if self.holds(call.receiver) { call.receiver.id.0 } else { expression.id.0 });
            } else {
                self.escape(argument);
            }
        }
    }
}

/// Whether the type is a list or an iterator of bytes.
fn has_bytes(ty: &Ty) -> bool {
    let element = match ty {
        Ty::Array(inner) | Ty::Slice(inner) | Ty::Iter(inner) => inner,
        Ty::Named(_, arguments) if ty.is_vec() => &arguments[0],
        _ => return false,
    };
    *element.behind() == Ty::Int(Int::U8)
}
