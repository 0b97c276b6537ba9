//! Calls of methods that the method table describes.

use super::body::Expect;
use super::call::{count, were};
use super::signature::substitute;
use super::table::{Method, Receiver, Section};
use super::ty::{Head, Int, Part, Parts, Ty};
use super::unify::Kind;
use super::{Callee, Inference, table};
use crate::diagnostic::Code;
use crate::map::Map;
use crate::names::Meaning;
use crate::tree::{Expression, GenericArgument};

impl<'tree> Inference<'_, 'tree> {
    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    pub(super) fn table_call(
        &mut self,
        expression: &'tree Expression,
        receiver: &'tree Expression,
        section: &'static Section,
        method: &'static Method,
        on: &Ty,
        mut with: Map<String, Ty>,
        written: Option<&'tree [GenericArgument]>,
        arguments: &'tree [Expression],
        expect: &Expect,
    ) -> Ty {
        let _ = section;
        self.types.calls.insert(expression.id, Callee::Table(method));
        if method.parameters.is_empty() {
            self.looked.insert(receiver.unparenthesized().id);
        }
        if self.variables.kind(on) == Some(Kind::Text) && method.receiver == Some(Receiver::Mutable) {
            self.variables.unify(on, &Ty::String);
        }
        for name in &method.generics {
            let fresh = self.any();
            with.insert((*name).to_owned(), fresh);
        }
        if let Some(written) = written {
            for (name, argument) in method.generics.iter().zip(written) {
                if let GenericArgument::Type(ty) = argument {
                    let ty = self.lower(ty, self.scope);
                    with.insert((*name).to_owned(), ty);
                }
            }
        }
        let parameters: Vec<Ty> = method.parameters.iter().map(|ty| substitute(ty, &with)).collect();
        let result = substitute(&method.result, &with);
        match method.receiver {
            Some(Receiver::Mutable) if !matches!(on, Ty::Iter(_)) => self.mutate(receiver),
            Some(Receiver::Mutable) => {
                if let Meaning::Local(id) = self.names.meaning(receiver.id) {
                    self.types.mutated.insert(*id);
                }
            }
            Some(Receiver::Value) if !matches!(on, Ty::Iter(_)) => self.want(receiver, on),
            _ => {}
        }
        let mut arguments_used = arguments;
        // `reduce(f, start)` is Ruchy's `fold`.
        if method.name == "reduce" && arguments.len() == 2 && matches!(on, Ty::Slice(_)) {
            return self.reduce_from(expression, on, arguments);
        }
        if let ("transpose", Ty::Named(_, own)) = (method.name, on)
            && !matches!(self.shallow(&own[0]), Ty::Named(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_))
            && self.variables.kind(&self.shallow(&own[0])) != Some(Kind::Any)
        {
            let found = self.shown(on);
            let message = format!("`transpose` turns an option of a result around, and the reverse, found `{found}`");
            self.error(Code::TypeMismatch, expression.span, message);
        }
        // The keys of a part of a sorted map or set.
        if let ("range", [argument], Ty::Named(Head::Known("BTreeMap" | "BTreeSet"), own)) = (method.name, arguments, on) {
            let ty = self.infer(argument, &Expect::Nothing);
            if let Ty::Range(element, _) = self.shallow(&ty)
                && !self.variables.unify(&element, &own[0])
            {
                let (found, expected) = (self.shown(&element), self.shown(&own[0]));
                let message = format!("the keys are `{expected}`, but the ends of the range are `{found}`");
                self.error(Code::TypeMismatch, argument.span, message);
            }
            return self.result_of(method, on, &with, result, expect, expression.span);
        }
        // References are compared as they are; a literal behind one is of the receiver's type.
        if ["cmp", "partial_cmp", "total_cmp"].contains(&method.name) && arguments.len() == 1 {
            let ty = self.infer(&arguments[0], &Expect::Nothing);
            if let Ty::Ref(_, literal) = self.shallow(&ty) {
                if let Some(Ty::Ref(_, own)) = parameters.first() {
                    self.variables.unify(&literal, own);
                }
                return self.int_result(result);
            }
        }
        // An owned default for an option of a reference: the value is copied.
        if method.name == "unwrap_or"
            && arguments.len() == 1
            && let Ty::Named(Head::Known("Option"), inner) = on
            && let Ty::Ref(false, value) = self.shallow(&inner[0])
            && !matches!(self.shallow(&value), Ty::Str | Ty::Slice(_) | Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_))
            && !matches!(self.variables.kind(&self.shallow(&value)), Some(Kind::Any | Kind::Text))
        {
            let ty = self.infer(&arguments[0], &Expect::Type((*value).clone()));
            let borrowed = matches!(self.shallow(&ty), Ty::Ref(_, of) if self.shallow(&of) != Ty::Str);
            let wanted = if borrowed { inner[0].clone() } else { (*value).clone() };
            self.coerce(&arguments[0], &ty, &wanted);
            self.want(receiver, &Ty::option(wanted.clone()));
            return wanted;
        }
        if parameters.len() != arguments.len() {
            let least = parameters.len();
            let message = format!("`{}` takes {}, but {} given", method.name, count(least, "argument"), were(arguments.len()));
            self.error(Code::ArgumentCount, expression.span, message);
            arguments_used = &[];
            for argument in arguments {
                self.infer(argument, &Expect::Nothing);
            }
        }
        self.result_hints(method, &with, &result, expect);
        for (argument, parameter) in arguments_used.iter().zip(&parameters) {
            self.argument(argument, parameter);
        }
        self.keeps_texts(method, receiver, on, arguments_used);
        if method.name == "collect"
            && self.inner_collects.contains(&expression.id)
            && let (Ty::Iter(item), Some(collection)) = (on, with.get("C"))
            && self.variables.kind(&self.shallow(collection)) == Some(Kind::Any)
        {
            // What is collected of these says what they are.
            self.later.push((collection.clone(), Ty::vec((**item).clone())));
            self.inner_collections.push((collection.clone(), (**item).clone(), expression.span));
            return collection.clone();
        }
        self.result_of(method, on, &with, result, expect, expression.span)
    }

    /// A list in a variable that is given a `String`, where it holds `&str` so far: the next inference makes it a list of `String`.
    fn keeps_texts(&mut self, method: &Method, receiver: &Expression, on: &Ty, arguments: &[Expression]) {
        let (Ty::Named(Head::Known(head @ ("Vec" | "VecDeque" | "HashSet" | "BTreeSet")), own), Meaning::Local(id)) =
            (on, self.names.meaning(receiver.unparenthesized().id))
        else {
            return;
        };
        if !["push", "push_back", "push_front", "insert"].contains(&method.name) || self.variables.deep(&own[0]) != Ty::str_ref() {
            return;
        }
        let gives_text = |argument: &Expression| self.shallow(&self.types.of[argument.id.index()]) == Ty::String;
        if arguments.last().is_some_and(gives_text) {
            self.types.found.arrays.insert(self.names.local(*id).node, Ty::known(head, [Ty::String]));
        }
    }

    pub(super) fn table_has(&self, ty: &Ty, name: &str) -> bool {
        self.table_method(ty, name).is_some()
    }

    /// The method of the table for a type, with what its type parameters are.
    pub(super) fn table_method(&self, ty: &Ty, name: &str) -> Option<(&'static Section, &'static Method, Map<String, Ty>)> {
        let kind = self.variables.kind(ty);
        // A text literal is `str`, until something only a `String` has is called on it.
        if kind == Some(Kind::Text) {
            let section = &table::sections()["str"];
            if let Some(found) = section.method(name) {
                return Some((section, found, Map::default()));
            }
            let section = &table::sections()["String"];
            return section.method(name).map(|found| (section, found, Map::default()));
        }
        let section = section_of_type(ty, kind)?;
        let found = section.method(name)?;
        let arguments: Parts = match ty {
            Ty::Named(_, arguments) => arguments.clone(),
            Ty::Slice(element) | Ty::Iter(element) | Ty::Range(element, _) => [(**element).clone()].into(),
            _ => [ty.clone()].into(),
        };
        Some((section, found, section.generics.iter().map(|name| (*name).to_owned()).zip(arguments.iter().cloned()).collect()))
    }

    fn reduce_from(&mut self, expression: &'tree Expression, on: &Ty, arguments: &'tree [Expression]) -> Ty {
        let Ty::Slice(element) = on else { return Ty::Unknown };
        let start = self.infer(&arguments[1], &Expect::Nothing);
        if self.variables.kind(&self.shallow(&start)).is_some() {
            self.variables.unify(&start, element);
        }
        self.want(&arguments[1], &start);
        self.argument(&arguments[0], &Ty::Fn([start.clone(), (**element).clone()].into(), Part::new(start.clone())));
        if let Some(fold) = table::sections()["slice"].method("fold") {
            self.types.calls.insert(expression.id, Callee::Table(fold));
        }
        start
    }
}

/// The section of the table for a path's type.
pub(super) fn section_of(owner: &[String]) -> Option<(&'static str, &'static Section)> {
    let last = owner.last()?;
    let joined = owner.join("::");
    let head = if Int::named(last).is_some() {
        "int"
    } else {
        match last.as_str() {
            "f64" | "f32" => "float",
            "str" => "str",
            _ if owner[0] == "events" => match joined.as_str() {
                "events::json::Json" => "events::Json",
                _ => table::known(&joined)?,
            },
            _ if owner[0] == "aws" || owner[0] == "outbound" => table::known(&joined)?,
            _ if owner.len() == 1 || ["std", "core", "alloc"].contains(&owner[0].as_str()) => table::known(last)?,
            _ => return None,
        }
    };
    table::sections().get_key_value(head).map(|(head, section)| (*head, section))
}

/// The type that a section is of.
pub(super) fn self_of(head: &'static str, arguments: &[Ty], owner: &[String]) -> Ty {
    match head {
        "int" => owner.last().and_then(|name| Int::named(name)).map_or(Ty::Int(Int::I64), Ty::Int),
        "float" => Ty::F64,
        "str" => Ty::Str,
        "String" => Ty::String,
        "char" => Ty::Char,
        "bool" => Ty::Bool,
        _ => Ty::Named(Head::Known(head), arguments.to_vec().into()),
    }
}

pub(super) fn section_of_type(ty: &Ty, kind: Option<Kind>) -> Option<&'static Section> {
    let head = match ty {
        Ty::Str => "str",
        Ty::String => "String",
        Ty::Char => "char",
        Ty::Bool => "bool",
        Ty::Int(_) => "int",
        Ty::F32 | Ty::F64 => "float",
        Ty::Slice(_) => "slice",
        Ty::Iter(_) => "iter",
        Ty::Range(..) => "Range",
        Ty::Named(Head::Known(head), _) => head,
        Ty::Var(_) => match kind {
            Some(Kind::Int) => "int",
            Some(Kind::Float) => "float",
            Some(Kind::Text) => "str",
            _ => return None,
        },
        _ => return None,
    };
    table::sections().get(head)
}
