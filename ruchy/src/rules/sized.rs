//! Values of `dyn Trait` have no size that is known: they are behind a reference or in a `Box`.

use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{ItemKind, Node, Type, TypeKind};

/// Reports parameters, fields and results of a type `dyn Trait`.
pub fn check(node: Node<'_>, errors: &mut Vec<Diagnostic>) {
    let ty = match node {
        Node::Parameter(parameter) => parameter.ty.as_ref(),
        Node::Field(field) => Some(&field.ty),
        Node::Item(item) => match &item.kind {
            ItemKind::Function(function) => function.result.as_ref(),
            _ => None,
        },
        _ => None,
    };
    if let Some(Type { kind: TypeKind::Dyn(_), span, .. }) = ty {
        let error = Diagnostic::error(Code::UnknownSize, *span, "the size of a value of type `dyn …` is not known".to_owned());
        errors.push(error.help("write `&dyn …` for a reference, or `Box<dyn …>` for a value"));
    }
}
