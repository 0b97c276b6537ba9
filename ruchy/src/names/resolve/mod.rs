//! Resolves the names in bodies: a pass with a stack of scopes.

mod expression;
mod external;
mod item;
mod path;
mod pattern;
mod types;

use crate::diagnostic::{Code, Diagnostic, Note};
use crate::map::{Map, Set};
use crate::names::collect::{collect, link_imports, open};
use crate::names::{ItemId, ItemOf, Local, LocalId, Meaning, Names, ScopeId};
use crate::span::Span;
use crate::tree::{
    Block, Expression, ExpressionKind, GenericParameterKind, Generics, Let, NodeId, Predicate, Program, Statement, StatementKind,
};

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
        blocks: vec![Map::default()],
        owners: vec![0],
        next_owner: 1,
        generics: Vec::new(),
        boundaries: Vec::new(),
        used_globals: Set::default(),
        reported: Set::default(),
    };
    resolver.module(&program.body.statements);
    let mut names = resolver.names;
    redirect(&mut names, program);
    names
}

/// Lets calls of functions with copies mean the copy that is theirs.
fn redirect(names: &mut Names<'_>, program: &Program) {
    for (call, node) in &program.redirected {
        if let Some(id) = names.item_at(*node) {
            names.meanings.insert(*call, Meaning::Item(id));
            names.redirected.insert(*call);
        }
    }
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
    blocks: Vec<Map<String, LocalId>>,
    /// The functions and lambdas around, innermost last.
    owners: Vec<usize>,
    next_owner: usize,
    /// The type parameters of the items around.
    generics: Vec<Set<String>>,
    /// Of each nested function around: the number of blocks outside of it, and its node.
    boundaries: Vec<(usize, NodeId)>,
    used_globals: Set<ItemId>,
    /// The types that were reported as unknown: each is reported at its first use.
    reported: Set<String>,
}

impl<'tree> Resolver<'tree, '_> {
    pub(super) fn error(&mut self, code: Code, span: Span, message: String) -> &mut Diagnostic {
        self.errors.push(Diagnostic::error(code, span, message));
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    /// Runs `resolve` without the locals around.
    pub(super) fn isolated(&mut self, resolve: impl FnOnce(&mut Self)) {
        let blocks = std::mem::replace(&mut self.blocks, vec![Map::default()]);
        resolve(self);
        self.blocks = blocks;
    }

    /// Opens the scope of type parameters; the caller pops it.
    pub(super) fn generics(&mut self, generics: &'tree Generics) {
        let all = generics.parameters.iter().filter(|parameter| !matches!(parameter.kind, GenericParameterKind::Lifetime { .. }));
        self.generics.push(all.map(|parameter| parameter.name.text.clone()).collect());
        for parameter in &generics.parameters {
            match &parameter.kind {
                GenericParameterKind::Lifetime { .. } => {}
                GenericParameterKind::Type { bounds, default } => {
                    self.bounds(bounds);
                    self.ty_option(default.as_ref());
                }
                GenericParameterKind::Constant { ty, .. } => self.ty(ty),
            }
        }
        for predicate in &generics.predicates {
            if let Predicate::Type { ty, bounds, .. } = predicate {
                self.ty(ty);
                self.bounds(bounds);
            }
        }
    }

    pub(super) fn bind(&mut self, name: &str, span: Span, node: NodeId, mutable: bool) -> LocalId {
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
            methods: Set::default(),
        });
        self.names.meanings.insert(node, Meaning::Local(id));
        if let Some(block) = self.blocks.last_mut() {
            block.insert(name.to_owned(), id);
        }
        id
    }

    pub(super) fn block(&mut self, block: &'tree Block) {
        self.blocks.push(Map::default());
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

    /// The statements of a module or file.
    pub(super) fn module(&mut self, statements: &'tree [Statement]) {
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
        let global = self.names.item_at(of.pattern.id).filter(|item| !script || self.used_globals.contains(item));
        if let Some(id) = global {
            if !script {
                self.declared_once(id);
            }
            self.ty_option(of.ty.as_ref());
            if let Some(value) = &of.value {
                self.expression(value);
            }
        } else {
            self.local_let(of);
        }
    }

    /// Reports a global whose name another global before it has. In a script the later one hides the earlier one.
    fn declared_once(&mut self, id: ItemId) {
        let (name, span) = (self.names.item(id).name.clone(), self.names.item(id).span);
        let earlier = self.names.scope(self.scope).names.get(&name).into_iter().flatten().find_map(|meaning| match meaning {
            Meaning::Item(other) if *other < id && matches!(self.names.item(*other).kind, ItemOf::Global(_)) => Some(*other),
            _ => None,
        });
        if let Some(other) = earlier {
            let place = self.names.item(other).span;
            let error = self.error(Code::DuplicateName, span, format!("the name `{name}` is declared twice"));
            error.notes.push(Note { span: Some(place), message: "the first declaration is here".to_owned() });
            error.help = Some("give one of them another name".to_owned());
        }
    }

    pub(super) fn local_let(&mut self, of: &'tree Let) {
        self.ty_option(of.ty.as_ref());
        if let Some(value) = &of.value {
            self.expression(value);
        }
        if let Some(otherwise) = &of.otherwise {
            self.block(otherwise);
        }
        self.pattern(&of.pattern);
    }
}
