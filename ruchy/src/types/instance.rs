//! Functions without written types that are called with values of different types: each kind of call gets an instance of its own.
//!
//! Inference gives such a function the types of its first call. A later call with other types is recorded here; [`crate::instances`] adds a copy
//! of the function for it, and the program is inferred again.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::names::{ItemOf, ScopeId};
use crate::tree::{Expression, ExpressionKind, NodeId};

/// A call that needs an instance of the function it calls.
#[derive(Clone, Debug)]
pub struct Request {
    /// The expression that names the function.
    pub call: NodeId,
    /// The function's item.
    pub function: NodeId,
    /// The types of the arguments.
    pub arguments: Vec<Ty>,
    /// The kinds of the arguments of the call that the function has its types of.
    pub first: String,
}

impl Request {
    /// The same for all calls that one instance serves.
    #[must_use]
    pub fn key(&self) -> String {
        kinds(&self.arguments, &|_| None)
    }
}

impl<'tree> Inference<'_, 'tree> {
    /// Whether calls of a function may have instances of it: it stands in a module, and is visible here by its own name.
    pub(super) fn has_instances(&self, node: NodeId, path: &crate::tree::Path) -> bool {
        let Some(known) = self.functions.get(&node) else { return false };
        let without_type = known.function.parameters.iter().any(|parameter| parameter.ty.is_none());
        if !without_type || known.self_type.is_some() || !known.function.generics.parameters.is_empty() {
            return false;
        }
        let declared = known.scope;
        self.names.scope(declared).around.is_none()
            && self.names.item_at(node).is_some_and(|id| matches!(self.names.item(id).kind, ItemOf::Function(_)))
            && (path.segments.len() > 1 || self.is_around(declared))
    }

    fn is_around(&self, declared: ScopeId) -> bool {
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            if id == declared {
                return true;
            }
            scope = self.names.scope(id).around;
        }
        false
    }

    /// Infers the arguments of a call of a function without written types, and requests a copy of it if they are of another kind.
    pub(super) fn arguments_of_any(&mut self, call: NodeId, function: NodeId, arguments: &[&'tree Expression], parameters: &[Ty]) {
        let written: Vec<bool> = self.functions[&function].function.parameters.iter().map(|parameter| parameter.ty.is_some()).collect();
        let (mut types, mut differs) = (Vec::new(), false);
        for (index, (argument, parameter)) in arguments.iter().zip(parameters).enumerate() {
            if written[index] {
                self.check_or_infer(argument, parameter);
                types.push(parameter.clone());
            } else {
                let (ty, other) = self.argument_of_any(argument, parameter);
                differs |= other;
                types.push(ty);
            }
        }
        let types: Vec<Ty> = types.iter().map(|ty| self.variables.deep(ty)).collect();
        let kinds = kinds(&types, &|ty| self.variables.kind(ty));
        let first = self.first_calls.entry(function).or_insert(kinds).clone();
        if differs {
            self.types.requests.push(Request { call, function, arguments: types, first });
        }
    }

    /// Infers an argument for a parameter without a written type, and returns its type and whether the parameter's is of another kind.
    fn argument_of_any(&mut self, argument: &'tree Expression, parameter: &Ty) -> (Ty, bool) {
        if self.variables.kind(&self.shallow(parameter)) == Some(Kind::Any) {
            let ty = self.infer(argument, &Expect::Nothing);
            let ty = self.materialized(argument, &ty, None);
            let ty = self.scalar(ty);
            let ty = self.parameter_of(ty);
            self.variables.unify(parameter, &ty);
            self.want(argument, parameter);
            return (parameter.clone(), false);
        }
        let takes_hint = matches!(argument.unparenthesized().kind, ExpressionKind::Lambda(_) | ExpressionKind::Object(_));
        let hint = if takes_hint { Expect::Type(parameter.clone()) } else { Expect::Nothing };
        let actual = self.infer(argument, &hint);
        let actual = self.materialized(argument, &actual, None);
        let differs = kinds_differ(&self.variables.deep(&actual), &self.variables.deep(parameter), &|ty| self.variables.kind(ty));
        self.coerce(argument, &actual, parameter);
        (actual, differs)
    }
}

/// Whether values of two types are told apart by what runs: text in whatever form is text, integers of all widths are integers.
fn kinds_differ(one: &Ty, other: &Ty, kind_of: &dyn Fn(&Ty) -> Option<Kind>) -> bool {
    let (one, other) = (behind(one), behind(other));
    let simple = |ty: &Ty| match ty {
        Ty::Str | Ty::String => Some("text"),
        Ty::Char => Some("char"),
        Ty::Int(_) => Some("integer"),
        Ty::F32 | Ty::F64 => Some("float"),
        Ty::Bool => Some("bool"),
        Ty::Unit => Some("unit"),
        Ty::Var(_) => match kind_of(ty)? {
            Kind::Any => None,
            Kind::Int => Some("integer"),
            Kind::Float => Some("float"),
            Kind::Text => Some("text"),
        },
        _ => None,
    };
    let is_open = |ty: &Ty| {
        matches!(ty, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never)
            || (matches!(ty, Ty::Var(_)) && matches!(kind_of(ty), None | Some(Kind::Any)))
    };
    if is_open(one) || is_open(other) {
        return false;
    }
    match (simple(one), simple(other)) {
        (Some(one), Some(other)) => return one != other,
        (None, None) => {}
        _ => return true,
    }
    if let (Some(one), Some(other)) = (element(one), element(other)) {
        return kinds_differ(one, other, kind_of);
    }
    match (one, other) {
        (Ty::Named(one_head, one), Ty::Named(other_head, other)) => {
            one_head != other_head || one.iter().zip(other).any(|(one, other)| kinds_differ(one, other, kind_of))
        }
        (Ty::Tuple(one), Ty::Tuple(other)) => {
            one.len() != other.len() || one.iter().zip(other).any(|(one, other)| kinds_differ(one, other, kind_of))
        }
        (Ty::Fn(..), Ty::Fn(..)) => false,
        _ => true,
    }
}

fn behind(mut ty: &Ty) -> &Ty {
    loop {
        match ty {
            Ty::Ref(_, inner) => ty = inner,
            Ty::Named(Head::Known("Box" | "Rc" | "Arc"), inner) if inner.len() == 1 => ty = &inner[0],
            _ => return ty,
        }
    }
}

/// The elements of what is a list, in whatever form.
fn element(ty: &Ty) -> Option<&Ty> {
    match ty {
        Ty::Named(Head::Known("Vec"), arguments) => arguments.first(),
        Ty::Array(element) | Ty::Slice(element) | Ty::Iter(element) | Ty::Range(element, _) => Some(element),
        _ => None,
    }
}

fn kinds(types: &[Ty], kind_of: &dyn Fn(&Ty) -> Option<Kind>) -> String {
    types.iter().map(|ty| kind(ty, kind_of)).collect::<Vec<_>>().join(",")
}

fn kind(ty: &Ty, kind_of: &dyn Fn(&Ty) -> Option<Kind>) -> String {
    let ty = behind(ty);
    if let Some(element) = element(ty) {
        return format!("[{}]", kind(element, kind_of));
    }
    match (ty, kind_of(ty)) {
        (Ty::Str | Ty::String, _) | (_, Some(Kind::Text)) => "text".to_owned(),
        (Ty::Int(_), _) | (_, Some(Kind::Int)) => "integer".to_owned(),
        (Ty::F32 | Ty::F64, _) | (_, Some(Kind::Float)) => "float".to_owned(),
        (Ty::Named(head, arguments), _) => format!("{head:?}<{}>", kinds(arguments, kind_of)),
        (Ty::Tuple(types), _) => format!("({})", kinds(types, kind_of)),
        (Ty::Fn(..), _) => "fn".to_owned(),
        (other, _) => format!("{other:?}"),
    }
}
