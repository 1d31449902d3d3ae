//! What is foretold of contact consents and contact details.

use std::collections::BTreeMap;

use freigabe_domain::{
    consent::ConsentStatus,
    contact::{
        ContactConsent, ContactContent, ContactDraft, ContactItem, ContactItemKind, ContactRecord,
        ContactState, ContactTerms, LockedContactConsent,
    },
    disclosure::SealReason,
    ids::{CentreId, ContactConsentId, ContactDetailsId},
    store::{Cursor, Lock},
    text::ShortText,
};
use freigabe_testkit::{Backend, store::good_contact_terms};

use crate::ports::{
    involvements::{self, Asked},
    machine::Failure,
    world::{By, Place, at, centre, commitment, office, thing},
};

#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    Record {
        id: u8,
        until: u8,
    },
    Show {
        id: u8,
    },
    Hold {
        id: u8,
        lock: Lock,
    },
    Head {
        id: u8,
    },
    End {
        id: u8,
        to: ConsentStatus,
        at: u8,
    },
    PastEnd {
        now: u8,
        limit: u16,
    },
    Release {
        id: u8,
        consent: u8,
        centre: u8,
        at: u8,
    },
    Collect {
        id: u8,
        at: u8,
    },
    Details {
        id: u8,
    },
    Under {
        consent: u8,
    },
    For {
        centre: u8,
        now: u8,
        page: Place,
    },
    Seal {
        id: u8,
        reason: SealReason,
        at: u8,
    },
    Acknowledge {
        id: u8,
        at: u8,
    },
    AskToErase {
        id: u8,
        at: u8,
    },
    Erased {
        id: u8,
        at: u8,
    },
}

/// What came of contact details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    Recorded(Box<ContactRecord>),
    Refused,
    NoSuchConsent,
    /// There are no such details.
    Missing,
    /// What they say is not there any more.
    Destroyed,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) record: ContactRecord,
    pub(super) consent: u8,
    pub(super) has_content: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Model {
    pub(super) consents: BTreeMap<u8, LockedContactConsent>,
    pub(super) details: BTreeMap<u8, Kept>,
}

pub(super) fn consent_id(number: u8) -> ContactConsentId {
    ContactConsentId::from_uuid(thing(number))
}

pub(super) fn details_id(number: u8) -> ContactDetailsId {
    ContactDetailsId::from_uuid(crate::ports::given::message(number).as_uuid())
}

/// The involvement, and with it the office, of a consent.
pub(super) const fn of(consent: u8) -> u8 {
    consent % 2
}

pub(super) const fn offer_of(involvement: u8, centre: u8) -> u8 {
    10 + 2 * involvement + centre
}

pub(super) fn asked(involvement: u8, centre: u8) -> Asked {
    Asked {
        id: offer_of(involvement, centre),
        involvement,
        centre,
        at: 0,
    }
}

pub(super) fn recorded(number: u8, until: u8) -> LockedContactConsent {
    let involvement = involvements::noted(of(number), 0);
    LockedContactConsent {
        head: ContactConsent {
            id: consent_id(number),
            involvement: involvement.id,
            office: involvement.office,
            case: involvement.case,
            person: involvement.person,
            status: ConsentStatus::Given,
            recorded_at: at(0),
            withdrawn_at: None,
            valid_from: at(0),
            valid_until: at(until),
            commitment: commitment(number),
        },
        terms: ContactTerms {
            recipients: (0..2)
                .map(|number| CentreId::from_uuid(thing(number)))
                .collect(),
            valid_from: at(0),
            valid_until: at(until),
            ..good_contact_terms(CentreId::from_uuid(thing(0)))
        },
    }
}

pub(super) fn ended(before: ContactConsent, to: ConsentStatus, moment: u8) -> ContactConsent {
    ContactConsent {
        status: to,
        withdrawn_at: (to == ConsentStatus::Withdrawn).then(|| at(moment)),
        commitment: commitment(100 + moment),
        ..before
    }
}

pub(super) fn draft(consent: u8, centre: u8) -> ContactDraft {
    ContactDraft {
        consent: consent_id(consent),
        centre: CentreId::from_uuid(thing(centre)),
        content: ContactContent::new(vec![ContactItem {
            kind: ContactItemKind::Name,
            text: ShortText::parse("Kanarienvogel").unwrap(),
        }]),
    }
}

pub(super) fn released(number: u8, consent: u8, moment: u8) -> ContactRecord {
    let head = recorded(consent, 1).head;
    let offer = asked(of(consent), of(consent)).whole();
    ContactRecord {
        id: details_id(number),
        consent: head.id,
        involvement: head.involvement,
        office: head.office,
        case: head.case,
        offer: offer.id,
        centre: offer.centre,
        organisation: offer.organisation,
        person: head.person,
        person_for_centre: offer.person_for_centre,
        kinds: vec![ContactItemKind::Name],
        state: ContactState::Held,
        seal_reason: None,
        released_at: at(moment),
        collected_at: None,
        closed_at: None,
        erasure_asked_at: None,
        erased_at: None,
    }
}

pub(super) fn position(record: &ContactRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

pub(super) fn sees(by: By, record: &ContactRecord, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Office(number) => record.office == office(number),
        By::Centre(number) => record.organisation == centre(number),
        By::Upkeep => true,
        _ => false,
    }
}

impl Model {
    pub(super) fn sees_consent(
        &self,
        by: By,
        number: u8,
        on: Backend,
    ) -> Option<&LockedContactConsent> {
        let consent = self.consents.get(&number)?;
        let seen = match by {
            _ if on == Backend::Sqlite => true,
            By::Office(_) => by == By::Office(of(number)),
            By::Centre(_) => self
                .details
                .values()
                .any(|kept| kept.consent == number && sees(by, &kept.record, on)),
            By::Upkeep => consent.head.status != ConsentStatus::Withdrawn,
            _ => false,
        };
        seen.then_some(consent)
    }

    pub(super) fn holds_consent(
        &self,
        by: By,
        number: u8,
        on: Backend,
    ) -> Option<&LockedContactConsent> {
        let found = self.sees_consent(by, number, on);
        found.filter(|consent| {
            on == Backend::Sqlite || by != By::Upkeep || consent.head.status == ConsentStatus::Given
        })
    }

    pub(super) fn in_force(&self, consent: u8, moment: u8) -> bool {
        self.consents.get(&consent).is_some_and(|consent| {
            consent.head.status == ConsentStatus::Given && at(moment) < consent.head.valid_until
        })
    }

    /// In the order of their release.
    pub(super) fn listed(
        &self,
        by: By,
        on: Backend,
        wanted: impl Fn(&Kept) -> bool,
    ) -> Vec<ContactRecord> {
        let all = self.details.values();
        let found = all.filter(|kept| sees(by, &kept.record, on) && wanted(kept));
        let mut records: Vec<_> = found.map(|kept| kept.record.clone()).collect();
        records.sort_by_key(position);
        records
    }

    /// Changes details that are in one of these states, as far as somebody may; false where nothing is reached.
    pub(super) fn change(
        &mut self,
        by: By,
        number: u8,
        on: Backend,
        is_due: impl Fn(&ContactRecord) -> bool,
        change: impl Fn(&mut ContactRecord),
    ) -> Result<bool, Failure> {
        let Some(kept) = self.details.get_mut(&number) else {
            return Ok(false);
        };
        if !sees(by, &kept.record, on) || !is_due(&kept.record) {
            return Ok(false);
        }
        let held = kept.record.state == ContactState::Held;
        let is_open = kept.record.state != ContactState::Sealed;
        let mut after = kept.record.clone();
        change(&mut after);
        let sealed = after.state == ContactState::Sealed;
        let expired = after.seal_reason == Some(SealReason::Expired);
        if on == Backend::Postgres {
            let (reached, left) = match by {
                By::Office(_) => (is_open, sealed || after.erasure_asked_at.is_some()),
                By::Centre(_) => (is_open, !sealed || expired),
                By::Upkeep => (held, sealed && expired),
                _ => (false, false),
            };
            if !reached {
                return Ok(false);
            }
            if !left {
                return Err(Failure::Defect);
            }
        }
        kept.record = after;
        Ok(true)
    }

    pub(super) fn destroy(&mut self, number: u8) {
        if let Some(kept) = self.details.get_mut(&number) {
            kept.has_content = false;
        }
    }
}

pub(super) const CONSENTS: u8 = 4;
pub(super) const DETAILS: u8 = 4;
