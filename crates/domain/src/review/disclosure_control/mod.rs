//! Statistical disclosure control: which figures of a table may be shown without saying something about few people.
//!
//! A [`Table`] counts cases by area (a tree, [`Areas`]) and, where it has any, by category. What is published are all its
//! cells and all its sums, each one a number or the mark [`Figure::Withheld`]. A number above zero and below the
//! [`Threshold`] is withheld; and as sums are published too, so are as many further ones as it takes that
//!
//! 1. nothing withheld follows from what is shown, and
//! 2. whoever solves for a small number finds everything from zero to the threshold possible,
//!
//! also if they know that numbers are never negative and that zero is never withheld. The way to it is in [`protect`]:
//! cells are the edges of a network whose nodes are the published equations, so that whatever changes a table without
//! changing a sum runs in circles. A table for which there is no way is withheld whole.
//!
//! One table protects itself, not another one: a number must not stand in two tables (decision 0035).

mod areas;
mod network;
mod protect;
mod published;
#[cfg(test)]
mod tests;

pub use areas::{AreaIndex, Areas};
pub use published::{Figure, Published};

use std::num::NonZeroU64;

/// The least number above zero that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(NonZeroU64);

impl Threshold {
    /// Five: what statistical offices commonly ask for. A setting, not a limit of the agreement.
    pub const DEFAULT: Self = Self(NonZeroU64::MIN.saturating_add(4));

    /// From three on: below, someone who is one of two would learn the other.
    #[must_use]
    pub fn new(least: u64) -> Option<Self> {
        NonZeroU64::new(least)
            .filter(|least| least.get() >= 3)
            .map(Self)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// Whether this number is too small to be shown by itself.
    #[must_use]
    pub fn hides(self, count: u64) -> bool {
        count > 0 && count < self.get()
    }
}

/// A column of a table: one of its categories, by position, or the sum of them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The category at this position.
    Category(usize),
    /// All of them; of a table without categories, its only column.
    Sum,
}

/// Counts by area and category, sums included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    areas: Areas,
    categories: usize,
    /// By area, then by category; the last of each area is the sum.
    counts: Vec<u64>,
}

impl Table {
    /// A table of nothing but zeros. No categories: areas alone.
    #[must_use]
    pub fn new(areas: Areas, categories: usize) -> Self {
        let counts = vec![0; areas.len() * (categories + 1)];
        Self {
            areas,
            categories,
            counts,
        }
    }

    /// Counts cases at a leaf, and in every sum it is part of. False, and nothing counted, where the table has no such leaf or category.
    #[must_use]
    pub fn add(&mut self, leaf: AreaIndex, column: Column, cases: u64) -> bool {
        let category = match column {
            Column::Category(category) if category < self.categories => Some(category),
            Column::Sum if self.categories == 0 => None,
            Column::Category(_) | Column::Sum => return false,
        };
        if !self.areas.is_leaf(leaf) {
            return false;
        }
        let mut next = Some(leaf);
        while let Some(area) = next {
            for column in category
                .map(Column::Category)
                .into_iter()
                .chain([Column::Sum])
            {
                if let Some(count) = self
                    .position(area, column)
                    .and_then(|position| self.counts.get_mut(position))
                {
                    *count = count.saturating_add(cases);
                }
            }
            next = self.areas.parent(area);
        }
        true
    }

    /// Its areas.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// All columns, the sum last.
    pub fn columns(&self) -> impl Iterator<Item = Column> + use<> {
        (0..self.categories)
            .map(Column::Category)
            .chain([Column::Sum])
    }

    /// The number itself: for what decides about it, never for what is shown.
    #[must_use]
    pub fn count(&self, area: AreaIndex, column: Column) -> u64 {
        self.position(area, column)
            .and_then(|position| self.counts.get(position))
            .copied()
            .unwrap_or(0)
    }

    /// What may be shown of it. The same table has always the same answer.
    #[must_use]
    pub fn publish(self, threshold: Threshold) -> Published {
        let withheld = protect::withheld(&self, threshold);
        Published::new(self, withheld)
    }

    /// Where a cell stands among all cells.
    fn position(&self, area: AreaIndex, column: Column) -> Option<usize> {
        let column = match column {
            Column::Category(category) if category < self.categories => category,
            Column::Category(_) => return None,
            Column::Sum => self.categories,
        };
        Some(area.get() * (self.categories + 1) + column).filter(|at| *at < self.counts.len())
    }
}
