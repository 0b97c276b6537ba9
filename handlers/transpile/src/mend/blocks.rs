//! `impl` and `trait` blocks, which ruchy refuses or garbles. For ruchy each is a struct with methods, where it stands, whose name holds what the block
//! is: `struct block_696d706c20446f67 {` for `impl Dog {`. A method without a body is given one, and `dyn Speaks` is a name too. The Rust has the blocks again.

use super::source::{Token, closing, tokens};
use super::spelling::{letters, text_of_letters};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, File, ImplItem, ImplItemFn, Item, ItemImpl, ItemTrait, Stmt, TraitItem, TraitItemFn, Type, parse_quote};

const BLOCK: &str = "block_";
const TYPE: &str = "type_";
/// What a method that is `pub` is called.
const PUBLIC: &str = "method_that_is_public_";
/// The body of a method that has none.
const NO_BODY: &str = "method_without_a_body";

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let mut spelled = Spelled { source, tokens: &tokens(source), result: String::new(), reached: 0 };
    let mut index = 0;
    while index < spelled.tokens.len() {
        index = spelled.at(index);
    }
    spelled.result + &source[spelled.reached..]
}

struct Spelled<'source> {
    source: &'source str,
    tokens: &'source [Token],
    result: String,
    reached: usize,
}

impl<'source> Spelled<'source> {
    fn text(&self, index: usize) -> &'source str {
        self.tokens.get(index).map_or("", |token| &self.source[token.place.clone()])
    }

    /// Writes `text` in the place of the tokens from `first` to the one before `end`.
    fn replace(&mut self, first: usize, end: usize, text: &str) {
        self.result += &self.source[self.reached..self.tokens[first].place.start];
        self.result += text;
        self.reached = self.tokens[end - 1].place.end;
    }

    /// What is between the beginnings of two tokens, without space around it.
    fn between(&self, first: usize, end: usize) -> &'source str {
        self.source[self.tokens[first].place.start..self.tokens[end - 1].place.end].trim()
    }

    /// Spells what begins with the token at `index`, and returns the index of the next one to look at.
    fn at(&mut self, index: usize) -> usize {
        match self.text(index) {
            "impl" | "trait" if self.begins_an_item(index) => self.block(index),
            "struct" => {
                if let Some(open) = brace(self.tokens, self.source, index) {
                    return self.methods(open);
                }
                index + 1
            }
            "dyn" | "impl" => self.kind(index),
            _ => index + 1,
        }
    }

    fn begins_an_item(&self, index: usize) -> bool {
        let before = index.checked_sub(1).map_or("", |before| self.text(before));
        !matches!(before, ":" | "->" | "<" | "," | "&" | "(" | "mut" | "." | "fun" | "fn" | "let" | "+" | "=")
            && (self.text(index + 1) == "<" || self.text(index + 1).starts_with(|letter: char| letter.is_alphabetic() || letter == '_'))
    }

    /// An `impl` or a `trait`, whose methods are looked at one by one.
    fn block(&mut self, index: usize) -> usize {
        let Some(open) = brace(self.tokens, self.source, index) else { return index + 1 };
        let first = if index > 0 && self.text(index - 1) == "pub" { index - 1 } else { index };
        let name = format!("struct {BLOCK}{}", letters(self.between(first, open)));
        self.replace(first, open, &name);
        self.methods(open)
    }

    /// Takes the `pub` off methods in the braces that open at `open`, and gives bodies to those that have none.
    fn methods(&mut self, open: usize) -> usize {
        let Some(close) = closing(self.tokens, self.source, open) else { return open + 1 };
        let mut index = open + 1;
        while index < close {
            match self.text(index) {
                "pub" if matches!(self.text(index + 1), "fun" | "fn") => {
                    let name = format!("{} {PUBLIC}{}", self.text(index + 1), self.text(index + 2));
                    self.replace(index, index + 3, &name);
                    index = self.signature(index + 3, close);
                }
                "fun" | "fn" => index = self.signature(index + 2, close),
                "impl" | "dyn" => index = self.kind(index),
                _ => index += 1,
            }
        }
        close
    }

    /// Passes over the parameters and the result of a method that begin at `index`, and over its body.
    fn signature(&mut self, mut index: usize, close: usize) -> usize {
        while index < close {
            match self.text(index) {
                "{" => {
                    let end = closing(self.tokens, self.source, index).unwrap_or(close);
                    while index < end {
                        index = self.at(index);
                    }
                    return end + 1;
                }
                ";" => {
                    self.replace(index, index + 1, &format!(" {{ {NO_BODY}() }}"));
                    return index + 1;
                }
                "fun" | "fn" | "pub" => break,
                "dyn" | "impl" => index = self.kind(index),
                _ => index += 1,
            }
        }
        let end = self.tokens[index - 1].place.end;
        if end > self.reached {
            self.result += &self.source[self.reached..end];
            self.reached = end;
        }
        self.result += " { ";
        self.result += NO_BODY;
        self.result += "() }";
        index
    }

    /// `dyn Speaks`, or `impl Speaks`, as one name. (Of `impl Fn(i32) -> i32` ruchy makes a function that captures nothing.)
    fn kind(&mut self, index: usize) -> usize {
        let Some(end) = self.end_of_bounds(index + 1) else { return index + 1 };
        let name = format!("{TYPE}{}", letters(self.between(index, end)));
        self.replace(index, end, &name);
        end
    }

    /// The index behind traits with `+` between them that begin at `index`.
    fn end_of_bounds(&self, index: usize) -> Option<usize> {
        let end = self.end_of_type(index)?;
        if self.text(end) == "+" { self.end_of_bounds(end + 1) } else { Some(end) }
    }

    /// The index behind a type that begins at `index`: a path, with what is in angles or parentheses, and with a result.
    fn end_of_type(&self, mut index: usize) -> Option<usize> {
        while matches!(self.text(index), "&" | "mut" | "dyn") {
            index += 1;
        }
        if self.text(index) == "(" {
            return closing(self.tokens, self.source, index).map(|close| close + 1);
        }
        if !self.text(index).starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            return None;
        }
        while self.text(index + 1) == "::" {
            index += 2;
        }
        let mut end = index + 1;
        if self.text(end) == "<" {
            end = closing(self.tokens, self.source, end)? + 1;
        } else if self.text(end) == "(" {
            end = closing(self.tokens, self.source, end)? + 1;
            if self.text(end) == "->" {
                end = self.end_of_type(end + 1)?;
            }
        }
        Some(end)
    }
}

/// The first brace behind the token at `index`, where nothing stands in front of it but what the head of an item has.
pub(super) fn brace(tokens: &[Token], source: &str, index: usize) -> Option<usize> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let is_head = |text: &str| {
        matches!(text, "<" | ">" | ">>" | "," | ":" | "::" | "+" | "&" | "'" | "(" | ")" | "->")
            || text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
    };
    let end = (index + 1..tokens.len()).find(|index| !is_head(text(*index)) || matches!(text(*index), "fun" | "fn"))?;
    (text(end) == "{").then_some(end)
}

/// The name of the type that the `impl` at `start` is of, whose brace opens at `open`.
pub(super) fn head_type<'source>(tokens: &[Token], source: &'source str, start: usize, open: usize) -> Option<&'source str> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let generics = if text(start + 1) == "<" { closing(tokens, source, start + 1)? + 1 } else { start + 1 };
    let of = (generics..open).find(|index| text(*index) == "for").map_or(generics, |index| index + 1);
    (of < open).then(|| text(of))
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    Blocks.visit_file_mut(file);
}

struct Blocks;

impl Blocks {
    fn items(items: &mut Vec<Item>) {
        items.retain(|item| !matches!(item, Item::Struct(empty) if written_in(&empty.ident).is_some()));
        for item in items {
            Self::item(item);
        }
    }

    fn item(item: &mut Item) {
        if let Item::Impl(block) = item
            && let Some(head) = head(block)
            && let Some(written) = written(&head, block)
        {
            *item = written;
        }
    }
}

impl VisitMut for Blocks {
    fn visit_file_mut(&mut self, file: &mut File) {
        Self::items(&mut file.items);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            Self::items(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain(|statement| !matches!(statement, Stmt::Item(Item::Struct(empty)) if written_in(&empty.ident).is_some()));
        for statement in &mut block.stmts {
            if let Stmt::Item(item) = statement {
                Self::item(item);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        if let Some(name) = method.sig.ident.to_string().strip_prefix(PUBLIC) {
            method.sig.ident = syn::Ident::new(name, method.sig.ident.span());
            method.vis = parse_quote!(pub);
        }
        visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_type_mut(&mut self, kind: &mut Type) {
        visit_mut::visit_type_mut(self, kind);
        if let Type::Path(path) = kind
            && let Some(name) = path.path.get_ident().map(ToString::to_string)
            && let Some(written) = name.strip_prefix(TYPE).and_then(text_of_letters)
            && (written.starts_with("dyn") || written.starts_with("impl"))
            && let Ok(written) = syn::parse_str(&written)
        {
            *kind = written;
        }
    }

    /// A reference to several bounds has them in parentheses.
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        visit_mut::visit_type_reference_mut(self, reference);
        if let Type::TraitObject(object) = &*reference.elem
            && object.bounds.len() > 1
        {
            let object = &reference.elem;
            *reference.elem = parse_quote!((#object));
        }
    }
}

/// What a block that is spelled as a struct begins with.
fn head(block: &ItemImpl) -> Option<String> {
    let Type::Path(path) = &*block.self_ty else { return None };
    written_in(path.path.get_ident()?)
}

/// What a name holds, if it is one of a block.
fn written_in(name: &syn::Ident) -> Option<String> {
    let head = text_of_letters(name.to_string().strip_prefix(BLOCK)?)?;
    ["impl", "trait", "pub"].contains(&head.split(|letter: char| !letter.is_alphabetic()).next()?).then_some(head)
}

/// The block that begins with `head` and has the methods of `block`.
fn written(head: &str, block: &ItemImpl) -> Option<Item> {
    let methods = block.items.iter().filter_map(|item| if let ImplItem::Fn(method) = item { Some(method) } else { None });
    if let Ok(mut written) = syn::parse_str::<ItemTrait>(&format!("{head} {{}}")) {
        written.items = methods.map(|method| TraitItem::Fn(in_trait(method))).collect();
        return Some(Item::Trait(written));
    }
    let mut written = syn::parse_str::<ItemImpl>(&format!("{head} {{}}")).ok()?;
    written.items = methods.map(|method| ImplItem::Fn(method.clone())).collect();
    Some(Item::Impl(written))
}

fn in_trait(method: &ImplItemFn) -> TraitItemFn {
    let (signature, body) = (&method.sig, &method.block);
    if is_no_body(body) { parse_quote!(#signature;) } else { parse_quote!(#signature #body) }
}

fn is_no_body(block: &Block) -> bool {
    match &block.stmts[..] {
        [Stmt::Expr(syn::Expr::Block(inner), None)] => is_no_body(&inner.block),
        [Stmt::Expr(syn::Expr::Call(call), None)] => matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident(NO_BODY)),
        _ => false,
    }
}
