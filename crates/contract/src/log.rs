//! The public log, receipts, and proofs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The header in which the answer to every change brings its receipt: base64url without padding (RFC 4648 §5) of a C2SP
/// signed note, the log's promise that the event which did it will be in the log.
pub const RECEIPT: &str = "freigabe-receipt";

/// What a receipt looks like.
pub const RECEIPT_PATTERN: &str = "^[A-Za-z0-9_-]+$";

/// A receipt whose standing is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::check_receipt))]
pub struct CheckReceipt {
    /// The receipt, as it stood in `Freigabe-Receipt`.
    #[schema(pattern = "^[A-Za-z0-9_-]+$", min_length = 1, max_length = 8192)]
    pub receipt: String,
}

/// How far the promise of a receipt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// The leaf waits to be put into the log, or for enough witnesses.
    Pending,
    /// The leaf is in the published log.
    Included,
    /// The leaf still waits, and its time is over. The promise is broken.
    Overdue,
    /// The log's key promised this leaf, and the log has never had it. The promise is broken.
    Unknown,
}

/// What has become of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::receipt_check))]
pub struct ReceiptCheck {
    /// How far it has come.
    pub status: ReceiptStatus,
    /// In which log of this installation the leaf stands: 0 is the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub generation: Option<u32>,
    /// At which index, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leaf_index: Option<u64>,
    /// The proof for offline use (C2SP tlog-proof).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tlog_proof: Option<String>,
}

/// That an event is in the published log. With the event's payload and the log's policy it convinces offline:
/// `leaf` must end in HMAC-SHA256 under `salt` over `freigabe/event/v1`, a line feed and the payload, and `tlog_proof` must
/// prove `leaf`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::audit_event_proof))]
pub struct AuditEventProof {
    /// The event.
    pub event_id: Uuid,
    /// In which log of this installation its leaf stands: 0 is the first one.
    pub generation: u32,
    /// At which index, counted from 0.
    pub leaf_index: u64,
    /// The leaf's 36 bytes in base64.
    #[schema(min_length = 48, max_length = 48)]
    pub leaf: String,
    /// The event's 32 bytes of salt in base64. Whoever has it can tell whether a guessed payload is the event's, so it goes
    /// where the payload may go.
    #[schema(min_length = 44, max_length = 44)]
    pub salt: String,
    /// The proof for offline use (C2SP tlog-proof).
    pub tlog_proof: String,
}

impl std::fmt::Debug for AuditEventProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditEventProof")
            .field("event_id", &self.event_id)
            .field("generation", &self.generation)
            .field("leaf_index", &self.leaf_index)
            .finish_non_exhaustive()
    }
}
