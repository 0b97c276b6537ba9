//! Which of several functions of one name is called: `From<A>` and `From<B>` give a type a `from` each.

use super::body::Expect;
use super::ty::{Int, Ty};
use super::unify::Kind;
use super::{Callee, Head, Inference, Owner};
use crate::tree::{Expression, NodeId};

impl<'tree> Inference<'_, 'tree> {
    /// Calls the one of `candidates` whose parameters the arguments fit best.
    pub(super) fn overloaded_call(
        &mut self,
        expression: &'tree Expression,
        candidates: &[NodeId],
        arguments: &[&'tree Expression],
    ) -> Option<Ty> {
        let types: Vec<Ty> = arguments.iter().map(|argument| self.infer(argument, &Expect::Nothing)).collect();
        let node = self.best(candidates, &types)?;
        self.types.calls.insert(expression.id, Callee::Program(node));
        let signature = self.types.signatures.get(&node)?.clone();
        let instance = self.instantiate(&signature);
        let parameters = instance.receiver.iter().chain(&instance.parameters);
        for ((argument, ty), parameter) in arguments.iter().zip(&types).zip(parameters) {
            self.coerce(argument, ty, parameter);
        }
        if !instance.arguments.is_empty() {
            self.oblige(node, &instance, arguments.first().map_or(expression.span, |argument| argument.span));
        }
        self.function(node);
        Some(instance.result)
    }

    /// The function among `candidates` whose parameters values of `types` fit best; the first of those that fit equally well.
    pub(super) fn best(&self, candidates: &[NodeId], types: &[Ty]) -> Option<NodeId> {
        let mut best = None;
        for node in candidates {
            let Some(signature) = self.types.signatures.get(node) else { continue };
            let parameters: Vec<&Ty> = signature.receiver.iter().chain(&signature.parameters).collect();
            if parameters.len() != types.len() {
                continue;
            }
            let fit = types.iter().zip(parameters).map(|(ty, parameter)| self.closeness(ty, parameter)).min().unwrap_or(0);
            if fit > 0 && best.is_none_or(|(most, _)| fit > most) {
                best = Some((fit, *node));
            }
        }
        best.map(|(_, node)| node)
    }

    /// The parameter of the `from` by which a value of type `from` becomes one of type `to`, if the program implements it.
    pub(super) fn parameter_of_from(&mut self, from: &Ty, to: &Ty) -> Option<Ty> {
        let owner @ Owner::Item(_) = Owner::of(to)? else { return None };
        let several = self.methods.several(owner, "from");
        let node = match several {
            [] => self.methods.get(owner, "from").filter(|node| self.best(&[*node], std::slice::from_ref(from)).is_some())?,
            _ => self.best(several, std::slice::from_ref(from))?,
        };
        let signature = self.types.signatures.get(&node)?.clone();
        let instance = self.instantiate(&signature);
        self.hint(&instance.result, to);
        instance.parameters.first().cloned()
    }

    /// How well a value of type `actual` fits a parameter of type `wanted`: 0 if it does not.
    pub(super) fn closeness(&self, actual: &Ty, wanted: &Ty) -> u32 {
        let (actual, wanted) = (self.shallow(actual), self.shallow(wanted));
        if actual == wanted {
            return 5;
        }
        let least = |one: &[Ty], other: &[Ty]| {
            if one.len() == other.len() {
                one.iter().zip(other).map(|(one, other)| self.closeness(one, other)).min().unwrap_or(5)
            } else {
                0
            }
        };
        match (&actual, &wanted) {
            (Ty::Unknown | Ty::Opaque(_), _) | (_, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_)) => 1,
            (Ty::Var(_), _) => match (self.variables.kind(&actual), &wanted) {
                (Some(Kind::Int), Ty::Int(Int::I64)) | (Some(Kind::Float), Ty::F64) => 4,
                (Some(Kind::Text), Ty::Ref(_, inner)) if self.shallow(inner) == Ty::Str => 4,
                (Some(Kind::Int), Ty::Int(_)) | (Some(Kind::Float), Ty::F32) | (Some(Kind::Text), Ty::String) => 3,
                (Some(Kind::Int), Ty::F64 | Ty::F32) => 2,
                (Some(Kind::Any), _) => 1,
                _ => 0,
            },
            (_, Ty::Var(_)) => 1,
            (Ty::Tuple(one), Ty::Tuple(other)) => least(one, other),
            (Ty::Named(one, own), Ty::Named(other, wanted)) if one == other => least(own, wanted),
            (Ty::Array(one), Ty::Array(other)) | (Ty::Slice(one), Ty::Slice(other)) | (Ty::Ref(_, one), Ty::Ref(_, other)) => {
                self.closeness(one, other)
            }
            // A list literal, and what refers to a list.
            (Ty::Named(Head::Known("Vec"), own), Ty::Array(other) | Ty::Slice(other)) => self.closeness(&own[0], other).min(2),
            (Ty::Array(one), Ty::Slice(other)) => self.closeness(one, other).min(2),
            (Ty::String, Ty::Str) => 2,
            (Ty::Ref(_, inner), Ty::String) if self.shallow(inner) == Ty::Str => 2,
            (Ty::Fn(..), Ty::Fn(..)) => 1,
            (Ty::Ref(_, one), other) => self.closeness(one, other).min(1),
            (one, Ty::Ref(_, other)) => self.closeness(one, other).min(1),
            _ => 0,
        }
    }
}
