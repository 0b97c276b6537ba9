//! Paths as values: locals, functions, constants, variants and names of the prelude.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Int, Part, Parts, Ty};
use crate::diagnostic::Code;
use crate::names::{FUNCTIONS, ItemOf, Meaning, TYPES, suggest};
use crate::tree::Expression;

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn path(&mut self, expression: &'tree Expression, path: &'tree crate::tree::Path, expect: &Expect) -> Ty {
        match self.names.meaning(expression.id).clone() {
            Meaning::Local(id) => self.types.locals[id.0 as usize].clone(),
            Meaning::Item(id) => match self.names.item(id).kind {
                ItemOf::Function(_) => self.function_value(self.names.item(id).node),
                ItemOf::Constant(_) | ItemOf::Global(_) => self.types.values.get(&id).cloned().unwrap_or(Ty::Unknown),
                ItemOf::Struct(of) => {
                    let own = self.fresh_item(id);
                    match &of.fields {
                        crate::tree::Fields::Tuple(_) => {
                            let arguments = if let Ty::Named(_, arguments) = &own { arguments.clone() } else { Parts::default() };
                            let fields = self.struct_fields(id, &arguments).unwrap_or_default();
                            Ty::Fn(fields.into_iter().map(|(_, ty)| ty).collect(), Part::new(own))
                        }
                        _ => own,
                    }
                }
                ItemOf::Enum(_) | ItemOf::Trait(_) => self.type_as_value(expression, &self.names.item(id).name),
                _ => Ty::Unknown,
            },
            Meaning::External(full) if matches!(full.as_slice(), [name] if is_type_name(name)) => self.type_as_value(expression, &full[0]),
            Meaning::Variant(id, index) => {
                let own = self.fresh_item(id);
                let arguments = if let Ty::Named(_, arguments) = &own { arguments.clone() } else { Parts::default() };
                let ItemOf::Enum(of) = self.names.item(id).kind else { return Ty::Unknown };
                match &of.variants[index].fields {
                    crate::tree::Fields::Tuple(_) => Ty::Fn(self.variant_fields(id, index, &arguments).unwrap_or_default(), Part::new(own)),
                    _ => own,
                }
            }
            Meaning::Associated(id, name) => self.associated_value(id, &name, path.span),
            Meaning::OfSelf(name) => match self.self_type.clone() {
                Some(Ty::Named(Head::Item(id), arguments)) => match (self.names.item(id).kind, name.as_str()) {
                    (ItemOf::Enum(of), _) if of.variants.iter().any(|variant| variant.name.text == name) => {
                        let index = of.variants.iter().position(|variant| variant.name.text == name).unwrap_or(0);
                        let own = Ty::Named(Head::Item(id), arguments.clone());
                        match &of.variants[index].fields {
                            crate::tree::Fields::Tuple(_) => {
                                Ty::Fn(self.variant_fields(id, index, &arguments).unwrap_or_default(), Part::new(own))
                            }
                            _ => own,
                        }
                    }
                    (_, "") => match self.struct_fields(id, &arguments) {
                        Some(fields) if fields.first().is_some_and(|(name, _)| name == "0") => {
                            Ty::Fn(fields.into_iter().map(|(_, ty)| ty).collect(), Part::new(Ty::Named(Head::Item(id), arguments)))
                        }
                        _ => Ty::Named(Head::Item(id), arguments),
                    },
                    _ => self.associated_value(id, &name, path.span),
                },
                _ => Ty::Unknown,
            },
            Meaning::External(full) => {
                let ty = self.external_value(&full, path, expect);
                let written = path.segments.last().and_then(|segment| segment.generics.as_ref()).and_then(|all| all.first());
                if let (Some(crate::tree::GenericArgument::Type(written)), Ty::Named(Head::Known("Option"), own)) = (written, &ty) {
                    let written = self.lower(written, self.scope);
                    self.variables.unify(&own[0], &written);
                }
                if full.last().is_some_and(|last| last == "None") && path.segments.iter().all(|segment| segment.generics.is_none()) {
                    self.wrappers.push((expression.id, ty.clone()));
                }
                ty
            }
            Meaning::Parameter(_) => {
                self.check_member_of_parameter(path);
                Ty::Unknown
            }
            Meaning::Unknown => Ty::Unknown,
        }
    }

    /// Reports `T::NAME` where no bound of `T` has the name.
    pub(super) fn check_member_of_parameter(&mut self, path: &'tree crate::tree::Path) {
        let [parameter, member] = path.segments.as_slice() else { return };
        let (parameter, name) = (&parameter.name.text, &member.name.text);
        if parameter == "Self" || self.bounds_may_have(parameter, name) {
            return;
        }
        let message = format!("no bound of `{parameter}` has something named `{name}`");
        let error = self.error(Code::UnknownName, path.span, message);
        error.help = Some(format!("name the trait that declares it: `<{parameter}: Trait>`"));
    }

    /// A function of the program as a value.
    pub(super) fn function_value(&mut self, node: crate::tree::NodeId) -> Ty {
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let signature = self.instantiate(&signature);
        let receiver = signature.receiver.into_iter();
        Ty::Fn(receiver.chain(signature.parameters).collect(), Part::new(signature.result))
    }

    fn external_value(&mut self, full: &[String], path: &'tree crate::tree::Path, expect: &Expect) -> Ty {
        match full.last().map(String::as_str) {
            Some("None") if full.len() <= 2 => {
                if let Some(expected @ Ty::Named(Head::Known("Option"), _)) = self.expected(expect) {
                    expected
                } else {
                    let value = self.any();
                    Ty::option(value)
                }
            }
            Some("Some" | "Ok" | "Err") if full.len() == 1 => {
                let (value, error) = (self.any(), self.any());
                match full[0].as_str() {
                    "Some" => Ty::Fn([value.clone()].into(), Part::new(Ty::option(value))),
                    "Ok" => Ty::Fn([value.clone()].into(), Part::new(Ty::result(value, error))),
                    _ => Ty::Fn([error.clone()].into(), Part::new(Ty::result(value, error))),
                }
            }
            Some(name) if full.len() == 1 && FUNCTIONS.contains(&name) && !["Some", "None", "Ok", "Err", "drop"].contains(&name) => {
                let name = &full[0];
                let error = self.error(Code::TypeMismatch, path.span, format!("`{name}` is not a value: it can only be called"));
                error.help = Some(format!("call it, `{name}(…)`; as a function it is `|x| {name}(x)`"));
                Ty::Unknown
            }
            Some(last) if full.len() >= 2 => {
                let owner = &full[full.len() - 2];
                if ["f64", "f32"].contains(&owner.as_str()) {
                    let constant = last.chars().all(|letter| letter.is_uppercase() || letter == '_');
                    if !constant && let Some((parameters, result)) = self.table_function(full) {
                        return Ty::Fn(parameters.into(), Part::new(result));
                    }
                }
                if let Some(int) = Int::named(owner)
                    && matches!(last, "MAX" | "MIN")
                {
                    return Ty::Int(int);
                }
                match owner.as_str() {
                    "f64" | "consts" => {
                        return if last.chars().all(|letter| letter.is_uppercase() || letter == '_') { Ty::F64 } else { Ty::Unknown };
                    }
                    "f32" => return Ty::F32,
                    "Ordering" => return Ty::known("Ordering", []),
                    "String" if matches!(last, "from" | "new") => {
                        let parameters = if last == "from" { vec![Ty::Unknown] } else { Vec::new() };
                        return Ty::Fn(parameters.into(), Part::new(Ty::String));
                    }
                    _ => {}
                }
                if full.len() == 2
                    && Int::named(owner).is_some()
                    && last.starts_with(|letter: char| letter.is_uppercase())
                    && last != "BITS"
                    && !self.any_trait_declares(last)
                {
                    let error = self.error(Code::UnknownName, path.span, format!("`{owner}` has nothing named `{last}`"));
                    error.suggest_or(suggest(last, ["MIN", "MAX", "BITS"]).as_deref(), || None);
                    return Ty::Unknown;
                }
                self.table_function(full).map_or(Ty::Unknown, |(parameters, result)| Ty::Fn(parameters.into(), Part::new(result)))
            }
            _ => Ty::Unknown,
        }
    }

    /// The value of `Alias::NAME`, of which the alias names a type of Rust.
    pub(super) fn external_member(&mut self, head: &str, name: &str) -> Ty {
        if matches!(name, "MAX" | "MIN" | "EPSILON" | "INFINITY" | "NEG_INFINITY" | "NAN") {
            return match head {
                "f64" => Ty::F64,
                "f32" => Ty::F32,
                _ => Int::named(head).map_or(Ty::Unknown, Ty::Int),
            };
        }
        let full = [head.to_owned(), name.to_owned()];
        self.table_function(&full).map_or(Ty::Unknown, |(parameters, result)| Ty::Fn(parameters.into(), Part::new(result)))
    }

    pub(super) fn type_as_value(&mut self, expression: &'tree Expression, name: &str) -> Ty {
        let error = self.error(Code::TypeMismatch, expression.span, format!("`{name}` is a type, not a value"));
        error.help = Some(match name {
            "i64" | "i32" | "u64" | "u32" | "u8" | "usize" | "f64" => {
                format!("convert with `… as {name}`, or read text with `….parse::<{name}>()`")
            }
            "String" => "an empty text is `String::new()`; a value becomes text by `….to_string()`".to_owned(),
            _ => format!("what belongs to it follows `::`, as in `{name}::new()`"),
        });
        Ty::Unknown
    }
}

/// Whether a name of the prelude is that of a type or a trait.
pub(super) fn is_type_name(name: &str) -> bool {
    TYPES.contains(&name) && !matches!(name, "Self" | "str")
}
