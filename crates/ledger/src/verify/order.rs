//! Consent before disclosure: what an event relied on stands before it.

use std::collections::HashMap;

use super::{
    finding::{Findings, Place, Remark, Violation},
    report::OrderReport,
};
use crate::Commitment;

/// The first half of a commitment. A second event that shares it is as hard to find as to break AES-128.
type Key = [u8; 16];

fn key(commitment: &Commitment) -> Key {
    commitment
        .as_bytes()
        .first_chunk()
        .copied()
        .unwrap_or_default()
}

/// Leaves that others may refer to, and references whose leaf was not there yet. Some 30 bytes for each.
#[derive(Debug, Default)]
pub(super) struct Order {
    places: HashMap<Key, u64>,
    /// Referring leaf and its line, by what it refers to.
    waiting: HashMap<Key, Vec<(u64, Option<u64>)>>,
    shown: u64,
}

impl Order {
    /// A leaf that others may refer to.
    pub(super) fn leaf(&mut self, commitment: &Commitment, index: u64, findings: &mut Findings) {
        let key = key(commitment);
        self.places.entry(key).or_insert(index);
        if self.waiting.is_empty() {
            return;
        }
        for (referring, line) in self.waiting.remove(&key).unwrap_or_default() {
            self.decide(index, referring, line, findings);
        }
    }

    /// Whether a leaf with this commitment was before this one.
    pub(super) fn is_before(&self, commitment: &Commitment, index: u64) -> bool {
        let place = self.places.get(&key(commitment));
        place.is_some_and(|place| *place < index)
    }

    /// An event that relied on another one.
    pub(super) fn reference(
        &mut self,
        relied_on: &Commitment,
        index: u64,
        line: Option<u64>,
        findings: &mut Findings,
    ) {
        let key = key(relied_on);
        match self.places.get(&key).copied() {
            Some(place) => self.decide(place, index, line, findings),
            None => self.waiting.entry(key).or_default().push((index, line)),
        }
    }

    fn decide(&mut self, place: u64, referring: u64, line: Option<u64>, findings: &mut Findings) {
        if place < referring {
            self.shown += 1;
        } else {
            findings.add(Place::leaf(line, referring), Violation::ConsentLater);
        }
    }

    /// What was never found is a violation, unless it can stand somewhere else.
    pub(super) fn finish(self, may_be_elsewhere: bool, findings: &mut Findings) -> OrderReport {
        let mut open: Vec<(u64, Option<u64>)> = self.waiting.into_values().flatten().collect();
        open.sort_unstable();
        let count = u64::try_from(open.len()).unwrap_or(u64::MAX);
        if may_be_elsewhere {
            if count > 0 {
                findings.remark(Remark::ConsentsElsewhere { count });
            }
        } else {
            for (index, line) in open {
                findings.add(Place::leaf(line, index), Violation::ConsentUnknown);
            }
        }
        OrderReport {
            shown: self.shown,
            elsewhere: if may_be_elsewhere { count } else { 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_missing_nothing_is_remarked() {
        let (order, mut findings) = (Order::default(), Findings::default());
        let report = order.finish(true, &mut findings);
        let (_, total, remarks) = findings.into_parts();
        assert_eq!((report.elsewhere, total, remarks.len()), (0, 0, 0));
    }

    #[test]
    fn nothing_stands_before_itself() {
        let (mut order, mut findings) = (Order::default(), Findings::default());
        let consent = Commitment::from_bytes([7; 32]);
        order.leaf(&consent, 3, &mut findings);
        assert!(!order.is_before(&consent, 3));
        assert!(order.is_before(&consent, 4));
        order.reference(&consent, 4, None, &mut findings);
        order.reference(&consent, 3, None, &mut findings);
        let report = order.finish(false, &mut findings);
        let (listed, total, _) = findings.into_parts();
        assert_eq!((report.shown, total), (1, 1));
        assert_eq!(
            (listed[0].index, &listed[0].violation),
            (Some(3), &Violation::ConsentLater)
        );
    }
}
