//! Conversions between types.

use super::{Code, Emitter, level};
use crate::types::{Head, Int, Ty};

impl Emitter<'_> {
    /// `code`, of type `from`, as a value of type `to`. What cannot be converted stays as it is.
    pub(super) fn convert(&self, code: Code, from: &Ty, to: &Ty) -> Code {
        if from == to {
            return code;
        }
        match (from, to) {
            (Ty::Never | Ty::Unknown | Ty::Opaque(_), _) | (_, Ty::Unknown | Ty::Opaque(_)) => code,
            (_, Ty::Unit) => Code::new(format!("{{ let _ = {}; }}", code.text), level::BLOCK),
            (_, Ty::Named(Head::Known("iter"), wanted)) => self.items(code, from, &wanted[0]),
            (Ty::Ref(..), Ty::Named(Head::Known("events::Json"), _)) if from.behind() == to => code.method(".clone()"),
            (_, Ty::Named(Head::Known("events::Json"), _)) => json(&code, from),
            (Ty::Ref(_, one), Ty::Ref(mutable, other)) => match (&**one, &**other) {
                (Ty::Str, Ty::String) => Code::new(code.method(".to_string()").prefixed("&", level::UNARY), level::UNARY),
                (Ty::Ref(..), other) if !matches!(other, Ty::Ref(..)) && one.behind() == other && !*mutable => {
                    Code::new(code.prefixed(&"*".repeat(one.depth()), level::UNARY), level::UNARY)
                }
                (Ty::String, Ty::Str) => lent_text(&code),
                _ => code,
            },
            (_, Ty::Ref(mutable, other)) => {
                let inner = match (from, &**other) {
                    (Ty::String, Ty::Str) | (Ty::Array(_) | Ty::Named(Head::Known("Vec"), _), Ty::Slice(_)) => code,
                    (Ty::Iter(_), Ty::Slice(item)) => self.convert(code, from, &Ty::vec((**item).clone())),
                    (from, other) if *from != *other => self.convert(code, from, other),
                    _ => code,
                };
                Code::new(inner.prefixed(if *mutable { "&mut " } else { "&" }, level::UNARY), level::UNARY)
            }
            (Ty::Ref(_, one), _) => self.behind(code, one, to),
            (Ty::Int(a), Ty::Int(b)) => integer(&code, *a, *b),
            (Ty::Int(_), Ty::F64 | Ty::F32) | (Ty::F32, Ty::F64) => {
                Code::new(format!("{} as {}", code.at(level::CAST), if *to == Ty::F32 { "f32" } else { "f64" }), level::CAST)
            }
            (Ty::Char, Ty::String) => code.method(".to_string()"),
            (Ty::String, Ty::Named(Head::Known("Vec"), wanted)) if wanted[0] == Ty::Char => code.method(".chars().collect::<Vec<_>>()"),
            (Ty::Array(_), Ty::Named(Head::Known("Vec"), _)) => code.method(".to_vec()"),
            (Ty::Named(Head::Known("Vec"), _), Ty::Array(_)) => Code::atom(format!("std::ruchy::array({})", code.text)),
            (Ty::Iter(item) | Ty::Range(item, _), Ty::Named(Head::Known("Vec"), wanted)) => {
                self.items(code, &Ty::Iter(item.clone()), &wanted[0]).method(".collect::<Vec<_>>()")
            }
            (Ty::Iter(item), Ty::Named(Head::Known(head @ ("HashSet" | "BTreeSet" | "VecDeque")), wanted)) => {
                let path = super::type_text::known_path(head).unwrap_or_default();
                self.items(code, &Ty::Iter(item.clone()), &wanted[0]).method(&format!(".collect::<{path}<_>>()"))
            }
            (Ty::Named(Head::Known("Vec"), own), Ty::Named(Head::Known("Vec"), wanted)) if own != wanted => {
                let items = Ty::Iter(crate::types::Part::new(own[0].clone()));
                self.items(code.method(".into_iter()"), &items, &wanted[0]).method(".collect::<Vec<_>>()")
            }
            (Ty::Named(Head::Known("Option"), own), Ty::Named(Head::Known("Option"), wanted)) => self.mapped(code, &own[0], &wanted[0]),
            (Ty::Named(Head::Known("Result"), own), Ty::Named(Head::Known("Result"), wanted)) => {
                let mapped = if own[0] == wanted[0] { code } else { self.mapped(code, &own[0], &wanted[0]) };
                match (&own[1], &wanted[1]) {
                    (a, b) if a == b || matches!(a, Ty::Unknown | Ty::Opaque(_)) || matches!(b, Ty::Unknown | Ty::Opaque(_)) => mapped,
                    (Ty::Ref(..), Ty::String) => mapped.method(".map_err(|error| error.to_string())"),
                    (_, Ty::String) => mapped.method(".map_err(String::from)"),
                    (_, Ty::Named(Head::Known("Failure"), _)) => mapped.method(".map_err(Failure::from)"),
                    _ => mapped,
                }
            }
            (Ty::Fn(own, _), Ty::Fn(wanted, _)) => self.adapted(code, own, wanted),
            (Ty::Tuple(own), Ty::Tuple(wanted)) if own.len() == wanted.len() => self.tuple(code, own, wanted),
            (Ty::Named(Head::Known("Box"), _), Ty::Named(Head::Known("Box"), _)) => code,
            (_, Ty::Named(Head::Known("Box"), inner)) if matches!(inner[0], Ty::Fn(..) | Ty::Trait(_)) => {
                Code::atom(format!("Box::new({})", code.text))
            }
            _ => code,
        }
    }

    /// A value behind a reference, as a value of its own.
    fn behind(&self, code: Code, inner: &Ty, to: &Ty) -> Code {
        match (inner, to) {
            (Ty::Str, Ty::String) => code.method(".to_string()"),
            (Ty::Slice(_), Ty::Named(Head::Known("Vec"), _)) => code.method(".to_vec()"),
            (Ty::Ref(_, deeper), _) if inner != to => self.behind(Code::new(code.prefixed("*", level::UNARY), level::UNARY), deeper, to),
            _ if self.is_copy(inner) => self.convert(Code::new(code.prefixed("*", level::UNARY), level::UNARY), inner, to),
            (Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Fn(..), _) => code,
            (Ty::Iter(_), _) => code,
            _ => {
                self.clones(inner);
                self.convert(code.method(".clone()"), inner, to)
            }
        }
    }

    /// A tuple, part by part.
    fn tuple(&self, code: Code, own: &[Ty], wanted: &[Ty]) -> Code {
        let names: Vec<String> = (0..own.len()).map(|index| format!("part{index}")).collect();
        let parts: Vec<String> = names
            .iter()
            .zip(own.iter().zip(wanted))
            .map(|(name, (own, wanted))| self.convert(Code::atom(name), own, wanted).text)
            .collect();
        if parts == names {
            return code;
        }
        Code::new(format!("match {} {{ ({}) => ({}) }}", code.text, names.join(", "), parts.join(", ")), level::BLOCK)
    }

    /// The value in an `Option` or `Result`, converted.
    fn mapped(&self, code: Code, own: &Ty, wanted: &Ty) -> Code {
        match (own, wanted) {
            (a, b) if a == b => code,
            (Ty::Ref(_, inner), _) if **inner == *wanted && self.is_copy(wanted) => code.method(".copied()"),
            (Ty::Ref(_, inner), _) if **inner == *wanted => {
                self.clones(inner);
                code.method(".cloned()")
            }
            (Ty::Unknown | Ty::Opaque(_), _) | (_, Ty::Unknown | Ty::Opaque(_)) => code,
            _ => {
                let inner = self.convert(Code::atom("value"), own, wanted);
                if inner.text == "value" { code } else { code.method(&format!(".map(|value| {})", inner.text)) }
            }
        }
    }

    /// The items of an iterator, converted.
    fn items(&self, code: Code, from: &Ty, wanted: &Ty) -> Code {
        let (code, item) = match from {
            Ty::Iter(item) | Ty::Range(item, _) => (code, (**item).clone()),
            Ty::Ref(_, inner) => match &**inner {
                Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet"), own) => (code.method(".iter()"), own[0].clone().reference()),
                Ty::Slice(item) | Ty::Array(item) => (code.method(".iter()"), (**item).clone().reference()),
                _ => return code,
            },
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "Option"), own) => (code.method(".into_iter()"), own[0].clone()),
            _ => return code,
        };
        if item == *wanted {
            return code;
        }
        match (&item, wanted) {
            (Ty::Ref(_, inner), _) if **inner == *wanted && self.is_copy(wanted) => code.method(".copied()"),
            (Ty::Ref(_, inner), _) if **inner == *wanted => {
                self.clones(inner);
                code.method(".cloned()")
            }
            (Ty::Unknown | Ty::Opaque(_), _) | (_, Ty::Unknown | Ty::Opaque(_)) => code,
            _ => {
                let inner = self.convert(Code::atom("item"), &item, wanted);
                if inner.text == "item" { code } else { code.method(&format!(".map(|item| {})", inner.text)) }
            }
        }
    }

    /// A function whose parameters are handed on as it wants them.
    fn adapted(&self, code: Code, own: &[Ty], wanted: &[Ty]) -> Code {
        if own.len() != wanted.len() || own == wanted {
            return code;
        }
        let names: Vec<String> =
            (0..own.len()).map(|index| if own.len() == 1 { "value".to_owned() } else { format!("value{index}") }).collect();
        let arguments: Vec<String> = names
            .iter()
            .zip(own)
            .zip(wanted)
            .map(|((name, own), wanted)| self.convert(Code::atom(name.clone()), wanted, own).text)
            .collect();
        if arguments == names {
            return code;
        }
        Code::new(format!("|{}| {}({})", names.join(", "), code.at(level::POSTFIX), arguments.join(", ")), level::JUMP)
    }
}

fn integer(code: &Code, from: Int, to: Int) -> Code {
    let wide = from.fits_in(to) || (from == Int::Usize && to == Int::I64);
    if wide {
        return Code::new(format!("{} as {}", code.at(level::CAST), to.name()), level::CAST);
    }
    if from == Int::I64 && to == Int::Usize {
        return Code::atom(format!("std::ruchy::size({})", code.text));
    }
    Code::atom(format!("std::ruchy::number::<{}, {}>({})", from.name(), to.name(), code.text))
}

fn json(code: &Code, from: &Ty) -> Code {
    match from {
        Ty::Named(Head::Known("BTreeMap" | "HashMap"), own) => {
            let value = if own[1].is_known("events::Json") { "value".to_owned() } else { json(&Code::atom("value"), &own[1]).text };
            code.method(&format!(".into_iter().fold(events::Json::object(), |object, (name, value)| object.put(&name, {value}))"))
        }
        Ty::Iter(_) => Code::atom(format!("events::Json::of({}.collect::<Vec<_>>())", code.at(level::POSTFIX))),
        Ty::Char => Code::atom(format!("events::Json::of({}.to_string())", code.at(level::POSTFIX))),
        Ty::Ref(_, inner) if matches!(**inner, Ty::Named(Head::Known("Vec"), _) | Ty::Slice(_)) => {
            Code::atom(format!("events::Json::of({}.to_vec())", code.at(level::POSTFIX)))
        }
        _ => Code::atom(format!("events::Json::of({})", code.text)),
    }
}

/// A reference to a `String` as one to its text. `&*` lets a new `String` live as long as the variable
/// that is bound to the reference; a call would not.
fn lent_text(code: &Code) -> Code {
    match code.text.strip_prefix('&') {
        Some(owned) if code.level == level::UNARY && !owned.starts_with(['&', '*']) && !owned.starts_with("mut ") => {
            Code::new(["&*", owned].concat(), level::UNARY)
        }
        _ => code.method(".as_str()"),
    }
}
