//! Whether a consent is in force: everything that does not depend on what is to be disclosed.

use super::{
    Assent, Capacity, ConsentStatus, ConsentTerms, Conversation, Grantor, LegalHalf, LockedConsent,
};
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
        if self.data_protection_consent.is_none() {
            faults.push(ForceFault::DataProtectionConsentMissing);
        }
        if self.confidentiality_release.is_none() {
            faults.push(ForceFault::ConfidentialityReleaseMissing);
        }
        Formalities {
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            forms: [
                self.data_protection_consent.as_ref(),
                self.confidentiality_release.as_ref(),
            ],
            notice_complete: self.notice.complete(),
            capacity: self.capacity,
            grantor: &self.grantor,
            conversation: &self.conversation,
            has_evidence: self.evidence.is_some(),
        }
        .push_faults(now, faults);
    }
}

/// The formal parts that every consent has, whatever it allows.
#[derive(Debug, Clone)]
pub struct Formalities<'a> {
    /// First moment of validity.
    pub valid_from: Instant,
    /// First moment after validity.
    pub valid_until: Instant,
    /// The signed forms that are there.
    pub forms: [Option<&'a LegalHalf>; 2],
    /// Whether the person was told everything beforehand.
    pub notice_complete: bool,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: &'a Grantor,
    /// The talk.
    pub conversation: &'a Conversation,
    /// Whether there is evidence.
    pub has_evidence: bool,
}

impl Formalities<'_> {
    /// Adds everything that keeps a consent with these from being in force at `now` (the database's clock).
    pub fn push_faults(&self, now: Instant, faults: &mut Vec<ForceFault>) {
        let mut check = |holds: bool, fault| {
            if !holds {
                faults.push(fault);
            }
        };
        check(now >= self.valid_from, ForceFault::NotYetValid);
        check(now < self.valid_until, ForceFault::Expired);
        check(self.notice_complete, ForceFault::NoticeIncomplete);
        check(
            !self.conversation.lacks_interpreter(),
            ForceFault::InterpreterRequired,
        );
        check(self.has_evidence, ForceFault::EvidenceMissing);
        check(
            !self
                .conversation
                .lacks_read_back(self.forms.iter().copied().flatten()),
            ForceFault::ReadBackRequired,
        );
        match (self.capacity, self.grantor) {
            (Capacity::Full, Grantor::Person) => {}
            (Capacity::Full, Grantor::Representative { .. }) => {
                check(false, ForceFault::PersonMustConsent);
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
