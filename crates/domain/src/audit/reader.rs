//! Reads payloads of the log: which columns follow from them, and what they say about the log itself.
//!
//! This is the way back from [`super::Event`]: there columns are taken from the event, here from its bytes. A verifier uses
//! it, which must not trust the database.

use std::{borrow::Cow, collections::BTreeMap};

use freigabe_ledger::{
    Commitment, Hash, Leaf, LeafClass, read_canonical_json,
    verify::{Columns, Erasure, ErasureKind, LogEvent, ReadPayload, Reading, UnreadablePayload},
};
use serde_json::{Map, Value};
use serde_json_borrow::{ObjectAsVec as Object, Value as Read};

use crate::{erasure::ClassCode, instant::Instant};

/// How a value becomes a column.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A text, as it is.
    Text,
    /// A whole number, as it is.
    Number,
    /// A time, in microseconds since 1970.
    Time,
}

/// Columns of an event, by their names in the database: where their values stand in the payload, and how they are kept.
///
/// One more column is one more line. What a payload doesn't say has no column.
const COLUMNS: &[(&str, &[&str], Kind)] = &[
    ("id", &["id"], Kind::Text),
    ("at", &["at"], Kind::Time),
    ("operation", &["operation"], Kind::Text),
    ("outcome", &["outcome"], Kind::Text),
    ("actor", &["actor", "client"], Kind::Text),
    ("recipient", &["recipient"], Kind::Text),
    ("case_id", &["case"], Kind::Text),
    ("consent_id", &["consent"], Kind::Text),
    ("disclosure_id", &["disclosure"], Kind::Text),
    ("user_reference", &["actor", "user"], Kind::Text),
    ("consent_revision", &["consent_revision"], Kind::Number),
    ("purpose", &["purpose"], Kind::Text),
    ("legal_basis", &["legal_basis"], Kind::Text),
    ("hits", &["hits"], Kind::Number),
];

/// Terms, of which an event has any number: their dimension, and where they stand in the payload, alone or in a list.
///
/// One more place is one more line.
const TERMS: &[(&str, &[&str])] = &[
    ("category", &["categories"]),
    ("refusal_reason", &["refusal_reasons"]),
    ("organisation", &["actor", "organisation"]),
    ("organisation", &["centre"]),
    ("person", &["person"]),
    ("person", &["person_for_recipient"]),
    ("queried", &["query", "case"]),
    ("queried", &["query", "consent"]),
    ("queried", &["query", "pseudonym"]),
    ("queried", &["query", "queried"]),
];

/// Conditions of a query, by their names in the payload, and what they are held against.
///
/// One more condition is one more line.
const CONDITIONS: &[(&str, Condition)] = &[
    ("from", Condition::NotBefore("at")),
    ("until", Condition::Before("at")),
    ("actor", Condition::Is("actor")),
    ("user", Condition::Is("user_reference")),
    ("organisation", Condition::Has("organisation")),
    ("recipient", Condition::Is("recipient")),
    ("operation", Condition::Is("operation")),
    ("purpose", Condition::Is("purpose")),
    ("legal_basis", Condition::Is("legal_basis")),
    ("outcome", Condition::Is("outcome")),
    ("refusal_reason", Condition::Has("refusal_reason")),
    ("category", Condition::Has("category")),
    ("case", Condition::Is("case_id")),
    ("consent", Condition::Is("consent_id")),
    ("revision", Condition::Is("consent_revision")),
    ("event", Condition::Is("id")),
    ("pseudonym", Condition::Has("person")),
    ("min_hits", Condition::AtLeast("hits")),
    ("max_hits", Condition::AtMost("hits")),
    ("queried", Condition::Has("queried")),
    ("retention", Condition::Open),
];

#[derive(Debug, Clone, Copy)]
enum Condition {
    /// The column has this value.
    Is(&'static str),
    /// The event has this term.
    Has(&'static str),
    /// The column is this time or later.
    NotBefore(&'static str),
    /// The column is before this time.
    Before(&'static str),
    /// The column is this number or more.
    AtLeast(&'static str),
    /// The column is this number or less.
    AtMost(&'static str),
    /// Whether the event is still there: each that can be read is.
    Open,
}

/// What erasures are announced, and reported, as.
const ERASURE_INTENDED: &str = "erasure_intended";
const ERASURE_DONE: &str = "erasure_done";
const LOG_CONTINUED: &str = "log_continued";
/// How the codes of what happens to a consent begin.
const CONSENT: &str = "consent_";
const CONSENT_FORM: &str = "consent_form_";
const CONTACT_CONSENT: &str = "contact_consent_";

/// Reads events of this program for a verifier.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventReader;

impl ReadPayload for EventReader {
    fn read<'p>(&self, payload: &'p [u8], leaf: &Leaf) -> Result<Reading<'p>, UnreadablePayload> {
        // One event has one payload.
        let event = read_canonical_json(payload).map_err(|fault| UnreadablePayload {
            pointer: fault.pointer,
        })?;
        let columns = columns(&event)?;
        let at = time(&event, &["at"])?;
        let operation = text(&event, &["operation"])?;
        let about_consent = operation.starts_with(CONTACT_CONSENT)
            || operation.starts_with(CONSENT) && !operation.starts_with(CONSENT_FORM);
        let relied_on = match find(&event, &["relied_on"]) {
            None => None,
            Some(_) => Some(commitment(&event, &["relied_on"])?),
        };
        Ok(Reading {
            at: u64::try_from(at.as_unix_seconds()).unwrap_or(0),
            fits_leaf: fits(operation, about_consent, at.year(), leaf),
            relied_on,
            referable: about_consent || operation == ERASURE_INTENDED,
            log_event: match operation {
                ERASURE_INTENDED => Some(LogEvent::Announced(erasure(&event, leaf.commitment)?)),
                ERASURE_DONE => {
                    let intent = commitment(&event, &["erasure", "intent"])?;
                    Some(LogEvent::Erased(erasure(&event, intent)?))
                }
                LOG_CONTINUED => Some(continued(&event)?),
                _ => None,
            },
            columns,
        })
    }

    fn matches(&self, query: &Map<String, Value>, columns: &Columns<'_>) -> Option<bool> {
        let mut all = true;
        for (name, asked) in query {
            let (_, condition) = CONDITIONS.iter().find(|(known, _)| known == name)?;
            all &= condition.is_met(asked, columns)?;
        }
        Some(all)
    }
}

impl Condition {
    fn is_met(self, asked: &Value, columns: &Columns<'_>) -> Option<bool> {
        let number = |column: &str| columns.get(column).and_then(Read::as_i64);
        let moment = || Instant::parse(asked.as_str()?).ok();
        // Numbers are compared as `serde_json` has them: the other type tells a positive one from the same one that may be negative.
        let is = |value: &Read<'_>| Value::from(value) == *asked;
        Some(match self {
            Self::Is(column) => columns.get(column).is_some_and(is),
            Self::Has(dimension) => find(columns, &["terms", dimension])
                .and_then(list)
                .is_some_and(|terms| terms.iter().any(is)),
            Self::NotBefore(column) => number(column)? >= moment()?.as_unix_micros(),
            Self::Before(column) => number(column)? < moment()?.as_unix_micros(),
            Self::AtLeast(column) => number(column) >= Some(asked.as_i64()?),
            Self::AtMost(column) => {
                let most = asked.as_i64()?;
                number(column).is_some_and(|number| number <= most)
            }
            Self::Open => true,
        })
    }
}

/// Whether an event with this operation, made in this year, has a leaf of this class and expiry year.
fn fits(operation: &str, about_consent: bool, made: u16, leaf: &Leaf) -> bool {
    let next = made.saturating_add(1);
    match (operation, leaf.class) {
        // They are kept as long as what they explain would have been.
        (ERASURE_INTENDED | ERASURE_DONE, _) => leaf.expiry_year >= next,
        (_, LeafClass::ConsentEvidence) => about_consent && leaf.expiry_year >= made,
        // § 76(4) BDSG.
        (_, LeafClass::Operations) => leaf.expiry_year == next,
    }
}

fn columns<'p>(event: &Object<'p>) -> Result<Columns<'p>, UnreadablePayload> {
    let mut columns = Vec::with_capacity(COLUMNS.len() + 1);
    for (name, path, kind) in COLUMNS {
        let Some(value) = find(event, path) else {
            continue;
        };
        let value = match (kind, value) {
            (Kind::Text, Read::Str(text)) => Read::Str(text.clone()),
            (Kind::Number, Read::Number(number)) if number.is_u64() => Read::Number(*number),
            (Kind::Time, _) => time(event, path)?.as_unix_micros().into(),
            (Kind::Text | Kind::Number, _) => return Err(unreadable(path)),
        };
        columns.push((*name, value));
    }
    columns.push(("terms", Read::Object(terms(event)?)));
    columns.sort_unstable_by_key(|(name, _)| *name);
    Ok(columns.into())
}

/// By dimension, ascending, each once.
fn terms<'p>(event: &Object<'p>) -> Result<Columns<'p>, UnreadablePayload> {
    let mut terms = BTreeMap::<&str, Vec<Cow<'p, str>>>::new();
    for (dimension, path) in TERMS {
        let found = match find(event, path) {
            None => continue,
            Some(Read::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let of_dimension = terms.entry(dimension).or_default();
        for term in found {
            let Read::Str(term) = term else {
                return Err(unreadable(path));
            };
            of_dimension.push(term.clone());
        }
    }
    let ordered = terms.into_iter().filter_map(|(dimension, mut terms)| {
        terms.sort_unstable();
        terms.dedup();
        let terms: Vec<_> = terms.into_iter().map(Read::Str).collect();
        (!terms.is_empty()).then_some((dimension, Read::Array(terms)))
    });
    Ok(ordered.collect())
}

fn erasure(event: &Object<'_>, intent: Commitment) -> Result<Erasure, UnreadablePayload> {
    let ranges = find(event, &["erasure", "ranges"])
        .and_then(list)
        .ok_or_else(|| unreadable(&["erasure", "ranges"]))?;
    let ranges = ranges.iter().map(|range| match list(range)? {
        [from, until] => Some(from.as_u64()?..until.as_u64()?),
        _ => None,
    });
    let ranges: Option<Vec<_>> = ranges.collect();
    Ok(Erasure {
        kind: match text(event, &["erasure", "kind"])? {
            "year" => ErasureKind::Year,
            "case" => ErasureKind::Case,
            _ => return Err(unreadable(&["erasure", "kind"])),
        },
        class: match find(event, &["erasure", "class"]).map(Read::as_str) {
            None => None,
            Some(code) => {
                let class = code.and_then(ClassCode::parse);
                Some(class.ok_or_else(|| unreadable(&["erasure", "class"]))?.0)
            }
        },
        legal_basis: text(event, &["erasure", "legal_basis"])?.to_owned(),
        cutoff: text(event, &["erasure", "cutoff"])?.to_owned(),
        count: number(event, &["erasure", "count"])?,
        ranges: ranges.ok_or_else(|| unreadable(&["erasure", "ranges"]))?,
        intent,
        log: match find(event, &["erasure", "log"]) {
            None => None,
            Some(_) => Some(text(event, &["erasure", "log"])?.to_owned()),
        },
    })
}

fn continued(event: &Object<'_>) -> Result<LogEvent, UnreadablePayload> {
    let root: Result<Hash, _> = text(event, &["former_log", "root"])?.parse();
    Ok(LogEvent::Continued {
        origin: text(event, &["former_log", "origin"])?.to_owned(),
        size: number(event, &["former_log", "size"])?,
        root: root.map_err(|_| unreadable(&["former_log", "root"]))?,
        checkpoint: match find(event, &["former_log", "checkpoint"]) {
            None => None,
            Some(_) => Some(text(event, &["former_log", "checkpoint"])?.to_owned()),
        },
    })
}

fn find<'e, 'p>(event: &'e Object<'p>, path: &[&str]) -> Option<&'e Read<'p>> {
    let (first, rest) = path.split_first()?;
    rest.iter()
        .try_fold(event.get(first)?, |value, name| match value {
            Read::Object(members) => members.get(name),
            _ => None,
        })
}

fn list<'e, 'p>(value: &'e Read<'p>) -> Option<&'e [Read<'p>]> {
    match value {
        Read::Array(items) => Some(items),
        _ => None,
    }
}

fn text<'e>(event: &'e Object<'_>, path: &[&str]) -> Result<&'e str, UnreadablePayload> {
    let found = find(event, path).and_then(Read::as_str);
    found.ok_or_else(|| unreadable(path))
}

fn number(event: &Object<'_>, path: &[&str]) -> Result<u64, UnreadablePayload> {
    let found = find(event, path).and_then(Read::as_u64);
    found.ok_or_else(|| unreadable(path))
}

fn time(event: &Object<'_>, path: &[&str]) -> Result<Instant, UnreadablePayload> {
    Instant::parse(text(event, path)?).map_err(|_| unreadable(path))
}

fn commitment(event: &Object<'_>, path: &[&str]) -> Result<Commitment, UnreadablePayload> {
    text(event, path)?.parse().map_err(|_| unreadable(path))
}

fn unreadable(path: &[&str]) -> UnreadablePayload {
    let parts = path.iter().map(|part| format!("/{part}"));
    UnreadablePayload {
        pointer: parts.collect(),
    }
}
