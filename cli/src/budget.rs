//! Budgets: a TOML file with tables for each kind of bootstrap, with a limit for each measured
//! value: bytes of sections, or counts of a start.

use crate::number::{difference, grouped};
use crate::{Error, package};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io;
use std::path::Path;
use toml_edit::{DocumentMut, Item, Table, Value, value};

/// The command that makes the current values the new budgets.
const ACCEPT: &str = "just size-accept";

/// Something that has a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The budget's name.
    pub name: String,
    /// As measured now.
    pub value: u64,
    /// The permitted excess over the accepted value.
    pub headroom: u64,
}

/// The limits of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budgets(pub BTreeMap<String, u64>);

impl Budgets {
    /// The table `[table]` of the file; no limits if either is missing.
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

/// A value and its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    /// `None`: the item has no agreed budget.
    pub limit: Option<u64>,
    pub value: u64,
}

impl Row {
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.limit.is_none_or(|limit| self.value > limit)
    }
}

/// Every value with its limit. Displays a table of the values over their limits, and the command
/// that accepts them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub rows: Vec<Row>,
}

/// Pairs each value with its limit.
#[must_use]
pub fn compare(figures: &[Figure], budgets: &Budgets) -> Comparison {
    let row = |Figure { name, value, .. }: &Figure| Row { name: name.clone(), limit: budgets.0.get(name).copied(), value: *value };
    Comparison { rows: figures.iter().map(row).collect() }
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
        for Row { name, limit, value } in self.rows.iter().filter(|row| row.is_over()) {
            let old = limit.map_or("none".to_owned(), grouped);
            writeln!(f, "  {name:<12} {old:>12} {:>12} {:>12}", grouped(*value), difference(limit.unwrap_or(0), *value))?;
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
        let text = |value: &Option<u64>| value.map_or("none".to_owned(), grouped);
        write!(f, "{name}: {} -> {} ({})", text(old), text(new), difference(old.unwrap_or(0), new.unwrap_or(0)))
    }
}

/// Makes the figures, each with its headroom, the limits of `[table]`, whichever way they differ,
/// and keeps everything else in the file. Returns what changed.
///
/// # Errors
/// [`Error::File`], [`Error::NotToml`], [`Error::BadBudget`].
pub fn accept(path: &Path, table: &str, figures: &[Figure]) -> Result<Vec<Change>, Error> {
    let old = Budgets::read(path, table)?.0;
    let mut document = document(path)?;
    let mut changes = Vec::new();
    if document.get(table).is_none_or(|item| !item.is_table_like()) {
        document.insert(table, Item::Table(Table::new()));
    }
    let Some(limits) = document.get_mut(table).and_then(Item::as_table_like_mut) else { return Ok(changes) };
    for Figure { name, value, headroom } in figures {
        let (limit, old) = (value + headroom, old.get(name).copied());
        if old != Some(limit) {
            set(limits.entry(name).or_insert(Item::None), limit);
            changes.push(Change { name: name.clone(), old, new: Some(limit) });
        }
    }
    for (name, limit) in old {
        if !figures.iter().any(|figure| figure.name == name) {
            limits.remove(&name);
            changes.push(Change { name, old: Some(limit), new: None });
        }
    }
    if !changes.is_empty() {
        package::write_whole(path, document.to_string().as_bytes())?;
    }
    Ok(changes)
}

/// The comment after a number is kept.
fn set(item: &mut Item, limit: u64) {
    let decor = item.as_value().map(|old| old.decor().clone());
    let mut new = Value::from(i64::try_from(limit).unwrap_or(i64::MAX));
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
    use super::{Budgets, Figure, accept, compare};
    use std::fs;
    use std::path::PathBuf;

    fn figures(text: u64) -> Vec<Figure> {
        let figure = |(name, value): (&str, u64)| Figure { name: name.into(), value, headroom: value / 50 };
        [("text", text), ("bss", 756), ("total", 10_000), ("zip", 5_000)].map(figure).into()
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
    fn budget_lists_exceeded_values_with_old_new_and_difference() {
        let (_kept, path) = file(BUDGETS);
        let budgets = Budgets::read(&path, "minimal").unwrap();
        assert!(compare(&figures(4_000), &budgets).is_within());
        assert!(compare(&figures(3_999), &budgets).is_within());
        let over = compare(&figures(5_024), &budgets);
        assert!(!over.is_within());
        assert_eq!(
            over.to_string(),
            "over budget:\n                        old          new   difference\n  text                4,000        5,024       +1,024\n\
             If it is worth it: `just size-accept`, and commit the budgets."
        );
    }

    #[test]
    fn budget_refuses_a_value_without_a_limit() {
        let (_kept, path) = file(BUDGETS);
        let over = compare(&figures(1), &Budgets::read(&path, "all").unwrap());
        let names: Vec<_> = over.rows.iter().filter(|row| row.is_over()).map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["bss", "total", "zip"]);
        assert!(over.to_string().contains("none          756         +756"), "{over}");
        let unknown = compare(&figures(1), &Budgets::read(&path, "unknown").unwrap());
        assert!(unknown.rows.iter().all(super::Row::is_over));
    }

    #[test]
    fn accepting_keeps_comments_and_other_tables() {
        let (_kept, path) = file(BUDGETS);
        let changes: Vec<_> = accept(&path, "minimal", &figures(5_024)).unwrap().iter().map(ToString::to_string).collect();
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
        assert_eq!(accept(&path, "minimal", &figures(5_024)).unwrap(), []);
        assert!(compare(&figures(5_024), &Budgets::read(&path, "minimal").unwrap()).is_within());
    }

    #[test]
    fn budget_accept_creates_file_and_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("budgets.toml");
        accept(&path, "minimal", &figures(1)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[minimal]\ntext = 1\nbss = 771\ntotal = 10200\nzip = 5100\n");
    }

    #[test]
    fn budget_reports_a_limit_that_is_not_a_number() {
        for text in ["[minimal]\ntext = \"4 KB\"\n", "[minimal]\ntext = -1\n", "[minimal]\ntext = 1.5\n"] {
            let (_kept, path) = file(text);
            let message = Budgets::read(&path, "minimal").unwrap_err().to_string();
            assert!(message.contains("[minimal] text: a budget is a whole number"), "{message}");
        }
        let (_kept, path) = file("[minimal\n");
        assert!(Budgets::read(&path, "minimal").unwrap_err().to_string().contains("line 1"));
    }
}
