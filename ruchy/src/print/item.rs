//! Items and their members.

use super::writer::Writer;
use crate::tree::{
    Constant, Enum, Field, Fields, Impl, Item, ItemKind, Member, Module, ModuleContent, Struct, Trait, TypeAlias, UseKind, UseTree, Variant,
};

impl Writer<'_> {
    pub(super) fn item(&mut self, item: &Item) {
        // The handlers of an actor are visible where it is.
        if !matches!(&item.kind, ItemKind::Function(function) if function.receives) {
            self.visibility(item.visibility);
        }
        match &item.kind {
            ItemKind::Function(function) => self.function(function),
            ItemKind::Struct(item) => self.struct_item(item),
            ItemKind::Enum(item) => self.enum_item(item),
            ItemKind::Impl(item) => self.impl_item(item),
            ItemKind::Trait(item) => self.trait_item(item),
            ItemKind::Module(module) => self.module(module),
            ItemKind::Use(trees) => {
                self.one_of(&["use", "import"]);
                self.space();
                self.list(trees, false, Self::use_tree);
            }
            ItemKind::Constant(constant) => self.constant(constant),
            ItemKind::TypeAlias(alias) => self.type_alias(alias),
        }
    }

    fn struct_item(&mut self, item: &Struct) {
        self.token(if item.is_actor { "actor" } else { "struct" });
        self.space();
        self.bound_name(&item.name);
        self.generics(&item.generics);
        // The clause stands in front of braces and behind parentheses.
        let is_tuple = matches!(item.fields, Fields::Tuple(_));
        if !is_tuple {
            self.where_clause(&item.generics);
        }
        self.fields(&item.fields, &item.methods);
        if is_tuple {
            self.where_clause(&item.generics);
        }
    }

    fn fields(&mut self, fields: &Fields, methods: &[Member]) {
        match fields {
            Fields::Unit => {}
            Fields::Tuple(fields) => {
                self.token("(");
                self.list(fields, false, |writer, field| {
                    writer.attributes(&field.attributes);
                    writer.visibility(field.visibility);
                    writer.ty(&field.ty);
                });
                self.token(")");
            }
            Fields::Named(fields) => {
                let mut parts: Vec<Part> = fields.iter().map(Part::Field).chain(methods.iter().map(Part::Method)).collect();
                self.parts(&mut parts);
            }
        }
    }

    /// Fields or variants, and methods, in the order of the source.
    fn parts(&mut self, parts: &mut [Part]) {
        parts.sort_by_key(Part::start);
        self.space();
        self.token("{");
        self.indent();
        for part in &*parts {
            self.newline();
            match part {
                Part::Field(field) => self.field(field),
                Part::Variant(variant) => self.variant(variant),
                Part::Method(member) => self.member(member),
            }
            self.optional(",", !matches!(part, Part::Method(_)));
        }
        self.dedent();
        if !parts.is_empty() {
            self.newline();
        }
        self.token("}");
    }

    fn field(&mut self, field: &Field) {
        self.attributes(&field.attributes);
        self.visibility(field.visibility);
        self.optional("mut", false);
        self.name(&field.name);
        self.token(":");
        self.space();
        self.ty(&field.ty);
        if let Some(default) = &field.default {
            self.space();
            self.token("=");
            self.space();
            self.expression(default);
        }
    }

    fn enum_item(&mut self, item: &Enum) {
        self.token("enum");
        self.space();
        self.bound_name(&item.name);
        self.generics(&item.generics);
        self.where_clause(&item.generics);
        let mut parts: Vec<Part> = item.variants.iter().map(Part::Variant).chain(item.methods.iter().map(Part::Method)).collect();
        self.parts(&mut parts);
    }

    fn variant(&mut self, variant: &Variant) {
        self.attributes(&variant.attributes);
        self.bound_name(&variant.name);
        self.fields(&variant.fields, &[]);
        if let Some(discriminant) = &variant.discriminant {
            self.space();
            self.token("=");
            self.space();
            self.expression(discriminant);
        }
    }

    fn impl_item(&mut self, item: &Impl) {
        self.token("impl");
        self.generics(&item.generics);
        self.space();
        if let Some(of_trait) = &item.of_trait {
            self.path(of_trait, true);
            self.space();
            self.token("for");
            self.space();
        }
        self.ty(&item.ty);
        self.where_clause(&item.generics);
        self.members(&item.members);
    }

    fn trait_item(&mut self, item: &Trait) {
        self.token("trait");
        self.space();
        self.bound_name(&item.name);
        self.generics(&item.generics);
        if !item.supertraits.is_empty() {
            self.token(":");
            self.space();
            self.bounds(&item.supertraits);
        }
        self.where_clause(&item.generics);
        self.members(&item.members);
    }

    fn members(&mut self, members: &[Member]) {
        self.space();
        self.token("{");
        self.indent();
        for member in members {
            self.newline();
            self.member(member);
            let has_body = matches!(&member.item.kind, ItemKind::Function(function) if function.body.is_some());
            self.optional(";", !has_body);
            while self.origin_has(";") || self.origin_has(",") {
                self.one_of(&[";", ","]);
            }
        }
        self.dedent();
        if !members.is_empty() {
            self.newline();
        }
        self.token("}");
    }

    fn member(&mut self, member: &Member) {
        self.attributes(&member.attributes);
        self.item(&member.item);
    }

    fn module(&mut self, module: &Module) {
        self.one_of(&["mod", "module"]);
        self.space();
        self.bound_name(&module.name);
        if let ModuleContent::Inline(statements) = &module.content {
            self.space();
            self.token("{");
            self.indent();
            self.statements(statements);
            self.dedent();
            self.newline();
            self.token("}");
        }
    }

    fn use_tree(&mut self, tree: &UseTree) {
        self.path(&tree.path, false);
        let separates = !tree.path.segments.is_empty();
        match &tree.kind {
            UseKind::Name(None) => {}
            UseKind::Name(Some(name)) => {
                self.space();
                self.token("as");
                self.space();
                self.bound_name(name);
            }
            UseKind::All => {
                if separates {
                    self.token("::");
                }
                self.token("*");
            }
            UseKind::Group(trees) => {
                if separates {
                    self.token("::");
                }
                self.token("{");
                self.list(trees, false, Self::use_tree);
                self.token("}");
            }
        }
    }

    fn constant(&mut self, constant: &Constant) {
        self.token(if constant.is_static { "static" } else { "const" });
        self.space();
        if constant.mutable {
            self.token("mut");
            self.space();
        }
        self.bound_name(&constant.name);
        if let Some(ty) = &constant.ty {
            self.token(":");
            self.space();
            self.ty(ty);
        }
        if let Some(value) = &constant.value {
            self.space();
            self.token("=");
            self.space();
            self.expression(value);
        }
    }

    fn type_alias(&mut self, alias: &TypeAlias) {
        self.token("type");
        self.space();
        self.bound_name(&alias.name);
        self.generics(&alias.generics);
        if !alias.bounds.is_empty() {
            self.token(":");
            self.space();
            self.bounds(&alias.bounds);
        }
        if let Some(ty) = &alias.ty {
            self.space();
            self.token("=");
            self.space();
            self.ty(ty);
        }
        self.where_clause(&alias.generics);
    }
}

/// What stands in the braces of a struct or an enum.
enum Part<'a> {
    Field(&'a Field),
    Variant(&'a Variant),
    Method(&'a Member),
}

impl Part<'_> {
    fn start(&self) -> u32 {
        match self {
            Self::Field(field) => field.span.start,
            Self::Variant(variant) => variant.span.start,
            Self::Method(member) => member.item.span.start,
        }
    }
}
