//! Ownership: which use of a variable is its last, so that the value moves there, and is cloned at the others.
//!
//! A walk against the order of evaluation keeps the set of variables that are used later. Bodies of loops are walked twice: what is used at
//! their beginning is used after their end.

use crate::names::{LocalId, Map, Meaning, Names, Set};
use crate::tree::{
    Block, Expression, ExpressionKind, FStringPart, Function, ItemKind, MacroArguments, NodeId, ObjectEntry, Pattern, PatternKind,
    Statement, StatementKind,
};
use crate::types::{Callee, Ty, Types};

/// What is known of the uses of variables.
#[derive(Debug, Default)]
pub struct Ownership {
    /// Paths that are the last use of their variable: the value may move.
    pub last: Set<NodeId>,
    /// The captured variables of a lambda that are used after it.
    pub kept: Map<NodeId, Vec<LocalId>>,
    /// Variables that lambdas change.
    pub changed: Set<LocalId>,
    /// Lambdas that change what they capture.
    pub changing: Set<NodeId>,
}

/// Finds the last uses in a function, or in the statements of a script.
#[must_use]
pub fn analyse<'tree>(names: &Names<'tree>, types: &Types, functions: &[&'tree Function], script: &'tree [Statement]) -> Ownership {
    let mut walk = Walk {
        names,
        types,
        found: Ownership::default(),
        live: Set::default(),
        loops: Vec::new(),
        caught: Vec::new(),
        lambdas: Vec::new(),
    };
    for function in functions {
        walk.live.clear();
        if let Some(body) = &function.body {
            walk.block(body);
        }
        walk.live.clear();
        for parameter in &function.parameters {
            if let Some(default) = &parameter.default {
                walk.expression(default);
            }
        }
    }
    walk.live.clear();
    walk.statements(script);
    walk.found
}

struct Walk<'names, 'tree> {
    names: &'names Names<'tree>,
    types: &'names Types,
    found: Ownership,
    /// What is used later.
    live: Set<LocalId>,
    /// Of each loop around: its label, what is used after it, and at its beginning.
    loops: Vec<(Option<String>, Set<LocalId>, Set<LocalId>)>,
    /// What is used where a `throw` goes.
    caught: Vec<Set<LocalId>>,
    /// The lambdas around.
    lambdas: Vec<NodeId>,
}

impl<'tree> Walk<'_, 'tree> {
    fn block(&mut self, block: &'tree Block) {
        self.statements(&block.statements);
    }

    fn statements(&mut self, statements: &'tree [Statement]) {
        for statement in statements.iter().rev() {
            match &statement.kind {
                StatementKind::Let(of) => {
                    self.kill(&of.pattern);
                    if let Some(otherwise) = &of.otherwise {
                        let after = self.live.clone();
                        self.block(otherwise);
                        self.live.extend(after);
                    }
                    if let Some(value) = &of.value {
                        self.expression(value);
                    }
                }
                StatementKind::Expression(expression) => self.expression(expression),
                StatementKind::Item(item) => {
                    if let (ItemKind::Function(function), Some(captures)) = (&item.kind, self.names.capturing.get(&item.id)) {
                        let after = self.live.clone();
                        self.live.extend(captures.iter().copied());
                        if let Some(body) = &function.body {
                            self.block(body);
                        }
                        self.live = after;
                        self.live.extend(captures.iter().copied());
                    } else if let ItemKind::Function(function) = &item.kind
                        && let Some(body) = &function.body
                    {
                        let after = std::mem::take(&mut self.live);
                        self.block(body);
                        self.live = after;
                    }
                }
                StatementKind::Empty | StatementKind::Error => {}
            }
        }
    }

    /// Removes what a pattern binds.
    fn kill(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => {
                if let Meaning::Local(id) = self.names.meaning(pattern.id) {
                    self.live.remove(id);
                }
                if let Some(inner) = subpattern {
                    self.kill(inner);
                }
            }
            PatternKind::TupleStruct { elements: all, .. } | PatternKind::Tuple(all) | PatternKind::List(all) | PatternKind::Or(all) => {
                all.iter().for_each(|pattern| self.kill(pattern));
            }
            PatternKind::Struct { fields, .. } => fields.iter().for_each(|field| self.kill(&field.pattern)),
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.kill(pattern),
            _ => {}
        }
    }

    fn used(&mut self, node: NodeId, id: LocalId) {
        if self.live.contains(&id) {
            self.found.last.remove(&node);
        } else {
            self.found.last.insert(node);
        }
        self.live.insert(id);
    }

    fn change(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(_) => {
                if let Meaning::Local(id) = self.names.meaning(place.id) {
                    for lambda in self.lambdas.clone() {
                        if self.names.captures.get(&lambda).is_some_and(|captures| captures.contains(id)) {
                            self.found.changing.insert(lambda);
                            self.found.changed.insert(*id);
                        }
                    }
                }
            }
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.change(value);
            }
            ExpressionKind::Tuple(all) => all.iter().for_each(|place| self.change(place)),
            _ => {}
        }
    }

    /// Evaluates `all` in order; what an earlier one borrows is used until the last.
    fn together(&mut self, all: &[&'tree Expression], receiver: Option<&'tree Expression>) {
        for (index, expression) in all.iter().enumerate().rev() {
            for earlier in all[..index].iter().copied().chain(receiver) {
                self.borrowed(earlier);
            }
            self.expression(expression);
        }
    }

    /// Evaluates the values of a format, which borrows all of them until the text is made.
    fn formatted(&mut self, all: &[&'tree Expression]) {
        for (index, expression) in all.iter().enumerate().rev() {
            for earlier in &all[..index] {
                self.borrowed(earlier);
                self.shared(earlier, expression);
            }
            self.expression(expression);
        }
    }

    /// Marks what two expressions read as used later: the first is borrowed while the second is evaluated.
    fn shared(&mut self, first: &Expression, second: &Expression) {
        let (mut in_first, mut in_second) = (Vec::new(), Vec::new());
        mentioned(first, self.names, &mut in_first);
        mentioned(second, self.names, &mut in_second);
        self.live.extend(in_first.into_iter().filter(|id| in_second.contains(id)));
    }

    /// Whether a call formats its arguments.
    fn prints(&self, call: &Expression) -> bool {
        matches!(self.types.calls.get(&call.id), Some(Callee::Builtin("println" | "print" | "eprintln" | "eprint" | "panic")))
    }

    /// Marks what an expression borrows as used later.
    fn borrowed(&mut self, expression: &'tree Expression) {
        let wants_reference = matches!(self.types.wanted.get(&expression.id), Some(Ty::Ref(..)))
            || matches!(self.types.ty(expression.id), Ty::Ref(..) | Ty::Iter(_) | Ty::Fn(..));
        if let ExpressionKind::Path(_) = &expression.kind {
            if let Meaning::Local(id) = self.names.meaning(expression.id)
                && wants_reference
            {
                self.live.insert(*id);
            }
            return;
        }
        if wants_reference {
            let mut all = Vec::new();
            mentioned(expression, self.names, &mut all);
            self.live.extend(all);
        }
    }

    fn branches(&mut self, branches: Vec<Box<dyn FnOnce(&mut Self) + '_>>) {
        let after = self.live.clone();
        let mut joined = Set::default();
        for branch in branches {
            self.live.clone_from(&after);
            branch(self);
            joined.extend(self.live.iter().copied());
        }
        self.live = joined;
    }

    fn looped(&mut self, label: Option<String>, may_end: bool, body: impl Fn(&mut Self)) {
        let after = self.live.clone();
        let mut head = Set::default();
        for _ in 0..2 {
            self.loops.push((label.clone(), after.clone(), head.clone()));
            self.live.clone_from(&head);
            if may_end {
                self.live.extend(after.iter().copied());
            }
            body(self);
            head.extend(self.live.iter().copied());
            if may_end {
                head.extend(after.iter().copied());
            }
            self.loops.pop();
        }
        self.live = head;
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each kind")]
    fn expression(&mut self, expression: &'tree Expression) {
        match &expression.kind {
            ExpressionKind::Path(_) => {
                if let Meaning::Local(id) = self.names.meaning(expression.id) {
                    self.used(expression.id, *id);
                }
            }
            ExpressionKind::FString(parts) => {
                self.live.extend(self.names.formatted.get(&expression.id).into_iter().flatten().copied());
                let holes: Vec<&Expression> = parts
                    .iter()
                    .filter_map(|part| match part {
                        FStringPart::Hole { expression, .. } => Some(&**expression),
                        FStringPart::Text { .. } => None,
                    })
                    .collect();
                for (index, hole) in holes.iter().enumerate().rev() {
                    // All are borrowed until the text is made.
                    for earlier in &holes[..index] {
                        let mut all = Vec::new();
                        mentioned(earlier, self.names, &mut all);
                        self.live.extend(all);
                    }
                    self.expression(hole);
                }
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Spread(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Try(inner)
            | ExpressionKind::Cast { value: inner, .. }
            | ExpressionKind::Field { value: inner, .. } => self.expression(inner),
            ExpressionKind::Reference { mutable, operand } => {
                if *mutable {
                    self.change(operand);
                }
                self.expression(operand);
            }
            ExpressionKind::Throw(inner) => {
                self.live = self.caught.last().cloned().unwrap_or_default();
                self.expression(inner);
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => self.together(&all.iter().collect::<Vec<_>>(), None),
            ExpressionKind::Repeat { value, count } => self.together(&[value, count], None),
            ExpressionKind::Comprehension(of) => {
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
            ExpressionKind::Binary { left, right, operator, .. } => {
                if matches!(
                    operator,
                    crate::tree::BinaryOperator::And | crate::tree::BinaryOperator::Or | crate::tree::BinaryOperator::Coalesce
                ) {
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
            ExpressionKind::Pipeline { value, function } => match &function.kind {
                ExpressionKind::Call { function, arguments } => {
                    let all: Vec<&Expression> = std::iter::once(&**value).chain(arguments).collect();
                    self.together(&all, None);
                    self.expression(function);
                }
                _ => {
                    self.expression(value);
                    self.expression(function);
                }
            },
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.branches(vec![Box::new(|walk| walk.expression(then)), Box::new(|walk| walk.expression(otherwise))]);
                self.expression(condition);
            }
            ExpressionKind::Range { start, end, .. } => end.iter().chain(start).for_each(|end| self.expression(end)),
            ExpressionKind::Assign { place, value } => {
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
                if self.prints(expression) {
                    self.formatted(&all);
                } else {
                    self.together(&all, None);
                }
                self.expression(function);
            }
            ExpressionKind::MethodCall { receiver, arguments, .. } => {
                if self.mutates(expression) {
                    self.change(receiver);
                }
                let by_reference = !self.consumes(expression);
                let all: Vec<&Expression> = arguments.iter().collect();
                if by_reference {
                    // The receiver is borrowed while the arguments are evaluated.
                    let mut roots = Vec::new();
                    mentioned(receiver, self.names, &mut roots);
                    let live = self.live.clone();
                    self.live.extend(roots.iter().copied());
                    self.together(&all, Some(receiver));
                    for root in roots {
                        let in_arguments = {
                            let mut inner = Vec::new();
                            all.iter().for_each(|argument| mentioned(argument, self.names, &mut inner));
                            inner.contains(&root)
                        };
                        if !live.contains(&root) && !in_arguments {
                            self.live.remove(&root);
                        }
                    }
                } else {
                    self.together(&all, Some(receiver));
                }
                self.expression(receiver);
            }
            ExpressionKind::Index { value, index } => {
                self.expression(index);
                self.expression(value);
            }
            ExpressionKind::Macro(call) => {
                self.live.extend(self.names.formatted.get(&expression.id).into_iter().flatten().copied());
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
            ExpressionKind::Lambda(lambda) => {
                let captures = self.names.captures.get(&expression.id).cloned().unwrap_or_default();
                let after = self.live.clone();
                self.found.kept.insert(expression.id, captures.iter().copied().filter(|id| after.contains(id)).collect());
                let loops = std::mem::take(&mut self.loops);
                // It may be called many times: what it captures is used again.
                self.live = captures.iter().copied().collect();
                self.lambdas.push(expression.id);
                self.expression(&lambda.body);
                self.lambdas.pop();
                self.loops = loops;
                self.live = after;
                self.live.extend(captures);
            }
            ExpressionKind::Block { label, block } => match label {
                Some(label) => {
                    let after = self.live.clone();
                    self.loops.push((Some(label.text.clone()), after, Set::default()));
                    self.block(block);
                    self.loops.pop();
                }
                None => self.block(block),
            },
            ExpressionKind::Unsafe(block) => self.block(block),
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
            ExpressionKind::Match { value, arms } => {
                let all: Vec<Box<dyn FnOnce(&mut Self) + '_>> = arms
                    .iter()
                    .map(|arm| {
                        let branch: Box<dyn FnOnce(&mut Self) + '_> = Box::new(move |walk: &mut Self| {
                            walk.expression(&arm.body);
                            if let Some(guard) = &arm.guard {
                                walk.expression(guard);
                            }
                            walk.kill(&arm.pattern);
                        });
                        branch
                    })
                    .collect();
                self.branches(all);
                self.expression(value);
            }
            ExpressionKind::Loop { label, body } => {
                self.looped(label.as_ref().map(|label| label.text.clone()), false, |walk| walk.block(body));
            }
            ExpressionKind::While { label, condition, body } => {
                self.looped(label.as_ref().map(|label| label.text.clone()), true, |walk| {
                    walk.block(body);
                    walk.expression(condition);
                });
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                self.looped(label.as_ref().map(|label| label.text.clone()), true, |walk| {
                    walk.block(body);
                    walk.kill(pattern);
                });
                self.expression(iterable);
            }
            ExpressionKind::TryCatch(of) => {
                if let Some(finally) = &of.finally {
                    self.block(finally);
                }
                let after = self.live.clone();
                let mut caught = after.clone();
                if let Some(catch) = &of.catch {
                    self.block(&catch.body);
                    if let Some(pattern) = &catch.pattern {
                        self.kill(pattern);
                    }
                    caught.clone_from(&self.live);
                }
                self.live = after;
                self.live.extend(caught.iter().copied());
                self.caught.push(caught.clone());
                self.block(&of.body);
                self.caught.pop();
                self.live.extend(caught);
            }
            ExpressionKind::Break { label, value } => {
                let target = match label {
                    Some(label) => self.loops.iter().rev().find(|(name, ..)| name.as_deref() == Some(&label.text)),
                    None => self.loops.last(),
                };
                self.live = target.map(|(_, after, _)| after.clone()).unwrap_or_default();
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Continue { label } => {
                let target = match label {
                    Some(label) => self.loops.iter().rev().find(|(name, ..)| name.as_deref() == Some(&label.text)),
                    None => self.loops.last(),
                };
                self.live = target.map(|(_, _, head)| head.clone()).unwrap_or_default();
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

    fn method_receiver(&self, expression: &Expression) -> Option<crate::types::table::Receiver> {
        use crate::types::table::Receiver;
        match self.types.calls.get(&expression.id)? {
            Callee::Table(method) => method.receiver,
            Callee::Iterated(..) => Some(Receiver::Shared),
            Callee::Program(node) => match self.types.signatures.get(node)?.receiver.as_ref()? {
                Ty::Ref(true, _) => Some(Receiver::Mutable),
                Ty::Ref(false, _) => Some(Receiver::Shared),
                _ => Some(Receiver::Value),
            },
            _ => None,
        }
    }

    fn mutates(&self, expression: &Expression) -> bool {
        self.method_receiver(expression) == Some(crate::types::table::Receiver::Mutable)
    }

    fn consumes(&self, expression: &Expression) -> bool {
        self.method_receiver(expression) == Some(crate::types::table::Receiver::Value)
    }
}

/// Adds the locals that an expression names.
pub fn mentioned(expression: &Expression, names: &Names<'_>, all: &mut Vec<LocalId>) {
    let mut visit = |inner: &Expression| mentioned(inner, names, all);
    match &expression.kind {
        ExpressionKind::Path(_) => {
            if let Meaning::Local(id) = names.meaning(expression.id) {
                all.push(*id);
            }
        }
        ExpressionKind::Lambda(_) => all.extend(names.captures.get(&expression.id).into_iter().flatten().copied()),
        ExpressionKind::FString(parts) => {
            for part in parts {
                if let FStringPart::Hole { expression, .. } = part {
                    visit(expression);
                }
            }
        }
        ExpressionKind::Parenthesized(inner)
        | ExpressionKind::Spread(inner)
        | ExpressionKind::Unary { operand: inner, .. }
        | ExpressionKind::Try(inner)
        | ExpressionKind::Throw(inner)
        | ExpressionKind::Cast { value: inner, .. }
        | ExpressionKind::Reference { operand: inner, .. }
        | ExpressionKind::Increment { place: inner, .. }
        | ExpressionKind::Field { value: inner, .. } => visit(inner),
        ExpressionKind::Tuple(inner) | ExpressionKind::List(inner) => inner.iter().for_each(visit),
        ExpressionKind::Binary { left: one, right: other, .. }
        | ExpressionKind::Pipeline { value: one, function: other }
        | ExpressionKind::Repeat { value: one, count: other }
        | ExpressionKind::Assign { place: one, value: other }
        | ExpressionKind::AssignOperator { place: one, value: other, .. }
        | ExpressionKind::Index { value: one, index: other } => {
            visit(one);
            visit(other);
        }
        ExpressionKind::Ternary { condition, then, otherwise } => [condition, then, otherwise].into_iter().for_each(|inner| visit(inner)),
        ExpressionKind::Range { start, end, .. } => start.iter().chain(end).for_each(|inner| visit(inner)),
        ExpressionKind::Call { function, arguments } => {
            visit(function);
            arguments.iter().for_each(visit);
        }
        ExpressionKind::MethodCall { receiver, arguments, .. } => {
            visit(receiver);
            arguments.iter().for_each(visit);
        }
        ExpressionKind::Struct { fields, base, .. } => {
            fields.iter().for_each(|field| visit(&field.value));
            base.iter().for_each(|inner| visit(inner));
        }
        ExpressionKind::Object(entries) => {
            for entry in entries {
                match entry {
                    ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => visit(value),
                }
            }
        }
        ExpressionKind::Comprehension(of) => {
            visit(&of.element);
            of.value.iter().for_each(&mut visit);
            for clause in &of.clauses {
                visit(&clause.iterable);
                clause.conditions.iter().for_each(&mut visit);
            }
        }
        ExpressionKind::Macro(call) => match &call.arguments {
            MacroArguments::Expressions(arguments) => arguments.iter().for_each(visit),
            MacroArguments::Repeat(value, count) => {
                visit(value);
                visit(count);
            }
            MacroArguments::Matches(value, ..) => visit(value),
            MacroArguments::Tokens(_) => {}
        },
        ExpressionKind::Block { block, .. } | ExpressionKind::Unsafe(block) | ExpressionKind::Loop { body: block, .. } => {
            mentioned_in(block, names, all);
        }
        ExpressionKind::If { condition, then, otherwise } => {
            visit(condition);
            otherwise.iter().for_each(|inner| visit(inner));
            mentioned_in(then, names, all);
        }
        ExpressionKind::Match { value, arms } => {
            visit(value);
            for arm in arms {
                arm.guard.iter().for_each(&mut visit);
                visit(&arm.body);
            }
        }
        ExpressionKind::While { condition, body, .. } => {
            visit(condition);
            mentioned_in(body, names, all);
        }
        ExpressionKind::For { iterable, body, .. } => {
            visit(iterable);
            mentioned_in(body, names, all);
        }
        ExpressionKind::TryCatch(of) => {
            mentioned_in(&of.body, names, all);
            if let Some(catch) = &of.catch {
                mentioned_in(&catch.body, names, all);
            }
        }
        ExpressionKind::LetIn { binding, body } => {
            binding.value.iter().for_each(&mut visit);
            visit(body);
        }
        ExpressionKind::Let { value, .. } => visit(value),
        ExpressionKind::Break { value, .. } | ExpressionKind::Return(value) => value.iter().for_each(|inner| visit(inner)),
        ExpressionKind::Literal(_) | ExpressionKind::Continue { .. } | ExpressionKind::Error => {}
    }
}

fn mentioned_in(block: &Block, names: &Names<'_>, all: &mut Vec<LocalId>) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::Expression(expression) => mentioned(expression, names, all),
            StatementKind::Let(of) => {
                of.value.iter().for_each(|value| mentioned(value, names, all));
            }
            _ => {}
        }
    }
}
