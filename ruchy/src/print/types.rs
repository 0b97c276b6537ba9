//! Types, bounds, generic parameters and arguments.

use super::writer::Writer;
use crate::tree::{Bound, GenericArgument, GenericParameter, GenericParameterKind, Generics, Name, Predicate, Type, TypeKind};

impl Writer<'_> {
    pub(super) fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Path(path) => self.path(path, true),
            TypeKind::Reference { lifetime, mutable, ty } => {
                self.token("&");
                if let Some(lifetime) = lifetime {
                    self.lifetime(lifetime);
                    self.space();
                }
                if *mutable {
                    self.token("mut");
                    self.space();
                }
                self.ty(ty);
            }
            TypeKind::Pointer { mutable, ty } => {
                self.token("*");
                self.token(if *mutable { "mut" } else { "const" });
                self.space();
                self.ty(ty);
            }
            TypeKind::Tuple(elements) => {
                self.token("(");
                self.list(elements, elements.len() == 1, Self::ty);
                self.token(")");
            }
            TypeKind::Parenthesized(inner) => {
                self.token("(");
                self.ty(inner);
                self.token(")");
            }
            TypeKind::Slice(element) => {
                self.token("[");
                self.ty(element);
                self.token("]");
            }
            TypeKind::Array { element, length } => {
                self.token("[");
                self.ty(element);
                self.token(";");
                self.space();
                self.expression(length);
                self.token("]");
            }
            TypeKind::Function { parameters, result } => {
                self.one_of(&["fn", "fun"]);
                self.function_type(parameters, result.as_deref());
            }
            TypeKind::Dyn(bounds) => {
                self.token("dyn");
                self.space();
                self.bounds(bounds);
            }
            TypeKind::Impl(bounds) => {
                self.token("impl");
                self.space();
                self.bounds(bounds);
            }
            TypeKind::BareFunction(bound) => self.bound(bound),
            TypeKind::Optional(inner) => {
                self.ty(inner);
                self.token("?");
            }
            TypeKind::Inferred => self.token("_"),
            TypeKind::Never => self.token("!"),
            TypeKind::Error => self.copy(ty.span),
        }
    }

    fn function_type(&mut self, parameters: &[Type], result: Option<&Type>) {
        self.token("(");
        self.list(parameters, false, Self::ty);
        self.token(")");
        if let Some(result) = result {
            self.space();
            self.token("->");
            self.space();
            self.ty(result);
        }
    }

    pub(super) fn bounds(&mut self, bounds: &[Bound]) {
        for (index, bound) in bounds.iter().enumerate() {
            if index > 0 {
                self.space();
                self.token("+");
                self.space();
            }
            self.bound(bound);
        }
    }

    fn bound(&mut self, bound: &Bound) {
        match bound {
            Bound::Trait { maybe, lifetimes, path, .. } => {
                if *maybe {
                    self.token("?");
                }
                self.for_lifetimes(lifetimes);
                self.path(path, true);
            }
            Bound::Function { lifetimes, path, parameters, result, .. } => {
                self.for_lifetimes(lifetimes);
                self.path(path, true);
                self.function_type(parameters, result.as_deref());
            }
            Bound::Lifetime(lifetime) => self.lifetime(lifetime),
        }
    }

    fn for_lifetimes(&mut self, lifetimes: &[Name]) {
        if lifetimes.is_empty() {
            return;
        }
        self.token("for");
        self.token("<");
        self.list(lifetimes, false, Self::lifetime);
        self.token(">");
        self.space();
    }

    pub(super) fn generics(&mut self, generics: &Generics) {
        if generics.parameters.is_empty() && generics.span.is_none() {
            return;
        }
        self.token("<");
        self.list(&generics.parameters, false, Self::generic_parameter);
        self.token(">");
    }

    fn generic_parameter(&mut self, parameter: &GenericParameter) {
        match &parameter.kind {
            GenericParameterKind::Lifetime { bounds } => {
                self.lifetime(&parameter.name);
                if !bounds.is_empty() {
                    self.token(":");
                    self.space();
                    self.lifetimes(bounds);
                }
            }
            GenericParameterKind::Type { bounds, default } => {
                self.bound_name(&parameter.name);
                if !bounds.is_empty() {
                    self.token(":");
                    self.space();
                    self.bounds(bounds);
                }
                if let Some(default) = default {
                    self.space();
                    self.token("=");
                    self.space();
                    self.ty(default);
                }
            }
            GenericParameterKind::Constant { ty, default } => {
                self.token("const");
                self.space();
                self.bound_name(&parameter.name);
                self.token(":");
                self.space();
                self.ty(ty);
                if let Some(default) = default {
                    self.space();
                    self.token("=");
                    self.space();
                    self.expression(default);
                }
            }
        }
    }

    fn lifetimes(&mut self, lifetimes: &[Name]) {
        for (index, lifetime) in lifetimes.iter().enumerate() {
            if index > 0 {
                self.space();
                self.token("+");
                self.space();
            }
            self.lifetime(lifetime);
        }
    }

    pub(super) fn generic_arguments(&mut self, arguments: &[GenericArgument]) {
        self.token("<");
        self.list(arguments, false, |writer, argument| match argument {
            GenericArgument::Type(ty) => writer.ty(ty),
            GenericArgument::Lifetime(lifetime) => writer.lifetime(lifetime),
            GenericArgument::Binding(name, ty) => {
                writer.name(name);
                writer.space();
                writer.token("=");
                writer.space();
                writer.ty(ty);
            }
            GenericArgument::Constraint(name, bounds) => {
                writer.name(name);
                writer.token(":");
                writer.space();
                writer.bounds(bounds);
            }
            GenericArgument::Constant(value) => writer.expression(value),
        });
        self.token(">");
    }

    pub(super) fn where_clause(&mut self, generics: &Generics) {
        if generics.predicates.is_empty() {
            return self.optional("where", false);
        }
        self.space();
        self.token("where");
        self.space();
        self.list(&generics.predicates, false, |writer, predicate| match predicate {
            Predicate::Type { lifetimes, ty, bounds } => {
                writer.for_lifetimes(lifetimes);
                writer.ty(ty);
                writer.token(":");
                writer.space();
                writer.bounds(bounds);
            }
            Predicate::Lifetime { lifetime, bounds } => {
                writer.lifetime(lifetime);
                writer.token(":");
                writer.space();
                writer.lifetimes(bounds);
            }
        });
    }
}
