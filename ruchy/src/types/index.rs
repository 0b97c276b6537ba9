//! Indexing: `value[index]`.

use super::body::Expect;
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::tree::{Expression, NodeId};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn index(&mut self, expression: &'tree Expression, value: &'tree Expression, index: &'tree Expression) -> Ty {
        let ty = self.infer(value, &Expect::Nothing);
        let known = self.shallow(&ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let is_range = self.is_range(index);
        if let Ty::Iter(item) = &inner {
            let list = Ty::vec(self.owned(item));
            self.want(value, &list);
            inner = list;
        }
        match &inner {
            Ty::Named(Head::Known("Vec" | "VecDeque"), arguments) => {
                let element = arguments[0].clone();
                self.index_of_list(index, is_range);
                if is_range { Ty::Slice(Part::new(element)).reference() } else { element }
            }
            Ty::Array(element) | Ty::Slice(element) => {
                self.index_of_list(index, is_range);
                if is_range { Ty::Slice(element.clone()).reference() } else { (**element).clone() }
            }
            Ty::String | Ty::Str => {
                self.index_of_list(index, is_range);
                if is_range { Ty::str_ref() } else { Ty::String }
            }
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Text) => {
                self.index_of_list(index, is_range);
                if is_range { Ty::str_ref() } else { Ty::String }
            }
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), arguments) => {
                let (key, value) = (arguments[0].clone(), arguments[1].clone());
                self.key_argument(index, &key);
                value
            }
            Ty::Named(Head::Item(_), _) if self.indexed_by(&inner).is_some() => {
                let several = Owner::of(&inner).map_or(Vec::new(), |owner| self.methods.several(owner, "index").to_vec());
                if several.is_empty() {
                    let (wanted, element) = self.indexed_by(&inner).unwrap_or((Ty::Unknown, Ty::Unknown));
                    self.check(index, &wanted);
                    return element;
                }
                let ty = self.infer(index, &Expect::Nothing);
                let node = self.best(&several, &[inner.clone().reference(), ty.clone()]);
                let (wanted, element) = node.and_then(|node| self.index_of_type(node)).unwrap_or((Ty::Unknown, Ty::Unknown));
                self.coerce(index, &ty, &wanted);
                element
            }
            Ty::Named(Head::Known("events::Json"), _) => {
                let ty = self.infer(index, &Expect::Nothing);
                let inner = self.shallow(self.shallow(&ty).behind());
                if matches!(inner, Ty::Int(_)) || self.variables.kind(&inner) == Some(Kind::Int) {
                    self.coerce(index, &ty, &Ty::Int(Int::Usize));
                } else {
                    self.coerce(index, &ty, &Ty::str_ref());
                }
                Ty::known("events::Json", [])
            }
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => {
                self.infer(index, &Expect::Nothing);
                self.postpone(expression)
            }
            Ty::Int(_)
            | Ty::F64
            | Ty::F32
            | Ty::Char
            | Ty::Var(_)
            | Ty::Bool
            | Ty::Unit
            | Ty::Tuple(_)
            | Ty::Fn(..)
            | Ty::Named(Head::Item(_) | Head::Known("Option" | "Result" | "HashSet" | "BTreeSet"), _)
                if !self.is_indexed_elsewhere(&inner) =>
            {
                self.infer(index, &Expect::Nothing);
                let found = self.shown(&inner);
                let error = self.error(Code::NotIndexable, expression.span, format!("`{found}` cannot be indexed"));
                if matches!(inner, Ty::Tuple(_)) {
                    error.help = Some("the parts of a tuple are `.0`, `.1`, …".to_owned());
                }
                Ty::Unknown
            }
            _ => {
                self.infer(index, &Expect::Nothing);
                Ty::Unknown
            }
        }
    }

    /// Whether a type of the program has its elements by `Index` or `Deref`, in a way that is not known here.
    fn is_indexed_elsewhere(&self, ty: &Ty) -> bool {
        Owner::of(ty).is_some_and(|owner| self.types.implemented.has_any(owner, &["Index", "IndexMut", "Deref"]))
    }

    /// The index and the element of a type that implements `Index`.
    fn indexed_by(&self, ty: &Ty) -> Option<(Ty, Ty)> {
        self.index_of_type(self.methods.get(Owner::of(ty)?, "index")?)
    }

    /// The index and the element of an implementation of `Index`, by its method.
    fn index_of_type(&self, node: NodeId) -> Option<(Ty, Ty)> {
        let signature = self.types.signatures.get(&node)?;
        let element = match &signature.result {
            Ty::Ref(_, inner) if !inner.any(&mut |part| matches!(part, Ty::Param(_))) => (**inner).clone(),
            _ => Ty::Unknown,
        };
        Some((signature.parameters.first()?.clone(), element))
    }

    fn index_of_list(&mut self, index: &'tree Expression, is_range: bool) {
        let ty = self.infer(index, &Expect::Nothing);
        if is_range {
            return;
        }
        let inner = self.shallow(self.shallow(&ty).behind());
        match inner {
            Ty::Int(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Range(..) => {}
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => {
                self.variables.unify(&inner, &Ty::Int(Int::I64));
            }
            Ty::Var(_) if matches!(self.variables.kind(&inner), Some(Kind::Int)) => {}
            _ => {
                let found = self.shown(&ty);
                let error = self.error(Code::TypeMismatch, index.span, format!("an index is an integer, found `{found}`"));
                if inner.is_float() || matches!(inner, Ty::Var(_)) {
                    error.help = Some("convert it: `… as i64`".to_owned());
                }
            }
        }
    }
}
