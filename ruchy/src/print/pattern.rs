//! Patterns and paths.

use super::writer::Writer;
use crate::tree::{FieldPattern, Path, Pattern, PatternKind};

impl Writer<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Wildcard => self.token("_"),
            PatternKind::Rest => self.one_of(&["..", "..."]),
            PatternKind::Binding { name, mutable, by_reference, subpattern } => {
                if let Some(rest) = subpattern.as_deref().filter(|rest| matches!(rest.kind, PatternKind::Rest) && self.origin_is_rest()) {
                    self.pattern(rest);
                    return self.bound_name(name);
                }
                if *by_reference {
                    self.token("ref");
                    self.space();
                }
                if *mutable && (!self.is_var || self.origin_has("mut")) {
                    self.token("mut");
                    self.space();
                }
                self.bound_name(name);
                if let Some(subpattern) = subpattern {
                    self.space();
                    self.token("@");
                    self.space();
                    self.pattern(subpattern);
                }
            }
            PatternKind::Literal(signed) => {
                if signed.negative {
                    self.token("-");
                }
                self.literal(&signed.literal);
            }
            PatternKind::Range { start, end, inclusive } => {
                if let Some(start) = start {
                    self.pattern(start);
                }
                self.token(if *inclusive { "..=" } else { ".." });
                if start.is_none() && matches!(end.as_deref(), Some(Pattern { kind: PatternKind::Binding { .. }, .. })) {
                    // `[..rest]` binds.
                    self.space();
                }
                if let Some(end) = end {
                    self.pattern(end);
                }
            }
            PatternKind::Path(path) => self.path(path, false),
            PatternKind::TupleStruct { path, elements } => {
                self.path(path, false);
                self.token("(");
                self.list(elements, false, Self::pattern);
                self.token(")");
            }
            PatternKind::Struct { path, fields, rest } => {
                self.path(path, false);
                self.space();
                self.token("{");
                self.space();
                self.list(fields, *rest && !fields.is_empty(), Self::field_pattern);
                if *rest {
                    self.space();
                    self.one_of(&["..", "..."]);
                    self.optional(",", false);
                }
                self.space();
                self.token("}");
            }
            PatternKind::Tuple(elements) => {
                self.token("(");
                self.list(elements, elements.len() == 1 && !matches!(elements[0].kind, PatternKind::Rest), Self::pattern);
                self.token(")");
            }
            PatternKind::List(elements) => {
                self.token("[");
                self.list(elements, false, Self::pattern);
                self.token("]");
            }
            PatternKind::Or(alternatives) => {
                if self.origin_has("|") || self.is_canonical() && alternatives.len() == 1 {
                    self.token("|");
                    self.space();
                }
                for (index, alternative) in alternatives.iter().enumerate() {
                    if index > 0 {
                        self.space();
                        self.token("|");
                        self.space();
                    }
                    self.pattern(alternative);
                }
            }
            PatternKind::Reference { mutable, pattern } => {
                self.token("&");
                if *mutable {
                    self.token("mut");
                    self.space();
                }
                self.pattern(pattern);
            }
            PatternKind::Parenthesized(inner) => {
                self.token("(");
                self.pattern(inner);
                self.token(")");
            }
            PatternKind::Error => self.copy(pattern.span),
        }
    }

    fn origin_is_rest(&self) -> bool {
        self.origin_has("..") || self.origin_has("...")
    }

    fn field_pattern(&mut self, field: &FieldPattern) {
        if !field.short {
            self.name(&field.name);
            self.token(":");
            self.space();
        }
        self.pattern(&field.pattern);
    }

    pub(super) fn path(&mut self, path: &Path, is_type: bool) {
        if let Some(qualifier) = &path.qualifier {
            self.token("<");
            self.ty(&qualifier.ty);
            if let Some(as_trait) = &qualifier.as_trait {
                self.space();
                self.token("as");
                self.space();
                self.path(as_trait, true);
            }
            self.token(">");
            self.token("::");
        }
        if path.global {
            self.token("::");
        }
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 {
                self.token("::");
                self.name(&segment.name);
            } else {
                self.bound_name(&segment.name);
            }
            if let Some(generics) = &segment.generics {
                if is_type {
                    self.optional("::", false);
                } else {
                    self.token("::");
                }
                self.generic_arguments(generics);
            }
        }
    }
}
