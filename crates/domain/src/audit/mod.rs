//! The disclosure log (§ 76 BDSG): one event for everything that happened, written in the same transaction as its effect.
//!
//! An event's payload is canonical JSON (RFC 8785), built once and kept as bytes; its commitment is salted, so that the
//! payload can be erased while the log stays verifiable. The columns by which auditors search are projections of it.

mod event;
mod logged;
mod query;

pub use event::{
    Denial, DenialReason, Event, Operation, Outcome, ProjectedEvent, SealedEvent, StoredEvent,
    append,
};
pub use logged::{Logged, LoggedAs};
pub use query::AuditQuery;
