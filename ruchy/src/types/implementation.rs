//! The methods of an implementation have the parameters and the results that the trait declares.

use super::ty::Ty;
use super::{Inference, Signature};
use crate::diagnostic::{Code, Note};
use crate::names::{ItemOf, Meaning};
use crate::tree::{Function, ItemKind};

impl Inference<'_, '_> {
    pub(super) fn check_implementations(&mut self) {
        for implementation in &self.names.implementations {
            let Some(path) = implementation.block.and_then(|block| block.of_trait.as_ref()) else { continue };
            let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
            let Some(Meaning::Item(id)) = self.names.type_path(implementation.scope, &segments) else { continue };
            let ItemOf::Trait(of) = self.names.item(id).kind else { continue };
            for member in implementation.members {
                let ItemKind::Function(own) = &member.item.kind else { continue };
                let declared = of.members.iter().find_map(|member| match &member.item.kind {
                    ItemKind::Function(function) if function.name.text == own.name.text => Some((member.item.id, function)),
                    _ => None,
                });
                let Some((node, declared)) = declared else { continue };
                let signatures = (self.types.signatures.get(&node).cloned(), self.types.signatures.get(&member.item.id).cloned());
                if let (Some(wanted), Some(found)) = signatures {
                    self.compare_methods(&of.name.text, declared, &wanted, own, &found);
                }
            }
        }
    }

    fn compare_methods(&mut self, of: &str, declared: &Function, wanted: &Signature, own: &Function, found: &Signature) {
        let name = &own.name;
        let (message, span) = if declared.receiver.is_some() != own.receiver.is_some() {
            let (has, lacks) = if own.receiver.is_some() { ("a", "no") } else { ("no", "a") };
            (format!("`{}` has {has} `self`, but the trait `{of}` declares it with {lacks} `self`", name.text), name.span)
        } else if let (Some(one), Some(other)) = (&own.receiver, &declared.receiver)
            && (one.reference, one.reference && one.mutable) != (other.reference, other.reference && other.mutable)
            && one.ty.is_none()
            && other.ty.is_none()
        {
            let text = |receiver: &crate::tree::Receiver| match (receiver.reference, receiver.mutable) {
                (true, true) => "&mut self",
                (true, false) => "&self",
                _ => "self",
            };
            (format!("`{}` takes `{}`, but the trait `{of}` declares it with `{}`", name.text, text(one), text(other)), one.span)
        } else if declared.parameters.len() != own.parameters.len() {
            let count = super::call::count(declared.parameters.len(), "parameter");
            let message = format!("`{}` has {}, but the trait `{of}` declares {count}", name.text, own.parameters.len());
            (message, name.span)
        } else if let Some(index) =
            (0..own.parameters.len()).find(|index| self.certainly_differ(&wanted.parameters[*index], &found.parameters[*index]))
        {
            let (one, other) = (self.shown(&found.parameters[index]), self.shown(&wanted.parameters[index]));
            (format!("the parameter is `{one}`, but the trait `{of}` declares `{other}`"), own.parameters[index].span)
        } else if wanted.declared && found.declared && self.certainly_differ(&wanted.result, &found.result) {
            let (one, other) = (self.shown(&found.result), self.shown(&wanted.result));
            let span = own.result.as_ref().map_or(name.span, |ty| ty.span);
            (format!("`{}` returns `{one}`, but the trait `{of}` declares `{other}`", name.text), span)
        } else {
            return;
        };
        let error = self.error(Code::TraitMembers, span, message);
        error.notes.push(Note { span: Some(declared.name.span), message: "the trait declares it here".to_owned() });
        error.help = Some("give both the same parameters and the same result".to_owned());
    }

    /// Whether two types differ, and neither depends on type parameters or on what is not known.
    fn certainly_differ(&self, one: &Ty, other: &Ty) -> bool {
        let (one, other) = (self.variables.deep(one), self.variables.deep(other));
        let is_open = |ty: &Ty| {
            ty.any(&mut |part| {
                matches!(part, Ty::Var(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Fn(..) | Ty::Iter(_))
            })
        };
        one != other && !is_open(&one) && !is_open(&other)
    }
}
