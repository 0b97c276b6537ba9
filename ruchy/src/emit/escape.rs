//! Closures that outlive the place that makes them: they are `move`.

use crate::map::Set;
use crate::names::Names;
use crate::tree::{
    Block, Bound, Expression, ExpressionKind, Function, GenericParameterKind, ItemKind, Member, ModuleContent, NodeId, Predicate, Program,
    Statement, StatementKind, TypeKind, expressions_in,
};
use crate::types::{Callee, Types};

/// The closures that are results of functions and blocks, or are kept in something.
pub fn escaping(program: &Program, names: &Names<'_>, types: &Types) -> Set<NodeId> {
    let keeps = names.functions().filter(|(_, function)| keeps_arguments(function)).map(|(node, _)| node).collect();
    let mut found = Search { types, keeps, found: Set::default() };
    found.statements(&program.body.statements);
    found.found
}

/// Whether a function keeps the closures that it is given: their types are boxes, or outlive everything.
fn keeps_arguments(function: &Function) -> bool {
    let is_static = |bound: &Bound| matches!(bound, Bound::Lifetime(lifetime) if lifetime.text == "static");
    let of_parameters = function.generics.parameters.iter().any(|parameter| match &parameter.kind {
        GenericParameterKind::Type { bounds, .. } => bounds.iter().any(is_static),
        _ => false,
    });
    let of_predicates = function.generics.predicates.iter().any(|predicate| match predicate {
        Predicate::Type { bounds, .. } => bounds.iter().any(is_static),
        Predicate::Lifetime { .. } => false,
    });
    let of_types = function.parameters.iter().filter_map(|parameter| parameter.ty.as_ref()).any(|ty| match &ty.kind {
        TypeKind::Impl(bounds) => bounds.iter().any(is_static),
        _ => false,
    });
    of_parameters || of_predicates || of_types
}

struct Search<'types> {
    types: &'types Types,
    /// Functions that keep the closures that they are given.
    keeps: Set<NodeId>,
    found: Set<NodeId>,
}

impl Search<'_> {
    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Item(item) => self.item(&item.kind),
                StatementKind::Expression(expression) => self.expression(expression),
                StatementKind::Let(of) => {
                    if let Some(value) = &of.value {
                        if let ExpressionKind::Block { block, .. } = &value.kind {
                            self.result(block.tail());
                        }
                        self.expression(value);
                    }
                }
                _ => {}
            }
        }
    }

    fn item(&mut self, item: &ItemKind) {
        match item {
            ItemKind::Function(function) => {
                if let Some(body) = &function.body {
                    self.result(body.tail());
                    self.block(body);
                }
            }
            ItemKind::Struct(of) => self.members(&of.methods),
            ItemKind::Enum(of) => self.members(&of.methods),
            ItemKind::Impl(of) => self.members(&of.members),
            ItemKind::Trait(of) => self.members(&of.members),
            ItemKind::Module(of) => match &of.content {
                ModuleContent::Inline(statements) => self.statements(statements),
                ModuleContent::File(Some(body)) => self.statements(&body.statements),
                ModuleContent::File(None) => {}
            },
            _ => {}
        }
    }

    fn members(&mut self, members: &[Member]) {
        members.iter().for_each(|member| self.item(&member.item.kind));
    }

    fn block(&mut self, block: &Block) {
        self.statements(&block.statements);
    }

    /// Marks the closures that an expression's value is.
    fn result(&mut self, expression: Option<&Expression>) {
        let Some(expression) = expression else { return };
        match &expression.kind {
            ExpressionKind::Lambda(lambda) => {
                self.found.insert(expression.id);
                self.result(Some(&lambda.body));
            }
            ExpressionKind::Parenthesized(inner) => self.result(Some(inner)),
            ExpressionKind::Block { block, .. } => self.result(block.tail()),
            ExpressionKind::If { then, otherwise, .. } => {
                self.result(then.tail());
                self.result(otherwise.as_deref());
            }
            ExpressionKind::Match { arms, .. } => arms.iter().for_each(|arm| self.result(Some(&arm.body))),
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(|inner| self.result(Some(inner))),
            ExpressionKind::Struct { fields, .. } => fields.iter().for_each(|field| self.result(Some(&field.value))),
            ExpressionKind::Call { arguments, .. } => arguments.iter().for_each(|argument| self.result(Some(argument))),
            // An iterator that is returned.
            ExpressionKind::MethodCall { receiver, arguments, .. } if matches!(self.types.ty(expression.id), crate::types::Ty::Iter(_)) => {
                arguments.iter().for_each(|argument| self.result(Some(argument)));
                self.result(Some(receiver));
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Return(Some(value)) => self.result(Some(value)),
            // Kept in a list, a map or a box.
            ExpressionKind::MethodCall { method, arguments, .. }
                if ["push", "insert", "push_back", "push_front"].contains(&method.text.as_str()) =>
            {
                arguments.iter().for_each(|argument| self.result(Some(argument)));
            }
            ExpressionKind::Struct { fields, .. } => fields.iter().for_each(|field| self.result(Some(&field.value))),
            ExpressionKind::Assign { place, value } if !matches!(place.kind, ExpressionKind::Path(_)) => self.result(Some(value)),
            ExpressionKind::Lambda(lambda) => self.result(Some(&lambda.body)),
            ExpressionKind::Call { .. } => {
                if let Some(Callee::Constructor) = self.types.calls.get(&expression.id) {
                    self.result(Some(expression));
                }
            }
            _ => {}
        }
        if let (ExpressionKind::Call { arguments, .. } | ExpressionKind::MethodCall { arguments, .. }, Some(Callee::Program(node))) =
            (&expression.kind, self.types.calls.get(&expression.id))
            && self.keeps.contains(node)
        {
            arguments.iter().for_each(|argument| self.result(Some(argument)));
        }
        if let ExpressionKind::Block { block, .. } | ExpressionKind::Loop { body: block, .. } = &expression.kind {
            self.block(block);
            return;
        }
        match &expression.kind {
            ExpressionKind::If { condition, then, otherwise } => {
                self.expression(condition);
                self.block(then);
                otherwise.iter().for_each(|inner| self.expression(inner));
            }
            ExpressionKind::While { condition, body, .. } => {
                self.expression(condition);
                self.block(body);
            }
            ExpressionKind::For { iterable, body, .. } => {
                self.expression(iterable);
                self.block(body);
            }
            ExpressionKind::TryCatch(of) => {
                self.block(&of.body);
                of.catch.iter().for_each(|catch| self.block(&catch.body));
                of.finally.iter().for_each(|finally| self.block(finally));
            }
            _ => expressions_in(expression, &mut |inner| self.expression(inner)),
        }
    }
}
