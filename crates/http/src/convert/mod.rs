//! Between the contract and the domain. What comes in is checked once more by the domain's own constructors, all faults at
//! once; what goes out is complete and carries nothing that its reader must not see.

mod audit;
mod berlin;
mod consent;
pub(crate) mod contact;
pub(crate) mod contact_pair;
pub(crate) mod directory;
mod draft;
pub(crate) mod handover;
mod hours;
pub(crate) mod involvement;
mod item;
mod known_person;
pub(crate) mod leaflet;
mod log;
mod office;
pub(crate) mod onboarding;
mod receipt;
mod record;
mod refusal;
pub(crate) mod regional;
pub(crate) mod security_notice;
mod terms;
mod vocabulary;
mod withdrawal;

use freigabe_contract::{Fault, Timestamp};
use freigabe_domain::{ids::OrganisationId, instant::Instant};

pub(crate) use audit::{audit_counts, audit_event, audit_sample};
pub(crate) use consent::{consent, consent_forms, summary, withdrawal};
pub(crate) use draft::draft;
pub(crate) use log::{event_proof, receipt_check};
pub(crate) use office::{competence, needed_for_competence, office};
pub(crate) use receipt::{Named, offices as offices_named_in, receipt};
pub(crate) use record::{addressed, collected, disclosure};
pub(crate) use refusal::{check_result, refusals};
pub(crate) use terms::{decision, new_consent};
pub(crate) use withdrawal::{answer, notice};

use crate::problem::ApiError;

/// Faults found on the way from the contract to the domain.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Keeps the value, or the fault with its pointer.
    fn keep<T, E: std::fmt::Display>(
        &mut self,
        pointer: impl FnOnce() -> String,
        read: Result<T, E>,
    ) -> Option<T> {
        read.map_err(|error| self.0.push(Fault::at(pointer(), error.to_string())))
            .ok()
    }

    fn add(&mut self, pointer: &str, detail: &str) {
        self.0.push(Fault::at(pointer, detail));
    }

    /// The value, if there was no fault.
    fn finish<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match (value, self.0.is_empty()) {
            (Some(value), true) => Ok(value),
            (_, false) => Err(ApiError::InvalidBody(self.0)),
            (None, true) => Err(ApiError::Internal(
                "a body was not understood and no fault was found".to_owned(),
            )),
        }
    }
}

fn timestamp(at: Instant) -> Timestamp {
    Timestamp::new(at.to_datetime())
}

fn instant(at: Timestamp) -> Result<Instant, freigabe_domain::instant::InstantError> {
    Instant::from_datetime(at.get())
}

fn organisation(id: OrganisationId) -> uuid::Uuid {
    id.as_uuid()
}

/// A number of things, as it stands in answers.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Indices, as they stand in answers.
pub(crate) fn indices(all: &[usize]) -> Vec<u32> {
    all.iter().copied().map(count).collect()
}

#[cfg(test)]
mod tests;
