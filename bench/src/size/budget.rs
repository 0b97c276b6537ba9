//! Budgets: a TOML file with a table for each kind of bootstrap, and in it a number of bytes for each section, `total` and `zip`.

use super::Sizes;
use crate::number::{difference, grouped};
use crate::{Error, package};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io;
use std::path::Path;
use toml_edit::{DocumentMut, Item, Table, Value, value};

/// What makes the sizes of now the budgets of tomorrow.
const ACCEPT: &str = "just size-accept";

/// Another version of rustc or of the linker moves sizes by a per cent or so; a regression moves them by more. A budget is the size it
/// was agreed at and one part in this many.
const HEADROOM: u64 = 50;

/// The limits of one table. Sections are named without their dots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budgets(pub BTreeMap<String, u64>);

impl Budgets {
    /// The table `[table]` of the file; no limits at all when either is not there.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::NotToml`], [`Error::BadBudget`].
    pub fn read(path: &Path, table: &str) -> Result<Self, Error> {
        let document = document(path)?;
        let mut limits = BTreeMap::new();
        for (key, item) in document.get(table).and_then(Item::as_table_like).into_iter().flat_map(toml_edit::TableLike::iter) {
            let limit = item.as_integer().and_then(|limit| u64::try_from(limit).ok());
            let limit = limit.ok_or_else(|| Error::BadBudget { path: path.to_owned(), table: table.to_owned(), key: key.to_owned() })?;
            limits.insert(key.to_owned(), limit);
        }
        Ok(Self(limits))
    }
}

/// A size beside its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// None: nobody has agreed to its being there at all.
    pub limit: Option<u64>,
    pub bytes: u64,
}

impl Row {
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.limit.is_none_or(|limit| self.bytes > limit)
    }
}

/// Every size beside its limit. Printed, it is the table of those that are over, and how to accept them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub rows: Vec<Row>,
}

/// Puts each size beside its limit.
#[must_use]
pub fn compare(sizes: &Sizes, budgets: &Budgets) -> Comparison {
    let row = |(name, bytes): (&str, u64)| Row { name: name.to_owned(), limit: budgets.0.get(name).copied(), bytes };
    Comparison { rows: sizes.measured().map(row).collect() }
}

impl Comparison {
    #[must_use]
    pub fn is_within(&self) -> bool {
        !self.rows.iter().any(Row::is_over)
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_within() {
            return write!(f, "within budget");
        }
        writeln!(f, "over budget:")?;
        writeln!(f, "  {:<12} {:>12} {:>12} {:>12}", "", "old", "new", "difference")?;
        for Row { name, limit, bytes } in self.rows.iter().filter(|row| row.is_over()) {
            let old = limit.map_or("none".to_owned(), grouped);
            writeln!(f, "  {name:<12} {old:>12} {:>12} {:>12}", grouped(*bytes), difference(limit.unwrap_or(0), *bytes))?;
        }
        write!(f, "If it is worth it: `{ACCEPT}`, and commit the budgets.")
    }
}

/// One budget that was changed; none on a side where there was or is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub name: String,
    pub old: Option<u64>,
    pub new: Option<u64>,
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { name, old, new } = self;
        let text = |bytes: &Option<u64>| bytes.map_or("none".to_owned(), grouped);
        write!(f, "{name}: {} -> {} ({})", text(old), text(new), difference(old.unwrap_or(0), new.unwrap_or(0)))
    }
}

/// Makes the sizes, and some headroom, the limits of `[table]`, whichever way they differ, and keeps everything else in the file. Returns
/// what changed.
///
/// # Errors
/// [`Error::File`], [`Error::NotToml`], [`Error::BadBudget`].
pub fn accept(path: &Path, table: &str, sizes: &Sizes) -> Result<Vec<Change>, Error> {
    let old = Budgets::read(path, table)?.0;
    let mut document = document(path)?;
    let new: BTreeMap<&str, u64> = sizes.measured().collect();
    let mut changes = Vec::new();
    if document.get(table).is_none_or(|item| !item.is_table_like()) {
        document.insert(table, Item::Table(Table::new()));
    }
    let Some(limits) = document.get_mut(table).and_then(Item::as_table_like_mut) else { return Ok(changes) };
    for (name, bytes) in sizes.measured() {
        let bytes = bytes + bytes / HEADROOM;
        if old.get(name) != Some(&bytes) {
            set(limits.entry(name).or_insert(Item::None), bytes);
            changes.push(Change { name: name.to_owned(), old: old.get(name).copied(), new: Some(bytes) });
        }
    }
    for (name, bytes) in old {
        if !new.contains_key(name.as_str()) {
            limits.remove(&name);
            changes.push(Change { name, old: Some(bytes), new: None });
        }
    }
    if !changes.is_empty() {
        package::write_whole(path, document.to_string().as_bytes())?;
    }
    Ok(changes)
}

/// The comment behind a number stays where it is.
fn set(item: &mut Item, bytes: u64) {
    let decor = item.as_value().map(|old| old.decor().clone());
    let mut new = Value::from(i64::try_from(bytes).unwrap_or(i64::MAX));
    if let Some(decor) = decor {
        *new.decor_mut() = decor;
    }
    *item = value(new);
}

fn document(path: &Path) -> Result<DocumentMut, Error> {
    match fs::read_to_string(path) {
        Ok(text) => text.parse().map_err(|error| Error::NotToml { path: path.to_owned(), error }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(DocumentMut::new()),
        Err(error) => Err(Error::file(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Budgets, accept, compare};
    use crate::size::{Section, Sizes};
    use std::fs;
    use std::path::PathBuf;

    fn sizes(text_bytes: u64) -> Sizes {
        let section = |name: &str, file_bytes, memory_bytes| Section { name: name.into(), file_bytes, memory_bytes, flags: "r--" };
        Sizes {
            sections: vec![section(".text", text_bytes, text_bytes), section(".bss", 0, 756)],
            headers: 232,
            section_table: 512,
            total: 10_000,
            zip: 5_000,
        }
    }

    const BUDGETS: &str =
        "# Agreed on.\n[minimal]\ntext = 4000   # the code\nbss = 756\nplt = 16\ntotal = 10_000\nzip = 5000\n\n[all]\ntext = 1\n";

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("budgets.toml");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn what_is_over_is_listed_with_old_new_and_difference() {
        let (_kept, path) = file(BUDGETS);
        let budgets = Budgets::read(&path, "minimal").unwrap();
        assert!(compare(&sizes(4_000), &budgets).is_within());
        assert!(compare(&sizes(3_999), &budgets).is_within());
        let over = compare(&sizes(5_024), &budgets);
        assert!(!over.is_within());
        assert_eq!(
            over.to_string(),
            "over budget:\n                        old          new   difference\n  text                4,000        5,024       +1,024\n\
             If it is worth it: `just size-accept`, and commit the budgets."
        );
    }

    #[test]
    fn a_section_that_nobody_agreed_to_is_over() {
        let (_kept, path) = file(BUDGETS);
        let over = compare(&sizes(1), &Budgets::read(&path, "all").unwrap());
        let names: Vec<_> = over.rows.iter().filter(|row| row.is_over()).map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["bss", "total", "zip"]);
        assert!(over.to_string().contains("none          756         +756"), "{over}");
        let unknown = compare(&sizes(1), &Budgets::read(&path, "unknown").unwrap());
        assert!(unknown.rows.iter().all(super::Row::is_over));
    }

    #[test]
    fn accepting_keeps_comments_and_other_tables() {
        let (_kept, path) = file(BUDGETS);
        let changes: Vec<_> = accept(&path, "minimal", &sizes(5_024)).unwrap().iter().map(ToString::to_string).collect();
        let raised =
            ["text: 4,000 -> 5,124 (+1,124)", "bss: 756 -> 771 (+15)", "total: 10,000 -> 10,200 (+200)", "zip: 5,000 -> 5,100 (+100)"];
        assert_eq!(changes[..4], raised);
        assert_eq!(changes[4..], ["plt: 16 -> none (-16)"]);
        let expected = BUDGETS
            .replace("4000   # the code", "5124   # the code")
            .replace("bss = 756", "bss = 771")
            .replace("10_000", "10200")
            .replace("5000", "5100")
            .replace("plt = 16\n", "");
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
        assert_eq!(accept(&path, "minimal", &sizes(5_024)).unwrap(), []);
        assert!(compare(&sizes(5_024), &Budgets::read(&path, "minimal").unwrap()).is_within());
    }

    #[test]
    fn the_first_acceptance_makes_table_and_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("budgets.toml");
        accept(&path, "minimal", &sizes(1)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[minimal]\ntext = 1\nbss = 771\ntotal = 10200\nzip = 5100\n");
    }

    #[test]
    fn a_budget_that_is_no_number_is_said() {
        for text in ["[minimal]\ntext = \"4 KB\"\n", "[minimal]\ntext = -1\n", "[minimal]\ntext = 1.5\n"] {
            let (_kept, path) = file(text);
            let message = Budgets::read(&path, "minimal").unwrap_err().to_string();
            assert!(message.contains("[minimal] text: a budget is a number of bytes"), "{message}");
        }
        let (_kept, path) = file("[minimal\n");
        assert!(Budgets::read(&path, "minimal").unwrap_err().to_string().contains("line 1"));
    }
}
