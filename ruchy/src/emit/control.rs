//! Branches, loops, and what leaves them.

use super::{Code, Emitter, Throws, identifier, level};
use crate::names::Meaning;
use crate::tree::{Arm, Block, Expression, ExpressionKind, Name};
use crate::types::{Head, Look, Ty};

impl<'tree> Emitter<'tree> {
    /// A block-like expression. With `value` its value is used.
    pub(super) fn control(&mut self, expression: &'tree Expression, value: bool) -> Code {
        let at = self.sync(expression.span);
        let value = value && *self.ty(expression) != Ty::Unit;
        let text = match &expression.kind {
            ExpressionKind::Block { label, block } => format!("{}{}", label_text(label.as_ref()), self.block(block, value)),
            ExpressionKind::If { condition, then, otherwise } => {
                let condition = self.condition(condition);
                let then = self.block(then, value);
                let otherwise = match otherwise {
                    Some(otherwise) => match &otherwise.kind {
                        ExpressionKind::If { .. } => format!(" else {}", self.branch(otherwise, value)),
                        ExpressionKind::Block { block, .. } => format!(" else {}", self.block(block, value)),
                        _ => format!(" else {{ {} }}", self.value(otherwise).text),
                    },
                    None => String::new(),
                };
                format!("if {condition} {then}{otherwise}")
            }
            ExpressionKind::Match { value: scrutinee, arms } => {
                let scrutinee = self.scrutinee(scrutinee);
                let mut text = format!("match {scrutinee} {{");
                for arm in arms {
                    text += " ";
                    text += &self.arm(arm, value);
                }
                if self.types.open.contains(&expression.id) {
                    text += " _ => panic!(\"no arm of the match fits the value\"),";
                }
                let end = self.sync_end(expression.span);
                text += if end.is_empty() { " " } else { &end };
                text + "}"
            }
            ExpressionKind::Loop { label, body } => format!("{}loop {}", label_text(label.as_ref()), self.block(body, false)),
            ExpressionKind::While { label, condition, body } => {
                let condition = self.condition(condition);
                format!("{}while {condition} {}", label_text(label.as_ref()), self.block(body, false))
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                let label = label_text(label.as_ref());
                let pattern = self.pattern(pattern, true);
                let iterable = self.iterable(iterable, Some(body));
                format!("{label}for {pattern} in {iterable} {}", self.block(body, false))
            }
            ExpressionKind::TryCatch(of) => self.try_catch(of, value),
            _ => return self.value(expression),
        };
        Code::new(at + &text, level::BLOCK)
    }

    fn branch(&mut self, expression: &'tree Expression, value: bool) -> String {
        // An `else if` has no value where the whole has none.
        let code = self.control_forced(expression, value);
        code.text
    }

    fn control_forced(&mut self, expression: &'tree Expression, value: bool) -> Code {
        if value && *self.ty(expression) == Ty::Unit { self.control(expression, true) } else { self.control(expression, value) }
    }

    /// The condition of `if` or `while`.
    pub(super) fn condition(&mut self, condition: &'tree Expression) -> String {
        let outer = std::mem::replace(&mut self.condition, true);
        let text = self.value(condition.unparenthesized()).text;
        self.condition = outer;
        text
    }

    pub(super) fn let_condition(&mut self, pattern: &'tree crate::tree::Pattern, value: &'tree Expression) -> String {
        let pattern = self.pattern(pattern, true);
        format!("let {pattern} = {}", self.scrutinee(value))
    }

    /// The value that is matched.
    pub(super) fn scrutinee(&mut self, value: &'tree Expression) -> String {
        let outer = std::mem::replace(&mut self.condition, true);
        let text = match self.types.looks.get(&value.id) {
            Some(Look::Reference) => self.place(value).prefixed("&", level::UNARY),
            Some(Look::AsStr) => {
                let ty = self.ty(value);
                let mut inner = ty;
                while let Ty::Ref(_, deeper) = inner {
                    inner = deeper;
                }
                match inner {
                    Ty::Str => self.place(value).prefixed(&"*".repeat(ty.depth().saturating_sub(1)), level::UNARY),
                    Ty::String => self.place(value).method(".as_str()").text,
                    _ => self.value(value).text,
                }
            }
            Some(Look::AsDeref) => self.place(value).method(".as_deref()").text,
            Some(Look::AsSlice) => {
                let code = if self.wanted(value).is_some() && matches!(self.ty(value), Ty::Iter(_)) {
                    self.value(value)
                } else {
                    self.place(value)
                };
                code.method(".as_slice()").text
            }
            Some(Look::Texts) => self.place(value).method(".iter().map(|text| text.as_ref()).collect::<Vec<&str>>().as_slice()").text,
            None => match &value.unparenthesized().kind {
                ExpressionKind::Tuple(parts) if !parts.is_empty() => {
                    let parts: Vec<String> = parts.iter().map(|part| self.scrutinee_part(part)).collect();
                    format!("({})", parts.join(", "))
                }
                ExpressionKind::Path(_) if self.local_of(value).is_some() => self.matched_local(value),
                _ => self.value(value).text,
            },
        };
        self.condition = outer;
        text
    }

    fn scrutinee_part(&mut self, part: &'tree Expression) -> String {
        if self.types.looks.contains_key(&part.id) { self.scrutinee(part) } else { self.value(part).text }
    }

    /// A variable that is matched: its parts move, unless it is used later.
    fn matched_local(&mut self, value: &'tree Expression) -> String {
        let code = self.place(value);
        let ty = self.ty(value);
        let may_move = !self.is_copy(ty) && !matches!(ty, Ty::Ref(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_));
        if may_move && !self.ownership.last.contains(&value.unparenthesized().id) && self.binds_moved(ty) {
            code.method(".clone()").text
        } else {
            code.text
        }
    }

    /// Whether taking a value of this type apart may move a part.
    fn binds_moved(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(Head::Known("Option"), arguments) => !self.is_copy(&arguments[0]),
            _ => true,
        }
    }

    fn arm(&mut self, arm: &'tree Arm, value: bool) -> String {
        let at = self.sync(arm.span);
        let pattern = self.pattern(&arm.pattern, true);
        let guard = match &arm.guard {
            Some(guard) => format!(" if {}", self.value(guard.unparenthesized()).text),
            None => String::new(),
        };
        let body = self.arm_body(&arm.body, value);
        format!("{at}{pattern}{guard} => {body},")
    }

    fn arm_body(&mut self, body: &'tree Expression, value: bool) -> String {
        let outer = std::mem::replace(&mut self.condition, false);
        let text = if let ExpressionKind::Block { label: None, block } = &body.kind {
            self.block(block, value)
        } else if value {
            self.value(body).text
        } else if body.is_block_like() && !matches!(body.kind, ExpressionKind::TryCatch(_)) {
            self.control(body, false).text
        } else if matches!(self.ty(body), Ty::Unit | Ty::Never) && !matches!(body.kind, ExpressionKind::TryCatch(_)) {
            self.place(body).text
        } else {
            format!("{{ {} }}", self.dropped(body))
        };
        self.condition = outer;
        text
    }

    /// What a `for` goes through.
    pub(super) fn iterable(&mut self, iterable: &'tree Expression, body: Option<&'tree Block>) -> String {
        let outer = std::mem::replace(&mut self.condition, true);
        let text = self.iterable_code(iterable, body);
        self.condition = outer;
        text
    }

    fn iterable_code(&mut self, iterable: &'tree Expression, body: Option<&'tree Block>) -> String {
        let inner = iterable.unparenthesized();
        let ty = self.ty(inner).clone();
        if self.wanted(inner).is_some_and(|wanted| wanted.is_known("iter")) {
            return self.value(inner).text;
        }
        match &ty {
            Ty::String | Ty::Str => return self.place(inner).method(".chars()").text,
            Ty::Ref(_, text) if text.is_text() => return self.place(inner).method(".chars()").text,
            Ty::Ref(_, text) if matches!(&**text, Ty::Ref(_, inner) if inner.is_text()) => {
                return self.place(inner).method(".chars()").text;
            }
            _ => {}
        }
        let is_place = matches!(inner.kind, ExpressionKind::Path(_) | ExpressionKind::Field { .. } | ExpressionKind::Index { .. });
        if !is_place || matches!(ty, Ty::Ref(..) | Ty::Iter(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Range(..) | Ty::Param(_)) {
            // `for x in &&list`
            if let Ty::Ref(_, inner_ty) = &ty
                && matches!(**inner_ty, Ty::Ref(..))
            {
                return self.place(inner).method(".iter()").text;
            }
            if let ExpressionKind::Range { .. } = inner.kind {
                return self.value(inner).text;
            }
            return self.value(inner).text;
        }
        if self.can_move(inner) {
            return self.place(inner).text;
        }
        let root = self.root_of(inner);
        let changes = match (root, body) {
            (Some(root), Some(body)) => {
                let mut all = Vec::new();
                changed_in(body, self, &mut all);
                all.contains(&root)
            }
            _ => true,
        };
        let element = match &ty {
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque"), arguments) => Some(arguments[0].clone()),
            Ty::Array(element) => Some((**element).clone()),
            _ => None,
        };
        match element {
            Some(element) if !changes => {
                let code = self.place(inner);
                code.method(if self.is_copy(&element) { ".iter().copied()" } else { ".iter().cloned()" }).text
            }
            _ => self.place(inner).method(".clone()").text,
        }
    }

    pub(super) fn jump(&mut self, word: &str, label: Option<&Name>, value: Option<&'tree Expression>) -> Code {
        let mut text = word.to_owned();
        if let Some(label) = label {
            text += &format!(" '{}", identifier(&label.text));
        }
        if let Some(value) = value {
            let code = self.value(value).text;
            text += &format!(" {code}");
        }
        Code::new(text, level::JUMP)
    }

    pub(super) fn returned(&mut self, value: Option<&'tree Expression>) -> Code {
        let hidden = self.throws == Throws::Hidden && self.lambda_depth == 0;
        let text = match value {
            Some(value) => {
                let unit = *self.ty(value) == Ty::Unit && !hidden;
                let _ = unit;
                let code = self.value(value).text;
                if hidden { format!("return Ok({code})") } else { format!("return {code}") }
            }
            None if hidden => "return Ok(())".to_owned(),
            None => "return".to_owned(),
        };
        Code::new(text, level::JUMP)
    }

    /// The local at the root of a place.
    pub(super) fn root_of(&self, place: &Expression) -> Option<crate::names::LocalId> {
        match &place.kind {
            ExpressionKind::Path(_) => match self.names.meaning(place.id) {
                Meaning::Local(id) => Some(*id),
                _ => None,
            },
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.root_of(value)
            }
            _ => None,
        }
    }
}

/// The locals that a block changes.
fn changed_in(block: &Block, emitter: &Emitter<'_>, all: &mut Vec<crate::names::LocalId>) {
    crate::tree::expressions_in_block(block, &mut |expression| changed_by(expression, emitter, true, all));
}

/// The locals that an expression changes; with `unknown`, also those that a method which is not known is called on.
pub(super) fn changed_by(expression: &Expression, emitter: &Emitter<'_>, unknown: bool, all: &mut Vec<crate::names::LocalId>) {
    let place = match &expression.kind {
        ExpressionKind::Assign { place, .. } | ExpressionKind::AssignOperator { place, .. } | ExpressionKind::Increment { place, .. } => {
            Some(&**place)
        }
        ExpressionKind::Reference { mutable: true, operand } => Some(&**operand),
        ExpressionKind::MethodCall { receiver, .. } => match emitter.types.calls.get(&expression.id) {
            Some(crate::types::Callee::Table(method)) if method.receiver == Some(crate::types::table::Receiver::Mutable) => {
                Some(&**receiver)
            }
            Some(crate::types::Callee::Program(node))
                if matches!(
                    emitter.types.signatures.get(node).and_then(|signature| signature.receiver.as_ref()),
                    Some(Ty::Ref(true, _))
                ) =>
            {
                Some(&**receiver)
            }
            None | Some(crate::types::Callee::Unknown) if unknown => Some(&**receiver),
            _ => None,
        },
        _ => None,
    };
    if let Some(root) = place.and_then(|place| emitter.root_of(place)) {
        all.push(root);
    }
    crate::tree::expressions_in(expression, &mut |inner| changed_by(inner, emitter, unknown, all));
}

fn label_text(label: Option<&Name>) -> String {
    label.map_or_else(String::new, |label| format!("'{}: ", identifier(&label.text)))
}
