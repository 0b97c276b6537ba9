//! The parts of an expression.

use crate::tree::{Block, Expression, ExpressionKind, FStringPart, MacroArguments, ObjectEntry, StatementKind};

/// Calls `visit` for each expression directly within `expression`.
pub fn children<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(&'tree Expression)) {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Path(_) | ExpressionKind::Continue { .. } | ExpressionKind::Error => {}
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
        | ExpressionKind::Let { value: inner, .. }
        | ExpressionKind::Field { value: inner, .. } => visit(inner),
        ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(visit),
        ExpressionKind::Binary { left: one, right: other, .. }
        | ExpressionKind::Pipeline { value: one, function: other }
        | ExpressionKind::Repeat { value: one, count: other }
        | ExpressionKind::Assign { place: one, value: other }
        | ExpressionKind::AssignOperator { place: one, value: other, .. }
        | ExpressionKind::Index { value: one, index: other } => {
            visit(one);
            visit(other);
        }
        ExpressionKind::Ternary { condition, then, otherwise } => {
            visit(condition);
            visit(then);
            visit(otherwise);
        }
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
                let (ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value)) = entry;
                visit(value);
            }
        }
        ExpressionKind::Comprehension(of) => {
            visit(&of.element);
            of.value.iter().for_each(&mut *visit);
            for clause in &of.clauses {
                visit(&clause.iterable);
                clause.conditions.iter().for_each(&mut *visit);
            }
        }
        ExpressionKind::Macro(call) => match &call.arguments {
            MacroArguments::Expressions(arguments) => arguments.iter().for_each(visit),
            MacroArguments::Repeat(value, count) => {
                visit(value);
                visit(count);
            }
            MacroArguments::Matches(value, _, guard) => {
                visit(value);
                guard.iter().for_each(visit);
            }
            MacroArguments::Tokens(_) => {}
        },
        ExpressionKind::Lambda(lambda) => visit(&lambda.body),
        ExpressionKind::LetIn { binding, body } => {
            binding.value.iter().for_each(&mut *visit);
            visit(body);
        }
        ExpressionKind::Block { block, .. } | ExpressionKind::Unsafe(block) | ExpressionKind::Loop { body: block, .. } => {
            in_block(block, visit);
        }
        ExpressionKind::If { condition, then, otherwise } => {
            visit(condition);
            in_block(then, visit);
            otherwise.iter().for_each(|inner| visit(inner));
        }
        ExpressionKind::Match { value, arms } => {
            visit(value);
            for arm in arms {
                arm.guard.iter().for_each(&mut *visit);
                visit(&arm.body);
            }
        }
        ExpressionKind::While { condition, body, .. } => {
            visit(condition);
            in_block(body, visit);
        }
        ExpressionKind::For { iterable, body, .. } => {
            visit(iterable);
            in_block(body, visit);
        }
        ExpressionKind::TryCatch(of) => {
            in_block(&of.body, visit);
            if let Some(catch) = &of.catch {
                in_block(&catch.body, visit);
            }
            if let Some(finally) = &of.finally {
                in_block(finally, visit);
            }
        }
        ExpressionKind::Break { value, .. } | ExpressionKind::Return(value) => value.iter().for_each(|inner| visit(inner)),
    }
}

/// Calls `visit` for each expression directly within a block.
pub fn in_block<'tree>(block: &'tree Block, visit: &mut dyn FnMut(&'tree Expression)) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::Expression(expression) => visit(expression),
            StatementKind::Let(of) => {
                of.value.iter().for_each(&mut *visit);
                if let Some(otherwise) = &of.otherwise {
                    in_block(otherwise, visit);
                }
            }
            StatementKind::Item(_) | StatementKind::Empty | StatementKind::Error => {}
        }
    }
}
