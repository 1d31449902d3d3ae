//! A centre records what a person allowed, and revises it.

use async_trait::async_trait;

use super::{Application, earlier};
use crate::{
    access::CentreCaller,
    audit::{self, Event, Logged, Operation},
    consent::{
        CaseReferences, ConsentEvent, ConsentHead, ConsentStatus, ConsentTerms, ConsentVersion,
        Decision, Formalities, LockedConsent, NewConsent, RevisionRecord, TermsFault,
    },
    disclosure::{DisclosureRecord, DisclosureState, DisclosureTerms, SealReason},
    error::{Error, InvalidInput},
    ids::{CaseId, ConsentId, DisclosureId, EventId, WithdrawalNoticeId},
    instant::Instant,
    office::OfficeId,
    store::prelude::*,
    store::{Lock, Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
    withdrawal::{NoticeCause, WithdrawalNotice},
};

/// A consent as its centre sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentView {
    /// The head.
    pub head: ConsentHead,
    /// The centre's own references.
    pub references: CaseReferences,
    /// The revisions, oldest first; the last one counts.
    pub revisions: Vec<RevisionRecord>,
    /// The events, oldest first.
    pub events: Vec<ConsentEvent>,
    /// The database's time at which it was read.
    pub read_at: Instant,
}

/// Consents of a centre.
#[async_trait(?Send)]
pub trait ConsentDesk {
    /// Records a consent, a refusal, or that the person was not asked.
    ///
    /// # Errors
    /// Terms that make no sense or name unknown offices; a reused key; the store's failure.
    async fn record_consent(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        new: NewConsent,
    ) -> Result<Logged<ConsentView>, Error>;

    /// Adds a revision, which from then on counts alone. Held messages that it does not cover are sealed in the same
    /// transaction; offices that already collected such messages get a notice. A withdrawn consent can't be revised.
    ///
    /// # Errors
    /// No such consent; not the expected version any more, or none was named; withdrawn; terms that make no sense; the store's failure.
    async fn revise_consent(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ConsentId,
        expected: Option<ConsentVersion>,
        decision: Decision,
    ) -> Result<Logged<ConsentView>, Error>;

    /// A consent with its history.
    ///
    /// # Errors
    /// No such consent; the store's failure.
    async fn consent(&self, caller: &CentreCaller, id: ConsentId) -> Result<ConsentView, Error>;

    /// A consent as [`ConsentDesk::consent`], to make the person's receipt of it.
    ///
    /// # Errors
    /// No such consent; the store's failure.
    async fn consent_for_receipt(
        &self,
        caller: &CentreCaller,
        id: ConsentId,
    ) -> Result<ConsentView, Error>;

    /// The centre's consents, newest first, with the database's time at which they were read.
    ///
    /// # Errors
    /// The store's failure.
    async fn consents(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<(Page<ConsentHead>, Instant), Error>;
}

#[async_trait(?Send)]
impl<S: Store> ConsentDesk for Application<S> {
    async fn record_consent(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        new: NewConsent,
    ) -> Result<Logged<ConsentView>, Error> {
        self.expect_room()?;
        let Logged { value, logged_as } = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(ConsentId::from_uuid));
                }
                let at = tx.now().await?;
                reject_faults(tx, &new.decision, at).await?;
                let case = tx
                    .case_for(
                        caller.centre(),
                        &new.references,
                        CaseId::fresh(at, self.entropy())?,
                        at,
                    )
                    .await?;
                let mut head = ConsentHead {
                    id: ConsentId::fresh(at, self.entropy())?,
                    centre: caller.centre(),
                    case: case.id,
                    person: case.person,
                    status: new.decision.status(),
                    revision: 1,
                    recorded_at: at,
                    changed_at: at,
                    withdrawn_at: None,
                    valid_from: new.decision.terms().map(|terms| terms.valid_from),
                    valid_until: new.decision.terms().map(|terms| terms.valid_until),
                    commitment: freigabe_ledger::Commitment::from_bytes([0; 32]),
                };
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::ConsentRecorded,
                )
                .by(caller.as_ref())
                .about_consent(&head)
                .kept_by(self.log.rules.schedule);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                head.commitment = leaf.commitment;
                tx.insert_consent(&head, &new.decision).await?;
                tx.remember_request(request, head.id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(head.id, leaf, at))
            },
        )
        .await?;
        let view = self.consent(caller, value).await?;
        Ok(Logged {
            value: view,
            logged_as,
        })
    }

    async fn revise_consent(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ConsentId,
        expected: Option<ConsentVersion>,
        decision: Decision,
    ) -> Result<Logged<ConsentView>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let consent = tx.lock_consent(id, Lock::Exclusive).await?;
                let before = consent
                    .filter(|c| c.head.centre == caller.centre())
                    .ok_or(Error::NotFound)?;
                // After the lock: the same request at another server comes before this, or after it.
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(drop));
                }
                let at = tx.now().await?;
                if expected != Some(before.head.version_at(at)) {
                    return Err(Error::Stale);
                }
                if before.head.status == ConsentStatus::Withdrawn {
                    return Err(Error::InvalidState(
                        "a withdrawn consent can't be revised; record a new one",
                    ));
                }
                reject_faults(tx, &decision, at).await?;
                let mut after = revised(&before, decision.clone(), at);
                let live = tx.live_disclosures_of(id).await?;
                let told = tx.notices_of(id).await?;
                let consequences = Consequences::of_revision(&before, &after, live, &told, at);
                let notices = consequences.carry_out(tx, self, at).await?;
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::ConsentRevised,
                )
                .by(caller.as_ref())
                .about_consent(&after.head)
                .kept_by(self.log.rules.schedule)
                .with_consequences(consequences.sealed.iter().map(|d| d.id).collect(), &notices);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                after.head.commitment = leaf.commitment;
                tx.insert_revision(&after.head, &decision).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new((), leaf, at))
            },
        )
        .await;
        let done = self.logged(caller, "reviseConsent", outcome).await?;
        let view = self.consent(caller, id).await?;
        Ok(done.map(|()| view))
    }

    async fn consent(&self, caller: &CentreCaller, id: ConsentId) -> Result<ConsentView, Error> {
        let outcome = self.read_consent(caller, id).await;
        self.logged(caller, "getConsent", outcome).await
    }

    async fn consent_for_receipt(
        &self,
        caller: &CentreCaller,
        id: ConsentId,
    ) -> Result<ConsentView, Error> {
        let outcome = self.read_consent(caller, id).await;
        self.logged(caller, "getConsentReceipt", outcome).await
    }

    async fn consents(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<(Page<ConsentHead>, Instant), Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let read_at = tx.now().await?;
                Ok((tx.consents(caller.centre(), page).await?, read_at))
            },
        )
        .await
    }
}

impl<S: Store> Application<S> {
    async fn read_consent(
        &self,
        caller: &CentreCaller,
        id: ConsentId,
    ) -> Result<ConsentView, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let read_at = tx.now().await?;
                let found = tx.consent(id).await?;
                let consent = found
                    .filter(|c| c.head.centre == caller.centre())
                    .ok_or(Error::NotFound)?;
                let references = tx.case_references(consent.head.case).await?;
                let (revisions, events) = tx.consent_history(id).await?;
                Ok(ConsentView {
                    head: consent.head,
                    references,
                    revisions,
                    events,
                    read_at,
                })
            },
        )
        .await
    }
}

fn revised(before: &LockedConsent, decision: Decision, at: Instant) -> LockedConsent {
    let head = ConsentHead {
        status: decision.status(),
        revision: before.head.revision.saturating_add(1),
        changed_at: at,
        valid_from: decision.terms().map(|terms| terms.valid_from),
        valid_until: decision.terms().map(|terms| terms.valid_until),
        ..before.head.clone()
    };
    LockedConsent { head, decision }
}

/// What a change of a consent means for messages that rest on it.
pub(super) struct Consequences {
    /// Held: sealed for good.
    pub(super) sealed: Vec<DisclosureRecord>,
    seal_reason: SealReason,
    /// Collected and not acknowledged: the content goes, the office is not told.
    forgotten: Vec<DisclosureId>,
    /// Collected or acknowledged: the office is told.
    told: Vec<DisclosureRecord>,
    cause: NoticeCause,
}

impl Consequences {
    /// A withdrawal takes everything.
    pub(super) fn of_withdrawal(live: Vec<DisclosureRecord>) -> Self {
        let (sealed, told) = live
            .into_iter()
            .partition(|d| d.state == DisclosureState::Held);
        Self {
            sealed,
            forgotten: Vec::new(),
            seal_reason: SealReason::Withdrawn,
            told,
            cause: NoticeCause::Withdrawn,
        }
    }

    /// The end of validity takes what was not collected, and the content of what was collected and not acknowledged.
    pub(super) fn of_expiry(live: Vec<DisclosureRecord>) -> Self {
        let in_state = |state| live.iter().filter(move |d| d.state == state).cloned();
        Self {
            sealed: in_state(DisclosureState::Held).collect(),
            forgotten: in_state(DisclosureState::Collected).map(|d| d.id).collect(),
            seal_reason: SealReason::Expired,
            told: Vec::new(),
            cause: NoticeCause::Narrowed,
        }
    }

    /// A revision takes what it does not cover. What was held while the consent before it had expired stays sealed,
    /// whatever the revision allows.
    fn of_revision(
        before: &LockedConsent,
        after: &LockedConsent,
        live: Vec<DisclosureRecord>,
        notices: &[WithdrawalNotice],
        at: Instant,
    ) -> Self {
        if before.head.status_at(at) == ConsentStatus::Expired {
            return Self::of_expiry(live);
        }
        // An office that was told of a message once need not be told again: it has nothing of it any more, or has
        // answered why it has.
        let was_told = |id| notices.iter().any(|notice| notice.disclosure == id);
        let uncovered = live.into_iter().filter(|record| {
            !DisclosureTerms::from(record).within_scope_of(after) && !was_told(record.id)
        });
        let (sealed, told) = uncovered.partition(|d| d.state == DisclosureState::Held);
        Self {
            sealed,
            forgotten: Vec::new(),
            seal_reason: SealReason::Superseded,
            told,
            cause: NoticeCause::Narrowed,
        }
    }

    /// Seals, destroys content, and writes the notices.
    pub(super) async fn carry_out<'tx, T: Tx<'tx>, S: Store>(
        &self,
        tx: &mut T,
        application: &Application<S>,
        at: Instant,
    ) -> Result<Vec<WithdrawalNotice>, Error> {
        let ids: Vec<_> = self.sealed.iter().map(|d| d.id).collect();
        if !ids.is_empty() && tx.seal(&ids, self.seal_reason, at).await? != ids.len() {
            // Collected between the reading and the sealing: judged anew.
            return Err(Error::Store(crate::store::StoreError::Conflict));
        }
        if !self.forgotten.is_empty() {
            tx.destroy_content(&self.forgotten).await?;
        }
        let mut notices = Vec::with_capacity(self.told.len());
        for record in &self.told {
            notices.push(WithdrawalNotice {
                id: WithdrawalNoticeId::fresh(at, application.entropy())?,
                disclosure: record.id,
                consent: record.consent,
                centre: record.centre,
                office: record.recipient.clone(),
                person: record.person_for_recipient.clone(),
                cause: self.cause,
                issued_at: at,
                answer: None,
            });
        }
        if !notices.is_empty() {
            tx.destroy_content(&self.told.iter().map(|d| d.id).collect::<Vec<_>>())
                .await?;
            tx.insert_notices(&notices).await?;
        }
        Ok(notices)
    }
}

/// Refuses terms that make no sense, were signed on forms that are not known, or name offices that do not exist.
async fn reject_faults<'tx, T: Tx<'tx>>(
    tx: &mut T,
    decision: &Decision,
    at: Instant,
) -> Result<(), Error> {
    let Some(terms) = decision.terms() else {
        return Ok(());
    };
    let mut faults = terms_faults(tx, terms.faults(at), &terms.formalities()).await?;
    let named = named_offices(terms);
    let ids: Vec<OfficeId> = named.iter().map(|(_, id)| (*id).clone()).collect();
    let unknown = tx.unknown_offices(&ids).await?;
    for (pointer, id) in named {
        if unknown.contains(id) {
            faults.push(InvalidInput {
                pointer,
                detail: "there is no such office".to_owned(),
            });
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Faults of terms, and of the forms that were signed, with their places in the request.
pub(super) async fn terms_faults<'tx, T: Tx<'tx>>(
    tx: &mut T,
    faults: Vec<TermsFault>,
    formalities: &Formalities<'_>,
) -> Result<Vec<InvalidInput>, Error> {
    let known = tx.consent_forms().await?;
    let faults = faults
        .into_iter()
        .map(|fault| (fault.pointer, fault.kind.to_string()));
    let unknown = formalities.unknown_forms(&known).into_iter();
    let unknown = unknown.map(|(pointer, form)| (pointer, form.to_string()));
    let invalid = |(pointer, detail): (String, String)| InvalidInput {
        pointer: format!("/terms{pointer}"),
        detail,
    };
    Ok(faults.chain(unknown).map(invalid).collect())
}

fn named_offices(terms: &ConsentTerms) -> Vec<(String, &OfficeId)> {
    let mut named = Vec::new();
    for (g, grant) in terms.grants.iter().enumerate() {
        for (r, id) in grant.recipients.iter().enumerate() {
            named.push((format!("/terms/grants/{g}/recipients/{r}"), id));
        }
    }
    for (e, exclusion) in terms.exclusions.iter().enumerate() {
        if let Some(id) = &exclusion.recipient {
            named.push((format!("/terms/exclusions/{e}/recipient"), id));
        }
    }
    named
}
