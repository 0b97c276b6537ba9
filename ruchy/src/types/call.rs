//! Calls of functions, and of methods as functions.

use super::body::Expect;
use super::signature::substitute;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference, Owner, Signature};
use crate::diagnostic::Code;
use crate::map::Map;
use crate::names::{ItemId, ItemOf, Meaning};
use crate::tree::{Expression, ExpressionKind, GenericArgument, NodeId};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn call(
        &mut self,
        expression: &'tree Expression,
        function: &'tree Expression,
        arguments: &'tree [Expression],
        expect: &Expect,
    ) -> Ty {
        let all: Vec<&'tree Expression> = arguments.iter().collect();
        self.call_with(expression, function, &all, expect)
    }

    /// `value |> function`
    pub(super) fn pipeline(
        &mut self,
        expression: &'tree Expression,
        value: &'tree Expression,
        function: &'tree Expression,
        expect: &Expect,
    ) -> Ty {
        match &function.kind {
            ExpressionKind::Call { function: inner, arguments } => {
                let all: Vec<&'tree Expression> = std::iter::once(value).chain(arguments).collect();
                let ty = self.call_with(expression, inner, &all, expect);
                self.set(function, ty.clone());
                ty
            }
            _ => self.call_with(expression, function, &[value], expect),
        }
    }

    fn call_with(
        &mut self,
        expression: &'tree Expression,
        function: &'tree Expression,
        arguments: &[&'tree Expression],
        expect: &Expect,
    ) -> Ty {
        if let ExpressionKind::Path(path) = &function.kind {
            match self.names.meaning(function.id).clone() {
                Meaning::Item(id) if matches!(self.names.item(id).kind, crate::names::ItemOf::Function(_)) => {
                    let node = self.names.item(id).node;
                    let copied = self.has_instances(node, path).then_some(function.id);
                    return self.program_call(expression, node, arguments, expect, path, copied);
                }
                Meaning::Associated(alias, name) if matches!(self.names.item(alias).kind, ItemOf::Alias(_)) => {
                    let ty = self.aliased(alias);
                    match Owner::of(&ty) {
                        Some(owner @ Owner::Item(_)) if !matches!(ty, Ty::Ref(..)) => {
                            if let Some(node) = self.methods.get(owner, &name) {
                                self.method_is_visible(node, path.span);
                                return self.program_call(expression, node, arguments, &expecting(expect, &ty), path, None);
                            }
                        }
                        Some(Owner::Known(head)) if !matches!(ty, Ty::Ref(..)) => {
                            let full = [head.to_owned(), name];
                            return self.external_call(expression, function, &full, arguments, &expecting(expect, &ty));
                        }
                        _ => {}
                    }
                    arguments.iter().for_each(|argument| {
                        self.infer(argument, &Expect::Nothing);
                    });
                    return if matches!(name.as_str(), "new" | "default" | "from") { ty } else { Ty::Unknown };
                }
                Meaning::Associated(id, name) => {
                    let several = self.methods.several(Owner::Item(id), &name).to_vec();
                    if !several.is_empty()
                        && let Some(ty) = self.overloaded_call(expression, &several, arguments)
                    {
                        return ty;
                    }
                    let found = self.methods.get(Owner::Item(id), &name).or_else(|| self.methods.get(Owner::Trait(id), &name));
                    if let Some(node) = found {
                        self.method_is_visible(node, path.span);
                        return self.program_call(expression, node, arguments, expect, path, None);
                    }
                    self.unknown_associated(id, &name, path.span);
                    arguments.iter().for_each(|argument| {
                        self.infer(argument, &Expect::Nothing);
                    });
                    return match name.as_str() {
                        "default" | "new" => self.fresh_item(id),
                        _ => Ty::Unknown,
                    };
                }
                Meaning::OfSelf(name) if !name.is_empty() => {
                    if let Some(owner) = self.self_type.as_ref().and_then(Owner::of)
                        && let Some(node) = self.methods.get(owner, &name)
                    {
                        let several = self.methods.several(owner, &name).to_vec();
                        if !several.is_empty()
                            && let Some(ty) = self.overloaded_call(expression, &several, arguments)
                        {
                            return ty;
                        }
                        return self.program_call(expression, node, arguments, expect, path, None);
                    }
                }
                Meaning::Parameter(_) => {
                    if let Some(node) = self.function_of_bound(path) {
                        return self.call_of_bound(expression, node, arguments, expect, path);
                    }
                    self.check_member_of_parameter(path);
                }
                Meaning::External(full) => return self.external_call(expression, function, &full, arguments, expect),
                _ => {}
            }
        }
        let ty = self.infer(function, &Expect::Nothing);
        let constructor = match &function.kind {
            ExpressionKind::Path(_) => !matches!(self.names.meaning(function.id), Meaning::Local(_)),
            _ => false,
        };
        let mut known = match self.firm(&ty) {
            number if number.is_number() => number,
            _ => self.shallow(self.shallow(&ty).behind()),
        };
        while let Ty::Named(Head::Known("Box" | "Rc" | "Arc"), inner) = &known {
            known = self.shallow(&inner[0]);
        }
        match known {
            Ty::Fn(parameters, result) => {
                self.types.calls.insert(expression.id, if constructor { Callee::Constructor } else { Callee::Value });
                if parameters.len() != arguments.len() {
                    let what = if constructor { "the constructor" } else { "the function" };
                    let message = format!("{what} takes {}, but {} given", count(parameters.len(), "argument"), were(arguments.len()));
                    self.error(Code::ArgumentCount, expression.span, message);
                    return result.as_ref().clone();
                }
                if let (true, Expect::Type(expected)) = (constructor, expect) {
                    self.hint(&result, expected);
                }
                for (argument, parameter) in arguments.iter().zip(&parameters) {
                    self.check_or_infer(argument, parameter);
                }
                // What waits for the types of a closure's parameters says the result, before its place does.
                if self.variables.kind(&self.shallow(&result)) == Some(Kind::Any) {
                    self.settle();
                }
                result.as_ref().clone()
            }
            Ty::Var(_) if self.variables.kind(&known) == Some(Kind::Any) => {
                self.types.calls.insert(expression.id, Callee::Value);
                let parameters: Vec<Ty> = arguments
                    .iter()
                    .map(|argument| {
                        let ty = self.infer(argument, &Expect::Nothing);
                        let ty = self.materialized(argument, &ty, None);
                        let ty = self.scalar(ty);
                        self.want(argument, &ty);
                        ty
                    })
                    .collect();
                let result = self.any();
                self.variables.unify(&ty, &Ty::Fn(parameters.into(), Part::new(result.clone())));
                result
            }
            other => {
                arguments.iter().for_each(|argument| {
                    self.infer(argument, &Expect::Nothing);
                });
                if !matches!(other, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never) {
                    let found = self.shown(&other);
                    let fields = match &other {
                        Ty::Named(Head::Item(id), arguments) if constructor => self.struct_fields(*id, arguments),
                        _ => None,
                    };
                    let error = self.error(Code::NotCallable, function.span, format!("this is `{found}`, not a function"));
                    error.help = fields.map(|fields| {
                        let fields: Vec<String> = fields.iter().map(|(name, _)| format!("{name}: …")).collect();
                        format!("a value of the struct is written `{found} {{ {} }}`", fields.join(", "))
                    });
                }
                Ty::Unknown
            }
        }
    }

    /// The type that an alias names.
    pub(super) fn aliased(&mut self, id: ItemId) -> Ty {
        match self.names.item(id).kind {
            ItemOf::Alias(of) => self.alias(id, of, Vec::new()),
            _ => Ty::Unknown,
        }
    }

    /// Binds the variables of a generic result by what its place wants, where that is certain.
    pub(super) fn hint(&mut self, result: &Ty, expected: &Ty) {
        let (one, other) = (self.variables.deep(result), self.variables.deep(expected));
        if let (Ty::Named(a, _), Ty::Named(b, _)) = (&one, &other)
            && a == b
        {
            self.variables.unify(&one, &other);
        }
    }

    /// A call of a function of the program, or of a method as a function. `copied` is the expression that names a function which may have copies.
    fn program_call(
        &mut self,
        expression: &'tree Expression,
        node: NodeId,
        arguments: &[&'tree Expression],
        expect: &Expect,
        path: &'tree crate::tree::Path,
        copied: Option<NodeId>,
    ) -> Ty {
        self.types.calls.insert(expression.id, Callee::Program(node));
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let mut instance = self.instantiate(&signature);
        // The type arguments of `f::<i64>(…)`.
        let written: Vec<&'tree GenericArgument> =
            path.segments.last().into_iter().flat_map(|segment| segment.generics.iter().flatten()).collect();
        if !written.is_empty() {
            let own: Map<String, Ty> = self.explicit(node, &written);
            instance = signature.map(|ty| substitute(ty, &own));
            instance = self.instantiate(&instance);
        }
        if let Some(receiver) = instance.receiver.take() {
            instance.parameters.insert(0, receiver);
            instance.required += 1;
        }
        self.finish_call(expression, node, &signature, &instance, arguments, expect, copied)
    }

    /// `T::f(…)`, of which `node` is the function in a trait that bounds `T`.
    fn call_of_bound(
        &mut self,
        expression: &'tree Expression,
        node: NodeId,
        arguments: &[&'tree Expression],
        expect: &Expect,
        path: &'tree crate::tree::Path,
    ) -> Ty {
        self.types.calls.insert(expression.id, Callee::Program(node));
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let parameter = path.segments.first().map(|segment| segment.name.text.clone()).unwrap_or_default();
        let own_type = self.generic(&parameter).unwrap_or(Ty::Param(parameter));
        let own = Map::from_iter([("Self".to_owned(), own_type)]);
        let mut instance = self.instantiate(&signature.map(|ty| substitute(ty, &own)));
        if let Some(receiver) = instance.receiver.take() {
            instance.parameters.insert(0, receiver);
            instance.required += 1;
        }
        self.finish_call(expression, node, &signature, &instance, arguments, expect, None)
    }

    fn explicit(&mut self, node: NodeId, written: &[&'tree GenericArgument]) -> Map<String, Ty> {
        let Some(known) = self.functions.get(&node) else { return Map::default() };
        let names: Vec<String> = known
            .function
            .generics
            .parameters
            .iter()
            .filter(|parameter| matches!(parameter.kind, crate::tree::GenericParameterKind::Type { .. }))
            .map(|parameter| parameter.name.text.clone())
            .collect();
        let mut own = Map::default();
        for (name, argument) in names.into_iter().zip(written) {
            if let GenericArgument::Type(ty) = argument {
                let ty = self.lower(ty, self.scope);
                own.insert(name, ty);
            }
        }
        own
    }

    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    pub(super) fn finish_call(
        &mut self,
        expression: &'tree Expression,
        node: NodeId,
        declared: &Signature,
        instance: &Signature,
        arguments: &[&'tree Expression],
        expect: &Expect,
        copied: Option<NodeId>,
    ) -> Ty {
        let most = instance.parameters.len();
        if arguments.len() < instance.required || arguments.len() > most {
            let expected =
                if instance.required == most { count(most, "argument") } else { format!("{} to {most} arguments", instance.required) };
            let message = format!("`{}` takes {expected}, but {} given", declared.name, were(arguments.len()));
            let place = declared.span;
            let error = self.error(Code::ArgumentCount, expression.span, message);
            error.notes.push(crate::diagnostic::Note { span: Some(place), message: "the function is declared here".to_owned() });
            arguments.iter().for_each(|argument| {
                self.infer(argument, &Expect::Nothing);
            });
            return instance.result.clone();
        }
        if let Expect::Type(expected) = expect
            && !declared.generics.is_empty()
        {
            self.hint(&instance.result, expected);
        }
        match copied {
            Some(call) => self.arguments_of_any(call, node, arguments, &instance.parameters),
            None => {
                for (argument, parameter) in arguments.iter().zip(&instance.parameters) {
                    if matches!(self.shallow(parameter.behind()), Ty::Unknown) {
                        self.bare(argument);
                    }
                    self.check_or_infer(argument, parameter);
                }
            }
        }
        if !instance.arguments.is_empty() {
            self.oblige(node, instance, arguments.first().map_or(expression.span, |argument| argument.span));
        }
        // The types of the arguments are those of the parameters: the body can be inferred.
        self.function(node);
        instance.result.clone()
    }
}

/// What the place of `Alias::new()` wants: if it does not say, the type of the alias.
fn expecting(expect: &Expect, alias: &Ty) -> Expect {
    match expect {
        Expect::Type(_) => expect.clone(),
        _ => Expect::Type(alias.clone()),
    }
}

pub(super) fn count(number: usize, of: &str) -> String {
    if number == 1 { format!("1 {of}") } else { format!("{number} {of}s") }
}

pub(super) fn were(number: usize) -> String {
    match number {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{number} are"),
    }
}
