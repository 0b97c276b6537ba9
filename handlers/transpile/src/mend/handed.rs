//! Functions of one's own that are handed to iterators, `xs.map(double)`: iterators give references, and a function that takes a value, or text, is given
//! that by a closure, `|each| double(each.clone())`.

use super::filters::depth;
use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, FnArg, ItemFn, Type, parse_quote};

pub fn mend(file: &mut File, _: &str) {
    let mut own = Own(HashMap::new());
    own.visit_file_mut(&mut file.clone());
    Handed { own: own.0 }.visit_file_mut(file);
}

/// The functions of a file that take one thing, and its type.
struct Own(HashMap<String, Type>);

impl VisitMut for Own {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        visit_mut::visit_item_fn_mut(self, function);
        let inputs: Vec<&FnArg> = function.sig.inputs.iter().collect();
        if let [FnArg::Typed(typed)] = &inputs[..]
            && function.sig.generics.params.is_empty()
        {
            self.0.insert(function.sig.ident.to_string(), (*typed.ty).clone());
        }
    }
}

struct Handed {
    own: HashMap<String, Type>,
}

impl Handed {
    /// What to hand on instead of a function that takes no reference to what stands behind `depth` of them.
    fn instead(&self, function: &Expr, depth: usize) -> Option<Expr> {
        let Expr::Path(path) = function else { return None };
        match self.own.get(&path.path.get_ident()?.to_string())? {
            Type::Reference(reference) if *reference.elem == parse_quote!(str) => Some(parse_quote!(|each| #function(each))),
            Type::Path(_) | Type::Tuple(_) => {
                let each: Expr = if depth > 1 { parse_quote!((*each).clone()) } else { parse_quote!(each.clone()) };
                Some(parse_quote!(|each| #function(#each)))
            }
            _ => None,
        }
    }
}

impl VisitMut for Handed {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if let Some(depth) = depth(call).filter(|depth| *depth > 0)
            && let Some(function) = call.args.first_mut()
            && let Some(instead) = self.instead(function, depth)
        {
            *function = instead;
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}
