//! What the domain asks of a transaction about offices, forms, the log, and those who take part.

use freigabe_domain::{
    access::{
        AtIssuer, ClientChange, ClientId, Credential, Invitation, InvitationSecret, Organisation,
        RegisteredClient,
    },
    audit::{AuditQuery, ProjectedEvent, SealedEvent, StoredEvent},
    consent::ConsentForm,
    ids::{EventId, OrganisationId},
    instant::Instant,
    office::{Jurisdiction, Matter, OfCentre, Office, OfficeId, OfficeKind},
    store::{
        AccessStore, AuditStore, CountedRequest, Cursor, FormStore, OfficeQuery, OfficeStore,
        OpeningStore, Page, PageRequest, SingleUse, StoreError,
    },
};

use super::{
    MemoryTx,
    ports::{Order, page},
    scope::{AUDITOR, OPERATOR, OPERATOR_ELSEWHERE, OPERATOR_INVITED, UPKEEP},
};
use freigabe_domain::log::PendingLeaf;
use freigabe_ledger::{Leaf, Salt};

use crate::given;

impl<'tx> OfficeStore<'tx> for MemoryTx<'tx> {
    async fn jurisdiction(
        &mut self,
        matter: &Matter,
        of: Option<OfCentre>,
    ) -> Result<Jurisdiction, StoreError> {
        let offices = given::offices();
        let known = given::place();
        let place = matter
            .place()
            .filter(|postcode| **postcode == known.postcode)
            .map(|_| known.clone());
        let agreed = match (&place, of) {
            (Some(place), Some(of)) if matter.handling_office().is_none() => {
                self.agreed_offices(place, matter.task(), of)?
            }
            _ => Vec::new(),
        };
        let of_kind = |kind| offices.iter().find(|office| office.kind == kind).cloned();
        let direktion = place.as_ref().and_then(|_| of_kind(OfficeKind::Direktion));
        let below = |office: &&Office| {
            direktion
                .as_ref()
                .is_some_and(|direktion| office.parent.as_ref() == Some(&direktion.id))
        };
        Ok(Jurisdiction {
            handling_office: matter
                .handling_office()
                .and_then(|id| offices.iter().find(|office| office.id == *id).cloned()),
            agreed,
            subordinate: offices.iter().filter(below).cloned().collect(),
            direktion: direktion.clone(),
            praesidium: of_kind(OfficeKind::Praesidium),
            place,
        })
    }

    async fn office(&mut self, id: &OfficeId) -> Result<Option<Office>, StoreError> {
        let mut offices = given::offices().into_iter();
        Ok(offices.find(|office| office.id == *id))
    }

    async fn offices(
        &mut self,
        query: &OfficeQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        let mut offices = given::offices();
        offices.sort_by(|a, b| a.id.cmp(&b.id));
        offices.retain(|office| {
            query.kind.is_none_or(|kind| office.kind == kind)
                && (query.parent.is_none() || office.parent == query.parent)
                && query.after.as_ref().is_none_or(|after| office.id > *after)
        });
        offices.truncate(usize::from(limit) + 1);
        Ok(offices)
    }

    async fn unknown_offices(&mut self, ids: &[OfficeId]) -> Result<Vec<OfficeId>, StoreError> {
        let offices = given::offices();
        let unknown = |id: &&OfficeId| !offices.iter().any(|office| office.id == **id);
        Ok(ids.iter().filter(unknown).cloned().collect())
    }
}

impl<'tx> FormStore<'tx> for MemoryTx<'tx> {
    async fn consent_forms(&mut self) -> Result<Vec<ConsentForm>, StoreError> {
        Ok(self.state.forms.iter().cloned().collect())
    }

    async fn insert_consent_form(
        &mut self,
        form: &ConsentForm,
        _at: Instant,
    ) -> Result<bool, StoreError> {
        self.only(OPERATOR, "insert_consent_form")?;
        Ok(self.writable()?.forms.insert(form.clone()))
    }
}

pub(super) fn stored(event: &SealedEvent) -> StoredEvent {
    StoredEvent {
        id: event.projection.id,
        at: event.projection.at,
        payload: event.payload.clone(),
        commitment: event.commitment,
        expiry_year: event.expiry_year,
    }
}

pub(super) fn meets(event: &ProjectedEvent, query: &AuditQuery) -> bool {
    fn same<T: PartialEq>(wanted: Option<&T>, found: Option<&T>) -> bool {
        wanted.is_none() || wanted == found
    }
    query.from.is_none_or(|from| event.at >= from)
        && query.until.is_none_or(|until| event.at < until)
        && same(query.actor.as_ref(), event.actor.as_ref())
        && query
            .organisation
            .is_none_or(|id| [event.organisation, event.centre].contains(&Some(id)))
        && same(query.recipient.as_ref(), event.recipient.as_ref())
        && query
            .operation
            .is_none_or(|operation| operation == event.operation)
        && query.outcome.is_none_or(|outcome| outcome == event.outcome)
        && query
            .refusal_reason
            .is_none_or(|reason| event.refusal_reasons.contains(&reason))
        && query
            .category
            .is_none_or(|category| event.categories.contains(&category))
        && same(query.case.as_ref(), event.case.as_ref())
        && same(query.consent.as_ref(), event.consent.as_ref())
        && query.event.is_none_or(|id| id == event.id)
        && query.pseudonym.as_ref().is_none_or(|pseudonym| {
            [event.person.as_ref(), event.person_for_recipient.as_ref()].contains(&Some(pseudonym))
        })
        && same(query.user.as_ref(), event.user.as_ref())
        && same(query.purpose.as_ref(), event.purpose.as_ref())
        && same(query.legal_basis.as_ref(), event.legal_basis.as_ref())
        && same(query.revision.as_ref(), event.consent_revision.as_ref())
        && query
            .min_hits
            .is_none_or(|least| event.hits.is_some_and(|hits| hits >= least))
        && query
            .max_hits
            .is_none_or(|most| event.hits.is_some_and(|hits| hits <= most))
        && query
            .queried
            .as_ref()
            .is_none_or(|subject| event.queried.contains(subject))
}

impl<'tx> OpeningStore<'tx> for MemoryTx<'tx> {
    async fn opening(&mut self, id: EventId) -> Result<Option<(Leaf, Salt)>, StoreError> {
        self.only(AUDITOR, "opening")?;
        let mut log = self.state.log.iter();
        let found = log.find(|event| event.projection.id == id);
        Ok(found.map(|event| (event.leaf(), event.salt.clone())))
    }
}

impl<'tx> AuditStore<'tx> for MemoryTx<'tx> {
    async fn append(&mut self, event: &SealedEvent) -> Result<(), StoreError> {
        self.only_in_its_name(event.projection.actor.as_ref())?;
        let state = self.writable()?;
        let (id, at) = (event.projection.id, event.projection.at);
        let leaf = event.leaf();
        let pending = PendingLeaf {
            event: id,
            at,
            leaf,
        };
        state.tree.pending.insert((at, id), pending);
        state.log.push(event.clone());
        Ok(())
    }

    async fn events(
        &mut self,
        query: &AuditQuery,
        request: PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError> {
        self.only(AUDITOR, "events")?;
        let wanted = self.state.log.iter();
        let wanted = wanted.filter(|event| meets(&event.projection, query));
        let wanted = wanted.map(stored).collect();
        Ok(page(wanted, Order::NewestFirst, request, |event| Cursor {
            at: event.at,
            id: event.id.as_uuid(),
        }))
    }

    async fn event(&mut self, id: EventId) -> Result<Option<StoredEvent>, StoreError> {
        self.only(AUDITOR, "event")?;
        let mut log = self.state.log.iter();
        Ok(log.find(|event| event.projection.id == id).map(stored))
    }
}

impl<'tx> AccessStore<'tx> for MemoryTx<'tx> {
    async fn client(&mut self, id: &ClientId) -> Result<Option<RegisteredClient>, StoreError> {
        self.only_to_sign_in(id)?;
        Ok(self.state.clients.get(id).cloned())
    }

    async fn client_at(&mut self, at: &AtIssuer) -> Result<Option<RegisteredClient>, StoreError> {
        self.only(OPERATOR_ELSEWHERE, "client_at")?;
        let known = Credential::Issuer(at.clone());
        let mut clients = self.state.clients.values();
        Ok(clients.find(|client| client.credential == known).cloned())
    }

    async fn clients(
        &mut self,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Vec<RegisteredClient>, StoreError> {
        self.only(OPERATOR, "clients")?;
        let rest = self.state.clients.iter();
        let rest = rest.filter(|(id, _)| after.is_none_or(|after| *id > after));
        Ok(rest
            .map(|(_, client)| client.clone())
            .take(usize::from(limit) + 1)
            .collect())
    }

    async fn organisation(
        &mut self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError> {
        if self.only(OPERATOR_INVITED, "organisation").is_err() {
            self.only_centre(id, "organisation")?;
        }
        Ok(self.state.organisations.get(&id).cloned())
    }

    async fn organisations(
        &mut self,
        after: Option<OrganisationId>,
        limit: u16,
    ) -> Result<Vec<Organisation>, StoreError> {
        self.only(OPERATOR, "organisations")?;
        let rest = self.state.organisations.iter();
        let rest = rest.filter(|(id, _)| after.is_none_or(|after| **id > after));
        Ok(rest
            .map(|(_, organisation)| organisation.clone())
            .take(usize::from(limit) + 1)
            .collect())
    }

    async fn insert_organisation(
        &mut self,
        organisation: &Organisation,
        _at: Instant,
    ) -> Result<bool, StoreError> {
        self.only(OPERATOR, "insert_organisation")?;
        let organisations = &mut self.writable()?.organisations;
        let office = organisation.office.as_ref();
        let taken = office.is_some() && organisations.values().any(|o| o.office.as_ref() == office);
        if !taken {
            organisations.insert(organisation.id, organisation.clone());
        }
        Ok(!taken)
    }

    async fn insert_client(
        &mut self,
        client: &RegisteredClient,
        _at: Instant,
    ) -> Result<bool, StoreError> {
        self.only(OPERATOR_INVITED, "insert_client")?;
        let clients = &mut self.writable()?.clients;
        if clients.contains_key(&client.id) {
            return Ok(false);
        }
        clients.insert(client.id.clone(), client.clone());
        Ok(true)
    }

    async fn change_client(
        &mut self,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<bool, StoreError> {
        let Some(client) = self.writable()?.clients.get_mut(id) else {
            return Ok(false);
        };
        let before = client.clone();
        match change {
            ClientChange::Active(active) => client.active = *active,
            ClientChange::Credential(credential) => client.credential = credential.clone(),
            ClientChange::Scopes(scopes) => client.scopes = scopes.clone(),
        }
        Ok(*client != before)
    }

    async fn count_requests(
        &mut self,
        requests: &[CountedRequest],
        minute: i64,
    ) -> Result<Vec<Option<u32>>, StoreError> {
        let mut counted = Vec::new();
        for CountedRequest { client, proof } in requests {
            self.only_to_sign_in(client)?;
            let state = self.writable()?;
            if let Some(SingleUse { jti, expires_at }) = proof {
                let used = (client.clone(), jti.clone());
                if state.assertions.insert(used, *expires_at).is_some() {
                    counted.push(None);
                    continue;
                }
            }
            let counts = &mut state.requests_by_minute;
            let (of_minute, number) = counts.entry(client.clone()).or_insert((minute, 0));
            if *of_minute != minute {
                (*of_minute, *number) = (minute, 0);
            }
            *number += 1;
            counted.push(Some(*number));
        }
        Ok(counted)
    }

    async fn put_invitation(
        &mut self,
        invitation: &Invitation,
        secret: &InvitationSecret,
        _at: Instant,
    ) -> Result<(), StoreError> {
        self.only(OPERATOR, "put_invitation")?;
        let invitations = &mut self.writable()?.invitations;
        invitations.retain(|(other, _)| other.client != invitation.client);
        invitations.push((invitation.clone(), secret.clone()));
        Ok(())
    }

    async fn lock_invitation(
        &mut self,
        secret: &InvitationSecret,
    ) -> Result<Option<Invitation>, StoreError> {
        self.only(OPERATOR_INVITED, "invitation")?;
        let mut invitations = self.state.invitations.iter();
        let found = invitations.find(|(_, other)| other == secret);
        Ok(found.map(|(invitation, _)| invitation.clone()))
    }

    async fn remove_invitation(&mut self, client: &ClientId) -> Result<bool, StoreError> {
        self.only(OPERATOR_INVITED, "remove_invitation")?;
        let invitations = &mut self.writable()?.invitations;
        let before = invitations.len();
        invitations.retain(|(other, _)| other.client != *client);
        Ok(invitations.len() < before)
    }

    async fn forget_proofs(&mut self, expired_before: Instant) -> Result<usize, StoreError> {
        self.only(UPKEEP, "forget_proofs")?;
        let assertions = &mut self.writable()?.assertions;
        let before = assertions.len();
        assertions.retain(|_, expiry| *expiry >= expired_before);
        Ok(before - assertions.len())
    }
}
