//! The use cases, over the store in memory.

mod admission;
mod collection;
mod consent;
mod denial;
mod release;
mod repetition;
mod revision;
mod scope;
mod upkeep;
mod withdrawal;

use std::sync::Arc;

use freigabe_domain::{
    Error,
    access::{AuditorCaller, Caller, CentreCaller, ClientId, OfficeCaller, Standing},
    audit::{Operation, Outcome, SealedEvent},
    consent::{CaseReferences, ConsentTerms, Decision, NewConsent},
    disclosure::{Disclosure, DisclosureRecord, DisclosureState, Draft, Released},
    entropy::SequentialEntropy,
    exchange::{
        Application, CollectionDesk, ConsentDesk, ConsentView, ReleaseDesk, WithdrawalDesk,
    },
    ids::{ConsentId, DisclosureId, OrganisationId},
    store::{IdempotencyKey, PageRequest, RequestKey},
    withdrawal::{WithdrawalNotice, WithdrawalOutcome},
};
use uuid::Uuid;

use crate::{
    given::{self, office_id},
    memory::{MemoryStore, Message},
};

/// The centre's own references, which nobody else may ever see.
pub(crate) const CASE_REFERENCE: &str = "akte-4711";
pub(crate) const PERSON_REFERENCE: &str = "klientin-0815";

pub(crate) const FIRST_PAGE: PageRequest = PageRequest {
    after: None,
    limit: 50,
};

/// The references of every consent here.
pub(crate) fn references() -> CaseReferences {
    CaseReferences {
        case_reference: given::reference(CASE_REFERENCE),
        pii_principal_id: given::reference(PERSON_REFERENCE),
    }
}

/// Waits for an answer.
pub(crate) use pollster::block_on as ask;

/// Everybody who takes part, and the application between them.
pub(crate) struct Field {
    pub(crate) store: MemoryStore,
    pub(crate) app: Application<MemoryStore>,
    pub(crate) centre: CentreCaller,
    pub(crate) other_centre: CentreCaller,
    /// The addressed office.
    pub(crate) office: OfficeCaller,
    /// Its superior.
    pub(crate) other_office: OfficeCaller,
    pub(crate) auditor: AuditorCaller,
}

fn caller(name: &str, organisation: u128, standing: Standing) -> Caller {
    Caller {
        client: ClientId::parse(name).unwrap(),
        organisation: OrganisationId::from_uuid(Uuid::from_u128(organisation)),
        standing,
        user: None,
    }
}

/// A request of the client `client`, number `number`; another number is another request with another key.
pub(crate) fn request_of(caller: impl AsRef<Caller>, number: u8) -> RequestKey {
    RequestKey {
        client: caller.as_ref().client.clone(),
        key: IdempotencyKey::parse(&format!("request-{number:04}")).unwrap(),
        fingerprint: [number; 32],
    }
}

impl Field {
    pub(crate) fn new() -> Self {
        let store = MemoryStore::new();
        Self {
            app: Self::node(&store, 42),
            store,
            centre: caller("centre", 0xC1, Standing::Centre).try_into().unwrap(),
            other_centre: caller("other-centre", 0xC2, Standing::Centre)
                .try_into()
                .unwrap(),
            office: caller(
                "office",
                0x01,
                Standing::Office(office_id(given::ADDRESSED)),
            )
            .try_into()
            .unwrap(),
            other_office: caller(
                "other-office",
                0x02,
                Standing::Office(office_id(given::SUPERIOR)),
            )
            .try_into()
            .unwrap(),
            auditor: caller("auditor", 0xA1, Standing::Auditor)
                .try_into()
                .unwrap(),
        }
    }

    /// One more node on the same store.
    pub(crate) fn node(store: &MemoryStore, seed: u64) -> Application<MemoryStore> {
        Application::new(
            store.clone(),
            Arc::new(SequentialEntropy::starting_at(seed)),
        )
    }

    /// Records a consent of the person.
    pub(crate) fn consent(&self, number: u8, terms: ConsentTerms) -> ConsentView {
        self.decision(number, Decision::Given(Box::new(terms)))
    }

    /// Records what the person decided.
    pub(crate) fn decision(&self, number: u8, decision: Decision) -> ConsentView {
        let new = NewConsent {
            references: references(),
            decision,
        };
        let request = request_of(&self.centre, number);
        ask(self.app.record_consent(&self.centre, &request, new))
            .unwrap()
            .value
    }

    /// Revises a consent to these terms.
    pub(crate) fn revise(&self, number: u8, id: ConsentId, terms: ConsentTerms) -> ConsentView {
        let request = request_of(&self.centre, number);
        let before = ask(self.app.consent(&self.centre, id)).unwrap();
        let decision = Decision::Given(Box::new(terms));
        let seen = Some(before.head.version_at(before.read_at));
        ask(self
            .app
            .revise_consent(&self.centre, &request, id, seen, decision))
        .unwrap()
        .value
    }

    pub(crate) fn withdraw(&self, id: ConsentId) -> WithdrawalOutcome {
        ask(self.app.withdraw_consent(&self.centre, id))
            .unwrap()
            .value
    }

    pub(crate) fn try_release(&self, number: u8, draft: Draft) -> Result<DisclosureRecord, Error> {
        let request = request_of(&self.centre, number);
        ask(self.app.release_disclosure(&self.centre, &request, draft)).map(|done| done.value)
    }

    /// Records the good consent and releases the good draft under it.
    pub(crate) fn held(&self) -> DisclosureRecord {
        let consent = self.consent(1, given::consent_terms());
        self.try_release(2, given::draft(consent.head.id)).unwrap()
    }

    /// The same, collected once by the request 3.
    pub(crate) fn collected(&self) -> DisclosureRecord {
        let held = self.held();
        self.collect(3, held.id).unwrap().record().clone()
    }

    pub(crate) fn collect(
        &self,
        number: u8,
        id: DisclosureId,
    ) -> Result<Disclosure<Released>, Error> {
        let request = request_of(&self.office, number);
        ask(self.app.collect_disclosure(&self.office, &request, id)).map(|done| done.value)
    }

    pub(crate) fn inbox(&self) -> Vec<DisclosureId> {
        let page = ask(self.app.inbox(&self.office, FIRST_PAGE)).unwrap();
        page.items.iter().map(|view| view.record().id).collect()
    }

    pub(crate) fn notices(&self) -> Vec<WithdrawalNotice> {
        ask(self.app.withdrawal_notices(&self.office, false, FIRST_PAGE))
            .unwrap()
            .items
    }

    /// A message as it is stored.
    pub(crate) fn stored(&self, id: DisclosureId) -> Message {
        self.store.committed().disclosures[&id].clone()
    }

    #[track_caller]
    pub(crate) fn assert_state(&self, id: DisclosureId, state: DisclosureState) {
        assert_eq!(self.stored(id).record.state, state);
    }

    /// What was done and how it went, oldest first.
    pub(crate) fn log(&self) -> Vec<(Operation, Outcome)> {
        let log = self.store.committed().log;
        log.iter()
            .map(|event| (event.projection.operation, event.projection.outcome))
            .collect()
    }

    /// The latest event.
    pub(crate) fn last_event(&self) -> SealedEvent {
        self.store.committed().log.last().unwrap().clone()
    }

    /// The latest event's payload.
    pub(crate) fn last_payload(&self) -> serde_json::Value {
        serde_json::from_slice(&self.last_event().payload).unwrap()
    }
}

#[track_caller]
pub(crate) fn assert_not_found<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::NotFound)), "{result:?}");
}

#[track_caller]
pub(crate) fn assert_withheld<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Withheld)), "{result:?}");
}
