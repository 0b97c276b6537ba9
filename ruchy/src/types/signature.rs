//! Signatures of the program's functions and the fields of its types.

use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Inference, Known, Owner};
use crate::map::Map;
use crate::names::{ItemId, ItemOf, Meaning, ScopeId};
use crate::span::Span;
use crate::tree::{Fields, GenericParameterKind, Generics, ItemKind, NodeId, TypeKind, Visibility};
use std::rc::Rc;

/// The type of a function or method.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub span: Span,
    /// Its own type parameters, and those of the `impl` around it.
    pub generics: Vec<String>,
    /// What a call gives for `generics`; empty in the signature itself.
    pub arguments: Vec<Ty>,
    /// The type of `self`.
    pub receiver: Option<Ty>,
    pub parameters: Vec<Ty>,
    /// How many arguments are needed: those after may be left out.
    pub required: usize,
    pub result: Ty,
    /// The result is written, or known to be nothing.
    pub declared: bool,
    /// Bounds of type parameters that are traits of the program.
    pub bounds: Vec<(String, Vec<ItemId>)>,
}

impl Signature {
    /// The signature with each of its types replaced.
    #[must_use]
    pub fn map(&self, mut replace: impl FnMut(&Ty) -> Ty) -> Self {
        Self {
            receiver: self.receiver.as_ref().map(&mut replace),
            parameters: self.parameters.iter().map(&mut replace).collect(),
            result: replace(&self.result),
            ..self.clone()
        }
    }
}

/// A field of a struct or a variant.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub span: Span,
    pub ty: Ty,
    pub has_default: bool,
}

impl<'tree> Inference<'_, 'tree> {
    /// Collects the signatures of all functions, and the fields of all types.
    pub(super) fn declare(&mut self) {
        for index in 0..self.names.items.len() {
            let id = ItemId(u32::try_from(index).unwrap_or(u32::MAX));
            let item = &self.names.items[index];
            match item.kind {
                ItemOf::Struct(of) => {
                    let generics = type_parameters(&of.generics);
                    self.types.fields.insert(item.node, Rc::new(Vec::new()));
                    let fields = self.fields(&of.fields, &generics, item.scope);
                    self.types.fields.insert(item.node, fields);
                }
                ItemOf::Enum(of) => {
                    let generics = type_parameters(&of.generics);
                    for variant in &of.variants {
                        let fields = self.fields(&variant.fields, &generics, item.scope);
                        self.types.fields.insert(variant.id, fields);
                    }
                }
                ItemOf::Constant(of) => {
                    let ty = match &of.ty {
                        Some(ty) => self.lower(ty, item.scope),
                        None => self.any(),
                    };
                    self.types.values.insert(id, if ty == Ty::String && of.ty.as_ref().is_some_and(is_str) { Ty::str_ref() } else { ty });
                }
                ItemOf::Global(of) => {
                    let ty = match &of.ty {
                        Some(ty) => self.lower(ty, item.scope),
                        None => self.any(),
                    };
                    self.types.values.insert(id, ty);
                }
                ItemOf::Function(function) => {
                    let known = Known { function, scope: item.scope, self_type: None, generics: Vec::new() };
                    self.declare_function(item.node, known, &[]);
                }
                ItemOf::Trait(of) => {
                    for member in &of.members {
                        if let ItemKind::Constant(constant) = &member.item.kind {
                            let generics = type_parameters(&of.generics);
                            self.declare_constant(Some(Owner::Trait(id)), constant, item.scope, &Ty::Param("Self".to_owned()), &generics);
                        }
                        if let ItemKind::Function(function) = &member.item.kind {
                            let mut generics: Map<String, Ty> = type_parameters(&of.generics);
                            generics.insert("Self".to_owned(), Ty::Param("Self".to_owned()));
                            let known = Known {
                                function,
                                scope: item.scope,
                                self_type: Some(Ty::Param("Self".to_owned())),
                                generics: vec![generics],
                            };
                            let around: Vec<String> = type_parameters(&of.generics).into_keys().chain(["Self".to_owned()]).collect();
                            self.declare_function(member.item.id, known, &around);
                            self.methods.insert(Owner::Trait(id), &function.name.text, member.item.id);
                        }
                    }
                }
                ItemOf::Alias(_) | ItemOf::Module(_) => {}
            }
        }
        self.declare_methods();
        self.check_implementations();
    }

    fn declare_methods(&mut self) {
        for implementation in &self.names.implementations {
            let mut generics = type_parameters(implementation.generics);
            self.generics.push(generics.clone());
            for parameter in &implementation.generics.parameters {
                let bounds = super::lower::bounds_of(implementation.generics, &parameter.name.text);
                // A parameter that is a function is one.
                if let Some(of @ Ty::Fn(..)) = self.lower_bounds(bounds.iter().copied(), implementation.scope) {
                    generics.insert(parameter.name.text.clone(), of);
                }
            }
            self.generics.pop();
            self.generics.push(generics.clone());
            let self_type = match (implementation.block, implementation.owner) {
                (Some(block), _) if is_str(&block.ty) => Ty::Str,
                (Some(block), _) => self.lower(&block.ty, implementation.scope),
                (None, Some(owner)) => {
                    let arguments = implementation
                        .generics
                        .parameters
                        .iter()
                        .filter(|parameter| !matches!(parameter.kind, GenericParameterKind::Lifetime { .. }));
                    Ty::Named(Head::Item(owner), arguments.map(|parameter| Ty::Param(parameter.name.text.clone())).collect())
                }
                (None, None) => Ty::Unknown,
            };
            self.generics.pop();
            let owner = Owner::of(&self_type);
            self.implements_for_any |= owner.is_none();
            let names: Vec<String> = generics.keys().cloned().collect();
            let of_trait = implementation.block.and_then(|block| block.of_trait.as_ref());
            if let (Some(path), Some(owner)) = (of_trait, owner) {
                self.types.implemented.insert(owner, path.last().map_or("", |name| &name.text));
                let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
                if let Some(Meaning::Item(id)) = self.names.type_path(implementation.scope, &segments)
                    && let ItemOf::Trait(of) = self.names.item(id).kind
                {
                    // The methods and constants that the trait has already.
                    for member in &of.members {
                        if let ItemKind::Function(function) = &member.item.kind {
                            self.methods.insert_default(owner, &function.name.text, member.item.id);
                        }
                        if let ItemKind::Constant(constant) = &member.item.kind
                            && let Some(ty) = self.constants.get(&(Owner::Trait(id), constant.name.text.clone())).cloned()
                        {
                            self.constants.entry((owner, constant.name.text.clone())).or_insert(ty);
                        }
                    }
                }
            }
            for member in implementation.members {
                if let ItemKind::Constant(constant) = &member.item.kind {
                    self.declare_constant(owner, constant, implementation.scope, &self_type, &generics);
                }
                if let ItemKind::Function(function) = &member.item.kind {
                    let known = Known {
                        function,
                        scope: implementation.scope,
                        self_type: Some(self_type.clone()),
                        generics: vec![generics.clone()],
                    };
                    if of_trait.is_none() && member.item.visibility == Visibility::Private {
                        self.private.insert(member.item.id);
                    }
                    self.declare_function(member.item.id, known, &names);
                    if let Some(owner) = owner {
                        self.methods.insert(owner, &function.name.text, member.item.id);
                    }
                }
            }
        }
    }

    fn fields(&mut self, fields: &'tree Fields, generics: &Map<String, Ty>, scope: ScopeId) -> Rc<Vec<Field>> {
        let (Fields::Tuple(all) | Fields::Named(all)) = fields else { return Rc::new(Vec::new()) };
        self.generics.push(generics.clone());
        let mut read = Vec::new();
        for field in all {
            let ty = self.lower(&field.ty, scope);
            // A field without a lifetime holds its own text.
            let elided = matches!(&field.ty.kind, TypeKind::Reference { lifetime: None, .. });
            let ty = if elided && ty == Ty::str_ref() { Ty::String } else { ty };
            read.push(Field { name: field.name.text.clone(), span: field.span, ty, has_default: field.default.is_some() });
        }
        self.generics.pop();
        Rc::new(read)
    }

    pub(super) fn declare_function(&mut self, node: NodeId, known: Known<'tree>, around: &[String]) {
        let Known { function, scope, .. } = known.clone();
        let mut own = type_parameters(&function.generics);
        let mut generics: Vec<String> = own.keys().cloned().chain(around.iter().cloned()).collect();
        generics.sort();
        let outer = std::mem::replace(&mut self.generics, known.generics.clone());
        let outer_self = std::mem::replace(&mut self.self_type, known.self_type.clone());
        self.generics.push(own.clone());
        let mut bounds = Vec::new();
        for parameter in &function.generics.parameters {
            let all = super::lower::bounds_of(&function.generics, &parameter.name.text);
            match self.lower_bounds(all.iter().copied(), scope) {
                // A parameter that is a function, or an iterator, is one.
                Some(of @ (Ty::Fn(..) | Ty::Iter(_))) => {
                    own.insert(parameter.name.text.clone(), of);
                }
                Some(Ty::Trait(id)) => bounds.push((parameter.name.text.clone(), vec![id])),
                _ => {}
            }
        }
        for outer in &known.generics {
            let _ = outer;
        }
        if let Some(last) = self.generics.last_mut() {
            *last = own;
        }
        let receiver = function.receiver.as_ref().map(|receiver| {
            let own = known.self_type.clone().unwrap_or(Ty::Unknown);
            let ty = match &receiver.ty {
                Some(ty) => self.lower(ty, scope),
                None if receiver.reference => Ty::Ref(receiver.mutable, Part::new(own)),
                None => own,
            };
            self.set_local_of(receiver.id, &ty);
            ty
        });
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            let ty = match &parameter.ty {
                Some(ty) => self.lower(ty, scope),
                None => self.any(),
            };
            parameters.push(ty);
        }
        if function.name.text == "lambda_handler" && known.self_type.is_none() {
            self.assume_event(&parameters);
        }
        let required = function.parameters.iter().rposition(|parameter| parameter.default.is_none()).map_or(0, |last| last + 1);
        let result = match &function.result {
            Some(ty) => self.lower(ty, scope),
            None if function.body.is_none() || ["main"].contains(&function.name.text.as_str()) => Ty::Unit,
            None => self.any(),
        };
        let signature = Signature {
            name: function.name.text.clone(),
            span: function.name.span,
            generics,
            arguments: Vec::new(),
            receiver,
            parameters,
            required,
            declared: function.result.is_some() || function.body.is_none(),
            result,
            bounds,
        };
        let inside = self.generics.clone();
        self.types.signatures.insert(node, Rc::new(signature));
        self.functions.insert(node, Known { generics: inside, ..known });
        self.generics = outer;
        self.self_type = outer_self;
    }

    /// Without another use, an event without a type is text, and what stands before it is the context.
    fn assume_event(&mut self, parameters: &[Ty]) {
        let (context, event) = match parameters {
            [event] => (None, event),
            [context, event] => (Some(context), event),
            _ => return,
        };
        self.defaults.push((event.clone(), Ty::str_ref()));
        if let (Some(context), Some(head)) = (context, super::table::known("Context")) {
            self.defaults.push((context.clone(), Ty::known(head, Vec::new()).reference()));
        }
    }

    fn set_local_of(&mut self, node: NodeId, ty: &Ty) {
        if let Meaning::Local(id) = self.names.meaning(node) {
            let local = self.types.locals[id.0 as usize].clone();
            self.variables.unify(&local, ty);
        }
    }

    /// A signature with fresh variables for its type parameters.
    pub(super) fn instantiate(&mut self, signature: &Signature) -> Signature {
        if signature.generics.is_empty() {
            return signature.clone();
        }
        let mut fresh: Map<String, Ty> = Map::default();
        for name in &signature.generics {
            let variable = self.variables.fresh(Kind::Any);
            fresh.insert(name.clone(), variable);
        }
        let variables = &self.variables;
        let arguments = signature.generics.iter().map(|name| fresh[name].clone()).collect();
        Signature { arguments, ..signature.map(|ty| substitute(&variables.deep(ty), &fresh)) }
    }
}

/// `ty` with type parameters replaced.
pub(super) fn substitute(ty: &Ty, with: &Map<String, Ty>) -> Ty {
    ty.map(&mut |part| match &part {
        Ty::Param(name) => with.get(name).cloned().unwrap_or(part),
        _ => part,
    })
}

/// Type parameters as types.
pub(super) fn type_parameters(generics: &Generics) -> Map<String, Ty> {
    let types = generics.parameters.iter().filter(|parameter| matches!(parameter.kind, GenericParameterKind::Type { .. }));
    types.map(|parameter| (parameter.name.text.clone(), Ty::Param(parameter.name.text.clone()))).collect()
}

fn is_str(ty: &crate::tree::Type) -> bool {
    matches!(&ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str"))
}
