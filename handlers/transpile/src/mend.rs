//! Mends what is wrong with the Rust that ruchy emits. Each mend knows a fault by its shape, never by a program; `handlers/language.md` lists
//! what works with them and what does not.

mod arms;
mod attributes;
mod blocks;
mod bounds;
mod branches;
mod calls;
mod chains;
mod closures;
mod constants;
mod ends;
mod fields;
mod filters;
mod functions;
mod generic;
mod globals;
mod handed;
mod kind;
mod labels;
mod lists;
mod literals;
mod macros;
mod methods;
mod moved;
mod mutable;
mod objects;
mod options;
mod otherwise;
mod parameters;
mod parentheses;
mod pipes;
mod places;
mod plus;
mod receivers;
mod repeated;
mod result;
mod shown;
pub(crate) mod source;
mod spelling;
mod statements;
mod structs;
mod texts;
mod throws;
mod tries;
mod tuples;
mod wanted;
mod words;

pub use moved::moved;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, File, Macro, Token};

/// A mend: it changes the file where it finds its fault. It is told what the file was transpiled from, where the Rust has lost what it needs.
type Mend = fn(&mut File, &str);

/// All of them, in the order they are made in.
const MENDS: [Mend; 34] = [
    fields::mend,
    attributes::mend,
    blocks::mend,
    bounds::mend,
    words::mend,
    spelling::mend,
    labels::mend,
    otherwise::mend,
    parameters::mend,
    parentheses::mend,
    places::mend,
    macros::mend,
    closures::mend,
    objects::mend,
    options::mend,
    texts::mend,
    plus::mend,
    plus::unmark,
    methods::mend,
    constants::mend,
    generic::mend,
    functions::mend,
    throws::mend,
    tuples::mend,
    calls::mend,
    branches::mend,
    handed::mend,
    filters::mend,
    lists::mend,
    mutable::mend,
    structs::mend,
    result::mend,
    shown::mend,
    globals::mend,
];

/// A way to write in another spelling what ruchy loses or cannot read.
type Spelling = fn(&str) -> String;

/// All of them, in the order they are made in.
const SPELLINGS: [Spelling; 18] = [
    literals::mark,
    constants::spell,
    repeated::spell,
    ends::spell,
    labels::spell,
    parameters::spell,
    chains::spell,
    tuples::spell,
    throws::spell,
    pipes::spell,
    attributes::spell,
    arms::spell,
    blocks::spell,
    words::spell,
    spelling::spell,
    tries::shown,
    parentheses::mark,
    statements::spell,
];

/// `source` as ruchy is to be given it: with what it loses or cannot read written in another way, which [`mend`] undoes.
#[must_use]
pub fn prepare(source: &str) -> String {
    SPELLINGS.iter().fold(source.to_owned(), |source, spell| spell(&source))
}

/// Whether `source` was read to its end, and none of what [`prepare`] wrote in another way is left in `mended`: else parentheses may be lost, or others made.
#[must_use]
pub fn is_whole(source: &str, mended: &str) -> bool {
    source::is_closed(source) && !mended.parse().is_ok_and(|tokens| parentheses::are_left(&tokens))
}

/// `rust`, which ruchy made of `source`, mended; as it is where there is nothing to mend, or where it is no Rust.
#[must_use]
pub fn mend(source: &str, rust: &str) -> String {
    let Ok(mut file) = syn::parse_file(rust) else { return literals::unmarked(rust) };
    let before = file.to_token_stream().to_string();
    for mend in MENDS {
        mend(&mut file, source);
    }
    // Where nothing was mended not even the layout changes.
    let is_mended = file.to_token_stream().to_string() != before;
    literals::unmarked(&if is_mended { prettyplease::unparse(&file) } else { rust.to_owned() })
}

/// Does `work` for every argument of a macro that takes expressions: of a list, or of a value and how often it is repeated.
fn each_argument(text: &mut Macro, work: impl FnMut(&mut Expr)) {
    if let Ok(mut arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(text.tokens.clone()) {
        arguments.iter_mut().for_each(work);
        text.tokens = arguments.to_token_stream();
    } else if let Ok(mut repeated) = Punctuated::<Expr, Token![;]>::parse_separated_nonempty.parse2(text.tokens.clone()) {
        repeated.iter_mut().for_each(work);
        text.tokens = repeated.to_token_stream();
    }
}
