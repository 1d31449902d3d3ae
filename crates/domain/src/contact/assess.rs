//! The check itself: pure and complete.

use super::{ContactItemKind, LockedContactConsent};
use crate::{
    consent::{ConsentStatus, ForceFault},
    disclosure::{Needed, Refusal, RefusalReason, of_force_fault},
    ids::{CentreId, ContactConsentId},
    instant::Instant,
    involvement::{Involvement, InvolvementOffer, InvolvementState},
};

/// Every reason against telling, with the consent that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRefusals {
    /// The consent.
    pub consent: ContactConsentId,
    /// Never empty.
    pub reasons: Vec<Refusal>,
}

/// What is to be told, and to whom; all of it read in the transaction that holds the consent.
pub(super) struct Circumstances<'a> {
    pub(super) consent: &'a LockedContactConsent,
    pub(super) involvement: &'a Involvement,
    /// The offer under which the details are told, or would be.
    pub(super) offer: Option<&'a InvolvementOffer>,
    /// Whom they are for.
    pub(super) centre: CentreId,
    pub(super) kinds: &'a [ContactItemKind],
    /// The database's time, read after the row was held.
    pub(super) now: Instant,
}

impl LockedContactConsent {
    /// Everything that keeps this consent from being in force at `now` (the database's clock), all at once.
    #[must_use]
    pub fn force_faults(&self, now: Instant) -> Vec<ForceFault> {
        let mut faults = match self.head.status {
            ConsentStatus::Given => Vec::new(),
            ConsentStatus::Withdrawn => vec![ForceFault::Withdrawn],
            ConsentStatus::Expired => vec![ForceFault::Expired],
            // INVARIANT: no other is recorded. A stored one authorises nothing.
            ConsentStatus::NotAsked | ConsentStatus::Refused => vec![ForceFault::NotGiven],
        };
        if self.terms.data_protection_consent.is_none() {
            faults.push(ForceFault::DataProtectionConsentMissing);
        }
        self.terms.formalities().push_force_faults(now, &mut faults);
        faults.sort_unstable();
        faults.dedup();
        faults
    }
}

/// Every reason against it; none is an authorisation.
pub(super) fn assess(circumstances: &Circumstances<'_>) -> Vec<Refusal> {
    let Circumstances {
        consent,
        involvement,
        offer,
        centre,
        kinds,
        now,
    } = circumstances;
    let valid_from = Some(consent.terms.valid_from);
    let faults = consent.force_faults(*now).into_iter();
    let mut refusals: Vec<Refusal> = faults
        .map(|fault| of_force_fault(fault, valid_from))
        .collect();
    let mut refuse = |reason, item, needed| {
        refusals.push(Refusal {
            reason,
            item,
            needed,
        });
    };
    let helps = matches!(
        involvement.state,
        InvolvementState::Accepted | InvolvementState::ContactAgreed
    ) && offer
        .is_some_and(|offer| involvement.accepted == Some(offer.id) && offer.centre == *centre);
    if !helps {
        refuse(
            RefusalReason::CentreDoesNotHelp,
            None,
            Needed::HelpingCentre,
        );
    }
    if !consent.terms.recipients.contains(centre) {
        refuse(
            RefusalReason::RecipientNotCovered,
            None,
            Needed::RecipientCentre(*centre),
        );
    }
    for (index, kind) in kinds.iter().enumerate() {
        if !consent.terms.items.contains(kind) {
            refuse(
                RefusalReason::CategoryNotCovered,
                Some(index),
                Needed::ContactItem(*kind),
            );
        }
    }
    refusals
}
