//! Structs can be printed: ruchy derives `Clone` for them, and leaves `Debug` out.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ItemStruct, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    Structs.visit_file_mut(file);
}

struct Structs;

impl VisitMut for Structs {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        if let Some(derive) = item.attrs.iter_mut().find(|attribute| derives_just_clone(attribute)) {
            *derive = parse_quote!(#[derive(Debug, Clone)]);
        }
        visit_mut::visit_item_struct_mut(self, item);
    }
}

fn derives_just_clone(attribute: &Attribute) -> bool {
    attribute.path().is_ident("derive") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "Clone")
}
