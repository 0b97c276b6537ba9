//! Expressions.

use super::body::Expect;
use super::ty::{Head, Int, Ty};
use super::unify::Kind;
use super::{Inference, Look};
use crate::diagnostic::Code;
use crate::names::{ItemOf, Meaning, suggest};
use crate::tree::{Arm, BinaryOperator, Expression, ExpressionKind, FStringPart, Lambda, Literal, Pattern, PatternKind, TryCatch};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn set(&mut self, expression: &'tree Expression, ty: Ty) {
        self.types.of[expression.id.index()] = ty;
    }

    /// Infers the type of an expression, and records it.
    pub(super) fn infer(&mut self, expression: &'tree Expression, expect: &Expect) -> Ty {
        let ty = self.infer_kind(expression, expect);
        self.set(expression, ty.clone());
        ty
    }

    fn expected(&self, expect: &Expect) -> Option<Ty> {
        match expect {
            Expect::Type(ty) => {
                let ty = self.shallow(ty);
                (self.variables.kind(&ty) != Some(Kind::Any)).then_some(ty)
            }
            _ => None,
        }
    }

    fn infer_kind(&mut self, expression: &'tree Expression, expect: &Expect) -> Ty {
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal_at(literal, expect),
            ExpressionKind::FString(parts) => {
                for part in parts {
                    if let FStringPart::Hole { expression: hole, .. } = part {
                        let ty = self.infer(hole, &Expect::Nothing);
                        self.shown_value(hole, &ty);
                    }
                }
                Ty::String
            }
            ExpressionKind::Path(path) => self.path(expression, path, expect),
            ExpressionKind::Parenthesized(inner) => self.infer(inner, expect),
            ExpressionKind::Tuple(all) if all.is_empty() => Ty::Unit,
            ExpressionKind::Tuple(all) => {
                let hints = match self.expected(expect) {
                    Some(Ty::Tuple(hints)) if hints.len() == all.len() => Some(hints),
                    _ => None,
                };
                let mut types = Vec::new();
                for (index, element) in all.iter().enumerate() {
                    types.push(match &hints {
                        Some(hints) => {
                            self.check(element, &hints[index]);
                            hints[index].clone()
                        }
                        None => {
                            let ty = self.infer(element, &Expect::Nothing);
                            let ty = self.materialized(element, &ty, None);
                            self.want(element, &ty);
                            ty
                        }
                    });
                }
                Ty::Tuple(types)
            }
            ExpressionKind::List(elements) => self.list(elements, expect),
            ExpressionKind::Repeat { value, count } => self.repeated(value, count, expect),
            ExpressionKind::Comprehension(of) => self.comprehension(of),
            ExpressionKind::Object(entries) => self.object(expression, entries, expect),
            ExpressionKind::Struct { path, fields, base } => self.structure(expression, path, fields, base.as_deref(), expect),
            ExpressionKind::Spread(inner) => self.infer(inner, &Expect::Nothing),
            ExpressionKind::Unary { operator, operand, .. } => self.unary(expression, *operator, operand, expect),
            ExpressionKind::Reference { mutable, operand } => self.reference(*mutable, operand, expect),
            ExpressionKind::Binary { operator, left, right, .. } => self.binary(expression, *operator, left, right),
            ExpressionKind::Pipeline { value, function } => self.pipeline(expression, value, function, expect),
            ExpressionKind::Ternary { condition, then, otherwise } => {
                self.condition(condition, "? :");
                self.branches(&[then, otherwise], expect)
            }
            ExpressionKind::Range { start, end, inclusive } => {
                let mut element = self.variables.fresh(Kind::Int);
                for end in start.iter().chain(end) {
                    let ty = self.infer(end, &Expect::Nothing);
                    let inner = self.shallow(self.shallow(&ty).behind());
                    if inner.is_float() || self.variables.kind(&inner) == Some(Kind::Float) {
                        self.error(Code::TypeMismatch, end.span, "the ends of a range are integers, found a float".to_owned()).help =
                            Some("go through integers, and compute the float from them".to_owned());
                        break;
                    }
                    if matches!(inner, Ty::Unknown | Ty::Opaque(_)) && self.variables.kind(&self.shallow(&element)) == Some(Kind::Int) {
                        let free = self.shallow(&element);
                        self.variables.bind(&free, Ty::Unknown);
                        continue;
                    }
                    match (&inner, self.shallow(&element)) {
                        (Ty::Char, _) => element = Ty::Char,
                        (Ty::Int(one), Ty::Int(other)) => element = Ty::Int(super::operator::wider(*one, other)),
                        _ => {
                            if !self.variables.unify(&element, &inner) {
                                let found = self.shown(&ty);
                                self.error(Code::TypeMismatch, end.span, format!("the end of a range is an integer, found `{found}`"));
                                break;
                            }
                        }
                    }
                }
                for end in start.iter().chain(end) {
                    self.want(end, &element);
                }
                Ty::Range(Box::new(element), *inclusive)
            }
            ExpressionKind::Assign { place, value } => {
                let ty = self.infer(place, &Expect::Nothing);
                self.place_is_assignable(place);
                if self.is_json_member(place) {
                    self.infer(value, &Expect::Type(Ty::known("events::Json", Vec::new())));
                    return Ty::Unit;
                }
                if let ExpressionKind::Tuple(_) = place.kind {
                    self.check(value, &ty);
                    return Ty::Unit;
                }
                // Through a mutable reference that is assigned by its name.
                self.check(value, &ty);
                Ty::Unit
            }
            ExpressionKind::AssignOperator { operator, place, value, .. } => self.assign_operator(expression, *operator, place, value),
            ExpressionKind::Increment { place, .. } => {
                self.infer(place, &Expect::Nothing);
                self.place_is_assignable(place);
                Ty::Unit
            }
            ExpressionKind::Cast { value, ty } => {
                let to = self.lower(ty, self.scope);
                let from = self.infer(value, &Expect::Nothing);
                self.types.casts.insert(expression.id, to.clone());
                let inner = self.shallow(self.shallow(&from).behind());
                if let (Ty::String | Ty::Str, Ty::Int(_) | Ty::F64 | Ty::F32) = (&inner, &to) {
                    let wanted = self.shown(&to);
                    let error = self.error(Code::BadCast, expression.span, format!("`as` cannot read text as `{wanted}`"));
                    error.help = Some(format!("write `….parse::<{wanted}>()`, or `parse_int(…)`"));
                }
                to
            }
            ExpressionKind::Try(inner) => self.question_mark(expression, inner, expect),
            ExpressionKind::Let { pattern, value } => {
                self.infer_let(pattern, value);
                Ty::Bool
            }
            ExpressionKind::LetIn { binding, body } => {
                self.local_let(binding);
                self.infer(body, expect)
            }
            ExpressionKind::Call { function, arguments } => self.call(expression, function, arguments, expect),
            ExpressionKind::MethodCall { receiver, .. } => {
                let ty = self.infer(receiver, &Expect::Nothing);
                self.method_call(expression, &ty, expect)
            }
            ExpressionKind::Field { value, name } => {
                let ty = self.infer(value, &Expect::Nothing);
                self.field(expression, &ty, name)
            }
            ExpressionKind::Index { value, index } => self.index(expression, value, index),
            ExpressionKind::Macro(call) => self.macro_call(expression, call, expect),
            ExpressionKind::Lambda(lambda) => self.lambda(expression, lambda, expect),
            ExpressionKind::Block { label, block } => {
                if let Some(label) = label {
                    let value = self.any();
                    self.frame.breaks.push((Some(label.text.clone()), value.clone()));
                    let ty = self.block(block, expect);
                    self.frame.breaks.pop();
                    if self.shallow(&ty) != Ty::Never {
                        self.variables.unify(&value, &ty);
                    }
                    return value;
                }
                self.block(block, expect)
            }
            ExpressionKind::Unsafe(block) => self.block(block, expect),
            ExpressionKind::If { condition, then, otherwise } => self.if_else(expression, condition, then, otherwise.as_deref(), expect),
            ExpressionKind::Match { value, arms } => self.matched(expression, value, arms, expect),
            ExpressionKind::Loop { label, body } => {
                let value = self.any();
                self.frame.breaks.push((label.as_ref().map(|label| label.text.clone()), value.clone()));
                self.block(body, &Expect::Discard);
                self.frame.breaks.pop();
                match self.variables.kind(&self.shallow(&value)) {
                    Some(Kind::Any) if !breaks_out(body, label.as_ref().map(|label| label.text.as_str())) => Ty::Never,
                    Some(Kind::Any) => Ty::Unit,
                    _ => value,
                }
            }
            ExpressionKind::While { label, condition, body } => {
                self.condition(condition, "while");
                self.frame.breaks.push((label.as_ref().map(|label| label.text.clone()), Ty::Unit));
                self.block(body, &Expect::Discard);
                self.frame.breaks.pop();
                Ty::Unit
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                let item = self.iterated(iterable);
                self.pattern(pattern, &item, None);
                self.frame.breaks.push((label.as_ref().map(|label| label.text.clone()), Ty::Unit));
                self.block(body, &Expect::Discard);
                self.frame.breaks.pop();
                Ty::Unit
            }
            ExpressionKind::TryCatch(of) => self.try_catch(of, expect),
            ExpressionKind::Break { label, value } => {
                let target = match label {
                    Some(label) => self.frame.breaks.iter().rev().find(|(name, _)| name.as_deref() == Some(&label.text)).cloned(),
                    None => self
                        .frame
                        .breaks
                        .iter()
                        .rev()
                        .find(|(name, ty)| name.is_none() || *ty == Ty::Unit || !self.is_block_label(name.as_deref()))
                        .cloned(),
                };
                match (value, target) {
                    (Some(value), Some((_, ty))) => self.check(value, &ty),
                    (Some(value), None) => {
                        self.infer(value, &Expect::Nothing);
                    }
                    (None, Some((_, ty))) if self.variables.kind(&self.shallow(&ty)) == Some(Kind::Any) => {}
                    _ => {}
                }
                Ty::Never
            }
            ExpressionKind::Continue { .. } => Ty::Never,
            ExpressionKind::Return(value) => {
                let result = self.frame.result.clone();
                match (value, result) {
                    (Some(value), Some(result)) => {
                        let known = self.shallow(&result);
                        if self.variables.kind(&known) == Some(Kind::Any) {
                            let ty = self.infer(value, &Expect::Nothing);
                            let ty = self.materialized(value, &ty, None);
                            self.variables.unify(&result, &ty);
                            self.want(value, &result);
                        } else if self.frame.drops_result {
                            self.infer(value, &Expect::Nothing);
                            self.want(value, &result);
                        } else {
                            self.check(value, &result);
                        }
                    }
                    (Some(value), None) => {
                        self.infer(value, &Expect::Nothing);
                    }
                    (None, Some(result)) => {
                        let known = self.shallow(&result);
                        if self.variables.kind(&known) == Some(Kind::Any) {
                            self.variables.unify(&known, &Ty::Unit);
                        } else if !matches!(known, Ty::Unit | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Var(_)) {
                            let wanted = self.shown(&known);
                            self.error(
                                Code::MissingValue,
                                expression.span,
                                format!("`return` needs a value: the function returns `{wanted}`"),
                            );
                        }
                    }
                    (None, None) => {}
                }
                Ty::Never
            }
            ExpressionKind::Throw(value) => {
                self.infer(value, &Expect::Nothing);
                Ty::Never
            }
            ExpressionKind::Error => Ty::Unknown,
        }
    }

    fn is_block_label(&self, _label: Option<&str>) -> bool {
        false
    }

    fn literal_at(&mut self, literal: &'tree Literal, expect: &Expect) -> Ty {
        let expected = self.expected(expect);
        if let (Literal::Null, Some(Ty::Named(Head::Known("events::Json"), _))) = (literal, &expected) {
            return Ty::known("events::Json", Vec::new());
        }
        let ty = self.literal(literal);
        if let Some(expected) = expected {
            match (self.variables.kind(&ty), &expected) {
                (Some(Kind::Int), Ty::Int(_) | Ty::F32 | Ty::F64)
                | (Some(Kind::Float), Ty::F32 | Ty::F64)
                | (Some(Kind::Text), Ty::String) => {
                    self.variables.unify(&ty, &expected);
                }
                _ => {}
            }
        }
        ty
    }

    fn path(&mut self, expression: &'tree Expression, path: &'tree crate::tree::Path, expect: &Expect) -> Ty {
        match self.names.meaning(expression.id).clone() {
            Meaning::Local(id) => self.types.locals[id.0 as usize].clone(),
            Meaning::Item(id) => match self.names.item(id).kind {
                ItemOf::Function(_) => self.function_value(self.names.item(id).node),
                ItemOf::Constant(_) | ItemOf::Global(_) => self.types.values.get(&id).cloned().unwrap_or(Ty::Unknown),
                ItemOf::Struct(of) => {
                    let own = self.fresh_item(id);
                    match &of.fields {
                        crate::tree::Fields::Tuple(_) => {
                            let arguments = if let Ty::Named(_, arguments) = &own { arguments.clone() } else { Vec::new() };
                            let fields = self.struct_fields(id, &arguments).unwrap_or_default();
                            Ty::Fn(fields.into_iter().map(|(_, ty)| ty).collect(), Box::new(own))
                        }
                        _ => own,
                    }
                }
                _ => Ty::Unknown,
            },
            Meaning::Variant(id, index) => {
                let own = self.fresh_item(id);
                let arguments = if let Ty::Named(_, arguments) = &own { arguments.clone() } else { Vec::new() };
                let ItemOf::Enum(of) = self.names.item(id).kind else { return Ty::Unknown };
                match &of.variants[index].fields {
                    crate::tree::Fields::Tuple(_) => Ty::Fn(self.variant_fields(id, index, &arguments).unwrap_or_default(), Box::new(own)),
                    _ => own,
                }
            }
            Meaning::Associated(id, name) => self.associated_value(expression, id, &name),
            Meaning::OfSelf(name) => match self.self_type.clone() {
                Some(Ty::Named(Head::Item(id), arguments)) => match (self.names.item(id).kind, name.as_str()) {
                    (ItemOf::Enum(of), _) if of.variants.iter().any(|variant| variant.name.text == name) => {
                        let index = of.variants.iter().position(|variant| variant.name.text == name).unwrap_or(0);
                        let own = Ty::Named(Head::Item(id), arguments.clone());
                        match &of.variants[index].fields {
                            crate::tree::Fields::Tuple(_) => {
                                Ty::Fn(self.variant_fields(id, index, &arguments).unwrap_or_default(), Box::new(own))
                            }
                            _ => own,
                        }
                    }
                    (_, "") => match self.struct_fields(id, &arguments) {
                        Some(fields) if fields.first().is_some_and(|(name, _)| name == "0") => {
                            Ty::Fn(fields.into_iter().map(|(_, ty)| ty).collect(), Box::new(Ty::Named(Head::Item(id), arguments)))
                        }
                        _ => Ty::Named(Head::Item(id), arguments),
                    },
                    _ => self.associated_value(expression, id, &name),
                },
                _ => Ty::Unknown,
            },
            Meaning::External(full) => self.external_value(&full, path, expect),
            Meaning::Parameter(_) | Meaning::Unknown => Ty::Unknown,
        }
    }

    fn associated_value(&mut self, expression: &'tree Expression, id: crate::names::ItemId, name: &str) -> Ty {
        let key = format!("#{}", id.0);
        if let Some(node) = self.methods.get(&(key, name.to_owned())).copied() {
            return self.function_value(node);
        }
        let _ = expression;
        for implementation in &self.names.implementations {
            for member in implementation.members {
                if let crate::tree::ItemKind::Constant(constant) = &member.item.kind
                    && constant.name.text == name
                    && let Some(ty) = &constant.ty
                {
                    return self.lower(ty, implementation.scope);
                }
            }
        }
        Ty::Unknown
    }

    /// A function of the program as a value.
    fn function_value(&mut self, node: crate::tree::NodeId) -> Ty {
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return Ty::Unknown };
        let signature = self.instantiate(&signature);
        let receiver = signature.receiver.into_iter();
        Ty::Fn(receiver.chain(signature.parameters).collect(), Box::new(signature.result))
    }

    fn external_value(&mut self, full: &[String], path: &'tree crate::tree::Path, expect: &Expect) -> Ty {
        let _ = path;
        match full.last().map(String::as_str) {
            Some("None") if full.len() <= 2 => match self.expected(expect) {
                Some(expected @ Ty::Named(Head::Known("Option"), _)) => expected,
                _ => {
                    let value = self.any();
                    Ty::option(value)
                }
            },
            Some("Some" | "Ok" | "Err") if full.len() == 1 => {
                let (value, error) = (self.any(), self.any());
                match full[0].as_str() {
                    "Some" => Ty::Fn(vec![value.clone()], Box::new(Ty::option(value))),
                    "Ok" => Ty::Fn(vec![value.clone()], Box::new(Ty::result(value, error))),
                    _ => Ty::Fn(vec![error.clone()], Box::new(Ty::result(value, error))),
                }
            }
            Some(last) if full.len() >= 2 => {
                let owner = &full[full.len() - 2];
                if let Some(int) = Int::named(owner)
                    && matches!(last, "MAX" | "MIN")
                {
                    return Ty::Int(int);
                }
                match owner.as_str() {
                    "f64" | "consts" => {
                        return if last.chars().all(|letter| letter.is_uppercase() || letter == '_') { Ty::F64 } else { Ty::Unknown };
                    }
                    "f32" => return Ty::F32,
                    "Ordering" => return Ty::known("Ordering", Vec::new()),
                    "String" if matches!(last, "from" | "new") => {
                        let parameters = if last == "from" { vec![Ty::Unknown] } else { Vec::new() };
                        return Ty::Fn(parameters, Box::new(Ty::String));
                    }
                    _ => {}
                }
                self.table_function(full).map_or(Ty::Unknown, |(parameters, result)| Ty::Fn(parameters, Box::new(result)))
            }
            _ => Ty::Unknown,
        }
    }

    fn reference(&mut self, mutable: bool, operand: &'tree Expression, expect: &Expect) -> Ty {
        let inner_expect = match self.expected(expect) {
            Some(Ty::Ref(_, inner)) => match self.shallow(&inner) {
                Ty::Slice(element) if matches!(operand.unparenthesized().kind, ExpressionKind::List(_)) => Expect::Type(Ty::Array(element)),
                Ty::Str | Ty::Slice(_) => Expect::Nothing,
                other => Expect::Type(other),
            },
            _ => Expect::Nothing,
        };
        let ty = self.infer(operand, &inner_expect);
        if super::body::is_part(operand) {
            return match self.shallow(&ty) {
                Ty::Ref(_, inner) => Ty::Ref(mutable, inner),
                other => other,
            };
        }
        if mutable && matches!(operand.unparenthesized().kind, ExpressionKind::Field { .. } | ExpressionKind::Index { .. }) {
            self.place_is_assignable(operand);
        }
        if let Ty::Iter(item) = self.shallow(&ty) {
            let list = Ty::vec(self.owned(&item));
            self.want(operand, &list);
            return Ty::Ref(mutable, Box::new(list));
        }
        Ty::Ref(mutable, Box::new(ty))
    }

    pub(super) fn list(&mut self, elements: &'tree [Expression], expect: &Expect) -> Ty {
        let expected = self.expected(expect);
        let as_json = matches!(&expected, Some(Ty::Named(Head::Known("events::Json"), _)));
        let element = match &expected {
            Some(Ty::Named(Head::Known("Vec" | "VecDeque"), arguments)) => Some(arguments[0].clone()),
            Some(Ty::Array(element) | Ty::Slice(element)) => Some((**element).clone()),
            _ => None,
        };
        let whole = |element: Ty| match &expected {
            Some(Ty::Array(_)) => Ty::Array(Box::new(element)),
            _ => Ty::vec(element),
        };
        if let Some(element) = &element
            && self.variables.kind(&self.shallow(element)) != Some(Kind::Any)
        {
            for each in elements {
                if let ExpressionKind::Spread(inner) = &each.kind {
                    let list = Ty::vec(element.clone());
                    self.check(inner, &list);
                    self.set(each, list);
                } else {
                    self.check(each, element);
                }
            }
            return whole(element.clone());
        }
        let mut types = Vec::new();
        for each in elements {
            let hint = match types.first() {
                Some(first @ Ty::Fn(..)) => Expect::Type(first.clone()),
                _ if as_json => expect.clone(),
                _ => Expect::Nothing,
            };
            let ty = self.infer(each, &hint);
            let ty = self.materialized(each, &ty, None);
            let ty = match (&each.kind, self.shallow(&ty)) {
                (ExpressionKind::Spread(_), Ty::Named(Head::Known("Vec"), arguments)) => arguments[0].clone(),
                (ExpressionKind::Spread(_), Ty::Iter(item) | Ty::Slice(item) | Ty::Array(item)) => *item,
                (ExpressionKind::Spread(_), Ty::Ref(_, inner)) => match self.shallow(&inner) {
                    Ty::Named(Head::Known("Vec"), arguments) => arguments[0].clone(),
                    Ty::Slice(item) => *item,
                    _ => Ty::Unknown,
                },
                (ExpressionKind::Spread(_), Ty::Range(item, _)) => *item,
                (_, ty) => ty,
            };
            types.push(ty);
        }
        let json = Ty::known("events::Json", Vec::new());
        if as_json && elements.is_empty() {
            return json;
        }
        let same = self.same_kind(&types);
        let joined = if as_json && !same { Some(json) } else { self.join(&types) };
        let joined = match joined {
            Some(Ty::Never) | None if elements.is_empty() => self.any(),
            Some(joined) => joined,
            None => {
                self.mixed_list(elements, &types);
                Ty::Unknown
            }
        };
        for each in elements {
            if !matches!(each.kind, ExpressionKind::Spread(_)) {
                let own = self.types.of[each.id.index()].clone();
                self.coerce(each, &own, &joined.clone());
            }
        }
        if let Some(element) = element {
            self.variables.unify(&element, &joined);
        }
        whole(joined)
    }

    /// Whether all are text, or numbers of one kind, or of the same head.
    fn same_kind(&self, types: &[Ty]) -> bool {
        let kind = |ty: &Ty| match (self.variables.kind(&self.shallow(ty)), self.shallow(ty).behind()) {
            (Some(Kind::Text), _) | (_, Ty::Str | Ty::String) => 1,
            (Some(Kind::Int), _) | (_, Ty::Int(_)) => 2,
            (Some(Kind::Float), _) | (_, Ty::F64) => 3,
            (_, Ty::Bool) => 4,
            (_, Ty::Named(Head::Known("events::Json"), _)) => 5,
            _ => 6,
        };
        let first = types.first().map(&kind);
        first != Some(6) && types.iter().all(|ty| Some(kind(ty)) == first) || types.len() <= 1
    }

    fn mixed_list(&mut self, elements: &'tree [Expression], types: &[Ty]) {
        let first = self.shown(&types[0]);
        for (element, ty) in elements.iter().zip(types).skip(1) {
            if self.join(&[types[0].clone(), ty.clone()]).is_none() {
                let other = self.shown(ty);
                let place = elements[0].span;
                let error = self.error(
                    Code::MixedList,
                    element.span,
                    format!("a list holds values of one type: here `{first}`, and then `{other}`"),
                );
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("the first element is `{first}`") });
                error.help = Some("use a tuple `(a, b)`, a struct, or an enum for values of different types".to_owned());
                return;
            }
        }
    }

    pub(super) fn repeated(&mut self, value: &'tree Expression, count: &'tree Expression, expect: &Expect) -> Ty {
        let element = match self.expected(expect) {
            Some(Ty::Named(Head::Known("Vec"), arguments)) => arguments[0].clone(),
            Some(Ty::Array(element)) => (*element).clone(),
            _ => self.any(),
        };
        self.check_or_infer(value, &element);
        self.check(count, &Ty::Int(Int::Usize));
        if let Some(Ty::Array(_)) = self.expected(expect) { Ty::Array(Box::new(element)) } else { Ty::vec(element) }
    }

    /// Checks against a type that may not be known yet.
    pub(super) fn check_or_infer(&mut self, expression: &'tree Expression, expected: &Ty) {
        if self.variables.kind(&self.shallow(expected)) == Some(Kind::Any) {
            let ty = self.infer(expression, &Expect::Nothing);
            let ty = self.materialized(expression, &ty, None);
            self.variables.unify(expected, &ty);
            self.want(expression, expected);
        } else {
            self.check(expression, expected);
        }
    }

    fn comprehension(&mut self, of: &'tree crate::tree::Comprehension) -> Ty {
        for clause in &of.clauses {
            let item = self.iterated(&clause.iterable);
            self.pattern(&clause.pattern, &item, None);
            clause.conditions.iter().for_each(|condition| self.condition(condition, "if"));
        }
        let element = self.infer(&of.element, &Expect::Nothing);
        let element = self.owned(&element);
        self.want(&of.element, &element);
        match of.kind {
            crate::tree::ComprehensionKind::List => Ty::vec(element),
            crate::tree::ComprehensionKind::Set => Ty::known("BTreeSet", vec![element]),
            crate::tree::ComprehensionKind::Map => {
                let element = if self.variables.kind(&self.shallow(&element)) == Some(Kind::Text) || element == Ty::str_ref() {
                    Ty::String
                } else {
                    element
                };
                self.want(&of.element, &element);
                let value = match &of.value {
                    Some(value) => {
                        let ty = self.infer(value, &Expect::Nothing);
                        let ty = self.owned(&ty);
                        self.want(value, &ty);
                        ty
                    }
                    None => Ty::Unknown,
                };
                Ty::known("BTreeMap", vec![element, value])
            }
        }
    }

    /// The type of the items of what a `for` goes through.
    pub(super) fn iterated(&mut self, iterable: &'tree Expression) -> Ty {
        let ty = self.infer(iterable, &Expect::Nothing);
        let known = match self.firm(&ty) {
            number if number.is_number() => number,
            _ => self.shallow(&ty),
        };
        let text = self.is_text_like(&known);
        match self.item_of(&known) {
            Some(item) if !text => item,
            _ => {
                if text {
                    let error = self.error(Code::NotIterable, iterable.span, "`for` cannot go through text".to_owned());
                    error.help = Some("go through its letters, `text.chars()`, or its lines, `text.lines()`".to_owned());
                    return Ty::Char;
                }
                if known.is_number() || matches!(known, Ty::Bool | Ty::Unit | Ty::Named(Head::Item(_), _)) && !self.has_iterator(&known) {
                    let found = self.shown(&known);
                    let error = self.error(Code::NotIterable, iterable.span, format!("`for` cannot go through `{found}`"));
                    error.help = known.is_number().then(|| "go through a range: `0..n`".to_owned());
                }
                Ty::Unknown
            }
        }
    }

    fn is_text_like(&self, ty: &Ty) -> bool {
        let mut behind = self.shallow(ty);
        while let Ty::Ref(_, inner) = &behind {
            behind = self.shallow(inner);
        }
        behind.is_text() || self.variables.kind(&behind) == Some(Kind::Text)
    }

    fn no_else(&mut self, expression: &'tree Expression) {
        let error = self.error(Code::IfWithoutElse, expression.span, "this `if` is used as a value, but has no `else`".to_owned());
        error.label = "there is no value if the condition is false".to_owned();
        error.help = Some("add `else { … }`".to_owned());
    }

    fn has_iterator(&self, ty: &Ty) -> bool {
        let key = super::signature::key(ty).unwrap_or_default();
        self.types.implemented.iter().any(|(of, on)| *on == key && (of == "Iterator" || of == "IntoIterator"))
    }

    /// The items of a type that can be iterated over.
    pub(super) fn item_of(&mut self, ty: &Ty) -> Option<Ty> {
        let by = |item: Ty, mutable: Option<bool>| match mutable {
            Some(mutable) => Ty::Ref(mutable, Box::new(item)),
            None => item,
        };
        let (inner, mutable) = match self.shallow(ty) {
            Ty::Ref(mutable, inner) => {
                let mut inner = self.shallow(&inner);
                while let Ty::Ref(_, deeper) = &inner {
                    inner = self.shallow(deeper);
                }
                (inner, Some(mutable))
            }
            other => (other, None),
        };
        Some(match inner {
            Ty::Iter(item) | Ty::Range(item, _) => *item,
            Ty::Array(item) | Ty::Slice(item) => by(*item, mutable),
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" | "Option"), arguments) => {
                by(arguments[0].clone(), mutable)
            }
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), arguments) => {
                Ty::Tuple(vec![by(arguments[0].clone(), mutable.map(|_| false)), by(arguments[1].clone(), mutable)])
            }
            Ty::Named(Head::Known("events::Object"), _) => {
                Ty::Tuple(vec![Ty::str_ref(), Ty::known("events::Json", Vec::new()).reference()])
            }
            Ty::String | Ty::Str => Ty::Char,
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Text) => Ty::Char,
            Ty::Named(Head::Item(_), _) => {
                let key = super::signature::key(&inner)?;
                let next = self.methods.get(&(key, "next".to_owned())).copied()?;
                match self.shallow(&self.types.signatures[&next].result.clone()) {
                    Ty::Named(Head::Known("Option"), arguments) => arguments[0].clone(),
                    _ => Ty::Unknown,
                }
            }
            _ => return None,
        })
    }

    fn branches(&mut self, branches: &[&'tree Expression], expect: &Expect) -> Ty {
        if let Some(expected) = self.expected(expect) {
            branches.iter().for_each(|branch| self.check(branch, &expected));
            return expected;
        }
        if matches!(expect, Expect::Discard) {
            branches.iter().for_each(|branch| {
                self.discard(branch);
            });
            return Ty::Unit;
        }
        let mut types = Vec::new();
        for branch in branches {
            let ty = self.infer(branch, &Expect::Nothing);
            types.push(self.materialized(branch, &ty, None));
        }
        self.joined(&types, branches)
    }

    /// Joins the types of branches and tells each what is wanted.
    fn joined(&mut self, types: &[Ty], branches: &[&'tree Expression]) -> Ty {
        match self.join(types) {
            Some(ty) => {
                for branch in branches {
                    let own = self.types.of[branch.id.index()].clone();
                    if self.shallow(&own) != Ty::Never {
                        self.want(branch, &ty);
                    }
                }
                ty
            }
            None => {
                let first = types.iter().find(|ty| self.shallow(ty) != Ty::Never).cloned().unwrap_or(Ty::Unknown);
                let is_unit = |inference: &Self, ty: &Ty| inference.shallow(ty) == Ty::Unit;
                if types.iter().any(|ty| is_unit(self, ty)) {
                    // One branch has no value: none has.
                    for branch in branches {
                        self.want(branch, &Ty::Unit);
                    }
                    return Ty::Unit;
                }
                for (branch, ty) in branches.iter().zip(types).skip(1) {
                    if self.join(&[first.clone(), ty.clone()]).is_none() {
                        let (one, other) = (self.shown(&first), self.shown(ty));
                        let place = branches[0].span;
                        let error = self.error(
                            Code::BranchTypes,
                            branch.span,
                            format!("the branches have different types: `{one}`, and here `{other}`"),
                        );
                        error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("this branch is `{one}`") });
                        error.help = Some("make all branches of one type".to_owned());
                        break;
                    }
                }
                Ty::Unknown
            }
        }
    }

    fn if_else(
        &mut self,
        expression: &'tree Expression,
        condition: &'tree Expression,
        then: &'tree crate::tree::Block,
        otherwise: Option<&'tree Expression>,
        expect: &Expect,
    ) -> Ty {
        self.condition(condition, "if");
        let Some(otherwise) = otherwise else {
            if matches!(expect, Expect::Nothing) && then.tail().is_some() {
                let ty = self.block(then, &Expect::Nothing);
                if !matches!(self.shallow(&ty), Ty::Unit | Ty::Never | Ty::Unknown) {
                    self.no_else(expression);
                    return Ty::Unknown;
                }
                return Ty::Unit;
            }
            let wants = match expect {
                Expect::Type(_) => self.expected(expect).filter(|ty| !matches!(ty, Ty::Unit | Ty::Unknown | Ty::Opaque(_))),
                _ => None,
            };
            if wants.is_some() && then.tail().is_some() {
                let ty = self.block(then, &Expect::Nothing);
                if !matches!(self.shallow(&ty), Ty::Unit | Ty::Never) {
                    self.no_else(expression);
                    return Ty::Unknown;
                }
                return Ty::Unit;
            }
            self.block(then, &Expect::Discard);
            return Ty::Unit;
        };
        if matches!(expect, Expect::Discard) {
            let one = self.block(then, expect);
            let other = self.infer(otherwise, expect);
            return if self.shallow(&one) == Ty::Never && self.shallow(&other) == Ty::Never { Ty::Never } else { Ty::Unit };
        }
        if let Some(expected) = self.expected(expect) {
            let typed = Expect::Type(expected.clone());
            let one = self.block(then, &typed);
            self.branch_value(then, &one, &expected);
            let other = self.infer(otherwise, &typed);
            if let ExpressionKind::Block { block, .. } = &otherwise.kind {
                self.branch_value(block, &other, &expected);
            }
            return if self.shallow(&one) == Ty::Never && self.shallow(&other) == Ty::Never { Ty::Never } else { expected };
        }
        let one = self.block(then, &Expect::Nothing);
        let one = match then.tail() {
            Some(tail) if self.shallow(&one) != Ty::Never => self.materialized(tail, &one, None),
            _ => one,
        };
        let other = self.infer(otherwise, &Expect::Nothing);
        let other = self.materialized_tail(otherwise, &other);
        match self.join(&[one.clone(), other.clone()]) {
            Some(ty) => {
                if self.shallow(&one) != Ty::Never
                    && let Some(tail) = then.tail()
                {
                    self.want(tail, &ty);
                }
                if self.shallow(&other) != Ty::Never {
                    self.want(otherwise, &ty);
                }
                ty
            }
            None if self.shallow(&one) == Ty::Unit || self.shallow(&other) == Ty::Unit => {
                if let Some(tail) = then.tail() {
                    self.want(tail, &Ty::Unit);
                }
                self.want(otherwise, &Ty::Unit);
                Ty::Unit
            }
            None => {
                let (first, second) = (self.shown(&one), self.shown(&other));
                let place = then.tail().map_or(then.span, |tail| tail.span);
                let here = tail_span(otherwise);
                let error =
                    self.error(Code::BranchTypes, here, format!("the branches have different types: `{first}`, and here `{second}`"));
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("this branch is `{first}`") });
                error.help = Some("make both branches of one type".to_owned());
                Ty::Unknown
            }
        }
    }

    fn materialized_tail(&mut self, expression: &'tree Expression, ty: &Ty) -> Ty {
        match &expression.kind {
            ExpressionKind::Block { block, .. } => match block.tail() {
                Some(tail) => self.materialized_tail(tail, ty),
                None => ty.clone(),
            },
            _ => self.materialized(expression, ty, None),
        }
    }

    /// Reports a branch that has no value where one is wanted.
    fn branch_value(&mut self, block: &'tree crate::tree::Block, ty: &Ty, expected: &Ty) {
        let wanted = self.shallow(expected);
        if self.shallow(ty) == Ty::Unit
            && !matches!(wanted, Ty::Unit | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Never)
            && block.tail().is_none()
        {
            let text = self.shown(&wanted);
            let error =
                self.error(Code::MissingValue, block.span.after(), format!("this branch ends without a value, but `{text}` is expected"));
            error.help = Some("end it with an expression".to_owned());
        }
    }

    pub(super) fn infer_let(&mut self, pattern: &'tree Pattern, value: &'tree Expression) {
        let ty = self.infer(value, &Expect::Nothing);
        let ty = self.looked_at(value, &ty, &[pattern]);
        self.pattern(pattern, &ty, None);
    }

    fn matched(&mut self, expression: &'tree Expression, value: &'tree Expression, arms: &'tree [Arm], expect: &Expect) -> Ty {
        let ty = self.infer(value, &Expect::Nothing);
        let patterns: Vec<&Pattern> = arms.iter().map(|arm| &arm.pattern).collect();
        let ty = self.looked_at(value, &ty, &patterns);
        for arm in arms {
            self.pattern(&arm.pattern, &ty, None);
            if let Some(guard) = &arm.guard {
                self.condition(guard, "if");
            }
        }
        self.exhaustive(expression, &ty, arms);
        let bodies: Vec<&'tree Expression> = arms.iter().map(|arm| &arm.body).collect();
        if matches!(expect, Expect::Discard) {
            let mut ends = !arms.is_empty();
            for body in bodies {
                let ty = self.discard(body);
                ends &= self.shallow(&ty) == Ty::Never;
            }
            return if ends { Ty::Never } else { Ty::Unit };
        }
        if let Some(expected) = self.expected(expect) {
            let typed = Expect::Type(expected.clone());
            let mut ends = !arms.is_empty();
            for body in &bodies {
                let ty = self.infer(body, &typed);
                if let ExpressionKind::Block { block, .. } = &body.kind {
                    self.branch_value(block, &ty, &expected);
                } else {
                    self.coerce(body, &ty, &expected);
                }
                ends &= self.shallow(&ty) == Ty::Never;
            }
            return if ends { Ty::Never } else { expected };
        }
        let mut types = Vec::new();
        for body in &bodies {
            let ty = self.infer(body, &Expect::Nothing);
            types.push(self.materialized_tail(body, &ty));
        }
        self.joined(&types, &bodies)
    }

    /// The type that the patterns of a `match` or `if let` see, and how the value is looked at for it.
    fn looked_at(&mut self, value: &'tree Expression, ty: &Ty, patterns: &[&'tree Pattern]) -> Ty {
        let known = self.shallow(ty);
        let texts = patterns.iter().any(|pattern| has_text(pattern, 0));
        let lists = patterns.iter().any(|pattern| is_list(pattern));
        let inner = self.shallow(known.behind());
        if let (ExpressionKind::Tuple(parts), Ty::Tuple(types)) = (&value.unparenthesized().kind, &known) {
            let mut seen = Vec::new();
            for (index, (part, ty)) in parts.iter().zip(types).enumerate() {
                let column: Vec<&'tree Pattern> = patterns.iter().flat_map(|pattern| columns(pattern, index)).collect();
                seen.push(self.looked_at(part, ty, &column));
            }
            let tuple = Ty::Tuple(seen);
            self.set(value, tuple.clone());
            return tuple;
        }
        match &inner {
            Ty::String if texts => {
                self.types.looks.insert(value.id, Look::AsStr);
                Ty::str_ref()
            }
            Ty::Named(Head::Known("Option"), arguments)
                if self.shallow(&arguments[0]) == Ty::String && patterns.iter().any(|pattern| has_text(pattern, 1)) =>
            {
                self.types.looks.insert(value.id, Look::AsDeref);
                Ty::option(Ty::str_ref())
            }
            Ty::Named(Head::Known("Vec"), arguments) if lists => {
                let element = self.shallow(&arguments[0]);
                if patterns.iter().any(|pattern| has_text(pattern, 1))
                    && (element == Ty::String || self.variables.kind(&element) == Some(Kind::Text))
                {
                    self.types.looks.insert(value.id, Look::Texts);
                    return Ty::Slice(Box::new(Ty::str_ref())).reference();
                }
                self.types.looks.insert(value.id, Look::AsSlice);
                Ty::Slice(Box::new(element)).reference()
            }
            Ty::Iter(item) if lists => {
                let list = Ty::vec(self.owned(item));
                self.want(value, &list);
                self.types.looks.insert(value.id, Look::AsSlice);
                let Ty::Named(_, arguments) = list else { return Ty::Unknown };
                Ty::Slice(Box::new(arguments[0].clone())).reference()
            }
            Ty::Named(Head::Known("Box"), arguments) if known.depth() == 0 && patterns.iter().any(|pattern| opens(pattern)) => {
                let _ = arguments;
                ty.clone()
            }
            _ if known.depth() == 0 && self.is_part_of_place(value) && patterns.iter().any(|pattern| opens(pattern)) => {
                self.types.looks.insert(value.id, Look::Reference);
                ty.clone().reference()
            }
            _ => ty.clone(),
        }
    }

    /// A field or element: matching it must not move it out of its owner.
    fn is_part_of_place(&self, value: &'tree Expression) -> bool {
        matches!(value.unparenthesized().kind, ExpressionKind::Field { .. } | ExpressionKind::Index { .. })
    }

    fn try_catch(&mut self, of: &'tree TryCatch, expect: &Expect) -> Ty {
        self.frame.trying += 1;
        let expected = self.expected(expect);
        let inner = match (&expected, expect) {
            (Some(expected), _) => Expect::Type(expected.clone()),
            (None, Expect::Discard) => Expect::Discard,
            _ => Expect::Nothing,
        };
        let ty = self.block(&of.body, &inner);
        self.frame.trying -= 1;
        let mut result = ty.clone();
        if let Some(catch) = &of.catch {
            if let Some(pattern) = &catch.pattern {
                self.pattern(pattern, &Ty::String, None);
            }
            let other = self.block(&catch.body, &inner);
            if expected.is_none() && !matches!(expect, Expect::Discard) {
                match self.join(&[ty.clone(), other.clone()]) {
                    Some(joined) => {
                        for block in [&of.body, &catch.body] {
                            if let Some(tail) = block.tail() {
                                let own = self.types.of[tail.id.index()].clone();
                                if self.shallow(&own) != Ty::Never {
                                    self.want(tail, &joined);
                                }
                            }
                        }
                        result = joined;
                    }
                    None => {
                        for block in [&of.body, &catch.body] {
                            if let Some(tail) = block.tail() {
                                self.want(tail, &Ty::Unit);
                            }
                        }
                        result = Ty::Unit;
                    }
                }
            }
        }
        if let Some(finally) = &of.finally {
            self.block(finally, &Expect::Discard);
        }
        expected.unwrap_or(result)
    }

    fn question_mark(&mut self, expression: &'tree Expression, inner: &'tree Expression, expect: &Expect) -> Ty {
        let hint = match self.expected(expect) {
            Some(value) => {
                let error = self.any();
                match &inner.unparenthesized().kind {
                    // `text.parse()?`: the place says what is read.
                    ExpressionKind::MethodCall { .. } => Expect::Type(Ty::result(value, error)),
                    _ => Expect::Nothing,
                }
            }
            None => Expect::Nothing,
        };
        let ty = match (&inner.unparenthesized().kind, &hint) {
            (ExpressionKind::MethodCall { receiver, .. }, Expect::Type(_)) => {
                let on = self.infer(receiver, &Expect::Nothing);
                let ty = self.method_call(inner.unparenthesized(), &on, &hint);
                self.set(inner, ty.clone());
                self.set(inner.unparenthesized(), ty.clone());
                ty
            }
            _ => self.infer(inner, &Expect::Nothing),
        };
        if self.frame.trying == 0 && !self.frame.lambda {
            let result = self.frame.result.clone().map(|result| self.shallow(&result));
            if let Some(known) = &result
                && !matches!(known, Ty::Named(Head::Known("Option" | "Result"), _) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_))
            {
                let text = self.shown(known);
                let error = self.error(
                    Code::BadQuestionMark,
                    expression.span,
                    format!("`?` returns early with an error, but the function returns `{text}`"),
                );
                error.help = Some(if matches!(known, Ty::Unit) {
                    "let the function return `Result<(), String>`, and end it with `Ok(())`".to_owned()
                } else {
                    format!("let the function return `Result<{text}, String>`, or handle the error: `….unwrap_or(…)`, `match`")
                });
            }
        }
        let outermost = match self.firm(&ty) {
            number if number.is_number() => number,
            _ => self.shallow(&ty),
        };
        match outermost {
            Ty::Named(Head::Known("Result"), arguments) => {
                if self.frame.trying == 0
                    && let Some(Ty::Named(Head::Known("Result"), outer)) = self.frame.result.clone().map(|result| self.shallow(&result))
                    && self.variables.kind(&self.shallow(&outer[1])) == Some(Kind::Any)
                {
                    self.defaults.push((outer[1].clone(), arguments[1].clone()));
                }
                arguments[0].clone()
            }
            Ty::Named(Head::Known("Option"), arguments) => arguments[0].clone(),
            Ty::Var(_) => self.postpone(expression),
            Ty::Unknown | Ty::Opaque(_) | Ty::Never => Ty::Unknown,
            Ty::Ref(..) => Ty::Unknown,
            other => {
                let found = self.shown(&other);
                let error = self.error(Code::BadQuestionMark, inner.span, format!("`?` needs a `Result` or an `Option`, found `{found}`"));
                error.help = Some("leave out the `?`".to_owned());
                other
            }
        }
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
                result_hint = Some(*result);
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
            self.pattern(&parameter.pattern, &ty, None);
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
            let ty = if self.shallow(&ty) == Ty::Never { ty } else { self.materialized(&lambda.body, &ty, None) };
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
        self.types.lambdas.insert(expression.id, result.clone());
        self.frame = outer;

        Ty::Fn(parameters, Box::new(result))
    }

    fn want_unit(&mut self, body: &'tree Expression) {
        if !matches!(body.kind, ExpressionKind::Block { .. } | ExpressionKind::If { .. } | ExpressionKind::Match { .. }) {
            self.want(body, &Ty::Unit);
        }
    }

    pub(super) fn field(&mut self, expression: &'tree Expression, ty: &Ty, name: &'tree crate::tree::Name) -> Ty {
        let known = self.shallow(ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        while let Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) = &inner {
            inner = self.shallow(&arguments[0]);
        }
        match &inner {
            Ty::Named(Head::Item(id), arguments) => {
                let Some(fields) = self.struct_fields(*id, arguments) else {
                    let found = self.shown(&inner);
                    let error = self.error(Code::UnknownField, name.span, format!("`{found}` has no fields"));
                    error.help = Some("take it apart with `match`".to_owned());
                    return Ty::Unknown;
                };
                if let Some((_, ty)) = fields.iter().find(|(field, _)| *field == name.text) {
                    return ty.clone();
                }
                let found = self.shown(&inner);
                let item = self.names.item(*id);
                let (place, key) = (item.span, format!("#{}", id.0));
                let is_method = self.methods.contains_key(&(key, name.text.clone()));
                let near = suggest(&name.text, fields.iter().map(|(field, _)| field.as_str()));
                let all: Vec<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
                let help = if is_method {
                    format!("it is a method: `.{}()`", name.text)
                } else {
                    near.map_or_else(|| format!("its fields are {}", all.join(", ")), |near| format!("did you mean `{near}`?"))
                };
                let message = format!("`{found}` has no field named `{}`", name.text);
                let error = self.error(Code::UnknownField, name.span, message);
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{found}` is declared here") });
                error.help = Some(help);
                Ty::Unknown
            }
            Ty::Tuple(types) => match name.text.parse::<usize>() {
                Ok(index) if index < types.len() => types[index].clone(),
                _ => {
                    let message = format!("a tuple of {} has no part `{}`", types.len(), name.text);
                    self.error(Code::UnknownField, name.span, message).help =
                        Some(format!("its parts are .0 to .{}", types.len().saturating_sub(1)));
                    Ty::Unknown
                }
            },
            Ty::Named(Head::Known("events::Json"), _) => Ty::known("events::Json", Vec::new()),
            Ty::Named(Head::Known("BTreeMap" | "HashMap"), arguments) => arguments[1].clone(),
            Ty::Range(element, _) if matches!(name.text.as_str(), "start" | "end") => (**element).clone(),
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => self.postpone(expression),
            Ty::Var(_)
            | Ty::Int(_)
            | Ty::F64
            | Ty::F32
            | Ty::Bool
            | Ty::Char
            | Ty::String
            | Ty::Str
            | Ty::Unit
            | Ty::Named(Head::Known("Vec" | "Option" | "Result"), _) => {
                let found = self.shown(&inner);
                let message = format!("`{found}` has no field named `{}`", name.text);
                let is_method = self.table_has(&inner, &name.text);
                let error = self.error(Code::UnknownField, name.span, message);
                if is_method {
                    error.help = Some(format!("it is a method: `.{}()`", name.text));
                }
                Ty::Unknown
            }
            _ => Ty::Unknown,
        }
    }

    fn index(&mut self, expression: &'tree Expression, value: &'tree Expression, index: &'tree Expression) -> Ty {
        let ty = self.infer(value, &Expect::Nothing);
        let known = self.shallow(&ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let is_range = matches!(index.unparenthesized().kind, ExpressionKind::Range { .. });
        if let Ty::Iter(item) = &inner {
            let list = Ty::vec(self.owned(item));
            self.want(value, &list);
            inner = list;
        }
        match &inner {
            Ty::Named(Head::Known("Vec" | "VecDeque"), arguments) => {
                let element = arguments[0].clone();
                self.index_of_list(index, is_range);
                if is_range { Ty::Slice(Box::new(element)).reference() } else { element }
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
                let (wanted, element) = self.indexed_by(&inner).unwrap_or((Ty::Unknown, Ty::Unknown));
                self.check(index, &wanted);
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
                Ty::known("events::Json", Vec::new())
            }
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => {
                self.infer(index, &Expect::Nothing);
                self.postpone(expression)
            }
            Ty::Int(_)
            | Ty::F64
            | Ty::Bool
            | Ty::Unit
            | Ty::Tuple(_)
            | Ty::Named(Head::Known("Option" | "Result" | "HashSet" | "BTreeSet"), _) => {
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

    /// The index and the element of a type that implements `Index`.
    fn indexed_by(&self, ty: &Ty) -> Option<(Ty, Ty)> {
        let node = self.methods.get(&(super::signature::key(ty)?, "index".to_owned()))?;
        let signature = self.types.signatures.get(node)?;
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

    fn assign_operator(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        place: &'tree Expression,
        value: &'tree Expression,
    ) -> Ty {
        let a = self.infer(place, &Expect::Nothing);
        self.place_is_assignable(place);
        let b = self.infer(value, &Expect::Nothing);
        let mut inner = self.shallow(self.shallow(&a).behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let other = self.shallow(self.shallow(&b).behind());
        if operator == BinaryOperator::Coalesce {
            return Ty::Unit;
        }
        let text = |inference: &Self, ty: &Ty| ty.is_text() || inference.variables.kind(ty) == Some(Kind::Text);
        if operator == BinaryOperator::Add && text(self, &inner) {
            if self.variables.kind(&inner) == Some(Kind::Text) {
                self.variables.unify(&inner, &Ty::String);
            }
            return Ty::Unit;
        }
        if operator == BinaryOperator::Add && matches!(inner, Ty::Named(Head::Known("Vec"), _)) {
            let list = inner.clone();
            self.coerce(value, &b, &list);
            return Ty::Unit;
        }
        if let (Ty::Named(Head::Item(_), _), _) = (&inner, &other) {
            return Ty::Unit;
        }
        let ty = self.operation(expression, operator, place, value, &a, &b);
        // `total += 2.5`, where `total` began as `0`.
        let result = self.shallow(&ty);
        if !matches!(result, Ty::Unknown | Ty::Var(_)) || self.variables.kind(&result) == Some(Kind::Float) {
            let fits = match (&inner, &result) {
                (Ty::Int(_), Ty::Int(_)) => true,
                (Ty::Int(_), other) if other.is_float() || self.variables.kind(other) == Some(Kind::Float) => false,
                _ => self.fits(&ty, &inner, false),
            };
            if !fits {
                self.mismatch_of(value, &ty, &inner);
            }
        }
        self.types.wanted.remove(&place.id);
        if self.is_number_or_variable(&inner)
            && !matches!(operator, BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight | BinaryOperator::Power)
        {
            self.want(value, &inner);
        }
        Ty::Unit
    }

    fn is_number_or_variable(&self, ty: &Ty) -> bool {
        ty.is_number() || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    fn mismatch_of(&mut self, value: &'tree Expression, actual: &Ty, expected: &Ty) {
        let (found, wanted) = (self.shown(actual), self.shown(expected));
        let error = self.error(Code::TypeMismatch, value.span, format!("the variable is `{wanted}`, but the new value is `{found}`"));
        error.help = Some(format!("convert the value: `… as {wanted}`"));
    }

    /// Reports a place behind a shared reference.
    pub(super) fn place_is_assignable(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } => {
                let ty = self.types.of[value.id.index()].clone();
                if let Ty::Ref(false, _) = self.shallow(&ty) {
                    self.not_mutable(value, place);
                } else {
                    self.place_is_assignable(value);
                }
            }
            ExpressionKind::Parenthesized(inner) => self.place_is_assignable(inner),
            ExpressionKind::Literal(_) | ExpressionKind::Call { .. } | ExpressionKind::Binary { .. } => {
                let error = self.error(Code::NotAssignable, place.span, "this is a value, not a place that can be assigned".to_owned());
                error.help = Some("assign to a variable, a field or an element".to_owned());
            }
            _ => {}
        }
    }

    /// Reports a change through a reference that only looks.
    pub(super) fn not_mutable(&mut self, value: &'tree Expression, place: &'tree Expression) {
        let (name, declared) = match self.names.meaning(value.id) {
            Meaning::Local(id) => (self.names.local(*id).name.clone(), Some(self.names.local(*id).span)),
            _ => ("it".to_owned(), None),
        };
        let help = if name == "self" {
            "declare the method with `&mut self`".to_owned()
        } else {
            format!("declare the parameter with `&mut`: `{name}: &mut …`")
        };
        let error =
            self.error(Code::NotMutable, place.span, format!("`{name}` is a reference that only reads: it cannot be changed through it"));
        if let Some(declared) = declared {
            error.notes.push(crate::diagnostic::Note { span: Some(declared), message: format!("`{name}` is declared here") });
        }
        error.help = Some(help);
    }

    /// Tries again what was postponed.
    pub(super) fn resolve_pending(&mut self, pending: &super::Pending<'tree>) {
        let expression = pending.expression;
        let ty = match &expression.kind {
            ExpressionKind::MethodCall { receiver, .. } => {
                let on = self.types.of[receiver.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.method_call(expression, &on, &Expect::Type(pending.result.clone()))
            }
            ExpressionKind::Field { value, name } => {
                let on = self.types.of[value.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.field(expression, &on, name)
            }
            ExpressionKind::Index { value, index } => {
                let on = self.types.of[value.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.index(expression, value, index)
            }
            ExpressionKind::Try(inner) => {
                let on = self.types.of[inner.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                match self.shallow(&on) {
                    Ty::Named(Head::Known("Result" | "Option"), arguments) => arguments[0].clone(),
                    _ => Ty::Unknown,
                }
            }
            ExpressionKind::Binary { operator, left, right, .. } => {
                let (a, b) = (self.types.of[left.id.index()].clone(), self.types.of[right.id.index()].clone());
                if self.is_open(&a) && self.is_open(&b) {
                    self.pending.push(pending.clone());
                    return;
                }
                let before = self.pending.len();
                let ty = self.operation(expression, *operator, left, right, &a, &b);
                if self.pending.len() > before {
                    // Still not known: it was postponed with a result of its own.
                    self.pending.truncate(before);
                    self.pending.push(pending.clone());
                    return;
                }
                ty
            }
            ExpressionKind::Call { function, arguments } => {
                let on = self.types.of[function.id.index()].clone();
                let _ = (on, arguments);
                Ty::Unknown
            }
            _ => Ty::Unknown,
        };
        self.variables.unify(&pending.result, &ty);
        let wanted = self.shallow(&pending.result);
        let _ = wanted;
        self.set(expression, ty);
    }

    /// Gives up on what was postponed: operands are numbers, what is unknown stays so.
    pub(super) fn give_up(&mut self, pending: &super::Pending<'tree>) {
        if let ExpressionKind::Binary { left, right, .. } = &pending.expression.kind {
            let (a, b) = (self.types.of[left.id.index()].clone(), self.types.of[right.id.index()].clone());
            if self.is_open(&a) && self.is_open(&b) {
                self.variables.unify(&a, &Ty::Int(Int::I64));
                self.variables.unify(&b, &Ty::Int(Int::I64));
                self.variables.unify(&pending.result, &Ty::Int(Int::I64));
                return;
            }
        }
        if let ExpressionKind::MethodCall { arguments, .. } = &pending.expression.kind {
            for argument in arguments {
                self.infer(argument, &Expect::Nothing);
            }
        }
        self.variables.unify(&pending.result, &Ty::Unknown);
    }

    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        let mut inner = self.shallow(ty);
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        self.variables.kind(&inner) == Some(Kind::Any)
    }

    /// Reports a `match` on an enum that leaves out variants.
    fn exhaustive(&mut self, expression: &'tree Expression, ty: &Ty, arms: &'tree [Arm]) {
        let known = self.shallow(ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let arms: Vec<&Pattern> = arms.iter().filter(|arm| arm.guard.is_none()).flat_map(|arm| alternatives(&arm.pattern)).collect();
        if arms.iter().any(|pattern| self.fits_all(pattern)) {
            return;
        }
        let missing: Vec<String> = match &inner {
            Ty::Named(Head::Item(id), _) => {
                let ItemOf::Enum(of) = self.names.item(*id).kind else { return };
                let covered = |index: usize| {
                    arms.iter().any(|pattern| {
                        matches!(self.names.meaning(pattern.id), Meaning::Variant(_, at) if *at == index)
                            || self.of_self(pattern, &of.variants[index].name.text)
                    })
                };
                (0..of.variants.len())
                    .filter(|index| !covered(*index))
                    .map(|index| format!("{}::{}", of.name.text, of.variants[index].name.text))
                    .collect()
            }
            Ty::Named(Head::Known("Option"), _) => missing_of(&arms, &["Some", "None"]),
            Ty::Named(Head::Known("Result"), _) => missing_of(&arms, &["Ok", "Err"]),
            Ty::Bool => {
                let has = |value: bool| {
                    arms.iter()
                        .any(|pattern| matches!(&pattern.kind, PatternKind::Literal(literal) if literal.literal == Literal::Bool(value)))
                };
                [true, false].into_iter().filter(|value| !has(*value)).map(|value| value.to_string()).collect()
            }
            Ty::Int(_) | Ty::F64 | Ty::Str | Ty::String | Ty::Char => vec!["_".to_owned()],
            Ty::Var(_) if matches!(self.variables.kind(&inner), Some(Kind::Int | Kind::Text | Kind::Float)) => vec!["_".to_owned()],
            _ => return,
        };
        if matches!(missing.as_slice(), [only] if only == "_") && integer_ranges_cover(&inner, &arms) {
            return;
        }
        if missing == ["_"] && !matches!(inner, Ty::Bool) {
            // What is left out panics.
            self.types.open.insert(expression.id);
            return;
        }
        if !missing.is_empty() {
            let message = if missing == ["_"] {
                "the `match` does not cover all values".to_owned()
            } else {
                format!("the `match` leaves out {}", missing.join(", "))
            };
            let help = format!(
                "add an arm for {}, or `_ => …` for the others",
                if missing == ["_"] { "them".to_owned() } else { missing.join(", ") }
            );
            let error = self.error(Code::NotExhaustive, expression.span, message);
            error.help = Some(help.replace("an arm for them, or ", ""));
        }
    }

    fn of_self(&self, pattern: &Pattern, name: &str) -> bool {
        matches!(self.names.meaning(pattern.id), Meaning::OfSelf(variant) if variant == name)
    }

    fn fits_all(&self, pattern: &Pattern) -> bool {
        match &pattern.kind {
            PatternKind::Wildcard => true,
            PatternKind::Binding { subpattern, .. } => {
                matches!(self.names.meaning(pattern.id), Meaning::Local(_)) && subpattern.as_ref().is_none_or(|inner| self.fits_all(inner))
            }
            PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => self.fits_all(inner),
            _ => false,
        }
    }
}

fn integer_ranges_cover(ty: &Ty, arms: &[&Pattern]) -> bool {
    // Open at both ends: what lies between is rustc's to check.
    let open = |start: bool| {
        arms.iter().any(|pattern| matches!(&pattern.kind, PatternKind::Range { start: from, end, .. } if if start { from.is_none() } else { end.is_none() }))
    };
    matches!(ty, Ty::Int(int) if (!int.is_signed() || open(true)) && open(false))
        || (matches!(ty, Ty::Var(_)) && open(true) && open(false))
        || matches!(ty, Ty::Int(int) if int.bits() == 8)
}

fn missing_of(arms: &[&Pattern], names: &[&str]) -> Vec<String> {
    let named = |pattern: &&Pattern, name: &str| match &pattern.kind {
        PatternKind::TupleStruct { path, .. } | PatternKind::Path(path) => path.last().is_some_and(|last| last.text == name),
        PatternKind::Binding { name: own, .. } => own.text == name,
        _ => false,
    };
    names.iter().filter(|name| !arms.iter().any(|pattern| named(pattern, name))).map(|name| (*name).to_owned()).collect()
}

fn alternatives(pattern: &Pattern) -> Vec<&Pattern> {
    match &pattern.kind {
        PatternKind::Or(all) => all.iter().flat_map(alternatives).collect(),
        PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => alternatives(inner),
        _ => vec![pattern],
    }
}

/// Whether a pattern has a text literal at this depth of variants and lists.
fn has_text(pattern: &Pattern, depth: usize) -> bool {
    match &pattern.kind {
        PatternKind::Literal(literal) => depth == 0 && matches!(literal.literal, Literal::String(_)),
        PatternKind::Or(all) => all.iter().any(|pattern| has_text(pattern, depth)),
        PatternKind::Parenthesized(inner) => has_text(inner, depth),
        PatternKind::Binding { subpattern: Some(inner), .. } => has_text(inner, depth),
        PatternKind::TupleStruct { elements, .. } | PatternKind::List(elements) if depth > 0 => {
            elements.iter().any(|pattern| has_text(pattern, depth - 1))
        }
        _ => false,
    }
}

fn is_list(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::List(_) => true,
        PatternKind::Or(all) => all.iter().any(is_list),
        PatternKind::Parenthesized(inner) => is_list(inner),
        _ => false,
    }
}

/// Whether a pattern takes a value apart, so that matching may move parts of it.
fn opens(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::TupleStruct { elements: parts, .. } | PatternKind::Tuple(parts) | PatternKind::List(parts) => parts.iter().any(binds),
        PatternKind::Struct { fields, .. } => fields.iter().any(|field| binds(&field.pattern)),
        PatternKind::Or(all) => all.iter().any(opens),
        PatternKind::Parenthesized(inner) => opens(inner),
        PatternKind::Binding { subpattern: Some(inner), .. } => opens(inner),
        _ => false,
    }
}

fn binds(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Binding { .. }) || opens(pattern)
}

/// The patterns that alternatives have for a part of a tuple.
fn columns(pattern: &Pattern, index: usize) -> Vec<&Pattern> {
    match &pattern.kind {
        PatternKind::Tuple(all) => all.get(index).into_iter().collect(),
        PatternKind::Or(all) => all.iter().flat_map(|pattern| columns(pattern, index)).collect(),
        PatternKind::Parenthesized(inner) => columns(inner, index),
        _ => Vec::new(),
    }
}

/// Whether a loop's body has a `break` of this loop.
fn breaks_out(block: &crate::tree::Block, label: Option<&str>) -> bool {
    block.statements.iter().any(|statement| match &statement.kind {
        crate::tree::StatementKind::Expression(expression) => breaks(expression, label, false),
        crate::tree::StatementKind::Let(of) => {
            of.value.as_ref().is_some_and(|value| breaks(value, label, false))
                || of.otherwise.as_ref().is_some_and(|block| breaks_out(block, label))
        }
        _ => false,
    })
}

fn breaks(expression: &Expression, label: Option<&str>, nested: bool) -> bool {
    let block = |block: &crate::tree::Block, nested: bool| {
        block.statements.iter().any(|statement| match &statement.kind {
            crate::tree::StatementKind::Expression(expression) => breaks(expression, label, nested),
            crate::tree::StatementKind::Let(of) => {
                of.value.as_ref().is_some_and(|value| breaks(value, label, nested))
                    || of.otherwise.as_ref().is_some_and(|inner| inner.statements.iter().any(|statement| matches!(&statement.kind, crate::tree::StatementKind::Expression(expression) if breaks(expression, label, nested))))
            }
            _ => false,
        })
    };
    match &expression.kind {
        ExpressionKind::Break { label: own, .. } => match own {
            Some(own) => Some(own.text.as_str()) == label,
            None => !nested,
        },
        ExpressionKind::Parenthesized(inner) => breaks(inner, label, nested),
        ExpressionKind::Block { block: inner, .. } | ExpressionKind::Unsafe(inner) => block(inner, nested),
        ExpressionKind::If { then, otherwise, .. } => {
            block(then, nested) || otherwise.as_ref().is_some_and(|other| breaks(other, label, nested))
        }
        ExpressionKind::Match { arms, .. } => arms.iter().any(|arm| breaks(&arm.body, label, nested)),
        ExpressionKind::Loop { body, .. } | ExpressionKind::While { body, .. } | ExpressionKind::For { body, .. } => block(body, true),
        ExpressionKind::TryCatch(of) => {
            block(&of.body, nested)
                || of.catch.as_ref().is_some_and(|catch| block(&catch.body, nested))
                || of.finally.as_ref().is_some_and(|finally| block(finally, nested))
        }
        ExpressionKind::Assign { value, .. } | ExpressionKind::AssignOperator { value, .. } => breaks(value, label, nested),
        ExpressionKind::Binary { right, .. } => breaks(right, label, nested),
        _ => false,
    }
}

fn tail_span(expression: &Expression) -> crate::span::Span {
    match &expression.kind {
        ExpressionKind::Block { block, .. } => block.tail().map_or(expression.span, tail_span),
        _ => expression.span,
    }
}
