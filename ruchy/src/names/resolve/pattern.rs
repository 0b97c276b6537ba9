//! Patterns: the locals that they bind, the constants and variants that they name.

use super::Resolver;
use crate::map::Map;
use crate::names::{ItemOf, LocalId, Meaning};
use crate::tree::{Pattern, PatternKind};

impl<'tree> Resolver<'tree, '_> {
    /// Binds the names of a pattern, in the innermost block.
    pub(super) fn pattern(&mut self, pattern: &'tree Pattern) {
        let mut bound = Map::default();
        self.pattern_in(pattern, &mut bound);
    }

    fn pattern_in(&mut self, pattern: &'tree Pattern, bound: &mut Map<String, LocalId>) {
        match &pattern.kind {
            PatternKind::Binding { name, mutable, subpattern, .. } => {
                if let Some(subpattern) = subpattern {
                    self.pattern_in(subpattern, bound);
                } else if !*mutable && let Some(meaning) = self.constant(&name.text) {
                    self.names.meanings.insert(pattern.id, meaning);
                    return;
                }
                // The alternatives of an `|` bind the same locals.
                if let Some(same) = bound.get(&name.text) {
                    self.names.meanings.insert(pattern.id, Meaning::Local(*same));
                    return;
                }
                let id = self.bind(&name.text, name.span, pattern.id, *mutable);
                bound.insert(name.text.clone(), id);
            }
            PatternKind::Path(path) => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(pattern.id, meaning);
            }
            PatternKind::TupleStruct { path, elements } => {
                let meaning = self.value_path(path);
                self.names.meanings.insert(pattern.id, meaning);
                elements.iter().for_each(|element| self.pattern_in(element, bound));
            }
            PatternKind::Struct { path, fields, .. } => {
                let meaning = self.struct_path(path);
                self.names.meanings.insert(pattern.id, meaning);
                fields.iter().for_each(|field| self.pattern_in(&field.pattern, bound));
            }
            PatternKind::Tuple(all) | PatternKind::List(all) | PatternKind::Or(all) => {
                all.iter().for_each(|pattern| self.pattern_in(pattern, bound));
            }
            PatternKind::Range { start, end, .. } => {
                start.iter().chain(end).for_each(|end| self.pattern_in(end, bound));
            }
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.pattern_in(pattern, bound),
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Literal(_) | PatternKind::Error => {}
        }
    }

    /// The constant, unit struct or variant that a name in a pattern means.
    pub(super) fn constant(&self, name: &str) -> Option<Meaning> {
        if name == "None" {
            return Some(Meaning::External(vec!["None".to_owned()]));
        }
        let of = |meaning: &&Meaning| match meaning {
            Meaning::Item(id) => match self.names.item(*id).kind {
                ItemOf::Constant(constant) => !constant.is_static,
                ItemOf::Struct(of) => matches!(of.fields, crate::tree::Fields::Unit),
                _ => false,
            },
            Meaning::Variant(id, index) => {
                matches!(self.names.item(*id).kind, ItemOf::Enum(of) if matches!(of.variants[*index].fields, crate::tree::Fields::Unit))
            }
            _ => false,
        };
        self.names.look_up(self.scope, name).iter().find(of).cloned()
    }
}
