//! A centre checks, releases, follows and recalls.

use async_trait::async_trait;
use freigabe_ledger::Leaf;

use super::{Application, earlier, unchanged};
use crate::{
    access::CentreCaller,
    audit::{self, Event, Logged, LoggedAs, Operation},
    disclosure::{
        AuthorizeError, Disclosure, DisclosureRecord, DisclosureState, Draft, ItemFault, Refusals,
        Refused,
    },
    error::{Error, InvalidInput},
    ids::{DisclosureId, EventId},
    office::CompetenceReason,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It would be released.
    Authorized {
        /// Why the office is competent.
        competence: CompetenceReason,
        /// The consent's revision that would allow it.
        revision: u32,
    },
    /// It would be refused.
    Refused(Refusals),
}

/// Releases of a centre.
#[async_trait(?Send)]
pub trait ReleaseDesk {
    /// What would happen to a draft. Changes nothing but the log.
    ///
    /// # Errors
    /// No such consent; items that make no sense; the store's failure.
    async fn check_disclosure(
        &self,
        caller: &CentreCaller,
        draft: Draft,
    ) -> Result<Logged<CheckOutcome>, Error>;

    /// Releases a draft: whole or not at all. A refusal is logged and nothing else is kept.
    ///
    /// # Errors
    /// Every refusal; no such consent; items that make no sense; the store's failure.
    async fn release_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        draft: Draft,
    ) -> Result<Logged<DisclosureRecord>, Error>;

    /// One of the centre's disclosures, without content.
    ///
    /// # Errors
    /// No such disclosure; the store's failure.
    async fn released_disclosure(
        &self,
        caller: &CentreCaller,
        id: DisclosureId,
    ) -> Result<DisclosureRecord, Error>;

    /// The centre's disclosures, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn released_disclosures(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, Error>;

    /// Takes a message back that was not collected yet; its content is destroyed.
    ///
    /// # Errors
    /// No such disclosure; collected already; the store's failure.
    async fn recall_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error>;
}

enum Release {
    New(Box<DisclosureRecord>),
    Repeated(DisclosureId),
}

#[async_trait(?Send)]
impl<S: Store> ReleaseDesk for Application<S> {
    async fn check_disclosure(
        &self,
        caller: &CentreCaller,
        draft: Draft,
    ) -> Result<Logged<CheckOutcome>, Error> {
        self.expect_room()?;
        reject_faults(&draft)?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| match Disclosure::draft(caller.centre(), draft.clone())
                .authorize(tx)
                .await
            {
                Ok(authorized) => {
                    let evidence = authorized.evidence();
                    let event = Event::new(
                        EventId::fresh(evidence.at, self.entropy())?,
                        evidence.at,
                        Operation::DisclosureChecked,
                    )
                    .by(caller.as_ref())
                    .about_terms(authorized.terms())
                    .relying_on(evidence);
                    let leaf = audit::append(tx, self.entropy(), event).await?;
                    let outcome = CheckOutcome::Authorized {
                        competence: evidence.competence,
                        revision: evidence.revision,
                    };
                    Ok(Logged::new(outcome, leaf, evidence.at))
                }
                Err(AuthorizeError::Refused(refused)) => {
                    let leaf = self
                        .log_refusal(tx, caller, &refused, Operation::DisclosureChecked)
                        .await?;
                    let at = refused.at;
                    Ok(Logged::new(
                        CheckOutcome::Refused(refused.refusals),
                        leaf,
                        at,
                    ))
                }
                Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
            },
        )
        .await;
        self.logged(caller, "checkDisclosure", outcome).await
    }

    async fn release_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        draft: Draft,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        self.expect_room()?;
        reject_faults(&draft)?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let repeated = |id| Release::Repeated(DisclosureId::from_uuid(id));
                    return Ok(Ok(earlier.map(repeated)));
                }
                self.expect_cosigned(tx).await?;
                match Disclosure::draft(caller.centre(), draft.clone())
                    .authorize(tx)
                    .await
                {
                    Ok(authorized) => {
                        let recorded = authorized
                            .record(tx, caller.as_ref(), self.entropy())
                            .await?;
                        let record = Box::new(recorded.record().clone());
                        let LoggedAs { leaf, at } = *recorded.logged_as();
                        tx.remember_request(request, record.id.as_uuid(), &leaf, at)
                            .await?;
                        Ok(Ok(Logged::new(Release::New(record), leaf, at)))
                    }
                    Err(AuthorizeError::Refused(refused)) => {
                        self.log_refusal(tx, caller, &refused, Operation::DisclosureReleased)
                            .await?;
                        Ok(Err(refused.refusals))
                    }
                    Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                    Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
                }
            },
        )
        .await;
        let Logged { value, logged_as } = self
            .logged(caller, "releaseDisclosure", outcome)
            .await?
            .map_err(|refusals| Error::Refused(Box::new(refusals)))?;
        let record = match value {
            Release::New(record) => *record,
            Release::Repeated(id) => self.released_disclosure(caller, id).await?,
        };
        Ok(Logged {
            value: record,
            logged_as,
        })
    }

    async fn released_disclosure(
        &self,
        caller: &CentreCaller,
        id: DisclosureId,
    ) -> Result<DisclosureRecord, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                tx.disclosure(id)
                    .await?
                    .filter(|d| d.centre == caller.centre())
                    .ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getDisclosure", outcome).await
    }

    async fn released_disclosures(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.disclosures(caller.centre(), page).await?),
        )
        .await
    }

    async fn recall_disclosure(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let found = tx
                    .disclosure(id)
                    .await?
                    .filter(|d| d.centre == caller.centre());
                let record = found.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| record));
                }
                let at = tx.now().await?;
                let closed = tx
                    .close(id, DisclosureState::Held, DisclosureState::Recalled, at)
                    .await?;
                if !closed {
                    let raced = record.state == DisclosureState::Held;
                    let otherwise = "only a message that is still held can be recalled";
                    return Err(unchanged(raced, otherwise));
                }
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::DisclosureRecalled,
                )
                .by(caller.as_ref())
                .about_disclosure(&record);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let recalled = DisclosureRecord {
                    state: DisclosureState::Recalled,
                    closed_at: Some(at),
                    ..record
                };
                Ok(Logged::new(recalled, leaf, at))
            },
        )
        .await;
        self.logged(caller, "recallDisclosure", outcome).await
    }
}

impl<S: Store> Application<S> {
    pub(super) async fn log_refusal<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: impl AsRef<crate::access::Caller>,
        refused: &Refused,
        operation: Operation,
    ) -> Result<Leaf, Error> {
        let event = Event::new(
            EventId::fresh(refused.at, self.entropy())?,
            refused.at,
            operation,
        )
        .by(caller.as_ref())
        .about_terms(refused.disclosure.terms())
        .refused(&refused.head, &refused.refusals);
        audit::append(tx, self.entropy(), event).await
    }
}

/// Refuses items that make no sense whatever was allowed.
fn reject_faults(draft: &Draft) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (index, item) in draft.items.iter().enumerate() {
        for ItemFault { pointer, kind } in item.faults() {
            faults.push(InvalidInput {
                pointer: format!("/items/{index}{pointer}"),
                detail: kind.to_string(),
            });
        }
    }
    if draft.items.is_empty() {
        faults.push(InvalidInput {
            pointer: "/items".to_owned(),
            detail: "must hold at least one item".to_owned(),
        });
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
