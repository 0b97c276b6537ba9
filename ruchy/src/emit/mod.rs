//! stub
use crate::names::Names; use crate::types::Ty;
pub fn type_text(ty: &Ty, _names: &Names<'_>) -> String { format!("{ty:?}") }
