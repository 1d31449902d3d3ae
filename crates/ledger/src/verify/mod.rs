//! Verifies an export offline: whether it is part of the log that its checkpoint speaks of, and what became of each event.
//!
//! [`Verification`] takes the lines one after the other and keeps little of them: the right edge of the tree, runs of leaves
//! that are alike, and commitments that later events may refer to. The work of a line is done by [`Checker::check`], which
//! needs nothing but the line, so that several threads can do it; [`Verification::accept`] then takes the results in
//! order. What an event's payload means is the caller's to know: see [`ReadPayload`].
//!
//! ```text
//! first line ──▶ Verification::begin
//! other lines ─▶ Checker::check (any thread) ─▶ Verification::accept (in order) ─▶ Verification::finish ─▶ Report
//! ```
//!
//! What is verified, and what each finding means, is listed at [`Violation`] and [`Remark`].

mod check;
mod evidence;
mod finding;
mod last_seen;
mod order;
mod payload;
mod receipts;
mod report;
mod states;
mod trust;
mod walk;

pub use self::check::{Checked, Checker};
pub use self::evidence::{Evidence, EvidenceError};
pub use self::finding::{Finding, MOST_FINDINGS, Remark, Violation};
pub use self::payload::{
    Columns, Erasure, ErasureKind, LogEvent, ReadPayload, Reading, UnreadablePayload,
};
pub use self::receipts::GivenReceipt;
pub use self::report::{
    CheckpointReport, ErasureReport, EventReport, FormerReport, KeyReport, LastSeenReport,
    LeafCounts, LogReport, OrderReport, PayloadReport, ReceiptReport, ReceiptState, Report,
    Subject, WitnessReport,
};
pub use self::trust::{Trust, TrustError};
pub use self::walk::{Setup, Unusable, Verification};
