//! Arguments and fields take the type that the function or the struct asks for: text that is borrowed, or owned, or a list of any length. And a
//! call of a function in a module, `json::parse(x)`, is not a call of a method.

use super::kind::{Kind, Kinds, of_type};
use std::collections::{HashMap, HashSet};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, FnArg, ItemFn, ItemStruct, Signature, Type, parse_quote};

pub fn mend(file: &mut File, source: &str) {
    let mut asked = Asked::default();
    asked.visit_file_mut(&mut file.clone());
    let kinds = Kinds::of(file);
    Calls { asked: &asked, kinds: &kinds, locals: kinds.clone(), source }.visit_file_mut(file);
}

/// What the functions and the structs of a file ask for; not of two that share a name.
#[derive(Default)]
struct Asked {
    functions: HashMap<String, Option<Vec<Type>>>,
    fields: HashMap<(String, String), Type>,
    statics: Vec<String>,
    /// The names of structs and enums. Any other name of one letter is a type parameter.
    types: HashSet<String>,
}

impl VisitMut for Asked {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let types = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some((*typed.ty).clone()),
            FnArg::Receiver(_) => None,
        });
        let types: Vec<Type> = types.collect();
        let known = self.functions.entry(signature.ident.to_string()).or_insert_with(|| Some(types.clone()));
        if known.as_ref() != Some(&types) {
            *known = None;
        }
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        self.types.insert(item.ident.to_string());
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.types.insert(item.ident.to_string());
        for field in &item.fields {
            if let Some(name) = &field.ident {
                self.fields.insert((item.ident.to_string(), name.to_string()), field.ty.clone());
            }
        }
    }

    fn visit_item_static_mut(&mut self, item: &mut syn::ItemStatic) {
        self.statics.push(item.ident.to_string());
    }

    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        self.statics.push(item.ident.to_string());
    }
}

struct Calls<'file> {
    asked: &'file Asked,
    kinds: &'file Kinds,
    locals: Kinds,
    source: &'file str,
}

impl VisitMut for Calls<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::Call(call) => self.arguments(call),
            Expr::Struct(literal) => self.fields(literal),
            Expr::MethodCall(call) => {
                if let Some(path) = self.in_module(call) {
                    *expression = path;
                }
            }
            Expr::Field(field) if matches!(&*field.base, Expr::Path(path) if path.path.is_ident("super") || path.path.is_ident("crate")) => {
                let (module, name) = (&field.base, &field.member);
                *expression = parse_quote!(#module::#name);
            }
            Expr::Field(field) if self.locals.kind(&field.base) == Some(Kind::Object) => {
                if let syn::Member::Named(name) = &field.member {
                    let (map, key) = (&field.base, name.to_string());
                    *expression = parse_quote!(#map[#key]);
                }
            }
            _ => {}
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

impl Calls<'_> {
    fn arguments(&self, call: &mut syn::ExprCall) {
        let Expr::Path(path) = &*call.func else { return };
        if is_of_files(&path.path) {
            call.args.iter_mut().for_each(borrowed);
        }
        let Some(name) = path.path.segments.last() else { return };
        let name = name.ident.to_string();
        let Some(Some(types)) = self.asked.functions.get(&name) else { return };
        for default in
            defaults(self.source, &name).into_iter().skip(call.args.len()).flatten().take(types.len() - call.args.len().min(types.len()))
        {
            call.args.push(default);
        }
        for (argument, wanted) in call.args.iter_mut().zip(types) {
            self.fitted(argument, wanted);
            self.kept(argument, wanted);
        }
    }

    fn fields(&self, literal: &mut syn::ExprStruct) {
        let Some(name) = literal.path.get_ident().map(ToString::to_string) else { return };
        for field in &mut literal.fields {
            let syn::Member::Named(member) = &field.member else { continue };
            let wanted = self.asked.fields.get(&(name.clone(), member.to_string()));
            if let Some(wanted) = wanted.filter(|_| field.colon_token.is_some()) {
                self.fitted(&mut field.expr, wanted);
            }
        }
    }

    /// What is given away is given as a copy, where it may be wanted again.
    fn kept(&self, value: &mut Expr, wanted: &Type) {
        let is_parameter = |name: String| name.len() == 1 && !self.asked.types.contains(&name);
        let is_owned = matches!(wanted, Type::Path(path) if path.path.get_ident().is_none_or(|name| !is_parameter(name.to_string())));
        if let Expr::Path(path) = &*value
            && is_owned
            && matches!(of_type(wanted), None | Some(Kind::Text))
            && let Some(name) = path.path.get_ident()
            && self.locals.uses(&name.to_string()) > 1
        {
            *value = parse_quote!(#value.clone());
        }
    }

    /// Makes of `value` what is wanted, as far as it can be told what it is.
    fn fitted(&self, value: &mut Expr, wanted: &Type) {
        if super::texts::is_option_of_borrowed_text(wanted) {
            super::texts::borrowed_option(value);
        }
        let kind = self.locals.kind(value);
        match (of_type(wanted), kind) {
            (Some(Kind::Text), Some(Kind::Literal | Kind::Slice)) if !matches!(wanted, Type::Reference(_)) => {
                *value = parse_quote!(#value.to_string());
            }
            (_, kind) if is_borrowed(wanted) && kind != Some(Kind::Literal) && is_cloned(value) => {
                // In a loop ruchy gives copies of what it is over.
                if let Expr::MethodCall(call) = &*value {
                    *value = (*call.receiver).clone();
                }
                borrowed_always(value);
            }
            (Some(Kind::Slice), Some(Kind::Text)) => borrowed_always(value),
            (None, Some(Kind::Array)) if is_vec(wanted) => *value = parse_quote!(#value.to_vec()),
            _ => {}
        }
    }

    /// `a.b(c)` as `a::b(c)`, and `a.b.C.d(e)` as `a::b::C::d(e)`, where nothing is called `a` but a module: the source has it so.
    fn in_module(&self, call: &syn::ExprMethodCall) -> Option<Expr> {
        let module = names(&call.receiver)?;
        let first = module.first()?.to_string();
        if first == "self" || self.locals.is_bound(&first) || self.asked.statics.contains(&first) {
            return None;
        }
        let (method, arguments) = (&call.method, &call.args);
        let written: Vec<String> = module.iter().chain([method]).map(ToString::to_string).collect();
        self.source.contains(&written.join("::")).then(|| parse_quote!(#(#module::)*#method(#arguments)))
    }
}

/// The names of `a.b.C`.
fn names(expression: &Expr) -> Option<Vec<syn::Ident>> {
    match expression {
        Expr::Path(path) => Some(vec![path.path.get_ident()?.clone()]),
        Expr::Field(field) => {
            let syn::Member::Named(name) = &field.member else { return None };
            let mut names = names(&field.base)?;
            names.push(name.clone());
            Some(names)
        }
        _ => None,
    }
}

/// The values that the parameters of the function called `name` have where a call does not say, none for those without.
fn defaults(source: &str, name: &str) -> Vec<Option<Expr>> {
    let list = super::functions::parameter_list(source, name).unwrap_or_default();
    let default = |parameter: &str| syn::parse_str(parameter.split_once('=')?.1.trim()).ok();
    super::functions::parameters(list).into_iter().map(default).collect()
}

/// Whether a function is one of `std::fs`, which take paths and contents by any reference.
fn is_of_files(path: &syn::Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    matches!(names.iter().map(String::as_str).collect::<Vec<_>>()[..], ["std", "fs", _])
}

/// What has a name is used again, perhaps.
fn borrowed(value: &mut Expr) {
    if matches!(value, Expr::Path(_)) {
        borrowed_always(value);
    }
}

fn borrowed_always(value: &mut Expr) {
    if !matches!(value, Expr::Reference(_)) {
        *value = parse_quote!(&#value);
    }
}

fn is_cloned(value: &Expr) -> bool {
    matches!(value, Expr::MethodCall(call) if call.method == "clone" && matches!(&*call.receiver, Expr::Path(_) | Expr::Field(_)))
}

fn is_borrowed(wanted: &Type) -> bool {
    matches!(wanted, Type::Reference(reference) if reference.mutability.is_none())
}

fn is_vec(wanted: &Type) -> bool {
    matches!(wanted, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "Vec"))
}
