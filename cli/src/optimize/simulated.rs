//! Misses of the simulated caches and branches, by line. Pure.

use crate::measure::attribution::Cost;
use crate::measure::frames::Line;

/// The part of the simulation to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Accesses to data, and misses of the first level and of the last one.
    Cache,
    /// Branches, and those that the simulated predictor gets wrong.
    Branches,
}

impl Kind {
    /// The names of the columns.
    #[must_use]
    pub fn columns(self) -> [&'static str; 3] {
        match self {
            Self::Cache => ["accesses", "L1 misses", "L2 misses"],
            Self::Branches => ["branches", "mispredicted", "of them indirect"],
        }
    }

    /// callgrind's events that each column is the sum of.
    fn events(self) -> [&'static [&'static str]; 3] {
        match self {
            Self::Cache => [&["Dr", "Dw"], &["D1mr", "D1mw"], &["DLmr", "DLmw"]],
            Self::Branches => [&["Bc", "Bi"], &["Bcm", "Bim"], &["Bim"]],
        }
    }
}

/// The columns of a line's own costs.
#[must_use]
pub fn columns(kind: Kind, events: &[String], costs: &[u64]) -> [u64; 3] {
    let value = |event: &str| events.iter().position(|name| name == event).and_then(|index| costs.get(index)).copied().unwrap_or(0);
    kind.events().map(|events| events.iter().map(|event| value(event)).sum())
}

/// The lines with misses, those with most first.
#[must_use]
pub fn rows<'a>(kind: Kind, events: &[String], lines: impl IntoIterator<Item = (&'a Line, &'a Cost)>) -> Vec<(&'a Line, [u64; 3])> {
    let mut rows: Vec<_> = lines.into_iter().map(|(line, cost)| (line, columns(kind, events, &cost.own))).collect();
    rows.retain(|(_, columns)| columns[0] > 0);
    rows.sort_by_key(|(line, columns)| (std::cmp::Reverse(columns[1]), std::cmp::Reverse(columns[0]), *line));
    rows
}

#[cfg(test)]
mod tests {
    use super::{Kind, columns};

    #[test]
    fn columns_are_sums_of_events() {
        let events: Vec<String> = "Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim".split(' ').map(str::to_owned).collect();
        let costs = [100, 10, 5, 0, 3, 1, 0, 2, 0, 20, 4, 2, 1];
        assert_eq!(columns(Kind::Cache, &events, &costs), [15, 4, 2]);
        assert_eq!(columns(Kind::Branches, &events, &costs), [22, 5, 1]);
        assert_eq!(columns(Kind::Branches, &events, &costs[..3]), [0, 0, 0], "callgrind leaves zeros out");
    }
}
