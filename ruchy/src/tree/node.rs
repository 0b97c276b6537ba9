//! Any node of a tree, and its children, for passes that treat nodes alike: checks of the tree, searches by place.

use super::{
    Arm, Attribute, Block, Body, Bound, Comprehension, Expression, ExpressionKind, FStringPart, Field, Fields, Function, GenericArgument,
    GenericParameter, GenericParameterKind, Generics, Item, ItemKind, Let, MacroArguments, Member, ModuleContent, NodeId, ObjectEntry,
    Parameter, Path, Pattern, PatternKind, Predicate, Receiver, Statement, StatementKind, Type, TypeKind, Variant,
};
use crate::span::Span;

#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    Statement(&'a Statement),
    Block(&'a Block),
    Expression(&'a Expression),
    Arm(&'a Arm),
    Pattern(&'a Pattern),
    Type(&'a Type),
    Item(&'a Item),
    Parameter(&'a Parameter),
    Receiver(&'a Receiver),
    Field(&'a Field),
    Variant(&'a Variant),
    GenericParameter(&'a GenericParameter),
}

impl<'a> Node<'a> {
    #[must_use]
    pub fn id(self) -> NodeId {
        match self {
            Self::Statement(node) => node.id,
            Self::Block(node) => node.id,
            Self::Expression(node) => node.id,
            Self::Arm(node) => node.id,
            Self::Pattern(node) => node.id,
            Self::Type(node) => node.id,
            Self::Item(node) => node.id,
            Self::Parameter(node) => node.id,
            Self::Receiver(node) => node.id,
            Self::Field(node) => node.id,
            Self::Variant(node) => node.id,
            Self::GenericParameter(node) => node.id,
        }
    }

    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Statement(node) => node.span,
            Self::Block(node) => node.span,
            Self::Expression(node) => node.span,
            Self::Arm(node) => node.span,
            Self::Pattern(node) => node.span,
            Self::Type(node) => node.span,
            Self::Item(node) => node.span,
            Self::Parameter(node) => node.span,
            Self::Receiver(node) => node.span,
            Self::Field(node) => node.span,
            Self::Variant(node) => node.span,
            Self::GenericParameter(node) => node.span,
        }
    }

    /// The nodes directly below this one. Those of a module in another file are not: see [`children_of_body`].
    #[must_use]
    pub fn children(self) -> Vec<Node<'a>> {
        let mut children = Vec::new();
        self.push_children(&mut children);
        children
    }

    /// Adds [`Self::children`] to a list, such as the nodes that a pass still has to visit.
    pub fn push_children(self, list: &mut Vec<Node<'a>>) {
        let mut children = Children(list);
        match self {
            Self::Statement(node) => children.statement(node),
            Self::Block(node) => children.all(&node.statements, Node::Statement),
            Self::Expression(node) => children.expression(node),
            Self::Arm(node) => {
                children.0.push(Node::Pattern(&node.pattern));
                children.0.extend(node.guard.as_ref().map(Node::Expression));
                children.0.push(Node::Expression(&node.body));
            }
            Self::Pattern(node) => children.pattern(node),
            Self::Type(node) => children.ty(node),
            Self::Item(node) => children.item(node),
            Self::Parameter(node) => {
                children.0.push(Node::Pattern(&node.pattern));
                children.0.extend(node.ty.as_ref().map(Node::Type));
                children.0.extend(node.default.as_ref().map(Node::Expression));
            }
            Self::Receiver(node) => children.0.extend(node.ty.as_ref().map(Node::Type)),
            Self::Field(node) => {
                children.attributes(&node.attributes);
                children.0.push(Node::Type(&node.ty));
                children.0.extend(node.default.as_ref().map(Node::Expression));
            }
            Self::Variant(node) => {
                children.attributes(&node.attributes);
                children.fields(&node.fields);
                children.0.extend(node.discriminant.as_ref().map(Node::Expression));
            }
            Self::GenericParameter(node) => children.generic_parameter(node),
        }
    }
}

/// The nodes at the top of a file.
#[must_use]
pub fn children_of_body(body: &Body) -> Vec<Node<'_>> {
    let mut list = Vec::new();
    let mut children = Children(&mut list);
    children.attributes(&body.attributes);
    children.all(&body.statements, Node::Statement);
    list
}

/// Collects the children of one node, in the order of the source.
struct Children<'a, 'l>(&'l mut Vec<Node<'a>>);

impl<'a> Children<'a, '_> {
    fn all<T>(&mut self, nodes: &'a [T], node: impl FnMut(&'a T) -> Node<'a>) {
        self.0.extend(nodes.iter().map(node));
    }

    fn expressions(&mut self, expressions: &'a [Expression]) {
        self.all(expressions, Node::Expression);
    }

    fn attributes(&mut self, attributes: &'a [Attribute]) {
        for attribute in attributes {
            self.path(&attribute.path);
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        self.attributes(&statement.attributes);
        match &statement.kind {
            StatementKind::Let(binding) => self.binding(binding),
            StatementKind::Item(item) => self.0.push(Node::Item(item)),
            StatementKind::Expression(expression) => self.0.push(Node::Expression(expression)),
            StatementKind::Empty | StatementKind::Error => {}
        }
    }

    fn binding(&mut self, binding: &'a Let) {
        self.0.push(Node::Pattern(&binding.pattern));
        self.0.extend(binding.ty.as_ref().map(Node::Type));
        self.0.extend(binding.value.as_ref().map(Node::Expression));
        self.0.extend(binding.otherwise.as_ref().map(Node::Block));
    }

    fn path(&mut self, path: &'a Path) {
        if let Some(qualifier) = &path.qualifier {
            self.0.push(Node::Type(&qualifier.ty));
            if let Some(as_trait) = &qualifier.as_trait {
                self.path(as_trait);
            }
        }
        for segment in &path.segments {
            self.generic_arguments(segment.generics.as_deref().unwrap_or_default());
        }
    }

    fn generic_arguments(&mut self, arguments: &'a [GenericArgument]) {
        for argument in arguments {
            match argument {
                GenericArgument::Type(ty) | GenericArgument::Binding(_, ty) => self.0.push(Node::Type(ty)),
                GenericArgument::Constraint(_, bounds) => self.bounds(bounds),
                GenericArgument::Constant(value) => self.0.push(Node::Expression(value)),
                GenericArgument::Lifetime(_) => {}
            }
        }
    }

    fn bounds(&mut self, bounds: &'a [Bound]) {
        for bound in bounds {
            match bound {
                Bound::Trait { path, .. } => self.path(path),
                Bound::Function { path, parameters, result, .. } => {
                    self.path(path);
                    self.all(parameters, Node::Type);
                    self.0.extend(result.as_deref().map(Node::Type));
                }
                Bound::Lifetime(_) => {}
            }
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        match &ty.kind {
            TypeKind::Path(path) => self.path(path),
            TypeKind::Reference { ty, .. }
            | TypeKind::Pointer { ty, .. }
            | TypeKind::Parenthesized(ty)
            | TypeKind::Slice(ty)
            | TypeKind::Optional(ty) => self.0.push(Node::Type(ty)),
            TypeKind::Tuple(types) => self.all(types, Node::Type),
            TypeKind::Array { element, length } => self.0.extend([Node::Type(element), Node::Expression(length)]),
            TypeKind::Function { parameters, result } => {
                self.all(parameters, Node::Type);
                self.0.extend(result.as_deref().map(Node::Type));
            }
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => self.bounds(bounds),
            TypeKind::BareFunction(bound) => self.bounds(std::slice::from_ref(bound)),
            TypeKind::Inferred | TypeKind::Never | TypeKind::Error => {}
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => self.0.extend(subpattern.as_deref().map(Node::Pattern)),
            PatternKind::Range { start, end, .. } => self.0.extend(start.iter().chain(end).map(|end| Node::Pattern(end))),
            PatternKind::Path(path) => self.path(path),
            PatternKind::TupleStruct { path, elements } => {
                self.path(path);
                self.all(elements, Node::Pattern);
            }
            PatternKind::Struct { path, fields, .. } => {
                self.path(path);
                self.all(fields, |field| Node::Pattern(&field.pattern));
            }
            PatternKind::Tuple(elements) | PatternKind::List(elements) | PatternKind::Or(elements) => self.all(elements, Node::Pattern),
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.0.push(Node::Pattern(pattern)),
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Literal(_) | PatternKind::Error => {}
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        use ExpressionKind as Kind;
        match &expression.kind {
            Kind::Literal(_) | Kind::Error | Kind::Continue { .. } => {}
            Kind::FString(parts) => self.0.extend(parts.iter().filter_map(|part| match part {
                FStringPart::Text { .. } => None,
                FStringPart::Hole { expression, .. } => Some(Node::Expression(expression)),
            })),
            Kind::Path(path) => self.path(path),
            Kind::Parenthesized(inner) | Kind::Spread(inner) | Kind::Try(inner) | Kind::Throw(inner) => {
                self.0.push(Node::Expression(inner));
            }
            Kind::Unary { operand, .. } | Kind::Reference { operand, .. } | Kind::Increment { place: operand, .. } => {
                self.0.push(Node::Expression(operand));
            }
            Kind::Field { value, .. } => self.0.push(Node::Expression(value)),
            Kind::Tuple(elements) | Kind::List(elements) => self.expressions(elements),
            Kind::Binary { left: first, right: second, .. }
            | Kind::Pipeline { value: first, function: second }
            | Kind::Repeat { value: first, count: second }
            | Kind::Assign { place: first, value: second }
            | Kind::AssignOperator { place: first, value: second, .. }
            | Kind::Index { value: first, index: second } => self.0.extend([Node::Expression(first), Node::Expression(second)]),
            Kind::Ternary { condition, then, otherwise } => {
                self.0.extend([Node::Expression(condition), Node::Expression(then), Node::Expression(otherwise)]);
            }
            Kind::Range { start, end, .. } => self.0.extend(start.iter().chain(end).map(|end| Node::Expression(end))),
            Kind::Cast { value, ty } => self.0.extend([Node::Expression(value), Node::Type(ty)]),
            Kind::Break { value, .. } | Kind::Return(value) => self.0.extend(value.as_deref().map(Node::Expression)),
            Kind::Comprehension(comprehension) => self.comprehension(comprehension),
            Kind::Object(entries) => self.all(entries, |entry| match entry {
                ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => Node::Expression(value),
            }),
            Kind::Struct { path, fields, base } => {
                self.path(path);
                self.all(fields, |field| Node::Expression(&field.value));
                self.0.extend(base.as_deref().map(Node::Expression));
            }
            Kind::Call { function, arguments } => {
                self.0.push(Node::Expression(function));
                self.expressions(arguments);
            }
            Kind::MethodCall { receiver, generics, arguments, .. } => {
                self.0.push(Node::Expression(receiver));
                self.generic_arguments(generics.as_deref().unwrap_or_default());
                self.expressions(arguments);
            }
            Kind::Macro(call) => {
                self.path(&call.path);
                self.macro_arguments(&call.arguments);
            }
            Kind::Lambda(lambda) => {
                self.all(&lambda.parameters, Node::Parameter);
                self.0.extend(lambda.result.as_ref().map(Node::Type));
                self.0.push(Node::Expression(&lambda.body));
            }
            _ => self.control(expression),
        }
    }

    fn control(&mut self, expression: &'a Expression) {
        use ExpressionKind as Kind;
        match &expression.kind {
            Kind::Let { pattern, value } => self.0.extend([Node::Pattern(pattern), Node::Expression(value)]),
            Kind::LetIn { binding, body } => {
                self.binding(binding);
                self.0.push(Node::Expression(body));
            }
            Kind::Block { block, .. } | Kind::Loop { body: block, .. } => self.0.push(Node::Block(block)),
            Kind::If { condition, then, otherwise } => {
                self.0.extend([Node::Expression(condition), Node::Block(then)]);
                self.0.extend(otherwise.as_deref().map(Node::Expression));
            }
            Kind::Match { value, arms } => {
                self.0.push(Node::Expression(value));
                self.all(arms, Node::Arm);
            }
            Kind::While { condition, body, .. } => self.0.extend([Node::Expression(condition), Node::Block(body)]),
            Kind::For { pattern, iterable, body, .. } => {
                self.0.extend([Node::Pattern(pattern), Node::Expression(iterable), Node::Block(body)]);
            }
            Kind::TryCatch(parts) => {
                self.0.push(Node::Block(&parts.body));
                if let Some(catch) = &parts.catch {
                    self.0.extend(catch.pattern.as_ref().map(Node::Pattern));
                    self.0.push(Node::Block(&catch.body));
                }
                self.0.extend(parts.finally.as_ref().map(Node::Block));
            }
            _ => {}
        }
    }

    fn comprehension(&mut self, comprehension: &'a Comprehension) {
        self.0.push(Node::Expression(&comprehension.element));
        self.0.extend(comprehension.value.as_ref().map(Node::Expression));
        for clause in &comprehension.clauses {
            self.0.extend([Node::Pattern(&clause.pattern), Node::Expression(&clause.iterable)]);
            self.expressions(&clause.conditions);
        }
    }

    fn macro_arguments(&mut self, arguments: &'a MacroArguments) {
        match arguments {
            MacroArguments::Expressions(arguments) => self.expressions(arguments),
            MacroArguments::Repeat(value, count) => self.0.extend([Node::Expression(value), Node::Expression(count)]),
            MacroArguments::Matches(value, pattern, guard) => {
                self.0.extend([Node::Expression(value), Node::Pattern(pattern)]);
                self.0.extend(guard.as_ref().map(Node::Expression));
            }
            MacroArguments::Tokens(_) => {}
        }
    }

    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Function(function) => self.function(function),
            ItemKind::Struct(item) => {
                self.generic_parameters(&item.generics);
                let start = self.0.len();
                self.fields(&item.fields);
                self.members(&item.methods);
                self.predicates(&item.generics);
                self.0[start..].sort_by_key(|node| node.span());
            }
            ItemKind::Enum(item) => {
                self.generic_parameters(&item.generics);
                let start = self.0.len();
                self.all(&item.variants, Node::Variant);
                self.members(&item.methods);
                self.predicates(&item.generics);
                self.0[start..].sort_by_key(|node| node.span());
            }
            ItemKind::Impl(item) => {
                self.generic_parameters(&item.generics);
                if let Some(of_trait) = &item.of_trait {
                    self.path(of_trait);
                }
                self.0.push(Node::Type(&item.ty));
                self.predicates(&item.generics);
                self.members(&item.members);
            }
            ItemKind::Trait(item) => {
                self.generic_parameters(&item.generics);
                self.bounds(&item.supertraits);
                self.predicates(&item.generics);
                self.members(&item.members);
            }
            ItemKind::Module(module) => {
                if let ModuleContent::Inline(statements) = &module.content {
                    self.all(statements, Node::Statement);
                }
            }
            ItemKind::Use(trees) => trees.iter().for_each(|tree| self.path(&tree.path)),
            ItemKind::Constant(constant) => {
                self.0.extend(constant.ty.as_ref().map(Node::Type));
                self.0.extend(constant.value.as_ref().map(Node::Expression));
            }
            ItemKind::TypeAlias(alias) => {
                self.generic_parameters(&alias.generics);
                self.bounds(&alias.bounds);
                self.0.extend(alias.ty.as_ref().map(Node::Type));
                self.predicates(&alias.generics);
            }
        }
    }

    fn function(&mut self, function: &'a Function) {
        self.generic_parameters(&function.generics);
        self.0.extend(function.receiver.as_ref().map(Node::Receiver));
        self.all(&function.parameters, Node::Parameter);
        self.0.extend(function.result.as_ref().map(Node::Type));
        self.predicates(&function.generics);
        self.0.extend(function.body.as_ref().map(Node::Block));
    }

    fn members(&mut self, members: &'a [Member]) {
        for member in members {
            self.attributes(&member.attributes);
            self.0.push(Node::Item(&member.item));
        }
    }

    fn fields(&mut self, fields: &'a Fields) {
        match fields {
            Fields::Unit => {}
            Fields::Tuple(fields) | Fields::Named(fields) => self.all(fields, Node::Field),
        }
    }

    fn generic_parameters(&mut self, generics: &'a Generics) {
        self.all(&generics.parameters, Node::GenericParameter);
    }

    fn generic_parameter(&mut self, parameter: &'a GenericParameter) {
        match &parameter.kind {
            GenericParameterKind::Lifetime { .. } => {}
            GenericParameterKind::Type { bounds, default } => {
                self.bounds(bounds);
                self.0.extend(default.as_ref().map(Node::Type));
            }
            GenericParameterKind::Constant { ty, default } => {
                self.0.push(Node::Type(ty));
                self.0.extend(default.as_deref().map(Node::Expression));
            }
        }
    }

    fn predicates(&mut self, generics: &'a Generics) {
        for predicate in &generics.predicates {
            if let Predicate::Type { ty, bounds, .. } = predicate {
                self.0.push(Node::Type(ty));
                self.bounds(bounds);
            }
        }
    }
}
