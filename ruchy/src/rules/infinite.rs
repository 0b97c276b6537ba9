//! A struct or an enum does not contain itself, but for what stands in a `Box`, a list or a map: its size would be infinite.

use crate::diagnostic::{Code, Diagnostic};
use crate::names::{ItemId, ItemOf, Names};
use crate::span::Span;
use crate::tree::NodeId;
use crate::types::{Head, Ty, Types};

pub fn check(names: &Names<'_>, types: &Types, errors: &mut Vec<Diagnostic>) {
    let mut search = Search { names, types, state: vec![State::New; names.items.len()], errors };
    for index in 0..names.items.len() {
        search.item(ItemId(u32::try_from(index).unwrap_or(u32::MAX)));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the path from the item where the search has begun.
    Open,
    Done,
}

struct Search<'a, 'tree> {
    names: &'a Names<'tree>,
    types: &'a Types,
    state: Vec<State>,
    errors: &'a mut Vec<Diagnostic>,
}

impl Search<'_, '_> {
    fn item(&mut self, id: ItemId) {
        let index = id.0 as usize;
        if self.state[index] != State::New {
            return;
        }
        self.state[index] = State::Open;
        let nodes: Vec<NodeId> = match self.names.item(id).kind {
            ItemOf::Struct(_) => vec![self.names.item(id).node],
            ItemOf::Enum(of) => of.variants.iter().map(|variant| variant.id).collect(),
            _ => Vec::new(),
        };
        for node in nodes {
            let Some(fields) = self.types.fields.get(&node) else { continue };
            for field in fields.iter() {
                self.part(&field.ty, id, field.span);
            }
        }
        self.state[index] = State::Done;
    }

    /// A type whose value is part of a value of `owner`.
    fn part(&mut self, ty: &Ty, owner: ItemId, span: Span) {
        match ty {
            Ty::Named(Head::Item(id), _) if self.state[id.0 as usize] == State::Open => {
                let (name, place) = (self.names.item(*id).name.clone(), self.names.item(owner).span);
                let error = Diagnostic::error(Code::InfiniteType, span, format!("`{name}` contains itself: its size would be infinite"));
                let error = if owner == *id { error } else { error.note_at(place, "by way of this type") };
                self.errors.push(error.help(format!("put it in a box: `Box<{name}>`, `Option<Box<{name}>>` or `Vec<{name}>`")));
            }
            Ty::Named(Head::Item(id), _) => self.item(*id),
            Ty::Named(Head::Known("Option" | "Result"), parts) | Ty::Tuple(parts) => parts.iter().for_each(|ty| self.part(ty, owner, span)),
            Ty::Array(inner) => self.part(inner, owner, span),
            _ => {}
        }
    }
}
