//! Lists and comprehensions, and where a written list is an array.

use super::{Code, Emitter, level};
use crate::tree::{Expression, ExpressionKind};
use crate::types::Ty;
use crate::types::table::{self, Method, Receiver};

impl<'tree> Emitter<'tree> {
    pub(super) fn list(&mut self, expression: &'tree Expression, elements: &'tree [Expression]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let ty = self.wanted(expression).cloned().unwrap_or_else(|| self.ty(expression).clone());
        let is_array = matches!(self.ty(expression), Ty::Array(_));
        let code = if elements.is_empty() && ty.is_known("events::Json") {
            Code::atom("events::Json::array()")
        } else if elements.iter().any(|element| matches!(element.kind, ExpressionKind::Spread(_))) {
            let parts: Vec<String> = elements
                .iter()
                .map(|element| match &element.kind {
                    ExpressionKind::Spread(inner) => {
                        let code = self.value(inner);
                        code.prefixed("__list.extend(", level::BLOCK) + ");"
                    }
                    _ => format!("__list.push({});", self.value(element).text),
                })
                .collect();
            Code::new(format!("{{ let mut __list = Vec::new(); {} __list }}", parts.join(" ")), level::BLOCK)
        } else {
            let parts: Vec<String> = elements.iter().map(|element| self.value(element).text).collect();
            let end = self.sync_end(expression.span);
            Code::atom(format!("{}[{}{end}]", if is_array { "" } else { "vec!" }, parts.join(", ")))
        };
        let _ = ty;
        self.condition = outer;
        code
    }

    pub(super) fn repeat(&mut self, expression: &'tree Expression, value: &'tree Expression, count: &'tree Expression) -> Code {
        let is_array = matches!(self.ty(expression), Ty::Array(_));
        let value = self.value(value).text;
        if is_array {
            let count = self.constant(count);
            return Code::atom(format!("[{value}; {count}]"));
        }
        let count = self.size(count);
        Code::atom(format!("vec![{value}; {count}]"))
    }

    /// A count: a literal as it is, an `i64` checked.
    pub(super) fn size(&mut self, count: &'tree Expression) -> String {
        self.value(count).text
    }

    pub(super) fn comprehension(&mut self, of: &'tree crate::tree::Comprehension) -> Code {
        // Written before the clauses, and evaluated within them.
        let element_first = self.line;
        let element = self.value(&of.element).text;
        let value = of.value.as_ref().map(|value| self.value(value).text);
        let _ = element_first;
        let mut text = String::new();
        let mut close = String::new();
        for clause in &of.clauses {
            let pattern = self.pattern(&clause.pattern, true);
            let iterable = self.iterable(&clause.iterable, None);
            text += &format!("for {pattern} in {iterable} {{ ");
            close.push_str(" }");
            for condition in &clause.conditions {
                let condition = self.condition(condition);
                text += &format!("if {condition} {{ ");
                close.push_str(" }");
            }
        }
        let (make, add) = match of.kind {
            crate::tree::ComprehensionKind::List => ("Vec::new()", format!("__items.push({element});")),
            crate::tree::ComprehensionKind::Set => ("std::collections::BTreeSet::new()", format!("__items.insert({element});")),
            crate::tree::ComprehensionKind::Map => {
                ("std::collections::BTreeMap::new()", format!("__items.insert({element}, {});", value.unwrap_or_default()))
            }
        };
        Code::new(format!("{{ let mut __items = {make}; {text}{add}{close} __items }}"), level::BLOCK)
    }
}

/// Returns true if `method` borrows a list that is written as its receiver. A constant array lives as
/// long as the program, as in Rust: `let mut items = [1, 2].iter();`.
pub(super) fn is_lent_list(receiver: &Expression, method: &'static Method) -> bool {
    is_written_list(receiver)
        && method.receiver == Some(Receiver::Shared)
        && table::sections()["slice"].method(method.name).is_some_and(|of| std::ptr::eq(of, method))
}

pub(super) fn is_written_list(expression: &Expression) -> bool {
    matches!(&expression.unparenthesized().kind, ExpressionKind::List(elements) if !elements.is_empty())
}

/// Emitted `vec![…]` as an array.
pub(super) fn as_array(code: Code) -> Code {
    match code.text.strip_prefix("vec!") {
        Some(array) => Code::atom(array.to_owned()),
        None => code,
    }
}
