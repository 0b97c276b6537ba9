//! The children of each kind of node.

use super::{
    Attribute, Body, Bound, Comprehension, Expression, ExpressionKind, FStringPart, Fields, Function, GenericArgument, GenericParameter,
    GenericParameterKind, Generics, Item, ItemKind, Let, MacroArguments, Member, ModuleContent, Node, ObjectEntry, Path, Pattern,
    PatternKind, Predicate, Statement, StatementKind, Type, TypeKind,
};

impl<'a> Node<'a> {
    /// Calls `visit` for each of [`Self::children`].
    pub fn each_child(self, visit: &mut dyn FnMut(Node<'a>)) {
        let mut children = Children(visit);
        match self {
            Self::Statement(node) => children.statement(node),
            Self::Block(node) => children.all(&node.statements, Node::Statement),
            Self::Expression(node) => children.expression(node),
            Self::Arm(node) => {
                (children.0)(Node::Pattern(&node.pattern));
                children.each(node.guard.as_ref().map(Node::Expression));
                (children.0)(Node::Expression(&node.body));
            }
            Self::Pattern(node) => children.pattern(node),
            Self::Type(node) => children.ty(node),
            Self::Item(node) => children.item(node),
            Self::Parameter(node) => {
                (children.0)(Node::Pattern(&node.pattern));
                children.each(node.ty.as_ref().map(Node::Type));
                children.each(node.default.as_ref().map(Node::Expression));
            }
            Self::Receiver(node) => children.each(node.ty.as_ref().map(Node::Type)),
            Self::Field(node) => {
                children.attributes(&node.attributes);
                (children.0)(Node::Type(&node.ty));
                children.each(node.default.as_ref().map(Node::Expression));
            }
            Self::Variant(node) => {
                children.attributes(&node.attributes);
                children.fields(&node.fields);
                children.each(node.discriminant.as_ref().map(Node::Expression));
            }
            Self::GenericParameter(node) => children.generic_parameter(node),
        }
    }
}

/// The nodes at the top of a file.
#[must_use]
pub fn children_of_body(body: &Body) -> Vec<Node<'_>> {
    let mut list = Vec::new();
    let mut add = |node| list.push(node);
    let mut children = Children(&mut add);
    children.attributes(&body.attributes);
    children.all(&body.statements, Node::Statement);
    list
}

/// Calls a function for the children of one node, in the order of the source.
struct Children<'a, 'visit>(&'visit mut dyn FnMut(Node<'a>));

impl<'a> Children<'a, '_> {
    fn each(&mut self, nodes: impl IntoIterator<Item = Node<'a>>) {
        nodes.into_iter().for_each(&mut *self.0);
    }

    fn all<T>(&mut self, nodes: &'a [T], node: impl FnMut(&'a T) -> Node<'a>) {
        self.each(nodes.iter().map(node));
    }

    /// Visits what `visit` does in the order of the source.
    fn sorted(&mut self, visit: impl FnOnce(&mut Children<'a, '_>)) {
        let mut list = Vec::new();
        let mut add = |node| list.push(node);
        visit(&mut Children(&mut add));
        list.sort_by_key(|node: &Node<'_>| node.span());
        self.each(list);
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
            StatementKind::Item(item) => (self.0)(Node::Item(item)),
            StatementKind::Expression(expression) => (self.0)(Node::Expression(expression)),
            StatementKind::Empty | StatementKind::Error => {}
        }
    }

    fn binding(&mut self, binding: &'a Let) {
        (self.0)(Node::Pattern(&binding.pattern));
        self.each(binding.ty.as_ref().map(Node::Type));
        self.each(binding.value.as_ref().map(Node::Expression));
        self.each(binding.otherwise.as_ref().map(Node::Block));
    }

    fn path(&mut self, path: &'a Path) {
        if let Some(qualifier) = &path.qualifier {
            (self.0)(Node::Type(&qualifier.ty));
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
                GenericArgument::Type(ty) | GenericArgument::Binding(_, ty) => (self.0)(Node::Type(ty)),
                GenericArgument::Constraint(_, bounds) => self.bounds(bounds),
                GenericArgument::Constant(value) => (self.0)(Node::Expression(value)),
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
                    self.each(result.as_deref().map(Node::Type));
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
            | TypeKind::Optional(ty) => (self.0)(Node::Type(ty)),
            TypeKind::Tuple(types) => self.all(types, Node::Type),
            TypeKind::Array { element, length } => self.each([Node::Type(element), Node::Expression(length)]),
            TypeKind::Function { parameters, result } => {
                self.all(parameters, Node::Type);
                self.each(result.as_deref().map(Node::Type));
            }
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => self.bounds(bounds),
            TypeKind::BareFunction(bound) => self.bounds(std::slice::from_ref(bound)),
            TypeKind::Inferred | TypeKind::Never | TypeKind::Error => {}
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => self.each(subpattern.as_deref().map(Node::Pattern)),
            PatternKind::Range { start, end, .. } => self.each(start.iter().chain(end).map(|end| Node::Pattern(end))),
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
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => (self.0)(Node::Pattern(pattern)),
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Literal(_) | PatternKind::Error => {}
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        use ExpressionKind as Kind;
        match &expression.kind {
            Kind::Literal(_) | Kind::Error | Kind::Continue { .. } => {}
            Kind::FString(parts) => self.each(parts.iter().filter_map(|part| match part {
                FStringPart::Text { .. } => None,
                FStringPart::Hole { expression, .. } => Some(Node::Expression(expression)),
            })),
            Kind::Path(path) => self.path(path),
            Kind::Parenthesized(inner) | Kind::Spread(inner) | Kind::Try(inner) | Kind::Throw(inner) => {
                (self.0)(Node::Expression(inner));
            }
            Kind::Unary { operand, .. } | Kind::Reference { operand, .. } | Kind::Increment { place: operand, .. } => {
                (self.0)(Node::Expression(operand));
            }
            Kind::Field { value, .. } => (self.0)(Node::Expression(value)),
            Kind::Tuple(elements) | Kind::List(elements) => self.expressions(elements),
            Kind::Binary { left: first, right: second, .. }
            | Kind::Pipeline { value: first, function: second }
            | Kind::Repeat { value: first, count: second }
            | Kind::Assign { place: first, value: second }
            | Kind::AssignOperator { place: first, value: second, .. }
            | Kind::Index { value: first, index: second } => self.each([Node::Expression(first), Node::Expression(second)]),
            Kind::Ternary { condition, then, otherwise } => {
                self.each([Node::Expression(condition), Node::Expression(then), Node::Expression(otherwise)]);
            }
            Kind::Range { start, end, .. } => self.each(start.iter().chain(end).map(|end| Node::Expression(end))),
            Kind::Cast { value, ty } => self.each([Node::Expression(value), Node::Type(ty)]),
            Kind::Break { value, .. } | Kind::Return(value) => self.each(value.as_deref().map(Node::Expression)),
            Kind::Comprehension(comprehension) => self.comprehension(comprehension),
            Kind::Object(entries) => self.all(entries, |entry| match entry {
                ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => Node::Expression(value),
            }),
            Kind::Struct { path, fields, base } => {
                self.path(path);
                self.all(fields, |field| Node::Expression(&field.value));
                self.each(base.as_deref().map(Node::Expression));
            }
            Kind::Call { function, arguments } => {
                (self.0)(Node::Expression(function));
                self.expressions(arguments);
            }
            Kind::MethodCall { receiver, generics, arguments, .. } => {
                (self.0)(Node::Expression(receiver));
                self.generic_arguments(generics.as_deref().unwrap_or_default());
                self.expressions(arguments);
            }
            Kind::Macro(call) => {
                self.path(&call.path);
                self.macro_arguments(&call.arguments);
            }
            Kind::Lambda(lambda) => {
                self.all(&lambda.parameters, Node::Parameter);
                self.each(lambda.result.as_ref().map(Node::Type));
                (self.0)(Node::Expression(&lambda.body));
            }
            _ => self.control(expression),
        }
    }

    fn control(&mut self, expression: &'a Expression) {
        use ExpressionKind as Kind;
        match &expression.kind {
            Kind::Let { pattern, value } => self.each([Node::Pattern(pattern), Node::Expression(value)]),
            Kind::LetIn { binding, body } => {
                self.binding(binding);
                (self.0)(Node::Expression(body));
            }
            Kind::Block { block, .. } | Kind::Loop { body: block, .. } => (self.0)(Node::Block(block)),
            Kind::If { condition, then, otherwise } => {
                self.each([Node::Expression(condition), Node::Block(then)]);
                self.each(otherwise.as_deref().map(Node::Expression));
            }
            Kind::Match { value, arms } => {
                (self.0)(Node::Expression(value));
                self.all(arms, Node::Arm);
            }
            Kind::While { condition, body, .. } => self.each([Node::Expression(condition), Node::Block(body)]),
            Kind::For { pattern, iterable, body, .. } => {
                self.each([Node::Pattern(pattern), Node::Expression(iterable), Node::Block(body)]);
            }
            Kind::TryCatch(parts) => {
                (self.0)(Node::Block(&parts.body));
                if let Some(catch) = &parts.catch {
                    self.each(catch.pattern.as_ref().map(Node::Pattern));
                    (self.0)(Node::Block(&catch.body));
                }
                self.each(parts.finally.as_ref().map(Node::Block));
            }
            _ => {}
        }
    }

    fn comprehension(&mut self, comprehension: &'a Comprehension) {
        (self.0)(Node::Expression(&comprehension.element));
        self.each(comprehension.value.as_ref().map(Node::Expression));
        for clause in &comprehension.clauses {
            self.each([Node::Pattern(&clause.pattern), Node::Expression(&clause.iterable)]);
            self.expressions(&clause.conditions);
        }
    }

    fn macro_arguments(&mut self, arguments: &'a MacroArguments) {
        match arguments {
            MacroArguments::Expressions(arguments) => self.expressions(arguments),
            MacroArguments::Repeat(value, count) => self.each([Node::Expression(value), Node::Expression(count)]),
            MacroArguments::Matches(value, pattern, guard) => {
                self.each([Node::Expression(value), Node::Pattern(pattern)]);
                self.each(guard.as_ref().map(Node::Expression));
            }
            MacroArguments::Tokens(_) => {}
        }
    }

    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Function(function) => self.function(function),
            ItemKind::Struct(item) => {
                self.generic_parameters(&item.generics);
                self.sorted(|children| {
                    children.fields(&item.fields);
                    children.members(&item.methods);
                    children.predicates(&item.generics);
                });
            }
            ItemKind::Enum(item) => {
                self.generic_parameters(&item.generics);
                self.sorted(|children| {
                    children.all(&item.variants, Node::Variant);
                    children.members(&item.methods);
                    children.predicates(&item.generics);
                });
            }
            ItemKind::Impl(item) => {
                self.generic_parameters(&item.generics);
                if let Some(of_trait) = &item.of_trait {
                    self.path(of_trait);
                }
                (self.0)(Node::Type(&item.ty));
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
                self.each(constant.ty.as_ref().map(Node::Type));
                self.each(constant.value.as_ref().map(Node::Expression));
            }
            ItemKind::TypeAlias(alias) => {
                self.generic_parameters(&alias.generics);
                self.bounds(&alias.bounds);
                self.each(alias.ty.as_ref().map(Node::Type));
                self.predicates(&alias.generics);
            }
        }
    }

    fn function(&mut self, function: &'a Function) {
        self.generic_parameters(&function.generics);
        self.each(function.receiver.as_ref().map(Node::Receiver));
        self.all(&function.parameters, Node::Parameter);
        self.each(function.result.as_ref().map(Node::Type));
        self.predicates(&function.generics);
        self.each(function.body.as_ref().map(Node::Block));
    }

    fn members(&mut self, members: &'a [Member]) {
        for member in members {
            self.attributes(&member.attributes);
            (self.0)(Node::Item(&member.item));
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
                self.each(default.as_ref().map(Node::Type));
            }
            GenericParameterKind::Constant { ty, default } => {
                (self.0)(Node::Type(ty));
                self.each(default.as_deref().map(Node::Expression));
            }
        }
    }

    fn predicates(&mut self, generics: &'a Generics) {
        for predicate in &generics.predicates {
            if let Predicate::Type { ty, bounds, .. } = predicate {
                (self.0)(Node::Type(ty));
                self.bounds(bounds);
            }
        }
    }
}
