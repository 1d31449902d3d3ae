//! The part of the work that needs nothing but the line.

use serde_json::{Map, Value};

use super::{
    finding::Violation,
    payload::{Columns, LogEvent, ReadPayload, Reading},
};
use crate::{
    Commitment, Hash, Leaf,
    export::{Fault, Kept, LeafLine, Line, WrittenColumns},
    merkle,
};

/// What the lines of an export are held against. Any number of threads can share it.
#[derive(Debug, Clone)]
pub struct Checker {
    pub(super) part: CheckedPart,
}

#[derive(Debug, Clone)]
pub(super) enum CheckedPart {
    Range,
    Selection {
        size: u64,
        root: Hash,
        query: Map<String, Value>,
    },
}

/// A line that was checked by itself. Give it to [`super::Verification::accept`].
#[derive(Debug, Clone)]
pub struct Checked(pub(super) Content);

#[derive(Debug, Clone)]
pub(super) enum Content {
    Fault(Fault),
    End(u64),
    Leaf(Box<CheckedLeaf>),
}

#[derive(Debug, Clone)]
pub(super) struct CheckedLeaf {
    pub(super) index: u64,
    pub(super) leaf: Leaf,
    pub(super) hash: Hash,
    /// The event, if payload and salt are there.
    pub(super) event: Option<CheckedEvent>,
    pub(super) violations: Vec<Violation>,
}

/// What matters of an event once its columns are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct CheckedEvent {
    pub(super) at: u64,
    /// How many columns were compared.
    pub(super) columns: u64,
    pub(super) relied_on: Option<Commitment>,
    pub(super) referable: bool,
    pub(super) log_event: Option<LogEvent>,
}

impl Checker {
    /// Checks a line after the first, with its line feed: reads it, and verifies payload, columns and proof of its leaf.
    #[must_use]
    pub fn check(&self, line: &[u8], reader: &(impl ReadPayload + ?Sized)) -> Checked {
        let checked = Line::parse_around_columns(line).and_then(|line| {
            Ok(match line {
                Line::End { count } => Content::End(count),
                Line::Leaf(line) => Content::Leaf(Box::new(self.leaf(&line, reader)?)),
            })
        });
        Checked(checked.unwrap_or_else(Content::Fault))
    }

    fn leaf(
        &self,
        line: &LeafLine<WrittenColumns<'_>>,
        reader: &(impl ReadPayload + ?Sized),
    ) -> Result<CheckedLeaf, Fault> {
        let mut violations = Vec::new();
        let hash = line.leaf.leaf_hash();
        let query = match (&self.part, &line.proof) {
            (CheckedPart::Range, None) => None,
            (CheckedPart::Range, Some(_)) => {
                violations.push(Violation::NeedlessProof);
                None
            }
            (CheckedPart::Selection { query, .. }, None) => {
                violations.push(Violation::NoProof);
                Some(query)
            }
            (CheckedPart::Selection { size, root, query }, Some(proof)) => {
                if merkle::verify_inclusion(line.index, *size, hash, proof, *root).is_err() {
                    violations.push(Violation::NotIncluded);
                }
                Some(query)
            }
        };
        let event = line
            .kept
            .as_ref()
            .map(|kept| event(&line.leaf, kept, query, reader, &mut violations))
            .transpose()?;
        Ok(CheckedLeaf {
            index: line.index,
            leaf: line.leaf,
            hash,
            event,
            violations,
        })
    }
}

/// Verifies payload and columns of a leaf. The fault, if there is one, is of the columns.
fn event(
    leaf: &Leaf,
    kept: &Kept<WrittenColumns<'_>>,
    query: Option<&Map<String, Value>>,
    reader: &(impl ReadPayload + ?Sized),
    violations: &mut Vec<Violation>,
) -> Result<CheckedEvent, Fault> {
    // What somebody else put there says nothing about the log.
    if !leaf.commitment.verify(&kept.salt, &kept.payload) {
        kept.columns.read()?;
        violations.push(Violation::OtherPayload);
        return Ok(CheckedEvent::default());
    }
    let reading = match reader.read(&kept.payload, leaf) {
        Ok(reading) => reading,
        Err(error) => {
            kept.columns.read()?;
            violations.push(Violation::UnreadablePayload {
                pointer: error.pointer,
            });
            return Ok(CheckedEvent::default());
        }
    };
    if !kept.columns.are(&reading.columns) {
        let stored = kept.columns.read()?;
        let others = other_columns(&reading.columns, &stored);
        violations.extend(others.map(|column| Violation::OtherColumn {
            column: column.to_owned(),
        }));
    }
    if !reading.fits_leaf {
        violations.push(Violation::WrongRetention);
    }
    let matches = query.and_then(|query| reader.matches(query, &reading.columns));
    if matches == Some(false) {
        violations.push(Violation::DoesNotMatch);
    }
    let Reading {
        columns,
        at,
        relied_on,
        referable,
        log_event,
        ..
    } = reading;
    Ok(CheckedEvent {
        at,
        columns: u64::try_from(columns.len()).unwrap_or(u64::MAX),
        relied_on,
        referable,
        log_event,
    })
}

/// Names of columns that say something else than the payload, that are missing, or that the payload says nothing of.
fn other_columns<'c>(
    expected: &'c Columns<'_>,
    stored: &'c Map<String, Value>,
) -> impl Iterator<Item = &'c str> {
    let differing = expected
        .iter()
        .filter(|(name, value)| stored.get(*name) != Some(&Value::from(*value)));
    let needless = stored.keys().filter(|name| expected.get(name).is_none());
    differing
        .map(|(name, _)| name)
        .chain(needless.map(String::as_str))
}
