//! Goes through all expressions and joins the numbers that meet.

use super::Positions;
use super::classes::Classes;
use crate::map::Map;
use crate::names::{ItemId, ItemOf, Meaning, Names};
use crate::tree::{
    BinaryOperator, Block, Expression, ExpressionKind as Kind, FStringPart, Function, Item, ItemKind, Let, Member, ModuleContent, NodeId,
    ObjectEntry, Program, Statement, StatementKind,
};
use crate::types::{Head, Int, Ty, Types};

pub(super) struct Walk<'tables, 'tree> {
    pub names: &'tables Names<'tree>,
    pub types: &'tables Types,
    pub classes: Classes,
    /// The member of the first local.
    locals: u32,
    /// The fields of structs and variants: the type, the variant, and the field's name.
    fields: Map<(ItemId, usize, String), u32>,
    /// Calls of `len` of text.
    pub lengths: Vec<NodeId>,
    /// Expressions that use a position, and a member of the position's class.
    pub sinks: Vec<(NodeId, u32)>,
    /// The functions and methods of the program, by their items' nodes.
    pub functions: Map<NodeId, &'tree Function>,
    /// What `return` gives: the member of the function or closure around.
    pub result: u32,
    /// What `break` gives, of each loop around, with the loop's label.
    pub breaks: Vec<(Option<String>, u32)>,
}

impl<'tables, 'tree> Walk<'tables, 'tree> {
    pub fn new(program: &Program, names: &'tables Names<'tree>, types: &'tables Types) -> Self {
        let nodes = program.nodes as usize + 1;
        Self {
            names,
            types,
            classes: Classes::new(nodes + names.locals.len()),
            locals: program.nodes + 1,
            fields: Map::default(),
            lengths: Vec::new(),
            sinks: Vec::new(),
            functions: functions(names),
            result: 0,
            breaks: Vec::new(),
        }
    }

    pub fn conclude(mut self) -> Positions {
        let mut positions = Positions::default();
        for id in self.names.formatted.values().flatten() {
            let local = self.local(*id);
            self.classes.uses(local).other = true;
        }
        for node in std::mem::take(&mut self.lengths) {
            let uses = *self.classes.uses(node.0);
            if uses.position && !uses.bytes && !uses.other {
                positions.letters.insert(node);
            }
        }
        for (node, member) in std::mem::take(&mut self.sinks) {
            let uses = *self.classes.uses(member);
            if uses.bytes || uses.length && uses.other {
                positions.checked.insert(node);
            }
        }
        positions
    }

    pub fn program(&mut self, program: &Program) {
        self.statements(&program.body.statements);
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Let(binding) => self.binding(binding),
                StatementKind::Item(item) => self.item(item),
                StatementKind::Expression(expression) => self.expression(expression),
                StatementKind::Empty | StatementKind::Error => {}
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Function(function) => self.function(item.id, function),
            ItemKind::Struct(of) => self.members(&of.methods),
            ItemKind::Enum(of) => self.members(&of.methods),
            ItemKind::Impl(of) => self.members(&of.members),
            ItemKind::Trait(of) => self.members(&of.members),
            ItemKind::Module(module) => match &module.content {
                ModuleContent::Inline(statements) => self.statements(statements),
                ModuleContent::File(body) => body.iter().for_each(|body| self.statements(&body.statements)),
            },
            ItemKind::Constant(constant) => constant.value.iter().for_each(|value| self.expression(value)),
            ItemKind::Use(_) | ItemKind::TypeAlias(_) => {}
        }
    }

    fn members(&mut self, members: &[Member]) {
        members.iter().for_each(|member| self.item(&member.item));
    }

    fn function(&mut self, node: NodeId, function: &Function) {
        let outer = (std::mem::replace(&mut self.result, node.0), std::mem::take(&mut self.breaks));
        for parameter in &function.parameters {
            self.pattern(&parameter.pattern, parameter.pattern.id.0);
            parameter.default.iter().for_each(|value| {
                self.expression(value);
                self.join_expression(value, parameter.pattern.id.0);
            });
        }
        if let Some(body) = &function.body {
            self.block(body, node.0);
        }
        (self.result, self.breaks) = outer;
    }

    /// Visits a block, whose value is in the class of `result`.
    pub fn block(&mut self, block: &Block, result: u32) {
        self.statements(&block.statements);
        if let Some(Statement { kind: StatementKind::Expression(last), .. }) = block.statements.last() {
            self.join_expression(last, result);
        }
    }

    pub fn binding(&mut self, binding: &Let) {
        self.pattern(&binding.pattern, binding.pattern.id.0);
        if let Some(value) = &binding.value {
            self.expression(value);
            self.join_expression(value, binding.pattern.id.0);
        }
        if let Some(block) = &binding.otherwise {
            self.block(block, binding.pattern.id.0);
        }
    }

    /// The member of a field.
    pub fn field(&mut self, item: ItemId, variant: usize, name: &str) -> u32 {
        let classes = &mut self.classes;
        *self.fields.entry((item, variant, name.to_owned())).or_insert_with(|| classes.add())
    }

    pub fn local(&self, id: crate::names::LocalId) -> u32 {
        self.locals + id.0
    }

    /// Whether a value of the type may contain a length or a position.
    pub fn counts(ty: &Ty) -> bool {
        match ty {
            Ty::Int(Int::U8 | Int::I8) => false,
            Ty::Int(_) | Ty::Unknown | Ty::Var(_) => true,
            Ty::Tuple(types) | Ty::Named(_, types) => types.iter().any(Self::counts),
            Ty::Ref(_, inner) | Ty::Array(inner) | Ty::Slice(inner) | Ty::Iter(inner) | Ty::Range(inner, _) => Self::counts(inner),
            _ => false,
        }
    }

    pub fn holds(&self, expression: &Expression) -> bool {
        Self::counts(self.types.ty(expression.id))
    }

    /// Joins an expression's numbers, if it has some, with a class.
    pub fn join_expression(&mut self, expression: &Expression, member: u32) {
        if self.holds(expression) {
            self.classes.join(expression.id.0, member);
        }
    }

    /// The value goes to where it is not followed.
    pub fn escape(&mut self, expression: &Expression) {
        if self.holds(expression) && !matches!(expression.unparenthesized().kind, Kind::Literal(_)) {
            self.classes.uses(expression.id.0).other = true;
        }
    }

    /// Visits an expression that becomes a part of `whole`.
    pub fn part(&mut self, part: &Expression, whole: &Expression) {
        self.expression(part);
        if self.holds(whole) {
            self.join_expression(part, whole.id.0);
        } else {
            self.escape(part);
        }
    }

    pub fn escaping(&mut self, value: &Expression) {
        self.expression(value);
        self.escape(value);
    }

    pub fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            Kind::Path(_) => {
                if let Meaning::Local(id) = self.names.meaning(expression.id) {
                    let local = self.local(*id);
                    self.classes.join(expression.id.0, local);
                }
            }
            Kind::Parenthesized(inner) | Kind::Spread(inner) | Kind::Try(inner) | Kind::Cast { value: inner, .. } => {
                self.part(inner, expression);
            }
            Kind::Unary { operand: inner, .. } | Kind::Reference { operand: inner, .. } | Kind::Increment { place: inner, .. } => {
                self.part(inner, expression);
            }
            Kind::Tuple(elements) | Kind::List(elements) => elements.iter().for_each(|element| self.part(element, expression)),
            Kind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.part(end, expression)),
            Kind::Repeat { value, count } => {
                self.part(value, expression);
                self.escaping(count);
            }
            Kind::Binary { operator, left, right, .. } => self.binary(expression, *operator, left, right),
            Kind::Assign { place, value } | Kind::AssignOperator { place, value, .. } => {
                self.expression(place);
                self.part(value, place);
            }
            Kind::Ternary { condition, then, otherwise } => {
                self.expression(condition);
                self.part(then, expression);
                self.part(otherwise, expression);
            }
            Kind::Field { value, name } => {
                self.expression(value);
                match self.types.ty(value.id).behind() {
                    Ty::Named(Head::Item(item), _) => {
                        let member = self.field(*item, usize::MAX, &name.text);
                        self.classes.join(expression.id.0, member);
                    }
                    _ => self.join_expression(value, expression.id.0),
                }
            }
            Kind::Struct { fields, base, .. } => {
                for field in fields {
                    self.expression(&field.value);
                    let member = match self.names.meaning(expression.id) {
                        Meaning::Variant(item, variant) => Some((*item, *variant)),
                        _ => match self.types.ty(expression.id) {
                            Ty::Named(Head::Item(item), _) => Some((*item, usize::MAX)),
                            _ => None,
                        },
                    };
                    if let Some((item, variant)) = member {
                        let member = self.field(item, variant, &field.name.text);
                        self.join_expression(&field.value, member);
                    }
                }
                base.iter().for_each(|base| self.expression(base));
            }
            Kind::FString(parts) => {
                for part in parts {
                    if let FStringPart::Hole { expression, .. } = part {
                        self.escaping(expression);
                    }
                }
            }
            Kind::Object(entries) => {
                for entry in entries {
                    match entry {
                        ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => self.escaping(value),
                    }
                }
            }
            Kind::Index { value, index } => self.index(expression, value, index),
            Kind::MethodCall { .. } | Kind::Pipeline { .. } | Kind::Call { .. } | Kind::Macro(_) => self.call(expression),
            Kind::Literal(_) | Kind::Error | Kind::Continue { .. } => {}
            _ => self.control(expression),
        }
    }

    fn binary(&mut self, expression: &Expression, operator: BinaryOperator, left: &Expression, right: &Expression) {
        if operator.is_comparison() {
            self.expression(left);
            self.expression(right);
            if self.holds(left) && self.holds(right) {
                self.classes.join(left.id.0, right.id.0);
            }
        } else {
            self.part(left, expression);
            self.part(right, expression);
        }
    }
}

fn functions<'tree>(names: &Names<'tree>) -> Map<NodeId, &'tree Function> {
    let nested = names.items.iter().filter_map(|item| match item.kind {
        ItemOf::Function(function) => Some((item.node, function)),
        _ => None,
    });
    names.functions().chain(nested).collect()
}
