//! The source lines of an instruction, by the line tables of a linked file.

use crate::Error;
use addr2line::Loader;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A line of a file, as the line tables name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    pub file: String,
    pub line: u32,
}

/// The lines of addresses: the innermost first, then those that it was inlined into.
pub struct Frames {
    loader: Loader,
    path: PathBuf,
    known: HashMap<u64, Vec<Line>>,
}

impl Frames {
    /// Reads the line tables of `linked`, a file with symbols.
    ///
    /// # Errors
    /// [`Error::NotDeployable`] if it has none.
    pub fn of(linked: &Path) -> Result<Self, Error> {
        let loader = Loader::new(linked).map_err(|error| Error::not_deployable(linked, format!("it has no line tables: {error}")))?;
        Ok(Self { loader, path: linked.to_owned(), known: HashMap::new() })
    }

    /// The lines of `address`; none where the tables have none.
    ///
    /// # Errors
    /// [`Error::NotDeployable`] for tables that cannot be read.
    pub fn at(&mut self, address: u64) -> Result<&[Line], Error> {
        if !self.known.contains_key(&address) {
            let lines = self
                .read(address)
                .map_err(|error| Error::not_deployable(&self.path, format!("its line tables cannot be read: {error}")))?;
            self.known.insert(address, lines);
        }
        Ok(&self.known[&address])
    }

    fn read(&self, address: u64) -> Result<Vec<Line>, Box<dyn std::error::Error>> {
        let mut lines = Vec::new();
        let mut frames = self.loader.find_frames(address)?;
        while let Some(frame) = frames.next()? {
            if let Some(location) = frame.location
                && let (Some(file), Some(line)) = (location.file, location.line)
            {
                lines.push(Line { file: file.to_owned(), line });
            }
        }
        Ok(lines)
    }
}
