//! The log's queue, trees and checkpoints in memory.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_domain::log::{LeafPlace, LogHead, LogLag, PendingLeaf, StoredCheckpoint};
use freigabe_ledger::Commitment;
use freigabe_testkit::Backend;

use super::{
    super::{
        machine::{Answer, Failure, told},
        world::{By, at, commitment},
    },
    Call, checkpoint, head, pending, place,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Model {
    /// By moment and event.
    waiting: BTreeSet<(u8, u8)>,
    heads: BTreeMap<u8, LogHead>,
    leases: BTreeMap<u8, (u8, u8)>,
    /// By generation, level and index.
    tiles: BTreeMap<(u8, u8, u64), Vec<u8>>,
    bundles: BTreeMap<(u8, u64), Vec<u8>>,
    /// By generation and index.
    leaves: BTreeMap<(u8, u64), u8>,
    /// By generation and size.
    checkpoints: BTreeMap<(u8, u64), StoredCheckpoint>,
}

type Foretold = Result<Answer, Failure>;

/// Beyond what either database keeps as a number.
fn fits(number: u64) -> Result<(), Failure> {
    i64::try_from(number)
        .map(|_| ())
        .map_err(|_| Failure::Defect)
}

impl Model {
    pub(super) fn foretell(&mut self, by: By, call: &Call, on: Backend) -> Foretold {
        // Everybody reads what is public. Only the sequencer writes it, and sees what waits.
        let sequences = on == Backend::Sqlite || by == By::Sequencer;
        match call {
            Call::CountPending { .. }
            | Call::Take { .. }
            | Call::TakeEvent { .. }
            | Call::Put { .. }
            | Call::IsPending { .. } => self.queue(call, by, sequences),
            Call::Heads
            | Call::LockHead
            | Call::InsertHead { .. }
            | Call::Advance { .. }
            | Call::Lag
            | Call::Lease { .. } => self.of_heads(call, sequences),
            Call::Tiles { .. }
            | Call::PutTiles { .. }
            | Call::Bundles { .. }
            | Call::PutBundles { .. } => self.of_tree(call, sequences, on),
            Call::InsertLeaves { .. }
            | Call::Leaves { .. }
            | Call::Forget { .. }
            | Call::PlaceOf { .. } => self.of_leaves(call, sequences, on),
            _ => self.of_checkpoints(call, sequences, on),
        }
    }

    fn queue(&mut self, call: &Call, by: By, sequences: bool) -> Foretold {
        let taken = |waiting: &mut BTreeSet<(u8, u8)>, wanted: Vec<(u8, u8)>| {
            waiting.retain(|row| !wanted.contains(row));
            wanted
                .into_iter()
                .map(pending)
                .collect::<Vec<PendingLeaf>>()
        };
        let mut nothing = BTreeSet::new();
        let waiting = if sequences {
            &mut self.waiting
        } else {
            &mut nothing
        };
        Ok(match call {
            Call::CountPending { most } => {
                fits(*most)?;
                told((waiting.len() as u64).min(*most))
            }
            Call::Take { most } => {
                let wanted = waiting.iter().take(usize::from(*most)).copied().collect();
                told(taken(waiting, wanted))
            }
            Call::TakeEvent { event } => {
                let wanted: Vec<_> = waiting
                    .iter()
                    .filter(|(_, number)| number == event)
                    .copied()
                    .collect();
                if wanted.len() != 1 {
                    return Err(Failure::Affected(wanted.len() as u64));
                }
                told(taken(waiting, wanted)[0])
            }
            Call::Put { leaves } => {
                // Whoever writes an event writes that it waits.
                if !sequences && by != By::Auditor && !leaves.is_empty() {
                    return Err(Failure::Defect);
                }
                for row in leaves {
                    if !self.waiting.insert(*row) {
                        return Err(Failure::Conflict);
                    }
                }
                told(())
            }
            Call::IsPending { event } => told(waiting.iter().any(|(_, number)| number == event)),
            _ => unreachable!("not of the queue"),
        })
    }

    fn of_heads(&mut self, call: &Call, sequences: bool) -> Foretold {
        let newest = self.heads.values().next_back();
        Ok(match *call {
            Call::Heads => told(self.heads.values().cloned().collect::<Vec<_>>()),
            Call::LockHead => told(newest.filter(|_| sequences).cloned()),
            Call::InsertHead {
                generation,
                origin,
                size,
            } => {
                let new = head(generation, origin, size, None);
                if !sequences {
                    return Err(Failure::Defect);
                }
                let same =
                    |head: &LogHead| head.generation == new.generation || head.origin == new.origin;
                if self.heads.values().any(same) {
                    return Err(Failure::Conflict);
                }
                self.heads.insert(generation, new);
                told(())
            }
            Call::Advance {
                generation,
                from: (size, since),
                to: (grown, unpublished),
            } => {
                let from = head(generation, 0, size, since);
                let is_there = |there: &LogHead| {
                    there.size == from.size && there.unpublished_since == from.unpublished_since
                };
                let found = self.heads.get_mut(&generation);
                let found = found
                    .filter(|there| sequences && is_there(there))
                    .ok_or(Failure::Affected(0))?;
                let to = head(generation, 0, grown, unpublished);
                found.size = to.size;
                found.root = to.root;
                found.unpublished_since = to.unpublished_since;
                told(())
            }
            Call::Lag => {
                let unpublished_since = newest.and_then(|head| head.unpublished_since);
                let oldest_pending = self.waiting.first().map(|(moment, _)| at(*moment));
                told(LogLag {
                    unpublished_since,
                    oldest_pending,
                })
            }
            Call::Lease {
                generation,
                holder,
                now,
                until,
            } => {
                let lease = self.leases.get(&generation);
                let is_free = lease.is_none_or(|(by, ends)| *by == holder || *ends <= now);
                let taken = is_free && sequences && self.heads.contains_key(&generation);
                if taken {
                    self.leases.insert(generation, (holder, until));
                }
                told(taken)
            }
            _ => unreachable!("not of the heads"),
        })
    }

    /// Whether rows can be written below a log's head.
    fn below(&self, generation: u8, sequences: bool, on: Backend) -> Result<(), Failure> {
        if !sequences {
            Err(Failure::Defect)
        } else if self.heads.contains_key(&generation) {
            Ok(())
        } else {
            Err(Failure::of_missing(on))
        }
    }

    fn of_tree(&mut self, call: &Call, sequences: bool, on: Backend) -> Foretold {
        Ok(match call {
            Call::Tiles { generation, tiles } => {
                let wanted = |level, index| tiles.contains(&(level, index));
                let found = self
                    .tiles
                    .iter()
                    .filter(|((of, level, index), _)| of == generation && wanted(*level, *index));
                told(
                    found
                        .map(|((_, level, index), hashes)| ((*level, *index), hashes.clone()))
                        .collect::<Vec<_>>(),
                )
            }
            Call::PutTiles { generation, tiles } => {
                if !tiles.is_empty() {
                    self.below(*generation, sequences, on)?;
                }
                for ((level, index), hashes) in tiles {
                    self.tiles
                        .insert((*generation, *level, *index), vec![*hashes; 3]);
                }
                told(())
            }
            Call::Bundles {
                generation,
                from,
                until,
            } => {
                fits(*until)?;
                let range = (*generation, *from)..(*generation, (*until).max(*from));
                let found = self.bundles.range(range);
                told(
                    found
                        .map(|((_, index), entries)| (*index, entries.clone()))
                        .collect::<Vec<_>>(),
                )
            }
            Call::PutBundles {
                generation,
                bundles,
            } => {
                if !bundles.is_empty() {
                    self.below(*generation, sequences, on)?;
                }
                for (index, entries) in bundles {
                    self.bundles
                        .insert((*generation, *index), vec![*entries; 3]);
                }
                told(())
            }
            _ => unreachable!("not of the tree"),
        })
    }

    fn of_leaves(&mut self, call: &Call, sequences: bool, on: Backend) -> Foretold {
        Ok(match call {
            Call::InsertLeaves {
                generation,
                first,
                events,
            } => {
                if !sequences && !events.is_empty() {
                    return Err(Failure::Defect);
                }
                for (index, event) in (*first..).zip(events) {
                    let is_noted = self.leaves.values().any(|noted| noted == event);
                    if is_noted || self.leaves.insert((*generation, index), *event).is_some() {
                        return Err(Failure::Conflict);
                    }
                }
                if !events.is_empty() {
                    self.below(*generation, sequences, on)?;
                }
                told(())
            }
            Call::Leaves {
                generation,
                from,
                until,
            } => {
                let range = (*generation, *from)..(*generation, (*until).max(*from));
                let found = self.leaves.range(range);
                told(
                    found
                        .map(|((_, index), event)| (*index, commitment(*event)))
                        .collect::<Vec<(u64, Commitment)>>(),
                )
            }
            Call::Forget { generation, from } => {
                let before = self.leaves.len();
                let goes = |(of, index): &(u8, u64)| sequences && of == generation && index >= from;
                self.leaves.retain(|place, _| !goes(place));
                told((before - self.leaves.len()) as u64)
            }
            Call::PlaceOf { event } => {
                let found = self.leaves.iter().find(|(_, noted)| *noted == event);
                told(found.map(|((of, index), _)| LeafPlace {
                    index: *index,
                    ..place(*of, 0)
                }))
            }
            _ => unreachable!("not of the leaves"),
        })
    }

    fn of_checkpoints(&mut self, call: &Call, sequences: bool, on: Backend) -> Foretold {
        let newest = |of: u8, published: bool| {
            let mut all = self
                .checkpoints
                .range((of, 0)..=(of, u64::MAX))
                .map(|(_, found)| found);
            all.rfind(|found| !published || found.published_at.is_some())
                .cloned()
        };
        Ok(match *call {
            Call::Sign {
                generation,
                size,
                note,
                published,
            } => {
                let new = checkpoint(generation, size, note, published);
                if !sequences {
                    return Err(Failure::Defect);
                }
                if self.checkpoints.insert((generation, size), new).is_some() {
                    return Err(Failure::Conflict);
                }
                self.below(generation, sequences, on)?;
                told(())
            }
            Call::Signed { generation } => told(newest(generation, false)),
            Call::Published { generation } => told(newest(generation, true)),
            Call::SignedAt { generation, size } => {
                fits(size)?;
                told(self.checkpoints.get(&(generation, size)).cloned())
            }
            Call::Update {
                generation,
                size,
                note,
                published,
            } => {
                let to = checkpoint(generation, size, note, published);
                let found = self
                    .checkpoints
                    .get_mut(&(generation, size))
                    .filter(|_| sequences);
                let found = found.ok_or(Failure::Affected(0))?;
                found.note = to.note;
                found.published_at = to.published_at;
                told(())
            }
            _ => unreachable!("not of the checkpoints"),
        })
    }
}
