//! Whether a consent is in force: everything that does not depend on what is to be disclosed.

use super::{Assent, Capacity, ConsentStatus, ConsentTerms, Grantor, LegalHalf, LockedConsent};
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
        let mut check = |holds: bool, fault| {
            if !holds {
                faults.push(fault);
            }
        };
        check(now >= self.valid_from, ForceFault::NotYetValid);
        check(now < self.valid_until, ForceFault::Expired);
        check(
            self.data_protection_consent.is_some(),
            ForceFault::DataProtectionConsentMissing,
        );
        check(
            self.confidentiality_release.is_some(),
            ForceFault::ConfidentialityReleaseMissing,
        );
        check(self.notice.complete(), ForceFault::NoticeIncomplete);
        check(
            !self.conversation.lacks_interpreter(),
            ForceFault::InterpreterRequired,
        );
        check(self.evidence.is_some(), ForceFault::EvidenceMissing);

        let no_form = None::<&LegalHalf>;
        let read_back_missing = match (&self.data_protection_consent, &self.confidentiality_release)
        {
            (Some(a), Some(b)) => self.conversation.lacks_read_back(&[a, b]),
            (Some(form), None) | (None, Some(form)) => self.conversation.lacks_read_back(&[form]),
            (None, None) => self.conversation.lacks_read_back(no_form.as_slice()),
        };
        check(!read_back_missing, ForceFault::ReadBackRequired);

        match (self.capacity, &self.grantor) {
            (Capacity::Full, Grantor::Person) => {}
            (Capacity::Full, Grantor::Representative { .. }) => {
                check(false, ForceFault::PersonMustConsent)
            }
            (Capacity::Minor | Capacity::Represented, Grantor::Person) => {
                check(false, ForceFault::RepresentativeRequired);
            }
            (
                capacity @ (Capacity::Minor | Capacity::Represented),
                Grantor::Representative {
                    basis,
                    suspected,
                    assent,
                    ..
                },
            ) => {
                let counts = !suspected && basis.represents(capacity);
                check(counts, ForceFault::RepresentativeRequired);
                let assents = matches!(assent, Assent::Given { .. } | Assent::NotAble { .. });
                check(assents, ForceFault::AssentRequired);
            }
        }
    }
}
