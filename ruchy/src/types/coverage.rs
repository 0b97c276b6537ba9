//! Whether the arms of a `match` cover all values, however deep the patterns are: the algorithm of Maranget's "Warnings for pattern matching".

use super::Inference;
use super::ty::{Head, Int, Ty};
use crate::names::{ItemOf, Meaning};
use crate::tree::{FieldPattern, Literal, Pattern, PatternKind, SignedLiteral};

/// The most steps of one search; a `match` that needs more is taken to cover everything.
const STEPS_MAX: usize = 20_000;

/// A pattern, or nothing where any value fits.
type Cell<'p> = Option<&'p Pattern>;
type Row<'p> = Vec<Cell<'p>>;

/// A value that no arm covers, as text, and whether it is one of the endless values of a number or of text.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    pub text: String,
    pub is_open: bool,
}

fn any() -> Witness {
    Witness { text: "_".to_owned(), is_open: false }
}

/// A way in which values of a type are made.
#[derive(Clone, Debug)]
struct Constructor {
    name: String,
    /// The names of its fields, if they have names.
    fields: Option<Vec<String>>,
    parts: Vec<Ty>,
}

/// How far a search may go.
struct Budget {
    steps: usize,
    /// Whether numbers and texts that no pattern names are left alone.
    skips_open: bool,
}

/// What a pattern asks of a value first.
enum Shape<'p> {
    Any,
    Constructor(String, Row<'p>),
    /// A number or a character of this range, both ends included.
    Interval(i128, i128),
    /// The elements at the start and at the end of a list, and whether others may be between them.
    List(Vec<&'p Pattern>, Vec<&'p Pattern>, bool),
    /// One value among endless others.
    Single,
}

impl<'tree> Inference<'_, 'tree> {
    /// A value of type `ty` that none of `patterns` fits: one that does not depend on a number or on text, if there is one.
    pub(super) fn uncovered(&mut self, ty: &Ty, patterns: &[&'tree Pattern]) -> Option<Witness> {
        let find = |inference: &mut Self, skips_open: bool| {
            let rows = patterns.iter().map(|pattern| vec![Some(*pattern)]).collect();
            let mut budget = Budget { steps: STEPS_MAX, skips_open };
            inference.search(rows, vec![ty.clone()], &mut budget).and_then(|mut found| found.pop())
        };
        find(self, true).or_else(|| find(self, false))
    }

    fn search<'p>(&mut self, rows: Vec<Row<'p>>, mut types: Vec<Ty>, steps: &mut Budget) -> Option<Vec<Witness>> {
        if steps.steps == 0 {
            return None;
        }
        steps.steps -= 1;
        if types.is_empty() {
            return rows.is_empty().then(Vec::new);
        }
        let ty = self.unwrapped(&types.remove(0));
        let rows: Vec<Row<'p>> = rows.into_iter().flat_map(expanded).collect();
        let shapes: Vec<Shape<'p>> = rows.iter().map(|row| self.shape(row[0], &ty)).collect();
        if shapes.iter().all(|shape| matches!(shape, Shape::Any)) {
            return self.remaining(&rows, &shapes, types, steps, any());
        }
        if shapes.iter().any(|shape| matches!(shape, Shape::List(..))) {
            return self.search_lists(&rows, &shapes, &ty, &types, steps);
        }
        if let Some(constructors) = self.constructors(&ty) {
            return constructors.iter().find_map(|constructor| self.search_in(constructor, &rows, &shapes, &types, steps));
        }
        match domain(&ty) {
            Some(domain) => self.search_intervals(&rows, &shapes, domain, &types, steps),
            None if is_endless(&ty) && steps.skips_open => None,
            None if is_endless(&ty) => self.remaining(&rows, &shapes, types, steps, Witness { text: "_".to_owned(), is_open: true }),
            // A type that is not known.
            None => None,
        }
    }

    /// Goes on with the rows that take any value of the first column.
    fn remaining<'p>(
        &mut self,
        rows: &[Row<'p>],
        shapes: &[Shape<'p>],
        types: Vec<Ty>,
        steps: &mut Budget,
        first: Witness,
    ) -> Option<Vec<Witness>> {
        let others = rows.iter().zip(shapes).filter(|(_, shape)| matches!(shape, Shape::Any)).map(|(row, _)| row[1..].to_vec()).collect();
        let mut found = self.search(others, types, steps)?;
        found.insert(0, first);
        Some(found)
    }

    fn search_in<'p>(
        &mut self,
        constructor: &Constructor,
        rows: &[Row<'p>],
        shapes: &[Shape<'p>],
        types: &[Ty],
        steps: &mut Budget,
    ) -> Option<Vec<Witness>> {
        let count = constructor.parts.len();
        let mut inner: Vec<Row<'p>> = Vec::new();
        for (row, shape) in rows.iter().zip(shapes) {
            let parts = match shape {
                Shape::Any => vec![None; count],
                Shape::Constructor(name, parts) if *name == constructor.name => parts_of(parts, row[0], constructor)?,
                _ => continue,
            };
            inner.push(parts.into_iter().chain(row[1..].iter().copied()).collect());
        }
        let all = constructor.parts.iter().chain(types).cloned().collect();
        let mut found = self.search(inner, all, steps)?;
        let rest = found.split_off(count);
        let witness = shown(constructor, &found);
        Some(std::iter::once(witness).chain(rest).collect())
    }

    fn search_intervals<'p>(
        &mut self,
        rows: &[Row<'p>],
        shapes: &[Shape<'p>],
        (least, most): (i128, i128),
        types: &[Ty],
        steps: &mut Budget,
    ) -> Option<Vec<Witness>> {
        let mut starts = vec![least];
        for shape in shapes {
            if let Shape::Interval(from, to) = shape {
                starts.extend([*from, to.saturating_add(1)].into_iter().filter(|start| *start > least && *start <= most));
            }
        }
        starts.sort_unstable();
        starts.dedup();
        for start in starts {
            let covers = |shape: &Shape| match shape {
                Shape::Any => true,
                Shape::Interval(from, to) => (*from..=*to).contains(&start),
                _ => false,
            };
            let inner: Vec<Row<'p>> =
                rows.iter().zip(shapes).filter(|(_, shape)| covers(shape)).map(|(row, _)| row[1..].to_vec()).collect();
            if inner.is_empty() && steps.skips_open {
                continue;
            }
            if let Some(mut found) = self.search(inner, types.to_vec(), steps) {
                found.insert(0, Witness { text: "_".to_owned(), is_open: true });
                return Some(found);
            }
        }
        None
    }

    fn search_lists<'p>(
        &mut self,
        rows: &[Row<'p>],
        shapes: &[Shape<'p>],
        ty: &Ty,
        types: &[Ty],
        steps: &mut Budget,
    ) -> Option<Vec<Witness>> {
        let element = match ty {
            Ty::Slice(element) => (**element).clone(),
            Ty::Named(Head::Known("Vec"), arguments) => arguments[0].clone(),
            // The length of an array is not part of its type here.
            _ => return None,
        };
        let longest =
            shapes.iter().map(|shape| if let Shape::List(start, end, _) = shape { start.len() + end.len() } else { 0 }).max().unwrap_or(0);
        for length in 0..=longest + 1 {
            let mut inner: Vec<Row<'p>> = Vec::new();
            for (row, shape) in rows.iter().zip(shapes) {
                let parts: Row<'p> = match shape {
                    Shape::Any => vec![None; length],
                    Shape::List(start, end, is_open) => {
                        let given = start.len() + end.len();
                        if given > length || (!is_open && given != length) {
                            continue;
                        }
                        let between = std::iter::repeat_n(None, length - given);
                        start.iter().map(|part| Some(*part)).chain(between).chain(end.iter().map(|part| Some(*part))).collect()
                    }
                    _ => continue,
                };
                inner.push(parts.into_iter().chain(row[1..].iter().copied()).collect());
            }
            let all = std::iter::repeat_n(element.clone(), length).chain(types.iter().cloned()).collect();
            if let Some(mut found) = self.search(inner, all, steps) {
                let rest = found.split_off(length);
                let is_open = found.iter().any(|part| part.is_open);
                let mut parts: Vec<&str> = found.iter().map(|part| part.text.as_str()).collect();
                if length > longest {
                    parts.push("..");
                }
                let witness = Witness { text: format!("[{}]", parts.join(", ")), is_open };
                return Some(std::iter::once(witness).chain(rest).collect());
            }
        }
        None
    }

    /// A type without the references and boxes around it.
    fn unwrapped(&self, ty: &Ty) -> Ty {
        let mut ty = self.shallow(ty);
        loop {
            ty = match &ty {
                Ty::Ref(_, inner) => self.shallow(inner),
                Ty::Named(Head::Known("Box"), arguments) => self.shallow(&arguments[0]),
                _ => break self.firm_or(ty),
            };
        }
    }

    fn firm_or(&self, ty: Ty) -> Ty {
        match self.variables.kind(&ty) {
            Some(super::unify::Kind::Text) => Ty::Str,
            Some(_) => self.firm(&ty),
            None => ty,
        }
    }

    /// All ways in which values of a type are made, if these can be listed.
    fn constructors(&mut self, ty: &Ty) -> Option<Vec<Constructor>> {
        let plain = |name: &str, parts: Vec<Ty>| Constructor { name: name.to_owned(), fields: None, parts };
        Some(match ty {
            Ty::Bool => vec![plain("true", Vec::new()), plain("false", Vec::new())],
            Ty::Unit => vec![plain("", Vec::new())],
            Ty::Tuple(parts) => vec![plain("", parts.to_vec())],
            Ty::Named(Head::Known("Ordering"), _) => ["Less", "Equal", "Greater"].map(|name| plain(name, Vec::new())).to_vec(),
            Ty::Named(Head::Known("Option"), own) => vec![plain("Some", vec![own[0].clone()]), plain("None", Vec::new())],
            Ty::Named(Head::Known("Result"), own) => vec![plain("Ok", vec![own[0].clone()]), plain("Err", vec![own[1].clone()])],
            Ty::Named(Head::Item(id), arguments) => match self.names.item(*id).kind {
                ItemOf::Enum(of) => (0..of.variants.len())
                    .map(|index| {
                        let name = of.variants[index].name.text.clone();
                        let fields = self.variant_named_fields(*id, index, arguments).unwrap_or_default();
                        let is_named = matches!(of.variants[index].fields, crate::tree::Fields::Named(_));
                        let (names, parts): (Vec<String>, Vec<Ty>) = fields.into_iter().unzip();
                        Constructor { name, fields: is_named.then_some(names), parts }
                    })
                    .collect(),
                ItemOf::Struct(of) => {
                    let (names, parts): (Vec<String>, Vec<Ty>) = self.struct_fields(*id, arguments).unwrap_or_default().into_iter().unzip();
                    let is_named = matches!(of.fields, crate::tree::Fields::Named(_));
                    vec![Constructor { name: of.name.text.clone(), fields: is_named.then_some(names), parts }]
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    fn shape<'p>(&self, cell: Cell<'p>, ty: &Ty) -> Shape<'p> {
        let Some(pattern) = cell else { return Shape::Any };
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Error => Shape::Any,
            PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => self.shape(Some(inner), ty),
            PatternKind::Binding { name, subpattern, .. } => match (self.names.meaning(pattern.id), subpattern) {
                (Meaning::Local(_), Some(inner)) => self.shape(Some(inner), ty),
                (Meaning::Local(_), None) => Shape::Any,
                (Meaning::Variant(..) | Meaning::OfSelf(_) | Meaning::External(_), _) => Shape::Constructor(name.text.clone(), Vec::new()),
                (Meaning::Item(_), _) if matches!(ty, Ty::Named(..)) => Shape::Constructor(name.text.clone(), Vec::new()),
                _ => Shape::Single,
            },
            PatternKind::Path(path) => match ty {
                Ty::Named(..) => Shape::Constructor(self.constructor_name(pattern, path, ty), Vec::new()),
                _ => Shape::Single,
            },
            PatternKind::TupleStruct { path, elements } => {
                Shape::Constructor(self.constructor_name(pattern, path, ty), elements.iter().map(Some).collect())
            }
            PatternKind::Struct { path, .. } => Shape::Constructor(self.constructor_name(pattern, path, ty), Vec::new()),
            PatternKind::Tuple(elements) => Shape::Constructor(String::new(), elements.iter().map(Some).collect()),
            PatternKind::Literal(literal) => match &literal.literal {
                Literal::Bool(value) => Shape::Constructor(value.to_string(), Vec::new()),
                Literal::Null => Shape::Constructor("None".to_owned(), Vec::new()),
                _ => number(literal).map_or(Shape::Single, |value| Shape::Interval(value, value)),
            },
            PatternKind::Range { start, end, inclusive } => {
                let Some((least, most)) = domain(ty) else { return Shape::Single };
                let bound = |end: &Option<Box<Pattern>>, open: i128| match end.as_deref().map(|end| &end.kind) {
                    None => Some(open),
                    Some(PatternKind::Literal(literal)) => number(literal),
                    Some(_) => None,
                };
                match (bound(start, least), bound(end, most)) {
                    (Some(from), Some(to)) => Shape::Interval(from, if end.is_some() && !inclusive { to - 1 } else { to }),
                    _ => Shape::Single,
                }
            }
            PatternKind::List(parts) => {
                let is_rest = |part: &Pattern| match &part.kind {
                    PatternKind::Rest => true,
                    PatternKind::Binding { subpattern: Some(inner), .. } => matches!(inner.kind, PatternKind::Rest),
                    _ => false,
                };
                match parts.iter().position(is_rest) {
                    Some(at) => Shape::List(parts[..at].iter().collect(), parts[at + 1..].iter().collect(), true),
                    None => Shape::List(parts.iter().collect(), Vec::new(), false),
                }
            }
            PatternKind::Or(_) => Shape::Any,
        }
    }

    fn constructor_name(&self, pattern: &Pattern, path: &crate::tree::Path, ty: &Ty) -> String {
        if let (Meaning::Variant(id, index), Ty::Named(Head::Item(_), _)) = (self.names.meaning(pattern.id), ty)
            && let ItemOf::Enum(of) = self.names.item(*id).kind
        {
            return of.variants[*index].name.text.clone();
        }
        match ty {
            // `Self { … }`, an alias, and a name that is imported under another.
            Ty::Named(Head::Item(id), _) if matches!(self.names.item(*id).kind, ItemOf::Struct(_)) => match self.names.item(*id).kind {
                ItemOf::Struct(of) => of.name.text.clone(),
                _ => String::new(),
            },
            _ => path.last().map_or_else(String::new, |name| name.text.clone()),
        }
    }
}

/// The patterns of a constructor's parts, in its order; nothing if they are not as many.
fn parts_of<'p>(parts: &Row<'p>, pattern: Cell<'p>, constructor: &Constructor) -> Option<Row<'p>> {
    if let Some(PatternKind::Struct { fields, .. }) = pattern.map(|pattern| &inside(pattern).kind) {
        let names: Vec<String> = match &constructor.fields {
            Some(names) => names.clone(),
            None => (0..constructor.parts.len()).map(|index| index.to_string()).collect(),
        };
        let named = |name: &String| fields.iter().find(|field: &&FieldPattern| field.name.text == *name).map(|field| &field.pattern);
        return Some(names.iter().map(named).collect());
    }
    let rest = parts.iter().position(|part| part.is_some_and(|part| matches!(part.kind, PatternKind::Rest)));
    let count = constructor.parts.len();
    match rest {
        Some(at) if parts.len() - 1 <= count => {
            let between = std::iter::repeat_n(None, count + 1 - parts.len());
            Some(parts[..at].iter().copied().chain(between).chain(parts[at + 1..].iter().copied()).collect())
        }
        None if parts.len() == count => Some(parts.clone()),
        // A variant that is written without its data: it has been reported.
        _ => None,
    }
}

fn inside(pattern: &Pattern) -> &Pattern {
    match &pattern.kind {
        PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => inside(inner),
        PatternKind::Binding { subpattern: Some(inner), .. } => inside(inner),
        _ => pattern,
    }
}

/// A row for each alternative of its first pattern.
fn expanded(row: Row<'_>) -> Vec<Row<'_>> {
    match row[0].map(|pattern| &inside(pattern).kind) {
        Some(PatternKind::Or(all)) => {
            let with = |alternative| std::iter::once(Some(alternative)).chain(row[1..].iter().copied()).collect::<Row<'_>>();
            all.iter().flat_map(|alternative| expanded(with(alternative))).collect()
        }
        _ => vec![row],
    }
}

fn shown(constructor: &Constructor, parts: &[Witness]) -> Witness {
    let is_open = parts.iter().any(|part| part.is_open);
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let text = match &constructor.fields {
        _ if parts.is_empty() && !constructor.name.is_empty() => constructor.name.clone(),
        Some(names) => {
            let fields: Vec<String> =
                names.iter().zip(&texts).filter(|(_, text)| **text != "_").map(|(name, text)| format!("{name}: {text}, ")).collect();
            format!("{} {{ {}.. }}", constructor.name, fields.concat())
        }
        None => format!("{}({})", constructor.name, texts.join(", ")),
    };
    Witness { text, is_open }
}

/// The smallest and the largest value of an integer type, and of characters.
fn domain(ty: &Ty) -> Option<(i128, i128)> {
    match ty {
        Ty::Char => Some((0, 0x10_FFFF)),
        Ty::Int(Int::U128 | Int::I128) => Some((i128::MIN, i128::MAX)),
        Ty::Int(int) if int.is_signed() => Some((-(1 << (int.bits() - 1)), (1 << (int.bits() - 1)) - 1)),
        Ty::Int(int) => Some((0, (1 << int.bits()) - 1)),
        _ => None,
    }
}

fn is_endless(ty: &Ty) -> bool {
    matches!(ty, Ty::F32 | Ty::F64 | Ty::Str | Ty::String)
}

fn number(literal: &SignedLiteral) -> Option<i128> {
    let value = match &literal.literal {
        Literal::Integer(integer) => i128::try_from(integer.value).ok()?,
        Literal::Byte(byte) => i128::from(*byte),
        Literal::Char(character) => i128::from(u32::from(*character)),
        _ => return None,
    };
    Some(if literal.negative { -value } else { value })
}
