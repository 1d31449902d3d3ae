//! The result of a verification. Serialised, it is the JSON of `freigabe verify --format json`: names stay as they are, and
//! new ones may be added.

use serde::{Serialize, Serializer};
use time::{UtcDateTime, format_description::well_known::Rfc3339};

use super::{
    finding::{Finding, Remark},
    payload::ErasureKind,
};
use crate::{Hash, NoteVerifier};

/// What was verified, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether there is no violation.
    pub verified: bool,
    /// What was verified.
    pub subject: Subject,
    /// When: seconds since 1970-01-01 UTC. In JSON RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub at: u64,
    /// Which log.
    pub log: LogReport,
    /// Who vouches for its checkpoint.
    pub checkpoint: CheckpointReport,
    /// The checkpoint that was seen last, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<LastSeenReport>,
    /// How many leaves there are, by what became of their events.
    pub leaves: LeafCounts,
    /// How many payloads were verified.
    pub payloads: PayloadReport,
    /// Consent before disclosure.
    pub order: OrderReport,
    /// Erasures that the log tells of.
    pub erasures: Vec<ErasureReport>,
    /// Receipts that were given.
    pub receipts: Vec<ReceiptReport>,
    /// The one event of a package of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventReport>,
    /// What should be known besides.
    pub remarks: Vec<Remark>,
    /// How many violations there are.
    pub violation_count: u64,
    /// The first [`super::MOST_FINDINGS`] of them.
    pub violations: Vec<Finding>,
}

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An export of a range of leaves.
    Export,
    /// Leaves that were selected.
    Selection,
    /// The public log.
    PublicLog,
    /// A package of evidence of one event.
    Event,
}

/// The log and the part of it that was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogReport {
    /// Its origin.
    pub origin: String,
    /// Its number among the logs of its installation; unknown for a package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u32>,
    /// How many leaves its checkpoint covers.
    pub size: u64,
    /// The checkpoint's root.
    pub root: Hash,
    /// Index of the first leaf that was verified.
    pub from: u64,
    /// Index after the last one.
    pub until: u64,
    /// The logs before it, oldest first.
    pub former: Vec<FormerReport>,
}

/// A log before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormerReport {
    /// Its origin.
    pub origin: String,
    /// The size at its end, if a checkpoint was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Whether a known key signed that checkpoint.
    pub signed: bool,
    /// Whether leaf 0 of the log after it names just this checkpoint.
    pub chained: bool,
}

/// Who vouches for a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointReport {
    /// Known keys of the log that signed.
    pub signed_by: Vec<KeyReport>,
    /// Known witnesses that cosigned.
    pub cosigned_by: Vec<WitnessReport>,
    /// The witness or group of witnesses that the policy requires, if any.
    pub quorum: Option<String>,
    /// Whether it is reached.
    pub quorum_reached: bool,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyReport {
    /// Its name.
    pub name: String,
    /// Its id, eight hexadecimal digits.
    pub key_id: String,
}

impl KeyReport {
    pub(super) fn of(key: &NoteVerifier) -> Self {
        Self {
            name: key.name().to_owned(),
            key_id: format!("{:08x}", key.key_id()),
        }
    }
}

/// A witness that cosigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WitnessReport {
    /// What the policy calls it.
    pub witness: String,
    /// Its key.
    #[serde(flatten)]
    pub key: KeyReport,
    /// When it cosigned: seconds since 1970-01-01 UTC. In JSON RFC 3339.
    #[serde(serialize_with = "rfc3339")]
    pub time: u64,
}

/// The checkpoint that was seen last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastSeenReport {
    /// Its origin.
    pub origin: String,
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Whether the log only grew since.
    pub consistent: bool,
}

/// Numbers of leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LeafCounts {
    /// All that were read.
    pub total: u64,
    /// OPEN: the event is there.
    pub open: u64,
    /// EXPIRED: its year is over, and the event is gone.
    pub expired: u64,
    /// ERASED: the event is gone, and an erasure of the log names it.
    pub erased: u64,
    /// MISSING: the event is gone, and nothing explains it.
    pub missing: u64,
    /// Of those that are open: their year is over.
    pub overdue: u64,
    /// In the public log: what became of the event is not public.
    pub not_public: u64,
    /// Of all: the running record.
    pub operations: u64,
    /// Of all: evidence of consent.
    pub consent_evidence: u64,
}

/// Numbers of payloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PayloadReport {
    /// Payloads that were held against their leaves.
    pub checked: u64,
    /// Stored columns that were held against the payloads.
    pub columns: u64,
}

/// Consent before disclosure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OrderReport {
    /// Events whose consent was found before them.
    pub shown: u64,
    /// Events whose consent stands outside of what was verified.
    pub elsewhere: u64,
}

/// An erasure that the log tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureReport {
    /// Index of its leaf.
    pub index: u64,
    /// Its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Its kind.
    pub kind: ErasureKind,
    /// Code of the class that it is confined to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<u8>,
    /// Code of its legal basis.
    pub legal_basis: String,
    /// The day up to which was erased.
    pub cutoff: String,
    /// How many events it erased, as it says.
    pub count: u64,
    /// Which leaves: from the first index until before the second.
    pub ranges: Vec<[u64; 2]>,
    /// Origin of the log that the ranges are of, if it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// How many of these leaves are in what was verified.
    pub in_this_file: u64,
    /// Whether it explains anything: announced, and in order.
    pub valid: bool,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptReport {
    /// Its name.
    pub receipt: String,
    /// What became of the promise.
    pub state: ReceiptState,
    /// Index of its leaf, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// By when it was promised: seconds since 1970-01-01 UTC. In JSON RFC 3339.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "rfc3339_if_any"
    )]
    pub merge_by: Option<u64>,
}

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Kept: the leaf is in the log.
    Included,
    /// The time is not over yet.
    NotYetDue,
    /// The time was over only after the checkpoint: a newer one will tell.
    AfterCheckpoint,
    /// Broken: the time was over when the checkpoint was signed, and the leaf is not there.
    Broken,
    /// Only part of the log was verified, and the leaf is not in it.
    OutsideOfPart,
    /// A receipt of another log.
    OtherLog,
    /// No receipt, or none that a known key signed.
    Unreadable,
}

/// The one event of a package of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventReport {
    /// Index of its leaf.
    pub index: u64,
    /// Code of its retention class.
    pub class: u8,
    /// At the end of this year it is to be erased.
    pub expiry_year: u16,
    /// When it was made: seconds since 1970-01-01 UTC. In JSON RFC 3339.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "rfc3339_if_any"
    )]
    pub at: Option<u64>,
}

fn rfc3339<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    let text = i64::try_from(*seconds)
        .ok()
        .and_then(|seconds| UtcDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&Rfc3339).ok());
    match text {
        Some(text) => serializer.serialize_str(&text),
        // A witness may claim any time; one after the year 9999 has no text.
        None => serializer.serialize_u64(*seconds),
    }
}

fn rfc3339_if_any<S: Serializer>(seconds: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match seconds {
        Some(seconds) => rfc3339(seconds, serializer),
        None => serializer.serialize_none(),
    }
}
