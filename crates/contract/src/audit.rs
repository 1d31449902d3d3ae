//! The disclosure log (§ 76 BDSG), for auditors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Page, Timestamp,
    vocabulary::{EventState, Operation, Outcome},
};

/// The header that says how many records an export holds, besides those at its beginning and end. One that holds another
/// number was cut off, or events were erased while it was written.
pub const EXPORTED_RECORDS: &str = "freigabe-export-records";

/// An event of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// Its identifier.
    pub id: Uuid,
    /// When it happened, by the database's clock.
    pub at: Timestamp,
    /// The event as canonical JSON (RFC 8785), exactly the text that the commitment is over.
    pub payload: String,
    /// The same, parsed.
    #[schema(value_type = Object)]
    pub event: serde_json::Map<String, serde_json::Value>,
    /// What the log shows: HMAC-SHA256 over the payload under the event's salt, in lower-case hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub commitment: String,
    /// The payload is deleted after the end of this year (§ 76(4) BDSG).
    #[schema(minimum = 1970, maximum = 9999)]
    pub expiry_year: u16,
}

/// A page of events, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEventPage {
    /// What is on this page.
    #[schema(max_items = 200)]
    pub items: Vec<AuditEvent>,
    /// Opaque `cursor` of the next page; absent on the last one. The same stands in the `Link` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub next: Option<String>,
    /// How many events of the log were erased; only if `retention=gone` was asked. There is nothing else to say of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub gone: Option<u64>,
}

impl Page for AuditEventPage {
    type Item = AuditEvent;

    fn from_parts(items: Vec<AuditEvent>, next: Option<String>) -> Self {
        Self {
            items,
            next,
            gone: None,
        }
    }

    fn into_parts(self) -> (Vec<AuditEvent>, Option<String>) {
        (self.items, self.next)
    }
}

/// How often something happened in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditCount {
    /// The calendar month in UTC.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", max_length = 7)]
    pub month: String,
    /// What was done.
    pub operation: Operation,
    /// How it went.
    pub outcome: Outcome,
    /// How often.
    pub count: u64,
}

/// How many events there are in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditCounts {
    /// What was counted began here: at what was asked for, or at the first event that is still there.
    pub from: Timestamp,
    /// And ended before this.
    pub until: Timestamp,
    /// By month, operation and outcome; what never happened is left out.
    #[schema(max_items = 100000)]
    pub counts: Vec<AuditCount>,
    /// Events of all times whose payload was erased (§ 76(4) BDSG, Art. 17 GDPR).
    pub gone: u64,
}

/// A random sample of the log that is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::draw_audit_sample))]
pub struct DrawAuditSample {
    /// How many leaves; all of them if there are no more.
    #[schema(minimum = 1, maximum = 500)]
    pub size: u16,
    /// Index of the first leaf that can be chosen. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9007199254740991i64)]
    pub from_leaf: Option<u64>,
    /// Index after the last leaf that can be chosen. Default: the size of the published checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 9007199254740991i64)]
    pub to_leaf: Option<u64>,
    /// 32 bytes in lower-case hexadecimal digits. The same seed and the same range give the same sample. Default: drawn by the
    /// server. It is logged in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        pattern = "^[0-9a-f]{64}$",
        min_length = 64,
        max_length = 64
    )]
    pub seed: Option<String>,
}

/// Leaves of the log, from the first index until before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafRange {
    /// Which log of this installation: a lost key begins the next one.
    pub generation: u32,
    /// Index of the first leaf.
    pub from: u64,
    /// Index after the last leaf.
    pub until: u64,
}

/// A leaf of a sample, with its event if that is still there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampledLeaf {
    /// Its index.
    pub index: u64,
    /// The leaf itself: 36 bytes in Base64.
    #[schema(max_length = 48)]
    pub leaf: String,
    /// Whether its event is still there.
    pub state: EventState,
    /// The event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub event: Option<AuditEvent>,
}

/// A random sample of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditSample {
    /// What it was drawn with, in lower-case hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub seed: String,
    /// What could be chosen.
    pub population: LeafRange,
    /// The published checkpoint that the population is of: a signed note (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// What was chosen, in the order in which it was drawn.
    #[schema(max_items = 500)]
    pub leaves: Vec<SampledLeaf>,
}
