//! Assignments.

use super::{Code, Emitter, identifier, level, quoted};
use crate::names::{ItemId, ItemOf, Meaning};
use crate::tree::{BinaryOperator, Expression, ExpressionKind};
use crate::types::{Head, Ty};

impl<'tree> Emitter<'tree> {
    /// The global that a place is, or is a part of.
    fn global_root(&self, place: &Expression) -> Option<ItemId> {
        self.root_global(place).filter(|id| self.locked.as_ref().is_none_or(|(locked, _)| locked != id))
    }

    fn root_global(&self, place: &Expression) -> Option<ItemId> {
        match &place.kind {
            ExpressionKind::Path(_) => match self.names.meaning(place.id) {
                Meaning::Item(id) if matches!(self.names.item(*id).kind, ItemOf::Global(_)) => Some(*id),
                _ => None,
            },
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.global_root(value)
            }
            _ => None,
        }
    }

    /// A change of a global: what is computed comes first, then the change by `change` of `{place}`.
    pub(super) fn in_global(&mut self, id: ItemId, place: &'tree Expression, arguments: &[String], change: &str) -> Code {
        let name = self.global_name(id);
        let place_text = self
            .place(place)
            .text
            .replace(&format!("{name}.get()"), "(*__global)")
            .replace("(*__global).", "__global.")
            .replace("(*__global)[", "__global[");
        let mut text = String::from("{ ");
        for (index, argument) in arguments.iter().enumerate() {
            text += &format!("let __value{index} = {argument}; ");
        }
        text += &format!("{name}.update(|__global| {}) }}", change.replace("{place}", &place_text));
        Code::new(text, level::BLOCK)
    }

    pub(super) fn global_of(&self, place: &Expression) -> Option<ItemId> {
        self.global_root(place)
    }

    /// A place that may be behind a mutable reference that is named.
    fn assigned_place(&mut self, place: &'tree Expression, value_is_reference: bool) -> String {
        let code = self.target(place);
        match self.ty(place) {
            Ty::Ref(true, _) if !value_is_reference && matches!(place.unparenthesized().kind, ExpressionKind::Path(_)) => {
                format!("*{}", code.text.trim_start())
            }
            _ => code.text,
        }
    }

    /// A place that is assigned: entries of maps are looked up to be changed.
    pub(super) fn target(&mut self, place: &'tree Expression) -> Code {
        match &place.kind {
            ExpressionKind::Index { value, index } if self.is_map(value) => {
                let map = self.target(value);
                let key = self.value(index).text;
                self.entry_mut(value, &map, &key)
            }
            ExpressionKind::Field { value, name } if self.is_map(value) => {
                let map = self.target(value);
                self.entry_mut(value, &map, &quoted(&name.text))
            }
            ExpressionKind::Index { value, index } if self.is_json(value) => {
                let json = self.target(value);
                let index = self.value(index).text;
                json.method(&format!("[{index}]"))
            }
            ExpressionKind::Index { value, index } => self.hoisted_element(value, index).unwrap_or_else(|| self.place(place)),
            ExpressionKind::Field { value, name } => {
                let code = self.target(value);
                if self.is_json(value) {
                    return code.method(&format!("[{}]", quoted(&name.text)));
                }
                let text = if name.text.starts_with(|letter: char| letter.is_ascii_digit()) {
                    name.text.clone()
                } else {
                    super::identifier(&name.text).into_owned()
                };
                code.method(&format!(".{text}"))
            }
            _ => self.place(place),
        }
    }

    fn entry_mut(&self, map: &Expression, code: &Code, key: &str) -> Code {
        let text = if matches!(self.ty(map), Ty::Ref(..)) { code.text.clone() } else { code.prefixed("&mut ", level::UNARY) };
        Code::new(format!("*std::ruchy::entry_mut({text}, {key})"), level::UNARY)
    }

    fn is_map(&self, value: &Expression) -> bool {
        matches!(self.ty(value).behind(), Ty::Named(Head::Known("HashMap" | "BTreeMap"), _))
    }

    fn is_json(&self, value: &Expression) -> bool {
        self.ty(value).behind().is_known("events::Json")
    }

    pub(super) fn assign(&mut self, place: &'tree Expression, value: &'tree Expression) -> Code {
        let whole = place.unparenthesized();
        // Entries of maps and members of JSON are set by a method.
        if let ExpressionKind::Index { value: owner, .. } | ExpressionKind::Field { value: owner, .. } = &whole.kind
            && (self.is_map(owner) || self.is_json(owner))
        {
            return self.set_entry(whole, owner, value);
        }
        if let Some(id) = self.global_root(whole) {
            if matches!(whole.kind, ExpressionKind::Path(_)) {
                let value = self.value(value).text;
                return Code::atom(format!("{}.set({value})", self.global_name(id)));
            }
            let value = self.value(value).text;
            return self.in_global(id, place, &[value], "{place} = __value0");
        }
        if let Some(cell) = self.cell_of(whole) {
            let value = self.value(value).text;
            return Code::atom(format!("{cell}.set({value})"));
        }
        let by_reference = matches!(self.wanted(value).unwrap_or_else(|| self.ty(value)), Ty::Ref(..));
        self.begin_hoisting();
        let target = self.assigned_place(place, by_reference);
        let hoisted = self.hoisted.take();
        let code = self.value(value).text;
        self.hoisted = hoisted;
        self.end_hoisting(Code::new(format!("{target} = {code}"), level::JUMP))
    }

    fn set_entry(&mut self, place: &'tree Expression, owner: &'tree Expression, value: &'tree Expression) -> Code {
        let json = self.is_json(owner);
        let map_key = match self.ty(owner).behind() {
            Ty::Named(_, arguments) => arguments.first().cloned(),
            _ => None,
        };
        let object = self.target(owner);
        let key = match &place.kind {
            ExpressionKind::Field { name, .. } => quoted(&name.text),
            ExpressionKind::Index { index, .. } => {
                let ty = self.ty(index).clone();
                if json {
                    self.value(index).text
                } else {
                    let code = self.place(index);
                    let key = map_key.clone().unwrap_or(Ty::Unknown);
                    let owned = self.convert(code, &ty, &key);
                    if super::expression::is_place(index) && ty == key && !self.is_copy(&ty) {
                        owned.method(".clone()").text
                    } else {
                        owned.text
                    }
                }
            }
            _ => String::new(),
        };
        let key = match (&place.kind, json, &map_key) {
            (ExpressionKind::Field { .. }, false, Some(Ty::String)) => format!("{key}.to_string()"),
            _ => key,
        };
        let value = self.value(value).text;
        if let ExpressionKind::Index { index, .. } = &place.kind
            && json
            && matches!(self.ty(index), Ty::Int(_))
        {
            return Code::new(format!("{}[{key}] = events::Json::of({value})", object.at(level::POSTFIX)), level::JUMP);
        }
        // A part of JSON is borrowed before the argument is computed.
        if json && !matches!(owner.unparenthesized().kind, ExpressionKind::Path(_)) {
            return Code::new(format!("{{ let __value = {value}; {}.set({key}, __value) }}", object.at(level::POSTFIX)), level::BLOCK);
        }
        Code::atom(format!("{}.{}({key}, {value})", object.at(level::POSTFIX), if json { "set" } else { "insert" }))
    }

    pub(super) fn assign_operator(&mut self, operator: BinaryOperator, place: &'tree Expression, value: &'tree Expression) -> Code {
        self.begin_hoisting();
        let code = self.operated(operator, place, value);
        self.end_hoisting(code)
    }

    fn operated(&mut self, operator: BinaryOperator, place: &'tree Expression, value: &'tree Expression) -> Code {
        let ty = self.ty(place).behind().clone();
        if let Some(id) = self.global_root(place) {
            let operand = self.value(value).text;
            if operator == BinaryOperator::Add && ty == Ty::String {
                let text = if matches!(self.ty(value), Ty::Ref(..)) { operand } else { format!("format!(\"{{}}\", {operand})") };
                return self.in_global(id, place, &[text], "{place}.push_str(__value0.as_ref())");
            }
            return self.in_global(id, place, &[operand], &format!("{{place}} {}= __value0", operator.symbol()));
        }
        if let Some(cell) = self.cell_of(place) {
            let code = self.operation(operator, &ty, "__cell", place, value).text;
            return Code::new(format!("{{ let mut __cell = {cell}.get(); {code}; {cell}.set(__cell); }}"), level::BLOCK);
        }
        let target = self.assigned_place(place, false);
        let target = match self.ty(place) {
            // An element that a loop borrows.
            Ty::Ref(true, _) if !target.trim_start().starts_with('*') => format!("*{}", target.trim_start()),
            _ => target,
        };
        let hoisted = self.hoisted.take();
        let code = self.operation(operator, &ty, &target, place, value);
        self.hoisted = hoisted;
        code
    }

    fn operation(&mut self, operator: BinaryOperator, ty: &Ty, target: &str, place: &'tree Expression, value: &'tree Expression) -> Code {
        match (operator, ty) {
            (BinaryOperator::Add, Ty::String) if self.reads_root(place, value) => {
                let code = self.value(value);
                let assignment = Code::new(format!("{target} += __value.as_ref()"), level::JUMP);
                super::hoist::after(&[format!("let __value: String = {}.to_string(); ", code.at(level::POSTFIX))], assignment)
            }
            (BinaryOperator::Add, Ty::String) => {
                let own = self.ty(value).clone();
                match (&own, &value.unparenthesized().kind) {
                    (Ty::String, ExpressionKind::FString(_) | _) => {
                        let code = self.place(value);
                        Code::new(format!("{target} += {}", code.prefixed("&", level::UNARY)), level::JUMP)
                    }
                    (own, _) if *own.behind() == Ty::Str => {
                        let code = self.place(value);
                        Code::new(format!("{target} += {}", code.text), level::JUMP)
                    }
                    (own, _) if *own.behind() == Ty::String => {
                        let code = self.place(value);
                        Code::new(format!("{target} += {}", code.text), level::JUMP)
                    }
                    (own, _) if own.behind().is_known("events::Json") => {
                        let code = self.place(value);
                        Code::new(format!("{target} += &{}.to_string()", code.method(".shown()").text), level::JUMP)
                    }
                    _ => {
                        let code = self.place(value);
                        Code::new(format!("{target} += &{}.to_string()", code.at(level::POSTFIX)), level::JUMP)
                    }
                }
            }
            (BinaryOperator::Add, Ty::Named(Head::Known("Vec"), _)) => {
                let code = self.value(value).text;
                Code::atom(format!("{target}.extend({code})"))
            }
            (BinaryOperator::Power, ty) => {
                if ty.is_float() {
                    let code = self.dereferenced_number(value);
                    return Code::new(format!("{target} = {target}.powf({code})"), level::JUMP);
                }
                let code = self.value(value).text;
                Code::new(format!("{target} = std::ruchy::pow({target}, {code})"), level::JUMP)
            }
            (BinaryOperator::Coalesce, _) => {
                let code = self.value(value).text;
                Code::new(format!("if {target}.is_none() {{ {target} = Some({code}) }}"), level::BLOCK)
            }
            (BinaryOperator::And | BinaryOperator::Or, _) => {
                let code = self.value(value).into_text_at(level::AND + 1);
                Code::new(format!("{target} = {target} {} {code}", operator.symbol()), level::JUMP)
            }
            (_, ty) if ty.is_number() => {
                let code = self.value(value);
                Code::new(format!("{target} {}= {}", operator.symbol(), code.text), level::JUMP)
            }
            // A part of JSON is borrowed before the other operand is computed.
            (_, ty) if ty.is_known("events::Json") => {
                let code = self.value(value).text;
                Code::new(format!("{{ let __value = {code}; {target} {}= __value }}", operator.symbol()), level::BLOCK)
            }
            _ => {
                let code = self.value(value);
                Code::new(format!("{target} {}= {}", operator.symbol(), code.text), level::JUMP)
            }
        }
    }

    fn dereferenced_number(&mut self, value: &'tree Expression) -> String {
        let ty = self.ty(value).clone();
        let code = self.value(value);
        match ty.behind() {
            Ty::Int(_) => format!("{} as f64", code.at(level::CAST)),
            _ => code.text,
        }
    }

    pub(super) fn increment(&mut self, place: &'tree Expression, decrement: bool) -> Code {
        let operator = if decrement { "-=" } else { "+=" };
        let one = match self.ty(place).behind() {
            ty if ty.is_float() => "1.0",
            ty if ty.is_known("events::Json") => "events::Json::of(1)",
            _ => "1",
        };
        if let Some(id) = self.global_root(place) {
            return self.in_global(id, place, &[], &format!("{{place}} {operator} {one}"));
        }
        if let Some(cell) = self.cell_of(place) {
            let operator = &operator[..1];
            return Code::atom(format!("{cell}.set({cell}.get() {operator} {one})"));
        }
        let target = self.assigned_place(place, false);
        Code::new(format!("{target} {operator} {one}"), level::JUMP)
    }

    /// The name of the variable that a place is, if it is a cell.
    pub(super) fn cell_of(&self, place: &Expression) -> Option<String> {
        match self.names.meaning(place.unparenthesized().id) {
            Meaning::Local(id) if self.ownership.cells.contains(id) => Some(identifier(&self.names.local(*id).name).into_owned()),
            _ => None,
        }
    }
}
