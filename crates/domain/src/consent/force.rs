//! Whether a consent is in force: everything that does not depend on what is to be disclosed.

use super::{ConsentStatus, ConsentTerms, LockedConsent};
use crate::instant::Instant;

/// Why a consent is not in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForceFault {
    /// Refused, or not asked.
    NotGiven,
    /// Withdrawn.
    Withdrawn,
    /// Its validity has not begun.
    NotYetValid,
    /// Its validity is over.
    Expired,
    /// The data-protection consent is missing.
    DataProtectionConsentMissing,
    /// The release from confidentiality is missing.
    ConfidentialityReleaseMissing,
    /// The person was not told everything beforehand.
    NoticeIncomplete,
    /// A minor or represented person without a representative who counts.
    RepresentativeRequired,
    /// An adult who can consent, and somebody else did.
    PersonMustConsent,
    /// The represented person's assent is missing.
    AssentRequired,
    /// The talk needed an interpreter.
    InterpreterRequired,
    /// The text was to be read back.
    ReadBackRequired,
    /// Nothing proves the consent.
    EvidenceMissing,
}

impl LockedConsent {
    /// Everything that keeps this consent from being in force at `now` (the database's clock), all at once.
    #[must_use]
    pub fn force_faults(&self, now: Instant) -> Vec<ForceFault> {
        // Nothing is pushed in the good case, and an empty Vec does not allocate.
        let mut faults = Vec::new();
        match self.head.status {
            ConsentStatus::NotAsked | ConsentStatus::Refused => faults.push(ForceFault::NotGiven),
            ConsentStatus::Withdrawn => faults.push(ForceFault::Withdrawn),
            ConsentStatus::Expired => faults.push(ForceFault::Expired),
            ConsentStatus::Given => {}
        }
        if let Some(terms) = self.decision.terms() {
            terms.push_force_faults(now, &mut faults);
        } else if faults.is_empty() {
            // INVARIANT: a given consent has terms. A stored record that says otherwise authorises nothing.
            faults.push(ForceFault::NotGiven);
        }
        faults.sort_unstable();
        faults.dedup();
        faults
    }
}

impl ConsentTerms {
    fn push_force_faults(&self, now: Instant, faults: &mut Vec<ForceFault>) {
        let forms = [
            (
                &self.data_protection_consent,
                ForceFault::DataProtectionConsentMissing,
            ),
            (
                &self.confidentiality_release,
                ForceFault::ConfidentialityReleaseMissing,
            ),
        ];
        for (form, missing) in forms {
            if form.is_none() {
                faults.push(missing);
            }
        }
        self.formalities().push_force_faults(now, faults);
    }
}
