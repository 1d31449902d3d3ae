//! The disclosure log (§ 76 BDSG), for auditors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Timestamp, page::page};

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

page! {
    /// A page of events, newest first.
    AuditEventPage of AuditEvent
}
