//! Whether the log only grew since it was last looked at.

use super::{
    finding::{Findings, Place, Violation},
    report::LastSeenReport,
    trust::Trust,
};
use crate::{Checkpoint, Hash, Note, checkpoint::SignedCheckpoint, merkle::CompactRange};

#[derive(Debug)]
pub(super) struct LastSeen {
    checkpoint: Checkpoint,
    signed: bool,
    /// The root at its size, as computed from the leaves.
    root: Option<Hash>,
}

impl LastSeen {
    /// A note that can be read as a checkpoint.
    pub(super) fn new(note: &Note, checkpoint: Checkpoint, trust: &Trust) -> Self {
        Self {
            checkpoint,
            signed: SignedCheckpoint::open(note.clone(), trust.log_keys()).is_ok(),
            root: None,
        }
    }

    /// Looks at the tree whenever it has grown: `left` is what stands before `own`.
    pub(super) fn watch(&mut self, left: Option<&CompactRange>, own: &CompactRange) {
        if own.end() == self.checkpoint.size {
            self.root = left.and_then(|left| joined_root(left, own));
        }
    }

    /// Compares with the verified checkpoint. `tree_stands`: whether its root follows from the leaves.
    pub(super) fn finish(
        self,
        now: &Checkpoint,
        former: &[Checkpoint],
        tree_stands: bool,
        findings: &mut Findings,
    ) -> LastSeenReport {
        let seen = &self.checkpoint;
        let mut violations = Vec::new();
        if !self.signed {
            violations.push(Violation::LastSeenNotSigned);
        }
        violations.extend(if seen.origin == now.origin {
            self.compare(now, tree_stands)
        } else {
            match former.iter().find(|former| former.origin == seen.origin) {
                None => Some(Violation::OtherLogThanSeen),
                Some(ended) if ended.size < seen.size => {
                    Some(Violation::Shrunk { seen: seen.size })
                }
                Some(ended) if ended.size == seen.size => {
                    (ended.root != seen.root).then_some(Violation::Forked { seen: seen.size })
                }
                Some(_) => Some(Violation::ConsistencyUnknown { seen: seen.size }),
            }
        });
        let consistent = violations.is_empty();
        for violation in violations {
            findings.add(Place::NOWHERE, violation);
        }
        LastSeenReport {
            origin: seen.origin.clone(),
            size: seen.size,
            root: seen.root,
            consistent,
        }
    }

    fn compare(&self, now: &Checkpoint, tree_stands: bool) -> Option<Violation> {
        let seen = self.checkpoint.size;
        if seen > now.size {
            return Some(Violation::Shrunk { seen });
        }
        if seen == now.size {
            return (self.checkpoint.root != now.root).then_some(Violation::Forked { seen });
        }
        match self.root {
            Some(root) if root != self.checkpoint.root => Some(Violation::Forked { seen }),
            Some(_) if tree_stands => None,
            _ if seen == 0 => None,
            _ => Some(Violation::ConsistencyUnknown { seen }),
        }
    }
}

/// The root over two ranges, the first of which begins the tree.
pub(super) fn joined_root(left: &CompactRange, own: &CompactRange) -> Option<Hash> {
    let mut tree = left.clone();
    tree.append_range(own).ok()?;
    tree.root()
}
