//! A field of a variable with `_` in its name is a field: ruchy takes the variable for a module, and writes `my_order::total`.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Path, parse_quote};

pub fn mend(file: &mut File, source: &str) {
    Fields(source).visit_file_mut(file);
}

struct Fields<'source>(&'source str);

impl VisitMut for Fields<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Path(path) = expression
            && path.qself.is_none()
            && self.is_field(&path.path)
        {
            let mut segments = path.path.segments.iter().map(|segment| &segment.ident);
            let variable = segments.next();
            *expression = segments.fold(parse_quote!(#variable), |base: Expr, name| parse_quote!(#base.#name));
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

impl Fields<'_> {
    /// Whether the source has `variable.name` where the Rust has `variable::name`.
    fn is_field(&self, path: &Path) -> bool {
        let Some(first) = path.segments.first().map(|segment| segment.ident.to_string()) else { return false };
        path.segments.len() > 1
            && path.segments.iter().all(|segment| segment.arguments.is_none())
            && first.contains('_')
            && self.0.contains(&format!("{first}."))
            && !self.0.contains(&format!("{first}::"))
    }
}
