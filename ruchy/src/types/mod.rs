//! Types: inference by unification, of the whole program at once.
//!
//! What is certain is used: the types of literals, of what is written, of the known methods. Where something is not known, its type is
//! [`Ty::Unknown`], nothing is inserted, and rustc infers. What is wrong for certain is an error.

mod argument;
mod assign;
mod associated;
mod binding;
mod body;
mod bound;
mod branch;
mod builtin;
mod call;
mod capable;
mod coerce;
mod collection;
mod common_method;
mod comparison;
mod condition;
mod constant;
mod coverage;
mod exhaustive;
mod expression;
mod external;
mod field;
mod found;
mod implementation;
mod index;
mod instance;
mod iterate;
mod join;
mod json;
mod jump;
mod lambda;
mod lower;
mod macros;
mod matched;
mod method;
mod object;
mod operator;
mod overload;
mod owned;
mod owner;
mod parts;
mod path;
mod pattern;
mod pending;
mod private;
mod program_method;
mod question_mark;
mod range;
mod regroup;
mod returned;
mod signature;
pub mod table;
mod table_call;
mod table_result;
mod text;
pub mod ty;
mod unary;
mod unify;
mod unknown_method;
mod untyped;
mod whole;

pub use found::{Callee, Earlier, Look, ObjectKind, Types};
pub use instance::Request;
pub use owner::{Implemented, Owner};
pub(crate) use regroup::{Compared, compared_in};
pub use signature::{Field, Signature};
pub use text::type_text;
pub use ty::{Head, Int, Part, Parts, Ty};

use crate::diagnostic::{Code, Diagnostic};
use crate::map::{Map, Set};
use crate::names::{LocalId, Meaning, Names, ScopeId};
use crate::span::Span;
use crate::tree::{Function, Node, NodeId, Program};
use std::rc::Rc;
use unify::{Kind, Variables};

/// Infers the types of `program`.
///
/// `nodes` are all nodes of the program; `earlier` is what the inferences before this one have found.
pub fn infer<'tree>(
    program: &'tree Program,
    nodes: &[Node<'tree>],
    names: &Names<'tree>,
    earlier: &Earlier,
    errors: &mut Vec<Diagnostic>,
) -> Types {
    let mut inference = Inference {
        names,
        errors,
        variables: Variables::default(),
        types: Types::default(),
        generics: Vec::new(),
        self_type: None,
        scope: ScopeId(0),
        depth: 0,
        frame: Frame::default(),
        pending: Vec::new(),
        functions: Map::default(),
        done: Set::default(),
        methods: owner::Methods::default(),
        constants: Map::default(),
        associated: Vec::new(),
        implements_for_any: false,
        early: Vec::new(),
        defaults: Vec::new(),
        private: Set::default(),
        uses_events: false,
        looked: Set::default(),
        inner_collects: Set::default(),
        flattened: Set::default(),
        inner_collections: Vec::new(),
        collected: Set::default(),
        writes_references: false,
        later: Vec::new(),
        first_calls: Map::default(),
        earlier,
        obligations: Vec::new(),
        untyped: Vec::new(),
        wrappers: Vec::new(),
        valueless: Vec::new(),
        returned: Vec::new(),
        passed_on: Vec::new(),
        matches: Vec::new(),
        irrefutable: Vec::new(),
        needs: Vec::new(),
    };
    inference.types.of = vec![Ty::Unknown; program.nodes as usize + 1];
    inference.types.locals = Vec::new();
    for _ in &names.locals {
        let local = inference.variables.fresh(Kind::Any);
        inference.types.locals.push(local);
    }
    inference.program(program, nodes);
    inference.finish()
}

/// What is around the code that is inferred.
#[derive(Clone, Debug, Default)]
struct Frame {
    /// What `return` gives.
    result: Option<Ty>,
    /// The loops and labelled blocks around.
    breaks: Vec<jump::Target>,
    /// In a `try` block, where `?` goes elsewhere.
    trying: usize,
    /// In a lambda.
    lambda: bool,
    /// In a function whose result is not written and can borrow from nothing.
    owns_result: bool,
    /// In a `main` without a result type, which returns a value that nothing takes.
    drops_result: bool,
}

/// A method call or operation whose operand's type is not known yet.
#[derive(Clone, Debug)]
struct Pending<'tree> {
    expression: &'tree crate::tree::Expression,
    scope: ScopeId,
    self_type: Option<Ty>,
    generics: Vec<Map<String, Ty>>,
    frame: Frame,
    result: Ty,
}

/// A function of the program that can be inferred when it is called.
#[derive(Clone, Debug)]
struct Known<'tree> {
    function: &'tree Function,
    scope: ScopeId,
    self_type: Option<Ty>,
    generics: Vec<Map<String, Ty>>,
}

struct Inference<'names, 'tree> {
    names: &'names Names<'tree>,
    errors: &'names mut Vec<Diagnostic>,
    variables: Variables,
    types: Types,
    /// What the names of type parameters mean, innermost last.
    generics: Vec<Map<String, Ty>>,
    self_type: Option<Ty>,
    scope: ScopeId,
    depth: usize,
    frame: Frame,
    pending: Vec<Pending<'tree>>,
    functions: Map<NodeId, Known<'tree>>,
    done: Set<NodeId>,
    methods: owner::Methods,
    /// The types of constants in `impl` blocks and traits, by their owners.
    constants: Map<(Owner, String), Ty>,
    associated: Vec<associated::Associated<'tree>>,
    /// A trait is implemented for types that are not known one by one: `impl<T> Name for T`.
    implements_for_any: bool,
    /// The results of functions that are not known where `?` returns early from them.
    early: Vec<(Ty, Span)>,
    /// Types to assume at the end, for what is still not known.
    defaults: Vec<(Ty, Ty)>,
    /// Methods in `impl` blocks of types that are not `pub`.
    private: Set<NodeId>,
    uses_events: bool,
    /// Expressions that are printed, or that a method without arguments is called on: these say nothing of their types.
    looked: Set<NodeId>,
    /// Calls of `collect` that are the value of a closure whose values are collected.
    inner_collects: Set<NodeId>,
    /// Bodies of closures whose items are visited one by one: `flat_map(|row| row.iter())`.
    flattened: Set<NodeId>,
    /// What these give, and the items that they collect.
    inner_collections: Vec<(Ty, Ty, Span)>,
    /// Variables without a written type that hold what `collect` gives, by their patterns.
    collected: Set<NodeId>,
    /// The pattern is written with all references.
    writes_references: bool,
    /// Types to assume at the end of the statement, for what is still not known.
    later: Vec<(Ty, Ty)>,
    /// The kinds of the arguments of each function's first call.
    first_calls: Map<NodeId, String>,
    earlier: &'names Earlier,
    /// Bounds to check when all types are known.
    obligations: Vec<bound::Obligation<'tree>>,
    /// Values without a type of their own, such as `None` and `[]`, that a `let` without a type keeps.
    untyped: Vec<(&'tree crate::tree::Expression, Ty)>,
    /// Every `None`, `Ok(…)` and `Err(…)`, with its type.
    wrappers: Vec<(NodeId, Ty)>,
    /// The variables of a `let` without a type and a value.
    valueless: Vec<(&'tree crate::tree::Pattern, Ty)>,
    /// Every `match`, with the type of its value.
    matches: Vec<(&'tree crate::tree::Expression, Ty, &'tree [crate::tree::Arm])>,
    /// Patterns that must fit every value of their types.
    irrefutable: Vec<(&'tree crate::tree::Pattern, Ty)>,
    /// The values that leave functions, closures, loops and labelled blocks.
    returned: Vec<returned::Leaving<'tree>>,
    /// Of each `?`: the result of the function, and the error that is returned.
    passed_on: Vec<(Ty, Ty)>,
    /// What types must be capable of, and where.
    needs: Vec<(capable::Need, Ty, Span)>,
}

impl<'tree> Inference<'_, 'tree> {
    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.errors.push(Diagnostic::error(code, span, message));
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    fn any(&mut self) -> Ty {
        self.variables.fresh(Kind::Any)
    }

    fn shallow(&self, ty: &Ty) -> Ty {
        self.variables.shallow(ty)
    }

    /// What a type parameter means here.
    fn generic(&self, name: &str) -> Option<Ty> {
        self.generics.iter().rev().find_map(|generics| generics.get(name).cloned())
    }

    /// The type behind references, where a literal's is that which it has if nothing else is known.
    fn firm(&self, ty: &Ty) -> Ty {
        let mut inner = self.shallow(ty);
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        match self.variables.kind(&inner) {
            Some(Kind::Int) => Ty::Int(Int::I64),
            Some(Kind::Float) => Ty::F64,
            _ => inner,
        }
    }

    /// Returns a type as messages name it.
    fn shown(&self, ty: &Ty) -> String {
        type_text(&self.variables.last(ty), self.names)
    }

    /// Tries again what could not be inferred.
    fn settle(&mut self) {
        for _ in 0..8 {
            let before = self.pending.len();
            for pending in std::mem::take(&mut self.pending) {
                if self.waits(pending.expression) {
                    self.pending.push(pending);
                } else {
                    self.resume(&pending);
                }
            }
            if self.pending.is_empty() || self.pending.len() == before {
                break;
            }
        }
    }

    fn resume(&mut self, pending: &Pending<'tree>) {
        let scope = std::mem::replace(&mut self.scope, pending.scope);
        let self_type = std::mem::replace(&mut self.self_type, pending.self_type.clone());
        let generics = std::mem::replace(&mut self.generics, pending.generics.clone());
        let frame = std::mem::replace(&mut self.frame, pending.frame.clone());
        self.resolve_pending(pending);
        self.scope = scope;
        self.self_type = self_type;
        self.generics = generics;
        self.frame = frame;
    }

    fn postpone(&mut self, expression: &'tree crate::tree::Expression) -> Ty {
        let result = self.any();
        self.postpone_as(expression, result.clone());
        result
    }

    fn postpone_as(&mut self, expression: &'tree crate::tree::Expression, result: Ty) {
        self.pending.push(Pending {
            expression,
            scope: self.scope,
            self_type: self.self_type.clone(),
            generics: self.generics.clone(),
            frame: self.frame.clone(),
            result,
        });
    }

    /// Assumes `i64` for what empty lists, maps and options of variables hold, where no use of the variable can say more.
    fn assume_elements(&mut self) {
        let mut uses: Map<LocalId, u32> = Map::default();
        for node in &self.looked {
            if let Meaning::Local(id) = self.names.meaning(*node) {
                *uses.entry(*id).or_insert(0) += 1;
            }
        }
        for (index, local) in self.names.locals.iter().enumerate() {
            let id = LocalId(u32::try_from(index).unwrap_or(u32::MAX));
            if local.assigned || uses.get(&id).copied().unwrap_or(0) < local.uses {
                continue;
            }
            let Ty::Named(Head::Known("Vec" | "Option" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque"), arguments) =
                self.shallow(&self.types.locals[index])
            else {
                continue;
            };
            if local.uses == 0 && self.shallow(&self.types.locals[index]).is_known("Option") {
                continue;
            }
            for argument in &arguments {
                if self.variables.kind(&self.shallow(argument)) == Some(Kind::Any) {
                    self.variables.unify(argument, &Ty::Int(Int::I64));
                }
            }
        }
    }

    /// Replaces all variables by what they turned out to be.
    fn finish(mut self) -> Types {
        self.settle();
        self.pass_errors_on();
        for (variable, default) in std::mem::take(&mut self.defaults) {
            if self.variables.kind(&self.variables.shallow(&variable)) == Some(Kind::Any) {
                self.variables.unify(&variable, &default);
                self.settle();
            }
        }
        self.assume_elements();
        // What is pending for good: numbers are assumed for operands, nothing for receivers.
        for pending in std::mem::take(&mut self.pending) {
            self.give_up(&pending);
        }
        self.settle();
        self.check_obligations();
        self.check_untyped();
        self.assume_wrapped();
        self.check_early();
        self.check_needs();
        self.check_keys();
        self.check_constants();
        self.check_matches();
        self.check_returned();
        let variables = &self.variables;
        let mut types = self.types;
        types.of.iter_mut().chain(&mut types.locals).for_each(|ty| variables.conclude(ty));
        types
            .wanted
            .values_mut()
            .chain(types.values.values_mut())
            .chain(types.lambdas.values_mut())
            .chain(types.casts.values_mut())
            .for_each(|ty| *ty = variables.last(ty));
        types.requests.iter_mut().flat_map(|request| &mut request.arguments).for_each(|ty| *ty = variables.last(ty));
        types.signatures.values_mut().for_each(|signature| *signature = Rc::new(signature.map(|ty| variables.last(ty))));
        for fields in types.fields.values_mut() {
            *fields = Rc::new(fields.iter().map(|field| Field { ty: variables.last(&field.ty), ..field.clone() }).collect());
        }
        types
    }
}
