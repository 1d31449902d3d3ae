//! Which cells are withheld.
//!
//! For each small number, flows in circles are looked for that let it grow to the threshold and shrink to zero, cheapest
//! first; the cells that change on them are withheld, and cost nothing from then on. A flow may be made of several circles,
//! since many small cells together can give way where no single one could: the search is one of augmenting paths (Ford and
//! Fulkerson), so that it finds a flow wherever there is one.
//!
//! Cells that are zero are never withheld, and everybody knows that: while a small number grows, cells that give way keep
//! at least one, so that what an attacker knows of zeros does not help. That a small number can shrink to *zero* is shown
//! without that knowledge (with it, one is the least anybody could think of).

use super::network::{Network, Step, Use};
use super::{Table, Threshold};

/// Of every cell whether it is withheld.
pub(super) fn withheld(table: &Table, threshold: Threshold) -> Vec<bool> {
    let network = Network::of(table);
    let mut protection = Protection {
        withheld: primary(&network, threshold),
        moves: vec![false; network.counts().count()],
        network: &network,
    };
    match protection.all(threshold) {
        Some(()) => protection.withheld,
        // There is no way: nothing is shown, not even zeros.
        None => vec![true; protection.withheld.len()],
    }
}

/// What is too small by itself.
pub(super) fn primary(network: &Network, threshold: Threshold) -> Vec<bool> {
    network
        .counts()
        .map(|count| threshold.hides(count))
        .collect()
}

struct Protection<'a> {
    network: &'a Network,
    withheld: Vec<bool>,
    /// Withheld cells that were shown to be able to change while all withheld ones keep at least one.
    moves: Vec<bool>,
}

impl Protection<'_> {
    /// Nothing if one of them can't be protected.
    fn all(&mut self, threshold: Threshold) -> Option<()> {
        let mut small: Vec<(u64, usize)> = self
            .network
            .counts()
            .enumerate()
            .filter(|(_, count)| threshold.hides(*count))
            .map(|(cell, count)| (count, cell))
            .collect();
        small.sort_unstable();
        for (count, cell) in small {
            self.protect(Step { cell, up: true }, threshold.get() - count, 1)?;
            self.protect(Step { cell, up: false }, count, 0)?;
        }
        // What was withheld on the way to zero alone: it too must be able to change for whoever knows about zeros.
        while let Some(cell) = self.stuck() {
            self.protect(Step { cell, up: true }, 1, 1)
                .or_else(|| self.protect(Step { cell, up: false }, 1, 1))?;
        }
        Some(())
    }

    fn stuck(&self) -> Option<usize> {
        self.withheld
            .iter()
            .zip(&self.moves)
            .position(|(withheld, moves)| *withheld && !moves)
    }

    /// Withholds what it takes that this cell can change by so much, others keeping at least `least`.
    fn protect(&mut self, step: Step, by: u64, least: u64) -> Option<()> {
        let counts: Vec<u64> = self.network.counts().collect();
        let mut now = counts.clone();
        let mut left = by;
        if !step.up && *counts.get(step.cell)? < by {
            return None;
        }
        while left > 0 {
            let circle = self
                .network
                .circle(step, |cell| self.usable(cell, &counts, &now, least))?;
            let amount = circle
                .iter()
                .filter(|step| !step.up)
                .filter_map(|step| now.get(step.cell))
                .map(|count| count.saturating_sub(least))
                .fold(left, u64::min);
            for step in circle.iter().chain([&step]) {
                let count = now.get_mut(step.cell)?;
                *count = if step.up {
                    count.checked_add(amount)?
                } else {
                    count.checked_sub(amount)?
                };
            }
            // INVARIANT: amounts are at least one, since a circle shrinks only what has room; so this ends.
            left = left.checked_sub(amount.max(1))?;
        }
        for (cell, (before, after)) in counts.iter().zip(&now).enumerate() {
            if before != after {
                *self.withheld.get_mut(cell)? = true;
                if least > 0 {
                    *self.moves.get_mut(cell)? = true;
                }
            }
        }
        Some(())
    }

    /// Zeros are shown, so they can't change. What is withheld already, or changes already on this flow, costs nothing.
    fn usable(&self, cell: usize, counts: &[u64], now: &[u64], least: u64) -> Option<Use> {
        let (before, now) = (*counts.get(cell)?, *now.get(cell)?);
        if before == 0 {
            return None;
        }
        let free = before != now || *self.withheld.get(cell)?;
        Some(Use {
            price: if free { 0 } else { before.saturating_add(1) },
            room: now.saturating_sub(least),
        })
    }
}
