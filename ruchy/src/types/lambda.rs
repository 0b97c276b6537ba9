//! Closures.

use super::Inference;
use super::body::Expect;
use super::returned::Leaving;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind, Lambda};

impl<'tree> Inference<'_, 'tree> {
    /// Marks the `collect` that is the value of the closure in `….map(|x| ….collect()).collect()`.
    pub(super) fn collected_within(&mut self, expression: &'tree Expression) {
        let ExpressionKind::MethodCall { receiver, method, .. } = &expression.kind else { return };
        let ExpressionKind::MethodCall { method: by, arguments, .. } = &receiver.kind else { return };
        if method.text != "collect" || !["map", "filter_map", "flat_map"].contains(&by.text.as_str()) {
            return;
        }
        let Some(ExpressionKind::Lambda(lambda)) = arguments.first().map(|argument| &argument.kind) else { return };
        let mut value = &lambda.body;
        while let ExpressionKind::Block { block, .. } = &value.kind
            && let Some(tail) = block.tail()
        {
            value = tail;
        }
        if let ExpressionKind::MethodCall { method, generics: None, .. } = &value.kind
            && method.text == "collect"
        {
            self.inner_collects.insert(value.id);
            self.collected_within(value);
        }
    }

    /// Assumes the types that the statement has left open.
    pub(super) fn assume_later(&mut self) {
        if self.frame.lambda || self.later.is_empty() {
            return;
        }
        for (variable, default) in std::mem::take(&mut self.later) {
            if self.variables.kind(&self.shallow(&variable)) == Some(Kind::Any) {
                self.variables.unify(&variable, &default);
            }
        }
        for (collection, item, span) in std::mem::take(&mut self.inner_collections) {
            self.collects(&collection, &item, span);
        }
        self.settle();
    }

    /// The result of a closure: what it borrows from a parameter that it owns is a value of its own.
    fn outliving_parameters(&self, lambda: &'tree Lambda, ty: Ty) -> Ty {
        let Some(id) = self.lender(&lambda.body) else { return ty };
        let node = self.names.local(id).node;
        let is_own = lambda.parameters.iter().any(|parameter| parameter.pattern.id == node);
        if is_own { self.outliving(&lambda.body, ty) } else { ty }
    }

    /// Whether a closure of `flat_map` gives an iterator over references to what was handed to it, which a list would copy.
    fn gives_references(&self, lambda: &'tree Lambda, ty: &Ty) -> bool {
        let Ty::Iter(item) = self.shallow(ty) else { return false };
        let mut has_closure = false;
        crate::tree::expressions_in(&lambda.body, &mut |inner| has_closure |= matches!(inner.kind, ExpressionKind::Lambda(_)));
        let lent = self.lender(&lambda.body).is_some_and(|id| matches!(self.shallow(&self.types.locals[id.0 as usize]), Ty::Ref(..)));
        self.flattened.contains(&lambda.body.id) && matches!(self.shallow(&item), Ty::Ref(..)) && lent && !has_closure
    }

    pub(super) fn lambda(&mut self, expression: &'tree Expression, lambda: &'tree Lambda, expect: &Expect) -> Ty {
        let mut hints = None;
        let mut result_hint = None;
        if let Some(Ty::Fn(parameters, result)) = self.expected(expect).map(|ty| match &ty {
            Ty::Named(Head::Known("Box" | "Rc"), arguments) => self.shallow(&arguments[0]),
            Ty::Ref(_, inner) => self.shallow(inner),
            _ => ty,
        }) {
            if parameters.len() == lambda.parameters.len() {
                hints = Some(parameters);
                result_hint = Some(result.as_ref().clone());
            } else {
                let message = format!("the closure takes {} arguments, but is called with {}", lambda.parameters.len(), parameters.len());
                self.error(Code::ArgumentCount, expression.span, message);
            }
        }
        let mut parameters = Vec::new();
        for (index, parameter) in lambda.parameters.iter().enumerate() {
            let hint = hints.as_ref().map(|hints| hints[index].clone());
            let ty = match (&parameter.ty, hint) {
                (Some(ty), hint) => {
                    let own = self.lower(ty, self.scope);
                    if let Some(hint) = hint {
                        let _ = self.fits(&hint, &own, false);
                    }
                    own
                }
                (None, Some(hint)) => hint,
                (None, None) => self.any(),
            };
            self.irrefutable_pattern(&parameter.pattern, &ty);
            parameters.push(ty);
        }
        let outer = std::mem::take(&mut self.frame);
        let result = match (&lambda.result, result_hint) {
            (Some(ty), _) => self.lower(ty, self.scope),
            (None, Some(hint)) if !matches!(self.shallow(&hint), Ty::Unknown) => hint,
            _ => self.any(),
        };
        self.frame.result = Some(result.clone());
        self.frame.lambda = true;
        let known = self.shallow(&result);
        if self.variables.kind(&known) == Some(Kind::Any) || known == Ty::Unknown {
            let ty = self.infer(&lambda.body, &Expect::Nothing);
            let stays = self.shallow(&ty) == Ty::Never || self.gives_references(lambda, &ty);
            let ty = if stays { ty } else { self.materialized(&lambda.body, &ty, None) };
            let ty = self.outliving_parameters(lambda, ty);
            if self.shallow(&ty) != Ty::Never {
                let joined = self.join(&[result.clone(), ty.clone()]).unwrap_or(ty);
                self.variables.unify(&result, &joined);
                self.want(&lambda.body, &joined);
            }
        } else if known == Ty::Unit {
            self.discard(&lambda.body);
            self.want_unit(&lambda.body);
        } else {
            let ty = self.infer(&lambda.body, &Expect::Type(result.clone()));
            if self.shallow(&ty) != Ty::Never {
                self.coerce(&lambda.body, &ty, &result);
            }
        }
        self.returned.push(Leaving::function(&lambda.body));
        self.types.lambdas.insert(expression.id, result.clone());
        self.frame = outer;

        Ty::Fn(parameters.into(), Part::new(result))
    }
}
