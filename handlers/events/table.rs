//! Ruchy's data frame: named columns of one length, built column by column.

use crate::Json;
use alloc::string::String;
use alloc::vec::Vec;

/// A table of named columns.
///
/// ```
/// use events::DataFrame;
///
/// let sales = DataFrame::new().column("item", vec!["tea", "cup"]).column("price", vec![3, 12]).build();
/// assert_eq!((sales.rows(), sales.columns()), (2, 2));
/// assert_eq!(sales.column_names(), ["item", "price"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataFrame {
    columns: Vec<(String, Vec<Json>)>,
}

impl DataFrame {
    /// Creates a table without columns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column. One of the same name is replaced.
    ///
    /// # Panics
    /// Panics if `values` is not an array, or has another length than the columns before it.
    #[must_use]
    #[track_caller]
    pub fn column(mut self, name: &str, values: impl Into<Json>) -> Self {
        let Json::Array(values) = values.into() else { panic!("the values of the column {name:?} must be a list") };
        let others = self.columns.iter().find(|(other, _)| other != name);
        if let Some((other, expected)) = others
            && expected.len() != values.len()
        {
            panic!("the column {name:?} has {} values, but the column {other:?} has {}", values.len(), expected.len());
        }
        match self.columns.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = values,
            None => self.columns.push((String::from(name), values)),
        }
        self
    }

    /// Returns the table. `build` ends a chain of columns.
    #[must_use]
    pub fn build(self) -> Self {
        self
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }

    /// Returns the number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the names of the columns, in their order.
    #[must_use]
    pub fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the value in the column `name` and a row, counted from 0; `null` if there is none.
    #[must_use]
    pub fn get(&self, name: &str, row: usize) -> Json {
        let column = self.columns.iter().find(|(other, _)| other == name);
        column.and_then(|(_, values)| values.get(row)).cloned().unwrap_or_default()
    }
}
