//! Reads `methods.txt`, the table of known types and their methods.

use super::ty::{Head, Int, Part, Ty};
use crate::map::Map;
use std::sync::OnceLock;

/// How a method takes its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    Value,
    Shared,
    Mutable,
}

/// A method, or without a receiver an associated function.
#[derive(Clone, Debug)]
pub struct Method {
    pub name: &'static str,
    pub generics: Vec<&'static str>,
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Ty>,
    pub result: Ty,
    /// The Rust to emit in place of the call.
    pub template: Option<&'static str>,
}

impl Method {
    /// Its name in Rust: without the word in front, which tells its lines apart.
    #[must_use]
    pub fn rust_name(&self) -> &'static str {
        self.name.rsplit(' ').next().unwrap_or(self.name)
    }
}

/// A line of the table. It is read when its name is looked up: a program uses few of them.
#[derive(Debug)]
struct Line {
    name: &'static str,
    text: &'static str,
    method: OnceLock<Method>,
}

impl Line {
    fn method(&self) -> &Method {
        self.method.get_or_init(|| method(self.text))
    }
}

/// The methods of a type.
#[derive(Debug, Default)]
pub struct Section {
    pub generics: Vec<&'static str>,
    /// The text of its lines. A head may have several sections.
    texts: Vec<&'static str>,
    /// Its lines in the order of their names: a method with a receiver and a function without may have the same name.
    lines: OnceLock<Vec<Line>>,
}

impl Section {
    fn lines(&self) -> &[Line] {
        self.lines.get_or_init(|| {
            let texts = self.texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| has_content(line));
            let mut lines: Vec<Line> = texts.map(|text| Line { name: name_of(text), text, method: OnceLock::new() }).collect();
            lines.sort_by_key(|line| line.name);
            lines
        })
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Method> {
        let lines = self.lines();
        let first = lines.partition_point(|line| line.name < name);
        lines[first..].iter().take_while(move |line| line.name == name).map(Line::method)
    }

    /// All methods and functions.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.lines().iter().map(Line::method)
    }

    #[must_use]
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.named(name).find(|method| method.receiver.is_some())
    }

    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Method> {
        self.named(name).find(|method| method.receiver.is_none())
    }
}

fn has_content(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#')
}

/// The name of the method that a line describes.
fn name_of(line: &'static str) -> &'static str {
    let end = line.bytes().position(|byte| matches!(byte, b'(' | b'<')).unwrap_or(line.len());
    line[..end].trim()
}

/// Every section, by its head.
pub fn sections() -> &'static Map<&'static str, Section> {
    static SECTIONS: OnceLock<Map<&'static str, Section>> = OnceLock::new();
    SECTIONS.get_or_init(|| read(include_str!("methods.txt")))
}

/// Whether a path is one of the crates that come with the runtime, beside `std`.
#[must_use]
pub fn is_of_library(path: &str) -> bool {
    ["events::", "aws::", "outbound::"].iter().any(|library| path.starts_with(library))
}

/// The head of a section as a name that lives as long as the program.
#[must_use]
pub fn known(name: &str) -> Option<&'static str> {
    sections().get_key_value(name).map(|(name, _)| *name)
}

/// The sections of the table: a head in brackets at the beginning of a line, then lines.
fn read(text: &'static str) -> Map<&'static str, Section> {
    let mut sections: Map<&'static str, Section> = Map::default();
    for section in text.split("\n[").skip(1) {
        let (head, lines) = section.split_once("]\n").unwrap_or((section, ""));
        let (name, generics) = generics_of(head);
        let section = sections.entry(name).or_default();
        section.generics = generics;
        section.texts.push(lines);
    }
    sections
}

/// `name<A, B>` as the name and its parameters.
fn generics_of(text: &'static str) -> (&'static str, Vec<&'static str>) {
    match text.split_once('<') {
        Some((name, rest)) => (name, rest.trim_end_matches('>').split(',').map(str::trim).collect()),
        None => (text, Vec::new()),
    }
}

fn method(line: &'static str) -> Method {
    let (signature, template) = match line.split_once(" => ") {
        Some((signature, template)) => (signature, Some(template)),
        None => (line, None),
    };
    let open = signature.find('(').unwrap_or(signature.len());
    let (name, generics) = generics_of(signature[..open].trim());
    let mut reader = Reader { text: signature, at: open };
    reader.take("(");
    let receiver = [("&mut self", Receiver::Mutable), ("&self", Receiver::Shared), ("self", Receiver::Value)]
        .into_iter()
        .find(|(text, _)| reader.take(text))
        .map(|(_, receiver)| receiver);
    reader.take(",");
    let mut parameters = Vec::new();
    while !reader.take(")") {
        parameters.push(reader.ty());
        reader.take(",");
    }
    let result = if reader.take("->") { reader.ty() } else { Ty::Unit };
    Method { name, generics, receiver, parameters, result, template }
}

struct Reader {
    text: &'static str,
    at: usize,
}

impl Reader {
    fn take(&mut self, token: &str) -> bool {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        match trimmed.strip_prefix(token) {
            Some(after) => {
                self.at = self.text.len() - after.len();
                true
            }
            None => trimmed.is_empty() && token == ")",
        }
    }

    fn word(&mut self) -> &'static str {
        let rest = self.text[self.at..].trim_start();
        let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':').unwrap_or(rest.len());
        self.at = self.text.len() - rest.len() + length;
        &rest[..length]
    }

    fn list(&mut self, close: &str) -> Vec<Ty> {
        let mut all = Vec::new();
        while !self.take(close) {
            all.push(self.ty());
            self.take(",");
        }
        all
    }

    fn ty(&mut self) -> Ty {
        if self.take("&mut ") {
            return Ty::Ref(true, Part::new(self.ty()));
        }
        if self.take("&") {
            return self.ty().reference();
        }
        if self.take("[") {
            let element = Part::new(self.ty());
            let is_array = self.take("; _");
            self.take("]");
            return if is_array { Ty::Array(element) } else { Ty::Slice(element) };
        }
        if self.take("(") {
            let all = self.list(")");
            return if all.is_empty() { Ty::Unit } else { Ty::Tuple(all.into()) };
        }
        let word = self.word();
        match word {
            "fn" => {
                self.take("(");
                let parameters = self.list(")");
                let result = if self.take("->") { self.ty() } else { Ty::Unit };
                Ty::Fn(parameters.into(), Part::new(result))
            }
            "int" => Ty::known("int", []),
            "index" => Ty::Int(Int::Usize),
            "pat" | "json" | "range" => Ty::Opaque(word.to_owned()),
            "any" => Ty::Unknown,
            "never" => Ty::Never,
            "key" | "iter" => Ty::known(word, [self.ty()]),
            "str" => Ty::Str,
            "String" => Ty::String,
            "bool" => Ty::Bool,
            "char" => Ty::Char,
            "f64" => Ty::F64,
            "f32" => Ty::F32,
            _ if Int::named(word).is_some() => Ty::Int(Int::named(word).unwrap_or(Int::I64)),
            _ => {
                let arguments = if self.take("<") { self.list(">") } else { Vec::new() };
                match word {
                    "Iter" => Ty::Iter(Part::new(arguments.into_iter().next().unwrap_or(Ty::Unknown))),
                    "Range" => Ty::Range(Part::new(arguments.into_iter().next().unwrap_or(Ty::Unknown)), false),
                    _ if word.len() == 1 => Ty::Param(word.to_owned()),
                    "Option" | "Result" | "Vec" | "Box" | "Rc" | "Weak" | "Arc" | "RefCell" | "Cell" | "HashMap" | "BTreeMap"
                    | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" | "Entry" | "Ordering" | "Reverse" | "Failure" | "Context"
                    | "ResponseStream" | "DataFrame" => Ty::Named(Head::Known(word), arguments.into()),
                    _ if is_of_library(word) => Ty::Named(Head::Known(word), arguments.into()),
                    _ => Ty::Opaque(word.to_owned()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Receiver, known, sections};
    use crate::types::ty::Ty;

    #[test]
    fn table_is_read() {
        let option = &sections()["Option"];
        let map = option.method("map").expect("it is in the table");
        assert_eq!((map.receiver, map.generics.as_slice(), option.generics.as_slice()), (Some(Receiver::Value), &["U"][..], &["T"][..]));
        assert_eq!(map.result, Ty::option(Ty::Param("U".into())));
        assert_eq!(sections()["Vec"].function("new").map(|new| new.parameters.len()), Some(0));
        assert_eq!(sections()["slice"].method("map").and_then(|map| map.template), Some("{list}.map({0}).collect::<Vec<_>>()"));
        assert_eq!(known("events::Json"), Some("events::Json"));
        let every: Vec<_> = sections().values().flat_map(super::Section::methods).collect();
        assert!(every.len() > 500 && every.iter().all(|method| !method.name.is_empty()));
    }
}
