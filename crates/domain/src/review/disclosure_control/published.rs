//! What of a table may be shown.

use super::{AreaIndex, Areas, Column, Table};

/// A published number, or the mark that it is withheld: the same mark for a small number and for one that protects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The number.
    Shown(u64),
    /// Not shown.
    Withheld,
}

impl Figure {
    /// The number, where it is shown.
    #[must_use]
    pub fn shown(self) -> Option<u64> {
        match self {
            Self::Shown(count) => Some(count),
            Self::Withheld => None,
        }
    }
}

/// A table as it may be published.
///
/// INVARIANT: made by [`Table::publish`] alone, so that whoever holds one has figures that went through the control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    table: Table,
    withheld: Vec<bool>,
}

impl Published {
    pub(super) fn new(table: Table, withheld: Vec<bool>) -> Self {
        Self { table, withheld }
    }

    /// Its areas.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        self.table.areas()
    }

    /// All columns, the sum last.
    pub fn columns(&self) -> impl Iterator<Item = Column> + use<> {
        self.table.columns()
    }

    /// One figure. What the table does not have is withheld.
    #[must_use]
    pub fn figure(&self, area: AreaIndex, column: Column) -> Figure {
        let shown = self
            .table
            .position(area, column)
            .and_then(|position| self.withheld.get(position))
            .is_some_and(|withheld| !withheld);
        if shown {
            Figure::Shown(self.table.count(area, column))
        } else {
            Figure::Withheld
        }
    }
}
