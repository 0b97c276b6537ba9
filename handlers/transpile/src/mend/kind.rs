//! What kind of value an expression has, as far as it can be told by looking at it and at the functions of its file.

use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, FnArg, Lit, Pat, ReturnType, Signature, Type};

/// What the mends want to know of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `&str` that lasts.
    Literal,
    /// A `String`.
    Text,
    /// A part of somebody's text, a `&str`.
    Slice,
    /// A whole number.
    Integer,
    /// A number with a point.
    Float,
    /// `true` or `false`.
    Bool,
    /// One letter.
    Char,
    /// A list of a length that its type says.
    Array,
    /// The first or the last of a list, if it has any.
    Element,
    /// A map of text to text, which ruchy makes of an object.
    Object,
}

impl Kind {
    /// Whether Rust displays it as Ruchy prints it.
    pub fn is_plain(self) -> bool {
        !matches!(self, Self::Float | Self::Array | Self::Element | Self::Object)
    }

    /// Whether it is text of some sort.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Literal | Self::Text | Self::Slice)
    }
}

/// The kind that a type says.
pub fn of_type(kind: &Type) -> Option<Kind> {
    match kind {
        Type::Reference(reference) => match of_type(&reference.elem) {
            Some(Kind::Text) => Some(Kind::Slice),
            other => other,
        },
        Type::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            match name.as_str() {
                "String" => Some(Kind::Text),
                "str" => Some(Kind::Slice),
                "bool" => Some(Kind::Bool),
                "char" => Some(Kind::Char),
                "f32" | "f64" => Some(Kind::Float),
                "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => Some(Kind::Integer),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The kinds of what has a name: the functions of a file, by what they return, and the locals of the function one is in.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    functions: HashMap<String, Option<Kind>>,
    fields: HashMap<String, Option<Kind>>,
    locals: HashMap<String, Option<Kind>>,
    uses: HashMap<String, usize>,
}

impl Kinds {
    /// Of the functions of `file` and of the fields of its structs; of two that share a name nothing is known but what they share.
    pub fn of(file: &File) -> Self {
        let mut items = Items(Self::default());
        items.visit_file_mut(&mut file.clone());
        items.0
    }

    /// With the locals of a function, those of functions within it among them: a name that is bound twice to different kinds has none.
    #[must_use]
    pub fn within(&self, signature: &Signature, body: &Block) -> Self {
        let mut locals = Locals { kinds: Self { locals: HashMap::new(), uses: HashMap::new(), ..self.clone() } };
        locals.visit_signature_mut(&mut signature.clone());
        locals.visit_block_mut(&mut body.clone());
        locals.kinds
    }

    /// Whether a local, or a parameter, has this name.
    pub fn is_bound(&self, name: &str) -> bool {
        self.locals.contains_key(name)
    }

    /// The kind of a local.
    pub fn local(&self, name: &str) -> Option<Kind> {
        *self.locals.get(name)?
    }

    /// How often a local is used.
    pub fn uses(&self, name: &str) -> usize {
        self.uses.get(name).copied().filter(|_| self.is_bound(name)).unwrap_or(0)
    }

    /// The kind of `expression`.
    pub fn kind(&self, expression: &Expr) -> Option<Kind> {
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(_) => Some(Kind::Literal),
                Lit::Int(number) if number.suffix().starts_with('f') => Some(Kind::Float),
                Lit::Int(_) => Some(Kind::Integer),
                Lit::Float(_) => Some(Kind::Float),
                Lit::Bool(_) => Some(Kind::Bool),
                Lit::Char(_) => Some(Kind::Char),
                _ => None,
            },
            Expr::Paren(inner) => self.kind(&inner.expr),
            Expr::Group(inner) => self.kind(&inner.expr),
            Expr::Reference(inner) => self.kind(&inner.expr),
            Expr::Unary(inner) => self.kind(&inner.expr),
            Expr::Cast(cast) => of_type(&cast.ty),
            Expr::Path(path) => *self.locals.get(&path.path.get_ident()?.to_string())?,
            // What an event has: `event.text("name")?`.
            Expr::Try(inner) => match &*inner.expr {
                Expr::MethodCall(call) if call.args.len() == 1 => {
                    let name = call.method.to_string();
                    let is_of_events = matches!(name.as_str(), "text" | "parameter") && !self.functions.contains_key(&name);
                    is_of_events.then_some(Kind::Slice)
                }
                _ => None,
            },
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => *self.fields.get(&name.to_string())?,
                syn::Member::Unnamed(_) => None,
            },
            Expr::Array(_) | Expr::Repeat(_) => Some(Kind::Array),
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => *self.functions.get(&path.path.get_ident()?.to_string())?,
                _ => None,
            },
            Expr::Macro(text) if text.mac.path.is_ident("format") => Some(Kind::Text),
            Expr::MethodCall(call) if self.is_element(call) => Some(Kind::Element),
            Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "unwrap_or" | "max" | "min" | "pow") => {
                self.method(&call.receiver, &call.method.to_string()).or_else(|| self.kind(call.args.first()?))
            }
            Expr::MethodCall(call) => self.method(&call.receiver, &call.method.to_string()),
            Expr::Binary(binary) => match binary.op {
                syn::BinOp::Add(_) | syn::BinOp::Sub(_) | syn::BinOp::Mul(_) | syn::BinOp::Div(_) | syn::BinOp::Rem(_) => {
                    self.kind(&binary.left).filter(|kind| matches!(kind, Kind::Integer | Kind::Float | Kind::Text))
                }
                syn::BinOp::BitAnd(_) | syn::BinOp::BitOr(_) | syn::BinOp::BitXor(_) | syn::BinOp::Shl(_) | syn::BinOp::Shr(_) => None,
                _ => Some(Kind::Bool),
            },
            Expr::If(choice) => {
                let last = choice.then_branch.stmts.last()?;
                let syn::Stmt::Expr(value, None) = last else { return None };
                let other = self.kind(&choice.else_branch.as_ref()?.1)?;
                self.kind(value).filter(|kind| *kind == other)
            }
            Expr::Block(block) => match block.block.stmts.last()? {
                _ if is_object(&block.block) => Some(Kind::Object),
                syn::Stmt::Expr(value, None) => self.kind(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a call is of a list's own `first` or `last`.
    fn is_element(&self, call: &syn::ExprMethodCall) -> bool {
        let name = call.method.to_string();
        call.args.is_empty() && matches!(name.as_str(), "first" | "last") && !self.functions.contains_key(&name)
    }

    /// What `to_owned` makes of a part: text if it is a part of a text.
    fn owned_part(&self, part: &Expr) -> Option<Kind> {
        let Expr::Index(part) = part else { return None };
        self.kind(&part.expr).filter(|kind| kind.is_text()).and(Some(Kind::Text))
    }

    /// What a method makes, where every type that has it makes the same.
    fn method(&self, receiver: &Expr, name: &str) -> Option<Kind> {
        match name {
            "to_owned" if matches!(receiver, Expr::Index(_)) => self.owned_part(receiver),
            "to_string" | "to_uppercase" | "to_lowercase" | "replace" | "to_owned" | "join" => Some(Kind::Text),
            "trim" | "trim_start" | "trim_end" | "as_str" => Some(Kind::Slice),
            "len" | "count" | "capacity" => Some(Kind::Integer),
            "is_empty" | "contains" | "starts_with" | "ends_with" | "is_some" | "is_none" | "is_ok" | "is_err" => Some(Kind::Bool),
            "sqrt" | "sin" | "cos" | "tan" | "powf" | "ln" | "log10" | "log2" | "exp" | "floor" | "ceil" | "round" => Some(Kind::Float),
            "clone" | "abs" | "pow" | "min" | "max" => self.kind(receiver),
            _ => None,
        }
    }
}

/// Whether a block is what ruchy makes of an object: a map that things are put into.
fn is_object(block: &Block) -> bool {
    matches!(block.stmts.first(), Some(syn::Stmt::Local(local)) if matches!(&local.pat, Pat::Type(typed)
        if *typed.ty == syn::parse_quote!(std::collections::BTreeMap<String, String>)))
}

/// Collects what functions return and what fields hold.
struct Items(Kinds);

impl VisitMut for Items {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        let kind = match &signature.output {
            ReturnType::Type(_, kind) => of_type(kind),
            ReturnType::Default => None,
        };
        add(&mut self.0.functions, signature.ident.to_string(), kind);
    }

    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        if let Some(name) = &field.ident {
            add(&mut self.0.fields, name.to_string(), of_type(&field.ty));
        }
    }
}

/// Notes the kind of what has a name; what has the name of something else of another kind has none.
fn add(kinds: &mut HashMap<String, Option<Kind>>, name: String, kind: Option<Kind>) {
    let known = kinds.entry(name).or_insert(kind);
    if *known != kind {
        *known = None;
    }
}

/// Collects the kinds of locals.
struct Locals {
    kinds: Kinds,
}

impl Locals {
    fn bind(&mut self, pattern: &Pat, kind: Option<Kind>) {
        match pattern {
            Pat::Ident(name) => add(&mut self.kinds.locals, name.ident.to_string(), kind),
            Pat::Type(typed) => self.bind(&typed.pat, of_type(&typed.ty)),
            other => {
                let mut names = Names(Vec::new());
                names.visit_pat_mut(&mut other.clone());
                for name in names.0 {
                    self.kinds.locals.insert(name, None);
                }
            }
        }
    }
}

/// Whether it gives names and values: `object.members("")?`, of the crate `events`.
fn is_of_members(expression: &Expr) -> bool {
    match expression {
        Expr::Try(inner) => is_of_members(&inner.expr),
        Expr::MethodCall(call) => call.method == "members" || call.method == "iter" && is_of_members(&call.receiver),
        _ => false,
    }
}

/// The names in a pattern.
struct Names(Vec<String>);

impl VisitMut for Names {
    fn visit_pat_ident_mut(&mut self, name: &mut syn::PatIdent) {
        self.0.push(name.ident.to_string());
        visit_mut::visit_pat_ident_mut(self, name);
    }
}

impl VisitMut for Locals {
    fn visit_fn_arg_mut(&mut self, argument: &mut FnArg) {
        if let FnArg::Typed(typed) = argument {
            self.bind(&typed.pat, of_type(&typed.ty));
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        let kind = local.init.as_ref().and_then(|init| self.kinds.kind(&init.expr));
        match &local.pat {
            Pat::Type(_) => self.bind(&local.pat.clone(), None),
            pattern => self.bind(&pattern.clone(), kind),
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.bind(&arm.pat.clone(), None);
        visit_mut::visit_arm_mut(self, arm);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Closure(closure) => {
                for input in &closure.inputs {
                    self.bind(input, None);
                }
            }
            Expr::ForLoop(each) => {
                let kind = matches!(&*each.expr, Expr::Range(_)).then_some(Kind::Integer);
                self.bind(&each.pat, kind);
                if let Pat::Tuple(pair) = &*each.pat
                    && let Some(Pat::Ident(name)) = pair.elems.first()
                    && is_of_members(&each.expr)
                {
                    self.kinds.locals.insert(name.ident.to_string(), Some(Kind::Slice));
                }
            }
            Expr::Let(binding) => self.bind(&binding.pat, None),
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    *self.kinds.uses.entry(name.to_string()).or_default() += 1;
                }
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}
