//! Resolves the names in bodies: a walk with a stack of scopes.

use super::collect::{collect, link_imports, open};
use super::prelude::{FUNCTIONS, TYPES};
use super::{ItemId, ItemOf, Local, LocalId, Meaning, Names, ScopeId, suggest};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::tree::{
    Block, Expression, ExpressionKind, FStringPart, Function, GenericParameterKind, Generics, Item as ItemNode, ItemKind, Let, Literal,
    MacroArguments, ModuleContent, NodeId, ObjectEntry, Parameter, Path, Pattern, PatternKind, Program, Statement, StatementKind, Type,
    TypeKind,
};
use std::collections::{HashMap, HashSet};

/// Resolves all names of `program`. What is not found is reported in `errors`.
pub fn resolve<'tree>(program: &'tree Program, errors: &mut Vec<Diagnostic>) -> Names<'tree> {
    let mut names = Names::default();
    let root = open(&mut names, None, None);
    collect(&mut names, root, &program.body.statements, true, errors);
    link_imports(&mut names);
    let mut resolver = Resolver {
        names,
        errors,
        scope: root,
        blocks: vec![HashMap::new()],
        owners: vec![0],
        next_owner: 1,
        generics: Vec::new(),
        boundaries: Vec::new(),
        used_globals: HashSet::new(),
    };
    resolver.module(&program.body.statements);
    resolver.names
}

/// Whether the statements outside of functions are a program of their own: a script, without a `main` that holds them.
#[must_use]
pub fn is_script(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| matches!(&statement.kind, StatementKind::Expression(expression) if !is_call_of_main(expression)))
}

/// `main()`, which ends some programs, and says nothing.
#[must_use]
pub fn is_call_of_main(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call { function, arguments } if arguments.is_empty() => {
            matches!(&function.kind, ExpressionKind::Path(path) if path.as_name().is_some_and(|name| name.text == "main"))
        }
        _ => false,
    }
}

struct Resolver<'tree, 'errors> {
    names: Names<'tree>,
    errors: &'errors mut Vec<Diagnostic>,
    scope: ScopeId,
    /// The locals of the blocks around, innermost last.
    blocks: Vec<HashMap<String, LocalId>>,
    /// The functions and lambdas around, innermost last.
    owners: Vec<usize>,
    next_owner: usize,
    /// The type parameters of the items around.
    generics: Vec<HashSet<String>>,
    /// Of each nested function around: the number of blocks outside of it, and its node.
    boundaries: Vec<(usize, NodeId)>,
    used_globals: HashSet<ItemId>,
}

impl<'tree> Resolver<'tree, '_> {
    fn error(&mut self, code: Code, span: Span, message: String) -> &mut Diagnostic {
        self.errors.push(Diagnostic::error(code, span, message));
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    /// The statements of a module or file.
    fn module(&mut self, statements: &'tree [Statement]) {
        for statement in statements {
            if let StatementKind::Item(item) = &statement.kind {
                self.item(item);
            }
        }
        let script = is_script(statements);
        for statement in statements {
            match &statement.kind {
                StatementKind::Let(of) => self.top_level_let(of, script),
                StatementKind::Expression(expression) => self.expression(expression),
                _ => {}
            }
        }
    }

    fn top_level_let(&mut self, of: &'tree Let, script: bool) {
        let item =
            self.names.items.iter().position(|item| item.node == of.pattern.id).map(|index| ItemId(u32::try_from(index).unwrap_or(0)));
        let global = item.filter(|item| !script || self.used_globals.contains(item));
        if global.is_some() {
            self.ty_option(of.ty.as_ref());
            if let Some(value) = &of.value {
                self.expression(value);
            }
        } else {
            self.local_let(of);
        }
    }

    fn local_let(&mut self, of: &'tree Let) {
        self.ty_option(of.ty.as_ref());
        if let Some(value) = &of.value {
            self.expression(value);
        }
        if let Some(otherwise) = &of.otherwise {
            self.block(otherwise);
        }
        self.pattern(&of.pattern);
    }

    fn item(&mut self, item: &'tree ItemNode) {
        match &item.kind {
            ItemKind::Function(function) => self.function(function, item.id),
            ItemKind::Struct(of) => {
                self.generics(&of.generics);
                match &of.fields {
                    crate::tree::Fields::Unit => {}
                    crate::tree::Fields::Tuple(fields) | crate::tree::Fields::Named(fields) => {
                        for field in fields {
                            self.ty(&field.ty);
                            if let Some(default) = &field.default {
                                self.isolated(|resolver| resolver.expression(default));
                            }
                        }
                    }
                }
                of.methods.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Enum(of) => {
                self.generics(&of.generics);
                for variant in &of.variants {
                    if let crate::tree::Fields::Tuple(fields) | crate::tree::Fields::Named(fields) = &variant.fields {
                        fields.iter().for_each(|field| self.ty(&field.ty));
                    }
                    if let Some(value) = &variant.discriminant {
                        self.isolated(|resolver| resolver.expression(value));
                    }
                }
                of.methods.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Impl(of) => {
                self.generics(&of.generics);
                self.ty(&of.ty);
                of.members.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Trait(of) => {
                self.generics(&of.generics);
                if let Some(all) = self.generics.last_mut() {
                    all.insert("Self".to_owned());
                }
                of.members.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Module(of) => {
                let Some(module) = self.names.scope_of.get(&item.id).copied() else { return };
                let outer = std::mem::replace(&mut self.scope, module);
                let blocks = std::mem::replace(&mut self.blocks, vec![HashMap::new()]);
                match &of.content {
                    ModuleContent::Inline(statements) => self.module(statements),
                    ModuleContent::File(Some(body)) => self.module(&body.statements),
                    ModuleContent::File(None) => {}
                }
                self.blocks = blocks;
                self.scope = outer;
            }
            ItemKind::Constant(of) => {
                self.ty_option(of.ty.as_ref());
                if let Some(value) = &of.value {
                    self.isolated(|resolver| resolver.expression(value));
                }
            }
            ItemKind::TypeAlias(of) => {
                self.generics(&of.generics);
                self.ty_option(of.ty.as_ref());
                self.generics.pop();
            }
            ItemKind::Use(_) => {}
        }
    }

    /// Runs `resolve` without the locals around.
    fn isolated(&mut self, resolve: impl FnOnce(&mut Self)) {
        let blocks = std::mem::replace(&mut self.blocks, vec![HashMap::new()]);
        resolve(self);
        self.blocks = blocks;
    }

    /// Opens the scope of type parameters; the caller pops it.
    fn generics(&mut self, generics: &'tree Generics) {
        let all = generics.parameters.iter().filter(|parameter| !matches!(parameter.kind, GenericParameterKind::Lifetime { .. }));
        self.generics.push(all.map(|parameter| parameter.name.text.clone()).collect());
    }

    fn function(&mut self, function: &'tree Function, node: NodeId) {
        self.generics(&function.generics);
        let nested = self.blocks.len() > 1 || !self.boundaries.is_empty();
        if nested {
            self.boundaries.push((self.blocks.len(), node));
        }
        let blocks = if nested { None } else { Some(std::mem::replace(&mut self.blocks, vec![HashMap::new()])) };
        self.owners.push(self.next_owner);
        self.next_owner += 1;
        self.blocks.push(HashMap::new());
        if let Some(receiver) = &function.receiver {
            self.bind("self", receiver.span, receiver.id, receiver.mutable && !receiver.reference);
        }
        for parameter in &function.parameters {
            self.parameter(parameter);
        }
        self.ty_option(function.result.as_ref());
        if let Some(body) = &function.body {
            self.block(body);
        }
        self.blocks.pop();
        self.owners.pop();
        if nested {
            self.boundaries.pop();
        }
        if let Some(blocks) = blocks {
            self.blocks = blocks;
        }
        self.generics.pop();
    }

    fn parameter(&mut self, parameter: &'tree Parameter) {
        self.ty_option(parameter.ty.as_ref());
        if let Some(default) = &parameter.default {
            self.expression(default);
        }
        self.pattern(&parameter.pattern);
    }

    fn bind(&mut self, name: &str, span: Span, node: NodeId, mutable: bool) -> LocalId {
        let id = LocalId(u32::try_from(self.names.locals.len()).unwrap_or(u32::MAX));
        self.names.locals.push(Local {
            name: name.to_owned(),
            span,
            node,
            declared_mutable: mutable,
            assigned: false,
            owner: *self.owners.last().unwrap_or(&0),
            captured: false,
            uses: 0,
            methods: HashSet::new(),
        });
        self.names.meanings.insert(node, Meaning::Local(id));
        if let Some(block) = self.blocks.last_mut() {
            block.insert(name.to_owned(), id);
        }
        id
    }

    fn block(&mut self, block: &'tree Block) {
        self.blocks.push(HashMap::new());
        let outer = self.scope;
        let has_items = block.statements.iter().any(|statement| matches!(statement.kind, StatementKind::Item(_)));
        if has_items {
            self.scope = open(&mut self.names, Some(outer), None);
            self.names.scope_of.insert(block.id, self.scope);
            collect(&mut self.names, self.scope, &block.statements, false, self.errors);
            link_imports(&mut self.names);
        }
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::Let(of) => self.local_let(of),
                StatementKind::Item(item) => self.item(item),
                StatementKind::Expression(expression) => self.expression(expression),
                StatementKind::Empty | StatementKind::Error => {}
            }
        }
        self.scope = outer;
        self.blocks.pop();
    }

    /// Binds the names of a pattern, in the innermost block.
    fn pattern(&mut self, pattern: &'tree Pattern) {
        let mut bound = HashMap::new();
        self.pattern_in(pattern, &mut bound);
    }

    fn pattern_in(&mut self, pattern: &'tree Pattern, bound: &mut HashMap<String, LocalId>) {
        match &pattern.kind {
            PatternKind::Binding { name, mutable, subpattern, .. } => {
                if let Some(subpattern) = subpattern {
                    self.pattern_in(subpattern, bound);
                } else if !*mutable && let Some(meaning) = self.constant(&name.text) {
                    self.names.meanings.insert(pattern.id, meaning);
                    return;
                }
                // The alternatives of an `|` bind the same locals.
                if let Some(same) = bound.get(&name.text) {
                    self.names.meanings.insert(pattern.id, Meaning::Local(*same));
                    return;
                }
                let id = self.bind(&name.text, name.span, pattern.id, *mutable);
                bound.insert(name.text.clone(), id);
            }
            PatternKind::Path(path) => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(pattern.id, meaning);
            }
            PatternKind::TupleStruct { path, elements } => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(pattern.id, meaning);
                elements.iter().for_each(|element| self.pattern_in(element, bound));
            }
            PatternKind::Struct { path, fields, .. } => {
                let meaning = self.struct_path(path);
                self.names.meanings.insert(pattern.id, meaning);
                fields.iter().for_each(|field| self.pattern_in(&field.pattern, bound));
            }
            PatternKind::Tuple(all) | PatternKind::List(all) | PatternKind::Or(all) => {
                all.iter().for_each(|pattern| self.pattern_in(pattern, bound));
            }
            PatternKind::Range { start, end, .. } => {
                start.iter().chain(end).for_each(|end| self.pattern_in(end, bound));
            }
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.pattern_in(pattern, bound),
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Literal(_) | PatternKind::Error => {}
        }
    }

    /// The constant, unit struct or variant that a name in a pattern means.
    fn constant(&self, name: &str) -> Option<Meaning> {
        if name == "None" {
            return Some(Meaning::External(vec!["None".to_owned()]));
        }
        let of = |meaning: &&Meaning| match meaning {
            Meaning::Item(id) => match self.names.item(*id).kind {
                ItemOf::Constant(constant) => !constant.is_static,
                ItemOf::Struct(of) => matches!(of.fields, crate::tree::Fields::Unit),
                _ => false,
            },
            Meaning::Variant(id, index) => {
                matches!(self.names.item(*id).kind, ItemOf::Enum(of) if matches!(of.variants[*index].fields, crate::tree::Fields::Unit))
            }
            _ => false,
        };
        self.names.look_up(self.scope, name).iter().find(of).cloned()
    }

    fn find_local(&mut self, name: &str) -> Option<LocalId> {
        let (depth, id) = self.blocks.iter().enumerate().rev().find_map(|(depth, block)| block.get(name).map(|id| (depth, *id)))?;
        for (outside, node) in &self.boundaries {
            if depth < *outside {
                let captured = self.names.capturing.entry(*node).or_default();
                if !captured.contains(&id) {
                    captured.push(id);
                }
            }
        }
        let owner = self.names.locals[id.0 as usize].owner;
        if owner != *self.owners.last().unwrap_or(&0) {
            self.names.locals[id.0 as usize].captured = true;
            let first = self.owners.iter().position(|other| *other == owner).map_or(0, |position| position + 1);
            for lambda in self.owners.iter().skip(first).copied().filter(|owner| *owner >= LAMBDAS) {
                let captures = self.names.captures.entry(NodeId(u32::try_from(lambda).unwrap_or(0))).or_default();
                if !captures.contains(&id) {
                    captures.push(id);
                }
            }
        }
        self.names.locals[id.0 as usize].uses += 1;
        Some(id)
    }

    /// The meaning of a path in an expression or pattern.
    fn value_path(&mut self, path: &'tree Path) -> Meaning {
        for segment in &path.segments {
            for argument in segment.generics.iter().flatten() {
                self.generic_argument(argument);
            }
        }
        if let Some(qualifier) = &path.qualifier {
            let _ = qualifier;
            return Meaning::External(path.segments.iter().map(|segment| segment.name.text.clone()).collect());
        }
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
        match segments.as_slice() {
            [] => Meaning::Unknown,
            [only] => self.single(only, path.span),
            [first, rest @ ..] => self.several(first, rest, &segments, path.span),
        }
    }

    fn single(&mut self, name: &str, span: Span) -> Meaning {
        if let Some(local) = self.find_local(name) {
            return Meaning::Local(local);
        }
        let is_value = |meaning: &&Meaning| match meaning {
            Meaning::Item(id) => !matches!(self.names.item(*id).kind, ItemOf::Trait(_) | ItemOf::Module(_) | ItemOf::Enum(_)),
            _ => true,
        };
        let found = self.names.look_up(self.scope, name);
        if let Some(meaning) = found.iter().find(is_value).or(found.first()).cloned() {
            if let Meaning::Item(id) = meaning
                && matches!(self.names.item(id).kind, ItemOf::Global(_))
                && self.owners.len() > 1
            {
                self.used_globals.insert(id);
            }
            return meaning;
        }
        if name == "Self" {
            return Meaning::OfSelf(String::new());
        }
        if self.generics.iter().any(|all| all.contains(name)) {
            return Meaning::Parameter(name.to_owned());
        }
        if FUNCTIONS.contains(&name) || TYPES.contains(&name) || !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return Meaning::External(vec![name.to_owned()]);
        }
        self.unknown(name, span)
    }

    fn unknown(&mut self, name: &str, span: Span) -> Meaning {
        let mut known: Vec<String> = self.blocks.iter().flat_map(|block| block.keys().cloned()).collect();
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            known.extend(self.names.scope(id).names.keys().cloned());
            scope = self.names.scope(id).around;
        }
        known.sort();
        let near = suggest(name, known.iter().map(String::as_str).chain(FUNCTIONS.iter().copied()));
        let error = self.error(Code::UnknownName, span, format!("nothing named `{name}` is in scope"));
        error.label = "this name is unknown".to_owned();
        error.help = Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it first: `let {name} = …`"),
        });
        Meaning::Unknown
    }

    fn several(&mut self, first: &str, rest: &[String], all: &[String], span: Span) -> Meaning {
        match first {
            "Self" => return Meaning::OfSelf(rest.join("::")),
            "crate" | "super" | "self" => {
                if let Some(found) = self.names.type_path(self.scope, all) {
                    return found;
                }
            }
            _ => {}
        }
        if self.generics.iter().any(|generics| generics.contains(first)) {
            return Meaning::Parameter(first.to_owned());
        }
        let candidates = self.names.look_up(self.scope, first).to_vec();
        for candidate in candidates {
            if let Some(found) = self.names.below(candidate, rest) {
                if let Meaning::Item(id) = &found
                    && self.names.module_of(self.names.item(*id).scope) != self.names.module_of(self.scope)
                    && self.names.item(*id).visibility == crate::tree::Visibility::Private
                    && !self.is_inside(self.names.item(*id).scope)
                {
                    let (name, place) = (self.names.item(*id).name.clone(), self.names.item(*id).span);
                    let error = self.error(Code::PrivateItem, span, format!("`{}` is private to its module", all.join("::")));
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{name}` is declared here") });
                    error.help = Some("write `pub` in front of its declaration".to_owned());
                }
                if let Meaning::Associated(id, name) = &found
                    && let ItemOf::Enum(of) = self.names.item(*id).kind
                    && name.starts_with(|letter: char| letter.is_uppercase())
                    && !self.has_associated(name)
                {
                    let near = suggest(name, of.variants.iter().map(|variant| variant.name.text.as_str()));
                    let place = self.names.item(*id).span;
                    let variants: Vec<&str> = of.variants.iter().map(|variant| variant.name.text.as_str()).collect();
                    let help = near.map_or_else(
                        || format!("its variants are {}", variants.join(", ")),
                        |near| format!("did you mean `{first}::{near}`?"),
                    );
                    let error = self.error(Code::UnknownName, span, format!("the enum `{first}` has no variant `{name}`"));
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{first}` is declared here") });
                    error.help = Some(help);
                    return Meaning::Unknown;
                }
                return found;
            }
        }
        if !self.names.look_up(self.scope, first).is_empty() {
            let modules: Vec<String> = match self.names.look_up(self.scope, first).first() {
                Some(Meaning::Item(id)) => match self.names.item(*id).kind {
                    ItemOf::Module(module) => self.names.scope(module).names.keys().cloned().collect(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
            let near = rest.first().and_then(|name| suggest(name, modules.iter().map(String::as_str)));
            let error = self.error(Code::UnknownName, span, format!("`{first}` has nothing named `{}`", rest.join("::")));
            error.help = near.map(|near| format!("did you mean `{first}::{near}`?"));
            return Meaning::Unknown;
        }
        let external = ["std", "core", "alloc", "events"].contains(&first) || TYPES.contains(&first) || self.is_imported_crate(first);
        if external || !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return Meaning::External(all.to_vec());
        }
        if first.starts_with(|letter: char| letter.is_lowercase()) {
            // The name of a crate may stand in front of a path without `use`.
            return Meaning::External(all.to_vec());
        }
        self.unknown_type(first, span);
        Meaning::Unknown
    }

    fn has_associated(&self, name: &str) -> bool {
        self.names.implementations.iter().any(|implementation| {
            implementation.members.iter().any(|member| match &member.item.kind {
                ItemKind::Function(function) => function.name.text == name,
                ItemKind::Constant(constant) => constant.name.text == name,
                _ => false,
            })
        })
    }

    /// Whether the scope of the walk is in `module`, or in a module in it.
    fn is_inside(&self, scope: ScopeId) -> bool {
        let module = self.names.module_of(scope);
        let mut here = Some(self.names.module_of(self.scope));
        while let Some(id) = here {
            if id == module {
                return true;
            }
            here = self.names.scope(id).parent;
        }
        false
    }

    fn is_imported_crate(&self, first: &str) -> bool {
        self.names
            .scopes
            .iter()
            .flat_map(|scope| scope.names.values().flatten())
            .any(|meaning| matches!(meaning, Meaning::External(path) if path.first().is_some_and(|name| name == first)))
    }

    fn struct_path(&mut self, path: &'tree Path) -> Meaning {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
        match segments.as_slice() {
            [only] if only == "Self" => Meaning::OfSelf(String::new()),
            [only] => match self.names.type_path(self.scope, &segments) {
                Some(meaning) => meaning,
                None => {
                    match self.names.look_up(self.scope, only).iter().find(|meaning| matches!(meaning, Meaning::Variant(..))).cloned() {
                        Some(variant) => variant,
                        None => {
                            self.unknown_type(only, path.span);
                            Meaning::Unknown
                        }
                    }
                }
            },
            _ => self.value_path(path),
        }
    }

    fn unknown_type(&mut self, name: &str, span: Span) {
        if !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return;
        }
        let mut known: Vec<String> = Vec::new();
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            known.extend(self.names.scope(id).names.keys().cloned());
            scope = self.names.scope(id).around;
        }
        known.sort();
        let near = match name {
            "int" | "integer" | "number" | "long" => Some("i64".to_owned()),
            "float" | "double" => Some("f64".to_owned()),
            "text" | "Text" => Some("String".to_owned()),
            "boolean" => Some("bool".to_owned()),
            "List" | "Array" | "list" => Some("Vec".to_owned()),
            "Map" | "Dict" | "map" => Some("BTreeMap".to_owned()),
            "Set" | "set" => Some("BTreeSet".to_owned()),
            _ => suggest(name, known.iter().map(String::as_str).chain(TYPES.iter().copied())),
        };
        let error = self.error(Code::UnknownType, span, format!("there is no type named `{name}`"));
        error.help = Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it, `struct {name} {{ … }}`, or bring it in, `use …::{name}`"),
        });
    }

    fn ty_option(&mut self, ty: Option<&'tree Type>) {
        if let Some(ty) = ty {
            self.ty(ty);
        }
    }

    /// Checks the names in a type.
    fn ty(&mut self, ty: &'tree Type) {
        match &ty.kind {
            TypeKind::Path(path) => {
                for segment in &path.segments {
                    for argument in segment.generics.iter().flatten() {
                        self.generic_argument(argument);
                    }
                }
                let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
                if let [only] = segments.as_slice() {
                    let known = TYPES.contains(&only.as_str())
                        || self.generics.iter().any(|generics| generics.contains(only))
                        || self.names.type_path(self.scope, &segments).is_some();
                    if !known && !only.is_empty() {
                        self.unknown_type(only, ty.span);
                    }
                }
            }
            TypeKind::Reference { ty, .. }
            | TypeKind::Pointer { ty, .. }
            | TypeKind::Parenthesized(ty)
            | TypeKind::Slice(ty)
            | TypeKind::Array { element: ty, .. }
            | TypeKind::Optional(ty) => self.ty(ty),
            TypeKind::Tuple(all) => all.iter().for_each(|ty| self.ty(ty)),
            TypeKind::Function { parameters, result } => {
                parameters.iter().for_each(|ty| self.ty(ty));
                self.ty_option(result.as_deref());
            }
            TypeKind::Dyn(_) | TypeKind::Impl(_) | TypeKind::BareFunction(_) | TypeKind::Inferred | TypeKind::Never | TypeKind::Error => {}
        }
    }

    fn generic_argument(&mut self, argument: &'tree crate::tree::GenericArgument) {
        match argument {
            crate::tree::GenericArgument::Type(ty) | crate::tree::GenericArgument::Binding(_, ty) => self.ty(ty),
            crate::tree::GenericArgument::Constant(expression) => self.expression(expression),
            _ => {}
        }
    }

    fn all(&mut self, expressions: &'tree [Expression]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    /// Marks the local at the root of a place as changed.
    fn assign(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(path) => {
                let Some(name) = path.as_name() else { return };
                match self.names.meanings.get(&place.id) {
                    Some(Meaning::Local(id)) => self.names.locals[id.0 as usize].assigned = true,
                    Some(Meaning::Item(id)) => {
                        let (kind, declared) = (self.names.item(*id).kind, self.names.item(*id).span);
                        let what = match kind {
                            ItemOf::Constant(constant) if !constant.is_static => "a constant",
                            ItemOf::Function(_) => "a function",
                            _ => return,
                        };
                        let error =
                            self.error(Code::NotAssignable, place.span, format!("`{}` is {what}; it cannot be assigned", name.text));
                        error.notes.push(crate::diagnostic::Note { span: Some(declared), message: "it is declared here".to_owned() });
                        error.help = Some(format!("write `let mut {} = …` in place of it, if it changes", name.text.to_lowercase()));
                    }
                    _ => {}
                }
            }
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.assign(value);
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(|place| self.assign(place)),
            _ => {}
        }
    }

    fn expression(&mut self, expression: &'tree Expression) {
        match &expression.kind {
            ExpressionKind::Path(path) => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(expression.id, meaning);
            }
            ExpressionKind::FString(parts) => {
                for part in parts {
                    if let FStringPart::Hole { expression: hole, spec, .. } = part {
                        self.expression(hole);
                        if let Some(spec) = spec {
                            self.format_names(expression.id, &format!("{{:{}}}", spec.text));
                        }
                    }
                }
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Spread(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Try(inner)
            | ExpressionKind::Throw(inner) => self.expression(inner),
            ExpressionKind::Reference { mutable, operand } => {
                self.expression(operand);
                if *mutable {
                    self.assign(operand);
                }
            }
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => self.all(all),
            ExpressionKind::Repeat { value, count } => {
                self.expression(value);
                self.expression(count);
            }
            ExpressionKind::Comprehension(of) => {
                self.blocks.push(HashMap::new());
                for clause in &of.clauses {
                    self.expression(&clause.iterable);
                    self.pattern(&clause.pattern);
                    self.all(&clause.conditions);
                }
                self.expression(&of.element);
                if let Some(value) = &of.value {
                    self.expression(value);
                }
                self.blocks.pop();
            }
            ExpressionKind::Object(entries) => {
                for entry in entries {
                    match entry {
                        ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value) => self.expression(value),
                    }
                }
            }
            ExpressionKind::Struct { path, fields, base } => {
                let meaning = self.struct_path(path);
                self.names.meanings.insert(expression.id, meaning);
                for field in fields {
                    self.expression(&field.value);
                }
                if let Some(base) = base {
                    self.expression(base);
                }
            }
            ExpressionKind::Binary { left, right, .. } => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Pipeline { value, function } => {
                self.expression(value);
                self.expression(function);
            }
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.expression(condition);
                self.expression(then);
                self.expression(otherwise);
            }
            ExpressionKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.expression(end)),
            ExpressionKind::Assign { place, value } => {
                self.expression(value);
                self.expression(place);
                self.assign(place);
            }
            ExpressionKind::AssignOperator { place, value, .. } => {
                self.expression(place);
                self.expression(value);
                self.assign(place);
            }
            ExpressionKind::Increment { place, .. } => {
                self.expression(place);
                self.assign(place);
            }
            ExpressionKind::Cast { value, ty } => {
                self.expression(value);
                self.ty(ty);
            }
            ExpressionKind::Let { pattern, value } => {
                self.expression(value);
                self.pattern(pattern);
            }
            ExpressionKind::LetIn { binding, body } => {
                self.blocks.push(HashMap::new());
                self.local_let(binding);
                self.expression(body);
                self.blocks.pop();
            }
            ExpressionKind::Call { function, arguments } => {
                self.expression(function);
                self.all(arguments);
            }
            ExpressionKind::MethodCall { receiver, method, generics, arguments } => {
                self.expression(receiver);
                if let Some(Meaning::Local(id)) = self.names.meanings.get(&receiver.id) {
                    let id = id.0 as usize;
                    self.names.locals[id].methods.insert(method.text.clone());
                }
                generics.iter().flatten().for_each(|argument| self.generic_argument(argument));
                self.all(arguments);
            }
            ExpressionKind::Field { value, .. } => self.expression(value),
            ExpressionKind::Index { value, index } => {
                self.expression(value);
                self.expression(index);
            }
            ExpressionKind::Macro(call) => self.macro_call(expression, call),
            ExpressionKind::Lambda(lambda) => {
                self.owners.push(expression.id.0 as usize + LAMBDAS);
                self.blocks.push(HashMap::new());
                lambda.parameters.iter().for_each(|parameter| self.parameter(parameter));
                self.ty_option(lambda.result.as_ref());
                self.expression(&lambda.body);
                self.blocks.pop();
                self.owners.pop();
                let key = NodeId(expression.id.0 + u32::try_from(LAMBDAS).unwrap_or(0));
                if let Some(captures) = self.names.captures.remove(&key) {
                    self.names.captures.insert(expression.id, captures);
                }
            }
            ExpressionKind::Block { block, .. } | ExpressionKind::Unsafe(block) | ExpressionKind::Loop { body: block, .. } => {
                self.block(block);
            }
            ExpressionKind::If { condition, then, otherwise } => {
                self.blocks.push(HashMap::new());
                self.expression(condition);
                self.block(then);
                self.blocks.pop();
                if let Some(otherwise) = otherwise {
                    self.expression(otherwise);
                }
            }
            ExpressionKind::Match { value, arms } => {
                self.expression(value);
                for arm in arms {
                    self.blocks.push(HashMap::new());
                    self.pattern(&arm.pattern);
                    if let Some(guard) = &arm.guard {
                        self.expression(guard);
                    }
                    self.expression(&arm.body);
                    self.blocks.pop();
                }
            }
            ExpressionKind::While { condition, body, .. } => {
                self.blocks.push(HashMap::new());
                self.expression(condition);
                self.block(body);
                self.blocks.pop();
            }
            ExpressionKind::For { pattern, iterable, body, .. } => {
                self.expression(iterable);
                self.blocks.push(HashMap::new());
                self.pattern(pattern);
                self.block(body);
                self.blocks.pop();
            }
            ExpressionKind::TryCatch(of) => {
                self.block(&of.body);
                if let Some(catch) = &of.catch {
                    self.blocks.push(HashMap::new());
                    if let Some(pattern) = &catch.pattern {
                        self.pattern(pattern);
                    }
                    self.block(&catch.body);
                    self.blocks.pop();
                }
                if let Some(finally) = &of.finally {
                    self.block(finally);
                }
            }
            ExpressionKind::Break { value, .. } => {
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Return(value) => {
                if let Some(value) = value {
                    self.expression(value);
                }
            }
            ExpressionKind::Literal(_) | ExpressionKind::Continue { .. } | ExpressionKind::Error => {}
        }
    }

    fn macro_call(&mut self, expression: &'tree Expression, call: &'tree crate::tree::MacroCall) {
        match &call.arguments {
            MacroArguments::Expressions(arguments) => {
                for argument in arguments {
                    // `x = 5` names an argument.
                    if let ExpressionKind::Assign { value, .. } = &argument.kind {
                        self.expression(value);
                    } else {
                        self.expression(argument);
                    }
                    if let ExpressionKind::Literal(Literal::String(text)) = &argument.kind {
                        self.format_names(expression.id, &text.value);
                    }
                }
            }
            MacroArguments::Repeat(value, count) => {
                self.expression(value);
                self.expression(count);
            }
            MacroArguments::Matches(value, pattern, guard) => {
                self.expression(value);
                self.blocks.push(HashMap::new());
                self.pattern(pattern);
                if let Some(guard) = guard {
                    self.expression(guard);
                }
                self.blocks.pop();
            }
            MacroArguments::Tokens(_) => {}
        }
    }

    /// Records the locals that the holes of a format name: `{x}`, `{x:>width$}`.
    fn format_names(&mut self, node: NodeId, format: &str) {
        let mut rest = format;
        while let Some(start) = rest.find('{') {
            rest = &rest[start + 1..];
            if let Some(after) = rest.strip_prefix('{') {
                rest = after;
                continue;
            }
            let Some(end) = rest.find('}') else { return };
            let (name, spec) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
            let widths = spec
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$')
                .filter_map(|word| word.strip_suffix('$'));
            for name in std::iter::once(name).chain(widths) {
                if !name.is_empty()
                    && let Some(local) = self.find_local(name)
                {
                    self.names.formatted.entry(node).or_default().push(local);
                }
            }
            rest = &rest[end + 1..];
        }
    }
}

/// Owners of lambdas are numbered by their nodes, after all functions.
const LAMBDAS: usize = 1 << 24;
