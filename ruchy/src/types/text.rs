//! Types as text, for messages.

use super::ty::{Head, Ty};
use crate::names::Names;

/// Returns a type as messages name it.
#[must_use]
pub fn type_text(ty: &Ty, names: &Names<'_>) -> String {
    let list = |types: &[Ty]| types.iter().map(|ty| type_text(ty, names)).collect::<Vec<_>>().join(", ");
    match ty {
        Ty::Var(_) | Ty::Unknown => "_".to_owned(),
        Ty::Int(int) => int.name().to_owned(),
        Ty::F32 => "f32".to_owned(),
        Ty::F64 => "f64".to_owned(),
        Ty::Bool => "bool".to_owned(),
        Ty::Char => "char".to_owned(),
        Ty::Str => "str".to_owned(),
        Ty::String => "String".to_owned(),
        Ty::Unit => "()".to_owned(),
        Ty::Never => "!".to_owned(),
        Ty::Ref(mutable, inner) => format!("&{}{}", if *mutable { "mut " } else { "" }, type_text(inner, names)),
        Ty::Tuple(types) if types.len() == 1 => format!("({},)", list(types)),
        Ty::Tuple(types) => format!("({})", list(types)),
        Ty::Array(element) | Ty::Slice(element) => format!("[{}]", type_text(element, names)),
        Ty::Named(head, arguments) => {
            let name = match head {
                Head::Item(id) => names.item(*id).name.clone(),
                Head::Known(name) => name.rsplit("::").next().unwrap_or(name).to_owned(),
            };
            if arguments.is_empty() { name } else { format!("{name}<{}>", list(arguments)) }
        }
        Ty::Fn(parameters, result) if **result == Ty::Unit => format!("Fn({})", list(parameters)),
        Ty::Fn(parameters, result) => format!("Fn({}) -> {}", list(parameters), type_text(result, names)),
        Ty::Iter(item) => format!("iterator of {}", type_text(item, names)),
        Ty::Range(element, _) => format!("range of {}", type_text(element, names)),
        Ty::Param(name) => name.clone(),
        Ty::Trait(id) => format!("dyn {}", names.item(*id).name),
        Ty::Opaque(name) => name.clone(),
    }
}
