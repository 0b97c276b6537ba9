//! Patterns.

use super::{Emitter, identifier, quoted};
use crate::names::Meaning;
use crate::tree::{Literal, Pattern, PatternKind};
use crate::types::Ty;

impl<'tree> Emitter<'tree> {
    /// A pattern; with `binds`, names that are changed are `mut`.
    pub(super) fn pattern(&mut self, pattern: &'tree Pattern, binds: bool) -> String {
        let mut at = self.sync(pattern.span);
        let text = match &pattern.kind {
            PatternKind::Wildcard => "_".to_owned(),
            PatternKind::Rest => "..".to_owned(),
            PatternKind::Binding { name, by_reference, subpattern, mutable } => match self.names.meaning(pattern.id).clone() {
                Meaning::Local(id) => {
                    let changed = binds && self.is_changed(id) || self.calls_changing(id);
                    let shown = identifier(&name.text);
                    let by = match (by_reference, mutable, self.types.borrowed.get(&pattern.id)) {
                        (true, true, _) | (_, _, Some(true)) => "ref mut ",
                        (true, false, _) | (_, _, Some(false)) => "ref ",
                        _ if changed => "mut ",
                        _ => "",
                    };
                    match subpattern {
                        Some(inner) => format!("{by}{shown} @ {}", self.pattern(inner, binds)),
                        None if self.types.copied.contains(&pattern.id) => format!("&(mut {shown})"),
                        None => format!("{by}{shown}"),
                    }
                }
                Meaning::Variant(id, index) => self.variant_path(id, index),
                _ => identifier(&name.text).into_owned(),
            },
            PatternKind::Literal(literal) => {
                let text = match &literal.literal {
                    Literal::Integer(integer) => integer.digits.clone() + integer.suffix.as_deref().unwrap_or_default(),
                    Literal::Float(float) => float.digits.clone(),
                    Literal::String(text) => quoted(&text.value),
                    Literal::Char(letter) => format!("{letter:?}"),
                    Literal::Byte(byte) => format!("b'{}'", byte.escape_ascii()),
                    Literal::ByteString(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
                    Literal::Bool(value) => value.to_string(),
                    Literal::Null => "None".to_owned(),
                };
                if literal.negative { format!("-{text}") } else { text }
            }
            PatternKind::Range { start, end, inclusive } => {
                let start = start.as_ref().map(|start| self.pattern(start, binds)).unwrap_or_default();
                let end = end.as_ref().map(|end| self.pattern(end, binds)).unwrap_or_default();
                format!("{start}{}{end}", if *inclusive { "..=" } else { ".." })
            }
            PatternKind::Path(path) => self.constructor_path(pattern, path),
            PatternKind::TupleStruct { path, elements } => {
                let path = self.constructor_path(pattern, path);
                let parts: Vec<String> = elements.iter().map(|element| self.pattern(element, binds)).collect();
                format!("{path}({})", parts.join(", "))
            }
            PatternKind::Struct { path, fields, rest } => {
                let path = self.constructor_path(pattern, path);
                let mut parts = Vec::new();
                for field in fields {
                    let at = self.sync(field.name.span);
                    let inner = self.pattern(&field.pattern, binds);
                    let name = identifier(&field.name.text);
                    let same = inner == name
                        || inner == format!("mut {name}")
                        || inner == format!("ref {name}")
                        || inner == format!("ref mut {name}");
                    parts.push(if field.short && same { format!("{at}{inner}") } else { format!("{at}{name}: {inner}") });
                }
                if *rest {
                    parts.push("..".to_owned());
                }
                format!("{path} {{ {} }}", parts.join(", "))
            }
            PatternKind::Tuple(all) => {
                let parts: Vec<String> = all.iter().map(|pattern| self.pattern(pattern, binds)).collect();
                if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(", ")) }
            }
            PatternKind::List(all) => {
                let parts: Vec<String> = all.iter().map(|pattern| self.pattern(pattern, binds)).collect();
                format!("[{}]", parts.join(", "))
            }
            PatternKind::Or(all) => {
                let parts: Vec<String> = all.iter().map(|pattern| self.pattern(pattern, binds)).collect();
                parts.join(" | ")
            }
            PatternKind::Reference { mutable, pattern } => {
                format!("&{}{}", if *mutable { "mut " } else { "" }, self.pattern(pattern, binds))
            }
            PatternKind::Parenthesized(inner) => format!("({})", self.pattern(inner, binds)),
            PatternKind::Error => "_".to_owned(),
        };
        let opened = self.types.opened.get(&pattern.id).map_or(&[][..], Vec::as_slice);
        opened.iter().for_each(|mutable| at += if *mutable { "&mut " } else { "&" });
        at + &text
    }

    /// Whether a local holds a closure that changes what it captures.
    fn calls_changing(&self, id: crate::names::LocalId) -> bool {
        let holds = matches!(self.types.local(id), Ty::Fn(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Iter(_) | Ty::Trait(_));
        self.changing.contains(&id) || holds && self.names.local(id).declared_mutable
    }

    pub(super) fn variant_path(&self, id: crate::names::ItemId, index: usize) -> String {
        let item = self.names.item(id);
        match item.kind {
            crate::names::ItemOf::Enum(of) => format!("{}::{}", identifier(&item.name), identifier(&of.variants[index].name.text)),
            _ => item.name.clone(),
        }
    }

    fn constructor_path(&mut self, pattern: &'tree Pattern, path: &'tree crate::tree::Path) -> String {
        let written = path.segments.iter().map(|segment| identifier(&segment.name.text)).collect::<Vec<_>>().join("::");
        match self.names.meaning(pattern.id) {
            // A variant that was imported keeps its path.
            Meaning::Variant(id, index) if path.segments.len() == 1 => self.variant_path(*id, *index),
            _ => written,
        }
    }
}
