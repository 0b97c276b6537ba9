//! Patterns: the class of what they bind.

use super::walk::Walk;
use crate::names::Meaning;
use crate::tree::{Pattern, PatternKind};

impl Walk<'_, '_> {
    /// Puts what a pattern binds into the class of `of`, and what it binds of the program's types into that of the field.
    pub(super) fn pattern(&mut self, pattern: &Pattern, of: u32) {
        self.classes.join(pattern.id.0, of);
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => {
                if let Meaning::Local(id) = self.names.meaning(pattern.id) {
                    let local = self.local(*id);
                    self.classes.join(local, of);
                }
                subpattern.iter().for_each(|inner| self.pattern(inner, of));
            }
            PatternKind::Struct { fields, .. } => {
                for field in fields {
                    let member = self.field_of_pattern(pattern, &field.name.text).unwrap_or(of);
                    self.pattern(&field.pattern, member);
                }
            }
            PatternKind::TupleStruct { elements, .. } => {
                for (index, element) in elements.iter().enumerate() {
                    let member = self.field_of_pattern(pattern, &index.to_string()).unwrap_or(of);
                    self.pattern(element, member);
                }
            }
            PatternKind::Tuple(elements) | PatternKind::List(elements) | PatternKind::Or(elements) => {
                elements.iter().for_each(|element| self.pattern(element, of));
            }
            PatternKind::Reference { pattern: inner, .. } | PatternKind::Parenthesized(inner) => self.pattern(inner, of),
            _ => {}
        }
    }

    fn field_of_pattern(&mut self, pattern: &Pattern, name: &str) -> Option<u32> {
        match self.names.meaning(pattern.id) {
            Meaning::Variant(item, variant) => Some(self.field(*item, *variant, name)),
            Meaning::Item(item) => Some(self.field(*item, usize::MAX, name)),
            _ => None,
        }
    }
}
