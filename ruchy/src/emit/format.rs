//! Text that is made: f-strings, `println`, formatting macros.

use super::{Code, Emitter, level, quoted};
use crate::names::LocalId;
use crate::tree::{Expression, ExpressionKind, FStringPart, Literal, NodeId};
use crate::types::{Head, Ty};

/// What shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// `println`
    Printed,
    /// An f-string.
    Interpolated,
    /// `+`, `to_string`
    Joined,
}

/// Text in a format: braces are doubled.
pub(super) fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The literal of a format.
pub(super) fn format_literal(format: &str) -> String {
    quoted(format)
}

impl<'tree> Emitter<'tree> {
    /// A value as an argument of a formatting macro.
    pub(super) fn shown(&mut self, value: &'tree Expression, shown: Shown) -> Code {
        let ty = self.ty(value).clone();
        self.shows(&ty);
        if self.wanted(value).is_some_and(Ty::is_vec) && matches!(ty, Ty::Iter(_)) {
            let code = self.value(value).text;
            return macro_of(shown, &code);
        }
        let code = self.place(value);
        let code = self.steady(value, &ty, code);
        let plain = match ty.behind() {
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::String => true,
            Ty::Named(Head::Known("events::Json"), _) => return code.method(".shown()"),
            Ty::Named(Head::Known("Failure"), _) => return Code::atom(format!("String::from({})", code.method(".clone()").text)),
            Ty::F64 | Ty::F32 => shown == Shown::Joined,
            _ => false,
        };
        if plain || shown == Shown::Joined { code } else { macro_of(shown, &code.text) }
    }

    /// A part of a variable that another value in the same text changes: a copy of it, as it is before that.
    fn steady(&self, value: &Expression, ty: &Ty, code: Code) -> Code {
        let mut root = value.unparenthesized();
        while let ExpressionKind::Field { value: inner, .. } | ExpressionKind::Index { value: inner, .. } = &root.kind {
            root = inner.unparenthesized();
        }
        let is_unstable = matches!(root.kind, ExpressionKind::Path(_)) && self.local_of(root).is_some_and(|id| self.unstable.contains(&id));
        if !is_unstable {
            code
        } else if self.is_copy(ty) {
            Code::atom(format!("{{ {} }}", code.text))
        } else {
            self.clones(ty);
            code.method(".clone()")
        }
    }

    /// Emits a text of several values, of which some may change variables that others show.
    fn with_steady_values<T>(&mut self, values: &[&'tree Expression], emit: impl FnOnce(&mut Self) -> T) -> T {
        let mut changed = Vec::new();
        if values.len() > 1 {
            values.iter().for_each(|value| super::control::changed_by(value, self, false, &mut changed));
        }
        let outer = std::mem::replace(&mut self.unstable, changed.into_iter().collect());
        let result = emit(self);
        self.unstable = outer;
        result
    }

    /// An f-string's format and arguments.
    pub(super) fn parts(&mut self, node: NodeId, parts: &'tree [FStringPart], shown: Shown) -> (String, Vec<String>) {
        let (mut format, mut arguments) = (String::new(), Vec::new());
        let mut named: Vec<String> = Vec::new();
        for part in parts {
            match part {
                FStringPart::Text { value, .. } => format += &escaped(value),
                FStringPart::Hole { expression, spec, .. } => match spec {
                    Some(spec) => {
                        let widths = self.widths(node, &spec.text);
                        named.extend(widths);
                        format += &format!("{{:{}}}", spec.text);
                        let code = self.specified(expression, &spec.text);
                        arguments.push(code);
                    }
                    None => {
                        if let Some(text) = literal_text(expression) {
                            format += &escaped(&text);
                        } else {
                            format += "{}";
                            arguments.push(self.shown(expression, shown).text);
                        }
                    }
                },
            }
        }
        named.dedup();
        arguments.extend(named);
        (format, arguments)
    }

    /// The variable that a hole of an f-string or of a formatting macro names.
    fn formatted_local(&self, node: NodeId, name: &str) -> Option<LocalId> {
        self.names.formatted.get(&node)?.iter().copied().find(|id| self.names.local(*id).name == name)
    }

    /// The variables that are widths of a specification: `width$` takes usize.
    fn widths(&mut self, node: NodeId, spec: &str) -> Vec<String> {
        let words = spec.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$');
        let names = words
            .filter_map(|word| word.strip_suffix('$'))
            .filter(|name| name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_'));
        let mut found = Vec::new();
        for name in names {
            let local = self.formatted_local(node, name);
            if let Some(id) = local
                && matches!(self.types.local(id), Ty::Int(int) if *int != crate::types::Int::Usize)
            {
                found.push(format!("{name} = {name} as usize"));
            }
        }
        found
    }

    /// A value that a format specification formats.
    fn specified(&mut self, value: &'tree Expression, spec: &str) -> String {
        let ty = self.ty(value).clone();
        let code = self.place(value);
        let debug = spec.ends_with('?')
            || spec.ends_with('x')
            || spec.ends_with('X')
            || spec.ends_with('b')
            || spec.ends_with('o')
            || spec.ends_with('e');
        match ty.behind() {
            // `{:.2}` of an integer has no point.
            Ty::Int(_) if spec.contains('.') => format!("{} as f64", code.at(level::CAST)),
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::String | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) => code.text,
            Ty::F64 | Ty::F32 if spec.contains('.') || debug => code.text,
            _ if debug => code.text,
            Ty::F64 | Ty::F32 => format!("std::ruchy::interpolated!({}).to_string()", code.text),
            _ => format!("std::ruchy::interpolated!({}).to_string()", code.text),
        }
    }

    pub(super) fn f_string(&mut self, node: NodeId, parts: &'tree [FStringPart]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let holes: Vec<&'tree Expression> = parts.iter().filter_map(hole).collect();
        let (format, arguments) = self.with_steady_values(&holes, |emitter| emitter.parts(node, parts, Shown::Interpolated));
        self.condition = outer;
        if arguments.is_empty() {
            let text = format.replace("{{", "{").replace("}}", "}");
            return Code::atom(format!("{}.to_string()", quoted(&text)));
        }
        Code::atom(format!("format!({}, {})", format_literal(&format), arguments.join(", ")))
    }

    /// `println(…)` and its like: the macro's name and what it prints.
    pub(super) fn printed(&mut self, name: &str, arguments: &[&'tree Expression]) -> Code {
        let outer = std::mem::replace(&mut self.condition, false);
        let holes = |argument: &&'tree Expression| match &argument.unparenthesized().kind {
            ExpressionKind::FString(parts) => parts.iter().filter_map(hole).collect(),
            _ => vec![*argument],
        };
        let shown: Vec<&'tree Expression> = arguments.iter().flat_map(holes).collect();
        let (format, values) = self.with_steady_values(&shown, |emitter| emitter.print_parts(arguments));
        self.condition = outer;
        let mut text = format!("{name}!(");
        if !(format.is_empty() && values.is_empty() && name.ends_with("ln")) {
            text += &format_literal(&format);
        }
        for value in values {
            text += ", ";
            text += &value;
        }
        Code::atom(text + ")")
    }

    fn print_parts(&mut self, arguments: &[&'tree Expression]) -> (String, Vec<String>) {
        let (mut format, mut values) = (String::new(), Vec::new());
        let mut rest = arguments;
        if let Some((first, more)) = arguments.split_first()
            && let ExpressionKind::Literal(Literal::String(text)) = &first.unparenthesized().kind
        {
            let _ = self.place(first);
            // `{}` are filled as long as there are values.
            let mut remaining = more;
            let mut pieces = text.value.split("{}");
            format += &escaped(pieces.next().unwrap_or_default());
            for piece in pieces {
                match remaining.split_first() {
                    Some((value, others)) => {
                        format += "{}";
                        values.push(self.shown(value, Shown::Printed).text);
                        remaining = others;
                    }
                    None => format += "{{}}",
                }
                format += &escaped(piece);
            }
            rest = remaining;
            if !rest.is_empty() {
                format.push(' ');
            }
        }
        for (index, value) in rest.iter().enumerate() {
            if index > 0 {
                format.push(' ');
            }
            match &value.unparenthesized().kind {
                ExpressionKind::FString(parts) => {
                    let (inner, more) = self.parts(value.unparenthesized().id, parts, Shown::Interpolated);
                    format += &inner;
                    values.extend(more);
                }
                _ => {
                    if let Some(text) = literal_text(value) {
                        format += &escaped(&text);
                    } else {
                        format += "{}";
                        values.push(self.shown(value, Shown::Printed).text);
                    }
                }
            }
        }
        (format, values)
    }

    /// `println!("…", …)` as it is written, with values in Ruchy's form.
    pub(super) fn format_macro(&mut self, node: NodeId, name: &str, arguments: &'tree [Expression]) -> Code {
        let Some((first, rest)) = arguments.split_first() else { return Code::atom(format!("{name}!()")) };
        let ExpressionKind::Literal(Literal::String(text)) = &first.kind else {
            // `println!(value)`, `panic!(f"…")`
            let all: Vec<&'tree Expression> = arguments.iter().collect();
            return self.printed(name, &all);
        };
        if rest.is_empty() && crate::rules::formats::is_plain(&text.value) {
            return Code::atom(format!("{name}!({})", quoted(&escaped(&text.value))));
        }
        let shown = if name == "format" { Shown::Interpolated } else { Shown::Printed };
        let specs = specifications(&text.value);
        let positions = positions(&specs);
        let mut values = Vec::new();
        for (index, argument) in rest.iter().enumerate() {
            let (label, value) = match &argument.kind {
                ExpressionKind::Assign { place, value } => (self.sources.slice(place.span).to_owned(), &**value),
                _ => (String::new(), argument),
            };
            let prefix = if label.is_empty() { String::new() } else { format!("{label} = ") };
            // The specification of the hole that shows it.
            let at = positions.iter().find(|(position, _)| *position == index && label.is_empty());
            let spec = specs
                .iter()
                .find(|(hole, _)| if label.is_empty() { *hole == index.to_string() } else { *hole == label })
                .or_else(|| at.and_then(|(_, of)| of.and_then(|of| specs.get(of))));
            let is_star = at.is_some_and(|(_, of)| of.is_none());
            let is_width = specs
                .iter()
                .any(|(_, spec)| spec.contains(&format!("{}$", if label.is_empty() { index.to_string() } else { label.clone() })));
            let code = match spec {
                _ if (is_width || is_star) && matches!(self.ty(value).behind(), Ty::Int(_)) => self.count(value),
                Some((_, spec)) if !spec.is_empty() => self.specified(value, spec),
                Some(_) => self.shown(value, shown).text,
                None => self.place(value).text,
            };
            values.push(format!("{prefix}{code}"));
        }
        let mut named = Vec::new();
        for (_, spec) in &specs {
            for width in self.widths(node, spec) {
                let name = width.split(' ').next().unwrap_or_default().to_owned();
                let given = rest.iter().any(
                    |argument| matches!(&argument.kind, ExpressionKind::Assign { place, .. } if self.sources.slice(place.span) == name),
                );
                if !given && !named.contains(&name) {
                    named.push(name);
                    values.push(width);
                }
            }
        }
        for (hole, spec) in &specs {
            // `{x}` of a variable whose form is Ruchy's.
            let is_name = hole.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
            let given = rest
                .iter()
                .any(|argument| matches!(&argument.kind, ExpressionKind::Assign { place, .. } if self.sources.slice(place.span) == hole));
            if is_name && !given && spec.is_empty() && !named.contains(hole) {
                let local = self.formatted_local(node, hole);
                if let Some(id) = local {
                    let ty = self.types.local(id).clone();
                    if !matches!(ty.behind(), Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::String | Ty::Unknown | Ty::Opaque(_)) {
                        named.push(hole.clone());
                        values.push(format!("{hole} = {}", macro_of(shown, hole).text));
                    }
                }
            }
        }
        let separator = if values.is_empty() { "" } else { ", " };
        Code::atom(format!("{name}!({}{separator}{})", quoted(&text.value), values.join(", ")))
    }
}

fn hole(part: &FStringPart) -> Option<&Expression> {
    match part {
        FStringPart::Hole { expression, .. } => Some(expression),
        FStringPart::Text { .. } => None,
    }
}

fn macro_of(shown: Shown, code: &str) -> Code {
    Code::atom(format!("std::ruchy::{}!({code})", if shown == Shown::Printed { "shown" } else { "interpolated" }))
}

/// The text of a literal.
pub(super) fn literal_text(expression: &Expression) -> Option<String> {
    match &expression.unparenthesized().kind {
        ExpressionKind::Literal(Literal::String(text)) => Some(text.value.clone()),
        _ => None,
    }
}

/// The positions of the values that holes without a name or number take, each with the index of its hole; of the count of `.*` without one.
fn positions(specs: &[(String, String)]) -> Vec<(usize, Option<usize>)> {
    let (mut positions, mut next) = (Vec::new(), 0);
    for (index, (hole, spec)) in specs.iter().enumerate() {
        if spec.contains(".*") {
            positions.push((next, None));
            next += 1;
        }
        if hole.is_empty() {
            positions.push((next, Some(index)));
            next += 1;
        }
    }
    positions
}

/// The holes of a format: the name or number, and what follows `:`.
fn specifications(format: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = format;
    while let Some(start) = rest.find(['{', '}']) {
        let brace = &rest[start..];
        if brace.starts_with("{{") || brace.starts_with("}}") {
            rest = &brace[2..];
            continue;
        }
        let Some(end) = brace.find('}') else { break };
        let hole = brace.get(1..end).unwrap_or_default();
        let (name, spec) = hole.split_once(':').unwrap_or((hole, ""));
        found.push((name.trim().to_owned(), spec.to_owned()));
        rest = &brace[end + 1..];
    }
    found
}
