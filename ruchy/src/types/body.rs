//! Functions, blocks and statements.

use super::returned::Leaving;
use super::ty::{Part, Ty};
use super::{Frame, Inference};
use crate::diagnostic::Code;
use crate::names::{ItemId, ItemOf, Meaning};
use crate::tree::{
    Block, Expression, ExpressionKind, Fields, ItemKind, ModuleContent, Node, NodeId, PatternKind, Program, Statement, StatementKind,
};

/// What the place of an expression does with its value.
#[derive(Clone, Debug)]
pub(super) enum Expect {
    /// Nothing is known.
    Nothing,
    /// It wants this type.
    Type(Ty),
    /// It drops the value.
    Discard,
}

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn program(&mut self, program: &'tree Program, nodes: &[Node<'tree>]) {
        let of_events =
            |meaning: &Meaning| matches!(meaning, Meaning::External(path) if path.first().is_some_and(|first| first == "events"));
        self.uses_events = self.names.scopes.iter().any(|scope| {
            scope.names.values().flatten().any(of_events)
                || scope.globs.iter().any(|path| path.first().is_some_and(|first| first == "events"))
        });
        self.declare();
        self.derived_defaults(nodes);
        for index in 0..self.names.items.len() {
            self.item_values(ItemId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
        self.associated_values();
        let mut nodes: Vec<NodeId> = self.functions.keys().copied().collect();
        nodes.sort();
        // Those with all types written first: they say what they call the others with.
        for all in [false, true] {
            for node in &nodes {
                let complete = self.functions[node].function.parameters.iter().all(|parameter| parameter.ty.is_some());
                let nested = self.names.capturing.contains_key(node);
                if (all || complete) && !nested {
                    self.function(*node);
                }
            }
            if !all {
                self.statements_outside(&program.body.statements);
                self.settle();
            }
        }
    }

    /// Constants, globals and default values of fields.
    fn item_values(&mut self, id: ItemId) {
        let item = self.names.item(id);
        self.scope = item.scope;
        match item.kind {
            ItemOf::Constant(of) => {
                if let Some(value) = &of.value {
                    let ty = self.types.values[&id].clone();
                    let frame = std::mem::take(&mut self.frame);
                    if of.ty.is_none()
                        && let ExpressionKind::List(elements) = &value.unparenthesized().kind
                    {
                        let element = self.any();
                        let array = Ty::Array(Part::new(element.clone()));
                        elements.iter().for_each(|each| self.check(each, &element));
                        self.set(value, array.clone());
                        self.variables.unify(&ty, &array);
                    } else {
                        self.check(value, &ty);
                    }
                    self.check_length(of.ty.as_ref(), value);
                    self.frame = frame;
                }
            }
            ItemOf::Global(of) => {
                if let Some(value) = &of.value
                    && !matches!(self.names.meaning(of.pattern.id), Meaning::Local(_))
                {
                    let ty = self.types.values[&id].clone();
                    self.check(value, &ty);
                }
            }
            ItemOf::Struct(of) => {
                if let Fields::Named(fields) | Fields::Tuple(fields) = &of.fields {
                    for (index, field) in fields.iter().enumerate() {
                        if let Some(default) = &field.default {
                            let ty = self.types.fields[&item.node][index].ty.clone();
                            self.check(default, &ty);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn statements_outside(&mut self, statements: &'tree [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Item(item) => {
                    if let ItemKind::Module(of) = &item.kind {
                        let inner = self.names.scope_of.get(&item.id).copied().unwrap_or(self.scope);
                        let scope = std::mem::replace(&mut self.scope, inner);
                        match &of.content {
                            ModuleContent::Inline(inside) => self.statements_outside(inside),
                            ModuleContent::File(Some(body)) => self.statements_outside(&body.statements),
                            ModuleContent::File(None) => {}
                        }
                        self.scope = scope;
                    }
                }
                StatementKind::Let(of)
                    if matches!(self.names.meaning(of.pattern.id), Meaning::Local(_))
                        || !matches!(of.pattern.kind, PatternKind::Binding { .. }) =>
                {
                    self.statement(statement);
                }
                StatementKind::Expression(_) => {
                    self.statement(statement);
                }
                _ => {}
            }
        }
    }

    /// Infers a function, once.
    pub(super) fn function(&mut self, node: NodeId) {
        if !self.done.insert(node) || self.depth > 60 {
            return;
        }
        let Some(known) = self.functions.get(&node).cloned() else { return };
        let signature = self.types.signatures[&node].clone();
        let Some(body) = &known.function.body else { return };
        self.depth += 1;
        let scope = std::mem::replace(&mut self.scope, known.scope);
        let self_type = std::mem::replace(&mut self.self_type, known.self_type.clone());
        let generics = std::mem::replace(&mut self.generics, known.generics.clone());
        let frame = std::mem::take(&mut self.frame);
        let drops_result = known.function.name.text == "main" && known.function.result.is_none();
        let handed: Vec<Ty> = signature.receiver.iter().chain(&signature.parameters).cloned().collect();
        let owns_result = !signature.declared && !self.lends(&handed);
        self.frame = Frame { result: Some(signature.result.clone()), drops_result, owns_result, ..Frame::default() };
        for (parameter, ty) in known.function.parameters.iter().zip(&signature.parameters) {
            if let Some(default) = &parameter.default {
                self.check(default, ty);
            }
            self.irrefutable_pattern(&parameter.pattern, ty);
        }
        self.returned.extend(body.tail().map(Leaving::function));
        if signature.declared {
            let unit = self.shallow(&signature.result) == Ty::Unit;
            let expect = if unit { Expect::Discard } else { Expect::Type(signature.result.clone()) };
            let ty = self.block(body, &expect);
            if !unit {
                self.require_value(body, &ty, &signature.result, known.function.result.as_ref().map(|ty| ty.span));
            }
        } else if self.shallow(&signature.result) == Ty::Unit {
            self.block(body, &Expect::Discard);
        } else {
            let parameters: Vec<Ty> = signature.receiver.iter().chain(&signature.parameters).cloned().collect();
            let ty = self.inferred_result(body, &signature.result, &parameters);
            self.variables.unify(&signature.result, &ty);
        }
        self.settle();
        self.frame = frame;
        self.generics = generics;
        self.self_type = self_type;
        self.scope = scope;
        self.depth -= 1;
    }

    /// The result of a function that does not say it: the type of its value, if it has one.
    fn inferred_result(&mut self, body: &'tree Block, result: &Ty, parameters: &[Ty]) -> Ty {
        let Some(tail) = body.tail() else {
            let ty = self.block(body, &Expect::Nothing);
            // The last statement returns.
            let known = self.shallow(result);
            return if ty == Ty::Never && self.variables.kind(&known).is_none() { known } else { Ty::Unit };
        };
        if self.variables.kind(&self.shallow(result)).is_none() {
            return self.block(body, &Expect::Type(result.clone()));
        }
        if is_assignment(tail) {
            self.block(body, &Expect::Discard);
            return Ty::Unit;
        }
        let ty = self.block(body, &Expect::Nothing);
        let mut owned = self.materialized(tail, &ty, None);
        if !self.lends(parameters) {
            owned = self.unborrowed(&owned, true);
        }
        self.want(tail, &owned);
        owned
    }

    /// Whether a result may borrow from a function's parameters: all that have text or lists are references.
    fn lends(&self, parameters: &[Ty]) -> bool {
        let types: Vec<Ty> = parameters.iter().map(|ty| self.variables.deep(ty)).collect();
        let borrows = |ty: &Ty| ty.any(&mut |part| matches!(part, Ty::Ref(..) | Ty::Unknown | Ty::Param(_) | Ty::Opaque(_)));
        let owns = |ty: &Ty| *ty == Ty::String || matches!(ty, Ty::Named(..) if !borrows(ty));
        types.iter().any(borrows) && !types.iter().any(owns)
    }

    /// Reports a function whose body ends without the value that it must return.
    fn require_value(&mut self, body: &'tree Block, ty: &Ty, result: &Ty, place: Option<crate::span::Span>) {
        if self.shallow(ty) != Ty::Unit
            || body.tail().is_some()
            || body.statements.last().is_some_and(|last| self.types.revived.contains(&last.id))
        {
            return;
        }
        let expected = self.shallow(result);
        if matches!(expected, Ty::Unit | Ty::Unknown | Ty::Var(_) | Ty::Opaque(_) | Ty::Never) {
            return;
        }
        let text = self.shown(&expected);
        let error =
            self.error(Code::MissingValue, body.span.after(), format!("the function returns `{text}`, but its body ends without a value"));
        error.help = Some("end the body with an expression of this type, or write `return`".to_owned());
        if let Some(place) = place {
            error.notes.push(crate::diagnostic::Note { span: Some(place), message: "the result type is written here".to_owned() });
        }
    }

    /// Infers a block. Its type is that of its value, `Never` if it does not end.
    pub(super) fn block(&mut self, block: &'tree Block, expect: &Expect) -> Ty {
        let outer = self.scope;
        if let Some(scope) = self.names.scope_of.get(&block.id) {
            self.scope = *scope;
        }
        let mut diverges = false;
        let mut value = Ty::Unit;
        let last = block.statements.len().saturating_sub(1);
        for (index, statement) in block.statements.iter().enumerate() {
            let is_value = index == last && self.is_value(statement, expect);
            match &statement.kind {
                StatementKind::Expression(expression) if is_value => {
                    value = match expect {
                        Expect::Type(ty) => {
                            self.check(expression, ty);
                            let own = self.types.of[expression.id.index()].clone();
                            if self.shallow(&own) == Ty::Never { Ty::Never } else { ty.clone() }
                        }
                        Expect::Nothing if matches!(expression.kind, ExpressionKind::If { otherwise: None, .. }) => {
                            self.discard(expression)
                        }
                        Expect::Nothing => self.infer(expression, &Expect::Nothing),
                        Expect::Discard => self.discard(expression),
                    };
                }
                _ => diverges |= self.statement(statement),
            }
            self.assume_later();
            if !self.pending.is_empty() {
                self.settle();
            }
        }
        self.scope = outer;
        if diverges && !matches!(block.statements.last(), Some(statement) if self.is_value(statement, expect)) { Ty::Never } else { value }
    }

    /// Whether the last statement of a block is its value.
    fn is_value(&mut self, statement: &'tree Statement, expect: &Expect) -> bool {
        let StatementKind::Expression(expression) = &statement.kind else { return false };
        if !statement.semicolon {
            return true;
        }
        // `n * 2;` at the end of what must have a value is the value.
        let Expect::Type(ty) = expect else { return false };
        if matches!(self.shallow(ty), Ty::Unit | Ty::Var(_) | Ty::Unknown) || is_assignment(expression) || never_ends(expression) {
            return false;
        }
        if matches!(expression.kind, ExpressionKind::While { .. } | ExpressionKind::For { .. } | ExpressionKind::Let { .. }) {
            return false;
        }
        if let ExpressionKind::If { otherwise: None, .. } = expression.kind {
            return false;
        }
        if let ExpressionKind::Call { function, .. } = &expression.kind
            && let ExpressionKind::Path(path) = &function.kind
            && path.as_name().is_some_and(|name| ["println", "print", "eprintln", "panic", "assert"].contains(&name.text.as_str()))
        {
            return false;
        }
        self.types.revived.insert(statement.id);
        true
    }

    /// Infers a statement that is not the value of its block. Returns whether it never ends.
    pub(super) fn statement(&mut self, statement: &'tree Statement) -> bool {
        match &statement.kind {
            StatementKind::Let(of) => {
                self.local_let(of);
                false
            }
            StatementKind::Expression(expression) => {
                let ty = self.discard(expression);
                self.shallow(&ty) == Ty::Never
            }
            StatementKind::Item(item) => {
                if let ItemKind::Function(_) = &item.kind
                    && self.names.capturing.contains_key(&item.id)
                {
                    // It uses the locals before it; what it is called with comes after.
                    let complete = self
                        .functions
                        .get(&item.id)
                        .is_some_and(|known| known.function.parameters.iter().all(|parameter| parameter.ty.is_some()));
                    if complete {
                        self.function(item.id);
                    }
                }
                false
            }
            StatementKind::Empty | StatementKind::Error => false,
        }
    }

    /// Infers an expression whose value is dropped.
    pub(super) fn discard(&mut self, expression: &'tree Expression) -> Ty {
        let ty = self.infer(expression, &Expect::Discard);
        if self.shallow(&ty) == Ty::Never { Ty::Never } else { Ty::Unit }
    }
}

pub(super) fn is_assignment(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Assign { .. } | ExpressionKind::AssignOperator { .. } | ExpressionKind::Increment { .. })
}

fn never_ends(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Return(_) | ExpressionKind::Break { .. } | ExpressionKind::Continue { .. } | ExpressionKind::Throw(_) => true,
        ExpressionKind::If { then, otherwise: Some(otherwise), .. } => ends_in(then) && never_ends(otherwise),
        ExpressionKind::Block { block, .. } => ends_in(block),
        ExpressionKind::Match { arms, .. } => arms.iter().all(|arm| never_ends(&arm.body)),
        ExpressionKind::Loop { .. } => true,
        _ => false,
    }
}

fn ends_in(block: &Block) -> bool {
    matches!(block.statements.last(), Some(Statement { kind: StatementKind::Expression(expression), .. }) if never_ends(expression))
}
