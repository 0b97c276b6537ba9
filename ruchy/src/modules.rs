//! Reads a program: its file, and the files that `mod name;` names in it.
//!
//! `mod name;` in the file that was named, or in a `mod.ruchy`, is `name.ruchy` or `name/mod.ruchy` in the folder of that file. In the file of
//! another module, `shapes.ruchy`, it is `shapes/name.ruchy` or `shapes/name/mod.ruchy`. A module in braces adds its name to the folder.

use crate::map::Map;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::parser::{ParsedFile, parse_file};
use crate::source::{FILE_BYTES_MAX, Source, Sources};
use crate::span::{FileId, Span};
use crate::stack::with_deep_stack;
use crate::tree::{Body, ItemKind, Module, ModuleContent, Program, Statement, StatementKind};

/// The deepest nesting of modules in files, so that a loop of links in the file system ends.
pub const MODULE_DEPTH_MAX: usize = 32;

/// Where files come from.
pub trait Loader {
    /// The bytes of a file, or `None` if it does not exist.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    fn load(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>>;
}

impl<F: FnMut(&Path) -> io::Result<Option<Vec<u8>>>> Loader for F {
    fn load(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self(path)
    }
}

/// Reads files from the file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl Loader for Files {
    fn load(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A program that was read, with what is wrong with its syntax.
#[derive(Debug)]
pub struct Parse {
    pub sources: Sources,
    pub program: Program,
    pub diagnostics: Diagnostics,
}

/// Reads the program in the file `path`, and the files of its modules.
#[must_use]
pub fn parse(path: &Path, loader: &mut dyn Loader) -> Parse {
    let mut reader = Reader { loader, sources: Sources::new(), diagnostics: Diagnostics::new(), nodes: 0 };
    let name = path.to_string_lossy().into_owned();
    let (bytes, error) = match reader.loader.load(path) {
        Ok(Some(bytes)) => (bytes, None),
        Ok(None) => (Vec::new(), Some("the file does not exist".to_owned())),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let mut body = reader.file(&name, bytes);
    if let Some(error) = error {
        reader.diagnostics.push(Diagnostic::error(Code::UnreadableFile, body.span, format!("cannot read `{name}`: {error}")));
    }
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    reader.modules(&mut body.statements, &folder, 0);
    Parse {
        program: Program { body, nodes: reader.nodes, redirected: Map::default() },
        sources: reader.sources,
        diagnostics: reader.diagnostics,
    }
}

/// Reads a program that is only this text; `mod name;` finds no file.
#[must_use]
pub fn parse_text(name: &str, text: &str) -> Parse {
    parse(Path::new(name), &mut |path: &Path| Ok((path == Path::new(name)).then(|| text.as_bytes().to_vec())))
}

/// Reads `bytes` as the text of a file. If they are not UTF-8, the text ends at the first wrong byte, to which the diagnostic refers; the text
/// of a file of more than [`FILE_BYTES_MAX`] is empty.
#[must_use]
pub fn read_source(id: FileId, name: &str, bytes: Vec<u8>) -> (Source, Option<Diagnostic>) {
    if bytes.len() > FILE_BYTES_MAX {
        let source = Source::new(id, name, "");
        let message = format!("the file has {} bytes; the limit is {FILE_BYTES_MAX}", bytes.len());
        let error = Diagnostic::error(Code::FileTooLarge, source.end(), message);
        return (source, Some(error.help("split the program into several files and use them with `mod NAME`")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (Source::new(id, name, text), None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[valid];
            let text = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let source = Source::new(id, name, text);
            let error = Diagnostic::error(Code::NotUtf8, source.end(), format!("byte 0x{byte:02x} at offset {valid} is not UTF-8"));
            (source, Some(error.help("save the file in the encoding UTF-8")))
        }
    }
}

struct Reader<'a> {
    loader: &'a mut dyn Loader,
    sources: Sources,
    diagnostics: Diagnostics,
    nodes: u32,
}

impl Reader<'_> {
    fn file(&mut self, name: &str, bytes: Vec<u8>) -> Body {
        let (source, error) = read_source(self.sources.next_id(), name, bytes);

        let ParsedFile { body, diagnostics, .. } = with_deep_stack(|| parse_file(&source, &mut self.nodes));
        match error {
            // The text ends early: what is wrong with its end is a consequence.
            Some(error) => self.diagnostics.push(error),
            None => self.diagnostics.append(diagnostics),
        }
        self.sources.add(source);
        body
    }

    /// Reads the files of the modules among `statements`, which are in `folder`.
    fn modules(&mut self, statements: &mut [Statement], folder: &Path, depth: usize) {
        for statement in statements {
            let StatementKind::Item(item) = &mut statement.kind else { continue };
            let span = item.span;
            let ItemKind::Module(module) = &mut item.kind else { continue };
            let inner = folder.join(&module.name.text);
            match &mut module.content {
                ModuleContent::Inline(statements) => self.modules(statements, &inner, depth),
                ModuleContent::File(_) => self.module(module, span, folder, depth),
            }
        }
    }

    fn module(&mut self, module: &mut Module, span: Span, folder: &Path, depth: usize) {
        let name = &module.name.text;
        if depth >= MODULE_DEPTH_MAX {
            let message = format!("modules are nested more than {MODULE_DEPTH_MAX} files deep");
            self.diagnostics.push(
                Diagnostic::error(Code::ModuleFile, span, message)
                    .help("use fewer levels of modules; a link in the file system may lead back"),
            );
            return;
        }
        let candidates = [folder.join(format!("{name}.ruchy")), folder.join(name).join("mod.ruchy")];
        let mut found: Option<(PathBuf, Vec<u8>)> = None;
        for path in &candidates {
            match self.loader.load(path) {
                Ok(None) => {}
                Ok(Some(bytes)) if found.is_none() => found = Some((path.clone(), bytes)),
                Ok(Some(_)) => {
                    let [first, second] = candidates.each_ref().map(|path| path.display().to_string());
                    let message = format!("module `{name}` has two files: `{first}` and `{second}`");
                    self.diagnostics.push(Diagnostic::error(Code::ModuleFile, span, message).help("remove one of them"));
                    return;
                }
                Err(error) => {
                    let message = format!("cannot read `{}`: {error}", path.display());
                    self.diagnostics.push(Diagnostic::error(Code::UnreadableFile, span, message));
                    return;
                }
            }
        }
        let Some((path, bytes)) = found else {
            let [first, second] = candidates.each_ref().map(|path| path.display().to_string());
            let error = Diagnostic::error(Code::ModuleFile, span, format!("module `{name}` has no file")).label("declared here");
            self.diagnostics.push(error.help(format!("create `{first}` or `{second}`, or write the module here: `mod {name} {{ … }}`")));
            return;
        };
        let mut body = self.file(&path.to_string_lossy(), bytes);
        self.modules(&mut body.statements, &folder.join(name), depth + 1);
        module.content = ModuleContent::File(Some(Box::new(body)));
    }
}
