//! What some ports' rows refer to: cases, consents and messages that are there before a sequence begins.

use std::sync::atomic::{AtomicU8, Ordering};

use freigabe_domain::{
    Error,
    consent::{ConsentHead, ConsentStatus, ConsentTerms, Decision, Grant},
    disclosure::{AuthorizeError, Disclosure, DisclosureRecord, DisclosureState, Draft},
    entropy::{Entropy, EntropyError},
    ids::DisclosureId,
    office::{CompetenceReason, Matter, Task},
    store::{Mode, StoreError, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{
    Backend,
    machine::MachineEntropy,
    over::Over,
    store::{good_draft, good_terms},
};
use uuid::Builder;

use super::{
    pair::{Pair, Transaction},
    slips::{Desk, Slips},
    world::{self, By, at, case, centre, commitment, consent, office},
};

/// A consent that is there: of which centre, case and person, and until when.
pub(super) struct Given {
    pub(super) centre: u8,
    pub(super) case: u8,
    pub(super) person: u8,
    pub(super) until: u8,
}

/// One that ends soon, one of another centre, and one more of the first person. All of them begin at moment 0 and name both offices.
pub(super) const GIVEN: [Given; 4] = [
    Given {
        centre: 0,
        case: 0,
        person: 0,
        until: 100,
    },
    Given {
        centre: 0,
        case: 1,
        person: 1,
        until: 3,
    },
    Given {
        centre: 1,
        case: 2,
        person: 0,
        until: 100,
    },
    Given {
        centre: 0,
        case: 3,
        person: 0,
        until: 100,
    },
];

/// Whether it is in force.
pub(super) fn in_force(given: &Given, moment: u8) -> bool {
    moment < given.until
}

/// Records these consents on both databases.
pub(super) async fn consents(pair: &Pair) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let store = pair.store(backend);
        for (number, given) in (0..).zip(&GIVEN) {
            let scope = By::Centre(given.centre).scope();
            let recorded = unit_of_work(&store, &scope, Mode::Write, async |tx: &mut SqlTx<'_>| {
                let references = world::references(given.case, given.person);
                let made = tx
                    .case_for(centre(given.centre), &references, case(given.case), at(0))
                    .await?;
                assert_eq!(made.id, case(given.case));
                Ok(tx.insert_consent(&head(number), &decision(number)).await?)
            });
            recorded.await.expect("a recorded consent");
        }
    }
}

pub(super) fn decision(number: u8) -> Decision {
    let terms = good_terms();
    let grants = terms.grants.into_iter().map(|grant| Grant {
        recipients: vec![office(0), office(1)],
        ..grant
    });
    Decision::Given(Box::new(ConsentTerms {
        grants: grants.collect(),
        valid_from: at(0),
        valid_until: at(GIVEN[usize::from(number)].until),
        ..good_terms()
    }))
}

pub(super) fn head(number: u8) -> ConsentHead {
    let given = &GIVEN[usize::from(number)];
    ConsentHead {
        id: consent(number),
        centre: centre(given.centre),
        case: case(given.case),
        person: world::in_log(given.centre, given.person),
        status: ConsentStatus::Given,
        revision: 1,
        recorded_at: at(0),
        changed_at: at(0),
        withdrawn_at: None,
        valid_from: Some(at(0)),
        valid_until: Some(at(given.until)),
        commitment: commitment(0),
    }
}

/// The identifier that a message with this number has whenever it is released: all moments are of one millisecond.
pub(super) fn message(number: u8) -> DisclosureId {
    let id = Builder::from_unix_timestamp_millis(at(0).as_unix_millis(), &[number; 10]);
    DisclosureId::from_uuid(id.into_uuid())
}

/// Randomness of which the first bytes, those of the message's identifier, are foretold.
pub(super) struct Numbered(AtomicU8);

impl Numbered {
    /// Those bytes of the message with this number; of none, if it is the greatest.
    pub(super) const fn first(number: u8) -> Self {
        Self(AtomicU8::new(number))
    }
}

impl Entropy for Numbered {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        match self.0.swap(u8::MAX, Ordering::SeqCst) {
            u8::MAX => MachineEntropy.fill(buffer),
            number => {
                buffer.fill(number);
                Ok(())
            }
        }
    }
}

/// A release under one of the consents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Release {
    pub(super) message: u8,
    pub(super) consent: u8,
    pub(super) office: u8,
    pub(super) at: u8,
}

impl Release {
    pub(super) fn given(self) -> &'static Given {
        &GIVEN[usize::from(self.consent)]
    }

    fn draft(self) -> Draft {
        let task = Task::CriminalInvestigation;
        Draft {
            recipient: office(self.office),
            matter: Matter::new(Some(office(self.office)), None, task).unwrap(),
            ..good_draft(consent(self.consent))
        }
    }

    /// What is stored of it.
    pub(super) fn record(self) -> DisclosureRecord {
        let given = self.given();
        let draft = self.draft();
        DisclosureRecord {
            id: message(self.message),
            centre: centre(given.centre),
            case: case(given.case),
            consent: draft.consent,
            consent_revision: 1,
            recipient: draft.recipient,
            purpose: draft.purpose,
            onward_transfer: draft.onward_transfer,
            matter: draft.matter,
            competence: CompetenceReason::HandlesCase,
            items: draft.items.into_iter().map(|item| item.profile).collect(),
            person: world::in_log(given.centre, given.person),
            person_for_recipient: world::for_office(given.centre, given.person, self.office),
            state: DisclosureState::Held,
            seal_reason: None,
            released_at: at(self.at),
            collected_at: None,
            closed_at: None,
        }
    }

    /// Holds it for the office: the only road to a permit is the authorisation.
    pub(super) async fn carry_out<'tx>(
        self,
        tx: &mut Transaction<'tx>,
        desk: &Desk,
        by: By,
    ) -> Result<Done, StoreError> {
        let draft = Disclosure::draft(centre(self.given().centre), self.draft());
        record(tx, desk, by, draft, self.message, self.at).await
    }
}

/// What came of a disclosure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    Recorded(Box<DisclosureRecord>),
    Refused,
    NoSuchConsent,
    /// Its content is not there any more.
    Destroyed,
}

/// Authorises and records at this moment.
pub(super) async fn record<'tx>(
    tx: &mut Transaction<'tx>,
    desk: &Desk,
    by: By,
    disclosure: Disclosure<freigabe_domain::disclosure::Requested>,
    number: u8,
    moment: u8,
) -> Result<Done, StoreError> {
    desk.set_clock(at(moment));
    let authorized = match disclosure.authorize(tx).await {
        Ok(authorized) => authorized,
        Err(AuthorizeError::Refused(_)) => return Ok(Done::Refused),
        Err(AuthorizeError::NoSuchConsent) => return Ok(Done::NoSuchConsent),
        Err(AuthorizeError::Store(error)) => return Err(error),
    };
    let entropy = Numbered::first(number);
    match authorized.record(tx, &by.caller(), &entropy).await {
        Ok(recorded) => Ok(Done::Recorded(Box::new(recorded.record().clone()))),
        Err(Error::NotFound) => Ok(Done::Destroyed),
        Err(Error::Store(error)) => Err(error),
        Err(other) => Err(StoreError::Defect(other.to_string())),
    }
}

/// Messages that are there: of which consent, and for which office.
pub(super) const MESSAGES: [Release; 3] = [
    Release {
        message: 0,
        consent: 0,
        office: 0,
        at: 0,
    },
    Release {
        message: 1,
        consent: 0,
        office: 1,
        at: 0,
    },
    Release {
        message: 2,
        consent: 2,
        office: 0,
        at: 0,
    },
];

/// Releases these messages on both databases.
pub(super) async fn messages(pair: &Pair) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let slips = Slips::default();
        let store = Over::new(pair.store(backend), slips.clone());
        for release in MESSAGES {
            let by = By::Centre(release.given().centre);
            let scope = by.scope();
            let released = unit_of_work(
                &store,
                &scope,
                Mode::Write,
                async |tx: &mut Transaction<'_>| {
                    Ok(release.carry_out(tx, slips.desk(), by).await?)
                },
            );
            let expected = Done::Recorded(Box::new(release.record()));
            assert_eq!(released.await.expect("a released message"), expected);
        }
    }
}
