//! Promises of the log, held against what it holds.

use std::collections::HashMap;

use super::{
    finding::{Findings, Place, Violation},
    report::{ReceiptReport, ReceiptState},
    trust::Trust,
};
use crate::{Leaf, Note, Receipt, receipt};

/// A receipt as somebody kept it: the signed note, or its form in a header.
#[derive(Debug, Clone)]
pub struct GivenReceipt {
    /// By what it is named in the report, such as its file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl GivenReceipt {
    fn note(&self) -> Option<Note> {
        Note::parse(&self.bytes).ok().or_else(|| {
            let text = std::str::from_utf8(&self.bytes).ok()?;
            receipt::from_header(text.trim()).ok()
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Receipts {
    open: Vec<Open>,
    by_leaf: HashMap<[u8; Leaf::LENGTH], Vec<usize>>,
    bad: Vec<String>,
}

#[derive(Debug)]
struct Open {
    name: String,
    receipt: Receipt,
    index: Option<u64>,
}

/// What the checkpoint can say about a promise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) origin: &'a str,
    pub(super) former: &'a [String],
    /// Whether every leaf of the checkpoint's tree was seen.
    pub(super) whole: bool,
    /// The checkpoint was signed at this time or later.
    pub(super) signed_after: u64,
    pub(super) at: u64,
}

impl Receipts {
    pub(super) fn new(given: &[GivenReceipt], trust: &Trust) -> Self {
        let mut receipts = Self::default();
        for one in given {
            let opened = one
                .note()
                .and_then(|note| Receipt::open(&note, trust.log_keys()).ok());
            let Some(receipt) = opened else {
                receipts.bad.push(one.name.clone());
                continue;
            };
            let place = receipts.open.len();
            let leaf = receipts.by_leaf.entry(receipt.leaf.encode());
            leaf.or_default().push(place);
            receipts.open.push(Open {
                name: one.name.clone(),
                receipt,
                index: None,
            });
        }
        receipts
    }

    /// A leaf that is in the log.
    pub(super) fn leaf(&mut self, leaf: &Leaf, index: u64) {
        if self.by_leaf.is_empty() {
            return;
        }
        let promised = self.by_leaf.get(&leaf.encode());
        for place in promised.into_iter().flatten() {
            if let Some(open) = self.open.get_mut(*place) {
                open.index.get_or_insert(index);
            }
        }
    }

    pub(super) fn finish(self, known: Known<'_>, findings: &mut Findings) -> Vec<ReceiptReport> {
        let mut reports: Vec<ReceiptReport> = Vec::new();
        for name in self.bad {
            let receipt = name.clone();
            findings.add(Place::NOWHERE, Violation::BadReceipt { receipt });
            reports.push(ReceiptReport {
                receipt: name,
                state: ReceiptState::Unreadable,
                index: None,
                merge_by: None,
            });
        }
        for open in self.open {
            let state = open.state(known);
            if state == ReceiptState::Broken {
                let receipt = open.name.clone();
                findings.add(Place::NOWHERE, Violation::BrokenPromise { receipt });
            }
            reports.push(ReceiptReport {
                receipt: open.name,
                state,
                index: open.index,
                merge_by: Some(open.receipt.merge_by),
            });
        }
        reports
    }
}

impl Open {
    fn state(&self, known: Known<'_>) -> ReceiptState {
        let receipt = &self.receipt;
        if receipt.origin != known.origin {
            // A promise of a log that ended may have been kept by its successor.
            return match self.index {
                Some(_) if known.former.contains(&receipt.origin) => ReceiptState::Included,
                _ => ReceiptState::OtherLog,
            };
        }
        if self.index.is_some() {
            ReceiptState::Included
        } else if !known.whole {
            ReceiptState::OutsideOfPart
        } else if receipt.merge_by <= known.signed_after {
            ReceiptState::Broken
        } else if receipt.merge_by <= known.at {
            ReceiptState::AfterCheckpoint
        } else {
            ReceiptState::NotYetDue
        }
    }
}
