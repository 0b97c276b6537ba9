//! Implementations of Rust's own traits have the methods and the types that these require.

use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{Function, Impl, ItemKind, Node, TypeKind};

/// How a method takes `self`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    None,
    Value,
    Shared,
    Mutable,
}

impl Own {
    fn of(function: &Function) -> Option<Self> {
        match &function.receiver {
            None => Some(Self::None),
            Some(receiver) if receiver.ty.is_some() => None,
            Some(receiver) if receiver.reference => Some(if receiver.mutable { Self::Mutable } else { Self::Shared }),
            Some(_) => Some(Self::Value),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Value => "self",
            Self::Shared => "&self",
            Self::Mutable => "&mut self",
        }
    }
}

/// A trait, the types that an implementation names, its required method, that method's `self` and the number of its further parameters.
type Required = (&'static str, &'static [&'static str], &'static str, Own, usize);

const TRAITS: &[Required] = &[
    ("Display", &[], "fmt", Own::Shared, 1),
    ("Debug", &[], "fmt", Own::Shared, 1),
    ("Iterator", &["Item"], "next", Own::Mutable, 0),
    ("IntoIterator", &["Item", "IntoIter"], "into_iter", Own::Value, 0),
    ("FromIterator", &[], "from_iter", Own::None, 1),
    ("FromStr", &["Err"], "from_str", Own::None, 1),
    ("From", &[], "from", Own::None, 1),
    ("Into", &[], "into", Own::Value, 0),
    ("TryFrom", &["Error"], "try_from", Own::None, 1),
    ("Default", &[], "default", Own::None, 0),
    ("Clone", &[], "clone", Own::Shared, 0),
    ("Drop", &[], "drop", Own::Mutable, 0),
    ("PartialEq", &[], "eq", Own::Shared, 1),
    ("PartialOrd", &[], "partial_cmp", Own::Shared, 1),
    ("Ord", &[], "cmp", Own::Shared, 1),
    ("Hash", &[], "hash", Own::Shared, 1),
    ("Deref", &["Target"], "deref", Own::Shared, 0),
    ("DerefMut", &[], "deref_mut", Own::Mutable, 0),
    ("AsRef", &[], "as_ref", Own::Shared, 0),
    ("Index", &["Output"], "index", Own::Shared, 1),
    ("IndexMut", &[], "index_mut", Own::Mutable, 1),
    ("Neg", &["Output"], "neg", Own::Value, 0),
    ("Not", &["Output"], "not", Own::Value, 0),
    ("Add", &["Output"], "add", Own::Value, 1),
    ("Sub", &["Output"], "sub", Own::Value, 1),
    ("Mul", &["Output"], "mul", Own::Value, 1),
    ("Div", &["Output"], "div", Own::Value, 1),
    ("Rem", &["Output"], "rem", Own::Value, 1),
    ("AddAssign", &[], "add_assign", Own::Mutable, 1),
    ("SubAssign", &[], "sub_assign", Own::Mutable, 1),
    ("MulAssign", &[], "mul_assign", Own::Mutable, 1),
    ("DivAssign", &[], "div_assign", Own::Mutable, 1),
];

/// Checks an implementation of a trait that the program does not declare itself.
pub fn check(implementation: &Impl, errors: &mut Vec<Diagnostic>) {
    let Some(path) = &implementation.of_trait else { return };
    let Some(name) = path.last() else { return };
    let Some((of, types, method, own, parameters)) = TRAITS.iter().find(|(of, ..)| *of == name.text) else { return };
    for ty in *types {
        if !implementation.members.iter().any(|member| matches!(&member.item.kind, ItemKind::TypeAlias(alias) if alias.name.text == *ty)) {
            let error = Diagnostic::error(Code::TraitMembers, path.span, format!("the implementation of `{of}` lacks the type `{ty}`"));
            errors.push(error.help(format!("add `type {ty} = …;`")));
        }
    }
    let functions = implementation.members.iter().filter_map(|member| match &member.item.kind {
        ItemKind::Function(function) => Some(function),
        _ => None,
    });
    let Some(function) = functions.clone().find(|function| function.name.text == *method) else {
        let message = format!("the implementation of `{of}` lacks the method `{method}`");
        errors.push(
            Diagnostic::error(Code::TraitMembers, path.span, message).help(format!("add `fun {}`", shape(method, *own, *parameters))),
        );
        return;
    };
    if Own::of(function).is_some_and(|written| written != *own) || function.parameters.len() != *parameters {
        let message = format!("`{method}` differs from the method of the trait `{of}`");
        let error = Diagnostic::error(Code::TraitMembers, function.name.span, message);
        errors.push(error.help(format!("its shape is `{}`", shape(method, *own, *parameters))));
        return;
    }
    let Some(first) = function.parameters.first() else { return };
    let needed = match *method {
        "fmt" => ("&mut ", "the formatter is borrowed to be changed", "f: &mut std::fmt::Formatter"),
        "eq" | "cmp" | "partial_cmp" => ("&", "the other value is borrowed", "other: &Self"),
        _ => return,
    };
    let fits = match first.ty.as_ref().map(|ty| &ty.kind) {
        Some(TypeKind::Reference { mutable, .. }) => *mutable == (needed.0 == "&mut "),
        Some(TypeKind::Path(_)) => false,
        _ => true,
    };
    if !fits {
        let error = Diagnostic::error(
            Code::TraitMembers,
            first.span,
            format!("`{method}` of the trait `{of}` takes `{}…`: {}", needed.0, needed.1),
        );
        errors.push(error.help(format!("write `{}`", needed.2)));
    }
}

/// `add(self, …)`
fn shape(method: &str, own: Own, parameters: usize) -> String {
    let parameters = std::iter::repeat_n("…", parameters);
    let all: Vec<&str> = Some(own.text()).filter(|own| !own.is_empty()).into_iter().chain(parameters).collect();
    format!("{method}({})", all.join(", "))
}

/// Reports an inherent `impl` of a type that cannot have one.
pub fn inherent(node: Node<'_>, errors: &mut Vec<Diagnostic>) {
    let Node::Item(item) = node else { return };
    let ItemKind::Impl(of) = &item.kind else { return };
    if of.of_trait.is_none() && matches!(of.ty.kind, crate::tree::TypeKind::Reference { .. } | crate::tree::TypeKind::Tuple(_)) {
        let error = Diagnostic::error(Code::TraitMembers, of.ty.span, "methods belong to a struct or an enum of the program".to_owned());
        errors.push(error.help("write `impl Name { … }` without `&`, or `impl Trait for …` with a trait of the program"));
    }
}
