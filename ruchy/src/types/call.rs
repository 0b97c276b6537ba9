//! Calls of functions and methods.

use super::body::Expect;
use super::signature::{key, key_of_trait, substitute};
use super::table::{self, Method, Receiver, Section};
use super::ty::{Head, Int, Ty};
use super::unify::Kind;
use super::{Callee, Inference, Signature};
use crate::diagnostic::Code;
use crate::names::{Meaning, suggest};
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, GenericArgument, NodeId};
use std::collections::HashMap;

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
                    return self.program_call(expression, self.names.item(id).node, arguments, expect, path);
                }
                Meaning::Associated(id, name) => {
                    let owner = format!("#{}", id.0);
                    let of_trait = key_of_trait(id);
                    let found = self.methods.get(&(owner, name.clone())).or_else(|| self.methods.get(&(of_trait, name.clone()))).copied();
                    if let Some(node) = found {
                        return self.program_call(expression, node, arguments, expect, path);
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
                    if let Some(key) = self.self_type.as_ref().and_then(key)
                        && let Some(node) = self.methods.get(&(key, name)).copied()
                    {
                        return self.program_call(expression, node, arguments, expect, path);
                    }
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
                    return *result;
                }
                if let (true, Expect::Type(expected)) = (constructor, expect) {
                    self.hint(&result, expected);
                }
                for (argument, parameter) in arguments.iter().zip(&parameters) {
                    self.check_or_infer(argument, parameter);
                }
                *result
            }
            Ty::Var(_) => {
                self.types.calls.insert(expression.id, Callee::Value);
                let parameters: Vec<Ty> = arguments
                    .iter()
                    .map(|argument| {
                        let ty = self.infer(argument, &Expect::Nothing);
                        self.materialized(argument, &ty, None)
                    })
                    .collect();
                let result = self.any();
                self.variables.unify(&ty, &Ty::Fn(parameters, Box::new(result.clone())));
                result
            }
            other => {
                arguments.iter().for_each(|argument| {
                    self.infer(argument, &Expect::Nothing);
                });
                if !matches!(other, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never) {
                    let found = self.shown(&other);
                    self.error(Code::NotCallable, function.span, format!("this is `{found}`, not a function"));
                }
                Ty::Unknown
            }
        }
    }

    /// Binds the variables of a generic result by what its place wants, where that is certain.
    fn hint(&mut self, result: &Ty, expected: &Ty) {
        let (one, other) = (self.variables.deep(result), self.variables.deep(expected));
        if let (Ty::Named(a, _), Ty::Named(b, _)) = (&one, &other)
            && a == b
        {
            self.variables.unify(&one, &other);
        }
    }

    /// Reports a function of a type of `events` that is not there, if one of a similar name is.
    fn misspelt_function(&mut self, function: &Expression, full: &[String]) {
        let [owner @ .., name] = full else { return };
        if owner.first().map(String::as_str) != Some("events") {
            return;
        }
        let Some(section) = table::sections().get(owner.join("::").as_str()) else { return };
        let known = section.methods.iter().filter(|(_, all)| all.iter().any(|method| method.receiver.is_none()));
        if let Some(near) = suggest(name, known.map(|(name, _)| *name)) {
            let of = owner.last().map_or("", String::as_str);
            let error = self.error(Code::UnknownMethod, function.span, format!("`{of}` has no function named `{name}`"));
            error.help = Some(format!("did you mean `{of}::{near}`?"));
        }
    }

    fn unknown_associated(&mut self, id: crate::names::ItemId, name: &str, span: Span) {
        let key = format!("#{}", id.0);
        let item = self.names.item(id);
        let derived = ["default", "clone", "from", "new", "try_from", "from_str", "from_iter"];
        let implements = self.types.implemented.iter().any(|(_, on)| *on == key);
        if implements || derived.contains(&name) && name != "new" {
            return;
        }
        let known: Vec<String> = self.methods.keys().filter(|(owner, _)| *owner == key).map(|(_, name)| name.clone()).collect();
        let near = suggest(name, known.iter().map(String::as_str));
        let (place, of) = (item.span, item.name.clone());
        let error = self.error(Code::UnknownMethod, span, format!("`{of}` has no function named `{name}`"));
        error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{of}` is declared here") });
        error.help = near.map(|near| format!("did you mean `{of}::{near}`?"));
    }

    /// A call of a function of the program, or of a method as a function.
    fn program_call(
        &mut self,
        expression: &'tree Expression,
        node: NodeId,
        arguments: &[&'tree Expression],
        expect: &Expect,
        path: &'tree crate::tree::Path,
    ) -> Ty {
        self.types.calls.insert(expression.id, Callee::Program(node));
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let mut instance = self.instantiate(&signature);
        // The type arguments of `f::<i64>(…)`.
        let written: Vec<&'tree GenericArgument> =
            path.segments.last().into_iter().flat_map(|segment| segment.generics.iter().flatten()).collect();
        if !written.is_empty() {
            let own: HashMap<String, Ty> = self.explicit(node, &written);
            instance = signature.map(|ty| substitute(ty, &own));
            instance = self.instantiate(&instance);
        }
        if let Some(receiver) = instance.receiver.take() {
            instance.parameters.insert(0, receiver);
            instance.required += 1;
        }
        self.finish_call(expression, node, &signature, &instance, arguments, expect)
    }

    fn explicit(&mut self, node: NodeId, written: &[&'tree GenericArgument]) -> HashMap<String, Ty> {
        let Some(known) = self.functions.get(&node) else { return HashMap::new() };
        let names: Vec<String> = known
            .function
            .generics
            .parameters
            .iter()
            .filter(|parameter| matches!(parameter.kind, crate::tree::GenericParameterKind::Type { .. }))
            .map(|parameter| parameter.name.text.clone())
            .collect();
        let mut own = HashMap::new();
        for (name, argument) in names.into_iter().zip(written) {
            if let GenericArgument::Type(ty) = argument {
                let ty = self.lower(ty, self.scope);
                own.insert(name, ty);
            }
        }
        own
    }

    fn finish_call(
        &mut self,
        expression: &'tree Expression,
        node: NodeId,
        declared: &Signature,
        instance: &Signature,
        arguments: &[&'tree Expression],
        expect: &Expect,
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
        for (argument, parameter) in arguments.iter().zip(&instance.parameters) {
            self.check_or_infer(argument, parameter);
        }
        // The types of the arguments are those of the parameters: the body can be inferred.
        self.function(node);
        instance.result.clone()
    }

    /// A call of a function that is not of the program: of the prelude, or of a known type.
    fn external_call(
        &mut self,
        expression: &'tree Expression,
        function: &'tree Expression,
        full: &[String],
        arguments: &[&'tree Expression],
        expect: &Expect,
    ) -> Ty {
        if let [name] = full {
            match name.as_str() {
                "Some" | "Ok" | "Err" => return self.wrapped(expression, name, arguments, expect),
                _ => {}
            }
            if let Some(ty) = self.builtin(expression, name, arguments, expect) {
                return ty;
            }
        }
        if let Some((parameters, result)) = self.table_function(full) {
            self.types.calls.insert(expression.id, self.table_callee(full).map_or(Callee::Unknown, Callee::Table));
            // The arguments of `Vec::<i64>::new()`.
            if let ExpressionKind::Path(path) = &function.kind {
                for segment in &path.segments {
                    if let (Some(written), Ty::Named(_, own)) = (&segment.generics, self.shallow(&result)) {
                        for (written, own) in written.iter().zip(&own) {
                            if let GenericArgument::Type(ty) = written {
                                let ty = self.lower(ty, self.scope);
                                self.variables.unify(own, &ty);
                            }
                        }
                    }
                }
            }
            if let Expect::Type(expected) = expect {
                self.hint(&result, expected);
            }
            if parameters.len() == arguments.len() {
                for (argument, parameter) in arguments.iter().zip(&parameters) {
                    self.argument(argument, parameter);
                }
                if matches!(full.last().map(String::as_str), Some("from")) {
                    self.made_from(&result, arguments);
                }
                return self.int_result(result);
            }
            let message =
                format!("`{}` takes {}, but {} given", full.join("::"), count(parameters.len(), "argument"), were(arguments.len()));
            self.error(Code::ArgumentCount, expression.span, message);
            return result;
        }
        self.misspelt_function(function, full);
        self.types.calls.insert(expression.id, Callee::Unknown);
        for argument in arguments {
            self.bare(argument);
            let ty = self.infer(argument, &Expect::Nothing);
            let ty = self.materialized(argument, &ty, None);
            self.want(argument, &ty);
        }
        match (full.len(), full.last().map(String::as_str)) {
            (1, _) => Ty::Unknown,
            (_, Some("new" | "default" | "from")) => self.external_type(&full[..full.len() - 1], Vec::new()),
            _ => Ty::Unknown,
        }
    }

    /// The elements of `HashMap::from([…])` and the like.
    fn made_from(&mut self, result: &Ty, arguments: &[&'tree Expression]) {
        let Some(argument) = arguments.first() else { return };
        let ty = self.types.of[argument.id.index()].clone();
        let item = self.item_of(&ty).unwrap_or(Ty::Unknown);
        match (self.shallow(result), self.shallow(&item)) {
            (Ty::Named(Head::Known("HashMap" | "BTreeMap"), own), Ty::Tuple(parts)) if parts.len() == 2 => {
                let whole = Ty::vec(Ty::Tuple(vec![own[0].clone(), own[1].clone()]));
                self.variables.unify(&own[0], &parts[0]);
                self.variables.unify(&own[1], &parts[1]);
                let _ = whole;
            }
            (Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap"), own), item) => {
                self.variables.unify(&own[0], &item);
            }
            _ => {}
        }
    }

    /// `Some(x)`, `Ok(x)`, `Err(x)`
    fn wrapped(&mut self, expression: &'tree Expression, name: &str, arguments: &[&'tree Expression], expect: &Expect) -> Ty {
        self.types.calls.insert(expression.id, Callee::Constructor);
        let (mut value, mut error) = (self.any(), self.any());
        if let Expect::Type(expected) = expect
            && let Ty::Named(Head::Known("Option" | "Result"), own) = self.shallow(expected)
        {
            value = own[0].clone();
            error = own.get(1).cloned().unwrap_or(error);
        }
        let inner = if name == "Err" { &error } else { &value };
        match arguments {
            [argument] => self.check_or_infer(argument, inner),
            [] if name == "Ok" => {
                self.variables.unify(&value, &Ty::Unit);
            }
            _ => {
                let message = format!("`{name}` takes 1 argument, but {} given", were(arguments.len()));
                self.error(Code::ArgumentCount, expression.span, message);
            }
        }
        if name == "Some" { Ty::option(value) } else { Ty::result(value, error) }
    }

    fn table_callee(&self, full: &[String]) -> Option<&'static Method> {
        let joined = full.join("::");
        if let Some(found) = table::sections()["fn"].function(joined.as_str()) {
            return Some(found);
        }
        let (name, owner) = full.split_last()?;
        section_of(owner)?.1.function(name).or_else(|| section_of(owner)?.1.method(name))
    }

    /// The parameters and the result of a function of the table.
    pub(super) fn table_function(&mut self, full: &[String]) -> Option<(Vec<Ty>, Ty)> {
        let method = self.table_callee(full)?;
        let (_, owner) = full.split_last()?;
        let mut with: HashMap<String, Ty> = HashMap::new();
        let mut receiver = None;
        if let Some((head, section)) = section_of(owner) {
            let arguments: Vec<Ty> = section.generics.iter().map(|_| self.variables.fresh(Kind::Any)).collect();
            with.extend(section.generics.iter().map(|name| (*name).to_owned()).zip(arguments.iter().cloned()));
            if let Some(int) = owner.last().and_then(|name| Int::named(name)) {
                with.insert("S".to_owned(), Ty::Int(int));
            }
            if head == "float" {
                with.insert("S".to_owned(), if owner.last().is_some_and(|name| name == "f32") { Ty::F32 } else { Ty::F64 });
            }
            if let Some(by) = method.receiver {
                let own = self_of(head, &arguments, owner);
                receiver = Some(match by {
                    Receiver::Value => own,
                    Receiver::Shared => own.reference(),
                    Receiver::Mutable => Ty::Ref(true, Box::new(own)),
                });
            }
        }
        for name in &method.generics {
            let fresh = self.any();
            with.insert((*name).to_owned(), fresh);
        }
        let parameters = receiver.into_iter().chain(method.parameters.iter().map(|ty| substitute(ty, &with))).collect();
        Some((parameters, substitute(&method.result, &with)))
    }

    fn int_result(&mut self, result: Ty) -> Ty {
        if result.is_known("int") { self.variables.fresh(Kind::Int) } else { result }
    }

    /// Checks an argument of a function of the table.
    fn argument(&mut self, argument: &'tree Expression, parameter: &Ty) {
        match parameter {
            Ty::Named(Head::Known("key"), key) => self.key_argument(argument, &key[0]),
            Ty::Named(Head::Known("iter"), item) => self.items_argument(argument, &item[0]),
            Ty::Opaque(name) if name == "pat" => {
                let hint = Expect::Type(Ty::Fn(vec![Ty::Char], Box::new(Ty::Bool)));
                let is_lambda = matches!(argument.unparenthesized().kind, ExpressionKind::Lambda(_));
                let ty = self.infer(argument, if is_lambda { &hint } else { &Expect::Nothing });
                if self.shallow(&ty) == Ty::String {
                    self.want(argument, &Ty::str_ref());
                }
            }
            Ty::Opaque(name) if name == "json" => {
                let json = Ty::known("events::Json", Vec::new());
                let literal = matches!(
                    argument.unparenthesized().kind,
                    ExpressionKind::Object(_) | ExpressionKind::List(_) | ExpressionKind::Literal(_)
                );
                let hint = if literal { Expect::Type(json) } else { Expect::Nothing };
                let ty = self.infer(argument, &hint);
                let ty = self.materialized(argument, &ty, None);
                self.want(argument, &ty);
            }
            Ty::Opaque(name) if name == "range" => {
                self.infer(argument, &Expect::Nothing);
                if let ExpressionKind::Range { start, end, .. } = &argument.unparenthesized().kind {
                    for end in start.iter().chain(end) {
                        let ty = self.types.of[end.id.index()].clone();
                        self.coerce(end, &ty, &Ty::Int(Int::Usize));
                    }
                }
            }
            Ty::Unknown => {
                let ty = self.infer(argument, &Expect::Nothing);
                self.want(argument, &ty);
            }
            Ty::Fn(parameters, result) if matches!(**result, Ty::Named(Head::Known("iter"), _)) => {
                let Ty::Named(_, item) = &**result else { return };
                let made = self.any();
                self.function_argument(argument, &Ty::Fn(parameters.clone(), Box::new(made.clone())));
                if let Some(found) = self.item_of(&made) {
                    self.variables.unify(&item[0], &found);
                }
            }
            Ty::Fn(..) => self.function_argument(argument, parameter),
            _ => self.check_or_infer(argument, parameter),
        }
    }

    /// A function that is handed on: a closure, or one by its name.
    fn function_argument(&mut self, argument: &'tree Expression, parameter: &Ty) {
        let ty = self.infer(argument, &Expect::Type(parameter.clone()));
        if let (Ty::Fn(own, result), Ty::Fn(wanted, expected)) = (self.shallow(&ty), parameter) {
            for (own, wanted) in own.iter().zip(wanted) {
                let _ = self.fits(wanted, own, false);
            }
            if let ExpressionKind::Path(_) = &argument.kind
                && let Meaning::Item(id) = self.names.meaning(argument.id)
            {
                let node = self.names.item(*id).node;
                self.function(node);
            }
            if !matches!(self.shallow(expected), Ty::Unknown) && !self.fits(&result, expected, false) {
                let (found, wanted) = (self.shown(&result), self.shown(expected));
                let message = format!("the function must return `{wanted}`, but returns `{found}`");
                self.error(Code::TypeMismatch, argument.span, message);
            }
        }
        self.want(argument, parameter);
    }

    /// The key of a map, or the element of a set, that is looked for.
    pub(super) fn key_argument(&mut self, argument: &'tree Expression, key: &Ty) {
        let known = self.shallow(key);
        let text = known == Ty::String || known == Ty::str_ref() || self.variables.kind(&known) == Some(Kind::Text);
        let ty = self.infer(argument, &Expect::Nothing);
        let inner = self.shallow(self.shallow(&ty).behind());
        if text {
            if inner.is_text() || matches!(inner, Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Param(_)) {
                self.want(argument, &Ty::str_ref());
            } else {
                self.mismatch_key(argument, &ty, key);
            }
            return;
        }
        let mut behind = inner.clone();
        while let Ty::Ref(_, deeper) = &behind {
            behind = self.shallow(deeper);
        }
        if self.variables.kind(&known) == Some(Kind::Any) {
            if self.variables.kind(&behind) == Some(Kind::Text) {
                // A map whose keys are not known yet: text.
                self.variables.unify(&known, &Ty::String);
                self.want(argument, &Ty::str_ref());
                return;
            }
            self.variables.unify(&known, &behind);
        } else if !self.fits(&behind, &known, super::coerce::is_literal(argument)) {
            self.mismatch_key(argument, &ty, key);
        }
        self.want(argument, &known.reference());
    }

    fn mismatch_key(&mut self, argument: &'tree Expression, ty: &Ty, key: &Ty) {
        let (found, wanted) = (self.shown(ty), self.shown(key));
        self.error(Code::TypeMismatch, argument.span, format!("the keys are `{wanted}`, found `{found}`"));
    }

    /// Something with items.
    fn items_argument(&mut self, argument: &'tree Expression, item: &Ty) {
        let ty = self.infer(argument, &Expect::Nothing);
        let Some(found) = self.item_of(&ty) else { return };
        if !self.variables.unify(item, &found) {
            // `list.extend(&other)`, `list.extend(text.split(","))`
            let owned = self.owned(&found);
            if !self.fits(&owned, item, false) {
                let (one, other) = (self.shown(item), self.shown(&found));
                self.error(Code::TypeMismatch, argument.span, format!("the items must be `{one}`, found `{other}`"));
            }
            self.types.wanted.insert(argument.id, Ty::known("iter", vec![item.clone()]));
        }
    }

    /// Whether a list is made by the expression, so that a reference to an element would outlive it.
    fn is_new_list(&self, list: &Expression) -> bool {
        let list = list.unparenthesized();
        match &list.kind {
            ExpressionKind::List(_) | ExpressionKind::Repeat { .. } | ExpressionKind::Comprehension(_) => true,
            ExpressionKind::Binary { .. } | ExpressionKind::If { .. } | ExpressionKind::Match { .. } | ExpressionKind::Ternary { .. } => {
                true
            }
            ExpressionKind::MethodCall { method, .. } if ["reverse", "sort"].contains(&method.text.as_str()) => true,
            ExpressionKind::MethodCall { .. } => match self.types.calls.get(&list.id) {
                Some(Callee::Table(method)) => method.template.is_some(),
                Some(Callee::Iterated(..)) => true,
                _ => false,
            },
            _ => false,
        }
    }

    pub(super) fn method_call(&mut self, expression: &'tree Expression, on: &Ty, expect: &Expect) -> Ty {
        let ExpressionKind::MethodCall { receiver, method, generics, arguments } = &expression.kind else { return Ty::Unknown };
        let mut ty = self.shallow(on);
        while let Ty::Ref(_, inner) = &ty {
            ty = self.shallow(inner);
        }
        if self.variables.kind(&ty) == Some(Kind::Any) {
            return self.postpone(expression);
        }
        let given_list =
            arguments.len() == 1 && !matches!(arguments[0].unparenthesized().kind, ExpressionKind::Reference { mutable: true, .. });
        let is_list = matches!(ty, Ty::Named(Head::Known("Vec"), _) | Ty::Slice(_) | Ty::Array(_));
        // `a.append(b)` and `a.concat(b)` of Ruchy give a new list.
        let name = match method.text.as_str() {
            "append" | "concat" if is_list && given_list => "plus",
            "first" if is_list && self.is_new_list(receiver) => "new first",
            "last" if is_list && self.is_new_list(receiver) => "new last",
            name => name,
        };
        let mut layer = ty.clone();
        for _ in 0..6 {
            if self.variables.kind(&layer) == Some(Kind::Text)
                && self.program_method(&Ty::Str, name).is_none()
                && self.program_method(&Ty::String, name).is_some()
            {
                self.variables.unify(&layer, &Ty::String);
                layer = Ty::String;
            }
            if let Some(node) = self.program_method(&layer, name) {
                return self.program_method_call(expression, receiver, node, &layer, arguments, expect, method.span);
            }
            if let Some((section, found, with)) = self.table_method(&layer, name) {
                return self.table_call(expression, receiver, section, found, &layer, with, generics.as_deref(), arguments, expect);
            }
            layer = match &layer {
                Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) => self.shallow(&arguments[0]),
                Ty::String => Ty::Str,
                Ty::Named(Head::Known("Vec"), arguments) => Ty::Slice(Box::new(arguments[0].clone())),
                Ty::Array(element) => Ty::Slice(element.clone()),
                Ty::Ref(_, inner) => self.shallow(inner),
                _ => break,
            };
        }
        // A method of iterators, of what has items.
        if let Some(item) = self.item_of(&ty)
            && let Some(found) = table::sections()["iter"].method(name)
        {
            let how = match &ty {
                Ty::Range(..) | Ty::Iter(_) => "",
                Ty::String | Ty::Str | Ty::Var(_) => ".chars()",
                Ty::Named(Head::Known("HashMap" | "BTreeMap"), _) => ".iter()",
                Ty::Named(Head::Known("Option"), _) => ".iter().cloned()",
                Ty::Named(Head::Item(_), _) => "",
                _ => ".iter().cloned()",
            };
            let item = match &ty {
                Ty::Named(Head::Known("HashMap" | "BTreeMap"), arguments) => {
                    Ty::Tuple(vec![arguments[0].clone().reference(), arguments[1].clone().reference()])
                }
                _ => item,
            };
            let with = HashMap::from([("T".to_owned(), item.clone())]);
            let ty = self.table_call(
                expression,
                receiver,
                &table::sections()["iter"],
                found,
                &Ty::Iter(Box::new(item)),
                with,
                generics.as_deref(),
                arguments,
                expect,
            );
            if !how.is_empty() {
                self.types.calls.insert(expression.id, Callee::Iterated(found, how));
            }
            return ty;
        }
        let known = self.without_table(expression, &ty, name, arguments);
        if let Some(known) = known {
            return known;
        }
        for argument in arguments {
            self.infer(argument, &Expect::Nothing);
        }
        self.unknown_method(&ty, name, method.span);
        Ty::Unknown
    }

    /// Marks the literals in an argument of what is not known.
    pub(super) fn bare(&mut self, argument: &'tree Expression) {
        match &argument.kind {
            ExpressionKind::Literal(_) => {
                self.types.bare.insert(argument.id);
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Reference { operand: inner, .. } => self.bare(inner),
            ExpressionKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.bare(end)),
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(|inner| self.bare(inner)),
            _ => {}
        }
    }

    /// What every type may have: `clone`, `to_string`, and the like.
    fn without_table(&mut self, expression: &'tree Expression, ty: &Ty, name: &str, arguments: &'tree [Expression]) -> Option<Ty> {
        let all = |inference: &mut Self| {
            arguments.iter().for_each(|argument| {
                inference.infer(argument, &Expect::Nothing);
            });
        };
        let _ = expression;
        let own = !matches!(ty, Ty::Unknown | Ty::Opaque(_) | Ty::Fn(..));
        if matches!(ty, Ty::Unknown | Ty::Opaque(_)) {
            arguments.iter().for_each(|argument| self.bare(argument));
        }
        let result = match (name, arguments.len()) {
            ("clone" | "to_owned", 0) if own => ty.clone(),
            ("to_string", 0) => Ty::String,
            ("cmp", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::known("Ordering", Vec::new()));
            }
            ("partial_cmp", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::option(Ty::known("Ordering", Vec::new())));
            }
            ("eq" | "ne" | "lt" | "le" | "gt" | "ge", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::Bool);
            }
            ("max" | "min", 1) if own && !matches!(ty, Ty::Named(Head::Known("Vec"), _)) => {
                self.check(&arguments[0], ty);
                return Some(ty.clone());
            }
            (
                "into" | "try_into" | "as_ref" | "borrow" | "as_mut" | "hash" | "fmt" | "borrow_mut" | "deref" | "as_deref"
                | "as_deref_mut" | "iter" | "into_iter" | "next" | "write_str" | "write_fmt" | "type_id",
                _,
            ) => Ty::Unknown,
            _ => {
                let certain = match ty {
                    Ty::Named(Head::Item(_), _) => {
                        let key = key(ty).unwrap_or_default();
                        // A trait of another crate may have the method.
                        let ours = |of: &str| {
                            self.names.items.iter().any(|item| item.name == of && matches!(item.kind, crate::names::ItemOf::Trait(_)))
                        };
                        !self.types.implemented.iter().any(|(of, on)| {
                            *on == key
                                && !ours(of)
                                && !["Display", "Default", "Clone", "PartialEq", "Debug", "From", "Add", "Sub", "Mul"]
                                    .contains(&of.as_str())
                        }) && !self.names.items.iter().any(|item| {
                            matches!(item.kind, crate::names::ItemOf::Trait(_))
                                && self.methods.contains_key(&(format!("trait {}", self.item_index(item)), name.to_owned()))
                        })
                    }
                    Ty::Named(
                        Head::Known("Box" | "Rc" | "Arc" | "RefCell" | "Cell" | "Context" | "ResponseStream" | "Ordering" | "BinaryHeap"),
                        _,
                    ) => false,
                    Ty::Named(Head::Known(_), _)
                    | Ty::String
                    | Ty::Str
                    | Ty::Int(_)
                    | Ty::F64
                    | Ty::F32
                    | Ty::Bool
                    | Ty::Char
                    | Ty::Slice(_)
                    | Ty::Array(_)
                    | Ty::Unit => !self.any_trait_has(name),
                    Ty::Tuple(_) | Ty::Range(..) | Ty::Iter(_) => false,
                    Ty::Var(_) => {
                        !self.any_trait_has(name) && matches!(self.variables.kind(ty), Some(Kind::Text | Kind::Float | Kind::Int))
                    }
                    _ => false,
                };
                if certain {
                    return None;
                }
                all(self);
                return Some(Ty::Unknown);
            }
        };
        all(self);
        Some(result)
    }

    fn item_index(&self, item: &crate::names::Item<'_>) -> usize {
        self.names.items.iter().position(|other| other.node == item.node).unwrap_or(0)
    }

    fn any_trait_has(&self, name: &str) -> bool {
        self.methods.keys().any(|(owner, method)| method == name && owner.starts_with("trait "))
    }

    fn unknown_method(&mut self, ty: &Ty, name: &str, span: Span) {
        let mut known: Vec<String> = Vec::new();
        let mut layer = ty.clone();
        for _ in 0..4 {
            if let Some(key) = key(&layer) {
                known.extend(self.methods.keys().filter(|(owner, _)| *owner == key).map(|(_, name)| name.clone()));
            }
            if let Some(section) = section_of_type(&layer, self.variables.kind(&layer)) {
                known.extend(
                    section.methods.values().flatten().filter(|method| method.receiver.is_some()).map(|method| method.name.to_owned()),
                );
            }
            layer = match &layer {
                Ty::String => Ty::Str,
                Ty::Named(Head::Known("Vec"), arguments) => Ty::Slice(Box::new(arguments[0].clone())),
                _ => break,
            };
        }
        known.sort();
        let is_field = match ty {
            Ty::Named(Head::Item(id), arguments) => {
                self.struct_fields(*id, arguments).is_some_and(|fields| fields.iter().any(|(field, _)| field == name))
            }
            _ => false,
        };
        let near = synonym(name)
            .filter(|other| known.iter().any(|known| known == other))
            .map(str::to_owned)
            .or_else(|| suggest(name, known.iter().map(String::as_str)));
        let found = self.shown(ty);
        let declared = match ty {
            Ty::Named(Head::Item(id), _) => Some(self.names.item(*id).span),
            _ => None,
        };
        let error = self.error(Code::UnknownMethod, span, format!("`{found}` has no method named `{name}`"));
        if let Some(declared) = declared {
            error.notes.push(crate::diagnostic::Note { span: Some(declared), message: format!("`{found}` is declared here") });
        }
        error.help = match (is_field, near) {
            (true, _) => Some(format!("it is a field; call what it holds: `(value.{name})(…)`")),
            (false, Some(near)) => Some(format!("did you mean `{near}`?")),
            (false, None) => None,
        };
    }

    fn program_method(&self, ty: &Ty, name: &str) -> Option<NodeId> {
        match ty {
            Ty::Param(parameter) => {
                // A bound of the parameter has the method.
                let signatures = self.types.signatures.values();
                let bound =
                    signatures.flat_map(|signature| &signature.bounds).filter(|(own, _)| own == parameter).flat_map(|(_, traits)| traits);
                let mut found = bound.filter_map(|id| self.methods.get(&(key_of_trait(*id), name.to_owned())).copied());
                found.next().or_else(|| {
                    let mut all = self
                        .methods
                        .iter()
                        .filter(|((owner, method), _)| parameter == "Self" && method == name && owner.starts_with("trait "));
                    all.next().map(|(_, node)| *node)
                })
            }
            _ => self.methods.get(&(key(ty)?, name.to_owned())).copied(),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    fn program_method_call(
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
        self.receive(receiver, &own, on);
        let all: Vec<&'tree Expression> = arguments.iter().collect();
        self.finish_call(expression, node, &signature, &instance, &all, expect)
    }

    /// Binds the type of `self`, and records what the receiver is used for.
    fn receive(&mut self, receiver: &'tree Expression, own: &Ty, on: &Ty) {
        match self.shallow(own) {
            Ty::Ref(mutable, inner) => {
                if !matches!(self.shallow(&inner), Ty::Param(_)) {
                    self.variables.unify(&inner, on);
                }
                if mutable {
                    self.mutate(receiver);
                }
            }
            other => {
                if !matches!(other, Ty::Param(_)) {
                    self.variables.unify(&other, on);
                }
                self.want(receiver, on);
            }
        }
    }

    /// Records that a place is changed by what is called on it.
    pub(super) fn mutate(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(_) => {
                let ty = self.types.of[place.id.index()].clone();
                match self.shallow(&ty) {
                    Ty::Ref(false, inner)
                        if !matches!(
                            self.shallow(&inner),
                            Ty::Unknown | Ty::Opaque(_) | Ty::Ref(..) | Ty::Named(Head::Known("RefCell" | "Cell"), _)
                        ) =>
                    {
                        self.not_mutable(place, place);
                    }
                    Ty::Ref(..) => {}
                    _ => {
                        if let Meaning::Local(id) = self.names.meaning(place.id) {
                            self.types.mutated.insert(*id);
                        }
                    }
                }
            }
            ExpressionKind::Parenthesized(inner) => self.mutate(inner),
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } => self.mutate(value),
            _ => {}
        }
    }

    pub(super) fn table_has(&self, ty: &Ty, name: &str) -> bool {
        self.table_method(ty, name).is_some()
    }

    /// The method of the table for a type, with what its type parameters are.
    fn table_method(&self, ty: &Ty, name: &str) -> Option<(&'static Section, &'static Method, HashMap<String, Ty>)> {
        let kind = self.variables.kind(ty);
        // A text literal is `str`, until something only a `String` has is called on it.
        if kind == Some(Kind::Text) {
            let section = &table::sections()["str"];
            if let Some(found) = section.method(name) {
                return Some((section, found, HashMap::new()));
            }
            let section = &table::sections()["String"];
            return section.method(name).map(|found| (section, found, HashMap::new()));
        }
        let section = section_of_type(ty, kind)?;
        let found = section.method(name)?;
        let arguments: Vec<Ty> = match ty {
            Ty::Named(_, arguments) => arguments.clone(),
            Ty::Slice(element) | Ty::Iter(element) | Ty::Range(element, _) => vec![(**element).clone()],
            _ => vec![ty.clone()],
        };
        Some((section, found, section.generics.iter().map(|name| (*name).to_owned()).zip(arguments).collect()))
    }

    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    fn table_call(
        &mut self,
        expression: &'tree Expression,
        receiver: &'tree Expression,
        section: &'static Section,
        method: &'static Method,
        on: &Ty,
        mut with: HashMap<String, Ty>,
        written: Option<&'tree [GenericArgument]>,
        arguments: &'tree [Expression],
        expect: &Expect,
    ) -> Ty {
        let _ = section;
        self.types.calls.insert(expression.id, Callee::Table(method));
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
        // References are compared as they are.
        if ["cmp", "partial_cmp", "total_cmp"].contains(&method.name) && arguments.len() == 1 {
            let ty = self.infer(&arguments[0], &Expect::Nothing);
            if matches!(self.shallow(&ty), Ty::Ref(..)) {
                return self.int_result(result);
            }
        }
        // A default of one's own for what an option only borrows: the value is copied.
        if method.name == "unwrap_or"
            && arguments.len() == 1
            && let Ty::Named(Head::Known("Option"), inner) = on
            && let Ty::Ref(false, value) = self.shallow(&inner[0])
            && !matches!(self.shallow(&value), Ty::Str | Ty::Slice(_) | Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_))
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
        self.result_of(method, on, &with, result, expect)
    }

    fn reduce_from(&mut self, expression: &'tree Expression, on: &Ty, arguments: &'tree [Expression]) -> Ty {
        let Ty::Slice(element) = on else { return Ty::Unknown };
        let start = self.infer(&arguments[1], &Expect::Nothing);
        if self.variables.kind(&self.shallow(&start)).is_some() {
            self.variables.unify(&start, element);
        }
        self.want(&arguments[1], &start);
        self.argument(&arguments[0], &Ty::Fn(vec![start.clone(), (**element).clone()], Box::new(start.clone())));
        if let Some(fold) = table::sections()["slice"].method("fold") {
            self.types.calls.insert(expression.id, Callee::Table(fold));
        }
        start
    }

    /// What the place of the call says about its type parameters, before the arguments are looked at.
    fn result_hints(&mut self, method: &Method, with: &HashMap<String, Ty>, result: &Ty, expect: &Expect) {
        let Expect::Type(expected) = expect else { return };
        let expected = self.shallow(expected);
        if self.variables.kind(&expected) == Some(Kind::Any) {
            return;
        }
        match (method.name, &expected) {
            ("parse", Ty::Named(Head::Known("Result"), own)) => {
                self.variables.unify(&with["F"], &own[0]);
            }
            ("fold", _) if method.generics == ["A"] && matches!(expected, Ty::String | Ty::Named(..)) => {
                self.variables.unify(&with["A"], &expected);
            }
            ("collect" | "sum" | "product", _) => {}
            ("map" | "and_then" | "filter_map" | "map_err" | "ok_or" | "ok_or_else", _) => {
                let _ = result;
            }
            _ => {}
        }
    }

    /// The result of a method, where the table alone does not say it.
    fn result_of(&mut self, method: &'static Method, on: &Ty, with: &HashMap<String, Ty>, result: Ty, expect: &Expect) -> Ty {
        let item = match on {
            Ty::Iter(item) | Ty::Slice(item) | Ty::Range(item, _) => Some(self.shallow(item)),
            _ => None,
        };
        let expected = match expect {
            Expect::Type(ty) => {
                let ty = self.shallow(ty);
                (self.variables.kind(&ty) != Some(Kind::Any)).then_some(ty)
            }
            _ => None,
        };
        match (method.name, item) {
            ("collect", Some(item)) => {
                let collection = with["C"].clone();
                if self.variables.kind(&self.shallow(&collection)) == Some(Kind::Any) {
                    let to = match expected {
                        Some(Ty::Named(Head::Known("Vec"), own)) => {
                            if self.variables.unify(&own[0], &item) {
                                Ty::vec(own[0].clone())
                            } else {
                                Ty::vec(item.clone())
                            }
                        }
                        Some(expected @ (Ty::Named(..) | Ty::String)) => expected,
                        _ => Ty::vec(item.clone()),
                    };
                    self.variables.unify(&collection, &to);
                }
                self.collects(&collection, &item);
                collection
            }
            ("sum" | "product", Some(item)) => {
                let owned = self.owned(&item);
                let total = match &method.result {
                    Ty::Param(name) if name == "S" => with["S"].clone(),
                    _ => return owned,
                };
                if self.variables.kind(&self.shallow(&total)) == Some(Kind::Any) {
                    self.variables.unify(&total, &owned);
                }
                total
            }
            ("partition", Some(item)) => {
                let collection = with["C"].clone();
                if self.variables.kind(&self.shallow(&collection)) == Some(Kind::Any) {
                    let to = match &expected {
                        Some(Ty::Tuple(parts)) => parts[0].clone(),
                        _ => Ty::vec(item),
                    };
                    self.variables.unify(&collection, &to);
                }
                result
            }
            ("unzip", Some(item)) => {
                if let Ty::Tuple(parts) = &item
                    && parts.len() == 2
                {
                    for (name, part) in ["A", "B"].iter().zip(parts) {
                        let own = with[*name].clone();
                        if self.variables.kind(&self.shallow(&own)) == Some(Kind::Any) {
                            self.variables.unify(&own, &Ty::vec(part.clone()));
                        }
                    }
                }
                result
            }
            ("cloned" | "copied", Some(Ty::Ref(_, inner))) => Ty::Iter(inner),
            ("cloned" | "copied", None) => match on {
                Ty::Named(Head::Known("Option"), arguments) => match self.shallow(&arguments[0]) {
                    Ty::Ref(_, inner) => Ty::option(*inner),
                    _ => result,
                },
                _ => result,
            },
            ("flatten", item) => {
                let of = match (&item, on) {
                    (Some(item), _) => item.clone(),
                    (None, Ty::Named(_, arguments)) => self.shallow(&arguments[0]),
                    _ => Ty::Unknown,
                };
                let inner = match (&item, &of) {
                    (None, Ty::Named(Head::Known("Option"), inner)) => Some(inner[0].clone()),
                    _ => self.item_of(&of),
                };
                self.variables.unify(&with["U"], &inner.unwrap_or(Ty::Unknown));
                result
            }
            ("parse", None) => {
                self.defaults.push((with["F"].clone(), Ty::Int(Int::I64)));
                result
            }
            ("concat", Some(Ty::Named(Head::Known("Vec"), inner))) => Ty::vec(inner[0].clone()),
            ("concat", Some(item)) if item == Ty::String || item == Ty::str_ref() || self.variables.kind(&item) == Some(Kind::Text) => {
                Ty::String
            }
            ("abs_diff", _) => on.clone(),
            ("reverse" | "sort" | "sort_unstable", _)
                if method.result == Ty::Unit && matches!(on, Ty::Slice(_)) && !matches!(expect, Expect::Discard) =>
            {
                // Used as a value: a copy.
                match on {
                    Ty::Slice(element) => Ty::vec((**element).clone()),
                    _ => result,
                }
            }
            _ => self.int_result(result),
        }
    }

    /// Binds what a collection holds to what is collected.
    fn collects(&mut self, collection: &Ty, item: &Ty) {
        match self.shallow(collection) {
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap"), own) => {
                self.variables.unify(&own[0], item);
            }
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), own) => {
                if let Ty::Tuple(parts) = self.shallow(item)
                    && parts.len() == 2
                {
                    self.variables.unify(&own[0], &parts[0]);
                    self.variables.unify(&own[1], &parts[1]);
                }
            }
            Ty::Named(Head::Known("Result"), own) => {
                if let Ty::Named(Head::Known("Result"), inner) = self.shallow(item) {
                    self.variables.unify(&own[1], &inner[1]);
                    self.collects(&own[0], &inner[0]);
                }
            }
            Ty::Named(Head::Known("Option"), own) => {
                if let Ty::Named(Head::Known("Option"), inner) = self.shallow(item) {
                    self.collects(&own[0], &inner[0]);
                }
            }
            _ => {}
        }
    }
}

/// The section of the table for a path's type.
fn section_of(owner: &[String]) -> Option<(&'static str, &'static Section)> {
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
            _ if owner.len() == 1 || ["std", "core", "alloc"].contains(&owner[0].as_str()) => table::known(last)?,
            _ => return None,
        }
    };
    table::sections().get_key_value(head).map(|(head, section)| (*head, section))
}

/// The type that a section is of.
fn self_of(head: &'static str, arguments: &[Ty], owner: &[String]) -> Ty {
    match head {
        "int" => owner.last().and_then(|name| Int::named(name)).map_or(Ty::Int(Int::I64), Ty::Int),
        "float" => Ty::F64,
        "str" => Ty::Str,
        "String" => Ty::String,
        "char" => Ty::Char,
        "bool" => Ty::Bool,
        _ => Ty::Named(Head::Known(head), arguments.to_vec()),
    }
}

fn section_of_type(ty: &Ty, kind: Option<Kind>) -> Option<&'static Section> {
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

/// What methods of other languages are called here.
fn synonym(name: &str) -> Option<&'static str> {
    Some(match name {
        "size" | "length" | "count" => "len",
        "add" | "append" | "push_back" => "push",
        "substr" | "slice" => "substring",
        "toUpperCase" | "upcase" | "uppercase" => "to_uppercase",
        "toLowerCase" | "downcase" | "lowercase" => "to_lowercase",
        "toString" | "to_str" | "str" => "to_string",
        "includes" | "has" => "contains",
        "strip" => "trim",
        "startsWith" => "starts_with",
        "endsWith" => "ends_with",
        "indexOf" => "find",
        "forEach" => "for_each",
        _ => return None,
    })
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
