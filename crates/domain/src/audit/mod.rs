//! The disclosure log (§ 76 BDSG): one event for everything that happened, written in the same transaction as its effect.
//!
//! An event's payload is canonical JSON (RFC 8785), built once and kept as bytes; its commitment is salted, so that the
//! payload can be erased while the log stays verifiable. The columns by which auditors search are projections of it.

mod count;
mod event;
mod evidence;
mod kept;
mod logged;
mod projection;
mod query;
mod range;
mod reader;
mod vocabulary;

pub use count::{CalendarMonth, EventCount, EventCounts, Period};
pub use event::{Denial, Event, SealedEvent, StoredEvent, append};
pub(crate) use evidence::evidence;
pub use kept::{
    EventState, Evidence, ExportBatch, ExportPlan, ExportPosition, ExportRequest, KeptEvent,
    LoggedLeaf, Sample, SampleRequest, WantedLeaves,
};
pub use logged::{Logged, LoggedAs};
pub use projection::ProjectedEvent;
pub use query::{AuditQuery, Queried};
pub use range::{ExportFormat, LeafRange, SampleSeed, SampleSeedError};
pub use reader::EventReader;
pub use vocabulary::{DenialReason, LegalBasis, Operation, Outcome, Retention};
