//! Objects, of which ruchy makes maps of text to text. In a file that uses the crate `events` an object is JSON: its values stay what they are, and
//! lists and objects in it are JSON too. And a block without anything in it, which ruchy takes for an object, is one where no value is wanted.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprArray, File, Item, Local, Pat, Stmt, UseTree, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    Blocks.visit_file_mut(file);
    if uses_events(file) {
        Objects.visit_file_mut(file);
    }
}

fn uses_events(file: &File) -> bool {
    let is_events = |tree: &UseTree| matches!(tree, UseTree::Path(path) if path.ident == "events");
    file.items.iter().any(|item| matches!(item, Item::Use(used) if is_events(&used.tree)))
}

/// Empties blocks.
struct Blocks;

impl VisitMut for Blocks {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        if let [Stmt::Expr(Expr::Block(inner), _)] = &block.stmts[..]
            && is_empty(&inner.block)
        {
            block.stmts.clear();
        }
        // As a statement.
        block.stmts.retain(|statement| !matches!(statement, Stmt::Expr(Expr::Block(inner), Some(_)) if is_empty(&inner.block)));
    }

    fn visit_expr_match_mut(&mut self, choice: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, choice);
        let is_map =
            |arm: &syn::Arm| matches!(&*arm.body, Expr::Block(body) if entries(&body.block).is_some_and(|entries| !entries.is_empty()));
        if choice.arms.iter().any(is_map) {
            return;
        }
        for arm in &mut choice.arms {
            if let Expr::Block(body) = &mut *arm.body
                && is_empty(&body.block)
            {
                body.block.stmts.clear();
            }
        }
    }
}

fn is_empty(block: &Block) -> bool {
    entries(block).is_some_and(|entries| entries.is_empty())
}

/// The entries of what ruchy makes of an object; nothing for other blocks, and for objects that take in others.
fn entries(block: &Block) -> Option<Vec<(Expr, Expr)>> {
    let [Stmt::Local(first), entries @ .., Stmt::Expr(Expr::Path(last), None)] = &block.stmts[..] else { return None };
    if !is_map(first) || !last.path.is_ident("map") {
        return None;
    }
    entries.iter().map(entry).collect()
}

fn is_map(local: &Local) -> bool {
    matches!(&local.pat, Pat::Type(typed) if *typed.ty == parse_quote!(std::collections::BTreeMap<String, String>))
}

/// The key and the value of `map.insert("a".to_string(), (1).to_string());`.
fn entry(statement: &Stmt) -> Option<(Expr, Expr)> {
    let Stmt::Expr(Expr::MethodCall(insert), Some(_)) = statement else { return None };
    let [key, value] = [insert.args.first()?, insert.args.get(1)?].map(|argument| match argument {
        Expr::MethodCall(made) if made.method == "to_string" => Some((*made.receiver).clone()),
        _ => None,
    });
    let is_entry = insert.method == "insert" && matches!(&*insert.receiver, Expr::Path(path) if path.path.is_ident("map"));
    let value = match value? {
        Expr::Paren(inner) => *inner.expr,
        other => other,
    };
    is_entry.then_some((key?, value))
}

/// Makes JSON of objects.
struct Objects;

impl VisitMut for Objects {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::Block(block) = &*expression
            && let Some(entries) = entries(&block.block)
        {
            let mut object: Expr = parse_quote!(events::Json::object());
            for (key, mut value) in entries {
                as_json(&mut value);
                object = parse_quote!(#object.put(#key, #value));
            }
            *expression = object;
        } else if let Expr::MethodCall(call) = expression
            && matches!(call.method.to_string().as_str(), "push" | "put" | "set")
            && let Some(Expr::Array(list)) = call.args.last_mut()
        {
            of_elements(list);
        } else if let Expr::Call(call) = expression
            && let Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|name| name.ident == "of" || name.ident == "json")
            && let Some(Expr::Array(list)) = call.args.last_mut()
        {
            of_elements(list);
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    /// What a function ends in, or a branch, is no block in a block.
    fn visit_block_mut(&mut self, block: &mut Block) {
        if entries(block).is_some_and(|entries| !entries.is_empty()) {
            let object = syn::ExprBlock { attrs: Vec::new(), label: None, block: block.clone() };
            block.stmts = vec![Stmt::Expr(Expr::Block(object), None)];
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// A value in an object: a name or a field stays whose it is, as it does where ruchy makes text of it.
fn as_json(value: &mut Expr) {
    match value {
        Expr::Path(path) if path.path.is_ident("None") => *value = parse_quote!(events::Json::Null),
        Expr::Path(_) | Expr::Field(_) => *value = parse_quote!(#value.clone()),
        Expr::Array(list) => of_elements(list),
        _ => {}
    }
}

/// The elements of a list become JSON where they are not all plain.
fn of_elements(list: &mut ExprArray) {
    let is_same = |element: &Expr| match (element, list.elems.first()) {
        (Expr::Lit(one), Some(Expr::Lit(other))) => std::mem::discriminant(&one.lit) == std::mem::discriminant(&other.lit),
        _ => false,
    };
    if list.elems.iter().all(is_same) {
        return;
    }
    for element in &mut list.elems {
        as_json(element);
        *element = parse_quote!(events::Json::of(#element));
    }
}
