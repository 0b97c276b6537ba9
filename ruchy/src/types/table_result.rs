//! Results of table methods that depend on their arguments.

use super::Inference;
use super::body::Expect;
use super::table::Method;
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::map::Map;
use crate::span::Span;

impl Inference<'_, '_> {
    /// What the place of the call says about its type parameters, before the arguments are looked at.
    pub(super) fn result_hints(&mut self, method: &Method, with: &Map<String, Ty>, result: &Ty, expect: &Expect) {
        let Expect::Type(expected) = expect else { return };
        let expected = self.shallow(expected);
        if self.variables.kind(&expected) == Some(Kind::Any) {
            return;
        }
        match (method.name, &expected) {
            ("parse", Ty::Named(Head::Known("Result"), own)) => {
                self.variables.unify(&with["F"], &own[0]);
            }
            ("fold", _) if method.generics == ["A"] && matches!(expected, Ty::String | Ty::Named(..)) => {
                self.variables.unify(&with["A"], &expected);
            }
            ("collect" | "sum" | "product", _) => {}
            ("map" | "and_then" | "filter_map" | "map_err" | "ok_or" | "ok_or_else", _) => {
                let _ = result;
            }
            _ => {}
        }
    }

    /// The result of a method, where the table alone does not say it.
    pub(super) fn result_of(
        &mut self,
        method: &'static Method,
        on: &Ty,
        with: &Map<String, Ty>,
        result: Ty,
        expect: &Expect,
        span: Span,
    ) -> Ty {
        let item = match on {
            Ty::Iter(item) | Ty::Slice(item) | Ty::Range(item, _) => Some(self.shallow(item)),
            _ => None,
        };
        let expected = match expect {
            Expect::Type(ty) => {
                let ty = self.shallow(ty);
                (self.variables.kind(&ty) != Some(Kind::Any)).then_some(ty)
            }
            _ => None,
        };
        match (method.name, item) {
            ("collect", Some(item)) => {
                let collection = with["C"].clone();
                if self.variables.kind(&self.shallow(&collection)) == Some(Kind::Any) {
                    let to = match expected {
                        Some(Ty::Named(Head::Known("Vec"), own)) => {
                            if self.variables.unify(&own[0], &item) {
                                Ty::vec(own[0].clone())
                            } else {
                                Ty::vec(item.clone())
                            }
                        }
                        Some(expected @ (Ty::Named(..) | Ty::String)) => expected,
                        _ => Ty::vec(item.clone()),
                    };
                    self.variables.unify(&collection, &to);
                } else if let (Ty::Named(Head::Known("Option" | "Result"), own), Some(Ty::Named(Head::Known("Option" | "Result"), wanted))) =
                    (self.shallow(&collection), &expected)
                    && self.variables.kind(&self.shallow(&own[0])) == Some(Kind::Any)
                {
                    // `collect::<Option<_>>()?`
                    self.variables.unify(&own[0], &wanted[0]);
                }
                self.collects(&collection, &item, span);
                collection
            }
            ("sum" | "product", Some(item)) => {
                let owned = self.owned(&item);
                self.need(super::capable::Need::Added, &owned, span);
                let total = match &method.result {
                    Ty::Param(name) if name == "S" => with["S"].clone(),
                    _ => return owned,
                };
                let is_number = matches!(self.variables.kind(&self.shallow(&owned)), Some(Kind::Int | Kind::Float));
                if is_number || self.variables.kind(&self.shallow(&total)) == Some(Kind::Any) {
                    self.variables.unify(&total, &owned);
                }
                let (one, other) = (self.firm(&total), self.firm(&owned));
                if one.is_number() && other.is_number() && one != other {
                    let message =
                        format!("the items are `{}`, so their `{}` is not `{}`", self.shown(&other), method.name, self.shown(&one));
                    self.error(Code::TypeMismatch, span, message).help = Some("convert each first: `….map(|item| item as …)`".to_owned());
                }
                total
            }
            ("partition", Some(item)) => {
                let collection = with["C"].clone();
                if self.variables.kind(&self.shallow(&collection)) == Some(Kind::Any) {
                    let to = match &expected {
                        Some(Ty::Tuple(parts)) => parts[0].clone(),
                        _ => Ty::vec(item),
                    };
                    self.variables.unify(&collection, &to);
                } else if let Ty::Named(Head::Known("Vec"), own) = self.shallow(&collection) {
                    let owned = self.owned(&item);
                    self.variables.unify(&own[0], &owned);
                }
                result
            }
            ("unzip", Some(item)) => {
                if let Ty::Tuple(parts) = &item
                    && parts.len() == 2
                {
                    for (name, part) in ["A", "B"].iter().zip(parts) {
                        let own = with[*name].clone();
                        if self.variables.kind(&self.shallow(&own)) == Some(Kind::Any) {
                            self.variables.unify(&own, &Ty::vec(part.clone()));
                        }
                    }
                }
                result
            }
            ("unzip", None) => {
                if let Ty::Named(_, own) = on
                    && let Ty::Tuple(parts) = self.shallow(&own[0])
                    && parts.len() == 2
                {
                    self.variables.unify(&with["A"], &parts[0]);
                    self.variables.unify(&with["B"], &parts[1]);
                }
                result
            }
            ("as_deref", None) => match on {
                Ty::Named(Head::Known("Option"), arguments) => match self.shallow(self.shallow(&arguments[0]).behind()) {
                    Ty::String => Ty::option(Ty::str_ref()),
                    Ty::Named(Head::Known("Vec"), own) => Ty::option(Ty::Slice(Part::new(own[0].clone())).reference()),
                    Ty::Named(Head::Known("Box"), own) => Ty::option(own[0].clone().reference()),
                    _ => result,
                },
                _ => result,
            },
            ("cloned" | "copied", Some(Ty::Ref(_, inner))) => Ty::Iter(inner),
            ("cloned" | "copied", None) => match on {
                Ty::Named(Head::Known("Option"), arguments) => match self.shallow(&arguments[0]) {
                    Ty::Ref(_, inner) => Ty::option(inner.as_ref().clone()),
                    Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Var(_) => result,
                    _ => {
                        let name = method.name;
                        let message = format!("`{name}` copies what a reference refers to, but `{}` holds no reference", self.shown(on));
                        self.error(Code::UnknownMethod, span, message).help = Some(format!("leave out `.{name}()`"));
                        result
                    }
                },
                _ => result,
            },
            ("flatten", item) => {
                let of = match (&item, on) {
                    (Some(item), _) => item.clone(),
                    (None, Ty::Named(_, arguments)) => self.shallow(&arguments[0]),
                    _ => Ty::Unknown,
                };
                let inner = match (&item, &of) {
                    (None, Ty::Named(Head::Known("Option"), inner)) => Some(inner[0].clone()),
                    _ => self.item_of(&of),
                };
                self.variables.unify(&with["U"], &inner.unwrap_or(Ty::Unknown));
                result
            }
            ("transpose", None) => match on {
                Ty::Named(Head::Known("Option"), own) => match self.shallow(&own[0]) {
                    Ty::Named(Head::Known("Result"), inner) => Ty::result(Ty::option(inner[0].clone()), inner[1].clone()),
                    _ => result,
                },
                Ty::Named(Head::Known("Result"), own) => match self.shallow(&own[0]) {
                    Ty::Named(Head::Known("Option"), inner) => Ty::option(Ty::result(inner[0].clone(), own[1].clone())),
                    _ => result,
                },
                _ => result,
            },
            ("parse", None) => {
                self.need(super::capable::Need::Parsed, &with["F"], span);
                self.defaults.push((with["F"].clone(), Ty::Int(Int::I64)));
                result
            }
            ("unwrap_or_default", None) => {
                self.need(super::capable::Need::Default, &result, span);
                result
            }
            ("or_default", None) => {
                if let Ty::Named(_, arguments) = on
                    && let Some(value) = arguments.get(1)
                {
                    self.need(super::capable::Need::Default, value, span);
                }
                result
            }
            ("concat", Some(Ty::Named(Head::Known("Vec"), inner))) => Ty::vec(inner[0].clone()),
            ("concat", Some(item)) if item == Ty::String || item == Ty::str_ref() || self.variables.kind(&item) == Some(Kind::Text) => {
                Ty::String
            }
            ("abs_diff", _) => on.clone(),
            ("reverse" | "sort" | "sort_unstable", _)
                if method.result == Ty::Unit && matches!(on, Ty::Slice(_)) && !matches!(expect, Expect::Discard) =>
            {
                // Used as a value: a copy.
                match on {
                    Ty::Slice(element) => Ty::vec((**element).clone()),
                    _ => result,
                }
            }
            _ => self.int_result(result),
        }
    }

    /// Binds what a collection holds to what is collected.
    fn is_certainly_no(&self, head: &str, item: &Ty) -> bool {
        let known = self.shallow(self.shallow(item).behind());
        match known {
            Ty::Named(Head::Known(own), _) => own != head,
            Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never => false,
            Ty::Var(_) => self.variables.kind(&known) != Some(Kind::Any),
            _ => true,
        }
    }

    fn is_text_or_letter(&self, item: &Ty) -> bool {
        let item = self.shallow(self.shallow(item).behind());
        item.is_text() || item == Ty::Char || self.variables.kind(&item) == Some(Kind::Text)
    }

    pub(super) fn collects(&mut self, collection: &Ty, item: &Ty, span: Span) {
        match self.shallow(collection) {
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap"), own) => {
                let is_text = self.shallow(&own[0]) == Ty::String;
                if !(self.variables.unify(&own[0], item) || is_text && self.is_text_or_letter(item)) {
                    let (found, wanted) = (self.shown(item), self.shown(&own[0]));
                    let message = format!("the items are `{found}`, but the collection holds `{wanted}`");
                    self.error(Code::TypeMismatch, span, message).help = Some("convert each first: `….map(|item| …).collect()`".to_owned());
                }
            }
            Ty::Named(Head::Known("Box"), own)
                if !matches!(self.shallow(&own[0]), Ty::Str | Ty::Slice(_) | Ty::Var(_) | Ty::Unknown | Ty::Opaque(_)) =>
            {
                let found = self.shown(collection);
                let error = self.error(Code::TypeMismatch, span, format!("items cannot be collected into `{found}`"));
                error.help = Some("collect them into a list or text: `….collect::<Vec<_>>()`, `….collect::<String>()`".to_owned());
            }
            plain @ (Ty::Int(_) | Ty::F64 | Ty::F32 | Ty::Bool | Ty::Char | Ty::Ref(..)) => {
                let found = self.shown(&plain);
                let error = self.error(Code::TypeMismatch, span, format!("items cannot be collected into `{found}`"));
                error.help = Some("collect them into a list: `….collect::<Vec<_>>()`".to_owned());
            }
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), own) => {
                if let Ty::Tuple(parts) = self.shallow(item)
                    && parts.len() == 2
                {
                    self.variables.unify(&own[0], &parts[0]);
                    self.variables.unify(&own[1], &parts[1]);
                }
            }
            Ty::Named(Head::Known(head @ ("Result" | "Option")), own) if self.variables.kind(&self.shallow(item)) == Some(Kind::Any) => {
                let inner = self.any();
                let whole = if head == "Option" { Ty::option(inner.clone()) } else { Ty::result(inner.clone(), own[1].clone()) };
                self.variables.unify(item, &whole);
                self.collects(&own[0], &inner, span);
            }
            Ty::Named(Head::Known(head @ ("Result" | "Option")), _) if self.is_certainly_no(head, item) => {
                let found = self.shown(item);
                let error =
                    self.error(Code::TypeMismatch, span, format!("the items are `{found}`, so they cannot be collected into a `{head}`"));
                error.help = Some("collect them into a list: `….collect::<Vec<_>>()`".to_owned());
            }
            Ty::Named(Head::Known("Result"), own) => {
                if let Ty::Named(Head::Known("Result"), inner) = self.shallow(item) {
                    self.variables.unify(&own[1], &inner[1]);
                    self.collects(&own[0], &inner[0], span);
                }
            }
            Ty::Named(Head::Known("Option"), own) => {
                if let Ty::Named(Head::Known("Option"), inner) = self.shallow(item) {
                    self.collects(&own[0], &inner[0], span);
                }
            }
            _ => {}
        }
    }
}
