//! Closures.

use super::{Code, Emitter, Throws, identifier, level};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::tree::{Expression, ExpressionKind, Lambda, Parameter, PatternKind, expressions_in};
use crate::types::{Head, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn lambda(&mut self, expression: &'tree Expression, lambda: &'tree Lambda) -> Code {
        let outer_condition = std::mem::replace(&mut self.condition, false);
        let handed = if self.kept.contains(&expression.id) { None } else { self.wanted(expression).and_then(handed_parameters) };
        let types = if let Ty::Fn(parameters, _) = self.ty(expression) { &parameters[..] } else { &[] };
        let mut parameters = Vec::new();
        for (index, parameter) in lambda.parameters.iter().enumerate() {
            let ty = types.get(index).unwrap_or(&Ty::Unknown);
            parameters.push(self.lambda_parameter(parameter, ty, handed.and_then(|handed| handed.get(index))));
        }
        let mut result = match &lambda.result {
            Some(ty) => format!(" -> {}", self.written_value(ty, super::type_text::Elided::Allowed)),
            None => String::new(),
        };
        let body_ty = self.types.lambdas.get(&expression.id).unwrap_or(&Ty::Unknown);
        let body = self.lambda_body(&lambda.body, body_ty);
        if lambda.result.is_none() && handed.is_none() && uses_question_mark(&lambda.body) {
            result = self.rust_type(body_ty).map_or(result, |text| format!(" -> {text}"));
        }
        let body = if result.is_empty() || body.trim_start().starts_with('{') { body } else { format!("{{ {body} }}") };
        let moves = lambda.is_move || self.escaping.contains(&expression.id);
        let mut text = format!("{}|{}|{result} {body}", if moves { "move " } else { "" }, parameters.join(", "));
        if moves {
            text = self.with_copies(expression, text);
        }
        self.condition = outer_condition;
        if self.wanted(expression).is_some_and(|wanted| wanted.is_known("Box")) {
            return Code::atom(format!("Box::new({text})"));
        }
        Code::new(text, level::JUMP)
    }

    /// A parameter; `handed` is the type that the closure is called with, where its place says it.
    fn lambda_parameter(&mut self, parameter: &'tree Parameter, ty: &Ty, handed: Option<&Ty>) -> String {
        let pattern = self.pattern(&parameter.pattern, true);
        let binding = matches!(parameter.pattern.kind, PatternKind::Binding { .. });
        // A value where a reference is handed on.
        if let (Some(Ty::Ref(_, inner)), true) = (handed, binding)
            && **inner == *ty
            && self.is_copy(ty)
        {
            return format!("&{pattern}");
        }
        if let Some(written) = &parameter.ty {
            let text = self.written_value(written, super::type_text::Elided::Allowed);
            return format!("{pattern}: {text}");
        }
        // Without a place that says the type, the closure does.
        if handed.is_none() && binding && !matches!(ty, Ty::Fn(..) | Ty::Iter(_)) {
            return self.rust_type(ty).map_or(pattern.clone(), |text| format!("{pattern}: {text}"));
        }
        pattern
    }

    fn lambda_body(&mut self, body: &'tree Expression, ty: &Ty) -> String {
        let outer_tries = std::mem::take(&mut self.tries);
        let outer_throws = std::mem::replace(&mut self.throws, Throws::No);
        self.lambda_depth += 1;
        let is_assignment =
            matches!(body.kind, ExpressionKind::Assign { .. } | ExpressionKind::AssignOperator { .. } | ExpressionKind::Increment { .. });
        let text = match &body.kind {
            ExpressionKind::Block { label: None, block } => self.block(block, *ty != Ty::Unit),
            _ if *ty == Ty::Unit && (is_assignment || !matches!(self.ty(body), Ty::Unit | Ty::Never)) => {
                format!("{{ {} }}", self.dropped(body))
            }
            _ => self.value(body).text,
        };
        self.lambda_depth -= 1;
        self.throws = outer_throws;
        self.tries = outer_tries;
        text
    }

    /// A closure that moves its captures: those that are used afterwards stay outside, the closure has copies.
    fn with_copies(&mut self, expression: &Expression, text: String) -> String {
        let mut copies = String::new();
        for id in self.ownership.kept.get(&expression.id).into_iter().flatten() {
            let ty = self.types.local(*id);
            if !self.is_copy(ty) && !matches!(ty, Ty::Ref(..) | Ty::Unknown | Ty::Fn(..)) {
                let local = self.names.local(*id);
                let name = identifier(&local.name);
                if self.ownership.changing.contains(&expression.id) && self.ownership.changed.contains(id) {
                    let message = format!("the closure takes `{}` and changes it, but it is used later as well", local.name);
                    let error = Diagnostic::error(ErrorCode::UsedUp, expression.span, message).note_at(local.span, "it is declared here");
                    self.errors.push(error.help("leave out `move`, or give the closure a copy: `let copy = name.clone()`"));
                }
                if self.holds_boxed_traits(self.types.local(*id)) {
                    let found = crate::types::type_text(self.types.local(*id), self.names);
                    let message =
                        format!("the closure takes `{}`, but it is used later as well, and `{found}` cannot be copied", local.name);
                    let error = Diagnostic::error(ErrorCode::UsedUp, expression.span, message).note_at(local.span, "it is declared here");
                    self.errors.push(error.help("leave out `move`, or use it for the last time before the closure"));
                }
                copies += &format!("let {name} = {name}.clone(); ");
            }
        }
        if copies.is_empty() { text } else { format!("{{ {copies}{text} }}") }
    }
}

/// The types of the parameters of the function that a place wants.
fn handed_parameters(wanted: &Ty) -> Option<&[Ty]> {
    let function = match wanted {
        Ty::Named(Head::Known("Box"), arguments) => &arguments[0],
        Ty::Ref(_, inner) => inner,
        other => other,
    };
    if let Ty::Fn(parameters, _) = function { Some(parameters) } else { None }
}

/// Whether a closure's body returns early by `?`.
fn uses_question_mark(expression: &Expression) -> bool {
    if matches!(expression.kind, ExpressionKind::Try(_)) {
        return true;
    }
    let mut found = false;
    expressions_in(expression, &mut |inner| found |= uses_question_mark(inner));
    found
}
