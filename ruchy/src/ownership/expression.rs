//! Liveness in expressions, in reverse order of evaluation.

use super::Walk;
use super::mentioned::mentioned;
use crate::map::Set;
use crate::names::Meaning;
use crate::tree::{BinaryOperator, Comprehension, Expression, ExpressionKind, FStringPart, MacroArguments, MacroCall, ObjectEntry};
use crate::types::Ty;

impl<'tree> Walk<'_, 'tree> {
    pub(super) fn expression(&mut self, expression: &'tree Expression) {
        match &expression.kind {
            ExpressionKind::Path(_) => {
                if let Meaning::Local(id) = self.names.meaning(expression.id) {
                    self.used(expression.id, *id);
                }
            }
            ExpressionKind::FString(parts) => self.f_string(expression, parts),
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Spread(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Try(inner)
            | ExpressionKind::Cast { value: inner, .. }
            | ExpressionKind::Field { value: inner, .. } => self.expression(inner),
            ExpressionKind::Reference { mutable, operand } => {
                if *mutable {
                    self.change(operand);
                    if let Meaning::Local(id) = self.names.meaning(operand.unparenthesized().id)
                        && !self.lent.contains(&expression.id)
                    {
                        self.bar_cell(*id);
                    }
                }
                self.expression(operand);
            }
            ExpressionKind::Throw(inner) => {
                self.live = self.caught.last().cloned().unwrap_or_default();
                self.expression(inner);
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => self.together(&all.iter().collect::<Vec<_>>(), None),
            ExpressionKind::Repeat { value, count } => self.together(&[value, count], None),
            ExpressionKind::Comprehension(of) => self.comprehension(of),
            ExpressionKind::Object(entries) => {
                let values: Vec<&Expression> = entries
                    .iter()
                    .map(|entry| match entry {
                        ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => value,
                    })
                    .collect();
                self.together(&values, None);
            }
            ExpressionKind::Struct { fields, base, .. } => {
                if let Some(base) = base {
                    self.expression(base);
                }
                self.together(&fields.iter().map(|field| &field.value).collect::<Vec<_>>(), None);
            }
            ExpressionKind::Binary { left, right, operator, .. } => self.binary(expression, *operator, left, right),
            ExpressionKind::Pipeline { value, function } => {
                if self.names.piped.contains(&expression.id) {
                    let arguments = expression.method_call().map_or([].as_slice(), |call| call.arguments);
                    self.method_call(expression, value, arguments);
                } else if let ExpressionKind::Call { function, arguments } = &function.kind {
                    let all: Vec<&Expression> = std::iter::once(&**value).chain(arguments).collect();
                    self.together(&all, None);
                    self.expression(function);
                } else {
                    self.expression(value);
                    self.expression(function);
                }
            }
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.branches(vec![Box::new(|walk| walk.expression(then)), Box::new(|walk| walk.expression(otherwise))]);
                self.expression(condition);
            }
            ExpressionKind::Range { start, end, .. } => end.iter().chain(start).for_each(|end| self.expression(end)),
            ExpressionKind::Assign { place, value } => self.assign(place, value),
            ExpressionKind::AssignOperator { place, value, .. } => {
                self.change(place);
                self.expression(place);
                self.expression(value);
            }
            ExpressionKind::Increment { place, .. } => {
                self.change(place);
                self.expression(place);
            }
            ExpressionKind::Let { pattern, value } => {
                self.kill(pattern);
                self.expression(value);
            }
            ExpressionKind::LetIn { binding, body } => {
                self.expression(body);
                self.kill(&binding.pattern);
                if let Some(value) = &binding.value {
                    self.expression(value);
                }
            }
            ExpressionKind::Call { function, arguments } => {
                let all: Vec<&Expression> = arguments.iter().collect();
                if let Meaning::Local(id) = self.names.meaning(function.id)
                    && self.holds_closure(*id)
                {
                    // The closure is called after its arguments are computed.
                    self.live.insert(*id);
                }
                self.lent.extend(all.iter().map(|argument| argument.id));
                if self.prints(expression) {
                    self.formatted(&all);
                } else {
                    self.together(&all, None);
                }
                self.expression(function);
            }
            ExpressionKind::MethodCall { receiver, arguments, .. } => self.method_call(expression, receiver, arguments),
            ExpressionKind::Index { value, index } => {
                self.expression(index);
                self.expression(value);
            }
            ExpressionKind::Macro(call) => self.macro_call(expression, call),
            ExpressionKind::Lambda(lambda) => self.lambda(expression, lambda),
            ExpressionKind::Block { label, block } => match label {
                Some(label) => {
                    let after = self.live.clone();
                    self.loops.push((Some(label.text.clone()), after, Set::default()));
                    self.block(block);
                    self.loops.pop();
                }
                None => self.block(block),
            },
            ExpressionKind::If { condition, then, otherwise } => {
                self.branches(vec![
                    Box::new(|walk| walk.block(then)),
                    Box::new(|walk| {
                        if let Some(otherwise) = otherwise {
                            walk.expression(otherwise);
                        }
                    }),
                ]);
                self.expression(condition);
            }
            ExpressionKind::Match { value, arms } => self.matched(value, arms),
            ExpressionKind::Loop { label, body } => {
                self.looped(label.as_ref(), false, |walk| walk.block(body));
            }
            ExpressionKind::While { label, condition, body } => {
                self.looped(label.as_ref(), true, |walk| {
                    walk.block(body);
                    walk.expression(condition);
                });
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                self.looped(label.as_ref(), true, |walk| {
                    walk.block(body);
                    walk.kill(pattern);
                });
                self.takes(iterable);
                self.expression(iterable);
            }
            ExpressionKind::TryCatch(of) => self.try_catch(of),
            ExpressionKind::Break { label, value } => {
                self.live = self.target(label.as_ref()).map(|(_, after, _)| after.clone()).unwrap_or_default();
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Continue { label } => {
                self.live = self.target(label.as_ref()).map(|(_, _, head)| head.clone()).unwrap_or_default();
            }
            ExpressionKind::Return(value) => {
                self.live = match self.lambdas.last() {
                    Some(lambda) => self.names.captures.get(lambda).into_iter().flatten().copied().collect(),
                    None => Set::default(),
                };
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Literal(_) | ExpressionKind::Error => {}
        }
    }

    fn f_string(&mut self, expression: &'tree Expression, parts: &'tree [FStringPart]) {
        for id in self.names.formatted.get(&expression.id).into_iter().flatten() {
            self.live.insert(*id);
            self.bar_cell(*id);
        }
        let holes: Vec<&Expression> = parts
            .iter()
            .filter_map(|part| match part {
                FStringPart::Hole { expression, .. } => Some(&**expression),
                FStringPart::Text { .. } => None,
            })
            .collect();
        // All are borrowed until the text is made.
        let mut all = Vec::new();
        holes.iter().rev().skip(1).for_each(|hole| mentioned(hole, self.names, &mut all));
        self.live.extend(all);
        holes.iter().rev().for_each(|hole| self.expression(hole));
    }

    fn comprehension(&mut self, of: &'tree Comprehension) {
        // The element is evaluated many times.
        let after = self.live.clone();
        let mut all = Vec::new();
        mentioned(&of.element, self.names, &mut all);
        if let Some(value) = &of.value {
            mentioned(value, self.names, &mut all);
        }
        for clause in &of.clauses {
            clause.conditions.iter().for_each(|condition| mentioned(condition, self.names, &mut all));
        }
        self.live.extend(all.iter().copied());
        for clause in of.clauses.iter().skip(1) {
            let mut inner = Vec::new();
            mentioned(&clause.iterable, self.names, &mut inner);
            self.live.extend(inner);
        }
        if let Some(value) = &of.value {
            self.expression(value);
        }
        self.expression(&of.element);
        for clause in of.clauses.iter().rev() {
            clause.conditions.iter().rev().for_each(|condition| self.expression(condition));
            self.expression(&clause.iterable);
        }
        for clause in &of.clauses {
            self.kill(&clause.pattern);
        }
        self.live.extend(after);
    }

    fn binary(&mut self, expression: &'tree Expression, operator: BinaryOperator, left: &'tree Expression, right: &'tree Expression) {
        if matches!(operator, BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Coalesce) {
            let after = self.live.clone();
            self.expression(right);
            self.live.extend(after);
            self.expression(left);
        } else {
            self.shared(left, right);
            self.expression(right);
            if matches!(self.types.ty(expression.id), Ty::String | Ty::Bool) || self.types.ty(expression.id).is_vec() {
                // Both are borrowed.
                let mut all = Vec::new();
                mentioned(right, self.names, &mut all);
                self.live.extend(all);
            }
            self.expression(left);
        }
    }

    fn assign(&mut self, place: &'tree Expression, value: &'tree Expression) {
        self.change(place);
        match (&place.kind, self.names.meaning(place.id)) {
            (ExpressionKind::Path(_), Meaning::Local(id)) if self.lambdas.is_empty() => {
                if matches!(self.types.local(*id), Ty::Ref(..)) {
                    self.live.insert(*id);
                } else {
                    self.live.remove(id);
                }
            }
            _ => self.expression(place),
        }
        self.expression(value);
    }

    fn method_call(&mut self, expression: &'tree Expression, receiver: &'tree Expression, arguments: &'tree [Expression]) {
        if self.mutates(expression) {
            self.change(receiver);
        }
        let by_reference = !self.consumes(expression);
        let all: Vec<&Expression> = arguments.iter().collect();
        if !by_reference {
            self.takes(receiver);
        }
        // The receiver, or what it borrows from, is borrowed while the arguments are evaluated.
        let mut roots = Vec::new();
        if by_reference || !all.is_empty() {
            mentioned(receiver, self.names, &mut roots);
        }
        let free: Vec<_> = roots.iter().copied().filter(|root| !self.live.contains(root)).collect();
        if by_reference {
            self.live.extend(roots);
        }
        self.together(&all, Some(receiver));
        if !free.is_empty() {
            let mut in_arguments = Vec::new();
            all.iter().for_each(|argument| mentioned(argument, self.names, &mut in_arguments));
            for root in free {
                if !in_arguments.contains(&root) {
                    self.live.remove(&root);
                }
            }
        }
        self.expression(receiver);
    }

    fn macro_call(&mut self, expression: &'tree Expression, call: &'tree MacroCall) {
        for id in self.names.formatted.get(&expression.id).into_iter().flatten() {
            self.live.insert(*id);
            self.bar_cell(*id);
        }
        match &call.arguments {
            MacroArguments::Expressions(arguments) => {
                let all: Vec<&Expression> = arguments
                    .iter()
                    .map(|argument| match &argument.kind {
                        ExpressionKind::Assign { value, .. } => &**value,
                        _ => argument,
                    })
                    .collect();
                self.formatted(&all);
            }
            MacroArguments::Repeat(value, count) => self.together(&[value, count], None),
            MacroArguments::Matches(value, pattern, guard) => {
                if let Some(guard) = guard {
                    self.expression(guard);
                }
                self.kill(pattern);
                self.expression(value);
            }
            MacroArguments::Tokens(_) => {}
        }
    }
}
