//! Contact consents: recorded, shown, withdrawn, ended.

use async_trait::async_trait;

use crate::{
    access::OfficeCaller,
    audit::{self, Event, Logged, Operation},
    consent::ConsentStatus,
    contact::{
        ContactConsent, ContactRecord, ContactState, ContactTerms, ContactWithdrawal,
        LockedContactConsent,
    },
    disclosure::SealReason,
    error::Error,
    exchange::{Application, consent::terms_faults, earlier, referral::unknown_centres},
    ids::{ContactConsentId, EventId, InvolvementId},
    instant::Instant,
    involvement::InvolvementState,
    store::prelude::*,
    store::{Mode, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// Consents marked as expired in one go.
const BATCH: u16 = 100;

/// A contact consent that an office asks to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContactConsent {
    /// The involvement.
    pub involvement: InvolvementId,
    /// What was allowed.
    pub terms: ContactTerms,
}

/// A contact consent as its office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactConsentView {
    /// The consent.
    pub consent: LockedContactConsent,
    /// What rests on it, oldest first.
    pub details: Vec<ContactRecord>,
    /// The database's time at which it was read.
    pub read_at: Instant,
}

/// Contact consents of an office (agreement, point 3).
#[async_trait(?Send)]
pub trait ContactConsentDesk {
    /// Records what a person allowed.
    ///
    /// # Errors
    /// What makes no sense; no such involvement, or it is closed; a reused key; the store's failure.
    async fn record_contact_consent(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewContactConsent,
    ) -> Result<Logged<ContactConsentView>, Error>;

    /// One of the office's contact consents.
    ///
    /// # Errors
    /// No such consent; the store's failure.
    async fn contact_consent(
        &self,
        caller: &OfficeCaller,
        id: ContactConsentId,
    ) -> Result<ContactConsentView, Error>;

    /// Withdraws a contact consent in whatever state it is. What is held is sealed in the same transaction; a centre that already
    /// collected is asked to erase it. Withdrawing again changes nothing and answers the same.
    ///
    /// # Errors
    /// Only when the office has no such consent, or the store fails.
    async fn withdraw_contact_consent(
        &self,
        caller: &OfficeCaller,
        id: ContactConsentId,
    ) -> Result<Logged<ContactWithdrawal>, Error>;

    /// Marks contact consents whose validity is over as expired and seals what they still held; returns how many. Nothing depends on
    /// it: an expired consent authorises nothing whether or not it is marked.
    ///
    /// # Errors
    /// The store's failure.
    async fn mark_expired_contact_consents(&self) -> Result<usize, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ContactConsentDesk for Application<S> {
    async fn record_contact_consent(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewContactConsent,
    ) -> Result<Logged<ContactConsentView>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_involvement(new.involvement).await?;
                let of = held.filter(|of| of.office == *caller.office());
                let of = of.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = ContactConsentId::from_uuid(earlier.value);
                    let known = seen(tx, caller, id).await?;
                    return Ok(earlier.map(|_| known));
                }
                if of.state == InvolvementState::Closed {
                    return Err(Error::InvalidState("the involvement is closed"));
                }
                let at = tx.now().await?;
                reject_faults(tx, &new.terms, at).await?;
                let head = ContactConsent {
                    id: ContactConsentId::fresh(at, self.entropy())?,
                    involvement: of.id,
                    office: of.office,
                    case: of.case,
                    person: of.person,
                    status: ConsentStatus::Given,
                    recorded_at: at,
                    withdrawn_at: None,
                    valid_from: new.terms.valid_from,
                    valid_until: new.terms.valid_until,
                    commitment: freigabe_ledger::Commitment::from_bytes([0; 32]),
                };
                let event = self.contact_event(Operation::ContactConsentRecorded, &head, at)?;
                let leaf = audit::append(tx, self.entropy(), event.by(caller.as_ref())).await?;
                let consent = LockedContactConsent {
                    head: ContactConsent {
                        commitment: leaf.commitment,
                        ..head
                    },
                    terms: new.terms.clone(),
                };
                tx.insert_contact_consent(&consent).await?;
                tx.remember_request(request, consent.head.id.as_uuid(), &leaf, at)
                    .await?;
                let view = ContactConsentView {
                    consent,
                    details: Vec::new(),
                    read_at: at,
                };
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await;
        self.logged(caller, "recordContactConsent", outcome).await
    }

    async fn contact_consent(
        &self,
        caller: &OfficeCaller,
        id: ContactConsentId,
    ) -> Result<ContactConsentView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| seen(tx, caller, id).await,
        )
        .await;
        self.logged(caller, "getContactConsent", outcome).await
    }

    async fn withdraw_contact_consent(
        &self,
        caller: &OfficeCaller,
        id: ContactConsentId,
    ) -> Result<Logged<ContactWithdrawal>, Error> {
        // Repeatable without a key: the second time it finds the consent withdrawn. Nothing sealed is opened on this path, so
        // that no lost key can stand in a withdrawal's way.
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_contact_head(id).await?;
                let before = held.filter(|head| head.office == *caller.office());
                let before = before.ok_or(Error::NotFound)?;
                if before.status == ConsentStatus::Withdrawn {
                    return self.earlier_contact_withdrawal(tx, before).await;
                }
                let at = tx.now().await?;
                let mut consent = ContactConsent {
                    status: ConsentStatus::Withdrawn,
                    withdrawn_at: Some(at),
                    ..before
                };
                let (mut sealed, mut to_erase) = (0, 0);
                for details in tx.contact_details_under(id).await? {
                    let id = details.id;
                    sealed += usize::from(tx.seal_contact(id, SealReason::Withdrawn, at).await?);
                    to_erase += usize::from(tx.ask_to_erase_contact(id, at).await?);
                }
                let event = self.contact_event(Operation::ContactConsentWithdrawn, &consent, at)?;
                let leaf = audit::append(tx, self.entropy(), event.by(caller.as_ref())).await?;
                consent.commitment = leaf.commitment;
                tx.end_contact_consent(&consent).await?;
                let outcome = ContactWithdrawal {
                    consent,
                    sealed,
                    to_erase,
                };
                Ok(Logged::new(outcome, leaf, at))
            },
        )
        .await;
        self.logged(caller, "withdrawContactConsent", outcome).await
    }

    async fn mark_expired_contact_consents(&self) -> Result<usize, Error> {
        let due =
            async |tx: &mut S::Tx<'_>, now| tx.contact_consents_past_their_end(now, BATCH).await;
        let mark = async |id| self.mark_contact_expired(id).await;
        self.one_by_one(due, mark).await
    }
}

impl<S: Store> Application<S> {
    /// An event about a contact consent: evidence of it, kept as that of every consent.
    fn contact_event(
        &self,
        operation: Operation,
        head: &ContactConsent,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .about_contact_consent(head)
            .kept_by(self.log.rules.schedule))
    }

    async fn mark_contact_expired(&self, id: ContactConsentId) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let Some(before) = tx.lock_contact_head(id).await? else {
                    return Ok(false);
                };
                let at = tx.now().await?;
                // Decided again under the lock: it may have been withdrawn since the list was made.
                if before.status != ConsentStatus::Given
                    || before.status_at(at) != ConsentStatus::Expired
                {
                    return Ok(false);
                }
                let mut consent = ContactConsent {
                    status: ConsentStatus::Expired,
                    ..before
                };
                for details in tx.contact_details_under(id).await? {
                    if details.state == ContactState::Held {
                        tx.seal_contact(details.id, SealReason::Expired, at).await?;
                    }
                }
                let event = self.contact_event(Operation::ContactConsentExpired, &consent, at)?;
                consent.commitment = audit::append(tx, self.entropy(), event).await?.commitment;
                tx.end_contact_consent(&consent).await?;
                Ok(true)
            },
        )
        .await
    }

    /// What an earlier withdrawal answered, with its event.
    async fn earlier_contact_withdrawal<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        consent: ContactConsent,
    ) -> Result<Logged<ContactWithdrawal>, Error> {
        let details = tx.contact_details_under(consent.id).await?;
        let sealed = details
            .iter()
            .filter(|one| one.seal_reason == Some(SealReason::Withdrawn))
            .count();
        let to_erase = details
            .iter()
            .filter(|one| one.erasure_asked_at == consent.withdrawn_at)
            .count();
        let valid_until = Some(consent.valid_until);
        let logged_as = self
            .logged_withdrawal(tx, consent.commitment, valid_until, consent.withdrawn_at)
            .await?;
        let outcome = ContactWithdrawal {
            consent,
            sealed,
            to_erase,
        };
        Ok(Logged::before(outcome, logged_as))
    }
}

async fn seen<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    id: ContactConsentId,
) -> Result<ContactConsentView, Error> {
    let read_at = tx.now().await?;
    let found = tx.contact_consent(id).await?;
    let consent = found
        .filter(|consent| consent.head.office == *caller.office())
        .ok_or(Error::NotFound)?;
    Ok(ContactConsentView {
        consent,
        details: tx.contact_details_under(id).await?,
        read_at,
    })
}

/// Refuses terms that make no sense whoever gave them.
async fn reject_faults<'tx, T: Tx<'tx>>(
    tx: &mut T,
    terms: &ContactTerms,
    at: Instant,
) -> Result<(), Error> {
    let mut faults = terms_faults(tx, terms.faults(at), &terms.formalities()).await?;
    let unknown = unknown_centres(tx, terms.recipients.iter(), "/terms/recipients").await?;
    faults.extend(unknown);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
