//! A table as a network: nodes are equations, edges are cells.
//!
//! Of a table with categories hold: each leaf's categories add up to its sum (a node for each leaf), and each inner area's
//! number is the sum of those below it, for every category and for the sum (a node for each inner area and column). That
//! inner areas' categories add up to their sums follows, except that one closing node says it of the whole. Then every cell
//! stands in exactly two equations, on opposite sides: it is an edge between them, and what changes cells without changing
//! a sum is a flow in circles. Without categories leaves have no equation: their edges begin at the closing node.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{AreaIndex, Column, Table};

/// A cell between the two equations it stands in.
#[derive(Debug, Clone, Copy)]
struct Edge {
    tail: usize,
    head: usize,
    count: u64,
}

/// One cell, and whether it grows or shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Which cell.
    pub(super) cell: usize,
    /// Whether it grows.
    pub(super) up: bool,
}

/// What the search may do with a cell: the price of a first use, and how far it may shrink.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    /// What it costs to let it change.
    pub(super) price: u64,
    /// How far it can still shrink; it may grow as far as it likes.
    pub(super) room: u64,
}

/// All cells and equations of a table.
#[derive(Debug)]
pub(super) struct Network {
    edges: Vec<Edge>,
    /// Of each node the edges at it.
    at: Vec<Vec<usize>>,
}

impl Network {
    pub(super) fn of(table: &Table) -> Self {
        const CLOSING: usize = 0;
        let areas = table.areas();
        let columns = table.columns().count();
        // Node 0 closes; then one for every area and column. Leaves use but the first of theirs.
        let node = |area: AreaIndex, column: usize| 1 + area.get() * columns + column;
        let mut edges = Vec::with_capacity(areas.len() * columns);
        for area in areas.iter() {
            for (position, column) in table.columns().enumerate() {
                let above = areas
                    .parent(area)
                    .map_or(CLOSING, |parent| node(parent, position));
                let below = match (areas.is_leaf(area), columns) {
                    (true, 1) => CLOSING,
                    (true, _) => node(area, 0),
                    (false, _) => node(area, position),
                };
                let (tail, head) = match column {
                    Column::Category(_) => (above, below),
                    Column::Sum => (below, above),
                };
                edges.push(Edge {
                    tail,
                    head,
                    count: table.count(area, column),
                });
            }
        }
        let mut at = vec![Vec::new(); 1 + areas.len() * columns];
        for (cell, edge) in edges.iter().enumerate() {
            for end in [edge.tail, edge.head] {
                if let Some(edges) = at.get_mut(end) {
                    edges.push(cell);
                }
            }
        }
        Self { edges, at }
    }

    /// All cells' numbers, in order.
    pub(super) fn counts(&self) -> impl Iterator<Item = u64> {
        self.edges.iter().map(|edge| edge.count)
    }

    /// The cheapest way to let a cell grow (or shrink) by one so that every sum stays: what the other cells on the circle
    /// do. Nothing if there is none. `may` says what other cells may be used.
    ///
    /// Of ways that cost the same the one with fewer cells, then the one first found; the order of cells decides that, so
    /// that the same question has the same answer.
    pub(super) fn circle(
        &self,
        step: Step,
        may: impl Fn(usize) -> Option<Use>,
    ) -> Option<Vec<Step>> {
        let edge = self.edges.get(step.cell)?;
        let (from, to) = if step.up {
            (edge.head, edge.tail)
        } else {
            (edge.tail, edge.head)
        };
        let mut best: Vec<Option<(u64, u32)>> = vec![None; self.at.len()];
        let mut came: Vec<Option<(usize, Step)>> = vec![None; self.at.len()];
        let mut queue = BinaryHeap::new();
        *best.get_mut(from)? = Some((0, 0));
        queue.push(Reverse(((0_u64, 0_u32), from)));
        while let Some(Reverse((cost, node))) = queue.pop() {
            if node == to {
                break;
            }
            if best.get(node).copied().flatten() != Some(cost) {
                continue;
            }
            for &cell in self.at.get(node)? {
                if cell == step.cell {
                    continue;
                }
                let (Some(edge), Some(usable)) = (self.edges.get(cell), may(cell)) else {
                    continue;
                };
                // Along the edge a cell grows; against it, it shrinks.
                let up = edge.tail == node;
                let next = if up { edge.head } else { edge.tail };
                if !up && usable.room == 0 {
                    continue;
                }
                let cost = (cost.0.saturating_add(usable.price), cost.1 + 1);
                let known = best.get_mut(next)?;
                if known.is_none_or(|known| cost < known) {
                    *known = Some(cost);
                    *came.get_mut(next)? = Some((node, Step { cell, up }));
                    queue.push(Reverse((cost, next)));
                }
            }
        }
        best.get(to).copied().flatten()?;
        let mut steps = Vec::new();
        let mut node = to;
        while node != from {
            let (before, step) = came.get(node).copied().flatten()?;
            steps.push(step);
            node = before;
        }
        Some(steps)
    }
}
