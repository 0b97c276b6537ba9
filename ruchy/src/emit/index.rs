//! Indexing.

use super::literal::{is_index_literal, literal_digits};
use super::{Code, Emitter, level};
use crate::tree::{Expression, ExpressionKind};
use crate::types::{Head, Int, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn index(&mut self, expression: &'tree Expression, value: &'tree Expression, index: &'tree Expression) -> Code {
        let ty = self.wanted(value).filter(|ty| ty.is_vec()).unwrap_or_else(|| self.ty(value)).clone();
        let mut inner = ty.behind().clone();
        while let Ty::Named(Head::Known("Box" | "Rc"), arguments) = &inner {
            inner = arguments[0].clone();
        }
        let code =
            if self.wanted(value).is_some_and(Ty::is_vec) && !self.ty(value).is_vec() { self.value(value) } else { self.place(value) };
        let outer = std::mem::replace(&mut self.condition, false);
        let code = self.indexed(expression, code, &ty, &inner, index);
        self.condition = outer;
        code
    }

    /// A reference to text, of which `expression` uses a position. Where that may count bytes, the text must have no letter of several.
    pub(super) fn single_bytes(&self, expression: &Expression, text: String) -> String {
        if self.positions.checked.contains(&expression.id) { format!("std::ruchy::single_bytes({text})") } else { text }
    }

    /// `a[1..3]`, `a[range]`
    pub(super) fn is_part(&self, expression: &Expression) -> bool {
        match &expression.unparenthesized().kind {
            ExpressionKind::Index { index, .. } => {
                matches!(index.unparenthesized().kind, ExpressionKind::Range { .. }) || matches!(self.ty(index), Ty::Range(..))
            }
            _ => false,
        }
    }

    /// A range that a variable holds, with ends of `i64`.
    fn kept_range(&mut self, index: &'tree Expression) -> Option<String> {
        let Ty::Range(element, inclusive) = self.ty(index).clone() else { return None };
        let code = self.place(index).into_text_at(level::POSTFIX);
        Some(match (&*element, inclusive) {
            (Ty::Int(Int::I64), _) => format!("{code}.clone()"),
            (_, false) => format!("{code}.start as i64..{code}.end as i64"),
            (_, true) => format!("*{code}.start() as i64..=*{code}.end() as i64"),
        })
    }

    fn indexed(&mut self, expression: &'tree Expression, code: Code, ty: &Ty, inner: &Ty, index: &'tree Expression) -> Code {
        let range = match &index.unparenthesized().kind {
            ExpressionKind::Range { start, end, inclusive } => Some((start.as_deref(), end.as_deref(), *inclusive)),
            _ => None,
        };
        if range.is_none()
            && let Some(kept) = self.kept_range(index)
        {
            let value = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
            return Code::atom(if inner.is_text() {
                format!("std::ruchy::letters({}, {kept})", self.single_bytes(expression, value))
            } else {
                format!("std::ruchy::part({value}, {kept})")
            });
        }
        match (inner, range) {
            (Ty::String | Ty::Str, Some((start, end, inclusive))) => {
                let text = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let range = self.i64_range(start, end, inclusive);
                Code::atom(format!("std::ruchy::letters({}, {range})", self.single_bytes(expression, text)))
            }
            (Ty::String | Ty::Str, None) => {
                let text = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let index = self.i64_index(index);
                Code::atom(format!("std::ruchy::char_at({}, {index})", self.single_bytes(expression, text)))
            }
            (Ty::Named(Head::Known("Vec"), _) | Ty::Array(_) | Ty::Slice(_), Some((start, end, inclusive))) => {
                let literal = start.is_none_or(is_index_literal) && end.is_none_or(is_index_literal);
                if literal {
                    let end_text = |end: Option<&Expression>| end.map(literal_digits).unwrap_or_default();
                    return Code::new(
                        code.prefixed("&", level::POSTFIX)
                            + &format!("[{}{}{}]", end_text(start), if inclusive { "..=" } else { ".." }, end_text(end)),
                        level::UNARY,
                    );
                }
                let list = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                let range = self.i64_range(start, end, inclusive);
                Code::atom(format!("std::ruchy::part({list}, {range})"))
            }
            (Ty::Named(Head::Known("Vec"), _) | Ty::Array(_) | Ty::Slice(_), None) => {
                if is_index_literal(index) {
                    return code.method(&format!("[{}]", literal_digits(index.unparenthesized())));
                }
                let index = self.index_text(index);
                code.method(&format!("[{index}]"))
            }
            (Ty::Named(Head::Known("VecDeque"), _), None) => {
                if is_index_literal(index) {
                    return code.method(&format!("[{}]", literal_digits(index.unparenthesized())));
                }
                let index_ty = self.ty(index).behind().clone();
                let index = self.dereferenced(index).text;
                if index_ty == Ty::Int(Int::Usize) {
                    code.method(&format!("[{index}]"))
                } else {
                    code.method(&format!("[std::ruchy::size({index})]"))
                }
            }
            (Ty::Named(Head::Known("HashMap" | "BTreeMap"), _), None) => {
                let key = self.value(index).text;
                // A key of a type parameter may have no text for the message.
                if matches!(inner, Ty::Named(_, arguments) if arguments[0].any(&mut |part| matches!(part, Ty::Param(_)))) {
                    return code.method(&format!("[{key}]"));
                }
                let map = if matches!(ty, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
                Code::new(format!("*std::ruchy::entry({map}, {key})"), level::UNARY)
            }
            _ => {
                let index = self.value(index).text;
                code.method(&format!("[{index}]"))
            }
        }
    }

    /// An index as `i64`.
    /// What stands in the brackets of a list.
    pub(super) fn index_text(&mut self, index: &'tree Expression) -> String {
        let ty = self.wanted(index).unwrap_or_else(|| self.ty(index)).behind().clone();
        match ty {
            Ty::Int(Int::Usize) => self.dereferenced(index).text,
            Ty::Unknown | Ty::Opaque(_) => self.value(index).text,
            _ => format!("std::ruchy::At({})", self.i64_index(index)),
        }
    }

    fn i64_index(&mut self, index: &'tree Expression) -> String {
        let ty = self.wanted(index).unwrap_or_else(|| self.ty(index)).behind().clone();
        let code = self.dereferenced(index);
        match ty {
            Ty::Int(Int::I64) | Ty::Unknown => code.text,
            Ty::Int(_) => format!("{} as i64", code.at(level::CAST)),
            _ => code.text,
        }
    }

    fn i64_range(&mut self, start: Option<&'tree Expression>, end: Option<&'tree Expression>, inclusive: bool) -> String {
        let start = start.map(|start| self.i64_end(start)).unwrap_or_default();
        let end = end.map(|end| self.i64_end(end)).unwrap_or_default();
        format!("{start}{}{end}", if inclusive { "..=" } else { ".." })
    }

    fn i64_end(&mut self, end: &'tree Expression) -> String {
        let ty = self.wanted(end).unwrap_or_else(|| self.ty(end)).behind().clone();
        let code = if self.wanted(end).is_some() { self.value(end) } else { self.dereferenced(end) };
        match ty {
            Ty::Int(Int::I64) | Ty::Unknown => code.into_text_at(level::RANGE + 1),
            _ => format!("{} as i64", code.at(level::CAST)),
        }
    }
}
