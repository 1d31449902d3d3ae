//! What events say about accesses that were denied.

use super::Event;
use crate::{
    access::Caller,
    audit::{DenialReason, Outcome},
};

/// An access that was denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Who, as far as proven.
    pub caller: Option<Caller>,
    /// The API operation that was tried (its `operationId`).
    pub attempted: &'static str,
    /// Why it was denied.
    pub reason: DenialReason,
    /// How many denials of callers without a valid token went unrecorded before this one, to bound the log.
    pub unrecorded_before: u64,
}

impl Event {
    /// Denied.
    #[must_use]
    pub fn denied(mut self, denial: &Denial) -> Self {
        self.outcome = Outcome::Denied;
        self.denial = Some(denial.reason);
        self.attempted = Some(denial.attempted);
        if denial.unrecorded_before > 0 {
            self.unrecorded_before = Some(denial.unrecorded_before);
        }
        self.by_if_known(denial.caller.as_ref())
    }
}
