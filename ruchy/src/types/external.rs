//! Calls of functions that the program does not define: the prelude, `events`, `std`.

use super::body::Expect;
use super::call::{count, were};
use super::signature::substitute;
use super::table::{Method, Receiver};
use super::table_call::{section_of, self_of};
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference, Owner, table};
use crate::diagnostic::Code;
use crate::map::Map;
use crate::names::suggest;
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, GenericArgument};

impl<'tree> Inference<'_, 'tree> {
    /// A call of a function that is not of the program: of the prelude, or of a known type.
    pub(super) fn external_call(
        &mut self,
        expression: &'tree Expression,
        function: &'tree Expression,
        full: &[String],
        arguments: &[&'tree Expression],
        expect: &Expect,
    ) -> Ty {
        if let [name] = full {
            match name.as_str() {
                "Some" | "Ok" | "Err" => {
                    let ty = self.wrapped(expression, name, arguments, expect);
                    self.written_arguments(function, &ty);
                    return ty;
                }
                _ => {}
            }
            if let Some(ty) = self.builtin(expression, name, arguments, expect) {
                return ty;
            }
        }
        if let ([.., "Reverse"], [argument]) = (full.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), arguments) {
            self.types.calls.insert(expression.id, Callee::Constructor);
            let value = self.any();
            self.check_or_infer(argument, &value);
            return Ty::known("Reverse", [value]);
        }
        if let Some((parameters, result)) = self.table_function(full) {
            self.types.calls.insert(expression.id, table_callee(full).map_or(Callee::Unknown, Callee::Table));
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
                let is_from = matches!(full.last().map(String::as_str), Some("from"));
                for (argument, parameter) in arguments.iter().zip(&parameters) {
                    if !is_from || !self.array_to_collect(argument, &result) {
                        self.argument(argument, parameter);
                    }
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
        if let [name] = full
            && super::path::is_type_name(name)
        {
            arguments.iter().for_each(|argument| {
                self.infer(argument, &Expect::Nothing);
            });
            return self.type_as_value(function, name);
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

    /// The list literal of `HashSet::from([…])` and the like, which take arrays.
    fn array_to_collect(&mut self, argument: &'tree Expression, result: &Ty) -> bool {
        let ExpressionKind::List(elements) = &argument.unparenthesized().kind else { return false };
        let spreads = elements.iter().any(|element| matches!(element.kind, ExpressionKind::Spread(_)));
        let element = match self.shallow(result) {
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), own) => Ty::Tuple(own),
            Ty::Named(Head::Known("HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap"), own) => own[0].clone(),
            _ => return false,
        };
        if spreads {
            return false;
        }
        self.check(argument, &Ty::Array(Part::new(element)));
        true
    }

    /// The elements of `HashMap::from([…])` and the like.
    fn made_from(&mut self, result: &Ty, arguments: &[&'tree Expression]) {
        let Some(argument) = arguments.first() else { return };
        let ty = self.types.of[argument.id.index()].clone();
        let item = self.item_of(&ty).unwrap_or(Ty::Unknown);
        match (self.shallow(result), self.shallow(&item)) {
            (Ty::Named(Head::Known("HashMap" | "BTreeMap"), own), Ty::Tuple(parts)) if parts.len() == 2 => {
                let whole = Ty::vec(Ty::Tuple([own[0].clone(), own[1].clone()].into()));
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
    /// The type arguments of `Ok::<i64, String>(1)`.
    fn written_arguments(&mut self, function: &'tree Expression, ty: &Ty) {
        let (ExpressionKind::Path(path), Ty::Named(_, own)) = (&function.unparenthesized().kind, self.shallow(ty)) else { return };
        for (written, own) in path.segments.iter().filter_map(|segment| segment.generics.as_ref()).flatten().zip(&own) {
            if let GenericArgument::Type(ty) = written {
                let ty = self.lower(ty, self.scope);
                self.variables.unify(own, &ty);
            }
        }
    }

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
            [] if name == "Ok" && self.variables.unify(&value, &Ty::Unit) => {}
            _ => {
                let message = format!("`{name}` takes 1 argument, but {} given", were(arguments.len()));
                self.error(Code::ArgumentCount, expression.span, message);
            }
        }
        if name == "Some" {
            return Ty::option(value);
        }
        let ty = Ty::result(value, error);
        self.wrappers.push((expression.id, ty.clone()));
        ty
    }

    /// The parameters and the result of a function of the table.
    pub(super) fn table_function(&mut self, full: &[String]) -> Option<(Vec<Ty>, Ty)> {
        let method = table_callee(full)?;
        let (_, owner) = full.split_last()?;
        let mut with: Map<String, Ty> = Map::default();
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
                    Receiver::Mutable => Ty::Ref(true, Part::new(own)),
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

    pub(super) fn int_result(&mut self, result: Ty) -> Ty {
        if result.is_known("int") { self.variables.fresh(Kind::Int) } else { result }
    }

    /// Reports a function that a type of `events` does not have.
    fn misspelt_function(&mut self, function: &Expression, full: &[String]) {
        let [owner @ .., name] = full else { return };
        let section = match owner {
            [head, ..] if ["events", "aws", "outbound"].contains(&head.as_str()) => table::sections().get(owner.join("::").as_str()),
            [only] => section_of(owner).map(|(_, section)| section).filter(|_| {
                !["from", "try_from", "from_iter", "from_str", "default", "new", "clone"].contains(&name.as_str())
                    && !self.any_trait_has(name)
                    && only != "Self"
            }),
            _ => None,
        };
        let Some(section) = section else { return };
        let mut known: Vec<&str> = section.methods().filter(|method| method.receiver.is_none()).map(|method| method.name).collect();
        known.sort_unstable();
        known.dedup();
        let near = suggest(name, known.iter().copied());
        let of = owner.last().map_or("", String::as_str);
        let error = self.error(Code::UnknownMethod, function.span, format!("`{of}` has no function named `{name}`"));
        error.suggest_or(near.map(|near| format!("{of}::{near}")).as_deref(), || {
            (!known.is_empty()).then(|| format!("its functions are {}", known.join(", ")))
        });
    }

    pub(super) fn unknown_associated(&mut self, id: crate::names::ItemId, name: &str, span: Span) {
        let owner = Owner::Item(id);
        let item = self.names.item(id);
        if name == "default" {
            self.need(super::capable::Need::Default, &Ty::Named(Head::Item(id), [].into()), span);
            return;
        }
        let derived = ["default", "clone", "from", "new", "try_from", "from_str", "from_iter"];
        let implements = self.types.implemented.traits(owner).any(|of| of != "Default");
        if implements || derived.contains(&name) && name != "new" {
            return;
        }
        let known: Vec<String> = self.methods.names(owner).map(str::to_owned).collect();
        let near = suggest(name, known.iter().map(String::as_str));
        let (place, of) = (item.span, item.name.clone());
        let error = self.error(Code::UnknownMethod, span, format!("`{of}` has no function named `{name}`"));
        error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{of}` is declared here") });
        error.suggest_or(near.map(|near| format!("{of}::{near}")).as_deref(), || None);
    }
}

/// The function or method of the table that a path names.
fn table_callee(full: &[String]) -> Option<&'static Method> {
    let functions = &table::sections()["fn"];
    let found = match full {
        [only] => functions.function(only),
        _ => functions.function(&full.join("::")),
    };
    if found.is_some() {
        return found;
    }
    let (name, owner) = full.split_last()?;
    section_of(owner)?.1.function(name).or_else(|| section_of(owner)?.1.method(name))
}
