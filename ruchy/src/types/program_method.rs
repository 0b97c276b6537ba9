//! Methods of the program: which one a call means, and its arguments.

use super::body::Expect;
use super::ty::{Int, Ty};
use super::unify::Kind;
use super::{Callee, Inference, Owner};
use crate::diagnostic::Code;
use crate::span::Span;
use crate::tree::{Expression, NodeId};

impl<'tree> Inference<'_, 'tree> {
    /// Whether a type of the program implements a trait that may have methods which are not known here.
    pub(super) fn implements_any(&self, ty: &Ty) -> bool {
        let known =
            ["Display", "Default", "Clone", "PartialEq", "Debug", "From", "Add", "Sub", "Mul", "FromStr", "Ord", "PartialOrd", "Hash"];
        Owner::of(ty).is_some_and(|owner| self.types.implemented.traits(owner).any(|of| !known.contains(&of)))
    }

    /// Whether a trait of the program may give values of a type a method that is not declared for the type itself.
    pub(super) fn trait_may_give(&self, ty: &Ty, name: &str) -> bool {
        self.any_trait_has(name) && (Owner::of(ty).is_none() || self.implements_for_any)
    }

    pub(super) fn any_trait_has(&self, name: &str) -> bool {
        self.methods.of_any_trait(name).is_some()
    }

    pub(super) fn program_method(&self, ty: &Ty, name: &str) -> Option<NodeId> {
        if let Ty::Param(parameter) = ty {
            // A bound of the parameter has the method.
            let signatures = self.types.signatures.values();
            let bound =
                signatures.flat_map(|signature| &signature.bounds).filter(|(own, _)| own == parameter).flat_map(|(_, traits)| traits);
            let mut found = bound.filter_map(|id| self.methods.get(Owner::Trait(*id), name));
            return found.next().or_else(|| self.methods.of_any_trait(name).filter(|_| parameter == "Self"));
        }
        let owner = Owner::of(ty)?;
        // `impl State<Open>` and `impl State<Closed>` may each have one.
        let several = self.methods.several(owner, name).iter().filter_map(|node| {
            let receiver = self.types.signatures.get(node)?.receiver.as_ref()?;
            Some((self.closeness(ty.behind(), receiver.behind()), *node)).filter(|(fit, _)| *fit > 0)
        });
        several.max_by_key(|(fit, _)| *fit).map(|(_, node)| node).or_else(|| self.methods.get(owner, name))
    }

    /// The type of a number literal on which a method of the program's traits is called: the usual one if that has it, else the first that does.
    pub(super) fn number_with(&self, literal: &Ty, name: &str) -> Option<Ty> {
        if !self.any_trait_has(name) {
            return None;
        }
        let of_floats = [Ty::F64, Ty::F32];
        let of_integers = [Int::I64, Int::I32, Int::U64, Int::U32, Int::Usize, Int::U8, Int::I8, Int::U16, Int::I16, Int::I128, Int::U128];
        let is_float = self.variables.kind(literal) == Some(Kind::Float);
        let integers = of_integers.into_iter().map(Ty::Int).filter(|_| !is_float);
        integers.chain(of_floats).find(|ty| self.program_method(ty, name).is_some())
    }

    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    pub(super) fn program_method_call(
        &mut self,
        expression: &'tree Expression,
        receiver: &'tree Expression,
        node: NodeId,
        on: &Ty,
        arguments: &'tree [Expression],
        expect: &Expect,
        span: Span,
    ) -> Ty {
        self.types.calls.insert(expression.id, Callee::Program(node));
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let mut instance = self.instantiate(&signature);
        let Some(own) = instance.receiver.take() else {
            let (of, place) = (self.shown(on), signature.span);
            let message = format!("`{}` is a function of `{of}`, not a method", signature.name);
            let error = self.error(Code::NotAMethod, span, message);
            error.notes.push(crate::diagnostic::Note { span: Some(place), message: "it has no `self`".to_owned() });
            error.help = Some(format!("call it by the type: `{of}::{}(…)`", signature.name));
            return instance.result;
        };
        self.method_is_visible(node, span);
        if matches!(on, Ty::Trait(_)) && matches!(&signature.receiver, Some(Ty::Param(name)) if name == "Self") {
            let message = format!("`{}` takes its value, whose size is not known behind `dyn`", signature.name);
            let error = self.error(Code::UnknownSize, span, message);
            error.notes.push(crate::diagnostic::Note { span: Some(signature.span), message: "it is declared here".to_owned() });
            error.help = Some("let the method take `&self`".to_owned());
        }
        self.receive(receiver, &own, on);
        let all: Vec<&'tree Expression> = arguments.iter().collect();
        self.finish_call(expression, node, &signature, &instance, &all, expect, None)
    }
}
